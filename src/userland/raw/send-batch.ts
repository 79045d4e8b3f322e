import type { Addon } from "../../native/addon.js";
import type { AncillaryData } from "../../native/ancillary-data.js";
import { BATCH_CHECKSUMS, SEND_ROW_LENGTH, SendRow } from "../../native/packet-batch.js";
import { LITTLE_ENDIAN } from "../../base/byte-order.js";
import { scopeOf } from "../../sockets/sockaddr-storage.js";
import type { PacketRecord } from "../../wire/packet-record.js";
import type { IpVersion } from "../ip/ip-version.js";
import { writeAddressBytes, writeSockaddr } from "../ip/sockaddr.js";

/** How many packets one system call takes at most. */
const SEND_BATCH_PACKETS = 128;
/** Room for a `sockaddr_in6`, an `in6_pktinfo` and a traffic class. */
const WAY_BYTES = 128;

/** RFC 2474 §3: the DSCP is the upper 6 bits of its byte. */
const DSCP_SHIFT = 2;

/** The rows that tell the addon of packets, and the addresses and ancillary data that they leave with. */
export class SendBatch {
  private readonly addon: Addon;
  private readonly ancillary: AncillaryData;
  private readonly rows = new Int32Array(SEND_BATCH_PACKETS * SEND_ROW_LENGTH);
  private readonly ways = new Uint8Array(SEND_BATCH_PACKETS * WAY_BYTES);
  private readonly view = new DataView(this.ways.buffer);
  private slab: Uint8Array = new Uint8Array(0);

  constructor(addon: Addon, ancillary: AncillaryData) {
    this.addon = addon;
    this.ancillary = ancillary;
  }

  /** Lists packets of one version from `start` on, those that lie in one slab; answers how many, at least one. */
  fill(packets: readonly PacketRecord[], start: number, end: number, version: IpVersion): number {
    const { rows } = this;
    const { slab } = packets[start] as PacketRecord;
    this.slab = slab;
    let last: PacketRecord | undefined;
    let way = 0;
    let controlBytes = 0;
    let count = 0;
    for (; start + count < end && count < SEND_BATCH_PACKETS; count += 1) {
      const packet = packets[start + count] as PacketRecord;
      if (packet.slab !== slab) break;
      // Most packets of a batch go the same way.
      if (last === undefined || !goesLike(packet, last)) {
        way = count * WAY_BYTES;
        controlBytes = this.writeWay(packet, version, way);
        last = packet;
      }
      const row = count * SEND_ROW_LENGTH;
      rows[row + SendRow.dataOffset] = packet.offsetBytes;
      rows[row + SendRow.dataBytes] = packet.lengthBytes;
      rows[row + SendRow.addressOffset] = way;
      rows[row + SendRow.controlBytes] = controlBytes;
    }
    return count;
  }

  /**
   * Sends the packets of the last {@link SendBatch.fill} from `first` on; answers how many left, or a negative errno.
   */
  send(id: number, first: number, count: number): number {
    // Only after a packet that was refused does it begin anywhere but at the beginning.
    const rows = first === 0 ? this.rows : this.rows.subarray(first * SEND_ROW_LENGTH);
    return this.addon.sendBatch(id, this.slab, rows, count - first, this.ways, BATCH_CHECKSUMS);
  }

  /**
   * Writes where a packet goes, and behind it the address that it leaves from and its DSCP (RFC 3542 §6.2, §6.5,
   * ip(7)); answers how long the latter are.
   */
  private writeWay({ destination, source, dscp }: PacketRecord, version: IpVersion, offset: number): number {
    const { ancillary, view, ways } = this;
    const { packetInfo, trafficClass, sockaddr } = version;
    ways.fill(0, offset, offset + sockaddr.sizeBytes);
    if (destination !== undefined) writeSockaddr(destination, version, view, offset);
    const control = offset + sockaddr.sizeBytes;
    let end = control;
    if (source !== undefined) {
      const data = ancillary.begin(view, end, packetInfo);
      writeAddressBytes(source, view, data + packetInfo.sourceOffset);
      if (source.zone !== "") {
        view.setUint32(data + packetInfo.interfaceOffset, scopeOf(source.zone), LITTLE_ENDIAN);
      }
      end += ancillary.spaceBytes(packetInfo.sizeBytes);
    }
    if (dscp !== 0) {
      view.setInt32(ancillary.begin(view, end, trafficClass), dscp << DSCP_SHIFT, LITTLE_ENDIAN);
      end += ancillary.spaceBytes(trafficClass.sizeBytes);
    }
    return end - control;
  }
}

/** Whether two packets have the same addresses and DSCP. */
function goesLike(packet: PacketRecord, last: PacketRecord): boolean {
  const { destination, source, dscp } = packet;
  return destination === last.destination && source === last.source && dscp === last.dscp;
}
