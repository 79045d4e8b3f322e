import { expect } from "./fuzz-target.js";

/**
 * What a call of ours may fail with: a `TypeError`, `RangeError` or `Error` with a code of the closed list of
 * sockets/errors.ts, or a system error in the shape of Node's own.
 *
 * @throws Finding when `error` is none of them
 * @returns its code
 */
export function properCodeOf(error: unknown, call: string): string {
  expect(error instanceof Error, () => `${call} throws what is no Error: ${String(error)}`);
  const { code, errno, syscall } = error as NodeJS.ErrnoException;
  const shown = error.stack ?? error.message;
  expect(typeof code === "string", () => `${call} throws an error without a code: ${shown}`);
  if (code.startsWith("ERR_SCTP_")) {
    const isRange = error instanceof RangeError;
    expect(isRange === (code === "ERR_SCTP_OUT_OF_RANGE"), () => `${call}: the class of ${shown}`);
    return code;
  }
  const isSystemError =
    typeof errno === "number" && errno < 0 && typeof syscall === "string" && syscall !== "";
  expect(/^E[A-Z]+$/.test(code) && isSystemError, () => `${call} throws neither kind of error: ${shown}`);
  return code;
}
