import assert from "node:assert/strict";
import { test } from "node:test";
import {
  ASCONF_REQUESTS_PER_CHUNK_MAX,
  ASCONF_REQUESTS_QUEUED_MAX,
  WITHDRAWN_ADDRESSES_MAX,
} from "../../../../src/stack/limits.js";
import { errorCauseBytes, type ErrorCause } from "../../../../src/wire/error-cause.js";
import { chunkBytes } from "../../../../src/wire/chunk.js";
import type { Parameter } from "../../../../src/wire/parameter.js";
import { ip, onStream, payload } from "../../pair.js";
import { asconfIn, ReconfiguringPeer, type ReconfiguringPeerOptions } from "../../reconfiguring-peer.js";
import { initOf, kindsOf, only, type Sent } from "../../scene.js";

const OWN = "10.0.0.2";
const OTHER = "10.0.1.2";
const NEW = "10.0.9.2";
const TWO: ReconfiguringPeerOptions = { own: [OWN, OTHER] };

/** The stack's addresses that the peer knows and that may be used. */
function own(peer: ReconfiguringPeer): string[] {
  return peer.association.localAddresses.map(({ text }) => text);
}

function add(peer: ReconfiguringPeer, address = NEW): boolean {
  return peer.association.addLocalAddress(ip(address));
}

function remove(peer: ReconfiguringPeer, address: string): boolean {
  return peer.association.removeLocalAddress(ip(address));
}

function prefer(peer: ReconfiguringPeer, address: string): boolean {
  return peer.association.setPeerPrimaryAddress(ip(address));
}

/** Where the packets of the stack leave from when it has something to say. */
function sourcesOf(sent: readonly Sent[]): string[] {
  return [...new Set(sent.map(({ source }) => source))];
}

function refusal(correlationId: number, cause: ErrorCause): Parameter {
  return { kind: "Error Cause Indication", correlationId, causes: errorCauseBytes(cause) };
}

const SHORTAGE: ErrorCause = {
  kind: "Operation Refused Due to Resource Shortage",
  parameter: new Uint8Array(16),
};
const UNRECOGNIZED: ErrorCause = { kind: "Unrecognized Parameters", parameters: new Uint8Array(16) };

test("RFC 5061 §5.1 A1 to A3, §4.1.1: an address is asked for at once, numbered from our Initial TSN, authenticated", () => {
  const peer = new ReconfiguringPeer();
  assert.equal(add(peer), true);
  const sent = peer.scene.drain();
  assert.deepEqual(asconfIn(sent), {
    requests: [`Add IP Address ${NEW}`],
    sequenceNumber: peer.firstSequenceNumber,
    lookup: OWN,
  });
  assert.deepEqual(
    sent.map(({ source, destination }) => [source, destination]),
    [[OWN, "10.0.0.1"]],
  );
  assert.deepEqual(peer.authenticating.verified(sent[0] as Sent).types, [0xc1]);
});

test("RFC 5061 §5.3 F1, F2: packets leave from an added address only once it is acknowledged, wherever the peer sends", () => {
  const peer = new ReconfiguringPeer({ config: { noDelay: true } });
  add(peer);
  peer.scene.drain();
  const early = peer.receivePlain([{ kind: "HEARTBEAT", info: new Uint8Array(4) }], { to: ip(NEW) });
  assert.deepEqual(sourcesOf(early), [OWN]);
  assert.deepEqual(own(peer), [OWN]);
  peer.acknowledge(peer.firstSequenceNumber);
  assert.deepEqual(own(peer), [OWN, NEW]);
  const late = peer.receivePlain([{ kind: "HEARTBEAT", info: new Uint8Array(4) }], { to: ip(NEW) });
  assert.deepEqual(sourcesOf(late), [NEW]);
});

