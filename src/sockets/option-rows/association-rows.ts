import {
  SCTP_ASSOCINFO,
  SCTP_DEFAULT_SNDINFO,
  SCTP_EVENT,
  SCTP_MAXSEG,
  SCTP_RTOINFO,
  SCTP_STATUS,
} from "../constants.js";
import type { OptionRow } from "../option-row.js";
import {
  SCTP_ASSOC_VALUE_FIELDS,
  SCTP_ASSOCPARAMS_FIELDS,
  SCTP_DEFAULT_SNDINFO_FIELDS,
  SCTP_EVENT_FIELDS,
  SCTP_RTOINFO_FIELDS,
  SCTP_STATUS_FIELDS,
} from "../option-structures.js";
import { SCTP_LEVEL } from "./usual.js";

/** The options of level `IPPROTO_SCTP` that associations have. */
export const ASSOCIATION_ROWS: readonly OptionRow[] = [
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
      "What a send call without sctp_sndinfo uses: stream, flags (SCTP_UNORDERED, SCTP_EOF, SCTP_SENDALL, SCTP_EOR), " +
      "payload protocol identifier in host order, context.",
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
