import assert from "node:assert/strict";
import { test } from "node:test";
import { tsn } from "../../../src/base/serial-number.js";
import type { Chunk } from "../../../src/wire/chunk.js";
import { onStream, payload } from "../pair.js";
import { Scene } from "../scene.js";

test("RFC 9260 §3.3.8: a SHUTDOWN takes back no Gap Ack Block", () => {
  const scene = new Scene({ config: { noDelay: true } });
  const { association, tag, initAck } = scene.accept();
  for (let index = 0; index < 3; index += 1) association.send(payload(100), onStream(0), scene.now);
  scene.drain();
  const cumulativeTsnAck = tsn((initAck.initialTsn - 1) >>> 0);
  const sack: Chunk = {
    kind: "SACK",
    cumulativeTsnAck,
    aRwnd: 100_000,
    gapAckBlocks: [{ start: 2, end: 3 }],
    duplicateTsns: [],
  };
  scene.receive(tag, [sack]);
  scene.receive(tag, [{ kind: "SHUTDOWN", cumulativeTsnAck }]);
  assert.equal(association.state, "SHUTDOWN-RECEIVED");
  const tsns = scene
    .advance(5000)
    .flatMap(({ chunks }) => chunks.flatMap((chunk) => (chunk.kind === "DATA" ? [chunk.tsn] : [])));
  assert.ok(tsns.length > 0, "T3-rtx repeats what is missing");
  assert.deepEqual([...new Set(tsns)], [initAck.initialTsn], "and nothing of what was reported");
});
