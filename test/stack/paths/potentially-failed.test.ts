import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { MultihomedPeer, TELECOM, timesOf } from "../multihomed-peer.js";
import { wrongCounters } from "../scripted-peer.js";

const PRIMARY = "10.0.0.1";
const OTHER = "10.0.1.1";

describe("RFC 7829 §3.2: potentially failed paths", () => {
  test("2: the first error beyond PFMR makes a path potentially failed, not before", () => {
    for (const potentiallyFailedMaxRetrans of [0, 1, 2]) {
      const peer = new MultihomedPeer({ ...TELECOM, pathMaxRetrans: 5, potentiallyFailedMaxRetrans });
      peer.alive.clear();
      const path = peer.path(0);
      for (let errors = 0; errors <= potentiallyFailedMaxRetrans; errors += 1) {
        assert.equal(path.state, "active", `${errors} errors`);
        assert.equal(path.errorCount, errors);
        peer.association.requestHeartbeat(path, peer.scene.now);
        peer.run(401);
      }
      assert.equal(path.state, "potentially failed");
      assert.deepEqual(peer.changes.slice(0, 1), [`potentially failed ${PRIMARY}`]);
    }
  });

  test("1: with PFMR at PMR or above a path becomes inactive, and is never potentially failed", () => {
    const peer = new MultihomedPeer({ ...TELECOM, potentiallyFailedMaxRetrans: 2 });
    peer.alive.delete(PRIMARY);
    peer.run(10_000);
    assert.deepEqual(peer.changes, [`unreachable ${PRIMARY}`]);
  });

  test("3 i and ii: after one time-out new data and what timed out go to an active path", () => {
    const peer = new MultihomedPeer(TELECOM);
    peer.alive.delete(PRIMARY);
    const lost = peer.scene.now;
    peer.send();
    peer.run(100);
    assert.equal(peer.path(0).state, "potentially failed");
    peer.send();
    assert.deepEqual(
      peer.arrivals.map(({ at, number, address }) => [at - lost, number, address]),
      [
        [100, 1, OTHER],
        [100, 2, OTHER],
      ],
    );
    assert.deepEqual(wrongCounters(peer.association), []);
    // 4: choosing a path changes neither its state nor its counter.
    assert.deepEqual([peer.path(1).state, peer.path(1).errorCount], ["active", 0]);
    peer.run(20);
    assert.ok(peer.association.isSenderDry);
  });

  test("3 iii: data for a potentially failed destination that the user has named goes to an active one", () => {
    const peer = new MultihomedPeer(TELECOM);
    peer.alive.delete(OTHER);
    peer.send(1, 100, peer.path(1));
    peer.run(100);
    assert.equal(peer.path(1).state, "potentially failed");
    const before = peer.sent.length;
    peer.send(1, 100, peer.path(1));
    assert.deepEqual(timesOf(peer.sent.slice(before), "DATA"), [`${peer.scene.now}>${PRIMARY}`]);
  });

  test("5 and 6: heartbeats begin at once and come once per RTO, which backs off, whatever HB.interval is", () => {
    const peer = new MultihomedPeer({ ...TELECOM, pathMaxRetrans: 4, heartbeatIntervalMs: 100_000 });
    peer.alive.delete(PRIMARY);
    const start = peer.scene.now;
    peer.send();
    const probes = timesOf(peer.run(3000), "HEARTBEAT").filter((probe) => probe.endsWith(PRIMARY));
    const after = probes.map((probe) => Number.parseInt(probe, 10) - start);
    // T3-rtx at 100 has doubled the RTO to 200; then RTO.Max holds.
    assert.deepEqual(after, [100, 300, 700, 1100]);
    assert.deepEqual(peer.changes, [`potentially failed ${PRIMARY}`, `unreachable ${PRIMARY}`]);
  });

  test("5: where heartbeats are switched off none is sent, and an acknowledgement brings the path back", () => {
    const peer = new MultihomedPeer({ ...TELECOM, heartbeatEnabled: false });
    peer.alive.clear();
    peer.send();
    assert.deepEqual(timesOf(peer.run(5000), "HEARTBEAT"), []);
  });

  test("5: a path whose heartbeats are switched off and on again is probed at once", () => {
    const peer = new MultihomedPeer({ ...TELECOM, pathMaxRetrans: 100, associationMaxRetrans: 1000 });
    const { association, scene } = peer;
    const path = peer.path(0);
    peer.alive.delete(PRIMARY);
    peer.send();
    peer.run(100);
    association.configurePath(path, { heartbeatEnabled: false }, scene.now);
    peer.run(1000);
    assert.equal(path.heartbeatAwaited, false);
    assert.deepEqual(
      timesOf(peer.run(2000), "HEARTBEAT").filter((probe) => probe.endsWith(PRIMARY)),
      [],
    );
    peer.alive.add(PRIMARY);
    association.configurePath(path, { heartbeatEnabled: true }, scene.now);
    peer.run(21);
    assert.equal(path.state, "active");
  });

  test("6: while data is on its way to a potentially failed path a lost heartbeat does not count beside T3-rtx", () => {
    const peer = new MultihomedPeer({ ...TELECOM, pathMaxRetrans: 100, associationMaxRetrans: 1000 });
    peer.alive.clear();
    peer.send();
    peer.run(4000);
    const { t3Expirations } = peer.scene.stack.statistics;
    const onPath = peer.path(0).errorCount + peer.path(1).errorCount;
    const heartbeats = peer.sent.flatMap(({ chunks }) => chunks).filter(({ kind }) => kind === "HEARTBEAT");
    assert.ok(heartbeats.length > 5);
    assert.ok(onPath < t3Expirations + heartbeats.length, `${onPath} errors`);
  });

  test("7: a HEARTBEAT ACK clears the counter, makes the path active, and data returns to the primary path", () => {
    const peer = new MultihomedPeer({ ...TELECOM, pathMaxRetrans: 20 });
    peer.alive.delete(PRIMARY);
    peer.send();
    peer.run(1000);
    const { cwnd } = peer.path(0).congestion;
    peer.alive.add(PRIMARY);
    peer.run(500);
    assert.deepEqual([peer.path(0).state, peer.path(0).errorCount], ["active", 0]);
    assert.deepEqual(peer.changes, [`potentially failed ${PRIMARY}`, `available ${PRIMARY}`]);
    // RFC 9260 §7.2.3: what T3-rtx has done to the window stands, and one packet goes first.
    assert.equal(peer.path(0).congestion.cwnd, cwnd);
    const before = peer.sent.length;
    peer.send(3, 1000);
    assert.deepEqual(timesOf(peer.sent.slice(before), "DATA"), [`${peer.scene.now}>${PRIMARY}`]);
  });

  test("8: PMR - PFMR further errors make the path inactive; its heartbeats return to HB.interval", () => {
    const peer = new MultihomedPeer({ ...TELECOM, heartbeatIntervalMs: 5000 });
    peer.alive.delete(PRIMARY);
    peer.send();
    peer.run(2000);
    assert.equal(peer.path(0).state, "inactive");
    const probes = timesOf(peer.run(30_000), "HEARTBEAT").filter((probe) => probe.endsWith(PRIMARY));
    const times = probes.map((probe) => Number.parseInt(probe, 10));
    for (const [index, time] of times.slice(1).entries()) {
      const gap = time - (times[index] ?? 0);
      // HB.interval and RTO.Max with its jitter, behind the RTO in which the one before was waited for.
      assert.ok(gap >= 5000 + 200 + 400 && gap <= 5000 + 600 + 400, `${gap}`);
    }
    assert.ok(times.length >= 4);
  });

  test("9: the acknowledgement of a chunk that was sent to two destinations brings none of them back", () => {
    const peer = new MultihomedPeer({ ...TELECOM, heartbeatEnabled: false, pathMaxRetrans: 20 });
    const [first, second] = [peer.path(0), peer.path(1)];
    peer.alive.clear();
    peer.send();
    peer.run(350);
    assert.deepEqual([first.state, second.state], ["potentially failed", "potentially failed"]);
    const errors = [first.errorCount, second.errorCount];
    for (const address of peer.addresses) peer.alive.add(address);
    peer.run(1000);
    assert.ok(peer.association.isSenderDry);
    assert.deepEqual([first.state, second.state], ["potentially failed", "potentially failed"]);
    assert.ok(
      first.errorCount >= (errors[0] ?? 0) && second.errorCount >= (errors[1] ?? 0),
      "no counter is cleared",
    );
    assert.equal(peer.association.tcb.errorCount, 0, "RFC 9260 §8.1: but it shows that the peer is there");
    // 10: a chunk of one destination tells of it.
    peer.send();
    peer.run(30);
    assert.deepEqual([first, second].filter(({ state }) => state === "active").length, 1);
  });

  test("10: after a spurious time-out an acknowledgement that comes before the retransmission clears the state", () => {
    const peer = new MultihomedPeer({ ...TELECOM, rtoMaxMs: 10_000, heartbeatEnabled: false });
    // Nothing leaves for the other path: it is no alternative.
    peer.path(1).state = "unconfirmed";
    peer.alive.clear();
    peer.send(2, 1000);
    peer.run(100);
    assert.equal(peer.path(0).state, "potentially failed");
    peer.alive.add(PRIMARY);
    peer.run(300);
    assert.equal(peer.path(0).state, "active");
    assert.equal(peer.path(0).errorCount, 0);
  });

  test("4: with all paths potentially failed the one with the fewest errors carries the data", () => {
    const peer = new MultihomedPeer(
      { ...TELECOM, pathMaxRetrans: 100, associationMaxRetrans: 1000, heartbeatEnabled: false },
      ["10.0.0.1", "10.0.1.1", "10.0.2.1"],
    );
    peer.alive.clear();
    for (const [index, errors] of [3, 1, 2].entries()) {
      const path = peer.path(index);
      path.state = "potentially failed";
      path.errorCount = errors;
    }
    peer.send();
    const before = peer.association.paths.map(({ state, errorCount }) => `${state} ${errorCount}`);
    assert.deepEqual(before, ["potentially failed 3", "potentially failed 1", "potentially failed 2"]);
    peer.run(400);
    const ways = timesOf(peer.sent, "DATA").map((way) => way.split(">")[1]);
    // The first time-out makes 2 and 2 of 1 and 2: then the one that has not failed last.
    assert.deepEqual(ways.slice(0, 3), ["10.0.1.1", "10.0.2.1", "10.0.1.1"]);
  });

  test("a single path becomes potentially failed too, but SACK and T3-rtx tell what a heartbeat would", () => {
    const peer = new MultihomedPeer({ ...TELECOM, pathMaxRetrans: 20 }, ["10.0.0.1"]);
    peer.alive.clear();
    peer.send();
    assert.deepEqual(timesOf(peer.run(900), "HEARTBEAT"), []);
    assert.equal(peer.path(0).state, "potentially failed");
    peer.alive.add(PRIMARY);
    peer.run(500);
    assert.equal(peer.path(0).state, "active");
    assert.ok(peer.association.isSenderDry);
  });
});

