import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import {
  type Ssn,
  ssn,
  ssnAdd,
  ssnLess,
  type Tsn,
  tsn,
  tsnAdd,
  tsnDistance,
  tsnLess,
  tsnLessOrEqual,
} from "../../src/base/serial-number.js";

/** Anywhere, but half of the time close to the wrap or to its opposite. */
function around(bits: 16 | 32): fc.Arbitrary<number> {
  const size = 2 ** bits;
  const edges = fc
    .constantFrom(0, size / 2, size - 1)
    .chain((edge) => fc.integer({ min: -40, max: 40 }).map((step) => (edge + step + size) % size));
  return fc.oneof(fc.integer({ min: 0, max: size - 1 }), edges);
}

const tsns: fc.Arbitrary<Tsn> = around(32).map(tsn);
const ssns: fc.Arbitrary<Ssn> = around(16).map(ssn);

test("RFC 1982 §3.1: a TSN is any integer modulo 2^32", () => {
  assert.equal(tsn(0), 0);
  assert.equal(tsn(-1), 0xffffffff);
  assert.equal(tsn(2 ** 32), 0);
  assert.equal(tsn(2 ** 32 + 5), 5);
});

test("RFC 9260 §1.6: the TSN behind 4294967295 is 0", () => {
  assert.equal(tsnAdd(tsn(0xffffffff), 1), 0);
  assert.equal(tsnAdd(tsn(0), -1), 0xffffffff);
  assert.ok(tsnLess(tsn(0xffffffff), tsn(0)));
  assert.equal(tsnDistance(tsn(0), tsn(0xffffffff)), 1);
});

test("RFC 1982 §3.1: adding goes as far as it says, across the wrap too", () => {
  fc.assert(
    fc.property(tsns, fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), (start, count) => {
      const end = tsnAdd(start, count);
      assert.ok(Number.isInteger(end) && end >= 0 && end < 2 ** 32);
      assert.equal(tsnDistance(end, start), count);
      assert.equal(tsnAdd(end, -count), start);
    }),
  );
});

test("RFC 1982 §3.2: of two different TSNs less than 2^31 apart exactly one is less", () => {
  fc.assert(
    fc.property(tsns, fc.integer({ min: 1, max: 2 ** 31 - 1 }), (earlier, count) => {
      const later = tsnAdd(earlier, count);
      assert.ok(tsnLess(earlier, later));
      assert.ok(!tsnLess(later, earlier));
      assert.ok(tsnLessOrEqual(earlier, later));
      assert.ok(!tsnLessOrEqual(later, earlier));
    }),
  );
});

test("RFC 1982 §3.2: a TSN is not less than itself", () => {
  fc.assert(
    fc.property(tsns, (value) => {
      assert.ok(!tsnLess(value, value));
      assert.ok(tsnLessOrEqual(value, value));
      assert.equal(tsnDistance(value, value), 0);
    }),
  );
});

test("the order of TSNs does not depend on where the sequence starts", () => {
  fc.assert(
    fc.property(tsns, fc.nat(2 ** 20), fc.nat(2 ** 20), (start, left, right) => {
      assert.equal(tsnLess(tsnAdd(start, left), tsnAdd(start, right)), left < right);
      assert.equal(tsnDistance(tsnAdd(start, left), tsnAdd(start, right)), left - right);
    }),
  );
});

test("RFC 1982 §3.2: SSNs wrap after 65535 and compare in 16 bits", () => {
  assert.equal(ssnAdd(ssn(0xffff), 1), 0);
  assert.equal(ssn(-1), 0xffff);
  fc.assert(
    fc.property(ssns, fc.integer({ min: 1, max: 2 ** 15 - 1 }), (earlier, count) => {
      const later = ssnAdd(earlier, count);
      assert.ok(later >= 0 && later <= 0xffff);
      assert.ok(ssnLess(earlier, later));
      assert.ok(!ssnLess(later, earlier));
      assert.ok(!ssnLess(earlier, earlier));
      assert.equal(ssnAdd(later, -count), earlier);
    }),
  );
});
