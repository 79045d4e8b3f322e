import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { networkInterfaces } from "node:os";
import { describe, type TestContext, test } from "node:test";
import { type IpAddress, parseIpAddress } from "../../src/base/ip-address.js";
import { type Addon, loadAddon } from "../../src/native/addon.js";
import { errnoCode } from "../../src/native/errno.js";
import { watchOf } from "../../src/native/watch.js";
import { AF_INET, AF_INET6, SOCK_SEQPACKET, SOCK_STREAM } from "../../src/sockets/constants.js";
import { SctpSocket } from "../../src/sockets/sctp-socket.js";
import type { LowerLayerError } from "../../src/userland/lower-layer.js";
import { RawIp, type RawIpOptions } from "../../src/userland/raw-ip.js";
import { createUserlandProvider, type UserlandProvider } from "../../src/userland/userland-provider.js";
import { createPacketRecord, type PacketRecord, packetBytes } from "../../src/wire/packet-record.js";
import { sendIcmp } from "./icmp-sender.js";

const ip = (text: string): IpAddress => parseIpAddress(text)!;

/** Why the tests with real sockets cannot run here; `undefined` when they can. */
const reason = reasonNotToRun();

function reasonNotToRun(): string | undefined {
  const addon = loadAddon();
  if ("reason" in addon) return addon.reason;
  const { constants } = addon;
  const family = constants["AF_INET"] ?? 0;
  const id = addon.socket(family, constants["SOCK_RAW"] ?? 0, constants["IPPROTO_SCTP"] ?? 0);
  if (id < 0) return `raw sockets need CAP_NET_RAW: the system answered ${errnoCode(addon, id)}`;
  addon.close(id);
  return undefined;
}

const hasIpv6 = Object.values(networkInterfaces())
  .flat()
  .some((entry) => entry?.address === "::1");

/** The real system calls, with a count of the sockets that are open through them. */
function countingAddon(): { addon: Addon; openCount: () => number } {
  const real = loadAddon() as Addon;
  watchOf(real);
  const open = new Set<number>();
  const addon: Addon = {
    ...real,
    socket: (...args) => {
      const id = real.socket(...args);
      if (id >= 0) open.add(id);
      return id;
    },
    close: (id) => {
      open.delete(id);
      return real.close(id);
    },
  };
  return { addon, openCount: () => open.size };
}

/** A provider over raw IP that ends with the test. */
function rawProvider(context: TestContext, options: RawIpOptions = {}): UserlandProvider {
  const provider = createUserlandProvider({
    lowerLayer: new RawIp(options),
    // Of what the host's other SCTP does there must be no more in these tests than necessary.
    config: { rtoInitialMs: 200, rtoMinMs: 100 },
  });
  context.after(() => provider.close());
  return provider;
}

/** A raw lower layer alone, with what it receives. */
class Peer {
  readonly layer: RawIp;
  readonly arrivals: { from: string | undefined; to: string | undefined; bytes: Uint8Array }[] = [];
  readonly errors: LowerLayerError[] = [];
  private wake: () => void = () => {};

  constructor(context: TestContext, addresses: readonly string[]) {
    this.layer = new RawIp();
    context.after(() => this.layer.close());
    this.layer.ref();
    this.layer.start({
      onPackets: (batch) => {
        for (const packet of batch) {
          const bytes = packetBytes(packet).slice();
          this.arrivals.push({ from: packet.source?.text, to: packet.destination?.text, bytes });
        }
        this.wake();
      },
      onWritable: () => {},
      onError: (error) => {
        this.errors.push({ ...error, quotedBytes: error.quotedBytes?.slice() });
        this.wake();
      },
    });
    this.layer.acquirePort({ kind: "listening", addresses: addresses.map(ip) });
  }

