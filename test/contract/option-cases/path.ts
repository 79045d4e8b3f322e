import {
  IPPROTO_SCTP,
  SCTP_EXPOSE_POTENTIALLY_FAILED_STATE,
  SCTP_GET_PEER_ADDR_INFO,
  SCTP_PEER_ADDR_PARAMS,
  SCTP_PEER_ADDR_THLDS,
  SCTP_PRIMARY_ADDR,
  SCTP_REMOTE_UDP_ENCAPS_PORT,
  SPP_HB_DISABLE,
  SPP_HB_ENABLE,
} from "../../../src/index.js";
import { NO_STRUCTURE, type OptionCase } from "./option-case.js";

/** The options of level `IPPROTO_SCTP` about the paths to peers. */
export const PATH_CASES: readonly OptionCase[] = [
  {
    title: "RFC 6458 §8.1.9: SCTP_PRIMARY_ADDR keeps to its rules",
    level: IPPROTO_SCTP,
    name: SCTP_PRIMARY_ADDR,
    ids: { field: "ssp_assoc_id", rule: "association" },
    needsAssociation: true,
    value: (to) => ({ ssp_addr: to }),
    refused: [...NO_STRUCTURE, [{}, "TypeError"], [{ ssp_addr: { address: "10.9.9.9", port: 1 } }, "EINVAL"]],
  },
  {
    title: "RFC 6458 §8.1.12: SCTP_PEER_ADDR_PARAMS keeps to its rules",
    level: IPPROTO_SCTP,
    name: SCTP_PEER_ADDR_PARAMS,
    ids: { field: "spp_assoc_id", rule: "future" },
    initial: { spp_hbinterval: 30_000, spp_pathmaxrxt: 5 },
    value: { spp_hbinterval: 5000, spp_pathmaxrxt: 7, spp_flags: SPP_HB_ENABLE },
    shown: { spp_hbinterval: 5000, spp_pathmaxrxt: 7 },
    refused: [
      ...NO_STRUCTURE,
      [{ spp_flags: 0x8000 }, "RangeError"],
      [{ spp_flags: SPP_HB_ENABLE | SPP_HB_DISABLE }, "EINVAL"],
      [{ spp_address: { address: "10.9.9.9", port: 1 }, spp_pathmaxrxt: 3 }, "EINVAL"],
    ],
  },
  {
    title: "RFC 7829 §7.2: SCTP_PEER_ADDR_THLDS keeps to its rules",
    level: IPPROTO_SCTP,
    name: SCTP_PEER_ADDR_THLDS,
    ids: { field: "spt_assoc_id", rule: "future" },
    value: { spt_pathmaxrxt: 3, spt_pathpfthld: 1, spt_pathcpthld: 2 },
    refused: [
      ...NO_STRUCTURE,
      [{}, "TypeError"],
      [{ spt_pathmaxrxt: 65_536, spt_pathpfthld: 0, spt_pathcpthld: 0 }, "RangeError"],
      [{ spt_pathpfthld: 2, spt_pathcpthld: 1 }, "EINVAL"],
    ],
  },
  {
    title: "RFC 7829 §7.3: SCTP_EXPOSE_POTENTIALLY_FAILED_STATE keeps to its rules",
    level: IPPROTO_SCTP,
    name: SCTP_EXPOSE_POTENTIALLY_FAILED_STATE,
    ids: { field: "assoc_id", rule: "future" },
    initial: { assoc_value: 0 },
    value: { assoc_value: 1 },
    refused: [...NO_STRUCTURE, [{ assoc_value: 2 ** 32 }, "RangeError"]],
  },
  {
    title: "RFC 6951 §6.1: SCTP_REMOTE_UDP_ENCAPS_PORT keeps to its rules",
    level: IPPROTO_SCTP,
    name: SCTP_REMOTE_UDP_ENCAPS_PORT,
    ids: { field: "sue_assoc_id", rule: "future" },
    value: { sue_port: 9900 },
    // The port of a peer that has begun an association is the one that its packets come from.
    isInherited: false,
    refused: [
      ...NO_STRUCTURE,
      [{}, "TypeError"],
      [{ sue_port: 65_536 }, "RangeError"],
      [{ sue_address: { address: "10.9.9.9", port: 1 }, sue_port: 1 }, "EINVAL"],
    ],
  },
  {
    title: "RFC 6458 §8.2.2: SCTP_GET_PEER_ADDR_INFO keeps to its rules",
    level: IPPROTO_SCTP,
    name: SCTP_GET_PEER_ADDR_INFO,
    access: "read only",
    ids: { field: "spinfo_assoc_id", rule: "address" },
    needsAssociation: true,
    argument: (to) => ({ spinfo_address: to }),
    refused: [],
  },
];
