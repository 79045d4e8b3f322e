import { type IpAddress, sameAddress } from "../base/ip-address.js";

/** Addresses of a host that have come, and that have gone. */
export interface AddressChange {
  readonly added: readonly IpAddress[];
  readonly removed: readonly IpAddress[];
}

/** Is told of changes. */
export type AddressListener = (change: AddressChange) => void;

/** What has come and gone between two lists; `undefined` when nothing has. */
export function changeBetween(
  before: readonly IpAddress[],
  after: readonly IpAddress[],
): AddressChange | undefined {
  const added = withoutAddresses(after, before);
  const removed = withoutAddresses(before, after);
  return added.length + removed.length === 0 ? undefined : { added, removed };
}

/** Those of some addresses that are not among others. */
export function withoutAddresses(
  addresses: readonly IpAddress[],
  others: readonly IpAddress[],
): readonly IpAddress[] {
  return addresses.filter((address) => !others.some((other) => sameAddress(address, other)));
}
