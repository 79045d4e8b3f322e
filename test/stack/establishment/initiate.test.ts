import assert from "node:assert/strict";
import { test } from "node:test";
import { COMMON_HEADER_BYTES } from "../../../src/wire/common-header.js";
import { chunkBytes, type Chunk } from "../../../src/wire/chunk.js";
import type { ErrorCause } from "../../../src/wire/error-cause.js";
import type { InitAckChunk } from "../../../src/wire/chunks/init-ack-chunk.js";
import { parametersBytes, type Parameter } from "../../../src/wire/parameter.js";
import { ip, onStream, payload } from "../pair.js";
import {
  cookieOf,
  initAckOf,
  ipParameter,
  initOf,
  kindsOf,
  only,
  packetOf,
  PEER,
  PEER_COOKIE,
  PEER_TAG,
  sackOf,
  Scene,
  unknownParameter,
} from "../scene.js";

const COOKIE: Parameter = { kind: "State Cookie", cookie: PEER_COOKIE };

test("RFC 9260 §5.1 A: INIT leaves alone, under tag 0, with a tag of its own", () => {
  const scene = new Scene({
    config: { outboundStreams: 12, maxInboundStreams: 34, receiveBufferBytes: 5678 },
  });
  const { init, sent } = scene.associate();
  assert.deepEqual(kindsOf(sent), [["INIT"]]);
  assert.equal(sent[0]?.tag, 0);
  assert.notEqual(init.initiateTag, 0);
  assert.deepEqual([init.outboundStreams, init.inboundStreams, init.aRwnd], [12, 34, 5678]);
});

test("RFC 9260 §5.1.2: INIT lists the addresses that the endpoint advertises, however small the path MTU is", () => {
  const advertised = Array.from({ length: 60 }, (_, index) => `10.2.0.${index + 1}`);
  const scene = new Scene({ advertised, mtuBytes: 280 });
  const { init } = scene.associate();
  assert.deepEqual(
    init.parameters.flatMap((parameter) =>
      parameter.kind === "IPv4 Address" ? [parameter.address.text] : [],
    ),
    advertised,
  );
});

test("RFC 9260 §5.1 C: INIT ACK is answered with COOKIE ECHO under the tag that it told", () => {
  const scene = new Scene();
  const { association, init } = scene.associate();
  const sent = scene.receive(init.initiateTag, [initAckOf()]);
  assert.deepEqual(kindsOf(sent), [["COOKIE ECHO"]]);
  assert.deepEqual(only(sent, "COOKIE ECHO").cookie, PEER_COOKIE);
  assert.equal(sent[0]?.tag, PEER_TAG);
  assert.equal(association.state, "COOKIE-ECHOED");
});

test("RFC 9260 §5.1 C: DATA may travel with COOKIE ECHO, in that packet only and within the path MTU", () => {
  const scene = new Scene();
  const { association, init } = scene.associate();
  for (let index = 0; index < 40; index += 1) association.send(payload(500), onStream(0), scene.now);
  assert.deepEqual(scene.drain(), [], "nothing but INIT in COOKIE-WAIT");
  const sent = scene.receive(init.initiateTag, [initAckOf()]);
  assert.deepEqual(kindsOf(sent), [["COOKIE ECHO", "DATA", "DATA"]]);
  assert.ok((sent[0]?.bytes.length ?? 0) <= 1480);
  association.send(payload(500), onStream(0), scene.now);
  assert.deepEqual(scene.drain(), []);
  assert.ok(kindsOf(scene.receive(init.initiateTag, [{ kind: "COOKIE ACK" }])).length > 0);
});

