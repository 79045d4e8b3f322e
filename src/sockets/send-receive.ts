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
  SCTP_EOR,
  SCTP_PR_SCTP_NONE,
  SCTP_PR_SCTP_TTL,
  SCTP_SACK_IMMEDIATELY,
  SCTP_SEND_AUTHINFO_VALID,
  SCTP_SEND_PRINFO_VALID,
  SCTP_SEND_SNDINFO_VALID,
  SCTP_SENDALL,
  SCTP_UNORDERED,
  SOCK_STREAM,
} from "./constants.js";
import { systemError, wrongType, wrongValue } from "./errors.js";
import type { ReceiveRequest, SendRequest } from "./provider.js";
import { checkedFlags, checkedInteger } from "./structures.js";
import type {
  SctpAddress,
  SctpAddressInput,
  SendInfo,
  SocketType,
  sctp_assoc_t,
  sctp_authinfo,
  sctp_prinfo,
  sctp_sendv_spa,
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

/** One message for `sendMany`. */
export interface OutgoingMessage extends Omit<SendOptions, "signal"> {
  /** The bytes. */
  readonly data: MessageData;
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
  /** Where the bytes are to be put; the answer's `data` is then a view of it. */
  readonly into?: Uint8Array | undefined;
  /** `MSG_PEEK`, `MSG_DONTWAIT`, `MSG_WAITALL`, or-ed. */
  readonly flags?: number | undefined;
  /** Gives the call up while it waits; no message is lost. */
  readonly signal?: AbortSignal | undefined;
}

const SEND_FLAGS = MSG_DONTROUTE | MSG_DONTWAIT | MSG_NOSIGNAL;
const RECEIVE_FLAGS = MSG_PEEK | MSG_DONTWAIT | MSG_WAITALL;
const SNDINFO_FLAGS =
  SCTP_UNORDERED | SCTP_ADDR_OVER | SCTP_ABORT | SCTP_SACK_IMMEDIATELY | SCTP_SENDALL | SCTP_EOF | SCTP_EOR;
const SENDV_FLAGS = SCTP_SEND_SNDINFO_VALID | SCTP_SEND_PRINFO_VALID | SCTP_SEND_AUTHINFO_VALID;

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
 * @throws TypeError when `data` is neither bytes nor a list of bytes
 */
export function lengthOfMessage(data: MessageData): number {
  if (types.isUint8Array(data)) return data.length;
  if (!Array.isArray(data)) throw wrongType("data", "a Uint8Array or an array of them", data);
  let lengthBytes = 0;
  for (const [index, piece] of (data as readonly unknown[]).entries()) {
    if (!types.isUint8Array(piece)) throw wrongType(`data[${index}]`, "a Uint8Array", piece);
    lengthBytes += piece.length;
  }
  return lengthBytes;
}

/** The three informations that a send call can carry, checked. */
interface CheckedInfo {
  sndinfo: sctp_sndinfo | undefined;
  prinfo: Partial<sctp_prinfo> | undefined;
  authinfo: Partial<sctp_authinfo> | undefined;
}

function checkedSndinfo(info: Partial<sctp_sndinfo>, argument: string, type: SocketType): sctp_sndinfo {
  const sndinfo = { snd_sid: 0, snd_flags: 0, snd_ppid: 0, snd_context: 0, snd_assoc_id: 0 };
  for (const name in info) {
    if (!(name in sndinfo)) {
      throw wrongValue(argument, `a sctp_sndinfo, whose fields are ${Object.keys(sndinfo).join(", ")}`, name);
    }
  }
  const { snd_sid, snd_flags, snd_ppid, snd_context, snd_assoc_id } = info;
  if (snd_sid !== undefined) sndinfo.snd_sid = checkedInteger(snd_sid, `${argument}.snd_sid`, 0, 0xffff);
  if (snd_flags !== undefined) {
    sndinfo.snd_flags = checkedFlags(snd_flags, `${argument}.snd_flags`, SNDINFO_FLAGS);
  }
  if (snd_ppid !== undefined) {
    sndinfo.snd_ppid = checkedInteger(snd_ppid, `${argument}.snd_ppid`, 0, 0xffffffff);
  }
  if (snd_context !== undefined) {
    sndinfo.snd_context = checkedInteger(snd_context, `${argument}.snd_context`, 0, 0xffffffff);
  }
  if (snd_assoc_id !== undefined) {
    const id = checkedInteger(snd_assoc_id, `${argument}.snd_assoc_id`, -0x80000000, 0x7fffffff);
    // RFC 6458 §5.3.4: the field is ignored on one-to-one sockets.
    sndinfo.snd_assoc_id = type === SOCK_STREAM ? 0 : id;
  }
  return sndinfo;
}

/** Whether some field of `info` begins so; a structure is known by the prefix of its fields. */
function hasPrefix(info: object, prefix: string): boolean {
  for (const name in info) if (name.startsWith(prefix)) return true;
  return false;
}

function checkedSpa(spa: sctp_sendv_spa, type: SocketType): CheckedInfo {
  const { sendv_sndinfo, sendv_prinfo, sendv_authinfo } = spa;
  const given =
    (sendv_sndinfo === undefined ? 0 : SCTP_SEND_SNDINFO_VALID) |
    (sendv_prinfo === undefined ? 0 : SCTP_SEND_PRINFO_VALID) |
    (sendv_authinfo === undefined ? 0 : SCTP_SEND_AUTHINFO_VALID);
  const valid = checkedFlags(spa.sendv_flags ?? given, "info.sendv_flags", SENDV_FLAGS);
  if ((valid & ~given) !== 0) throw wrongValue("info.sendv_flags", "about fields that are given", valid);
  return {
    sndinfo:
      (valid & SCTP_SEND_SNDINFO_VALID) === 0
        ? undefined
        : checkedSndinfo(sendv_sndinfo ?? {}, "info.sendv_sndinfo", type),
    prinfo: (valid & SCTP_SEND_PRINFO_VALID) === 0 ? undefined : sendv_prinfo,
    authinfo: (valid & SCTP_SEND_AUTHINFO_VALID) === 0 ? undefined : sendv_authinfo,
  };
}

function checkedInfo(info: SendInfo, type: SocketType): CheckedInfo {
  if (typeof info !== "object" || info === null) throw wrongType("info", "an object", info);
  if (hasPrefix(info, "sendv_")) return checkedSpa(info as sctp_sendv_spa, type);
  if (hasPrefix(info, "pr_")) return { sndinfo: undefined, prinfo: info as sctp_prinfo, authinfo: undefined };
  if (hasPrefix(info, "auth_")) {
    return { sndinfo: undefined, prinfo: undefined, authinfo: info as sctp_authinfo };
  }
  return {
    sndinfo: checkedSndinfo(info as sctp_sndinfo, "info", type),
    prinfo: undefined,
    authinfo: undefined,
  };
}

/**
 * RFC 6458 §5.3.7, §5.3.8: partial reliability and authentication are not there in this version, and a message that
 * asks for them is refused; sending it reliably or unauthenticated would be another message than the caller's.
 */
function refuseUnsupported(prinfo: CheckedInfo["prinfo"], authinfo: CheckedInfo["authinfo"]): void {
  if (prinfo !== undefined) {
    const policy = checkedInteger(prinfo.pr_policy ?? SCTP_PR_SCTP_NONE, "info.pr_policy", 0, 0xffff);
    checkedInteger(prinfo.pr_value ?? 0, "info.pr_value", 0, 0xffffffff);
    if (policy === SCTP_PR_SCTP_TTL) {
      throw systemError("EOPNOTSUPP", "sendmsg", { message: "partial reliability is not supported yet" });
    }
    if (policy !== SCTP_PR_SCTP_NONE) {
      throw wrongValue("info.pr_policy", "SCTP_PR_SCTP_NONE or SCTP_PR_SCTP_TTL", policy);
    }
  }
  if (authinfo !== undefined) {
    checkedInteger(authinfo.auth_keynumber ?? 0, "info.auth_keynumber", 0, 0xffff);
    throw systemError("EOPNOTSUPP", "sendmsg", { message: "authentication is not supported yet" });
  }
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
  // RFC 6458 §9.12: a message that ends the association gracefully has no data.
  if (ends === SCTP_EOF && lengthBytes > 0) {
    throw systemError("EINVAL", "sendmsg", { message: "SCTP_EOF goes without data" });
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
 * Checks what a send call was given.
 *
 * @param to - the destinations, already checked
 * @throws TypeError or RangeError with an ERR_SCTP_ code; a system error when the parts do not go together
 */
export function sendRequest(
  data: MessageData,
  options: SendOptions | undefined,
  to: readonly SctpAddress[],
  type: SocketType,
): SendRequest {
  const lengthBytes = lengthOfMessage(data);
  if (options === undefined) {
    return { data, lengthBytes, to, sndinfo: undefined, flags: 0, handOver: false };
  }
  const { info, flags, handOver } = options;
  if (handOver !== undefined && typeof handOver !== "boolean")
    throw wrongType("handOver", "a boolean", handOver);
  let sndinfo: sctp_sndinfo | undefined;
  if (info !== undefined) {
    const checked = checkedInfo(info, type);
    refuseUnsupported(checked.prinfo, checked.authinfo);
    sndinfo = checked.sndinfo;
    if (sndinfo !== undefined) checkTogether(sndinfo, lengthBytes, to, type);
  }
  const checkedSendFlags = flags === undefined ? 0 : checkedFlags(flags, "flags", SEND_FLAGS) & ~MSG_DONTWAIT;
  return { data, lengthBytes, to, sndinfo, flags: checkedSendFlags, handOver: handOver === true };
}

/** Whether the flags of a call ask it not to wait. */
export function isNonblocking(flags: number | undefined): boolean {
  return flags !== undefined && (flags & MSG_DONTWAIT) !== 0;
}

/**
 * Checks what a receive call was given.
 *
 * @throws TypeError or RangeError with an ERR_SCTP_ code
 */
export function receiveRequest(options: ReceiveOptions | undefined): ReceiveRequest {
  if (options === undefined) return WHOLE_MESSAGE;
  const { lengthBytes, into, flags } = options;
  if (into !== undefined && !types.isUint8Array(into)) throw wrongType("into", "a Uint8Array", into);
  const room = into === undefined ? WHOLE_MESSAGE_BYTES : into.length;
  if (room === 0) throw wrongValue("into", "at least one byte long", into);
  return {
    lengthBytes: lengthBytes === undefined ? room : checkedInteger(lengthBytes, "lengthBytes", 1, room),
    into,
    flags: flags === undefined ? 0 : checkedFlags(flags, "flags", RECEIVE_FLAGS) & MSG_PEEK,
  };
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
