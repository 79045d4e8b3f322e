import { type Addon, Row, ROW_LENGTH } from "../../native/addon.js";
import type { AncillaryData } from "../../native/ancillary-data.js";
import { LITTLE_ENDIAN } from "../../base/byte-order.js";
import { scopeOf } from "../../sockets/sockaddr-storage.js";
import { copyInto } from "../../wire/bytes.js";
import type { PacketRecord } from "../../wire/packet-record.js";
import type { IpVersion } from "../ip/ip-version.js";
import { writeAddressBytes, writeSockaddr } from "../ip/sockaddr.js";

/** How many packets one system call takes at most. */
const SEND_BATCH_PACKETS = 64;
/** Room for addresses and packets: four of the largest, or 64 of 4 KiB. */
const SLAB_BYTES: number = 4 * 65_536 + SEND_BATCH_PACKETS * 128;

/** RFC 2474 §3: the DSCP is the upper 6 bits of its byte. */
const DSCP_SHIFT = 2;

/** The memory that packets are sent from: the system wants them with their addresses in one piece. */
export class SendBatch {
  private readonly addon: Addon;
  private readonly ancillary: AncillaryData;
  private readonly slab = new Uint8Array(SLAB_BYTES);
  private readonly view = new DataView(this.slab.buffer);
  private readonly rows = new Int32Array(SEND_BATCH_PACKETS * ROW_LENGTH);
  private usedBytes = 0;
  /** What was written last, because most packets of a batch go the same way. */
  private last: PacketRecord | undefined;

  constructor(addon: Addon, ancillary: AncillaryData) {
    this.addon = addon;
    this.ancillary = ancillary;
  }

  /** Lays out packets of one version from `start` on, as many as there is room for; answers how many. */
  fill(packets: readonly PacketRecord[], start: number, end: number, version: IpVersion): number {
    this.usedBytes = 0;
    this.last = undefined;
    let count = 0;
    while (start + count < end && count < SEND_BATCH_PACKETS) {
      if (!this.add(packets[start + count] as PacketRecord, count, version)) break;
      count += 1;
    }
    return count;
  }

  /**
   * Sends the packets of the last {@link SendBatch.fill} from `first` on; answers how many left, or a negative errno.
   */
  send(id: number, first: number, count: number): number {
    // Only after a packet that was refused does it begin anywhere but at the beginning.
    const rows = first === 0 ? this.rows : this.rows.subarray(first * ROW_LENGTH);
    return this.addon.sendmmsg(id, this.slab, rows, count - first, 0);
  }

  private add(packet: PacketRecord, index: number, version: IpVersion): boolean {
    const { rows, slab } = this;
    const { destination } = packet;
    const row = index * ROW_LENGTH;
    const addressBytes = version.sockaddr.sizeBytes;
    const controlBytes = this.controlBytes(packet, version);
    if (this.usedBytes + addressBytes + controlBytes + packet.lengthBytes > slab.length) return false;
    if (destination === undefined) return false;
    if (this.last !== undefined && goesLike(packet, this.last)) {
      rows[row + Row.addressOffset] = rows[row - ROW_LENGTH + Row.addressOffset] ?? 0;
      rows[row + Row.controlOffset] = rows[row - ROW_LENGTH + Row.controlOffset] ?? 0;
    } else {
      rows[row + Row.addressOffset] = this.take(addressBytes);
      writeSockaddr(destination, version, this.view, rows[row + Row.addressOffset] ?? 0);
      rows[row + Row.controlOffset] = this.take(controlBytes);
      this.writeControl(packet, version, rows[row + Row.controlOffset] ?? 0);
      this.last = packet;
    }
    rows[row + Row.addressBytes] = addressBytes;
    rows[row + Row.controlBytes] = controlBytes;
    const data = this.usedBytes;
    copyInto(slab, data, packet.slab, packet.offsetBytes, packet.lengthBytes);
    this.usedBytes += packet.lengthBytes;
    rows[row + Row.dataOffset] = data;
    rows[row + Row.dataBytes] = packet.lengthBytes;
    return true;
  }

  private controlBytes({ source, dscp }: PacketRecord, { packetInfo, trafficClass }: IpVersion): number {
    const sourceBytes = source === undefined ? 0 : this.ancillary.spaceBytes(packetInfo.sizeBytes);
    return sourceBytes + (dscp === 0 ? 0 : this.ancillary.spaceBytes(trafficClass.sizeBytes));
  }

  /** RFC 3542 §6.2 and §6.5, ip(7): the address that the packet leaves from, and its DSCP. */
  private writeControl({ source, dscp }: PacketRecord, version: IpVersion, offset: number): void {
    const { ancillary, view } = this;
    const { packetInfo, trafficClass } = version;
    let end = offset;
    if (source !== undefined) {
      const data = ancillary.begin(view, end, packetInfo);
      writeAddressBytes(source, view, data + packetInfo.sourceOffset);
      if (source.zone !== "") {
        view.setUint32(data + packetInfo.interfaceOffset, scopeOf(source.zone), LITTLE_ENDIAN);
      }
      end += ancillary.spaceBytes(packetInfo.sizeBytes);
    }
    if (dscp === 0) return;
    view.setInt32(ancillary.begin(view, end, trafficClass), dscp << DSCP_SHIFT, LITTLE_ENDIAN);
  }

  /** Takes room for something that is written into zeros. */
  private take(lengthBytes: number): number {
    const offset = this.usedBytes;
    this.slab.fill(0, offset, offset + lengthBytes);
    this.usedBytes += lengthBytes;
    return offset;
  }
}

/** Whether two packets have the same addresses and DSCP. */
function goesLike(packet: PacketRecord, last: PacketRecord): boolean {
  const { destination, source, dscp } = packet;
  return destination === last.destination && source === last.source && dscp === last.dscp;
}
