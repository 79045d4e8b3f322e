import type { IpAddress } from "../../base/ip-address.js";
import type { Addon } from "../../native/addon.js";
import {
  BATCH_CHECKSUMS,
  CHECKSUM_WRONG,
  CUT_SHORT,
  RECEIVE_ADDRESS_BYTES,
  RECEIVE_ROW_LENGTH,
  RECEIVE_SEGMENTS_MAX,
  ReceiveRow,
} from "../../native/packet-batch.js";
import { createPacketRecord, type PacketRecord } from "../../wire/packet-record.js";
import type { AddressCache } from "../ip/address-cache.js";
import type { IpVersion } from "../ip/ip-version.js";
import { readScope } from "../ip/sockaddr.js";
import type { UdpSocket } from "../udp-socket.js";

/**
 * How many messages one call takes: 4 runs of packets of up to 64 KiB each. More would spare few calls, and have the
 * peer wait for the answers to all of them.
 */
export const RECEIVE_MESSAGES = 4;
/** What the system puts together is never longer; less room would cut it. Pages that nothing needs cost nothing. */
const MESSAGE_BYTES = 65_536;

/** The memory that packets are received into, and the records that tell of them. All sockets of one owner share it. */
export class ReceiveSlab {
  private readonly addon: Addon;
  private readonly cache: AddressCache;
  private readonly slab = new Uint8Array(RECEIVE_MESSAGES * MESSAGE_BYTES);
  private readonly rows = new Int32Array(RECEIVE_MESSAGES * RECEIVE_SEGMENTS_MAX * RECEIVE_ROW_LENGTH);
  private readonly addresses = new Uint8Array(RECEIVE_MESSAGES * RECEIVE_ADDRESS_BYTES);
  private readonly view = new DataView(this.addresses.buffer);
  private readonly pool: PacketRecord[] = [];
  private readonly packets: PacketRecord[] = [];

  constructor(addon: Addon, cache: AddressCache) {
    this.addon = addon;
    this.cache = cache;
  }

  /** The packets of the last {@link ReceiveSlab.receive}; valid until the next. */
  get received(): readonly PacketRecord[] {
    return this.packets;
  }

  /** Receives what there is, with one call; answers how many messages the system had, or its negative errno. */
  receive(id: number, socket: UdpSocket, version: IpVersion): number {
    const { rows, addresses } = this;
    const count = this.addon.receiveBatch(id, this.slab, rows, addresses, RECEIVE_MESSAGES, BATCH_CHECKSUMS);
    if (count <= 0) {
      this.packets.length = 0;
      return count;
    }
    let message = -1;
    let source: IpAddress | undefined;
    let port = 0;
    let kept = 0;
    for (let row = 0; row < count * RECEIVE_ROW_LENGTH; row += RECEIVE_ROW_LENGTH) {
      const rowMessage = rows[row + ReceiveRow.message] as number;
      if (rowMessage !== message) {
        message = rowMessage;
        source = this.sourceOf(message, version);
        port = this.view.getUint16(message * RECEIVE_ADDRESS_BYTES + version.sockaddr.portOffset);
      }
      const flags = rows[row + ReceiveRow.flags] as number;
      // RFC 6951 §5.4: nobody could be answered at port 0.
      if ((flags & CUT_SHORT) !== 0 || port === 0) continue;
      const packet = this.recordAt(kept);
      kept += 1;
      packet.slab = this.slab;
      packet.offsetBytes = rows[row + ReceiveRow.dataOffset] as number;
      packet.lengthBytes = rows[row + ReceiveRow.dataBytes] as number;
      packet.source = source;
      packet.sourceUdpPort = port;
      packet.destination = socket.address;
      packet.destinationUdpPort = socket.port;
      packet.hasWrongChecksum = (flags & CHECKSUM_WRONG) !== 0;
    }
    // Setting it costs a call of V8 itself, even where nothing changes.
    if (this.packets.length !== kept) this.packets.length = kept;
    return message + 1;
  }

  private sourceOf(message: number, version: IpVersion): IpAddress {
    const offset = message * RECEIVE_ADDRESS_BYTES;
    const { sockaddr, addressBytes } = version;
    const scope = readScope(version, this.view, offset);
    return this.cache.find(this.addresses, offset + sockaddr.addressOffset, addressBytes, scope);
  }

  /** The record at a place of the batch, which stays the same one. */
  private recordAt(index: number): PacketRecord {
    let record = this.pool[index];
    if (record === undefined) {
      record = createPacketRecord();
      this.pool.push(record);
    }
    this.packets[index] = record;
    return record;
  }
}
