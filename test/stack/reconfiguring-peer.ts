import type { Association } from "../../src/stack/association.js";
import type { AssociationConfigChange } from "../../src/stack/config.js";
import { CHUNK_ASCONF, CHUNK_ASCONF_ACK, type Chunk } from "../../src/wire/chunk.js";
import { parseErrorCauses, type ErrorCause } from "../../src/wire/error-cause.js";
import { isMalformed } from "../../src/wire/malformed.js";
import type { Parameter } from "../../src/wire/parameter.js";
import { AuthenticatingPeer } from "./authenticating-peer.js";
import { ip } from "./pair.js";
import { ipParameter, only, PEER_TSN, Scene, type Origin, type Sent } from "./scene.js";

/** What the stack and the peer of a {@link ReconfiguringPeer} have. */
export interface ReconfiguringPeerOptions {
  /** The peer's addresses; its INIT comes from the first. */
  readonly peer?: readonly string[];
  /** The stack's addresses, which its INIT ACK lists if there are several. */
  readonly own?: readonly string[];
  readonly config?: AssociationConfigChange;
  /** The peer's UDP port; 0, the default, is SCTP on its own. */
  readonly udpPort?: number;
  /** The types of chunks that the peer says to know. */
  readonly extensions?: readonly number[];
  /** The types of chunks that the peer wants to be authenticated. */
  readonly chunkTypes?: readonly number[];
  /** What else the peer's INIT says. */
  readonly initParameters?: readonly Parameter[];
}

/** A request of the peer's, in short: `["Add IP Address", "10.0.9.1"]`. */
export type Asked = readonly ["Add IP Address" | "Delete IP Address" | "Set Primary IP Address", string];

/**
 * A peer that changes its addresses and answers when the stack does (RFC 5061); the test writes its packets. All are
 * authenticated, and those of the stack are checked.
 */
export class ReconfiguringPeer {
  readonly scene: Scene;
  readonly association: Association;
  readonly authenticating: AuthenticatingPeer;
  /** The tag that the stack wants to find in packets. */
  readonly tag: number;
  /** The Initial TSN of the stack, which its ASCONF chunks are counted from (§5.1 A2). */
  readonly firstSequenceNumber: number;
  /** The Sequence Number of the peer's next ASCONF. */
  nextSequenceNumber: number = PEER_TSN;
  private readonly from: Partial<Origin>;

  constructor(options: ReconfiguringPeerOptions = {}) {
    const { peer = ["10.0.0.1"], own = ["10.0.0.2"], config = {}, udpPort = 0 } = options;
    const { chunkTypes = [CHUNK_ASCONF, CHUNK_ASCONF_ACK], extensions = [0x0f, 0xc1, 0x80] } = options;
    this.scene = new Scene({
      addresses: own,
      advertised: own.length > 1 ? own : [],
      config: { heartbeatEnabled: false, ...config },
    });
    this.authenticating = new AuthenticatingPeer(chunkTypes, [3]);
    this.from = { address: ip(peer[0] ?? ""), to: ip(own[0] ?? ""), udpPort };
    const parameters: Parameter[] = [
      ...peer.map(ipParameter),
      { kind: "Supported Extensions", chunkTypes: Uint8Array.from(extensions) },
      ...this.authenticating.parameters,
      ...(options.initParameters ?? []),
    ];
    const { association, tag, initAck } = this.scene.accept({ parameters }, this.from);
    this.association = association;
    this.tag = tag;
    this.firstSequenceNumber = initAck.initialTsn;
    this.authenticating.learn(initAck.parameters);
  }

  /** What has happened to the peer's addresses, in short: `added 10.0.9.1`. */
  get changes(): string[] {
    return this.scene.events.flatMap((event) =>
      event.type === "peer address change" ? [`${event.change} ${event.path.address.text}`] : [],
    );
  }

