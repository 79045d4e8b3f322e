import type { sctp_assoc_t } from "./types.js";
import { WaitingQueue } from "./waiting-queue.js";

/**
 * The promise sends that wait, one queue for each association: within an association nobody overtakes, and an
 * association whose peer does not read holds up no other (RFC 6458 §3.3).
 */
export class SendLanes {
  /** Nothing before the first send that waits: most sockets never have one. */
  #lanes: Map<sctp_assoc_t, WaitingQueue> | undefined;
  readonly #onFrontAborted: () => void;

  /** @param onFrontAborted - told when the first call of a lane was aborted: those behind it may have better luck */
  constructor(onFrontAborted: () => void) {
    this.#onFrontAborted = onFrontAborted;
  }

  /** Whether nobody waits in any lane. */
  get isEmpty(): boolean {
    const lanes = this.#lanes;
    if (lanes === undefined || lanes.size === 0) return true;
    // Aborts may have emptied lanes. The walk ends at the first lane in use, and each lane is forgotten once.
    for (const [assocId, lane] of lanes) {
      if (!lane.isEmpty) return false;
      lanes.delete(assocId);
    }
    return true;
  }

  /** Whether somebody waits in the lane of an association. */
  isBusy(assocId: sctp_assoc_t): boolean {
    return this.#lanes?.get(assocId)?.isEmpty === false;
  }

  /** The lane of an association, made when there is none. The caller puts a call into it at once. */
  lane(assocId: sctp_assoc_t): WaitingQueue {
    const lanes = (this.#lanes ??= new Map<sctp_assoc_t, WaitingQueue>());
    const known = lanes.get(assocId);
    if (known !== undefined) return known;
    const lane = new WaitingQueue(this.#onFrontAborted);
    lanes.set(assocId, lane);
    return lane;
  }

  /** Answers what can be answered, lane by lane. */
  drain(): void {
    for (const [assocId, lane] of this.#lanes ?? []) {
      lane.drain();
      if (lane.isEmpty) this.#lanes?.delete(assocId);
    }
  }

  /** Rejects every call with ECANCELED. */
  cancelAll(): void {
    for (const lane of this.#lanes?.values() ?? []) lane.cancelAll();
    this.#lanes?.clear();
  }
}
