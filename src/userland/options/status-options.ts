import {
  IPPROTO_SCTP,
  SCTP_ACTIVE,
  SCTP_CLOSED,
  SCTP_COOKIE_ECHOED,
  SCTP_COOKIE_WAIT,
  SCTP_ESTABLISHED,
  SCTP_GET_PEER_ADDR_INFO,
  SCTP_INACTIVE,
  SCTP_POTENTIALLY_FAILED,
  SCTP_SHUTDOWN_ACK_SENT,
  SCTP_SHUTDOWN_PENDING,
  SCTP_SHUTDOWN_RECEIVED,
  SCTP_SHUTDOWN_SENT,
  SCTP_STATUS,
  SCTP_UNCONFIRMED,
} from "../../sockets/constants.js";
import type { sctp_paddrinfo, sctp_status } from "../../sockets/types.js";
import type { AssociationStateName } from "../../stack/association-state.js";
import type { Path, PathState } from "../../stack/paths/path.js";
import { socketAddress } from "../socket-addresses.js";
import type { SocketAssociation } from "../socket-association.js";
import { findPath, option, type OptionFunctions, readAssociation } from "./option.js";

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

/** RFC 6458 §8.2.2, RFC 7829 §7.1. */
const PATH_STATES: Readonly<Record<PathState, number>> = {
  unconfirmed: SCTP_UNCONFIRMED,
  active: SCTP_ACTIVE,
  "potentially failed": SCTP_POTENTIALLY_FAILED,
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
        sstat_penddata: count16(state.queue.countMessages(owner) + state.interleaving.countMessages(owner)),
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
    get: (state, { spinfo_assoc_id, spinfo_address }): sctp_paddrinfo => {
      const { owner, path } = findPath(state, spinfo_assoc_id, spinfo_address, "getsockopt");
      return describePath(owner, path);
    },
  }),
];

/** RFC 7829 §7.3: that a path is potentially failed is shown only to those who want to know. */
function shownState(owner: SocketAssociation, { state }: Path): PathState {
  return state === "potentially failed" && !owner.exposesPotentiallyFailed ? "active" : state;
}

function describePath(owner: SocketAssociation, path: Path): sctp_paddrinfo {
  const { association, socket } = owner;
  return {
    spinfo_assoc_id: owner.id,
    spinfo_address: socketAddress(path.address, association.peerPort, socket.settings.wantsMappedIpv4),
    spinfo_state: PATH_STATES[shownState(owner, path)],
    spinfo_cwnd: path.congestion.cwnd,
    spinfo_srtt: Math.round(path.rto.smoothedRoundTripMs ?? 0),
    spinfo_rto: Math.round(path.rto.timeoutMs),
    spinfo_mtu: path.pmdcs,
  };
}
