/** What to do about a chunk (RFC 9260 §3.2) or a parameter (§3.2.1) of a type that is not known. */
export interface UnknownTypeAction {
  /** Nothing behind it is processed. */
  readonly stop: boolean;
  /** It is reported to its sender. */
  readonly report: boolean;
}
