import assert from "node:assert/strict";
import { test } from "node:test";
import { ip } from "../pair.js";
import { dataOf, PEER_TSN, Scene, type Sent } from "../scene.js";

const PRIMARY = "10.0.0.1";
const OTHER = "10.0.1.1";

/** Where SACKs among these packets go. */
function sacksIn(sent: readonly Sent[]): string[] {
  return sent
    .filter(({ chunks }) => chunks.some(({ kind }) => kind === "SACK"))
    .map((packet) => packet.destination);
}

test("RFC 9260 §6.4: a SACK goes to where the DATA came from", () => {
  const scene = new Scene({ config: { sackFrequency: 1 } });
  const { tag } = scene.connect({}, [PRIMARY, OTHER]);
  for (const [index, address] of [PRIMARY, OTHER, OTHER, PRIMARY].entries())
    assert.deepEqual(sacksIn(scene.receive(tag, [dataOf(PEER_TSN + index)], { address: ip(address) })), [
      address,
    ]);
});

test("RFC 9260 §6.4: the SACK for a duplicate goes another way, because the first may be broken, in turns", () => {
  const scene = new Scene({ config: { sackFrequency: 1 } });
  const { tag } = scene.connect({}, [PRIMARY, OTHER]);
  const ways = [0, 0, 0, 0, 1].flatMap((index) => sacksIn(scene.receive(tag, [dataOf(PEER_TSN + index)])));
  assert.deepEqual(ways, [PRIMARY, OTHER, PRIMARY, OTHER, PRIMARY]);
});

test("RFC 9260 §6.4: where no other path is active the SACK for a duplicate goes back as ever", () => {
  const scene = new Scene({ config: { sackFrequency: 1 } });
  const { tag, association } = scene.connect({}, [PRIMARY, OTHER]);
  const [, other] = association.paths;
  assert.ok(other !== undefined);
  for (const state of ["inactive", "potentially failed", "unconfirmed"] as const) {
    other.state = state;
    scene.receive(tag, [dataOf(PEER_TSN)]);
    assert.deepEqual(sacksIn(scene.receive(tag, [dataOf(PEER_TSN)])), [PRIMARY]);
    scene.receive(tag, [dataOf(PEER_TSN)]);
  }
});
