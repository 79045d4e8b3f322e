import assert from "node:assert/strict";
import { test } from "node:test";
import type { IpAddress } from "../../src/base/ip-address.js";
import {
  AF_INET,
  IPPROTO_SCTP,
  SCTP_EVENT,
  SCTP_NODELAY,
  SCTP_NOTIFICATIONS_STOPPED_EVENT,
  SCTP_SENDER_DRY_EVENT,
  SO_SNDBUF,
  SOCK_SEQPACKET,
  SOL_SOCKET,
} from "../../src/sockets/constants.js";
import type { Readiness } from "../../src/sockets/provider.js";
import { SctpSocket } from "../../src/sockets/sctp-socket.js";
import { NOTIFICATIONS_QUEUED_MAX } from "../../src/stack/limits.js";
import type { Clock, TimerHandle } from "../../src/userland/clock.js";
import type { LowerLayer, LowerLayerHandlers, PortRequest } from "../../src/userland/lower-layer.js";
import type { MemoryHost } from "../../src/userland/memory-host.js";
import { createUserlandProvider } from "../../src/userland/userland-provider.js";
import { type PacketRecord, packetBytes } from "../../src/wire/packet-record.js";
import { bytesOf, drain, oneToMany, oneToOne, textOf, World } from "./world.js";

const SERVER = { address: "10.0.0.2", port: 5000 };

/** A lower layer that takes only so many packets before it says that it is full; the rest is another's. */
class SlowLayer implements LowerLayer {
  readonly capabilities;
  credit = Number.POSITIVE_INFINITY;
  calls = 0;
  /** How many bytes the largest batch had. */
  largestBatchBytes = 0;
  /** How often it was called while it handed packets over last. */
  callsWhileReceiving = 0;
  refs = 0;
  private readonly host: MemoryHost;
  private handlers: LowerLayerHandlers | undefined;

  constructor(host: MemoryHost) {
    this.host = host;
    this.capabilities = host.capabilities;
  }

  start(handlers: LowerLayerHandlers): void {
    this.handlers = handlers;
    const onPackets = (batch: readonly PacketRecord[]): void => {
      const { calls } = this;
      handlers.onPackets(batch);
      this.callsWhileReceiving = this.calls - calls;
    };
    this.host.start({ ...handlers, onPackets });
  }

  acquirePort(request: PortRequest): number {
    return this.host.acquirePort(request);
  }

  releasePort(port: number): void {
    this.host.releasePort(port);
  }

  send(batch: readonly PacketRecord[]): number {
    this.calls += 1;
    const batchBytes = batch.reduce((sum, { lengthBytes }) => sum + lengthBytes, 0);
    this.largestBatchBytes = Math.max(this.largestBatchBytes, batchBytes);
    const taken = Math.min(batch.length, this.credit);
    this.credit -= taken;
    return this.host.send(batch.slice(0, taken));
  }

  resume(credit: number): void {
    this.credit = credit;
    this.handlers?.onWritable();
  }

  localAddresses(): readonly IpAddress[] {
    return this.host.localAddresses();
  }

  mtu(): number {
    return this.host.mtu();
  }

  ref(): void {
    this.refs += 1;
  }

  unref(): void {
    this.refs -= 1;
  }

  close(): Promise<void> {
    return this.host.close();
  }
}

/** Another's clock, on which is counted how often somebody wants a turn of their own. */
class CountedClock implements Clock {
  deferrals = 0;
  private readonly inner: Clock;

  constructor(inner: Clock) {
    this.inner = inner;
  }

  now(): number {
    return this.inner.now();
  }

  setTimer(at: number, callback: () => void): TimerHandle {
    return this.inner.setTimer(at, callback);
  }

  defer(callback: () => void): void {
    this.deferrals += 1;
    this.inner.defer(callback);
  }

  ref(): void {
    this.inner.ref();
  }

  unref(): void {
    this.inner.unref();
  }
}

interface SlowScene {
  readonly world: World;
  /** The client's. */
  readonly clock: CountedClock;
  readonly layer: SlowLayer;
  readonly client: SctpSocket;
  readonly server: SctpSocket;
}

async function slowScene(): Promise<SlowScene> {
  const world = new World();
  const layer = new SlowLayer(world.network.host("10.0.0.1"));
  const clock = new CountedClock(world.clock);
  const provider = createUserlandProvider({ clock, lowerLayer: layer });
  const client = new SctpSocket(AF_INET, SOCK_SEQPACKET, { provider });
  const server = oneToMany(world.provider(SERVER.address));
  server.bind(SERVER);
  server.listen();
  await world.until(client.sctp_connectx([SERVER]));
  return { world, clock, layer, client, server };
}

