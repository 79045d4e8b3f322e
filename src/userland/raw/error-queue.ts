import type { Addon } from "../../native/addon.js";
import type { AncillaryData } from "../../native/ancillary-data.js";
import { LITTLE_ENDIAN } from "../../base/byte-order.js";
import { icmpKind } from "../../stack/icmp-message.js";
import type { LowerLayerError } from "../lower-layer.js";
import type { AddressCache } from "../ip/address-cache.js";
import type { IpVersion } from "../ip/ip-version.js";
import { readScope } from "../ip/sockaddr.js";

/** How much of a packet is taken: more than the stack looks at. */
const QUOTED_BYTES = 128;
const ADDRESS_BYTES = 128;
/** Room for a `sock_extended_err` with the address behind it, and for a packet's own ancillary data. */
const CONTROL_BYTES = 512;

/** A socket's error queue (`IP_RECVERR`, ip(7)): the ICMP messages about packets that it has sent. */
export class ErrorQueue {
  private readonly addon: Addon;
  private readonly ancillary: AncillaryData;
  private readonly cache: AddressCache;
  private readonly quoted = new Uint8Array(QUOTED_BYTES);
  private readonly address = new Uint8Array(ADDRESS_BYTES);
  private readonly control = new Uint8Array(CONTROL_BYTES);
  private readonly controlView = new DataView(this.control.buffer);
  private readonly lengths = new Int32Array(3);

  constructor(addon: Addon, ancillary: AncillaryData, cache: AddressCache) {
    this.addon = addon;
    this.ancillary = ancillary;
    this.cache = cache;
  }

  /**
   * Takes the first entry.
   *
   * @returns what it says, its bytes valid until the next call; "ignored" for one that says nothing of a packet's
   * fate, `undefined` when the queue is empty
   */
  take(id: number, version: IpVersion): LowerLayerError | "ignored" | undefined {
    const { addon, quoted, address, control, lengths } = this;
    const flags = addon.constants["MSG_ERRQUEUE"] ?? 0;
    const quotedLength = addon.recvmsg(id, quoted, address, control, flags, lengths);
    if (quotedLength < 0) return undefined;
    const [addressLength = 0, controlLength = 0] = lengths;
    const { family, extendedError, sockaddr } = version;
    const error = this.ancillary.find(this.controlView, 0, controlLength, extendedError);
    if (error < 0 || addressLength < sockaddr.sizeBytes) return "ignored";
    // What the own host says of a packet (SO_EE_ORIGIN_LOCAL) was the answer of the call that sent it.
    if (control[error + extendedError.originOffset] !== extendedError.icmpOrigin) return "ignored";
    const { typeOffset, codeOffset } = extendedError;
    const kind = icmpKind(family, control[error + typeOffset] ?? 0, control[error + codeOffset] ?? 0);
    if (kind === undefined) return "ignored";
    const scope = readScope(version, new DataView(address.buffer), 0);
    const info = this.controlView.getUint32(error + extendedError.infoOffset, LITTLE_ENDIAN);
    return {
      kind,
      source: undefined,
      destination: this.cache.find(address, sockaddr.addressOffset, version.addressBytes, scope),
      destinationUdpPort: 0,
      cause: undefined,
      mtuBytes: kind === "packet too big" ? info : 0,
      quotedBytes: quoted.subarray(0, Math.min(quotedLength, QUOTED_BYTES)),
    };
  }
}
