import type { IpAddress } from "../../base/ip-address.js";
import { type Addon, Row, ROW_LENGTH } from "../../native/addon.js";
import type { AncillaryData } from "../../native/ancillary-data.js";
import { LITTLE_ENDIAN } from "../../base/byte-order.js";
import { scopeOf } from "../../sockets/sockaddr-storage.js";
import { copyInto } from "../../wire/bytes.js";
import type { PacketRecord } from "../../wire/packet-record.js";
import type { IpVersion } from "./ip-version.js";
import { writeAddressBytes, writeSockaddr } from "./sockaddr.js";

/** How many packets one system call takes at most. */
const SEND_BATCH_PACKETS = 64;
/** Room for addresses and packets: four of the largest, or 64 of 4 KiB. */
const SLAB_BYTES: number = 4 * 65_536 + SEND_BATCH_PACKETS * 128;

/** The memory that packets are sent from: the system wants them with their addresses in one piece. */
export class SendBatch {
  private readonly addon: Addon;
  private readonly ancillary: AncillaryData;
  private readonly slab = new Uint8Array(SLAB_BYTES);
  private readonly view = new DataView(this.slab.buffer);
  private readonly rows = new Int32Array(SEND_BATCH_PACKETS * ROW_LENGTH);
  private usedBytes = 0;
  /** What was written last, because most packets of a batch go the same way. */
  private lastDestination: IpAddress | undefined;
  private lastSource: IpAddress | undefined;

  constructor(addon: Addon, ancillary: AncillaryData) {
    this.addon = addon;
    this.ancillary = ancillary;
  }

  /** Lays out packets of one version from `start` on, as many as there is room for; answers how many. */
  fill(packets: readonly PacketRecord[], start: number, end: number, version: IpVersion): number {
    this.usedBytes = 0;
    this.lastDestination = undefined;
    this.lastSource = undefined;
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
    const { destination, source } = packet;
    const row = index * ROW_LENGTH;
    const addressBytes = version.sockaddr.sizeBytes;
    const controlBytes = source === undefined ? 0 : this.ancillary.spaceBytes(version.packetInfo.sizeBytes);
    if (this.usedBytes + addressBytes + controlBytes + packet.lengthBytes > slab.length) return false;
    if (destination === undefined) return false;
    if (index > 0 && destination === this.lastDestination && source === this.lastSource) {
      rows[row + Row.addressOffset] = rows[row - ROW_LENGTH + Row.addressOffset] ?? 0;
      rows[row + Row.controlOffset] = rows[row - ROW_LENGTH + Row.controlOffset] ?? 0;
    } else {
      rows[row + Row.addressOffset] = this.take(addressBytes);
      writeSockaddr(destination, version, this.view, rows[row + Row.addressOffset] ?? 0);
      rows[row + Row.controlOffset] = this.take(controlBytes);
      if (source !== undefined) this.writeSource(source, version, rows[row + Row.controlOffset] ?? 0);
      this.lastDestination = destination;
      this.lastSource = source;
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

  /** RFC 3542 §6.2, ip(7): the address that the packet leaves from. */
  private writeSource(source: IpAddress, { packetInfo }: IpVersion, offset: number): void {
    const data = this.ancillary.begin(this.view, offset, packetInfo);
    writeAddressBytes(source, this.view, data + packetInfo.sourceOffset);
    if (source.zone === "") return;
    this.view.setUint32(data + packetInfo.interfaceOffset, scopeOf(source.zone), LITTLE_ENDIAN);
  }

  /** Takes room for something that is written into zeros. */
  private take(lengthBytes: number): number {
    const offset = this.usedBytes;
    this.slab.fill(0, offset, offset + lengthBytes);
    this.usedBytes += lengthBytes;
    return offset;
  }
}
