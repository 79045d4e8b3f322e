/**
 * The structures of `extension-types.ts` by their fields, for checking and documentation.
 *
 * @module
 */
import type {
  sctp_authchunk,
  sctp_authchunks,
  sctp_authkey,
  sctp_authkeyid,
  sctp_default_prinfo,
  sctp_hmacalgo,
  sctp_prstatus,
  sctp_setpeerprim,
  sctp_udpencaps,
} from "./extension-types.js";
import type { StructureOf } from "./structures.js";

/** `sctp_default_prinfo`, RFC 6458 §8.1.32. */
export const SCTP_DEFAULT_PRINFO_FIELDS: StructureOf<sctp_default_prinfo> = {
  name: "sctp_default_prinfo",
  fields: { pr_policy: { kind: "u16" }, pr_value: { kind: "u32" }, pr_assoc_id: { kind: "i32" } },
};

/** `sctp_prstatus`, RFC 7496 §4.3. */
export const SCTP_PRSTATUS_FIELDS: StructureOf<sctp_prstatus> = {
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
export const SCTP_HMACALGO_FIELDS: StructureOf<sctp_hmacalgo> = {
  name: "sctp_hmacalgo",
  fields: {
    shmac_number_of_idents: { kind: "u32" },
    shmac_idents: { kind: "list", items: "u16", counter: "shmac_number_of_idents" },
  },
};

/** `sctp_authkeyid`, RFC 6458 §8.1.18: the key has to be named, because 0 is one too. */
export const SCTP_AUTHKEYID_FIELDS: StructureOf<sctp_authkeyid> = {
  name: "sctp_authkeyid",
  fields: { scact_assoc_id: { kind: "i32" }, scact_keynumber: { kind: "u16", required: true } },
};

/** `sctp_authkey`, RFC 6458 §8.3.3. */
export const SCTP_AUTHKEY_FIELDS: StructureOf<sctp_authkey> = {
  name: "sctp_authkey",
  fields: {
    sca_assoc_id: { kind: "i32" },
    sca_keynumber: { kind: "u16" },
    sca_keylength: { kind: "u16" },
    sca_key: { kind: "bytes", counter: "sca_keylength" },
  },
};

/** `sctp_authchunk`, RFC 6458 §8.3.2: the type has to be named, because 0 is DATA. */
export const SCTP_AUTHCHUNK_FIELDS: StructureOf<sctp_authchunk> = {
  name: "sctp_authchunk",
  fields: { sauth_chunk: { kind: "u8", required: true } },
};

/** `sctp_authchunks`, RFC 6458 §8.2.3. */
export const SCTP_AUTHCHUNKS_FIELDS: StructureOf<sctp_authchunks> = {
  name: "sctp_authchunks",
  fields: {
    gauth_assoc_id: { kind: "i32" },
    gauth_number_of_chunks: { kind: "u32" },
    gauth_chunks: { kind: "list", items: "u8", counter: "gauth_number_of_chunks" },
  },
};

/** `sctp_setpeerprim`, RFC 6458 §8.3.1. */
export const SCTP_SETPEERPRIM_FIELDS: StructureOf<sctp_setpeerprim> = {
  name: "sctp_setpeerprim",
  fields: {
    sspp_assoc_id: { kind: "i32" },
    sspp_addr: { kind: "address", required: true, local: true },
  },
};

/** `sctp_udpencaps`, RFC 6951 §6.1: the port has to be named, because 0 is no encapsulation. */
export const SCTP_UDPENCAPS_FIELDS: StructureOf<sctp_udpencaps> = {
  name: "sctp_udpencaps",
  fields: {
    sue_assoc_id: { kind: "i32" },
    sue_address: { kind: "address", wildcard: true },
    sue_port: { kind: "u16", networkOrder: true, required: true },
  },
};
