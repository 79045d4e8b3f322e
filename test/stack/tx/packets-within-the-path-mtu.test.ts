import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { tsnDistance } from "../../../src/base/serial-number.js";
import type { Chunk } from "../../../src/wire/chunk.js";
import { ip, onStream, payload } from "../pair.js";
import { dataOf, kindsOf, packetOf, PEER, PEER_TAG, PEER_TSN, sackOf, Scene, type Sent } from "../scene.js";

const MTU_BYTES = 600;
const IPV4_HEADER_BYTES = 20;

/** What is wrong with the packets sent: their size, the order of chunks, the order of TSNs. */
function faultsOf(sent: readonly Sent[]): string[] {
  const faults: string[] = [];
  for (const { bytes, chunks } of sent) {
    if (bytes.length > MTU_BYTES - IPV4_HEADER_BYTES) faults.push(`${bytes.length} bytes`);
    const firstData = chunks.findIndex(({ kind }) => kind === "DATA");
    if (firstData >= 0 && chunks.slice(firstData).some(({ kind }) => kind !== "DATA"))
      faults.push("a control chunk behind DATA");
    const tsns = chunks.flatMap((chunk) => (chunk.kind === "DATA" ? [chunk.tsn] : []));
    for (const [index, tsn] of tsns.slice(1).entries())
      if (tsnDistance(tsn, tsns[index] ?? tsn) <= 0) faults.push("TSNs that do not ascend");
  }
  return faults;
}

test("RFC 9260 §6.9: a chunk that finds no room beside a SACK leaves in the next packet", () => {
  const scene = new Scene({ mtuBytes: MTU_BYTES, config: { noDelay: true } });
  const { association, tag } = scene.accept();
  scene.receive(tag, [dataOf(PEER_TSN)]);
  // The second packet's SACK is delayed, and goes with whatever leaves.
  assert.deepEqual(scene.receive(tag, [dataOf(PEER_TSN + 1)]), []);
  association.send(payload(association.fragmentationPointBytes), onStream(0), scene.now);
  assert.deepEqual(kindsOf(scene.drain()), [["SACK"], ["DATA"]]);
  assert.deepEqual(scene.receive(tag, [dataOf(PEER_TSN + 2)]), []);
  association.send(payload(association.fragmentationPointBytes - 16), onStream(0), scene.now);
  const sent = scene.drain();
  assert.deepEqual(kindsOf(sent), [["SACK", "DATA"]]);
  assert.equal(sent[0]?.bytes.length, MTU_BYTES - IPV4_HEADER_BYTES);
});

test("RFC 9260 §6.10: packets to another path are no larger than what the primary path carries", () => {
  const scene = new Scene({ config: { heartbeatEnabled: false, maxBurst: 0 } });
  const { association, init } = scene.connect({}, ["10.0.0.1", "10.0.1.1"]);
  scene.stack.handleIcmp(
    {
      kind: "packet too big",
      source: undefined,
      destination: ip("10.0.0.1"),
      destinationUdpPort: PEER.udpPort,
      mtuBytes: MTU_BYTES,
      quotedBytes: packetOf({ ...PEER, port: 7000, toPort: PEER.port }, PEER_TAG, []),
    },
    scene.now,
  );
  assert.equal(association.primaryPath.mtuBytes, MTU_BYTES);
  for (let count = 0; count < 30; count += 1) association.send(payload(100), onStream(0), scene.now);
  const retransmitted = scene.advance(10_000).filter(({ destination }) => destination === "10.0.1.1");
  const [first] = retransmitted[0]?.chunks ?? [];
  assert.ok(first?.kind === "DATA" && first.tsn === init.initialTsn);
  assert.deepEqual(faultsOf(retransmitted), []);
});

test("RFC 9260 §6.10: whatever is to be sent, no packet exceeds the path MTU, and its chunks are in order", () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant("send" as const), bytes: fc.integer({ min: 1, max: 3000 }) }),
    fc.record({ kind: fc.constant("data" as const), skipped: fc.integer({ min: 0, max: 2 }) }),
    fc.record({ kind: fc.constant("heartbeat" as const), bytes: fc.integer({ min: 0, max: 300 }) }),
    fc.record({ kind: fc.constant("unknown" as const), bytes: fc.integer({ min: 0, max: 300 }) }),
    fc.record({ kind: fc.constant("ack" as const), part: fc.double({ min: 0, max: 1, noNaN: true }) }),
    fc.record({ kind: fc.constant("wait" as const), ms: fc.integer({ min: 0, max: 1500 }) }),
  );
  fc.assert(
    fc.property(fc.array(step, { minLength: 5, maxLength: 60 }), fc.boolean(), (steps, noDelay) => {
      const scene = new Scene({
        mtuBytes: MTU_BYTES,
        config: { noDelay, maxBurst: 0, associationMaxRetrans: 1000, heartbeatIntervalMs: 500 },
      });
      const { association, tag } = scene.accept();
      let peerTsn = PEER_TSN;
      const waiting: Chunk[] = [];
      for (const each of steps) {
        if (each.kind === "send") association.send(payload(each.bytes), onStream(0), scene.now);
        else if (each.kind === "wait") scene.advance(each.ms);
        else if (each.kind === "data") waiting.push(dataOf((peerTsn += 1 + each.skipped), { flags: 7 }));
        else if (each.kind === "heartbeat")
          waiting.push({ kind: "HEARTBEAT", info: new Uint8Array(each.bytes) });
        else if (each.kind === "unknown")
          waiting.push({ kind: "UNKNOWN", type: 0xdf, flags: 0, value: new Uint8Array(each.bytes) });
        else {
          const { outstanding } = association.tcb.retransmission;
          const acked = outstanding.firstTsn - 1 + Math.floor(each.part * outstanding.count);
          scene.receive(tag, [sackOf(acked), ...waiting.splice(0)]);
        }
      }
      assert.deepEqual(faultsOf(scene.sent), []);
      assert.equal(association.state, "ESTABLISHED");
    }),
    { numRuns: 200, seed: 610 },
  );
});
