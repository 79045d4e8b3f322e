import type { Association } from "../../../src/stack/association.js";
import { Scene, cookieOf, initAckOf, initOf, packetOf, PEER, sackOf, type Sent } from "../../stack/scene.js";
import { ip, onStream, payload } from "../../stack/pair.js";
import { writePacketChecksum } from "../../../src/wire/crc32c.js";
import { ipAddressParameter } from "../../../src/wire/parameter.js";
import { tsn, tsnAdd } from "../../../src/base/serial-number.js";
import { applyEdits } from "../byte-edits.js";
import { renderChunk, type LiveValues } from "./chunk-spec.js";
import type { Homes, PacketCase, PacketStep, StartState } from "./packet-case.js";

const PEER_ADDRESSES: Readonly<Record<Homes, readonly string[]>> = {
  one: ["10.0.0.1"],
  two: ["10.0.0.1", "10.0.1.1"],
  "both families": ["10.0.0.1", "fd00::1", "10.0.1.1"],
};

const OUR_ADDRESSES: Readonly<Record<Homes, readonly string[]>> = {
  one: ["10.0.0.2"],
  two: ["10.0.0.2", "10.0.1.2"],
  "both families": ["10.0.0.2", "fd00::2", "10.0.1.2"],
};

/** Short times and few repetitions, so that what nobody answers ends soon. */
const IMPATIENT = { rtoMaxMs: 4000, associationMaxRetrans: 4, pathMaxRetrans: 2, maxInitRetransmits: 3 };

/** The stack under attack in the state that a case begins with, and everything that is known about it. */
export class Arena {
  readonly scene: Scene;
  readonly peerAddresses: readonly string[];
  /** How many of the scene's packets have been looked at. */
  private seenPackets = 0;
  private seenEvents = 0;
  private cookie: Uint8Array = new Uint8Array(60);
  private cookieTag = 7;
  private heartbeatInfo: Uint8Array = new Uint8Array(20);
  /** Bytes handed out to the user that it has not read, by association. */
  private readonly unread = new Map<Association, number[]>();

  constructor({ state, homes, seed, config }: Pick<PacketCase, "state" | "homes" | "seed" | "config">) {
    this.peerAddresses = PEER_ADDRESSES[homes];
    const ours = OUR_ADDRESSES[homes];
    this.scene = new Scene({
      seed,
      addresses: ours,
      advertised: homes === "one" ? [] : ours,
      listening: state !== "CLOSED",
      config: { ...IMPATIENT, ...config },
    });
    this.begin(state);
    this.look();
  }

  /** The association that packets are aimed at: the oldest that lives. */
  get target(): Association | undefined {
    const [first] = this.scene.endpoint.associations;
    return first;
  }

  /** The State Cookie that was received last, and the tag that belongs to it. */
  get lastCookie(): { readonly cookie: Uint8Array; readonly tag: number } {
    return { cookie: this.cookie, tag: this.cookieTag };
  }

  private begin(state: StartState): void {
    const { scene } = this;
    switch (state) {
      case "CLOSED":
      case "LISTENING":
        return;
      case "COOKIE-WAIT":
        scene.associate(this.peerAddresses);
        return;
      case "COOKIE-ECHOED":
        this.answerInit();
        return;
      case "ESTABLISHED by us": {
        const tag = this.answerInit();
        scene.receive(tag, [{ kind: "COOKIE ACK" }]);
        return;
      }
      case "ESTABLISHED by the peer":
        this.accept();
        return;
      default:
        this.shutDown(state);
    }
  }

  /** The user asks for an association with the peer; if there is one, it stays. */
  associate(): void {
    const { scene, peerAddresses } = this;
    const { port, udpPort } = PEER;
    scene.endpoint.associate({ addresses: peerAddresses.map(ip), port, udpPort }, scene.now);
  }

  private addressParameters() {
    return this.peerAddresses.length === 1
      ? []
      : this.peerAddresses.map((text) => ipAddressParameter(ip(text)));
  }

  private answerInit(): number {
    const { init } = this.scene.associate(this.peerAddresses);
    const { parameters } = initAckOf();
    const initAck = initAckOf({ parameters: [...parameters, ...this.addressParameters()] });
    this.scene.receive(init.initiateTag, [initAck]);
    return init.initiateTag;
  }

