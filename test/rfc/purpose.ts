import { test } from "node:test";

/**
 * What is tested of the receiver (as ETSI TS 102 369 tells it): what it does with what it may get, with what breaks a
 * rule, and with what is well-formed and comes at a moment at which nobody expects it.
 */
export type PurposeKind = "valid" | "invalid" | "inopportune";

/** One test purpose: in this state, upon this stimulus, this has to happen, because that clause says so. */
export interface Purpose {
  /** Group, subject and number, as `AS-INIT-07`. It is never given to another purpose. */
  readonly id: string;
  /** The clause of RFC 9260, as `§5.1.2 B`. */
  readonly clause: string;
  /** The state of the association, in the RFC's spelling. */
  readonly state: string;
  readonly kind: PurposeKind;
  readonly stimulus: string;
  readonly expected: string;
}

/** A purpose and the file whose test it is. */
export interface ListedPurpose extends Purpose {
  readonly file: string;
}

let listInto: ((purpose: Purpose) => void) | undefined;

/** Declares a purpose and the test of it. */
export function purpose(declared: Purpose, body: () => void): void {
  if (listInto !== undefined) {
    listInto(declared);
    return;
  }
  const { id, clause, state, stimulus, expected } = declared;
  test(`${id} RFC 9260 ${clause}: ${state}: ${stimulus}: ${expected}`, body);
}

/**
 * The purposes that some files of tests declare, without running a test.
 *
 * @param load - imports the file; it must not have been imported before
 */
export async function purposesIn(file: string, load: () => Promise<unknown>): Promise<ListedPurpose[]> {
  const listed: ListedPurpose[] = [];
  listInto = (declared) => listed.push({ ...declared, file });
  try {
    await load();
  } finally {
    listInto = undefined;
  }
  return listed;
}
