import { chunkType } from "../chunk-types.js";
import {
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
} from "../constants.js";
import {
  SCTP_AUTHCHUNK_FIELDS,
  SCTP_AUTHCHUNKS_FIELDS,
  SCTP_AUTHKEY_FIELDS,
  SCTP_AUTHKEYID_FIELDS,
  SCTP_HMACALGO_FIELDS,
} from "../extension-structures.js";
import type { OptionRow } from "../option-row.js";
import { SCTP_LEVEL } from "./usual.js";

/** RFC 6458 §8.3.2, RFC 4895 §3.2: INIT, INIT ACK, SHUTDOWN COMPLETE and AUTH are never authenticated. */
const NEVER_AUTHENTICATED: readonly unknown[] = (
  ["INIT", "INIT ACK", "SHUTDOWN COMPLETE", "AUTH"] as const
).map(chunkType);

const ALGORITHMS: readonly unknown[] = [SCTP_AUTH_HMAC_ID_SHA1, SCTP_AUTH_HMAC_ID_SHA256];

/** What RFC 6458 §8.1.17 has against a list of algorithms. */
function refusedAlgorithms(identifiers: unknown): string | undefined {
  const list = Array.isArray(identifiers) ? identifiers : [];
  const isRight = list.includes(SCTP_AUTH_HMAC_ID_SHA1) && list.every((one) => ALGORITHMS.includes(one));
  return isRight
    ? undefined
    : "shmac_idents must hold SCTP_AUTH_HMAC_ID_SHA1, and nothing else but SCTP_AUTH_HMAC_ID_SHA256";
}

/** The options of level `IPPROTO_SCTP` about authentication (RFC 4895). */
export const AUTHENTICATION_ROWS: readonly OptionRow[] = [
  {
    ...SCTP_LEVEL,
    name: SCTP_HMAC_IDENT,
    text: "SCTP_HMAC_IDENT",
    value: { structure: SCTP_HMACALGO_FIELDS },
    refusal: ({ shmac_idents }) => refusedAlgorithms(shmac_idents),
    section: "RFC 6458 §8.1.17",
    documentation:
      "The HMAC algorithms that peers of associations to come are asked to use, the preferred one first. " +
      "SCTP_AUTH_HMAC_ID_SHA1 must be one of them, and nothing that is unknown: EINVAL otherwise.",
  },
  {
    ...SCTP_LEVEL,
    name: SCTP_AUTH_ACTIVE_KEY,
    text: "SCTP_AUTH_ACTIVE_KEY",
    value: { structure: SCTP_AUTHKEYID_FIELDS },
    argument: ["scact_assoc_id"],
    association: { field: "scact_assoc_id", rule: "all" },
    section: "RFC 6458 §8.1.18",
    documentation:
      "The shared key that messages given from now on are authenticated with, unless they name another; at first the " +
      "null key with the identifier 0. EINVAL for a key that is not there, or deactivated.",
  },
  {
    ...SCTP_LEVEL,
    access: "read only",
    name: SCTP_PEER_AUTH_CHUNKS,
    text: "SCTP_PEER_AUTH_CHUNKS",
    value: { structure: SCTP_AUTHCHUNKS_FIELDS },
    argument: ["gauth_assoc_id"],
    association: { field: "gauth_assoc_id", rule: "association" },
    section: "RFC 6458 §8.2.3",
    documentation: "The types of chunks that the peer takes only if they are authenticated.",
  },
  {
    ...SCTP_LEVEL,
    access: "read only",
    name: SCTP_LOCAL_AUTH_CHUNKS,
    text: "SCTP_LOCAL_AUTH_CHUNKS",
    value: { structure: SCTP_AUTHCHUNKS_FIELDS },
    argument: ["gauth_assoc_id"],
    association: { field: "gauth_assoc_id", rule: "future" },
    section: "RFC 6458 §8.2.4",
    documentation:
      "The types of chunks that we take only if they are authenticated; those of address reconfiguration are among them.",
  },
  {
    ...SCTP_LEVEL,
    access: "write only",
    name: SCTP_AUTH_CHUNK,
    text: "SCTP_AUTH_CHUNK",
    value: { structure: SCTP_AUTHCHUNK_FIELDS },
    refusal: ({ sauth_chunk }) =>
      NEVER_AUTHENTICATED.includes(sauth_chunk)
        ? "INIT, INIT ACK, SHUTDOWN COMPLETE and AUTH are never authenticated"
        : undefined,
    section: "RFC 6458 §8.3.2",
    documentation:
      "Adds a type of chunks that is taken only if it is authenticated, for associations to come. EINVAL for INIT, " +
      "INIT ACK, SHUTDOWN COMPLETE and AUTH.",
  },
  {
    ...SCTP_LEVEL,
    access: "write only",
    name: SCTP_AUTH_KEY,
    text: "SCTP_AUTH_KEY",
    value: { structure: SCTP_AUTHKEY_FIELDS },
    association: { field: "sca_assoc_id", rule: "all" },
    section: "RFC 6458 §8.3.3",
    documentation:
      "Sets a shared key, or replaces it; without bytes it is the null key. On a one-to-one socket it is the " +
      "association's if there is one, and else that of associations to come. The bytes are copied, and can be read nowhere.",
  },
  {
    ...SCTP_LEVEL,
    access: "write only",
    name: SCTP_AUTH_DEACTIVATE_KEY,
    text: "SCTP_AUTH_DEACTIVATE_KEY",
    value: { structure: SCTP_AUTHKEYID_FIELDS },
    association: { field: "scact_assoc_id", rule: "all" },
    section: "RFC 6458 §8.3.4",
    documentation:
      "Lets no further message be sent with a shared key. SCTP_AUTH_FREE_KEY tells when none is left. EINVAL for a key " +
      "that is not there, and for the active one.",
  },
  {
    ...SCTP_LEVEL,
    access: "write only",
    name: SCTP_AUTH_DELETE_KEY,
    text: "SCTP_AUTH_DELETE_KEY",
    value: { structure: SCTP_AUTHKEYID_FIELDS },
    association: { field: "scact_assoc_id", rule: "all" },
    section: "RFC 6458 §8.3.5",
    documentation:
      "Deletes a shared key. EINVAL for one that is not there, has not been deactivated, or is still used by messages.",
  },
];
