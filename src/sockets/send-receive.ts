/**
 * What the send and receive calls take, and how it becomes a request to the provider (RFC 6458 §9.12, §9.13).
 *
 * @module
 */
import { types } from "node:util";
import {
  MSG_DONTROUTE,
  MSG_DONTWAIT,
  MSG_NOSIGNAL,
  MSG_PEEK,
  MSG_WAITALL,
  SCTP_ABORT,
  SCTP_ADDR_OVER,
  SCTP_EOF,
  SCTP_SENDALL,
  SOCK_STREAM,
} from "./constants.js";
import { systemError, wrongType, wrongValue } from "./errors.js";
import type { ReceiveRequest, SendRequest } from "./provider.js";
import {
  checkedControl,
  controlOf,
  destinationsOf,
  type OutgoingCmsghdr,
  type ReceivedCmsghdr,
} from "./ancillary-data.js";
import { checkedInfo, type MessageInformation, NO_INFORMATION } from "./message-information.js";
import { checkedFlags, checkedInteger } from "./structures.js";
import type { sctp_notification } from "./notification-types.js";
import type {
  ReceivedMessage,
  SctpAddress,
  SctpAddressInput,
  SendInfo,
  SocketType,
  sctp_assoc_t,
  sctp_sndinfo,
} from "./types.js";

/** The bytes of a message; several pieces make one message. */
export type MessageData = Uint8Array | readonly Uint8Array[];

/** What a send call may be told beside the data. */
export interface SendOptions {
  /** The peer, or a list of its addresses to set an association up with; see RFC 6458 §9.12. */
  readonly to?: SctpAddressInput | readonly SctpAddressInput[] | undefined;
  /** Stream, flags, payload protocol identifier … */
  readonly info?: SendInfo | undefined;
  /** `MSG_DONTWAIT`, `MSG_DONTROUTE`, `MSG_NOSIGNAL`, or-ed. */
  readonly flags?: number | undefined;
  /** Gives the bytes away: they may be kept without a copy, and the caller writes into them no more. */
  readonly handOver?: boolean | undefined;
  /** Withdraws the message while it waits. Without effect on a call that does not wait. */
  readonly signal?: AbortSignal | undefined;
}

/** What the parts of a message are called in the call that they were given to, for messages of errors. */
export interface MessageNames {
  readonly data: string;
  readonly to: string;
}

/** What a send call was told, whichever it was: `sctp_sendv` has `info`, and `sendmsg` ancillary data. */
export interface SendCall extends SendOptions {
  /** Ancillary data. */
  readonly control?: readonly OutgoingCmsghdr[] | undefined;
  /** By default {@link MESSAGE_NAMES}. */
  readonly names?: MessageNames | undefined;
}

/** The names of all calls but `sendmsg`. */
export const MESSAGE_NAMES: MessageNames = Object.freeze({ data: "data", to: "to" });

const MSGHDR_NAMES: MessageNames = Object.freeze({ data: "message.msg_iov", to: "message.msg_name" });

/** One message for `sendMany`. */
export interface OutgoingMessage extends Omit<SendOptions, "signal"> {
  /** The bytes. */
  readonly data: MessageData;
}

/** A message of `sendmsg`, as C's `struct msghdr` has it (RFC 6458 §5.1). */
export interface OutgoingMsghdr {
  /** The peer: who is to have the message, or on one-to-one sockets which of its addresses is preferred. */
  readonly msg_name?: SctpAddressInput | undefined;
  /** The bytes; several pieces make one message. */
  readonly msg_iov: MessageData;
  /** What goes with the message. */
  readonly msg_control?: readonly OutgoingCmsghdr[] | undefined;
}

/** What `sendmsg` may be told beside the message. */
export type SendmsgOptions = Pick<SendOptions, "flags" | "handOver" | "signal">;

/** A message or notification that `recvmsg` answers, as C's `struct msghdr` has it (RFC 6458 §5.1). */
export interface ReceivedMsghdr {
  /** Where the message came from; a notification has none. */
  msg_name: SctpAddress | undefined;
  /** The bytes. */
  msg_iov: Uint8Array;
  /** What the message was received with, where SCTP_RECVRCVINFO and SCTP_RECVNXTINFO ask for it. */
  msg_control: ReceivedCmsghdr[];
  /** `MSG_EOR`, `MSG_NOTIFICATION`, or-ed. */
  msg_flags: number;
  /** The notification, parsed, when `msg_flags` has `MSG_NOTIFICATION` and `msg_iov` is the whole of it. */
  notification?: sctp_notification | undefined;
}

/** What `sctp_sendv` answers. */
export interface SendResult {
  /** The length of the message; the whole of it has been taken. */
  bytes: number;
  /** The association that it goes to. */
  assoc_id: sctp_assoc_t;
}

