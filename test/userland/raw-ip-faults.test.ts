import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type IpAddress, parseIpAddress } from "../../src/base/ip-address.js";
import { READABLE, WRITABLE } from "../../src/native/addon.js";
import { CHECKSUM_WRONG, CUT_SHORT } from "../../src/native/packet-batch.js";
import { AF_INET, SOCK_SEQPACKET } from "../../src/sockets/constants.js";
import { SctpSocket } from "../../src/sockets/sctp-socket.js";
import type { LowerLayerError } from "../../src/userland/lower-layer.js";
import { RawIp, type RawIpOptions } from "../../src/userland/raw-ip.js";
import { VirtualClock } from "../../src/userland/virtual-clock.js";
import { createUserlandProvider } from "../../src/userland/userland-provider.js";
import { createPacketRecord, type PacketRecord, packetBytes } from "../../src/wire/packet-record.js";
import { FakeSystem } from "./fake-system.js";

const ip = (text: string): IpAddress => parseIpAddress(text)!;
const HERE = ip("10.0.0.1");
const THERE = ip("10.0.0.2");
const ANY = ip("0.0.0.0");
const ANY6 = ip("::");

/** A raw lower layer over a fake system, with everything that it tells. */
class Scene {
  readonly system = new FakeSystem();
  readonly clock = new VirtualClock();
  readonly layer: RawIp;
  readonly errors: LowerLayerError[] = [];
  readonly batches: { from: string | undefined; to: string | undefined; bytes: Uint8Array }[][] = [];
  writableCalls = 0;
  onPackets: () => void = () => {};

  constructor(options: RawIpOptions = {}) {
    this.layer = new RawIp({ addon: this.system, clock: this.clock, ...options });
    this.layer.start({
      onPackets: (batch) => {
        const packets = batch.map((packet) => ({
          from: packet.source?.text,
          to: packet.destination?.text,
          bytes: packetBytes(packet).slice(),
        }));
        this.batches.push(packets);
        this.onPackets();
      },
      onWritable: () => {
        this.writableCalls += 1;
      },
      onError: (error) => this.errors.push({ ...error, quotedBytes: error.quotedBytes?.slice() }),
    });
  }

  open(): this {
    assert.equal(this.layer.acquirePort({ kind: "listening", addresses: [ANY] }), 0);
    return this;
  }

  send(...packets: readonly PacketRecord[]): number {
    return this.layer.send(packets);
  }
}

function packet(number: number, change: Partial<PacketRecord> = {}): PacketRecord {
  const slab = new Uint8Array(100).fill(number);
  return { ...createPacketRecord(), slab, lengthBytes: 100, source: HERE, destination: THERE, ...change };
}

/** Packets that lie in one slab, as those of one flush do: they leave with one call. */
function together(numbers: readonly number[], change: Partial<PacketRecord> = {}): PacketRecord[] {
  const slab = new Uint8Array(numbers.length * 100);
  return numbers.map((number, index) => {
    slab.fill(number, index * 100, index * 100 + 100);
    return packet(number, { slab, offsetBytes: index * 100, ...change });
  });
}

/** What every call answers about one packet that is larger than its interface allows. */
const ALWAYS_TOO_BIG = new Array<"EMSGSIZE">(9).fill("EMSGSIZE");

const first = (bytes: Uint8Array): number => bytes[0] ?? -1;

