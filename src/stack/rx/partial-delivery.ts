import { assert } from "../../base/assert.js";
import { RingQueue } from "../../base/ring-queue.js";
import { type Tsn, tsn, tsnAdd } from "../../base/serial-number.js";
import type { FragmentRun } from "./fragment-run.js";
import { IncomingPiece } from "./incoming-piece.js";
import type { CompleteMessage } from "./ordered-data-streams.js";

/**
 * The one message that is delivered in pieces, if any (RFC 9260 §6.9): without interleaving on the wire the TSNs of a
 * message follow each other, so that there is never another one to begin with. As long as it lasts, the other messages
 * of its stream wait here in the order of their turn, and those of other streams too, unless the application has asked
 * for them (RFC 6458 §8.1.20).
 */
export class PartialDelivery {
  private queue: RingQueue<CompleteMessage> | undefined;
  private current: FragmentRun | undefined = undefined;
  private nextPieceTsn: Tsn = tsn(0);
  private hasBegun = false;

  /** The messages whose turn has come meanwhile. */
  get waiting(): RingQueue<CompleteMessage> {
    return (this.queue ??= new RingQueue<CompleteMessage>());
  }

  /** The run of the message under partial delivery. */
  get run(): FragmentRun | undefined {
    return this.current;
  }

  /** Begins with a run that has its message's beginning. */
  start(run: FragmentRun): void {
    assert(this.current === undefined, "Only one message is delivered partially at a time.");
    assert(run.hasBeginning, "A message is delivered from its beginning on.");
    this.current = run;
    this.nextPieceTsn = run.firstTsn;
    this.hasBegun = false;
  }

  /** Takes what has arrived out of the run, as the next piece. */
  takePiece(run: FragmentRun): IncomingPiece {
    const { hasBegun, nextPieceTsn } = this;
    const piece = new IncomingPiece(run, nextPieceTsn, run.takePayload(), !hasBegun, run.hasEnd);
    this.nextPieceTsn = tsnAdd(run.lastTsn, 1);
    this.hasBegun = true;
    return piece;
  }

  /** The message is over; the next may begin. */
  stop(): void {
    this.current = undefined;
  }
}