  /** The peer's addresses as the stack knows them, each with its state; the primary one has a star. */
  get paths(): string[] {
    const { primaryPath, paths } = this.association;
    return paths.map((path) => `${path === primaryPath ? "*" : ""}${path.address.text} ${path.state}`);
  }

  /** Hands a packet to the stack, its chunks behind an AUTH chunk, and answers what is sent at once. */
  receive(chunks: readonly Chunk[], from: Partial<Origin> = {}): Sent[] {
    const signed = this.authenticating.signed(chunks, { hmacIdentifier: 3 });
    return this.scene.receive(this.tag, signed, { ...this.from, ...from });
  }

  /** Hands a packet without authentication to the stack. */
  receivePlain(chunks: readonly Chunk[], from: Partial<Origin> = {}): Sent[] {
    return this.scene.receive(this.tag, chunks, { ...this.from, ...from });
  }

  /** The peer's next ASCONF. */
  asconf(asked: readonly (Asked | Parameter)[], lookup?: string): Extract<Chunk, { kind: "ASCONF" }> {
    const sequenceNumber = this.nextSequenceNumber;
    this.nextSequenceNumber = (sequenceNumber + 1) >>> 0;
    return {
      kind: "ASCONF",
      sequenceNumber,
      address: lookup === undefined ? (this.from.address ?? ip("0.0.0.0")) : ip(lookup),
      parameters: asked.map((request, index) =>
        "kind" in request
          ? request
          : { kind: request[0], correlationId: 100 + index, address: ip(request[1]) },
      ),
    };
  }

  /** The peer asks for something; the ASCONF-ACK is the answer, in short: what has been refused and why. */
  ask(asked: readonly (Asked | Parameter)[], from: Partial<Origin> = {}, lookup?: string): string[] {
    return responsesIn(this.receive([this.asconf(asked, lookup)], from));
  }

  /** Answers a HEARTBEAT that goes to an address, as the peer that has it does. */
  confirm(address: string, sent: readonly Sent[]): Sent[] {
    const heartbeat = sent
      .filter(({ destination }) => destination === address)
      .flatMap(({ chunks }) => chunks)
      .find(({ kind }) => kind === "HEARTBEAT");
    if (heartbeat?.kind !== "HEARTBEAT") throw new Error(`no HEARTBEAT goes to ${address}`);
    return this.receivePlain([{ kind: "HEARTBEAT ACK", info: heartbeat.info }], { address: ip(address) });
  }

  /** Acknowledges an ASCONF of the stack. */
  acknowledge(sequenceNumber: number, parameters: readonly Parameter[] = []): Sent[] {
    return this.receive([{ kind: "ASCONF-ACK", sequenceNumber, parameters }]);
  }
}

/** The only ASCONF in what was sent, in short: its requests, and where the packet went. */
export function asconfIn(sent: readonly Sent[]): {
  requests: string[];
  sequenceNumber: number;
  lookup: string;
} {
  const { parameters, sequenceNumber, address } = only(sent, "ASCONF");
  const requests = parameters.map((parameter) =>
    "correlationId" in parameter && "address" in parameter
      ? `${parameter.kind} ${parameter.address.text}`
      : parameter.kind,
  );
  return { requests, sequenceNumber, lookup: address.text };
}

/** The responses of the only ASCONF-ACK in what was sent: the request's number, and what was said of it. */
export function responsesIn(sent: readonly Sent[]): string[] {
  return only(sent, "ASCONF-ACK").parameters.map((parameter) => {
    if (parameter.kind === "Success Indication") return `${parameter.correlationId} success`;
    if (parameter.kind !== "Error Cause Indication") return parameter.kind;
    return `${parameter.correlationId} ${causesIn(parameter.causes)
      .map(({ kind }) => kind)
      .join(", ")}`;
  });
}

/** The error causes of a response. */
export function causesIn(bytes: Uint8Array): readonly ErrorCause[] {
  const causes = parseErrorCauses(bytes, 0, bytes.length);
  if (isMalformed(causes)) throw new Error("a response with malformed causes");
  return causes;
}
