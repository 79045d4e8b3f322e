import type { IpAddress } from "../../base/ip-address.js";
import { type Addon, READABLE, WRITABLE } from "../../native/addon.js";
import { errnoCode } from "../../native/errno.js";
import { BATCH_CHECKSUMS, BATCH_SEGMENTS } from "../../native/packet-batch.js";
import { getIntegerOption, setIntegerOption } from "../../native/socket-options.js";
import { type Watch, watchOf } from "../../native/watch.js";
import { systemError, type SystemErrorCode } from "../../sockets/errors.js";
import type { PacketRecord } from "../../wire/packet-record.js";
import type { Clock } from "../clock.js";
import { AddressCache } from "../ip/address-cache.js";
import type { IpVersion, IpVersions } from "../ip/ip-version.js";
import { sockaddrBytes } from "../ip/sockaddr.js";
import type { UdpBufferSizes, UdpSocket, UdpSocketHandlers, UdpSockets } from "../udp-socket.js";
import { payloadBytesOf } from "./payload-bytes.js";
import { RECEIVE_MESSAGES, ReceiveSlab } from "./receive-slab.js";
import { SendRows } from "./send-rows.js";

/** How many batches are received before others have their turn; what is left makes the socket ready again. */
const BATCHES_PER_TURN = 16;

/** The system has no room now. Linux also says ENOBUFS where others say EAGAIN, and becomes writable again as well. */
const FULL: readonly string[] = ["EAGAIN", "ENOBUFS"];
/** The way of the packets cannot cut runs: its device computes no checksums, or encrypts. */
const CUTS_NOTHING: readonly string[] = ["EIO", "ENOPROTOOPT", "EOPNOTSUPP"];

/** What {@link BatchSockets} are made of. */
export interface BatchSocketsOptions {
  readonly addon: Addon;
  readonly versions: IpVersions;
  /** Whether runs of packets leave in one piece where the system can cut them. */
  readonly offload: boolean;
  readonly clock: Clock;
  readonly handlers: UdpSocketHandlers;
}

/** What the sockets of one owner share. */
interface BatchParts extends BatchSocketsOptions {
  readonly sendRows: SendRows;
  readonly receiveSlab: ReceiveSlab;
}

/**
 * UDP sockets of the native addon: packets leave and arrive in batches, in runs that the system cuts and puts together
 * where it can, and their checksums are computed on the way.
 */
export class BatchSockets implements UdpSockets {
  readonly checksum = "offloaded";
  receiveBufferBytes: number | undefined;
  private readonly sizes: UdpBufferSizes;
  private readonly parts: BatchParts;

  constructor(options: BatchSocketsOptions, sizes: UdpBufferSizes) {
    const { addon, versions } = options;
    this.sizes = sizes;
    const sockaddrBytesMax = Math.max(versions[4].sockaddr.sizeBytes, versions[6].sockaddr.sizeBytes);
    this.parts = {
      ...options,
      sendRows: new SendRows(addon, sockaddrBytesMax),
      receiveSlab: new ReceiveSlab(addon, new AddressCache()),
    };
  }

  open(address: IpAddress, port: number): UdpSocket {
    const { addon, versions } = this.parts;
    const { constants } = addon;
    const version = versions[address.family];
    const id = addon.socket(version.domain, constants["SOCK_DGRAM"] ?? 0, constants["IPPROTO_UDP"] ?? 0);
    if (id < 0) throw systemError(errnoCode(addon, id) as SystemErrorCode, "socket");
    const v6Only = constants["IPV6_V6ONLY"] ?? 0;
    if (address.family === 6) setIntegerOption(addon, id, version.level, v6Only, 1);
    const failure = addon.bind(id, sockaddrBytes(address, version, port));
    if (failure < 0) {
      addon.close(id);
      const code = errnoCode(addon, failure) as SystemErrorCode;
      throw systemError(code, "bind", { address: address.text, port });
    }
    const solSocket = constants["SOL_SOCKET"] ?? 0;
    setIntegerOption(addon, id, solSocket, constants["SO_RCVBUF"] ?? 0, this.sizes.receiveBufferBytes);
    setIntegerOption(addon, id, solSocket, constants["SO_SNDBUF"] ?? 0, this.sizes.sendBufferBytes);
    const grantedBytes = getIntegerOption(addon, id, solSocket, constants["SO_RCVBUF"] ?? 0);
    this.receiveBufferBytes = grantedBytes === undefined ? undefined : payloadBytesOf(grantedBytes);
    return new BatchSocket(id, address, version, this.parts);
  }

  stayAwake(durationMs: number): void {
    this.parts.addon.stayAwake(Math.round(durationMs * 1000));
  }
}

/** One UDP socket of the addon. */
class BatchSocket implements UdpSocket {
  readonly address: IpAddress;
  readonly port: number;
  private readonly id: number;
  private readonly version: IpVersion;
  private readonly parts: BatchParts;
  private readonly watch: Watch;
  /** Whether runs of packets leave in one piece. */
  private sendsRuns: boolean;
  private isOpen = true;
  private isHeld = false;
  /** Whether the system takes no more for now. */
  private blocked = false;

