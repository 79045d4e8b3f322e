import { tsnDistance } from "../../base/serial-number.js";
import type { ForwardTsnChunk } from "../../wire/chunks/forward-tsn-chunk.js";
import { mayReceiveData } from "../association-state.js";
import { RX_TSN_DISTANCE_MAX } from "../limits.js";
import type { Path } from "../paths/path.js";
import type { TransmissionControlBlock } from "../transmission-control-block.js";
import type { DataPacket } from "./data-reception.js";

/**
 * Handles a FORWARD TSN (RFC 3758 §3.6): what is missing up to its TSN counts as received, what cannot be completed any
 * more is dropped, and what has waited for it is delivered. It is acknowledged as a DATA chunk would be.
 */
export function handleForwardTsn(
  tcb: TransmissionControlBlock,
  chunk: ForwardTsnChunk,
  packet: DataPacket,
  path: Path,
): void {
  const { reception, services } = tcb;
  const { tracker, reassembly } = reception;
  // RFC 9260 §6: as DATA, it is discarded in other states.
  if (!mayReceiveData(tcb.state.name)) return;
  if (packet.hasForwardTsn) {
    // RFC 3758 §3.5 C4: one says all that its packet has room for, and each may cost a walk over what is held.
    services.statistics.droppedForwardTsns += 1;
    return;
  }
  packet.hasForwardTsn = true;
  const distance = tsnDistance(chunk.newCumulativeTsn, tracker.cumulativeTsnAck);
  packet.hasData = true;
  reception.path = path;
  if (distance <= 0) {
    // RFC 3758 §3.6: out of date; perhaps our SACK was lost.
    packet.gapOrDuplicate = true;
    packet.hasDuplicates = true;
  } else if (distance <= RX_TSN_DISTANCE_MAX) {
    if (tracker.hasGaps) packet.gapOrDuplicate = true;
    tracker.skipTo(chunk.newCumulativeTsn);
  }
  if (Math.abs(distance) > RX_TSN_DISTANCE_MAX) {
    // No DATA chunk is taken that far ahead, so that there is nothing to be skipped; and what lies that far behind says
    // nothing of numbers of streams any more, which may have come round.
    services.statistics.droppedForwardTsns += 1;
    packet.gapOrDuplicate = true;
    return;
  }
  // What was given up stays so, when all that was sent of it has arrived as well: Linux gives no TSN to the rest.
  // Streams that there are not have nothing that waits.
  const skipped = chunk.streams.filter(({ streamId }) => streamId < tcb.inboundStreams);
  reassembly.dropUnfinishable(chunk.newCumulativeTsn, skipped);
  reassembly.skipMessages(skipped);
}
