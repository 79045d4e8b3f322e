import {
  IPPROTO_SCTP,
  SCTP_ACTIVE,
  SCTP_CLOSED,
  SCTP_COOKIE_ECHOED,
  SCTP_COOKIE_WAIT,
  SCTP_ESTABLISHED,
  SCTP_GET_PEER_ADDR_INFO,
  SCTP_INACTIVE,
  SCTP_SHUTDOWN_ACK_SENT,
  SCTP_SHUTDOWN_PENDING,
  SCTP_SHUTDOWN_RECEIVED,
  SCTP_SHUTDOWN_SENT,
  SCTP_STATUS,
  SCTP_UNCONFIRMED,
} from "../../sockets/constants.js";
import { systemError } from "../../sockets/errors.js";
import type { sctp_paddrinfo, sctp_status } from "../../sockets/types.js";
import type { AssociationStateName } from "../../stack/association-state.js";
import type { Path, PathState } from "../../stack/paths/path.js";
import { findByPeer } from "../connecting.js";
import { ipAddressOf, socketAddress } from "../socket-addresses.js";
import type { SocketAssociation } from "../socket-association.js";
import type { SocketState } from "../socket-state.js";
import { option, type OptionFunctions, readAssociation } from "./option.js";

/** RFC 6458 §8.2.1. */
const ASSOCIATION_STATES: Readonly<Record<AssociationStateName, number>> = {
  CLOSED: SCTP_CLOSED,
  "COOKIE-WAIT": SCTP_COOKIE_WAIT,
  "COOKIE-ECHOED": SCTP_COOKIE_ECHOED,
  ESTABLISHED: SCTP_ESTABLISHED,
  "SHUTDOWN-PENDING": SCTP_SHUTDOWN_PENDING,
  "SHUTDOWN-SENT": SCTP_SHUTDOWN_SENT,
  "SHUTDOWN-RECEIVED": SCTP_SHUTDOWN_RECEIVED,
  "SHUTDOWN-ACK-SENT": SCTP_SHUTDOWN_ACK_SENT,
};

/** RFC 6458 §8.2.2. */
const PATH_STATES: Readonly<Record<PathState, number>> = {
  unconfirmed: SCTP_UNCONFIRMED,
  active: SCTP_ACTIVE,
  // RFC 7829 §7.3: who has not asked for potentially failed paths sees them as active ones.
  "potentially failed": SCTP_ACTIVE,
  inactive: SCTP_INACTIVE,
};

/** A count as a field of 16 bits shows it. */
function count16(value: number): number {
  return Math.min(value, 0xffff);
}

/** The options that tell about an association and its paths. */
export const STATUS_OPTIONS: readonly OptionFunctions[] = [
  // RFC 6458 §8.2.1.
  option<Pick<sctp_status, "sstat_assoc_id">, never>({
    level: IPPROTO_SCTP,
    name: SCTP_STATUS,
    get: (state, { sstat_assoc_id }): sctp_status => {
      const owner = readAssociation(state, sstat_assoc_id);
      const { association } = owner;
      return {
        sstat_assoc_id: owner.id,
        sstat_state: ASSOCIATION_STATES[association.state],
        sstat_rwnd: association.peerRwnd,
        sstat_unackdata: count16(association.unackedChunks),
        sstat_penddata: count16(state.queue.countMessages(owner)),
        sstat_instrms: association.inboundStreams,
        sstat_outstrms: association.outboundStreams,
        sstat_fragmentation_point: association.fragmentationPointBytes,
        sstat_primary: describePath(owner, association.primaryPath),
      };
    },
  }),
  // RFC 6458 §8.2.2: an id has precedence, and the address must be one of its association's then.
  option<Pick<sctp_paddrinfo, "spinfo_assoc_id" | "spinfo_address">, never>({
    level: IPPROTO_SCTP,
    name: SCTP_GET_PEER_ADDR_INFO,
    get: (state, argument): sctp_paddrinfo => {
      const { owner, path } = findPath(state, argument);
      return describePath(owner, path);
    },
  }),
];

function findPath(
  state: SocketState,
  { spinfo_assoc_id, spinfo_address }: Pick<sctp_paddrinfo, "spinfo_assoc_id" | "spinfo_address">,
): { owner: SocketAssociation; path: Path } {
  const byAddress = spinfo_assoc_id === 0 && !state.isOneToOne;
  const owner = byAddress ? findByPeer(state, spinfo_address) : readAssociation(state, spinfo_assoc_id);
  const wanted = ipAddressOf(spinfo_address).text;
  const path = owner?.association.paths.find(({ address }) => address.text === wanted);
  if (owner === undefined || path === undefined || spinfo_address.port !== owner.association.peerPort) {
    throw systemError("EINVAL", "getsockopt", {
      message: `${wanted} is no address of the association's peer`,
    });
  }
  return { owner, path };
}

function describePath(owner: SocketAssociation, path: Path): sctp_paddrinfo {
  const { association, socket } = owner;
  return {
    spinfo_assoc_id: owner.id,
    spinfo_address: socketAddress(path.address, association.peerPort, socket.settings.wantsMappedIpv4),
    spinfo_state: PATH_STATES[path.state],
    spinfo_cwnd: path.congestion.cwnd,
    spinfo_srtt: Math.round(path.rto.smoothedRoundTripMs ?? 0),
    spinfo_rto: Math.round(path.rto.timeoutMs),
    spinfo_mtu: path.mtuBytes,
  };
}
