import type { Millis } from "../../base/millis.js";
import type { TransmissionControlBlock } from "../transmission-control-block.js";
import { shutDown } from "./shutdown.js";

/** Starts or stops the timer of SCTP_AUTOCLOSE (RFC 6458 §8.1.8) as the parameters want it. */
export function startAutoclose(tcb: TransmissionControlBlock, now: Millis): void {
  const { autocloseMs } = tcb.config;
  if (autocloseMs === 0 || tcb.state.name !== "ESTABLISHED") tcb.stopAutoclose();
  else tcb.services.timers.set(tcb.autoclose, Math.max(now, tcb.lastUserDataAt + autocloseMs));
}

/** The timer of SCTP_AUTOCLOSE expired: shuts down unless user data has travelled meanwhile. */
export function handleAutoclose(tcb: TransmissionControlBlock, now: Millis): void {
  const { autocloseMs } = tcb.config;
  if (autocloseMs === 0) return;
  const idleUntil = tcb.lastUserDataAt + autocloseMs;
  if (now < idleUntil) tcb.services.timers.set(tcb.autoclose, idleUntil);
  else shutDown(tcb, now);
}