describe("RFC 7829 §4.1: the dormant state", () => {
  test("1 to 3: with all paths inactive the one with the fewest errors carries the data, and stays inactive", () => {
    const peer = new MultihomedPeer({ ...TELECOM, associationMaxRetrans: 1000, heartbeatEnabled: false });
    peer.alive.clear();
    peer.send();
    peer.run(10_000);
    const [first, second] = [peer.path(0), peer.path(1)];
    assert.deepEqual([first.state, second.state], ["inactive", "inactive"]);
    assert.ok(Math.abs(first.errorCount - second.errorCount) <= 1, "they take turns");
    assert.ok(first.errorCount > 3, "the counters go on, so that there is something to compare");
    const recent = timesOf(peer.sent.slice(-4), "DATA").map((way) => way.split(">")[1]);
    assert.deepEqual(new Set(recent).size, 2);
    const counters = [first.errorCount, second.errorCount];
    peer.alive.add(OTHER);
    peer.run(900);
    assert.ok(peer.association.isSenderDry);
    assert.deepEqual([first.state, second.state], ["inactive", "inactive"], "§3.2 9");
    assert.ok(first.errorCount >= (counters[0] ?? 0) && second.errorCount >= (counters[1] ?? 0));
  });

  test("RFC 9260 §8.1: an association whose paths are all dead ends after Association.Max.Retrans", () => {
    const peer = new MultihomedPeer({ ...TELECOM, associationMaxRetrans: 10 });
    peer.alive.clear();
    peer.send();
    peer.run(10_000);
    assert.equal(peer.association.state, "CLOSED");
    assert.equal(peer.scene.last("communication lost").reason.kind, "unreachable");
    assert.equal(peer.scene.last("send failed").sent, true);
  });

  test("RFC 9260 §8.1: heartbeats that pass do not keep an association alive whose data does not", () => {
    const peer = new MultihomedPeer({ ...TELECOM, associationMaxRetrans: 10 }, ["10.0.0.1"]);
    peer.losesData = () => true;
    peer.send();
    peer.run(60_000);
    assert.equal(peer.association.state, "CLOSED");
  });
});

