import assert from "node:assert/strict";
import { test } from "node:test";
import { ssn, tsn } from "../../../src/base/serial-number.js";
import type { Association } from "../../../src/stack/association.js";
import type { Chunk } from "../../../src/wire/chunk.js";
import type { InitChunk } from "../../../src/wire/chunks/init-chunk.js";
import type { Parameter } from "../../../src/wire/parameter.js";
import { ip, onStream, payload } from "../pair.js";
import {
  cookieOf,
  dataOf,
  initAckOf,
  initOf,
  kindsOf,
  only,
  PEER,
  PEER_COOKIE,
  PEER_TAG,
  PEER_TSN,
  sackOf,
  Scene,
} from "../scene.js";

/** The peer after it has restarted: another tag, another Initial TSN. */
const RESTARTED = { initiateTag: 0x2222_2222, initialTsn: tsn(9000) };

interface Started {
  readonly scene: Scene;
  readonly association: Association;
  readonly tag: number;
}

/** Brings an association into each state in which an unexpected chunk can find it. */
const STATES: Readonly<Record<string, () => Started>> = {
  "COOKIE-WAIT": () => {
    const scene = new Scene();
    const { association, init } = scene.associate();
    return { scene, association, tag: init.initiateTag };
  },
  "COOKIE-ECHOED": () => {
    const scene = new Scene();
    const { association, init } = scene.associate();
    scene.receive(init.initiateTag, [initAckOf()]);
    return { scene, association, tag: init.initiateTag };
  },
  ESTABLISHED: () => {
    const scene = new Scene();
    return { scene, ...scene.accept() };
  },
  "SHUTDOWN-PENDING": () => {
    const scene = new Scene();
    const { association, tag } = scene.accept();
    association.send(payload(10), onStream(0), scene.now);
    association.shutdown(scene.now);
    scene.drain();
    return { scene, association, tag };
  },
  "SHUTDOWN-SENT": () => {
    const scene = new Scene();
    const { association, tag } = scene.accept();
    association.shutdown(scene.now);
    scene.drain();
    return { scene, association, tag };
  },
  "SHUTDOWN-RECEIVED": () => {
    const scene = new Scene();
    const { association, tag, initAck } = scene.accept();
    association.send(payload(10), onStream(0), scene.now);
    scene.drain();
    scene.receive(tag, [{ kind: "SHUTDOWN", cumulativeTsnAck: tsn(initAck.initialTsn - 1) }]);
    return { scene, association, tag };
  },
  "SHUTDOWN-ACK-SENT": () => {
    const scene = new Scene();
    const { association, tag, initAck } = scene.accept();
    scene.receive(tag, [{ kind: "SHUTDOWN", cumulativeTsnAck: tsn(initAck.initialTsn - 1) }]);
    return { scene, association, tag };
  },
};

function inState(name: string): Started {
  const started = (STATES[name] as () => Started)();
  assert.equal(started.association.state, name);
  return started;
}

for (const name of Object.keys(STATES)) {
  if (name === "COOKIE-WAIT") continue;
  test(`RFC 9260 §5.2.3: an INIT ACK in ${name} is discarded`, () => {
    const { scene, association, tag } = inState(name);
    assert.deepEqual(scene.receive(tag, [initAckOf(RESTARTED)]), []);
    assert.deepEqual(scene.receive(tag, [initAckOf({ initiateTag: 0 })]), []);
    assert.equal(association.state, name);
    assert.equal(association.tcb.peerTag, PEER_TAG);
  });
}

for (const name of Object.keys(STATES)) {
  if (name === "COOKIE-ECHOED") continue;
  test(`RFC 9260 §5.2.5: a COOKIE ACK in ${name} is discarded`, () => {
    const { scene, association, tag } = inState(name);
    const before = scene.eventTypes.length;
    assert.deepEqual(scene.receive(tag, [{ kind: "COOKIE ACK" }]), []);
    assert.equal(association.state, name);
    assert.equal(scene.eventTypes.length, before);
  });
}

