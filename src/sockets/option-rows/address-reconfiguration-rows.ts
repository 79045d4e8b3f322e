import { SCTP_AUTO_ASCONF, SCTP_SET_PEER_PRIMARY_ADDR } from "../constants.js";
import { SCTP_SETPEERPRIM_FIELDS } from "../extension-structures.js";
import type { OptionRow } from "../option-row.js";
import { SCTP_LEVEL, SWITCH } from "./usual.js";

/** The options of level `IPPROTO_SCTP` about addresses that change while associations live (RFC 5061). */
export const ADDRESS_RECONFIGURATION_ROWS: readonly OptionRow[] = [
  {
    ...SCTP_LEVEL,
    access: "write only",
    name: SCTP_SET_PEER_PRIMARY_ADDR,
    text: "SCTP_SET_PEER_PRIMARY_ADDR",
    value: { structure: SCTP_SETPEERPRIM_FIELDS },
    association: { field: "sspp_assoc_id", rule: "association" },
    section: "RFC 6458 §8.3.1",
    documentation:
      "Asks the peer to send to this address of ours while it can be reached. EADDRNOTAVAIL when the association does " +
      "not have it, EOPNOTSUPP when the peer takes no such requests (RFC 5061).",
  },
  {
    ...SCTP_LEVEL,
    name: SCTP_AUTO_ASCONF,
    text: "SCTP_AUTO_ASCONF",
    value: { number: SWITCH },
    section: "RFC 6458 §8.1.23",
    documentation:
      "Whether associations follow the addresses of this host: peers are told of those that it gets and loses (RFC " +
      "5061). Off by default; EINVAL when it is turned on for a socket that is not bound to a wildcard address.",
  },
];
