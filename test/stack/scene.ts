import type { IpAddress } from "../../src/base/ip-address.js";
import type { Millis } from "../../src/base/millis.js";
import { tsn } from "../../src/base/serial-number.js";
import type { Association } from "../../src/stack/association.js";
import {
  configure,
  DEFAULT_ASSOCIATION_CONFIG,
  type AssociationConfigChange,
} from "../../src/stack/config.js";
import type { Endpoint } from "../../src/stack/endpoint.js";
import type { StackEvent } from "../../src/stack/events.js";
import { Stack } from "../../src/stack/stack.js";
import { padded } from "../../src/wire/bytes.js";
import { chunkBytes, type Chunk } from "../../src/wire/chunk.js";
import type { DataChunk } from "../../src/wire/chunks/data-chunk.js";
import type { InitAckChunk } from "../../src/wire/chunks/init-ack-chunk.js";
import type { InitChunk } from "../../src/wire/chunks/init-chunk.js";
import { COMMON_HEADER_BYTES, writeCommonHeader } from "../../src/wire/common-header.js";
import { writePacketChecksum } from "../../src/wire/crc32c.js";
import { isMalformed } from "../../src/wire/malformed.js";
import { parsePacket } from "../../src/wire/packet.js";
import { ipAddressParameter, type Parameter } from "../../src/wire/parameter.js";
import { ip, seededEntropy } from "./pair.js";
import { nodeHmac } from "./node-hmac.js";

/** Where a packet that a test writes comes from and goes to. */
export interface Origin {
  readonly address: IpAddress;
  readonly port: number;
  readonly udpPort: number;
  readonly to: IpAddress;
  readonly toPort: number;
}

/** The peer that a test plays unless it says otherwise. */
export const PEER: Origin = {
  address: ip("10.0.0.1"),
  port: 5000,
  udpPort: 9899,
  to: ip("10.0.0.2"),
  toPort: 7000,
};

/** The tag and the first TSN of that peer. */
export const PEER_TAG = 0x1111_1111;
export const PEER_TSN: number = 1000;

/** A packet that the stack has sent. */
export interface Sent {
  readonly at: Millis;
  readonly source: string;
  readonly destination: string;
  readonly udpPort: number;
  readonly tag: number;
  readonly port: number;
  readonly chunks: readonly Chunk[];
  readonly bytes: Uint8Array;
}

/** What a {@link Scene} may be made of. */
export interface SceneOptions {
  readonly config?: AssociationConfigChange;
  readonly seed?: number;
  readonly addresses?: readonly string[];
  readonly advertised?: readonly string[];
  readonly mtuBytes?: number;
  readonly listening?: boolean;
  readonly sharesPorts?: boolean;
}

/**
 * One stack in virtual time, with nobody else: the test writes every packet that it gets, legal or not, and
 * reads every packet that it sends.
 */
export class Scene {
  now: Millis = 1000;
  readonly stack: Stack;
  readonly endpoint: Endpoint;
  readonly events: StackEvent[] = [];
  readonly sent: Sent[] = [];

  constructor(options: SceneOptions = {}) {
    const { seed = 1, addresses = ["10.0.0.2"], advertised = [], mtuBytes = 1500 } = options;
    this.stack = new Stack({
      entropy: seededEntropy(seed),
      crypto: nodeHmac,
      checksum: "compute",
      mtuBytes: () => mtuBytes,
      headerBytes: () => 20,
      sharesPorts: options.sharesPorts ?? false,
    });
    this.endpoint = this.stack.createEndpoint({
      port: 7000,
      localUdpPort: 9899,
      addresses: addresses.map(ip),
      config: configure(DEFAULT_ASSOCIATION_CONFIG, options.config ?? {}),
      advertise: () => advertised.map(ip),
    });
    if (options.listening ?? true) this.endpoint.acceptance = () => true;
  }

  /** The types of all events so far, but for the one that tells that the peer cannot authenticate: none here can. */
  get eventTypes(): string[] {
    return this.events.map((event) => event.type).filter((type) => type !== "authentication");
  }

  /** The only association of the endpoint. */
  get association(): Association {
    const [first] = this.endpoint.associations;
    if (first === undefined) throw new Error("there is no association");
    return first;
  }

  /** The last event of a type. */
  last<T extends StackEvent["type"]>(type: T): Extract<StackEvent, { type: T }> {
    const found = this.events.findLast((event) => event.type === type);
    if (found === undefined) throw new Error(`no event ${type}`);
    return found as Extract<StackEvent, { type: T }>;
  }

