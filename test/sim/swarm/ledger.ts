import assert from "node:assert/strict";
import type { sctp_rcvinfo } from "../../../src/sockets/types.js";
import type { Association } from "../../../src/stack/association.js";
import type { StackEvent } from "../../../src/stack/events.js";
import { socketAssociationOf } from "../../../src/userland/socket-association.js";
import { SeededEntropy } from "../../../src/userland/seeded-entropy.js";

/** From here the content of all messages comes, so that no message costs the making of its bytes. */
const CONTENT = ((): Buffer => {
  const bytes = Buffer.alloc(1_048_576);
  new SeededEntropy(1).fillRandom(bytes);
  return bytes;
})();

/** How an association has ended, as its stack said. */
export type Ending = "shutdown complete" | "communication lost" | "cannot start" | "crash";

/** One side of an association, as long as its host has not crashed. */
export interface AssociationRecord {
  readonly host: number;
  readonly association: Association;
  /** How often the peer has restarted: streams began anew each time. */
  epoch: number;
  /** Its own tag in each epoch; of several, the last. */
  readonly localTags: number[];
  /** Those that it had before it was established: with each stale cookie it begins anew under another (§5.2.6). */
  readonly formerTags: Set<number>;
  /** The peer's tag in each epoch, where one was known. */
  readonly peerTags: (number | undefined)[];
  /** How many ordered messages were sent on each stream in this epoch. */
  readonly sentOrdered: Map<number, number>;
  /** Which ordered message comes next, by epoch and stream, at the other side. */
  readonly nextOrdered: Map<string, number>;
  ending: Ending | undefined;
  /** Since its application did not want to read any more. */
  discards: boolean;
  /** Messages whose failure its application has not read yet. */
  readonly untold: Set<number>;
  /** Its application does not read notifications any more. */
  isDeaf: boolean;
}

/** A message on its way to one peer; one that is sent to all has several copies. */
interface Copy {
  readonly from: AssociationRecord;
  readonly epoch: number;
  readonly destination: number;
  /** Its place among the ordered messages of its stream; -1 when it is unordered. */
  readonly ordinal: number;
  delivered: boolean;
  failed: "sent" | "unsent" | undefined;
}

/** What a message looks like. */
export interface MessageShape {
  readonly lengthBytes: number;
  readonly streamId: number;
  readonly unordered: boolean;
}

interface MessageRecord extends MessageShape {
  readonly copies: Copy[];
}

/**
 * Who has sent what to whom, and what has become of it. A message is known by its number, which is its payload protocol
 * identifier.
 */
export class Ledger {
  sentMessages = 0;
  deliveredMessages = 0;
  failedMessages = 0;
  sentBytes = 0;
  readonly #messages: MessageRecord[] = [];
  readonly #records = new Map<Association, AssociationRecord>();
  /** Who used a tag on a host, the latest last. */
  readonly #byTag = new Map<string, AssociationRecord[]>();

  /** All sides of all associations that there have been. */
  get records(): IterableIterator<AssociationRecord> {
    return this.#records.values();
  }

  /** The number of the next message. */
  get nextNumber(): number {
    return this.#messages.length;
  }

  /** The bytes of a message. */
  contentOf(number: number, lengthBytes: number): Buffer {
    const start = (number * 7919) % (CONTENT.length - lengthBytes);
    return CONTENT.subarray(start, start + lengthBytes);
  }

  /** The record of an association, which begins with the first call. */
  recordOf(host: number, association: Association): AssociationRecord {
    let record = this.#records.get(association);
    if (record !== undefined) return record;
    record = {
      host,
      association,
      epoch: 0,
      localTags: [association.tcb.localTag],
      formerTags: new Set(),
      peerTags: [],
      sentOrdered: new Map(),
      nextOrdered: new Map(),
      ending: undefined,
      discards: false,
      untold: new Set(),
      isDeaf: false,
    };
    this.#records.set(association, record);
    return record;
  }

