import assert from "node:assert/strict";
import {
  AF_INET6,
  IPPROTO_SCTP,
  SCTP_ADAPTATION_LAYER,
  SCTP_AUTOCLOSE,
  SCTP_GET_ASSOC_ID_LIST,
  SCTP_GET_ASSOC_NUMBER,
  SCTP_I_WANT_MAPPED_V4_ADDR,
  SCTP_INITMSG,
  SCTP_NODELAY,
  SCTP_RECVNXTINFO,
  SCTP_RECVRCVINFO,
  SCTP_REUSE_PORT,
  SOCK_SEQPACKET,
  SOCK_STREAM,
} from "../../../src/index.js";
import { NO_NUMBER, NO_STRUCTURE, type OptionCase } from "./option-case.js";

/** The options of level `IPPROTO_SCTP` that the socket as a whole has. */
export const ENDPOINT_CASES: readonly OptionCase[] = [
  {
    title: "RFC 6458 §8.1.3: SCTP_INITMSG keeps to its rules",
    level: IPPROTO_SCTP,
    name: SCTP_INITMSG,
    initial: { sinit_num_ostreams: 10, sinit_max_instreams: 65_535, sinit_max_attempts: 8 },
    value: {
      sinit_num_ostreams: 20,
      sinit_max_instreams: 30,
      sinit_max_attempts: 4,
      sinit_max_init_timeo: 5000,
    },
    refused: [...NO_STRUCTURE, [{ sinit_num_ostreams: 65_536 }, "RangeError"]],
  },
  {
    title: "RFC 6458 §8.1.5: SCTP_NODELAY keeps to its rules",
    level: IPPROTO_SCTP,
    name: SCTP_NODELAY,
    initial: 0,
    value: 1,
    refused: NO_NUMBER,
  },
  {
    title: "RFC 6458 §8.1.8: SCTP_AUTOCLOSE keeps to its rules",
    level: IPPROTO_SCTP,
    name: SCTP_AUTOCLOSE,
    only: { type: SOCK_SEQPACKET, otherwise: "EOPNOTSUPP" },
    initial: 0,
    value: 30,
    refused: [...NO_NUMBER, [-1, "RangeError"]],
  },
  {
    title: "RFC 6458 §8.1.10: SCTP_ADAPTATION_LAYER keeps to its rules",
    level: IPPROTO_SCTP,
    name: SCTP_ADAPTATION_LAYER,
    value: { ssb_adaptation_ind: 0xdeadbeef },
    refused: [...NO_STRUCTURE, [{ ssb_adaptation_ind: 2 ** 32 }, "RangeError"]],
  },
  {
    title: "RFC 6458 §8.1.15: SCTP_I_WANT_MAPPED_V4_ADDR keeps to its rules",
    level: IPPROTO_SCTP,
    name: SCTP_I_WANT_MAPPED_V4_ADDR,
    family: AF_INET6,
    initial: 0,
    value: 1,
    refused: NO_NUMBER,
  },
  {
    title: "RFC 6458 §8.1.29: SCTP_RECVRCVINFO keeps to its rules",
    level: IPPROTO_SCTP,
    name: SCTP_RECVRCVINFO,
    initial: 0,
    value: 1,
    refused: NO_NUMBER,
  },
  {
    title: "RFC 6458 §8.1.30: SCTP_RECVNXTINFO keeps to its rules",
    level: IPPROTO_SCTP,
    name: SCTP_RECVNXTINFO,
    initial: 0,
    value: 1,
    refused: NO_NUMBER,
  },
  {
    title: "RFC 6458 §8.1.27: SCTP_REUSE_PORT keeps to its rules",
    level: IPPROTO_SCTP,
    name: SCTP_REUSE_PORT,
    only: { type: SOCK_STREAM, otherwise: "EOPNOTSUPP" },
    initial: 0,
    value: 1,
    refused: NO_NUMBER,
    wrongTime: (world) => {
      const { socket } = world.listen();
      assert.throws(() => socket.setsockopt(IPPROTO_SCTP, SCTP_REUSE_PORT, 1), { code: "EINVAL" });
      assert.equal(socket.getsockopt(IPPROTO_SCTP, SCTP_REUSE_PORT), 0);
    },
  },
  {
    title: "RFC 6458 §8.2.5: SCTP_GET_ASSOC_NUMBER keeps to its rules",
    level: IPPROTO_SCTP,
    name: SCTP_GET_ASSOC_NUMBER,
    access: "read only",
    only: { type: SOCK_SEQPACKET, otherwise: "EOPNOTSUPP" },
    initial: 0,
    refused: [],
  },
  {
    title: "RFC 6458 §8.2.6: SCTP_GET_ASSOC_ID_LIST keeps to its rules",
    level: IPPROTO_SCTP,
    name: SCTP_GET_ASSOC_ID_LIST,
    access: "read only",
    only: { type: SOCK_SEQPACKET, otherwise: "EOPNOTSUPP" },
    initial: { gaids_number_of_ids: 0, gaids_assoc_id: [] },
    refused: [],
  },
];
