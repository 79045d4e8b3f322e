/**
 * The structures that go with messages by their fields (RFC 6458 §5.3, §9.12, §9.13).
 *
 * @module
 */
import { SENDV_FLAGS, SNDINFO_FLAGS } from "./message-information.js";
import type { StructureOf } from "./structures.js";
import type {
  sctp_authinfo,
  sctp_nxtinfo,
  sctp_prinfo,
  sctp_rcvinfo,
  sctp_recvv_rn,
  sctp_sendv_spa,
  sctp_sndinfo,
} from "./types.js";

/** `sctp_sndinfo`, RFC 6458 §5.3.4. */
export const SCTP_SNDINFO_FIELDS: StructureOf<sctp_sndinfo> = {
  name: "sctp_sndinfo",
  fields: {
    snd_sid: { kind: "u16" },
    snd_flags: { kind: "u16", mask: SNDINFO_FLAGS },
    snd_ppid: { kind: "u32", networkOrder: true },
    snd_context: { kind: "u32" },
    snd_assoc_id: { kind: "i32" },
  },
};

/** `sctp_rcvinfo`, RFC 6458 §5.3.5. */
export const SCTP_RCVINFO_FIELDS: StructureOf<sctp_rcvinfo> = {
  name: "sctp_rcvinfo",
  fields: {
    rcv_sid: { kind: "u16" },
    rcv_ssn: { kind: "u16" },
    rcv_flags: { kind: "u16" },
    rcv_ppid: { kind: "u32", networkOrder: true },
    rcv_tsn: { kind: "u32" },
    rcv_cumtsn: { kind: "u32" },
    rcv_context: { kind: "u32" },
    rcv_assoc_id: { kind: "i32" },
  },
};

/** `sctp_nxtinfo`, RFC 6458 §5.3.6. */
export const SCTP_NXTINFO_FIELDS: StructureOf<sctp_nxtinfo> = {
  name: "sctp_nxtinfo",
  fields: {
    nxt_sid: { kind: "u16" },
    nxt_flags: { kind: "u16" },
    nxt_ppid: { kind: "u32", networkOrder: true },
    nxt_length: { kind: "u32" },
    nxt_assoc_id: { kind: "i32" },
  },
};

/** `sctp_recvv_rn`, RFC 6458 §9.13. */
export const SCTP_RECVV_RN_FIELDS: StructureOf<sctp_recvv_rn> = {
  name: "sctp_recvv_rn",
  fields: {
    recvv_rcvinfo: { kind: "structure", structure: SCTP_RCVINFO_FIELDS },
    recvv_nxtinfo: { kind: "structure", structure: SCTP_NXTINFO_FIELDS },
  },
};

/** `sctp_prinfo`, RFC 6458 §5.3.7. */
export const SCTP_PRINFO_FIELDS: StructureOf<sctp_prinfo> = {
  name: "sctp_prinfo",
  fields: { pr_policy: { kind: "u16" }, pr_value: { kind: "u32" } },
};

/** `sctp_authinfo`, RFC 6458 §5.3.8. */
export const SCTP_AUTHINFO_FIELDS: StructureOf<sctp_authinfo> = {
  name: "sctp_authinfo",
  fields: { auth_keynumber: { kind: "u16" } },
};

/** A `sctp_sendv_spa` of which every field is there. */
export type CompleteSendvSpa = {
  [Name in keyof sctp_sendv_spa]-?: Required<NonNullable<sctp_sendv_spa[Name]>>;
};

/** `sctp_sendv_spa`, RFC 6458 §9.12. */
export const SCTP_SENDV_SPA_FIELDS: StructureOf<CompleteSendvSpa> = {
  name: "sctp_sendv_spa",
  fields: {
    sendv_flags: { kind: "u32", mask: SENDV_FLAGS },
    sendv_sndinfo: { kind: "structure", structure: SCTP_SNDINFO_FIELDS },
    sendv_prinfo: { kind: "structure", structure: SCTP_PRINFO_FIELDS },
    sendv_authinfo: { kind: "structure", structure: SCTP_AUTHINFO_FIELDS },
  },
};
