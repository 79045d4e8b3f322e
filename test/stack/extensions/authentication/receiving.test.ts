import assert from "node:assert/strict";
import { test } from "node:test";
import type { AssociationConfigChange } from "../../../../src/stack/config.js";
import { tsn } from "../../../../src/base/serial-number.js";
import type { Chunk } from "../../../../src/wire/chunk.js";
import { AuthenticatingPeer } from "../../authenticating-peer.js";
import { onStream, payload } from "../../pair.js";
import {
  cookieOf,
  dataOf,
  initAckOf,
  initOf,
  kindsOf,
  only,
  PEER_COOKIE,
  PEER_TAG,
  PEER_TSN,
  sackOf,
  Scene,
} from "../../scene.js";

const DATA = 0;
const ABORT = 6;
const COOKIE_ECHO = 10;
const SECRET = payload(33, 5);

/** A stack that wants chunks authenticated, and an association with a peer that can do it. */
function accepted(
  types: readonly number[],
  peer: AuthenticatingPeer = new AuthenticatingPeer(),
  secret?: Uint8Array,
): { scene: Scene; tag: number; peer: AuthenticatingPeer } {
  const scene = new Scene({ config: { authenticatedChunkTypes: types } });
  if (secret !== undefined) scene.endpoint.sharedKeys.set(0, secret);
  const initAck = only(scene.receive(0, [initOf({ parameters: peer.parameters })]), "INIT ACK");
  peer.learn(initAck.parameters);
  const echo: Chunk = { kind: "COOKIE ECHO", cookie: cookieOf(initAck) };
  const packet = types.includes(COOKIE_ECHO) ? peer.signed([echo], { secret: secret ?? payload(0) }) : [echo];
  only(scene.receive(initAck.initiateTag, packet), "COOKIE ACK");
  return { scene, tag: initAck.initiateTag, peer };
}

function dataEvents(scene: Scene): number {
  return scene.events.filter(({ type }) => type === "data").length;
}

test("RFC 4895 §6.3: a chunk that has to be authenticated is dropped silently when it is not", () => {
  const { scene, tag } = accepted([DATA]);
  const sent = scene.receive(tag, [dataOf(PEER_TSN), sackOf(scene.association.tcb.localInitialTsn - 1)]);
  assert.deepEqual(kindsOf(sent), []);
  assert.deepEqual(kindsOf(scene.advance(1000)), [], "nothing is acknowledged later either");
  assert.equal(dataEvents(scene), 0);
  assert.equal(scene.stack.statistics.unauthenticatedChunks, 1, "what need not be authenticated was handled");
});

test("RFC 4895 §6.2, §6.3: chunks behind a right AUTH chunk are processed; those before it are not authenticated", () => {
  const { scene, tag, peer } = accepted([DATA]);
  scene.receive(tag, peer.signed([dataOf(PEER_TSN), dataOf(PEER_TSN + 1)]));
  assert.equal(dataEvents(scene), 2);
  scene.receive(tag, [dataOf(PEER_TSN + 2), ...peer.signed([dataOf(PEER_TSN + 3)])]);
  assert.equal(dataEvents(scene), 2, "one before the AUTH chunk was dropped, and one waits for it");
  scene.receive(tag, peer.signed([dataOf(PEER_TSN + 2)]));
  assert.equal(dataEvents(scene), 4);
});

test("RFC 4895 §6.2: the padding of all chunks is a part of what is authenticated", () => {
  const { scene, tag, peer } = accepted([DATA]);
  const odd = dataOf(PEER_TSN, { userData: payload(5) });
  scene.receive(tag, peer.signed([odd, dataOf(PEER_TSN + 1, { userData: payload(7) })]));
  assert.equal(dataEvents(scene), 2);
});

test("RFC 4895 §3.3, §6.3: both algorithms are taken, whichever the peer uses", () => {
  const { scene, tag, peer } = accepted([DATA]);
  scene.receive(tag, peer.signed([dataOf(PEER_TSN)], { hmacIdentifier: 3 }));
  scene.receive(tag, peer.signed([dataOf(PEER_TSN + 1)], { hmacIdentifier: 1 }));
  assert.equal(dataEvents(scene), 2);
});

