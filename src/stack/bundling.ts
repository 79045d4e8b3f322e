import { CHUNK_SACK } from "../wire/chunk.js";
import { byteLengthOfSackChunk, SACK_CHUNK_FIXED_BYTES } from "../wire/chunks/sack-chunk.js";
import { COMMON_HEADER_BYTES } from "../wire/common-header.js";
import { mayReceiveData } from "./association-state.js";
import type { PacketOutput } from "./packet-output.js";
import type { Path } from "./paths/path.js";
import { takeSack } from "./rx/data-reception.js";
import type { TransmissionControlBlock } from "./transmission-control-block.js";

/** Whether everything that may leave has been laid out, or the flush ran out of room and has to go on. */
export type DrainResult = "drained" | "slab full";

/**
 * Begins a packet of the association, under the peer's tag (RFC 9260 §3.1), and bundles into it what waits for that
 * path (§3, §6.10): control chunks, a COOKIE ACK first (§5.1 D, §5.1.5 6 and 7, §3.3.12), then a SACK if one is owed.
 * DATA may follow.
 *
 * @param chunkBytes - a chunk that was laid out already and has to fit, should the path MTU have shrunk
 * since; or 0
 * @returns false when the flush has no room for another packet
 */
export function openPacket(
  tcb: TransmissionControlBlock,
  output: PacketOutput,
  path: Path,
  chunkBytes: number,
): boolean {
  const maxPacketBytes = Math.max(tcb.paths.packetBytesFor(path), COMMON_HEADER_BYTES + chunkBytes);
  if (!output.begin(tcb, tcb.peerTag, path, maxPacketBytes)) return false;
  bundleControl(tcb, output, path);
  bundleSack(tcb, output, path);
  return true;
}

/** Writes the waiting control chunks of a path, as many as fit. */
export function bundleControl(tcb: TransmissionControlBlock, output: PacketOutput, path: Path): void {
  while (!tcb.control.isEmpty) {
    const chunk = tcb.control.take(path, output);
    if (chunk === undefined) return;
    output.writeChunk(chunk);
  }
}

/** RFC 9260 §6.4, §6.7: SACKs go to where the last DATA came from, if that is known to be the peer's (§5.4). */
function sackPath(tcb: TransmissionControlBlock): Path {
  return tcb.paths.forReply(tcb.reception.path ?? tcb.paths.primary);
}

/**
 * RFC 9260 §6.1: whoever sends DATA acknowledges what it has received in the same packet, if that goes the
 * same way.
 */
function bundleSack(tcb: TransmissionControlBlock, output: PacketOutput, path: Path): void {
  const { reception } = tcb;
  if (reception.sacksDue.length === 0 && !reception.sackTiming.isSackPending) return;
  if (sackPath(tcb) !== path || !mayReceiveData(tcb.state.name)) return;
  const due = reception.sacksDue.peek();
  if (due !== undefined) {
    if (!output.fits(CHUNK_SACK, byteLengthOfSackChunk(due))) return;
    reception.sacksDue.shift();
    output.writeSackChunk(due);
  } else if (reception.sackTiming.isSackPending && output.fits(CHUNK_SACK, SACK_CHUNK_FIXED_BYTES)) {
    output.writeSackChunk(takeSack(tcb, output.roomFor(CHUNK_SACK)));
  }
}

/**
 * Lays out the packets of control chunks and of the SACKs that are due, as far as no DATA has taken them along. They
 * leave from the address that the peer's last packet from there came to. Only what carries DATA or HEARTBEAT keeps to
 * the address of the path, which it tells the state of.
 */
export function transmitControl(tcb: TransmissionControlBlock, output: PacketOutput): DrainResult {
  for (let path = tcb.control.firstPath; path !== undefined; path = tcb.control.firstPath) {
    const probes = tcb.control.holds("HEARTBEAT", path);
    if (!openPacket(tcb, output, path, 0)) return "slab full";
    if (!probes) output.leaveFrom(path.replySource);
    // A chunk that no packet of this path can hold would stand in the way of all others.
    if (output.isEmpty) tcb.control.dropFirst();
    output.finish();
  }
  const { reception } = tcb;
  if (!mayReceiveData(tcb.state.name)) {
    reception.sacksDue.clear();
    return "drained";
  }
  while (reception.sacksDue.length > 0 || reception.sackTiming.state === "immediate") {
    const path = sackPath(tcb);
    if (!openPacket(tcb, output, path, 0)) return "slab full";
    output.leaveFrom(path.replySource);
    // A SACK that was made for a larger path MTU has become worthless.
    if (output.isEmpty) reception.sacksDue.shift();
    output.finish();
  }
  return "drained";
}
