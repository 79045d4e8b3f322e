import { associationSharedKey } from "./authentication-offer.js";

const NO_BYTES = new Uint8Array(0);

/**
 * An endpoint pair shared key (RFC 4895 §6.1). Its bytes are nowhere to be seen: not in what is logged, not when the
 * object is inspected, and not in memory once it is {@link SharedKey.wipe | wiped}.
 */
export class SharedKey {
  /** Its Shared Key Identifier, 0 to 65535. */
  readonly number: number;
  /** Whether no message may be given to it any more (RFC 6458 §8.3.4). */
  isDeactivated = false;
  /** Whether the user has been told that nothing uses it any more (RFC 6458 §6.1.8). */
  isFree = false;
  /** Whether the peer has used it (RFC 6458 §6.1.8). */
  isUsedByPeer = false;
  readonly #secret: Uint8Array;
  #associationKey: Uint8Array | undefined;

  /** @param secret - the bytes of the key, which are copied; none for the null key */
  constructor(number: number, secret: Uint8Array) {
    this.number = number;
    this.#secret = secret.length === 0 ? NO_BYTES : Uint8Array.from(secret);
  }

  /** The association shared key that belongs to it; the key vectors are those that {@link forgetAssociation} ends. */
  associationKey(ownVector: Uint8Array, peerVector: Uint8Array): Uint8Array {
    this.#associationKey ??= associationSharedKey(this.#secret, ownVector, peerVector);
    return this.#associationKey;
  }

  /** That key, if it has been asked for already. */
  get knownAssociationKey(): Uint8Array | undefined {
    return this.#associationKey;
  }

  /** The key vectors have changed: the association begins anew. */
  forgetAssociation(): void {
    this.#associationKey?.fill(0);
    this.#associationKey = undefined;
    this.isUsedByPeer = false;
  }

  /** A key of the same bytes for another association. */
  copy(): SharedKey {
    const copy = new SharedKey(this.number, this.#secret);
    copy.isDeactivated = this.isDeactivated;
    // Nothing of the other association has ever used it.
    copy.isFree = this.isDeactivated;
    return copy;
  }

  /** Overwrites the bytes. */
  wipe(): void {
    this.#secret.fill(0);
    this.forgetAssociation();
  }
}

/**
 * The endpoint pair shared keys of an endpoint or of one association, by their identifiers (RFC 4895 §6.1). At first
 * there is the null key with the identifier 0 (§6.2; RFC 6458 §8.1.18).
 */
export class SharedKeys {
  /** Nothing as long as there is but the null key, and nobody has asked for it. */
  private existing: Map<number, SharedKey> | undefined;
  private activeNumber = 0;
  private keysAreToBeFreed = false;

  private get byNumber(): Map<number, SharedKey> {
    return (this.existing ??= new Map([[0, new SharedKey(0, NO_BYTES)]]));
  }

  /** The key that messages without a choice of their own are sent with (RFC 6458 §8.1.18). */
  get active(): number {
    return this.activeNumber;
  }

  /** Whether a key has been deactivated and its user waits to hear that nothing uses it any more. */
  get hasKeysToFree(): boolean {
    return this.keysAreToBeFreed;
  }

  /**
   * Takes note of the deactivated keys that nothing uses any more (RFC 6458 §6.1.8).
   *
   * @returns their numbers, each of which is told once
   */
  free(isUsed: (number: number) => boolean): number[] {
    const freed: number[] = [];
    this.keysAreToBeFreed = false;
    for (const key of this.byNumber.values()) {
      if (!key.isDeactivated || key.isFree) continue;
      key.isFree = !isUsed(key.number);
      if (key.isFree) freed.push(key.number);
      else this.keysAreToBeFreed = true;
    }
    return freed;
  }

  /** The key with an identifier, or `undefined`. */
  find(number: number): SharedKey | undefined {
    return this.byNumber.get(number);
  }

  /** Whether messages may be sent with a key (RFC 6458 §5.3.8, §8.3.4). */
  maySendWith(number: number): boolean {
    if (this.existing === undefined) return number === 0;
    return this.existing.get(number)?.isDeactivated === false;
  }

  /** Sets a key; one with the same identifier is replaced and wiped (RFC 6458 §8.3.3). */
  set(number: number, secret: Uint8Array): void {
    this.byNumber.get(number)?.wipe();
    this.byNumber.set(number, new SharedKey(number, secret));
  }

  /** Makes a key the active one; false when there is none, or it has been deactivated (RFC 6458 §8.1.18). */
  activate(number: number): boolean {
    if (!this.maySendWith(number)) return false;
    this.activeNumber = number;
    return true;
  }

  /** Lets no further message be sent with a key; false when there is none, or it is active (RFC 6458 §8.3.4). */
  deactivate(number: number): boolean {
    const key = this.byNumber.get(number);
    if (key === undefined || number === this.activeNumber) return false;
    key.isDeactivated = true;
    this.keysAreToBeFreed = true;
    return true;
  }

  /**
   * Deletes and wipes a key; false when there is none, or it has not been deactivated, or messages are still to be sent
   * with it (RFC 6458 §8.3.5). Keys of an endpoint are not used by themselves.
   */
  delete(number: number, isUsed: (number: number) => boolean = () => false): boolean {
    const key = this.byNumber.get(number);
    if (key?.isDeactivated !== true || isUsed(number)) return false;
    key.wipe();
    return this.byNumber.delete(number);
  }

  /** The key vectors have changed: the keys of the association are made anew. */
  forgetAssociation(): void {
    for (const key of this.existing?.values() ?? []) key.forgetAssociation();
  }

  /** The same keys for another association. */
  copy(): SharedKeys {
    const copy = new SharedKeys();
    if (this.existing !== undefined)
      copy.existing = new Map([...this.existing].map(([number, key]) => [number, key.copy()]));
    copy.activeNumber = this.activeNumber;
    return copy;
  }

  /** Overwrites the bytes of all keys, which cannot be used any more. */
  wipe(): void {
    for (const key of this.existing?.values() ?? []) key.wipe();
    this.existing = new Map();
  }
}
