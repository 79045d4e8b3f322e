import {
  IPPROTO_SCTP,
  SCTP_AUTH_ACTIVE_KEY,
  SCTP_AUTH_CHUNK,
  SCTP_AUTH_DEACTIVATE_KEY,
  SCTP_AUTH_DELETE_KEY,
  SCTP_AUTH_HMAC_ID_SHA1,
  SCTP_AUTH_HMAC_ID_SHA256,
  SCTP_AUTH_KEY,
  SCTP_HMAC_IDENT,
  SCTP_LOCAL_AUTH_CHUNKS,
  SCTP_PEER_AUTH_CHUNKS,
  type SctpSocket,
} from "../../../src/index.js";
import { NO_STRUCTURE, type OptionCase } from "./option-case.js";

const KEY = Uint8Array.of(1, 2, 3, 4, 5);

function setKey(socket: SctpSocket): void {
  socket.setsockopt(IPPROTO_SCTP, SCTP_AUTH_KEY, { sca_keynumber: 7, sca_key: KEY });
}

/** What no option that names a key takes. */
const NO_KEY: OptionCase["refused"] = [
  ...NO_STRUCTURE,
  [{}, "TypeError"],
  [{ scact_keynumber: 65_536 }, "RangeError"],
  [{ scact_keynumber: 99 }, "EINVAL"],
];

/** The options of level `IPPROTO_SCTP` about authentication. */
export const AUTHENTICATION_CASES: readonly OptionCase[] = [
  {
    title: "RFC 6458 §8.1.17: SCTP_HMAC_IDENT keeps to its rules",
    level: IPPROTO_SCTP,
    name: SCTP_HMAC_IDENT,
    value: { shmac_idents: [SCTP_AUTH_HMAC_ID_SHA1] },
    shown: { shmac_number_of_idents: 1, shmac_idents: [SCTP_AUTH_HMAC_ID_SHA1] },
    refused: [
      ...NO_STRUCTURE,
      [{ shmac_idents: [SCTP_AUTH_HMAC_ID_SHA256] }, "EINVAL"],
      [{ shmac_idents: [SCTP_AUTH_HMAC_ID_SHA1, 2] }, "EINVAL"],
      [{ shmac_idents: [] }, "EINVAL"],
      [{ shmac_idents: [SCTP_AUTH_HMAC_ID_SHA1, 65_536] }, "RangeError"],
    ],
  },
  {
    title: "RFC 6458 §8.1.18: SCTP_AUTH_ACTIVE_KEY keeps to its rules",
    level: IPPROTO_SCTP,
    name: SCTP_AUTH_ACTIVE_KEY,
    ids: { field: "scact_assoc_id", rule: "all" },
    prepare: setKey,
    initial: { scact_keynumber: 0 },
    value: { scact_keynumber: 7 },
    refused: NO_KEY,
  },
  {
    title: "RFC 6458 §8.2.3: SCTP_PEER_AUTH_CHUNKS keeps to its rules",
    level: IPPROTO_SCTP,
    name: SCTP_PEER_AUTH_CHUNKS,
    access: "read only",
    ids: { field: "gauth_assoc_id", rule: "association" },
    needsAssociation: true,
    refused: [],
  },
  {
    title: "RFC 6458 §8.2.4: SCTP_LOCAL_AUTH_CHUNKS keeps to its rules",
    level: IPPROTO_SCTP,
    name: SCTP_LOCAL_AUTH_CHUNKS,
    access: "read only",
    ids: { field: "gauth_assoc_id", rule: "future" },
    refused: [],
  },
  {
    title: "RFC 6458 §8.3.2: SCTP_AUTH_CHUNK keeps to its rules",
    level: IPPROTO_SCTP,
    name: SCTP_AUTH_CHUNK,
    access: "write only",
    value: { sauth_chunk: 0 },
    refused: [
      ...NO_STRUCTURE,
      [{}, "TypeError"],
      [{ sauth_chunk: 256 }, "RangeError"],
      [{ sauth_chunk: 1 }, "EINVAL"],
      [{ sauth_chunk: 2 }, "EINVAL"],
      [{ sauth_chunk: 14 }, "EINVAL"],
      [{ sauth_chunk: 15 }, "EINVAL"],
    ],
  },
  {
    title: "RFC 6458 §8.3.3: SCTP_AUTH_KEY keeps to its rules",
    level: IPPROTO_SCTP,
    name: SCTP_AUTH_KEY,
    access: "write only",
    ids: { field: "sca_assoc_id", rule: "all" },
    value: { sca_keynumber: 7, sca_key: KEY },
    refused: [
      ...NO_STRUCTURE,
      [{ sca_keynumber: 65_536 }, "RangeError"],
      [{ sca_keynumber: 1, sca_key: "text" }, "TypeError"],
    ],
  },
  {
    title: "RFC 6458 §8.3.4: SCTP_AUTH_DEACTIVATE_KEY keeps to its rules",
    level: IPPROTO_SCTP,
    name: SCTP_AUTH_DEACTIVATE_KEY,
    access: "write only",
    ids: { field: "scact_assoc_id", rule: "all" },
    prepare: setKey,
    value: { scact_keynumber: 7 },
    // Key 0 is the active one.
    refused: [...NO_KEY, [{ scact_keynumber: 0 }, "EINVAL"]],
  },
  {
    title: "RFC 6458 §8.3.5: SCTP_AUTH_DELETE_KEY keeps to its rules",
    level: IPPROTO_SCTP,
    name: SCTP_AUTH_DELETE_KEY,
    access: "write only",
    ids: { field: "scact_assoc_id", rule: "all" },
    prepare: (socket) => {
      setKey(socket);
      socket.setsockopt(IPPROTO_SCTP, SCTP_AUTH_DEACTIVATE_KEY, { scact_keynumber: 7 });
    },
    value: { scact_keynumber: 7 },
    refused: [...NO_KEY, [{ scact_keynumber: 0 }, "EINVAL"]],
  },
];
