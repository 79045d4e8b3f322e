/**
 * The options about messages that need not arrive, where Linux means something else than RFC 6458 and RFC 7496 do.
 *
 * @module
 */
import { IPPROTO_SCTP, SCTP_FUTURE_ASSOC, SCTP_PR_SUPPORTED } from "../sockets/constants.js";
import { systemError } from "../sockets/errors.js";
import type { sctp_assoc_value } from "../sockets/types.js";
import { writeOption } from "./kernel-options.js";
import type { KernelSocketState } from "./kernel-socket-state.js";
import type { SpecialOption } from "./path-options.js";

/** How the provider sets options that are not the kernel's business alone. */
export const RELIABILITY_OPTIONS: ReadonlyMap<number, SpecialOption> = new Map<number, SpecialOption>([
  [SCTP_PR_SUPPORTED, { set: (state, value) => setSupported(state, value as sctp_assoc_value) }],
]);

/** RFC 7496 §4.5: what an association has agreed on stays. Linux changes it for those to come, whatever the id is. */
function setSupported(state: KernelSocketState, { assoc_id, assoc_value }: sctp_assoc_value): void {
  if (!state.isOneToOne && assoc_id !== SCTP_FUTURE_ASSOC) {
    const message = "an association has agreed with its peer already";
    throw systemError("EINVAL", "setsockopt", { message });
  }
  const { context } = state;
  const value = { assoc_id: SCTP_FUTURE_ASSOC, assoc_value };
  const apply = (id: number): void => writeOption(context, id, [IPPROTO_SCTP, SCTP_PR_SUPPORTED], value);
  apply(state.id);
  // A further descriptor of a one-to-one socket gets it as well.
  state.rememberOption(String(SCTP_PR_SUPPORTED), apply);
}
