/** RFC 5062 §2: somebody takes a place at another's address, so that the other cannot set an association up. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Association } from "../../../src/stack/association.js";
import type { Parameter } from "../../../src/wire/parameter.js";
import { ip } from "../pair.js";
import { cookieOf, initOf, kindsOf, only, Scene, type Sent } from "../scene.js";

const ATTACKER = ip("10.0.0.66");
const VICTIM = ip("10.0.0.1");
const SECOND = ip("10.0.0.3");
const VICTIM_TAG = 0x2222_2222;

function listing(...addresses: readonly (typeof VICTIM)[]): { parameters: Parameter[] } {
  return { parameters: addresses.map((address) => ({ kind: "IPv4 Address", address })) };
}

/** The attacker has an association, with the victim's port and one of its addresses. */
function camped(): { scene: Scene; association: Association; tag: number; sent: Sent[] } {
  const scene = new Scene();
  const { association, tag, sent } = scene.accept(listing(VICTIM), { address: ATTACKER });
  return { scene, association, tag, sent };
}

/** What the victim hears when it begins with all of its addresses. */
function begin(scene: Scene): Sent[] {
  const init = initOf({ initiateTag: VICTIM_TAG, ...listing(VICTIM, SECOND) });
  return scene.receive(0, [init], { address: VICTIM });
}

test("RFC 5062 §2.1: as long as the attacker camps, the victim's INIT adds an address and is refused", () => {
  const { scene } = camped();
  const [cause] = only(begin(scene), "ABORT").causes;
  assert.deepEqual(cause, { kind: "Restart of an Association with New Addresses", addresses: [SECOND] });
});

test("RFC 5062 §2.3: the address is probed at once; the victim's answer out of the blue ends the camping", () => {
  const { scene, association, sent } = camped();
  const probe = [...sent, ...scene.advance(10)].find(({ destination }) => destination === VICTIM.text);
  assert.ok(probe !== undefined);
  assert.deepEqual(kindsOf([probe]), [["HEARTBEAT"]]);
  // RFC 9260 §8.4 8: the victim does not know the tag that the probe carries, and reflects it.
  scene.receive(probe.tag, [{ kind: "ABORT", tagReflected: true, causes: [] }], { address: VICTIM });
  assert.equal(association.state, "CLOSED");
  const initAck = only(begin(scene), "INIT ACK");
  const echo = { kind: "COOKIE ECHO", cookie: cookieOf(initAck) } as const;
  only(scene.receive(initAck.initiateTag, [echo], { address: VICTIM }), "COOKIE ACK");
  assert.equal(scene.association.paths.length, 2);
});

test("RFC 5062 §2.3: probes are repeated every RTO, and only who has received one can answer it", () => {
  const { scene, association, tag } = camped();
  const probes = scene.advance(5000).filter(({ destination }) => destination === VICTIM.text);
  assert.ok(probes.length >= 2, `${probes.length} probes in five seconds`);
  const last = only(probes.slice(-1), "HEARTBEAT");
  for (let offset = 8; offset < 16; offset += 1) {
    const info = last.info.slice();
    info[offset] = (info[offset] ?? 0) ^ 1;
    scene.receive(tag, [{ kind: "HEARTBEAT ACK", info }], { address: VICTIM });
  }
  assert.deepEqual(
    association.paths.map(({ state }) => state),
    ["active", "unconfirmed"],
  );
});

test("RFC 5062 §2.2 3: a victim all of whose addresses are camped on takes the association over", () => {
  const { scene, association, tag } = camped();
  const init = initOf({ initiateTag: VICTIM_TAG });
  const initAck = only(scene.receive(0, [init], { address: VICTIM }), "INIT ACK");
  const echo = { kind: "COOKIE ECHO", cookie: cookieOf(initAck) } as const;
  only(scene.receive(initAck.initiateTag, [echo], { address: VICTIM }), "COOKIE ACK");
  assert.ok(scene.eventTypes.includes("restart"));
  assert.deepEqual(
    association.paths.map(({ address }) => address.text),
    [VICTIM.text],
  );
  const shutdown = { kind: "SHUTDOWN", cumulativeTsnAck: association.tcb.localInitialTsn } as const;
  scene.receive(tag, [shutdown], { address: ATTACKER });
  assert.equal(association.state, "ESTABLISHED");
});
