/**
 * What is done about chunks that are overdue, so that not each of them has to wait for T3-rtx, which takes a second at
 * least (RFC 9260 §16). Miss indications stay the way in which the loss of a chunk is found (§7.2.4); they say nothing
 * of a chunk that was fast retransmitted (§7.2.4 5), and nothing where less than three packets follow.
 *
 * Windows stay those of RFC 9260. What is found here is a loss that SACKs have shown, with all that §7.2.3 and §7.2.4
 * want of one. A repetition that is lost was sent after the window had been halved for its chunk: the way is as full as
 * before, which is another loss event, and halves the window again (RFC 5681 §4.3 wants the same). A probe is an
 * ordinary retransmission, within cwnd; if it has repaired something, that too was a loss event (RFC 8985 §7.4.2),
 * which is known when something sent later has arrived: a peer that was only late has reported a duplicate by then.
 *
 * @module
 */

import { NEVER, type Millis } from "../../base/millis.js";
import { type Tsn, tsnAdd } from "../../base/serial-number.js";
import type { Path } from "../paths/path.js";
import type { TransmissionControlBlock } from "../transmission-control-block.js";
import { IN_FLIGHT, LOST_WITHOUT_TIMEOUT, NO_FAST_RETRANSMIT } from "./outstanding-data.js";

/** A SACK was processed: what of the chunks that were sent again it has shown to be lost in their turn. */
export function loseOverdueData(tcb: TransmissionControlBlock, now: Millis): void {
  if (!tcb.config.timedLossDetection) return;
  for (const path of tcb.paths.all) {
    const { lossDetection } = path;
    if (lossDetection.probeAcked) {
      lossDetection.probeAcked = false;
      loseOverdueOn(tcb, path, now);
    }
    if (lossDetection.takeRepairedLoss() && !tcb.retransmission.inFastRecovery)
      tcb.retransmission.reduceWindow(path, now);
    loseOverdueRepetitions(tcb, path, now);
  }
}

/**
 * No acknowledgement has come from a path for long: what was sent there before something that has arrived is lost; else
 * the last chunk is sent again, so that its SACK tells what is missing (RFC 8985 §7.3).
 */
export function handleOverdue(tcb: TransmissionControlBlock, path: Path, now: Millis): void {
  // Switched off meanwhile.
  if (!tcb.config.timedLossDetection) return;
  path.lossDetection.expired();
  // RFC 9260 §6.1 A, §8.2: with a window that is closed, and on a path that is given up, only T3-rtx tells.
  if (path.state !== "active" || tcb.retransmission.isProbing) return;
  const lost = loseOverdueRepetitions(tcb, path, now) + loseOverdueOn(tcb, path, now);
  if (lost === 0) probe(tcb, path);
}

/** Packets have left, or a SACK has come: from now on the next acknowledgement is waited for (RFC 8985 §7.2). */
export function awaitAcknowledgements(tcb: TransmissionControlBlock, now: Millis): void {
  const { config, services } = tcb;
  if (!config.timedLossDetection) return;
  for (const path of tcb.paths.all) {
    // RFC 9260 §7.2.3: after a time-out only the next one tells, until something is acknowledged.
    if (path.flightBytes === 0 || path.singlePacketOnly) {
      path.stopLossDetection(services.timers);
      continue;
    }
    const { lossDetection } = path;
    if (lossDetection.restartDue || path.windowUsedAt === now) {
      lossDetection.restartDue = false;
      // RFC 9260 §6.2: what may be one packet is perhaps acknowledged late.
      const afterMs = lossDetection.overdueAfterMs(path.flightBytes <= path.pmdcs ? config.sackDelayMs : 0);
      if (afterMs === NEVER) services.timers.stop(lossDetection.timer);
      else services.timers.set(lossDetection.timer, now + afterMs);
    }
  }
}

