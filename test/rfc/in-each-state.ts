import assert from "node:assert/strict";
import type { Chunk } from "../../src/wire/chunk.js";
import { purpose, type PurposeKind } from "./purpose.js";
import { inState, type Outcome, type Trial, type TrialState } from "./trial.js";

/** One cell of the table of chunk types and states. */
export interface InState {
  readonly id: string;
  readonly clause: string;
  readonly state: TrialState;
  readonly kind: PurposeKind;
  readonly outcome: Outcome;
  /** What is expected beside the outcome, in words, and the check of it. */
  readonly also?: readonly [string, (trial: Trial) => void];
}

/** An outcome in words. */
export function wordsOf({ sent, state, events }: Outcome): string {
  const packets = sent.map((chunks) => chunks.join(" + ")).join(", ");
  const told = events.length === 0 ? "" : `; the user is told "${events.join('", "')}"`;
  return `${sent.length === 0 ? "nothing is sent" : `sends ${packets}`}; ${state}${told}`;
}

/** Declares a purpose for each row: the same stimulus in different states. */
export function inEachState(
  stimulus: string,
  chunks: (trial: Trial) => readonly (Chunk | Uint8Array)[],
  rows: readonly InState[],
): void {
  for (const { outcome, also, ...declared } of rows) {
    const expected = also === undefined ? wordsOf(outcome) : `${wordsOf(outcome)}; ${also[0]}`;
    purpose({ ...declared, stimulus, expected }, () => {
      const trial = inState(declared.state);
      const stimulating = chunks(trial);
      assert.deepEqual(trial.stimulate(...stimulating), outcome);
      also?.[1](trial);
    });
  }
}
