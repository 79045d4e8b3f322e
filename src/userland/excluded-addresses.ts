import { BlockList } from "node:net";
import type { IpAddress } from "../base/ip-address.js";
import { wrongValue } from "../sockets/errors.js";
import type { AddressListener } from "./address-change.js";

/** Addresses of this host that sockets bound to a wildcard do not tell their peers of. */
export class ExcludedAddresses {
  private readonly prefixes = new BlockList();
  /** What was looked through last, and what was found: each INIT asks for the same list. */
  private lastAddresses: readonly IpAddress[] = [];
  private lastRemaining: readonly IpAddress[] = [];

  /**
   * @param texts - numeric addresses, or prefixes as in `172.17.0.0/16`
   * @throws TypeError (`ERR_SCTP_INVALID_ARG_VALUE`) when one is neither
   */
  constructor(texts: readonly string[]) {
    for (const text of texts) {
      const [address = "", length] = text.split("/");
      const family = address.includes(":") ? "ipv6" : "ipv4";
      try {
        if (length === undefined) this.prefixes.addAddress(address, family);
        else this.prefixes.addSubnet(address, Number(length), family);
      } catch {
        throw wrongValue("excludedAddresses", "numeric addresses or prefixes", text);
      }
    }
  }

  /** Those of some addresses that are not excluded; the list must not be changed afterwards. */
  without(addresses: readonly IpAddress[]): readonly IpAddress[] {
    if (addresses !== this.lastAddresses) {
      this.lastAddresses = addresses;
      this.lastRemaining = addresses.filter((address) => !this.has(address));
    }
    return this.lastRemaining;
  }

  private has({ text, family, zone }: IpAddress): boolean {
    const digits = zone === "" ? text : text.slice(0, text.indexOf("%"));
    return this.prefixes.check(digits, family === 4 ? "ipv4" : "ipv6");
  }

  /** Tells of changes of the addresses that are not excluded only. */
  filter(onChange: AddressListener): AddressListener {
    return (change) => {
      const [added, removed] = [this.without(change.added), this.without(change.removed)];
      if (added.length + removed.length > 0) onChange({ added, removed });
    };
  }
}
