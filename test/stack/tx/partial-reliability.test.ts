import assert from "node:assert/strict";
import { test } from "node:test";
import { tsnDistance } from "../../../src/base/serial-number.js";
import type { AssociationConfigChange } from "../../../src/stack/config.js";
import { FORWARD_TSN_STREAMS_MAX } from "../../../src/stack/limits.js";
import type { PartialReliability } from "../../../src/stack/tx/message-reliability.js";
import { ip, onStream, payload } from "../pair.js";
import { countersOf, ScriptedPeer, wrongCounters } from "../scripted-peer.js";

/** One DATA chunk to a packet, so that numbers of chunks and of packets are the same. */
const SIZE = 1400;
const CHUNK_BYTES = 1416;

interface Sending {
  readonly streamId?: number;
  readonly unordered?: boolean;
}

function timed(value: number): PartialReliability {
  return { policy: "timed", value };
}

function limited(value: number): PartialReliability {
  return { policy: "limited retransmissions", value };
}

function priority(value: number): PartialReliability {
  return { policy: "priority", value };
}

/** A peer to which so many chunks may be on their way. */
function peerWithWindow(chunks: number, z: AssociationConfigChange = {}): ScriptedPeer {
  const peer = new ScriptedPeer({ a: { maxBurst: 0, noDelay: true }, z });
  peer.openWindow(chunks * CHUNK_BYTES);
  return peer;
}

function send(
  peer: ScriptedPeer,
  partialReliability: PartialReliability | undefined,
  lengthBytes = SIZE,
  { streamId = 0, unordered = false }: Sending = {},
): void {
  const options = { ...onStream(streamId, { unordered }), partialReliability };
  peer.association.send(payload(lengthBytes), options, peer.pair.now);
  peer.pair.settle();
}

/** What A has told its user of messages that were not delivered: `sent` or `unsent` and the stream. */
function failures(peer: ScriptedPeer): string[] {
  return peer.pair.a.events.flatMap((event) =>
    event.type === "send failed" ? [`${event.sent ? "sent" : "unsent"} ${event.message.streamId}`] : [],
  );
}

/** The FORWARD TSN chunks that A has sent and that were not taken: chunk number, and streams with their numbers. */
function forwards(peer: ScriptedPeer): string[] {
  const { localInitialTsn } = peer.association.tcb;
  return peer.chunksOf("FORWARD TSN").map(({ newCumulativeTsn, streams }) => {
    const skipped = streams.map(({ streamId, ssn }) => ` ${streamId}/${ssn}`);
    return `${tsnDistance(newCumulativeTsn, localInitialTsn) + 1}:${skipped.join("")}`;
  });
}

test("RFC 3758 §4.1 TR3: a message whose life is over before it has a TSN is not sent, and leaves no gap", () => {
  const peer = peerWithWindow(1);
  send(peer, undefined);
  send(peer, timed(50));
  send(peer, undefined);
  assert.deepEqual(peer.take(), [[1]]);
  peer.wait(60);
  peer.sack(1);
  // The reliable message has the next TSN and the next Stream Sequence Number.
  const [last] = peer.chunksOf("DATA").slice(-1);
  assert.equal(last?.ssn, 1);
  assert.deepEqual(peer.take(), [[2]]);
  assert.deepEqual(failures(peer), ["unsent 0"]);
  assert.deepEqual(forwards(peer), []);
  assert.equal(peer.association.sendBufferBytes, SIZE);
  assert.deepEqual(wrongCounters(peer.association), []);
});

test("RFC 3758 §4.1 TR2: as long as its life lasts, a message is retransmitted like any other", () => {
  const peer = peerWithWindow(4);
  send(peer, timed(1500));
  peer.wait(1000);
  assert.deepEqual(peer.take(), [[1], [1]]);
  assert.deepEqual(failures(peer), []);
});

