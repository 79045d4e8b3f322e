import type { Dice } from "./dice.js";

/** What became of one case. */
export interface Outcome {
  /**
   * What was reached, in few words each: state, input, answer. A case that reaches something new is kept, and further
   * cases are made of it.
   */
  readonly features: ReadonlySet<string>;
  /** Everything that came out, as one text: the same case has the same one each time. */
  readonly digest: string;
}

/**
 * Something to be fuzzed. Cases are plain data that JSON carries: whatever a run does stands in its case, so that one
 * can be kept, made smaller, and run again after the code has changed.
 */
export interface FuzzTarget<Case> {
  readonly name: TargetName;
  /** A new case. */
  create(dice: Dice): Case;
  /** A case made of another one. */
  mutate(dice: Dice, original: Case, other: Case): Case;
  /** Runs a case. @throws whatever is wrong; that is a finding */
  run(input: Case): Outcome | Promise<Outcome>;
  /** Cases that are smaller by a part, the largest parts first. */
  shrink(input: Case): Iterable<Case>;
}

/** The targets by name. */
export type TargetName = "packets" | "cookies" | "options" | "calls";

/** An expectation that was not met. */
export class Finding extends Error {
  override readonly name: string = "Finding";
}

/** @throws Finding when `condition` does not hold */
export function expect(condition: boolean, message: string | (() => string)): asserts condition {
  if (!condition) throw new Finding(typeof message === "string" ? message : message());
}

/** The lists that are left when runs of items are taken out of one: half of it first, single items last. */
export function* withoutRuns<T>(items: readonly T[], fewest: number = 0): Iterable<T[]> {
  for (let length = Math.ceil(items.length / 2); length >= 1; length = Math.floor(length / 2)) {
    for (let start = 0; start < items.length; start += length) {
      const kept = [...items.slice(0, start), ...items.slice(start + length)];
      if (kept.length >= fewest && kept.length < items.length) yield kept;
    }
  }
}
