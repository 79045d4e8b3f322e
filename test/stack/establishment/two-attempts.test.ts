/** RFC 9260 §1.3, §5.1.2 D, §5.3.1: two endpoints have one association, however often each of them begins. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ip } from "../pair.js";
import {
  cookieOf,
  dataOf,
  initAckOf,
  initOf,
  ipParameter,
  only,
  PEER_TAG,
  PEER_TSN,
  Scene,
} from "../scene.js";

const BOTH = ["10.0.0.1", "10.0.1.1"].map(ipParameter);
const SECOND = { address: ip("10.0.1.1") };

/** Two associations begun to two addresses of one peer. */
function beginTwice(scene: Scene): { first: number; second: number } {
  const first = scene.associate(["10.0.0.1"]).init.initiateTag;
  const second = scene.associate(["10.0.1.1"]).init.initiateTag;
  return { first, second };
}

/** The INIT ACK of the peer that has both addresses. */
function answerOf(): ReturnType<typeof initAckOf> {
  return initAckOf({ parameters: [...initAckOf().parameters, ...BOTH] });
}

test("RFC 9260 §5.1.2 D: of two attempts at one peer the one that is answered first comes up", () => {
  const scene = new Scene();
  const { first, second } = beginTwice(scene);
  only(scene.receive(second, [answerOf()], SECOND), "COOKIE ECHO");
  scene.receive(second, [{ kind: "COOKIE ACK" }], SECOND);
  assert.deepEqual(scene.receive(first, [answerOf()]), [], "the other is not answered any more");
  assert.deepEqual(
    [...scene.endpoint.associations].map(({ state }) => state),
    ["COOKIE-WAIT", "ESTABLISHED"],
  );
});

test("RFC 9260 §5.1.2 D, §5.2.2: an INIT is for the association that stands, not for one that waits beside it", () => {
  const scene = new Scene();
  const { second } = beginTwice(scene);
  scene.receive(second, [answerOf()], SECOND);
  scene.receive(second, [{ kind: "COOKIE ACK" }], SECOND);
  const restart = initOf({ initiateTag: 0x2222_2222, parameters: BOTH });
  const initAck = only(scene.receive(0, [restart]), "INIT ACK");
  only(
    scene.receive(initAck.initiateTag, [{ kind: "COOKIE ECHO", cookie: cookieOf(initAck) }]),
    "COOKIE ACK",
  );
  scene.last("restart");
  assert.deepEqual(
    [...scene.endpoint.associations].map(({ state }) => state),
    ["COOKIE-WAIT", "ESTABLISHED"],
  );
});

test("RFC 9260 §5.3.1: of two cookies of one INIT the second begins nothing after the end of the association", () => {
  const scene = new Scene();
  const overtaken = only(scene.receive(0, [initOf()]), "INIT ACK");
  scene.advance(1);
  const { association } = scene.accept();
  association.abort([]);
  scene.drain();
  const cookieEcho = { kind: "COOKIE ECHO", cookie: cookieOf(overtaken) } as const;
  only(scene.receive(overtaken.initiateTag, [cookieEcho, dataOf(PEER_TSN)]), "ABORT");
  assert.equal(scene.stack.associationCount, 0);
  assert.equal(scene.eventTypes.filter((type) => type === "data").length, 0);
});

test("RFC 9260 §5.3.1: a cookie that is older than an association which came up by our INIT begins nothing", () => {
  const scene = new Scene();
  const overtaken = only(scene.receive(0, [initOf({ initiateTag: PEER_TAG })]), "INIT ACK");
  scene.advance(1);
  const { association } = scene.connect({ initiateTag: PEER_TAG });
  association.abort([]);
  scene.drain();
  const cookieEcho = { kind: "COOKIE ECHO", cookie: cookieOf(overtaken) } as const;
  only(scene.receive(overtaken.initiateTag, [cookieEcho, dataOf(PEER_TSN)]), "ABORT");
  assert.equal(scene.stack.associationCount, 0);
});

test("RFC 9260 §5.3.1: a peer that takes the same tag for its next INIT is served all the same", () => {
  const scene = new Scene();
  scene.accept().association.abort([]);
  scene.drain();
  const { association } = scene.accept();
  assert.equal(association.state, "ESTABLISHED");
});