test("RFC 4895 §6.1, §6.2: we use the first algorithm that the peer lists and we have", () => {
  for (const [hmacIdentifiers, used] of [
    [[1, 3], 1],
    [[3, 1], 3],
    [[9, 2, 3, 1], 3],
    [[3], 3],
  ] as const) {
    const { scene, peer } = accepted([], new AuthenticatingPeer([DATA], hmacIdentifiers));
    scene.association.send(payload(50), onStream(0), scene.now);
    const [sent] = scene.drain();
    assert.ok(sent !== undefined);
    assert.deepEqual(peer.verified(sent), { keyNumber: 0, types: [DATA] });
    assert.equal(only([sent], "AUTH").hmacIdentifier, used);
  }
});

test("RFC 4895 §4.1, §6.3: an algorithm that we have not asked for is answered with ERROR, and the rest is dropped", () => {
  const { scene, tag, peer } = accepted([DATA]);
  const signed = peer.signed([dataOf(PEER_TSN)]);
  signed[0]?.set([0, 2], 6);
  const sent = scene.receive(tag, signed);
  assert.deepEqual(only(sent, "ERROR").causes, [{ kind: "Unsupported HMAC Identifier", hmacIdentifier: 2 }]);
  assert.equal(dataEvents(scene), 0);
  const sha1Only = accepted([DATA]);
  const config: AssociationConfigChange = { authenticatedChunkTypes: [DATA], hmacIdentifiers: [1] };
  const scene2 = new Scene({ config });
  const initAck = only(scene2.receive(0, [initOf({ parameters: sha1Only.peer.parameters })]), "INIT ACK");
  sha1Only.peer.learn(initAck.parameters);
  scene2.receive(initAck.initiateTag, [{ kind: "COOKIE ECHO", cookie: cookieOf(initAck) }]);
  const refused = scene2.receive(
    initAck.initiateTag,
    sha1Only.peer.signed([dataOf(PEER_TSN)], { hmacIdentifier: 3 }),
  );
  assert.deepEqual(only(refused, "ERROR").causes, [
    { kind: "Unsupported HMAC Identifier", hmacIdentifier: 3 },
  ]);
});

test("RFC 4895 §6.3: a key that there is not, and a wrong HMAC, are dropped silently", () => {
  const { scene, tag, peer } = accepted([DATA]);
  const tampered = peer.signed([dataOf(PEER_TSN)]);
  const auth = tampered[0];
  if (auth !== undefined) auth[27] = (auth[27] ?? 0) ^ 1;
  const changed = peer.signed([dataOf(PEER_TSN)]);
  const data = changed[1];
  if (data !== undefined) data[17] = 0xee;
  for (const packet of [
    peer.signed([dataOf(PEER_TSN)], { keyNumber: 1 }),
    peer.signed([dataOf(PEER_TSN)], { secret: SECRET }),
    tampered,
    changed,
  ]) {
    assert.deepEqual(kindsOf(scene.receive(tag, packet)), []);
  }
  assert.equal(dataEvents(scene), 0);
  assert.equal(scene.stack.statistics.unauthenticatedChunks, 4);
});

test("RFC 4895 §5.1: an AUTH chunk of another length than its HMAC's is dropped, and a second one too", () => {
  const { scene, tag, peer } = accepted([DATA]);
  const [auth = payload(0), data = payload(0)] = peer.signed([dataOf(PEER_TSN)]);
  for (const lengthBytes of [4, 5, 7, 8, 9, 27, 29, 40]) {
    const resized = new Uint8Array(lengthBytes);
    resized.set(auth.subarray(0, lengthBytes));
    resized[3] = lengthBytes;
    assert.deepEqual(kindsOf(scene.receive(tag, [resized, data])), []);
  }
  assert.equal(dataEvents(scene), 0);
  scene.receive(tag, [...peer.signed([dataOf(PEER_TSN)]), ...peer.signed([dataOf(PEER_TSN + 1)])]);
  assert.equal(dataEvents(scene), 0, "the first AUTH chunk does not fit to what there is behind it");
  const second = peer.signed([
    { kind: "AUTH", keyNumber: 0, hmacIdentifier: 1, hmac: new Uint8Array(20) },
    dataOf(PEER_TSN),
  ]);
  scene.receive(tag, second);
  assert.equal(dataEvents(scene), 0, "what stands behind a second AUTH chunk is not looked at");
});

