/**
 * The structures of socket options (RFC 6458 §8, RFC 7829 §7.2): factory and type share a name.
 *
 * @module
 */
import {
  LINGER,
  SCTP_ASSOCPARAMS_FIELDS,
  SCTP_ASSOC_IDS_FIELDS,
  SCTP_ASSOC_VALUE_FIELDS,
  SCTP_EVENT_FIELDS,
  SCTP_PADDRINFO_FIELDS,
  SCTP_PADDRPARAMS_FIELDS,
  SCTP_PADDRTHLDS_FIELDS,
  SCTP_RTOINFO_FIELDS,
  SCTP_SACK_INFO_FIELDS,
  SCTP_SETADAPTATION_FIELDS,
  SCTP_SETPRIM_FIELDS,
  SCTP_STATUS_FIELDS,
} from "../option-structures.js";
import { type StructureFactory, structureFactory } from "../structure-factory.js";
import type * as types from "../types.js";

/** RFC 6458 §8.1.4: what `close()` does; by default it ends gracefully. */
export const linger: StructureFactory<types.linger> = structureFactory(LINGER);
/** What {@link linger} makes. */
export type linger = types.linger;

/** RFC 6458 §8.1.1: bounds of the retransmission time-out; 0 changes nothing. */
export const sctp_rtoinfo: StructureFactory<types.sctp_rtoinfo> = structureFactory(SCTP_RTOINFO_FIELDS);
/** What {@link sctp_rtoinfo} makes. */
export type sctp_rtoinfo = types.sctp_rtoinfo;

/** RFC 6458 §8.1.2: parameters of an association; 0 changes nothing. */
export const sctp_assocparams: StructureFactory<types.sctp_assocparams> =
  structureFactory(SCTP_ASSOCPARAMS_FIELDS);
/** What {@link sctp_assocparams} makes. */
export type sctp_assocparams = types.sctp_assocparams;

/** RFC 6458 §8.1.9: the primary address of a peer. */
export const sctp_setprim: StructureFactory<types.sctp_setprim, "ssp_addr"> =
  structureFactory(SCTP_SETPRIM_FIELDS);
/** What {@link sctp_setprim} makes. */
export type sctp_setprim = types.sctp_setprim;

/** RFC 6458 §8.1.10: the adaptation layer indication. */
export const sctp_setadaptation: StructureFactory<types.sctp_setadaptation> =
  structureFactory(SCTP_SETADAPTATION_FIELDS);
/** What {@link sctp_setadaptation} makes. */
export type sctp_setadaptation = types.sctp_setadaptation;

/** RFC 6458 §8.1.12: parameters of paths; without an address of all, and 0 leaves a number as it is. */
export const sctp_paddrparams: StructureFactory<types.sctp_paddrparams> =
  structureFactory(SCTP_PADDRPARAMS_FIELDS);
/** What {@link sctp_paddrparams} makes. */
export type sctp_paddrparams = types.sctp_paddrparams;

/** RFC 7829 §7.2: thresholds of paths; without an address of all. */
export const sctp_paddrthlds: StructureFactory<types.sctp_paddrthlds, "spt_pathpfthld" | "spt_pathcpthld"> =
  structureFactory(SCTP_PADDRTHLDS_FIELDS);
/** What {@link sctp_paddrthlds} makes. */
export type sctp_paddrthlds = types.sctp_paddrthlds;

/** RFC 6458 §8.1.16: a number for an association. */
export const sctp_assoc_value: StructureFactory<types.sctp_assoc_value> =
  structureFactory(SCTP_ASSOC_VALUE_FIELDS);
/** What {@link sctp_assoc_value} makes. */
export type sctp_assoc_value = types.sctp_assoc_value;

/** RFC 6458 §8.1.19: when acknowledgements are sent; 0 changes nothing. */
export const sctp_sack_info: StructureFactory<types.sctp_sack_info> = structureFactory(SCTP_SACK_INFO_FIELDS);
/** What {@link sctp_sack_info} makes. */
export type sctp_sack_info = types.sctp_sack_info;

/** RFC 6458 §6.2.2: a subscription; `se_on: 1` begins it. */
export const sctp_event: StructureFactory<types.sctp_event, "se_type"> = structureFactory(SCTP_EVENT_FIELDS);
/** What {@link sctp_event} makes. */
export type sctp_event = types.sctp_event;

/** RFC 6458 §8.2.1: the state of an association. */
export const sctp_status: StructureFactory<types.sctp_status, "sstat_primary"> =
  structureFactory(SCTP_STATUS_FIELDS);
/** What {@link sctp_status} makes. */
export type sctp_status = types.sctp_status;

/** RFC 6458 §8.2.2: the state of one path. */
export const sctp_paddrinfo: StructureFactory<types.sctp_paddrinfo, "spinfo_address"> =
  structureFactory(SCTP_PADDRINFO_FIELDS);
/** What {@link sctp_paddrinfo} makes. */
export type sctp_paddrinfo = types.sctp_paddrinfo;

/** RFC 6458 §8.2.6: ids of associations; their number need not be given. */
export const sctp_assoc_ids: StructureFactory<types.sctp_assoc_ids> = structureFactory(SCTP_ASSOC_IDS_FIELDS);
/** What {@link sctp_assoc_ids} makes. */
export type sctp_assoc_ids = types.sctp_assoc_ids;
