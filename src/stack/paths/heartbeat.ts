import type { Millis } from "../../base/millis.js";
import { readUint32, writeUint32 } from "../../wire/bytes.js";
import type { HeartbeatAckChunk } from "../../wire/chunks/heartbeat-ack-chunk.js";
import type { HeartbeatChunk } from "../../wire/chunks/heartbeat-chunk.js";
import { maySendData } from "../association-state.js";
import { equalInConstantTime } from "../crypto.js";
import { randomFraction } from "../entropy.js";
import type { TransmissionControlBlock } from "../transmission-control-block.js";
import type { Path } from "./path.js";
import { pathAnswered, pathFailedToAnswer } from "./path-failure.js";

/** What a HEARTBEAT carries: when it was sent (8 bytes), a nonce (8 bytes), and which path it went to (4 bytes). */
const INFO_BYTES = 20;
const NONCE_OFFSET = 8;
const NONCE_BYTES = 8;
/**
 * Heartbeats fall on multiples of this. Where very many paths are idle, those that fall on the same one share a turn of
 * the event loop and a batch of packets, instead of waking everybody up for each.
 */
const HEARTBEAT_GRID_MS: Millis = 50;
/** A point of time that is always over. */
const AT_ONCE: Millis = 0;

/**
 * Starts the heartbeats of all paths, as an established association does (RFC 9260 §8.3). The unconfirmed
 * ones begin at once, one after the other: one probe per RTO, as HB.Max.Burst wants (§5.4, §16).
 */
export function startHeartbeats(tcb: TransmissionControlBlock, now: Millis): void {
  let probes = 0;
  for (const path of tcb.paths.all) {
    if (path.state === "unconfirmed") {
      tcb.services.timers.set(path.heartbeat, now + probes * path.rto.timeoutMs);
      probes += 1;
    } else {
      scheduleHeartbeat(tcb, path, now);
    }
  }
}

/** Begins to probe a path that was added (RFC 9260 §5.4), behind those that are being probed, as HB.Max.Burst wants. */
export function startProbing(tcb: TransmissionControlBlock, path: Path, now: Millis): void {
  if (!maySendData(tcb.state.name)) return;
  tcb.services.timers.set(path.heartbeat, now + othersBeingConfirmed(tcb, path) * path.rto.timeoutMs);
}

/**
 * A path has gone. Where only unconfirmed ones are left, data waits for one of them (RFC 9260 §5.4, RFC 5061 §5.3):
 * that one is probed at once, although its probes may have been given up.
 */
export function probeOnlyHope(tcb: TransmissionControlBlock): void {
  if (!maySendData(tcb.state.name)) return;
  const path = tcb.paths.forData();
  if (path.state === "unconfirmed" && !path.heartbeatAwaited)
    tcb.services.timers.set(path.heartbeat, AT_ONCE);
}

/** Sets the time of a path's next heartbeat: HB.interval and one RTO with a jitter of half of it (RFC 9260 §8.3). */
export function scheduleHeartbeat(tcb: TransmissionControlBlock, path: Path, now: Millis): void {
  const { services } = tcb;
  const { timeoutMs } = path.rto;
  if (!path.config.heartbeatEnabled) {
    services.timers.stop(path.heartbeat);
    return;
  }
  const earliest = now + path.config.heartbeatIntervalMs + timeoutMs / 2;
  const drawn = earliest + timeoutMs * randomFraction(services.entropy);
  const last = Math.floor((earliest + timeoutMs) / HEARTBEAT_GRID_MS);
  const shared = Math.min(Math.ceil(drawn / HEARTBEAT_GRID_MS), last) * HEARTBEAT_GRID_MS;
  services.timers.set(path.heartbeat, shared >= earliest ? shared : drawn);
}

/** The parameters of a path have changed: its next heartbeat comes when these say (RFC 9260 §8.3 A to C). */
export function rescheduleHeartbeat(tcb: TransmissionControlBlock, path: Path, now: Millis): void {
  // What is on its way is waited for in any case, and an unconfirmed path is probed in its turn.
  if (path.heartbeatAwaited || isBeingConfirmed(path)) return;
  if (path.state !== "potentially failed") scheduleHeartbeat(tcb, path, now);
  else if (path.config.heartbeatEnabled) tcb.services.timers.setIfStopped(path.heartbeat, now);
  else tcb.services.timers.stop(path.heartbeat);
}

/** Probes a path at once, whether heartbeats are enabled there or not (RFC 9260 §8.3 D). */
export function requestHeartbeat(tcb: TransmissionControlBlock, path: Path, now: Millis): void {
  sendHeartbeat(tcb, path, now);
  tcb.services.timers.set(path.heartbeat, now + path.rto.timeoutMs);
}

/**
 * The heartbeat timer of a path expired: the last heartbeat was lost, or it is time for one (RFC 9260 §8.3).
 */
export function handleHeartbeatTimer(tcb: TransmissionControlBlock, path: Path, now: Millis): void {
  const wasProbed = path.heartbeatAwaited;
  if (wasProbed) {
    // RFC 9260 §8.3: it counts as lost now; should the answer come after all, it clears what was counted.
    path.heartbeatAwaited = false;
    handleLostHeartbeat(tcb, path, now);
    if (tcb.state.name === "CLOSED") return;
  }
  if (path.state === "unconfirmed") probeUnconfirmed(tcb, path, wasProbed, now);
  else if (path.state === "potentially failed") probePotentiallyFailed(tcb, path, now);
  else if (wasProbed || !isIdle(path, now)) scheduleHeartbeat(tcb, path, now);
  else requestHeartbeat(tcb, path, now);
}