test("RFC 3758 §4.1 TR4: a message whose life is over is not sent again, and the peer is told to skip it", () => {
  const peer = peerWithWindow(4);
  send(peer, timed(500), SIZE, { streamId: 3 });
  assert.deepEqual(peer.take(), [[1]]);
  peer.wait(1000);
  assert.deepEqual(forwards(peer), ["1: 3/0"]);
  assert.deepEqual(peer.take(), []);
  assert.deepEqual(failures(peer), ["sent 3"]);
  assert.equal(peer.association.sendBufferBytes, 0);
  assert.deepEqual(wrongCounters(peer.association), []);
  peer.sack(1);
  assert.equal(countersOf(peer.association)["outstandingCount"], 0);
  assert.equal(peer.association.tcb.retransmission.abandonedCount, 0);
});

test("RFC 7496 §3.1: with no retransmission allowed, a chunk found lost by SACKs is skipped, and cwnd is halved", () => {
  const peer = peerWithWindow(10);
  for (let index = 0; index < 10; index += 1) send(peer, limited(0));
  peer.take();
  const before = peer.association.primaryPath.congestion.cwnd;
  peer.sack(0, { gaps: [[2, 2]] });
  peer.sack(0, { gaps: [[2, 3]] });
  assert.deepEqual(forwards(peer), []);
  peer.sack(0, { gaps: [[2, 4]] });
  assert.deepEqual(forwards(peer), ["1: 0/0"]);
  assert.deepEqual(peer.take(), []);
  assert.deepEqual(failures(peer), ["sent 0"]);
  // RFC 3758 §3.5 F5.
  assert.ok(peer.association.primaryPath.congestion.cwnd <= before / 2 + 3 * CHUNK_BYTES);
  assert.equal(peer.pair.a.stack.statistics.fastRetransmits, 1);
  assert.deepEqual(wrongCounters(peer.association), []);
});

test("RFC 7496 §3.1: a chunk is sent again as often as allowed, fast and after time-outs, and not once more", () => {
  const peer = peerWithWindow(10);
  send(peer, limited(2));
  for (let index = 1; index < 5; index += 1) send(peer, undefined);
  peer.take();
  for (const last of [2, 3, 4]) peer.sack(0, { gaps: [[2, last]] });
  assert.deepEqual(peer.take(), [[1]]);
  peer.sack(0, { gaps: [[2, 5]] });
  peer.wait(1000);
  assert.deepEqual(peer.take(), [[1]]);
  assert.deepEqual(forwards(peer), []);
  peer.wait(2000);
  assert.deepEqual(forwards(peer), ["1: 0/0"]);
  assert.deepEqual(peer.take(), []);
  assert.deepEqual(failures(peer), ["sent 0"]);
});

test("RFC 3758 §3.5 A3: a message is given up whole: its chunks, those that have arrived, and what was not sent", () => {
  const peer = peerWithWindow(4);
  send(peer, limited(0), 20 * SIZE);
  send(peer, undefined, 100, { streamId: 1 });
  peer.sack(0, { gaps: [[2, 2]] });
  peer.sack(0, { gaps: [[2, 3]] });
  const last = Math.max(...peer.take().flat());
  assert.ok(last >= 4 && last < 19);
  peer.sack(0, { gaps: [[2, 4]] });
  // Nothing of it leaves any more; the message behind it has its turn at once.
  // What was not sent takes one TSN, so that the next message does not begin where this one should go on.
  assert.deepEqual(forwards(peer), [`${last + 1}: 0/0`]);
  assert.deepEqual(peer.take(), [[last + 2]]);
  assert.equal(peer.association.sendBufferBytes, 100);
  assert.equal(peer.association.tcb.sendBufferMessages, 1);
  assert.deepEqual(failures(peer), ["sent 0"]);
  assert.deepEqual(wrongCounters(peer.association), []);
  peer.sack(last + 2);
  assert.deepEqual(countersOf(peer.association)["outstandingCount"], 0);
  assert.deepEqual(countersOf(peer.association)["sendBufferBytes"], 0);
});

test("RFC 3758 §3.5 A3: a message of which all that was sent has arrived can be given up, and is skipped", () => {
  const peer = peerWithWindow(2);
  send(peer, timed(50), 20 * SIZE, { streamId: 2 });
  peer.sack(1);
  const last = Math.max(...peer.take().flat());
  peer.wait(60);
  peer.sack(last);
  assert.deepEqual(forwards(peer), [`${last + 1}: 2/0`]);
  assert.deepEqual(peer.take(), []);
  assert.equal(peer.association.sendBufferBytes, 0);
  assert.deepEqual(wrongCounters(peer.association), []);
  peer.sack(last + 1);
  assert.equal(countersOf(peer.association)["outstandingCount"], 0);
});

