/**
 * The options about addresses that change while associations live (RFC 5061), where Linux means something else than
 * RFC 6458 does.
 *
 * @module
 */
import { IPPROTO_SCTP, SCTP_AUTO_ASCONF, SCTP_SET_PEER_PRIMARY_ADDR } from "../sockets/constants.js";
import { isSystemError, systemError } from "../sockets/errors.js";
import type { sctp_setpeerprim } from "../sockets/extension-types.js";
import { writeOption } from "./kernel-options.js";
import type { KernelSocketState } from "./kernel-socket-state.js";
import { socketName } from "./local-addresses.js";

/** RFC 6458 §8.3.1. */
export function setPeerPrimaryAddress(state: KernelSocketState, value: sctp_setpeerprim): void {
  const { sspp_addr, sspp_assoc_id } = value;
  // RFC 6458 §9.1: an address of ours may be named without the port, because the socket has only one.
  const named = {
    sspp_assoc_id,
    sspp_addr: { ...sspp_addr, port: sspp_addr.port || socketName(state).port },
  };
  const option = [IPPROTO_SCTP, SCTP_SET_PEER_PRIMARY_ADDR] as const;
  try {
    writeOption(state.context, state.id, option, named);
  } catch (error) {
    if (!isSystemError(error, "EPERM")) throw error;
    // RFC 6458 §9.1 has EOPNOTSUPP for the same.
    throw systemError("EOPNOTSUPP", "setsockopt", { message: "the peer takes no changes of addresses" });
  }
}

/** RFC 6458 §8.1.23. */
export function setAutoAsconf(state: KernelSocketState, value: number): void {
  writeOption(state.context, state.id, [IPPROTO_SCTP, SCTP_AUTO_ASCONF], value);
  state.settings.followsAddresses = value !== 0;
}

/**
 * Has a descriptor follow addresses as the socket that it comes from does: Linux hands on every option but this one,
 * and takes it only when the descriptor is bound.
 */
export function inheritAutoAsconf({ context, id, settings }: KernelSocketState): void {
  if (settings.followsAddresses) writeOption(context, id, [IPPROTO_SCTP, SCTP_AUTO_ASCONF], 1);
}
