import { tsnAdd } from "../../../src/base/serial-number.js";
import type { Association } from "../../../src/stack/association.js";
import { maySendData } from "../../../src/stack/association-state.js";
import type { Chunk } from "../../../src/wire/chunk.js";
import { dataOf, packetOf, PEER, type Sent } from "../../stack/scene.js";
import { expect } from "../fuzz-target.js";
import type { Arena } from "./arena.js";

/** Rounds in which nothing more is acknowledged although the peer acknowledges whatever was sent. */
const IDLE_ROUNDS_MAX = 40;

/**
 * The peer from now on does what RFC 9260 wants, on one association: acknowledges, answers, ends what is to be ended.
 * Whatever came before, the association goes on, or has said that it does not.
 */
export class HonestPeer {
  private readonly arena: Arena;
  private readonly association: Association;

  constructor(arena: Arena, association: Association) {
    this.arena = arena;
    this.association = association;
  }

  private get isGone(): boolean {
    return this.association.state === "CLOSED";
  }

  private send(...chunks: readonly Chunk[]): Sent[] {
    const { association, arena } = this;
    const { scene } = arena;
    const { tcb } = association;
    const { address } = association.primaryPath;
    const to = scene.endpoint.addresses.find(({ family }) => family === address.family) ?? PEER.to;
    const origin = { ...PEER, port: association.peerPort, address, to };
    scene.receiveBytes(packetOf(origin, tcb.localTag, chunks), origin);
    return arena.look();
  }

  private acknowledge(): void {
    const { retransmission } = this.association.tcb;
    const cumulativeTsnAck = tsnAdd(retransmission.outstanding.nextTsn, -1);
    this.send({ kind: "SACK", cumulativeTsnAck, aRwnd: 1_000_000, gapAckBlocks: [], duplicateTsns: [] });
  }

  private answer(sent: readonly Sent[]): void {
    for (const { chunks } of sent) {
      for (const chunk of chunks) {
        if (this.isGone) return;
        if (chunk.kind === "HEARTBEAT") this.send({ ...chunk, kind: "HEARTBEAT ACK" });
        if (chunk.kind === "SHUTDOWN") this.send({ kind: "SHUTDOWN ACK" });
        if (chunk.kind === "SHUTDOWN ACK") this.send({ kind: "SHUTDOWN COMPLETE", tagReflected: false });
      }
    }
  }

  /** Plays on until nothing is under way; then a last message has to arrive. */
  play(): void {
    const { arena, association } = this;
    const { scene } = arena;
    for (let idleRounds = 0; idleRounds < IDLE_ROUNDS_MAX && !this.isGone; idleRounds += 1) {
      const before = association.sendBufferBytes;
      arena.read();
      if (maySendData(association.state)) this.acknowledge();
      scene.advance(idleRounds < 10 ? 100 : 1000);
      this.answer(arena.look());
      if (association.sendBufferBytes < before) idleRounds = 0;
      if (association.state === "ESTABLISHED" && association.isSenderDry) break;
    }
    if (this.isGone) return;
    expect(
      association.state === "ESTABLISHED",
      `an honest peer does not bring it out of ${association.state}`,
    );
    expect(association.isSenderDry, () => `${association.sendBufferBytes} bytes are never acknowledged`);
    this.deliver();
  }

  private deliver(): void {
    const { arena, association } = this;
    const { scene } = arena;
    arena.read();
    const before = scene.events.length;
    const expected = tsnAdd(association.tcb.reception.tracker.cumulativeTsnAck, 1);
    this.send(dataOf(expected, { flags: 7 }));
    const isTold = scene.events.slice(before).some((event) => event.type === "data");
    expect(isTold || this.isGone, "a message with the expected TSN is neither delivered nor refused");
  }
}
