import assert from "node:assert/strict";
import type { sctp_prinfo, sctp_rcvinfo } from "../../../src/sockets/types.js";
import type { Association } from "../../../src/stack/association.js";
import type { StackEvent } from "../../../src/stack/events.js";
import { socketAssociationOf } from "../../../src/userland/socket-association.js";
import { SeededEntropy } from "../../../src/userland/seeded-entropy.js";
import {
  type AssociationRecord,
  createAssociationRecord,
  epochOfPeer,
  streamOf,
} from "./association-record.js";
import { checkGivenUp } from "./giving-up.js";
import { type Copy, copiesFor, type MessageRecord, type MessageShape } from "./message-record.js";
import type { OrderedStream } from "./ordered-stream.js";

/** From here the content of all messages comes, so that no message costs the making of its bytes. */
const CONTENT = ((): Buffer => {
  const bytes = Buffer.alloc(1_048_576);
  new SeededEntropy(1).fillRandom(bytes);
  return bytes;
})();

/**
 * Who has sent what to whom, and what has become of it. A message is known by its number, which is its payload protocol
 * identifier.
 */
export class Ledger {
  sentMessages = 0;
  deliveredMessages = 0;
  failedMessages = 0;
  /** Of those that have failed: the ones that need not arrive, while their associations went on. */
  givenUpMessages = 0;
  sentBytes = 0;
  readonly #messages: MessageRecord[] = [];
  readonly #records = new Map<Association, AssociationRecord>();
  /** Of what has failed, and nothing was told yet that may be the reason, the last. */
  readonly #unexplained = new Map<AssociationRecord, number>();
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

  /** How reliably a message is sent; `undefined` where that is the socket's default. */
  prinfoOf(number: number): sctp_prinfo | undefined {
    return this.#messages[number]?.prinfo;
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
    record = createAssociationRecord(host, association);
    this.#records.set(association, record);
    return record;
  }

