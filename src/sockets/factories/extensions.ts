/**
 * The structures of the extensions' socket options (RFC 6458 §8, RFC 7496 §4, RFC 6951 §6): factory and type share a
 * name.
 *
 * @module
 */
import {
  SCTP_AUTHCHUNKS_FIELDS,
  SCTP_AUTHCHUNK_FIELDS,
  SCTP_AUTHKEYID_FIELDS,
  SCTP_AUTHKEY_FIELDS,
  SCTP_DEFAULT_PRINFO_FIELDS,
  SCTP_HMACALGO_FIELDS,
  SCTP_PRSTATUS_FIELDS,
  SCTP_SETPEERPRIM_FIELDS,
  SCTP_UDPENCAPS_FIELDS,
} from "../extension-structures.js";
import type * as types from "../extension-types.js";
import { checkPolicy } from "../message-information.js";
import { type StructureFactory, structureFactory } from "../structure-factory.js";

/** RFC 6458 §8.1.32: how reliably messages are sent by default. */
export const sctp_default_prinfo: StructureFactory<types.sctp_default_prinfo> = structureFactory(
  SCTP_DEFAULT_PRINFO_FIELDS,
  checkPolicy,
);
/** What {@link sctp_default_prinfo} makes. */
export type sctp_default_prinfo = types.sctp_default_prinfo;

/** RFC 7496 §4.3: how many messages were given up. */
export const sctp_prstatus: StructureFactory<types.sctp_prstatus> = structureFactory(SCTP_PRSTATUS_FIELDS);
/** What {@link sctp_prstatus} makes. */
export type sctp_prstatus = types.sctp_prstatus;

/** RFC 6458 §8.1.17: HMAC algorithms; their number need not be given. */
export const sctp_hmacalgo: StructureFactory<types.sctp_hmacalgo> = structureFactory(SCTP_HMACALGO_FIELDS);
/** What {@link sctp_hmacalgo} makes. */
export type sctp_hmacalgo = types.sctp_hmacalgo;

/** RFC 6458 §8.1.18: the name of a shared key. */
export const sctp_authkeyid: StructureFactory<types.sctp_authkeyid, "scact_keynumber"> =
  structureFactory(SCTP_AUTHKEYID_FIELDS);
/** What {@link sctp_authkeyid} makes. */
export type sctp_authkeyid = types.sctp_authkeyid;

/** RFC 6458 §8.3.3: a shared key, by default the null key; its length need not be given. */
export const sctp_authkey: StructureFactory<types.sctp_authkey> = structureFactory(SCTP_AUTHKEY_FIELDS);
/** What {@link sctp_authkey} makes. */
export type sctp_authkey = types.sctp_authkey;

/** RFC 6458 §8.3.2: a chunk type to be authenticated. */
export const sctp_authchunk: StructureFactory<types.sctp_authchunk, "sauth_chunk"> =
  structureFactory(SCTP_AUTHCHUNK_FIELDS);
/** What {@link sctp_authchunk} makes. */
export type sctp_authchunk = types.sctp_authchunk;

/** RFC 6458 §8.2.3: chunk types; their number need not be given. */
export const sctp_authchunks: StructureFactory<types.sctp_authchunks> =
  structureFactory(SCTP_AUTHCHUNKS_FIELDS);
/** What {@link sctp_authchunks} makes. */
export type sctp_authchunks = types.sctp_authchunks;

/** RFC 6458 §8.3.1: an address of ours for the peer's primary one. */
export const sctp_setpeerprim: StructureFactory<types.sctp_setpeerprim, "sspp_addr"> =
  structureFactory(SCTP_SETPEERPRIM_FIELDS);
/** What {@link sctp_setpeerprim} makes. */
export type sctp_setpeerprim = types.sctp_setpeerprim;

/** RFC 6951 §6.1: the UDP port of a peer; without an address for paths to come. */
export const sctp_udpencaps: StructureFactory<types.sctp_udpencaps, "sue_port"> =
  structureFactory(SCTP_UDPENCAPS_FIELDS);
/** What {@link sctp_udpencaps} makes. */
export type sctp_udpencaps = types.sctp_udpencaps;
