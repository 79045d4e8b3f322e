import type { Millis } from "../../base/millis.js";
import { maySendData } from "../association-state.js";
import { PRIMARY_SWITCHOVER_OFF } from "../config.js";
import type { PathChange } from "../events.js";
import { PATH_ERRORS_FACTOR } from "../limits.js";
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
 * thresholds are exceeded (RFC 9260 §8.1, §8.2; RFC 7829 §3.2, §5). The association may be gone afterwards.
 */
export function pathFailedToAnswer(
  tcb: TransmissionControlBlock,
  path: Path,
  missing: MissingAnswer,
  now: Millis,
): void {
  countError(path);
  tcb.paths.noteFailure(path);
  judgePath(tcb, path, now);
  if (!missing.countsForAssociation) return;
  tcb.errorCount += 1;
  // RFC 9260 §8.1: more than Association.Max.Retrans end the association.
  if (tcb.errorCount > tcb.config.associationMaxRetrans) endAssociation(tcb, { kind: "unreachable" });
}

/**
 * Counts an error of a path without any consequence: the handshake, which has a limit of its own, draws them when it is
 * complete.
 */
export function countError(path: Path): void {
  if (path.errorCount < errorsCounted(path)) path.errorCount += 1;
}

/** How far the error counter rises (RFC 9260 §8.3, RFC 7829 §4.1 3). */
function errorsCounted({ state, config }: Path): number {
  const toInactive = config.pathMaxRetrans + 1;
  // Nothing is ever sent to the better of two unconfirmed paths.
  if (state === "unconfirmed") return toInactive;
  const toSwitchover =
    config.primarySwitchoverMaxRetrans === PRIMARY_SWITCHOVER_OFF
      ? 0
      : config.primarySwitchoverMaxRetrans + 1;
  return Math.max(toInactive, toSwitchover, PATH_ERRORS_FACTOR * toInactive);
}

/** Draws the consequences of a path's error counter: its state, and whether it is still to be the primary one. */
export function judgePath(tcb: TransmissionControlBlock, path: Path, now: Millis): void {
  const { errorCount, state, config } = path;
  const isUsable = state === "active" || state === "potentially failed";
  if (isUsable && errorCount > config.pathMaxRetrans) {
    // RFC 9260 §8.2, RFC 7829 §3.2 8: more errors in a row than Path.Max.Retrans make the path inactive.
    enterState(tcb, path, "inactive", "unreachable");
  } else if (state === "active" && errorCount > config.potentiallyFailedMaxRetrans) {
    enterState(tcb, path, "potentially failed", "potentially failed");
    // RFC 7829 §3.2 5 and 6: heartbeats begin at once. One that is on its way already is waited for.
    const probes = config.heartbeatEnabled && !path.heartbeatAwaited && maySendData(tcb.state.name);
    if (probes) tcb.services.timers.set(path.heartbeat, now);
  }
  switchPrimaryOver(tcb);
}

/**
 * RFC 7829 §5 2 and 3: with more errors in a row than PSMR the primary path gives its place to the one that carries the
 * data.
 */
function switchPrimaryOver(tcb: TransmissionControlBlock): void {
  const { primary } = tcb.paths;
  const { primarySwitchoverMaxRetrans } = primary.config;
  if (primarySwitchoverMaxRetrans === PRIMARY_SWITCHOVER_OFF) return;
  if (primary.errorCount > primarySwitchoverMaxRetrans) makePrimary(tcb, tcb.paths.forData());
}

/** Makes a path the primary one; if it is not yet, the user is told (RFC 6458 §6.1.2: whenever one is made primary). */
export function makePrimary(tcb: TransmissionControlBlock, path: Path): void {
  if (path === tcb.paths.primary) return;
  tcb.paths.setPrimary(path);
  tellChange(tcb, path, "made primary", path.state);
}

/**
 * The network says that a path's address cannot be reached: counts it against the path (RFC 9260 §10 ICMP9), but no
 * more often than a missing answer would be, so that the messages about one burst do not make the path inactive. Only
 * the peer's silence counts against the association.
 *
 * @returns whether it has counted
 */
export function pathReportedUnreachable(tcb: TransmissionControlBlock, path: Path, now: Millis): boolean {
  const { unreachableCountedAt: last } = path;
  if (last !== undefined && now < last + path.rto.timeoutMs) return false;
  path.unreachableCountedAt = now;
  pathFailedToAnswer(tcb, path, { countsForAssociation: false }, now);
  return true;
}

/**
 * Something that was sent to a path was answered: it works, whatever was thought of it (RFC 9260 §8.2, §5.4;
 * RFC 7829 §3.2 7 and 10).
 */
export function pathAnswered(tcb: TransmissionControlBlock, path: Path): void {
  path.errorCount = 0;
  if (path.state === "active") return;
  enterState(tcb, path, "active", path.state === "unconfirmed" ? "confirmed" : "available");
  if (tcb.addressReconfigurationBegun?.wantedPrimary === path) {
    // RFC 5061 §5.4: now that it is the peer's, its wish is granted.
    tcb.addressReconfigurationBegun.wantedPrimary = undefined;
    makePrimary(tcb, path);
  }
  // What carries the data now may be better than a primary path that was to be replaced, and could not be.
  switchPrimaryOver(tcb);
}

/** Changes the state of a path and tells the user (RFC 9260 §11.2.3). */
function enterState(tcb: TransmissionControlBlock, path: Path, state: PathState, change: PathChange): void {
  const stateBefore = path.state;
  path.state = state;
  tellChange(tcb, path, change, stateBefore);
}

/** Tells the user what has happened to a path (RFC 9260 §11.2.3). */
export function tellChange(
  tcb: TransmissionControlBlock,
  path: Path,
  change: PathChange,
  stateBefore: PathState,
): void {
  tcb.emit({ type: "peer address change", association: tcb.association, path, change, stateBefore });
}