/** RFC 9260 §8.3: a heartbeat that is not answered within one RTO counts against the path. */
function handleLostHeartbeat(tcb: TransmissionControlBlock, path: Path, now: Millis): void {
  // RFC 7829 §3.2 6: while data is on its way there, T3-rtx tells the same, and one loss need not count twice.
  if (path.state === "potentially failed" && path.flightBytes > 0) return;
  path.rto.backOff(tcb.config);
  // RFC 9260 §8.1: only the path that carries the data tells of the peer; one that is not confirmed (§5.4) is that only
  // where the peer has deleted all others.
  const countsForAssociation = path === tcb.paths.forData();
  pathFailedToAnswer(tcb, path, { countsForAssociation }, now);
}

/** RFC 7829 §3.2 5 and 6: a potentially failed path is probed once per RTO, whatever HB.interval is. */
function probePotentiallyFailed(tcb: TransmissionControlBlock, path: Path, now: Millis): void {
  const { timers } = tcb.services;
  if (!path.config.heartbeatEnabled) timers.stop(path.heartbeat);
  // Where there is no other path, what is outstanding has been sent to this one only, and its SACK or T3-rtx will tell.
  else if (tcb.paths.all.length === 1 && !tcb.retransmission.isEmpty)
    timers.set(path.heartbeat, now + path.rto.timeoutMs);
  else requestHeartbeat(tcb, path, now);
}

/**
 * RFC 9260 §5.4: an unconfirmed path is probed until it fails, then at the rate of the others. HB.Max.Burst
 * is 1: each waits until the others have had their turns.
 */
function probeUnconfirmed(tcb: TransmissionControlBlock, path: Path, wasProbed: boolean, now: Millis): void {
  // Where no path is confirmed, data waits for this one, until the association is given up.
  const isOnlyHope = path === tcb.paths.forData();
  if (wasProbed && !isOnlyHope && path.errorCount > path.config.pathMaxRetrans) {
    scheduleHeartbeat(tcb, path, now);
    return;
  }
  const others = othersBeingConfirmed(tcb, path);
  if (wasProbed && others > 0) tcb.services.timers.set(path.heartbeat, now + others * path.rto.timeoutMs);
  else requestHeartbeat(tcb, path, now);
}

function othersBeingConfirmed({ paths }: TransmissionControlBlock, path: Path): number {
  return paths.all.filter((other) => other !== path && isBeingConfirmed(other)).length;
}

function isBeingConfirmed(path: Path): boolean {
  return path.state === "unconfirmed" && path.errorCount <= path.config.pathMaxRetrans;
}

/**
 * RFC 9260 §8.3: idle is a path on which nothing that measures the round trip was sent within the heartbeat
 * period.
 */
function isIdle(path: Path, now: Millis): boolean {
  return now - path.lastMeasuringChunkAt >= path.config.heartbeatIntervalMs;
}

function sendHeartbeat(tcb: TransmissionControlBlock, path: Path, now: Millis): void {
  const { entropy } = tcb.services;
  const info = new Uint8Array(INFO_BYTES);
  const view = new DataView(info.buffer);
  view.setFloat64(0, now);
  writeUint32(info, NONCE_OFFSET, entropy.randomUint32());
  writeUint32(info, NONCE_OFFSET + 4, entropy.randomUint32());
  writeUint32(info, 16, path.number);
  // RFC 9260 §3.3.5, §5.4: a nonce of 64 bits, so that only who receives the HEARTBEAT can answer it.
  path.heartbeatNonce = info.slice(NONCE_OFFSET, NONCE_OFFSET + NONCE_BYTES);
  path.heartbeatAwaited = true;
  path.heartbeatSentAt = now;
  path.lastMeasuringChunkAt = now;
  tcb.control.add({ kind: "HEARTBEAT", info }, path);
}

/** A HEARTBEAT is answered at once, its parameters unchanged, to where it came from (RFC 9260 §3.3.6, §8.3). */
export function handleHeartbeat(tcb: TransmissionControlBlock, chunk: HeartbeatChunk, path: Path): void {
  const { name } = tcb.state;
  // RFC 9260 §8.3: from COOKIE-ECHOED or ESTABLISHED on, up to the end of the shutdown.
  if (name === "COOKIE-WAIT" || name === "SHUTDOWN-SENT" || name === "SHUTDOWN-ACK-SENT") return;
  tcb.control.answer({ ...chunk, kind: "HEARTBEAT ACK" }, path);
}

/** A HEARTBEAT ACK that carries the nonce of its path shows that the path works (RFC 9260 §8.3, §5.4). */
export function handleHeartbeatAck(
  tcb: TransmissionControlBlock,
  chunk: HeartbeatAckChunk,
  now: Millis,
): void {
  const { info } = chunk;
  if (info.length !== INFO_BYTES) return;
  const number = readUint32(info, 16);
  const path = tcb.paths.all.find((other) => other.number === number);
  if (path?.heartbeatNonce === undefined) return;
  const nonce = info.subarray(NONCE_OFFSET, NONCE_OFFSET + NONCE_BYTES);
  if (!equalInConstantTime(path.heartbeatNonce, nonce)) return;
  path.heartbeatNonce = undefined;
  path.heartbeatAwaited = false;
  // The time in the chunk has been in the peer's hands; ours has not.
  path.rto.measured(now - path.heartbeatSentAt, tcb.config);
  // RFC 9260 §8.3, §8.1: it clears both counters, but that of the association only where no data is outstanding: a peer
  // that nothing but heartbeats can reach would never be given up.
  if (!tcb.retransmission.hasOutstandingOn(path)) tcb.errorCount = 0;
  pathAnswered(tcb, path);
  // RFC 9260 §8.3: heartbeats end with SHUTDOWN and SHUTDOWN ACK.
  if (maySendData(tcb.state.name)) scheduleHeartbeat(tcb, path, now);
}
