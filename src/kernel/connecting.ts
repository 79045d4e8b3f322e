import { READABLE } from "../native/addon.js";
import { IPPROTO_SCTP, SCTP_GET_PEER_ADDR_INFO, SCTP_INITMSG } from "../sockets/constants.js";
import { systemError } from "../sockets/errors.js";
import { WOULD_BLOCK, type WouldBlock } from "../sockets/provider.js";
import type { SctpAddress, sctp_initmsg, sctp_paddrinfo } from "../sockets/types.js";
import { replaceAborting } from "./aborting.js";
import { sendAbort, statusOf } from "./ending.js";
import { type KernelAssociation, newAssociation } from "./kernel-association.js";
import {
  addressesMayChange,
  readOption,
  SystemAnswer,
  tryReadOption,
  writeOption,
} from "./kernel-options.js";
import type { KernelSocketState } from "./kernel-socket-state.js";

const INITMSG = [IPPROTO_SCTP, SCTP_INITMSG] as const;

/** Takes the id that the kernel answers. */
const answeredId = new Int32Array(1);

/** RFC 6458 §9.9: begins an association; its outcome is for {@link connectResult}. */
export function connect(state: KernelSocketState, addresses: readonly SctpAddress[]): number {
  const [first] = addresses;
  if (first === undefined) throw systemError("EINVAL", "connect");
  const details = { address: first.address, port: first.port };
  if (addresses.some(({ port }) => port !== first.port)) {
    throw systemError("EINVAL", "connect", { ...details, message: "the addresses of a peer have one port" });
  }
  if (state.isOneToOne) {
    if (state.isListening) throw systemError("EOPNOTSUPP", "connect", details);
    const { single } = state;
    if (single !== undefined) {
      throw systemError(single.phase === "starting" ? "EALREADY" : "EISCONN", "connect", details);
    }
  }
  const owner = associate(state, addresses);
  owner.isConnecting = true;
  return owner.id;
}

/** Begins an association, as `connect` or a first message does. */
export function associate(state: KernelSocketState, addresses: readonly SctpAddress[]): KernelAssociation {
  const { context } = state;
  const [first] = addresses as readonly [SctpAddress, ...SctpAddress[]];
  const distinct = distinctAddresses(addresses);
  const answer = context.addon.connectx(
    state.id,
    context.sockaddrs.pack(distinct),
    distinct.length,
    answeredId,
  );
  if (answer < 0 && context.codeOf(answer) !== "EINPROGRESS") {
    throw context.failure(answer, "connect", { address: first.address, port: first.port });
  }
  const id = answeredId[0] as number;
  const { wantsAssociationChange } = state.settings;
  const owner = newAssociation({ id, phase: "starting", address: first, wantsAssociationChange });
  if (!state.isOneToOne) for (const address of distinct) rememberPeer(state, address, id);
  state.addAssociation(owner);
  state.watch.want(READABLE);
  return owner;
}

/**
 * As {@link associate}, with parameters that count for this association only (RFC 6458 §5.3.1). SCTP_INIT goes with a
 * message, while the association is begun apart from it: the socket has the parameters for that long.
 */
export function associateWith(
  state: KernelSocketState,
  addresses: readonly SctpAddress[],
  initmsg: sctp_initmsg | undefined,
): KernelAssociation {
  if (initmsg === undefined) return associate(state, addresses);
  const { context, id } = state;
  const before = readOption(context, id, INITMSG) as sctp_initmsg;
  writeOption(context, id, INITMSG, { ...initmsg });
  try {
    return associate(state, addresses);
  } finally {
    writeOption(context, id, INITMSG, { ...before });
  }
}

/** The outcome of a connect: in progress, up, or the error of its failure, which is told once. */
export function connectResult(state: KernelSocketState, assocId: number): WouldBlock | undefined {
  const failure = state.failedConnects.get(assocId);
  if (failure !== undefined) {
    state.failedConnects.delete(assocId);
    throw failure;
  }
  return associationWith(state, assocId)?.phase === "starting" ? WOULD_BLOCK : undefined;
}

/** Ends an association with ABORT; nobody asks for its outcome any more. */
export function abortAssociation(state: KernelSocketState, assocId: number): void {
  const owner = associationWith(state, assocId);
  if (owner === undefined || owner.phase === "ended") return;
  owner.isConnecting = false;
  owner.isAborted = true;
  if (!state.isOneToOne) {
    sendAbort(state, assocId, new Uint8Array(0));
    return;
  }
  replaceAborting(state);
  state.setPhase(owner, "ended");
  state.single = undefined;
  state.updateHold();
}

/** The association of an id, as far as the provider knows it. */
function associationWith(state: KernelSocketState, id: number): KernelAssociation | undefined {
  if (!state.isOneToOne) return state.associations.get(id);
  return state.single !== undefined && state.single.id === id ? state.single : undefined;
}

/** The id of a one-to-one socket's association; 0 when there is none. */
export function singleId(state: KernelSocketState): number {
  const { single } = state;
  if (single === undefined) return 0;
  if (single.id === 0) single.id = statusOf(state, 0)?.sstat_assoc_id ?? 0;
  return single.id;
}

/** One-to-many: the id of the association with the peer that has an address; 0 when there is none. */
export function findByPeer(state: KernelSocketState, address: SctpAddress): number {
  const known = state.peers.get(address);
  if (known !== undefined) return known;
  const { context, id } = state;
  const argument = { spinfo_assoc_id: 0, spinfo_address: address };
  const info = tryReadOption(context, id, [IPPROTO_SCTP, SCTP_GET_PEER_ADDR_INFO], argument);
  if (info instanceof SystemAnswer) return 0;
  const { spinfo_assoc_id } = info as sctp_paddrinfo;
  rememberPeer(state, address, spinfo_assoc_id);
  return spinfo_assoc_id;
}

/** Remembers whose an address is, unless a peer may give it up and another take it without a word to us (RFC 5061). */
function rememberPeer(state: KernelSocketState, address: SctpAddress, associationId: number): void {
  if (!addressesMayChange(state, 0)) state.peers.set(address, associationId);
}

/** An address that is named twice is one address. */
export function distinctAddresses(addresses: readonly SctpAddress[]): readonly SctpAddress[] {
  return addresses.filter(
    ({ address }, index) => addresses.findIndex((other) => other.address === address) === index,
  );
}
