import type { ErrorCause } from "../wire/error-cause.js";
import type { Association } from "./association.js";
import type { Endpoint } from "./endpoint.js";
import type { Path, PathState } from "./paths/path.js";
import type { IncomingPiece } from "./rx/incoming-piece.js";
import type { OutgoingMessage } from "./tx/outgoing-message.js";

/**
 * What an association tells its user (RFC 9260 §11.2), in the order in which it happened. Data is one of the
 * events, because its place between the others has a meaning: what was received before a shutdown is read
 * before it.
 */
export type StackEvent =
  | IncomingPiece
  | {
      readonly type: "partial delivery aborted";
      readonly association: Association;
      readonly streamId: number;
      readonly ssn: number;
    }
  /** COMMUNICATION UP (§11.2.4). `accepted` says that the peer began and our endpoint listens. */
  | {
      readonly type: "communication up";
      readonly association: Association;
      readonly endpoint: Endpoint;
      readonly accepted: boolean;
    }
  /** COMMUNICATION LOST (§11.2.5) after establishment: the association is gone. */
  | { readonly type: "communication lost"; readonly association: Association; readonly reason: LossReason }
  /** The association could not be established; it is gone. */
  | { readonly type: "cannot start"; readonly association: Association; readonly reason: LossReason }
  /** RESTART (§11.2.7): the peer began anew; what was not delivered is reported as send failures. */
  | { readonly type: "restart"; readonly association: Association }
  /** The peer's SHUTDOWN arrived: it takes no more data (§11.2.8 tells the end). */
  | { readonly type: "shutdown received"; readonly association: Association }
  /** SHUTDOWN COMPLETE (§11.2.8): the association ended gracefully and is gone. */
  | { readonly type: "shutdown complete"; readonly association: Association }
  | { readonly type: "adaptation indication"; readonly association: Association; readonly indication: number }
  /** What has happened to a shared key, or that the peer cannot authenticate at all (RFC 6458 §6.1.8). */
  | {
      readonly type: "authentication";
      readonly association: Association;
      readonly keyNumber: number;
      readonly indication: "new key" | "no authentication" | "free key";
    }
  /** NETWORK STATUS CHANGE (§11.2.3). */
  | {
      readonly type: "peer address change";
      readonly association: Association;
      readonly path: Path;
      readonly change: PathChange;
      /** The state of the path before it. */
      readonly stateBefore: PathState;
    }
  /** SEND FAILURE (§11.2.2), one per message; `sent` says whether a part of it may have reached the peer. */
  | {
      readonly type: "send failed";
      readonly association: Association;
      readonly message: OutgoingMessage;
      readonly sent: boolean;
      readonly errorCode: number;
    }
  /** Everything that was given to the association has been acknowledged (RFC 6458 §6.1.9). */
  | { readonly type: "sender dry"; readonly association: Association }
  /** COMMUNICATION ERROR (§11.2.6): the peer sent an ERROR chunk with these causes; `chunk` is the whole of it. */
  | {
      readonly type: "remote error";
      readonly association: Association;
      readonly causes: readonly ErrorCause[];
      readonly chunk: Uint8Array;
    }
  /** Room came free in the send buffer, after {@link Association.tellWhenReleased}. */
  | { readonly type: "send buffer released"; readonly association: Association };

/** What happened to a path (§11.2.3; RFC 6458 §6.1.2; RFC 7829 §7.1). */
export type PathChange =
  | "available"
  | "potentially failed"
  | "unreachable"
  | "removed"
  | "added"
  | "made primary"
  | "confirmed";

/** Why an association ended without a graceful shutdown. */
export type LossReason =
  /** The peer sent ABORT with these causes (§3.3.10.12); `chunk` is the whole chunk as it was received. */
  | { readonly kind: "aborted by peer"; readonly causes: readonly ErrorCause[]; readonly chunk: Uint8Array }
  /** Our side aborted: its user, or the stack because of what the peer sent. */
  | { readonly kind: "aborted locally"; readonly causes: readonly ErrorCause[] }
  /** A threshold of retransmissions was exceeded (§8.1, §5.1.6). */
  | { readonly kind: "unreachable" }
  /** The lower layer said that nobody answers there (RFC 9260 §10 ICMP8). */
  | { readonly kind: "refused" };
