/**
 * A point of time or a span of time, in milliseconds. Points are monotonic and count from an arbitrary zero:
 * they can only be compared with others of the same clock. Fractions are allowed.
 */
export type Millis = number;

/** The point of time that never comes: what an idle timer answers. */
export const NEVER: Millis = Number.POSITIVE_INFINITY;
