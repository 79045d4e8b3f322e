import type { Millis } from "../../base/millis.js";
import type { PathChange } from "../events.js";
import { endAssociation } from "../termination/abort.js";
import type { TransmissionControlBlock } from "../transmission-control-block.js";
import type { Path, PathState } from "./path.js";

/** How a missing answer counts. */
export interface MissingAnswer {
  /** Whether it counts against the whole association too (RFC 9260 §8.1). */
  readonly countsForAssociation: boolean;
}

/**
 * Something that was sent to a path was not answered in time: counts it, and draws the consequences once the
 * thresholds are exceeded (RFC 9260 §8.1, §8.2). The association may be gone afterwards.
 */
export function pathFailedToAnswer(tcb: TransmissionControlBlock, path: Path, missing: MissingAnswer): void {
  // RFC 9260 §8.3: beyond the threshold the counter stands still.
  if (path.errorCount <= path.config.pathMaxRetrans) path.errorCount += 1;
  // RFC 9260 §8.2: more errors in a row than Path.Max.Retrans make the path inactive.
  if (path.errorCount > path.config.pathMaxRetrans && path.state === "active") {
    enterState(tcb, path, "inactive", "unreachable");
  }
  if (!missing.countsForAssociation) return;
  tcb.errorCount += 1;
  // RFC 9260 §8.1: more than Association.Max.Retrans end the association.
  if (tcb.errorCount > tcb.config.associationMaxRetrans) endAssociation(tcb, { kind: "unreachable" });
}

/**
 * The network says that a path's address cannot be reached: counts it against the path (RFC 9260 §10 ICMP9), but no
 * more often than a missing answer would be, so that the messages about one burst do not make the path inactive. Only
 * the peer's silence counts against the association.
 *
 * @returns whether it has counted
 */
export function pathReportedUnreachable(tcb: TransmissionControlBlock, path: Path, now: Millis): boolean {
  if (now < path.unreachableCountedAt + path.rto.timeoutMs) return false;
  path.unreachableCountedAt = now;
  pathFailedToAnswer(tcb, path, { countsForAssociation: false });
  return true;
}

/**
 * Something that was sent to a path was answered: it works, whatever was thought of it (RFC 9260 §8.2, §5.4).
 */
export function pathAnswered(tcb: TransmissionControlBlock, path: Path): void {
  path.errorCount = 0;
  if (path.state === "active") return;
  enterState(tcb, path, "active", path.state === "unconfirmed" ? "confirmed" : "available");
}

/** Changes the state of a path and tells the user (RFC 9260 §11.2.3). */
function enterState(tcb: TransmissionControlBlock, path: Path, state: PathState, change: PathChange): void {
  const stateBefore = path.state;
  path.state = state;
  tcb.emit({ type: "peer address change", association: tcb.association, path, change, stateBefore });
}