/** What a receive call may be told. */
export interface ReceiveOptions {
  /** The most bytes to answer, 1 to 2^31 − 1; by default the length of `into`, else the whole message. */
  readonly lengthBytes?: number | undefined;
  /**
   * Where the bytes are to be put; the answer's `data` is then a view of it. One piece of memory for all messages is
   * the cheapest way to receive large ones: nothing is allocated for them.
   */
  readonly into?: Uint8Array | undefined;
  /** `MSG_PEEK`, `MSG_DONTWAIT`, `MSG_WAITALL`, or-ed. */
  readonly flags?: number | undefined;
  /** Gives the call up while it waits; no message is lost. */
  readonly signal?: AbortSignal | undefined;
}

const SEND_FLAGS = MSG_DONTROUTE | MSG_DONTWAIT | MSG_NOSIGNAL;
const RECEIVE_FLAGS = MSG_PEEK | MSG_DONTWAIT | MSG_WAITALL;
/** A message without data, which ends an association or begins one. */
const NO_BYTES = new Uint8Array(0);
/** A receive call that names no length wants the whole message. */
const WHOLE_MESSAGE_BYTES = 0x7fffffff;

/** The request of a receive call that was told nothing; nobody writes into it. */
const WHOLE_MESSAGE: ReceiveRequest = Object.freeze({
  lengthBytes: WHOLE_MESSAGE_BYTES,
  into: undefined,
  flags: 0,
});

/**
 * The length of a message in bytes.
 *
 * @param argument - its name, for messages
 * @throws TypeError when `data` is neither bytes nor a list of bytes
 */
export function lengthOfMessage(data: MessageData, argument: string = MESSAGE_NAMES.data): number {
  if (types.isUint8Array(data)) return data.length;
  if (!Array.isArray(data)) throw wrongType(argument, "a Uint8Array or an array of them", data);
  let lengthBytes = 0;
  for (const [index, piece] of (data as readonly unknown[]).entries()) {
    if (!types.isUint8Array(piece)) throw wrongType(`${argument}[${index}]`, "a Uint8Array", piece);
    lengthBytes += piece.length;
  }
  return lengthBytes;
}

/**
 * The bytes of a message: a list stays the caller's, and is asked once for what is in it. What has no bytes is left
 * out, for its memory may have gone to another thread.
 *
 * @throws as {@link lengthOfMessage}
 */
function piecesOf(data: MessageData, argument: string): MessageData {
  if (!Array.isArray(data)) return lengthOfMessage(data, argument) === 0 ? NO_BYTES : data;
  const pieces: Uint8Array[] = [];
  for (const [index, piece] of (data as readonly unknown[]).entries()) {
    if (!types.isUint8Array(piece)) throw wrongType(`${argument}[${index}]`, "a Uint8Array", piece);
    if (piece.length > 0) pieces.push(piece);
  }
  return pieces;
}

/** What can be said against a message by its information alone. */
function checkTogether(
  sndinfo: sctp_sndinfo,
  lengthBytes: number,
  to: readonly unknown[],
  type: SocketType,
): void {
  const { snd_flags, snd_assoc_id } = sndinfo;
  const ends = snd_flags & (SCTP_EOF | SCTP_ABORT);
  if (ends === (SCTP_EOF | SCTP_ABORT)) {
    throw systemError("EINVAL", "sendmsg", { message: "SCTP_EOF and SCTP_ABORT exclude each other" });
  }
  // RFC 6458 §5.3.4: it is the address of the call that takes the primary one's place. On one-to-one sockets an address
  // does so without the flag (§4.1.8).
  const isOverriding = (snd_flags & (SCTP_ADDR_OVER | SCTP_SENDALL)) === SCTP_ADDR_OVER;
  if (isOverriding && to.length !== 1 && type !== SOCK_STREAM) {
    throw systemError("EINVAL", "sendmsg", { message: "SCTP_ADDR_OVER needs one address" });
  }
  // RFC 6458 §7.1: a DATA chunk without user data must not be sent.
  if (ends === 0 && lengthBytes === 0 && to.length === 0) {
    throw systemError("EINVAL", "sendmsg", { message: "a message has at least one byte" });
  }
  // RFC 6458 §9.12: a list of addresses sets an association up, so there is no id yet.
  if (to.length > 1 && snd_assoc_id !== 0 && type !== SOCK_STREAM) {
    throw systemError("EINVAL", "sendmsg", { message: "snd_assoc_id must be 0 beside a list of addresses" });
  }
}

/**
 * What `sendmsg` is told, as other send calls are.
 *
 * @throws TypeError with an ERR_SCTP_ code
 */
export function sendmsgCall(message: OutgoingMsghdr, options: SendmsgOptions | undefined): SendCall {
  if (typeof message !== "object" || message === null) throw wrongType("message", "an object", message);
  checkOptions(options);
  const { msg_name, msg_control } = message;
  return {
    ...options,
    info: undefined,
    to: destinationsOf(msg_name, msg_control),
    control: msg_control,
    names: MSGHDR_NAMES,
  };
}

