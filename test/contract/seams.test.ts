/**
 * The public seams of `sctpkit/userland`, used as a user of the package uses them: everything here comes from the two
 * entry points.
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  AF_INET,
  IPPROTO_SCTP,
  SCTP_EVENT,
  SCTP_REMOTE_ERROR,
  SctpSocket,
  SOCK_SEQPACKET,
  SOCK_STREAM,
} from "../../src/index.js";
import {
  type Clock,
  createPacketRecord,
  type Crypto,
  createUserlandProvider,
  type Entropy,
  type LowerLayer,
  type LowerLayerHandlers,
  MemoryNetwork,
  NodeCrypto,
  type PacketRecord,
  parseIpAddress,
  SeededEntropy,
  SystemClock,
  VirtualClock,
} from "../../src/userland/index.js";
import { crc32c } from "../../src/wire/crc32c.js";
import { bytesOf, pattern, textOf } from "./world.js";

const ADDRESS = parseIpAddress("10.9.8.7")!;

/** A lower layer as a test writes it: everything sent comes back, and everything can be seen, dropped and injected. */
class Mirror implements LowerLayer {
  readonly capabilities = { name: "mirror", checksum: "stack" as const, headerBytes: () => 20 };
  readonly seen: Uint8Array[] = [];
  filter: (bytes: Uint8Array) => boolean = () => true;
  readonly #clock: Clock;
  #handlers: LowerLayerHandlers | undefined;
  constructor(clock: Clock) {
    this.#clock = clock;
  }
  start(handlers: LowerLayerHandlers): void {
    this.#handlers = handlers;
  }
  acquirePort = (): number => 0;
  releasePort(): void {}
  send(batch: readonly PacketRecord[]): number {
    for (const { slab, offsetBytes, lengthBytes } of batch) {
      const bytes = slab.slice(offsetBytes, offsetBytes + lengthBytes);
      this.seen.push(bytes);
      if (this.filter(bytes)) this.inject(bytes);
    }
    return batch.length;
  }
  inject(bytes: Uint8Array): void {
    const ports = { sourceUdpPort: 0, destinationUdpPort: 0, source: ADDRESS, destination: ADDRESS };
    const packet = { ...createPacketRecord(), slab: bytes, lengthBytes: bytes.length, ...ports };
    this.#clock.defer(() => this.#handlers?.onPackets([packet]));
  }
  localAddresses = (): readonly [typeof ADDRESS] => [ADDRESS];
  mtu = (): number => 1500;
  ref(): void {}
  unref(): void {}
  close = (): Promise<void> => Promise.resolve();
}

const SCTP_CHUNK_TYPE_OFFSET = 12;
const chunkTypes = (packets: readonly Uint8Array[]): number[] =>
  packets.map((bytes) => bytes[SCTP_CHUNK_TYPE_OFFSET] as number);

