import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { MultihomedPeer, TELECOM, timesOf } from "../multihomed-peer.js";
import { onStream, payload } from "../pair.js";
import { wrongCounters } from "../scripted-peer.js";

const PRIMARY = "10.0.0.1";
const OTHER = "10.0.1.1";
const THREE = ["10.0.0.1", "10.0.1.1", "10.0.2.1"];

describe("RFC 9260 §6.4, §6.4.1: failover", () => {
  for (const [name, potentiallyFailedMaxRetrans, withinMs] of [
    ["RFC 7829 with PFMR 0", 0, 300],
    ["RFC 9260 alone, with Path.Max.Retrans 2", 2, 1000],
  ] as const) {
    test(`${name}: the loss of the primary path delays no message by ${withinMs} ms, and data returns`, () => {
      const peer = new MultihomedPeer({ ...TELECOM, potentiallyFailedMaxRetrans });
      const sentAt: number[] = [];
      const every = (count: number): void => {
        for (let index = 0; index < count; index += 1) {
          sentAt.push(peer.scene.now);
          peer.send();
          peer.run(10);
        }
      };
      every(20);
      peer.alive.delete(PRIMARY);
      every(300);
      const firstArrival = new Map<number, number>();
      for (const { number, at } of peer.arrivals) if (!firstArrival.has(number)) firstArrival.set(number, at);
      const delays = sentAt.map((at, index) => (firstArrival.get(index + 1) ?? Infinity) - at);
      assert.ok(Math.max(...delays.slice(0, -5)) < withinMs, `${Math.max(...delays)} ms`);
      peer.alive.add(PRIMARY);
      every(200);
      assert.ok(peer.arrivals.slice(-20).every(({ address }) => address === PRIMARY));
      assert.equal(peer.receivedCount, sentAt.length);
      assert.deepEqual(wrongCounters(peer.association), []);
    });
  }

  test("§8.2: of several active paths only one is used, and it stays that one", () => {
    const peer = new MultihomedPeer(TELECOM, THREE);
    peer.alive.delete(PRIMARY);
    for (let count = 0; count < 50; count += 1) {
      peer.send();
      peer.run(10);
    }
    assert.deepEqual([...new Set(peer.arrivals.map(({ address }) => address))], [OTHER]);
  });

  test("§6.4.1: what timed out takes the path that leaves from another address of ours", () => {
    const peer = new MultihomedPeer(TELECOM, THREE);
    const [first, second, third] = peer.association.paths;
    assert.ok(first !== undefined && second !== undefined && third !== undefined);
    second.localAddress = first.localAddress;
    assert.equal(peer.association.tcb.paths.forRetransmission(first), second, "else the next in the list");
    const { address } = third;
    first.localAddress = first.address;
    second.localAddress = first.address;
    third.localAddress = address;
    assert.equal(peer.association.tcb.paths.forRetransmission(first), third);
    assert.equal(peer.association.tcb.paths.forRetransmission(third), first);
  });

  test("§6.3.3 E1, §7.2.3: T3-rtx of one path leaves windows, time-outs and timers of the others alone", () => {
    const peer = new MultihomedPeer({ ...TELECOM, rtoMaxMs: 1000 });
    const [first, second] = [peer.path(0), peer.path(1)];
    const { cwnd } = first.congestion;
    peer.alive.clear();
    peer.send(2, 1000);
    peer.run(10);
    const { deadline } = first.t3;
    peer.send(1, 1000, second);
    peer.run(80);
    assert.equal(first.t3.deadline, deadline);
    peer.run(10);
    assert.equal(peer.scene.stack.statistics.t3Expirations, 1);
    assert.deepEqual([first.rto.timeoutMs, second.rto.timeoutMs], [200, 100]);
    const { pmdcs } = first;
    assert.deepEqual([first.congestion.cwnd, second.congestion.cwnd], [pmdcs, cwnd]);
    assert.deepEqual([first.congestion.ssthresh, second.congestion.ssthresh], [4 * pmdcs, 0xffff_ffff]);
    assert.deepEqual(wrongCounters(peer.association), []);
  });

  test("§6.3.3 E4: what is sent again is covered by the timer and the RTO of the path that it is sent on", () => {
    const peer = new MultihomedPeer({ ...TELECOM, rtoMaxMs: 1000 });
    const [first, second] = [peer.path(0), peer.path(1)];
    second.rto.timeoutMs = 321;
    peer.alive.clear();
    peer.send();
    peer.run(100);
    assert.equal(second.t3.deadline, peer.scene.now + 321);
    assert.ok(!first.t3.isRunning);
  });

  test("§6.4: chunks that go to different paths never share a packet", () => {
    // Only T3-rtx sends anything again.
    const config = { ...TELECOM, potentiallyFailedMaxRetrans: 2, timedLossDetection: false };
    const peer = new MultihomedPeer(config);
    const [first, second] = [peer.path(0), peer.path(1)];
    peer.alive.clear();
    for (let count = 0; count < 6; count += 1) peer.send(1, 100, count % 2 === 0 ? first : second);
    peer.run(100);
    // Each of them timed out on its own path, so that each goes to the other.
    const again = peer.sent.slice(6).flatMap(({ chunks, destination }) => {
      const numbers = chunks.flatMap((chunk) => (chunk.kind === "DATA" ? [chunk.tsn] : []));
      return numbers.map((tsn) => `${tsn - (peer.association.tcb.localInitialTsn as number)}>${destination}`);
    });
    assert.ok(again.length > 0);
    for (const way of again) {
      const [number, address] = way.split(">");
      assert.equal(address, Number(number) % 2 === 0 ? OTHER : PRIMARY, way);
    }
  });

  test("§6.3.1 C5: a round trip is not measured on any path with what was sent twice", () => {
    const peer = new MultihomedPeer({ ...TELECOM, heartbeatEnabled: false });
    peer.alive.clear();
    peer.send();
    peer.run(90);
    peer.alive.add(OTHER);
    peer.run(100);
    assert.ok(peer.association.isSenderDry);
    assert.deepEqual(
      [peer.path(0).rto.smoothedRoundTripMs, peer.path(1).rto.smoothedRoundTripMs].filter(
        (time) => time !== undefined && time > 21,
      ),
      [],
    );
    assert.equal(peer.path(1).rto.smoothedRoundTripMs, undefined);
  });
});

