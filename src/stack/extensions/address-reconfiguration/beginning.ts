import { CHUNK_ASCONF, CHUNK_ASCONF_ACK } from "../../../wire/chunk.js";
import type { TransmissionControlBlock } from "../../transmission-control-block.js";

/**
 * Whether the two sides have agreed on changes of addresses (RFC 5061 §4.2.7). They have not with a peer that does not
 * want the chunks to be authenticated, as they have to be (§4.1.1, §4.1.2).
 */
export function hasAgreedOnAddressReconfiguration({
  authentication,
  peerExtensions,
}: TransmissionControlBlock): boolean {
  return (
    peerExtensions.addressReconfiguration &&
    authentication.overheadBytes(CHUNK_ASCONF) > 0 &&
    authentication.overheadBytes(CHUNK_ASCONF_ACK) > 0
  );
}

/**
 * Begins with changes of addresses when the association comes up, or begins anew: what was asked for before is
 * forgotten.
 */
export function beginAddressReconfiguration(tcb: TransmissionControlBlock): void {
  const { addressReconfigurationBegun: before } = tcb;
  if (before !== undefined) tcb.services.timers.stop(before.t4);
  tcb.addressReconfigurationBegun = undefined;
  tcb.mayChangeAddresses = hasAgreedOnAddressReconfiguration(tcb);
}
