import { IPPROTO_SCTP, SOL_SOCKET } from "../sockets/constants.js";
import type { OptionRow } from "../sockets/option-row.js";
import { OPTION_TABLE } from "../sockets/option-table.js";
import type { CheckedStructure } from "../sockets/structures.js";
import type { NumberGroup } from "./platform-numbers.js";
import { viewOf } from "./struct-layout.js";
import { type CodecContext, StructureCodec } from "./structure-codec.js";
import { LITTLE_ENDIAN } from "../base/byte-order.js";

/** An option as the system calls name it. */
export interface PlatformOption {
  readonly level: number;
  readonly name: number;
}

/** RFC 6458 §8: options that are numbers are C's `int`, which has as many bytes on every platform that has SCTP. */
const INT_BYTES = Int32Array.BYTES_PER_ELEMENT;

/** The values of socket options in the platform's bytes, by the option table and the platform's layouts. */
export class OptionCodec {
  private readonly context: CodecContext;
  private readonly structures: ReadonlyMap<string, StructureCodec>;

  constructor(context: CodecContext) {
    this.context = context;
    const structures = new Map<string, StructureCodec>();
    for (const { value } of OPTION_TABLE) {
      if (!("structure" in value)) continue;
      structures.set(value.structure.name, new StructureCodec(value.structure, context));
    }
    this.structures = structures;
  }

  /** The platform's numbers of an option of ours; `undefined` where it has none. */
  option(level: number, name: number): PlatformOption | undefined {
    const { numbers } = this.context;
    const group = groupOf(level);
    const platformLevel = numbers.toPlatform("levels", level);
    const platformName = group === undefined ? undefined : numbers.toPlatform(group, name);
    if (platformLevel === undefined || platformName === undefined) return undefined;
    return { level: platformLevel, name: platformName };
  }

  /**
   * The bytes that the system is given.
   *
   * @param value - a whole value, or the fields that say what is asked for; `undefined` is all zeros
   * @returns `undefined` when a value is one that the platform has not
   */
  encode(row: OptionRow, value: number | CheckedStructure | undefined): Uint8Array | undefined {
    const codec = this.codecOf(row);
    if (codec !== undefined) return codec.encode((value ?? {}) as CheckedStructure);
    const bytes = new Uint8Array(INT_BYTES);
    viewOf(bytes).setInt32(0, (value ?? 0) as number, LITTLE_ENDIAN);
    return bytes;
  }

  /** The value in the bytes that the system has answered. */
  decode(row: OptionRow, bytes: Uint8Array): unknown {
    const codec = this.codecOf(row);
    if (codec !== undefined) return codec.decode(bytes);
    const number = viewOf(bytes).getInt32(0, LITTLE_ENDIAN);
    const isSwitch = "number" in row.value && row.value.number.kind === "bool";
    return isSwitch && number !== 0 ? 1 : number;
  }

  private codecOf(row: OptionRow): StructureCodec | undefined {
    return "structure" in row.value ? this.structures.get(row.value.structure.name) : undefined;
  }
}

function groupOf(level: number): NumberGroup | undefined {
  if (level === SOL_SOCKET) return "socketOptions";
  return level === IPPROTO_SCTP ? "sctpOptions" : undefined;
}
