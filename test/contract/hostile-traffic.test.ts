/**
 * What anybody on the network can send to the UDP port of a server: it must go on working, and must not grow.
 */
import assert from "node:assert/strict";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { AF_INET, SctpSocket, SOCK_SEQPACKET, SOCK_STREAM } from "../../src/index.js";
import { OUT_OF_THE_BLUE_ANSWERS_PER_SECOND } from "../../src/stack/limits.js";
import { crc32c } from "../../src/wire/crc32c.js";
import {
  createUserlandProvider,
  parseIpAddress,
  SeededEntropy,
  UdpEncapsulation,
  type UserlandProvider,
} from "../../src/userland/index.js";
import { bytesOf, pattern, textOf } from "./world.js";

const LOOPBACK = parseIpAddress("127.0.0.1")!;
/** How many hostile packets of each kind: more than any queue of the stack holds. */
const FLOOD_PACKETS = 4000;

interface Scene {
  readonly provider: UserlandProvider;
  readonly server: SctpSocket;
  readonly client: SctpSocket;
  readonly attacker: Socket;
  readonly udpPort: number;
}

async function createAttacker(): Promise<Socket> {
  const attacker = createSocket("udp4");
  attacker.bind(0, "127.0.0.1");
  await once(attacker, "listening");
  return attacker;
}

async function scene(): Promise<Scene> {
  const lowerLayer = new UdpEncapsulation({ localUdpPort: 0 });
  const udpPort = lowerLayer.acquirePort({ kind: "listening", addresses: [LOOPBACK] });
  const provider = createUserlandProvider({ lowerLayer });
  const server = new SctpSocket(AF_INET, SOCK_SEQPACKET, { provider });
  server.bind({ address: "127.0.0.1", port: 5000 });
  server.listen();
  const clientLayer = new UdpEncapsulation({ localUdpPort: 0 });
  const clientProvider = createUserlandProvider({ lowerLayer: clientLayer, remoteUdpPort: udpPort });
  const client = new SctpSocket(AF_INET, SOCK_STREAM, { provider: clientProvider });
  await client.connect({ address: "127.0.0.1", port: 5000 });
  return { provider, server, client, attacker: await createAttacker(), udpPort };
}

/** Sends packets so that the server gets its turn between them, and answers how many the server has answered. */
async function flood(each: Scene, count: number, make: (index: number) => Uint8Array): Promise<number> {
  let answers = 0;
  const note = (): void => {
    answers += 1;
  };
  each.attacker.on("message", note);
  for (let index = 0; index < count; index += 1) {
    each.attacker.send(make(index), each.udpPort, "127.0.0.1");
    if (index % 50 === 49) {
      // oxlint-disable-next-line no-await-in-loop -- a message to and fro gives the server its turn
      await exchange(each);
    }
  }
  await exchange(each);
  each.attacker.off("message", note);
  return answers;
}

async function exchange({ client, server }: Scene): Promise<void> {
  await client.send(bytesOf("are you there"));
  const { data, address } = await server.sctp_recvv();
  assert.equal(textOf(data), "are you there");
  await server.sctp_sendv(data, { to: address! });
  assert.equal(textOf(await client.recv()), "are you there");
}

/** An SCTP packet to the server: common header, chunk, right checksum. */
function packet(sourcePort: number, tag: number, chunk: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(12 + chunk.length);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, sourcePort);
  view.setUint16(2, 5000);
  view.setUint32(4, tag);
  bytes.set(chunk, 12);
  view.setUint32(8, crc32c(bytes, 0, bytes.length), true);
  return bytes;
}

/** RFC 9260 §3.3.2. */
function init(sourcePort: number): Uint8Array {
  const tag = [0, 1, sourcePort >> 8, sourcePort & 255];
  return packet(sourcePort, 0, [1, 0, 0, 20, ...tag, 0, 1, 0, 0, 0, 10, 0, 10, 0, 0, 0, 1]);
}

/** What is left when everything that nobody needs has been collected. */
function heapBytes(): number {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
  return process.memoryUsage().heapUsed;
}

async function withScene(run: (each: Scene) => Promise<void>): Promise<void> {
  const each = await scene();
  try {
    await exchange(each);
    await run(each);
  } finally {
    await Promise.all([each.client.close(), each.server.close()]);
    each.attacker.close();
    await each.provider.close();
  }
}

test("random bytes and truncated packets are dropped, and the server goes on", async () => {
  await withScene(async (each) => {
    const entropy = new SeededEntropy(42);
    const whole = init(4000);
    const answers = await flood(each, FLOOD_PACKETS, (index) => {
      if (index % 3 === 0) return whole.subarray(0, index % whole.length);
      const bytes = new Uint8Array(index % 1400);
      entropy.fillRandom(bytes);
      // Half of them have a right checksum, so that they get further.
      if (index % 2 === 0 || bytes.length < 12) return bytes;
      const chunk = [...bytes.subarray(12, 12 + ((bytes.length - 12) & ~3))];
      return packet(5001, 0x01020304, chunk);
    });
    assert.ok(answers <= FLOOD_PACKETS);
    assert.equal(each.server.sctp_getpaddrs(3).length, 1);
  });
});

test("RFC 9260 §5.1: a flood of INITs leaves nothing behind", async () => {
  await withScene(async (each) => {
    await flood(each, 500, (index) => init(1000 + index));
    const before = heapBytes();
    const answers = await flood(each, FLOOD_PACKETS, (index) => init(1024 + index));
    assert.ok(answers > 0, "INIT ACK carries the state away");
    // One association's state is some KiB; that of all would be tens of MiB.
    assert.ok(heapBytes() - before < 8 * 1_048_576, "nothing was kept");
  });
});

test("RFC 9260 §8.4: a flood out of the blue is answered in measure", async () => {
  await withScene(async (each) => {
    const data = [0, 3, 0, 20, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4];
    const start = performance.now();
    const answers = await flood(each, FLOOD_PACKETS, (index) => packet(2000 + index, 7, data));
    // A slow machine takes so long that all of them may be answered.
    const seconds = 1 + (performance.now() - start) / 1000;
    assert.ok(answers > 0 && answers <= seconds * OUT_OF_THE_BLUE_ANSWERS_PER_SECOND, `${answers} answers`);
    // Somebody else, who gets none of the answers that are still under way to the first.
    const attacker = await createAttacker();
    const aborts = await flood({ ...each, attacker }, 500, (index) => packet(2000 + index, 7, [6, 0, 0, 4]));
    attacker.close();
    assert.equal(aborts, 0, "an ABORT is never answered");
  });
});

test("RFC 9260 §8.5: forged packets of an association move nothing", async () => {
  await withScene(async (each) => {
    const { port } = each.client.getsockname();
    const chunks = [
      [6, 0, 0, 4],
      [14, 0, 0, 4],
      [7, 0, 0, 8, 0, 0, 0, 0],
      [0, 3, 0, 20, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4],
      [3, 0, 0, 16, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0],
    ];
    await flood(each, 1000, (index) => packet(port, index, chunks[index % chunks.length] as number[]));
    await flood(each, 50, () => init(port));
    await each.client.send(pattern(100_000));
    assert.deepEqual((await each.server.sctp_recvv()).data, pattern(100_000));
  });
});
