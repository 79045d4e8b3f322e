/**
 * The option table: everything about a socket option but how a provider does it. A row here, its types in
 * `option-types.ts`, and a function in the provider make an option.
 *
 * @module
 */
import {
  AF_INET6,
  IPPROTO_SCTP,
  SCTP_ADAPTATION_LAYER,
  SCTP_ASSOCINFO,
  SCTP_AUTOCLOSE,
  SCTP_DEFAULT_SNDINFO,
  SCTP_EVENT,
  SCTP_EXPOSE_POTENTIALLY_FAILED_STATE,
  SCTP_GET_PEER_ADDR_INFO,
  SCTP_I_WANT_MAPPED_V4_ADDR,
  SCTP_INITMSG,
  SCTP_MAXSEG,
  SCTP_NODELAY,
  SCTP_PEER_ADDR_PARAMS,
  SCTP_PEER_ADDR_THLDS,
  SCTP_PRIMARY_ADDR,
  SCTP_RECVNXTINFO,
  SCTP_RECVRCVINFO,
  SCTP_RTOINFO,
  SCTP_STATUS,
  SO_DOMAIN,
  SO_ERROR,
  SO_LINGER,
  SO_PROTOCOL,
  SO_RCVBUF,
  SO_SNDBUF,
  SO_TYPE,
  SOCK_SEQPACKET,
  SOL_SOCKET,
  SPP_HB_DEMAND,
  SPP_HB_DISABLE,
  SPP_HB_ENABLE,
  SPP_PMTUD_DISABLE,
  SPP_PMTUD_ENABLE,
} from "./constants.js";
import type { OptionRow } from "./option-row.js";
import {
  LINGER,
  SCTP_ASSOC_VALUE_FIELDS,
  SCTP_ASSOCPARAMS_FIELDS,
  SCTP_DEFAULT_SNDINFO_FIELDS,
  SCTP_EVENT_FIELDS,
  SCTP_INITMSG_FIELDS,
  SCTP_PADDRINFO_FIELDS,
  SCTP_PADDRPARAMS_FIELDS,
  SCTP_PADDRTHLDS_FIELDS,
  SCTP_RTOINFO_FIELDS,
  SCTP_SETADAPTATION_FIELDS,
  SCTP_SETPRIM_FIELDS,
  SCTP_STATUS_FIELDS,
} from "./option-structures.js";
import type { CheckedStructure, Field } from "./structures.js";

const SWITCH: Field = { kind: "bool" };

/** What most rows have in common. */
const USUAL = { access: "read and write", argument: [], answeredBy: "provider" } as const;
const SOCKET_LEVEL = { ...USUAL, level: SOL_SOCKET, levelText: "SOL_SOCKET" } as const;
const SCTP_LEVEL = { ...USUAL, level: IPPROTO_SCTP, levelText: "IPPROTO_SCTP" } as const;
const ANSWERED_HERE = { access: "read only", answeredBy: "sockets" } as const;

/** The options of level `SOL_SOCKET`. */
const SOCKET_ROWS: readonly OptionRow[] = [
  {
    ...SOCKET_LEVEL,
    ...ANSWERED_HERE,
    name: SO_TYPE,
    text: "SO_TYPE",
    value: { number: { kind: "i32" } },
    section: "POSIX",
    documentation: "The style of the socket: SOCK_STREAM is one-to-one, SOCK_SEQPACKET one-to-many.",
  },
  {
    ...SOCKET_LEVEL,
    ...ANSWERED_HERE,
    name: SO_ERROR,
    text: "SO_ERROR",
    value: { number: { kind: "i32" } },
    section: "POSIX",
    documentation:
      "What has become of a connect that answered EINPROGRESS: 0, or the negative errno of its failure, which is " +
      "cleared by reading it. 0 as well while it is in progress.",
  },
  {
    ...SOCKET_LEVEL,
    name: SO_SNDBUF,
    text: "SO_SNDBUF",
    value: { number: { kind: "i32", minimum: 1 } },
    section: "RFC 6458 §8.1.7",
    documentation:
      "The bytes that an association holds before a send call has to wait, for each association of the socket. It " +
      "also bounds the size of one message: a larger one is refused with EMSGSIZE.",
  },
  {
    ...SOCKET_LEVEL,
    name: SO_RCVBUF,
    text: "SO_RCVBUF",
    value: { number: { kind: "i32", minimum: 1 } },
    section: "RFC 6458 §8.1.6",
    documentation: "The receive window in bytes, for each association of the socket.",
  },
  {
    ...SOCKET_LEVEL,
    name: SO_LINGER,
    text: "SO_LINGER",
    value: { structure: LINGER },
    section: "RFC 6458 §8.1.4",
    documentation:
      "What close() does. l_onoff 0, the default: it ends every association gracefully and waits for that, within " +
      "the provider's limit. l_onoff 1: it waits l_linger seconds at most, and with 0 it aborts instead.",
  },
  {
    ...SOCKET_LEVEL,
    ...ANSWERED_HERE,
    name: SO_PROTOCOL,
    text: "SO_PROTOCOL",
    value: { number: { kind: "i32" } },
    section: "Linux",
    documentation: "The protocol of the socket, IPPROTO_SCTP.",
  },
  {
    ...SOCKET_LEVEL,
    ...ANSWERED_HERE,
    name: SO_DOMAIN,
    text: "SO_DOMAIN",
    value: { number: { kind: "i32" } },
    section: "Linux",
    documentation: "The family of the socket: AF_INET or AF_INET6.",
  },
];

