import type { IpAddress } from "../../base/ip-address.js";
import { BATCH_MAX, type Addon } from "../../native/addon.js";
import { SEND_ROW_LENGTH, SendRow } from "../../native/packet-batch.js";
import type { PacketRecord } from "../../wire/packet-record.js";
import type { IpVersion } from "../ip/ip-version.js";
import { writeSockaddr } from "../ip/sockaddr.js";

/** How many addresses one call takes; packets to more destinations leave with several. */
const ADDRESSES_MAX = 256;

/** The rows that tell the addon of packets, which stay where they are. All sockets of one owner share them. */
export class SendRows {
  private readonly addon: Addon;
  private readonly rows = new Int32Array(BATCH_MAX * SEND_ROW_LENGTH);
  private readonly addresses: Uint8Array;
  private readonly view: DataView;
  private slab: Uint8Array = new Uint8Array(0);
  /** What was written last, at {@link SendRows.lastOffset}: most packets go where the one before went. */
  private lastDestination: IpAddress | undefined;
  private lastPort = 0;
  private lastOffset = 0;

  constructor(addon: Addon, sockaddrBytesMax: number) {
    this.addon = addon;
    this.addresses = new Uint8Array(ADDRESSES_MAX * sockaddrBytesMax);
    this.view = new DataView(this.addresses.buffer);
  }

  /**
   * Lists packets from `start` on, those that lie in one slab; answers how many. None: the first goes to no address of
   * this version.
   */
  fill(packets: readonly PacketRecord[], start: number, end: number, version: IpVersion): number {
    const { rows } = this;
    const { slab } = packets[start] as PacketRecord;
    this.slab = slab;
    this.forgetAllButFirst();
    const limit = Math.min(end, start + BATCH_MAX);
    let row = 0;
    let next = start;
    for (; next < limit; next += 1) {
      const packet = packets[next] as PacketRecord;
      if (packet.slab !== slab) break;
      if (packet.destination !== this.lastDestination || packet.destinationUdpPort !== this.lastPort) {
        if (!this.addAddress(packet, version)) break;
      }
      rows[row + SendRow.dataOffset] = packet.offsetBytes;
      rows[row + SendRow.dataBytes] = packet.lengthBytes;
      rows[row + SendRow.addressOffset] = this.lastOffset;
      row += SEND_ROW_LENGTH;
    }
    return next - start;
  }

  /** Sends packets of the last {@link SendRows.fill} from `first` on; answers how many left, or a negative errno. */
  send(id: number, first: number, count: number, flags: number): number {
    // Only after a packet that was refused does it begin anywhere but at the beginning.
    const rows = first === 0 ? this.rows : this.rows.subarray(first * SEND_ROW_LENGTH);
    return this.addon.sendBatch(id, this.slab, rows, count - first, this.addresses, flags);
  }

  /** The first address of the last call often is the first of the next; a zone's number may have changed since. */
  private forgetAllButFirst(): void {
    if (this.lastOffset === 0 && this.lastDestination?.zone === "") return;
    this.lastDestination = undefined;
    this.lastOffset = 0;
  }

  private addAddress({ destination, destinationUdpPort }: PacketRecord, version: IpVersion): boolean {
    const { sizeBytes, portOffset } = version.sockaddr;
    const offset = this.lastDestination === undefined ? 0 : this.lastOffset + sizeBytes;
    if (destination?.family !== version.family || offset + sizeBytes > this.addresses.length) return false;
    this.addresses.fill(0, offset, offset + sizeBytes);
    writeSockaddr(destination, version, this.view, offset);
    this.view.setUint16(offset + portOffset, destinationUdpPort);
    this.lastDestination = destination;
    this.lastPort = destinationUdpPort;
    this.lastOffset = offset;
    return true;
  }
}
