import type { Millis } from "../../../base/millis.js";
import { tsn, tsnDistance } from "../../../base/serial-number.js";
import { ASCONF_ACK_CHUNK_FIXED_BYTES, type AsconfAckChunk } from "../../../wire/chunks/asconf-ack-chunk.js";
import type { AsconfChunk } from "../../../wire/chunks/asconf-chunk.js";
import { CHUNK_ASCONF_ACK } from "../../../wire/chunk.js";
import { COMMON_HEADER_BYTES } from "../../../wire/common-header.js";
import { maySendAsconf } from "../../association-state.js";
import { PATH_MTU_BYTES_MIN } from "../../limits.js";
import type { Route } from "../../packet-output.js";
import type { ReceivedPacket } from "../../received-packet.js";
import type { TransmissionControlBlock } from "../../transmission-control-block.js";
import { applyRequests } from "./address-changes.js";
import type { AddressReconfiguration, AsconfAnswer } from "./address-reconfiguration.js";

/** What a packet holds to a place of which no path MTU is known, beside IPv6 and UDP headers. */
const UNKNOWN_ROUTE_BYTES: number = PATH_MTU_BYTES_MIN - 48;

/** Handles an ASCONF that was authenticated (RFC 5061 §5.2 E1 to E7). */
export function handleAsconf(
  tcb: TransmissionControlBlock,
  chunk: AsconfChunk,
  packet: ReceivedPacket,
  now: Millis,
): void {
  const { addressReconfiguration: state } = tcb;
  if (state === undefined || !maySendAsconf(tcb.state.name)) return;
  const isFirst = !state.hasAsconf;
  state.hasAsconf = true;
  const distance = tsnDistance(tsn(chunk.sequenceNumber), state.peerSequenceNumber);
  // RFC 5061 §5.2 E5: too far ahead.
  if (distance > 1) return;
  if (distance < 1) {
    // RFC 5061 §5.2 E2: the answer may have been lost.
    const cached = state.findCached(chunk.sequenceNumber);
    if (cached !== undefined) answer(tcb, state, cached, packet, now);
    return;
  }
  // RFC 5061 §5.2 E1, E1-ext: whoever goes on has got the answers to what came before.
  if (isFirst) state.clearCache();
  // RFC 5061 §5.2 E4, V5.
  state.peerSequenceNumber = tsn(chunk.sequenceNumber);
  const { maxPacketBytes } = tcb.paths.find(packet.source) ?? tcb.paths.primary;
  const roomBytes =
    Math.min(maxPacketBytes, tcb.paths.primary.maxPacketBytes) -
    COMMON_HEADER_BYTES -
    tcb.authentication.overheadBytes(CHUNK_ASCONF_ACK) -
    ASCONF_ACK_CHUNK_FIXED_BYTES;
  const parameters = applyRequests(tcb, chunk.parameters, packet, { roomBytes, now });
  const ack: AsconfAckChunk = { kind: "ASCONF-ACK", sequenceNumber: chunk.sequenceNumber, parameters };
  state.cache(ack);
  answer(tcb, state, ack, packet, now);
}

/** Adds an ASCONF-ACK to the answer to the packet under way (RFC 5061 §5.2 V4, E6 and E7). */
function answer(
  tcb: TransmissionControlBlock,
  state: AddressReconfiguration,
  ack: AsconfAckChunk,
  packet: ReceivedPacket,
  now: Millis,
): void {
  let underWay = state.answerUnderWay;
  if (underWay === undefined) {
    // RFC 5062 §10.3: answers that only repeat themselves have a bound.
    if (!tcb.control.mayAnswer(now)) return;
    underWay = answerTo(tcb, packet);
    state.answers = [...state.answers, underWay];
    state.answerUnderWay = underWay;
  }
  underWay.chunks.push(ack);
  tcb.services.schedule(tcb.association);
}

/**
 * RFC 5061 §5.2 E6, §5.3 F1: the answer goes to where the ASCONF came from, be it confirmed or not, and whether it
 * has become an address of the peer's or not.
 */
function answerTo(tcb: TransmissionControlBlock, packet: ReceivedPacket): AsconfAnswer {
  const path = tcb.paths.find(packet.source);
  const route: Route = {
    address: packet.source,
    udpPort: packet.sourceUdpPort,
    localAddress: sourceOfAnswer(tcb, packet),
    wholePacketBytes: path?.wholePacketBytes ?? UNKNOWN_ROUTE_BYTES,
    ...(path === undefined ? {} : { config: path.config }),
  };
  const maxPacketBytes = path?.maxPacketBytes ?? UNKNOWN_ROUTE_BYTES;
  return { route, maxPacketBytes, chunks: [] };
}

/** Where the packet was addressed to, unless nothing may leave from there (RFC 5061 §5.3 F1, F4). */
function sourceOfAnswer(
  { addressReconfiguration, paths }: TransmissionControlBlock,
  { destination }: ReceivedPacket,
): Route["localAddress"] {
  const isWithheld = destination !== undefined && addressReconfiguration?.withholds(destination) === true;
  return isWithheld ? paths.primary.localAddress : destination;
}
