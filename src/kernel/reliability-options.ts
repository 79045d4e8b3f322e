/**
 * The options about messages that need not arrive, where Linux means something else than RFC 6458 and RFC 7496 do.
 *
 * @module
 */
import { IPPROTO_SCTP, SCTP_FUTURE_ASSOC, SCTP_PR_SUPPORTED } from "../sockets/constants.js";
import { systemError } from "../sockets/errors.js";
import type { sctp_assoc_value } from "../sockets/types.js";
import { writeAndRemember } from "./kernel-options.js";
import type { KernelSocketState } from "./kernel-socket-state.js";
import type { SpecialOption, SpecialOptions } from "./special-option.js";

/** How the provider sets options that are not the kernel's business alone. */
export const RELIABILITY_OPTIONS: SpecialOptions = new Map<number, SpecialOption>([
  [SCTP_PR_SUPPORTED, { set: (state, value) => setSupported(state, value as sctp_assoc_value) }],
]);

/** RFC 7496 §4.5: what an association has agreed on stays. Linux changes it for those to come, whatever the id is. */
function setSupported(state: KernelSocketState, { assoc_id, assoc_value }: sctp_assoc_value): void {
  if (!state.isOneToOne && assoc_id !== SCTP_FUTURE_ASSOC) {
    const message = "an association has agreed with its peer already";
    throw systemError("EINVAL", "setsockopt", { message });
  }
  writeAndRemember(state, [IPPROTO_SCTP, SCTP_PR_SUPPORTED], { assoc_id: SCTP_FUTURE_ASSOC, assoc_value });
}
