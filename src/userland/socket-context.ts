import type { AssociationConfig } from "../stack/config.js";
import type { Entropy } from "../stack/entropy.js";
import type { AddressFollowing } from "./address-following.js";
import type { BoundEndpoint } from "./bound-endpoint.js";
import type { StackDriver } from "./stack-driver.js";

/** What all sockets of a provider share. */
export interface SocketContext {
  readonly driver: StackDriver;
  readonly entropy: Entropy;
  /** Whose associations follow this host's addresses (RFC 6458 §8.1.23). */
  readonly following: AddressFollowing;
  /** The parameters that a new socket begins with. */
  readonly config: Readonly<AssociationConfig>;
  /** Whether a wildcard bind over UDP lists all addresses. */
  readonly advertiseAll: boolean;
  /** How long `close()` waits for associations to end, in milliseconds, unless SO_LINGER says otherwise. */
  readonly closeLimitMs: number;
  /** The ports that sockets with SCTP_REUSE_PORT have (RFC 6458 §8.1.27). */
  readonly sharedEndpoints: Set<BoundEndpoint>;
  /** Whether a socket of this provider has already taken the number of its ephemeral UDP port as SCTP port. */
  hasUsedUdpPortNumber: boolean;
}
