import type { Path } from "../../paths/path.js";
import { makePrimary } from "../../paths/path-failure.js";
import type { TransmissionControlBlock } from "../../transmission-control-block.js";
import type { AddressReconfiguration } from "./address-reconfiguration.js";

/**
 * The peer wants data to go to one of its addresses (RFC 5061 §4.2.4, §5.4). That is advice, and waits until the path
 * is confirmed (RFC 5062 §5).
 */
export function preferPath(tcb: TransmissionControlBlock, state: AddressReconfiguration, path: Path): void {
  if (path.state === "unconfirmed") {
    state.wantedPrimary = path;
    return;
  }
  state.wantedPrimary = undefined;
  makePrimary(tcb, path);
}

/**
 * The association has come up: what the peer's INIT or INIT ACK has preferred is heeded as an ASCONF would be, and only
 * where ASCONF chunks are (RFC 5061 §4.2.4).
 */
export function preferInitially(tcb: TransmissionControlBlock): void {
  const { paths, peerPreferredAddress } = tcb;
  if (peerPreferredAddress === undefined) return;
  const { addressReconfiguration: state } = tcb;
  if (state === undefined) return;
  const path = paths.find(peerPreferredAddress);
  if (path !== undefined) preferPath(tcb, state, path);
}
