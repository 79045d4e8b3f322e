import { expect } from "../fuzz-target.js";

/** Bytes that every message begins with: who sent it, its number, its stream, and its length. */
export const MESSAGE_HEADER_BYTES = 16;

/** What was given to a send call. */
export interface SentMessage {
  readonly sender: number;
  readonly number: number;
  readonly streamId: number;
  readonly bytes: Uint8Array;
  /** Neither unordered nor to all, so that its place and its count are known. */
  readonly isOrdered: boolean;
  readonly isToAll: boolean;
  outcome: "pending" | "accepted" | "refused";
}

/** All messages of a case: what is received was sent, once, whole, and in its stream's order. */
export class Messages {
  private readonly sent: SentMessage[] = [];
  private readonly received = new Set<number>();
  private readonly lastNumbers = new Map<string, number>();
  private readonly unfinished = new Set<number>();

  /** A new message. */
  create(
    sender: number,
    lengthBytes: number,
    streamId: number,
    traits: { readonly isOrdered: boolean; readonly isToAll: boolean },
  ): SentMessage {
    const number = this.sent.length;
    const bytes = new Uint8Array(Math.max(MESSAGE_HEADER_BYTES, lengthBytes));
    const view = new DataView(bytes.buffer);
    view.setUint32(0, sender);
    view.setUint32(4, number);
    view.setUint32(8, streamId);
    view.setUint32(12, bytes.length);
    for (let index = MESSAGE_HEADER_BYTES; index < bytes.length; index += 1)
      bytes[index] = (number + index) & 0xff;
    const message: SentMessage = { sender, number, streamId, bytes, ...traits, outcome: "pending" };
    this.sent.push(message);
    return message;
  }

  /** Takes note of bytes that a receive call has answered. */
  arrived(receiver: number, data: Uint8Array, isEnd: boolean): void {
    // A message in pieces is only looked at when it came as one: a small window delivers parts.
    const isPiece = this.unfinished.has(receiver) || !isEnd;
    if (isEnd) this.unfinished.delete(receiver);
    else this.unfinished.add(receiver);
    if (isPiece) return;
    expect(
      data.length >= MESSAGE_HEADER_BYTES,
      () => `a message of ${data.length} bytes that nobody has sent`,
    );
    const message = this.sent[new DataView(data.buffer, data.byteOffset, data.length).getUint32(4)];
    const isIntact = message !== undefined && Buffer.compare(message.bytes, data) === 0;
    expect(isIntact, "a message that nobody has sent like that");
    expect(message.outcome !== "refused", "a message whose send call has failed is delivered");
    if (message.isToAll) return;
    expect(!this.received.has(message.number), "a message is delivered twice");
    this.received.add(message.number);
    if (!message.isOrdered) return;
    const key = `${message.sender}/${receiver}/${message.streamId}`;
    const last = this.lastNumbers.get(key) ?? -1;
    expect(message.number > last, "messages of one stream are delivered out of order");
    this.lastNumbers.set(key, message.number);
  }

  /**
   * As {@link arrived}, from a call that tells neither where a message ends nor whether it is a notification: what
   * looks like a whole message is one, and of anything else nothing is known.
   */
  arrivedWithoutEnd(receiver: number, data: Uint8Array): void {
    const isLong = data.length >= MESSAGE_HEADER_BYTES;
    const view = new DataView(data.buffer, data.byteOffset, data.length);
    if (isLong && view.getUint32(12) === data.length) this.arrived(receiver, data, true);
    else if (data.length > 0) this.unfinished.add(receiver);
  }

  /** After everything has settled: no refused message was delivered, and none is still on the way. */
  checkSettled(): void {
    for (const { number, outcome } of this.sent) {
      expect(outcome !== "pending", "a send call has never settled");
      expect(outcome === "accepted" || !this.received.has(number), "a refused message was delivered");
    }
  }
}