test("RFC 3758 §3.5 A2: what was given up is no longer outstanding, and its acknowledgement opens no window", () => {
  const peer = peerWithWindow(4);
  for (let index = 0; index < 4; index += 1) send(peer, timed(100));
  peer.wait(1000);
  const { primaryPath } = peer.association;
  assert.equal(primaryPath.flightBytes, 0);
  assert.equal(peer.association.unackedChunks, 0);
  const cwnd = primaryPath.congestion.cwnd;
  peer.sack(4);
  assert.equal(primaryPath.congestion.cwnd, cwnd);
});

test("RFC 3758 §3.5 A2, RFC 9260 §6.3.2 R2: T3-rtx stops where all that was outstanding has been given up", () => {
  const peer = peerWithWindow(4);
  const { association, pair } = peer;
  const primary = association.primaryPath;
  const other = association.tcb.addPath(ip("10.0.1.2"), 0, true, pair.now);
  assert.ok(other !== undefined);
  // What goes before on the other path keeps the peer from being told.
  association.send(payload(SIZE), { ...onStream(0), destination: other }, pair.now);
  send(peer, priority(9));
  assert.deepEqual([primary.t3.isRunning, other.t3.isRunning], [true, true]);
  assert.ok(association.makeRoom(SIZE, undefined, pair.now));
  pair.settle();
  assert.deepEqual(forwards(peer), []);
  assert.deepEqual([primary.t3.isRunning, other.t3.isRunning], [false, true]);
  // A FORWARD TSN is covered anew (RFC 3758 §3.5 C5).
  peer.sack(1);
  assert.deepEqual(forwards(peer), ["2: 0/1"]);
  assert.equal(primary.t3.deadline, pair.now + primary.rto.timeoutMs);
});

test("RFC 3758 §3.5 C1, C2: the Advanced.Peer.Ack.Point passes what was given up, and nothing else", () => {
  const peer = peerWithWindow(10);
  send(peer, timed(100));
  send(peer, timed(100));
  send(peer, undefined);
  send(peer, timed(100), SIZE, { streamId: 2 });
  peer.take();
  peer.wait(1000);
  // Chunk 3 is retransmitted; chunk 4 cannot be skipped before it.
  assert.deepEqual(forwards(peer), ["2: 0/1"]);
  assert.deepEqual(peer.take(), [[3]]);
  peer.sack(3);
  assert.deepEqual(forwards(peer), ["4: 2/0"]);
  peer.sack(4);
  assert.equal(countersOf(peer.association)["outstandingCount"], 0);
});

test("RFC 3758 §3.5 C2, C3: a SACK that reaches beyond the point takes it along", () => {
  const peer = peerWithWindow(10);
  send(peer, timed(100));
  send(peer, undefined);
  send(peer, timed(100));
  peer.take();
  peer.wait(1000);
  peer.take();
  peer.sack(3);
  assert.equal(
    peer.association.tcb.partialReliability?.advancedPeerAckPoint,
    peer.sackChunk(3).cumulativeTsnAck,
  );
  peer.wait(10_000);
  assert.deepEqual(forwards(peer), []);
});

test("RFC 3758 §3.5 C3, F2, F3: SACKs that do not know of a FORWARD TSN repeat it once in a round trip", () => {
  const peer = peerWithWindow(10);
  send(peer, undefined);
  peer.wait(40);
  peer.sack(1);
  assert.equal(peer.association.primaryPath.rto.smoothedRoundTripMs, 22.5);
  send(peer, timed(100));
  send(peer, undefined);
  peer.wait(1000);
  assert.deepEqual(forwards(peer), ["2: 0/1"]);
  peer.sent.length = 0;
  peer.wait(22);
  peer.sack(1, { gaps: [[3, 3]] });
  assert.deepEqual(forwards(peer), []);
  peer.wait(1);
  peer.sack(1, { gaps: [[3, 3]] });
  assert.deepEqual(forwards(peer), ["2: 0/1"]);
});

