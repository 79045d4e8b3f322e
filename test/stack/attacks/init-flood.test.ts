/** RFC 9260 §12.2.4.1: INITs from addresses that nobody has. `npm run flood` measures a million of them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { collectedMemory } from "../collected-memory.js";
import { seededEntropy, ip } from "../pair.js";
import { initOf, Scene, type Origin } from "../scene.js";

/** A host that does not exist. */
function stranger(seed: number): Partial<Origin> {
  const entropy = seededEntropy(seed);
  const [a, b, c] = [entropy.randomUint32(), entropy.randomUint32(), entropy.randomUint32()];
  return {
    address: ip(`${11 + (a % 100)}.${b & 255}.${(b >>> 8) & 255}.${(b >>> 16) & 255}`),
    port: 1 + (c % 65_535),
    udpPort: 1 + ((c >>> 16) % 65_535),
  };
}

function flood(scene: Scene, count: number, seed: number): void {
  for (let index = 0; index < count; index += 1) {
    const from = stranger(seed * 1_000_000 + index);
    const sent = scene.receive(0, [initOf({ initiateTag: index + 1 })], from);
    if (sent[0]?.chunks[0]?.kind !== "INIT ACK") throw new Error(`INIT ${index} was not answered`);
    // The test keeps what was sent; the stack must not.
    scene.sent.length = 0;
  }
}

test("RFC 9260 §5.1.3: INITs leave no state, no timer and no memory behind", () => {
  const scene = new Scene();
  flood(scene, 500, 1);
  const before = collectedMemory().heapBytes;
  flood(scene, 2000, 2);
  const keptBytes = collectedMemory().heapBytes - before;
  // The texts of the addresses are remembered, up to a number; control blocks would be ten times as much.
  assert.ok(keptBytes < 2_000_000, `${keptBytes} bytes were kept`);
  assert.equal(scene.stack.associationCount, 0);
  assert.equal(scene.stack.pollTimeout(), Number.POSITIVE_INFINITY);
  assert.deepEqual(scene.events, []);
});

test("RFC 9260 §12.2.4.1: an honest association comes up in the middle of a flood", () => {
  const scene = new Scene();
  flood(scene, 100, 3);
  scene.accept();
  flood(scene, 100, 4);
  assert.equal(scene.stack.associationCount, 1);
});

test("RFC 9260 §5.2.2: INITs in the name of a peer leave its association as it is", () => {
  const scene = new Scene();
  const { association, tag } = scene.accept();
  scene.receive(0, [initOf({ initiateTag: 1 })]);
  const deadline = scene.stack.pollTimeout();
  const floodWith = (first: number, count: number): void => {
    for (let index = first; index < first + count; index += 1) {
      scene.receive(0, [initOf({ initiateTag: index })]);
      scene.sent.length = 0;
    }
  };
  floodWith(2, 500);
  const before = collectedMemory().heapBytes;
  floodWith(1000, 2000);
  const keptBytes = collectedMemory().heapBytes - before;
  // Control blocks would be ten times as much.
  assert.ok(keptBytes < 2_000_000, `${keptBytes} bytes were kept`);
  assert.equal(association.tcb.localTag, tag);
  assert.equal(association.state, "ESTABLISHED");
  assert.equal(scene.stack.pollTimeout(), deadline);
});
