import type { InitChunk } from "../wire/chunks/init-chunk.js";
import type { Millis } from "../base/millis.js";
import type { Path } from "./paths/path.js";

/**
 * The states of RFC 9260 §4, each with what only that state has. An association that is CLOSED has no
 * transmission control block in the RFC; here the object stays for whoever still holds it, and does nothing.
 */
export type AssociationState =
  | { readonly name: "CLOSED" }
  | {
      readonly name: "COOKIE-WAIT";
      /** The INIT that is sent, and sent again unchanged (§5.1.6). */
      init: InitChunk;
      /** Where the INIT goes next. */
      path: Path;
      /** Whether it waits to be sent. */
      initDue: boolean;
      /** Retransmissions so far. */
      retransmissions: number;
      /** When the INIT was sent first, to measure the round trip; `undefined` after a retransmission (§6.3.1 C5). */
      sentAt: Millis | undefined;
      /** How often a stale cookie made us begin anew (§5.2.6). */
      staleCookies: number;
    }
  | {
      readonly name: "COOKIE-ECHOED";
      /** The INIT that was sent, should the handshake begin anew (§5.2.6). */
      readonly init: InitChunk;
      /** The peer's State Cookie. */
      readonly cookie: Uint8Array;
      path: Path;
      cookieEchoDue: boolean;
      retransmissions: number;
      sentAt: Millis | undefined;
      readonly staleCookies: number;
    }
  | { readonly name: "ESTABLISHED" }
  | { readonly name: "SHUTDOWN-PENDING" }
  | {
      readonly name: "SHUTDOWN-SENT" | "SHUTDOWN-ACK-SENT";
      /** Where the SHUTDOWN or SHUTDOWN ACK was sent last. */
      path: Path;
      retransmissions: number;
    }
  | { readonly name: "SHUTDOWN-RECEIVED" };

/** The name of a state, in the RFC's spelling. */
export type AssociationStateName = AssociationState["name"];

/** The states that carry nothing but their names. */
export const CLOSED: AssociationState = Object.freeze({ name: "CLOSED" });
/** See {@link AssociationState}. */
export const ESTABLISHED: AssociationState = Object.freeze({ name: "ESTABLISHED" });
/** See {@link AssociationState}. */
export const SHUTDOWN_PENDING: AssociationState = Object.freeze({ name: "SHUTDOWN-PENDING" });
/** See {@link AssociationState}. */
export const SHUTDOWN_RECEIVED: AssociationState = Object.freeze({ name: "SHUTDOWN-RECEIVED" });

/** RFC 9260 §5, §6: whether DATA may be sent in a state (beside what is bundled with COOKIE ECHO). */
export function maySendData(name: AssociationStateName): boolean {
  return name === "ESTABLISHED" || name === "SHUTDOWN-PENDING" || name === "SHUTDOWN-RECEIVED";
}

/** RFC 5061 §5.1.1 C4: whether ASCONF and ASCONF-ACK may be sent in a state. */
export function maySendAsconf(name: AssociationStateName): boolean {
  return maySendData(name) || name === "SHUTDOWN-SENT";
}

/** RFC 9260 §6: whether DATA is taken in a state. */
export function mayReceiveData(name: AssociationStateName): boolean {
  return name === "ESTABLISHED" || name === "SHUTDOWN-PENDING" || name === "SHUTDOWN-SENT";
}

/**
 * RFC 9260 §6: whether a SACK is processed in a state. In COOKIE-ECHOED it may be, and is not: as long as the
 * handshake can begin anew (§5.2.4 B, §5.2.6), it may end with a peer that has forgotten what it acknowledged. A
 * COOKIE ECHO that is repeated takes the data along again.
 */
export function mayReceiveSack(name: AssociationStateName): boolean {
  return maySendData(name);
}

/** RFC 9260 §9.2, §4 5) and 7): whether the user's new messages are still taken. */
export function acceptsUserMessages(name: AssociationStateName): boolean {
  return name === "COOKIE-WAIT" || name === "COOKIE-ECHOED" || name === "ESTABLISHED";
}