test("stack driver: packets that the lower layer has not taken wait, and none is lost or sent twice", async () => {
  const { world, layer, client, server } = await slowScene();
  const sent: string[] = [];
  world.network.onPacket(({ source, bytes }) => {
    if (source.text === "10.0.0.1") sent.push(Buffer.from(bytes).toString("hex"));
  });
  layer.credit = 1;
  for (let count = 0; count < 12; count += 1) {
    client.nonblocking.sctp_sendv(new Uint8Array(1400).fill(count), { to: SERVER });
  }
  await world.clock.advanceBy(0);
  assert.equal(sent.length, 1);
  const { calls } = layer;
  await world.clock.advanceBy(100);
  assert.equal(layer.calls, calls, "a lower layer that is full is left alone until it says otherwise");
  for (let round = 0; round < 40; round += 1) {
    layer.resume(1);
    await world.clock.advanceBy(30);
  }
  layer.resume(Number.POSITIVE_INFINITY);
  await world.clock.advanceBy(5000);
  assert.deepEqual(
    drain(server).map(({ data }) => [data.length, data[0]]),
    Array.from({ length: 12 }, (_, index) => [1400, index]),
  );
});

test("stack driver: what is handed over from inside send() is copied, also where it lies in a Buffer", async () => {
  const world = new World();
  const host = world.network.host("10.0.0.1");
  const [start, send] = [host.start.bind(host), host.send.bind(host)];
  let handlers: LowerLayerHandlers | undefined;
  const arrived: PacketRecord[] = [];
  host.start = (given) => {
    handlers = given;
    const onPackets = (batch: readonly PacketRecord[]): void => {
      for (const packet of batch)
        arrived.push({ ...packet, slab: Buffer.from(packetBytes(packet)), offsetBytes: 0 });
    };
    start({ ...given, onPackets });
  };
  host.send = (batch) => {
    const batchBefore = arrived.splice(0);
    if (batchBefore.length > 0) handlers?.onPackets(batchBefore);
    for (const { slab } of batchBefore) slab.fill(0);
    return send(batch);
  };
  const provider = createUserlandProvider({ clock: world.clock, lowerLayer: host });
  const server = oneToMany(world.provider(SERVER.address));
  server.bind(SERVER);
  server.listen();
  // T1-init and T1-cookie are what sends.
  await world.until(oneToOne(provider).connect(SERVER), 20_000);
});

test("stack driver: what an application sends in one turn leaves together at its end", async () => {
  const { world, layer, client } = await slowScene();
  await world.clock.advanceBy(1000);
  const { calls } = layer;
  for (let count = 0; count < 5; count += 1) client.nonblocking.sctp_sendv(bytesOf("small"), { to: SERVER });
  assert.equal(layer.calls, calls, "nothing leaves inside the call");
  await world.clock.advanceBy(0);
  assert.equal(layer.calls, calls + 1);
});

test("stack driver: what a listener answers leaves in the turn of what it answers, with its SACK", async () => {
  const { world, clock, layer, client, server } = await slowScene();
  await world.clock.advanceBy(1000);
  client.setsockopt(IPPROTO_SCTP, SCTP_NODELAY, 1);
  client.on("readable", () => {
    drain(client);
    client.nonblocking.sctp_sendv(bytesOf("pong"), { to: SERVER });
  });
  const to = { address: "10.0.0.1", port: client.sctp_getladdrs(0)[0]?.port ?? 0 };
  // The first packet with DATA has a SACK at once (RFC 9260 §5.1); the second waits for company.
  for (const expected of [2, 1]) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    await world.until(server.sctp_sendv(bytesOf("ping"), { to }));
    const { deferrals } = clock;
    // oxlint-disable-next-line no-await-in-loop
    await world.clock.advanceBy(15);
    assert.equal(layer.callsWhileReceiving, expected);
    assert.equal(clock.deferrals, deferrals, "nothing is left for another turn");
    // oxlint-disable-next-line no-await-in-loop
    await world.clock.advanceBy(1000);
  }
  assert.deepEqual(
    drain(server).map(({ data }) => textOf(data)),
    ["pong", "pong"],
  );
});