  async when(condition: () => boolean): Promise<void> {
    while (!condition()) {
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
  }

  /** What has arrived with these bytes; other SCTP of this host comes here too. */
  found(bytes: Uint8Array): { from: string | undefined; to: string | undefined } | undefined {
    return this.arrivals.find((arrival) => Buffer.compare(arrival.bytes, bytes) === 0);
  }
}

function packet(bytes: Uint8Array, change: Partial<PacketRecord>): PacketRecord {
  return { ...createPacketRecord(), slab: bytes, lengthBytes: bytes.length, ...change };
}

if (reason !== undefined) {
  test("raw IP: not tested with real sockets", (context) => context.diagnostic(reason));
} else {
  for (const [family, here, there] of [
    [AF_INET, "127.0.0.1", "127.0.0.2"],
    [AF_INET6, "::1", "::1"],
  ] as const) {
    if (family === AF_INET6 && !hasIpv6) continue;

    test(`raw IP: messages of all sizes both ways, ${here} and ${there}`, async (context) => {
      const server = new SctpSocket(family, SOCK_SEQPACKET, { provider: rawProvider(context) });
      server.bind({ address: there, port: 5001 });
      server.listen();
      const provider = rawProvider(context);
      const client = new SctpSocket(family, SOCK_STREAM, { provider });
      client.bind({ address: here, port: 0 });
      await client.connect({ address: there, port: 5001 });
      for (const lengthBytes of [1, 3, 1000, 1452, 1453, 70_000, 300_000]) {
        const data = new Uint8Array(lengthBytes).map((_, index) => index * 31);
        await client.sctp_sendv(data, { info: { snd_sid: 1 } });
        const parts: Uint8Array[] = [];
        let address: Awaited<ReturnType<SctpSocket["sctp_recvv"]>>["address"];
        for (let isWhole = false; !isWhole; ) {
          const part = await server.sctp_recvv({ lengthBytes: 500_000 });
          parts.push(part.data);
          address = part.address;
          isWhole = (part.flags & 0x80) !== 0;
        }
        const received = Buffer.concat(parts);
        assert.equal(Buffer.compare(received, data), 0, `${lengthBytes} bytes there`);
        assert.equal(address?.address, here);
        await server.sctp_sendv(received, { to: address });
        const { data: back } = await client.sctp_recvv({ lengthBytes: 500_000 });
        assert.equal(back.length > 0 && Buffer.compare(back, data.subarray(0, back.length)), 0);
        for (let rest = lengthBytes - back.length; rest > 0; ) {
          rest -= (await client.sctp_recvv({ lengthBytes: 500_000 })).data.length;
        }
      }
      assert.equal(provider.statistics.checksumErrors, 0);
      await Promise.all([client.close(), server.close()]);
    });

    test(`RFC 9260 §10 ICMP8: a host without SCTP refuses a connect from ${here}`, async (context) => {
      const provider = rawProvider(context);
      const client = new SctpSocket(family, SOCK_STREAM, { provider });
      const observer = new Peer(context, [here]);
      const nobody = family === AF_INET ? "127.0.0.77" : "::1";
      const connecting = client.connect({ address: nobody, port: 5002 });
      const isInit = ({ to, bytes }: { to: string | undefined; bytes: Uint8Array }): boolean =>
        to === nobody && bytes[12] === 1 && ((bytes[2] ?? 0) << 8) + (bytes[3] ?? 0) === 5002;
      await observer.when(() => observer.arrivals.some(isInit));
      const init = observer.arrivals.find(isInit);
      assert.ok(init?.from !== undefined);
      const [type, code] = family === AF_INET ? [3, 2] : [4, 1];
      sendIcmp({ type, code, quoted: init.bytes, from: init.from, to: nobody });
      await assert.rejects(connecting, { code: "ECONNREFUSED", syscall: "connect" });
      await client.close();
    });
  }

  test("raw IP: a packet leaves from the source that it names, and tells both addresses", async (context) => {
    const sender = new Peer(context, ["127.0.0.3", "127.0.0.4"]);
    const receiver = new Peer(context, ["127.0.0.5"]);
    const packets = ["127.0.0.3", "127.0.0.4"].map((source, index) =>
      packet(new Uint8Array(40).fill(0xa0 + index), { source: ip(source), destination: ip("127.0.0.5") }),
    );
    assert.equal(sender.layer.send(packets), 2);
    for (const { slab, source } of packets) {
      await receiver.when(() => receiver.found(slab) !== undefined);
      assert.equal(receiver.found(slab)?.from, source?.text);
      assert.equal(receiver.found(slab)?.to, "127.0.0.5");
    }
  });

  test("RFC 6458 §8.1.12: packets have the DSCP of their record in the IP header", async (context) => {
    const addon = loadAddon() as Addon;
    const { constants } = addon;
    const family = constants["AF_INET"] ?? 0;
    const observer = addon.socket(family, constants["SOCK_RAW"] ?? 0, constants["IPPROTO_SCTP"] ?? 0);
    context.after(() => addon.close(observer));
    const sender = new Peer(context, ["127.0.0.6"]);
    const packets = [46, 0, 63].map((dscp, index) =>
      packet(new Uint8Array(40).fill(0xc0 + index), { destination: ip("127.0.0.7"), dscp }),
    );
    assert.equal(sender.layer.send(packets), 3);
    const typesOfService: (number | undefined)[] = [];
    const bytes = new Uint8Array(2000);
    while (typesOfService.length < packets.length) {
      // Other SCTP of this host comes here too.
      const lengthBytes = addon.recvmsg(observer, bytes, undefined, undefined, 0, new Int32Array(3));
      if (lengthBytes < 0) await new Promise((resolve) => setImmediate(resolve));
      else if ((bytes[20] ?? 0) >= 0xc0 && lengthBytes === 60) typesOfService.push(bytes[1]);
    }
    assert.deepEqual(typesOfService, [0xb8, 0, 0xfc]);
  });

  test("RFC 9260 §7.3: a packet larger than its interface is refused with the interface's MTU", async (context) => {
    const peer = new Peer(context, ["0.0.0.0"]);
    // RFC 5737: an address for documentation; no packet leaves.
    const destination = ip("198.51.100.1");
    const mtuBytes = peer.layer.mtu(destination);
    if (peer.layer.sourceFor(destination) === undefined || mtuBytes > 60_000) {
      context.diagnostic(
        "this host has no way to another one, and its loopback interface takes every packet",
      );
      return;
    }
    const slab = new Uint8Array(mtuBytes).fill(0xb0);
    peer.layer.send([packet(slab, { destination })]);
    await peer.when(() => peer.errors.length > 0);
    const [error] = peer.errors;
    assert.deepEqual(
      [error?.kind, error?.mtuBytes, error?.destination],
      ["packet too big", mtuBytes, destination],
    );
    assert.equal(error?.quotedBytes?.[0], 0xb0);
  });

  test("RFC 9260 §10 ICMP7: fragmentation needed lowers the path MTU of the association that sent", async (context) => {
    // Addresses of its own: the system remembers the path MTU as well, and others on this host may do the same.
    const own = `${1 + (process.pid % 250)}.${1 + (Date.now() % 250)}`;
    const [here, there] = [`127.98.${own}`, `127.99.${own}`];
    const server = new SctpSocket(AF_INET, SOCK_SEQPACKET, { provider: rawProvider(context) });
    server.bind({ address: there, port: 5003 });
    server.listen();
    const provider = rawProvider(context, { mtuBytes: 4000 });
    const client = new SctpSocket(AF_INET, SOCK_STREAM, { provider });
    client.bind({ address: here, port: 0 });
    const observer = new Peer(context, [here]);
    await client.connect({ address: there, port: 5003 });
    await client.sctp_sendv(new Uint8Array(3000).fill(0xc0));
    await server.sctp_recvv({ lengthBytes: 9000 });
    const findData = (): Peer["arrivals"][number] | undefined =>
      observer.arrivals.find(({ to, bytes }) => to === there && bytes.length > 3000);
    // The server may have been told of it before.
    await observer.when(() => findData() !== undefined);
    const data = findData()!;
    const wrongTag = data.bytes.slice(0, 28);
    wrongTag[4] = (wrongTag[4] ?? 0) ^ 0xff;
    const says = { type: 3, code: 4, from: here, to: there };
    sendIcmp({ ...says, mtuBytes: 900, quoted: wrongTag });
    sendIcmp({ ...says, mtuBytes: 1200, quoted: data.bytes.slice(0, 28) });
    const told = (): LowerLayerError[] =>
      observer.errors.filter(({ destination }) => destination?.text === there);
    await observer.when(() => told().length > 1);
    assert.deepEqual(
      told().map(({ kind, mtuBytes }) => [kind, mtuBytes]),
      [
        ["packet too big", 900],
        ["packet too big", 1200],
      ],
      "each raw socket of the host is told",
    );
    while (provider.statistics.icmpMessages < 2) await new Promise((resolve) => setImmediate(resolve));
    observer.arrivals.length = 0;
    await client.sctp_sendv(new Uint8Array(5000).fill(0xc1));
    await server.sctp_recvv({ lengthBytes: 9000 });
    // What was cut before, if it had not been acknowledged, comes again whole; the system has fragmented it.
    const sizes = (): number[] =>
      observer.arrivals.flatMap(({ to, bytes }) =>
        to === there && bytes.length !== data.bytes.length ? [bytes.length] : [],
      );
    await observer.when(() => sizes().reduce((sum, size) => sum + size, 0) > 5000);
    assert.equal(Math.max(...sizes()), 1200 - 20, sizes().join(", "));
    assert.equal(provider.statistics.pathMtuReductions, 1);
    await Promise.all([client.close(), server.close()]);
  });

  test("RFC 9260 §8.4: ports of others on this host are left alone, unless all of its SCTP is ours", async (context) => {
    for (const answersOutOfTheBlue of [false, true]) {
      const provider = rawProvider(context, { answersOutOfTheBlue });
      const other = new SctpSocket(AF_INET, SOCK_STREAM, { provider });
      other.bind({ address: "127.0.0.9", port: 5004 });
      other.listen();
      const client = new SctpSocket(AF_INET, SOCK_STREAM, { provider: rawProvider(context) });
      const abort = new AbortController();
      const address = { address: "127.0.0.9", port: 5005 };
      const connecting = client.connect(address, { signal: abort.signal });
      if (answersOutOfTheBlue) {
        await assert.rejects(connecting, { code: "ECONNREFUSED" });
      } else {
        const observer = new Peer(context, ["127.0.0.9"]);
        // The INIT comes again after a while: whoever wanted to answer the first one has done so.
        await observer.when(() =>
          observer.arrivals.some(({ to, bytes }) => to === address.address && bytes[12] === 1),
        );
        // The observer may have been told before the provider.
        while (provider.statistics.foreignPackets === 0)
          await new Promise((resolve) => setImmediate(resolve));
        abort.abort(new Error("enough"));
        await assert.rejects(connecting, { message: "enough" });
      }
      await Promise.all([client.close(), other.close()]);
    }
  });

  test("raw IP: closing leaves no socket open", async () => {
    const { addon, openCount } = countingAddon();
    const provider = createUserlandProvider({ lowerLayer: new RawIp({ addon }) });
    const socket = new SctpSocket(AF_INET, SOCK_SEQPACKET, { provider });
    socket.bind({ address: "127.0.0.1", port: 5006 });
    socket.listen();
    assert.equal(openCount(), 1);
    await socket.close();
    assert.equal(openCount(), 0, "the last endpoint closes the raw socket");
    const again = new SctpSocket(AF_INET, SOCK_SEQPACKET, { provider });
    again.bind({ address: "127.0.0.1", port: 5006 });
    assert.equal(openCount(), 1);
    await provider.close();
    assert.equal(openCount(), 0);
  });

  test("raw IP: an address that is not this host's cannot be bound", (context) => {
    const socket = new SctpSocket(AF_INET, SOCK_STREAM, { provider: rawProvider(context) });
    assert.throws(() => socket.bind({ address: "203.0.113.1", port: 5007 }), {
      code: "EADDRNOTAVAIL",
      address: "203.0.113.1",
    });
  });
}

describe("raw IP in a process of its own", { skip: "reason" in loadAddon() && "there is no addon" }, () => {
  const module = (path: string): string => JSON.stringify(new URL(`../../src/${path}`, import.meta.url).href);
  const open = `
    import { RawIp } from ${module("userland/raw-ip.js")};
    import { parseIpAddress } from ${module("base/ip-address.js")};
    import { loadAddon } from ${module("native/addon.js")};
    loadAddon();
    const layer = new RawIp();
    layer.start({ onPackets() {}, onWritable() {}, onError() {} });
    const open = () => layer.acquirePort({ kind: "listening", addresses: [parseIpAddress("127.0.0.1")] });`;
  const run = (more: string): { status: number | null; output: string } => {
    const child = spawnSync(process.execPath, ["--input-type=module", "--eval", open + more], {
      timeout: 60_000,
      encoding: "utf8",
    });
    return { status: child.status, output: child.stdout + child.stderr };
  };

  test("without CAP_NET_RAW the error says so", () => {
    // Who leaves root for good leaves its capabilities too.
    const { status, output } = run(`
      if (process.getuid() === 0) process.setuid(65534);
      try { open(); } catch (error) { console.log(error.code, error.syscall, error.message); }`);
    assert.equal(status, 0, output);
    assert.match(output, /^(EPERM|EACCES) socket .*CAP_NET_RAW/);
  });

  test("an open socket keeps the process alive only after ref()", { skip: reason ?? false }, () => {
    assert.equal(run("open();").status, 0);
    assert.equal(run("open(); layer.ref(); layer.unref();").status, 0);
    const held = 'open(); layer.ref(); process.on("exit", () => process.exit(3)); ';
    assert.equal(run(`${held} setTimeout(() => layer.unref(), 20);`).status, 3);
    assert.equal(run(`${held} setTimeout(() => void layer.close(), 20);`).status, 3);
  });
});