test("RFC 4895 §5.1: without authentication an AUTH chunk is unknown, and silently ends the packet", () => {
  const scene = new Scene();
  const { tag } = scene.accept();
  const peer = new AuthenticatingPeer();
  assert.deepEqual(kindsOf(scene.receive(tag, peer.signed([dataOf(PEER_TSN)]))), []);
  assert.equal(dataEvents(scene), 0);
});

test("RFC 4895 §6.3: what has to be authenticated stays so where the peer cannot do it", () => {
  const scene = new Scene({ config: { authenticatedChunkTypes: [DATA] } });
  const { tag } = scene.accept();
  scene.receive(tag, [dataOf(PEER_TSN)]);
  assert.equal(dataEvents(scene), 0);
  const { tag: connected } = new Scene({ config: { authenticatedChunkTypes: [DATA] } }).connect();
  assert.notEqual(connected, 0);
});

test("RFC 4895 §6.1: a RANDOM parameter that has not 32 bytes ends the attempt with a Protocol Violation", () => {
  const random = { kind: "Random", random: new Uint8Array(31) } as const;
  const algorithm = { kind: "Requested HMAC Algorithm", hmacIdentifiers: [1] } as const;
  const scene = new Scene();
  const abort = only(scene.receive(0, [initOf({ parameters: [random, algorithm] })]), "ABORT");
  assert.deepEqual(
    abort.causes.map(({ kind }) => kind),
    ["Protocol Violation"],
  );
  const client = new Scene();
  const { init } = client.associate();
  const parameters = [{ kind: "State Cookie", cookie: PEER_COOKIE } as const, random, algorithm];
  const refusal = only(client.receive(init.initiateTag, [initAckOf({ parameters })]), "ABORT");
  assert.deepEqual(
    refusal.causes.map(({ kind }) => kind),
    ["Protocol Violation"],
  );
  assert.equal(client.eventTypes.at(-1), "cannot start");
});

test("RFC 4895 §6.3: a COOKIE ECHO that has to be authenticated is, by what its cookie says", () => {
  const peer = new AuthenticatingPeer();
  const scene = new Scene({ config: { authenticatedChunkTypes: [COOKIE_ECHO, DATA] } });
  scene.endpoint.sharedKeys.set(4, SECRET);
  const initAck = only(scene.receive(0, [initOf({ parameters: peer.parameters })]), "INIT ACK");
  peer.learn(initAck.parameters);
  const echo: Chunk = { kind: "COOKIE ECHO", cookie: cookieOf(initAck) };
  const tag = initAck.initiateTag;
  assert.deepEqual(kindsOf(scene.receive(tag, [echo])), [], "it is not");
  assert.deepEqual(kindsOf(scene.receive(tag, peer.signed([echo], { keyNumber: 4 }))), [], "by another key");
  assert.equal(scene.endpoint.associations.size, 0);
  const sent = scene.receive(tag, peer.signed([echo, dataOf(PEER_TSN)], { keyNumber: 4, secret: SECRET }));
  assert.deepEqual(kindsOf(sent)[0]?.slice(0, 1), ["COOKIE ACK"]);
  assert.equal(dataEvents(scene), 1, "RFC 4895 §6.3: and with it all that stands behind it");
});

test("RFC 4895 §7: COOKIE ECHO may stand before the AUTH chunk, which is for the DATA behind it", () => {
  const peer = new AuthenticatingPeer();
  const scene = new Scene({ config: { authenticatedChunkTypes: [DATA] } });
  const initAck = only(scene.receive(0, [initOf({ parameters: peer.parameters })]), "INIT ACK");
  peer.learn(initAck.parameters);
  const echo: Chunk = { kind: "COOKIE ECHO", cookie: cookieOf(initAck) };
  scene.receive(initAck.initiateTag, [echo, ...peer.signed([dataOf(PEER_TSN)])]);
  assert.equal(dataEvents(scene), 1);
});

test("RFC 4895 §4.1, §6.3: a COOKIE ECHO with an algorithm that we have not asked for gets an ERROR", () => {
  const peer = new AuthenticatingPeer();
  const scene = new Scene({ config: { authenticatedChunkTypes: [COOKIE_ECHO] } });
  const initAck = only(scene.receive(0, [initOf({ parameters: peer.parameters })]), "INIT ACK");
  peer.learn(initAck.parameters);
  const echo: Chunk = { kind: "COOKIE ECHO", cookie: cookieOf(initAck) };
  const signed = peer.signed([echo]);
  signed[0]?.set([0, 77], 6);
  const [answer] = scene.receive(initAck.initiateTag, signed);
  assert.equal(answer?.tag, PEER_TAG);
  assert.deepEqual(only(answer === undefined ? [] : [answer], "ERROR").causes, [
    { kind: "Unsupported HMAC Identifier", hmacIdentifier: 77 },
  ]);
  assert.equal(scene.endpoint.associations.size, 0);
});

