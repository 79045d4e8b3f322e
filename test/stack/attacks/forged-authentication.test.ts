/** RFC 4895 §6.3, §9: who knows tags and TSNs, but no key, forges and replays what has to be authenticated. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { AssociationConfigChange } from "../../../src/stack/config.js";
import { CONTROL_ANSWERS_PER_SECOND } from "../../../src/stack/limits.js";
import { tsn } from "../../../src/base/serial-number.js";
import type { Chunk } from "../../../src/wire/chunk.js";
import { chunkBytes } from "../../../src/wire/chunk.js";
import { AuthenticatingPeer } from "../authenticating-peer.js";
import { onStream, Pair, payload, seededEntropy, type PacketInFlight } from "../pair.js";
import { cookieOf, dataOf, initOf, only, PEER_TAG, PEER_TSN, sackOf, Scene } from "../scene.js";

/** DATA, SACK, HEARTBEAT and its answer, ABORT, SHUTDOWN and its answer, ERROR, COOKIE ECHO and COOKIE ACK. */
const EVERYTHING = [0, 3, 4, 5, 6, 7, 8, 9, 10, 11];
const SECRET = payload(32, 3);
const FORGERIES = 300;

function guarded(): { scene: Scene; tag: number; peer: AuthenticatingPeer } {
  const scene = new Scene({ config: { authenticatedChunkTypes: EVERYTHING } });
  scene.endpoint.sharedKeys.set(0, SECRET);
  const peer = new AuthenticatingPeer();
  const initAck = only(scene.receive(0, [initOf({ parameters: peer.parameters })]), "INIT ACK");
  peer.learn(initAck.parameters);
  const echo: Chunk = { kind: "COOKIE ECHO", cookie: cookieOf(initAck) };
  only(scene.receive(initAck.initiateTag, peer.signed([echo], { secret: SECRET })), "COOKIE ACK");
  return { scene, tag: initAck.initiateTag, peer };
}

/** What a forger would like to have done. */
function forgeries(scene: Scene): Chunk[] {
  const ours = scene.association.tcb.localInitialTsn;
  return [
    dataOf(PEER_TSN),
    sackOf(ours - 1, 0),
    { kind: "ABORT", tagReflected: false, causes: [] },
    { kind: "SHUTDOWN", cumulativeTsnAck: tsn((ours - 1) >>> 0) },
    { kind: "SHUTDOWN ACK" },
    { kind: "ERROR", causes: [{ kind: "Stale Cookie", stalenessMicroseconds: 1 }] },
    { kind: "HEARTBEAT", info: payload(20) },
    { kind: "HEARTBEAT ACK", info: payload(20) },
    { kind: "COOKIE ACK" },
  ];
}

function stateOf({ association }: Scene): unknown {
  const { tcb } = association;
  return [
    tcb.state.name,
    tcb.peerTag,
    tcb.reception.tracker.cumulativeTsnAck,
    tcb.retransmission.peerRwnd,
    tcb.errorCount,
  ];
}

test("RFC 4895 §6.3: without the key nothing gets into an association, whatever the HMAC is guessed to be", () => {
  const { scene, tag, peer } = guarded();
  const before = stateOf(scene);
  const random = seededEntropy(7);
  scene.sent.length = 0;
  for (let count = 0; count < FORGERIES; count += 1) {
    for (const chunk of forgeries(scene)) {
      const hmac = new Uint8Array(20);
      random.fillRandom(hmac);
      const auth: Chunk = { kind: "AUTH", keyNumber: 0, hmacIdentifier: 1, hmac };
      scene.receive(tag, [auth, chunk]);
      scene.receive(tag, [chunk]);
      // The key that everybody knows who has seen the handshake, and none that there is.
      scene.receive(tag, peer.signed([chunk]));
      scene.receive(tag, peer.signed([chunk], { keyNumber: 5 }));
    }
  }
  assert.deepEqual(stateOf(scene), before);
  assert.deepEqual(scene.sent, [], "and nothing is answered");
});

test("RFC 4895 §6.2: no bit of an authenticated packet can be changed", () => {
  const { scene, tag, peer } = guarded();
  const parts = peer.signed([dataOf(PEER_TSN, { userData: payload(5) })], { secret: SECRET });
  const whole = Buffer.concat(parts);
  const authBytes = parts[0]?.length ?? 0;
  const before = stateOf(scene);
  for (let bit = 8; bit < 8 * whole.length; bit += 1) {
    // The flags of AUTH are ignored by whoever receives it, but they are a part of what is hashed.
    const changed = Uint8Array.from(whole);
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    scene.receive(tag, [changed.subarray(0, authBytes), changed.subarray(authBytes)]);
  }
  assert.deepEqual(stateOf(scene), before);
  scene.receive(tag, parts);
  assert.notDeepEqual(stateOf(scene), before, "as it was sent it is taken");
});

