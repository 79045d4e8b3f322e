import type { AssociationConfigChange } from "../../../src/stack/config.js";
import type { ByteEdit } from "../byte-edits.js";
import type { ChunkSpec } from "./chunk-spec.js";

/** The states that packets are sent into; RFC 9260 §4, and CLOSED with and without somebody who listens. */
export const START_STATES = [
  "CLOSED",
  "LISTENING",
  "COOKIE-WAIT",
  "COOKIE-ECHOED",
  "ESTABLISHED by us",
  "ESTABLISHED by the peer",
  "SHUTDOWN-PENDING",
  "SHUTDOWN-SENT",
  "SHUTDOWN-RECEIVED",
  "SHUTDOWN-ACK-SENT",
] as const;

/** See {@link START_STATES}. */
export type StartState = (typeof START_STATES)[number];

/** How many addresses both sides have. */
export type Homes = "one" | "two" | "both families";

/** Which verification tag a packet carries. */
export type TagChoice = "our tag" | "peer's tag" | "cookie's tag" | number;

/** A packet of the peer, or of somebody who pretends to be the peer. */
export interface PacketStep {
  readonly do: "packet";
  readonly chunks: readonly ChunkSpec[];
  readonly tag: TagChoice;
  /** Changes to the whole packet, before its checksum is computed. */
  readonly edits?: readonly ByteEdit[];
  readonly checksum?: "wrong";
  /** From which of its addresses; the default is the first. */
  readonly from?: number;
  readonly fromPort?: number;
  readonly udpPort?: number;
  /** How often; live fields move by their stride. */
  readonly times?: number;
}

/** What happens in a case, one after the other. */
export type Step =
  | PacketStep
  | { readonly do: "wait"; readonly ms: number }
  | {
      readonly do: "send";
      readonly lengthBytes: number;
      readonly streamId: number;
      readonly unordered: boolean;
    }
  | { readonly do: "read" }
  | { readonly do: "associate" | "shutdown" | "abort" | "heartbeat" | "listen" | "stop listening" };

/** How the peer behaves at the end of a case: it falls silent, or it does what RFC 9260 wants of it. */
export type Ending = "silence" | "honest peer";

/** A case of the target "packets". */
export interface PacketCase {
  readonly state: StartState;
  readonly homes: Homes;
  readonly seed: number;
  readonly config: AssociationConfigChange;
  readonly steps: readonly Step[];
  readonly ending: Ending;
}
