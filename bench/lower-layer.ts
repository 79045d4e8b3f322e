/**
 * How many packets a second the lower layer carries by itself over UDP on the loopback interface, in batches through
 * the addon and one by one through `node:dgram`, with the CPU time that each packet costs at each end:
 *
 *   npm run bench:lower-layer -- [--bytes B] [--seconds T] [--runs R]
 *
 * Two processes. The receiver tells the sender how much has come, and the sender keeps a mebibyte on its way, so that
 * nothing has to be dropped. There is no SCTP in it, but checksums are computed and verified, by whoever does so.
 *
 * @module
 */

import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { parseIpAddress } from "../src/base/ip-address.js";
import { UdpEncapsulation } from "../src/userland/udp-encapsulation.js";
import type { UdpIo } from "../src/userland/udp/udp-io.js";
import { hasValidChecksum, writePacketChecksum } from "../src/wire/crc32c.js";
import { createPacketRecord, type PacketRecord } from "../src/wire/packet-record.js";
import { formatNumber, formatTable, median } from "./table.js";

const LOOPBACK = parseIpAddress("127.0.0.1")!;
/** One flush of the stack. */
const BATCH_PACKETS = 90;
const IN_FLIGHT_BYTES = 2 ** 20;
/** Where a packet's number stands, behind the common header. */
const NUMBER_OFFSET = 12;
const CREDIT_BYTES = 28;
/** After so long without news what was on its way counts as lost. */
const STALLED_MS = 50;

interface Result {
  readonly packetsPerSecond: number;
  readonly senderMicros: number;
  readonly receiverMicros: number;
  readonly lost: number;
}

interface End {
  readonly packets: number;
  readonly micros: number;
}

