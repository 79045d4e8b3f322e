/**
 * The structures of partial reliability, authentication, address reconfiguration and encapsulation in UDP, under their
 * names in RFC 6458 §8, RFC 7496 §4 and RFC 6951 §6. As in `types.ts`, every integer is in host order.
 *
 * @module
 */
import type { SctpAddress, sctp_assoc_t } from "./types.js";

/** How reliably messages are sent that have no `sctp_prinfo` of their own (RFC 6458 §8.1.32). */
export interface sctp_default_prinfo {
  /** `SCTP_PR_SCTP_NONE`, `SCTP_PR_SCTP_TTL`, `SCTP_PR_SCTP_RTX` or `SCTP_PR_SCTP_PRIO`. */
  pr_policy: number;
  /** What the policy is told, as in `sctp_prinfo`, 32 bits. */
  pr_value: number;
  /** The association. */
  pr_assoc_id: sctp_assoc_t;
}

/** How many messages were given up (RFC 7496 §4.3, §4.4). */
export interface sctp_prstatus {
  /** The association. */
  sprstat_assoc_id: sctp_assoc_t;
  /** The stream, 0 to 65,535; `SCTP_PR_ASSOC_STATUS` ignores it. */
  sprstat_sid: number;
  /** The policy that is asked about, or `SCTP_PR_SCTP_ALL`. */
  sprstat_policy: number;
  /** Messages that were given up before any of their chunks was sent; exact up to 2^53. */
  sprstat_abandoned_unsent: number;
  /** Messages that were given up after chunks of them were sent; exact up to 2^53. */
  sprstat_abandoned_sent: number;
}

/** The HMAC algorithms for authentication, the preferred one first (RFC 6458 §8.1.17). */
export interface sctp_hmacalgo {
  /** How many there are; where one is set, it may be left out. */
  shmac_number_of_idents: number;
  /** `SCTP_AUTH_HMAC_ID_SHA1`, `SCTP_AUTH_HMAC_ID_SHA256`. */
  shmac_idents: number[];
}

/** Names a shared key (RFC 6458 §8.1.18, §8.3.4, §8.3.5). */
export interface sctp_authkeyid {
  /** The association. */
  scact_assoc_id: sctp_assoc_t;
  /** The identifier of the key, 0 to 65,535. */
  scact_keynumber: number;
}

/** A shared key (RFC 6458 §8.3.3). */
export interface sctp_authkey {
  /** The association. */
  sca_assoc_id: sctp_assoc_t;
  /** The identifier of the key, 0 to 65,535. */
  sca_keynumber: number;
  /** How many bytes the key has; may be left out. */
  sca_keylength: number;
  /** The key; without bytes it is the null key. */
  sca_key: Uint8Array;
}

/** A chunk type that is to be authenticated (RFC 6458 §8.3.2). */
export interface sctp_authchunk {
  /** The chunk type, 0 to 255. */
  sauth_chunk: number;
}

/** The chunk types that one side wants authenticated (RFC 6458 §8.2.3, §8.2.4). */
export interface sctp_authchunks {
  /** The association. */
  gauth_assoc_id: sctp_assoc_t;
  /** How many there are. */
  gauth_number_of_chunks: number;
  /** The chunk types. */
  gauth_chunks: number[];
}

/** One of our addresses that the peer is asked to use as its primary one (RFC 6458 §8.3.1). */
export interface sctp_setpeerprim {
  /** The association. */
  sspp_assoc_id: sctp_assoc_t;
  /** A local address that the association has. */
  sspp_addr: SctpAddress;
}

/** The UDP port of a peer (RFC 6951 §6.1). */
export interface sctp_udpencaps {
  /** The association, or `SCTP_FUTURE_ASSOC`. */
  sue_assoc_id: sctp_assoc_t;
  /** One of the peer's addresses; a wildcard address or `undefined` stands for those to come. */
  sue_address: SctpAddress | undefined;
  /** The port, in host order; 0 is no encapsulation. */
  sue_port: number;
}
