import type { Millis } from "../../base/millis.js";
import type { Ssn, Tsn } from "../../base/serial-number.js";
import { padded } from "../../wire/bytes.js";
import {
  DATA_CHUNK_HEADER_BYTES,
  DATA_FLAG_BEGINNING,
  DATA_FLAG_UNORDERED,
} from "../../wire/chunks/data-chunk.js";
import { COMMON_HEADER_BYTES } from "../../wire/common-header.js";
import type { DataPackets } from "../../wire/packet-builder.js";
import { OUTSTANDING_CHUNKS_MAX } from "../limits.js";
import type { PacketOutput } from "../packet-output.js";
import type { Path } from "../paths/path.js";
import type { TransmissionControlBlock } from "../transmission-control-block.js";
import type { OutgoingMessage } from "./outgoing-message.js";
import { sendsPlainly } from "./plain-sending.js";

/** The smallest DATA chunk, padding included: where less room is left, nothing is bundled with a chunk. */
const LEAST_CHUNK_BYTES = DATA_CHUNK_HEADER_BYTES + 4;

const NOTHING: Uint8Array = new Uint8Array(0);

/** The packets under way; one object for all, because they are laid out at once. */
const packets: DataPackets = {
  sourcePort: 0,
  destinationPort: 0,
  verificationTag: 0,
  header: { tsn: 0 as Tsn, streamId: 0, ssn: 0 as Ssn, ppid: 0, flags: 0 },
  payload: NOTHING,
  payloadOffset: 0,
  payloadBytes: 0,
};

/**
 * Lays out packets that a long message fills, one fragment in each (RFC 9260 §6.9): as many as everything allows, with
 * one look at what allows it. The end of the message, and all that is not as usual, is left to whoever lays out packet
 * by packet; what comes of it is the same. That the first packet may begin is the caller's business.
 *
 * @param maxBytes - the largest payload of a chunk
 * @returns how many packets there are
 */
export function sendFullPackets(
  tcb: TransmissionControlBlock,
  output: PacketOutput,
  path: Path,
  maxBytes: number,
  now: Millis,
): number {
  const message = tcb.sendQueue.current();
  if (message === undefined || !isPlain(tcb, path, message)) return 0;
  if (!fillsPacket(tcb, path, maxBytes)) return 0;
  const count = Math.min(
    allowedPackets(tcb, path, maxBytes),
    // Its last chunk has the E bit, and something may be bundled with it.
    Math.floor((message.lengthBytes - message.fragmentedBytes - 1) / maxBytes),
    output.roomForDataPackets(maxBytes, tcb.paths.packetBytesFor(path)),
  );
  if (count < 1) return 0;
  packets.payloadBytes = maxBytes;
  layOut(tcb, output, path, message, count);
  const { sendQueue, retransmission } = tcb;
  const firstTsn = packets.header.tsn;
  let { flags } = packets.header;
  for (let index = 0; index < count; index += 1) {
    retransmission.sentFirst(message, maxBytes, flags, path, now);
    sendQueue.fragmented(message, maxBytes);
    flags &= ~DATA_FLAG_BEGINNING;
  }
  path.burstAllowance -= count;
  path.windowUsedAt = now;
  path.measuringChunkSent(firstTsn, now);
  // RFC 9260 §6.3.2 R1.
  tcb.services.timers.setIfStopped(path.t3, now + path.rto.timeoutMs);
  return count;
}

/** Whether nothing but the message goes into its packets, and nothing but windows and the burst limits them. */
function isPlain(tcb: TransmissionControlBlock, path: Path, message: OutgoingMessage): boolean {
  if (message.isOpen || message.reliability !== undefined) return false;
  // RFC 9260 §7.2.1: with the first packet after a pause the window may decay.
  if (path.flightBytes === 0) return false;
  const { sacksDue, sackTiming } = tcb.reception;
  if (!tcb.control.isEmpty || sacksDue.length > 0 || sackTiming.isSackPending) return false;
  return sendsPlainly(tcb, path);
}

/** Whether a chunk of the largest size leaves no room in its packet, and needs no padding. */
function fillsPacket(tcb: TransmissionControlBlock, path: Path, maxBytes: number): boolean {
  const room = tcb.paths.packetBytesFor(path) - COMMON_HEADER_BYTES - DATA_CHUNK_HEADER_BYTES - maxBytes;
  return room >= 0 && room < LEAST_CHUNK_BYTES && padded(maxBytes) === maxBytes;
}

/** How many chunks of so many bytes the windows and Max.Burst allow, none of which has to ask for its SACK. */
function allowedPackets(tcb: TransmissionControlBlock, path: Path, maxBytes: number): number {
  const { retransmission, config } = tcb;
  const { cwnd } = path.congestion;
  // RFC 9260 §6.1: where nothing more fits at the peer, the I bit asks for the SACK; such a packet is none of these.
  const byPeer = Math.floor(retransmission.peerRwnd / maxBytes) - 1;
  // RFC 9260 §6.1 B.
  const byPath = Math.ceil((cwnd - path.flightBytes) / (DATA_CHUNK_HEADER_BYTES + maxBytes));
  // RFC 9260 §6.1 D.
  const byBurst = config.maxBurst > 0 ? path.burstAllowance : OUTSTANDING_CHUNKS_MAX;
  return Math.min(byPeer, byPath, byBurst, OUTSTANDING_CHUNKS_MAX - retransmission.outstanding.count);
}

function layOut(
  tcb: TransmissionControlBlock,
  output: PacketOutput,
  path: Path,
  message: OutgoingMessage,
  count: number,
): void {
  const isBeginning = message.fragmentedBytes === 0;
  if (isBeginning && !message.unordered) message.ssn = tcb.sendQueue.takeSsn(message.streamId);
  packets.sourcePort = tcb.localPort;
  packets.destinationPort = tcb.peerPort;
  packets.verificationTag = tcb.peerTag;
  const { header } = packets;
  header.tsn = tcb.retransmission.outstanding.nextTsn;
  header.streamId = message.streamId;
  header.ssn = message.ssn;
  header.ppid = message.ppid;
  header.flags = (isBeginning ? DATA_FLAG_BEGINNING : 0) | (message.unordered ? DATA_FLAG_UNORDERED : 0);
  packets.payload = message.data;
  packets.payloadOffset = message.startOffset + message.fragmentedBytes;
  output.writeDataPackets(packets, count, tcb.localUdpPort, path);
  // A large message is not to be kept for having been the last.
  packets.payload = NOTHING;
}