test("RFC 9260 §5.2.1: an INIT in COOKIE-WAIT is answered with the parameters of our own INIT", () => {
  const scene = new Scene();
  const config = { receiveBufferBytes: 5000, outboundStreams: 3, maxInboundStreams: 4 };
  const { association, init } = scene.associate(["10.0.0.1"], config);
  const [timeout, sent] = [scene.stack.pollTimeout(), scene.receive(0, [initOf()])];
  const initAck = only(sent, "INIT ACK");
  for (const field of ["initiateTag", "initialTsn", "aRwnd", "outboundStreams", "inboundStreams"] as const) {
    assert.equal(initAck[field], init[field], field);
  }
  assert.equal(sent[0]?.tag, PEER_TAG);
  assert.equal(association.state, "COOKIE-WAIT");
  assert.equal(scene.stack.pollTimeout(), timeout, "T1-init is left running");
});

test("RFC 9260 §5.2.1: the INIT ACK in COOKIE-WAIT goes only where the user has said that the peer is", () => {
  const scene = new Scene();
  scene.associate();
  const listed: Parameter[] = [{ kind: "IPv4 Address", address: ip("10.0.0.1") }];
  const from = { address: ip("10.66.66.66"), udpPort: 6666 };
  const [answer, ...others] = scene.receive(0, [initOf({ parameters: listed })], from);
  assert.deepEqual(others, []);
  assert.equal(answer?.destination, "10.0.0.1");
  assert.equal(answer?.udpPort, PEER.udpPort);
  assert.equal(answer?.chunks[0]?.kind, "INIT ACK");
});

test("RFC 9260 §5.2.1, §5.4: INIT ACKs that went elsewhere than the INITs came from lead there, in both families", () => {
  const scene = new Scene({ addresses: ["10.0.0.2", "fd00::2"] });
  const { association } = scene.associate(["fd00::1"]);
  const listed: Parameter[] = [{ kind: "IPv6 Address", address: ip("fd00::1") }];
  const initAcks = [7, 8].map((initiateTag) => {
    const sent = scene.receive(0, [initOf({ parameters: listed, initiateTag })]);
    assert.equal(sent[0]?.destination, "fd00::1");
    return only(sent, "INIT ACK");
  });
  // The second is that of a peer that has restarted meanwhile.
  for (const initAck of initAcks) {
    const from = { address: ip("fd00::1"), to: ip("fd00::2") };
    scene.receive(initAck.initiateTag, [{ kind: "COOKIE ECHO", cookie: cookieOf(initAck) }], from);
    assert.equal(association.state, "ESTABLISHED");
    const { address, state } = association.primaryPath;
    assert.deepEqual([address.text, state], ["fd00::1", "active"]);
  }
});

test("RFC 9260 §5.2.1: an INIT in COOKIE-ECHOED is answered with our tag, and with Tie-Tags in the cookie", () => {
  const { scene, association, tag } = inState("COOKIE-ECHOED");
  const initAck = only(scene.receive(0, [initOf(RESTARTED)]), "INIT ACK");
  assert.equal(initAck.initiateTag, tag);
  assert.notEqual(association.tcb.localTieTag, 0);
  assert.notEqual(association.tcb.peerTieTag, 0);
  assert.equal(association.state, "COOKIE-ECHOED");
});

for (const name of [
  "COOKIE-ECHOED",
  "ESTABLISHED",
  "SHUTDOWN-PENDING",
  "SHUTDOWN-SENT",
  "SHUTDOWN-RECEIVED",
]) {
  test(`RFC 9260 §5.2.1, §5.2.2: an INIT in ${name} that adds addresses is refused with those`, () => {
    const { scene, association } = inState(name);
    const parameters: Parameter[] = [
      { kind: "IPv4 Address", address: ip("10.0.0.1") },
      { kind: "IPv4 Address", address: ip("10.0.0.9") },
    ];
    const sent = scene.receive(0, [initOf({ ...RESTARTED, parameters })]);
    assert.deepEqual(only(sent, "ABORT").causes, [
      { kind: "Restart of an Association with New Addresses", addresses: [ip("10.0.0.9")] },
    ]);
    assert.equal(sent[0]?.tag, RESTARTED.initiateTag);
    assert.equal(association.state, name);
    assert.equal(association.paths.length, 1);
  });
}

test("RFC 5062 §2: an INIT from elsewhere that lists an address of the peer is refused, and changes nothing", () => {
  const { scene, association } = inState("ESTABLISHED");
  const parameters: Parameter[] = [{ kind: "IPv4 Address", address: ip("10.0.0.1") }];
  const sent = scene.receive(0, [initOf({ ...RESTARTED, parameters })], { address: ip("10.66.66.66") });
  assert.deepEqual(
    sent.map((packet) => [packet.destination, packet.chunks[0]?.kind]),
    [["10.66.66.66", "ABORT"]],
  );
  assert.equal(association.paths.length, 1);
});

