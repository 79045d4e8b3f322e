import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { type IpAddress, internIpAddress } from "../../base/ip-address.js";
import { createPacketRecord, type PacketRecord } from "../../wire/packet-record.js";
import type { Clock } from "../clock.js";
import type { UdpBufferSizes, UdpSocket, UdpSocketHandlers, UdpSockets } from "../udp-socket.js";
import { payloadBytesOf } from "./payload-bytes.js";

/** The largest UDP payload. */
const DATAGRAM_BYTES_MAX = 65_535;
const NO_BYTES = new Uint8Array(0);

/**
 * A datagram on its way into the system. The system takes nearly every one at once, and then the memory is free for
 * the next; one that it leaves in the queue keeps its memory, and the next gets a new one.
 */
let outgoing: Uint8Array | undefined;

/** What the sockets share: the datagrams of one turn become one batch. */
class Arrivals {
  private readonly clock: Clock;
  private readonly handlers: UdpSocketHandlers;
  private received: PacketRecord[] = [];
  private spareBatch: PacketRecord[] = [];
  private readonly spareRecords: PacketRecord[] = [];

  constructor(clock: Clock, handlers: UdpSocketHandlers) {
    this.clock = clock;
    this.handlers = handlers;
  }

  add(socket: UdpSocket, bytes: Buffer, sender: RemoteInfo): void {
    const source = internIpAddress(sender.address);
    if (source === undefined || sender.port === 0) return;
    const packet = this.spareRecords.pop() ?? createPacketRecord();
    // No Buffer goes up: its slice() shares memory where a Uint8Array's copies, and its views cost three times as much.
    packet.slab = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    packet.offsetBytes = 0;
    packet.lengthBytes = bytes.length;
    packet.source = source;
    packet.sourceUdpPort = sender.port;
    packet.destination = socket.address;
    packet.destinationUdpPort = socket.port;
    // Node reads several datagrams in a row; they leave as one batch at the end of the same turn.
    if (this.received.length === 0) this.clock.defer(() => this.deliver());
    this.received.push(packet);
  }

  private deliver(): void {
    const batch = this.received;
    this.received = this.spareBatch;
    this.handlers.onPackets(batch);
    for (const packet of batch) {
      packet.slab = NO_BYTES;
      this.spareRecords.push(packet);
    }
    batch.length = 0;
    this.spareBatch = batch;
  }
}

/** UDP sockets of `node:dgram`: they work wherever Node does, at the cost of a call for each packet. */
export class DgramSockets implements UdpSockets {
  readonly checksum = "stack";
  receiveBufferBytes: number | undefined;
  private readonly sizes: UdpBufferSizes;
  private readonly handlers: UdpSocketHandlers;
  private readonly arrivals: Arrivals;

  constructor(sizes: UdpBufferSizes, clock: Clock, handlers: UdpSocketHandlers) {
    this.sizes = sizes;
    this.handlers = handlers;
    this.arrivals = new Arrivals(clock, handlers);
  }

  open(address: IpAddress, port: number): UdpSocket {
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
    socket.unref();
    askForBuffers(socket, this.sizes);
    this.receiveBufferBytes = payloadBytesOf(socket.getRecvBufferSize());
    const opened = new DgramSocket(socket, address, this.handlers);
    socket.on("error", (error) => this.handlers.onError(error));
    socket.on("message", (bytes, source) => this.arrivals.add(opened, bytes, source));
    return opened;
  }
}

/** One UDP socket of Node; opening, sending and errors of both are synchronous. */
class DgramSocket implements UdpSocket {
  readonly address: IpAddress;
  readonly port: number;
  private readonly socket: Socket;
  private readonly handlers: UdpSocketHandlers;
  private readonly afterSend: (error: Error | null) => void;
  /** Whether a datagram waits in Node's queue. */
  private blocked = false;
  private closed = false;

  constructor(socket: Socket, address: IpAddress, handlers: UdpSocketHandlers) {
    this.socket = socket;
    this.address = address;
    this.port = socket.address().port;
    this.handlers = handlers;
    this.afterSend = (error) => this.handleSent(error);
  }

  send(packets: readonly PacketRecord[], start: number, end: number): number {
    let next = start;
    for (; next < end && !this.blocked; next += 1) this.sendOne(packets[next] as PacketRecord);
    return next - start;
  }

  ref(): void {
    this.socket.ref();
  }

  unref(): void {
    this.socket.unref();
  }

  close(): Promise<void> {
    if (this.closed) return Promise.resolve();
    this.closed = true;
    this.socket.removeAllListeners("message");
    return new Promise((resolve) => {
      this.socket.close(resolve);
    });
  }

  private sendOne(packet: PacketRecord): void {
    const { slab, offsetBytes, lengthBytes, destination, destinationUdpPort } = packet;
    if (this.closed || destination === undefined || lengthBytes > DATAGRAM_BYTES_MAX) return;
    outgoing ??= new Uint8Array(DATAGRAM_BYTES_MAX);
    outgoing.set(slab.subarray(offsetBytes, offsetBytes + lengthBytes));
    // With an offset and a length Node would make a Buffer of its own, which costs more than this view.
    const datagram = outgoing.subarray(0, lengthBytes);
    this.socket.send(datagram, destinationUdpPort, destination.text, this.afterSend);
    if (this.socket.getSendQueueCount() === 0) return;
    this.blocked = true;
    outgoing = undefined;
  }

  private handleSent(error: Error | null): void {
    if (this.closed) return;
    if (error !== null) {
      const { address, port } = error as { address?: unknown; port?: unknown };
      const destination = typeof address === "string" ? internIpAddress(address) : undefined;
      this.handlers.onSendError(error, destination, typeof port === "number" ? port : 0);
    }
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
