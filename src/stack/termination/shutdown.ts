import type { Millis } from "../../base/millis.js";
import { SHUTDOWN_PENDING, SHUTDOWN_RECEIVED } from "../association-state.js";
import type { Path } from "../paths/path.js";
import type { ReceivedPacket } from "../received-packet.js";
import type { TransmissionControlBlock } from "../transmission-control-block.js";
import { stopNeedlessWindowProbe } from "../tx/window-probe.js";
import { answerTo } from "../answers.js";
import { abortAssociation, completeShutdown, endAssociation, sendLastChunk } from "./abort.js";

/** RFC 9260 §9.2: the overall bound of a shutdown, in multiples of RTO.Max. */
const SHUTDOWN_GUARD_RTO_MAX = 5;

/** The user's SHUTDOWN primitive (RFC 9260 §9.2). */
export function shutDown(tcb: TransmissionControlBlock, now: Millis): void {
  switch (tcb.state.name) {
    case "ESTABLISHED":
      // RFC 6458 §8.1.26: nobody will end the message under way, and what the peer has of it is none.
      giveUpOpenMessage(tcb);
      tcb.state = SHUTDOWN_PENDING;
      advanceShutdown(tcb, now);
      break;
    case "COOKIE-WAIT":
    case "COOKIE-ECHOED":
      // What was queued goes out with the handshake; the shutdown follows when that is complete.
      tcb.shutdownWanted = true;
      break;
    default:
      // RFC 9260 §9.2: in the other states a shutdown is under way already.
      break;
  }
}

/** Goes on with a shutdown once everything that we have sent is acknowledged (RFC 9260 §9.2, §4 6), §3.3.8, §3.3.9). */
export function advanceShutdown(tcb: TransmissionControlBlock, now: Millis): void {
  if (!hasNothingToDeliver(tcb)) return;
  const { name } = tcb.state;
  if (name === "SHUTDOWN-PENDING") {
    tcb.state = { name: "SHUTDOWN-SENT", path: tcb.paths.forData(), retransmissions: 0 };
    tcb.services.timers.set(tcb.t5ShutdownGuard, now + SHUTDOWN_GUARD_RTO_MAX * tcb.config.rtoMaxMs);
    stopHeartbeats(tcb);
    sendShutdown(tcb, tcb.state.path, now);
  } else if (name === "SHUTDOWN-RECEIVED") {
    enterShutdownAckSent(tcb, tcb.paths.forData(), now);
  }
}

function giveUpOpenMessage(tcb: TransmissionControlBlock): void {
  tcb.sendQueue.giveUpOpenMessage();
  stopNeedlessWindowProbe(tcb);
}

function hasNothingToDeliver({ sendQueue, retransmission }: TransmissionControlBlock): boolean {
  return sendQueue.isEmpty && retransmission.isEmpty;
}

/** Puts a SHUTDOWN with the present Cumulative TSN Ack into the next packet and starts T2-shutdown. */
function sendShutdown(tcb: TransmissionControlBlock, path: Path, now: Millis): void {
  const { cumulativeTsnAck } = tcb.reception.tracker;
  tcb.control.remove("SHUTDOWN");
  // RFC 9260 §9.2, §3.3.8: gaps and duplicates are reported by a SACK in the same packet.
  tcb.control.add({ kind: "SHUTDOWN", cumulativeTsnAck }, path);
  tcb.services.timers.set(tcb.t2Shutdown, now + path.rto.timeoutMs);
}

function enterShutdownAckSent(tcb: TransmissionControlBlock, path: Path, now: Millis): void {
  tcb.state = { name: "SHUTDOWN-ACK-SENT", path, retransmissions: 0 };
  tcb.services.timers.stop(tcb.sackDelay);
  stopHeartbeats(tcb);
  sendShutdownAck(tcb, path, now);
}

/** Puts a SHUTDOWN ACK into the next packet and starts T2-shutdown. */
export function sendShutdownAck(tcb: TransmissionControlBlock, path: Path, now: Millis): void {
  tcb.control.remove("SHUTDOWN");
  tcb.control.remove("SHUTDOWN ACK");
  tcb.control.add({ kind: "SHUTDOWN ACK" }, path);
  tcb.services.timers.set(tcb.t2Shutdown, now + path.rto.timeoutMs);
}

/**
 * A SHUTDOWN whose Cumulative TSN Ack has been processed like a SACK's (RFC 9260 §9.2).
 *
 * @param path - where it came from: its answer goes back there (§6.4)
 */