test("RFC 3758 §3.5 C4: a stream is named once, with its highest number, and unordered messages not at all", () => {
  const peer = peerWithWindow(10);
  send(peer, timed(100), 100, { streamId: 1 });
  send(peer, timed(100), 100, { streamId: 2 });
  send(peer, timed(100), 100, { streamId: 1 });
  send(peer, timed(100), 100, { streamId: 3, unordered: true });
  peer.wait(1000);
  assert.deepEqual(forwards(peer), ["4: 1/1 2/0"]);
});

test("RFC 3758 §3.5 C4: what one packet cannot hold is told after the peer's answer", () => {
  const peer = new ScriptedPeer({
    a: { maxBurst: 0, noDelay: true, outboundStreams: 500, pathMtuDiscovery: false, fixedPathMtuBytes: 600 },
  });
  peer.openWindow(100_000);
  for (let streamId = 0; streamId < 300; streamId += 1) send(peer, timed(100), 20, { streamId });
  peer.sent.length = 0;
  peer.wait(1000);
  const [first] = peer.chunksOf("FORWARD TSN");
  assert.ok(first !== undefined && first.streams.length > 100 && first.streams.length < 150);
  assert.equal(peer.chunksOf("FORWARD TSN").length, 1);
  const skipped = first.streams.length;
  peer.sent.length = 0;
  peer.sack(skipped);
  const [second] = peer.chunksOf("FORWARD TSN");
  assert.equal(second?.streams[0]?.streamId, skipped);
  peer.sack(2 * skipped);
  peer.sack(300);
  assert.equal(countersOf(peer.association)["outstandingCount"], 0);
});

test("RFC 3758 §3.5 C4: however large a packet may be, a FORWARD TSN names no more streams than the limit", () => {
  const peer = new ScriptedPeer({
    a: { maxBurst: 0, noDelay: true, outboundStreams: 2000 },
    mtuBytes: 65_535,
  });
  peer.openWindow(1_000_000);
  for (let streamId = 0; streamId < 2000; streamId += 1) send(peer, timed(100), 20, { streamId });
  peer.sent.length = 0;
  peer.wait(1000);
  assert.deepEqual(
    peer.chunksOf("FORWARD TSN").map(({ streams }) => streams.length),
    [FORWARD_TSN_STREAMS_MAX],
  );
});

test("RFC 3758 §3.5 C5, A5: a FORWARD TSN is covered by T3-rtx, and repeated until it is answered", () => {
  const peer = peerWithWindow(4);
  send(peer, limited(0));
  peer.wait(1000);
  const { primaryPath } = peer.association;
  assert.ok(primaryPath.t3.isRunning);
  assert.equal(primaryPath.errorCount, 1);
  peer.wait(2000);
  assert.deepEqual(forwards(peer), ["1: 0/0", "1: 0/0"]);
  assert.equal(primaryPath.errorCount, 2);
  // The answer shows that the peer is there, although it acknowledges no data (RFC 9260 §8.1, §8.2).
  peer.sack(1);
  assert.equal(primaryPath.errorCount, 0);
  assert.equal(peer.association.tcb.errorCount, 0);
  assert.ok(!primaryPath.t3.isRunning);
});

test("RFC 3758 §3.5 C5: a FORWARD TSN that has gone to an address which is no longer the peer's is told elsewhere", () => {
  const peer = peerWithWindow(4);
  const { association, pair } = peer;
  const first = association.primaryPath;
  const other = association.tcb.addPath(ip("10.0.1.2"), 0, true, pair.now);
  assert.ok(other !== undefined);
  send(peer, priority(9));
  assert.ok(association.makeRoom(SIZE, undefined, pair.now));
  pair.settle();
  assert.deepEqual(forwards(peer), ["1: 0/0"]);
  peer.sent.length = 0;
  association.tcb.removePath(first);
  pair.settle();
  assert.deepEqual(forwards(peer), ["1: 0/0"]);
  assert.deepEqual(new Set(peer.sent.map(({ destination }) => destination)), new Set(["10.0.1.2"]));
  assert.ok(other.t3.isRunning);
});

