/**
 * One simulated run: two hosts, a network that loses, duplicates, reorders and corrupts, virtual time, and
 * one seed that decides everything.
 *
 * @module
 */

import { createHash } from "node:crypto";
import {
  AF_INET,
  IPPROTO_SCTP,
  SCTP_INITMSG,
  SCTP_NODELAY,
  SO_LINGER,
  SO_RCVBUF,
  SOCK_STREAM,
  SOL_SOCKET,
} from "../../src/sockets/constants.js";
import { SctpSocket } from "../../src/sockets/sctp-socket.js";
import type { LinkFaults } from "../../src/userland/link-faults.js";
import { MemoryNetwork, type ObservedPacket } from "../../src/userland/memory-network.js";
import { SeededEntropy } from "../../src/userland/seeded-entropy.js";
import { createUserlandProvider } from "../../src/userland/userland-provider.js";
import { VirtualClock } from "../../src/userland/virtual-clock.js";
import { SimulatedPeer } from "./simulated-peer.js";
import { Workload, WORKLOAD_STREAMS } from "./workload.js";

/** What the network of every simulation does to packets. */
export const SIMULATION_FAULTS = {
  loss: 0.05,
  duplication: 0.02,
  reordering: 0.1,
  corruption: 0.01,
} as const satisfies LinkFaults;

/** Far longer than any run takes; one that stalls comes to it at once, because the time is virtual. */
const LIMIT_MS = 6 * 3_600_000;
/** No packet is under way for longer. */
const LANDING_MS = 1000;
/** After the last `close()` has settled nothing may happen any more; so long is looked. */
const AFTERMATH_MS = 600_000;
const LINGER_SECONDS = 3600;

const CLIENT = "10.0.0.1";
const SERVER = "10.0.0.2";
const SERVER_PORT = 5001;

/** What is to be simulated. */
export interface SimulationOptions {
  /** Decides everything. */
  readonly seed: number;
  /** How many messages each side sends. */
  readonly messages: number;
  /** Is shown every packet. */
  readonly onPacket?: (packet: ObservedPacket) => void;
}

/** What a run was like. */
export interface SimulationResult {
  readonly seed: number;
  /** Messages of both directions. */
  readonly messages: number;
  /** Bytes of these messages. */
  readonly lengthBytes: number;
  /** How many of the messages arrived in pieces. */
  readonly partlyDelivered: number;
  readonly packets: number;
  /** How long it took in virtual time, in milliseconds. */
  readonly virtualMs: number;
  /** SHA-256 over every packet: its bytes, when it was sent, from where to where, and what became of it. */
  readonly traceHash: string;
}

/** Draws tags and TSNs near their largest value, so that TSNs wrap around early in the run. */
class WrappingEntropy extends SeededEntropy {
  override randomUint32(): number {
    return (0xffff_f000 | (super.randomUint32() & 0xfff)) >>> 0;
  }
}

class Trace {
  packets = 0;
  readonly #hash = createHash("sha256");
  readonly #header = new Float64Array(2);

  add({ at, source, destination, bytes, fate }: ObservedPacket): void {
    this.packets += 1;
    this.#header[0] = at;
    this.#header[1] = bytes.length;
    this.#hash.update(this.#header);
    this.#hash.update(`${source.text} ${destination.text} ${fate}`);
    this.#hash.update(bytes);
  }

  digest(): string {
    return this.#hash.digest("hex");
  }
}

/**
 * The same variety for every range of seeds: link, receive buffer, Nagle and the wrap of TSNs follow from the
 * seed.
 */
function varietyOf(seed: number): {
  delayMs: number;
  receiveBufferBytes: number;
  noDelay: 0 | 1;
  wraps: boolean;
} {
  const entropy = new SeededEntropy(seed ^ 0x5eed);
  const pick = <T>(values: readonly [T, ...T[]]): T =>
    values[entropy.randomUint32() % values.length] ?? values[0];
  return {
    delayMs: pick([1, 10, 40]),
    receiveBufferBytes: pick([1024 * 1024, 256 * 1024, 64 * 1024]),
    noDelay: pick([0, 1]),
    wraps: entropy.randomUint32() % 4 === 0,
  };
}

/**
 * Runs one seed.
 *
 * @throws WorkloadError when something arrives otherwise than it was sent; Error when the run stalls or
 * leaves something behind
 */
export async function simulate({ seed, messages, onPacket }: SimulationOptions): Promise<SimulationResult> {
  const { delayMs, receiveBufferBytes, noDelay, wraps } = varietyOf(seed);
  const clock = new VirtualClock();
  const faults = { ...SIMULATION_FAULTS, delayMs, jitterMs: delayMs / 2 };
  const network = new MemoryNetwork({ clock, seed, faults });
  const trace = new Trace();
  network.onPacket((packet) => trace.add(packet));
  if (onPacket !== undefined) network.onPacket(onPacket);

  const socketOn = (address: string, entropySeed: number): SctpSocket => {
    const entropy = wraps ? new WrappingEntropy(entropySeed) : new SeededEntropy(entropySeed);
    const provider = createUserlandProvider({ lowerLayer: network.host(address), clock, entropy });
    const socket = new SctpSocket(AF_INET, SOCK_STREAM, { provider });
    socket.setsockopt(IPPROTO_SCTP, SCTP_INITMSG, { sinit_num_ostreams: WORKLOAD_STREAMS });
    socket.setsockopt(IPPROTO_SCTP, SCTP_NODELAY, noDelay);
    socket.setsockopt(SOL_SOCKET, SO_RCVBUF, receiveBufferBytes);
    socket.setsockopt(SOL_SOCKET, SO_LINGER, { l_onoff: 1, l_linger: LINGER_SECONDS });
    return socket;
  };
  // The two directions have seeds of their own, and no seed has one in common with its neighbours.
  const toServer = new Workload(4 * seed, messages);
  const toClient = new Workload(4 * seed + 1, messages);
  const listener = socketOn(SERVER, 4 * seed + 2);
  const client = socketOn(CLIENT, 4 * seed + 3);
  const serverPeer = new SimulatedPeer({ name: "server", clock, sends: toClient, receives: toServer, seed });
  const clientPeer = new SimulatedPeer({ name: "client", clock, sends: toServer, receives: toClient, seed });

  listener.bind({ address: SERVER, port: SERVER_PORT });
  listener.listen();
  serverPeer.accept(listener);
  clientPeer.connect(client, { address: SERVER, port: SERVER_PORT });
  const ended = Promise.all([serverPeer.ended, clientPeer.ended]);
  await clock.until(ended, LIMIT_MS).catch((error: unknown) => {
    throw new Error(`${clientPeer.progress()}; ${serverPeer.progress()}`, { cause: error });
  });
  const virtualMs = clock.now();
  await clock.until(listener.close(), LIMIT_MS);
  // What was still under way may be answered as out of the blue (RFC 9260 §8.4).
  await clock.advanceBy(LANDING_MS);
  const { packets } = trace;
  await clock.run(AFTERMATH_MS);
  if (clock.hasRef) throw new Error("something keeps the process alive after everything was closed");
  if (clock.nextDeadline !== Number.POSITIVE_INFINITY)
    throw new Error("a timer goes on after everything was closed");
  if (trace.packets !== packets) throw new Error("packets are sent after everything was closed");
  return {
    seed,
    messages: 2 * messages,
    lengthBytes: toServer.lengthBytes + toClient.lengthBytes,
    partlyDelivered: serverPeer.check.partlyDelivered + clientPeer.check.partlyDelivered,
    packets,
    virtualMs,
    traceHash: trace.digest(),
  };
}