test("RFC 4895 §9: what is replayed within the association counts once", () => {
  const { scene, tag, peer } = guarded();
  const packet = peer.signed([dataOf(PEER_TSN)], { secret: SECRET });
  for (let count = 0; count < 50; count += 1) scene.receive(tag, packet);
  assert.equal(scene.events.filter(({ type }) => type === "data").length, 1);
});

test("RFC 4895 §9: what was recorded in one association is nothing in the next between the same two", () => {
  const wants: AssociationConfigChange = { authenticatedChunkTypes: EVERYTHING };
  const pair = new Pair({ a: wants, z: wants });
  for (const { endpoint } of [pair.a, pair.z]) endpoint.sharedKeys.set(0, SECRET);
  const recorded: PacketInFlight[] = [];
  pair.tamper = (packet) => {
    recorded.push(packet);
    return [packet];
  };
  pair.establish();
  pair.a.association.send(payload(500), onStream(0), pair.now);
  pair.advance(500);
  pair.a.association.shutdown(pair.now);
  pair.advance(500);
  assert.equal(pair.a.eventTypes.at(-1), "shutdown complete");
  pair.tamper = (packet) => [packet];
  pair.establish();
  const [, second] = pair.z.associations;
  assert.ok(second !== undefined);
  const before = pair.z.received().length;
  for (const { bytes, ...packet } of recorded) {
    // Even with the tag of the new association.
    const again = Uint8Array.from(bytes);
    const tag = (packet.from === pair.a ? second : pair.a.associations.at(-1))?.tcb.localTag ?? 0;
    new DataView(again.buffer).setUint32(4, tag);
    for (const replayed of [bytes, again])
      pair.inject({ ...packet, bytes: replayed, arrivesAt: pair.now + 1 });
  }
  pair.advance(2000);
  assert.equal(second.state, "ESTABLISHED");
  assert.equal(pair.z.received().length, before);
});

test("CONTROL_ANSWERS_PER_SECOND: AUTH chunks with unknown algorithms do not make us answer without end", () => {
  const { scene, tag } = guarded();
  scene.sent.length = 0;
  for (let count = 0; count < 2000; count += 1) {
    const auth: Chunk = { kind: "AUTH", keyNumber: 0, hmacIdentifier: 100 + count, hmac: new Uint8Array(20) };
    scene.receive(tag, [auth]);
  }
  const errors = scene.sent.flatMap(({ chunks }) => chunks.filter(({ kind }) => kind === "ERROR"));
  assert.equal(errors.length, CONTROL_ANSWERS_PER_SECOND);
});

test("RFC 4895 §5.1: a packet of nothing but AUTH chunks costs one HMAC at most", () => {
  const { scene, tag, peer } = guarded();
  const [auth = payload(0)] = peer.signed([]);
  const before = scene.stack.statistics.unauthenticatedChunks;
  scene.receive(
    tag,
    Array.from({ length: 50 }, () => auth),
  );
  assert.equal(
    scene.stack.statistics.unauthenticatedChunks - before,
    1,
    "the first wrong one ends the packet",
  );
});

test("RFC 4895 §6.3: a stolen cookie is worth nothing to who has no key", () => {
  const scene = new Scene({ config: { authenticatedChunkTypes: [10] } });
  scene.endpoint.sharedKeys.set(0, SECRET);
  const peer = new AuthenticatingPeer();
  const initAck = only(scene.receive(0, [initOf({ parameters: peer.parameters })]), "INIT ACK");
  peer.learn(initAck.parameters);
  const echo: Chunk = { kind: "COOKIE ECHO", cookie: cookieOf(initAck) };
  const tag = initAck.initiateTag;
  scene.receive(tag, [echo]);
  scene.receive(tag, peer.signed([echo]));
  scene.receive(tag, [{ kind: "AUTH", keyNumber: 0, hmacIdentifier: 3, hmac: new Uint8Array(32) }, echo]);
  scene.receive(tag, [chunkBytes(echo), ...peer.signed([echo], { secret: SECRET })]);
  assert.equal(scene.endpoint.associations.size, 0);
  only(scene.receive(tag, peer.signed([echo], { secret: SECRET })), "COOKIE ACK");
  assert.equal(scene.association.tcb.peerTag, PEER_TAG);
});
