import assert from "node:assert/strict";
import { test } from "node:test";
import { parseIpAddress } from "../../src/base/ip-address.js";
import { SO_RCVBUF, SOL_SOCKET } from "../../src/sockets/constants.js";
import type { SctpSocket } from "../../src/sockets/sctp-socket.js";
import type { LowerLayer } from "../../src/userland/lower-layer.js";
import { SeededEntropy } from "../../src/userland/seeded-entropy.js";
import { UdpEncapsulation } from "../../src/userland/udp-encapsulation.js";
import { createUserlandProvider } from "../../src/userland/userland-provider.js";
import type { Chunk } from "../../src/wire/chunk.js";
import { isMalformed } from "../../src/wire/malformed.js";
import { parsePacket } from "../../src/wire/packet.js";
import { describeEachUdpIo } from "./each-udp-io.js";
import { drain, oneToOne, World } from "./world.js";

const CLIENT = { address: "10.0.0.1", port: 4000 };
const SERVER = { address: "10.0.0.2", port: 5000 };
const WAITING_BYTES = 50_000;
const MESSAGE_BYTES = 10_000;

interface Scene {
  readonly world: World;
  readonly client: SctpSocket;
  readonly server: SctpSocket;
  /** What both hosts have told of their windows, by the kind of the chunk. */
  readonly windows: Map<Chunk["kind"], number[]>;
}

/** Two hosts at which only so many bytes may wait to be handled. */
async function scene(waitingBytes: number, receiveBufferBytes: number): Promise<Scene> {
  const world = new World();
  const windows = new Map<Chunk["kind"], number[]>();
  world.network.onPacket(({ bytes }) => {
    const packet = parsePacket(bytes);
    if (isMalformed(packet)) return;
    for (const chunk of packet.chunks)
      if ("aRwnd" in chunk) windows.set(chunk.kind, [...(windows.get(chunk.kind) ?? []), chunk.aRwnd]);
  });
  const [client, listener] = [CLIENT, SERVER].map(({ address }, index) => {
    const host: LowerLayer = world.network.host(address);
    const lowerLayer = Object.assign(host, { receiveBufferBytes: waitingBytes });
    const entropy = new SeededEntropy(index + 1);
    const socket = oneToOne(createUserlandProvider({ clock: world.clock, lowerLayer, entropy }));
    socket.setsockopt(SOL_SOCKET, SO_RCVBUF, receiveBufferBytes);
    return socket;
  }) as [SctpSocket, SctpSocket];
  listener.bind(SERVER);
  listener.listen();
  const accepted = listener.accept();
  await world.until(client.connect(SERVER));
  return { world, client, server: (await world.until(accepted)).socket, windows };
}

async function sendMessages({ world, client }: Scene, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    await world.until(client.sctp_sendv(new Uint8Array(MESSAGE_BYTES).fill(index)));
  }
}

test("RFC 9260 §6.2: no window is larger than what may wait below, and the receive buffer stays as it is", async () => {
  const set = await scene(WAITING_BYTES, 1024 * 1024);
  await sendMessages(set, 40);
  await set.world.clock.advanceBy(10_000);
  const { windows, server } = set;
  assert.deepEqual(windows.get("INIT"), [WAITING_BYTES]);
  assert.deepEqual(windows.get("INIT ACK"), [WAITING_BYTES]);
  const largest = Math.max(...(windows.get("SACK") ?? []));
  assert.equal(largest, WAITING_BYTES);
  // Nobody has read yet: eight times as much as the window has arrived.
  assert.equal(drain(server).length, 40);
});

test("RFC 9260 §6.2: where the receive buffer has less room than that, its room is the window", async () => {
  const set = await scene(WAITING_BYTES, 30_000);
  await sendMessages(set, 10);
  await set.world.clock.advanceBy(10_000);
  assert.deepEqual(set.windows.get("INIT ACK"), [30_000]);
  assert.ok(Math.min(...(set.windows.get("SACK") ?? [])) < 1500, "the window has closed");
  let messages = 0;
  for (let round = 0; round < 10; round += 1) {
    messages += drain(set.server).length;
    // oxlint-disable-next-line no-await-in-loop -- what is read makes room, of which a SACK tells at once
    await set.world.clock.advanceBy(200);
  }
  assert.equal(messages, 10);
});

test("RFC 9260 §3.3.2: a window that peers refuse is not told of", async () => {
  const set = await scene(100, 1024 * 1024);
  assert.deepEqual(set.windows.get("INIT"), [1500]);
  await sendMessages(set, 2);
  await set.world.clock.advanceBy(10_000);
  assert.equal(drain(set.server).length, 2);
});

describeEachUdpIo(() => {
  test("udp: what the system has given to the receive buffer is known once a socket is open", async (t) => {
    for (const [askedBytes, grantedBytes] of [
      [50_000, 50_000],
      [2 ** 31 - 1, undefined],
    ] as const) {
      const layer = new UdpEncapsulation({ localUdpPort: 0, receiveBufferBytes: askedBytes });
      t.after(() => layer.close());
      assert.equal(layer.receiveBufferBytes, undefined);
      layer.acquirePort({ kind: "listening", addresses: [parseIpAddress("127.0.0.1")!] });
      const given = layer.receiveBufferBytes ?? 0;
      if (grantedBytes === undefined) assert.ok(given > 10_000 && given < askedBytes, String(given));
      else assert.equal(given, grantedBytes);
    }
  });
});
