import { SCTP_ALL_ASSOC, SCTP_PR_SCTP_NONE } from "../../../src/sockets/constants.js";
import type { OptionRow } from "../../../src/sockets/option-row.js";

/** Fields that are only read although their structure is set, or that answer for something else than was set. */
const ANSWERS_OTHERWISE: ReadonlySet<string> = new Set([
  // RFC 6458 §8.1.2: the peer's destinations and both windows are only read.
  "SCTP_ASSOCINFO.sasoc_number_peer_destinations",
  "SCTP_ASSOCINFO.sasoc_peer_rwnd",
  "SCTP_ASSOCINFO.sasoc_local_rwnd",
  // RFC 6458 §8.1.12: flags are commands; which of the other fields count is told by them.
  "SCTP_PEER_ADDR_PARAMS.spp_flags",
  "SCTP_PEER_ADDR_PARAMS.spp_pathmtu",
  "SCTP_PEER_ADDR_PARAMS.spp_ipv6_flowlabel",
  "SCTP_PEER_ADDR_PARAMS.spp_dscp",
  "SCTP_PEER_ADDR_PARAMS.spp_hbinterval",
]);

/** Structures that are set for associations to come, and read as what was agreed where there is one (RFC 7496 §4.5). */
const AGREED_WITH_PEER: ReadonlySet<string> = new Set(["SCTP_PR_SUPPORTED"]);

/** Options that only know off and on although their structure is one that others use for numbers. */
const SWITCHES: ReadonlySet<string> = new Set([
  // RFC 7829 §7.3.
  "SCTP_EXPOSE_POTENTIALLY_FAILED_STATE",
  // RFC 7496 §4.5.
  "SCTP_PR_SUPPORTED",
]);

/** Structures in which 0 leaves a value as it is, or stands for a default (RFC 6458 §5.3.1, §8.1). */
const ZERO_LEAVES: ReadonlySet<string> = new Set([
  "SCTP_RTOINFO",
  "SCTP_ASSOCINFO",
  "SCTP_INITMSG",
  "SCTP_PEER_ADDR_PARAMS",
  "SCTP_PEER_ADDR_THLDS",
  "SCTP_DELAYED_SACK",
]);

/** A structure by its fields. */
type Fields = Readonly<Record<string, unknown>>;

/** Whether what is read is that of an association: the answer says which one. */
function isOfAssociation(row: OptionRow, read: Fields): boolean {
  const field = row.association?.field;
  return field !== undefined && Number(read[field]) > SCTP_ALL_ASSOC;
}

/** Whether a field may read otherwise than it was set. */
export function mayDiffer(row: OptionRow, field: string, given: Fields, read: Fields): boolean {
  if (AGREED_WITH_PEER.has(row.text) && isOfAssociation(row, read)) return true;
  if (ANSWERS_OTHERWISE.has(`${row.text}.${field}`)) return true;
  // RFC 6458 §5.3.7: beside SCTP_PR_SCTP_NONE it says nothing, and reads as 0.
  if (field === "pr_value" && (given["pr_policy"] ?? SCTP_PR_SCTP_NONE) === SCTP_PR_SCTP_NONE) return true;
  const value = given[field];
  return (value === 0 || value === false) && ZERO_LEAVES.has(row.text);
}

/** Whether a field only knows off and on, as 0 and 1. */
export function isSwitchField(row: OptionRow, field: string): boolean {
  if (SWITCHES.has(row.text)) return true;
  return "structure" in row.value && row.value.structure.fields[field]?.kind === "bool";
}
