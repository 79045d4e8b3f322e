import assert from "node:assert/strict";
import { test } from "node:test";
import { resolveCookie, type AssociationTags } from "../../../src/stack/establishment/cookie-resolution.js";
import type { StateCookie, StateCookieJar } from "../../../src/stack/establishment/state-cookie.js";
import { cookieOf, initOf, only, PEER_TAG, Scene } from "../scene.js";

/*
 * The Tie-Tags of RFC 9260 §5.2.2 and §5.2.4 one by one: `npm run mutation` breaks each rule about them and wants a
 * test to fail.
 */

const EXISTING: AssociationTags = { localTag: 1, peerTag: 2, localTieTag: 3, peerTieTag: 4 };

function resolve(change: Partial<AssociationTags>, existing: Partial<AssociationTags> = {}): string {
  return resolveCookie({ ...EXISTING, ...change }, { ...EXISTING, ...existing });
}

/** What the stack has written into a cookie. */
function opened(scene: Scene, cookie: Uint8Array): StateCookie {
  const { services } = scene.stack as unknown as { services: { cookies: StateCookieJar } };
  const content = services.cookies.open(cookie);
  assert.ok(content !== undefined);
  return content;
}

/** The cookie that answers an INIT of now. */
function cookieFor(scene: Scene, initiateTag: number): StateCookie {
  return opened(scene, cookieOf(only(scene.receive(0, [initOf({ initiateTag })]), "INIT ACK")));
}

test("RFC 9260 §5.2.4 Table 12 A: of Tie-Tags both have to match, and neither is 0", () => {
  const restarted = { localTag: 11, peerTag: 12 };
  assert.equal(resolve(restarted), "A restart");
  assert.equal(resolve({ ...restarted, localTieTag: 5 }), "discard");
  assert.equal(resolve({ ...restarted, peerTieTag: 5 }), "discard");
  assert.equal(resolve({ ...restarted, localTieTag: 0 }, { localTieTag: 0 }), "discard");
  assert.equal(resolve({ ...restarted, peerTieTag: 0 }, { peerTieTag: 0 }), "discard");
});

test("RFC 9260 §5.2.4 Table 12 C: a late cookie is one of both Tie-Tags 0", () => {
  const late = { localTag: 11, localTieTag: 0, peerTieTag: 0 };
  assert.equal(resolve(late), "C late cookie");
  assert.equal(resolve({ ...late, localTieTag: 3 }), "discard");
  assert.equal(resolve({ ...late, peerTieTag: 4 }), "discard");
});

test("RFC 9260 §5.2.2: without an association the Tie-Tags of a cookie are 0", () => {
  const { localTieTag, peerTieTag } = cookieFor(new Scene(), PEER_TAG);
  assert.deepEqual([localTieTag, peerTieTag], [0, 0]);
});

test("RFC 9260 §5.2.1: in COOKIE-WAIT no tag of the peer is known, and the Tie-Tags stay 0", () => {
  const scene = new Scene();
  const { init } = scene.associate();
  const { localTag, localTieTag, peerTieTag } = cookieFor(scene, PEER_TAG);
  assert.deepEqual([localTag, localTieTag, peerTieTag], [init.initiateTag, 0, 0]);
});

test("RFC 9260 §5.2.2: an association's Tie-Tags are random, not its tags, and the same in each cookie", () => {
  const scene = new Scene();
  const { association, tag } = scene.accept();
  const first = cookieFor(scene, 77);
  const second = cookieFor(scene, 78);
  assert.ok(first.localTieTag !== 0 && first.peerTieTag !== 0);
  assert.ok(![tag, association.tcb.peerTag].includes(first.localTieTag));
  assert.ok(![tag, association.tcb.peerTag].includes(first.peerTieTag));
  assert.deepEqual([second.localTieTag, second.peerTieTag], [first.localTieTag, first.peerTieTag]);
  // The tag of the new INIT ACK is a new one each time, and none of those.
  assert.equal(new Set([tag, first.localTag, second.localTag, first.localTieTag, first.peerTieTag]).size, 5);
});
