import {
  IPPROTO_SCTP,
  SCTP_ASSOCINFO,
  SCTP_DEFAULT_SNDINFO,
  SCTP_EVENT,
  SCTP_MAXSEG,
  SCTP_RTOINFO,
  SCTP_SHUTDOWN_EVENT,
  SCTP_STATUS,
  SCTP_UNORDERED,
} from "../../../src/index.js";
import { NO_STRUCTURE, type OptionCase } from "./option-case.js";

/** The options of level `IPPROTO_SCTP` that associations have. */
export const ASSOCIATION_CASES: readonly OptionCase[] = [
  {
    title: "RFC 6458 §8.1.1: SCTP_RTOINFO keeps to its rules",
    level: IPPROTO_SCTP,
    name: SCTP_RTOINFO,
    ids: { field: "srto_assoc_id", rule: "future" },
    value: { srto_initial: 2000, srto_max: 5000, srto_min: 500 },
    refused: [
      ...NO_STRUCTURE,
      [{ srto_max: -1 }, "RangeError"],
      [{ srto_min: 5000, srto_max: 4000 }, "EINVAL"],
    ],
  },
  {
    title: "RFC 6458 §8.1.2: SCTP_ASSOCINFO keeps to its rules",
    level: IPPROTO_SCTP,
    name: SCTP_ASSOCINFO,
    ids: { field: "sasoc_assoc_id", rule: "future" },
    initial: { sasoc_asocmaxrxt: 10, sasoc_cookie_life: 60_000 },
    value: { sasoc_asocmaxrxt: 4, sasoc_cookie_life: 30_000 },
    refused: [...NO_STRUCTURE, [{ sasoc_asocmaxrxt: 65_536 }, "RangeError"]],
  },
  {
    title: "RFC 6458 §8.1.16: SCTP_MAXSEG keeps to its rules",
    level: IPPROTO_SCTP,
    name: SCTP_MAXSEG,
    ids: { field: "assoc_id", rule: "future" },
    initial: { assoc_value: 0 },
    value: { assoc_value: 700 },
    refused: [...NO_STRUCTURE, [{ assoc_value: 1.5 }, "RangeError"], [{ assoc_value: 65_536 }, "EINVAL"]],
  },
  {
    title: "RFC 6458 §8.1.31: SCTP_DEFAULT_SNDINFO keeps to its rules",
    level: IPPROTO_SCTP,
    name: SCTP_DEFAULT_SNDINFO,
    ids: { field: "snd_assoc_id", rule: "all" },
    initial: { snd_sid: 0, snd_flags: 0, snd_ppid: 0, snd_context: 0 },
    value: { snd_sid: 3, snd_flags: SCTP_UNORDERED, snd_ppid: 4, snd_context: 5 },
    refused: [...NO_STRUCTURE, [{ snd_sid: -1 }, "RangeError"], [{ snd_flags: 8 }, "RangeError"]],
  },
  {
    title: "RFC 6458 §6.2.2: SCTP_EVENT keeps to its rules",
    level: IPPROTO_SCTP,
    name: SCTP_EVENT,
    ids: { field: "se_assoc_id", rule: "all" },
    argument: { se_type: SCTP_SHUTDOWN_EVENT },
    initial: { se_type: SCTP_SHUTDOWN_EVENT, se_on: 0 },
    value: { se_type: SCTP_SHUTDOWN_EVENT, se_on: 1 },
    refused: [...NO_STRUCTURE, [{}, "TypeError"], [{ se_type: 0x7fff, se_on: 1 }, "EINVAL"]],
  },
  {
    title: "RFC 6458 §8.2.1: SCTP_STATUS keeps to its rules",
    level: IPPROTO_SCTP,
    name: SCTP_STATUS,
    access: "read only",
    ids: { field: "sstat_assoc_id", rule: "association" },
    needsAssociation: true,
    refused: [],
  },
];
