import { IPPROTO_SCTP, SCTP_PEER_ADDR_THLDS, SOL_SOCKET } from "../sockets/constants.js";
import type { OptionRow } from "../sockets/option-row.js";
import { OPTION_TABLE } from "../sockets/option-table.js";
import type { CheckedStructure, Structure } from "../sockets/structures.js";
import type { NumberGroup } from "./platform-numbers.js";
import { viewOf } from "./struct-layout.js";
import { type CodecContext, StructureCodec } from "./structure-codec.js";
import { LITTLE_ENDIAN } from "../base/byte-order.js";

/** An option as the system calls name it. */
export interface PlatformOption {
  readonly level: number;
  readonly name: number;
}

/**
 * RFC 7829 §7.2: Linux had the option without its third threshold first, and has it whole under a name and a number of
 * its own. Where the headers know only the first, there is no option.
 */
const WHOLE_THRESHOLDS = { structure: "sctp_paddrthlds_v2", option: "SCTP_PEER_ADDR_THLDS_V2" } as const;
const THRESHOLDS = "sctp_paddrthlds";

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
      const { structure } = value;
      const platformName = platformStructureName(structure, context);
      // What older headers lack has no number there either.
      if (platformName === undefined) continue;
      structures.set(structure.name, new StructureCodec(structure, context, platformName));
    }
    this.structures = structures;
  }

  /** The platform's numbers of an option of ours; `undefined` where it has none. */
  option(level: number, name: number): PlatformOption | undefined {
    const { numbers } = this.context;
    const group = groupOf(level);
    const platformLevel = numbers.toPlatform("levels", level);
    const isThresholds = level === IPPROTO_SCTP && name === SCTP_PEER_ADDR_THLDS;
    const known = group === undefined ? undefined : numbers.toPlatform(group, name);
    const platformName = isThresholds ? this.thresholdsOption(known) : known;
    if (platformLevel === undefined || platformName === undefined) return undefined;
    return { level: platformLevel, name: platformName };
  }

  /**
   * The bytes that the system is given.
   *
   * @param value - a whole value, or the fields that say what is asked for; `undefined` is all zeros
   * @param roomForItems - how many items the answer may have, where the option has a list
   * @returns `undefined` when a value is one that the platform has not
   */
  encode(
    row: OptionRow,
    value: number | CheckedStructure | undefined,
    roomForItems?: number,
  ): Uint8Array | undefined {
    const codec = this.codecOf(row);
    if (codec !== undefined) return codec.encode((value ?? {}) as CheckedStructure, roomForItems);
    const bytes = new Uint8Array(INT_BYTES);
    viewOf(bytes).setInt32(0, (value ?? 0) as number, LITTLE_ENDIAN);
    return bytes;
  }

  /** The value in the bytes that the system has answered. */
  decode(row: OptionRow, bytes: Uint8Array): unknown {
    const codec = this.codecOf(row);
    if (codec !== undefined) return codec.decode(bytes);
    const kind = "number" in row.value ? row.value.number.kind : "i32";
    if (kind === "u32") return viewOf(bytes).getUint32(0, LITTLE_ENDIAN);
    const number = viewOf(bytes).getInt32(0, LITTLE_ENDIAN);
    return kind === "bool" && number !== 0 ? 1 : number;
  }

  private thresholdsOption(known: number | undefined): number | undefined {
    const { constants } = this.context.table;
    return this.structures.has(THRESHOLDS) ? (constants[WHOLE_THRESHOLDS.option] ?? known) : undefined;
  }

  private codecOf(row: OptionRow): StructureCodec | undefined {
    return "structure" in row.value ? this.structures.get(row.value.structure.name) : undefined;
  }
}

/** The platform's name for a structure of RFC 6458; `undefined` where it has none. */
export function platformStructureName({ name }: Structure, context: CodecContext): string | undefined {
  if (name === THRESHOLDS) return thresholdsOf(context);
  return name in context.table.structures ? name : undefined;
}

/** The platform's name for RFC 7829's structure with all three thresholds; `undefined` where it has none. */
function thresholdsOf({ table: { structures } }: CodecContext): string | undefined {
  if (WHOLE_THRESHOLDS.structure in structures) return WHOLE_THRESHOLDS.structure;
  const isWhole = structures[THRESHOLDS]?.fields["spt_pathcpthld"] !== undefined;
  return isWhole ? THRESHOLDS : undefined;
}

function groupOf(level: number): NumberGroup | undefined {
  if (level === SOL_SOCKET) return "socketOptions";
  return level === IPPROTO_SCTP ? "sctpOptions" : undefined;
}
