import assert from "node:assert/strict";
import type { Association } from "../../../src/stack/association.js";
import {
  OUTSTANDING_CHUNKS_MAX,
  PATHS_PER_ASSOCIATION_MAX,
  RX_GAP_RANGES_MAX,
  RX_PIECES_MAX,
  SACKS_QUEUED_MAX,
  SEND_QUEUE_MESSAGES_MAX,
} from "../../../src/stack/limits.js";
import { maySendData } from "../../../src/stack/association-state.js";
import type { CongestionControl } from "../../../src/stack/paths/congestion-control.js";
import type { Path } from "../../../src/stack/paths/path.js";
import {
  ABANDONED,
  GAP_ACKED,
  IN_FLIGHT,
  MARKED_FOR_RETRANSMISSION,
} from "../../../src/stack/tx/outstanding-data.js";
import type { TransmissionControlBlock } from "../../../src/stack/transmission-control-block.js";
import { tsnAdd, tsnLess, tsnLessOrEqual } from "../../../src/base/serial-number.js";
import type { SwarmHost } from "./swarm-host.js";
import { WatchedCongestionControl } from "./watched-congestion-control.js";
import type { SwarmWorld } from "./swarm-world.js";

/** A probe of a closed window is one chunk. */
const PROBE_BYTES_MAX = 9000;

/** How a path was after the step before. */
interface PathBefore {
  flightBytes: number;
  /** How often the whole stack had fast retransmitted. */
  fastRetransmits: number;
  /** How many chunks peers of the whole stack had taken back. */
  renegedChunks: number;
  /** It is another one after the way has changed (§7.2.5.2), which may happen when data has already left. */
  congestion: CongestionControl;
  /** The largest PMDCS that it has had: a chunk that was cut for it may be sent again. */
  pmdcs: number;
}

/** How an association's receive buffer has been. */
interface BufferBefore {
  /** The largest that it has had. */
  bufferBytes: number;
}

/**
 * What must hold after every step of a run. What only needs to look at a few numbers is checked each time, what needs a
 * walk over all that is outstanding every so often.
 */
export class Invariants {
  readonly #world: SwarmWorld;
  readonly #paths = new WeakMap<Path, PathBefore>();
  readonly #buffers = new WeakMap<Association, BufferBefore>();

  constructor(world: SwarmWorld) {
    this.#world = world;
  }

  /** After every step. */
  check(): void {
    this.#world.ledger.checkReasons();
    for (const host of this.#world.hosts) {
      if (!host.isUp) continue;
      let count = 0;
      for (const association of host.associations()) {
        count += 1;
        if (association.state === "COOKIE-WAIT") this.#world.ledger.followTag(host.plan.index, association);
        this.#checkAssociation(association);
      }
      assert.equal(
        host.driver.stack.associationCount,
        count,
        `host ${host.plan.index} has lost an association`,
      );
    }
  }

  /** Every so often. */
  checkThoroughly(): void {
    const { digest } = this.#world;
    for (const host of this.#world.hosts) {
      if (!host.isUp) continue;
      for (const socket of host.sockets) socket.checkStatus();
      for (const association of host.associations()) {
        const { tcb } = association;
        checkOutstanding(tcb);
        checkGivenUp(tcb);
        this.#checkReassembly(host, association);
        digest.addNumber(tcb.retransmission.outstanding.nextTsn);
        digest.addNumber(tcb.reception.tracker.cumulativeTsnAck);
        digest.addNumber(tcb.retransmission.peerRwnd);
        for (const { congestion, rto } of tcb.paths.all) {
          digest.addNumber(congestion.cwnd);
          digest.addNumber(rto.timeoutMs);
        }
      }
    }
  }

