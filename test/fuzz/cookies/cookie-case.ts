import type { ByteEdit } from "../byte-edits.js";
import type { Homes, StartState } from "../packets/packet-case.js";

/** Where the cookie of an attempt comes from. */
export type CookieSource =
  /** The stack under attack has just made it, for an INIT of this attempt. */
  | "fresh"
  /** The one that came before it. */
  | "earlier"
  /** Another stack made it, with a secret of its own. */
  | "another stack";

/** A COOKIE ECHO. */
export interface CookieStep {
  readonly do: "echo";
  readonly source: CookieSource;
  /** The INIT that a fresh cookie is made for: from which address and port, under which tag. */
  readonly init: { readonly from: number; readonly port: number; readonly tag: number };
  /** How long the cookie lies around before it is sent. */
  readonly waitMs: number;
  readonly edits: readonly ByteEdit[];
  /** What the packet says, where it differs from what belongs to the cookie. */
  readonly packet: {
    readonly from?: number;
    readonly port?: number;
    readonly toPort?: number;
    readonly tag?: number;
  };
  /** Whether a DATA chunk travels along. */
  readonly withData: boolean;
}

/** What happens in a case, one after the other. */
export type CookieCaseStep =
  | CookieStep
  | { readonly do: "wait"; readonly ms: number }
  | { readonly do: "abort" | "shutdown" | "associate" | "listen" | "stop listening" };

/** A case of the target "cookies". */
export interface CookieCase {
  readonly state: StartState;
  readonly homes: Homes;
  readonly seed: number;
  readonly steps: readonly CookieCaseStep[];
}