test("stack driver: much data leaves before the end of the turn", async () => {
  const { world, layer, client } = await slowScene();
  await world.clock.advanceBy(1000);
  const { calls } = layer;
  client.nonblocking.sctp_sendv(new Uint8Array(300_000), { to: SERVER });
  assert.equal(layer.calls, calls + 1);
});

test("stack driver: what a batch of SACKs allows leaves in runs, not all behind the last of them", async () => {
  const { world, layer, client, server } = await slowScene();
  const sending = Array.from({ length: 20 }, () =>
    client.sctp_sendv(new Uint8Array(100_000), { to: SERVER }),
  );
  let receivedBytes = 0;
  for (let rounds = 0; receivedBytes < 2_000_000 && rounds < 1000; rounds += 1) {
    await world.clock.advanceBy(1);
    for (const { data } of drain(server)) receivedBytes += data.length;
  }
  await world.until(Promise.all(sending));
  assert.equal(receivedBytes, 2_000_000);
  // Two runs, and what the last SACK allows beyond them.
  assert.ok(layer.largestBatchBytes > 126_000, `${layer.largestBatchBytes}`);
  assert.ok(layer.largestBatchBytes < 2 * 66_000, `${layer.largestBatchBytes}`);
});

test("stack driver: the event loop is held by sockets that listen or have associations, and by no other", async () => {
  const world = new World();
  const layer = new SlowLayer(world.network.host("10.0.0.1"));
  const provider = createUserlandProvider({ clock: world.clock, lowerLayer: layer });
  const isHeld = (): boolean => layer.refs > 0;
  const client = oneToOne(provider);
  client.bind({ address: "10.0.0.1", port: 0 });
  assert.equal(isHeld(), false, "a socket that is only bound waits for nothing");
  assert.equal(client.hasRef(), true);
  const server = oneToOne(world.provider(SERVER.address));
  server.bind(SERVER);
  server.listen();
  const connecting = client.connect(SERVER);
  assert.equal(isHeld(), true);
  await world.until(connecting);
  client.unref();
  assert.deepEqual([isHeld(), client.hasRef()], [false, false]);
  client.ref();
  assert.equal(isHeld(), true);
  const { socket } = await world.until(server.accept());
  const closed = socket.close();
  await world.clock.advanceBy(100);
  assert.equal(isHeld(), false, "the peer has ended the association");
  await world.until(closed);
  const listener = oneToOne(provider);
  listener.listen();
  assert.equal(isHeld(), true);
  const closing = listener.close();
  await world.until(closing);
  assert.equal(isHeld(), false);
  assert.equal(layer.refs, 0);
});

test("stack driver: readiness is told once after a batch, and the listener may call anything", async () => {
  const world = new World();
  const server = oneToMany(world.provider(SERVER.address));
  server.bind(SERVER);
  server.listen();
  const client = oneToMany(world.provider("10.0.0.1"));
  await world.until(client.sctp_connectx([SERVER]));
  const log: string[] = [];
  server.on("readable", () => {
    log.push(
      `readable: ${drain(server)
        .map(({ data }) => textOf(data))
        .join(" ")}`,
    );
    server.nonblocking.sctp_sendv(bytesOf("answer"), { info: { snd_assoc_id: 3 } });
    void server.close();
  });
  for (const word of ["one", "two", "three"]) client.nonblocking.sctp_sendv(bytesOf(word), { to: SERVER });
  await world.clock.advanceBy(1000);
  assert.deepEqual(log, ["readable: one two three"]);
  assert.deepEqual(
    drain(client).map(({ data }) => textOf(data)),
    ["answer"],
  );
});

test("stack driver: an application's mistake in a listener is its own, and the others are told as well", async () => {
  const world = new World();
  const provider = world.provider(SERVER.address);
  const told: string[] = [];
  const sockets = [5000, 5001].map((port) => {
    const readiness: Readiness = {
      onReadable: () => {
        told.push(`${port}`);
        if (port === 5000) throw new Error("a mistake");
      },
      onWritable: () => {},
    };
    const socket = provider.createSocket(AF_INET, SOCK_SEQPACKET, readiness);
    socket.bind({ address: SERVER.address, port, family: "IPv4" });
    socket.listen(1);
    return socket;
  });
  assert.equal(sockets.length, 2);
  const client = oneToMany(world.provider("10.0.0.1"));
  for (const port of [5000, 5001]) {
    client.nonblocking.sctp_sendv(bytesOf("x"), { to: { address: SERVER.address, port } });
  }
  await assert.rejects(world.clock.advanceBy(1000), /a mistake/);
  await world.clock.advanceBy(1000);
  assert.ok(told.includes("5001"));
});

