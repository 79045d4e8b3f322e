/**
 * The errors that sockets answer. What the world does wrong is a system error as Node's own are; what the caller does
 * wrong is a `TypeError` or `RangeError` with a code of the closed list {@link SctpErrorCode}.
 *
 * @module
 */
import { constants } from "node:os";
import { getSystemErrorMap } from "node:util";

/** The codes of the system errors that sockets and providers answer. */
export type SystemErrorCode =
  | "EACCES"
  | "EADDRINUSE"
  | "EADDRNOTAVAIL"
  | "EAFNOSUPPORT"
  | "EAGAIN"
  | "EALREADY"
  | "EBADF"
  | "ECANCELED"
  | "ECONNABORTED"
  | "ECONNREFUSED"
  | "ECONNRESET"
  | "EDESTADDRREQ"
  | "EHOSTUNREACH"
  | "EINPROGRESS"
  | "EINVAL"
  | "EISCONN"
  | "EMFILE"
  | "EMSGSIZE"
  | "ENETDOWN"
  | "ENETUNREACH"
  | "ENOBUFS"
  | "ENOMEM"
  | "ENOPROTOOPT"
  | "ENOTCONN"
  | "EOPNOTSUPP"
  | "EPERM"
  | "EPIPE"
  | "EPROTO"
  | "EPROTONOSUPPORT"
  | "ESHUTDOWN"
  | "ETIMEDOUT";

/** The codes of the errors that a caller's mistakes are answered with, and what each says. */
export type SctpErrorCode =
  /** `TypeError`: an argument has the wrong type. */
  | "ERR_SCTP_INVALID_ARG_TYPE"
  /** `TypeError`: an argument has the right type and a value that the call does not know. */
  | "ERR_SCTP_INVALID_ARG_VALUE"
  /** `RangeError`: a number is too small, too large or not an integer. */
  | "ERR_SCTP_OUT_OF_RANGE"
  /** `TypeError`: an address is not numeric where it must be, or is not of the family that it is said to be of. */
  | "ERR_SCTP_INVALID_ADDRESS"
  /** `TypeError`: bytes that are no notification, or not the whole of one. */
  | "ERR_SCTP_MALFORMED_NOTIFICATION"
  /** `Error`: the provider that was asked for is not there. */
  | "ERR_SCTP_PROVIDER_UNAVAILABLE";

/** A system error as Node's are; `code` is the contract. */
export interface SystemError extends Error {
  /** For instance `ECONNREFUSED`. */
  code: SystemErrorCode;
  /** The platform's number, negative as everywhere in Node. */
  errno: number;
  /** The call that failed, for instance `connect`. */
  syscall: string;
  /** The numeric address that the call was about. */
  address?: string;
  /** The port that the call was about. */
  port?: number;
}

/** What {@link systemError} may add. */
export interface SystemErrorDetails {
  /** The numeric address that the call was about. */
  readonly address?: string | undefined;
  /** The port that the call was about. */
  readonly port?: number | undefined;
  /** What is to be said beyond the code. */
  readonly message?: string | undefined;
}

let numbers: Map<string, number> | undefined;

/**
 * The negative number of an error, as Node itself uses it on this platform. Neither of Node's two tables is the whole
 * one: libuv's lacks EINPROGRESS and EOPNOTSUPP, that of `os.constants` lacks ESHUTDOWN.
 */
function errnoOf(code: SystemErrorCode): number {
  if (numbers === undefined) {
    numbers = new Map();
    for (const [number, [name]] of getSystemErrorMap()) numbers.set(name, number);
  }
  const known = numbers.get(code);
  if (known !== undefined) return known;
  const platform = (constants.errno as Readonly<Record<string, number>>)[code] ?? 0;
  numbers.set(code, -platform);
  return -platform;
}

function endpointText(address: string | undefined, port: number | undefined): string {
  if (address === undefined) return port === undefined ? "" : ` :${port}`;
  return port === undefined ? ` ${address}` : ` ${address}:${port}`;
}