  /**
   * A send call has taken the message {@link nextNumber}, for these associations of a host.
   *
   * @param givenAt - the time by the host's clock
   */
  sent(
    shape: MessageShape,
    copies: readonly { readonly from: AssociationRecord; readonly destination: number }[],
    givenAt: number,
  ): void {
    this.sentMessages += copies.length;
    this.sentBytes += shape.lengthBytes * copies.length;
    this.#messages.push({
      ...shape,
      copies: copies.map(({ from, destination }) => {
        const { epoch } = from;
        const fate = { delivered: false, failed: undefined, givenUpAt: undefined };
        const copy: Copy = { from, epoch, destination, givenAt, ...fate };
        if (!shape.unordered) streamOf(from, epoch, shape.streamId).add(copy);
        return copy;
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
    const copies = copiesFor(message, host, receiver);
    const fits = (one: Copy): boolean =>
      message.unordered || streamOfCopy(one, message).ssnOf(one) === info.rcv_ssn;
    const copy =
      copies.find((one) => !one.delivered && fits(one) && isNext(one, message)) ??
      copies.find((one) => fits(one) && this.#mayComeAgain(one)) ??
      copies.find((one) => !one.delivered);
    assert(copy !== undefined, `message ${number} was delivered twice, or to the wrong host`);
    if (!message.unordered) {
      const stream = streamOfCopy(copy, message);
      assert.equal(info.rcv_ssn, stream.ssnOf(copy), `the SSN of message ${number}`);
      const isInOrder = stream.isNext(copy) || this.#mayComeAgain(copy);
      assert(isInOrder, `message ${number} was delivered out of the order of its stream`);
      stream.pass(copy);
    }
    assert(
      copy.failed === undefined || copy.failed === "sent",
      `message ${number} was delivered and had been reported as sent ${copy.failed === "unsent" ? "never" : "in part"}`,
    );
    copy.delivered = true;
    this.deliveredMessages += 1;
  }

  /**
   * A message was delivered in parts, and the application was told that there will be no more of it: its sender has
   * given it up, or the association has ended. What had arrived behind it is delivered all the same.
   */
  partAborted(host: number, receiver: AssociationRecord | undefined, number: number): void {
    const message = this.#messages[number];
    assert(message !== undefined);
    const copies = copiesFor(message, host, receiver);
    const isOver = ({ from, epoch, givenUpAt }: Copy): boolean =>
      givenUpAt !== undefined ||
      receiver === undefined ||
      epochOfPeer(receiver, from, epoch) < receiver.epoch;
    assert(
      receiver?.ending !== undefined || copies.some(isOver),
      `message ${number} is not completed, and its sender has not given it up (RFC 3758 §3.6)`,
    );
    if (message.unordered) return;
    for (const copy of copies) if (isNext(copy, message)) streamOfCopy(copy, message).pass(copy);
  }

  /** The application has read that a message failed. */
  toldOfFailure(host: number, number: number): void {
    for (const { from } of this.#messages[number]?.copies ?? []) {
      if (from.host === host && from.untold.delete(number)) return;
    }
    assert.fail(`message ${number} is told to have failed, twice or although it has not`);
  }

  /**
   * What a stack tells of its associations, before its sockets hear of it.
   *
   * @param now - the time by the host's clock
   */
  handleEvent(host: number, event: StackEvent, now: number): void {
    const record = this.recordOf(host, event.association);
    switch (event.type) {
      case "communication up":
        this.#noteTags(record);
        break;
      case "restart":
        record.epoch += 1;
        this.#unexplained.delete(record);
        this.#noteTags(record);
        break;
      case "shutdown complete":
      case "communication lost":
      case "cannot start":
        assert.equal(record.ending, undefined, "an association ends once");
        record.ending = event.type;
        break;
      case "send failed":
        this.#failed(record, event, now);
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

  /** After each step: what has failed has done so for a reason that was told, an end or a restart. */
  checkReasons(): void {
    for (const [{ host }, number] of this.#unexplained)
      assert.fail(
        `message ${number} of host ${host} has failed, and nothing was told that may be the reason`,
      );
  }

  /** The other side of an association, if both are in the epoch that they share; `undefined` once that has ended. */
  peerOf({ association }: AssociationRecord, host: number): AssociationRecord | undefined {
    const { localTag, peerTag } = association.tcb;
    return this.#byTag.get(`${host}/${peerTag}`)?.find(({ association: { tcb }, ending }) => {
      return ending === undefined && tcb.localTag === peerTag && tcb.peerTag === localTag;
    });
  }

  /** What became of a message between two hosts, once for each association that it was sent to. */
  copiesBetween(number: number, from: number, destination: number): readonly Copy[] {
    const copies = this.#messages[number]?.copies ?? [];
    return copies.filter((copy) => copy.from.host === from && copy.destination === destination);
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
   * Whether an association has had an earlier one at a host for its peer: that failed or was restarted, or the host
   * crashed, while this one was still being set up under its tag. It has heard of none of it, and takes what the
   * earlier one has sent, SACKs above all, for words of the later one.
   */
  hadEarlierPeer(from: AssociationRecord, host: number): boolean {
    for (const record of this.#records.values()) {
      const sharedEpoch = epochOfPeer(record, from, 0);
      if (record.host !== host || sharedEpoch < 0) continue;
      const isOver = record.ending === "communication lost" || record.ending === "crash";
      if (isOver || sharedEpoch < record.epoch) return true;
    }
    return false;
  }

  /** Whether a message may be delivered for the second time: it begins anew with a second association of the peer. */
  #mayComeAgain({ from, epoch, destination, delivered }: Copy): boolean {
    return delivered && epoch === 0 && this.hadEarlierPeer(from, destination);
  }

  #failed(record: AssociationRecord, event: Extract<StackEvent, { type: "send failed" }>, now: number): void {
    const { ppid: number, reliability, fragmentedBytes, lengthBytes, isOpen } = event.message;
    const message = this.#messages[number];
    const copy = message?.copies.find(({ from }) => from === record);
    assert(
      message !== undefined && copy !== undefined,
      `message ${number} is reported to have failed, and was not sent there`,
    );
    assert.equal(copy.failed, undefined, `message ${number} is reported to have failed twice`);
    assert(record.ending !== "shutdown complete", `message ${number} failed although the end was graceful`);
    const isPart = isOpen || fragmentedBytes < lengthBytes;
    assert(!isPart || !copy.delivered, `message ${number} is reported as not sent whole and was delivered`);
    copy.failed = isPart && event.sent ? "in part" : event.sent ? "sent" : "unsent";
    this.failedMessages += 1;
    if (reliability?.isAbandoned === true) {
      checkGivenUp({ event, message, copy, later: this.#messages.slice(number + 1), now });
      copy.givenUpAt = now;
      record.givenUp.count(message.prinfo?.pr_policy ?? 0, message.streamId, event.sent);
      this.givenUpMessages += 1;
    } else if (record.ending === undefined && message.streamId < event.association.outboundStreams) {
      // A restart is told of right after what has failed with it (RFC 9260 §5.2.4 A).
      this.#unexplained.set(record, number);
    }
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

function streamOfCopy({ from, epoch }: Copy, { streamId }: MessageShape): OrderedStream {
  return streamOf(from, epoch, streamId);
}

/** Whether a copy may be delivered now: as the next of its stream, or at any time. */
function isNext(copy: Copy, message: MessageShape): boolean {
  return message.unordered || streamOfCopy(copy, message).isNext(copy);
}