describe("raw IP: sending", () => {
  test("each packet leaves from its own source, and without being fragmented", () => {
    const scene = new Scene().open();
    const other = ip("10.9.9.9");
    assert.equal(scene.send(packet(1), packet(2), packet(3, { source: undefined, destination: other })), 3);
    assert.deepEqual(
      scene.system.sent.map(({ destination, source, mayFragment, bytes }) => [
        destination,
        source,
        mayFragment,
        first(bytes),
      ]),
      [
        ["10.0.0.2", "10.0.0.1", false, 1],
        ["10.0.0.2", "10.0.0.1", false, 2],
        ["10.9.9.9", undefined, false, 3],
      ],
    );
  });

  test("RFC 6458 §8.1.12: each packet leaves with its DSCP", () => {
    const scene = new Scene().open();
    const undirected = { source: undefined, dscp: 63 };
    scene.send(packet(1), packet(2, { dscp: 46 }), packet(3, { dscp: 46 }), packet(4), packet(5, undirected));
    const sent = scene.system.sent.map(({ bytes, source, tos }) => [first(bytes), source, tos]);
    assert.deepEqual(sent, [
      [1, "10.0.0.1", undefined],
      [2, "10.0.0.1", 0xb8],
      [3, "10.0.0.1", 0xb8],
      [4, "10.0.0.1", undefined],
      [5, undefined, 0xfc],
    ]);
  });

  test("RFC 9260 §6.9: what may be fragmented, and nothing else, leaves without the don't-fragment bit", () => {
    const scene = new Scene().open();
    const large = { mayFragment: true };
    scene.send(packet(1), packet(2, large), packet(3, large), packet(4));
    const sent = scene.system.sent.map(({ bytes, mayFragment }) => [first(bytes), mayFragment]);
    assert.deepEqual(sent, [
      [1, false],
      [2, true],
      [3, true],
      [4, false],
    ]);
  });

  test("more than one call takes leaves in several, in order", () => {
    const scene = new Scene().open();
    const numbers = Array.from({ length: 250 }, (_, index) => index);
    assert.equal(scene.send(...together(numbers)), 250);
    assert.deepEqual(
      scene.system.sent.map(({ bytes }) => first(bytes)),
      numbers,
    );
    const slab = new Uint8Array(65_000);
    const large = Array.from({ length: 9 }, (_, index) => {
      return packet(0, { slab, lengthBytes: 65_000, offsetBytes: 0, mayFragment: index > 4 });
    });
    assert.equal(scene.send(...large), 9);
    assert.equal(scene.system.sent.length, 259);
  });

  for (const code of ["EAGAIN", "ENOBUFS"] as const)
    test(`${code}: the rest is offered again after onWritable, and nothing leaves twice`, () => {
      const scene = new Scene().open();
      const packets = together([1, 2, 3, 4, 5]);
      scene.system.sendAnswers.push(2, code);
      assert.equal(scene.send(...packets), 2);
      assert.equal(scene.system.polls.get(scene.system.rawId), READABLE | WRITABLE);
      assert.equal(scene.send(packet(9)), 0, "it is known to be full");
      scene.system.ready(WRITABLE);
      assert.equal(scene.writableCalls, 1);
      assert.equal(scene.system.polls.get(scene.system.rawId), READABLE);
      assert.equal(scene.send(...packets.slice(2)), 3);
      assert.deepEqual(
        scene.system.sent.map(({ bytes }) => first(bytes)),
        [1, 2, 3, 4, 5],
      );
      scene.system.ready(WRITABLE);
      assert.equal(scene.writableCalls, 1, "nobody waits");
    });

  test("a partial send goes on with the next packet", () => {
    const scene = new Scene().open();
    scene.system.sendAnswers.push(1, 1, 2);
    assert.equal(scene.send(...together([1, 2, 3, 4])), 4);
    assert.deepEqual(
      scene.system.sent.map(({ bytes }) => first(bytes)),
      [1, 2, 3, 4],
    );
  });

  test("ICMP about an earlier packet makes a call fail once; no packet is lost by it", async () => {
    const scene = new Scene().open();
    scene.system.sendAnswers.push(1, "EHOSTUNREACH");
    assert.equal(scene.send(...together([1, 2])), 2);
    await scene.clock.advanceBy(1);
    assert.equal(scene.system.sent.length, 2);
    assert.deepEqual(scene.errors, []);
  });

  for (const code of ["ENETUNREACH", "EPERM"] as const) {
    test(`${code}: the packet is lost and reported, and the others leave`, async () => {
      const scene = new Scene().open();
      scene.system.sendAnswers.push(1, code, code);
      assert.equal(scene.send(...together([1, 2, 3])), 3);
      assert.equal(scene.errors.length, 0, "no handler is called from inside send()");
      await scene.clock.advanceBy(1);
      assert.deepEqual(
        scene.system.sent.map(({ bytes }) => first(bytes)),
        [1, 3],
      );
      const [error] = scene.errors;
      assert.equal(error?.kind, "send failed");
      assert.equal(error?.destination, THERE);
      const cause: NodeJS.ErrnoException | undefined = error?.cause;
      assert.equal(cause?.code, code);
    });
  }

  test("RFC 9260 §10 ICMP6: forged ICMP that makes call upon call fail with EMSGSIZE moves no path MTU", async () => {
    const scene = new Scene().open();
    // Whoever knows our address can have the system believe this of the way, and answer EMSGSIZE about any packet.
    scene.system.mtu = 552;
    scene.system.sendAnswers.push("EMSGSIZE", "EMSGSIZE", "EMSGSIZE", "EMSGSIZE");
    scene.send(packet(1, { slab: new Uint8Array(1000).fill(1), lengthBytes: 1000 }));
    await scene.clock.advanceBy(1);
    assert.deepEqual(scene.errors, []);
    assert.equal(scene.system.sent.length, 1);
  });

  test("EMSGSIZE: what the route has learnt is told with the packet's own bytes", async () => {
    const scene = new Scene().open();
    assert.equal(scene.layer.mtu(THERE), 1500);
    scene.system.mtu = 1400;
    scene.system.sendAnswers.push(...ALWAYS_TOO_BIG);
    const slab = new Uint8Array(1480).map((_, index) => index);
    assert.equal(scene.send(packet(0, { slab, lengthBytes: 1480 })), 1);
    await scene.clock.advanceBy(1);
    const [error] = scene.errors;
    assert.equal(error?.kind, "packet too big");
    assert.equal(error?.mtuBytes, 1400);
    assert.deepEqual(error?.quotedBytes, slab.slice(0, 64));
    assert.equal(scene.layer.mtu(THERE), 1400, "the former route is not believed any more");
  });

  test("EMSGSIZE where the route says that it fits: the size that every host takes", async () => {
    const scene = new Scene().open();
    scene.system.sendAnswers.push(...ALWAYS_TOO_BIG);
    scene.send(packet(1));
    await scene.clock.advanceBy(1);
    assert.equal(scene.errors[0]?.mtuBytes, 576);
  });

  test("a packet without a destination, or to a family that is not open, is lost and reported", async () => {
    const scene = new Scene().open();
    assert.equal(
      scene.send(packet(1, { destination: undefined }), packet(2, { destination: ip("fd00::1") })),
      2,
    );
    await scene.clock.advanceBy(1);
    assert.deepEqual(
      scene.errors.map(({ kind }) => kind),
      ["send failed", "send failed"],
    );
  });
});

