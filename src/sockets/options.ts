/**
 * Reading and setting options by the option table: what is asked for is checked, what is there is passed on.
 *
 * @module
 */
import { types } from "node:util";
import { SCTP_ALL_ASSOC, SCTP_CURRENT_ASSOC, SCTP_FUTURE_ASSOC, SOCK_STREAM } from "./constants.js";
import { show, systemError, wrongType } from "./errors.js";
import type { OptionRow } from "./option-row.js";
import { optionRow } from "./option-table.js";
import { checkedInteger, checkedNumber, checkedStructure, type CheckedStructure } from "./structures.js";
import type { AddressFamily, SocketType } from "./types.js";

/** What is to be known of a socket in order to check an option of it. */
export interface OptionSocket {
  readonly family: AddressFamily;
  readonly type: SocketType;
}

type Call = "getsockopt" | "setsockopt";

/** An option that the option table does not know: what it means is between the caller and the operating system. */
export interface UnknownOption {
  readonly level: number;
  readonly name: number;
  /** The bytes that go in. */
  readonly bytes: Uint8Array;
}

/**
 * Whether a call is about an option that the table does not know, on a provider that passes such options on as bytes.
 *
 * @param bytes - the argument or value of the call
 * @param argument - its name, for messages
 * @returns `undefined` when the table knows the option, or the provider has no operating system to pass it to
 * @throws TypeError when such an option is not given as bytes
 */
export function unknownOption(
  passesOn: boolean,
  [level, name]: readonly [unknown, unknown],
  bytes: unknown,
  argument: string,
): UnknownOption | undefined {
  if (!passesOn) return undefined;
  const option = { level: checkedInt(level, "level"), name: checkedInt(name, "name") };
  if (optionRow(option.level, option.name) !== undefined) return undefined;
  if (types.isUint8Array(bytes)) return { ...option, bytes };
  throw wrongType(argument, "a Uint8Array, because the option is one that only the system knows", bytes);
}

function checkedInt(value: unknown, argument: string): number {
  return checkedInteger(value, argument, -0x80000000, 0x7fffffff);
}

/** An option that exists, is allowed for the call, and belongs to the socket. */
function usableRow(socket: OptionSocket, level: unknown, name: unknown, call: Call): OptionRow {
  const checkedLevel = checkedInt(level, "level");
  const checkedName = checkedInt(name, "name");
  const row = optionRow(checkedLevel, checkedName);
  if (row === undefined) {
    throw systemError("ENOPROTOOPT", call, {
      message: `there is no option ${checkedName} of level ${checkedLevel}, or not yet`,
    });
  }
  // RFC 6458 §8.2, §8.3: setting what is only read, and reading what is only set, is EOPNOTSUPP.
  if (row.access === (call === "getsockopt" ? "write only" : "read only")) {
    throw systemError("EOPNOTSUPP", call, { message: `${row.text} is ${row.access}` });
  }
  const { only } = row;
  const isElsewhere =
    (only?.type !== undefined && only.type !== socket.type) ||
    (only?.family !== undefined && only.family !== socket.family);
  if (only !== undefined && isElsewhere) {
    throw systemError(only.otherwise, call, { message: `${row.text} is not for this kind of socket` });
  }
  return row;
}

/** RFC 6458 §7.2, §8: which ids stand for an association; a one-to-one socket ignores the field. */
function checkAssociation(socket: OptionSocket, row: OptionRow, value: CheckedStructure, call: Call): void {
  const { association } = row;
  if (association === undefined) return;
  if (socket.type === SOCK_STREAM) {
    value[association.field] = SCTP_FUTURE_ASSOC;
    return;
  }
  const { rule } = association;
  const id = value[association.field];
  const isTaken =
    id === SCTP_FUTURE_ASSOC
      ? rule !== "association"
      : (id !== SCTP_CURRENT_ASSOC && id !== SCTP_ALL_ASSOC) || (rule === "all" && call === "setsockopt");
  if (isTaken) return;
  throw systemError("EINVAL", call, {
    message: `${row.text} takes no ${association.field} of ${show(id)}`,
  });
}

/** What goes to the provider's `getOption`. */
export interface OptionQuery {
  readonly row: OptionRow;
  /** The fields that say what is asked for; `undefined` when the option has none. */
  readonly argument: CheckedStructure | undefined;
}

/**
 * Checks a reading call.
 *
 * @param assocId - from `sctp_opt_info`: it takes the place of the field (RFC 6458 §8)
 * @throws ENOPROTOOPT, EOPNOTSUPP, EINVAL; TypeError, RangeError
 */
export function optionQuery(
  socket: OptionSocket,
  level: unknown,
  name: unknown,
  argument: unknown,
  assocId?: number,
): OptionQuery {
  const row = usableRow(socket, level, name, "getsockopt");
  if (!("structure" in row.value) || row.argument.length === 0) {
    if (argument !== undefined)
      throw wrongType("argument", `undefined, because ${row.text} needs none`, argument);
    return { row, argument: undefined };
  }
  const { structure } = row.value;
  const checked = checkedStructure(structure, argument, "argument", socket.family, row.argument);
  if (assocId !== undefined && row.association !== undefined) checked[row.association.field] = assocId;
  checkAssociation(socket, row, checked, "getsockopt");
  return { row, argument: checked };
}

/** What goes to the provider's `setOption`. */
export interface OptionChange {
  readonly row: OptionRow;
  readonly value: number | CheckedStructure;
}

/**
 * Checks a setting call.
 *
 * @throws ENOPROTOOPT, EOPNOTSUPP, EINVAL; TypeError, RangeError
 */
export function optionChange(
  socket: OptionSocket,
  level: unknown,
  name: unknown,
  value: unknown,
): OptionChange {
  const row = usableRow(socket, level, name, "setsockopt");
  if (!("structure" in row.value)) return { row, value: checkedNumber(row.value.number, value, "value") };
  if (value === undefined) throw wrongType("value", `a ${row.value.structure.name}`, value);
  const checked = checkedStructure(row.value.structure, value, "value", socket.family);
  checkAssociation(socket, row, checked, "setsockopt");
  const message = row.refusal?.(checked);
  if (message !== undefined) throw systemError("EINVAL", "setsockopt", { message });
  return { row, value: checked };
}
