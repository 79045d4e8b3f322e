import type { Association } from "../../../src/stack/association.js";
import {
  CONTROL_CHUNKS_QUEUED_MAX,
  PATHS_PER_ASSOCIATION_MAX,
  RX_GAP_RANGES_MAX,
  RX_PIECES_MAX,
  SACKS_QUEUED_MAX,
} from "../../../src/stack/limits.js";
import type { Sent } from "../../stack/scene.js";
import { wrongCounters } from "../../stack/scripted-peer.js";
import { padded } from "../../../src/wire/bytes.js";
import { expect } from "../fuzz-target.js";
import { packetProblems } from "../strict-packet.js";
import type { Arena } from "./arena.js";

/** RFC 9260 §6.10: no packet of ours is larger than the path MTU less the IP header, but for what is never divided. */
const PACKET_BYTES_MAX = 1480;

/** What a packet may make us send beside DATA in excess of its own length: a handshake's chunk, or heartbeats. */
const CONTROL_BYTES_MAX = 1600;

/** Packets of an answer: a window of data, and control chunks to each path. */
const PACKETS_MAX = 120;

/** Packets that left are well-formed, and a chunk that a peer dictates the size of stays within the MTU. */
export function checkPackets(packets: readonly Sent[]): void {
  for (const { bytes, chunks } of packets) {
    const problems = packetProblems(bytes);
    const kinds = chunks.map((chunk) => chunk.kind).join(" ");
    expect(problems.length === 0, () => `a packet with ${kinds} is wrong: ${problems.join("; ")}`);
    const isDivided = chunks.length > 1 || chunks[0]?.kind === "ERROR" || chunks[0]?.kind === "SACK";
    expect(
      !isDivided || bytes.length <= PACKET_BYTES_MAX,
      () => `${bytes.length} bytes in a packet with ${kinds}`,
    );
  }
}

/** Bytes of everything but DATA chunks. */
function controlBytes({ bytes, chunks }: Sent): number {
  return chunks.reduce(
    (left, chunk) => (chunk.kind === "DATA" ? left - padded(16 + chunk.userData.length) : left),
    bytes.length,
  );
}

/**
 * No storm answers a packet (RFC 9260 §12.2.3). What is answered, heartbeats and reports of what is unknown, is as long
 * as what was received, perhaps in several pieces; some of it waits until the handshake is over.
 */
export class Amplification {
  private creditBytes = 0;

  /** Looks at what answers a packet. */
  check(received: Uint8Array, answers: readonly Sent[]): void {
    expect(answers.length <= PACKETS_MAX, () => `${answers.length} packets answer one`);
    const answered = answers.reduce((sum, packet) => sum + controlBytes(packet), 0);
    this.creditBytes += 2 * received.length;
    const bound = this.creditBytes + CONTROL_BYTES_MAX;
    expect(answered <= bound, () => `${answered} control bytes answer ${received.length} bytes`);
    this.creditBytes = Math.max(0, this.creditBytes - answered);
  }
}

/** What an association holds stays within limits.ts, and its counters say what they stand for. */
export function checkAssociation(association: Association): void {
  const { tcb } = association;
  const { reception } = tcb;
  const room = reception.bufferBytes;
  expect(association.paths.length <= PATHS_PER_ASSOCIATION_MAX, () => `${association.paths.length} paths`);
  expect(
    association.paths.length > 0 && association.paths.includes(association.primaryPath),
    "no primary path",
  );
  expect(
    reception.reassembly.queuedChunks <= RX_PIECES_MAX,
    () => `${reception.reassembly.queuedChunks} pieces`,
  );
  const held = association.reassemblyBytes + association.unreadBytes;
  // The window may be overrun by what fills gaps, a packet's worth each.
  expect(held <= 2 * room + 65_536, () => `${held} bytes received are held, with a buffer of ${room}`);
  expect(reception.sacksDue.length <= SACKS_QUEUED_MAX, () => `${reception.sacksDue.length} SACKs wait`);
  const { items } = tcb.control as unknown as { items: readonly unknown[] };
  expect(items.length <= CONTROL_CHUNKS_QUEUED_MAX + 4, () => `${items.length} control chunks wait`);
  const { ranges } = reception.tracker as unknown as { ranges?: readonly unknown[] };
  if (ranges !== undefined)
    expect(ranges.length <= 2 * RX_GAP_RANGES_MAX + 2, () => `${ranges.length} gap ranges`);
  // Before COOKIE-ECHOED nothing is on its way, and what waits is covered by T1-init.
  const wrong = association.state === "COOKIE-WAIT" ? [] : wrongCounters(association);
  expect(wrong.length === 0, () => `counters in ${association.state}: ${wrong.join("; ")}`);
}

const ENDINGS = new Set(["communication lost", "cannot start", "shutdown complete"]);

/** Every association that is gone has said so, once and last; those that live have not. */
export function checkEvents(arena: Arena, ended: Set<Association>, from: number): void {
  const { scene } = arena;
  for (const event of scene.events.slice(from)) {
    const { association } = event;
    expect(!ended.has(association) || event.type === "send failed", () => `"${event.type}" after the end`);
    if (ENDINGS.has(event.type)) ended.add(association);
  }
  for (const association of scene.endpoint.associations) {
    expect(!ended.has(association), "an association lives on after its end was told");
    expect(association.state !== "CLOSED", "a member of the endpoint is CLOSED");
    expect(Number.isFinite(scene.stack.pollTimeout()), "an association lives without any timer");
  }
  for (const association of ended) expect(association.state === "CLOSED", "the end was told too early");
}