/** An IPv4 packet as a raw socket hands it out. */
function ipPacket(number: number, headerBytes = 20): Uint8Array {
  const bytes = new Uint8Array(headerBytes + 30).fill(number);
  bytes[0] = 0x40 | (headerBytes / 4);
  bytes.set([10, 0, 0, 2], 12);
  bytes.set([10, 0, 0, 1], 16);
  return bytes;
}

describe("raw IP: receiving", () => {
  test("the IP header, options included, is taken away, and tells both addresses", () => {
    const scene = new Scene().open();
    scene.system.arrivals.push({ bytes: ipPacket(1) }, { bytes: ipPacket(2, 60) });
    scene.system.ready(READABLE);
    assert.deepEqual(scene.batches, [
      [
        { from: "10.0.0.2", to: "10.0.0.1", bytes: new Uint8Array(30).fill(1) },
        { from: "10.0.0.2", to: "10.0.0.1", bytes: new Uint8Array(30).fill(2) },
      ],
    ]);
  });

  test("what is no whole packet is dropped, and what comes with it is not", () => {
    const scene = new Scene().open();
    scene.system.arrivals.push({ bytes: ipPacket(4), flags: CUT_SHORT });
    scene.system.ready(READABLE);
    assert.equal(scene.batches.length, 0);
    scene.system.arrivals.push({ bytes: ipPacket(5), flags: CUT_SHORT }, { bytes: ipPacket(6) });
    scene.system.ready(READABLE);
    assert.deepEqual(
      scene.batches.map((batch) => batch.map(({ bytes }) => first(bytes))),
      [[6]],
    );
  });

  test("RFC 9260 §6.8: a wrong checksum is told with its packet, and with no other", () => {
    const scene = new Scene().open();
    const told: boolean[] = [];
    scene.layer.start({
      onPackets: (batch) => told.push(...batch.map(({ hasWrongChecksum }) => hasWrongChecksum)),
      onWritable: () => {},
      onError: () => {},
    });
    const wrong = { bytes: ipPacket(1), flags: CHECKSUM_WRONG };
    scene.system.arrivals.push({ bytes: ipPacket(1) }, wrong, { bytes: ipPacket(1) });
    scene.system.ready(READABLE);
    scene.system.arrivals.push({ bytes: ipPacket(1) }, { bytes: ipPacket(1) });
    scene.system.ready(READABLE);
    assert.deepEqual(told, [false, true, false, false, false]);
    assert.equal(scene.layer.capabilities.checksum, "offloaded");
  });

  test("a flood lets others have their turn", () => {
    const scene = new Scene().open();
    for (let count = 0; count < 1000; count += 1) scene.system.arrivals.push({ bytes: ipPacket(1) });
    scene.system.ready(READABLE);
    const received = scene.batches.reduce((sum, batch) => sum + batch.length, 0);
    assert.ok(received > 0 && received < 1000, `${received}`);
    while (scene.system.arrivals.length > 0) scene.system.ready(READABLE);
    assert.equal(
      scene.batches.reduce((sum, batch) => sum + batch.length, 0),
      1000,
    );
  });

  test("a receiver may close everything; nothing is told afterwards", async () => {
    const scene = new Scene().open();
    for (let count = 0; count < 100; count += 1) scene.system.arrivals.push({ bytes: ipPacket(1) });
    scene.onPackets = () => void scene.layer.close();
    scene.system.ready(READABLE);
    assert.equal(scene.batches.length, 1);
    assert.equal(scene.send(packet(1)), 1);
    await scene.clock.advanceBy(1);
    assert.deepEqual([scene.errors, scene.system.sent, scene.system.open.size], [[], [], 0]);
  });
});