test("RFC 9260 §5.2.2: addresses that were passed over when the association began are not new", () => {
  const scene = new Scene();
  const parameters: Parameter[] = [{ kind: "IPv6 Address", address: ip("2001:db8::1") }];
  for (let host = 1; host <= 40; host += 1)
    parameters.push({ kind: "IPv4 Address", address: ip(`10.1.0.${host}`) });
  const { association } = scene.accept({ parameters });
  assert.equal(association.paths.length, 32);
  only(scene.receive(0, [initOf({ ...RESTARTED, parameters })]), "INIT ACK");
});

for (const name of ["ESTABLISHED", "SHUTDOWN-PENDING", "SHUTDOWN-SENT", "SHUTDOWN-RECEIVED"]) {
  test(`RFC 9260 §5.2.2: an INIT in ${name} is answered with a new tag; the association stays as it is`, () => {
    const { scene, association, tag } = inState(name);
    const timeout = scene.stack.pollTimeout();
    const initAck = only(scene.receive(0, [initOf(RESTARTED)]), "INIT ACK");
    assert.notEqual(initAck.initiateTag, tag);
    assert.equal(association.state, name);
    assert.equal(association.tcb.localTag, tag);
    assert.equal(association.tcb.peerTag, PEER_TAG);
    assert.equal(scene.stack.pollTimeout(), timeout);
  });
}

test("RFC 9260 §9.2: an INIT in SHUTDOWN-ACK-SENT is answered with SHUTDOWN ACK, and T2-shutdown goes on", () => {
  const { scene, association } = inState("SHUTDOWN-ACK-SENT");
  scene.advance(500);
  const timeout = scene.stack.pollTimeout();
  const sent = scene.receive(0, [initOf(RESTARTED)], { udpPort: 7777 });
  assert.deepEqual(kindsOf(sent), [["SHUTDOWN ACK"]]);
  assert.equal(sent[0]?.tag, PEER_TAG);
  assert.equal(sent[0]?.udpPort, 7777, "RFC 6951 §5.4: the answer goes to the packet's own port");
  assert.equal(association.paths[0]?.udpPort, PEER.udpPort);
  assert.equal(association.state, "SHUTDOWN-ACK-SENT");
  assert.equal(scene.stack.pollTimeout(), timeout);
});

test("RFC 9260 §9.2: such an INIT from an address that is not the peer's is not told the peer's tag", () => {
  const { scene } = inState("SHUTDOWN-ACK-SENT");
  const parameters: Parameter[] = [{ kind: "IPv4 Address", address: ip("10.0.0.1") }];
  const from = { address: ip("10.66.66.66") };
  const sent = scene.receive(0, [initOf({ ...RESTARTED, parameters })], from);
  assert.deepEqual(kindsOf(sent), [["SHUTDOWN ACK"]]);
  assert.equal(sent[0]?.destination, "10.0.0.1");
});

/** The COOKIE ECHO that follows from an INIT, and the tag of its packet. */
function cookieAfter(scene: Scene, init: InitChunk): { tag: number; echo: Chunk } {
  const initAck = only(scene.receive(0, [init]), "INIT ACK");
  return { tag: initAck.initiateTag, echo: { kind: "COOKIE ECHO", cookie: cookieOf(initAck) } };
}

for (const name of ["ESTABLISHED", "SHUTDOWN-PENDING", "SHUTDOWN-SENT", "SHUTDOWN-RECEIVED"]) {
  test(`RFC 9260 §5.2.4 Table 12 A: the peer restarts in ${name}, and the association begins anew`, () => {
    const { scene, association, tag: oldTag } = inState(name);
    const { tag, echo } = cookieAfter(scene, initOf(RESTARTED));
    const sent = scene.receive(tag, [echo, dataOf(9000, { ssn: ssn(0) })]);
    assert.deepEqual(kindsOf(sent), [["COOKIE ACK", "SACK"]]);
    assert.equal(sent[0]?.tag, RESTARTED.initiateTag);
    assert.equal(association.state, "ESTABLISHED");
    assert.equal(scene.last("restart").association, association);
    assert.equal(scene.last("data").data.length, 4);
    assert.equal(scene.stack.associationCount, 1);
    assert.deepEqual(scene.receive(oldTag, [{ kind: "HEARTBEAT", info: new Uint8Array(4) }]), []);
    only(scene.receive(tag, [{ kind: "HEARTBEAT", info: new Uint8Array(4) }]), "HEARTBEAT ACK");
  });
}