  constructor(id: number, address: IpAddress, version: IpVersion, parts: BatchParts) {
    this.id = id;
    this.address = address;
    this.version = version;
    this.parts = parts;
    const { addon } = parts;
    this.port = portOf(addon, id, version);
    // A system that does not know the one would send whole runs as one datagram.
    this.sendsRuns = parts.offload && setUdpOption(addon, id, "UDP_SEGMENT", 0);
    setUdpOption(addon, id, "UDP_GRO", 1);
    this.watch = watchOf(addon);
    this.watch.watch(id, (events) => this.handleReady(events));
    this.rearm();
  }

  send(packets: readonly PacketRecord[], start: number, end: number): number {
    let next = start;
    while (next < end && !this.blocked && this.isOpen) next += this.sendSome(packets, next, end);
    return this.isOpen ? next - start : end - start;
  }

  ref(): void {
    if (this.isHeld || !this.isOpen) return;
    this.isHeld = true;
    this.watch.hold();
  }

  unref(): void {
    if (!this.isHeld) return;
    this.isHeld = false;
    this.watch.release();
  }

  close(): Promise<void> {
    if (this.isOpen) {
      this.unref();
      this.isOpen = false;
      this.watch.unwatch(this.id);
      this.parts.addon.close(this.id);
    }
    return Promise.resolve();
  }

  /** Sends as many packets as one call takes; what the system refuses counts as taken. */
  private sendSome(packets: readonly PacketRecord[], start: number, end: number): number {
    const { sendRows, addon } = this.parts;
    const count = sendRows.fill(packets, start, end, this.version);
    if (count === 0) {
      this.reportLater(packets[start] as PacketRecord, "EAFNOSUPPORT");
      return 1;
    }
    let asRuns = this.sendsRuns;
    let isRepeated = false;
    let offered = count;
    let done = 0;
    while (done < count) {
      const flags = asRuns ? BATCH_CHECKSUMS | BATCH_SEGMENTS : BATCH_CHECKSUMS;
      const answer = sendRows.send(this.id, done, Math.min(count, done + offered), flags);
      if (answer > 0) {
        done += answer;
        isRepeated = false;
        offered *= 2;
        continue;
      }
      const code = errnoCode(addon, answer);
      if (FULL.includes(code)) {
        this.blocked = true;
        this.rearm();
        break;
      }
      if (asRuns) {
        // The way does not cut runs; or these packets are larger than it takes, and singly the system may divide them.
        asRuns = false;
        if (CUTS_NOTHING.includes(code)) this.sendsRuns = false;
      } else if (!isRepeated) {
        // An error that a packet met on its way is told to the next call, whatever that wants; but only once.
        isRepeated = true;
        // Where nothing gets through, each packet is not to cost as much as all that follow.
        offered = 1;
      } else {
        this.reportLater(packets[start + done] as PacketRecord, code);
        done += 1;
        isRepeated = false;
      }
    }
    return done;
  }

  /** A handler is never called from inside send(). */
  private reportLater({ destination, destinationUdpPort }: PacketRecord, code: string): void {
    const { clock, handlers } = this.parts;
    const details = { address: destination?.text, port: destinationUdpPort };
    const error = systemError(code as SystemErrorCode, "send", details);
    clock.defer(() => {
      if (this.isOpen) handlers.onSendError(error, destination, destinationUdpPort);
    });
  }

  private handleReady(events: number): void {
    if ((events & READABLE) !== 0) this.receive();
    if (!this.isOpen || (events & WRITABLE) === 0) return;
    // An error is told as both, and ends the watching.
    const wasBlocked = this.blocked;
    this.blocked = false;
    this.rearm();
    if (wasBlocked) this.parts.handlers.onWritable();
  }

  private receive(): void {
    const { addon, receiveSlab, handlers } = this.parts;
    for (let batches = 0; batches < BATCHES_PER_TURN && this.isOpen; batches += 1) {
      const messages = receiveSlab.receive(this.id, this, this.version);
      if (messages < 0) {
        const code = errnoCode(addon, messages);
        if (code === "EAGAIN") return;
        handlers.onError(systemError(code as SystemErrorCode, "recvmsg", { address: this.address.text }));
        continue;
      }
      if (receiveSlab.received.length > 0) handlers.onPackets(receiveSlab.received);
      // Asking once more to be told that there is nothing would cost a call each time.
      if (messages < RECEIVE_MESSAGES) return;
    }
  }

  private rearm(): void {
    if (this.isOpen) this.parts.addon.poll(this.id, this.blocked ? READABLE | WRITABLE : READABLE);
  }
}

/** @returns whether the system has the option */
function setUdpOption(addon: Addon, id: number, name: string, value: number): boolean {
  const { constants } = addon;
  const option = constants[name];
  return (
    option !== undefined && setIntegerOption(addon, id, constants["IPPROTO_UDP"] ?? 0, option, value) >= 0
  );
}

function portOf(addon: Addon, id: number, { sockaddr }: IpVersion): number {
  const name = new Uint8Array(sockaddr.sizeBytes);
  addon.getsockname(id, name);
  return new DataView(name.buffer).getUint16(sockaddr.portOffset);
}
