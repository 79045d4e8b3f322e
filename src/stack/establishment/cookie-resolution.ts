/** The tags of an existing association, as RFC 9260 §5.2.4 compares them with those of a State Cookie. */
export interface AssociationTags {
  readonly localTag: number;
  /** 0 while the peer's tag is not known. */
  readonly peerTag: number;
  /** 0 while the association has none. */
  readonly localTieTag: number;
  readonly peerTieTag: number;
}

/**
 * What a valid COOKIE ECHO means for an association that exists already (RFC 9260 §5.2.4 Table 12): A: the
 * peer has restarted. B: both sides began at the same time. C: our own cookie comes late. D: it is a
 * duplicate.
 */
export type CookieResolution = "A restart" | "B collision" | "C late cookie" | "D duplicate" | "discard";

/** RFC 9260 §5.2.4 Table 12 as a function of the tags. */
export function resolveCookie(cookie: AssociationTags, existing: AssociationTags): CookieResolution {
  const localMatches = cookie.localTag === existing.localTag;
  const peerMatches = cookie.peerTag === existing.peerTag;
  if (localMatches && peerMatches) return "D duplicate";
  // The two rows of B: the peer's tag differs, or is not known yet in the association.
  if (localMatches) return "B collision";
  if (peerMatches) return cookie.localTieTag === 0 && cookie.peerTieTag === 0 ? "C late cookie" : "discard";
  // Tie-Tags of 0 say that no association existed when the cookie was made: they match nothing.
  const tied = cookie.localTieTag !== 0 && cookie.peerTieTag !== 0;
  const tieTagsMatch =
    cookie.localTieTag === existing.localTieTag && cookie.peerTieTag === existing.peerTieTag;
  return tied && tieTagsMatch ? "A restart" : "discard";
}