test("RFC 9260 §5.2.4 A: what was not delivered fails before the restart is told; windows begin anew", () => {
  const scene = new Scene();
  const { association, tag, initAck } = scene.accept();
  const fresh = { cwnd: association.paths[0]?.congestion.cwnd, rto: association.paths[0]?.rto.timeoutMs };
  for (let index = 0; index < 40; index += 1) association.send(payload(1400), onStream(0), scene.now);
  scene.drain();
  scene.receive(tag, [sackOf(initAck.initialTsn + 1)]);
  scene.receive(tag, [sackOf(initAck.initialTsn + 3)]);
  assert.notEqual(association.paths[0]?.congestion.cwnd, fresh.cwnd);
  association.tellWhenReleased(0);
  scene.events.length = 0;
  const { tag: newTag, echo } = cookieAfter(scene, initOf({ ...RESTARTED, aRwnd: 1500 }));
  scene.receive(newTag, [echo]);
  const types = scene.eventTypes;
  assert.equal(types.filter((type) => type === "send failed").length, 36);
  assert.deepEqual(types.slice(36), ["restart", "send buffer released"]);
  assert.equal(association.sendBufferBytes, 0);
  assert.equal(association.peerRwnd, 1500);
  assert.deepEqual(
    { cwnd: association.paths[0]?.congestion.cwnd, rto: association.paths[0]?.rto.timeoutMs },
    fresh,
  );
  association.send(payload(10), onStream(0), scene.now);
  const data = only(scene.drain(), "DATA");
  assert.equal(data.ssn, 0, "RFC 9260 §6.5: the sequence numbers of all streams begin anew");
});

test("RFC 9260 §5.2.4 A: the restarted peer has the addresses of its last INIT and no others", () => {
  const scene = new Scene();
  const addresses = ["10.0.0.9", "10.0.0.8"].map(
    (text): Parameter => ({ kind: "IPv4 Address", address: ip(text) }),
  );
  const { association } = scene.accept({ parameters: addresses });
  const from = { address: ip("10.0.0.9") };
  const init = initOf({ ...RESTARTED, parameters: addresses.slice(1) });
  const initAck = only(scene.receive(0, [init], from), "INIT ACK");
  scene.receive(initAck.initiateTag, [{ kind: "COOKIE ECHO", cookie: cookieOf(initAck) }], from);
  assert.deepEqual(
    association.paths.map((path) => [path.address.text, path.state]),
    [
      ["10.0.0.9", "active"],
      ["10.0.0.8", "unconfirmed"],
    ],
  );
  assert.equal(association.primaryPath.address.text, "10.0.0.9");
  assert.equal(scene.endpoint.findAssociation(ip("10.0.0.1"), PEER.port), undefined);
  assert.equal(scene.last("peer address change").change, "removed");
});

test("RFC 9260 §5.2.4 A: a heartbeat from before the restart is not missed after it", () => {
  const scene = new Scene();
  const { association } = scene.accept();
  scene.advance(32_000);
  only(scene.sent, "HEARTBEAT");
  const { tag, echo } = cookieAfter(scene, initOf(RESTARTED));
  scene.receive(tag, [echo]);
  scene.advance(31_600);
  assert.equal(association.paths[0]?.errorCount, 0);
});

test("RFC 9260 §5.2.4 A: the same COOKIE ECHO again is a duplicate (D) of the new association", () => {
  const { scene, association } = inState("ESTABLISHED");
  const { tag, echo } = cookieAfter(scene, initOf(RESTARTED));
  scene.receive(tag, [echo]);
  scene.events.length = 0;
  assert.deepEqual(kindsOf(scene.receive(tag, [echo])), [["COOKIE ACK"]]);
  assert.deepEqual(scene.eventTypes, []);
  assert.equal(association.state, "ESTABLISHED");
});

