import { type Addon, Row, ROW_LENGTH } from "../../native/addon.js";
import type { AncillaryData } from "../../native/ancillary-data.js";
import { LITTLE_ENDIAN } from "../../base/byte-order.js";
import { createPacketRecord, type PacketRecord } from "../../wire/packet-record.js";
import type { AddressCache } from "../ip/address-cache.js";
import type { IpVersion } from "../ip/ip-version.js";
import { readScope } from "../ip/sockaddr.js";

/** How many packets one system call brings at most. */
export const RECEIVE_BATCH_PACKETS = 32;
/** Room for the largest IP packet: the system puts fragments together before it hands a packet out. */
const DATA_BYTES = 65_536;
/** Room for a `sockaddr_in6`. */
const ADDRESS_BYTES = 32;
/** Room for an `in6_pktinfo` with its header, and for what an administrator may have switched on beside it. */
const CONTROL_BYTES = 96;
const STRIDE_BYTES: number = DATA_BYTES + ADDRESS_BYTES + CONTROL_BYTES;

/** Where the addresses stand in an IPv4 header, and the version and length of the header. */
const IPV4_VERSION_OFFSET = 0;
const IPV4_SOURCE_OFFSET = 12;
const IPV4_DESTINATION_OFFSET = 16;

/**
 * The memory that packets are received into, and the records that tell of them. All sockets of one RawIp share it.
 */
export class ReceiveBatch {
  private readonly addon: Addon;
  private readonly ancillary: AncillaryData;
  private readonly cache: AddressCache;
  private readonly truncated: number;
  /** Pages that no packet has needed cost nothing. */
  private readonly slab = new Uint8Array(RECEIVE_BATCH_PACKETS * STRIDE_BYTES);
  private readonly view = new DataView(this.slab.buffer);
  private readonly rows = new Int32Array(RECEIVE_BATCH_PACKETS * ROW_LENGTH);
  private readonly pool: PacketRecord[] = [];
  private readonly packets: PacketRecord[] = [];

  constructor(addon: Addon, ancillary: AncillaryData, cache: AddressCache) {
    this.addon = addon;
    this.ancillary = ancillary;
    this.cache = cache;
    this.truncated = addon.constants["MSG_TRUNC"] ?? 0;
    for (let index = 0; index < RECEIVE_BATCH_PACKETS; index += 1) this.pool.push(createPacketRecord());
  }

  /** The packets of the last {@link ReceiveBatch.receive}; valid until the next. */
  get received(): readonly PacketRecord[] {
    return this.packets;
  }

  /** Receives what there is, with one call; answers how many packets the system had, or its negative errno. */
  receive(id: number, version: IpVersion): number {
    const { rows } = this;
    for (let index = 0; index < RECEIVE_BATCH_PACKETS; index += 1) {
      const row = index * ROW_LENGTH;
      const start = index * STRIDE_BYTES;
      rows[row + Row.dataOffset] = start;
      rows[row + Row.dataBytes] = DATA_BYTES;
      rows[row + Row.addressOffset] = start + DATA_BYTES;
      rows[row + Row.addressBytes] = ADDRESS_BYTES;
      rows[row + Row.controlOffset] = start + DATA_BYTES + ADDRESS_BYTES;
      rows[row + Row.controlBytes] = CONTROL_BYTES;
    }
    this.packets.length = 0;
    const count = this.addon.recvmmsg(id, this.slab, rows, RECEIVE_BATCH_PACKETS, 0);
    for (let index = 0; index < count; index += 1) {
      const packet = this.pool[index] as PacketRecord;
      const row = index * ROW_LENGTH;
      if (((rows[row + Row.flags] ?? 0) & this.truncated) !== 0) continue;
      const isWhole = version.family === 4 ? this.readIpv4(packet, row) : this.readIpv6(packet, row, version);
      if (isWhole) this.packets.push(packet);
    }
    return count;
  }

  /** An IPv4 raw socket hands out the IP header too, with both addresses. */
  private readIpv4(packet: PacketRecord, row: number): boolean {
    const { slab, rows } = this;
    const start = rows[row + Row.dataOffset] ?? 0;
    const lengthBytes = rows[row + Row.dataBytes] ?? 0;
    const headerBytes = ((slab[start + IPV4_VERSION_OFFSET] ?? 0) & 0x0f) * 4;
    if (headerBytes < 20 || lengthBytes < headerBytes) return false;
    packet.slab = slab;
    packet.offsetBytes = start + headerBytes;
    packet.lengthBytes = lengthBytes - headerBytes;
    packet.source = this.cache.find(slab, start + IPV4_SOURCE_OFFSET, 4, 0);
    packet.destination = this.cache.find(slab, start + IPV4_DESTINATION_OFFSET, 4, 0);
    return true;
  }

  /** An IPv6 raw socket hands out what follows the headers; the destination comes as ancillary data (RFC 3542 §6). */
  private readIpv6(packet: PacketRecord, row: number, version: IpVersion): boolean {
    const { slab, rows, view } = this;
    const { sockaddr, packetInfo } = version;
    const address = rows[row + Row.addressOffset] ?? 0;
    const control = rows[row + Row.controlOffset] ?? 0;
    const controlEnd = control + (rows[row + Row.controlBytes] ?? 0);
    const info = this.ancillary.find(view, control, controlEnd, packetInfo);
    packet.slab = slab;
    packet.offsetBytes = rows[row + Row.dataOffset] ?? 0;
    packet.lengthBytes = rows[row + Row.dataBytes] ?? 0;
    const scope = readScope(version, view, address);
    packet.source = this.cache.find(slab, address + sockaddr.addressOffset, 16, scope);
    packet.destination = undefined;
    if (info >= 0) {
      const interfaceNumber = view.getUint32(info + packetInfo.interfaceOffset, LITTLE_ENDIAN);
      packet.destination = this.cache.find(slab, info + packetInfo.destinationOffset, 16, interfaceNumber);
    }
    return true;
  }
}
