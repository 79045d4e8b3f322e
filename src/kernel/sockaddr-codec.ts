import { assert } from "../base/assert.js";
import { internIpAddress, ipAddressFromBytes } from "../base/ip-address.js";
import { AF_INET, AF_INET6 } from "../sockets/constants.js";
import { scopeOf, zoneOf } from "../sockets/sockaddr-storage.js";
import type { SctpAddress } from "../sockets/types.js";
import type { PlatformNumbers } from "./platform-numbers.js";
import { type IntegerField, type PlatformTable, structOf, type Struct, viewOf } from "./struct-layout.js";

const FLOWLABEL_MASK = 0xfffff;

/** How many texts of IPv4 addresses are remembered before it starts anew; peers choose them, so it has a bound. */
const TEXTS_MAX = 4096;

/** What `sockaddr_in` and `sockaddr_in6` have in common. */
class SockaddrStruct {
  readonly sizeBytes: number;
  readonly port: IntegerField;
  /** Where the bytes of the IP address stand. */
  readonly addressOffset: number;
  private readonly family: IntegerField;
  private readonly familyNumber: number;
  /** BSD has the length of the structure in it. */
  private readonly length: IntegerField | undefined;

  constructor(struct: Struct, prefix: "sin" | "sin6", addressBytes: 4 | 16, familyNumber: number) {
    this.sizeBytes = struct.sizeBytes;
    this.family = struct.integer(`${prefix}_family`, "unsigned");
    this.familyNumber = familyNumber;
    this.port = struct.integer(`${prefix}_port`, "network order");
    this.addressOffset = struct.bytes(`${prefix}_addr`, addressBytes);
    this.length = struct.has(`${prefix}_len`) ? struct.integer(`${prefix}_len`, "unsigned") : undefined;
  }

  isAt(view: DataView, offset: number): boolean {
    return this.family.read(view, offset) === this.familyNumber;
  }

  writeHeader(view: DataView, offset: number, port: number): void {
    this.family.write(view, offset, this.familyNumber);
    this.length?.write(view, offset, this.sizeBytes);
    this.port.write(view, offset, port);
  }
}

/** Transport addresses as the platform's `sockaddr_in` and `sockaddr_in6`. */
export class SockaddrCodec {
  /** Room for an address of either family. */
  readonly storageBytes: number;
  private readonly ipv4: SockaddrStruct;
  private readonly ipv6: SockaddrStruct;
  private readonly flowinfo: IntegerField;
  private readonly scope: IntegerField;
  private readonly ipv4Texts = new Map<number, string>();

  constructor(table: PlatformTable, numbers: PlatformNumbers) {
    const sockaddrIn6 = structOf(table, "sockaddr_in6");
    const inet = numbers.number("addressFamilies", AF_INET);
    this.ipv4 = new SockaddrStruct(structOf(table, "sockaddr_in"), "sin", 4, inet);
    this.ipv6 = new SockaddrStruct(sockaddrIn6, "sin6", 16, numbers.number("addressFamilies", AF_INET6));
    this.flowinfo = sockaddrIn6.integer("sin6_flowinfo", "network order");
    this.scope = sockaddrIn6.integer("sin6_scope_id", "unsigned");
    this.storageBytes = structOf(table, "sockaddr_storage").sizeBytes;
  }

  /**
   * Writes an address. What stood in the bytes before does not matter.
   *
   * @returns how many bytes its structure has
   */
  write(address: SctpAddress, view: DataView, offset: number): number {
    const ip = internIpAddress(address.address);
    assert(ip !== undefined, "An address that goes to the system is numeric.");
    const struct = ip.family === 4 ? this.ipv4 : this.ipv6;
    struct.writeHeader(view, offset, address.port);
    const start = offset + struct.addressOffset;
    for (let index = 0; index < ip.bytes.length; index += 1) {
      view.setUint8(start + index, ip.bytes[index] as number);
    }
    if (ip.family === 6) {
      this.flowinfo.write(view, offset, address.flowlabel ?? 0);
      this.scope.write(view, offset, ip.zone === "" ? 0 : scopeOf(ip.zone));
    }
    return struct.sizeBytes;
  }

  /**
   * Reads an address.
   *
   * @returns `undefined` when the family is neither IPv4 nor IPv6
   */
  read(view: DataView, offset: number): SctpAddress | undefined {
    if (this.ipv4.isAt(view, offset)) {
      const address = this.ipv4Text(view, offset + this.ipv4.addressOffset);
      return { address, port: this.ipv4.port.read(view, offset), family: "IPv4" };
    }
    if (!this.ipv6.isAt(view, offset)) return undefined;
    const start = view.byteOffset + offset + this.ipv6.addressOffset;
    const { text } = ipAddressFromBytes(new Uint8Array(view.buffer, start, 16));
    const scope = this.scope.read(view, offset);
    const address: SctpAddress = {
      address: scope === 0 ? text : `${text}%${zoneOf(scope)}`,
      port: this.ipv6.port.read(view, offset),
      family: "IPv6",
    };
    const flowlabel = this.flowinfo.read(view, offset) & FLOWLABEL_MASK;
    if (flowlabel !== 0) address.flowlabel = flowlabel;
    return address;
  }

  /** The bytes of one address, exactly as long as its structure. */
  encode(address: SctpAddress): Uint8Array {
    return this.pack([address]);
  }

  /** Addresses one behind the other without gaps, as `sctp_bindx` and `sctp_connectx` take them. */
  pack(addresses: readonly SctpAddress[]): Uint8Array {
    const bytes = new Uint8Array(addresses.length * this.ipv6.sizeBytes);
    const view = viewOf(bytes);
    let end = 0;
    for (const address of addresses) end += this.write(address, view, end);
    return bytes.subarray(0, end);
  }

  /** Reads addresses that stand one behind the other; it stops at one of another family. */
  unpack(bytes: Uint8Array, count: number): SctpAddress[] {
    const view = viewOf(bytes);
    const addresses: SctpAddress[] = [];
    for (let offset = 0; addresses.length < count; ) {
      const address = this.read(view, offset);
      if (address === undefined) break;
      addresses.push(address);
      offset += this.ipv4.isAt(view, offset) ? this.ipv4.sizeBytes : this.ipv6.sizeBytes;
    }
    return addresses;
  }

  /** Every message has an address, and most have one of a few. */
  private ipv4Text(view: DataView, offset: number): string {
    const number = view.getUint32(offset);
    const known = this.ipv4Texts.get(number);
    if (known !== undefined) return known;
    if (this.ipv4Texts.size >= TEXTS_MAX) this.ipv4Texts.clear();
    const { text } = ipAddressFromBytes(new Uint8Array(view.buffer, view.byteOffset + offset, 4));
    this.ipv4Texts.set(number, text);
    return text;
  }
}
