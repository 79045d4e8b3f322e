/**
 * A day in the life of one association, in virtual time: the network loses, duplicates and reorders packets all day,
 * and every hour it is dead for some minutes.
 *
 * @module
 */

import assert from "node:assert/strict";
import {
  AF_INET,
  IPPROTO_SCTP,
  MSG_EOR,
  SCTP_NODELAY,
  SCTP_RECVRCVINFO,
  SCTP_RECVV_RCVINFO,
  SOCK_STREAM,
} from "../../src/sockets/constants.js";
import { type ProviderSocket, WOULD_BLOCK } from "../../src/sockets/provider.js";
import type { SctpAddress } from "../../src/sockets/types.js";
import { MemoryNetwork, type ObservedPacket } from "../../src/userland/memory-network.js";
import { SeededEntropy } from "../../src/userland/seeded-entropy.js";
import { createUserlandProvider } from "../../src/userland/userland-provider.js";
import { VirtualClock } from "../../src/userland/virtual-clock.js";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** How long the network is dead in each hour; the association outlives it. */
const DEAD_MS = 120_000;
/** What goes wrong with packets all day. */
const FAULTS = { loss: 0.1, duplication: 0.02, reordering: 0.05, delayMs: 20, jitterMs: 10 };

const CLIENT = "10.0.0.1";
const SERVER: SctpAddress = { address: "10.0.0.2", port: 5001, family: "IPv4" };

/** What a day was like. */
export interface DayResult {
  /** Messages of both directions, each of which has arrived once and in its turn. */
  readonly messages: number;
  readonly packets: number;
  readonly lostPackets: number;
  /** How long the association has lived, in milliseconds of virtual time. */
  readonly livedMs: number;
}

/** One end of the association. */
class End {
  sent = 0;
  received = 0;
  socket: ProviderSocket | undefined;

  /** Begins to use a socket. */
  use(socket: ProviderSocket): void {
    this.socket = socket;
    socket.setOption(IPPROTO_SCTP, SCTP_RECVRCVINFO, 1);
    socket.setOption(IPPROTO_SCTP, SCTP_NODELAY, 1);
    socket.setReadiness({ onReadable: () => this.#read(socket), onWritable: () => {} });
  }

  /** Sends the next message; it bears its number, and is as long as that says. */
  send(): void {
    const { socket } = this;
    if (socket === undefined) return;
    const lengthBytes = 1 + (this.sent % 2000);
    const data = new Uint8Array(lengthBytes).fill(this.sent);
    const sndinfo = { snd_sid: 0, snd_flags: 0, snd_ppid: this.sent, snd_context: 0, snd_assoc_id: 0 };
    const answer = socket.send({ data, lengthBytes, to: [], sndinfo, flags: 0, handOver: true });
    assert(answer !== WOULD_BLOCK, "the send buffer holds what two minutes bring");
    this.sent += 1;
  }

  #read(socket: ProviderSocket): void {
    for (;;) {
      const message = socket.receive({ lengthBytes: 4096, into: undefined, flags: 0 });
      if (message === WOULD_BLOCK) return;
      assert(message.infotype === SCTP_RECVV_RCVINFO && (message.flags & MSG_EOR) !== 0);
      const number = this.received;
      assert.equal(message.info.rcv_ppid, number, "every message arrives once and in its turn");
      assert.equal(message.data.length, 1 + (number % 2000));
      assert(message.data.every((byte) => byte === (number & 255)));
      this.received += 1;
    }
  }
}

/**
 * Lets an association live for 24 hours.
 *
 * @param everyMs - how often each side sends a message, in milliseconds of virtual time
 * @param onPacket - is shown every packet
 * @throws AssertionError when a message does not arrive, or the association does not last
 */
export function simulateDay(
  seed: number,
  everyMs: number,
  onPacket: (packet: ObservedPacket) => void = () => {},
): DayResult {
  const clock = new VirtualClock();
  const network = new MemoryNetwork({ clock, seed, faults: FAULTS });
  let packets = 0;
  let lostPackets = 0;
  network.onPacket((packet) => {
    packets += 1;
    if (packet.fate !== "delivered") lostPackets += 1;
    onPacket(packet);
  });
  const socketOn = (address: string): ProviderSocket => {
    const entropy = new SeededEntropy(seed ^ address.length ^ address.charCodeAt(address.length - 1));
    const provider = createUserlandProvider({ lowerLayer: network.host(address), clock, entropy });
    return provider.createSocket(AF_INET, SOCK_STREAM, { onReadable: () => {}, onWritable: () => {} });
  };
  const [client, server] = [new End(), new End()];
  const listener = socketOn(SERVER.address);
  listener.bind(SERVER);
  listener.listen(1);
  listener.setReadiness({
    onReadable: () => {
      const accepted = listener.accept();
      if (accepted !== WOULD_BLOCK) server.use(accepted.socket);
    },
    onWritable: () => {},
  });
  const connecting = socketOn(CLIENT);
  connecting.connect([SERVER]);
  client.use(connecting);
  repeat(clock, everyMs, () => [client, server].forEach((end) => end.send()));
  repeat(clock, HOUR_MS, () => {
    for (const [from, to] of [
      [CLIENT, SERVER.address],
      [SERVER.address, CLIENT],
    ] as const) {
      network.partition(from, to);
      clock.setTimer(clock.now() + DEAD_MS, () => network.heal(from, to));
    }
  });
  clock.setTimer(DAY_MS, () => {});
  while (clock.step(DAY_MS));
  // What is under way at midnight arrives within the longest RTO and some losses.
  while ((client.received < server.sent || server.received < client.sent) && clock.step(DAY_MS + HOUR_MS));
  assert.deepEqual([client.received, server.received], [server.sent, client.sent]);
  return { messages: client.sent + server.sent, packets, lostPackets, livedMs: clock.now() };
}

/** Does something again and again, until the day is over. */
function repeat(clock: VirtualClock, everyMs: number, callback: () => void): void {
  const at = clock.now() + everyMs;
  if (at >= DAY_MS) return;
  clock.setTimer(at, () => {
    callback();
    repeat(clock, everyMs, callback);
  });
}
