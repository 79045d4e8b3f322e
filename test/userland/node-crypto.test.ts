import assert from "node:assert/strict";
import { test } from "node:test";
import { HMAC_SHA1, HMAC_SHA256 } from "../../src/stack/crypto.js";
import { NodeCrypto, NodeEntropy } from "../../src/userland/node-crypto.js";
import { SeededEntropy } from "../../src/userland/seeded-entropy.js";

test("node crypto: HMAC-SHA-256 answers the value of RFC 4231 §4.3", () => {
  const text = new TextEncoder();
  const digest = new NodeCrypto().hmac(HMAC_SHA256, text.encode("Jefe"), [
    text.encode("what do ya want "),
    text.encode("for nothing?"),
  ]);
  assert.equal(
    Buffer.from(digest).toString("hex"),
    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
  );
  assert.equal(Object.getPrototypeOf(digest), Uint8Array.prototype);
});

test("node crypto: HMAC-SHA-1 answers the value of RFC 2202 §3", () => {
  const text = new TextEncoder();
  const data = [text.encode("what do ya want for nothing?")];
  const digest = new NodeCrypto().hmac(HMAC_SHA1, text.encode("Jefe"), data);
  assert.equal(Buffer.from(digest).toString("hex"), "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
});

test("node entropy: numbers use all 32 bits and do not repeat over the block's edge", () => {
  const entropy = new NodeEntropy();
  const seen = new Set<number>();
  let ones = 0;
  let zeros = 0xffffffff;
  for (let count = 0; count < 2000; count += 1) {
    const value = entropy.randomUint32();
    assert.ok(Number.isInteger(value) && value >= 0 && value <= 0xffffffff);
    seen.add(value);
    ones = (ones | value) >>> 0;
    zeros = (zeros & value) >>> 0;
  }
  // Two equal ones among 2,000 are a matter of one run in 2,000; ten are not.
  assert.ok(seen.size > 1990);
  assert.equal(ones, 0xffffffff);
  assert.equal(zeros, 0);
  const bytes = new Uint8Array(64);
  entropy.fillRandom(bytes);
  assert.ok(new Set(bytes).size > 16);
});

test("seeded entropy: the same seed gives the same numbers, another seed others", () => {
  const draw = (seed: number): number[] => {
    const entropy = new SeededEntropy(seed);
    return Array.from({ length: 50 }, () => entropy.randomUint32());
  };
  assert.deepEqual(draw(7), draw(7));
  assert.notDeepEqual(draw(7), draw(8));
  // Whoever reproduces a run of yesterday needs yesterday's numbers.
  assert.deepEqual(draw(1).slice(0, 3), FIRST_NUMBERS_OF_SEED_1);
  const bytes = new Uint8Array(8);
  new SeededEntropy(3).fillRandom(bytes);
  const again = new Uint8Array(8);
  new SeededEntropy(3).fillRandom(again);
  assert.deepEqual(bytes, again);
});

test("seeded entropy: fractions spread evenly", () => {
  const entropy = new SeededEntropy(1);
  const tenths = new Array<number>(10).fill(0);
  for (let count = 0; count < 10_000; count += 1) {
    const fraction = entropy.randomFraction();
    assert.ok(fraction >= 0 && fraction < 1);
    const tenth = Math.floor(fraction * 10);
    tenths[tenth] = (tenths[tenth] ?? 0) + 1;
  }
  for (const count of tenths) assert.ok(count > 850 && count < 1150, `a tenth has ${count} of 10,000`);
});

const FIRST_NUMBERS_OF_SEED_1: readonly number[] = [3964317691, 2295682031, 2113742504];
