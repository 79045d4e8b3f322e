import assert from "node:assert/strict";
import { inspect } from "node:util";
import { test } from "node:test";
import * as fc from "fast-check";
import {
  associationSharedKey,
  compareKeyVectors,
  keyVectorOf,
  offerOfKeyVector,
  readOffer,
} from "../../../../src/stack/extensions/authentication/authentication-offer.js";
import { ChunkTypeSet } from "../../../../src/stack/extensions/authentication/chunk-type-set.js";
import { SharedKey, SharedKeys } from "../../../../src/stack/extensions/authentication/shared-keys.js";
import type { Parameter } from "../../../../src/wire/parameter.js";

const RANDOM = Uint8Array.from({ length: 32 }, (_, index) => index);

function bytes(...values: readonly number[]): Uint8Array {
  return Uint8Array.from(values);
}

function numberOf(vector: Uint8Array): bigint {
  return BigInt(`0x0${Buffer.from(vector).toString("hex")}`);
}

test("RFC 4895 §6.1: a key vector is RANDOM, CHUNKS and HMAC-ALGO with their headers and without padding", () => {
  const vector = keyVectorOf({ random: RANDOM, chunkTypes: [0, 0xc1, 0x80], hmacIdentifiers: [3, 1] });
  const expected = `80020024${Buffer.from(RANDOM).toString("hex")}8003000700c1808004000800030001`;
  assert.equal(Buffer.from(vector).toString("hex"), expected);
});

test("RFC 4895 §6.1: a parameter that was not sent is not in the key vector; an empty one is", () => {
  const without = keyVectorOf({ random: RANDOM, chunkTypes: undefined, hmacIdentifiers: [1] });
  assert.equal(Buffer.from(without.subarray(36)).toString("hex"), "800400060001");
  const empty = keyVectorOf({ random: RANDOM, chunkTypes: [], hmacIdentifiers: [1] });
  assert.equal(Buffer.from(empty.subarray(36)).toString("hex"), "80030004800400060001");
});

test("RFC 4895 §6.3: what a State Cookie carries of an offer is all of it", () => {
  for (const chunkTypes of [undefined, [], [1, 2, 3], [15, 0, 0, 255, 7]]) {
    const offer = { random: RANDOM, chunkTypes, hmacIdentifiers: [77, 3, 1, 1] };
    assert.deepEqual(offerOfKeyVector(keyVectorOf(offer)), offer);
  }
  assert.equal(offerOfKeyVector(new Uint8Array(0)), undefined);
});

test("RFC 4895 §6.1: key vectors are compared as numbers, and of equal ones the shorter comes first", () => {
  assert.ok(compareKeyVectors(bytes(1, 0), bytes(2)) > 0, "256 is larger than 2");
  assert.ok(compareKeyVectors(bytes(0, 0, 2), bytes(3)) < 0, "leading zeros count for nothing");
  assert.ok(compareKeyVectors(bytes(0, 0, 3), bytes(3)) > 0, "3 is 3, and the shorter one comes first");
  assert.equal(compareKeyVectors(bytes(9, 9), bytes(9, 9)), 0);
  const vectors = fc.uint8Array({ minLength: 1, maxLength: 4, max: 2 });
  fc.assert(
    fc.property(vectors, vectors, (one, other) => {
      const order = Math.sign(compareKeyVectors(one, other));
      const difference = numberOf(one) - numberOf(other);
      const byNumber = difference === 0n ? one.length - other.length : difference < 0n ? -1 : 1;
      assert.equal(order, Math.sign(byNumber));
      assert.equal(order, -Math.sign(compareKeyVectors(other, one)) + 0 || 0);
    }),
    { numRuns: 500 },
  );
});

test("RFC 4895 §6.1: the shared key stands before both key vectors, and both sides come to the same", () => {
  const small = bytes(0, 7);
  const large = bytes(1, 0);
  const key = associationSharedKey(bytes(0xaa), large, small);
  assert.deepEqual(key, bytes(0xaa, 0, 7, 1, 0));
  assert.deepEqual(associationSharedKey(bytes(0xaa), small, large), key);
});

test("RFC 4895 §6.1: without RANDOM, HMAC-ALGO or an algorithm that we have there is no offer", () => {
  const random: Parameter = { kind: "Random", random: RANDOM };
  const algorithm = (...hmacIdentifiers: number[]): Parameter => ({
    kind: "Requested HMAC Algorithm",
    hmacIdentifiers,
  });
  assert.notEqual(readOffer([random, algorithm(1)]).offer, undefined);
  assert.notEqual(readOffer([random, algorithm(9, 3)]).offer, undefined, "whoever forgets SHA-1 says enough");
  for (const parameters of [[], [random], [algorithm(1)], [random, algorithm(2)], [random, algorithm()]])
    assert.deepEqual(readOffer(parameters), { offer: undefined, randomIsWrong: false });
  // PEER_HMAC_IDENTIFIERS_MAX: what the State Cookie would have to hold is bounded.
  assert.equal(readOffer([random, algorithm(...new Array<number>(17).fill(1))]).offer, undefined);
});

