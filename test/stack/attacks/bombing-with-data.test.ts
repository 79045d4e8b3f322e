/** RFC 5062 §5: a peer lists a victim's address and has data sent there. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Association } from "../../../src/stack/association.js";
import { tsnAdd } from "../../../src/base/serial-number.js";
import { about, quoteOf } from "../icmp.js";
import { ip, onStream, payload } from "../pair.js";
import { PEER, PEER_TAG, sackOf, Scene, type Sent } from "../scene.js";

const VICTIM = ip("10.0.0.99");

function withVictim(): { scene: Scene; association: Association; tag: number } {
  const scene = new Scene();
  const { association, tag } = scene.accept({
    aRwnd: 1_000_000,
    parameters: [{ kind: "IPv4 Address", address: VICTIM }],
  });
  return { scene, association, tag };
}

function toVictim(sent: readonly Sent[]): readonly Sent[] {
  return sent.filter(({ destination }) => destination === VICTIM.text);
}

test("RFC 5062 §5.3: data that is not acknowledged never goes to an address that has not answered", () => {
  const { scene, association } = withVictim();
  for (let index = 0; index < 100; index += 1) association.send(payload(1400), onStream(0), scene.now);
  const sent = scene.advance(3_600_000);
  assert.equal(association.state, "CLOSED");
  const kinds = new Set(toVictim(sent).flatMap(({ chunks }) => chunks.map(({ kind }) => kind)));
  assert.deepEqual([...kinds], ["HEARTBEAT"]);
  const bytes = toVictim(sent).reduce((sum, packet) => sum + packet.bytes.length, 0);
  assert.ok(bytes < 2000, `${bytes} bytes went to the victim`);
});

test("RFC 5062 §5.1: strategic acknowledgements do not move the data to the victim either", () => {
  const { scene, association, tag } = withVictim();
  for (let index = 0; index < 400; index += 1) association.send(payload(1400), onStream(0), scene.now);
  scene.drain();
  const before = scene.sent.length;
  for (let round = 0; round < 60 && association.state === "ESTABLISHED"; round += 1) {
    // Two time-outs, then one acknowledgement from the victim's address: as if that were the path that works.
    scene.advance(9000);
    if (association.state !== "ESTABLISHED") break;
    const { firstTsn } = association.tcb.retransmission.outstanding;
    scene.receive(tag, [sackOf(firstTsn, 1_000_000)], { address: VICTIM });
  }
  const data = toVictim(scene.sent.slice(before)).filter(({ chunks }) =>
    chunks.some(({ kind }) => kind === "DATA"),
  );
  assert.deepEqual(data, []);
});

test("RFC 5062 §5.3: ICMP from the victim's host, which has no SCTP, ends the association at once", () => {
  const { scene, association } = withVictim();
  const quotedBytes = quoteOf(7000, PEER.port, PEER_TAG);
  scene.stack.handleIcmp(about({ destination: VICTIM, quotedBytes }), scene.now);
  scene.drain();
  assert.equal(association.state, "CLOSED");
});

test("RFC 5062 §5.3: an attacker that acknowledges one TSN too many loses the association", () => {
  const { scene, association, tag } = withVictim();
  association.send(payload(1400), onStream(0), scene.now);
  scene.drain();
  scene.receive(tag, [sackOf(tsnAdd(association.tcb.localInitialTsn, 1))]);
  assert.equal(association.state, "CLOSED");
});
