import type { AddressFamily, SctpAddress, SctpSocket, SocketType } from "../../../src/index.js";
import type { World } from "../world.js";

/** Which ids stand for an association on one-to-many sockets (RFC 6458 §7.2), and in which field. */
export interface OptionIds {
  readonly field: string;
  /**
   * `future`: also SCTP_FUTURE_ASSOC. `all`: also SCTP_CURRENT_ASSOC and SCTP_ALL_ASSOC, but never to read.
   * `association`: none of them. `address`: 0 leaves it to the address of the option.
   */
  readonly rule: "future" | "all" | "association" | "address";
}

/** A value, or how it is made of the peer's address. */
export type OptionCaseValue = number | object | ((to: SctpAddress) => object);

/**
 * Everything that RFC 6458 says of one option and that can be asked of any option: what it reads as, takes and refuses,
 * and on which socket, for which association and when. What an option *does* has cases of its own elsewhere.
 */
export interface OptionCase {
  /** The section, the option's name, and that it keeps to its rules. */
  readonly title: string;
  readonly level: number;
  readonly name: number;
  /** Default: read and write. */
  readonly access?: "read only" | "write only";
  /** The only style that has the option, and what sockets of the other one answer. */
  readonly only?: { readonly type: SocketType; readonly otherwise: string };
  /** The family of the sockets (default: AF_INET), where only that has the option; others answer EINVAL. */
  readonly family?: AddressFamily;
  /** Without it the option says nothing of associations, or all of the socket. */
  readonly ids?: OptionIds;
  /** Whether it takes an association, so that a socket without one answers EINVAL. */
  readonly needsAssociation?: true;
  /** An association and its peer have agreed on it, so that nobody can set it any more: with an id it is EINVAL. */
  readonly isAgreed?: true;
  /** What else it takes to read it. */
  readonly argument?: OptionCaseValue;
  /** What is read before anything is set; left out where that is the system's choice. */
  readonly initial?: number | object;
  /** Something that is set and read again, without an id; it differs from `initial`. */
  readonly value?: OptionCaseValue;
  /** The code of the error that `value` ends with although it is one, because more is wrong than the value. */
  readonly fails?: string;
  /** What is read then, where that is not the same. */
  readonly shown?: OptionCaseValue;
  /** What is no value of it: `TypeError`, `RangeError`, or the code of a system error. */
  readonly refused: readonly (readonly [value: unknown, error: string])[];
  /** Done before the option is set, because it has to be. */
  readonly prepare?: (socket: SctpSocket) => void;
  /** Whether a socket that comes from another one begins with what was set there; default: yes. */
  readonly isInherited?: false;
  /** Calls that come too early or too late. */
  readonly wrongTime?: (world: World) => Promise<void> | void;
}

/** No object that a structure could be. */
export const NO_STRUCTURE: OptionCase["refused"] = [
  [5, "TypeError"],
  ["text", "TypeError"],
  [null, "TypeError"],
  [undefined, "TypeError"],
  [{ misspelt: 1 }, "TypeError"],
];

/** Nothing that a number could be. */
export const NO_NUMBER: OptionCase["refused"] = [
  ["1", "TypeError"],
  [{}, "TypeError"],
  [null, "TypeError"],
  [undefined, "TypeError"],
  [0.5, "RangeError"],
  [Number.NaN, "RangeError"],
  [2 ** 40, "RangeError"],
];