  /** In a fair network every association comes to its end. */
  checkEnded(): void {
    const left = this.#world.hosts.flatMap((host) =>
      [...host.associations()].map((one) => describe(host, one)),
    );
    assert.equal(left.length, 0, `still there in a fair network: ${left.join("; ")}`);
  }

  /** When everything has been closed, nothing is left that waits. */
  checkAfterEnd(): void {
    const { clock, hosts } = this.#world;
    for (const host of hosts) {
      assert.equal(
        host.driver.stack.pollTimeout(),
        Number.POSITIVE_INFINITY,
        "a timer without an association",
      );
      assert.equal(host.driver.stack.associationCount, 0, "an association after the end");
    }
    assert.equal(clock.hasRef, false, "something keeps the process alive after everything was closed");
  }

  #checkAssociation(association: Association): void {
    const { tcb } = association;
    checkLimits(tcb);
    checkTimers(tcb);
    this.#checkReceiveBuffer(association);
    for (const path of tcb.paths.all) this.#checkPath(tcb, path);
  }

  /** Where the peer has all acknowledged or skipped, nothing is held that will never be complete (RFC 3758 §3.6). */
  #checkReassembly({ plan }: SwarmHost, association: Association): void {
    const { ledger } = this.#world;
    const { reassembly } = association.tcb.reception;
    const peerHost = this.#world.hostAt(association.primaryPath.address.text);
    const peer = ledger.peerOf(ledger.recordOf(plan.index, association), peerHost);
    if (peer === undefined || !peer.association.isSenderDry || ledger.hadEarlierPeer(peer, plan.index))
      return;
    assert.equal(reassembly.queuedBytes, 0, "nothing waits for what will not come");
    assert(!reassembly.isPartiallyDelivering, "no message is left half delivered");
  }

  /** RFC 9260 §6.2: what is held is no more than the window, but for the chunk that runs over its end. */
  #checkReceiveBuffer(association: Association): void {
    const { reception } = association.tcb;
    let before = this.#buffers.get(association);
    if (before === undefined) this.#buffers.set(association, (before = { bufferBytes: 0 }));
    before.bufferBytes = Math.max(before.bufferBytes, reception.bufferBytes);
    const held = reception.unreadBytes + reception.reassembly.queuedBytes;
    const allowed = before.bufferBytes + this.#world.plan.mtuBytes;
    assert(held <= allowed, `${held} bytes are held where ${allowed} are allowed`);
  }

  /** RFC 9260 §6.1 B, §6.3.2. */
  #checkPath(tcb: TransmissionControlBlock, path: Path): void {
    const { flightBytes, congestion, t3, pmdcs } = path;
    const { cwnd } = congestion;
    assert(flightBytes >= 0, "flightsize is not negative");
    assert(cwnd >= pmdcs, `cwnd ${cwnd} holds a packet of ${pmdcs} bytes`);
    if (flightBytes > 0 && tcb.state.name !== "COOKIE-ECHOED") {
      assert(t3.isRunning, `T3-rtx runs while data is on its way to ${path.address.text}`);
    }
    if (t3.isRunning) {
      assert(tcb.retransmission.hasOutstandingOn(path), "T3-rtx runs for outstanding data only (§6.3.2 R2)");
    }
    let before = this.#paths.get(path);
    const { fastRetransmits, renegedChunks } = tcb.services.statistics;
    if (before === undefined) {
      before = { flightBytes: 0, fastRetransmits: 0, renegedChunks: 0, congestion, pmdcs };
      this.#paths.set(path, before);
    }
    before.pmdcs = Math.max(before.pmdcs, pmdcs);
    // A fast retransmission leaves whatever cwnd says (§7.2.4 3). And what a SACK takes back is on its way again
    // without being sent (§6.2.1 D iii).
    const isFast = fastRetransmits !== before.fastRetransmits;
    const isTakenBack = renegedChunks !== before.renegedChunks;
    const isOther = congestion !== before.congestion;
    if (flightBytes > before.flightBytes && !isFast && !isTakenBack && !isOther) {
      assert(congestion instanceof WatchedCongestionControl);
      const allowed = congestion.highestCwnd + before.pmdcs - 1;
      assert(flightBytes <= allowed, `flightsize ${flightBytes} where ${allowed} are allowed (§6.1 B)`);
    }
    before.flightBytes = flightBytes;
    before.fastRetransmits = fastRetransmits;
    before.renegedChunks = renegedChunks;
    before.congestion = congestion;
    if (congestion instanceof WatchedCongestionControl) congestion.highestCwnd = 0;
  }
}

