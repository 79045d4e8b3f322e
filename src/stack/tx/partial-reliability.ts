import type { Millis } from "../../base/millis.js";
import { tsnAdd, type Tsn } from "../../base/serial-number.js";
import { maySendData } from "../association-state.js";
import { advanceShutdown } from "../termination/shutdown.js";
import type { TransmissionControlBlock } from "../transmission-control-block.js";
import { advancePeerAckPoint } from "./forward-tsn.js";
import type { PartialReliability } from "./message-reliability.js";
import { isPartiallyReliable, OutgoingMessage, type PartiallyReliableMessage } from "./outgoing-message.js";
import { PartialReliabilityState } from "./partial-reliability-state.js";
import { releaseSendBuffer } from "./send-buffer.js";
import { stopNeedlessWindowProbe } from "./window-probe.js";

/** What messages without partial reliability count for among those with a priority (RFC 7496 §3.2). */
const ABOVE_ALL_PRIORITIES = -1;
const NO_DATA: Uint8Array = new Uint8Array(0);

/** A message has come into the send buffer. */
export function notePartialReliability(tcb: TransmissionControlBlock, message: OutgoingMessage): void {
  if (!isPartiallyReliable(message)) return;
  tcb.partialReliability ??= new PartialReliabilityState(tcb.retransmission.outstanding.firstTsn);
  if (message.reliability.policy === "priority") tcb.partialReliability.priorities.add(message);
}

/** A message has left the send buffer, because it was acknowledged or has failed. */
export function forgetPartialReliability(tcb: TransmissionControlBlock, message: OutgoingMessage): void {
  if (isPartiallyReliable(message)) tcb.partialReliability?.priorities.remove(message);
}

/**
 * The message whose next chunk is to be laid out, or `undefined`. Those whose life is over are given up before they, or
 * their next parts, get a TSN (RFC 3758 §4.1 TR3, TR4).
 */
export function nextMessageToSend(tcb: TransmissionControlBlock, now: Millis): OutgoingMessage | undefined {
  for (;;) {
    const message = tcb.sendQueue.current();
    if (message === undefined || !isPartiallyReliable(message)) return message;
    if (now <= message.reliability.expiresAt || !mayAbandon(tcb, message)) return message;
    abandon(tcb, message, now);
  }
}

/**
 * The lowest marked TSN from `from` on, or `undefined`. Messages whose life is over (RFC 3758 §4.1 TR4), or whose
 * chunks have been sent again often enough (RFC 7496 §3.1), are given up instead.
 */
export function nextTsnToRetransmit(tcb: TransmissionControlBlock, from: Tsn, now: Millis): Tsn | undefined {
  const { retransmission } = tcb;
  for (let tsn = retransmission.nextMarked(from); ; tsn = retransmission.nextMarked(tsnAdd(tsn, 1)))
    if (tsn === undefined || !abandonInsteadOfRetransmitting(tcb, tsn, now)) return tsn;
}

/** As {@link nextTsnToRetransmit}, for Fast Retransmit (RFC 9260 §7.2.4 3). */
export function nextTsnToFastRetransmit(tcb: TransmissionControlBlock, now: Millis): Tsn | undefined {
  for (;;) {
    const tsn = tcb.retransmission.nextFastRetransmission();
    if (tsn === undefined || !abandonInsteadOfRetransmitting(tcb, tsn, now)) return tsn;
  }
}

/**
 * Makes room in the send buffer for a message, by giving up messages of lower priority (RFC 7496 §3.2): those with the
 * lowest priority first, and of these the youngest. Messages that are sent reliably come before all that have a
 * priority; those with another policy have none that could be compared, and get no room so.
 *
 * @returns whether so many bytes have come free; if not, nothing has been given up
 */