test("RFC 5061 §5.1 A3, §5.1.1 C1: one ASCONF is outstanding; what comes meanwhile goes with the next, in order", () => {
  const peer = new ReconfiguringPeer(TWO);
  add(peer);
  assert.equal(asconfIn(peer.scene.drain()).sequenceNumber, peer.firstSequenceNumber);
  prefer(peer, NEW);
  remove(peer, OTHER);
  add(peer, "10.0.8.2");
  assert.deepEqual(peer.scene.drain(), []);
  const next = asconfIn(peer.acknowledge(peer.firstSequenceNumber));
  assert.deepEqual(next, {
    requests: [`Set Primary IP Address ${NEW}`, `Delete IP Address ${OTHER}`, "Add IP Address 10.0.8.2"],
    sequenceNumber: peer.firstSequenceNumber + 1,
    lookup: OWN,
  });
  assert.deepEqual(peer.acknowledge(peer.firstSequenceNumber), [], "an old answer answers nothing");
  assert.deepEqual(kindsOf(peer.acknowledge(peer.firstSequenceNumber + 1)), []);
  assert.deepEqual(own(peer), [OWN, NEW, "10.0.8.2"]);
});

test("RFC 5061 §5.1 B1 to B5: unanswered, the same ASCONF goes another way after an RTO, which doubles", () => {
  const peer = new ReconfiguringPeer({ ...TWO, peer: ["10.0.0.1", "10.0.1.1"] });
  peer.confirm("10.0.1.1", peer.scene.advance(1));
  remove(peer, OTHER);
  const first = peer.scene.drain();
  const chunk = only(first, "ASCONF");
  const path = peer.association.paths[0];
  const before = path?.rto.timeoutMs ?? 0;
  const again = peer.scene.advance(before);
  assert.deepEqual(chunkBytes(only(again, "ASCONF")), chunkBytes(chunk));
  assert.deepEqual([first[0]?.destination, again[0]?.destination], ["10.0.0.1", "10.0.1.1"]);
  assert.equal((again[0]?.at ?? 0) - (first[0]?.at ?? 0), before);
  assert.equal(path?.rto.timeoutMs, 2 * before);
  assert.deepEqual([path?.errorCount, peer.association.tcb.errorCount], [1, 1]);
  peer.acknowledge(chunk.sequenceNumber);
  assert.equal(peer.association.tcb.errorCount, 0);
  assert.equal(path?.errorCount, 1, "RFC 9260 §8.2: of two ways it is not known which one has worked");
  assert.deepEqual(peer.scene.advance(120_000), []);
});

test("RFC 5061 §5.1 A5: an answer to what went one way clears the errors of that way", () => {
  const peer = new ReconfiguringPeer(TWO);
  remove(peer, OTHER);
  peer.scene.advance(1000);
  assert.equal(peer.association.paths[0]?.errorCount, 1);
  peer.acknowledge(peer.firstSequenceNumber);
  assert.equal(peer.association.paths[0]?.errorCount, 0);
});

test("RFC 5061 §5.1 B2: a peer that never answers is given up after Association.Max.Retrans", () => {
  const peer = new ReconfiguringPeer({ ...TWO, config: { associationMaxRetrans: 4 } });
  remove(peer, OTHER);
  const sent = peer.scene.advance(600_000).flatMap(({ chunks }) => chunks);
  assert.equal(sent.filter(({ kind }) => kind === "ASCONF").length, 5);
  assert.deepEqual(peer.scene.last("communication lost").reason, { kind: "unreachable" });
});

test("RFC 5061 §5.1 A6 to A8: up to a failure silence is success, and behind it failure", () => {
  const peer = new ReconfiguringPeer();
  for (const last of ["1", "2", "3", "4"]) add(peer, `10.0.9.${last}`);
  peer.scene.drain();
  peer.acknowledge(peer.firstSequenceNumber, [
    refusal(2, SHORTAGE),
    { kind: "Success Indication", correlationId: 4 },
  ]);
  assert.deepEqual(own(peer), [OWN, "10.0.9.1", "10.0.9.4"]);
  assert.equal(prefer(peer, "10.0.9.2"), false, "RFC 5061 §5.3 F10: it is no address of the association");
});

