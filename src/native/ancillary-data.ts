import { LITTLE_ENDIAN } from "../base/byte-order.js";
import type { Addon } from "./addon.js";

/** A kind of piece: what a structure is known by that travels beside messages. */
export interface AncillaryKind {
  /** `cmsg_level`. */
  readonly level: number;
  /** `cmsg_type`. */
  readonly type: number;
  /** The size of the structure, bytes. */
  readonly sizeBytes: number;
}

/** Ancillary data as the platform lays it out (`cmsghdr` and the `CMSG_…` macros, RFC 3542 §20). */
export class AncillaryData {
  private readonly headerBytes: number;
  private readonly alignmentBytes: number;
  private readonly lengthOffset: number;
  private readonly lengthSizeBytes: number;
  private readonly levelOffset: number;
  private readonly typeOffset: number;

  constructor({ constants, structures }: Pick<Addon, "constants" | "structures">) {
    const fields = structures["cmsghdr"]?.fields ?? {};
    const space0 = constants["CMSG_SPACE(0)"] ?? 0;
    this.headerBytes = constants["CMSG_LEN(0)"] ?? 0;
    this.alignmentBytes = (constants["CMSG_SPACE(1)"] ?? 0) - space0;
    this.lengthOffset = fields["cmsg_len"]?.offsetBytes ?? 0;
    this.lengthSizeBytes = fields["cmsg_len"]?.sizeBytes ?? 0;
    this.levelOffset = fields["cmsg_level"]?.offsetBytes ?? 0;
    this.typeOffset = fields["cmsg_type"]?.offsetBytes ?? 0;
  }

  /** How many bytes a piece with so much data takes, up to where the next one begins. */
  spaceBytes(dataBytes: number): number {
    return this.headerBytes + Math.ceil(dataBytes / this.alignmentBytes) * this.alignmentBytes;
  }

  /** Writes a piece whose data is zeros, whatever stood there before, and answers where its data begins. */
  begin(view: DataView, offset: number, { level, type, sizeBytes }: AncillaryKind): number {
    const end = offset + this.spaceBytes(sizeBytes);
    for (let at = offset; at < end; at += 1) view.setUint8(at, 0);
    view.setUint32(this.lowHalf(offset), this.headerBytes + sizeBytes, LITTLE_ENDIAN);
    view.setInt32(offset + this.levelOffset, level, LITTLE_ENDIAN);
    view.setInt32(offset + this.typeOffset, type, LITTLE_ENDIAN);
    return offset + this.headerBytes;
  }

  /** Where the data of the first whole piece of a kind begins, in what came from the system; -1 without one. */
  find(view: DataView, start: number, end: number, { level, type, sizeBytes }: AncillaryKind): number {
    for (let offset = start; offset + this.headerBytes <= end; ) {
      const lengthBytes = view.getUint32(this.lowHalf(offset), LITTLE_ENDIAN);
      if (lengthBytes < this.headerBytes || offset + lengthBytes > end) return -1;
      const isWanted =
        view.getInt32(offset + this.typeOffset, LITTLE_ENDIAN) === type &&
        view.getInt32(offset + this.levelOffset, LITTLE_ENDIAN) === level &&
        lengthBytes >= this.headerBytes + sizeBytes;
      if (isWanted) return offset + this.headerBytes;
      offset += this.spaceBytes(lengthBytes - this.headerBytes);
    }
    return -1;
  }

  /** Where the 32 bits of a `cmsg_len` stand that count: a length of 64 bits is never near 2^32. */
  private lowHalf(offset: number): number {
    const isUpper = this.lengthSizeBytes === 8 && !LITTLE_ENDIAN;
    return offset + this.lengthOffset + (isUpper ? 4 : 0);
  }
}