  /** Hands a packet to the stack and answers what it sends at once. */
  receive(tag: number, chunks: readonly (Chunk | Uint8Array)[], from: Partial<Origin> = {}): Sent[] {
    const origin = { ...PEER, ...from };
    return this.receiveBytes(packetOf(origin, tag, chunks), origin);
  }

  /** Hands bytes to the stack and answers what it sends at once. */
  receiveBytes(bytes: Uint8Array, from: Partial<Origin> = {}): Sent[] {
    const origin = { ...PEER, ...from };
    const record = {
      slab: bytes,
      offsetBytes: 0,
      lengthBytes: bytes.length,
      source: origin.address,
      sourceUdpPort: origin.udpPort,
      destination: origin.to,
      destinationUdpPort: 9899,
      mayFragment: false,
      dscp: 0,
      hasWrongChecksum: false,
    };
    this.stack.handlePackets([record], this.now);
    return this.drain();
  }

  /** Takes everything out of the stack that it has to give at this moment; answers the packets. */
  drain(): Sent[] {
    const before = this.sent.length;
    for (;;) {
      const packets = this.stack.pollPackets(this.now);
      for (const record of packets) {
        const bytes = record.slab.slice(record.offsetBytes, record.offsetBytes + record.lengthBytes);
        const packet = parsePacket(bytes);
        if (isMalformed(packet)) throw new Error("the stack sent what cannot be read");
        this.sent.push({
          at: this.now,
          source: record.source?.text ?? "",
          destination: record.destination?.text ?? "",
          udpPort: record.destinationUdpPort,
          tag: packet.header.verificationTag,
          port: packet.header.destinationPort,
          chunks: packet.chunks,
          bytes,
        });
      }
      let sawEvent = false;
      for (let event = this.stack.pollEvent(); event !== undefined; event = this.stack.pollEvent()) {
        sawEvent = true;
        this.events.push(event);
      }
      if (packets.length === 0 && !sawEvent) return this.sent.slice(before);
    }
  }

  /** Lets time pass, time-out by time-out; answers what was sent meanwhile. */
  advance(durationMs: Millis): Sent[] {
    const before = this.sent.length;
    const end = this.now + durationMs;
    this.drain();
    for (let next = this.stack.pollTimeout(); next <= end; next = this.stack.pollTimeout()) {
      this.now = Math.max(this.now, next);
      this.stack.handleTimeout(this.now);
      this.drain();
    }
    this.now = end;
    return this.sent.slice(before);
  }

  /** Begins an association with the peer, or with a peer at these addresses; the INIT is the answer. */
  associate(
    addresses: readonly string[] = ["10.0.0.1"],
    config: AssociationConfigChange = {},
  ): { association: Association; init: InitChunk; sent: Sent[] } {
    const association = this.endpoint.associate(
      { addresses: addresses.map(ip), port: PEER.port, udpPort: PEER.udpPort, config },
      this.now,
    );
    const sent = this.drain();
    return { association, init: only(sent, "INIT"), sent };
  }

  /** The peer begins an association and it comes up. */
  accept(change: Partial<InitChunk> = {}, from: Partial<Origin> = {}): Handshake {
    const init = initOf(change);
    const initAck = only(this.receive(0, [init], from), "INIT ACK");
    const cookie = cookieOf(initAck);
    const sent = this.receive(initAck.initiateTag, [{ kind: "COOKIE ECHO", cookie }], from);
    only(sent, "COOKIE ACK");
    const association = [...this.endpoint.associations].at(-1);
    if (association === undefined) throw new Error("no association was accepted");
    return { association, tag: initAck.initiateTag, initAck, cookie, sent };
  }

  /** The stack begins an association, the peer answers with `change`, and it comes up. */
  connect(
    change: Partial<InitAckChunk> = {},
    addresses: readonly string[] = ["10.0.0.1"],
    config: AssociationConfigChange = {},
  ): { association: Association; tag: number; init: InitChunk } {
    const { association, init } = this.associate(addresses, config);
    // RFC 9260 §5.1.2: who has several addresses lists them, or loses them.
    const listed = addresses.length > 1 ? addresses.map(ipParameter) : [];
    const parameters = [...initAckOf().parameters, ...listed];
    this.receive(init.initiateTag, [initAckOf({ parameters, ...change })]);
    this.receive(init.initiateTag, [{ kind: "COOKIE ACK" }]);
    return { association, tag: init.initiateTag, init };
  }
}

