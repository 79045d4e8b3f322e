/** What became of a SACK. */
export type SackResult =
  /** It was older than one that had come before (RFC 9260 §6.2.1 D i). */
  | "outdated"
  /** It acknowledges a TSN that was never sent. */
  | "acknowledges unsent data"
  | "processed";
