import { type Addon, READABLE, WRITABLE } from "../../native/addon.js";
import { errnoCode } from "../../native/errno.js";
import { type Watch, watchOf } from "../../native/watch.js";
import { LITTLE_ENDIAN } from "../../base/byte-order.js";
import type { PacketRecord } from "../../wire/packet-record.js";
import type { LowerLayerError } from "../lower-layer.js";
import type { ErrorQueue } from "./error-queue.js";
import type { IpVersion } from "../ip/ip-version.js";
import { RECEIVE_BATCH_PACKETS, type ReceiveBatch } from "./receive-batch.js";
import type { SendBatch } from "./send-batch.js";

/** How many batches are received before others have their turn; what is left makes the socket ready again. */
const BATCHES_PER_TURN = 4;
/** How many ICMP messages are taken before others have their turn. */
const ERRORS_PER_TURN = 64;

/**
 * How often a packet is offered again after an error. ICMP about another packet makes the next call fail once, whatever
 * it wants, and so a first error says nothing. EMSGSIZE has consequences for the path MTU, and ICMP can be forged: it
 * has to be said so often in a row that a flood of forgeries cannot do it.
 */
const REPETITIONS = 1;
const REPETITIONS_TOO_LARGE = 8;

/** The system has no room now. Linux also says ENOBUFS where others say EAGAIN, and becomes writable again as well. */
const FULL: readonly string[] = ["EAGAIN", "ENOBUFS"];

/** What a {@link RawSocket} tells its owner. */
export interface RawSocketHandlers {
  /** Packets have come, valid during the call. */
  onPackets(batch: readonly PacketRecord[]): void;
  /** An ICMP message has come, or packets cannot be received. */
  onError(error: LowerLayerError): void;
  /** Packets are taken again. */
  onWritable(): void;
  /** From inside {@link RawSocket.send}: the system has refused a packet with a negative errno. */
  onRefused(packet: PacketRecord, errno: number): void;
}

/** What the sockets of one owner share. */
export interface RawSocketParts {
  readonly addon: Addon;
  readonly receiveBatch: ReceiveBatch;
  readonly sendBatch: SendBatch;
  readonly errorQueue: ErrorQueue;
  readonly handlers: RawSocketHandlers;
  /** How large the system's buffers are to be, in bytes; the system may give less. */
  readonly bufferBytes: number;
}

/** A raw socket for SCTP (IP protocol 132) of one version of IP: all SCTP packets to this host, and any from it. */
export class RawSocket {
  readonly version: IpVersion;
  private readonly parts: RawSocketParts;
  private readonly watch: Watch;
  private readonly id: number;
  private isOpen = true;
  private blocked = false;

  private constructor(id: number, version: IpVersion, parts: RawSocketParts) {
    this.id = id;
    this.version = version;
    this.parts = parts;
    this.watch = watchOf(parts.addon);
    this.watch.watch(id, (events) => this.handleReady(events));
    this.rearm();
  }

  /** Opens a socket; answers the system's negative errno when it cannot. */
  static open(version: IpVersion, parts: RawSocketParts): RawSocket | number {
    const { addon } = parts;
    const { constants } = addon;
    const id = addon.socket(version.domain, constants["SOCK_RAW"] ?? 0, constants["IPPROTO_SCTP"] ?? 0);
    if (id < 0) return id;
    const failure = setUp(id, version, parts);
    if (failure === 0) return new RawSocket(id, version, parts);
    addon.close(id);
    return failure;
  }

  /** Whether the system takes no packets for now; {@link RawSocketHandlers.onWritable} follows. */
  get isBlocked(): boolean {
    return this.blocked;
  }

  /**
   * Sends packets of this socket's version.
   *
   * @param mayFragment - whether IP may fragment them
   * @returns how many were taken, from `start` on; what was refused counts as taken
   */
  send(packets: readonly PacketRecord[], start: number, end: number, mayFragment: boolean): number {
    if (mayFragment) this.allowFragments(true);
    let next = start;
    while (next < end && !this.blocked) next += this.sendSome(packets, next, end);
    if (mayFragment) this.allowFragments(false);
    return next - start;
  }

  /** Closes the socket at once; nothing is handed over any more. */
  close(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.watch.unwatch(this.id);
    this.parts.addon.close(this.id);
  }

