import type { IpAddress } from "../base/ip-address.js";
import { ASCONF_REQUESTS_QUEUED_MAX } from "../stack/limits.js";
import { type AddressChange, withoutAddresses } from "./address-change.js";
import { tellableAddresses } from "./socket-addresses.js";
import type { SocketAssociation } from "./socket-association.js";

/** Whether an association's peer can be told of a change (RFC 5061 §4.2.7), as far as that is known. */
export function mayChangeAddresses(
  { association, phase }: SocketAssociation,
  { added, removed }: AddressChange,
): boolean {
  if (phase === "starting") return true;
  return (
    added.every((address) => association.mayAskPeer("Add IP Address", address)) &&
    removed.every((address) => association.mayAskPeer("Delete IP Address", address))
  );
}

/** Whether an association can be asked for a change, and for another one besides: what waits has a bound. */
export function hasRoomFor(owner: SocketAssociation, change: AddressChange): boolean {
  let count = owner.association.tcb.addressReconfiguration?.requests.length ?? 0;
  for (const { added, removed } of [...owner.addressChanges, change]) count += added.length + removed.length;
  return count <= ASCONF_REQUESTS_QUEUED_MAX;
}

/**
 * Has an association use other addresses of ours, as far as its peer can be told (RFC 5061). What changes while it is
 * being set up, when the peer has been told of the addresses of before, is told as soon as that is done.
 */
export function changeAddresses(owner: SocketAssociation, change: AddressChange): void {
  if (owner.phase === "starting") owner.addressChanges = [...owner.addressChanges, change];
  else apply(owner, change);
}

/** An association has come up: what has changed since its peer was told of our addresses is told now. */
export function catchUpWithAddresses(owner: SocketAssociation): void {
  const { addressChanges } = owner;
  if (addressChanges.length > 0) owner.addressChanges = [];
  for (const change of addressChanges) apply(owner, change);
  const { association, socket } = owner;
  const { bound } = socket;
  const { localAddresses } = association;
  if (!association.tcb.accepted || bound === undefined || bound.isWildcard || localAddresses.length === 0)
    return;
  // RFC 6458 §9.1: no association that is accepted has an address that was removed; its cookie may be older than that.
  apply(owner, {
    added: withoutAddresses(bound.addresses, localAddresses),
    removed: withoutAddresses(localAddresses, bound.addresses),
  });
}

function apply({ association, socket }: SocketAssociation, { added, removed }: AddressChange): void {
  const { bound } = socket;
  const tellable = tellableAddresses(association.primaryPath.address, {
    bound: bound?.isWildcard === true ? bound.addresses : added,
    overUdp: association.endpoint.localUdpPort !== 0,
    local: () => added,
  });
  // An address that comes may take the place of the last one, which could not go without it (RFC 5061 §5.3.2).
  for (const address of tellable) association.addLocalAddress(address);
  for (const address of removed) association.removeLocalAddress(address);
}

/**
 * The addresses that the peer knows us by; while it has not answered, those that it is told of, or else the one that
 * packets to it leave from.
 */
export function addressesOfAssociation(
  owner: SocketAssociation,
  bound: readonly IpAddress[],
): readonly IpAddress[] {
  const { association, socket } = owner;
  const { sources } = association.tcb;
  if (sources.length > 0) return sources;
  const { address, localAddress } = association.primaryPath;
  const advertised = association.endpoint.advertise(address);
  if (advertised.length > 0) return advertised;
  const source = localAddress ?? socket.context.driver.lowerLayer.sourceFor?.(address);
  return source === undefined ? bound : [source];
}
