import {
  SCTP_CONTEXT,
  SCTP_DELAYED_SACK,
  SCTP_DISABLE_FRAGMENTS,
  SCTP_EXPLICIT_EOR,
  SCTP_FRAGMENT_INTERLEAVE,
  SCTP_MAX_BURST,
  SCTP_PARTIAL_DELIVERY_POINT,
} from "../constants.js";
import type { OptionRow } from "../option-row.js";
import { SCTP_ASSOC_VALUE_FIELDS, SCTP_SACK_INFO_FIELDS } from "../option-structures.js";
import { SCTP_LEVEL, SWITCH } from "./usual.js";

/** The options of level `IPPROTO_SCTP` about how messages are sent, acknowledged and handed over. */
export const DELIVERY_ROWS: readonly OptionRow[] = [
  {
    ...SCTP_LEVEL,
    name: SCTP_DISABLE_FRAGMENTS,
    text: "SCTP_DISABLE_FRAGMENTS",
    value: { number: SWITCH },
    section: "RFC 6458 §8.1.11",
    documentation:
      "Messages that would have to be fragmented (sstat_fragmentation_point) are refused with EMSGSIZE. Off by default.",
  },
  {
    ...SCTP_LEVEL,
    name: SCTP_DELAYED_SACK,
    text: "SCTP_DELAYED_SACK",
    value: { structure: SCTP_SACK_INFO_FIELDS },
    argument: ["sack_assoc_id"],
    association: { field: "sack_assoc_id", rule: "all" },
    section: "RFC 6458 §8.1.19",
    documentation:
      "How long an acknowledgement may be delayed, in milliseconds up to 500, and after how many packets it is not " +
      "delayed any more; 1 delays none. Setting 0 leaves a value as it is. By default 200 ms and 2 packets.",
  },
  {
    ...SCTP_LEVEL,
    name: SCTP_FRAGMENT_INTERLEAVE,
    text: "SCTP_FRAGMENT_INTERLEAVE",
    value: { number: { kind: "i32", minimum: 0, maximum: 2 } },
    section: "RFC 6458 §8.1.20",
    documentation:
      "What may be received between the parts of a message that is delivered partially: 0 nothing, 1 what is of other " +
      "associations, and notifications, 2 also messages of other streams, which takes SCTP_RECVRCVINFO (else EINVAL). " +
      "By default 1 on one-to-many sockets and 0 on one-to-one sockets, where 0 and 1 differ for notifications only.",
  },
  {
    ...SCTP_LEVEL,
    name: SCTP_PARTIAL_DELIVERY_POINT,
    text: "SCTP_PARTIAL_DELIVERY_POINT",
    value: { number: { kind: "i32", minimum: 0 } },
    section: "RFC 6458 §8.1.21",
    documentation:
      "Messages of more bytes are delivered in parts, as they arrive; others are delivered whole. No more than " +
      "SO_RCVBUF (else EINVAL). 0, the default, leaves it to the receive buffer: what would fill it is delivered in parts.",
  },
  {
    ...SCTP_LEVEL,
    name: SCTP_MAX_BURST,
    text: "SCTP_MAX_BURST",
    value: { structure: SCTP_ASSOC_VALUE_FIELDS },
    argument: ["assoc_id"],
    association: { field: "assoc_id", rule: "all" },
    section: "RFC 6458 §8.1.24",
    documentation:
      "Max.Burst: how many packets of new data may leave at once. 0 takes the limit away. 4 by default.",
  },
  {
    ...SCTP_LEVEL,
    name: SCTP_CONTEXT,
    text: "SCTP_CONTEXT",
    value: { structure: SCTP_ASSOC_VALUE_FIELDS },
    argument: ["assoc_id"],
    association: { field: "assoc_id", rule: "all" },
    section: "RFC 6458 §8.1.25",
    documentation:
      "The rcv_context of received messages. It has nothing to do with the snd_context of sent ones.",
  },
  {
    ...SCTP_LEVEL,
    name: SCTP_EXPLICIT_EOR,
    text: "SCTP_EXPLICIT_EOR",
    value: { number: SWITCH },
    section: "RFC 6458 §8.1.26",
    documentation:
      "Several send calls make one message, and SCTP_EOR among the flags of the last one ends it. Until then the " +
      "association takes nothing else (EINVAL). Off by default.",
  },
];