test("RFC 7496 §3.1: thresholds hold as ever: a peer that answers no FORWARD TSN is unreachable in the end", () => {
  const peer = peerWithWindow(4);
  send(peer, limited(0));
  peer.wait(1_000_000);
  assert.equal(peer.association.state, "CLOSED");
  // The message was reported when it was given up, and not again.
  assert.deepEqual(failures(peer), ["sent 0"]);
});

test("RFC 3758 §3.5 F2: a FORWARD TSN goes in front of the DATA that may leave", () => {
  const peer = peerWithWindow(1);
  send(peer, timed(500));
  send(peer, undefined);
  peer.sent.length = 0;
  peer.wait(1000);
  const [packet] = peer.sent;
  assert.deepEqual(
    packet?.chunks.map(({ kind }) => kind),
    ["FORWARD TSN", "DATA"],
  );
  assert.deepEqual(packet?.data, [2]);
});

test("RFC 3758 §3.5 F5: a chunk given up on its way, and then found lost, makes the window smaller all the same", () => {
  const peer = peerWithWindow(10);
  send(peer, priority(9));
  for (let index = 0; index < 6; index += 1) send(peer, undefined);
  assert.equal(peer.association.makeRoom(SIZE, undefined, peer.pair.now), true);
  const { congestion } = peer.association.primaryPath;
  const before = congestion.cwnd;
  for (const last of [2, 3, 4]) peer.sack(0, { gaps: [[2, last]] });
  assert.ok(congestion.cwnd <= before / 2 + 3 * CHUNK_BYTES);
  assert.deepEqual(peer.take().flat().includes(1), true);
  peer.take();
  peer.wait(5000);
  assert.ok(!peer.take().flat().includes(1));
  assert.deepEqual(wrongCounters(peer.association), []);
});

test("RFC 3758 §3.3.2: to a peer that knows no FORWARD TSN, what has been sent is delivered reliably", () => {
  const peer = peerWithWindow(1, { partialReliability: false });
  assert.equal(peer.association.tcb.peerExtensions.partialReliability, false);
  send(peer, limited(0));
  send(peer, timed(100));
  peer.take();
  peer.wait(1000);
  assert.deepEqual(peer.take(), [[1]]);
  assert.deepEqual(forwards(peer), []);
  // RFC 9260 §11.1.5: what has not been sent within its life is not sent any more, whoever the peer is.
  assert.deepEqual(failures(peer), ["unsent 0"]);
  peer.sack(1);
  assert.equal(peer.association.sendBufferBytes, 0);
});

test("RFC 3758 §3.3.1: who does not offer it gives nothing up that has been sent", () => {
  const peer = new ScriptedPeer({ a: { partialReliability: false } });
  send(peer, limited(0));
  peer.take();
  peer.wait(1000);
  assert.deepEqual(peer.take(), [[1]]);
  assert.deepEqual(forwards(peer), []);
});

test("RFC 3758 §3.5 A2, RFC 9260 §9.2: a shutdown waits until the peer has skipped what was given up", () => {
  const peer = peerWithWindow(4);
  send(peer, limited(0));
  peer.association.shutdown(peer.pair.now);
  peer.wait(1000);
  assert.deepEqual(forwards(peer), ["1: 0/0"]);
  assert.equal(peer.association.state, "SHUTDOWN-PENDING");
  peer.sack(1);
  assert.equal(peer.association.state, "SHUTDOWN-SENT");
  assert.equal(peer.chunksOf("SHUTDOWN").length, 1);
});

test("RFC 3758 §4.1 TR3, RFC 9260 §9.2: a shutdown goes on when the last message is given up unsent", () => {
  const peer = peerWithWindow(1);
  send(peer, undefined);
  send(peer, timed(50));
  peer.association.shutdown(peer.pair.now);
  peer.wait(100);
  peer.sack(1);
  assert.equal(peer.association.state, "SHUTDOWN-SENT");
  assert.deepEqual(failures(peer), ["unsent 0"]);
});

test("RFC 6458 §6.1.9: the sender is dry when the peer has skipped the last message", () => {
  const peer = peerWithWindow(4);
  send(peer, limited(0));
  peer.wait(1000);
  assert.ok(!peer.pair.a.eventTypes.includes("sender dry"));
  peer.sack(1);
  assert.equal(peer.pair.a.eventTypes.filter((type) => type === "sender dry").length, 1);
});

