import {
  SCTP_ASSOC_SUPPORTS_ASCONF,
  SCTP_ASSOC_SUPPORTS_AUTH,
  SCTP_ASSOC_SUPPORTS_PR,
  SCTP_COMM_UP,
  SCTP_RESTART,
} from "../sockets/constants.js";
import type { sctp_assoc_change } from "../sockets/notification-types.js";
import { isSupported } from "./kernel-options.js";
import type { KernelSocketState } from "./kernel-socket-state.js";

/** By what option of Linux's each feature is known. */
const FEATURES: readonly (readonly [option: string, feature: number])[] = [
  ["SCTP_PR_SUPPORTED", SCTP_ASSOC_SUPPORTS_PR],
  ["SCTP_AUTH_SUPPORTED", SCTP_ASSOC_SUPPORTS_AUTH],
  ["SCTP_ASCONF_SUPPORTED", SCTP_ASSOC_SUPPORTS_ASCONF],
];

/**
 * RFC 6458 §6.1.1: what `sac_info` says of an association that has come up. Linux leaves it empty; its options tell
 * what both sides support.
 *
 * @returns the notification itself where there is nothing to add
 */
export function withFeatures(state: KernelSocketState, change: sctp_assoc_change): sctp_assoc_change {
  const { sac_state, sac_info, sac_assoc_id } = change;
  if ((sac_state !== SCTP_COMM_UP && sac_state !== SCTP_RESTART) || sac_info.length > 0) return change;
  const features = FEATURES.filter(([option]) => isSupported(state, option, sac_assoc_id));
  if (features.length === 0) return change;
  return { ...change, sac_info: Uint8Array.from(features.map(([, feature]) => feature)) };
}
