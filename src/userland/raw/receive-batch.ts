import type { Addon } from "../../native/addon.js";
import type { AncillaryData } from "../../native/ancillary-data.js";
import {
  BATCH_CHECKSUMS,
  BATCH_IP_HEADERS,
  CHECKSUM_WRONG,
  CUT_SHORT,
  RECEIVE_ADDRESS_BYTES,
  RECEIVE_ROW_LENGTH,
  ReceiveRow,
} from "../../native/packet-batch.js";
import { LITTLE_ENDIAN } from "../../base/byte-order.js";
import { createPacketRecord, type PacketRecord } from "../../wire/packet-record.js";
import type { AddressCache } from "../ip/address-cache.js";
import type { IpVersion } from "../ip/ip-version.js";
import { readScope } from "../ip/sockaddr.js";

/** How many packets one system call brings at most. */
export const RECEIVE_BATCH_PACKETS = 32;
/** Room for the largest IP packet: the system puts fragments together before it hands a packet out. */
const DATA_BYTES = 65_536;
/** Room for a `sockaddr_in6`, an `in6_pktinfo` with its header, and what an administrator may have switched on. */
const ADDRESS_BYTES: number = RECEIVE_ADDRESS_BYTES + 96;

/** Where the addresses stand in an IPv4 header. */
const IPV4_SOURCE_OFFSET = 12;
const IPV4_DESTINATION_OFFSET = 16;

/**
 * The memory that packets are received into, and the records that tell of them. All sockets of one RawIp share it.
 */
export class ReceiveBatch {
  private readonly addon: Addon;
  private readonly ancillary: AncillaryData;
  private readonly cache: AddressCache;
  /** Pages that no packet has needed cost nothing. */
  private readonly slab = new Uint8Array(RECEIVE_BATCH_PACKETS * DATA_BYTES);
  private readonly addresses = new Uint8Array(RECEIVE_BATCH_PACKETS * ADDRESS_BYTES);
  private readonly view = new DataView(this.addresses.buffer);
  private readonly rows = new Int32Array(RECEIVE_BATCH_PACKETS * RECEIVE_ROW_LENGTH);
  private readonly pool: PacketRecord[] = [];
  private readonly packets: PacketRecord[] = [];

  constructor(addon: Addon, ancillary: AncillaryData, cache: AddressCache) {
    this.addon = addon;
    this.ancillary = ancillary;
    this.cache = cache;
    for (let index = 0; index < RECEIVE_BATCH_PACKETS; index += 1) this.pool.push(createPacketRecord());
  }

  /** The packets of the last {@link ReceiveBatch.receive}; valid until the next. */
  get received(): readonly PacketRecord[] {
    return this.packets;
  }

  /** Receives what there is, with one call; answers how many packets the system had, or its negative errno. */
  receive(id: number, version: IpVersion): number {
    const { addon, rows, slab, addresses } = this;
    // An IPv4 raw socket hands out the IP header too; an IPv6 one what follows the headers.
    const flags = version.family === 4 ? BATCH_CHECKSUMS | BATCH_IP_HEADERS : BATCH_CHECKSUMS;
    this.packets.length = 0;
    const count = addon.receiveBatch(id, slab, rows, addresses, RECEIVE_BATCH_PACKETS, flags);
    for (let index = 0; index < count; index += 1) {
      const row = index * RECEIVE_ROW_LENGTH;
      const rowFlags = rows[row + ReceiveRow.flags] as number;
      if ((rowFlags & CUT_SHORT) !== 0) continue;
      const packet = this.pool[index] as PacketRecord;
      packet.slab = slab;
      packet.offsetBytes = rows[row + ReceiveRow.dataOffset] as number;
      packet.lengthBytes = rows[row + ReceiveRow.dataBytes] as number;
      packet.hasWrongChecksum = (rowFlags & CHECKSUM_WRONG) !== 0;
      const message = rows[row + ReceiveRow.message] as number;
      if (version.family === 4) this.readIpv4(packet, message);
      else this.readIpv6(packet, message, version);
      this.packets.push(packet);
    }
    return count;
  }

  /** The header before an IPv4 packet tells both addresses. */
  private readIpv4(packet: PacketRecord, message: number): void {
    const { slab, cache } = this;
    const start = message * DATA_BYTES;
    packet.source = cache.find(slab, start + IPV4_SOURCE_OFFSET, 4, 0);
    packet.destination = cache.find(slab, start + IPV4_DESTINATION_OFFSET, 4, 0);
  }

  /** The destination of an IPv6 packet comes as ancillary data (RFC 3542 §6). */
  private readIpv6(packet: PacketRecord, message: number, version: IpVersion): void {
    const { addresses, view, cache } = this;
    const { sockaddr, packetInfo } = version;
    const address = message * ADDRESS_BYTES;
    const scope = readScope(version, view, address);
    packet.source = cache.find(addresses, address + sockaddr.addressOffset, 16, scope);
    const control = address + RECEIVE_ADDRESS_BYTES;
    const info = this.ancillary.find(view, control, address + ADDRESS_BYTES, packetInfo);
    packet.destination = undefined;
    if (info < 0) return;
    const interfaceNumber = view.getUint32(info + packetInfo.interfaceOffset, LITTLE_ENDIAN);
    packet.destination = cache.find(addresses, info + packetInfo.destinationOffset, 16, interfaceNumber);
  }
}
