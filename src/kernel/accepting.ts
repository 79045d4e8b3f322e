import { READABLE } from "../native/addon.js";
import { SOCK_STREAM } from "../sockets/constants.js";
import { systemError } from "../sockets/errors.js";
import { WOULD_BLOCK, type WouldBlock } from "../sockets/provider.js";
import type { SctpAddress } from "../sockets/types.js";
import { newAssociation } from "./kernel-association.js";
import { inheritAutoAsconf } from "./address-options.js";
import { inheritKeys } from "./authentication-options.js";
import { KernelSocketState } from "./kernel-socket-state.js";
import { readBeforeTelling } from "./being-readable.js";

/** What `accept` takes from the queue of a listening socket. */
export interface AcceptedState {
  readonly state: KernelSocketState;
  readonly address: SctpAddress;
}

/** RFC 6458 §4.1.4: the next association that a peer has begun. */
export function accept(state: KernelSocketState): AcceptedState | WouldBlock {
  const { context, family } = state;
  // RFC 6458 §3.1.3: one-to-many sockets accept by themselves.
  if (!state.isOneToOne) throw systemError("EOPNOTSUPP", "accept");
  if (!state.isListening) throw systemError("EINVAL", "accept", { message: "the socket does not listen" });
  state.watch.want(READABLE);
  const id = context.addon.accept(state.id, context.slab.address);
  if (id < 0) {
    if (context.codeOf(id) === "EAGAIN") return WOULD_BLOCK;
    throw context.failure(id, "accept");
  }
  const address = context.sockaddrs.read(context.slab.addressView, 0);
  if (address === undefined) throw systemError("EAFNOSUPPORT", "accept");
  const settings = { ...state.settings };
  const { setOptions } = state;
  const origin = { id, family, type: SOCK_STREAM, isPeeledOff: false, settings, setOptions } as const;
  const child = new KernelSocketState(context, origin, readBeforeTelling);
  inheritAutoAsconf(child);
  inheritKeys(child);
  const { wantsAssociationChange } = settings;
  child.addAssociation(newAssociation({ id: 0, phase: "up", address, wantsAssociationChange }));
  return { state: child, address };
}
