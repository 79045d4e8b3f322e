import assert from "node:assert/strict";
import { SCTP_PARTIAL_DELIVERY_EVENT } from "../../../src/sockets/constants.js";
import type { sctp_rcvinfo } from "../../../src/sockets/types.js";

/** A message of which a part has been read. */
export interface MessagePart {
  /** The association, as its socket names it. */
  readonly key: number;
  readonly streamId: number;
  readonly number: number;
  takenBytes: number;
}

/** The messages of a socket that have been read in part, and what may come between their parts (RFC 6458 §8.1.20). */
export class MessageParts {
  readonly #parts: MessagePart[] = [];
  readonly #levelOf: () => number;

  /** @param levelOf - answers SCTP_FRAGMENT_INTERLEAVE of the socket */
  constructor(levelOf: () => number) {
    this.#levelOf = levelOf;
  }

  /** Whether nothing has been read in part, of an association or at all. */
  isEmpty(key?: number): boolean {
    return !this.#parts.some((part) => key === undefined || part.key === key);
  }

  /** The message that the next part belongs to; it begins with it, or may go on. */
  next(key: number, { rcv_sid, rcv_ppid }: sctp_rcvinfo): MessagePart {
    const known = this.#parts.find((part) => part.key === key && part.streamId === rcv_sid);
    if (known !== undefined) {
      assert.equal(rcv_ppid, known.number, "nothing of its stream comes between the parts of a message");
      return known;
    }
    if (this.#parts.length > 0) {
      const level = this.#levelOf();
      assert(level > 0, "nothing comes between the parts of a message on level 0");
      assert(level > 1 || this.isEmpty(key), "nothing of its association comes between the parts on level 1");
    }
    const begun = { key, streamId: rcv_sid, number: rcv_ppid, takenBytes: 0 };
    this.#parts.push(begun);
    return begun;
  }

  /** A message has been read whole. */
  end(part: MessagePart): void {
    this.#parts.splice(this.#parts.indexOf(part), 1);
  }

  /** There will be no more of the message that has begun on a stream; answers its number. */
  abort(key: number, streamId: number): number {
    const part = this.#parts.find((one) => one.key === key && one.streamId === streamId);
    assert(part !== undefined, "only what has begun can be aborted");
    this.end(part);
    return part.number;
  }

  /** A notification is read. */
  checkNotification(type: number): void {
    const mayCome = this.isEmpty() || type === SCTP_PARTIAL_DELIVERY_EVENT || this.#levelOf() > 0;
    assert(mayCome, "no notification comes between the parts of a message on level 0");
  }

  /** An association gets a socket of its own. */
  moveTo(target: MessageParts, key: number, newKey: number): void {
    for (const part of this.#parts.filter((one) => one.key === key)) {
      this.end(part);
      target.#parts.push({ ...part, key: newKey });
    }
  }
}