test("RFC 5061 §5.3 F4, §5.3.1: from a deleted address nothing leaves at once, and an ABORT to it is ignored", () => {
  const peer = new ReconfiguringPeer(TWO);
  assert.deepEqual(own(peer), [OWN, OTHER]);
  assert.equal(remove(peer, OWN), true);
  const sent = peer.scene.drain();
  assert.deepEqual(asconfIn(sent).requests, [`Delete IP Address ${OWN}`]);
  assert.deepEqual(sourcesOf(sent), [OTHER], "RFC 5061 §5.3 F6");
  assert.equal(asconfIn(sent).lookup, OTHER);
  const heartbeat = { kind: "HEARTBEAT", info: new Uint8Array(4) } as const;
  for (let round = 0; round < 2; round += 1) {
    assert.deepEqual(sourcesOf(peer.receivePlain([heartbeat], { to: ip(OWN) })), [OTHER]);
    peer.receivePlain([{ kind: "ABORT", tagReflected: false, causes: [] }], { to: ip(OWN) });
    assert.equal(peer.association.state, "ESTABLISHED");
    if (round === 0) peer.acknowledge(peer.firstSequenceNumber);
  }
  peer.receivePlain([{ kind: "ABORT", tagReflected: false, causes: [] }], { to: ip(OTHER) });
  assert.equal(peer.association.state, "CLOSED");
});

test("RFC 5061 §5.3 F5: the last address is deleted once another has taken its place, in whatever order they come", () => {
  for (const removedFirst of [true, false]) {
    const peer = new ReconfiguringPeer();
    if (removedFirst) {
      assert.equal(remove(peer, OWN), true);
      assert.deepEqual(peer.scene.drain(), []);
    }
    add(peer);
    if (!removedFirst) remove(peer, OWN);
    const first = peer.scene.drain();
    assert.deepEqual(asconfIn(first), {
      requests: [`Add IP Address ${NEW}`],
      sequenceNumber: peer.firstSequenceNumber,
      lookup: OWN,
    });
    assert.deepEqual(sourcesOf(first), [NEW], "RFC 5061 §5.3.2: the old address may be gone already");
    const second = peer.acknowledge(peer.firstSequenceNumber);
    assert.deepEqual(asconfIn(second), {
      requests: [`Delete IP Address ${OWN}`],
      sequenceNumber: peer.firstSequenceNumber + 1,
      lookup: NEW,
    });
    assert.deepEqual(sourcesOf(second), [NEW]);
    assert.deepEqual(own(peer), [NEW]);
  }
});

test("RFC 5061 §5.3.2: a repeated request to add an address leaves from that, should the old one be gone", () => {
  const peer = new ReconfiguringPeer();
  add(peer);
  const sent = [...peer.scene.drain(), ...peer.scene.advance(10_000)];
  assert.deepEqual(
    sent.map(({ source }) => source),
    [OWN, NEW, OWN, NEW],
  );
});

test("RFC 5061 §5.3.2, RFC 9260 §7.2.5.2: what was lost with the old address goes again at once from the new one", () => {
  for (const udpPort of [0, 9899]) {
    const peer = new ReconfiguringPeer({ udpPort });
    peer.association.send(payload(100), onStream(0), peer.scene.now);
    peer.scene.advance(20_000);
    const path = peer.association.primaryPath;
    assert.ok(path.errorCount > 2 && path.rto.timeoutMs > 5000 && path.state !== "active");
    add(peer);
    remove(peer, OWN);
    assert.deepEqual(sourcesOf(peer.scene.drain()), [NEW]);
    const sent = peer.acknowledge(peer.firstSequenceNumber);
    const data = sent.filter(({ chunks }) => chunks.some(({ kind }) => kind === "DATA"));
    assert.deepEqual(sourcesOf(data), [NEW]);
    assert.equal(path.rto.timeoutMs, peer.association.config.rtoInitialMs);
  }
});

