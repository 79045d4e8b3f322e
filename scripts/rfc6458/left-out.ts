import type { LeftOutRow } from "./row.js";

/** What RFC 6458 calls deprecated: named in the texts of the RFC, and no export of the package. */
const deprecated: readonly LeftOutRow[] = [
  { name: "SCTP_SNDRCV", section: "5.3.2", because: "Deprecated: SCTP_SNDINFO and SCTP_RCVINFO." },
  {
    name: "sctp_sndrcvinfo",
    section: "5.3.2",
    because: "Deprecated: `sctp_sndinfo`, `sctp_rcvinfo`, `sctp_prinfo`.",
  },
  { name: "SCTP_EXTRCV", section: "5.3.3", because: "Deprecated: SCTP_NXTINFO." },
  { name: "sctp_extrcvinfo", section: "5.3.3", because: "Deprecated: `sctp_nxtinfo`." },
  { name: "SCTP_NEXT_MSG_AVAIL", section: "5.3.3", because: "Deprecated with `sctp_extrcvinfo`." },
  {
    name: "SCTP_NEXT_MSG_ISCOMPLETE",
    section: "5.3.3",
    because: "Deprecated with `sctp_extrcvinfo`: SCTP_COMPLETE.",
  },
  {
    name: "SCTP_NEXT_MSG_IS_UNORDERED",
    section: "5.3.3",
    because: "Deprecated with `sctp_extrcvinfo`: SCTP_UNORDERED.",
  },
  {
    name: "SCTP_NEXT_MSG_IS_NOTIFICATION",
    section: "5.3.3",
    because: "Deprecated with `sctp_extrcvinfo`: SCTP_NOTIFICATION.",
  },
  { name: "SCTP_SEND_FAILED", section: "6.1.4", because: "Deprecated: SCTP_SEND_FAILED_EVENT." },
  { name: "sctp_send_failed", section: "6.1.4", because: "Deprecated: `sctp_send_failed_event`." },
  {
    name: "SCTP_EVENTS",
    section: "6.2.1, 8.1.14",
    because: "Deprecated: SCTP_EVENT, one subscription at a time.",
  },
  { name: "sctp_event_subscribe", section: "6.2.1", because: "Deprecated: `sctp_event`." },
  { name: "SCTP_DEFAULT_SEND_PARAM", section: "8.1.13", because: "Deprecated: SCTP_DEFAULT_SNDINFO." },
  { name: "SCTP_USE_EXT_RCVINFO", section: "8.1.22", because: "Deprecated: SCTP_RECVNXTINFO." },
  { name: "sctp_sendmsg", section: "9.7", because: "Deprecated: `sctp_sendv`." },
  { name: "sctp_recvmsg", section: "9.8", because: "Deprecated: `sctp_recvv`." },
  { name: "sctp_send", section: "9.10", because: "Deprecated: `sctp_sendv`." },
  { name: "sctp_sendx", section: "9.11", because: "Deprecated: `sctp_sendv` with a list of addresses." },
];

/** What has no meaning in JavaScript, and what the errata take away. */
const withoutMeaning: readonly LeftOutRow[] = [
  {
    name: "SCTP_BOUND",
    section: "8.2.1",
    because: "Verified erratum 6115: no association is in such a state.",
  },
  { name: "SCTP_CANT_START_ASSOC", section: "6.1.1", because: "Verified erratum 6112: SCTP_CANT_STR_ASSOC." },
  { name: "SCTP_MAX_SEG", section: "8", because: "Verified erratum 6980: SCTP_MAXSEG." },
  {
    name: "sctp_freepaddrs",
    section: "9.4",
    because: "`sctp_getpaddrs` answers an array, which is collected when nobody holds it any more.",
  },
  { name: "sctp_freeladdrs", section: "9.6", because: "The same for `sctp_getladdrs`." },
  {
    name: "read",
    section: "7.3",
    because: "A socket is no file descriptor: `recv`, or the iteration of its messages.",
  },
  { name: "write", section: "7.3", because: "The same: `send`." },
  {
    name: "select",
    section: "3.2",
    because:
      "Promises wait, and `socket.nonblocking` with the events `readable` and `writable` does not; so do poll and O_NONBLOCK.",
  },
  {
    name: "cmsghdr",
    section: "5.2.2, 5.2.3",
    because:
      "Ancillary data are objects and come whole: there are no CMSG_FIRSTHDR, CMSG_NXTHDR, CMSG_DATA, CMSG_SPACE, no buffer to size, and never MSG_CTRUNC.",
  },
];

/** What of RFC 6458 is left out, each with the reason or what there is instead. */
export const leftOut: readonly LeftOutRow[] = [...withoutMeaning, ...deprecated];
