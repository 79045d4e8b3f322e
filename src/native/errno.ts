import type { Addon } from "./addon.js";

/** Where two codes share a number, RFC 6458 and Node's users speak of these. */
const preferred = ["EAGAIN", "EOPNOTSUPP"] as const;

/** The codes by their numbers, made once for each addon. */
const codesOf = new WeakMap<Addon, ReadonlyMap<number, string>>();

/**
 * The code of an error that a call of the addon answered.
 *
 * @param answer - a negative errno: -104
 * @returns the code: `"ECONNRESET"`; for a number that the platform's headers do not name, a phrase with the
 * number, as Node's own `util.getSystemErrorName` makes it
 */
export function errnoCode(addon: Addon, answer: number): string {
  let codes = codesOf.get(addon);
  if (codes === undefined) {
    codes = codesByNumber(addon.errnos);
    codesOf.set(addon, codes);
  }
  return codes.get(-answer) ?? `Unknown system error ${answer}`;
}

function codesByNumber(errnos: Addon["errnos"]): ReadonlyMap<number, string> {
  const codes = new Map<number, string>();
  for (const [code, number] of Object.entries(errnos)) codes.set(number, code);
  for (const code of preferred) {
    const number = errnos[code];
    if (number !== undefined) codes.set(number, code);
  }
  return codes;
}
