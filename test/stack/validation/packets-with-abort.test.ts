import assert from "node:assert/strict";
import { test } from "node:test";
import { tsn } from "../../../src/base/serial-number.js";
import type { Chunk } from "../../../src/wire/chunk.js";
import {
  cookieOf,
  dataOf,
  initOf,
  kindsOf,
  only,
  PEER_TSN,
  sackOf,
  Scene,
  type SceneOptions,
} from "../scene.js";

const ABORT: Chunk = { kind: "ABORT", tagReflected: false, causes: [] };
const WITHOUT_USER_DATA = Uint8Array.of(0, 3, 0, 16, 0, 0, 3, 232, 0, 0, 0, 0, 0, 0, 0, 0);

/** What would be answered, were there no ABORT behind it. */
const ANSWERED: readonly {
  readonly what: string;
  readonly by: string;
  /** @param firstTsn - the first TSN that the stack would send */
  readonly chunk: (firstTsn: number) => Chunk | Uint8Array;
}[] = [
  { what: "DATA without user data", by: "ABORT", chunk: () => WITHOUT_USER_DATA },
  { what: "a SACK of what was not sent", by: "ABORT", chunk: (firstTsn) => sackOf(firstTsn) },
  { what: "HEARTBEAT", by: "HEARTBEAT ACK", chunk: () => ({ kind: "HEARTBEAT", info: new Uint8Array(8) }) },
  { what: "DATA", by: "SACK", chunk: () => dataOf(PEER_TSN) },
  {
    what: "SHUTDOWN",
    by: "SHUTDOWN ACK",
    chunk: (firstTsn) => ({ kind: "SHUTDOWN", cumulativeTsnAck: tsn(firstTsn - 1) }),
  },
  {
    what: "an unknown chunk",
    by: "ERROR",
    chunk: () => ({ kind: "UNKNOWN", type: 0xdf, flags: 0, value: new Uint8Array(4) }),
  },
];
for (const { what, by, chunk } of ANSWERED) {
  test(`RFC 9260 §9.1: ${what} with an ABORT behind it is not answered`, () => {
    const answersTo = (...rest: readonly Chunk[]): string[][] => {
      const scene = new Scene();
      const { tag, initAck } = scene.accept();
      return kindsOf(scene.receive(tag, [chunk(initAck.initialTsn), ...rest]));
    };
    assert.deepEqual(answersTo(), [[by]]);
    assert.deepEqual(answersTo(ABORT), []);
  });
}

test("RFC 9260 §9.1: SHUTDOWN ACK with an ABORT behind it ends the association, and nothing is sent", () => {
  const scene = new Scene();
  const { association, tag } = scene.accept();
  association.shutdown(scene.now);
  only(scene.drain(), "SHUTDOWN");
  assert.deepEqual(kindsOf(scene.receive(tag, [{ kind: "SHUTDOWN ACK" }, ABORT])), []);
  assert.equal(association.state, "CLOSED");
});

/** A stack that has answered an INIT, and the COOKIE ECHO that its cookie makes. */
function afterInitAck(options: SceneOptions = {}): { scene: Scene; tag: number; cookieEcho: Chunk } {
  const scene = new Scene(options);
  const initAck = only(scene.receive(0, [initOf()]), "INIT ACK");
  return {
    scene,
    tag: initAck.initiateTag,
    cookieEcho: { kind: "COOKIE ECHO", cookie: cookieOf(initAck) },
  };
}

test("RFC 9260 §8.4 2: COOKIE ECHO out of the blue is discarded because of an ABORT behind it", () => {
  const { scene, tag, cookieEcho } = afterInitAck();
  assert.deepEqual(scene.receive(tag, [cookieEcho, ABORT]), []);
  assert.deepEqual(scene.events, []);
  // Without it the cookie is as good as before.
  assert.deepEqual(kindsOf(scene.receive(tag, [cookieEcho])), [["COOKIE ACK"]]);
});

test("RFC 9260 §8.4 2: a stale cookie with an ABORT behind it is not answered", () => {
  const { scene, tag, cookieEcho } = afterInitAck({ config: { validCookieLifeMs: 1000 } });
  scene.now += 1001;
  assert.deepEqual(kindsOf(scene.receive(tag, [cookieEcho])), [["ERROR"]]);
  assert.deepEqual(kindsOf(scene.receive(tag, [cookieEcho, ABORT])), []);
});

test("RFC 9260 §9.1: a COOKIE ECHO that is repeated with an ABORT behind it ends its association", () => {
  const { scene, tag, cookieEcho } = afterInitAck();
  scene.receive(tag, [cookieEcho]);
  assert.deepEqual(kindsOf(scene.receive(tag, [cookieEcho, ABORT])), []);
  assert.equal(scene.last("communication lost").reason.kind, "aborted by peer");
});

for (const chunks of [[initOf()], [initOf(), dataOf(1)], [dataOf(1), initOf()]]) {
  const names = chunks.map((chunk) => chunk.kind).join(" + ");
  test(`RFC 9260 §12.3, §8.5.1 A: ${names} under a tag that is not 0 is discarded silently`, () => {
    const scene = new Scene();
    assert.deepEqual(scene.receive(0x4242_4242, chunks), []);
    assert.deepEqual(scene.receive(0x4242_4242, chunks, { toPort: 7001 }), []);
  });
}
