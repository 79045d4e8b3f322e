import type { IpAddress } from "../base/ip-address.js";
import { AF_INET6 } from "../sockets/constants.js";
import { type SystemError, systemError } from "../sockets/errors.js";
import { WOULD_BLOCK, type WouldBlock } from "../sockets/provider.js";
import type { SctpAddress, sctp_initmsg } from "../sockets/types.js";
import type { LossReason } from "../stack/events.js";
import { BoundEndpoint, wildcardAddresses } from "./bound-endpoint.js";
import { withInitmsg } from "./initiation.js";
import { ipAddressOf } from "./socket-addresses.js";
import { type SocketAssociation, socketAssociationOf } from "./socket-association.js";
import type { SocketState } from "./socket-state.js";

/**
 * An association takes as long to begin as so many bytes take to send: of many that are begun in one turn the first
 * have their INITs on the way while others are being made.
 */
const BYTES_WORTH_AN_ASSOCIATION = 16 * 1024;

/** RFC 6458 §3.1.2, §4.1.2: an unbound socket is bound to the wildcard and an ephemeral port when it needs to be. */
export function ensureBound(state: SocketState): BoundEndpoint {
  if (state.bound !== undefined) return state.bound;
  const bound = BoundEndpoint.bind(state.context, {
    addresses: wildcardAddresses(state.family),
    port: 0,
    takesBothFamilies: state.family === AF_INET6,
    config: state.settings.config,
    sharesPort: state.settings.sharesPort,
  });
  bound.addBinder(state);
  bound.endpoint.owner = state;
  bound.endpoint.sharedKeys = state.settings.sharedKeys;
  state.bound = bound;
  return bound;
}

/** RFC 6458 §9.9: begins an association; its outcome is for {@link connectResult}. */
export function connect(state: SocketState, addresses: readonly SctpAddress[]): number {
  const [first] = addresses;
  if (first === undefined) throw systemError("EINVAL", "connect");
  const details = { address: first.address, port: first.port };
  if (addresses.some(({ port }) => port !== first.port)) {
    throw systemError("EINVAL", "connect", { ...details, message: "the addresses of a peer have one port" });
  }
  if (state.isOneToOne) {
    if (state.listening !== undefined) throw systemError("EOPNOTSUPP", "connect", details);
    refuseSecondAssociation(state.single, details);
  } else {
    for (const address of addresses) refuseSecondAssociation(findByPeer(state, address), details);
  }
  const owner = associate(state, addresses);
  owner.isConnecting = true;
  return owner.id;
}

/**
 * Begins an association, as `connect` or a first message does.
 *
 * @param initmsg - what comes with the first message takes the place of what the socket has set (RFC 6458 §5.3.1)
 */
export function associate(
  state: SocketState,
  addresses: readonly SctpAddress[],
  initmsg?: sctp_initmsg,
): SocketAssociation {
  const bound = ensureBound(state);
  const { driver } = state.context;
  const destinations = reachable(bound, addresses);
  const { endpoint } = bound;
  const { settings } = state;
  // Others may have the same port, and settings of their own.
  const config = bound.configOf(
    initmsg === undefined ? settings.config : withInitmsg(settings.config, initmsg),
  );
  const port = addresses[0]?.port ?? 0;
  for (const destination of destinations) {
    // A peeled-off socket may have the association, or one that is just ending: there are never two with one peer.
    if (endpoint.findAssociation(destination, port) !== undefined) {
      throw systemError("EADDRNOTAVAIL", "connect", { address: destination.text, port });
    }
  }
  const udpPort = config.remoteEncapsulationPort;
  if (udpPort === 0 && endpoint.localUdpPort !== 0) {
    const message = "SCTP_REMOTE_UDP_ENCAPS_PORT is 0, and packets travel in UDP";
    throw systemError("EADDRNOTAVAIL", "connect", { address: addresses[0]?.address, port, message });
  }
  const { sharedKeys } = state.settings;
  const peer = { addresses: destinations, port, udpPort };
  // Before there is anything of this one: it may still be withdrawn.
  driver.touch(BYTES_WORTH_AN_ASSOCIATION);
  const association = endpoint.associate({ ...peer, config, sharedKeys }, driver.now());
  return state.addAssociation(association);
}

/** Takes an association back that was begun in this turn, as if it had never been: no packet of it has left. */
export function withdraw(owner: SocketAssociation): void {
  const { socket, association } = owner;
  owner.phase = "refused";
  association.owner = undefined;
  association.abort([]);
  socket.removeAssociation(owner);
  if (socket.single === owner) socket.single = undefined;
}

/** The outcome of a connect: in progress, up, or the error of its failure, which is told once. */
export function connectResult(state: SocketState, assocId: number): WouldBlock | undefined {
  const failure = state.takeFailedConnect(assocId);
  if (failure !== undefined) throw failure;
  return state.associations.get(assocId)?.phase === "starting" ? WOULD_BLOCK : undefined;
}

/** The association of a socket with the peer that has an address; `undefined` when there is none. */
export function findByPeer(state: SocketState, address: SctpAddress): SocketAssociation | undefined {
  const association = state.bound?.endpoint.findAssociation(ipAddressOf(address), address.port);
  const owner = association === undefined ? undefined : socketAssociationOf(association);
  return owner?.socket === state && owner.isAlive ? owner : undefined;
}

/** The system error that an association's failure is told with. */
export function failureOf(
  owner: SocketAssociation,
  reason: LossReason,
  syscall: "connect" | "recvmsg",
): SystemError {
  const { association } = owner;
  const details = { address: association.primaryPath.address.text, port: association.peerPort };
  switch (reason.kind) {
    case "aborted by peer":
      return systemError(syscall === "connect" ? "ECONNREFUSED" : "ECONNRESET", syscall, details);
    case "refused":
      return systemError("ECONNREFUSED", syscall, details);
    case "unreachable":
      return systemError("ETIMEDOUT", syscall, details);
    case "aborted locally":
      return systemError("ECONNABORTED", syscall, details);
  }
}

function refuseSecondAssociation(
  owner: SocketAssociation | undefined,
  details: { readonly address: string; readonly port: number },
): void {
  if (owner === undefined) return;
  throw systemError(owner.phase === "starting" ? "EALREADY" : "EISCONN", "connect", details);
}

/** The destinations of a family that the endpoint has. */
function reachable(bound: BoundEndpoint, addresses: readonly SctpAddress[]): readonly IpAddress[] {
  const destinations = addresses.map(ipAddressOf).filter((address) => bound.endpoint.canReach(address));
  const [first] = addresses;
  if (destinations.length === 0) {
    throw systemError("EADDRNOTAVAIL", "connect", { address: first?.address, port: first?.port });
  }
  return destinations;
}
