import { assert } from "../base/assert.js";
import { LITTLE_ENDIAN } from "../base/byte-order.js";
import type { Addon, FieldLayout, StructureLayout } from "../native/addon.js";

/** What a platform's headers say: the part of the addon that is data. */
export type PlatformTable = Pick<Addon, "structures" | "constants" | "errnos">;

/** How the integer in a field is to be taken. */
export type IntegerKind = "unsigned" | "signed" | "network order";

/** Two to the power of 32: what the upper half of an integer of 64 bits counts. */
const UPPER_HALF = 2 ** 32;

/** The integer of one field, of whatever size the platform has given it. */
export class IntegerField {
  /** Where it stands in its structure. */
  readonly offsetBytes: number;
  private readonly sizeBytes: number;
  private readonly isSigned: boolean;
  private readonly littleEndian: boolean;

  /** @param where - the structure and the field, for the assertion that it is an integer */
  constructor(layout: FieldLayout, kind: IntegerKind, where: string) {
    assert([1, 2, 4, 8].includes(layout.sizeBytes), `${where} is an integer.`);
    this.offsetBytes = layout.offsetBytes;
    this.sizeBytes = layout.sizeBytes;
    this.isSigned = kind === "signed";
    this.littleEndian = kind === "network order" ? false : LITTLE_ENDIAN;
  }

  /** @param base - where the structure begins in the view */
  read(view: DataView, base: number): number {
    const offset = base + this.offsetBytes;
    switch (this.sizeBytes) {
      case 1:
        return this.isSigned ? view.getInt8(offset) : view.getUint8(offset);
      case 2:
        return this.isSigned
          ? view.getInt16(offset, this.littleEndian)
          : view.getUint16(offset, this.littleEndian);
      case 4:
        return this.isSigned
          ? view.getInt32(offset, this.littleEndian)
          : view.getUint32(offset, this.littleEndian);
      default: {
        const [lower, upper] = this.littleEndian ? [offset, offset + 4] : [offset + 4, offset];
        return (
          view.getUint32(upper, this.littleEndian) * UPPER_HALF + view.getUint32(lower, this.littleEndian)
        );
      }
    }
  }

  /** @param base - where the structure begins in the view */
  write(view: DataView, base: number, value: number): void {
    const offset = base + this.offsetBytes;
    switch (this.sizeBytes) {
      case 1:
        view.setUint8(offset, value);
        break;
      case 2:
        view.setUint16(offset, value, this.littleEndian);
        break;
      case 4:
        view.setUint32(offset, value, this.littleEndian);
        break;
      default: {
        const [lower, upper] = this.littleEndian ? [offset, offset + 4] : [offset + 4, offset];
        view.setUint32(upper, Math.floor(value / UPPER_HALF), this.littleEndian);
        view.setUint32(lower, value % UPPER_HALF, this.littleEndian);
        break;
      }
    }
  }
}

/** One structure of the platform. Asking for what it has not is a mistake of ours, and found when it is loaded. */
export class Struct {
  readonly name: string;
  readonly sizeBytes: number;
  private readonly fields: StructureLayout["fields"];

  constructor(name: string, layout: StructureLayout | undefined) {
    assert(layout !== undefined, `The platform has a struct ${name}.`);
    this.name = name;
    this.sizeBytes = layout.sizeBytes;
    this.fields = layout.fields;
  }

  /** Whether the platform's structure has a field of this name. */
  has(field: string): boolean {
    return Object.hasOwn(this.fields, field);
  }

  /** Where a field stands. */
  place(field: string): FieldLayout {
    const layout = this.fields[field];
    assert(layout !== undefined, `struct ${this.name} has the field ${field} on this platform.`);
    return layout;
  }

  /** A field that holds an integer. */
  integer(field: string, kind: IntegerKind): IntegerField {
    return new IntegerField(this.place(field), kind, `${this.name}.${field}`);
  }

  /** Where a field stands that holds at least so many bytes. */
  bytes(field: string, lengthBytes: number): number {
    const layout = this.place(field);
    assert(layout.sizeBytes >= lengthBytes, `${this.name}.${field} has room for ${lengthBytes} bytes.`);
    return layout.offsetBytes;
  }
}

/** The structure of a name. */
export function structOf(table: PlatformTable, name: string): Struct {
  return new Struct(name, table.structures[name]);
}

/** A view of bytes, wherever they lie. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