test("RFC 9260 §5.1 C: a cookie that leaves no room in the path MTU travels alone", () => {
  const scene = new Scene({ mtuBytes: 576 });
  const { association, init } = scene.associate();
  association.send(payload(100), onStream(0), scene.now);
  const cookie = new Uint8Array(3000);
  const parameters: Parameter[] = [{ kind: "State Cookie", cookie }, unknownParameter(0xc101)];
  const sent = scene.receive(init.initiateTag, [initAckOf({ parameters })]);
  assert.deepEqual(kindsOf(sent), [["COOKIE ECHO"]]);
  // §3.2.2: what could not be bundled follows behind the COOKIE ACK.
  const after = scene.receive(init.initiateTag, [{ kind: "COOKIE ACK" }]).flatMap((packet) => packet.chunks);
  assert.deepEqual(
    after.map((chunk) => chunk.kind),
    ["ERROR", "DATA"],
  );
});

test("RFC 9260 §5.1 E: COOKIE ACK establishes the association", () => {
  const scene = new Scene();
  const { association } = scene.connect();
  assert.equal(association.state, "ESTABLISHED");
  assert.equal(scene.last("communication up").accepted, false);
});

test("RFC 9260 §5.1.1: fewer streams than asked for are used, and messages for the others are given back", () => {
  const scene = new Scene();
  const { association, init } = scene.associate();
  association.send(payload(10), onStream(4), scene.now);
  association.send(payload(20), onStream(5), scene.now);
  const sent = scene.receive(init.initiateTag, [initAckOf({ inboundStreams: 5, outboundStreams: 3 })]);
  assert.equal(only(sent, "DATA").streamId, 4);
  const failed = scene.last("send failed");
  assert.deepEqual([failed.message.streamId, failed.sent], [5, false]);
  assert.deepEqual([association.outboundStreams, association.inboundStreams], [5, 3]);
  assert.equal(association.sendBufferBytes, 10);
});

const REFUSED: readonly [string, Partial<InitAckChunk>, ErrorCause[]][] = [
  ["without a State Cookie", { parameters: [] }, [missingCookie()]],
  ["without outbound streams", { outboundStreams: 0 }, [{ kind: "Invalid Mandatory Parameter" }]],
  ["without inbound streams", { inboundStreams: 0 }, [{ kind: "Invalid Mandatory Parameter" }]],
];

function missingCookie(): ErrorCause {
  return { kind: "Missing Mandatory Parameter", parameterTypes: [7] };
}

for (const [what, change, causes] of REFUSED) {
  test(`RFC 9260 §3.3.3, §5.1: an INIT ACK ${what} ends the attempt with ABORT under its Initiate Tag`, () => {
    const scene = new Scene();
    const { init } = scene.associate();
    const sent = scene.receive(init.initiateTag, [initAckOf(change)]);
    const abort = only(sent, "ABORT");
    assert.deepEqual([sent[0]?.tag, abort.tagReflected], [PEER_TAG, false]);
    assert.deepEqual(abort.causes, causes);
    assert.deepEqual(scene.eventTypes, ["cannot start"]);
    assert.equal(scene.stack.associationCount, 0);
    assert.equal(scene.stack.pollTimeout(), Number.POSITIVE_INFINITY);
  });
}

test("RFC 9260 §3.3.3: an INIT ACK with an a_rwnd below 1500 is refused with ABORT, and T1-init runs on", () => {
  const scene = new Scene();
  const { association, init } = scene.associate();
  const sent = scene.receive(init.initiateTag, [initAckOf({ aRwnd: 1499 })]);
  assert.deepEqual([sent[0]?.tag, only(sent, "ABORT").tagReflected], [PEER_TAG, false]);
  assert.deepEqual(only(sent, "ABORT").causes, [{ kind: "Invalid Mandatory Parameter" }]);
  assert.equal(association.state, "COOKIE-WAIT");
  assert.deepEqual(kindsOf(scene.advance(1000)), [["INIT"]]);
});

test("RFC 9260 §3.3.3: an INIT ACK with an Initiate Tag of 0 ends the attempt with a reflected ABORT", () => {
  const scene = new Scene();
  const { init } = scene.associate();
  const sent = scene.receive(init.initiateTag, [initAckOf({ initiateTag: 0 })]);
  assert.deepEqual([sent[0]?.tag, only(sent, "ABORT").tagReflected], [init.initiateTag, true]);
  assert.deepEqual(scene.eventTypes, ["cannot start"]);
});