/** What `recvmsg` answers of a message. */
export function receivedMsghdr(message: ReceivedMessage): ReceivedMsghdr {
  const { data, address, flags, notification } = message;
  const msghdr = { msg_name: address, msg_iov: data, msg_control: controlOf(message), msg_flags: flags };
  return notification === undefined ? msghdr : { ...msghdr, notification };
}

/** A call that says nothing but the data. */
const NOTHING_ELSE: SendCall = Object.freeze({});

/** What goes with the message of a call. */
function informationOf({ info, control }: SendCall, type: SocketType): MessageInformation {
  if (control !== undefined) return checkedControl(control, type);
  return info === undefined ? NO_INFORMATION : checkedInfo(info, type);
}

/**
 * Checks what a send call was given.
 *
 * @param to - the destinations, already checked
 * @throws TypeError or RangeError with an ERR_SCTP_ code; a system error when the parts do not go together
 */
export function sendRequest(
  data: MessageData,
  call: SendCall | undefined,
  to: readonly SctpAddress[],
  type: SocketType,
): SendRequest {
  const given = call ?? NOTHING_ELSE;
  const { flags, handOver, names = MESSAGE_NAMES } = given;
  if (handOver !== undefined && typeof handOver !== "boolean")
    throw wrongType("handOver", "a boolean", handOver);
  const { sndinfo, prinfo, authinfo, initmsg } = informationOf(given, type);
  // Last, because the caller's getters may do anything, also to the bytes.
  const pieces = piecesOf(data, names.data);
  const lengthBytes = Array.isArray(pieces) ? lengthOfMessage(pieces) : pieces.length;
  if (sndinfo !== undefined) checkTogether(sndinfo, lengthBytes, to, type);
  return {
    data: pieces,
    lengthBytes,
    to,
    sndinfo,
    prinfo,
    authinfo,
    initmsg,
    flags: flags === undefined ? 0 : checkedFlags(flags, "flags", SEND_FLAGS) & ~MSG_DONTWAIT,
    handOver: handOver === true,
  };
}

/** Whether the flags of a call ask it not to wait. */
export function isNonblocking(flags: number | undefined): boolean {
  // What is no number is refused with the rest of the call.
  return typeof flags === "number" && (flags & MSG_DONTWAIT) !== 0;
}

/**
 * Checks the last argument of a call, before anything is looked for in it.
 *
 * @throws TypeError with an ERR_SCTP_ code when it is there and no object
 */
export function checkOptions(options: object | undefined): void {
  if (options === undefined || (typeof options === "object" && options !== null)) return;
  throw wrongType("options", "an object", options);
}

/**
 * Checks what a receive call was given.
 *
 * @throws TypeError or RangeError with an ERR_SCTP_ code
 */
export function receiveRequest(options: ReceiveOptions | undefined): ReceiveRequest {
  if (options === undefined) return WHOLE_MESSAGE;
  checkOptions(options);
  const { lengthBytes, into, flags } = options;
  const room = into === undefined ? WHOLE_MESSAGE_BYTES : checkedPlace(into).length;
  return {
    lengthBytes: lengthBytes === undefined ? room : checkedInteger(lengthBytes, "lengthBytes", 1, room),
    into,
    flags: flags === undefined ? 0 : checkedFlags(flags, "flags", RECEIVE_FLAGS) & MSG_PEEK,
  };
}

/** Checks memory that a message is to be put into; `index` is its own in a list. */
function checkedPlace(place: unknown, index?: number): Uint8Array {
  if (types.isUint8Array(place) && place.length > 0) return place;
  const argument = index === undefined ? "into" : `into[${index}]`;
  if (!types.isUint8Array(place)) throw wrongType(argument, "a Uint8Array", place);
  throw wrongValue(argument, "at least one byte long", place);
}

/**
 * Checks where several messages are to be put: a list stays the caller's, and is asked once for what is in it.
 *
 * @returns the first of the places, at most `max`
 * @throws TypeError with an ERR_SCTP_ code
 */
export function checkedPlaces(into: readonly Uint8Array[], max: number): Uint8Array[] {
  if (!Array.isArray(into)) throw wrongType("into", "an array of Uint8Arrays", into);
  const places: Uint8Array[] = [];
  for (let index = 0; index < into.length && index < max; index += 1) {
    places.push(checkedPlace(into[index], index));
  }
  if (places.length === 0) throw wrongValue("into", "at least one Uint8Array long", into);
  return places;
}

/**
 * Checks a signal and that it has not been aborted.
 *
 * @throws the signal's reason
 */
export function checkSignal(signal: AbortSignal | undefined): void {
  if (signal === undefined) return;
  if (!(signal instanceof AbortSignal)) throw wrongType("signal", "an AbortSignal", signal);
  signal.throwIfAborted();
}
