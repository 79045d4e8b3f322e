import assert from "node:assert/strict";
import { SCTP_PR_SCTP_RTX, SCTP_PR_SCTP_TTL } from "../../../src/sockets/constants.js";
import { maySendData } from "../../../src/stack/association-state.js";
import type { ObservedPacket } from "../../../src/userland/memory-network.js";
import { padded, readUint16, readUint32 } from "../../../src/wire/bytes.js";
import { CHUNK_DATA, CHUNK_FORWARD_TSN } from "../../../src/wire/chunk.js";
import { CHUNK_HEADER_BYTES } from "../../../src/wire/chunk-codec.js";
import { COMMON_HEADER_BYTES } from "../../../src/wire/common-header.js";
import type { Copy } from "./message-record.js";
import type { SwarmWorld } from "./swarm-world.js";

/** Where TSN and payload protocol identifier stand in a DATA chunk (RFC 9260 §3.3.1). */
const TSN_OFFSET = 4;
const PPID_OFFSET = 12;

/** Looks at what leaves of messages that need not arrive, packet by packet. */
export class ReliabilityWatch {
  readonly #world: SwarmWorld;
  /** How often each chunk has left, by message and TSN. */
  readonly #timesSent = new WeakMap<Copy, Map<number, number>>();

  constructor(world: SwarmWorld) {
    this.#world = world;
  }

  /** Takes note of a packet that a host has sent. */
  note({ source, destination, bytes }: ObservedPacket): void {
    const { plan, isInjecting } = this.#world;
    if (isInjecting) return;
    const [from, to] = [this.#world.hostAt(source.text), this.#world.hostAt(destination.text)];
    for (let offset = COMMON_HEADER_BYTES; offset + CHUNK_HEADER_BYTES <= bytes.length; ) {
      const type = bytes[offset];
      if (type === CHUNK_DATA) {
        this.#noteData(
          from,
          to,
          readUint32(bytes, offset + PPID_OFFSET),
          readUint32(bytes, offset + TSN_OFFSET),
        );
      } else if (type === CHUNK_FORWARD_TSN) {
        const areBothAble = [from, to].every((index) => plan.hosts[index]?.config.partialReliability);
        assert(areBothAble, `host ${from} tells host ${to} to skip something (RFC 3758 §3.3.1, §3.3.2)`);
      }
      offset += padded(readUint16(bytes, offset + 2));
    }
  }

  #noteData(from: number, to: number, number: number, tsn: number): void {
    const [copy, other] = this.#world.ledger.copiesBetween(number, from, to);
    // One that went to several associations of a host could be any of these.
    if (copy === undefined || other !== undefined) return;
    const name = `message ${number} is sent`;
    const now = this.#world.hosts[from]?.driver.now() ?? 0;
    // What was laid out before in the same instant still leaves.
    assert(now <= (copy.givenUpAt ?? now), `${name} after it was given up (RFC 3758 §3.5 A2)`);
    const { association } = copy.from;
    const prinfo = this.#world.ledger.prinfoOf(number);
    if (prinfo === undefined || !association.hasPartialReliability || !maySendData(association.state)) return;
    if (prinfo.pr_policy === SCTP_PR_SCTP_TTL) {
      assert(now <= copy.givenAt + prinfo.pr_value, `${name} after its lifetime (RFC 3758 §4.1 TR3, TR4)`);
    } else if (prinfo.pr_policy === SCTP_PR_SCTP_RTX) {
      const times = this.#count(copy, tsn);
      assert(times <= 1 + prinfo.pr_value, `${name} for the ${times}th time (RFC 7496 §3.1)`);
    }
  }

  #count(copy: Copy, tsn: number): number {
    let counts = this.#timesSent.get(copy);
    if (counts === undefined) this.#timesSent.set(copy, (counts = new Map()));
    const times = (counts.get(tsn) ?? 0) + 1;
    counts.set(tsn, times);
    return times;
  }
}