test("RFC 9260 §5.1.2 B: an INIT ACK with a host name ends the attempt", () => {
  const scene = new Scene();
  const { init } = scene.associate();
  const parameters: Parameter[] = [COOKIE, { kind: "Host Name Address", hostName: Uint8Array.of(97) }];
  const abort = only(scene.receive(init.initiateTag, [initAckOf({ parameters })]), "ABORT");
  assert.equal(abort.causes[0]?.kind, "Unresolvable Address");
});

test("RFC 9260 §5.1: an INIT ACK that cannot be read ends the attempt with ABORT, Protocol Violation", () => {
  const scene = new Scene();
  const { init } = scene.associate();
  const bytes = chunkBytes(initAckOf({ parameters: [unknownParameter(0x8001), COOKIE] }));
  new DataView(bytes.buffer).setUint16(20 + 2, 3);
  const sent = scene.receive(init.initiateTag, [bytes]);
  assert.equal(sent[0]?.tag, PEER_TAG);
  assert.equal(only(sent, "ABORT").causes[0]?.kind, "Protocol Violation");
  assert.deepEqual(scene.eventTypes, ["cannot start"]);
});

test("RFC 9260 §6.10: an INIT ACK that shares its packet is discarded", () => {
  const scene = new Scene();
  const { association, init } = scene.associate();
  assert.deepEqual(scene.receive(init.initiateTag, [initAckOf(), { kind: "COOKIE ACK" }]), []);
  assert.deepEqual(scene.receive(init.initiateTag, [{ kind: "COOKIE ACK" }, initAckOf()]), []);
  assert.equal(association.state, "COOKIE-WAIT");
});

test("RFC 9260 §8.5: an INIT ACK under a wrong tag is discarded", () => {
  const scene = new Scene();
  const { association, init } = scene.associate();
  assert.deepEqual(scene.receive(init.initiateTag + 1, [initAckOf()]), []);
  assert.equal(association.state, "COOKIE-WAIT");
});

test("RFC 9260 §3.2.2: unknown parameters of an INIT ACK are reported beside the COOKIE ECHO", () => {
  const scene = new Scene();
  const { init } = scene.associate();
  const unknown = [
    unknownParameter(0x8123),
    unknownParameter(0xc123),
    unknownParameter(0x4123),
    unknownParameter(0xc125),
  ];
  const sent = scene.receive(init.initiateTag, [initAckOf({ parameters: [COOKIE, ...unknown] })]);
  assert.deepEqual(kindsOf(sent), [["COOKIE ECHO", "ERROR"]]);
  assert.deepEqual(only(sent, "ERROR").causes, [
    { kind: "Unrecognized Parameters", parameters: parametersBytes(unknown.slice(1, 3)) },
  ]);
});

test("RFC 9260 §3.2.1: a cookie behind a parameter that stops the processing is not there", () => {
  const scene = new Scene();
  const { init } = scene.associate();
  const parameters = [unknownParameter(0x0123), COOKIE];
  const abort = only(scene.receive(init.initiateTag, [initAckOf({ parameters })]), "ABORT");
  assert.deepEqual(abort.causes, [missingCookie()]);
});

test("RFC 9260 §5.4: what the user named is confirmed, what the INIT ACK tells is not, its source included", () => {
  const scene = new Scene();
  const { association, init } = scene.associate(["10.0.0.1", "10.0.0.3"]);
  const parameters: Parameter[] = [
    COOKIE,
    { kind: "IPv4 Address", address: ip("10.0.0.9") },
    { kind: "IPv6 Address", address: ip("2001:db8::1") },
    { kind: "IPv4 Address", address: ip("127.0.0.1") },
  ];
  const from = { address: ip("10.0.0.8"), udpPort: 4321 };
  const sent = scene.receive(init.initiateTag, [initAckOf({ parameters })], from);
  assert.equal(sent[0]?.destination, "10.0.0.1", "COOKIE ECHO goes to a confirmed address");
  assert.deepEqual(
    association.paths.map((path) => [path.address.text, path.state]),
    [
      ["10.0.0.1", "active"],
      ["10.0.0.3", "active"],
      ["10.0.0.8", "unconfirmed"],
      ["10.0.0.9", "unconfirmed"],
    ],
  );
});

