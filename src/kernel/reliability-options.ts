/**
 * The options about messages that need not arrive, where Linux means something else than RFC 6458 and RFC 7496 do.
 *
 * @module
 */
import {
  IPPROTO_SCTP,
  SCTP_DEFAULT_PRINFO,
  SCTP_FUTURE_ASSOC,
  SCTP_PR_SUPPORTED,
} from "../sockets/constants.js";
import { systemError } from "../sockets/errors.js";
import type { sctp_default_prinfo } from "../sockets/extension-types.js";
import type { sctp_assoc_value, sctp_prinfo } from "../sockets/types.js";
import { type OptionInput, SystemAnswer, tryReadOption, writeOption } from "./kernel-options.js";
import type { KernelSocketState } from "./kernel-socket-state.js";
import type { SpecialOption } from "./path-options.js";

/** How the provider sets options that are not the kernel's business alone. */
export const RELIABILITY_OPTIONS: ReadonlyMap<number, SpecialOption> = new Map<number, SpecialOption>([
  [
    SCTP_DEFAULT_PRINFO,
    {
      set: (state, value) => {
        writeAndRemember(state, SCTP_DEFAULT_PRINFO, value as OptionInput);
        state.settings.hasDefaultPrinfo = true;
      },
    },
  ],
  [SCTP_PR_SUPPORTED, { set: (state, value) => setSupported(state, value as sctp_assoc_value) }],
]);

/** RFC 7496 §4.5: what an association has agreed on stays. Linux changes it for those to come, whatever the id is. */
function setSupported(state: KernelSocketState, { assoc_id, assoc_value }: sctp_assoc_value): void {
  if (!state.isOneToOne && assoc_id !== SCTP_FUTURE_ASSOC) {
    const message = "an association has agreed with its peer already";
    throw systemError("EINVAL", "setsockopt", { message });
  }
  const value = { assoc_id: SCTP_FUTURE_ASSOC, assoc_value };
  writeAndRemember(state, SCTP_PR_SUPPORTED, value);
}

function writeAndRemember(state: KernelSocketState, name: number, value: OptionInput): void {
  const { context } = state;
  const apply = (id: number): void => writeOption(context, id, [IPPROTO_SCTP, name], value);
  apply(state.id);
  // A further descriptor of a one-to-one socket gets it as well.
  state.rememberOption(String(name), apply);
}

/**
 * RFC 6458 §8.1.32: what counts for a message without a sctp_prinfo of its own. Linux leaves it out where the message
 * has a sctp_sndinfo, so that it has to be given with it.
 */
export function defaultPrinfoOf(state: KernelSocketState, associationId: number): sctp_prinfo | undefined {
  if (!state.settings.hasDefaultPrinfo) return undefined;
  const argument = { pr_assoc_id: associationId };
  const value = tryReadOption(state.context, state.id, [IPPROTO_SCTP, SCTP_DEFAULT_PRINFO], argument);
  if (value instanceof SystemAnswer) return undefined;
  const { pr_policy, pr_value } = value as sctp_default_prinfo;
  return { pr_policy, pr_value };
}