/** The options of level `IPPROTO_SCTP` that associations have. */
const ASSOCIATION_ROWS: readonly OptionRow[] = [
  {
    ...SCTP_LEVEL,
    name: SCTP_RTOINFO,
    text: "SCTP_RTOINFO",
    value: { structure: SCTP_RTOINFO_FIELDS },
    argument: ["srto_assoc_id"],
    association: { field: "srto_assoc_id", rule: "future" },
    section: "RFC 6458 §8.1.1",
    documentation:
      "RTO.Initial, RTO.Max and RTO.Min in milliseconds. Setting 0 leaves a value as it is. The bounds must stay in " +
      "order: EINVAL otherwise.",
  },
  {
    ...SCTP_LEVEL,
    name: SCTP_ASSOCINFO,
    text: "SCTP_ASSOCINFO",
    value: { structure: SCTP_ASSOCPARAMS_FIELDS },
    argument: ["sasoc_assoc_id"],
    association: { field: "sasoc_assoc_id", rule: "future" },
    section: "RFC 6458 §8.1.2",
    documentation:
      "Association.Max.Retrans and the life of a state cookie in milliseconds can be set, where 0 leaves a value as " +
      "it is. The number of the peer's addresses and the windows in bytes are only read.",
  },
  {
    ...SCTP_LEVEL,
    name: SCTP_MAXSEG,
    text: "SCTP_MAXSEG",
    value: { structure: SCTP_ASSOC_VALUE_FIELDS },
    argument: ["assoc_id"],
    association: { field: "assoc_id", rule: "future" },
    section: "RFC 6458 §8.1.16",
    documentation:
      "The most bytes of a message that go into one DATA chunk. 0, the default, leaves it to the path MTU, which " +
      "bounds it in any case.",
  },
  {
    ...SCTP_LEVEL,
    name: SCTP_DEFAULT_SNDINFO,
    text: "SCTP_DEFAULT_SNDINFO",
    value: { structure: SCTP_DEFAULT_SNDINFO_FIELDS },
    argument: ["snd_assoc_id"],
    association: { field: "snd_assoc_id", rule: "all" },
    section: "RFC 6458 §8.1.31",
    documentation:
      "What a send call without sctp_sndinfo uses: stream, flags (SCTP_UNORDERED, SCTP_EOF, SCTP_SENDALL), payload " +
      "protocol identifier in host order, context.",
  },
  {
    ...SCTP_LEVEL,
    name: SCTP_EVENT,
    text: "SCTP_EVENT",
    value: { structure: SCTP_EVENT_FIELDS },
    argument: ["se_assoc_id", "se_type"],
    association: { field: "se_assoc_id", rule: "all" },
    section: "RFC 6458 §6.2.2",
    documentation:
      "Subscribes to one kind of notification, or ends the subscription. There is none by default. Subscribing to " +
      "SCTP_SENDER_DRY_EVENT is answered with a notification at once when everything is acknowledged.",
  },
  {
    ...SCTP_LEVEL,
    access: "read only",
    name: SCTP_STATUS,
    text: "SCTP_STATUS",
    value: { structure: SCTP_STATUS_FIELDS },
    argument: ["sstat_assoc_id"],
    association: { field: "sstat_assoc_id", rule: "association" },
    section: "RFC 6458 §8.2.1",
    documentation:
      "The state of an association, the peer's window in bytes, DATA chunks under way in both directions, the " +
      "streams, the size from which on messages are fragmented, and the primary path.",
  },
];