/** When each INIT or COOKIE ECHO left, counted from the first. */
function times(scene: Scene, kind: Chunk["kind"]): number[] {
  const found = scene.sent.filter((packet) => packet.chunks[0]?.kind === kind);
  return found.map((packet) => packet.at - (found[0]?.at ?? 0));
}

test("RFC 9260 §4 2), §5.1.6, §6.3.3: INIT is repeated unchanged, each time after twice as long", () => {
  const scene = new Scene();
  const { init } = scene.associate();
  scene.advance(10_000_000);
  assert.deepEqual(
    times(scene, "INIT"),
    [0, 1000, 3000, 7000, 15_000, 31_000, 63_000, 123_000, 183_000],
    "RTO.Initial, doubled up to RTO.Max, Max.Init.Retransmits times",
  );
  for (const packet of scene.sent) assert.deepEqual(packet.chunks, [init]);
  assert.deepEqual(scene.eventTypes, ["cannot start"]);
  assert.deepEqual(scene.last("cannot start").reason, { kind: "unreachable" });
  assert.equal(scene.stack.associationCount, 0);
  assert.equal(scene.stack.pollTimeout(), Number.POSITIVE_INFINITY);
});

test("RFC 9260 §4 3): COOKIE ECHO is repeated with its DATA, Max.Init.Retransmits times", () => {
  const scene = new Scene({ config: { maxInitRetransmits: 3 } });
  const { association, init } = scene.associate();
  association.send(payload(100), onStream(0), scene.now);
  scene.receive(init.initiateTag, [initAckOf()]);
  scene.advance(10_000_000);
  assert.deepEqual(times(scene, "COOKIE ECHO"), [0, 1000, 3000, 7000]);
  assert.ok(scene.sent.slice(1).every((packet) => packet.chunks.map((chunk) => chunk.kind).includes("DATA")));
  assert.deepEqual(scene.eventTypes, ["cannot start", "send failed"]);
  assert.equal(scene.stack.associationCount, 0);
});

test("RFC 6458 §8.1.3: sinit_max_init_timeo bounds the time-out of INIT", () => {
  const scene = new Scene({ config: { maxInitRetransmits: 4, maxInitTimeoutMs: 1500 } });
  scene.associate();
  scene.advance(10_000_000);
  assert.deepEqual(times(scene, "INIT"), [0, 1000, 2500, 4000, 5500]);
});

test("RFC 9260 §5.1: repeated INITs and COOKIE ECHOs go round the confirmed addresses", () => {
  const scene = new Scene({ config: { maxInitRetransmits: 3 } });
  const { init } = scene.associate(["10.0.0.1", "10.0.0.3"]);
  scene.advance(1000);
  const parameters: Parameter[] = [COOKIE, ipParameter("10.0.0.3"), ipParameter("10.0.0.9")];
  scene.receive(init.initiateTag, [initAckOf({ parameters })]);
  scene.advance(60_000);
  assert.deepEqual(
    scene.sent.map((packet) => [packet.chunks[0]?.kind, packet.destination]),
    [
      ["INIT", "10.0.0.1"],
      ["INIT", "10.0.0.3"],
      ["COOKIE ECHO", "10.0.0.1"],
      ["COOKIE ECHO", "10.0.0.3"],
      ["COOKIE ECHO", "10.0.0.1"],
      ["COOKIE ECHO", "10.0.0.3"],
    ],
  );
});

test("RFC 9260 §6.3.1: the handshake measures the round trip, but not with what was sent again", () => {
  const scene = new Scene();
  const { association, init } = scene.associate();
  scene.now += 300;
  scene.receive(init.initiateTag, [initAckOf()]);
  assert.equal(association.primaryPath.rto.smoothedRoundTripMs, 300);
  const other = new Scene();
  const again = other.associate();
  other.advance(1300);
  other.receive(again.init.initiateTag, [initAckOf()]);
  assert.equal(again.association.primaryPath.rto.smoothedRoundTripMs, undefined);
});

