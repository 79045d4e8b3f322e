import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import type { IpAddress } from "../base/ip-address.js";

/** What a {@link UdpSocket} tells its owner. */
export interface UdpSocketHandlers {
  /** A datagram has come; the bytes belong to the receiver. */
  onDatagram(socket: UdpSocket, bytes: Buffer, source: RemoteInfo): void;
  /** A datagram that was taken could not be sent: the error names its destination. */
  onSendError(error: Error): void;
  /** The system reports something else, such as a failed read. */
  onError(error: Error): void;
  /** The socket's queue is empty again after {@link UdpSocket.isBlocked}. */
  onWritable(): void;
}

/** How large the system's buffers of a socket are to be, in bytes; the system may give less. */
export interface UdpBufferSizes {
  readonly receiveBufferBytes: number;
  readonly sendBufferBytes: number;
}

/** The largest UDP payload. */
const DATAGRAM_BYTES_MAX = 65_535;

/**
 * A datagram on its way into the system. The system takes nearly every one at once, and then the memory is free for
 * the next; one that it leaves in the queue keeps its memory, and the next gets a new one.
 */
let outgoing: Uint8Array | undefined;

/** One UDP socket of Node, bound to one local address and port; opening, sending and errors of both are synchronous. */
export class UdpSocket {
  /** The local address. */
  readonly address: IpAddress;
  /** The local UDP port. */
  readonly port: number;
  private readonly socket: Socket;
  private readonly handlers: UdpSocketHandlers;
  private readonly afterSend: (error: Error | null) => void;
  private blocked = false;
  private closed = false;

  private constructor(socket: Socket, address: IpAddress, handlers: UdpSocketHandlers) {
    this.socket = socket;
    this.address = address;
    this.port = socket.address().port;
    this.handlers = handlers;
    this.afterSend = (error) => this.handleSent(error);
  }

  /**
   * Opens a socket.
   *
   * @param port - the local UDP port; 0 lets the system choose one
   * @throws the system's error: `EADDRINUSE`, `EADDRNOTAVAIL`, `EACCES` …
   */
  static open(
    address: IpAddress,
    port: number,
    sizes: UdpBufferSizes,
    handlers: UdpSocketHandlers,
  ): UdpSocket {
    const socket = createLiteralSocket(address);
    let bindError: Error | undefined;
    const onBindError = (error: Error): void => {
      bindError = error;
    };
    socket.on("error", onBindError);
    // `exclusive`: the workers of a cluster would share the port, and each would get some of the packets.
    socket.bind({ address: address.text, port, exclusive: true });
    if (bindError !== undefined) {
      socket.close();
      throw bindError;
    }
    socket.off("error", onBindError);
    askForBuffers(socket, sizes);
    const opened = new UdpSocket(socket, address, handlers);
    socket.on("error", (error) => handlers.onError(error));
    socket.on("message", (bytes, source) => handlers.onDatagram(opened, bytes, source));
    return opened;
  }

  /** Whether the system does not take any more for now; {@link UdpSocketHandlers.onWritable} follows. */
  get isBlocked(): boolean {
    return this.blocked;
  }

  /**
   * Sends a datagram; the bytes are free when it returns. Afterwards {@link UdpSocket.isBlocked} tells whether another
   * may follow.
   */
  send(bytes: Uint8Array, destination: IpAddress, port: number): void {
    if (this.closed || bytes.length > DATAGRAM_BYTES_MAX) return;
    outgoing ??= new Uint8Array(DATAGRAM_BYTES_MAX);
    outgoing.set(bytes);
    this.socket.send(outgoing, 0, bytes.length, port, destination.text, this.afterSend);
    if (this.socket.getSendQueueCount() === 0) return;
    this.blocked = true;
    outgoing = undefined;
  }

  ref(): void {
    this.socket.ref();
  }

  unref(): void {
    this.socket.unref();
  }

  /** Closes the socket; nothing is handed over any more. The promise settles when the system has let go. */
  close(): Promise<void> {
    if (this.closed) return Promise.resolve();
    this.closed = true;
    this.socket.removeAllListeners("message");
    return new Promise((resolve) => {
      this.socket.close(resolve);
    });
  }

  private handleSent(error: Error | null): void {
    if (this.closed) return;
    if (error !== null) this.handlers.onSendError(error);
    if (!this.blocked || this.socket.getSendQueueCount() > 0) return;
    this.blocked = false;
    this.handlers.onWritable();
  }
}

/**
 * The local address that a packet to a destination would leave from: the system's routing table is asked by connecting
 * a socket, which sends nothing.
 *
 * @returns `undefined` when there is no way to the destination
 */
export function routeSource(destination: IpAddress): string | undefined {
  const socket = createLiteralSocket(destination);
  let failed = false;
  socket.on("error", () => {
    failed = true;
  });
  try {
    socket.bind({ port: 0, exclusive: true });
    // Port 9 is "discard"; any would do.
    if (!failed) socket.connect(9, destination.text);
    return failed ? undefined : socket.address().address;
  } catch {
    return undefined;
  } finally {
    socket.close();
  }
}

/** A socket that takes addresses as they are: with Node's own lookup, binding and sending would wait for a turn. */
function createLiteralSocket(address: IpAddress): Socket {
  const type = address.family === 4 ? "udp4" : "udp6";
  return createSocket({
    type,
    ipv6Only: address.family === 6,
    lookup: (hostname, _options, callback) => callback(null, hostname, address.family),
  });
}

function askForBuffers(socket: Socket, sizes: UdpBufferSizes): void {
  try {
    socket.setRecvBufferSize(sizes.receiveBufferBytes);
    socket.setSendBufferSize(sizes.sendBufferBytes);
  } catch {
    // Some systems refuse more than their maximum instead of giving that; their default is then what there is.
  }
}
