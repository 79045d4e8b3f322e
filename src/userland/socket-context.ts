import type { AssociationConfig } from "../stack/config.js";
import type { Entropy } from "../stack/entropy.js";
import type { StackDriver } from "./stack-driver.js";

/** What all sockets of a provider share. */
export interface SocketContext {
  readonly driver: StackDriver;
  readonly entropy: Entropy;
  /** The parameters that a new socket begins with. */
  readonly config: Readonly<AssociationConfig>;
  /** The UDP port at which peers are found (RFC 6951 §5.1). */
  readonly remoteUdpPort: number;
  /** Whether a wildcard bind over UDP lists all addresses. */
  readonly advertiseAll: boolean;
  /** How long `close()` waits for associations to end, in milliseconds, unless SO_LINGER says otherwise. */
  readonly closeLimitMs: number;
  /** Whether a socket of this provider has already taken the number of its ephemeral UDP port as SCTP port. */
  hasUsedUdpPortNumber: boolean;
}