test("RFC 9260 §5.2.4 A: a cookie of a restart is worthless after the next restart", () => {
  const { scene } = inState("ESTABLISHED");
  const first = cookieAfter(scene, initOf(RESTARTED));
  const second = cookieAfter(scene, initOf({ initiateTag: 0x3333_3333 }));
  scene.receive(second.tag, [second.echo]);
  assert.deepEqual(scene.receive(first.tag, [first.echo]), []);
});

test("RFC 9260 §5.2.4 A: in SHUTDOWN-ACK-SENT a restart is put off with SHUTDOWN ACK and an ERROR", () => {
  const scene = new Scene();
  const { association, tag, initAck } = scene.accept();
  const { tag: newTag, echo } = cookieAfter(scene, initOf(RESTARTED));
  scene.receive(tag, [{ kind: "SHUTDOWN", cumulativeTsnAck: tsn(initAck.initialTsn - 1) }]);
  assert.equal(association.state, "SHUTDOWN-ACK-SENT");
  const sent = scene.receive(newTag, [echo], { udpPort: 8888 });
  const byKind = new Map(sent.map((packet) => [packet.chunks[0]?.kind, packet]));
  assert.deepEqual(new Set(byKind.keys()), new Set(["ERROR", "SHUTDOWN ACK"]));
  assert.equal(byKind.get("SHUTDOWN ACK")?.tag, PEER_TAG);
  assert.equal(byKind.get("ERROR")?.tag, RESTARTED.initiateTag);
  assert.deepEqual(only(sent, "ERROR").causes, [{ kind: "Cookie Received While Shutting Down" }]);
  assert.ok(sent.every((packet) => packet.udpPort === 8888));
  assert.equal(association.state, "SHUTDOWN-ACK-SENT");
  // §8.5.1 C: the restarted peer holds no association for the SHUTDOWN ACK, and reflects its tag.
  scene.receive(PEER_TAG, [{ kind: "SHUTDOWN COMPLETE", tagReflected: true }]);
  assert.equal(association.state, "CLOSED");
  only(scene.receive(newTag, [echo]), "COOKIE ACK");
});

test("RFC 9260 §5.2.4 B: in COOKIE-WAIT the peer's cookie ends the collision", () => {
  const { scene, association, tag } = inState("COOKIE-WAIT");
  const { echo } = cookieAfter(scene, initOf(RESTARTED));
  const sent = scene.receive(tag, [echo]);
  assert.deepEqual(kindsOf(sent), [["COOKIE ACK"]]);
  assert.equal(sent[0]?.tag, RESTARTED.initiateTag);
  assert.equal(association.state, "ESTABLISHED");
  assert.equal(scene.last("communication up").accepted, false);
  scene.advance(20_000);
  assert.ok(!scene.sent.some((packet) => packet.at > 1000 && packet.chunks[0]?.kind === "INIT"));
});

test("RFC 9260 §5.2.4 B: in COOKIE-ECHOED the peer's new tag, TSN and window hold; data goes out again", () => {
  const scene = new Scene();
  const { association, init } = scene.associate();
  association.send(payload(1000), onStream(0), scene.now);
  scene.receive(init.initiateTag, [initAckOf()]);
  const { echo } = cookieAfter(scene, initOf({ ...RESTARTED, aRwnd: 4000 }));
  const sent = scene.receive(init.initiateTag, [echo, dataOf(9000, { ssn: ssn(0) })]);
  assert.deepEqual(kindsOf(sent), [["COOKIE ACK", "SACK", "DATA"]]);
  assert.equal(sent[0]?.tag, RESTARTED.initiateTag);
  assert.equal(only(sent, "DATA").tsn, init.initialTsn);
  assert.equal(association.peerRwnd, 3000);
  assert.equal(only(sent, "SACK").cumulativeTsnAck, 9000);
});

test("RFC 9260 §5.2.4 B: a peer that has restarted in the middle of the handshake is met again in ESTABLISHED", () => {
  const { scene, association, tag } = inState("COOKIE-ECHOED");
  const { echo } = cookieAfter(scene, initOf(RESTARTED));
  scene.receive(tag, [{ kind: "COOKIE ACK" }]);
  assert.equal(association.state, "ESTABLISHED");
  const sent = scene.receive(tag, [echo, dataOf(9000, { ssn: ssn(0) })]);
  assert.deepEqual(kindsOf(sent), [["COOKIE ACK", "SACK"]]);
  assert.equal(sent[0]?.tag, RESTARTED.initiateTag);
  assert.equal(only(sent, "SACK").cumulativeTsnAck, 9000);
  only(scene.receive(tag, [{ kind: "HEARTBEAT", info: new Uint8Array(4) }]), "HEARTBEAT ACK");
});

