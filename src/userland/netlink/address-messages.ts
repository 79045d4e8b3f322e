import { internIpAddress, type IpAddress, ipAddressFromBytes, isLinkLocal } from "../../base/ip-address.js";
import { LITTLE_ENDIAN } from "../../base/byte-order.js";
import type { Addon, StructureLayout } from "../../native/addon.js";
import { zoneOf } from "../../sockets/sockaddr-storage.js";

/** One thing that Linux tells of an address. */
export interface AddressNews {
  readonly kind: "added" | "removed";
  readonly address: IpAddress;
}

/** Where a structure's fields stand, bytes. */
type Offsets<Name extends string> = { readonly sizeBytes: number } & Readonly<Record<Name, number>>;

/** Reads the messages of a NETLINK_ROUTE socket about addresses (rtnetlink(7)), by the platform's own layout. */
export class AddressMessages {
  private readonly numbers: Readonly<Record<string, number>>;
  private readonly message: Offsets<"nlmsg_len" | "nlmsg_type">;
  private readonly body: Offsets<"ifa_family" | "ifa_flags" | "ifa_index">;
  private readonly attribute: Offsets<"rta_len" | "rta_type">;

  /** @param addon - one whose platform has these messages; see {@link AddressMessages.areKnownTo} */
  constructor({ structures, constants }: Pick<Addon, "structures" | "constants">) {
    this.numbers = constants;
    this.message = offsets(structures["nlmsghdr"], ["nlmsg_len", "nlmsg_type"]);
    this.body = offsets(structures["ifaddrmsg"], ["ifa_family", "ifa_flags", "ifa_index"]);
    this.attribute = offsets(structures["rtattr"], ["rta_len", "rta_type"]);
  }

  /** Whether a platform has these messages. */
  static areKnownTo({ structures, constants }: Pick<Addon, "structures" | "constants">): boolean {
    return "ifaddrmsg" in structures && "RTMGRP_IPV6_IFADDR" in constants;
  }

  /** What the messages in some bytes say, in their order. Whatever is cut short or of another kind says nothing. */
  read(bytes: Uint8Array): AddressNews[] {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const news: AddressNews[] = [];
    const { nlmsg_len, nlmsg_type, sizeBytes } = this.message;
    for (let start = 0; start + sizeBytes <= bytes.length; ) {
      const lengthBytes = view.getUint32(start + nlmsg_len, LITTLE_ENDIAN);
      if (lengthBytes < sizeBytes || start + lengthBytes > bytes.length) break;
      const type = view.getUint16(start + nlmsg_type, LITTLE_ENDIAN);
      const found = this.readOne(view, type, start, start + lengthBytes);
      if (found !== undefined) news.push(found);
      start += this.aligned(lengthBytes, "NLMSG_ALIGNTO");
    }
    return news;
  }

  private readOne(view: DataView, type: number, start: number, end: number): AddressNews | undefined {
    const { numbers, body } = this;
    const isAdded = type === numbers["RTM_NEWADDR"];
    if (!isAdded && type !== numbers["RTM_DELADDR"]) return undefined;
    const at = start + this.aligned(this.message.sizeBytes, "NLMSG_ALIGNTO");
    if (at + body.sizeBytes > end) return undefined;
    const attributes = this.readAttributes(view, at + this.aligned(body.sizeBytes, "RTA_ALIGNTO"), end);
    const own = attributes.get(numbers["IFA_LOCAL"]) ?? attributes.get(numbers["IFA_ADDRESS"]);
    const lengthBytes = this.addressBytes(view.getUint8(at + body.ifa_family));
    if (own === undefined || lengthBytes === undefined || own.length !== lengthBytes) return undefined;
    const wideFlags = attributes.get(numbers["IFA_FLAGS"]);
    const flags =
      wideFlags?.length === 4
        ? new DataView(wideFlags.buffer, wideFlags.byteOffset, 4).getUint32(0, LITTLE_ENDIAN)
        : view.getUint8(at + body.ifa_flags);
    // RFC 4862 §5.4: an address cannot be used before it is known to be nobody else's; there is news again then.
    if (isAdded && (flags & this.unusable) !== 0) return undefined;
    const index = view.getUint32(at + body.ifa_index, LITTLE_ENDIAN);
    const address = addressOf(own, index);
    return address === undefined ? undefined : { kind: isAdded ? "added" : "removed", address };
  }

  /** The data of attributes, by type. */
  private readAttributes(view: DataView, start: number, end: number): Map<number | undefined, Uint8Array> {
    const { rta_len, rta_type, sizeBytes } = this.attribute;
    const dataOffset = this.aligned(sizeBytes, "RTA_ALIGNTO");
    const found = new Map<number | undefined, Uint8Array>();
    for (let at = start; at + sizeBytes <= end; ) {
      const lengthBytes = view.getUint16(at + rta_len, LITTLE_ENDIAN);
      if (lengthBytes < dataOffset || at + lengthBytes > end) break;
      const type = view.getUint16(at + rta_type, LITTLE_ENDIAN);
      found.set(
        type,
        new Uint8Array(view.buffer, view.byteOffset + at + dataOffset, lengthBytes - dataOffset),
      );
      at += this.aligned(lengthBytes, "RTA_ALIGNTO");
    }
    return found;
  }

  private addressBytes(family: number): 4 | 16 | undefined {
    if (family === this.numbers["AF_INET"]) return 4;
    return family === this.numbers["AF_INET6"] ? 16 : undefined;
  }

  private get unusable(): number {
    return (this.numbers["IFA_F_TENTATIVE"] ?? 0) | (this.numbers["IFA_F_DADFAILED"] ?? 0);
  }

  private aligned(lengthBytes: number, alignment: "NLMSG_ALIGNTO" | "RTA_ALIGNTO"): number {
    const bytes = this.numbers[alignment] ?? 1;
    return Math.ceil(lengthBytes / bytes) * bytes;
  }
}

function offsets<Name extends string>(
  layout: StructureLayout | undefined,
  names: readonly Name[],
): Offsets<Name> {
  const entries = names.map((name) => [name, layout?.fields[name]?.offsetBytes ?? 0]);
  return { ...Object.fromEntries(entries), sizeBytes: layout?.sizeBytes ?? 0 } as Offsets<Name>;
}

/** The address in bytes; a link-local one with its zone, as lists of the host's addresses have it. */
function addressOf(bytes: Uint8Array, interfaceIndex: number): IpAddress | undefined {
  const { text, family } = ipAddressFromBytes(bytes);
  const plain = internIpAddress(text);
  if (plain === undefined || family === 4 || !isLinkLocal(plain)) return plain;
  return internIpAddress(`${text}%${zoneOf(interfaceIndex)}`);
}
