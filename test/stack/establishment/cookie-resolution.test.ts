import assert from "node:assert/strict";
import { test } from "node:test";
import { resolveCookie, type CookieResolution } from "../../../src/stack/establishment/cookie-resolution.js";

/** RFC 9260 §5.2.4 Table 12; X differs, M matches, 0 is not known. */
const ROWS: readonly [string, CookieResolution][] = [
  ["X X M M", "A restart"],
  ["X X M X", "discard"],
  ["X X X M", "discard"],
  ["X X X X", "discard"],
  ["X X 0 0", "discard"],
  ["M X 0 0", "B collision"],
  ["M X M M", "B collision"],
  ["M X X X", "B collision"],
  ["M 0 0 0", "B collision"],
  ["M 0 M M", "B collision"],
  ["X M 0 0", "C late cookie"],
  ["X M M M", "discard"],
  ["X M X X", "discard"],
  ["M M 0 0", "D duplicate"],
  ["M M M M", "D duplicate"],
  ["M M X X", "D duplicate"],
  ["X 0 0 0", "discard"],
];

const EXISTING = { localTag: 1, peerTag: 2, localTieTag: 3, peerTieTag: 4 };

for (const [row, expected] of ROWS) {
  test(`RFC 9260 §5.2.4 Table 12: ${row} is ${expected}`, () => {
    const [local, peer, localTie, peerTie] = row.split(" ");
    const cookie = {
      localTag: local === "M" ? 1 : 91,
      peerTag: peer === "M" ? 2 : 92,
      localTieTag: localTie === "M" ? 3 : localTie === "0" ? 0 : 93,
      peerTieTag: peerTie === "M" ? 4 : peerTie === "0" ? 0 : 94,
    };
    const existing = peer === "0" ? { ...EXISTING, peerTag: 0 } : EXISTING;
    assert.equal(resolveCookie(cookie, existing), expected);
  });
}

test("RFC 9260 §5.2.4 Table 12: Tie-Tags of 0 match nothing, not even those of an association without any", () => {
  const cookie = { localTag: 91, peerTag: 92, localTieTag: 0, peerTieTag: 0 };
  assert.equal(resolveCookie(cookie, { localTag: 1, peerTag: 2, localTieTag: 0, peerTieTag: 0 }), "discard");
});
