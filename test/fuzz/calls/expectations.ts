import type { SctpSocket } from "../../../src/sockets/sctp-socket.js";

/** What the model knows of a socket, from the calls that were made on it and how they ended. */
export interface SocketModel {
  readonly socket: SctpSocket;
  readonly index: number;
  readonly isOneToOne: boolean;
  /** Whether an address was certainly taken, by whatever call. */
  isBound: boolean;
  /** Whether it ever listened: what waits to be accepted then can still be accepted. */
  hasListened: boolean;
  isClosed: boolean;
  /** Whether it has, or ever had, begun or got an association. */
  hadAssociation: boolean;
  /** Ids of associations that were told, the living and the dead. */
  readonly associations: number[];
}

/** The calls as their failures are judged. */
export type CallName =
  | "bind"
  | "bindx"
  | "listen"
  | "connect"
  | "accept"
  | "send"
  | "sendto"
  | "sctp_sendv"
  | "receive"
  | "recv"
  | "peeloff"
  | "shutdown"
  | "option"
  | "look";

/** A send may begin an association, and fails as connect does then. */
const SENDING: readonly string[] = [
  "EAGAIN",
  "ENOTCONN",
  "EPIPE",
  "ESHUTDOWN",
  "EMSGSIZE",
  "ECONNRESET",
  "ECANCELED",
  "EINVAL",
  "EDESTADDRREQ",
  "ECONNREFUSED",
  "ETIMEDOUT",
  "EADDRNOTAVAIL",
  "EHOSTUNREACH",
];

/** What a receive call may fail with: the end of an association is told once, as what ended it. */
const RECEIVING: readonly string[] = [
  "EAGAIN",
  "ENOTCONN",
  "ECONNRESET",
  "ECANCELED",
  "ETIMEDOUT",
  "ECONNREFUSED",
  "EINVAL",
];

/** RFC 6458 and POSIX: what each call may fail with, beside EBADF on a closed socket. */
const MAY_FAIL: Readonly<Record<CallName, readonly string[]>> = {
  bind: ["EINVAL", "EADDRINUSE", "EADDRNOTAVAIL", "EAFNOSUPPORT"],
  bindx: ["EINVAL", "EADDRINUSE", "EADDRNOTAVAIL", "EOPNOTSUPP", "EAFNOSUPPORT"],
  listen: ["EINVAL", "EADDRINUSE", "EISCONN"],
  connect: [
    "EINPROGRESS",
    "EALREADY",
    "EISCONN",
    "EINVAL",
    "EOPNOTSUPP",
    "EADDRNOTAVAIL",
    "EAFNOSUPPORT",
    "ECONNREFUSED",
    "ECONNRESET",
    "ETIMEDOUT",
    "ECANCELED",
    "ECONNABORTED",
    "EHOSTUNREACH",
  ],
  accept: ["EAGAIN", "EINVAL", "EOPNOTSUPP", "ECANCELED"],
  send: [...SENDING, "EOPNOTSUPP"],
  sendto: [...SENDING, "EISCONN"],
  sctp_sendv: SENDING,
  receive: RECEIVING,
  recv: RECEIVING,
  peeloff: ["EINVAL"],
  shutdown: ["ENOTCONN", "EOPNOTSUPP", "EINVAL"],
  option: ["EINVAL", "EOPNOTSUPP"],
  look: ["ENOTCONN", "EINVAL"],
};

/** Calls that take addresses or numbers, which a case makes wrong sometimes: arguments are checked first. */
const TAKES_ARGUMENTS: ReadonlySet<CallName> = new Set(["bind", "bindx", "connect", "sendto", "sctp_sendv"]);

/** The mistakes that a case can make with arguments. */
const ARGUMENT_ERRORS: ReadonlySet<string> = new Set([
  "ERR_SCTP_INVALID_ADDRESS",
  "ERR_SCTP_OUT_OF_RANGE",
  "ERR_SCTP_INVALID_ARG_VALUE",
]);

/** Whether an error is about the arguments of a call that has some. */
export function isArgumentError(call: CallName, code: string): boolean {
  return TAKES_ARGUMENTS.has(call) && ARGUMENT_ERRORS.has(code);
}

/** Whether a call on this socket may fail with that code. */
export function mayFail(model: SocketModel, call: CallName, code: string): boolean {
  if (model.isClosed && code === "EBADF") return true;
  return MAY_FAIL[call].includes(code);
}

/**
 * The codes of which a call must fail with one, where the model knows that it must; asked before the call is made.
 *
 * @returns `undefined` when the call may succeed
 */
export function mustFail(model: SocketModel, call: CallName): readonly string[] | undefined {
  const { isClosed, isOneToOne } = model;
  const isOneToOneCall = ["accept", "send", "recv", "shutdown"].includes(call);
  // RFC 6458 §3.1, §4.1, §7.1: what the style has not; a closed socket may say so first.
  if (isOneToOneCall && !isOneToOne) return isClosed ? ["EOPNOTSUPP", "EBADF"] : ["EOPNOTSUPP"];
  if (call === "peeloff" && isOneToOne) return isClosed ? ["EINVAL", "EBADF"] : ["EINVAL"];
  // Addresses that do not go together are found out first.
  if (isClosed) return call === "bindx" ? ["EBADF", "EINVAL"] : ["EBADF"];
  // RFC 6458 §4.1.2: a socket is bound once; an address that nobody could bind may be found out first.
  if (call === "bind" && model.isBound) return ["EINVAL", "EADDRNOTAVAIL", "EADDRINUSE"];
  // RFC 6458 §4.1.4. Whoever waits in the same direction is not overtaken, and is cancelled by close().
  if (call === "accept" && !model.hasListened) return ["EINVAL", "EAGAIN", "ECANCELED"];
  if (call === "send" && !model.hadAssociation) return ["ENOTCONN", "EPIPE", "EAGAIN", "ECANCELED"];
  if (call === "shutdown" && !model.hadAssociation) return ["ENOTCONN"];
  const isReceive = call === "receive" || call === "recv";
  if (isReceive && isOneToOne && !model.hadAssociation) return ["ENOTCONN", "EAGAIN", "ECANCELED"];
  return undefined;
}