test("RFC 5061 §5.3 F5, F10: an address stays when the one that was to replace it is refused", () => {
  const peer = new ReconfiguringPeer();
  add(peer);
  remove(peer, OWN);
  prefer(peer, NEW);
  peer.scene.drain();
  assert.deepEqual(peer.acknowledge(peer.firstSequenceNumber, [refusal(1, SHORTAGE)]), []);
  assert.deepEqual(own(peer), [OWN]);
  const heartbeat = { kind: "HEARTBEAT", info: new Uint8Array(4) } as const;
  assert.deepEqual(sourcesOf(peer.receivePlain([heartbeat])), [OWN]);
});

test("RFC 5061 §5.3: what has not been asked for yet is taken back without a word", () => {
  const peer = new ReconfiguringPeer(TWO);
  add(peer);
  prefer(peer, NEW);
  remove(peer, NEW);
  remove(peer, OTHER);
  assert.deepEqual(own(peer), [OWN]);
  add(peer, OTHER);
  assert.deepEqual(own(peer), [OWN, OTHER]);
  assert.deepEqual(peer.scene.drain(), []);
  assert.equal(prefer(peer, NEW), false);
});

test("RFC 5061 §5.3: an address that is removed while the peer is asked to add it is never used, and deleted then", () => {
  const peer = new ReconfiguringPeer();
  add(peer);
  peer.scene.drain();
  assert.equal(remove(peer, NEW), true);
  const next = peer.acknowledge(peer.firstSequenceNumber);
  assert.deepEqual(asconfIn(next).requests, [`Delete IP Address ${NEW}`]);
  assert.deepEqual(sourcesOf(next), [OWN]);
  peer.acknowledge(peer.firstSequenceNumber + 1);
  assert.deepEqual(own(peer), [OWN]);
  add(peer);
  assert.deepEqual(asconfIn(peer.scene.drain()).requests, [`Add IP Address ${NEW}`]);
  peer.acknowledge(peer.firstSequenceNumber + 2);
  assert.deepEqual(own(peer), [OWN, NEW]);
});

test("RFC 5061 §5.4: the peer is asked to send to an address that it knows, and of several wishes the last one counts", () => {
  const peer = new ReconfiguringPeer(TWO);
  assert.equal(prefer(peer, NEW), false);
  assert.equal(prefer(peer, OTHER), true);
  assert.equal(prefer(peer, OWN), true);
  assert.deepEqual(asconfIn(peer.scene.drain()).requests, [`Set Primary IP Address ${OWN}`]);
  remove(peer, OTHER);
  assert.equal(prefer(peer, OTHER), false);
});

test("RFC 6951 §5.7: behind UDP each request is a wildcard that leaves from the address that it stands for", () => {
  const peer = new ReconfiguringPeer({ udpPort: 9899 });
  add(peer);
  prefer(peer, NEW);
  const first = peer.scene.drain();
  assert.deepEqual(asconfIn(first), {
    requests: ["Add IP Address 0.0.0.0"],
    sequenceNumber: peer.firstSequenceNumber,
    lookup: "0.0.0.0",
  });
  assert.deepEqual(sourcesOf(first), [NEW]);
  assert.deepEqual(sourcesOf(peer.scene.advance(1000)), [NEW], "again from there");
  const second = peer.acknowledge(peer.firstSequenceNumber);
  assert.deepEqual(asconfIn(second).requests, ["Set Primary IP Address 0.0.0.0"]);
  assert.deepEqual(sourcesOf(second), [NEW]);
  assert.deepEqual(own(peer), [OWN, NEW]);
});