/** What is known after the stack has accepted an association. */
export interface Handshake {
  readonly association: Association;
  /** The tag that the stack wants to find in packets. */
  readonly tag: number;
  readonly initAck: InitAckChunk;
  readonly cookie: Uint8Array;
  /** What the stack sent as an answer to COOKIE ECHO. */
  readonly sent: Sent[];
}

/** The bytes of a packet, whose chunks may break every rule of bundling. */
export function packetOf(
  origin: Origin,
  verificationTag: number,
  chunks: readonly (Chunk | Uint8Array)[],
): Uint8Array {
  const parts = chunks.map((chunk) => (chunk instanceof Uint8Array ? chunk : chunkBytes(chunk)));
  const lengthBytes = parts.reduce((sum, part) => sum + padded(part.length), COMMON_HEADER_BYTES);
  const bytes = new Uint8Array(lengthBytes);
  writeCommonHeader({ sourcePort: origin.port, destinationPort: origin.toPort, verificationTag }, bytes, 0);
  let at = COMMON_HEADER_BYTES;
  for (const part of parts) {
    bytes.set(part, at);
    at += padded(part.length);
  }
  writePacketChecksum(bytes, 0, lengthBytes);
  return bytes;
}

/** The INIT of the peer. */
export function initOf(change: Partial<InitChunk> = {}): InitChunk {
  return {
    kind: "INIT",
    initiateTag: PEER_TAG,
    aRwnd: 100_000,
    outboundStreams: 10,
    inboundStreams: 10,
    initialTsn: tsn(PEER_TSN),
    parameters: [],
    ...change,
  };
}

/** The parameter that lists an address. */
export function ipParameter(address: string): Parameter {
  return ipAddressParameter(ip(address));
}

/** The cookie in {@link initAckOf}; it is the peer's, so that anything will do. */
export const PEER_COOKIE: Uint8Array = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);

/** The INIT ACK of the peer. */
export function initAckOf(change: Partial<InitAckChunk> = {}): InitAckChunk {
  return {
    kind: "INIT ACK",
    initiateTag: PEER_TAG,
    aRwnd: 100_000,
    outboundStreams: 10,
    inboundStreams: 10,
    initialTsn: tsn(PEER_TSN),
    parameters: [{ kind: "State Cookie", cookie: PEER_COOKIE }],
    ...change,
  };
}

/** A DATA chunk of the peer that is a whole message. */
export function dataOf(tsnNumber: number, change: Partial<DataChunk> = {}): DataChunk {
  return {
    kind: "DATA",
    tsn: tsn(tsnNumber),
    streamId: 0,
    ssn: (tsnNumber - PEER_TSN) as DataChunk["ssn"],
    ppid: 0,
    flags: 3,
    userData: Uint8Array.of(1, 2, 3, 4),
    ...change,
  };
}

/** A SACK of the peer. */
export function sackOf(cumulativeTsnAck: number, aRwnd = 100_000): Chunk {
  return {
    kind: "SACK",
    cumulativeTsnAck: tsn(cumulativeTsnAck),
    aRwnd,
    gapAckBlocks: [],
    duplicateTsns: [],
  };
}

/** A parameter that nobody knows. */
export function unknownParameter(type: number, lengthBytes = 4): Parameter {
  return { kind: "UNKNOWN", type, value: new Uint8Array(lengthBytes).fill(type & 0xff) };
}

/** The State Cookie of an INIT ACK. */
export function cookieOf(initAck: InitAckChunk): Uint8Array {
  const parameter = initAck.parameters.find((candidate) => candidate.kind === "State Cookie");
  if (parameter?.kind !== "State Cookie") throw new Error("an INIT ACK without a cookie");
  return parameter.cookie;
}

/** The names of all chunks sent, packet by packet. */
export function kindsOf(sent: readonly Sent[]): string[][] {
  return sent.map((packet) => packet.chunks.map((chunk) => chunk.kind));
}

/** The only chunk of a kind in what was sent. */
export function only<K extends Chunk["kind"]>(sent: readonly Sent[], kind: K): Extract<Chunk, { kind: K }> {
  const found = sent.flatMap((packet) => packet.chunks).filter((chunk) => chunk.kind === kind);
  if (found.length !== 1) {
    throw new Error(`${found.length} chunks ${kind} in ${JSON.stringify(kindsOf(sent))}`);
  }
  return found[0] as Extract<Chunk, { kind: K }>;
}
