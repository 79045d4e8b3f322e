/**
 * `npm run flood`: sends bogus INITs from random addresses to a stack, and shows what they cost and leave behind:
 * memory before and after, the time for each, and how long it takes to set up an honest association before, during and
 * after. First straight into a stack, then a share of them over UDP on the loopback network into a provider. Status 0
 * only when memory has stayed and honest associations have come up.
 *
 *   --inits N       how many (default 1000000)
 *   --udp N         how many over UDP (default 100000)
 *   --rate R        of these in a second (default 20000)
 *
 * @module
 */

import { createSocket } from "node:dgram";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { median } from "../bench/table.js";
import { internIpAddress, type IpAddress } from "../src/base/ip-address.js";
import { AF_INET, SctpSocket, SO_LINGER, SOCK_SEQPACKET, SOCK_STREAM, SOL_SOCKET } from "../src/index.js";
import { configure, DEFAULT_ASSOCIATION_CONFIG } from "../src/stack/config.js";
import type { Endpoint } from "../src/stack/endpoint.js";
import { Stack } from "../src/stack/stack.js";
import {
  createPacketRecord,
  createUserlandProvider,
  NodeEntropy,
  type PacketRecord,
  parseIpAddress,
  UdpEncapsulation,
  type UserlandProvider,
} from "../src/userland/index.js";
import { writePacketChecksum } from "../src/wire/crc32c.js";
import { collectedMemory, type MemoryFigures } from "../test/stack/collected-memory.js";
import { killAllPrograms, Program } from "../test/support/program.js";
import { nodeHmac } from "../test/stack/node-hmac.js";

const SCTP_PORT = 5001;
/** As many packets as a lower layer hands up at once. */
const BATCH = 64;
/** How many different batches there are: the addresses of no two of their packets are the same. */
const BATCHES = 1000;
/** Honest associations that are set up before, during and after, each. */
const HONEST = 200;
const HONEST_OVER_UDP = 60;
/** How much the heap may grow: the tables that know some thousand addresses and sizes fill up once. */
const GROWTH_BYTES_MAX = 4 * 1_048_576;
const INIT_PACKET_BYTES = 32;

const entropy = new NodeEntropy();

function address(text: string): IpAddress {
  const known = internIpAddress(text);
  if (known === undefined) throw new Error(`${text} is no address`);
  return known;
}

function randomBelow(limit: number): number {
  return entropy.randomUint32() % limit;
}

/** Writes an INIT as RFC 9260 §3.3.2 wants it, from a random port under a random tag, to `SCTP_PORT`. */
function writeInit(bytes: Uint8Array, offset: number): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset, INIT_PACKET_BYTES);
  view.setUint16(0, 1 + randomBelow(65_535));
  view.setUint16(2, SCTP_PORT);
  view.setUint32(4, 0);
  view.setUint32(12, 0x0100_0014);
  view.setUint32(16, 1 + randomBelow(0xffff_fffe));
  view.setUint32(20, 100_000);
  view.setUint32(24, 0x000a_000a);
  view.setUint32(28, entropy.randomUint32());
  writePacketChecksum(bytes, offset, INIT_PACKET_BYTES);
}

/** A batch of INITs from hosts that there are not, as a lower layer hands it up. */
function bogusBatch(): PacketRecord[] {
  const slab = new Uint8Array(BATCH * INIT_PACKET_BYTES);
  return Array.from({ length: BATCH }, (_, index) => {
    const record = createPacketRecord();
    record.slab = slab;
    record.offsetBytes = index * INIT_PACKET_BYTES;
    record.lengthBytes = INIT_PACKET_BYTES;
    writeInit(slab, record.offsetBytes);
    const host = [11 + randomBelow(200), randomBelow(256), randomBelow(256), randomBelow(256)].join(".");
    record.source = parseIpAddress(host);
    record.sourceUdpPort = 1 + randomBelow(65_535);
    record.destination = address("10.0.0.2");
    record.destinationUdpPort = 9899;
    return record;
  });
}

/** A stack with one endpoint, and nothing below it. */
class Host {
  readonly stack: Stack;
  readonly endpoint: Endpoint;

  constructor(own: string, port: number) {
    this.stack = new Stack({
      entropy,
      crypto: nodeHmac,
      checksum: "compute",
      mtuBytes: () => 1500,
      headerBytes: () => 28,
    });
    this.endpoint = this.stack.createEndpoint({
      port,
      localUdpPort: 9899,
      addresses: [address(own)],
      config: configure(DEFAULT_ASSOCIATION_CONFIG, {}),
      advertise: () => [],
    });
  }

  /** What it has to send, with bytes of its own; events are taken and forgotten. */
  drain(): PacketRecord[] {
    const out: PacketRecord[] = [];
    for (;;) {
      const packets = this.stack.pollPackets(performance.now());
      for (const record of packets) {
        const { offsetBytes, lengthBytes } = record;
        out.push({
          ...record,
          slab: record.slab.slice(offsetBytes, offsetBytes + lengthBytes),
          offsetBytes: 0,
        });
      }
      let isQuiet = packets.length === 0;
      while (this.stack.pollEvent() !== undefined) isQuiet = false;
      if (isQuiet) return out;
    }
  }