test("RFC 6951 §5.7, RFC 5061 §4.2.2: behind UDP addresses are deleted when one is left, by a wildcard from that", () => {
  const peer = new ReconfiguringPeer({ udpPort: 9899 });
  add(peer);
  peer.scene.drain();
  peer.acknowledge(peer.firstSequenceNumber);
  add(peer, "10.0.8.2");
  peer.scene.drain();
  peer.acknowledge(peer.firstSequenceNumber + 1);
  assert.equal(remove(peer, OWN), true);
  assert.deepEqual(peer.scene.drain(), [], "a wildcard would delete one that is wanted");
  assert.deepEqual(own(peer), [NEW, "10.0.8.2"]);
  remove(peer, "10.0.8.2");
  const sent = peer.scene.drain();
  assert.deepEqual(asconfIn(sent).requests, ["Delete IP Address 0.0.0.0"]);
  assert.deepEqual(sourcesOf(sent), [NEW]);
  assert.deepEqual(peer.acknowledge(peer.firstSequenceNumber + 2), []);
  assert.deepEqual(own(peer), [NEW]);
});

test("RFC 6951 §5.7: behind UDP no address is asked for that is of a family which the peer has none of", () => {
  const [own6, peers6] = ["2001:db8::2", "2001:db8::1"];
  const single = new ReconfiguringPeer({ udpPort: 9899 });
  assert.equal(add(single, own6), false);
  assert.deepEqual(single.scene.drain(), []);
  assert.equal(add(new ReconfiguringPeer(), own6), true, "without UDP it can be told of any");
  const both = new ReconfiguringPeer({ udpPort: 9899, own: [OWN, own6], peer: ["10.0.0.1", peers6] });
  add(both);
  assert.equal(add(both, "2001:db8::3"), true);
  both.scene.drain();
  assert.deepEqual(both.ask([["Delete IP Address", peers6]]), []);
  assert.deepEqual(kindsOf(both.acknowledge(both.firstSequenceNumber)), []);
  assert.deepEqual(
    both.association.tcb.addressReconfiguration?.requests,
    [],
    "nothing waits for what cannot come",
  );
  assert.equal(both.association.mayAskPeer("Add IP Address", ip("2001:db8::3")), false);
});

test("RFC 5061 §5.3 F0, §4.3.4: an answer to what was never sent ends the association", () => {
  for (const ahead of [0, 1, 0x7fff_ffff]) {
    const peer = new ReconfiguringPeer();
    const sent = peer.acknowledge((peer.firstSequenceNumber + ahead) >>> 0);
    assert.deepEqual(only(sent, "ABORT").causes, [{ kind: "Association Aborted Due to Illegal ASCONF-ACK" }]);
    assert.equal(peer.association.state, "CLOSED");
  }
});

test("RFC 5061 §4.3.4: an answer to what has been answered, or to what is not outstanding, is ignored", () => {
  const peer = new ReconfiguringPeer();
  assert.deepEqual(peer.acknowledge((peer.firstSequenceNumber - 1) >>> 0), []);
  add(peer);
  peer.scene.drain();
  assert.deepEqual(peer.acknowledge(peer.firstSequenceNumber + 1), []);
  assert.deepEqual(own(peer), [OWN]);
  peer.acknowledge(peer.firstSequenceNumber);
  assert.deepEqual(peer.acknowledge(peer.firstSequenceNumber), []);
  assert.equal(peer.association.state, "ESTABLISHED");
});

test("RFC 5061 §4.1.2: an ASCONF-ACK without authentication is discarded", () => {
  const peer = new ReconfiguringPeer();
  add(peer);
  peer.scene.drain();
  const ack = { kind: "ASCONF-ACK", sequenceNumber: peer.firstSequenceNumber, parameters: [] } as const;
  peer.receivePlain([ack]);
  assert.deepEqual(own(peer), [OWN]);
  peer.receivePlain([{ ...ack, sequenceNumber: peer.firstSequenceNumber + 9 }]);
  assert.equal(peer.association.state, "ESTABLISHED");
});