test("RFC 9260 §5.2.6 3: a stale cookie leads to a new INIT that asks for a longer life", () => {
  const scene = new Scene();
  const { association, init } = scene.associate(["10.0.0.1"], { maxSegmentBytes: 1000 });
  association.send(payload(3000), onStream(0), scene.now);
  scene.receive(init.initiateTag, [initAckOf()]);
  scene.now += 400;
  const sent = scene.receive(init.initiateTag, [staleCookie()]);
  const again = only(sent, "INIT");
  assert.equal(sent[0]?.tag, 0);
  // To a peer that has accepted another cookie of ours meanwhile, it is a restart (§5.2.4 A).
  assert.notEqual(again.initiateTag, init.initiateTag);
  assert.equal(again.initialTsn, init.initialTsn);
  assert.deepEqual(again.parameters, [
    ...init.parameters,
    { kind: "Cookie Preservative", suggestedIncrementMs: 1400 },
  ]);
  assert.equal(association.state, "COOKIE-WAIT");
  scene.receive(again.initiateTag, [initAckOf({ initiateTag: 77 })]);
  const echoed = scene.sent.at(-1);
  assert.deepEqual([echoed?.tag, echoed?.chunks[0]?.kind], [77, "COOKIE ECHO"]);
  scene.receive(init.initiateTag, [{ kind: "COOKIE ACK" }]);
  assert.equal(association.state, "COOKIE-ECHOED", "what answers an older cookie does not bear the new tag");
  scene.receive(again.initiateTag, [{ kind: "COOKIE ACK" }]);
  assert.equal(association.state, "ESTABLISHED");
  // Nothing was counted twice on the way: the rest of the message leaves, and then nothing waits any more.
  const tsns = scene.sent.flatMap((packet) =>
    packet.chunks.flatMap((chunk) => (chunk.kind === "DATA" ? [chunk.tsn - init.initialTsn] : [])),
  );
  assert.deepEqual(tsns, [0, 0, 1, 2]);
  assert.ok(association.tcb.sendQueue.isEmpty);
  assert.deepEqual(scene.eventTypes, ["communication up"]);
});

test("RFC 9260 §5.2.6, §5.1.1: fewer streams after a stale cookie: what has begun ends, what has not is given back", () => {
  const scene = new Scene();
  const { association, init } = scene.associate(["10.0.0.1"], { maxSegmentBytes: 1000 });
  association.send(payload(3000), onStream(5), scene.now);
  association.send(payload(100), onStream(5), scene.now);
  association.send(payload(200), onStream(1), scene.now);
  scene.receive(init.initiateTag, [initAckOf()]);
  const again = only(scene.receive(init.initiateTag, [staleCookie()]), "INIT");
  scene.receive(again.initiateTag, [initAckOf({ inboundStreams: 2 })]);
  assert.equal(association.outboundStreams, 2);
  assert.deepEqual(scene.eventTypes, ["send failed"]);
  assert.equal(association.sendBufferBytes, 3200);
  scene.receive(again.initiateTag, [{ kind: "COOKIE ACK" }]);
  scene.receive(again.initiateTag, [sackOf(init.initialTsn + 3)]);
  assert.equal(association.sendBufferBytes, 0);
  assert.ok(association.isSenderDry);
  association.shutdown(scene.now);
  assert.deepEqual(kindsOf(scene.drain()), [["SHUTDOWN"]]);
});

test("RFC 9260 §5.2.6, §5.2.4: after a stale cookie the peer's tag is unknown again: no cookie can match it", () => {
  const scene = new Scene();
  const { association, init } = scene.associate();
  scene.receive(init.initiateTag, [initAckOf()]);
  const again = only(scene.receive(init.initiateTag, [staleCookie()]), "INIT");
  const initAck = only(scene.receive(0, [initOf()]), "INIT ACK");
  assert.equal(initAck.initiateTag, again.initiateTag);
  const sent = scene.receive(again.initiateTag, [{ kind: "COOKIE ECHO", cookie: cookieOf(initAck) }]);
  assert.deepEqual(kindsOf(sent), [["COOKIE ACK"]]);
  assert.equal(association.state, "ESTABLISHED", "Table 12 B, not D");
});