test("RFC 4895 §6.3: whoever cannot authenticate does not get in where COOKIE ECHO has to be authenticated", () => {
  const scene = new Scene({ config: { authenticatedChunkTypes: [COOKIE_ECHO] } });
  const initAck = only(scene.receive(0, [initOf()]), "INIT ACK");
  scene.receive(initAck.initiateTag, [{ kind: "COOKIE ECHO", cookie: cookieOf(initAck) }]);
  assert.equal(scene.endpoint.associations.size, 0);
});

test("RFC 4895 §6.3: a restart takes the key of the association that stands, and then there is a new one", () => {
  const first = new AuthenticatingPeer();
  const { scene, tag } = accepted([COOKIE_ECHO, DATA], first, SECRET);
  // The restarted peer has forgotten the keys of the association, and only knows those of the new one.
  const second = new AuthenticatingPeer([], [3, 1]);
  const initiateTag = 0x2222_2222;
  const init = initOf({ initiateTag, parameters: second.parameters });
  const initAck = only(scene.receive(0, [init]), "INIT ACK");
  second.learn(initAck.parameters);
  const echo: Chunk = { kind: "COOKIE ECHO", cookie: cookieOf(initAck) };
  const restart = (packet: (Chunk | Uint8Array)[]): string[][] =>
    kindsOf(scene.receive(initAck.initiateTag, packet));
  assert.deepEqual(restart([echo]), []);
  assert.deepEqual(restart(second.signed([echo], { secret: SECRET })), [], "the new key is not known yet");
  assert.equal(scene.association.tcb.peerTag, PEER_TAG);
  assert.deepEqual(restart(first.signed([echo], { secret: SECRET }))[0]?.slice(0, 1), ["COOKIE ACK"]);
  assert.equal(scene.eventTypes.at(-1), "restart");
  scene.receive(initAck.initiateTag, first.signed([dataOf(PEER_TSN)], { secret: SECRET }));
  assert.equal(dataEvents(scene), 0, "the old key has had its day");
  scene.receive(initAck.initiateTag, second.signed([dataOf(PEER_TSN)], { secret: SECRET }));
  assert.equal(dataEvents(scene), 1);
  assert.notEqual(tag, initAck.initiateTag);
});

test("RFC 4895 §6.1: in a collision INIT and INIT ACK tell the same random number", () => {
  const scene = new Scene();
  const { init } = scene.associate();
  const peer = new AuthenticatingPeer();
  const initAck = only(scene.receive(0, [initOf({ parameters: peer.parameters })]), "INIT ACK");
  const randomOf = (parameters: typeof init.parameters): unknown =>
    parameters.find(({ kind }) => kind === "Random");
  assert.deepEqual(randomOf(initAck.parameters), randomOf(init.parameters));
  assert.notEqual(randomOf(init.parameters), undefined);
});

test("RFC 4895 §6.3: a COOKIE ECHO that ends a collision is authenticated by its cookie, or by the association", () => {
  for (const isEchoed of [false, true]) {
    const scene = new Scene({ config: { authenticatedChunkTypes: [COOKIE_ECHO] } });
    const { init } = scene.associate();
    const peer = new AuthenticatingPeer();
    const initAck = only(scene.receive(0, [initOf({ parameters: peer.parameters })]), "INIT ACK");
    peer.learn(init.parameters);
    if (isEchoed) {
      const parameters = [{ kind: "State Cookie", cookie: PEER_COOKIE } as const, ...peer.parameters];
      scene.receive(init.initiateTag, [initAckOf({ parameters })]);
    }
    const echo: Chunk = { kind: "COOKIE ECHO", cookie: cookieOf(initAck) };
    scene.receive(init.initiateTag, [echo]);
    assert.notEqual(scene.association.state, "ESTABLISHED");
    const sent = scene.receive(init.initiateTag, peer.signed([echo]));
    assert.equal(scene.association.state, "ESTABLISHED");
    assert.deepEqual(kindsOf(sent)[0]?.slice(0, 1), ["COOKIE ACK"]);
  }
});

