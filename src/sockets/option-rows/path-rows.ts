import {
  SCTP_EXPOSE_POTENTIALLY_FAILED_STATE,
  SCTP_GET_PEER_ADDR_INFO,
  SCTP_PEER_ADDR_PARAMS,
  SCTP_PEER_ADDR_THLDS,
  SCTP_PRIMARY_ADDR,
  SCTP_REMOTE_UDP_ENCAPS_PORT,
  SPP_HB_DEMAND,
  SPP_HB_DISABLE,
  SPP_HB_ENABLE,
  SPP_PMTUD_DISABLE,
  SPP_PMTUD_ENABLE,
} from "../constants.js";
import type { OptionRow } from "../option-row.js";
import {
  SCTP_ASSOC_VALUE_FIELDS,
  SCTP_PADDRINFO_FIELDS,
  SCTP_PADDRPARAMS_FIELDS,
  SCTP_PADDRTHLDS_FIELDS,
  SCTP_SETPRIM_FIELDS,
} from "../option-structures.js";
import { SCTP_UDPENCAPS_FIELDS } from "../extension-structures.js";
import type { CheckedStructure } from "../structures.js";
import { SCTP_LEVEL } from "./usual.js";

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
export const PATH_ROWS: readonly OptionRow[] = [
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
    name: SCTP_REMOTE_UDP_ENCAPS_PORT,
    text: "SCTP_REMOTE_UDP_ENCAPS_PORT",
    value: { structure: SCTP_UDPENCAPS_FIELDS },
    argument: ["sue_assoc_id", "sue_address"],
    association: { field: "sue_assoc_id", rule: "future" },
    section: "RFC 6951 §6.1",
    documentation:
      "The UDP port at which an address of the peer is found, in host order; 0 is no encapsulation. Without an address " +
      "it is the port of paths to come, of an association or of associations to come.",
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
