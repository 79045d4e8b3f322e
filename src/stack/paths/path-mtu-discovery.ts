import type { Millis } from "../../base/millis.js";
import { maySendData } from "../association-state.js";
import { repeatHandshake } from "../establishment/initiate.js";
import { IPV4_MTU_BYTES_ASSUMED, IPV4_MTU_BYTES_MIN, IPV6_MTU_BYTES_MIN } from "../limits.js";
import type { TransmissionControlBlock } from "../transmission-control-block.js";
import type { Path } from "./path.js";

/** RFC 8201 §4, RFC 1191 §6.3: how long a path MTU that was reduced is believed, as both recommend. */
const REDUCED_MTU_LIFE_MS: Millis = 600_000;

/**
 * A packet to a path was dropped because it was larger than what the way carries (RFC 9260 §7.3, §10 ICMP7; RFC 1191,
 * RFC 8201). Future packets are smaller. What is on its way there was lost with it, or may have been: it is sent
 * again without waiting for a time-out. A chunk that has become too large stays as it is, and IP divides its packet
 * (§6.9).
 *
 * A path MTU never grows again by what a router says, but only when the reduction has become old
 * ({@link TransmissionControlBlock.refreshPathMtus}).
 *
 * @param reportedBytes - what the message says: the largest IP packet; 0 where it says nothing
 * @returns whether anything has changed
 */
export function handlePacketTooBig(
  tcb: TransmissionControlBlock,
  path: Path,
  reportedBytes: number,
  now: Millis,
): boolean {
  // RFC 6458 §8.1.12: with discovery off the path MTU is what the user has set.
  if (!path.config.pathMtuDiscovery) return false;
  // RFC 8201 §4: such a report is discarded, because every IPv6 link carries more.
  if (path.address.family === 6 && reportedBytes < IPV6_MTU_BYTES_MIN) return false;
  // RFC 1191 §5: a router that does not know of path MTU discovery says nothing.
  const saidBytes = reportedBytes === 0 ? IPV4_MTU_BYTES_ASSUMED : reportedBytes;
  const mtuBytes = Math.max(saidBytes, IPV4_MTU_BYTES_MIN);
  if (mtuBytes >= path.wholeMtuBytes) return false;
  path.setMtu(mtuBytes);
  path.mtuRisesAt = now + REDUCED_MTU_LIFE_MS;
  tcb.services.statistics.pathMtuReductions += 1;
  if (!maySendData(tcb.state.name) && !repeatHandshake(tcb, path)) return true;
  // RFC 8201 §5.4: the loss tells nothing of congestion, so that cwnd stays; but one packet goes first, because the
  // next router may want still smaller ones.
  tcb.retransmission.markTooBigOn(path);
  path.singlePacketOnly = true;
  tcb.services.schedule(tcb.association);
  return true;
}