test("RFC 5061 §5.1 A9, §5.1.1: a peer that does not know ASCONF gets no further one, and the user is told", () => {
  const peer = new ReconfiguringPeer(TWO);
  add(peer);
  const chunk = only(peer.scene.drain(), "ASCONF");
  remove(peer, OTHER);
  peer.receivePlain([
    { kind: "ERROR", causes: [{ kind: "Unrecognized Chunk Type", chunk: chunkBytes(chunk) }] },
  ]);
  assert.equal(peer.scene.last("remote error").causes.length, 1);
  assert.deepEqual(peer.scene.advance(60_000), []);
  assert.deepEqual([add(peer), remove(peer, OTHER), prefer(peer, OWN)], [false, false, false]);
});

test("RFC 5061 §5.3 F3a, F3b: what a peer does not understand is not asked for again, and the rest is", () => {
  const peer = new ReconfiguringPeer(TWO);
  prefer(peer, OWN);
  peer.scene.drain();
  peer.acknowledge(peer.firstSequenceNumber, [refusal(1, UNRECOGNIZED)]);
  assert.deepEqual([add(peer), prefer(peer, OWN)], [true, false]);
  peer.scene.drain();
  peer.acknowledge(peer.firstSequenceNumber + 1, [refusal(1, UNRECOGNIZED)]);
  assert.deepEqual([add(peer), remove(peer, OTHER)], [false, false]);
  assert.deepEqual(own(peer), [OWN, OTHER]);
});

test("RFC 9260 §5.2.4 A, RFC 5061 §5.1 A2: a restart of the peer's forgets all that was asked for", () => {
  const peer = new ReconfiguringPeer(TWO);
  remove(peer, OTHER);
  add(peer);
  peer.scene.drain();
  const from = { udpPort: 0, to: ip(OWN) };
  const { parameters } = initOf({
    parameters: [
      { kind: "Supported Extensions", chunkTypes: Uint8Array.of(0x0f, 0xc1, 0x80) },
      ...peer.authenticating.parameters,
    ],
  });
  const { initAck } = peer.scene.accept({ initiateTag: 99, parameters }, from);
  assert.equal(peer.scene.last("restart").association, peer.association);
  assert.deepEqual(own(peer), [OWN, OTHER], "what our INIT ACK has listed");
  const state = peer.association.tcb.addressReconfiguration;
  assert.deepEqual(state?.nextSequenceNumber, initAck.initialTsn);
  assert.deepEqual([state?.outstanding, state?.requests.length, state?.withdrawn.length], [undefined, 0, 0]);
  assert.deepEqual(
    peer.scene.advance(60_000).filter(({ chunks }) => chunks.some(({ kind }) => kind === "ASCONF")),
    [],
  );
});

test("RFC 5061 §5.1.1 C4: before the association is up nobody is asked", () => {
  const peer = new ReconfiguringPeer();
  const { association } = peer.scene.associate(["10.5.5.5"]);
  assert.equal(association.addLocalAddress(ip(NEW)), false);
  assert.equal(association.removeLocalAddress(ip(OWN)), false);
});

test("RFC 5061 §5.1.1 C5: more requests than one chunk takes go one chunk after the other, up to a bound", () => {
  const peer = new ReconfiguringPeer();
  const taken = Array.from({ length: 80 }, (_, index) => add(peer, `10.3.0.${index + 1}`));
  assert.equal(taken.filter((isTaken) => isTaken).length, ASCONF_REQUESTS_QUEUED_MAX);
  let asked = 0;
  for (let sent = peer.scene.drain(), number = peer.firstSequenceNumber; sent.length > 0; number += 1) {
    const { requests } = asconfIn(sent);
    assert.ok(requests.length <= ASCONF_REQUESTS_PER_CHUNK_MAX);
    asked += requests.length;
    assert.ok((sent[0]?.bytes.length ?? 0) < 512 - 20);
    sent = peer.acknowledge(number);
  }
  assert.equal(asked, ASCONF_REQUESTS_QUEUED_MAX);
  assert.equal(own(peer).length, 1 + ASCONF_REQUESTS_QUEUED_MAX);
});

