import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { Socket } from "node:dgram";
import { networkInterfaces } from "node:os";
import { type TestContext, test } from "node:test";
import { type IpAddress, parseIpAddress } from "../../src/base/ip-address.js";
import type { LowerLayerError } from "../../src/userland/lower-layer.js";
import { UdpEncapsulation, type UdpEncapsulationOptions } from "../../src/userland/udp-encapsulation.js";
import { hasValidChecksum } from "../../src/wire/crc32c.js";
import { createPacketRecord, type PacketRecord, packetBytes } from "../../src/wire/packet-record.js";
import { describeEachUdpIo } from "./each-udp-io.js";

const LOOPBACK = parseIpAddress("127.0.0.1")!;
const LOOPBACK6 = parseIpAddress("::1")!;
const ANY = parseIpAddress("0.0.0.0")!;
const ANY6 = parseIpAddress("::")!;

const hasLoopback6 = Object.values(networkInterfaces())
  .flat()
  .some((entry) => entry?.address === "::1");

interface Arrival {
  readonly from: string | undefined;
  readonly fromPort: number;
  readonly to: string | undefined;
  readonly toPort: number;
  readonly bytes: Uint8Array;
}

/** A lower layer that collects what comes, and lets a test wait for it. */
class Peer {
  readonly layer: UdpEncapsulation;
  readonly arrivals: Arrival[] = [];
  readonly batchSizes: number[] = [];
  readonly errors: LowerLayerError[] = [];
  writableCalls = 0;
  private wake: () => void = () => {};

  constructor(context: TestContext, options: UdpEncapsulationOptions = { localUdpPort: 0 }) {
    this.layer = new UdpEncapsulation(options);
    context.after(() => this.layer.close());
    this.layer.ref();
    this.layer.start({
      onPackets: (batch) => this.handlePackets(batch),
      onWritable: () => {
        this.writableCalls += 1;
        this.wake();
      },
      onError: (error) => {
        this.errors.push(error);
        this.wake();
      },
    });
  }

  private handlePackets(batch: readonly PacketRecord[]): void {
    this.batchSizes.push(batch.length);
    for (const packet of batch) {
      this.arrivals.push({
        from: packet.source?.text,
        fromPort: packet.sourceUdpPort,
        to: packet.destination?.text,
        toPort: packet.destinationUdpPort,
        bytes: packetBytes(packet).slice(),
      });
    }
    this.wake();
  }

