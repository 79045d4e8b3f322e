import type { SystemError } from "../sockets/errors.js";
import type { SctpAddress } from "../sockets/types.js";

/**
 * What the provider knows of an association of the kernel: what SCTP_ASSOC_CHANGE has told, which it subscribes to for
 * itself on every socket.
 */
export interface KernelAssociation {
  /** 0 while it is not known: that of an accepted one, until somebody asks. */
  id: number;
  phase: "starting" | "up" | "ended";
  /** A connect call has begun it, and its outcome has not been asked for. */
  isConnecting: boolean;
  /** Messages were given to it while it was starting. */
  hasMessages: boolean;
  /** The address of the peer that it was begun with, or accepted from. */
  readonly address: SctpAddress | undefined;
  /** Whether the application has subscribed to SCTP_ASSOC_CHANGE of it. */
  wantsAssociationChange: boolean;
  /** When it was begun, in milliseconds of the monotonic clock. */
  readonly startedAtMs: number;
  /** The application has ended it with ABORT. */
  isAborted: boolean;
  /** One-to-one: how it was lost, until a call has told it. */
  loss: SystemError | undefined;
}

/** An association that has just come into being. */
export function newAssociation(
  start: Pick<KernelAssociation, "id" | "phase" | "address" | "wantsAssociationChange">,
): KernelAssociation {
  const startedAtMs = performance.now();
  return {
    ...start,
    isConnecting: false,
    hasMessages: false,
    isAborted: false,
    startedAtMs,
    loss: undefined,
  };
}
