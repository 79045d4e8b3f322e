import { CHUNK_DATA } from "../../wire/chunk.js";
import type { Path } from "../paths/path.js";
import type { TransmissionControlBlock } from "../transmission-control-block.js";

/**
 * Whether nothing but room decides what DATA leaves on a path, so that one look does for many chunks: no chunk has to
 * ask for its SACK because the congestion window holds next to nothing (RFC 9260 §6.1), none probes the peer's window,
 * and none is authenticated.
 */
export function sendsPlainly(tcb: TransmissionControlBlock, path: Path): boolean {
  if (tcb.state.name !== "ESTABLISHED" || tcb.windowProbeDue || path.singlePacketOnly) return false;
  if (path.congestion.cwnd < 2 * path.pmdcs) return false;
  return tcb.authentication.overheadBytes(CHUNK_DATA) === 0;
}