test("RFC 4895 §6.3: an AUTH chunk is left out of what is out of the blue", () => {
  const scene = new Scene();
  const peer = new AuthenticatingPeer();
  const shutdownAck = scene.receive(77, peer.signed([{ kind: "SHUTDOWN ACK" }]));
  assert.deepEqual(kindsOf(shutdownAck), [["SHUTDOWN COMPLETE"]]);
  assert.deepEqual(kindsOf(scene.receive(77, peer.signed([dataOf(PEER_TSN)]))), [["ABORT"]]);
});

test("RFC 4895 §6.3: where ABORT has to be authenticated, nothing that is not ends the association", () => {
  const { scene, tag, peer } = accepted([ABORT]);
  const { localInitialTsn } = scene.association.tcb;
  for (const chunk of [
    { kind: "ABORT", tagReflected: false, causes: [] },
    dataOf(PEER_TSN + 1, { userData: payload(0) }),
    sackOf(localInitialTsn + 100),
  ] as const) {
    scene.receive(tag, [chunk]);
    assert.equal(scene.association.state, "ESTABLISHED", chunk.kind);
  }
  scene.receive(PEER_TAG, [{ kind: "ABORT", tagReflected: true, causes: [] }]);
  assert.equal(scene.association.state, "ESTABLISHED", "nor does one with the T bit");
  scene.receive(tag, peer.signed([sackOf(localInitialTsn + 100)]));
  assert.equal(scene.eventTypes.at(-1), "communication lost");
});

test("RFC 4895 §3.2: what a peer lists of INIT, INIT ACK, SHUTDOWN COMPLETE and AUTH is ignored, and makes up the key", () => {
  const { scene, peer } = accepted([], new AuthenticatingPeer([1, 2, 14, 15, DATA]));
  scene.association.send(payload(50), onStream(0), scene.now);
  const [sent] = scene.drain();
  assert.ok(sent !== undefined);
  assert.deepEqual(peer.verified(sent).types, [DATA]);
  scene.association.shutdown(scene.now);
  scene.receive(scene.association.tcb.localTag, [sackOf(scene.association.tcb.localInitialTsn)]);
  const last = scene.receive(scene.association.tcb.localTag, [{ kind: "SHUTDOWN ACK" }]);
  assert.deepEqual(kindsOf(last), [["SHUTDOWN COMPLETE"]]);
});

test("RFC 4895 §6.1: parameters that are missing or doubled make no difference to who may associate", () => {
  const peer = new AuthenticatingPeer();
  const [random, algorithm] = peer.parameters;
  assert.ok(random !== undefined && algorithm !== undefined);
  for (const parameters of [[], [random], [algorithm], [algorithm, algorithm]]) {
    const scene = new Scene();
    scene.accept({ parameters });
    assert.equal(scene.association.authentication.peerOffer, undefined);
  }
  const scene = new Scene();
  scene.accept({ parameters: [random, algorithm, { kind: "Random", random: payload(32) }] });
  assert.deepEqual(scene.association.authentication.peerOffer?.random, peer.random);
});

test("RFC 9260 §5.2.6, RFC 4895 §6.1: what begins anew after a stale cookie authenticates with the keys of then", () => {
  const scene = new Scene();
  const { association, init } = scene.associate();
  const peer = new AuthenticatingPeer([DATA]);
  const parameters = [{ kind: "State Cookie", cookie: PEER_COOKIE } as const, ...peer.parameters];
  scene.receive(init.initiateTag, [initAckOf({ parameters })]);
  const stale = { kind: "Stale Cookie", stalenessMicroseconds: 10 } as const;
  const again = only(scene.receive(init.initiateTag, [{ kind: "ERROR", causes: [stale] }]), "INIT");
  scene.receive(again.initiateTag, [initAckOf({ parameters })]);
  scene.receive(again.initiateTag, [{ kind: "COOKIE ACK" }]);
  assert.equal(association.state, "ESTABLISHED");
  peer.learn(again.parameters);
  association.send(payload(10), onStream(0), scene.now);
  const [sent] = scene.drain();
  assert.ok(sent !== undefined);
  assert.deepEqual(peer.verified(sent).types, [DATA]);
  assert.equal(association.tcb.peerTag, tsn(PEER_TAG));
});
