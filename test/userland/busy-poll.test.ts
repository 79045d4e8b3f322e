import assert from "node:assert/strict";
import { once } from "node:events";
import { createSocket } from "node:dgram";
import { test } from "node:test";
import { parseIpAddress } from "../../src/base/ip-address.js";
import { type Addon, loadAddon } from "../../src/native/addon.js";
import { BusyPoll } from "../../src/userland/busy-poll.js";
import type { Clock, TimerHandle } from "../../src/userland/clock.js";
import { SystemClock } from "../../src/userland/system-clock.js";
import { UdpEncapsulation } from "../../src/userland/udp-encapsulation.js";
import { describeEachUdpIo } from "./each-udp-io.js";

const LOOPBACK = parseIpAddress("127.0.0.1")!;

/** A clock of which a test takes the turns; each of them takes ten microseconds. */
class TurnClock implements Clock {
  turns = 0;
  private time = 1000;
  private deferred: (() => void)[] = [];

  now(): number {
    return this.time;
  }

  defer(callback: () => void): void {
    this.deferred.push(callback);
  }

  setTimer(): TimerHandle {
    return { cancel: () => {} };
  }

  ref(): void {}

  unref(): void {}

  /** One turn of the event loop; answers whether anybody keeps it from sleeping now. */
  turn(): boolean {
    const callbacks = this.deferred;
    this.deferred = [];
    this.time += 0.01;
    this.turns += 1;
    for (const callback of callbacks) callback();
    return this.deferred.length > 0;
  }
}

/** How many turns pass until the event loop may sleep. */
function turnsUntilSleep(clock: TurnClock): number {
  const before = clock.turns;
  while (clock.turn()) assert.ok(clock.turns < 1000, "the event loop never sleeps");
  return clock.turns - before;
}

test("after an arrival the event loop does not sleep for as long as was asked for, and then it does", () => {
  const clock = new TurnClock();
  const poll = new BusyPoll(clock, {}, 0.095);
  poll.extend();
  assert.equal(turnsUntilSleep(clock), 10);
  assert.equal(clock.turn(), false);
  poll.extend();
  assert.equal(turnsUntilSleep(clock), 10, "each arrival begins anew");
});

test("an arrival meanwhile makes it longer, and costs no turn of its own", () => {
  const clock = new TurnClock();
  const poll = new BusyPoll(clock, {}, 0.095);
  poll.extend();
  for (let turns = 0; turns < 5; turns += 1) clock.turn();
  poll.extend();
  poll.extend();
  assert.equal(turnsUntilSleep(clock), 10);
});

test("it ends with the present turn when it is stopped, and never begins when it is to last no time", () => {
  const clock = new TurnClock();
  const poll = new BusyPoll(clock, {}, 50);
  poll.extend();
  clock.turn();
  poll.stop();
  assert.equal(turnsUntilSleep(clock), 1);
  new BusyPoll(clock, {}, 0).extend();
  assert.equal(clock.turn(), false);
});

test("sockets that can keep the event loop awake themselves are asked to, and no turn is taken", () => {
  const clock = new TurnClock();
  const asked: number[] = [];
  const sockets = { stayAwake: (durationMs: number): unknown => asked.push(durationMs) };
  const poll = new BusyPoll(clock, sockets, 0.25);
  poll.extend();
  poll.extend();
  assert.deepEqual(asked, [0.25, 0.25]);
  poll.stop();
  assert.deepEqual(asked, [0.25, 0.25, 0]);
  assert.equal(clock.turn(), false);
  const never = new BusyPoll(clock, sockets, 0);
  never.extend();
  never.stop();
  assert.equal(asked.length, 3, "others may have asked for it");
});

/** The event loop's own time, in which a point of time comes after so many looks at the clock. */
class CountingClock extends SystemClock {
  deferrals = 0;
  private time = 0;

  override now(): number {
    this.time += 0.01;
    return this.time;
  }

  override defer(callback: () => void): void {
    this.deferrals += 1;
    super.defer(callback);
  }
}

/** How long the addon was asked to keep the event loop awake, µs. */
const asked: number[] = [];
/** One for all tests: an addon tells of readiness to whoever asked last. */
const addon = notedAddon();

function notedAddon(): Addon | undefined {
  const real = loadAddon();
  if ("reason" in real) return undefined;
  return {
    ...real,
    stayAwake: (microseconds) => {
      asked.push(microseconds);
      return real.stayAwake(microseconds);
    },
  };
}

describeEachUdpIo((io) => {
  /** For how many microseconds, more or less, the event loop is kept from sleeping because of one packet. */
  async function awakeFor(busyPollMicroseconds: number | undefined): Promise<number> {
    const clock = new CountingClock();
    const layer = new UdpEncapsulation({
      localUdpPort: 0,
      clock,
      ...(addon === undefined ? {} : { addon }),
      ...(busyPollMicroseconds === undefined ? {} : { busyPollMicroseconds }),
    });
    const sender = createSocket("udp4");
    asked.length = 0;
    try {
      const arrived = new Promise<void>((resolve) => {
        layer.start({ onPackets: () => resolve(), onWritable: () => {}, onError: () => {} });
      });
      layer.ref();
      const port = layer.acquirePort({ kind: "listening", addresses: [LOOPBACK] });
      sender.send(new Uint8Array(12), port, "127.0.0.1");
      await arrived;
      const before = clock.deferrals;
      // Whoever looks at the clock moves it, so that this ends after as many turns.
      for (let turns = 0; turns < 100; turns += 1) {
        await new Promise((resolve) => {
          setImmediate(resolve);
        });
      }
      const turns = clock.deferrals - before;
      if (io === "dgram") assert.deepEqual(asked, []);
      else assert.equal(turns, 0, "the addon needs no turns");
      return io === "dgram" ? turns * 10 : asked.reduce((sum, microseconds) => sum + microseconds, 0);
    } finally {
      sender.close();
      await once(sender, "close");
      await layer.close();
      const wantsNone = io === "dgram" || busyPollMicroseconds === 0 || asked.length === 0;
      assert.equal(wantsNone || asked.at(-1) === 0, true, "closed, it lets the event loop sleep");
    }
  }

  test("packets that come keep the event loop awake, where it is asked for", async () => {
    const microseconds = await awakeFor(200);
    if (io === "batch") assert.equal(microseconds, 200);
    else assert.ok(microseconds >= 180 && microseconds <= 210, `${microseconds} µs`);
  });

  test("by default nothing does; an environment variable can", async (context) => {
    assert.equal(await awakeFor(undefined), 0);
    process.env["SCTP_UDP_BUSY_POLL"] = "100";
    context.after(() => {
      delete process.env["SCTP_UDP_BUSY_POLL"];
    });
    const microseconds = await awakeFor(undefined);
    assert.ok(microseconds >= 80 && microseconds <= 110, `${microseconds} µs`);
    assert.equal(await awakeFor(0), 0, "the option counts for more");
  });
});

test("a busy-poll lasts a second at the most", () => {
  for (const busyPollMicroseconds of [-1, 1_000_001, 0.5, Number.NaN]) {
    assert.throws(() => new UdpEncapsulation({ busyPollMicroseconds }), { code: "ERR_SCTP_OUT_OF_RANGE" });
  }
  process.env["SCTP_UDP_BUSY_POLL"] = "soon";
  try {
    assert.throws(() => new UdpEncapsulation(), {
      code: "ERR_SCTP_OUT_OF_RANGE",
      message: /SCTP_UDP_BUSY_POLL/,
    });
  } finally {
    delete process.env["SCTP_UDP_BUSY_POLL"];
  }
});
