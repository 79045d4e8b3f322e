import type { Millis } from "../../../base/millis.js";
import type { Chunk } from "../../../wire/chunk.js";
import { maySendAsconf } from "../../association-state.js";
import type { DrainResult } from "../../bundling.js";
import type { PacketOutput, Route } from "../../packet-output.js";
import { startProbing } from "../../paths/heartbeat.js";
import { tellChange } from "../../paths/path-failure.js";
import type { TransmissionControlBlock } from "../../transmission-control-block.js";
import type { AddressReconfiguration } from "./address-reconfiguration.js";
import { beginAsconf, sourceOfAsconf } from "./outgoing-asconf.js";

/**
 * Lays out the ASCONF-ACK and ASCONF chunks that are due, in packets of their own: unlike all others they may go to
 * where nothing else may, and leave from where nothing else may (RFC 5061 §5.3 F1, §5.3.2).
 */
export function transmitAddressChanges(
  tcb: TransmissionControlBlock,
  output: PacketOutput,
  now: Millis,
): DrainResult {
  // Nothing has been asked for, and there is nothing to reach: nearly always.
  if (tcb.addressReconfigurationBegun === undefined && tcb.unreached.isEmpty) return "drained";
  const { addressReconfiguration: state } = tcb;
  if (state === undefined || !maySendAsconf(tcb.state.name)) return "drained";
  for (let answer = state.answers[0]; answer !== undefined; answer = state.answers[0]) {
    const { maxPacketBytes } = answer;
    if (!layOut(tcb, output, answer.route, maxPacketBytes, answer.chunks)) return "slab full";
    state.answers = state.answers.slice(1);
  }
  for (const path of tcb.reachFurther(now)) {
    tellChange(tcb, path, "added", path.state);
    startProbing(tcb, path, now);
  }
  beginAsconf(tcb, state);
  return transmitAsconf(tcb, state, output, now);
}

function transmitAsconf(
  tcb: TransmissionControlBlock,
  state: AddressReconfiguration,
  output: PacketOutput,
  now: Millis,
): DrainResult {
  const { outstanding } = state;
  if (outstanding?.isDue !== true) return "drained";
  // RFC 9260 §5.4: should no path be confirmed any more, it waits until one is.
  if (outstanding.path.state === "unconfirmed") outstanding.path = tcb.paths.forData();
  const { path, chunk } = outstanding;
  if (path.state === "unconfirmed") return "drained";
  const { address, udpPort, wholePacketBytes, config } = path;
  const localAddress = sourceOfAsconf(state, outstanding);
  const route: Route = { address, udpPort, localAddress, wholePacketBytes, config };
  if (!layOut(tcb, output, route, path.maxPacketBytes, [chunk])) return "slab full";
  outstanding.isDue = false;
  outstanding.transmissions += 1;
  // RFC 5061 §5.1 A4, B5.
  tcb.services.timers.set(state.t4, now + path.rto.timeoutMs);
  return "drained";
}

/** Lays out one packet, as many of the chunks as fit. */
function layOut(
  tcb: TransmissionControlBlock,
  output: PacketOutput,
  route: Route,
  maxPacketBytes: number,
  chunks: readonly Chunk[],
): boolean {
  if (!output.begin(tcb, tcb.peerTag, route, maxPacketBytes)) return false;
  for (const chunk of chunks) if (output.fitsChunk(chunk)) output.writeChunk(chunk);
  output.finish();
  return true;
}
