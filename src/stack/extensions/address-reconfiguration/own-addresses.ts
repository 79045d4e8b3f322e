import { sameAddress, type IpAddress } from "../../../base/ip-address.js";
import { maySendAsconf } from "../../association-state.js";
import { ASCONF_REQUESTS_QUEUED_MAX } from "../../limits.js";
import type { Path } from "../../paths/path.js";
import type { PathSet } from "../../paths/path-set.js";
import type { TransmissionControlBlock } from "../../transmission-control-block.js";
import type { AddressReconfiguration, AddressRequest, RequestKind } from "./address-reconfiguration.js";

/**
 * Whether the peer can be asked to do something about an address of ours at all. RFC 6951 §5.7: behind UDP it can be
 * told of the address only by a packet from there, so that it has to have an address of that family.
 */
export function mayAskPeer(
  { addressReconfiguration: state, paths, sources }: TransmissionControlBlock,
  { kind, address }: AddressRequest,
): boolean {
  // Where the lower layer does not tell which address of ours the peer sends to, none can be spoken of.
  if (state === undefined || state.notUnderstood.includes(kind) || sources.length === 0) return false;
  if (kind === "Delete IP Address" || !speaksOfWildcards(paths)) return true;
  return paths.all.some((path) => path.address.family === address.family);
}

/** RFC 6951 §5.7: behind UDP only wildcards are spoken of, because a NAT may translate all other addresses. */
export function speaksOfWildcards(paths: PathSet): boolean {
  return paths.forData().udpPort !== 0;
}

/**
 * An address of ours is to become part of the association. Packets leave from it once the peer has acknowledged that
 * (RFC 5061 §5.3 F1, F2).
 *
 * @returns false when the peer cannot be asked
 */
export function addLocalAddress(tcb: TransmissionControlBlock, address: IpAddress): boolean {
  const state = reconfigurationFor(tcb, { kind: "Add IP Address", address });
  if (state === undefined) return false;
  if (state.takeBack("Delete IP Address", address)) {
    // What has not been asked for need not be undone.
    state.restore(address);
    const isUsable = !isBeingAdded(state, address) && !isSource(tcb, address);
    if (isUsable) tcb.changeSources([...tcb.sources, address]);
    return true;
  }
  if (isBeingAdded(state, address) || isSource(tcb, address)) return true;
  return ask(tcb, state, "Add IP Address", address);
}

/**
 * An address of ours is to be no longer part of the association. No packet leaves from it from now on (RFC 5061 §5.3
 * F4); but the last one stays until another has taken its place (§5.3 F5).
 *
 * @returns false when the peer cannot be asked
 */
export function removeLocalAddress(tcb: TransmissionControlBlock, address: IpAddress): boolean {
  const state = reconfigurationFor(tcb, { kind: "Delete IP Address", address });
  if (state === undefined) return false;
  state.takeBack("Set Primary IP Address", address);
  if (state.takeBack("Add IP Address", address)) return true;
  if (state.hasRequest("Delete IP Address", address)) return true;
  const isTooLate = isBeingAdded(state, address);
  if (!isTooLate && !isSource(tcb, address)) return true;
  if (!ask(tcb, state, "Delete IP Address", address)) return false;
  if (isTooLate) state.withdraw(address);
  withdrawDeleted(tcb, state);
  return true;
}

/**
 * Asks the peer to send to this address of ours (RFC 5061 §5.4); of several wishes the last one counts.
 *
 * @returns false when the peer cannot be asked, or does not know the address
 */
export function setPeerPrimaryAddress(tcb: TransmissionControlBlock, address: IpAddress): boolean {
  const state = reconfigurationFor(tcb, { kind: "Set Primary IP Address", address });
  if (state === undefined || state.hasRequest("Delete IP Address", address)) return false;
  if (!isBeingAdded(state, address) && !isSource(tcb, address)) return false;
  state.requests = state.requests.filter(({ kind }) => kind !== "Set Primary IP Address");
  return ask(tcb, state, "Set Primary IP Address", address);
}

/**
 * Stops using the addresses that are to be deleted, as far as others can take their places (RFC 5061 §5.3 F4, F5): one
 * of any family has to remain, and of the same family as long as one is on its way, so that no destination is without.
 */
export function withdrawDeleted(tcb: TransmissionControlBlock, state: AddressReconfiguration): void {
  for (const { kind, address } of state.requests) {
    if (kind !== "Delete IP Address" || state.isWithdrawn(address)) continue;
    const others = tcb.sources.filter((source) => !sameAddress(source, address));
    const isOfFamily = (other: IpAddress): boolean => other.family === address.family;
    if (others.length === 0) continue;
    if (!others.some(isOfFamily) && addressesBeingAdded(state).some(isOfFamily)) continue;
    state.withdraw(address);
    const left = tcb.paths.all.filter(
      ({ localAddress }) => localAddress !== undefined && sameAddress(localAddress, address),
    );
    tcb.changeSources(others);
    for (const path of left) if (path.errorCount > 0) beginAnew(tcb, path);
  }
}

/**
 * From an address that is gone nothing has come back for a while. From another it is another way: what is outstanding
 * goes again at once, and the time-out, which has grown meanwhile, begins anew (RFC 9260 §7.2.5.2).
 */
function beginAnew(tcb: TransmissionControlBlock, path: Path): void {
  if (!tcb.paths.all.includes(path)) return;
  path.rto.restart(tcb.config);
  tcb.retransmission.movePath(path, path);
}

function isBeingAdded(state: AddressReconfiguration, address: IpAddress): boolean {
  return state.isAsking("Add IP Address", address) || state.hasRequest("Add IP Address", address);
}

/** The addresses that the peer has been asked, or is to be asked, to add. */
function addressesBeingAdded({ requests, outstanding }: AddressReconfiguration): IpAddress[] {
  return [...(outstanding?.requests ?? []), ...requests]
    .filter(({ kind }) => kind === "Add IP Address")
    .map(({ address }) => address);
}

/** What the association keeps, if the peer may be asked for something now. */
function reconfigurationFor(
  tcb: TransmissionControlBlock,
  request: AddressRequest,
): AddressReconfiguration | undefined {
  const mayAsk = maySendAsconf(tcb.state.name) && mayAskPeer(tcb, request);
  return mayAsk ? tcb.addressReconfiguration : undefined;
}

function ask(
  tcb: TransmissionControlBlock,
  state: AddressReconfiguration,
  kind: RequestKind,
  address: IpAddress,
): boolean {
  if (state.requests.length >= ASCONF_REQUESTS_QUEUED_MAX) return false;
  state.requests = [...state.requests, { kind, address }];
  tcb.services.schedule(tcb.association);
  return true;
}

function isSource({ sources }: TransmissionControlBlock, address: IpAddress): boolean {
  return sources.some((source) => sameAddress(source, address));
}