test("RFC 7496 §3.2: messages of lower priority make room, the lowest first, and of those the youngest", () => {
  const peer = peerWithWindow(1);
  send(peer, undefined);
  for (const [streamId, value] of [5, 7, 3, 7].entries())
    send(peer, priority(value), 100, { streamId: streamId + 1 });
  const { association } = peer;
  const { now } = peer.pair;
  // Nothing has a priority lower than 7.
  assert.equal(association.makeRoom(1, priority(7), now), false);
  assert.equal(association.makeRoom(100, priority(6), now), true);
  peer.pair.settle();
  assert.deepEqual(failures(peer), ["unsent 4"]);
  assert.equal(association.makeRoom(150, priority(4), now), true);
  peer.pair.settle();
  assert.deepEqual(failures(peer), ["unsent 4", "unsent 2", "unsent 1"]);
  // There is not so much to be had: nothing is given up.
  assert.equal(association.makeRoom(101, undefined, now), false);
  assert.equal(association.makeRoom(100, undefined, now), true);
  peer.pair.settle();
  assert.deepEqual(failures(peer), ["unsent 4", "unsent 2", "unsent 1", "unsent 3"]);
  assert.equal(association.sendBufferBytes, SIZE);
  assert.deepEqual(wrongCounters(association), []);
  peer.sack(1);
  assert.deepEqual(countersOf(association)["queuedMessages"], 0);
});

test("RFC 7496 §3.2: messages under another policy have no priority, and take no room from others", () => {
  const peer = peerWithWindow(1);
  send(peer, undefined);
  send(peer, priority(9));
  assert.equal(peer.association.makeRoom(1, timed(1000), peer.pair.now), false);
  assert.equal(peer.association.makeRoom(1, limited(0), peer.pair.now), false);
  assert.equal(peer.association.makeRoom(1, priority(8), peer.pair.now), true);
});

test("RFC 7496 §3.2: a message on its way makes room too, and the peer is told at once", () => {
  const peer = peerWithWindow(4);
  send(peer, priority(9), SIZE, { streamId: 1 });
  assert.equal(peer.association.makeRoom(SIZE, priority(0), peer.pair.now), true);
  peer.pair.settle();
  assert.deepEqual(forwards(peer), ["1: 1/0"]);
  assert.deepEqual(failures(peer), ["sent 1"]);
  assert.equal(peer.association.primaryPath.flightBytes, 0);
});

test("RFC 7496 §3.2: what has been acknowledged makes no room any more", () => {
  const peer = peerWithWindow(4);
  send(peer, priority(9));
  peer.sack(1);
  assert.equal(peer.association.makeRoom(1, undefined, peer.pair.now), false);
});

test("RFC 7496 §4.3, §4.4: messages given up are counted by stream and policy, once each, sent or unsent", () => {
  const peer = peerWithWindow(2);
  send(peer, limited(0), 3 * SIZE, { streamId: 1 });
  send(peer, timed(100), SIZE, { streamId: 1 });
  send(peer, timed(100), SIZE, { streamId: 2 });
  send(peer, priority(1), SIZE, { streamId: 2 });
  peer.association.makeRoom(1, undefined, peer.pair.now);
  peer.wait(1000);
  const abandoned = peer.association.tcb.partialReliability?.abandoned;
  assert.deepEqual(abandoned?.countOf(), { unsent: 3, sent: 1 });
  assert.deepEqual(abandoned?.countOf("timed"), { unsent: 2, sent: 0 });
  assert.deepEqual(abandoned?.countOf("limited retransmissions", 1), { unsent: 0, sent: 1 });
  assert.deepEqual(abandoned?.countOf(undefined, 1), { unsent: 1, sent: 1 });
  assert.deepEqual(abandoned?.countOf("priority", 2), { unsent: 1, sent: 0 });
  assert.deepEqual(abandoned?.countOf(undefined, 9), { unsent: 0, sent: 0 });
});

test("RFC 3758 §3.5: an association that never gives anything up keeps nothing for it", () => {
  const peer = peerWithWindow(2);
  send(peer, undefined);
  assert.equal(peer.association.tcb.partialReliability, undefined);
});