describe("raw IP: ICMP", () => {
  const entry = {
    origin: 2,
    type: 3,
    code: 4,
    info: 1300,
    destination: [10, 0, 0, 2],
    quotedBytes: new Uint8Array(200).fill(7),
  };

  test("the error queue tells what, whereto, how large, and quotes the packet", () => {
    const scene = new Scene().open();
    scene.system.errors.push(
      entry,
      { ...entry, code: 2 },
      { ...entry, code: 3 },
      { ...entry, code: 1, quotedBytes: new Uint8Array(8) },
    );
    scene.system.ready(READABLE);
    assert.deepEqual(
      scene.errors.map(({ kind, destination, mtuBytes, quotedBytes }) => [
        kind,
        destination?.text,
        mtuBytes,
        quotedBytes?.length,
      ]),
      [
        ["packet too big", "10.0.0.2", 1300, 128],
        ["protocol unreachable", "10.0.0.2", 0, 128],
        ["port unreachable", "10.0.0.2", 0, 128],
        ["unreachable", "10.0.0.2", 0, 8],
      ],
    );
    assert.equal(scene.system.polls.get(scene.system.rawId), READABLE, "the watch goes on");
  });

  test("what the own host says, and other ICMP, is taken and told nobody", () => {
    const scene = new Scene().open();
    scene.system.errors.push({ ...entry, origin: 1 }, { ...entry, type: 11 }, { ...entry, origin: 3 });
    scene.system.ready(READABLE);
    assert.deepEqual(scene.errors, []);
    assert.equal(scene.system.errors.length, 0);
  });

  test("packets that came with it are received", () => {
    const scene = new Scene().open();
    scene.system.errors.push(entry);
    scene.system.arrivals.push({ bytes: ipPacket(1) });
    scene.system.ready(READABLE);
    assert.equal(scene.errors.length, 1);
    assert.equal(scene.batches.length, 1);
  });
});

