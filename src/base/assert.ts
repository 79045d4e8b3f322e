/** Thrown when our own code broke one of its rules. It is never an answer to a caller's mistake or to the network. */
export class AssertionError extends Error {
  override readonly name = "AssertionError";
}

/**
 * States what must be true if this program is right. It stays on in production: a wrong stack that goes on is
 * worse than one that stops.
 *
 * @param condition - what must hold
 * @param rule - the rule, as a sentence; it becomes the message of the error
 * @throws AssertionError when the condition does not hold
 */
export function assert(condition: boolean, rule: string): asserts condition {
  if (!condition) throw new AssertionError(rule);
}

/**
 * Marks the end of an exhaustive `switch`: the compiler refuses a case that was forgotten.
 *
 * @throws AssertionError always
 */
export function unreachable(value: never): never {
  throw new AssertionError(`Not a case of its union: ${String(value)}`);
}
