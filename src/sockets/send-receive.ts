/**
 * What the send and receive calls take, and how it becomes a request to the provider (RFC 6458 §9.12, §9.13).
 *
 * @module
 */
import { types } from "node:util";
import {
  AF_INET,
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
import {
  checkedFlags,
  checkedInteger,
  checkedStructure,
  type CheckedStructure,
  type Structure,
} from "./structures.js";
import type {
  SctpAddress,
  SctpAddressInput,
  SendInfo,
  SocketType,
  sctp_assoc_t,
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
  prinfo: CheckedStructure | undefined;
  authinfo: CheckedStructure | undefined;
}

const PRINFO: Structure = {
  name: "sctp_prinfo",
  fields: { pr_policy: { kind: "u16" }, pr_value: { kind: "u32" } },
};
const AUTHINFO: Structure = { name: "sctp_authinfo", fields: { auth_keynumber: { kind: "u16" } } };
const SPA_FIELDS: ReadonlySet<string> = new Set([
  "sendv_flags",
  "sendv_sndinfo",
  "sendv_prinfo",
  "sendv_authinfo",
]);

/** Checks an unsigned field; the name is put together only for a message. This is on the way of every message. */
function checkedField(value: unknown, argument: string, name: string, maximum: number): number {
  if (typeof value === "number" && value >= 0 && value <= maximum && Number.isInteger(value)) return value;
  return checkedInteger(value, `${argument}.${name}`, 0, maximum);
}

/** Checks a `sctp_sndinfo`; answers `undefined` when a field belongs to some other structure. */
function checkedSndinfo(
  info: Readonly<Record<string, unknown>>,
  argument: string,
  type: SocketType,
): sctp_sndinfo | undefined {
  const sndinfo = { snd_sid: 0, snd_flags: 0, snd_ppid: 0, snd_context: 0, snd_assoc_id: 0 };
  for (const name in info) {
    const value = info[name];
    if (value === undefined) continue;
    switch (name) {
      case "snd_sid":
        sndinfo.snd_sid = checkedField(value, argument, name, 0xffff);
        break;
      case "snd_flags":
        sndinfo.snd_flags = checkedField(value, argument, name, 0xffff);
        if ((sndinfo.snd_flags & ~SNDINFO_FLAGS) !== 0) {
          checkedFlags(value, `${argument}.snd_flags`, SNDINFO_FLAGS);
        }
        break;
      case "snd_ppid":
        sndinfo.snd_ppid = checkedField(value, argument, name, 0xffffffff);
        break;
      case "snd_context":
        sndinfo.snd_context = checkedField(value, argument, name, 0xffffffff);
        break;
      case "snd_assoc_id": {
        const id = checkedInteger(value, "info.snd_assoc_id", -0x80000000, 0x7fffffff);
        // RFC 6458 §5.3.4: the field is ignored on one-to-one sockets.
        sndinfo.snd_assoc_id = type === SOCK_STREAM ? 0 : id;
        break;
      }
      default:
        return undefined;
    }
  }
  return sndinfo;
}

function notSndinfo(argument: string, info: object): Error {
  const fields = "snd_sid, snd_flags, snd_ppid, snd_context, snd_assoc_id";
  return wrongValue(argument, `a sctp_sndinfo, whose fields are ${fields}`, Object.keys(info).join(", "));
}

function checkedSpa(spa: sctp_sendv_spa, type: SocketType): CheckedInfo {
  for (const name of Object.keys(spa)) {
    if (SPA_FIELDS.has(name)) continue;
    throw wrongValue("info", `a sctp_sendv_spa, whose fields are ${[...SPA_FIELDS].join(", ")}`, name);
  }
  const { sendv_sndinfo, sendv_prinfo, sendv_authinfo } = spa;
  const given =
    (sendv_sndinfo === undefined ? 0 : SCTP_SEND_SNDINFO_VALID) |
    (sendv_prinfo === undefined ? 0 : SCTP_SEND_PRINFO_VALID) |
    (sendv_authinfo === undefined ? 0 : SCTP_SEND_AUTHINFO_VALID);
  const valid = checkedFlags(spa.sendv_flags ?? given, "info.sendv_flags", SENDV_FLAGS);
  if ((valid & ~given) !== 0) throw wrongValue("info.sendv_flags", "about fields that are given", valid);
  const checked: CheckedInfo = { sndinfo: undefined, prinfo: undefined, authinfo: undefined };
  if ((valid & SCTP_SEND_SNDINFO_VALID) !== 0) {
    const sndinfo = sendv_sndinfo as Readonly<Record<string, unknown>>;
    if (typeof sndinfo !== "object" || sndinfo === null)
      throw wrongType("info.sendv_sndinfo", "an object", sndinfo);
    checked.sndinfo = checkedSndinfo(sndinfo, "info.sendv_sndinfo", type);
    if (checked.sndinfo === undefined) throw notSndinfo("info.sendv_sndinfo", sndinfo);
  }
  if ((valid & SCTP_SEND_PRINFO_VALID) !== 0) {
    checked.prinfo = checkedStructure(PRINFO, sendv_prinfo, "info.sendv_prinfo", AF_INET);
  }
  if ((valid & SCTP_SEND_AUTHINFO_VALID) !== 0) {
    checked.authinfo = checkedStructure(AUTHINFO, sendv_authinfo, "info.sendv_authinfo", AF_INET);
  }
  return checked;
}

/** A structure other than `sctp_sndinfo`: it is known by the prefix of its fields. */
function checkedOtherInfo(info: object, type: SocketType): CheckedInfo {
  const names = Object.keys(info);
  if (names.some((name) => SPA_FIELDS.has(name))) return checkedSpa(info, type);
  if (names.some((name) => name.startsWith("pr_"))) {
    return {
      sndinfo: undefined,
      prinfo: checkedStructure(PRINFO, info, "info", AF_INET),
      authinfo: undefined,
    };
  }
  if (names.some((name) => name.startsWith("auth_"))) {
    return {
      sndinfo: undefined,
      prinfo: undefined,
      authinfo: checkedStructure(AUTHINFO, info, "info", AF_INET),
    };
  }
  throw notSndinfo("info", info);
}

/**
 * RFC 6458 §5.3.7, §5.3.8: partial reliability and authentication are not there in this version, and a message that
 * asks for them is refused; sending it reliably or unauthenticated would be another message than the caller's.
 */
function refuseUnsupported({ prinfo, authinfo }: CheckedInfo): void {
  const policy = prinfo?.["pr_policy"] ?? SCTP_PR_SCTP_NONE;
  if (policy === SCTP_PR_SCTP_TTL) {
    throw systemError("EOPNOTSUPP", "sendmsg", { message: "partial reliability is not supported yet" });
  }
  if (policy !== SCTP_PR_SCTP_NONE) {
    throw wrongValue("info.pr_policy", "SCTP_PR_SCTP_NONE or SCTP_PR_SCTP_TTL", policy);
  }
  if (authinfo !== undefined) {
    throw systemError("EOPNOTSUPP", "sendmsg", { message: "authentication is not supported yet" });
  }
}

/** Checks the information of a message and answers the part that is to be passed on. */
function checkedInfo(info: SendInfo, type: SocketType): sctp_sndinfo | undefined {
  if (typeof info !== "object" || info === null) throw wrongType("info", "an object", info);
  const sndinfo = checkedSndinfo(info as Readonly<Record<string, unknown>>, "info", type);
  if (sndinfo !== undefined) return sndinfo;
  const checked = checkedOtherInfo(info, type);
  refuseUnsupported(checked);
  return checked.sndinfo;
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
    sndinfo = checkedInfo(info, type);
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