test("RFC 9260 §5.2.6: a peer that finds every cookie stale counts as unreachable in the end", () => {
  const scene = new Scene();
  const { association, init } = scene.associate();
  let { initiateTag } = init;
  for (let round = 0; round < 20 && association.state !== "CLOSED"; round += 1) {
    scene.receive(initiateTag, [initAckOf()]);
    scene.receive(initiateTag, [staleCookie()]);
    initiateTag = association.tcb.localTag;
  }
  assert.deepEqual(scene.last("cannot start").reason, { kind: "unreachable" });
});

test("RFC 9260 §5.2.6: outside COOKIE-ECHOED a stale cookie is discarded silently", () => {
  const scene = new Scene();
  const { association, init } = scene.associate();
  assert.deepEqual(scene.receive(init.initiateTag, [staleCookie()]), []);
  assert.equal(association.state, "COOKIE-WAIT");
  const established = new Scene();
  const { tag } = established.accept();
  assert.deepEqual(established.receive(tag, [staleCookie()]), []);
  assert.deepEqual(established.eventTypes, ["communication up"]);
});

test("RFC 9260 §5.2.6, §3.3.10: causes beside a stale cookie are told to the user", () => {
  const scene = new Scene();
  const { association, init } = scene.associate();
  scene.receive(init.initiateTag, [initAckOf()]);
  const others: ErrorCause = { kind: "Invalid Stream Identifier", streamId: 3 };
  scene.receive(init.initiateTag, [staleCookie(others)]);
  assert.equal(association.state, "COOKIE-WAIT");
  assert.deepEqual(scene.last("remote error").causes, [others]);
  const established = new Scene();
  const { tag } = established.accept();
  established.receive(tag, [staleCookie(others)]);
  assert.deepEqual(established.last("remote error").causes, [others]);
});

test("RFC 9260 §9.1: an ABORT ends an attempt that has just begun, with the peer's reasons", () => {
  const scene = new Scene();
  const { init } = scene.associate();
  const causes: ErrorCause[] = [{ kind: "Out of Resource" }];
  assert.deepEqual(scene.receive(init.initiateTag, [{ kind: "ABORT", tagReflected: false, causes }]), []);
  const { reason } = scene.last("cannot start");
  assert.ok(reason.kind === "aborted by peer");
  assert.deepEqual(reason.causes, causes);
});

test("RFC 9260 §8.5.1 E, §9.2: a SHUTDOWN ACK of an earlier association is answered; T1-init goes on", () => {
  for (const forming of ["COOKIE-WAIT", "COOKIE-ECHOED"]) {
    const scene = new Scene();
    const { association, init } = scene.associate();
    if (forming === "COOKIE-ECHOED") scene.receive(init.initiateTag, [initAckOf()]);
    const timeout = scene.stack.pollTimeout();
    const sent = scene.receive(0x7777, [{ kind: "SHUTDOWN ACK" }]);
    assert.deepEqual([sent[0]?.tag, only(sent, "SHUTDOWN COMPLETE").tagReflected], [0x7777, true]);
    assert.equal(association.state, forming);
    assert.equal(scene.stack.pollTimeout(), timeout);
  }
});

test("RFC 9260 §8.5: other chunks of an earlier association are discarded silently meanwhile", () => {
  const scene = new Scene();
  scene.associate();
  assert.deepEqual(scene.receive(0x7777, [{ kind: "HEARTBEAT", info: new Uint8Array(4) }]), []);
  assert.deepEqual(scene.receive(0x7777, [{ kind: "COOKIE ACK" }]), []);
});

