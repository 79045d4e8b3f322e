/**
 * What somebody does in a swarm who reads all packets and has no key: forges chunks that have to be authenticated, and
 * replays those that are (RFC 4895 §6.3, §9). Nothing may come of it; the ledger knows every message.
 *
 * @module
 */

import { tsnAdd } from "../../../src/base/serial-number.js";
import type { Association } from "../../../src/stack/association.js";
import { CHUNK_AUTH, CHUNK_DATA, type Chunk } from "../../../src/wire/chunk.js";
import { COMMON_HEADER_BYTES } from "../../../src/wire/common-header.js";
import { PacketBuilder } from "../../../src/wire/packet-builder.js";
import { createPacketRecord } from "../../../src/wire/packet-record.js";
import type { ObservedPacket } from "../../../src/userland/memory-network.js";
import type { Chances, Weighted } from "./chances.js";
import type { SwarmWorld } from "./swarm-world.js";

/** What such a one may do. */
export type ForgingActionName = "forge" | "replay";

/** How many packets are kept for a replay. */
const RECORDED_MAX = 200;
const PACKET_BYTES = 600;
const HMAC_BYTES = 20;

/**
 * The types of chunks that all hosts of a run take only if they are authenticated; often none. COOKIE ECHO, ABORT and
 * ERROR are never among them: whoever has lost its keys could not begin anew, nor tell that it has (§6.3).
 */
export function authenticatedTypes(chances: Chances): readonly number[] {
  return chances.pick([[], [], [CHUNK_DATA], [CHUNK_DATA, 3], [CHUNK_DATA, 3, 4, 5, 7, 8, 11]] as const);
}

/** How often it is done; never where nothing is to be authenticated. */
export function forgingActions(
  chances: Chances,
  types: readonly number[],
): readonly Weighted<ForgingActionName>[] {
  const weight = types.length === 0 ? 0 : chances.logarithmic(1, 20);
  return [
    { value: "forge", weight },
    { value: "replay", weight },
  ];
}

export const FORGING_ACTIONS: Readonly<Record<ForgingActionName, (world: SwarmWorld) => void>> = {
  forge,
  replay,
};

/** The packets with an AUTH chunk in front that have passed, the newest ones. */
export class Recording {
  readonly #packets: ObservedPacket[] = [];

  /** Takes note of a packet. */
  note(packet: ObservedPacket): void {
    if (packet.bytes[COMMON_HEADER_BYTES] !== CHUNK_AUTH) return;
    this.#packets.push(packet);
    if (this.#packets.length > RECORDED_MAX) this.#packets.shift();
  }

  /** One of them. */
  any(chances: Chances): ObservedPacket | undefined {
    return chances.pickAny(this.#packets);
  }
}

/** Sends a packet of before once more. */
function replay(world: SwarmWorld): void {
  const packet = world.recording.any(world.chances);
  if (packet === undefined) return;
  const { source, destination, sourceUdpPort, destinationUdpPort, bytes } = packet;
  world.inject({
    source: source.text,
    destination: destination.text,
    sourceUdpPort,
    destinationUdpPort,
    bytes,
  });
}

/** Sends the next DATA chunk that an association waits for, as its peer would, but for the key. */
function forge(world: SwarmWorld): void {
  const { chances } = world;
  const host = chances.pickAny(world.hosts.filter(({ isUp }) => isUp));
  const waiting = [...(host?.associations() ?? [])].filter(
    ({ state, authentication }) => state === "ESTABLISHED" && authentication.wants(CHUNK_DATA),
  );
  const association = chances.pickAny(waiting);
  const path = association?.primaryPath;
  if (association === undefined || path?.localAddress === undefined) return;
  world.inject({
    source: path.address.text,
    destination: path.localAddress.text,
    sourceUdpPort: path.udpPort,
    destinationUdpPort: association.tcb.localUdpPort,
    bytes: forgedPacket(chances, association),
  });
}

function forgedPacket(chances: Chances, { tcb, endpoint, peerPort }: Association): Uint8Array {
  const builder = new PacketBuilder({ slabBytes: PACKET_BYTES, computeChecksum: true });
  builder.begin(peerPort, endpoint.port, tcb.localTag, PACKET_BYTES);
  if (chances.happens(0.5)) {
    const hmac = Uint8Array.from({ length: HMAC_BYTES }, () => chances.below(256));
    builder.writeChunk({ kind: "AUTH", keyNumber: 0, hmacIdentifier: 1, hmac });
  }
  const data: Chunk = {
    kind: "DATA",
    flags: 7,
    tsn: tsnAdd(tcb.reception.tracker.cumulativeTsnAck, 1),
    streamId: 0,
    ssn: 0 as Extract<Chunk, { kind: "DATA" }>["ssn"],
    ppid: chances.below(1000),
    userData: Uint8Array.from({ length: 1 + chances.below(400) }, () => chances.below(256)),
  };
  builder.writeChunk(data);
  const record = createPacketRecord();
  builder.finish(record);
  return record.slab.slice(record.offsetBytes, record.offsetBytes + record.lengthBytes);
}
