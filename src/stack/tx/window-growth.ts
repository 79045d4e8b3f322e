import type { Millis } from "../../base/millis.js";
import type { Path } from "../paths/path.js";

/** What a SACK said about the path under way; one for all, so that a SACK costs no object for it. */
const acknowledgement = {
  newlyAckedBytes: 0,
  windowFullyUsed: false,
  inFastRecovery: false,
  nothingOutstanding: false,
  smoothedRoundTripMs: undefined as Millis | undefined,
  now: 0 as Millis,
};

/** Where the association stands after a SACK. */
export interface RecoveryState {
  /** Whether a loss seen from SACKs is being repaired (RFC 9260 §7.2.4). */
  readonly inFastRecovery: boolean;
  /** Whether nothing waits for an acknowledgement. */
  readonly isEmpty: boolean;
}

/** RFC 9260 §7.2.1: the window of each path grows by what was acknowledged there. */
export function growWindows(paths: readonly Path[], state: RecoveryState, now: Millis): void {
  acknowledgement.inFastRecovery = state.inFastRecovery;
  acknowledgement.nothingOutstanding = state.isEmpty;
  acknowledgement.now = now;
  for (const path of paths) {
    // RFC 9260 §7.2.2: that nothing is outstanding any more concerns every path.
    if (path.newlyAckedBytes === 0 && !state.isEmpty) continue;
    if (path.newlyAckedBytes > 0) path.singlePacketOnly = false;
    acknowledgement.newlyAckedBytes = path.newlyAckedBytes;
    acknowledgement.windowFullyUsed = path.windowFullyUsed;
    acknowledgement.smoothedRoundTripMs = path.rto.smoothedRoundTripMs;
    path.congestion.acknowledged(acknowledgement);
  }
}