describe("RFC 6458 §5.3.4 SCTP_ADDR_OVER: the user names the destination", () => {
  test("its messages go there, and all others to the primary path, each in packets of its own", () => {
    const peer = new MultihomedPeer();
    peer.send(1);
    peer.send(1, 100, peer.path(1));
    peer.send(1);
    assert.deepEqual(
      peer.arrivals.map(({ number, address }) => [number, address]),
      [
        [1, PRIMARY],
        [2, OTHER],
        [3, PRIMARY],
      ],
    );
    assert.ok(peer.path(0).t3.isRunning && peer.path(1).t3.isRunning, "RFC 9260 §6.3.2 R1");
    assert.deepEqual(wrongCounters(peer.association), []);
  });

  test("RFC 9260 §5.4: nothing goes to an unconfirmed address", () => {
    const peer = new MultihomedPeer();
    peer.path(1).state = "unconfirmed";
    peer.send(1, 100, peer.path(1));
    assert.deepEqual(
      peer.arrivals.map(({ address }) => address),
      [PRIMARY],
    );
  });

  test("RFC 9260 §6.4.1: an inactive destination is left for an active one", () => {
    const peer = new MultihomedPeer();
    peer.path(1).state = "inactive";
    peer.send(1, 100, peer.path(1));
    assert.deepEqual(
      peer.arrivals.map(({ address }) => address),
      [PRIMARY],
    );
  });

  test("a destination that is given up meanwhile is as good as none", () => {
    const peer = new MultihomedPeer();
    const path = peer.path(1);
    peer.association.send(payload(10), { ...onStream(0), destination: path }, peer.scene.now);
    peer.association.tcb.removePath(path);
    peer.send();
    assert.deepEqual(
      peer.arrivals.map(({ address }) => address),
      [PRIMARY, PRIMARY],
    );
  });
});

