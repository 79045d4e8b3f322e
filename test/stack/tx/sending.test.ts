import assert from "node:assert/strict";
import { test } from "node:test";
import { onStream, Pair, payload } from "../pair.js";
import { ScriptedPeer } from "../scripted-peer.js";

const PMDCS = 1468;

test("RFC 9260 §6.9: a large message is cut into chunks of AMDCS with consecutive TSNs, B first and E last", () => {
  const peer = new ScriptedPeer({ a: { noDelay: true } });
  peer.openWindow(100_000);
  peer.association.send(payload(4000), { ...onStream(3), ppid: 77 }, peer.pair.now);
  peer.pair.settle();
  const chunks = peer.chunksOf("DATA");
  assert.deepEqual(
    chunks.map((chunk) => [chunk.flags & 7, chunk.userData.length, chunk.streamId, chunk.ssn, chunk.ppid]),
    [
      [2, 1452, 3, 0, 77],
      [0, 1452, 3, 0, 77],
      [1, 1096, 3, 0, 77],
    ],
  );
  assert.deepEqual(peer.take(), [[1], [2], [3]]);
  assert.deepEqual(Buffer.concat(chunks.map((chunk) => chunk.userData)), Buffer.from(payload(4000)));
});

test("RFC 9260 §6.9: the beginning of a long message fills up the packet that the end of the one before leaves room in", () => {
  const peer = new ScriptedPeer({ a: { noDelay: true, maxBurst: 0 } });
  peer.openWindow(100_000);
  for (const seed of [3000, 3001]) peer.association.send(payload(seed), onStream(1), peer.pair.now);
  peer.pair.settle();
  const chunks = peer.chunksOf("DATA");
  // 12 + 16 + 96 bytes of 1480 leave 1356: a header, and so much of the next message, which takes three chunks anyway.
  assert.deepEqual(
    chunks.map((chunk) => [chunk.flags & 7, chunk.userData.length, chunk.ssn]),
    [
      [2, 1452, 0],
      [0, 1452, 0],
      [1, 96, 0],
      [2, 1340, 1],
      [0, 1452, 1],
      [1, 209, 1],
    ],
  );
  assert.deepEqual(peer.take(), [[1], [2], [3, 4], [5], [6]]);
  const bytes = Buffer.concat(chunks.map((chunk) => chunk.userData));
  assert.deepEqual(bytes, Buffer.concat([payload(3000), payload(3001)]));
});

test("RFC 9260 §6.9: what a packet holds whole is not divided to fill one up, and no header is spent on a few bytes", () => {
  const peer = new ScriptedPeer({ a: { noDelay: true, maxBurst: 0 } });
  peer.openWindow(100_000);
  // The second fits into a packet; to the third, the end of the first leaves an eighth of a packet and no more.
  for (const lengthBytes of [100, 1452, 1300, 2000])
    peer.association.send(payload(lengthBytes), onStream(1), peer.pair.now);
  peer.pair.settle();
  assert.deepEqual(
    peer.chunksOf("DATA").map((chunk) => chunk.userData.length),
    [100, 1452, 1300, 1452, 548],
  );
  assert.deepEqual(peer.take(), [[1], [2], [3], [4], [5]]);
});

test("RFC 9260 §6.9: packets that a long message fills are those that are laid out one by one", () => {
  const bytesOf = (isOneByOne: boolean): readonly (readonly [number, string])[] => {
    const peer = new ScriptedPeer({ a: { noDelay: true, maxBurst: isOneByOne ? 1 : 0 } });
    peer.openWindow(200_000);
    peer.association.send(payload(60_001), { ...onStream(7), ppid: 9 }, peer.pair.now);
    // One packet for each opportunity, or all at once.
    for (let times = 0; times < 100; times += 1) {
      peer.pair.settle();
      peer.association.setPrimaryPath(peer.association.primaryPath);
    }
    peer.pair.settle();
    return peer
      .chunksOf("DATA")
      .map((chunk) => [chunk.tsn, JSON.stringify({ ...chunk, userData: [...chunk.userData] })]);
  };
  const together = bytesOf(false);
  assert.equal(together.length, Math.ceil(60_001 / 1452));
  assert.deepEqual(together, bytesOf(true));
});