export function handleShutdown(tcb: TransmissionControlBlock, path: Path, now: Millis): void {
  const replyPath = tcb.paths.forReply(path);
  switch (tcb.state.name) {
    case "ESTABLISHED":
    case "SHUTDOWN-PENDING":
      // RFC 9260 §9.2: the user gives nothing more, so that the message under way never ends.
      giveUpOpenMessage(tcb);
      tcb.state = SHUTDOWN_RECEIVED;
      tcb.services.timers.stop(tcb.t5ShutdownGuard);
      tcb.emit({ type: "shutdown received", association: tcb.association });
      if (hasNothingToDeliver(tcb)) enterShutdownAckSent(tcb, replyPath, now);
      break;
    case "SHUTDOWN-SENT":
      // RFC 9260 §9.2: both sides shut down at the same time.
      tcb.emit({ type: "shutdown received", association: tcb.association });
      enterShutdownAckSent(tcb, replyPath, now);
      break;
    case "SHUTDOWN-ACK-SENT":
      // The peer repeats itself: our answer was lost.
      if (tcb.control.mayAnswer(now)) sendShutdownAck(tcb, replyPath, now);
      break;
    default:
      // SHUTDOWN-RECEIVED: only the Cumulative TSN Ack was news. COOKIE-WAIT, COOKIE-ECHOED: discarded (§9.2).
      break;
  }
}

/**
 * A SHUTDOWN ACK (RFC 9260 §9.2, §3.3.13).
 *
 * @param path - where it came from: its answer goes back there (§6.4)
 */
export function handleShutdownAck(tcb: TransmissionControlBlock, packet: ReceivedPacket, path: Path): void {
  switch (tcb.state.name) {
    case "SHUTDOWN-SENT":
    case "SHUTDOWN-ACK-SENT":
      sendLastChunk(tcb, { kind: "SHUTDOWN COMPLETE", tagReflected: false }, tcb.paths.forReply(path));
      completeShutdown(tcb);
      break;
    case "COOKIE-WAIT":
    case "COOKIE-ECHOED":
      // RFC 9260 §9.2, §8.5.1 E: it belongs to an earlier association and is answered as out of the blue.
      tcb.services.answer(
        answerTo(packet, packet.verificationTag, { kind: "SHUTDOWN COMPLETE", tagReflected: true }),
      );
      break;
    default:
      break;
  }
}

/** A SHUTDOWN COMPLETE; it is only expected in the SHUTDOWN-ACK-SENT state (RFC 9260 §8.5.1 C). */
export function handleShutdownComplete(tcb: TransmissionControlBlock): void {
  if (tcb.state.name === "SHUTDOWN-ACK-SENT") completeShutdown(tcb);
}

/** T2-shutdown expired (RFC 9260 §9.2): once more, up to Association.Max.Retrans times. */
export function handleT2Shutdown(tcb: TransmissionControlBlock, now: Millis): void {
  const { state } = tcb;
  if (state.name !== "SHUTDOWN-SENT" && state.name !== "SHUTDOWN-ACK-SENT") return;
  state.retransmissions += 1;
  if (state.retransmissions > tcb.config.associationMaxRetrans) {
    endAssociation(tcb, { kind: "unreachable" });
    return;
  }
  state.path.rto.backOff(tcb.config);
  // RFC 9260 §6.4: what timed out goes another way if there is one.
  state.path = tcb.paths.forRetransmission(state.path);
  if (state.name === "SHUTDOWN-SENT") sendShutdown(tcb, state.path, now);
  else sendShutdownAck(tcb, state.path, now);
}

/** T5-shutdown-guard expired: the shutdown has taken too long (RFC 9260 §9.2). */
export function handleT5ShutdownGuard(tcb: TransmissionControlBlock): void {
  abortAssociation(tcb, []);
}

/**
 * Something came from the peer while our SHUTDOWN waits for its answer: the peer still has data to send and
 * gets the time for it (RFC 9260 §9.2, §4 4)).
 */
export function packetReceivedInShutdownSent(
  tcb: TransmissionControlBlock,
  hadData: boolean,
  now: Millis,
): void {
  const { state } = tcb;
  if (state.name !== "SHUTDOWN-SENT") return;
  state.retransmissions = 0;
  if (hadData) {
    state.path = tcb.paths.forData();
    sendShutdown(tcb, state.path, now);
  } else {
    tcb.services.timers.set(tcb.t2Shutdown, now + state.path.rto.timeoutMs);
  }
}

function stopHeartbeats(tcb: TransmissionControlBlock): void {
  // RFC 9260 §8.3: heartbeats end with SHUTDOWN and SHUTDOWN ACK.
  for (const path of tcb.paths.all) tcb.services.timers.stop(path.heartbeat);
}
