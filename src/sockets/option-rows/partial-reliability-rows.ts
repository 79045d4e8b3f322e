import {
  SCTP_DEFAULT_PRINFO,
  SCTP_PR_ASSOC_STATUS,
  SCTP_PR_STREAM_STATUS,
  SCTP_PR_SUPPORTED,
} from "../constants.js";
import { SCTP_DEFAULT_PRINFO_FIELDS, SCTP_PRSTATUS_FIELDS } from "../extension-structures.js";
import { isPolicy, POLICY_NAMES } from "../message-information.js";
import type { OptionRow } from "../option-row.js";
import { SCTP_ASSOC_VALUE_FIELDS } from "../option-structures.js";
import { SCTP_LEVEL } from "./usual.js";

/** The options of level `IPPROTO_SCTP` about messages that need not arrive (RFC 3758, RFC 7496). */
export const PARTIAL_RELIABILITY_ROWS: readonly OptionRow[] = [
  {
    ...SCTP_LEVEL,
    name: SCTP_DEFAULT_PRINFO,
    text: "SCTP_DEFAULT_PRINFO",
    value: { structure: SCTP_DEFAULT_PRINFO_FIELDS },
    argument: ["pr_assoc_id"],
    association: { field: "pr_assoc_id", rule: "all" },
    refusal: ({ pr_policy }) => (isPolicy(pr_policy) ? undefined : `pr_policy must be ${POLICY_NAMES}`),
    section: "RFC 6458 §8.1.32",
    documentation:
      "When messages without an sctp_prinfo of their own are given up: pr_policy, and in pr_value a lifetime in " +
      "milliseconds, a number of retransmissions, or a priority of which 0 is the highest. By default never.",
  },
  {
    ...SCTP_LEVEL,
    name: SCTP_PR_SUPPORTED,
    text: "SCTP_PR_SUPPORTED",
    value: { structure: SCTP_ASSOC_VALUE_FIELDS },
    argument: ["assoc_id"],
    association: { field: "assoc_id", rule: "future" },
    section: "RFC 7496 §4.5",
    documentation:
      "Whether partial reliability is offered to peers, for associations to come: on by default. Of an association it " +
      "tells whether both sides have agreed on it, which cannot be changed any more (EINVAL).",
  },
  {
    ...SCTP_LEVEL,
    access: "read only",
    name: SCTP_PR_STREAM_STATUS,
    text: "SCTP_PR_STREAM_STATUS",
    value: { structure: SCTP_PRSTATUS_FIELDS },
    argument: ["sprstat_assoc_id", "sprstat_sid", "sprstat_policy"],
    association: { field: "sprstat_assoc_id", rule: "association" },
    section: "RFC 7496 §4.3",
    documentation:
      "How many messages of an outgoing stream have been given up under a policy, or under any (SCTP_PR_SCTP_ALL). " +
      "EINVAL for SCTP_PR_SCTP_NONE, and for streams that there are not.",
  },
  {
    ...SCTP_LEVEL,
    access: "read only",
    name: SCTP_PR_ASSOC_STATUS,
    text: "SCTP_PR_ASSOC_STATUS",
    value: { structure: SCTP_PRSTATUS_FIELDS },
    argument: ["sprstat_assoc_id", "sprstat_policy"],
    association: { field: "sprstat_assoc_id", rule: "association" },
    section: "RFC 7496 §4.4",
    documentation:
      "How many messages of an association have been given up under a policy, or under any (SCTP_PR_SCTP_ALL). EINVAL " +
      "for SCTP_PR_SCTP_NONE.",
  },
];
