import { CHUNK_ASCONF, CHUNK_ASCONF_ACK } from "../../../wire/chunk.js";
import type { TransmissionControlBlock } from "../../transmission-control-block.js";
import { AddressReconfiguration } from "./address-reconfiguration.js";

/**
 * Begins with changes of addresses when the association comes up, or begins anew: what was asked for before is
 * forgotten. There are none where the two sides have not agreed; nor with a peer that does not want the chunks to
 * be authenticated, as they have to be (RFC 5061 §4.1.1, §4.1.2).
 */
export function beginAddressReconfiguration(tcb: TransmissionControlBlock): void {
  const { association, authentication, services } = tcb;
  if (tcb.addressReconfiguration !== undefined) services.timers.stop(tcb.addressReconfiguration.t4);
  const hasAgreed =
    tcb.peerExtensions.addressReconfiguration &&
    authentication.overheadBytes(CHUNK_ASCONF) > 0 &&
    authentication.overheadBytes(CHUNK_ASCONF_ACK) > 0;
  tcb.addressReconfiguration = hasAgreed
    ? new AddressReconfiguration(association, tcb.localInitialTsn, tcb.peerInitialTsn)
    : undefined;
}