  /** Settles when a condition holds; it is looked at after everything that happens. */
  async when(condition: () => boolean): Promise<void> {
    while (!condition()) {
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
  }

  send(from: number, destination: IpAddress, port: number, bytes: Uint8Array, source?: IpAddress): number {
    const packet = createPacketRecord();
    packet.slab = bytes;
    packet.lengthBytes = bytes.length;
    packet.source = source;
    packet.sourceUdpPort = from;
    packet.destination = destination;
    packet.destinationUdpPort = port;
    return this.layer.send([packet]);
  }
}

/** A port that nobody has on any address of this host: what the system chooses for one may be taken on another. */
async function freePort(): Promise<number> {
  const layer = new UdpEncapsulation({ localUdpPort: 0 });
  const port = layer.acquirePort({ kind: "listening", addresses: [ANY, ANY6] });
  await layer.close();
  return port;
}

describeEachUdpIo((io) => {
  test("RFC 6951 §5.3: a packet leaves from the local encapsulation port and arrives as it was sent", async (t) => {
    const a = new Peer(t);
    const b = new Peer(t);
    const portA = a.layer.acquirePort({ kind: "ephemeral", addresses: [LOOPBACK] });
    const portB = b.layer.acquirePort({ kind: "listening", addresses: [LOOPBACK] });
    const bytes = Uint8Array.of(1, 2, 3, 4);
    assert.equal(a.send(portA, LOOPBACK, portB, bytes), 1);
    bytes.fill(0xff);
    await b.when(() => b.arrivals.length > 0);
    assert.deepEqual(b.arrivals, [
      {
        from: "127.0.0.1",
        fromPort: portA,
        to: "127.0.0.1",
        toPort: portB,
        bytes: Uint8Array.of(1, 2, 3, 4),
      },
    ]);
  });

  /** As many of 1,000 bytes as any system's receive buffer holds at once. */
  const PACKETS = 100;

  test("udp: many packets of one turn arrive as batches and in order", async (t) => {
    const a = new Peer(t);
    const b = new Peer(t);
    const portA = a.layer.acquirePort({ kind: "ephemeral", addresses: [LOOPBACK] });
    const portB = b.layer.acquirePort({ kind: "listening", addresses: [LOOPBACK] });
    const slab = new Uint8Array(PACKETS * 1000);
    const batch = Array.from({ length: PACKETS }, (_, index) => {
      const packet = createPacketRecord();
      packet.slab = slab;
      packet.offsetBytes = index * 1000;
      packet.lengthBytes = 1000;
      slab.fill(index, index * 1000, (index + 1) * 1000);
      packet.sourceUdpPort = portA;
      packet.destination = LOOPBACK;
      packet.destinationUdpPort = portB;
      return packet;
    });
    assert.equal(a.layer.send(batch), PACKETS);
    slab.fill(0xff);
    await b.when(() => b.arrivals.length === PACKETS);
    for (const [index, { bytes }] of b.arrivals.entries()) {
      // RFC 9260 §6.8: whoever computes checksums has filled this one in.
      const isOffloaded = a.layer.capabilities.checksum === "offloaded";
      assert.equal(hasValidChecksum(bytes, 0, 1000), isOffloaded);
      const isField = (at: number): boolean => isOffloaded && at >= 8 && at < 12;
      assert.ok(bytes.length === 1000 && bytes.every((byte, at) => byte === index || isField(at)));
    }
    assert.ok(b.batchSizes.length < PACKETS, "datagrams that wait together come as one batch");
  });

  test("udp: the families use the same port number, and the source decides the socket", async (t) => {
    // A host without IPv6 shows the half of it.
    const locals = hasLoopback6 ? [LOOPBACK, LOOPBACK6] : [LOOPBACK];
    const a = new Peer(t);
    const b = new Peer(t);
    const portA = a.layer.acquirePort({ kind: "ephemeral", addresses: [ANY, ANY6] });
    const portB = b.layer.acquirePort({ kind: "listening", addresses: locals });
    for (const local of locals) {
      a.send(portA, local, portB, Uint8Array.of(1));
      a.send(portA, local, portB, Uint8Array.of(2), local);
    }
    await b.when(() => b.arrivals.length === 2 * locals.length);
    for (const local of locals) {
      const seen = b.arrivals.filter(({ to }) => to === local.text);
      assert.deepEqual(
        seen.map(({ from, fromPort, bytes }) => [from, fromPort, bytes[0]]),
        [
          [local.text, portA, 1],
          [local.text, portA, 2],
        ],
      );
    }
  });

  test("udp: an endpoint bound to one address opens nothing on others", async (t) => {
    const a = new Peer(t, { localUdpPort: await freePort() });
    const b = new Peer(t);
    const port = a.layer.acquirePort({ kind: "listening", addresses: [LOOPBACK] });
    const external = a.layer
      .localAddresses()
      .find((address) => address.family === 4 && !address.text.startsWith("127."));
    if (external !== undefined) {
      // The port is still free there: another one may open it.
      const other = new UdpEncapsulation({ localUdpPort: port });
      assert.equal(other.acquirePort({ kind: "listening", addresses: [external] }), port);
      await other.close();
    }
    // Growing keeps the port.
    assert.equal(a.layer.acquirePort({ kind: "listening", addresses: [ANY] }), port);
    const portB = b.layer.acquirePort({ kind: "ephemeral", addresses: [ANY] });
    if (external !== undefined) {
      b.send(portB, external, port, Uint8Array.of(1));
      await a.when(() => a.arrivals.length > 0);
      assert.equal(a.arrivals[0]?.to, external.text);
      assert.equal(
        a.arrivals[0]?.from,
        external.text,
        "a packet to this host leaves from the address it goes to",
      );
    }
  });

  test("udp: a port in use is EADDRINUSE, and the message names the setting", async (t) => {
    const a = new Peer(t, { localUdpPort: await freePort() });
    const port = a.layer.acquirePort({ kind: "listening", addresses: [LOOPBACK] });
    const second = new UdpEncapsulation({ localUdpPort: port });
    t.after(() => second.close());
    assert.throws(
      () => second.acquirePort({ kind: "listening", addresses: [ANY] }),
      (error: NodeJS.ErrnoException & { port?: number }) =>
        error.code === "EADDRINUSE" &&
        error.syscall === "bind" &&
        error.port === port &&
        error.message.includes("localUdpPort") &&
        error.message.includes("SCTP_UDP_LOCAL_PORT"),
    );
    // The failed attempt has left nothing open, and the port is free as soon as its last user has gone.
    assert.equal(
      a.layer.acquirePort({ kind: "ephemeral", addresses: [ANY] }),
      port,
      "one set when a port was named",
    );
    a.layer.releasePort(port);
    assert.throws(() => second.acquirePort({ kind: "listening", addresses: [LOOPBACK] }), {
      code: "EADDRINUSE",
    });
    a.layer.releasePort(port);
    assert.equal(second.acquirePort({ kind: "listening", addresses: [LOOPBACK] }), port);
  });

  test("udp: an address that this host does not have is EADDRNOTAVAIL", async () => {
    const layer = new UdpEncapsulation({ localUdpPort: 0 });
    assert.throws(
      () => layer.acquirePort({ kind: "listening", addresses: [parseIpAddress("192.0.2.199")!] }),
      {
        code: "EADDRNOTAVAIL",
      },
    );
    await layer.close();
  });

  test("udp: a packet that cannot be sent is reported, later and not thrown", async (t) => {
    const a = new Peer(t);
    const port = a.layer.acquirePort({ kind: "ephemeral", addresses: [LOOPBACK] });
    assert.equal(a.send(port, LOOPBACK, 9, new Uint8Array(65_535)), 1);
    assert.equal(a.send(port, LOOPBACK6, 9, Uint8Array.of(1)), 1);
    assert.equal(a.errors.length, 0);
    await a.when(() => a.errors.length === 2);
    const kinds = a.errors.map(({ kind, destination }) => `${kind} ${destination?.text}`);
    assert.deepEqual(kinds.sort(), ["packet too big 127.0.0.1", "send failed ::1"]);
  });

  if (io === "dgram") {
    test("udp: when the system leaves a datagram in its queue, no more are taken until it has gone", async (t) => {
      const a = new Peer(t);
      const b = new Peer(t);
      const portA = a.layer.acquirePort({ kind: "ephemeral", addresses: [LOOPBACK] });
      const portB = b.layer.acquirePort({ kind: "listening", addresses: [LOOPBACK] });
      // No loopback interface is ever full, so the queue is made to look as if it held one datagram.
      const queue = t.mock.method(Socket.prototype, "getSendQueueCount", () => 1);
      assert.equal(a.send(portA, LOOPBACK, portB, Uint8Array.of(1)), 1, "this one is the system's");
      assert.equal(a.send(portA, LOOPBACK, portB, Uint8Array.of(2)), 0);
      queue.mock.restore();
      await a.when(() => a.writableCalls === 1);
      assert.equal(a.send(portA, LOOPBACK, portB, Uint8Array.of(3)), 1);
      await b.when(() => b.arrivals.length === 2);
      assert.deepEqual(
        b.arrivals.map(({ bytes }) => bytes[0]),
        [1, 3],
      );
    });
  }

  test("udp: the route tells the source of packets to this host itself", async () => {
    const layer = new UdpEncapsulation({ localUdpPort: 0 });
    assert.equal(layer.sourceFor(LOOPBACK)?.text, "127.0.0.1");
    assert.equal(layer.mtu(), 1500);
    assert.equal(layer.capabilities.headerBytes(LOOPBACK), 28);
    assert.equal(layer.capabilities.headerBytes(LOOPBACK6), 48);
    assert.ok(layer.localAddresses().some((address) => address.text === "127.0.0.1"));
    await layer.close();
  });

  test("udp: excluded addresses and prefixes are not told to peers", () => {
    const all = new UdpEncapsulation().localAddresses().map(({ text }) => text);
    const layer = new UdpEncapsulation({ excludedAddresses: ["127.0.0.0/8", "::1"] });
    assert.deepEqual(
      layer.localAddresses().map(({ text }) => text),
      all.filter((text) => !text.startsWith("127.") && text !== "::1"),
    );
    assert.throws(() => new UdpEncapsulation({ excludedAddresses: ["docker0"] }), {
      code: "ERR_SCTP_INVALID_ARG_VALUE",
      message: /excludedAddresses/,
    });
  });

  test("udp: settings are checked, and the environment is one of them", () => {
    assert.throws(() => new UdpEncapsulation({ localUdpPort: 65_536 }), { code: "ERR_SCTP_OUT_OF_RANGE" });
    assert.throws(() => new UdpEncapsulation({ mtuBytes: 100 }), { code: "ERR_SCTP_OUT_OF_RANGE" });
    const module = new URL("../../src/userland/udp-encapsulation.js", import.meta.url).href;
    const { stderr } = spawnSync(
      process.execPath,
      [
        "--input-type=module",
        "--eval",
        `import { UdpEncapsulation } from ${JSON.stringify(module)}; new UdpEncapsulation();`,
      ],
      { encoding: "utf8", env: { ...process.env, SCTP_UDP_LOCAL_PORT: "http" } },
    );
    assert.match(stderr, /SCTP_UDP_LOCAL_PORT must be an integer from 0 to 65535/);
  });

  test("udp: an open port keeps the process alive only after ref()", () => {
    const module = new URL("../../src/userland/udp-encapsulation.js", import.meta.url).href;
    const addresses = new URL("../../src/base/ip-address.js", import.meta.url).href;
    const lines = `
    import { UdpEncapsulation } from ${JSON.stringify(module)};
    import { parseIpAddress } from ${JSON.stringify(addresses)};
    const layer = new UdpEncapsulation({ localUdpPort: 0 });
    layer.start({ onPackets() {}, onWritable() {}, onError() {} });
    layer.acquirePort({ kind: "listening", addresses: [parseIpAddress("127.0.0.1")] });`;
    const run = (more: string): number | null =>
      spawnSync(process.execPath, ["--input-type=module", "--eval", lines + more], { timeout: 60_000 })
        .status;
    assert.equal(run(""), 0);
    assert.equal(run("layer.ref(); layer.unref();"), 0);
    assert.equal(
      run('layer.ref(); process.on("exit", () => process.exit(3)); setTimeout(() => layer.unref(), 20);'),
      3,
    );
  });
});
