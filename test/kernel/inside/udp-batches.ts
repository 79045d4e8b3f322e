/**
 * UDP in batches over interfaces that do not take everything: without checksums of their own, with a small MTU, slow.
 * What the kernel answers then is what `test/userland/udp-batches.test.ts` only plays.
 *
 * @module
 */

import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { type Addon, loadAddon } from "../../../src/native/addon.js";
import { errnoCode } from "../../../src/native/errno.js";
import { BATCH_SEGMENTS } from "../../../src/native/packet-batch.js";
import { createPacketRecord, parseIpAddress, UdpEncapsulation } from "../../../src/userland/index.js";
import { run } from "../two-hosts.js";

/** An interface that drops all that it has sent. */
const LINK = "batches0";
const HERE = parseIpAddress("10.77.0.1")!;
/** Behind the interface. Nobody is there, and nobody is asked who it is. */
const THERE = parseIpAddress("10.77.0.2")!;
const PACKETS = 600;
const PACKET_BYTES = 1000;

const addon = loadAddon();
assert.ok(!("reason" in addon), "the kernel's tests have the addon");

interface Call {
  readonly count: number;
  readonly asRuns: boolean;
  readonly answer: number | string;
}

/** A lower layer that sends over an interface made for the test, and what the system answers its calls. */
class Scene {
  readonly calls: Call[] = [];
  readonly layer: UdpEncapsulation;
  errors = 0;
  writableCalls = 0;
  private readonly port: number;
  private wake: () => void = () => {};

  constructor(context: TestContext, real: Addon, setUp: readonly (readonly string[])[], offload = true) {
    run(["ip", "link", "add", LINK, "type", "dummy"]);
    context.after(() => run(["ip", "link", "delete", LINK]));
    // IPv6 would have something of its own to send.
    run(["ip", "link", "set", LINK, "addrgenmode", "none"]);
    run(["ip", "address", "add", `${HERE.text}/24`, "dev", LINK]);
    run(["ip", "link", "set", LINK, "up"]);
    for (const words of setUp) run(words);
    const watched: Addon = {
      ...real,
      sendBatch: (...all) => {
        const answer = real.sendBatch(...all);
        const [, , , count, , flags] = all;
        const asRuns = (flags & BATCH_SEGMENTS) !== 0;
        this.calls.push({ count, asRuns, answer: answer < 0 ? errnoCode(real, answer) : answer });
        return answer;
      },
    };
    const options = {
      localUdpPort: 0,
      io: "batch",
      addon: watched,
      offload,
      sendBufferBytes: 20_000,
    } as const;
    this.layer = new UdpEncapsulation(options);
    context.after(() => this.layer.close());
    this.layer.start({
      onPackets: () => {},
      onWritable: () => {
        this.writableCalls += 1;
        this.wake();
      },
      onError: () => {
        this.errors += 1;
      },
    });
    this.layer.ref();
    this.port = this.layer.acquirePort({ kind: "listening", addresses: [HERE] });
  }

  /** Sends packets of one length, and answers how many were taken. */
  send(count: number): number {
    const slab = new Uint8Array(PACKETS * PACKET_BYTES);
    const packets = Array.from({ length: count }, (_, index) => ({
      ...createPacketRecord(),
      slab,
      offsetBytes: index * PACKET_BYTES,
      lengthBytes: PACKET_BYTES,
      sourceUdpPort: this.port,
      destination: THERE,
      destinationUdpPort: 9,
    }));
    return this.layer.send(packets);
  }

  /** How many packets have left the interface. */
  get left(): number {
    return Number(/TX:.*\n\s*\d+\s+(\d+)/.exec(run(["ip", "-s", "link", "show", LINK]))?.[1]);
  }

  async writable(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.wake = resolve;
    });
  }
}

test("an interface without checksums of its own cuts no runs (EIO), and packets leave one by one", (t) => {
  const scene = new Scene(t, addon, [["ethtool", "-K", LINK, "tx", "off"]]);
  assert.equal(scene.send(20), 20);
  assert.equal(scene.send(20), 20);
  assert.deepEqual(scene.calls, [
    { count: 20, asRuns: true, answer: "EIO" },
    { count: 20, asRuns: false, answer: 20 },
    { count: 20, asRuns: false, answer: 20 },
  ]);
  assert.deepEqual([scene.left, scene.errors], [40, 0]);
});

test("packets that are larger than the interface takes leave one by one, in pieces of IP", (t) => {
  const scene = new Scene(t, addon, [["ip", "link", "set", LINK, "mtu", "700"]]);
  assert.equal(scene.send(20), 20);
  const [first, second] = scene.calls;
  assert.deepEqual([first?.asRuns, typeof first?.answer], [true, "string"], `answered ${first?.answer}`);
  assert.deepEqual(second, { count: 20, asRuns: false, answer: 20 });
  assert.deepEqual([scene.left, scene.errors], [40, 0]);
});

test("a slow interface takes a part (EAGAIN); the rest leaves as it becomes writable, and nothing twice", async (t) => {
  const slow = ["rate", "50mbit", "burst", "32kb", "limit", "4mb"];
  // The interface would count a run as one packet.
  const scene = new Scene(t, addon, [["tc", "qdisc", "add", "dev", LINK, "root", "tbf", ...slow]], false);
  let sent = 0;
  while (sent < PACKETS) {
    const taken = scene.send(PACKETS - sent);
    sent += taken;
    if (sent < PACKETS) await scene.writable();
  }
  assert.ok(scene.calls.some(({ answer }) => answer === "EAGAIN"));
  assert.ok(scene.calls.some(({ count, answer }) => typeof answer === "number" && answer < count));
  assert.ok(scene.writableCalls > 0);
  assert.equal(scene.errors, 0);
  // What waits at the interface when the last has been taken leaves within moments.
  const end = performance.now() + 10_000;
  while (scene.left < PACKETS && performance.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  assert.equal(scene.left, PACKETS);
});
