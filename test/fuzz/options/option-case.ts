import type { Junk } from "./junk.js";

/** What has become of the socket before its options are tried. */
export const SOCKET_STATES = [
  "fresh",
  "bound",
  "listening",
  "connecting",
  "connected",
  "accepted",
  "peeled off",
  "shut down",
  "lost",
  "closed",
] as const;

/** See {@link SOCKET_STATES}. */
export type SocketState = (typeof SOCKET_STATES)[number];

/** One call about an option. */
export type OptionCall =
  | { readonly do: "set"; readonly level: Junk; readonly name: Junk; readonly value: Junk }
  | { readonly do: "get"; readonly level: Junk; readonly name: Junk; readonly argument: Junk }
  | { readonly do: "opt_info"; readonly id: Junk; readonly name: Junk; readonly argument: Junk };

/** A case of the target "options". */
export interface OptionCase {
  readonly style: "one-to-one" | "one-to-many";
  readonly family: 4 | 6;
  readonly state: SocketState;
  readonly calls: readonly OptionCall[];
}