test("RFC 4895 §6.1: a RANDOM of another length than 32 bytes is wrong", () => {
  for (const length of [0, 31, 33])
    assert.deepEqual(readOffer([{ kind: "Random", random: new Uint8Array(length) }]), {
      offer: undefined,
      randomIsWrong: true,
    });
});

test("RFC 4895 §3.2: INIT, INIT ACK, SHUTDOWN COMPLETE and AUTH in a list are ignored", () => {
  const set = new ChunkTypeSet(Array.from({ length: 256 }, (_, type) => type));
  const missing = Array.from({ length: 256 }, (_, type) => type).filter((type) => !set.has(type));
  assert.deepEqual(missing, [1, 2, 14, 15]);
  const others = new ChunkTypeSet([0, 31, 32, 255]);
  const members = Array.from({ length: 256 }, (_, type) => type).filter((type) => others.has(type));
  assert.deepEqual(members, [0, 31, 32, 255]);
});

test("RFC 6458 §8.1.18: at first the null key with the identifier 0 is the active one", () => {
  const keys = new SharedKeys();
  assert.equal(keys.active, 0);
  assert.equal(keys.maySendWith(0), true);
  assert.equal(keys.activate(1), false, "there is no such key");
  assert.equal(keys.active, 0);
});

test("RFC 6458 §8.3.4, §8.3.5: keys go from active to deactivated to deleted, in that order only", () => {
  const keys = new SharedKeys();
  keys.set(1, bytes(1));
  assert.equal(keys.delete(1), false, "it has not been deactivated");
  assert.equal(keys.activate(1), true);
  assert.equal(keys.deactivate(1), false, "it is the active one");
  assert.equal(keys.delete(1), false);
  assert.equal(keys.activate(0), true);
  assert.equal(keys.deactivate(1), true);
  assert.equal(keys.activate(1), false, "it has been deactivated");
  assert.equal(
    keys.delete(1, () => true),
    false,
    "a message uses it",
  );
  assert.equal(keys.delete(1), true);
  assert.equal(keys.delete(1), false);
  assert.equal(keys.deactivate(1), false);
});

test("RFC 6458 §8.3.4: the null key 0 can be deactivated and deleted too", () => {
  const keys = new SharedKeys();
  keys.set(5, bytes(5));
  keys.activate(5);
  assert.equal(keys.deactivate(0), true);
  assert.equal(keys.delete(0), true);
  assert.equal(keys.find(0), undefined);
});

test("RFC 6458 §8.3.3: a key that is set again replaces the old one, and may be used again", () => {
  const keys = new SharedKeys();
  keys.set(1, bytes(1));
  keys.deactivate(1);
  keys.set(1, bytes(2));
  assert.equal(keys.maySendWith(1), true);
  assert.deepEqual(keys.find(1)?.associationKey(bytes(8), bytes(9)), bytes(2, 8, 9));
});

test("keys are copied when they are set, and wiped when they are replaced, deleted or their association ends", () => {
  const given = bytes(1, 2, 3);
  const key = new SharedKey(1, given);
  given.fill(0);
  const associationKey = key.associationKey(bytes(8), bytes(9));
  assert.deepEqual(associationKey, bytes(1, 2, 3, 8, 9));
  const copy = key.copy();
  key.wipe();
  assert.deepEqual(associationKey, bytes(0, 0, 0, 0, 0));
  assert.deepEqual(copy.associationKey(bytes(8), bytes(9)), bytes(1, 2, 3, 8, 9), "a copy is one of its own");
  assert.deepEqual(key.associationKey(bytes(8), bytes(9)), bytes(0, 0, 0, 8, 9), "the secret is gone too");
});

test("the bytes of a key are in nothing that is inspected or made JSON of", () => {
  const keys = new SharedKeys();
  keys.set(1, Uint8Array.from(Buffer.from("very secret bytes")));
  keys.find(1)?.associationKey(bytes(1), bytes(2));
  for (const text of [inspect(keys, { depth: 9, showHidden: true }), JSON.stringify(keys)]) {
    assert.doesNotMatch(text, /very secret|118, 101, 114|76 65 72/);
  }
});
