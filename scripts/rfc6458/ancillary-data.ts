import type { Row } from "./row.js";

const sent = "test/contract/ancillary-data.ts: RFC 6458 §5";

/** The types of ancillary data (RFC 6458 §5.3): constants, and how sendmsg, recvmsg, sctp_sendv and sctp_recvv have them. */
export const ancillaryData: readonly Row[] = [
  {
    name: "SCTP_INIT",
    section: "5.3.1",
    says: "`sctp_initmsg` of the association that this message sets up.",
    tested: [sent],
  },
  { name: "SCTP_SNDINFO", section: "5.3.4", says: "`sctp_sndinfo`", tested: [sent] },
  {
    name: "SCTP_RCVINFO",
    section: "5.3.5",
    says: "`sctp_rcvinfo`, received after SCTP_RECVRCVINFO.",
    tested: [sent],
  },
  {
    name: "SCTP_NXTINFO",
    section: "5.3.6",
    says: "`sctp_nxtinfo`, received after SCTP_RECVNXTINFO.",
    tested: [sent],
  },
  { name: "SCTP_PRINFO", section: "5.3.7", says: "`sctp_prinfo`", tested: [sent] },
  { name: "SCTP_AUTHINFO", section: "5.3.8", says: "`sctp_authinfo`", tested: [sent] },
  {
    name: "SCTP_DSTADDRV4",
    section: "5.3.9, 5.2.1",
    says: "A further IPv4 address of the peer that this message sets an association up with; as often as need be.",
    tested: [sent],
  },
  { name: "SCTP_DSTADDRV6", section: "5.3.10", says: "The same for IPv6.", tested: [sent] },
];
