import { assert } from "../base/assert.js";
import { SO_ERROR, SOL_SOCKET } from "../sockets/constants.js";
import { type SystemErrorDetails, systemError } from "../sockets/errors.js";
import type { OptionRow } from "../sockets/option-row.js";
import { optionRow } from "../sockets/option-table.js";
import { LITTLE_ENDIAN } from "../base/byte-order.js";
import type { CheckedStructure } from "../sockets/structures.js";
import type { PlatformOption } from "./option-codec.js";
import type { KernelContext } from "./kernel-context.js";
import type { KernelSocketState } from "./kernel-socket-state.js";
import { structOf, viewOf } from "./struct-layout.js";

/** Lists of chunk types and of HMAC algorithms are not longer: there are no more chunk types. */
const LIST_ITEMS_MAX = 256;

/** Room for so many ids of associations at first, and at last. */
const ASSOCIATIONS_AT_FIRST = 64;
const ASSOCIATIONS_MAX = 1_048_576;

type Call = "getsockopt" | "setsockopt";

/** A value of an option as `sockets/` has it. */
export type OptionInput = number | CheckedStructure | undefined;

function rowOf(level: number, name: number): OptionRow {
  const row = optionRow(level, name);
  assert(row !== undefined, "An option that is read or set has a row in the option table.");
  return row;
}

function platformOption(context: KernelContext, row: OptionRow, call: Call): PlatformOption {
  const option = context.options.option(row.level, row.name);
  if (option !== undefined) return option;
  throw systemError("ENOPROTOOPT", call, { message: `the system has no ${row.text}` });
}

/** Values in the fixed numbers of RFC 6458's constants, of which the system lacks one. */
function unknownValue(row: OptionRow, call: Call): Error {
  return systemError("EINVAL", call, { message: `the system does not know such a value of ${row.text}` });
}

/**
 * Reads an option from the kernel.
 *
 * @param id - the addon's id of the descriptor
 * @returns the value, or the system's negative error
 */
export function tryReadOption(
  context: KernelContext,
  id: number,
  [level, name]: readonly [number, number],
  argument?: OptionInput,
): unknown {
  const row = rowOf(level, name);
  const option = platformOption(context, row, "getsockopt");
  const bytes = context.options.encode(row, argument, LIST_ITEMS_MAX);
  if (bytes === undefined) throw unknownValue(row, "getsockopt");
  const answer = context.addon.getsockopt(id, option.level, option.name, bytes);
  return answer < 0 ? new SystemAnswer(answer) : context.options.decode(row, bytes);
}

/** A system call's error, where a value would else stand. */
export class SystemAnswer {
  /** The negative error number. */
  readonly answer: number;

  constructor(answer: number) {
    this.answer = answer;
  }
}

/**
 * Reads an option from the kernel.
 *
 * @throws what the system says
 */
export function readOption(
  context: KernelContext,
  id: number,
  option: readonly [number, number],
  argument?: OptionInput,
): unknown {
  const value = tryReadOption(context, id, option, argument);
  if (value instanceof SystemAnswer)
    throw optionFailure(context, value.answer, "getsockopt", rowOf(...option));
  return value;
}

/**
 * Sets an option in the kernel.
 *
 * @throws what the system says
 */
export function writeOption(
  context: KernelContext,
  id: number,
  [level, name]: readonly [number, number],
  value: OptionInput,
): void {
  const row = rowOf(level, name);
  const option = platformOption(context, row, "setsockopt");
  // Linux takes the null key of SCTP_AUTH_KEY only where one byte of a key has room.
  const bytes = context.options.encode(row, value, 1);
  if (bytes === undefined) throw unknownValue(row, "setsockopt");
  const answer = context.addon.setsockopt(id, option.level, option.name, bytes);
  if (answer < 0) throw optionFailure(context, answer, "setsockopt", row);
}

/**
 * Sets an option in the kernel, and in any further descriptor that a one-to-one socket may get.
 *
 * @param key - what a later call sets in the place of this one
 * @throws what the system says
 */
