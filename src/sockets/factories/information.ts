/**
 * The structures that go with messages (RFC 6458 §5.3, §9.12, §9.13): factory and type share a name.
 *
 * @module
 */
import { SCTP_SEND_AUTHINFO_VALID, SCTP_SEND_PRINFO_VALID, SCTP_SEND_SNDINFO_VALID } from "../constants.js";
import {
  type CompleteSendvSpa,
  SCTP_AUTHINFO_FIELDS,
  SCTP_NXTINFO_FIELDS,
  SCTP_PRINFO_FIELDS,
  SCTP_RCVINFO_FIELDS,
  SCTP_RECVV_RN_FIELDS,
  SCTP_SENDV_SPA_FIELDS,
  SCTP_SNDINFO_FIELDS,
} from "../information-structures.js";
import { checkPolicy } from "../message-information.js";
import { SCTP_INITMSG_FIELDS } from "../option-structures.js";
import { type StructureFactory, structureFactory, type StructureInput } from "../structure-factory.js";
import type * as types from "../types.js";

/** RFC 6458 §5.3.1: parameters of the set-up of associations; 0 is the endpoint's default. */
export const sctp_initmsg: StructureFactory<types.sctp_initmsg> = structureFactory(SCTP_INITMSG_FIELDS);
/** What {@link sctp_initmsg} makes. */
export type sctp_initmsg = types.sctp_initmsg;

/** RFC 6458 §5.3.4: what a message is sent with; by default in order, on stream 0. */
export const sctp_sndinfo: StructureFactory<types.sctp_sndinfo> = structureFactory(SCTP_SNDINFO_FIELDS);
/** What {@link sctp_sndinfo} makes. */
export type sctp_sndinfo = types.sctp_sndinfo;

/** RFC 6458 §5.3.5: what a message was received with. */
export const sctp_rcvinfo: StructureFactory<types.sctp_rcvinfo> = structureFactory(SCTP_RCVINFO_FIELDS);
/** What {@link sctp_rcvinfo} makes. */
export type sctp_rcvinfo = types.sctp_rcvinfo;

/** RFC 6458 §5.3.6: what is known of the next message. */
export const sctp_nxtinfo: StructureFactory<types.sctp_nxtinfo> = structureFactory(SCTP_NXTINFO_FIELDS);
/** What {@link sctp_nxtinfo} makes. */
export type sctp_nxtinfo = types.sctp_nxtinfo;

/** RFC 6458 §9.13: both informations of a received message. */
export const sctp_recvv_rn: StructureFactory<types.sctp_recvv_rn> = structureFactory(SCTP_RECVV_RN_FIELDS);
/** What {@link sctp_recvv_rn} makes. */
export type sctp_recvv_rn = types.sctp_recvv_rn;

/** RFC 6458 §5.3.7, RFC 7496 §3: how reliably a message is sent; by default reliably. */
export const sctp_prinfo: StructureFactory<types.sctp_prinfo> = structureFactory(
  SCTP_PRINFO_FIELDS,
  checkPolicy,
);
/** What {@link sctp_prinfo} makes. */
export type sctp_prinfo = types.sctp_prinfo;

/** RFC 6458 §5.3.8: which key authenticates a message. */
export const sctp_authinfo: StructureFactory<types.sctp_authinfo> = structureFactory(SCTP_AUTHINFO_FIELDS);
/** What {@link sctp_authinfo} makes. */
export type sctp_authinfo = types.sctp_authinfo;

const completeSpa = structureFactory<CompleteSendvSpa>(SCTP_SENDV_SPA_FIELDS, ({ sendv_prinfo }, argument) =>
  checkPolicy(sendv_prinfo, `${argument}.sendv_prinfo`),
);

function makeSpa(fields: StructureInput<CompleteSendvSpa> = {}): CompleteSendvSpa {
  const spa = completeSpa(fields);
  if (fields.sendv_flags !== undefined) return spa;
  if (fields.sendv_sndinfo !== undefined) spa.sendv_flags |= SCTP_SEND_SNDINFO_VALID;
  if (fields.sendv_prinfo !== undefined) spa.sendv_flags |= SCTP_SEND_PRINFO_VALID;
  if (fields.sendv_authinfo !== undefined) spa.sendv_flags |= SCTP_SEND_AUTHINFO_VALID;
  return spa;
}

/** RFC 6458 §9.12: several attributes of a message; `sendv_flags` names those that are given. */
export const sctp_sendv_spa: StructureFactory<CompleteSendvSpa> = Object.assign(makeSpa, {
  structure: SCTP_SENDV_SPA_FIELDS,
});
/** What {@link sctp_sendv_spa} makes. */
export type sctp_sendv_spa = types.sctp_sendv_spa;
