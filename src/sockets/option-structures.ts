/**
 * The structures of socket options by their fields (RFC 6458 §5.3.1, §6.2.2 and §8), for checking and documentation.
 *
 * @module
 */
import {
  SCTP_EOF,
  SCTP_EOR,
  SCTP_SENDALL,
  SCTP_UNORDERED,
  SPP_DSCP,
  SPP_HB_DEMAND,
  SPP_HB_DISABLE,
  SPP_HB_ENABLE,
  SPP_HB_TIME_IS_ZERO,
  SPP_IPV6_FLOWLABEL,
  SPP_PMTUD_DISABLE,
  SPP_PMTUD_ENABLE,
} from "./constants.js";
import { SCTP_SNDINFO_FIELDS } from "./information-structures.js";
import type { StructureOf } from "./structures.js";
import type {
  linger,
  sctp_assoc_ids,
  sctp_assoc_value,
  sctp_assocparams,
  sctp_event,
  sctp_initmsg,
  sctp_paddrinfo,
  sctp_paddrparams,
  sctp_paddrthlds,
  sctp_rtoinfo,
  sctp_sack_info,
  sctp_setadaptation,
  sctp_setprim,
  sctp_sndinfo,
  sctp_status,
} from "./types.js";

/** `linger`, RFC 6458 §8.1.4: a negative time is an error. */
export const LINGER: StructureOf<linger> = {
  name: "linger",
  fields: { l_onoff: { kind: "bool" }, l_linger: { kind: "i32", minimum: 0 } },
};

/** `sctp_rtoinfo`, RFC 6458 §8.1.1. */
export const SCTP_RTOINFO_FIELDS: StructureOf<sctp_rtoinfo> = {
  name: "sctp_rtoinfo",
  fields: {
    srto_assoc_id: { kind: "i32" },
    srto_initial: { kind: "u32" },
    srto_max: { kind: "u32" },
    srto_min: { kind: "u32" },
  },
};

/** `sctp_assocparams`, RFC 6458 §8.1.2. */
export const SCTP_ASSOCPARAMS_FIELDS: StructureOf<sctp_assocparams> = {
  name: "sctp_assocparams",
  fields: {
    sasoc_assoc_id: { kind: "i32" },
    sasoc_asocmaxrxt: { kind: "u16" },
    sasoc_number_peer_destinations: { kind: "u16" },
    sasoc_peer_rwnd: { kind: "u32" },
    sasoc_local_rwnd: { kind: "u32" },
    sasoc_cookie_life: { kind: "u32" },
  },
};

/** `sctp_initmsg`, RFC 6458 §5.3.1. */
export const SCTP_INITMSG_FIELDS: StructureOf<sctp_initmsg> = {
  name: "sctp_initmsg",
  fields: {
    sinit_num_ostreams: { kind: "u16" },
    sinit_max_instreams: { kind: "u16" },
    sinit_max_attempts: { kind: "u16" },
    sinit_max_init_timeo: { kind: "u16" },
  },
};

/** `sctp_setadaptation`, RFC 6458 §8.1.10. */
export const SCTP_SETADAPTATION_FIELDS: StructureOf<sctp_setadaptation> = {
  name: "sctp_setadaptation",
  fields: { ssb_adaptation_ind: { kind: "u32" } },
};

/** `sctp_assoc_value`, RFC 6458 §8.1.16. */
export const SCTP_ASSOC_VALUE_FIELDS: StructureOf<sctp_assoc_value> = {
  name: "sctp_assoc_value",
  fields: { assoc_id: { kind: "i32" }, assoc_value: { kind: "u32" } },
};

/** `sctp_event`, RFC 6458 §6.2.2. */
export const SCTP_EVENT_FIELDS: StructureOf<sctp_event> = {
  name: "sctp_event",
  fields: {
    se_assoc_id: { kind: "i32" },
    se_type: { kind: "u16", required: true },
    se_on: { kind: "bool" },
  },
};

/**
 * `sctp_sndinfo` as a default (RFC 6458 §8.1.31, erratum 6111): flags that speak of one message or one address are not
 * among its flags.
 */
export const SCTP_DEFAULT_SNDINFO_FIELDS: StructureOf<sctp_sndinfo> = {
  ...SCTP_SNDINFO_FIELDS,
  fields: {
    ...SCTP_SNDINFO_FIELDS.fields,
    snd_flags: { kind: "u16", mask: SCTP_UNORDERED | SCTP_EOF | SCTP_SENDALL | SCTP_EOR },
  },
};