test("RFC 5061 §5.3.1: of the addresses that were deleted the last ones are remembered", () => {
  const peer = new ReconfiguringPeer();
  const state = peer.association.tcb.addressReconfiguration;
  const many = Array.from({ length: WITHDRAWN_ADDRESSES_MAX + 5 }, (_, index) => ip(`10.3.0.${index + 1}`));
  let number = peer.firstSequenceNumber;
  const settle = (): void => {
    for (let sent = peer.scene.drain(); sent.length > 0; number += 1) sent = peer.acknowledge(number);
  };
  for (const address of many) {
    add(peer, address.text);
    settle();
    remove(peer, address.text);
    settle();
  }
  assert.deepEqual(own(peer), [OWN]);
  assert.deepEqual(state?.withdrawn, many.slice(-WITHDRAWN_ADDRESSES_MAX));
});

test("RFC 5061 §5.3 F4; RFC 9260 §5.1.2: with the last address of a family go the destinations that it reached", () => {
  const peer = new ReconfiguringPeer({ own: [OWN, "2001:db8::2"], peer: ["10.0.0.1", "2001:db8::1"] });
  assert.equal(peer.association.paths.length, 2);
  remove(peer, "2001:db8::2");
  assert.deepEqual(asconfIn(peer.scene.drain()).requests, ["Delete IP Address 2001:db8::2"]);
  assert.deepEqual(peer.changes, ["removed 2001:db8::1"]);
  const other = new ReconfiguringPeer({ own: [OWN, "2001:db8::2"], peer: ["10.0.0.1", "2001:db8::1"] });
  add(other, "2001:db8::9");
  remove(other, "2001:db8::2");
  assert.deepEqual(asconfIn(other.scene.drain()).requests, ["Add IP Address 2001:db8::9"]);
  other.acknowledge(other.firstSequenceNumber);
  assert.deepEqual(other.changes, [], "another one of the family was on its way");
  assert.equal(other.association.paths[1]?.localAddress?.text, "2001:db8::9");
});

test("RFC 9260 §10 ICMP5: what is said of a packet from an address that the endpoint has given up still counts", () => {
  const peer = new ReconfiguringPeer(TWO);
  peer.scene.endpoint.setAddresses([ip(OTHER)]);
  const quotedBytes = new Uint8Array(8);
  const view = new DataView(quotedBytes.buffer);
  view.setUint16(0, 7000);
  view.setUint16(2, 5000);
  view.setUint32(4, peer.association.tcb.peerTag);
  peer.association.send(payload(10), onStream(0), peer.scene.now);
  peer.scene.drain();
  const message = {
    kind: "unreachable",
    source: ip(OWN),
    destination: ip("10.0.0.1"),
    destinationUdpPort: 0,
    mtuBytes: 0,
    quotedBytes,
  } as const;
  peer.scene.stack.handleIcmp(message, peer.scene.now);
  assert.equal(peer.association.paths[0]?.errorCount, 1);
  peer.scene.stack.handleIcmp({ ...message, source: ip("10.77.0.1") }, peer.scene.now + 60_000);
  assert.equal(peer.association.paths[0]?.errorCount, 1);
});

test("RFC 9260 §8.5.1 B: a peer that knows the association no more ends it, whatever the endpoint is bound to now", () => {
  for (const to of [OWN, OTHER]) {
    const peer = new ReconfiguringPeer({ ...TWO, config: { addressReconfiguration: false } });
    peer.scene.endpoint.setAddresses([ip(OTHER)]);
    const tag = peer.association.tcb.peerTag;
    const abort = { kind: "ABORT", tagReflected: true, causes: [] } as const;
    assert.deepEqual(peer.scene.receive(tag, [abort], { udpPort: 0, to: ip("10.77.0.1") }), []);
    assert.equal(peer.association.state, "ESTABLISHED");
    peer.scene.receive(tag, [abort], { udpPort: 0, to: ip(to) });
    assert.equal(peer.association.state, "CLOSED");
  }
});