describe("raw IP: opening and closing", () => {
  test("endpoints share the sockets; the last one closes them", () => {
    const scene = new Scene();
    scene.system.families = [102, 110];
    const request = { kind: "listening" as const, addresses: [ANY6, ANY] };
    scene.layer.acquirePort(request);
    scene.layer.acquirePort(request);
    assert.deepEqual([...scene.system.open.values()], ["raw", "raw"]);
    scene.layer.releasePort();
    assert.equal(scene.system.open.size, 2);
    scene.layer.releasePort();
    scene.layer.releasePort();
    assert.equal(scene.system.open.size, 0);
  });

  test("a wildcard of both families needs only one of them; IPv6 by name needs IPv6", () => {
    const scene = new Scene();
    scene.layer.acquirePort({ kind: "listening", addresses: [ANY6, ANY] });
    assert.equal(scene.system.open.size, 1);
    assert.throws(() => scene.layer.acquirePort({ kind: "listening", addresses: [ANY6] }), {
      code: "EAFNOSUPPORT",
    });
  });

  for (const code of ["EPERM", "EACCES"] as const) {
    test(`${code}: the error names CAP_NET_RAW, and nothing stays open`, () => {
      const scene = new Scene();
      scene.system.openFailure = code;
      assert.throws(() => scene.open(), { code, syscall: "socket", message: /CAP_NET_RAW/ });
      assert.equal(scene.system.open.size, 0);
      assert.equal(scene.system.isHeld, false);
    });
  }

  test("an address that is not this host's is EADDRNOTAVAIL", () => {
    const { layer, system } = new Scene();
    const request = { kind: "listening" as const, addresses: [ip("203.0.113.1")] };
    assert.throws(() => layer.acquirePort(request), { code: "EADDRNOTAVAIL", address: "203.0.113.1" });
    assert.equal(system.open.size, 0);
  });

  test("after close() of the provider no socket is bound, and nothing is opened", async () => {
    const { layer, system, clock } = new Scene();
    const provider = createUserlandProvider({ lowerLayer: layer, clock });
    const socket = new SctpSocket(AF_INET, SOCK_SEQPACKET, { provider });
    await provider.close();
    assert.throws(() => socket.bind({ address: ANY.text, port: 5000 }), { code: "EBADF", syscall: "bind" });
    assert.equal(system.open.size, 0);
  });

  test("the event loop is held while there is an endpoint and somebody wants it", async () => {
    const { layer, system } = new Scene();
    layer.ref();
    assert.equal(system.isHeld, false);
    layer.acquirePort({ kind: "ephemeral", addresses: [ANY] });
    assert.equal(system.isHeld, true);
    layer.ref();
    layer.unref();
    assert.equal(system.isHeld, true);
    layer.unref();
    layer.unref();
    assert.equal(system.isHeld, false);
    layer.ref();
    await layer.close();
    assert.deepEqual([system.isHeld, system.open.size], [false, 0]);
  });

  test("without an addon there is a reason, and settings are checked", () => {
    const absent = { reason: "nobody has built it" } as unknown as FakeSystem;
    assert.throws(() => new RawIp({ addon: absent }), {
      code: "ERR_SCTP_PROVIDER_UNAVAILABLE",
      message: /nobody has built it/,
    });
    const elsewhere = Object.assign(new FakeSystem(), { constants: {} });
    assert.throws(() => new RawIp({ addon: elsewhere }), {
      code: "ERR_SCTP_PROVIDER_UNAVAILABLE",
      message: /Linux/,
    });
    assert.throws(() => new RawIp({ mtuBytes: 100 }), { code: "ERR_SCTP_OUT_OF_RANGE" });
    assert.throws(() => new RawIp({ bufferBytes: 0 }), { code: "ERR_SCTP_OUT_OF_RANGE" });
    assert.throws(() => new RawIp({ excludedAddresses: ["docker0"] }), {
      code: "ERR_SCTP_INVALID_ARG_VALUE",
    });
  });

  test("excluded addresses and prefixes are not told to peers", () => {
    const all = new Scene().layer.localAddresses().map(({ text }) => text);
    const { layer } = new Scene({ excludedAddresses: ["127.0.0.0/8", "::1"] });
    assert.deepEqual(
      layer.localAddresses().map(({ text }) => text),
      all.filter((text) => !text.startsWith("127.") && text !== "::1"),
    );
  });

  test("the path MTU is the route's, and never more than the setting", () => {
    const scene = new Scene({ mtuBytes: 1400 });
    assert.equal(scene.layer.mtu(THERE), 1400);
    assert.equal(scene.layer.sourceFor(THERE)?.text, "10.0.0.1");
    assert.equal(scene.system.open.size, 0, "asking leaves nothing open");
  });
});