test("RFC 9260 §6.5, §6.6: each stream counts its ordered messages from 0; unordered ones do not count", () => {
  const peer = new ScriptedPeer({ a: { noDelay: true } });
  const { association, pair } = peer;
  for (const [stream, unordered] of [
    [0, false],
    [1, false],
    [0, true],
    [0, false],
    [1, false],
    [9, false],
  ] as const)
    association.send(payload(4), onStream(stream, { unordered }), pair.now);
  pair.settle();
  const chunks = peer.chunksOf("DATA");
  assert.deepEqual(
    chunks.filter((chunk) => (chunk.flags & 4) === 0).map((chunk) => [chunk.streamId, chunk.ssn]),
    [
      [0, 0],
      [1, 0],
      [0, 1],
      [1, 1],
      [9, 0],
    ],
  );
  assert.equal(chunks.filter((chunk) => (chunk.flags & 4) !== 0).length, 1);
});

test("RFC 9260 §6.10: small messages are bundled up to the path MTU, TSNs ascending", () => {
  const peer = new ScriptedPeer();
  peer.association.primaryPath.burstAllowance = 10;
  peer.send(...new Array<number>(40).fill(100));
  const packets = peer.take();
  // Nagle holds the rest: 116 bytes a chunk make 12 in 1468 bytes.
  assert.deepEqual(
    packets.map((packet) => packet.length),
    [12, 12, 12],
  );
  assert.deepEqual(
    packets.flat(),
    Array.from({ length: 36 }, (_, index) => index + 1),
  );
});

test("RFC 9260 §6.1: a SACK that is owed travels in front of DATA", () => {
  const peer = new ScriptedPeer();
  peer.handle(peer.dataChunk());
  peer.sent.length = 0;
  peer.handle(peer.dataChunk({ ssn: 1 as never }));
  assert.equal(peer.sent.length, 0);
  peer.send(100);
  assert.deepEqual(
    peer.sent.map((packet) => packet.chunks.map((chunk) => chunk.kind)),
    [["SACK", "DATA"]],
  );
  peer.wait(1);
  assert.ok(!peer.association.tcb.sackDelay.isRunning);
});

test("RFC 9260 §6.1: the I bit is set on the end of a message that asks for it, and before a shutdown", () => {
  const peer = new ScriptedPeer({ a: { noDelay: true } });
  const { association, pair } = peer;
  association.send(payload(2000), { ...onStream(0), sackImmediately: true }, pair.now);
  association.send(payload(10), onStream(0), pair.now);
  pair.settle();
  assert.deepEqual(
    peer.chunksOf("DATA").map((chunk) => chunk.flags & 8),
    [0, 8, 0],
  );
  peer.sent.length = 0;
  peer.sack(0, { aRwnd: 0 });
  association.send(payload(10), onStream(0), pair.now);
  association.shutdown(pair.now);
  peer.sack(3);
  assert.deepEqual(
    peer.chunksOf("DATA").map((chunk) => chunk.flags & 8),
    [8],
  );
});

test("RFC 9260 §6.1, §7.2.1: the I bit asks for the SACK that a window of one packet waits for", () => {
  const peer = new ScriptedPeer({ a: { noDelay: true } });
  peer.send(1400, 1400, 1400, 1400, 1400);
  peer.wait(1000);
  peer.sent.length = 0;
  peer.wait(2000);
  assert.deepEqual(
    peer.chunksOf("DATA").map((chunk) => chunk.flags & 8),
    [8],
  );
});

test("RFC 9260 §6.1: the I bit asks for the SACK when the peer's window is full", () => {
  const peer = new ScriptedPeer({ a: { noDelay: true } });
  peer.send(10);
  peer.sack(1, { aRwnd: 3000 });
  peer.sent.length = 0;
  peer.send(1400, 1400, 1400);
  assert.deepEqual(
    peer.chunksOf("DATA").map((chunk) => chunk.flags & 8),
    [0, 8],
  );
});

test("RFC 1122 §4.2.3.4: Nagle holds a packet that is not full while data is on its way, and noDelay does not", () => {
  const peer = new ScriptedPeer();
  peer.send(10);
  peer.send(10);
  peer.send(10);
  assert.deepEqual(peer.take(), [[1]]);
  peer.sack(1);
  assert.deepEqual(peer.take(), [[2, 3]]);
  const without = new ScriptedPeer({ a: { noDelay: true } });
  without.send(10);
  without.send(10);
  assert.deepEqual(without.take(), [[1], [2]]);
});

test("RFC 1122 §4.2.3.4: Nagle does not hold the end of a message whose beginning has left", () => {
  const peer = new ScriptedPeer();
  peer.openWindow(100_000);
  peer.send(4000);
  assert.deepEqual(peer.take(), [[1], [2], [3]]);
});

