/**
 * The structures of `extension-types.ts` by their fields, for checking and documentation.
 *
 * @module
 */
import type { Structure } from "./structures.js";

/** `sctp_default_prinfo`, RFC 6458 §8.1.32. */
export const SCTP_DEFAULT_PRINFO_FIELDS: Structure = {
  name: "sctp_default_prinfo",
  fields: { pr_policy: { kind: "u16" }, pr_value: { kind: "u32" }, pr_assoc_id: { kind: "i32" } },
};

/** `sctp_prstatus`, RFC 7496 §4.3. */
export const SCTP_PRSTATUS_FIELDS: Structure = {
  name: "sctp_prstatus",
  fields: {
    sprstat_assoc_id: { kind: "i32" },
    sprstat_sid: { kind: "u16" },
    sprstat_policy: { kind: "u16" },
    sprstat_abandoned_unsent: { kind: "u64" },
    sprstat_abandoned_sent: { kind: "u64" },
  },
};

/** `sctp_hmacalgo`, RFC 6458 §8.1.17. */
export const SCTP_HMACALGO_FIELDS: Structure = {
  name: "sctp_hmacalgo",
  fields: {
    shmac_number_of_idents: { kind: "u32" },
    shmac_idents: { kind: "list", items: "u16", counter: "shmac_number_of_idents" },
  },
};

/** `sctp_authkeyid`, RFC 6458 §8.1.18: the key has to be named, because 0 is one too. */
export const SCTP_AUTHKEYID_FIELDS: Structure = {
  name: "sctp_authkeyid",
  fields: { scact_assoc_id: { kind: "i32" }, scact_keynumber: { kind: "u16", required: true } },
};

/** `sctp_authkey`, RFC 6458 §8.3.3. */
export const SCTP_AUTHKEY_FIELDS: Structure = {
  name: "sctp_authkey",
  fields: {
    sca_assoc_id: { kind: "i32" },
    sca_keynumber: { kind: "u16" },
    sca_keylength: { kind: "u16" },
    sca_key: { kind: "bytes", counter: "sca_keylength" },
  },
};

/** `sctp_authchunk`, RFC 6458 §8.3.2: the type has to be named, because 0 is DATA. */
export const SCTP_AUTHCHUNK_FIELDS: Structure = {
  name: "sctp_authchunk",
  fields: { sauth_chunk: { kind: "u8", required: true } },
};

/** `sctp_authchunks`, RFC 6458 §8.2.3. */
export const SCTP_AUTHCHUNKS_FIELDS: Structure = {
  name: "sctp_authchunks",
  fields: {
    gauth_assoc_id: { kind: "i32" },
    gauth_number_of_chunks: { kind: "u32" },
    gauth_chunks: { kind: "list", items: "u8", counter: "gauth_number_of_chunks" },
  },
};

/** `sctp_setpeerprim`, RFC 6458 §8.3.1. */
export const SCTP_SETPEERPRIM_FIELDS: Structure = {
  name: "sctp_setpeerprim",
  fields: {
    sspp_assoc_id: { kind: "i32" },
    sspp_addr: { kind: "address", required: true, local: true },
  },
};

/** `sctp_udpencaps`, RFC 6951 §6.1: the port has to be named, because 0 is no encapsulation. */
export const SCTP_UDPENCAPS_FIELDS: Structure = {
  name: "sctp_udpencaps",
  fields: {
    sue_assoc_id: { kind: "i32" },
    sue_address: { kind: "address", wildcard: true },
    sue_port: { kind: "u16", required: true },
  },
};