describe("RFC 7829 §5: Primary Path Switchover", () => {
  test("2 and 3: beyond PSMR errors the path that carries the data becomes the primary one, and stays that", () => {
    const peer = new MultihomedPeer({ ...TELECOM, primarySwitchoverMaxRetrans: 0 });
    peer.alive.delete(PRIMARY);
    peer.send();
    peer.run(100);
    assert.equal(peer.association.primaryPath, peer.path(1));
    assert.deepEqual(peer.changes, [`potentially failed ${PRIMARY}`, `made primary ${OTHER}`]);
    peer.alive.add(PRIMARY);
    peer.run(2000);
    assert.equal(peer.path(0).state, "active");
    const before = peer.sent.length;
    peer.send();
    assert.deepEqual(timesOf(peer.sent.slice(before), "DATA"), [`${peer.scene.now}>${OTHER}`]);
  });

  test("4: with PSMR above PFMR data fails over first, and the primary path follows", () => {
    const peer = new MultihomedPeer({ ...TELECOM, pathMaxRetrans: 5, primarySwitchoverMaxRetrans: 2 });
    peer.alive.delete(PRIMARY);
    peer.send();
    peer.run(120);
    assert.equal(peer.association.primaryPath, peer.path(0));
    assert.equal(peer.receivedCount, 1);
    peer.run(5000);
    assert.equal(peer.association.primaryPath, peer.path(1));
  });

  test("2: with PSMR above PMR it counts beyond PMR", () => {
    const peer = new MultihomedPeer({ ...TELECOM, pathMaxRetrans: 0, primarySwitchoverMaxRetrans: 30 });
    peer.alive.delete(PRIMARY);
    peer.run(60_000);
    assert.equal(peer.association.primaryPath, peer.path(1));
  });

  test("3: who has no better path keeps the primary one until there is one", () => {
    const peer = new MultihomedPeer({ ...TELECOM, pathMaxRetrans: 20, primarySwitchoverMaxRetrans: 0 });
    peer.path(1).state = "inactive";
    peer.alive.clear();
    peer.send();
    peer.run(200);
    assert.equal(peer.association.primaryPath, peer.path(0));
    peer.alive.add(OTHER);
    peer.association.requestHeartbeat(peer.path(1), peer.scene.now);
    peer.run(30);
    assert.equal(peer.association.primaryPath, peer.path(1));
  });

  test("6: switched off, as by default, data returns to the primary path", () => {
    const peer = new MultihomedPeer(TELECOM);
    peer.alive.delete(PRIMARY);
    peer.send();
    peer.run(3000);
    assert.equal(peer.association.primaryPath, peer.path(0));
    peer.alive.add(PRIMARY);
    peer.run(2000);
    const before = peer.sent.length;
    peer.send();
    assert.deepEqual(timesOf(peer.sent.slice(before), "DATA"), [`${peer.scene.now}>${PRIMARY}`]);
  });

  test("1: a PSMR below PFMR is refused", () => {
    const peer = new MultihomedPeer({ potentiallyFailedMaxRetrans: 3 });
    const { association, scene } = peer;
    const change = { primarySwitchoverMaxRetrans: 2 };
    assert.throws(() => association.configure(change, scene.now), RangeError);
    assert.throws(() => association.configurePath(peer.path(0), change, scene.now), RangeError);
    assert.equal(peer.path(0).config.primarySwitchoverMaxRetrans, 0xffff);
    association.configurePath(peer.path(0), { primarySwitchoverMaxRetrans: 3 }, scene.now);
  });
});

test("RFC 6458 §6.1.2: the event tells whenever another path is made primary, by the user too", () => {
  const peer = new MultihomedPeer();
  peer.association.setPrimaryPath(peer.path(0));
  assert.deepEqual(peer.changes, []);
  peer.association.setPrimaryPath(peer.path(1));
  peer.scene.drain();
  assert.deepEqual(peer.changes, [`made primary ${OTHER}`]);
});
