/** RFC 9260 §5.2.2, §5.2.4.1: a restart must not bring addresses along that the association did not have. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { IpAddress } from "../../../src/base/ip-address.js";
import type { Parameter } from "../../../src/wire/parameter.js";
import { ip } from "../pair.js";
import { cookieOf, initOf, only, PEER, Scene } from "../scene.js";

const NEW_TAG = 0x4444_4444;
const SECOND = ip("10.0.0.3");
const THIRD = ip("10.0.0.4");

function listing(...addresses: readonly IpAddress[]): { parameters: Parameter[] } {
  return { parameters: addresses.map((address) => ({ kind: "IPv4 Address", address })) };
}

/** The addresses named in a refusal; `undefined` when the INIT was answered with INIT ACK. */
function refused(scene: Scene, from: IpAddress, ...listed: readonly IpAddress[]): string[] | undefined {
  const sent = scene.receive(0, [initOf({ initiateTag: NEW_TAG, ...listing(...listed) })], { address: from });
  if (sent[0]?.chunks[0]?.kind === "INIT ACK") return undefined;
  assert.equal(sent[0]?.tag, NEW_TAG);
  const [cause] = only(sent, "ABORT").causes;
  assert.ok(cause?.kind === "Restart of an Association with New Addresses");
  return cause.addresses.map(({ text }) => text);
}

test("RFC 9260 §5.2.2: an INIT that adds addresses is refused with those, and changes nothing", () => {
  const scene = new Scene();
  const { association, tag } = scene.accept(listing(SECOND));
  assert.deepEqual(refused(scene, PEER.address, SECOND, THIRD), [THIRD.text]);
  assert.deepEqual(refused(scene, PEER.address, THIRD, ip("10.0.0.5")), [THIRD.text, "10.0.0.5"]);
  // A stranger that names one of the peer's addresses is itself what is new.
  assert.deepEqual(refused(scene, THIRD, SECOND), [THIRD.text]);
  assert.equal(association.state, "ESTABLISHED");
  assert.equal(association.tcb.localTag, tag);
  assert.equal(association.paths.length, 2);
});

test("RFC 9260 §5.2.2: an INIT with the same addresses, or fewer, may restart", () => {
  for (const listed of [[SECOND], []]) {
    const scene = new Scene();
    const { association } = scene.accept(listing(SECOND));
    const init = initOf({ initiateTag: NEW_TAG, ...listing(...listed) });
    const initAck = only(scene.receive(0, [init]), "INIT ACK");
    only(
      scene.receive(initAck.initiateTag, [{ kind: "COOKIE ECHO", cookie: cookieOf(initAck) }]),
      "COOKIE ACK",
    );
    assert.equal(association.paths.length, 1 + listed.length);
    assert.ok(scene.eventTypes.includes("restart"));
  }
});

test("RFC 9260 §5.2.4.1: a cookie from before the association, with an address that it lacks, is no restart", () => {
  const scene = new Scene();
  // Made while there was no association: its Tie-Tags are 0.
  const early = initOf({ initiateTag: NEW_TAG, ...listing(THIRD) });
  const initAck = only(scene.receive(0, [early]), "INIT ACK");
  const { association, tag } = scene.accept(listing(SECOND));
  const echo = { kind: "COOKIE ECHO", cookie: cookieOf(initAck) } as const;
  assert.deepEqual(scene.receive(initAck.initiateTag, [echo]), []);
  assert.equal(association.tcb.localTag, tag);
  assert.ok(!scene.eventTypes.includes("restart"));
});

test("RFC 9260 §5.2.4.1: a cookie of a restart whose address has become another association's is no restart", () => {
  const scene = new Scene();
  const { association } = scene.accept(listing(SECOND));
  const init = initOf({ initiateTag: NEW_TAG, ...listing(SECOND) });
  const initAck = only(scene.receive(0, [init]), "INIT ACK");
  // The peer comes back with its first address only, and the second becomes somebody else's.
  const again = only(scene.receive(0, [initOf({ initiateTag: NEW_TAG + 1 })]), "INIT ACK");
  scene.receive(again.initiateTag, [{ kind: "COOKIE ECHO", cookie: cookieOf(again) }]);
  assert.deepEqual(
    association.paths.map(({ address }) => address.text),
    [PEER.address.text],
  );
  const other = scene.accept({ initiateTag: 9 }, { address: SECOND }).association;
  scene.receive(initAck.initiateTag, [{ kind: "COOKIE ECHO", cookie: cookieOf(initAck) }]);
  assert.equal(scene.stack.associationCount, 2);
  assert.equal(association.paths.length, 1);
  assert.equal(other.paths.length, 1);
});