function cpuMicros(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

function fill(record: PacketRecord, from: number, to: number): PacketRecord {
  record.sourceUdpPort = from;
  record.destination = LOOPBACK;
  record.destinationUdpPort = to;
  return record;
}

/** Takes packets, and answers each batch with the last one's number, until the sender's process has done. */
function receive(io: UdpIo): void {
  const layer = new UdpEncapsulation({ localUdpPort: 0, io });
  const verifies = layer.capabilities.checksum === "stack";
  const credit = createPacketRecord();
  credit.slab = new Uint8Array(CREDIT_BYTES);
  credit.lengthBytes = CREDIT_BYTES;
  const view = new DataView(credit.slab.buffer);
  let packets = 0;
  let last = 0;
  let started = 0;
  layer.ref();
  layer.start({
    onPackets: (batch) => {
      if (packets === 0) started = cpuMicros();
      packets += batch.length;
      for (const { slab, offsetBytes, lengthBytes, hasWrongChecksum } of batch) {
        const isRight = verifies ? hasValidChecksum(slab, offsetBytes, lengthBytes) : !hasWrongChecksum;
        if (!isRight) throw new Error("a checksum is wrong");
        last = new DataView(slab.buffer, slab.byteOffset + offsetBytes).getUint32(NUMBER_OFFSET);
      }
      view.setUint32(NUMBER_OFFSET, last);
      if (verifies) writePacketChecksum(credit.slab, 0, CREDIT_BYTES);
      const { sourceUdpPort, destinationUdpPort } = batch[0] as PacketRecord;
      layer.send([fill(credit, destinationUdpPort, sourceUdpPort)]);
    },
    onWritable: () => {},
    onError: () => {},
  });
  const port = layer.acquirePort({ kind: "listening", addresses: [LOOPBACK] });
  process.send?.(port);
  process.on("message", () => {
    process.send?.({ packets, micros: cpuMicros() - started } satisfies End, () => process.exit());
  });
}

/** Sends as much as the receiver keeps up with, for some seconds. */
function send(io: UdpIo, to: number, lengthBytes: number, seconds: number): void {
  const layer = new UdpEncapsulation({ localUdpPort: 0, io });
  const computes = layer.capabilities.checksum === "stack";
  const slab = new Uint8Array(BATCH_PACKETS * lengthBytes);
  const view = new DataView(slab.buffer);
  const inFlightMax = Math.trunc(IN_FLIGHT_BYTES / lengthBytes);
  let sent = 0;
  let acknowledged = 0;
  let heardAt = performance.now();
  const port = layer.acquirePort({ kind: "ephemeral", addresses: [LOOPBACK] });
  const batch = Array.from({ length: BATCH_PACKETS }, (_, index) => {
    const record = fill(createPacketRecord(), port, to);
    record.slab = slab;
    record.offsetBytes = index * lengthBytes;
    record.lengthBytes = lengthBytes;
    return record;
  });
  const flush = (): void => {
    while (sent - acknowledged + BATCH_PACKETS <= inFlightMax) {
      for (const [index, { offsetBytes }] of batch.entries()) {
        view.setUint32(offsetBytes + NUMBER_OFFSET, sent + index + 1);
        if (computes) writePacketChecksum(slab, offsetBytes, lengthBytes);
      }
      const taken = layer.send(batch);
      sent += taken;
      if (taken < BATCH_PACKETS) return;
    }
  };
  layer.ref();
  layer.start({
    onPackets: (packets) => {
      for (const { slab: bytes, offsetBytes } of packets) {
        acknowledged = new DataView(bytes.buffer, bytes.byteOffset + offsetBytes).getUint32(NUMBER_OFFSET);
      }
      heardAt = performance.now();
      flush();
    },
    onWritable: flush,
    onError: () => {},
  });
  const started = cpuMicros();
  const stalled = setInterval(() => {
    if (performance.now() - heardAt < STALLED_MS) return;
    acknowledged = sent;
    flush();
  }, STALLED_MS);
  setTimeout(() => {
    clearInterval(stalled);
    const end: End = { packets: sent, micros: cpuMicros() - started };
    process.send?.(end, () => process.exit());
  }, seconds * 1000);
  flush();
}

async function messageOf(child: ReturnType<typeof fork>): Promise<unknown> {
  return new Promise((resolve, reject) => {
    child.once("message", resolve);
    child.once("exit", (code) => reject(new Error(`a process ended with ${code}`)));
  });
}

async function run(io: UdpIo, lengthBytes: number, seconds: number): Promise<Result> {
  const self = fileURLToPath(import.meta.url);
  const receiver = fork(self, ["--role", "receive", "--io", io]);
  const port = (await messageOf(receiver)) as number;
  const options = ["--port", String(port), "--bytes", String(lengthBytes), "--seconds", String(seconds)];
  const sender = fork(self, ["--role", "send", "--io", io, ...options]);
  const sent = (await messageOf(sender)) as End;
  const answer = messageOf(receiver);
  receiver.send("done");
  const received = (await answer) as End;
  return {
    packetsPerSecond: received.packets / seconds,
    senderMicros: sent.micros / received.packets,
    receiverMicros: received.micros / received.packets,
    lost: sent.packets - received.packets,
  };
}

async function main(lengthBytes: number, seconds: number, runs: number): Promise<void> {
  const ways: readonly UdpIo[] = ["dgram", "batch"];
  const results = new Map<UdpIo, Result[]>(ways.map((io) => [io, []]));
  for (let count = 0; count < runs; count += 1) {
    for (const io of ways) results.get(io)?.push(await run(io, lengthBytes, seconds));
  }
  const rows = ways.map((io) => {
    const all = results.get(io) ?? [];
    const of = (value: (result: Result) => number): number => median(all.map(value));
    return [
      io,
      formatNumber(of(({ packetsPerSecond }) => packetsPerSecond)),
      formatNumber(of(({ senderMicros }) => senderMicros)),
      formatNumber(of(({ receiverMicros }) => receiverMicros)),
      formatNumber(of(({ lost }) => lost)),
    ];
  });
  const columns = ["io", "packets/s", "sender µs CPU", "receiver µs CPU", "lost"];
  const title = `The lower layer alone, packets of ${lengthBytes} bytes, medians of ${runs} runs of ${seconds} s`;
  console.log(formatTable({ title, columns, rows }, false));
}

const { values } = parseArgs({
  options: {
    role: { type: "string" },
    io: { type: "string", default: "auto" },
    port: { type: "string", default: "0" },
    bytes: { type: "string", default: "1400" },
    seconds: { type: "string", default: "2" },
    runs: { type: "string", default: "5" },
  },
});
const [io, lengthBytes, seconds] = [values.io as UdpIo, Number(values.bytes), Number(values.seconds)];
if (values.role === "receive") receive(io);
else if (values.role === "send") send(io, Number(values.port), lengthBytes, seconds);
else await main(lengthBytes, seconds, Number(values.runs));