test("a send buffer that has room again is announced, and a waiting send goes on", async () => {
  const world = new World();
  const { client, server } = await world.connectedPair();
  client.setsockopt(SOL_SOCKET, SO_SNDBUF, 4096);
  let writable = 0;
  client.on("writable", () => {
    writable += 1;
  });
  await client.send(new Uint8Array(4096));
  assert.throws(() => client.nonblocking.send(new Uint8Array(1)), { code: "EAGAIN" });
  await world.clock.advanceBy(1000);
  assert.ok(writable > 0);
  await client.send(new Uint8Array(4096));
  const waiting = client.send(new Uint8Array(4096));
  await world.until(waiting);
  await world.clock.advanceBy(2000);
  assert.equal(drain(server).length, 3);
});

test("the lower layer's troubles are counted", async () => {
  const world = new World();
  const provider = world.provider("10.0.0.1");
  const client = oneToMany(provider);
  client.nonblocking.sctp_sendv(new Uint8Array(0), { to: { address: "10.0.0.2", port: 1 } });
  await world.clock.advanceBy(10);
  assert.equal(provider.lowerLayerErrors["send failed"], 0);
  assert.equal(provider.statistics.outPackets, 1);
});

test("closing a provider ends everything: sockets that close settle, nothing holds the event loop", async () => {
  const world = new World();
  const provider = world.provider("10.0.0.1");
  const server = oneToOne(world.provider(SERVER.address));
  server.bind(SERVER);
  server.listen();
  const [first, second] = [oneToOne(provider), oneToOne(provider)];
  await world.until(Promise.all([first.connect(SERVER), second.connect(SERVER)]));
  await world.until(server.close());
  const ports = [world.provider("10.0.0.3"), provider].map((other) => oneToOne(other));
  ports[1]!.listen();
  world.network.partition("10.0.0.1", "10.0.0.2");
  const closing = ports[1]!.close();
  await provider.close();
  await closing;
  await first.close();
  assert.equal(world.clock.hasRef, false);
});

test("RFC 6458 §6.1.10: a storm of notifications ends with the one that says so", async () => {
  const world = new World();
  const server = oneToMany(world.provider(SERVER.address));
  server.bind(SERVER);
  server.listen();
  const client = oneToMany(world.provider("10.0.0.1"));
  const se_assoc_id = await world.until(client.sctp_connectx([SERVER]));
  const event = { se_assoc_id, se_type: SCTP_SENDER_DRY_EVENT, se_on: 1 };
  // Each subscription is answered with a notification, because everything has been acknowledged.
  for (let count = 0; count <= NOTIFICATIONS_QUEUED_MAX; count += 1) {
    client.setsockopt(IPPROTO_SCTP, SCTP_EVENT, event);
  }
  client.nonblocking.sctp_sendv(bytesOf("x"), { to: SERVER });
  await world.clock.advanceBy(1000);
  const messages = drain(client);
  assert.equal(messages.length, NOTIFICATIONS_QUEUED_MAX + 1);
  assert.equal(messages.at(-1)?.notification?.sn_type, SCTP_NOTIFICATIONS_STOPPED_EVENT);
  assert.equal(client.getsockopt(IPPROTO_SCTP, SCTP_EVENT, event).se_on, 0);
});

test("stack driver: of many handshakes the first go on while the others are seen to", async () => {
  const world = new World();
  const clientLayer = new SlowLayer(world.network.host("10.0.0.1"));
  const serverLayer = new SlowLayer(world.network.host(SERVER.address));
  const clients = createUserlandProvider({ clock: world.clock, lowerLayer: clientLayer });
  const server = oneToMany(createUserlandProvider({ clock: world.clock, lowerLayer: serverLayer }));
  server.bind(SERVER);
  server.listen();
  const connects = Array.from({ length: 47 }, () => oneToOne(clients).connect(SERVER));
  // In one turn: before the 16th and the 32nd is begun, the others leave. Of what arrives 16 packets are one lot.
  assert.equal(clientLayer.calls, 2);
  await world.until(Promise.all(connects));
  assert.equal(clientLayer.calls, 6, "three times INIT, three times COOKIE ECHO");
  assert.equal(serverLayer.calls, 6, "three times INIT ACK, three times COOKIE ACK");
});