  /** Sends as many packets as fit into one batch. */
  private sendSome(packets: readonly PacketRecord[], start: number, end: number): number {
    const { sendBatch, handlers, addon } = this.parts;
    const count = sendBatch.fill(packets, start, end, this.version);
    let done = 0;
    let repetitions = 0;
    while (done < count) {
      const answer = sendBatch.send(this.id, done, count);
      if (answer > 0) {
        done += answer;
        repetitions = 0;
        continue;
      }
      const code = errnoCode(addon, answer);
      if (FULL.includes(code)) {
        this.blocked = true;
        this.rearm();
        break;
      }
      if (repetitions < (code === "EMSGSIZE" ? REPETITIONS_TOO_LARGE : REPETITIONS)) {
        repetitions += 1;
        this.forgetPendingError();
      } else {
        handlers.onRefused(packets[start + done] as PacketRecord, answer);
        done += 1;
        repetitions = 0;
      }
    }
    return done;
  }

  private handleReady(events: number): void {
    // Entries in the error queue make the socket ready for both.
    if ((events & WRITABLE) !== 0) this.takeErrors();
    if ((events & READABLE) !== 0) this.receive();
    if (!this.isOpen) return;
    const wasBlocked = this.blocked && (events & WRITABLE) !== 0;
    if (wasBlocked) this.blocked = false;
    this.rearm();
    if (wasBlocked) this.parts.handlers.onWritable();
  }

  private receive(): void {
    const { addon, receiveBatch, handlers } = this.parts;
    for (let batches = 0; batches < BATCHES_PER_TURN && this.isOpen; batches += 1) {
      const count = receiveBatch.receive(this.id, this.version);
      if (count === -(addon.errnos["EAGAIN"] ?? 0)) return;
      // As in sending, the error of another packet is told once and has been queued.
      if (count < 0) continue;
      if (receiveBatch.received.length > 0) handlers.onPackets(receiveBatch.received);
      if (count < RECEIVE_BATCH_PACKETS) return;
    }
  }

  private takeErrors(): void {
    const { errorQueue, handlers } = this.parts;
    for (let count = 0; count < ERRORS_PER_TURN && this.isOpen; count += 1) {
      const error = errorQueue.take(this.id, this.version);
      if (error === undefined) return;
      if (error !== "ignored") handlers.onError(error);
    }
  }

  private forgetPendingError(): void {
    const { addon } = this.parts;
    addon.getsockopt(
      this.id,
      addon.constants["SOL_SOCKET"] ?? 0,
      addon.constants["SO_ERROR"] ?? 0,
      integer(0),
    );
  }

  private rearm(): void {
    if (this.isOpen) this.parts.addon.poll(this.id, this.blocked ? READABLE | WRITABLE : READABLE);
  }

  /** There is no way to say it for one packet of IPv4; such packets are rare. */
  private allowFragments(isAllowed: boolean): void {
    const { addon } = this.parts;
    const { level, options } = this.version;
    const discover = isAllowed ? options.discoverDont : options.discoverProbe;
    addon.setsockopt(this.id, level, options.mtuDiscover, integer(discover));
    if (options.dontFragment === undefined) return;
    addon.setsockopt(this.id, level, options.dontFragment, integer(isAllowed ? 0 : 1));
  }
}

/** Sets the options of a new socket; answers 0 or a negative errno. */
function setUp(id: number, version: IpVersion, { addon, bufferBytes }: RawSocketParts): number {
  const { level, options } = version;
  // PROBE and not DO: packets must not be fragmented in either case, but with DO the system would go by its own
  // opinion of the path MTU, and it believes any ICMP message. The stack asks for the right verification tag first
  // (RFC 9260 §10 ICMP6), so that nobody who only guesses makes our packets small.
  const settings: [number, number][] = [
    [options.receiveErrors, 1],
    [options.mtuDiscover, options.discoverProbe],
  ];
  if (options.dontFragment !== undefined) settings.push([options.dontFragment, 1]);
  // IPv4 shows the destination in the packet's header.
  if (version.family === 6) settings.push([options.receivePacketInfo, 1]);
  for (const [name, value] of settings) {
    const answer = addon.setsockopt(id, level, name, integer(value));
    if (answer < 0) return answer;
  }
  askForBuffers(id, addon, bufferBytes);
  return 0;
}

/** CAP_NET_ADMIN may go beyond the system's limit; otherwise that limit is what there is. */
function askForBuffers(id: number, addon: Addon, bufferBytes: number): void {
  const { constants } = addon;
  const value = integer(bufferBytes);
  for (const name of ["SO_RCVBUF", "SO_SNDBUF"]) {
    const level = constants["SOL_SOCKET"] ?? 0;
    const forced = addon.setsockopt(id, level, constants[`${name}FORCE`] ?? 0, value);
    if (forced < 0) addon.setsockopt(id, level, constants[name] ?? 0, value);
  }
}

/** C's `int`. */
function integer(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setInt32(0, value, LITTLE_ENDIAN);
  return bytes;
}