/** Whether a flags field has all of some bits. */
function has(value: CheckedStructure, field: string, bits: number): boolean {
  return (Number(value[field]) & bits) === bits;
}

/** RFC 6458 §8.1.12: what excludes each other. Of what has undetermined results, none is better than an error. */
function refusePathParameters(value: CheckedStructure): string | undefined {
  if (has(value, "spp_flags", SPP_HB_ENABLE | SPP_HB_DISABLE))
    return "SPP_HB_ENABLE and SPP_HB_DISABLE exclude each other";
  if (has(value, "spp_flags", SPP_PMTUD_ENABLE | SPP_PMTUD_DISABLE))
    return "SPP_PMTUD_ENABLE and SPP_PMTUD_DISABLE exclude each other";
  if (has(value, "spp_flags", SPP_HB_DEMAND) && value["spp_address"] === 0)
    return "SPP_HB_DEMAND needs an address";
  return undefined;
}

/** RFC 7829 §7.2: a path is potentially failed before it ceases to be the primary one. */
function refuseThresholds(value: CheckedStructure): string | undefined {
  const isOrdered = Number(value["spt_pathcpthld"]) >= Number(value["spt_pathpfthld"]);
  return isOrdered ? undefined : "spt_pathcpthld must not be less than spt_pathpfthld";
}

/** The options of level `IPPROTO_SCTP` about the paths to peers. */
const PATH_ROWS: readonly OptionRow[] = [
  {
    ...SCTP_LEVEL,
    name: SCTP_PRIMARY_ADDR,
    text: "SCTP_PRIMARY_ADDR",
    value: { structure: SCTP_SETPRIM_FIELDS },
    argument: ["ssp_assoc_id"],
    association: { field: "ssp_assoc_id", rule: "association" },
    section: "RFC 6458 §8.1.9",
    documentation: "The address of the peer that messages are sent to while it can be reached.",
  },
  {
    ...SCTP_LEVEL,
    name: SCTP_PEER_ADDR_PARAMS,
    text: "SCTP_PEER_ADDR_PARAMS",
    value: { structure: SCTP_PADDRPARAMS_FIELDS },
    argument: ["spp_assoc_id", "spp_address"],
    association: { field: "spp_assoc_id", rule: "future" },
    refusal: refusePathParameters,
    section: "RFC 6458 §8.1.12",
    documentation:
      "Heartbeats and their interval in milliseconds, Path.Max.Retrans, the path MTU (bytes that a packet has for " +
      "chunks), flow label and DSCP, of one address, or of all of an association, or of associations to come. Without " +
      "an id the address finds the association. A flag says which of them are to be set; 0 leaves a number as it is.",
  },
  {
    ...SCTP_LEVEL,
    name: SCTP_PEER_ADDR_THLDS,
    text: "SCTP_PEER_ADDR_THLDS",
    value: { structure: SCTP_PADDRTHLDS_FIELDS },
    argument: ["spt_assoc_id", "spt_address"],
    association: { field: "spt_assoc_id", rule: "future" },
    refusal: refuseThresholds,
    section: "RFC 7829 §7.2",
    documentation:
      "After how many errors in a row a path is unreachable (0 leaves that as it is), potentially failed, and no " +
      "longer the primary one (65535 is never, the default). With a second threshold that is not less than the first " +
      "no path is ever potentially failed.",
  },
  {
    ...SCTP_LEVEL,
    name: SCTP_EXPOSE_POTENTIALLY_FAILED_STATE,
    text: "SCTP_EXPOSE_POTENTIALLY_FAILED_STATE",
    value: { structure: SCTP_ASSOC_VALUE_FIELDS },
    argument: ["assoc_id"],
    association: { field: "assoc_id", rule: "future" },
    section: "RFC 7829 §7.3",
    documentation:
      "Whether SCTP_PEER_ADDR_CHANGE and SCTP_GET_PEER_ADDR_INFO tell that a path is potentially failed; else it is " +
      "shown as active. Reads as 0 or 1. Off by default.",
  },
  {
    ...SCTP_LEVEL,
    access: "read only",
    name: SCTP_GET_PEER_ADDR_INFO,
    text: "SCTP_GET_PEER_ADDR_INFO",
    value: { structure: SCTP_PADDRINFO_FIELDS },
    argument: ["spinfo_assoc_id", "spinfo_address"],
    association: { field: "spinfo_assoc_id", rule: "association or address" },
    section: "RFC 6458 §8.2.2",
    documentation:
      "The state of one path: its congestion window and MTU in bytes, its round-trip time and time-out in " +
      "milliseconds. Without an id the address finds the association, and the answer tells the id.",
  },
];

