import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { AssociationConfigChange } from "../../../src/stack/config.js";
import type { StackEvent } from "../../../src/stack/events.js";
import { writePacketChecksum } from "../../../src/wire/crc32c.js";
import type { PacketRecord } from "../../../src/wire/packet-record.js";
import { onStream, Pair, payload, recordOf, seededEntropy, type PacketInFlight } from "../pair.js";

interface Scenario {
  readonly seed: number;
  /** Of how many packets in a hundred something becomes. */
  readonly faultPercent: number;
  readonly reads: boolean;
  readonly messageBytes: number;
  readonly config: AssociationConfigChange;
}

type Fault = (batch: PacketInFlight[], index: number, random: number) => void;

/** Changes a byte of a packet; its checksum is right all the same. */
function changed(at: number, mask: number): Fault {
  return (batch, index) => {
    const packet = batch[index] as PacketInFlight;
    if (at >= packet.bytes.length) return;
    const bytes = packet.bytes.slice();
    bytes[at] = (bytes[at] as number) ^ mask;
    writePacketChecksum(bytes, 0, bytes.length);
    batch[index] = { ...packet, bytes };
  };
}

/** What a packet in the middle of a long message is not to be taken for one with. */
const FAULTS: readonly Fault[] = [
  // Lost, twice, out of order, damaged.
  (batch, index) => batch.splice(index, 1),
  (batch, index) => batch.splice(index, 0, batch[index] as PacketInFlight),
  (batch, index) => batch.push(...batch.splice(index, 1)),
  (batch, index) => {
    const packet = batch[index] as PacketInFlight;
    const bytes = packet.bytes.slice();
    bytes[bytes.length - 1] = (bytes.at(-1) as number) ^ 1;
    batch[index] = { ...packet, bytes };
  },
  // Both ports, the tag.
  changed(1, 1),
  changed(3, 1),
  changed(7, 1),
  // The chunk type, each flag, the length.
  changed(12, 0x40),
  changed(13, 0x01),
  changed(13, 0x02),
  changed(13, 0x04),
  changed(13, 0x08),
  changed(13, 0x80),
  changed(15, 0x01),
  changed(15, 0x04),
  // TSN, stream, Stream Sequence Number, Payload Protocol Identifier.
  changed(19, 0x01),
  changed(20, 0x80),
  changed(21, 0x01),
  changed(23, 0x01),
  changed(27, 0x01),
];

function described(event: StackEvent): unknown {
  if (event.type !== "data") return event.type;
  const { streamId, ssn, ppid, unordered, tsn, cumulativeTsn, beginning, endOfRecord, data } = event;
  const payloadText = Buffer.from(data).toString("hex");
  return { streamId, ssn, ppid, unordered, tsn, cumulativeTsn, beginning, endOfRecord, payloadText };
}

/** Has Z receive batches of a transfer, each as one, or packet by packet, and answers all that comes of it. */
function outcomeOf(scenario: Scenario, together: boolean): unknown {
  const pair = new Pair({ seed: scenario.seed, a: { rtoMinMs: 200, noDelay: true }, z: scenario.config });
  pair.tracing = false;
  pair.establish();
  const { z } = pair;
  z.reads = scenario.reads;
  const random = seededEntropy(scenario.seed);
  const toZ: PacketInFlight[] = [];
  const fromZ: string[] = [];
  pair.tamper = (packet) => {
    if (packet.from === pair.a) {
      toZ.push(packet);
      return [];
    }
    fromZ.push(Buffer.from(packet.bytes).toString("hex"));
    return [packet];
  };
  for (let index = 0; index < 12; index += 1) {
    const unordered = random.randomUint32() % 4 === 0;
    pair.a.association.send(payload(scenario.messageBytes, index), onStream(0, { unordered }), pair.now);
  }
  const timeouts: number[] = [];
  for (let round = 0; round < 25; round += 1) {
    pair.advance(50);
    const batch = toZ.splice(0);
    for (let index = batch.length - 1; index >= 0; index -= 1) {
      if (random.randomUint32() % 100 >= scenario.faultPercent) continue;
      const drawn = random.randomUint32();
      (FAULTS[drawn % FAULTS.length] as Fault)(batch, index, drawn);
    }
    const records: PacketRecord[] = batch.map(recordOf);
    if (together) {
      for (let next = 0; next < records.length; )
        next = z.stack.handleSomePackets(records, next, records.length, pair.now);
    } else for (const record of records) z.stack.handlePackets([record], pair.now);
    pair.settle();
    timeouts.push(z.stack.pollTimeout());
  }
  return { fromZ, timeouts, events: z.events.map(described), statistics: z.stack.statistics };
}

test("RFC 9260 §6.2, §6.9: packets that go on with a message come to the same as one by one", () => {
  fc.assert(
    fc.property(
      fc.record({
        seed: fc.integer({ min: 1, max: 1_000_000 }),
        faultPercent: fc.constantFrom(0, 1, 5, 20),
        reads: fc.boolean(),
        messageBytes: fc.integer({ min: 1, max: 40_000 }),
        config: fc.record({
          receiveBufferBytes: fc.constantFrom(6000, 65_536, 1_048_576),
          partialDeliveryPointBytes: fc.constantFrom(0, 5000),
          sackFrequency: fc.constantFrom(1, 2, 3),
          autocloseMs: fc.constantFrom(0, 5000),
        }),
      }),
      (scenario) => {
        assert.deepEqual(outcomeOf(scenario, true), outcomeOf(scenario, false));
      },
    ),
    { numRuns: 150, seed: 9260 },
  );
});
