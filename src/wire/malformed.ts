/** Why bytes were refused. There are few reasons on purpose: no decision hangs on the detail. */
export type MalformedReason = "invalid length" | "invalid value" | "invalid type";

/**
 * What a parser answers for bytes that do not have the form of their type. It is one of three frozen objects
 * and carries no stack trace: hostile input must not cost us anything.
 */
export interface Malformed {
  readonly malformed: true;
  /** Why. */
  readonly reason: MalformedReason;
}

/** A length that contradicts the fixed part, or a part that runs over the end of the whole. */
export const INVALID_LENGTH: Malformed = Object.freeze({ malformed: true, reason: "invalid length" });
/** A field that holds what its type cannot. */
export const INVALID_VALUE: Malformed = Object.freeze({ malformed: true, reason: "invalid value" });
/** A part of another type than the one that has to stand here. */
export const INVALID_TYPE: Malformed = Object.freeze({ malformed: true, reason: "invalid type" });

/** Whether a parser refused the bytes. */
export function isMalformed(result: unknown): result is Malformed {
  return result === INVALID_LENGTH || result === INVALID_VALUE || result === INVALID_TYPE;
}
