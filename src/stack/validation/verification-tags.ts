import type { Millis } from "../../base/millis.js";
import type { Association } from "../association.js";
import { DRAWS_MAX, randomTag, type Entropy } from "../entropy.js";
import { SPENT_TAGS_MAX } from "../limits.js";

/**
 * The verification tags that packets find associations by (RFC 9260 §8.5), and those that were used up
 * lately.
 *
 * A tag serves one association only (§5.3.1). That is also what keeps a State Cookie from being used twice: a
 * COOKIE ECHO that is repeated after its association has ended (by the network, or by an attacker;
 * RFC 5062 §6) asks for the same tag. One that was overtaken by another cookie of the same INIT is known by the tag of
 * its peer: what it took along would be delivered for the second time.
 */
export class VerificationTags {
  private readonly inUse = new Map<number, Association>();
  /** What was found last: packets come in rows. */
  private lastTag = 0;
  private lastFound: Association | undefined = undefined;
  /** In the order in which they were used up. */
  private readonly spent = new Set<number>();
  /** When a peer, by its port and its tag, came to its association with us last; in that order. */
  private readonly established = new Map<number, Millis>();

  /** How many are in use: one for each association. */
  get count(): number {
    return this.inUse.size;
  }

  /** The association whose packets carry a tag, or `undefined`. */
  find(tag: number): Association | undefined {
    if (tag === this.lastTag && this.lastFound !== undefined) return this.lastFound;
    this.lastTag = tag;
    this.lastFound = this.inUse.get(tag);
    return this.lastFound;
  }

  /** Whether a tag is in use or was used up lately. */
  isTaken(tag: number): boolean {
    return this.inUse.has(tag) || this.spent.has(tag);
  }

  /**
   * A tag that is not taken, at random and never 0 (RFC 9260 §5.1 A, §5.3.1, §3.3.3). Behind an entropy that only
   * repeats itself it is the next one that is free.
   */
  draw(entropy: Entropy): number {
    let tag = randomTag(entropy);
    for (let draws = 1; draws < DRAWS_MAX && this.isTaken(tag); draws += 1) tag = randomTag(entropy);
    while (this.isTaken(tag)) tag = tag === 0xffff_ffff ? 1 : tag + 1;
    return tag;
  }

  /** Notes the tag of an association. */
  register(tag: number, association: Association): void {
    this.inUse.set(tag, association);
    this.lastFound = undefined;
  }

  /** Notes that a tag has been used up. */
  unregister(tag: number): void {
    if (!this.inUse.delete(tag)) return;
    this.lastFound = undefined;
    this.spent.add(tag);
    if (this.spent.size > SPENT_TAGS_MAX) forgetOldest(this.spent);
  }

  /** Notes that the peer which has chosen a tag has come to its association with us. */
  establish(peerPort: number, peerTag: number, now: Millis): void {
    const key = peerKey(peerPort, peerTag);
    this.established.delete(key);
    this.established.set(key, now);
    if (this.established.size > SPENT_TAGS_MAX) forgetOldest(this.established);
  }

  /**
   * Whether the peer's INIT of which a State Cookie was made has led to an association by another cookie or by an INIT
   * of ours: both sides may have begun, and each INIT may have been answered more than once.
   *
   * @param createdAt - when the cookie was made; a later INIT may have the same tag, although it should not (§5.3.1)
   */
  hasLedToAssociation(peerPort: number, peerTag: number, createdAt: Millis): boolean {
    const establishedAt = this.established.get(peerKey(peerPort, peerTag));
    return establishedAt !== undefined && createdAt < establishedAt;
  }
}

/** One number for a port and a tag. */
function peerKey(port: number, tag: number): number {
  return port * 0x1_0000_0000 + tag;
}

/** Deletes what was put in first. */
function forgetOldest(tags: Set<number> | Map<number, Millis>): void {
  for (const oldest of tags.keys()) {
    tags.delete(oldest);
    return;
  }
}
