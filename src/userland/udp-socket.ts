import type { IpAddress } from "../base/ip-address.js";
import type { PacketRecord } from "../wire/packet-record.js";
import type { LowerLayerCapabilities } from "./lower-layer.js";

/** What {@link UdpSockets} tell their owner; never from inside a call of the owner's. */
export interface UdpSocketHandlers {
  /** Packets have come, in their order; records and bytes are valid during the call. */
  onPackets(batch: readonly PacketRecord[]): void;
  /** A packet that was taken could not be sent. */
  onSendError(error: Error, destination: IpAddress | undefined, port: number): void;
  /** The system reports something else, such as a failed read. */
  onError(error: Error): void;
  /** After {@link UdpSocket.send} took fewer packets than offered: a socket takes some again. */
  onWritable(): void;
}

/** How large the system's buffers of a socket are to be, in bytes; the system may give less. */
export interface UdpBufferSizes {
  readonly receiveBufferBytes: number;
  readonly sendBufferBytes: number;
}

/** A UDP socket on one local address and port. It does not keep the process alive until {@link UdpSocket.ref}. */
export interface UdpSocket {
  /** The local address. */
  readonly address: IpAddress;
  /** The local UDP port. */
  readonly port: number;
  /**
   * Sends packets, each as a datagram of its own, to their destinations and destination ports; it is done with records
   * and bytes when it returns.
   *
   * @param end - of the packets that are to be sent, from `start` on
   * @returns how many were taken; when they are not all, {@link UdpSocketHandlers.onWritable} follows
   */
  send(packets: readonly PacketRecord[], start: number, end: number): number;
  ref(): void;
  unref(): void;
  /** Closes the socket; nothing is handed over any more. The promise settles when the system has let go. */
  close(): Promise<void>;
}

/** A way to have UDP sockets: with `node:dgram`, or with the native addon and packets in batches. */
export interface UdpSockets {
  /** Who sees to the CRC32c of packets. */
  readonly checksum: LowerLayerCapabilities["checksum"];
  /**
   * How many bytes of packets the system keeps for each socket, as far as it gave what {@link UdpBufferSizes} ask for;
   * `undefined` until one was opened.
   */
  readonly receiveBufferBytes: number | undefined;
  /**
   * Opens a socket, at once. One for an IPv6 address takes no IPv4 packets.
   *
   * @param port - the local UDP port; 0 lets the system choose one
   * @throws the system's error: `EADDRINUSE`, `EADDRNOTAVAIL`, `EACCES` …
   */
  open(address: IpAddress, port: number): UdpSocket;
  /**
   * Has the event loop look for what comes instead of going to sleep. Absent where sockets have no say in that.
   *
   * @param durationMs - for how long from now; when several have asked, the longest counts. 0 lets it sleep at once.
   */
  stayAwake?(durationMs: number): void;
}