/** Every queue that a peer can fill has its bound (limits.ts). */
function checkLimits(tcb: TransmissionControlBlock): void {
  const { reception, retransmission, paths } = tcb;
  assert(paths.all.length <= PATHS_PER_ASSOCIATION_MAX);
  assert(retransmission.outstanding.count <= OUTSTANDING_CHUNKS_MAX);
  assert(tcb.sendBufferMessages <= SEND_QUEUE_MESSAGES_MAX);
  assert(reception.sacksDue.length <= SACKS_QUEUED_MAX);
  assert(reception.reassembly.queuedChunks <= RX_PIECES_MAX);
  assert(tcb.sendBufferBytes >= 0 && tcb.sendBufferMessages >= 0);
  assert(retransmission.peerRwnd >= 0);
  // Before the handshake is complete, answers wait for its end.
  const isSettled = tcb.state.name !== "COOKIE-WAIT" && tcb.state.name !== "COOKIE-ECHOED";
  assert(!isSettled || tcb.control.isEmpty, `control chunks have left in ${tcb.state.name}`);
}

/** No timer without a reason, and none missing where something waits. */
function checkTimers(tcb: TransmissionControlBlock): void {
  const { name } = tcb.state;
  const { retransmission, sendQueue, paths } = tcb;
  assert.equal(tcb.t1Init.isRunning, name === "COOKIE-WAIT", `T1-init in ${name}`);
  assert.equal(tcb.t1Cookie.isRunning, name === "COOKIE-ECHOED", `T1-cookie in ${name}`);
  const isLastWord = name === "SHUTDOWN-SENT" || name === "SHUTDOWN-ACK-SENT";
  assert.equal(tcb.t2Shutdown.isRunning, isLastWord, `T2-shutdown in ${name}`);
  assert(!tcb.t5ShutdownGuard.isRunning || isLastWord || name === "SHUTDOWN-PENDING", `T5 in ${name}`);
  if (tcb.windowProbe.isRunning) {
    assert(!sendQueue.isEmpty && retransmission.isEmpty, "a window probe waits for data to be sent");
  }
  if (!maySendData(name)) {
    for (const path of paths.all) assert(!path.heartbeat.isRunning, `a heartbeat in ${name} (§8.3)`);
    return;
  }
  const isWaiting = !retransmission.isEmpty || !sendQueue.isEmpty;
  const isTimed = tcb.windowProbe.isRunning || paths.all.some(({ t3 }) => t3.isRunning);
  // RFC 9260 §5.4: after a change of addresses there may be no confirmed path for a while, and probes go on.
  const { state: stateForData, heartbeat } = paths.forData();
  const isProbed = stateForData === "unconfirmed" && heartbeat.isRunning;
  const how = paths.all.map(
    ({ address, state, heartbeat, flightBytes }) =>
      `${address.text} ${state}${heartbeat.isRunning ? " probed" : ""} ${flightBytes}`,
  );
  assert(
    !isWaiting || isTimed || isProbed,
    `data waits in ${name}, and nothing will ever send it: ${how.join(", ")}`,
  );
}