/** `sctp_setprim`, RFC 6458 §8.1.9: no wildcard is allowed. */
export const SCTP_SETPRIM_FIELDS: StructureOf<sctp_setprim> = {
  name: "sctp_setprim",
  fields: { ssp_assoc_id: { kind: "i32" }, ssp_addr: { kind: "address", required: true } },
};

const HB_FLAGS = SPP_HB_ENABLE | SPP_HB_DISABLE | SPP_HB_DEMAND | SPP_HB_TIME_IS_ZERO;
const PMTUD_FLAGS = SPP_PMTUD_ENABLE | SPP_PMTUD_DISABLE;

/** `sctp_paddrparams`, RFC 6458 §8.1.12. */
export const SCTP_PADDRPARAMS_FIELDS: StructureOf<sctp_paddrparams> = {
  name: "sctp_paddrparams",
  fields: {
    spp_assoc_id: { kind: "i32" },
    spp_address: { kind: "address", wildcard: true },
    spp_hbinterval: { kind: "u32" },
    spp_pathmaxrxt: { kind: "u16" },
    spp_pathmtu: { kind: "u32" },
    spp_flags: { kind: "u32", mask: HB_FLAGS | PMTUD_FLAGS | SPP_IPV6_FLOWLABEL | SPP_DSCP },
    spp_ipv6_flowlabel: { kind: "u32" },
    spp_dscp: { kind: "u8" },
  },
};

/**
 * `sctp_paddrthlds`, RFC 7829 §7.2. A threshold of 0 is one to be set, so that the thresholds cannot be left out; but 0
 * for the first leaves it as it is, as for `spp_pathmaxrxt`.
 */
export const SCTP_PADDRTHLDS_FIELDS: StructureOf<sctp_paddrthlds> = {
  name: "sctp_paddrthlds",
  fields: {
    spt_assoc_id: { kind: "i32" },
    spt_address: { kind: "address", wildcard: true },
    spt_pathmaxrxt: { kind: "u16" },
    spt_pathpfthld: { kind: "u16", required: true },
    spt_pathcpthld: { kind: "u16", required: true },
  },
};

/** `sctp_paddrinfo`, RFC 6458 §8.2.2. */
export const SCTP_PADDRINFO_FIELDS: StructureOf<sctp_paddrinfo> = {
  name: "sctp_paddrinfo",
  fields: {
    spinfo_assoc_id: { kind: "i32" },
    spinfo_address: { kind: "address", required: true },
    spinfo_state: { kind: "i32" },
    spinfo_cwnd: { kind: "u32" },
    spinfo_srtt: { kind: "u32" },
    spinfo_rto: { kind: "u32" },
    spinfo_mtu: { kind: "u32" },
  },
};

/** `sctp_status`, RFC 6458 §8.2.1; it is only read, and its primary path is a structure of its own. */
export const SCTP_STATUS_FIELDS: StructureOf<sctp_status> = {
  name: "sctp_status",
  fields: {
    sstat_assoc_id: { kind: "i32" },
    sstat_state: { kind: "i32" },
    sstat_rwnd: { kind: "u32" },
    sstat_unackdata: { kind: "u16" },
    sstat_penddata: { kind: "u16" },
    sstat_instrms: { kind: "u16" },
    sstat_outstrms: { kind: "u16" },
    sstat_fragmentation_point: { kind: "u32" },
    sstat_primary: { kind: "structure", structure: SCTP_PADDRINFO_FIELDS },
  },
};

/** `sctp_sack_info`, RFC 6458 §8.1.19. */
export const SCTP_SACK_INFO_FIELDS: StructureOf<sctp_sack_info> = {
  name: "sctp_sack_info",
  fields: { sack_assoc_id: { kind: "i32" }, sack_delay: { kind: "u32" }, sack_freq: { kind: "u32" } },
};

/** `sctp_assoc_ids`, RFC 6458 §8.2.6. */
export const SCTP_ASSOC_IDS_FIELDS: StructureOf<sctp_assoc_ids> = {
  name: "sctp_assoc_ids",
  fields: {
    gaids_number_of_ids: { kind: "u32" },
    gaids_assoc_id: { kind: "list", items: "i32", counter: "gaids_number_of_ids" },
  },
};
