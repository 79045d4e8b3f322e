import type { Addon } from "../../native/addon.js";
import { LITTLE_ENDIAN } from "../../sockets/sockaddr-storage.js";

/** Ancillary data as the platform lays it out (`cmsghdr` and the `CMSG_…` macros). */
export class AncillaryData {
  private readonly headerBytes: number;
  private readonly alignmentBytes: number;
  private readonly lengthOffset: number;
  private readonly lengthSizeBytes: number;
  private readonly levelOffset: number;
  private readonly typeOffset: number;

  constructor({ constants, structures }: Addon) {
    const fields = structures["cmsghdr"]?.fields ?? {};
    const space0 = constants["CMSG_SPACE(0)"] ?? 0;
    this.headerBytes = constants["CMSG_LEN(0)"] ?? 0;
    this.alignmentBytes = (constants["CMSG_SPACE(1)"] ?? 0) - space0;
    this.lengthOffset = fields["cmsg_len"]?.offsetBytes ?? 0;
    this.lengthSizeBytes = fields["cmsg_len"]?.sizeBytes ?? 0;
    this.levelOffset = fields["cmsg_level"]?.offsetBytes ?? 0;
    this.typeOffset = fields["cmsg_type"]?.offsetBytes ?? 0;
  }

  /** How many bytes a piece with so much data takes. */
  spaceBytes(dataBytes: number): number {
    return this.headerBytes + this.aligned(dataBytes);
  }

  /** Writes the header of a piece into bytes that are 0, and answers where its data goes. */
  begin(view: DataView, offset: number, level: number, type: number, dataBytes: number): number {
    this.writeLength(view, offset + this.lengthOffset, this.headerBytes + dataBytes);
    view.setInt32(offset + this.levelOffset, level, LITTLE_ENDIAN);
    view.setInt32(offset + this.typeOffset, type, LITTLE_ENDIAN);
    return offset + this.headerBytes;
  }

  /** Where the data of the first piece of a level and type begins, in what came from the system; -1 without one. */
  find(view: DataView, start: number, end: number, level: number, type: number): number {
    for (let offset = start; offset + this.headerBytes <= end; ) {
      const lengthBytes = this.readLength(view, offset + this.lengthOffset);
      if (lengthBytes < this.headerBytes || offset + lengthBytes > end) return -1;
      const isWanted =
        view.getInt32(offset + this.levelOffset, LITTLE_ENDIAN) === level &&
        view.getInt32(offset + this.typeOffset, LITTLE_ENDIAN) === type;
      if (isWanted) return offset + this.headerBytes;
      offset += this.spaceBytes(lengthBytes - this.headerBytes);
    }
    return -1;
  }

  /** A length of 64 bits is never near 2^32. */
  private readLength(view: DataView, offset: number): number {
    return view.getUint32(this.lowHalf(offset), LITTLE_ENDIAN);
  }

  private writeLength(view: DataView, offset: number, value: number): void {
    view.setUint32(this.lowHalf(offset), value, LITTLE_ENDIAN);
  }

  private lowHalf(offset: number): number {
    return this.lengthSizeBytes === 8 && !LITTLE_ENDIAN ? offset + 4 : offset;
  }

  private aligned(lengthBytes: number): number {
    return Math.ceil(lengthBytes / this.alignmentBytes) * this.alignmentBytes;
  }
}
