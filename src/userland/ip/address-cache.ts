import { type IpAddress, internIpAddress, ipAddressFromBytes, withZone } from "../../base/ip-address.js";
import { zoneOf } from "../../sockets/sockaddr-storage.js";

/** How many places there are for addresses seen lately; peers choose them, so it has a bound. A power of 2. */
const PLACES = 256;

interface Seen {
  readonly address: IpAddress;
  readonly scope: number;
}

/** Finds the address that bytes stand for; one that was seen lately is the same object again and costs no memory. */
export class AddressCache {
  private readonly places: (Seen | undefined)[] = new Array<Seen | undefined>(PLACES);
  /** The interface that was asked for last: a neighbour can send from any number of link-local addresses. */
  private zone = { scope: 0, name: "" };

  /** @param scope - the number of the interface, which only counts for a link-local IPv6 address */
  find(bytes: Uint8Array, offset: number, lengthBytes: 4 | 16, scope: number): IpAddress {
    const isZoned =
      lengthBytes === 16 && bytes[offset] === 0xfe && ((bytes[offset + 1] ?? 0) & 0xc0) === 0x80;
    const zone = isZoned ? scope : 0;
    const place = placeOf(bytes, offset, lengthBytes);
    const seen = this.places[place];
    if (seen !== undefined && seen.scope === zone && matches(seen.address, bytes, offset, lengthBytes)) {
      return seen.address;
    }
    const plain = ipAddressFromBytes(bytes.subarray(offset, offset + lengthBytes));
    const zoned = zone === 0 ? plain : withZone(plain, this.nameOf(zone));
    const address = internIpAddress(zoned.text) ?? zoned;
    this.places[place] = { address, scope: zone };
    return address;
  }

  private nameOf(scope: number): string {
    if (scope === this.zone.scope) return this.zone.name;
    const name = zoneOf(scope);
    // An interface that the system does not list yet has its number for a name.
    if (name !== String(scope)) this.zone = { scope, name };
    return name;
  }
}

/** FNV-1a. */
function placeOf(bytes: Uint8Array, offset: number, lengthBytes: number): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < lengthBytes; index += 1) {
    hash = Math.imul(hash ^ (bytes[offset + index] ?? 0), 0x01000193);
  }
  return (hash ^ (hash >>> 16)) & (PLACES - 1);
}

function matches({ bytes: own }: IpAddress, bytes: Uint8Array, offset: number, lengthBytes: number): boolean {
  if (own.length !== lengthBytes) return false;
  for (let index = 0; index < lengthBytes; index += 1) if (own[index] !== bytes[offset + index]) return false;
  return true;
}