/** The options of level `IPPROTO_SCTP` that the socket as a whole has. */
const ENDPOINT_ROWS: readonly OptionRow[] = [
  {
    ...SCTP_LEVEL,
    name: SCTP_INITMSG,
    text: "SCTP_INITMSG",
    value: { structure: SCTP_INITMSG_FIELDS },
    section: "RFC 6458 §8.1.3",
    documentation:
      "How later associations are set up: the streams to ask for and to allow, how often INIT is sent, and the " +
      "largest time-out between in milliseconds. 0 stands for the default.",
  },
  {
    ...SCTP_LEVEL,
    name: SCTP_NODELAY,
    text: "SCTP_NODELAY",
    value: { number: SWITCH },
    section: "RFC 6458 §8.1.5",
    documentation: "Turns Nagle's algorithm off: small messages leave at once. Off by default.",
  },
  {
    ...SCTP_LEVEL,
    name: SCTP_AUTOCLOSE,
    text: "SCTP_AUTOCLOSE",
    value: { number: { kind: "i32", minimum: 0 } },
    only: { type: SOCK_SEQPACKET, otherwise: "EOPNOTSUPP" },
    section: "RFC 6458 §8.1.8",
    documentation:
      "After how many seconds without user data in either direction an association is shut down gracefully. 0, the " +
      "default, is never. One-to-many sockets only.",
  },
  {
    ...SCTP_LEVEL,
    name: SCTP_ADAPTATION_LAYER,
    text: "SCTP_ADAPTATION_LAYER",
    value: { structure: SCTP_SETADAPTATION_FIELDS },
    section: "RFC 6458 §8.1.10",
    documentation: "The adaptation layer indication that later associations send to their peers.",
  },
  {
    ...SCTP_LEVEL,
    name: SCTP_I_WANT_MAPPED_V4_ADDR,
    text: "SCTP_I_WANT_MAPPED_V4_ADDR",
    value: { number: SWITCH },
    only: { family: AF_INET6, otherwise: "EINVAL" },
    section: "RFC 6458 §8.1.15",
    documentation:
      "Answers IPv4 addresses in IPv6 form (::ffff:192.0.2.1). Off by default. IPv6 sockets only.",
  },
  {
    ...SCTP_LEVEL,
    name: SCTP_RECVRCVINFO,
    text: "SCTP_RECVRCVINFO",
    value: { number: SWITCH },
    section: "RFC 6458 §8.1.29",
    documentation: "Delivers a sctp_rcvinfo with each message. Off by default.",
  },
  {
    ...SCTP_LEVEL,
    name: SCTP_RECVNXTINFO,
    text: "SCTP_RECVNXTINFO",
    value: { number: SWITCH },
    section: "RFC 6458 §8.1.30",
    documentation:
      "Delivers a sctp_nxtinfo about the next message with each one, when it is there already. Off by default.",
  },
];

/** Every option that sockets have. */
export const OPTION_TABLE: readonly OptionRow[] = [
  ...SOCKET_ROWS,
  ...ASSOCIATION_ROWS,
  ...PATH_ROWS,
  ...ENDPOINT_ROWS,
];

let rows: Map<string, OptionRow> | undefined;

/** The row of an option; `undefined` when there is no such pair. */
export function optionRow(level: number, name: number): OptionRow | undefined {
  rows ??= new Map(OPTION_TABLE.map((row) => [`${row.level}:${row.name}`, row]));
  return rows.get(`${level}:${name}`);
}
