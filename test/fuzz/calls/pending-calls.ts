import { expect } from "../fuzz-target.js";

/** A call whose promise has not settled, or has. */
interface PendingCall {
  readonly name: string;
  readonly controller: AbortController;
  isSettled: boolean;
}

/** The promises of a case, and the signals that belong to them. */
export class PendingCalls {
  private readonly calls: PendingCall[] = [];

  /** Watches a promise; it never makes an unhandled rejection. */
  watch<T>(
    name: string,
    controller: AbortController,
    promise: Promise<T>,
    settled: { readonly resolved: (value: T) => void; readonly rejected: (error: unknown) => void },
  ): void {
    const call: PendingCall = { name, controller, isSettled: false };
    this.calls.push(call);
    const settle = (): void => {
      expect(!call.isSettled, `${name} settles twice`);
      call.isSettled = true;
    };
    promise.then(
      (value) => {
        settle();
        settled.resolved(value);
      },
      (error: unknown) => {
        settle();
        settled.rejected(error);
      },
    );
  }

  /** Gives up one of the calls that wait. */
  giveUp(index: number): void {
    const waiting = this.calls.filter(({ isSettled }) => !isSettled);
    waiting[index % Math.max(1, waiting.length)]?.controller.abort(GIVEN_UP);
  }

  /** The names of the calls that have not settled. */
  get waiting(): string[] {
    return this.calls.filter(({ isSettled }) => !isSettled).map(({ name }) => name);
  }
}

/** The reason of every abort: a call that is given up rejects with it, and with nothing of its own. */
export const GIVEN_UP: Error = new Error("given up by the case");