test("RFC 9260 §5.2.4 C: our cookie of an earlier attempt comes late, and is discarded", () => {
  const scene = new Scene();
  // The peer's INIT is answered while there is no association; then our own INIT is faster.
  const { tag: lateTag, echo } = cookieAfter(scene, initOf());
  const { association, init } = scene.associate();
  scene.receive(init.initiateTag, [initAckOf()]);
  const timeout = scene.stack.pollTimeout();
  assert.deepEqual(scene.receive(lateTag, [echo]), []);
  assert.equal(association.state, "COOKIE-ECHOED");
  assert.equal(scene.stack.pollTimeout(), timeout);
  scene.receive(init.initiateTag, [{ kind: "COOKIE ACK" }]);
  assert.equal(association.state, "ESTABLISHED");
});

test("RFC 9260 §5.2.4 D: in COOKIE-ECHOED both tags match, and the association is up", () => {
  const { scene, association, tag } = inState("COOKIE-ECHOED");
  const { echo } = cookieAfter(scene, initOf());
  assert.deepEqual(kindsOf(scene.receive(tag, [echo])), [["COOKIE ACK"]]);
  assert.equal(association.state, "ESTABLISHED");
  assert.deepEqual(scene.eventTypes, ["communication up"]);
  assert.deepEqual(scene.receive(tag, [{ kind: "COOKIE ACK" }]), []);
});

for (const name of ["ESTABLISHED", "SHUTDOWN-PENDING", "SHUTDOWN-SENT", "SHUTDOWN-RECEIVED"]) {
  test(`RFC 9260 §5.2.4 D: a COOKIE ECHO whose COOKIE ACK was lost is answered again in ${name}`, () => {
    const scene = new Scene();
    const { association, tag, cookie, initAck } = scene.accept();
    if (name === "SHUTDOWN-PENDING" || name === "SHUTDOWN-RECEIVED")
      association.send(payload(10), onStream(0), scene.now);
    if (name === "SHUTDOWN-RECEIVED") {
      scene.drain();
      scene.receive(tag, [{ kind: "SHUTDOWN", cumulativeTsnAck: tsn(initAck.initialTsn - 1) }]);
    } else if (name !== "ESTABLISHED") {
      association.shutdown(scene.now);
    }
    scene.drain();
    assert.equal(association.state, name);
    const sent = scene.receive(tag, [{ kind: "COOKIE ECHO", cookie }]);
    assert.equal(sent[0]?.chunks[0]?.kind, "COOKIE ACK");
    assert.equal(association.state, name);
    assert.equal(scene.stack.associationCount, 1);
  });
}

test("RFC 9260 §5.2.4 3: a duplicate (D) is valid however old it is", () => {
  const scene = new Scene();
  const { tag, cookie } = scene.accept();
  scene.now += 100_000;
  only(scene.receive(tag, [{ kind: "COOKIE ECHO", cookie }]), "COOKIE ACK");
});

test("RFC 9260 §5.2.4 3: a restart with a stale cookie is answered with Stale Cookie", () => {
  const { scene, association } = inState("ESTABLISHED");
  const { tag, echo } = cookieAfter(scene, initOf(RESTARTED));
  scene.now += 60_001;
  const sent = scene.receive(tag, [echo]);
  assert.equal(only(sent, "ERROR").causes[0]?.kind, "Stale Cookie");
  assert.equal(sent[0]?.tag, RESTARTED.initiateTag);
  assert.equal(association.tcb.peerTag, PEER_TAG);
});

test("RFC 9260 §5.2.4: a forged cookie does not touch the association", () => {
  const { scene, association, tag } = inState("ESTABLISHED");
  assert.deepEqual(scene.receive(tag, [{ kind: "COOKIE ECHO", cookie: PEER_COOKIE }, dataOf(PEER_TSN)]), []);
  assert.equal(association.state, "ESTABLISHED");
  assert.deepEqual(scene.eventTypes, ["communication up"]);
});
