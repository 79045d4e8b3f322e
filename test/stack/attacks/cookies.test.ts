/** RFC 9260 §5.1.3, §12.2.3: cookies that are changed, made up, repeated, too old or another host's. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ip, payload, seededEntropy } from "../pair.js";
import { cookieOf, dataOf, initOf, kindsOf, only, PEER_TSN, Scene, type Origin } from "../scene.js";

/** An INIT and the cookie that it was answered with. */
function askFor(scene: Scene, from: Partial<Origin> = {}): { tag: number; cookie: Uint8Array } {
  const initAck = only(scene.receive(0, [initOf()], from), "INIT ACK");
  return { tag: initAck.initiateTag, cookie: cookieOf(initAck) };
}

test("RFC 9260 §5.1.5 2: a cookie with any bit changed, cut short or made longer begins nothing", () => {
  const scene = new Scene();
  const { tag, cookie } = askFor(scene);
  const forged: Uint8Array[] = [];
  for (let bit = 0; bit < 8 * cookie.length; bit += 1) {
    const copy = cookie.slice();
    copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    forged.push(copy);
  }
  for (let length = 0; length < cookie.length; length += 1) forged.push(cookie.slice(0, length));
  forged.push(Uint8Array.of(...cookie, 0), Uint8Array.of(0, ...cookie), Uint8Array.of(...cookie, ...cookie));
  for (const bytes of forged) {
    assert.deepEqual(scene.receive(tag, [{ kind: "COOKIE ECHO", cookie: bytes }, dataOf(PEER_TSN)]), []);
  }
  assert.equal(scene.stack.associationCount, 0);
  assert.equal(scene.stack.statistics.invalidCookies, forged.length);
});

test("RFC 9260 §5.1.3: the cookie of another stack, with another secret, begins nothing", () => {
  const { tag, cookie } = askFor(new Scene({ seed: 1 }));
  const other = new Scene({ seed: 2 });
  assert.deepEqual(other.receive(tag, [{ kind: "COOKIE ECHO", cookie }]), []);
  assert.equal(other.stack.associationCount, 0);
});

test("RFC 9260 §5.1.3: cookies that are made up of anything neither begin nor throw", () => {
  const scene = new Scene();
  const { cookie } = askFor(scene);
  const entropy = seededEntropy(7);
  for (let count = 0; count < 2000; count += 1) {
    const made = new Uint8Array(entropy.randomUint32() % (2 * cookie.length));
    entropy.fillRandom(made);
    // Half of them begin as a right one does.
    if (count % 2 === 0) made.set(cookie.subarray(0, entropy.randomUint32() % Math.max(made.length, 1)));
    const echo = { kind: "COOKIE ECHO", cookie: made } as const;
    assert.deepEqual(scene.receive(1 + (entropy.randomUint32() % 0xffff_fffe), [echo]), []);
  }
  assert.equal(scene.stack.associationCount, 0);
});

test("RFC 9260 §5.2.4 D: a cookie that is repeated while its association stands is only acknowledged", () => {
  const scene = new Scene();
  const { tag, cookie, association } = scene.accept();
  scene.receive(tag, [dataOf(PEER_TSN)]);
  for (let times = 0; times < 20; times += 1) {
    const repeated = scene.receive(tag, [{ kind: "COOKIE ECHO", cookie }, dataOf(PEER_TSN)]);
    assert.deepEqual(kindsOf(repeated)[0]?.[0], "COOKIE ACK");
  }
  assert.equal(scene.stack.associationCount, 1);
  assert.equal(scene.eventTypes.filter((type) => type === "communication up").length, 1);
  assert.equal(scene.eventTypes.filter((type) => type === "data").length, 1);
  assert.equal(association.state, "ESTABLISHED");
});

test("RFC 9260 §5.3.1: a cookie that is repeated after the end of its association begins nothing", () => {
  const scene = new Scene();
  const { tag, cookie, association } = scene.accept();
  association.abort([]);
  scene.drain();
  for (let times = 0; times < 20; times += 1) {
    only(scene.receive(tag, [{ kind: "COOKIE ECHO", cookie }, dataOf(PEER_TSN)]), "ABORT");
  }
  assert.equal(scene.stack.associationCount, 0);
});

test("RFC 9260 §5.1.3: handshakes that are under way when the secret changes come up, whenever that is", () => {
  const scene = new Scene();
  const minutes = 4 * 60;
  let inFlight: { tag: number; cookie: Uint8Array; from: Partial<Origin> } | undefined;
  for (let minute = 0; minute < minutes; minute += 1) {
    // Each cookie comes back 59 seconds later, just before its life of a minute is over.
    scene.advance(59_000);
    if (inFlight !== undefined) {
      const { tag, cookie, from } = inFlight;
      only(scene.receive(tag, [{ kind: "COOKIE ECHO", cookie }], from), "COOKIE ACK");
      scene.association.abort([]);
      scene.drain();
    }
    scene.advance(1000);
    const from = { port: 1000 + minute };
    inFlight = { ...askFor(scene, from), from };
    scene.sent.length = 0;
  }
  assert.equal(scene.stack.statistics.passiveEstabs, minutes - 1);
  assert.equal(scene.stack.statistics.invalidCookies, 0);
});

test("RFC 9260 §5.1.3: a secret is gone after two changes, and with it every cookie made under it", () => {
  const scene = new Scene({ config: { validCookieLifeMs: 24 * 3_600_000 } });
  const { tag, cookie } = askFor(scene);
  const echo = { kind: "COOKIE ECHO", cookie } as const;
  for (const port of [6001, 6002]) {
    scene.now += 3_600_000;
    askFor(scene, { port });
  }
  assert.deepEqual(scene.receive(tag, [echo]), []);
  assert.equal(scene.stack.statistics.invalidCookies, 1);
  // One change is survived.
  const next = askFor(scene);
  scene.now += 3_600_000;
  askFor(scene, { port: 6003 });
  only(scene.receive(next.tag, [{ kind: "COOKIE ECHO", cookie: next.cookie }]), "COOKIE ACK");
});

test("RFC 5062 §7.3: a cookie is bound to the addresses of its INIT", () => {
  const scene = new Scene();
  const { tag, cookie } = askFor(scene);
  const echo = { kind: "COOKIE ECHO", cookie } as const;
  assert.deepEqual(scene.receive(tag, [echo], { address: ip("10.0.0.77") }), []);
  assert.equal(scene.stack.associationCount, 0);
  assert.notDeepEqual(cookie, payload(cookie.length));
});