/** Looks at the chunks that were sent again, oldest repetition first, as far as they are overdue; answers how many. */
function loseOverdueRepetitions(tcb: TransmissionControlBlock, path: Path, now: Millis): number {
  const { lossDetection } = path;
  const { outstanding } = tcb.retransmission;
  let lost = 0;
  for (let at = lossDetection.earliestRepetitionAt; at < NEVER; at = lossDetection.earliestRepetitionAt) {
    const tsn = lossDetection.earliestRepetition;
    // What was acknowledged, given up or sent once more since then is none of these any more.
    if (isInFlight(tcb, tsn, path) && outstanding.sentAt[outstanding.slotOf(tsn)] === at) {
      if (!lossDetection.isOverdue(tsn, at, now)) break;
      lose(tcb, tsn, path, now);
      lost += 1;
    }
    lossDetection.dropEarliestRepetition();
  }
  return lost;
}

/** Looks at all chunks of a path; answers how many of them are overdue. Only done when the timer has called for it. */
function loseOverdueOn(tcb: TransmissionControlBlock, path: Path, now: Millis): number {
  const { outstanding } = tcb.retransmission;
  let lost = 0;
  for (let tsn = outstanding.firstTsn; tsn !== outstanding.nextTsn; tsn = tsnAdd(tsn, 1)) {
    if (!isInFlight(tcb, tsn, path)) continue;
    if (!path.lossDetection.isOverdue(tsn, outstanding.sentAt[outstanding.slotOf(tsn)] ?? 0, now)) continue;
    lose(tcb, tsn, path, now);
    lost += 1;
  }
  return lost;
}

function isInFlight({ retransmission }: TransmissionControlBlock, tsn: Tsn, path: Path): boolean {
  const { outstanding } = retransmission;
  if (!outstanding.holds(tsn)) return false;
  const slot = outstanding.slotOf(tsn);
  return outstanding.state[slot] === IN_FLIGHT && outstanding.pathAt(slot) === path;
}

function lose(tcb: TransmissionControlBlock, tsn: Tsn, path: Path, now: Millis): void {
  const { retransmission, services } = tcb;
  const { outstanding } = retransmission;
  const slot = outstanding.slotOf(tsn);
  const wasSentAgain = (outstanding.retransmissions[slot] ?? 0) > 0;
  markAsLost(tcb, tsn, slot);
  services.statistics.overdueDataChunks += 1;
  // RFC 9260 §7.2.4 6: Fast Recovery halves the window once; for what was sent after that, it has not been halved yet.
  const isNewEvent = wasSentAgain
    ? path.lossDetection.windowReducedAt <= (outstanding.sentAt[slot] ?? 0)
    : !retransmission.inFastRecovery;
  if (isNewEvent) retransmission.enterFastRecovery(path, now);
}

/** Sends the last chunk again that is on its way there, within cwnd (RFC 9260 §6.1 C). */
function probe(tcb: TransmissionControlBlock, path: Path): void {
  const { outstanding } = tcb.retransmission;
  let tsn = tsnAdd(outstanding.nextTsn, -1);
  while (outstanding.holds(tsn) && !isInFlight(tcb, tsn, path)) tsn = tsnAdd(tsn, -1);
  if (!outstanding.holds(tsn)) return;
  const slot = outstanding.slotOf(tsn);
  // RFC 3758 §3.5 A2: nobody knows that it is lost, so that nothing is given up for it.
  if (outstanding.messageAt(slot).reliability !== undefined) return;
  markAsLost(tcb, tsn, slot);
  path.lossDetection.beginProbe(tsn);
  tcb.services.statistics.lossProbes += 1;
}

function markAsLost({ retransmission }: TransmissionControlBlock, tsn: Tsn, slot: number): void {
  retransmission.markLost(tsn, slot);
  // SACKs of what had left before its repetition are still to come: they must not make it count as lost again.
  retransmission.outstanding.note(slot, NO_FAST_RETRANSMIT | LOST_WITHOUT_TIMEOUT);
}
