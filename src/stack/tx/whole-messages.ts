import type { Millis } from "../../base/millis.js";
import type { Ssn, Tsn } from "../../base/serial-number.js";
import { padded } from "../../wire/bytes.js";
import { CHUNK_DATA } from "../../wire/chunk.js";
import {
  DATA_CHUNK_HEADER_BYTES,
  DATA_FLAG_BEGINNING,
  DATA_FLAG_END,
  DATA_FLAG_IMMEDIATE,
  DATA_FLAG_UNORDERED,
  type DataHeaderFields,
} from "../../wire/chunks/data-chunk.js";
import type { PacketOutput } from "../packet-output.js";
import type { Path } from "../paths/path.js";
import type { TransmissionControlBlock } from "../transmission-control-block.js";
import type { MessageOptions, OutgoingMessage } from "./outgoing-message.js";
import { sendsPlainly } from "./plain-sending.js";

/** The header of the chunk under way; one for all: nothing else happens between filling it in and writing it. */
const header: DataHeaderFields = { tsn: 0 as Tsn, streamId: 0, ssn: 0 as Ssn, ppid: 0, flags: 0 };

/**
 * Writes the messages that are next into the packet under way, as long as each is a chunk of its own and nothing is
 * unusual about it, with one look at what holds for all. Everything else is left to whoever looks at each chunk; what
 * comes of it is the same.
 *
 * @param maxBytes - the largest payload of a chunk
 * @returns how many
 */
export function writeWholeMessages(
  tcb: TransmissionControlBlock,
  output: PacketOutput,
  path: Path,
  maxBytes: number,
  now: Millis,
): number {
  const { sendQueue, retransmission } = tcb;
  const first = sendQueue.current();
  if (first === undefined || !sendsPlainly(tcb, path)) return 0;
  const { destination } = first.options;
  if (tcb.paths.forData(destination) !== path) return 0;
  let { options } = first;
  fillHeader(options);
  let roomBytes = output.roomFor(CHUNK_DATA);
  let count = 0;
  for (
    let message: OutgoingMessage | undefined = first;
    message !== undefined;
    message = sendQueue.current()
  ) {
    const { lengthBytes } = message;
    const chunkBytes = padded(DATA_CHUNK_HEADER_BYTES + lengthBytes);
    if (chunkBytes > roomBytes || lengthBytes > maxBytes || retransmission.outstanding.isFull) break;
    // RFC 9260 §6.1: where nothing more would have room at the peer, the I bit asks for the SACK.
    if (retransmission.peerRwnd - lengthBytes < maxBytes) break;
    if (message.fragmentedBytes > 0 || message.isOpen || message.reliability !== undefined) break;
    if (message.options !== options) {
      if (message.destination !== destination) break;
      options = message.options;
      fillHeader(options);
    }
    if (!options.unordered) {
      header.ssn = sendQueue.takeSsn(header.streamId);
      message.ssn = header.ssn;
    }
    header.tsn = retransmission.sentFirst(message, lengthBytes, header.flags, path, now);
    output.writeDataChunk(header, message, 0, lengthBytes);
    sendQueue.fragmented(message, lengthBytes);
    roomBytes -= chunkBytes;
    count += 1;
  }
  return count;
}

/** What the chunks have in common of messages that are sent alike, each whole in one (RFC 9260 §3.3.1). */
function fillHeader({ streamId, ppid, unordered, sackImmediately }: MessageOptions): void {
  header.streamId = streamId;
  header.ppid = ppid;
  header.ssn = 0 as Ssn;
  header.flags = DATA_FLAG_BEGINNING | DATA_FLAG_END;
  if (unordered) header.flags |= DATA_FLAG_UNORDERED;
  if (sackImmediately) header.flags |= DATA_FLAG_IMMEDIATE;
}
