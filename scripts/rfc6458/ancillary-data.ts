import type { Row } from "./row.js";

/** The types of ancillary data (RFC 6458 §5.3): constants, and what their `cmsg_data` is in sendmsg and recvmsg. */
export const ancillaryData: readonly Row[] = [
  {
    name: "SCTP_INIT",
    section: "5.3.1",
    says: "`sctp_initmsg` of the association that this message sets up.",
    tested: [
      "test/contract/ancillary-data.ts: RFC 6458 §5.3.1, §7.5: SCTP_INIT counts for the association that the message sets up, and no other",
    ],
  },
  {
    name: "SCTP_SNDINFO",
    section: "5.3.4",
    says: "`sctp_sndinfo`",
    tested: [
      "test/contract/ancillary-data.ts: RFC 6458 §5.3: SCTP_SNDINFO becomes SCTP_RCVINFO, gathered pieces one message",
      "test/sockets/ancillary-data.test.ts: RFC 6458 §5.2.1: what ancillary data may not be, and the message names the item and the rule",
    ],
  },
  {
    name: "SCTP_RCVINFO",
    section: "5.3.5",
    says: "`sctp_rcvinfo`, received after SCTP_RECVRCVINFO.",
    tested: [
      "test/contract/ancillary-data.ts: RFC 6458 §5.3: SCTP_SNDINFO becomes SCTP_RCVINFO, gathered pieces one message",
    ],
  },
  {
    name: "SCTP_NXTINFO",
    section: "5.3.6",
    says: "`sctp_nxtinfo`, received after SCTP_RECVNXTINFO.",
    tested: [
      "test/contract/ancillary-data.ts: RFC 6458 §5.2.1, §5.3.6: SCTP_NXTINFO comes with what tells of the message itself",
    ],
  },
  {
    name: "SCTP_PRINFO",
    section: "5.3.7",
    says: "`sctp_prinfo`",
    tested: [
      "test/sockets/ancillary-data.test.ts: RFC 6458 §3.1.4, §5.3: sendmsg says with ancillary data what goes with the message",
      "test/contract/ancillary-data.ts: RFC 6458 §3.1.4, §9.12: what does not go together is EINVAL in sendmsg too",
    ],
  },
  {
    name: "SCTP_AUTHINFO",
    section: "5.3.8",
    says: "`sctp_authinfo`",
    tested: [
      "test/sockets/ancillary-data.test.ts: RFC 6458 §3.1.4, §5.3: sendmsg says with ancillary data what goes with the message",
      "test/contract/authentication.ts: RFC 6458 §5.3.8: sctp_authinfo names the key of one message",
    ],
  },
  {
    name: "SCTP_DSTADDRV4",
    section: "5.3.9, 5.2.1",
    says:
      "A further IPv4 address of the peer that this message sets an association up with; as often as " +
      "need be.",
    tested: [
      "test/contract/ancillary-data.ts: RFC 6458 §5.3.9, §5.3.10: SCTP_DSTADDRV4 and SCTP_DSTADDRV6 are further addresses to set up with",
    ],
  },
  {
    name: "SCTP_DSTADDRV6",
    section: "5.3.10",
    says: "The same for IPv6.",
    tested: [
      "test/contract/ancillary-data.ts: RFC 6458 §5.3.9, §5.3.10: SCTP_DSTADDRV4 and SCTP_DSTADDRV6 are further addresses to set up with",
    ],
  },
];