  /** Hands packets up as if they had come from a host. */
  take(packets: readonly PacketRecord[], from: string): void {
    const batch = packets.map((record) => ({ ...record, source: address(from), sourceUdpPort: 9899 }));
    this.stack.handlePackets(batch, performance.now());
  }
}

/** Everything straight into one stack. */
class DirectFlood {
  readonly #server = new Host("10.0.0.2", SCTP_PORT);
  readonly #client = new Host("10.0.0.1", 7000);
  readonly #batches = Array.from({ length: BATCHES }, bogusBatch);
  #next = 0;
  /** How many INITs have been answered with INIT ACK. */
  answers = 0;

  constructor() {
    this.#server.endpoint.acceptance = () => true;
  }

  /** One batch in, and what it causes out. */
  flood(): void {
    const { stack } = this.#server;
    const now = performance.now();
    stack.handlePackets(this.#batches[this.#next % BATCHES] as PacketRecord[], now);
    this.#next += 1;
    for (let sent = stack.pollPackets(now); sent.length > 0; sent = stack.pollPackets(now)) {
      this.answers += sent.length;
    }
  }

  /**
   * Sets an association up and ends it.
   *
   * @param between - what happens on the way of each packet to the server
   * @returns how long the setting up took, milliseconds
   */
  honest(between: () => void): number {
    const server = this.#server;
    const client = this.#client;
    const start = performance.now();
    const target = { addresses: [address("10.0.0.2")], port: SCTP_PORT, udpPort: 9899 };
    const association = client.endpoint.associate(target, start);
    for (let round = 0; round < 2; round += 1) {
      const packets = client.drain();
      between();
      server.take(packets, "10.0.0.1");
      client.take(server.drain(), "10.0.0.2");
    }
    const durationMs = performance.now() - start;
    if (association.state !== "ESTABLISHED") throw new Error("an honest association has not come up");
    association.abort([]);
    server.take(client.drain(), "10.0.0.1");
    server.drain();
    if (server.stack.associationCount !== 0) throw new Error("an association was left behind");
    return durationMs;
  }

  /** The median time of a number of honest associations. */
  honestMs(between: () => void): number {
    return median(Array.from({ length: HONEST }, () => this.honest(between)));
  }

  /** Whether anything waits for a time-out. */
  get hasTimer(): boolean {
    return Number.isFinite(this.#server.stack.pollTimeout());
  }
}

function showMemory(when: string, { heapBytes, externalBytes, residentBytes }: MemoryFigures): void {
  const mega = (bytes: number): string => (bytes / 1_048_576).toFixed(2).padStart(8);
  console.log(
    `flood: ${when.padEnd(7)} heap ${mega(heapBytes)} MiB, external ${mega(externalBytes)} MiB, ` +
      `resident ${mega(residentBytes)} MiB`,
  );
}

function checkGrowth(before: MemoryFigures, after: MemoryFigures): void {
  const growth = after.heapBytes + after.externalBytes - before.heapBytes - before.externalBytes;
  console.log(`flood: grown by ${(growth / 1024).toFixed(0)} KiB (at most ${GROWTH_BYTES_MAX / 1024} KiB)`);
  if (growth > GROWTH_BYTES_MAX) throw new Error("memory has grown");
}

function showHonest(before: number, during: number, after: number): void {
  const [a, b, c] = [before, during, after].map((value) => value.toFixed(3));
  console.log(`flood: an honest association, median: ${a} ms before, ${b} ms during, ${c} ms after`);
}

function floodDirectly(inits: number): void {
  console.log(`flood: ${inits} INITs straight into a stack, from ${BATCH * BATCHES} random addresses`);
  const flood = new DirectFlood();
  // The compiler has its turn first.
  for (let count = 0; count < 500; count += 1) flood.flood();
  for (let times = 0; times < 5; times += 1) flood.honestMs(() => {});
  const before = collectedMemory();
  showMemory("before", before);
  const honestBefore = flood.honestMs(() => {});
  const batches = Math.ceil(inits / BATCH);
  const answersBefore = flood.answers;
  let honestDuring = Number.NaN;
  let cpuMicros = 0;
  for (let half = 0; half < 2; half += 1) {
    const start = process.cpuUsage();
    for (let count = 0; count < batches / 2; count += 1) flood.flood();
    const { user, system } = process.cpuUsage(start);
    cpuMicros += user + system;
    // Each packet of the honest client stands behind a batch of the attacker's.
    if (half === 0) honestDuring = flood.honestMs(() => flood.flood());
  }
  const honestAfter = flood.honestMs(() => {});
  const after = collectedMemory();
  showMemory("after", after);
  const sent = 2 * Math.ceil(batches / 2) * BATCH;
  const micros = cpuMicros / sent;
  console.log(
    `flood: ${sent} INITs, ${flood.answers - answersBefore} INIT ACKs (those of the honest handshakes' batches too), ` +
      `${micros.toFixed(2)} µs of CPU time for each, checksum, cookie and answer included`,
  );
  showHonest(honestBefore, honestDuring, honestAfter);
  console.log(
    `flood: during it, each packet waits for ${BATCH} INITs: ${((2 * BATCH * micros) / 1000).toFixed(3)} ms`,
  );
  if (flood.hasTimer) throw new Error("a timer was left behind");
  checkGrowth(before, after);
}

/** The times of honest connects over UDP, each closed again, milliseconds. */
async function honestOverUdp(
  provider: UserlandProvider,
  goesOn: (count: number) => boolean,
): Promise<number[]> {
  const times: number[] = [];
  while (goesOn(times.length)) {
    const socket = new SctpSocket(AF_INET, SOCK_STREAM, { provider });
    socket.setsockopt(SOL_SOCKET, SO_LINGER, { l_onoff: 1, l_linger: 0 });
    const start = performance.now();
    await socket.connect({ address: "127.0.0.1", port: SCTP_PORT });
    times.push(performance.now() - start);
    await socket.close();
  }
  return times;
}

function isBelowNumber(count: number): boolean {
  return count < HONEST_OVER_UDP;
}

async function floodOverUdp(inits: number, rate: number): Promise<void> {
  console.log(
    `flood: ${inits} INITs over UDP, ${rate} a second, from 64 random addresses of the loopback network`,
  );
  const lowerLayer = new UdpEncapsulation({ localUdpPort: 0 });
  const udpPort = lowerLayer.acquirePort({ kind: "listening", addresses: [address("127.0.0.1")] });
  const provider = createUserlandProvider({ lowerLayer });
  const server = new SctpSocket(AF_INET, SOCK_SEQPACKET, { provider });
  server.bind({ address: "127.0.0.1", port: SCTP_PORT });
  server.listen();
  const clients = createUserlandProvider({ remoteUdpPort: udpPort, lowerLayer: new UdpEncapsulation() });
  // The compiler has its turn first.
  await honestOverUdp(clients, (count) => count < 5 * HONEST_OVER_UDP);
  const before = collectedMemory();
  showMemory("before", before);
  const honestBefore = median(await honestOverUdp(clients, isBelowNumber));
  const packetsBefore = provider.statistics.inPackets;
  const self = fileURLToPath(import.meta.url);
  const attacker = new Program(process.execPath, [
    self,
    "attack",
    String(udpPort),
    String(inits),
    String(rate),
  ]);
  await attacker.waitForOutput(/^begun$/m);
  let isOver = false;
  const ended = attacker.waitForEnd(600_000).finally(() => {
    isOver = true;
  });
  const during = await honestOverUdp(clients, () => !isOver);
  const { status } = await ended;
  if (status !== 0) throw new Error(`the attacker failed: ${attacker.tail()}`);
  const honestAfter = median(await honestOverUdp(clients, isBelowNumber));
  const after = collectedMemory();
  showMemory("after", after);
  console.log(`flood: ${provider.statistics.inPackets - packetsBefore} packets came in`);
  showHonest(honestBefore, median(during), honestAfter);
  checkGrowth(before, after);
  await server.close();
  await Promise.all([provider.close(), clients.close()]);
}

/** The attacker's process. */
async function attack(udpPort: number, inits: number, rate: number): Promise<void> {
  const sockets = await Promise.all(
    Array.from({ length: 64 }, async () => {
      const socket = createSocket("udp4");
      const host = `127.${randomBelow(256)}.${randomBelow(256)}.${1 + randomBelow(254)}`;
      // Elsewhere than on Linux only one address of that network is there.
      socket.bind(0, process.platform === "linux" ? host : "127.0.0.1");
      await once(socket, "listening");
      return socket;
    }),
  );
  console.log("begun");
  const start = performance.now();
  for (let sent = 0; sent < inits; ) {
    const due = Math.min(inits, Math.floor(((performance.now() - start) * rate) / 1000));
    for (; sent < due; sent += 1) {
      const bytes = new Uint8Array(INIT_PACKET_BYTES);
      writeInit(bytes, 0);
      sockets[sent % sockets.length]?.send(bytes, udpPort, "127.0.0.1");
    }
    await delay(2);
  }
  for (const socket of sockets) socket.close();
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: {
      inits: { type: "string", default: "1000000" },
      udp: { type: "string", default: "100000" },
      rate: { type: "string", default: "20000" },
    },
    allowPositionals: true,
  });
  if (positionals[0] === "attack") {
    await attack(Number(positionals[1]), Number(positionals[2]), Number(positionals[3]));
    return;
  }
  const [inits, udp, rate] = [Number(values.inits), Number(values.udp), Number(values.rate)];
  if (!(inits >= 1) || !(udp >= 0) || !(rate >= 1)) throw new Error("--inits, --udp and --rate take numbers");
  floodDirectly(inits);
  if (udp > 0) await floodOverUdp(udp, rate);
  console.log("flood: memory stayed, and honest associations came up");
}

process.on("exit", killAllPrograms);
try {
  await main();
} catch (error) {
  console.error(`flood: FAILED: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  process.exit(1);
}