export function makeRoom(
  tcb: TransmissionControlBlock,
  lengthBytes: number,
  partialReliability: PartialReliability | undefined,
  now: Millis,
): boolean {
  const priorities = tcb.partialReliability?.priorities;
  if (priorities === undefined) return false;
  if (partialReliability !== undefined && partialReliability.policy !== "priority") return false;
  const priority = partialReliability?.value ?? ABOVE_ALL_PRIORITIES;
  const taken: PartiallyReliableMessage[] = [];
  let freedBytes = 0;
  for (let lowest = priorities.lowest; freedBytes < lengthBytes; lowest = priorities.lowest) {
    if (lowest === undefined || lowest.reliability.value <= priority) break;
    priorities.remove(lowest);
    taken.push(lowest);
    if (mayAbandon(tcb, lowest)) freedBytes += lowest.lengthBytes - lowest.ackedBytes;
  }
  const suffices = freedBytes >= lengthBytes;
  for (const message of taken) {
    if (suffices && mayAbandon(tcb, message)) abandon(tcb, message, now);
    else priorities.add(message);
  }
  return suffices;
}

/** Whether a message may be given up: once a part has left, only a peer that skips it lets us (RFC 3758 §3.3.2). */
function mayAbandon(tcb: TransmissionControlBlock, message: PartiallyReliableMessage): boolean {
  if (message.fragmentedBytes === 0) return true;
  // The rest of it takes a TSN.
  if (hasRest(message) && tcb.retransmission.outstanding.isFull) return false;
  // Before the handshake is over, it may yet end with a peer that skips nothing (RFC 9260 §5.2.4).
  return tcb.peerExtensions.partialReliability && maySendData(tcb.state.name);
}

/** Whether a part of a message has not been sent. */
function hasRest({ isOpen, fragmentedBytes, lengthBytes }: OutgoingMessage): boolean {
  return isOpen || fragmentedBytes < lengthBytes;
}

function abandonInsteadOfRetransmitting(tcb: TransmissionControlBlock, tsn: Tsn, now: Millis): boolean {
  const { outstanding } = tcb.retransmission;
  const slot = outstanding.slotOf(tsn);
  const message = outstanding.messageAt(slot);
  if (!isPartiallyReliable(message) || !mayAbandon(tcb, message)) return false;
  const { policy, value, expiresAt } = message.reliability;
  const isTriedEnough =
    policy === "limited retransmissions" && (outstanding.retransmissions[slot] ?? 0) >= value;
  if (now <= expiresAt && !isTriedEnough) return false;
  abandon(tcb, message, now);
  return true;
}

/** Gives a message up, whole: what has been sent of it and what has not (RFC 3758 §3.4, §3.5 A2 and A3). */
function abandon(tcb: TransmissionControlBlock, message: PartiallyReliableMessage, now: Millis): void {
  const { association, retransmission, partialReliability } = tcb;
  const { reliability, streamId } = message;
  const wasSent = message.fragmentedBytes > 0;
  reliability.isAbandoned = true;
  if (wasSent) {
    const remnant = remnantOf(message);
    retransmission.abandon(message, remnant);
    if (hasRest(message)) retransmission.abandonRest(remnant, tcb.paths.primary);
    retransmission.stopTimersWithoutData();
  }
  if (hasRest(message)) tcb.sendQueue.remove(message);
  stopNeedlessWindowProbe(tcb);
  partialReliability?.priorities.remove(message);
  partialReliability?.abandoned.count(streamId, reliability.policy, wasSent);
  tcb.sendBufferMessages -= 1;
  tcb.sendMemory.detach(message);
  tcb.emit({ type: "send failed", association, message, sent: wasSent, errorCode: 0 });
  releaseSendBuffer(tcb, message.lengthBytes - message.ackedBytes);
  advancePeerAckPoint(tcb);
  advanceShutdown(tcb, now);
}

/** What is left of a message that was given up, until the peer has skipped it: its place in its stream. */
function remnantOf(message: PartiallyReliableMessage): OutgoingMessage {
  const options = {
    ...message.options,
    destination: undefined,
    endsLater: false,
    partialReliability: message.reliability,
  };
  const remnant = new OutgoingMessage(NO_DATA, 0, 0, options, 0);
  remnant.ssn = message.ssn;
  if (remnant.reliability !== undefined) remnant.reliability.isAbandoned = true;
  return remnant;
}