  private accept(): number {
    return this.scene.accept(initOf({ parameters: this.addressParameters() })).tag;
  }

  private shutDown(state: StartState): void {
    const { scene } = this;
    const tag = this.accept();
    const { association } = scene;
    const upTo = (count: number): number => tsnAdd(association.tcb.localInitialTsn, count - 1);
    const hasData = state === "SHUTDOWN-PENDING" || state === "SHUTDOWN-RECEIVED";
    if (hasData)
      for (let index = 0; index < 3; index += 1)
        association.send(payload(900, index), onStream(0), scene.now);
    scene.drain();
    if (state === "SHUTDOWN-PENDING" || state === "SHUTDOWN-SENT") {
      association.shutdown(scene.now);
      scene.drain();
    } else {
      scene.receive(tag, [sackOf(upTo(0)), { kind: "SHUTDOWN", cumulativeTsnAck: tsn(upTo(0)) }]);
    }
  }

  /** Takes note of what the stack has sent and told since this was last called; answers the packets. */
  look(): Sent[] {
    const { scene } = this;
    const packets = scene.sent.slice(this.seenPackets);
    this.seenPackets = scene.sent.length;
    for (const { chunks } of packets) {
      for (const chunk of chunks) {
        if (chunk.kind === "INIT ACK") {
          this.cookie = cookieOf(chunk);
          this.cookieTag = chunk.initiateTag;
        } else if (chunk.kind === "HEARTBEAT") {
          this.heartbeatInfo = chunk.info;
        }
      }
    }
    for (; this.seenEvents < scene.events.length; this.seenEvents += 1) {
      const event = scene.events[this.seenEvents];
      if (event?.type !== "data") continue;
      const waiting = this.unread.get(event.association);
      if (waiting === undefined) this.unread.set(event.association, [event.data.length]);
      else waiting.push(event.data.length);
    }
    return packets;
  }

  /** The application reads everything that is there. */
  read(): void {
    for (const [association, lengths] of this.unread) {
      for (const length of lengths) association.releaseReceived(length);
    }
    this.unread.clear();
    this.scene.drain();
  }

  /** Forgets packets and events that were looked at, so that long cases stay small. */
  forget(): void {
    this.scene.sent.splice(0, this.seenPackets);
    this.scene.events.splice(0, this.seenEvents);
    this.seenPackets = 0;
    this.seenEvents = 0;
  }

  private live(): LiveValues {
    const tcb = this.target?.tcb;
    return {
      fields: {
        "first TSN": tcb?.localInitialTsn ?? 0,
        "last TSN": tcb === undefined ? 0 : tsnAdd(tcb.retransmission.outstanding.nextTsn, -1),
        "expected TSN": tcb === undefined ? 1000 : tsnAdd(tcb.reception.tracker.cumulativeTsnAck, 1),
        "our tag": tcb?.localTag ?? 7,
        "peer's tag": tcb?.peerTag ?? 7,
      },
      cookie: this.cookie,
      heartbeatInfo: this.heartbeatInfo,
    };
  }

  /** The bytes of a packet of a case. */
  render(step: PacketStep, repetition: number): Uint8Array {
    const live = this.live();
    const tag =
      typeof step.tag === "number"
        ? step.tag
        : step.tag === "cookie's tag"
          ? this.cookieTag
          : live.fields[step.tag];
    const chunks = step.chunks.map((spec) => renderChunk(spec, live, repetition));
    const bytes = packetOf({ ...PEER, port: step.fromPort ?? PEER.port }, tag, chunks);
    const edited = applyEdits(bytes, step.edits ?? []);
    if (edited.length >= 12) writePacketChecksum(edited, 0, edited.length);
    if (step.checksum === "wrong" && edited.length > 8) edited[8] = (edited[8] ?? 0) ^ 1;
    return edited;
  }

  /** Hands a packet of a case to the stack; answers what it sent. */
  receive(step: PacketStep, bytes: Uint8Array): Sent[] {
    const address = ip(this.peerAddresses[(step.from ?? 0) % this.peerAddresses.length] ?? "10.0.0.1");
    const ours = this.scene.endpoint.addresses.find(({ family }) => family === address.family);
    this.scene.receiveBytes(bytes, { address, udpPort: step.udpPort ?? PEER.udpPort, to: ours ?? PEER.to });
    return this.look();
  }
}