  /** A send call has taken the message {@link nextNumber}, for these associations. */
  sent(
    shape: MessageShape,
    copies: readonly { readonly from: AssociationRecord; readonly destination: number }[],
  ): void {
    this.sentMessages += copies.length;
    this.sentBytes += shape.lengthBytes * copies.length;
    this.#messages.push({
      ...shape,
      copies: copies.map(({ from, destination }) => {
        const { epoch } = from;
        let ordinal = -1;
        if (!shape.unordered) {
          ordinal = from.sentOrdered.get(shape.streamId) ?? 0;
          from.sentOrdered.set(shape.streamId, ordinal + 1);
        }
        return { from, epoch, destination, ordinal, delivered: false, failed: undefined };
      }),
    });
  }

  /** A part of a message has arrived: its bytes are those that were sent. */
  checkContent(number: number, offsetBytes: number, data: Uint8Array): void {
    const message = this.#messages[number];
    assert(message !== undefined, `a message with the number ${number} was never sent`);
    const { lengthBytes } = message;
    assert(offsetBytes + data.length <= lengthBytes, `message ${number} is longer than ${lengthBytes} bytes`);
    const expected = this.contentOf(number, lengthBytes).subarray(offsetBytes, offsetBytes + data.length);
    assert(expected.equals(data), `the bytes of message ${number} from ${offsetBytes} on are not those sent`);
  }

  /**
   * A message has arrived whole on a host.
   *
   * @param receiver - on which association, if that has not ended since
   */
  delivered(
    host: number,
    receiver: AssociationRecord | undefined,
    info: sctp_rcvinfo,
    lengthBytes: number,
  ): void {
    const number = info.rcv_ppid;
    const message = this.#messages[number];
    assert(message !== undefined);
    assert.equal(lengthBytes, message.lengthBytes, `the length of message ${number}`);
    assert.equal(info.rcv_sid, message.streamId, `the stream of message ${number}`);
    const copies = message.copies.filter(
      ({ destination, from, epoch }) =>
        destination === host && (receiver === undefined || isPeerOf(receiver, from, epoch)),
    );
    const fits = ({ ordinal }: Copy): boolean => message.unordered || (ordinal & 0xffff) === info.rcv_ssn;
    const copy =
      copies.find((one) => !one.delivered && fits(one) && this.#isNext(one, message)) ??
      copies.find((one) => fits(one) && this.#mayComeAgain(one)) ??
      copies.find((one) => !one.delivered);
    assert(copy !== undefined, `message ${number} was delivered twice, or to the wrong host`);
    if (!message.unordered) {
      assert.equal(info.rcv_ssn, copy.ordinal & 0xffff, `the SSN of message ${number}`);
      const isInOrder = this.#isNext(copy, message) || this.#mayComeAgain(copy);
      assert(isInOrder, `message ${number} was delivered out of the order of its stream`);
      copy.from.nextOrdered.set(`${copy.epoch}/${message.streamId}`, copy.ordinal + 1);
    }
    assert(copy.failed !== "unsent", `message ${number} was delivered and had been reported as never sent`);
    copy.delivered = true;
    this.deliveredMessages += 1;
  }

  /**
   * The association has ended while a message was delivered in parts, and the application was told that there will be
   * no more of it. What had arrived behind it is delivered all the same.
   */
  partAborted(host: number, receiver: AssociationRecord | undefined, number: number): void {
    const message = this.#messages[number];
    assert(message !== undefined);
    if (message.unordered) return;
    for (const copy of copiesFor(message, host, receiver)) {
      if (this.#isNext(copy, message)) {
        copy.from.nextOrdered.set(`${copy.epoch}/${message.streamId}`, copy.ordinal + 1);
      }
    }
  }

  /** The application has read that a message failed. */
  toldOfFailure(host: number, number: number): void {
    for (const { from } of this.#messages[number]?.copies ?? []) {
      if (from.host === host && from.untold.delete(number)) return;
    }
    assert.fail(`message ${number} is told to have failed, twice or although it has not`);
  }

  /** What a stack tells of its associations, before its sockets hear of it. */
  handleEvent(host: number, event: StackEvent): void {
    const record = this.recordOf(host, event.association);
    switch (event.type) {
      case "communication up":
        this.#noteTags(record);
        break;
      case "restart":
        record.epoch += 1;
        record.sentOrdered.clear();
        this.#noteTags(record);
        break;
      case "shutdown complete":
      case "communication lost":
      case "cannot start":
        assert.equal(record.ending, undefined, "an association ends once");
        record.ending = event.type;
        break;
      case "send failed":
        this.#failed(record, event);
        break;
      default:
        break;
    }
  }

  /** Follows the tag of an association that is being set up, which may change with each step. */
  followTag(host: number, association: Association): void {
    const record = this.recordOf(host, association);
    const { localTag } = association.tcb;
    const before = record.localTags[record.epoch];
    if (before === undefined || before === localTag) return;
    record.formerTags.add(before);
    record.localTags[record.epoch] = localTag;
  }

  /** A host has crashed: nobody can say what became of what its associations were doing. */
  crashed(host: number): void {
    for (const record of this.#records.values()) {
      if (record.host !== host) continue;
      record.ending ??= "crash";
      record.discards = true;
      record.isDeaf = true;
      record.untold.clear();
    }
  }

  /** At the end of everything: each message was delivered, or reported, or there is a reason why not. */
  checkAll(): void {
    for (const [number, { copies }] of this.#messages.entries()) {
      for (const copy of copies) this.#checkCopy(number, copy);
    }
    for (const { host, untold } of this.#records.values()) {
      assert.equal(untold.size, 0, `host ${host} was not told that messages ${[...untold].join()} failed`);
    }
  }

  /** How many messages were neither delivered nor reported. */
  countLost(): number {
    let count = 0;
    for (const { copies } of this.#messages)
      for (const { delivered, failed } of copies) if (!delivered && failed === undefined) count += 1;
    return count;
  }

  #checkCopy(number: number, { delivered, failed, from, epoch, destination }: Copy): void {
    if (delivered || failed !== undefined || from.ending === "crash") return;
    const tag = from.peerTags[epoch];
    const receivers = this.#byTag.get(`${destination}/${tag}`) ?? [];
    // What a receiver has acknowledged is lost with it, or when its application does not read it.
    const isExcused = receivers.some(({ discards }) => discards);
    assert(
      isExcused,
      `message ${number} from host ${from.host} to host ${destination} was neither delivered nor reported` +
        ` (the sender's association: ${from.ending})`,
    );
  }

  /**
   * Whether a message may be delivered for the second time: the receiver's association failed or was restarted, or its
   * host crashed, while the sender's was still being set up. The sender, which has heard of none of it, comes to a
   * second association and begins anew in it.
   */
  #mayComeAgain({ from, epoch, destination, delivered }: Copy): boolean {
    if (!delivered || epoch > 0) return false;
    for (const record of this.#records.values()) {
      const sharedEpoch = epochOfPeer(record, from, 0);
      if (record.host !== destination || sharedEpoch < 0) continue;
      const isOver = record.ending === "communication lost" || record.ending === "crash";
      if (isOver || sharedEpoch < record.epoch) return true;
    }
    return false;
  }

  #isNext({ from, epoch, ordinal }: Copy, { streamId, unordered }: MessageRecord): boolean {
    if (unordered) return true;
    return ordinal === (from.nextOrdered.get(`${epoch}/${streamId}`) ?? 0);
  }

  #failed(record: AssociationRecord, event: Extract<StackEvent, { type: "send failed" }>): void {
    const number = event.message.ppid;
    const copy = this.#messages[number]?.copies.find(({ from }) => from === record);
    assert(copy !== undefined, `message ${number} is reported to have failed, and was not sent there`);
    assert.equal(copy.failed, undefined, `message ${number} is reported to have failed twice`);
    assert(record.ending !== "shutdown complete", `message ${number} failed although the end was graceful`);
    assert(event.sent || !copy.delivered, `message ${number} is reported as unsent and was delivered`);
    copy.failed = event.sent ? "sent" : "unsent";
    this.failedMessages += 1;
    const owner = socketAssociationOf(event.association);
    if (owner !== undefined && owner.socket.closing === undefined && !record.isDeaf)
      record.untold.add(number);
  }

  #noteTags(record: AssociationRecord): void {
    const { localTag, peerTag } = record.association.tcb;
    record.localTags[record.epoch] = localTag;
    record.peerTags[record.epoch] = peerTag;
    const key = `${record.host}/${localTag}`;
    this.#byTag.set(key, [...(this.#byTag.get(key) ?? []), record]);
  }
}

/** The copies of a message that an association of a host may deliver. */
function copiesFor({ copies }: MessageRecord, host: number, receiver: AssociationRecord | undefined): Copy[] {
  return copies.filter(
    ({ destination, from, epoch }) =>
      destination === host && (receiver === undefined || isPeerOf(receiver, from, epoch)),
  );
}

/** Whether one side has had the other for its peer, in an epoch of that one. */
function isPeerOf(side: AssociationRecord, other: AssociationRecord, epoch: number): boolean {
  return epochOfPeer(side, other, epoch) >= 0;
}

/** In which epoch of its own one side had the other for its peer first, in an epoch of that one; -1 for never. */
function epochOfPeer(side: AssociationRecord, other: AssociationRecord, epoch: number): number {
  const last = other.localTags[epoch];
  return side.peerTags.findIndex(
    (tag) => tag !== undefined && (tag === last || (epoch === 0 && other.formerTags.has(tag))),
  );
}
