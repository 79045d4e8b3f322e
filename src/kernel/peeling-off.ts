import { SOCK_STREAM } from "../sockets/constants.js";
import { systemError } from "../sockets/errors.js";
import { WRITABLE } from "../native/addon.js";
import { readBeforeTelling } from "./being-readable.js";
import { inheritAutoAsconf } from "./address-options.js";
import { newAssociation } from "./kernel-association.js";
import { KernelSocketState } from "./kernel-socket-state.js";
import { peerAddresses } from "./local-addresses.js";
import { readAhead } from "./reading.js";

/** RFC 6458 §9.2: gives an association a one-to-one socket of its own, with what has been received for it. */
export function peeloff(state: KernelSocketState, assocId: number): KernelSocketState {
  const { context, family } = state;
  if (state.isOneToOne) throw systemError("EOPNOTSUPP", "sctp_peeloff");
  // The association may be one whose COMM_UP has not been read yet.
  readAhead(state);
  const [address] = peerAddresses(state, assocId);
  const id = context.addon.peeloff(state.id, assocId);
  if (id < 0) {
    const isUnknown = context.codeOf(id) === "EINVAL";
    const details = isUnknown ? { message: `no association has the id ${assocId}` } : undefined;
    throw context.failure(id, "sctp_peeloff", details);
  }
  const settings = { ...state.settings };
  const origin = { id, family, type: SOCK_STREAM, isPeeledOff: true, settings } as const;
  const peeled = new KernelSocketState(context, origin, readBeforeTelling);
  inheritAutoAsconf(peeled);
  const { wantsAssociationChange } = settings;
  const known = state.associations.get(assocId);
  const owner = known ?? newAssociation({ id: assocId, phase: "up", address, wantsAssociationChange });
  if (known?.phase === "starting") state.startingCount -= 1;
  if (known === undefined) state.peers.deleteAssociation(assocId);
  else state.removeAssociation(known);
  state.queue.moveTo(peeled.queue, assocId);
  // Calls of this socket that wait for the association would wait for ever: its news go to the other one.
  peeled.addAssociation({ ...owner, address: owner.address ?? address, isConnecting: false });
  state.wake(WRITABLE);
  return peeled;
}