export function writeAndRemember(
  state: KernelSocketState,
  option: readonly [level: number, name: number],
  value: OptionInput,
  key: string = option.join(),
): void {
  const { context } = state;
  const apply = (id: number): void => writeOption(context, id, option, value);
  apply(state.id);
  state.rememberOption(key, apply);
}

function optionFailure(context: KernelContext, answer: number, call: Call, row: OptionRow): Error {
  // RFC 6458 §8 and RFC 7829 §7.2 know EINVAL only.
  if (context.codeOf(answer) === "ENOENT") {
    return systemError("EINVAL", call, { message: "it is no address of the association's peer" });
  }
  // RFC 6458 §8.1.27: what Linux says of SCTP_REUSE_PORT on a socket that is bound.
  if (context.codeOf(answer) === "EFAULT") {
    return systemError("EINVAL", call, { message: "it is set before the socket is bound" });
  }
  const details: SystemErrorDetails | undefined =
    context.codeOf(answer) === "EINVAL" && row.association?.rule === "association"
      ? { message: "there is no association" }
      : undefined;
  return context.failure(answer, call, details);
}

/** Takes the error that waits on a socket (POSIX's SO_ERROR): the system's positive number, or 0. */
export function takeSocketError(context: KernelContext, id: number): number {
  const value = tryReadOption(context, id, [SOL_SOCKET, SO_ERROR]);
  return typeof value === "number" ? value : 0;
}

/**
 * Whether both sides of an association have address reconfiguration (RFC 5061), by an option that FreeBSD has and Linux
 * too.
 *
 * @param assocId - 0 asks whether it is on for associations to come, but on a one-to-one socket for the one that it has
 */
export function addressesMayChange(state: KernelSocketState, assocId: number): boolean {
  return isSupported(state, "SCTP_ASCONF_SUPPORTED", assocId);
}

/**
 * What an option says that tells by a `sctp_assoc_value` of the support for an extension, and need not be in the option
 * table. Where the system has no such option, or no such association any more, there is none.
 *
 * @param name - the system's name of the option
 */
export function isSupported({ context, id }: KernelSocketState, name: string, assocId: number): boolean {
  const { addon } = context;
  const option = addon.constants[name];
  const level = addon.constants["IPPROTO_SCTP"];
  if (option === undefined || level === undefined) return false;
  const struct = structOf(addon, "sctp_assoc_value");
  const bytes = new Uint8Array(struct.sizeBytes);
  struct.integer("assoc_id", "signed").write(viewOf(bytes), 0, assocId);
  if (addon.getsockopt(id, level, option, bytes) < 0) return false;
  return struct.integer("assoc_value", "unsigned").read(viewOf(bytes), 0) !== 0;
}

/** RFC 6458 §8.2.6: the ids of a one-to-many socket's associations, also of those that are not known yet. */
export function associationIds({ context, id }: KernelSocketState): number[] {
  const { addon } = context;
  const option = addon.constants["SCTP_GET_ASSOC_ID_LIST"] as number;
  const level = addon.constants["IPPROTO_SCTP"] as number;
  const struct = structOf(addon, "sctp_assoc_ids");
  const count = struct.integer("gaids_number_of_ids", "unsigned");
  const start = struct.place("gaids_assoc_id").offsetBytes;
  for (let room = ASSOCIATIONS_AT_FIRST; ; room *= 4) {
    const bytes = new Uint8Array(start + room * Int32Array.BYTES_PER_ELEMENT);
    const answer = addon.getsockopt(id, level, option, bytes);
    const isTooSmall = answer < 0 && room < ASSOCIATIONS_MAX;
    if (isTooSmall) continue;
    if (answer < 0) return [];
    const view = viewOf(bytes);
    const ids = Array.from({ length: count.read(view, 0) }, (_, index) =>
      view.getInt32(start + index * Int32Array.BYTES_PER_ELEMENT, LITTLE_ENDIAN),
    );
    return ids;
  }
}