describe("DESIGN §4: the public seam for tests", () => {
  test("a lower layer of a test's own sees and injects every packet", async () => {
    const clock = new VirtualClock();
    const lowerLayer = new Mirror(clock);
    const provider = createUserlandProvider({ lowerLayer, clock, entropy: new SeededEntropy(7) });
    assert.equal(provider.lowerLayer, lowerLayer);
    const server = new SctpSocket(AF_INET, SOCK_SEQPACKET, { provider });
    server.bind({ address: ADDRESS.text, port: 5000 });
    server.listen();
    const client = new SctpSocket(AF_INET, SOCK_STREAM, { provider });
    await clock.until(client.connect({ address: ADDRESS.text, port: 5000 }));
    assert.deepEqual(chunkTypes(lowerLayer.seen), [1, 2, 10, 11], "INIT, INIT ACK, COOKIE ECHO, COOKIE ACK");
    await client.send(bytesOf("mirrored"));
    assert.equal(textOf((await clock.until(server.sctp_recvv())).data), "mirrored");
    const data = lowerLayer.seen.find((bytes) => bytes[SCTP_CHUNK_TYPE_OFFSET] === 0)!;
    lowerLayer.inject(data);
    lowerLayer.inject(pattern(200));
    lowerLayer.inject(new Uint8Array(3));
    await clock.advanceBy(1000);
    assert.throws(() => server.nonblocking.sctp_recvv(), { code: "EAGAIN" }, "a duplicate is received once");
    lowerLayer.filter = () => false;
    const before = lowerLayer.seen.length;
    await client.send(bytesOf("lost"));
    await clock.advanceBy(10);
    assert.ok(lowerLayer.seen.length > before);
    assert.throws(() => server.nonblocking.sctp_recvv(), { code: "EAGAIN" });
    lowerLayer.filter = () => true;
    assert.equal(textOf((await clock.until(server.sctp_recvv())).data), "lost", "sent again");
    await clock.until(Promise.all([client.close(), server.close()]));
    await provider.close();
  });

  test("RFC 9260 §9.1: an aborted connect sends ABORT once the peer's tag is known", async () => {
    const clock = new VirtualClock();
    const lowerLayer = new Mirror(clock);
    const provider = createUserlandProvider({ lowerLayer, clock });
    const server = new SctpSocket(AF_INET, SOCK_SEQPACKET, { provider });
    server.bind({ address: ADDRESS.text, port: 5000 });
    server.listen();
    const client = new SctpSocket(AF_INET, SOCK_STREAM, { provider });
    const controller = new AbortController();
    const connecting = client.connect({ address: ADDRESS.text, port: 5000 }, { signal: controller.signal });
    const rejected = assert.rejects(connecting, { name: "AbortError" });
    // The COOKIE ACK is lost, so that the set-up stops behind the COOKIE ECHO.
    lowerLayer.filter = (bytes) => bytes[SCTP_CHUNK_TYPE_OFFSET] !== 11;
    await clock.advanceBy(100);
    controller.abort();
    await rejected;
    await clock.advanceBy(100);
    assert.equal(chunkTypes(lowerLayer.seen).at(-1), 6, "ABORT");
    await clock.until(Promise.all([client.close(), server.close()]));
    assert.equal(clock.hasRef, false);
  });

  test("the same seed gives the same packets, byte for byte, and another seed gives others", async () => {
    const run = async (seed: number): Promise<string> => {
      const clock = new VirtualClock();
      const faults = {
        loss: 0.05,
        duplication: 0.02,
        reordering: 0.1,
        corruption: 0.01,
        delayMs: 20,
        jitterMs: 5,
      };
      const network = new MemoryNetwork({ clock, seed, faults });
      const trace: string[] = [];
      network.onPacket(({ at, source, bytes, fate }) =>
        trace.push(`${at} ${source.text} ${fate} ${Buffer.from(bytes).toString("base64")}`),
      );
      const host = (address: string): SctpSocket => {
        const lowerLayer = network.host(address);
        const entropy = new SeededEntropy(seed + Number(address.slice(-1)));
        const provider = createUserlandProvider({ clock, lowerLayer, entropy });
        return new SctpSocket(AF_INET, SOCK_SEQPACKET, { provider });
      };
      const server = host("10.0.0.1");
      server.bind({ address: "10.0.0.1", port: 7 });
      server.listen();
      const client = host("10.0.0.2");
      const to = { address: "10.0.0.1", port: 7 };
      const echo = async (): Promise<void> => {
        for (let count = 0; count < 20; count += 1) {
          // oxlint-disable-next-line no-await-in-loop -- one after the other
          const { data, address } = await server.sctp_recvv();
          // oxlint-disable-next-line no-await-in-loop
          await server.sctp_sendv(data, { to: address!, info: { snd_sid: count % 10 } });
        }
      };
      const ask = async (): Promise<void> => {
        for (let count = 0; count < 20; count += 1) {
          // oxlint-disable-next-line no-await-in-loop -- one after the other
          await client.sctp_sendv(pattern(1 + count * 977, count), { to });
          // oxlint-disable-next-line no-await-in-loop
          await client.sctp_recvv();
        }
      };
      await clock.until(Promise.all([echo(), ask()]));
      await clock.until(Promise.all([client.close(), server.close()]));
      return trace.join("\n");
    };
    const first = await run(11);
    assert.ok(first.split("\n").length > 100);
    assert.equal(await run(11), first);
    assert.notEqual(await run(12), first);
  });

  test("every seam is replaceable by a plain object", async () => {
    const system = new SystemClock();
    let timers = 0;
    const clock: Clock = {
      now: () => system.now(),
      setTimer: (at, callback) => {
        timers += 1;
        return system.setTimer(at, callback);
      },
      defer: (callback) => system.defer(callback),
      ref: () => system.ref(),
      unref: () => system.unref(),
    };
    let drawn = 0;
    const seeded = new SeededEntropy(3);
    const entropy: Entropy = {
      randomUint32: () => {
        drawn += 1;
        return seeded.randomUint32();
      },
      fillRandom: (bytes) => {
        drawn += 1;
        seeded.fillRandom(bytes);
      },
    };
    let signed = 0;
    const crypto: Crypto = {
      hmac: (identifier, key, data) => {
        signed += 1;
        return new NodeCrypto().hmac(identifier, key, data);
      },
    };
    const network = new MemoryNetwork({ clock });
    const provider = createUserlandProvider({ lowerLayer: network.host("10.0.0.1"), clock, entropy, crypto });
    const server = new SctpSocket(AF_INET, SOCK_STREAM, { provider });
    server.bind({ address: "10.0.0.1", port: 5000 });
    server.listen();
    const client = new SctpSocket(AF_INET, SOCK_STREAM, { provider });
    const [{ socket }] = await Promise.all([server.accept(), client.connect(server.getsockname())]);
    await client.send(bytesOf("x"));
    assert.equal((await socket.recv()).length, 1);
    await Promise.all([client.close(), socket.close(), server.close()]);
    assert.ok(timers > 0 && drawn > 0 && signed > 0);
  });

  test("DESIGN §4: close() ends also over a lower layer that takes nothing any more", async () => {
    const clock = new VirtualClock();
    const lowerLayer = new Mirror(clock);
    const provider = createUserlandProvider({ lowerLayer, clock });
    const server = new SctpSocket(AF_INET, SOCK_SEQPACKET, { provider });
    server.bind({ address: ADDRESS.text, port: 5000 });
    server.listen();
    const client = new SctpSocket(AF_INET, SOCK_STREAM, { provider });
    await clock.until(client.connect({ address: ADDRESS.text, port: 5000 }));
    lowerLayer.send = () => 0;
    await client.send(bytesOf("stuck"));
    const start = clock.now();
    await clock.until(Promise.all([client.close(), server.close()]));
    assert.ok(clock.now() - start <= 12_000);
    assert.equal(clock.hasRef, false);
  });

  test("DESIGN §4: close() ends at the named limit with ABORT, 10 s where none is named", async () => {
    for (const [closeLimitMs, expected] of [
      [undefined, 10_000],
      [2500, 2500],
    ] as const) {
      const clock = new VirtualClock();
      const network = new MemoryNetwork({ clock, faults: { delayMs: 5 } });
      const host = (address: string): SctpSocket => {
        const lowerLayer = network.host(address);
        const provider = createUserlandProvider({
          clock,
          lowerLayer,
          ...(closeLimitMs === undefined ? {} : { closeLimitMs }),
        });
        return new SctpSocket(AF_INET, SOCK_SEQPACKET, { provider });
      };
      const server = host("10.0.0.1");
      server.bind({ address: "10.0.0.1", port: 7 });
      server.listen();
      const client = host("10.0.0.2");
      const to = { address: "10.0.0.1", port: 7 };
      // oxlint-disable no-await-in-loop -- one limit after the other
      await clock.until(client.sctp_sendv(bytesOf("x"), { to }));
      await clock.until(server.sctp_recvv());
      network.partition("10.0.0.1", "10.0.0.2");
      network.partition("10.0.0.2", "10.0.0.1");
      let lastType: number | undefined;
      network.onPacket(({ bytes }) => {
        lastType = bytes[SCTP_CHUNK_TYPE_OFFSET];
      });
      const start = clock.now();
      await clock.until(client.close());
      assert.equal(clock.now() - start, expected);
      assert.equal(lastType, 6, "ABORT");
      await clock.until(server.close());
      assert.equal(clock.hasRef, false);
      // oxlint-enable no-await-in-loop
    }
  });

  test("RFC 6458 §6.1.3: SCTP_REMOTE_ERROR with the ERROR chunk that somebody injects", async () => {
    const clock = new VirtualClock();
    const lowerLayer = new Mirror(clock);
    const provider = createUserlandProvider({ lowerLayer, clock });
    const server = new SctpSocket(AF_INET, SOCK_SEQPACKET, { provider });
    server.bind({ address: ADDRESS.text, port: 5000 });
    server.listen();
    const client = new SctpSocket(AF_INET, SOCK_STREAM, { provider });
    client.setsockopt(IPPROTO_SCTP, SCTP_EVENT, { se_type: SCTP_REMOTE_ERROR, se_on: 1 });
    await clock.until(client.connect({ address: ADDRESS.text, port: 5000 }));
    // From the server's COOKIE ACK: the ports and the verification tag of everything that goes to the client.
    const header = lowerLayer.seen.at(-1)!.subarray(0, 12);
    const chunk = [9, 0, 0, 12, 0, 1, 0, 8, 0, 77, 0, 0];
    const bytes = new Uint8Array([...header, ...chunk]);
    const view = new DataView(bytes.buffer);
    view.setUint32(8, 0);
    view.setUint32(8, crc32c(bytes, 0, bytes.length), true);
    lowerLayer.inject(bytes);
    const { notification } = await clock.until(client.sctp_recvv());
    assert.ok(notification?.sn_type === SCTP_REMOTE_ERROR);
    assert.deepEqual([notification.sre_flags, notification.sre_error], [0, 1]);
    assert.ok(notification.sre_assoc_id >= 3);
    assert.deepEqual(notification.sre_data, new Uint8Array(chunk));
    await client.send(bytesOf("it goes on"));
    assert.equal(textOf((await clock.until(server.sctp_recvv())).data), "it goes on");
    await clock.until(Promise.all([client.close(), server.close()]));
  });

  test("a lower layer that delivers from inside send() is served all the same, in a turn of its own", async () => {
    const clock = new VirtualClock();
    const lowerLayer = new Mirror({ ...plain(clock), defer: (callback) => callback() });
    const provider = createUserlandProvider({ lowerLayer, clock });
    const server = new SctpSocket(AF_INET, SOCK_SEQPACKET, { provider });
    server.bind({ address: ADDRESS.text, port: 5000 });
    server.listen();
    const client = new SctpSocket(AF_INET, SOCK_STREAM, { provider });
    await clock.until(client.connect({ address: ADDRESS.text, port: 5000 }));
    let isSending = false;
    server.on("readable", () =>
      assert.equal(isSending, false, "listeners are never called from inside a call"),
    );
    for (let seed = 0; seed < 50; seed += 1) {
      isSending = true;
      client.nonblocking.send(pattern(5000, seed));
      isSending = false;
    }
    for (let seed = 0; seed < 50; seed += 1) {
      // oxlint-disable-next-line no-await-in-loop -- in their order
      assert.deepEqual((await clock.until(server.sctp_recvv())).data, pattern(5000, seed));
    }
    await clock.until(Promise.all([client.close(), server.close()]));
  });
});

/** The clock as an object whose parts can be replaced. */
function plain(clock: Clock): Clock {
  return {
    now: () => clock.now(),
    setTimer: (at, callback) => clock.setTimer(at, callback),
    defer: (callback) => clock.defer(callback),
    ref: () => clock.ref(),
    unref: () => clock.unref(),
  };
}