/** The sums over all chunks are what paths and buffers say. */
function checkOutstanding(tcb: TransmissionControlBlock): void {
  const { retransmission, sendQueue, paths, reception } = tcb;
  const { outstanding } = retransmission;
  const flights = new Map<Path, number>(paths.all.map((path) => [path, 0]));
  let payloadBytes = 0;
  let inFlightPayloadBytes = 0;
  let marked = 0;
  for (let index = 0; index < outstanding.count; index += 1) {
    const slot = outstanding.slotOf(tsnAdd(outstanding.firstTsn, index));
    const path = outstanding.pathAt(slot);
    const state = outstanding.state[slot];
    assert(flights.has(path), "outstanding chunks are on paths that there are");
    if (state === ABANDONED) continue;
    payloadBytes += outstanding.payloadBytes[slot] ?? 0;
    if (state === IN_FLIGHT) {
      flights.set(path, (flights.get(path) ?? 0) + outstanding.chunkBytesAt(slot));
      inFlightPayloadBytes += outstanding.payloadBytes[slot] ?? 0;
    } else if (state === MARKED_FOR_RETRANSMISSION) marked += 1;
    else assert.equal(state, GAP_ACKED);
  }
  for (const [path, bytes] of flights)
    assert.equal(path.flightBytes, bytes, "flightsize is what is on its way");
  assert.equal(retransmission.markedCount, marked, "the count of marked chunks");
  assert.equal(tcb.sendBufferBytes, payloadBytes + sendQueue.queuedBytes, "the bytes of the send buffer");
  // RFC 9260 §6.1 A: no more than the largest window that there was, but for one probe; and for the chunks that a SACK
  // which was overtaken has taken back (§6.2.1 D iii), none larger than a probe.
  const { renegedChunks } = tcb.services.statistics;
  const allowed = retransmission.largestRwnd + (1 + renegedChunks) * PROBE_BYTES_MAX;
  assert(inFlightPayloadBytes <= allowed, `${inFlightPayloadBytes} bytes on their way, ${allowed} allowed`);
  assert(reception.tracker.gapAckBlocks(RX_GAP_RANGES_MAX + 1).length <= RX_GAP_RANGES_MAX);
}

/** What has been given up holds nothing, and is skipped from the front on (RFC 3758 §3.5). */
function checkGivenUp({
  retransmission,
  partialReliability,
  peerExtensions,
}: TransmissionControlBlock): void {
  const { outstanding, cumulativeTsnAckPoint } = retransmission;
  let abandoned = 0;
  for (let index = 0; index < outstanding.count; index += 1) {
    const slot = outstanding.slotOf(tsnAdd(outstanding.firstTsn, index));
    const { data, reliability } = outstanding.messageAt(slot);
    const isAbandoned = outstanding.state[slot] === ABANDONED;
    assert.equal(isAbandoned, reliability?.isAbandoned === true, "messages are given up whole (A3)");
    if (!isAbandoned) continue;
    abandoned += 1;
    assert.equal(data.length, 0, "what has been given up holds no memory");
  }
  assert.equal(retransmission.abandonedCount, abandoned, "the count of chunks that were given up");
  assert(
    abandoned === 0 || peerExtensions.partialReliability,
    "only what the peer skips is given up (§3.3.2)",
  );
  if (partialReliability === undefined) return;
  const { advancedPeerAckPoint, priorities } = partialReliability;
  assert(priorities.lowest?.reliability.isAbandoned !== true, "what was given up makes no more room");
  // C2, and before the next SACK C1 has not been done.
  const from = tsnLess(advancedPeerAckPoint, cumulativeTsnAckPoint)
    ? cumulativeTsnAckPoint
    : advancedPeerAckPoint;
  for (let tsn = outstanding.firstTsn; tsnLessOrEqual(tsn, from); tsn = tsnAdd(tsn, 1)) {
    const state = outstanding.state[outstanding.slotOf(tsn)];
    assert.equal(state, ABANDONED, "the Advanced.Peer.Ack.Point is behind what was given up (C2)");
  }
  const next = tsnAdd(from, 1);
  const isBehindAll = !outstanding.holds(next) || outstanding.state[outstanding.slotOf(next)] !== ABANDONED;
  assert(isBehindAll, "the Advanced.Peer.Ack.Point is behind all that was given up (C2)");
}

function describe({ plan }: SwarmHost, { tcb }: Association): string {
  const { retransmission, sendQueue, reception, state, paths } = tcb;
  const waiting = `${retransmission.outstanding.count} chunks and ${sendQueue.messageCount} messages waiting`;
  const window = `window ${retransmission.peerRwnd}, unread ${reception.unreadBytes}`;
  const places = paths.all.map((path) => `${path.address.text} ${path.state} (${path.errorCount} errors)`);
  return `host ${plan.index} ${state.name}, ${waiting}, ${window}, ${places.join(", ")}`;
}
