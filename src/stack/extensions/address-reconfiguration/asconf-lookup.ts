import { isWildcard } from "../../../base/ip-address.js";
import { CHUNK_ASCONF, CHUNK_AUTH } from "../../../wire/chunk.js";
import { asconfChunkAddress } from "../../../wire/chunks/asconf-chunk.js";
import type { ChunkCursor } from "../../../wire/packet.js";
import type { ReceivedPacket } from "../../received-packet.js";
import type { TransmissionControlBlock } from "../../transmission-control-block.js";

/**
 * Whether a packet from an address that is none of the peer's, but with the right tag and ports, belongs to the
 * association all the same: it has an ASCONF that names an address of the peer's (RFC 5061 §5.2 D2, §5.3.2), or none at
 * all (§4.1.1). Nothing is believed by that: unless the AUTH chunk in front is right, all is discarded (§5.2 D5).
 */
export function isFoundByAsconf(
  tcb: TransmissionControlBlock,
  packet: ReceivedPacket,
  cursor: ChunkCursor,
  lengthBytes: number,
): boolean {
  if (tcb.addressReconfiguration === undefined) return false;
  cursor.reset(packet.bytes, packet.offsetBytes, lengthBytes);
  while (cursor.next()) {
    if (cursor.type !== CHUNK_ASCONF) continue;
    // RFC 5061 §5.2 D2-ext: of several ASCONF chunks any one may name the address.
    const address = asconfChunkAddress(packet.bytes, cursor.offsetBytes, cursor.lengthBytes);
    if (address === undefined) continue;
    if (isWildcard(address) || tcb.paths.find(address) !== undefined) return true;
  }
  return false;
}

/** Whether a chunk is handled that comes from an address which is none of the peer's. */
export function isForStrangers(chunkType: number): boolean {
  return chunkType === CHUNK_AUTH || chunkType === CHUNK_ASCONF;
}