test("RFC 9260 §9.2: a SHUTDOWN in COOKIE-WAIT and COOKIE-ECHOED is discarded", () => {
  const scene = new Scene();
  const { association, init } = scene.associate();
  const shutdown: Chunk = { kind: "SHUTDOWN", cumulativeTsnAck: init.initialTsn };
  assert.deepEqual(scene.receive(init.initiateTag, [shutdown]), []);
  scene.receive(init.initiateTag, [initAckOf()]);
  assert.deepEqual(scene.receive(init.initiateTag, [shutdown]), []);
  assert.equal(association.state, "COOKIE-ECHOED");
});

test("RFC 9260 §1.3: to begin an association with a peer that has one answers that one", () => {
  const scene = new Scene();
  const { association } = scene.accept();
  const again = scene.endpoint.associate(
    { addresses: [ip("10.0.0.77"), PEER.address], port: PEER.port, udpPort: PEER.udpPort },
    scene.now,
  );
  assert.equal(again, association);
  assert.deepEqual(scene.drain(), []);
});

test("RFC 9260 §9.1: an attempt that the user aborts ends; the peer is told once its tag is known", () => {
  const scene = new Scene();
  const first = scene.associate();
  first.association.abort([]);
  assert.deepEqual(scene.drain(), []);
  const second = scene.associate();
  scene.receive(second.init.initiateTag, [initAckOf()]);
  second.association.abort([]);
  const sent = scene.drain();
  assert.deepEqual([sent[0]?.tag, only(sent, "ABORT").tagReflected], [PEER_TAG, false]);
  assert.equal(scene.stack.pollTimeout(), Number.POSITIVE_INFINITY);
});

test("RFC 9260 §6.8, §3.1: what is no packet, has a wrong checksum or a port 0 is discarded", () => {
  const scene = new Scene();
  const { init } = scene.associate();
  const bytes = packetOf(PEER, init.initiateTag, [initAckOf()]);
  for (let length = 0; length < COMMON_HEADER_BYTES + 4; length += 1)
    assert.deepEqual(scene.receiveBytes(bytes.slice(0, length)), []);
  const broken = bytes.slice();
  broken[20] = 1 ^ (broken[20] ?? 0);
  assert.deepEqual(scene.receiveBytes(broken), []);
  assert.deepEqual(scene.receiveBytes(packetOf({ ...PEER, port: 0 }, init.initiateTag, [initAckOf()])), []);
  assert.equal(scene.association.state, "COOKIE-WAIT");
});

function staleCookie(...others: ErrorCause[]): Chunk {
  return { kind: "ERROR", causes: [...others, { kind: "Stale Cookie", stalenessMicroseconds: 1 }] };
}

test("RFC 9260 §6, §5.2.4 B: who restarts behind its SACK, but before its COOKIE ACK arrives, gets the data anew", () => {
  const scene = new Scene();
  const { association, init } = scene.associate();
  association.send(payload(100), onStream(0), scene.now);
  scene.receive(init.initiateTag, [initAckOf()]);
  scene.receive(init.initiateTag, [sackOf(init.initialTsn)]);
  const initAck = only(scene.receive(0, [initOf({ initiateTag: 99 })]), "INIT ACK");
  const sent = scene.receive(init.initiateTag, [{ kind: "COOKIE ECHO", cookie: cookieOf(initAck) }]);
  assert.deepEqual(kindsOf(sent), [["COOKIE ACK", "DATA"]]);
  assert.equal(only(sent, "DATA").tsn, init.initialTsn);
  assert.equal(association.state, "ESTABLISHED");
});

test("RFC 9260 §6, §5.2.6: what was acknowledged before the cookie became stale is sent again", () => {
  const scene = new Scene();
  const { association, init } = scene.associate();
  association.send(payload(100), onStream(0), scene.now);
  scene.receive(init.initiateTag, [initAckOf()]);
  scene.receive(init.initiateTag, [sackOf(init.initialTsn)]);
  const again = only(scene.receive(init.initiateTag, [staleCookie()]), "INIT");
  const sent = scene.receive(again.initiateTag, [initAckOf({ initiateTag: 77 })]);
  assert.equal(only(sent, "DATA").tsn, init.initialTsn);
});