describe("a path that is taken out", () => {
  test("leaves what was outstanding there to another, at once and without a penalty", () => {
    const peer = new MultihomedPeer({ maxBurst: 0 });
    peer.alive.delete(PRIMARY);
    const { cwnd } = peer.path(1).congestion;
    peer.send(3, 1000);
    const primary = peer.path(0);
    peer.association.tcb.removePath(primary);
    peer.run(30);
    assert.equal(peer.receivedCount, 3);
    assert.equal(peer.association.primaryPath.address.text, OTHER);
    assert.equal(primary.flightBytes, 0);
    assert.ok(!primary.t3.isRunning && !primary.heartbeat.isRunning);
    assert.ok(peer.path(1).congestion.cwnd >= cwnd);
    assert.equal(peer.scene.stack.statistics.t3Expirations, 0);
    assert.deepEqual(wrongCounters(peer.association), []);
  });

  test("takes its heartbeats along, and answers to those of other paths still count", () => {
    const peer = new MultihomedPeer({ ...TELECOM, heartbeatIntervalMs: 100_000 }, THREE);
    const { association, scene } = peer;
    const last = peer.path(2);
    association.requestHeartbeat(peer.path(0), scene.now);
    association.requestHeartbeat(last, scene.now);
    association.tcb.removePath(peer.path(0));
    peer.run(30);
    assert.deepEqual(timesOf(peer.sent, "HEARTBEAT"), ["1000>10.0.2.1"]);
    assert.equal(last.errorCount, 0);
    assert.equal(last.heartbeatNonce, undefined);
  });

  test("RFC 9260 §5.4: what it leaves waits while no other is confirmed, which is asked for at once", () => {
    const peer = new MultihomedPeer(TELECOM);
    const [first, second] = [peer.path(0), peer.path(1)];
    second.state = "unconfirmed";
    peer.alive.delete(PRIMARY);
    peer.send();
    peer.association.tcb.removePath(first);
    peer.run(15);
    assert.deepEqual(peer.arrivals, [], "the HEARTBEAT takes 20 ms there and back");
    peer.run(35);
    assert.deepEqual(
      peer.arrivals.map(({ address }) => address),
      [OTHER],
    );
    assert.ok(peer.association.isSenderDry);
  });

  test("the only path stays", () => {
    const peer = new MultihomedPeer({}, ["10.0.0.1"]);
    assert.throws(() => peer.association.tcb.removePath(peer.path(0)), /only path/);
  });
});

describe("whatever happens to paths", () => {
  const step = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({ kind: fc.constant("send" as const), path: fc.nat(3), count: fc.nat(8) }),
    },
    {
      weight: 6,
      arbitrary: fc.record({ kind: fc.constant("wait" as const), ms: fc.integer({ min: 1, max: 300 }) }),
    },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant("die" as const), path: fc.nat(2) }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant("return" as const), path: fc.nat(2) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("primary" as const), path: fc.nat(2) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("probe" as const), path: fc.nat(2) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("remove" as const), path: fc.nat(2) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("mtu" as const), path: fc.nat(2) }) },
  );

  test("counters stay right after every step, and in the end every byte arrives", () => {
    fc.assert(
      fc.property(
        fc.array(step, { minLength: 10, maxLength: 60 }),
        fc.nat(3),
        fc.nat(2),
        (steps, pfmr, pick) => {
          const psmr = [0xffff, pfmr, pfmr + 2][pick] ?? 0xffff;
          const config = { ...TELECOM, potentiallyFailedMaxRetrans: pfmr, primarySwitchoverMaxRetrans: psmr };
          const peer = new MultihomedPeer({ ...config, associationMaxRetrans: 10_000 }, THREE);
          const { association } = peer;
          let sent = 0;
          for (const item of steps) {
            const path = "path" in item ? association.paths[item.path] : undefined;
            switch (item.kind) {
              case "send":
                sent += item.count;
                peer.send(item.count, 700, path);
                break;
              case "wait":
                peer.run(item.ms);
                break;
              case "die":
                peer.alive.delete(THREE[item.path] ?? "");
                break;
              case "return":
                peer.alive.add(THREE[item.path] ?? "");
                break;
              case "primary":
                if (path !== undefined) association.setPrimaryPath(path);
                break;
              case "probe":
                if (path !== undefined) association.requestHeartbeat(path, peer.scene.now);
                break;
              case "remove":
                if (path !== undefined && association.paths.length > 1) association.tcb.removePath(path);
                break;
              case "mtu":
                if (path !== undefined) {
                  const change = { pathMtuDiscovery: false, fixedPathMtuBytes: 600 + 300 * item.path };
                  association.configurePath(path, change, peer.scene.now);
                }
                break;
            }
            peer.run(1);
            assert.deepEqual(wrongCounters(association), [], item.kind);
          }
          for (const address of THREE) peer.alive.add(address);
          for (let tries = 0; tries < 50 && !association.isSenderDry; tries += 1) peer.run(200);
          assert.ok(association.isSenderDry, "no livelock");
          assert.ok(peer.receivedCount >= sent);
          assert.equal(association.sendBufferBytes, 0);
          for (const path of association.paths) assert.equal(path.flightBytes, 0);
        },
      ),
      { numRuns: 60, seed: 7829 },
    );
  });
});