test("RFC 6458 §8.1.16: MAXSEG bounds the payload of a chunk, and packets still carry many", () => {
  const peer = new ScriptedPeer({ a: { maxSegmentBytes: 500, noDelay: true } });
  peer.openWindow(100_000);
  assert.equal(peer.association.fragmentationPointBytes, 500);
  peer.send(1200);
  assert.deepEqual(
    peer.chunksOf("DATA").map((chunk) => chunk.userData.length),
    [500, 500, 200],
  );
  assert.equal(peer.take().length, 1);
  peer.association.configure({ maxSegmentBytes: 0 }, peer.pair.now);
  assert.equal(peer.association.fragmentationPointBytes, 1452);
});

test("RFC 9260 §6.1 A: chunks are no larger than half of the peer's first window, so that two always fit", () => {
  const pair = new Pair({ z: { receiveBufferBytes: 4000 }, mtuBytes: 9000 });
  pair.establish();
  assert.equal(pair.a.association.fragmentationPointBytes, 2000);
  const small = new Pair({ z: { receiveBufferBytes: 1500 } });
  small.establish();
  assert.equal(small.a.association.fragmentationPointBytes, 748);
});

test("RFC 9260 §6.1 B: cwnd is exceeded by one packet only, and by less than a PMDCS", () => {
  const peer = new ScriptedPeer({ a: { maxBurst: 0, noDelay: true } });
  const { primaryPath } = peer.association;
  peer.openWindow(4000);
  peer.send(...new Array<number>(10).fill(1000));
  // 4 * 1016 bytes: the fourth begins below cwnd.
  assert.deepEqual(peer.take().length, 4);
  assert.ok(primaryPath.flightBytes >= 4000 && primaryPath.flightBytes <= 4000 + PMDCS - 1);
});

test("RFC 9260 §6.1 D: a user's send and a SACK each allow Max.Burst packets, what else arrives none", () => {
  const peer = new ScriptedPeer({ a: { noDelay: true } });
  peer.openWindow(1_000_000);
  peer.send(...new Array<number>(40).fill(1400));
  assert.equal(peer.take().length, 4);
  peer.handle(peer.dataChunk());
  peer.handle(peer.dataChunk({ ssn: 1 as never }));
  peer.association.releaseReceived(20);
  peer.pair.settle();
  assert.equal(peer.take().length, 0);
  peer.sack(1);
  assert.equal(peer.take().length, 4);
  peer.sack(8);
  assert.equal(peer.take().length, 4);
});

test("RFC 9260 §7.2.1: what an idle window loses depends on the pause only, not on how often it was looked at", () => {
  const cwnds = [1, 10].map((looks) => {
    const peer = new ScriptedPeer({ a: { noDelay: true, autocloseMs: 0 } });
    peer.send(100);
    peer.sack(1, { aRwnd: 50 });
    peer.openWindow(100_000);
    // The window of the peer is closed, and each SACK makes the sender look again.
    peer.association.send(payload(100), onStream(0), peer.pair.now);
    for (let look = 0; look < looks; look += 1) {
      peer.wait(900 / looks);
      peer.sack(1, { aRwnd: 50 });
    }
    peer.wait(1);
    peer.sack(1, { aRwnd: 50 });
    peer.wait(98);
    peer.sack(1, { aRwnd: 50 });
    return peer.association.primaryPath.congestion.cwnd;
  });
  assert.deepEqual(cwnds, [100_000, 100_000]);
});

test("RFC 9260 §7.2.1: the window decays once per RTO of pause, before it is used again", () => {
  const peer = new ScriptedPeer({ a: { noDelay: true, maxBurst: 0 } });
  const { primaryPath } = peer.association;
  peer.send(100);
  peer.sack(1);
  peer.openWindow(100_000);
  peer.wait(2 * primaryPath.rto.timeoutMs);
  peer.send(100);
  assert.equal(primaryPath.congestion.cwnd, 25_000);
  assert.equal(primaryPath.congestion.ssthresh, 100_000);
});

test("RFC 6458 §3.3: whoever waits for room hears of it once, when there is enough", () => {
  const pair = new Pair();
  pair.establish();
  for (let index = 0; index < 40; index += 1) {
    pair.a.association.send(payload(1000, index), onStream(0), pair.now);
  }
  pair.a.association.tellWhenReleased(10_000);
  let bytesWhenTold = -1;
  while (!pair.a.association.isSenderDry) {
    pair.advance(1);
    const told = pair.a.eventTypes.filter((type) => type === "send buffer released").length;
    if (told > 0 && bytesWhenTold < 0) bytesWhenTold = pair.a.association.sendBufferBytes;
    assert.ok(told <= 1);
  }
  assert.ok(bytesWhenTold >= 0 && bytesWhenTold <= 10_000, `${bytesWhenTold} bytes were left`);
});