/** EAGAIN is an answer more than a failure, given at every edge: its trace would cost more than the call itself. */
function errorWithoutTrace(text: string): Error {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  const error = new Error(text);
  Error.stackTraceLimit = stackTraceLimit;
  return error;
}

/**
 * Builds an error of the world outside, in the shape and the words of Node's own:
 * `connect ECONNREFUSED 127.0.0.1:20000`.
 *
 * @param code - the error
 * @param syscall - the call that failed, by its C name: `connect`, `bind`, `sendmsg`, `recvmsg`, `getsockopt` …
 * @param details - the address and port that the call was about, and what is to be said beyond the code
 */
export function systemError(
  code: SystemErrorCode,
  syscall: string,
  details?: SystemErrorDetails,
): SystemError {
  const { address, port, message } = details ?? {};
  const said = message === undefined ? "" : `: ${message}`;
  const text = `${syscall} ${code}${said}${endpointText(address, port)}`;
  const error = (code === "EAGAIN" ? errorWithoutTrace(text) : new Error(text)) as SystemError;
  error.errno = errnoOf(code);
  error.code = code;
  error.syscall = syscall;
  if (address !== undefined) error.address = address;
  if (port !== undefined) error.port = port;
  return error;
}

/** Whether a value is a system error of a certain code. */
export function isSystemError(value: unknown, code: SystemErrorCode): value is SystemError {
  return value instanceof Error && (value as Partial<SystemError>).code === code;
}

/** An error that a caller's mistake is answered with. */
export type ArgumentError<Kind extends Error = Error> = Kind & { readonly code: SctpErrorCode };

function withCode<Kind extends Error>(error: Kind, code: SctpErrorCode): ArgumentError<Kind> {
  // As in Node, the code stands in the first line of the stack, and `name` stays that of the class.
  const { name } = error;
  Object.defineProperty(error, "name", { value: `${name} [${code}]`, configurable: true });
  void error.stack;
  delete (error as Partial<Error>).name;
  return Object.assign(error, { code });
}

/**
 * Builds the error of a caller's mistake: a `RangeError` for `ERR_SCTP_OUT_OF_RANGE`, an `Error` for
 * `ERR_SCTP_PROVIDER_UNAVAILABLE`, else a `TypeError`.
 *
 * @param code - which mistake
 * @param message - a sentence that names the argument and the rule
 */
export function argumentError(code: SctpErrorCode, message: string): ArgumentError {
  if (code === "ERR_SCTP_OUT_OF_RANGE") return withCode(new RangeError(message), code);
  if (code === "ERR_SCTP_PROVIDER_UNAVAILABLE") return withCode(new Error(message), code);
  return withCode(new TypeError(message), code);
}

/** How a wrong value is shown in a message. */
export function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "function") return "a function";
  if (typeof value !== "object" || value === null) return String(value);
  return classOf(value);
}

/** What an object is, as far as it lets us know. */
function classOf(value: object): string {
  let name: unknown;
  try {
    if (Array.isArray(value)) return "an array";
    ({ name } = value.constructor);
  } catch {
    // It has no constructor, or a getter of it has failed.
  }
  return `an instance of ${typeof name === "string" ? name : "Object"}`;
}

/**
 * A value of the wrong type.
 *
 * @param argument - the argument's name, dotted for a field: `info.snd_sid`
 * @param rule - what it must be: `an integer`
 */
export function wrongType(argument: string, rule: string, value: unknown): ArgumentError {
  return argumentError("ERR_SCTP_INVALID_ARG_TYPE", `${argument} must be ${rule}, and is ${show(value)}`);
}

/** A value that the call does not know; the arguments are those of {@link wrongType}. */
export function wrongValue(argument: string, rule: string, value: unknown): ArgumentError {
  return argumentError("ERR_SCTP_INVALID_ARG_VALUE", `${argument} must be ${rule}, and is ${show(value)}`);
}

/** A number outside its range; the arguments are those of {@link wrongType}. */
export function outOfRange(argument: string, rule: string, value: unknown): ArgumentError {
  return argumentError("ERR_SCTP_OUT_OF_RANGE", `${argument} must be ${rule}, and is ${show(value)}`);
}
