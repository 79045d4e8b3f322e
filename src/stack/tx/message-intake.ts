import { assert } from "../../base/assert.js";
import type { Millis } from "../../base/millis.js";
import { acceptsUserMessages } from "../association-state.js";
import type { TransmissionControlBlock } from "../transmission-control-block.js";
import { openBurst } from "./data-transmission.js";
import { type MessageOptions, OutgoingMessage } from "./outgoing-message.js";
import { notePartialReliability } from "./partial-reliability.js";

/** A message as a user gives it who keeps the bytes. */
export interface GivenMessage {
  /** The bytes; several pieces make one message. */
  readonly data: Uint8Array | readonly Uint8Array[];
  /** The length of all pieces. */
  readonly lengthBytes: number;
}

/** Whether new messages are taken (RFC 9260 §9.2). */
export function acceptsMessages({ state, shutdownWanted }: TransmissionControlBlock): boolean {
  return acceptsUserMessages(state.name) && !shutdownWanted;
}

/** Takes a message with its bytes. */
export function takeMessage(
  tcb: TransmissionControlBlock,
  data: Uint8Array,
  options: MessageOptions,
  now: Millis,
): void {
  enqueue(tcb, new OutgoingMessage(data, 0, data.length, options, now));
  userDataGiven(tcb, now);
}

/** Takes a message and copies its bytes. */
export function takeCopy(
  tcb: TransmissionControlBlock,
  message: GivenMessage,
  options: MessageOptions,
  now: Millis,
): void {
  enqueue(tcb, copyOfMessage(tcb, message, options, now));
  userDataGiven(tcb, now);
}

/** As {@link takeCopy}, for messages that are sent alike. */
export function takeCopies(
  tcb: TransmissionControlBlock,
  messages: readonly GivenMessage[],
  options: MessageOptions,
  now: Millis,
): void {
  for (const given of messages) enqueue(tcb, copyOfMessage(tcb, given, options, now));
  userDataGiven(tcb, now);
}

/**
 * Takes the next part of the message that has been begun and not ended (RFC 6458 §8.1.26), which is copied; what
 * belongs to a message that has failed meanwhile is not kept.
 */
export function takePart(tcb: TransmissionControlBlock, data: Uint8Array, isEnd: boolean, now: Millis): void {
  assert(acceptsMessages(tcb), "A message is only continued where the association takes it.");
  if (!tcb.sendQueue.append(data, isEnd)) return;
  tcb.sendBufferBytes += data.length;
  userDataGiven(tcb, now);
}

function copyOfMessage(
  tcb: TransmissionControlBlock,
  { data, lengthBytes }: GivenMessage,
  options: MessageOptions,
  now: Millis,
): OutgoingMessage {
  const { sendMemory, sendBufferBytes } = tcb;
  // What grows is moved when it does.
  const block = options.endsLater === true ? undefined : sendMemory.blockFor(lengthBytes, sendBufferBytes);
  const message =
    block === undefined
      ? new OutgoingMessage(new Uint8Array(lengthBytes), 0, lengthBytes, options, now)
      : sendMemory.place(block, lengthBytes, options, now);
  if (data instanceof Uint8Array) message.data.set(data, message.startOffset);
  else copyPieces(data, message.data, message.startOffset);
  return message;
}

function copyPieces(pieces: readonly Uint8Array[], target: Uint8Array, start: number): void {
  let offset = start;
  for (const piece of pieces) {
    target.set(piece, offset);
    offset += piece.length;
  }
}

function enqueue(tcb: TransmissionControlBlock, message: OutgoingMessage): void {
  const { authentication, sendQueue } = tcb;
  assert(acceptsMessages(tcb), "A message is only given to an association that takes it.");
  assert(sendQueue.openMessage === undefined, "Nothing comes between the parts of a message.");
  // RFC 6458 §8.1.18: the key that is the active one now, whichever is when the message leaves.
  if (message.options.keyNumber === undefined) message.keyNumber = authentication.keys.active;
  sendQueue.add(message);
  notePartialReliability(tcb, message);
  tcb.sendBufferBytes += message.lengthBytes;
  tcb.sendBufferMessages += 1;
  tcb.services.statistics.sentMessages += 1;
}

/** There is user data to be sent, at the next drain. */
function userDataGiven(tcb: TransmissionControlBlock, now: Millis): void {
  tcb.lastUserDataAt = now;
  openBurst(tcb);
  tcb.services.schedule(tcb.association);
}
