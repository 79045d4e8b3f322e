import assert from "node:assert/strict";
import { test } from "node:test";
import { ip, onStream, payload } from "../pair.js";
import { dataOf, ipParameter, PEER_TSN, Scene, type Sent } from "../scene.js";

const OURS = ["10.0.0.2", "10.0.1.2"] as const;
const THEIRS = ["10.0.0.1", "10.0.1.1"] as const;

/** A peer of two addresses has begun an association with both of ours, over the first of either; nobody probes. */
function accepted(): { scene: Scene; tag: number } {
  const scene = new Scene({
    addresses: OURS,
    advertised: OURS,
    config: { heartbeatEnabled: false, sackFrequency: 1 },
  });
  const { tag } = scene.accept({ parameters: THEIRS.map(ipParameter) });
  return { scene, tag };
}

function ways(sent: readonly Sent[]): string[] {
  return sent.map(({ source, destination, chunks }) => `${chunks[0]?.kind} ${source}>${destination}`);
}

test("RFC 9260 §6.4: SACK and HEARTBEAT ACK leave from the address that was addressed", () => {
  const { scene, tag } = accepted();
  for (const [index, to] of [OURS[0], OURS[1], OURS[1], OURS[0]].entries()) {
    const sacked = scene.receive(tag, [dataOf(PEER_TSN + index)], { to: ip(to) });
    assert.deepEqual(ways(sacked), [`SACK ${to}>${THEIRS[0]}`]);
    const answered = scene.receive(tag, [{ kind: "HEARTBEAT", info: new Uint8Array(4) }], { to: ip(to) });
    assert.deepEqual(ways(answered), [`HEARTBEAT ACK ${to}>${THEIRS[0]}`]);
  }
});

test("RFC 9260 §6.4.1: data and probes keep to the address of their path while the peer's packets come to another", () => {
  const { scene, tag } = accepted();
  const { association } = scene;
  scene.receive(tag, [dataOf(PEER_TSN)], { to: ip(OURS[1]) });
  association.send(payload(10), onStream(0), scene.now);
  assert.deepEqual(ways(scene.drain()), [`DATA ${OURS[0]}>${THEIRS[0]}`]);
  association.requestHeartbeat(association.primaryPath, scene.now);
  // What asks takes along what answers.
  const both = scene.receive(tag, [{ kind: "HEARTBEAT", info: new Uint8Array(4) }], { to: ip(OURS[1]) });
  assert.deepEqual(ways(both), [`HEARTBEAT ${OURS[0]}>${THEIRS[0]}`]);
});
