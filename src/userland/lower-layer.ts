import type { IpAddress } from "../base/ip-address.js";
import type { IcmpKind } from "../stack/icmp-message.js";
import type { PacketRecord } from "../wire/packet-record.js";
import type { AddressListener } from "./address-change.js";

/** What a lower layer is and does; it does not change after {@link LowerLayer.start}. */
export interface LowerLayerCapabilities {
  /** The lower layer's name, for messages and logs: `udp`, `memory` … */
  readonly name: string;
  /**
   * Who sees to the CRC32c of SCTP packets (RFC 9260 §6.8): the `stack` computes and verifies it; it is `offloaded`
   * to the lower layer in both directions, which marks the packets whose checksum is wrong and hands them over
   * ({@link PacketRecord.hasWrongChecksum}), for the stack counts them; `none` computes or verifies it, because what
   * lies below protects better.
   */
  readonly checksum: "stack" | "offloaded" | "none";
  /**
   * How many bytes of a packet of {@link LowerLayer.mtu} bytes are not SCTP's: the IP header and, with encapsulation,
   * the UDP header (RFC 6951 §5.6).
   */
  readonly headerBytes: (destination: IpAddress) => number;
  /**
   * Whether packets that are too large for their way are dropped and reported ({@link LowerLayerError}), unless
   * `mayFragment` says otherwise (RFC 9260 §7.3); absent or false: they are fragmented, or lost without a word.
   */
  readonly signalsPathMtu?: boolean;
  /**
   * Whether packets come in that may be for another SCTP stack of this host: its kernel's, or another process's.
   * Nothing is answered to a port then that has no endpoint here (RFC 9260 §8.4 would want an ABORT), because that
   * would end other people's associations; but for SHUTDOWN ACK, whose sender is at its end. Absent or false: all
   * packets are for us.
   */
  readonly sharesPorts?: boolean;
}

/**
 * Something that went wrong below, reported to {@link LowerLayerHandlers.onError}. It never stops the lower layer.
 */
export interface LowerLayerError {
  /**
   * `send failed`: the system refused a packet, which counts as lost. `receive failed`: packets may have been lost on
   * the way in. The others are what ICMP says of a packet, or the own host to the same effect; the stack acts on them
   * when they quote the packet (RFC 9260 §10).
   */
  readonly kind: "send failed" | "receive failed" | IcmpKind;
  /** Where the packet had left from, if that is known. */
  readonly source: IpAddress | undefined;
  /** Where the packet was to go, if that is known. */
  readonly destination: IpAddress | undefined;
  /** The UDP port it was to go to; 0 where there is none. */
  readonly destinationUdpPort: number;
  /** The system's error, if there is one. */
  readonly cause: Error | undefined;
  /** With `packet too big`: the largest IP packet that passes, bytes, all headers included; 0 where nobody says. */
  readonly mtuBytes: number;
  /** The beginning of the SCTP packet that the network quotes, if it does; valid only during the call. */
  readonly quotedBytes: Uint8Array | undefined;
}

/**
 * Where a lower layer delivers; all calls come from the event loop or the clock, never from inside another method.
 */
export interface LowerLayerHandlers {
  /**
   * Packets that arrived in one turn, in their order. The records and their bytes are valid only during the call.
   */
  onPackets(batch: readonly PacketRecord[]): void;
  /** After {@link LowerLayer.send} took fewer packets than offered: it takes some again. */
  onWritable(): void;
  /** Something went wrong. What quotes no packet only counts: the associations' own timers find out what it means. */
  onError(error: LowerLayerError): void;
}

/**
 * Which UDP port, and where, an SCTP endpoint wants its packets to leave from; see {@link LowerLayer.acquirePort}.
 */
export interface PortRequest {
  /**
   * `listening` for an endpoint that others find: its SCTP port was chosen by the application. `ephemeral` for one
   * that finds others.
   */
  readonly kind: "listening" | "ephemeral";
  /**
   * The local addresses that the endpoint is bound to. A wildcard address stands for all addresses of its family,
   * later ones included.
   */
  readonly addresses: readonly IpAddress[];
}

/**
 * What carries SCTP packets: the public seam below the stack. {@link UdpEncapsulation} and {@link MemoryNetwork}'s
 * hosts are lower layers, and users may bring their own. Nothing here waits and nothing calls back synchronously.
 *
 * A lower layer may be shared by any number of endpoints (SCTP ports); who gets a packet is decided above it.
 */
export interface LowerLayer {
  /** What this lower layer is and does. */
  readonly capabilities: LowerLayerCapabilities;
  /**
   * Names the receiver of everything that comes from below. Called once, before anything else, and nothing is opened
   * by it.
   */
  start(handlers: LowerLayerHandlers): void;
  /**
   * Opens what an endpoint needs, or shares what is open. Each successful call is answered by one of
   * {@link LowerLayer.releasePort} later.
   *
   * @returns the UDP port that the endpoint's packets leave from; 0 where there are no UDP ports
   * @throws a system error: `EADDRINUSE` with a message that names the setting to change, `EADDRNOTAVAIL` when an
   * address is not one of this host's
   */
  acquirePort(request: PortRequest): number;
  /** Takes one successful {@link LowerLayer.acquirePort} back; what no endpoint needs any more is closed. */
  releasePort(port: number): void;
  /**
   * Takes packets to be sent. It is done with records and bytes when it returns. A packet that cannot be sent counts
   * as taken and lost: it is reported, not answered.
   *
   * A record's `sourceUdpPort` is one that {@link LowerLayer.acquirePort} answered; its `source` may be undefined,
   * and then the lower layer chooses it by the destination.
   *
   * @returns how many packets were taken, from the front; when they are not all, `onWritable` follows
   */
  send(batch: readonly PacketRecord[]): number;
  /** The addresses that this host has now, loopback and link-local ones included. */
  localAddresses(): readonly IpAddress[];
  /**
   * Tells when the host gets addresses or loses some, those aside that {@link LowerLayer.localAddresses} leaves out. It
   * does not keep the process alive. Absent: nobody knows, and associations keep the addresses that they began with
   * (RFC 6458 §8.1.23).
   *
   * @returns ends it
   */
  watchAddresses?(onChange: AddressListener): () => void;
  /** The address that packets to a destination would leave from, where the lower layer knows. */
  sourceFor?(destination: IpAddress): IpAddress | undefined;
  /**
   * How many bytes of packets wait to be delivered at most, before some are lost without a word; it may be known only
   * once something is open. No peer is offered a larger window (RFC 9260 §6.2). Absent or `undefined`: no bound.
   */
  readonly receiveBufferBytes?: number | undefined;
  /** How large an IP packet to a destination may be, in bytes, all headers included. */
  mtu(destination: IpAddress): number;
  /** Asks to keep the process alive until as many calls of {@link LowerLayer.unref} have followed. */
  ref(): void;
  /** Takes one call of {@link LowerLayer.ref} back. */
  unref(): void;
  /** Closes everything at once; no handler is called any more. The promise settles when the system has let go. */
  close(): Promise<void>;
}
