import assert from "node:assert/strict";
import { test } from "node:test";
import { tsn } from "../../../../src/base/serial-number.js";
import { PATHS_PER_ASSOCIATION_MAX } from "../../../../src/stack/limits.js";
import type { Chunk } from "../../../../src/wire/chunk.js";
import type { Parameter } from "../../../../src/wire/parameter.js";
import { ip, onStream, payload } from "../../pair.js";
import { dataOf, kindsOf, only, PEER_TSN, sackOf, unknownParameter } from "../../scene.js";
import { causesIn, ReconfiguringPeer, responsesIn, type Asked } from "../../reconfiguring-peer.js";

const OLD = "10.0.0.1";
const NEW = "10.0.9.1";

test("RFC 5061 §5.2 V4, E6; §4.1.2: an ASCONF is answered to where it came from, in authenticated form", () => {
  const peer = new ReconfiguringPeer({ peer: [OLD, "10.0.1.1"] });
  const [answer, ...others] = peer.receive([peer.asconf([["Add IP Address", NEW]])]);
  assert.ok(answer !== undefined);
  assert.equal(answer.destination, OLD);
  assert.deepEqual(only([answer], "ASCONF-ACK"), {
    kind: "ASCONF-ACK",
    sequenceNumber: PEER_TSN,
    parameters: [],
  });
  assert.deepEqual(peer.authenticating.verified(answer).types, [0x80]);
  assert.deepEqual(kindsOf(others), []);
});

test("RFC 5061 §5.3 F1, F14; §4.2.1: an added address is probed, and carries nothing else until it is confirmed", () => {
  const peer = new ReconfiguringPeer({ config: { noDelay: true } });
  assert.deepEqual(peer.ask([["Add IP Address", NEW]]), []);
  assert.deepEqual(peer.changes, [`added ${NEW}`]);
  assert.deepEqual(peer.paths, [`*${OLD} active`, `${NEW} unconfirmed`]);
  const path = peer.association.paths[1];
  peer.association.send(payload(10), { ...onStream(0), destination: path }, peer.scene.now);
  const sent = peer.scene.advance(1);
  assert.deepEqual(
    sent
      .map(({ destination, chunks }) => `${destination} ${chunks.map(({ kind }) => kind).join(" ")}`)
      .sort(),
    [`${OLD} DATA`, `${NEW} HEARTBEAT`],
  );
  peer.confirm(NEW, sent);
  assert.deepEqual(peer.changes, [`added ${NEW}`, `confirmed ${NEW}`]);
  peer.association.send(payload(10), { ...onStream(0), destination: path }, peer.scene.now);
  assert.equal(peer.scene.drain()[0]?.destination, NEW);
});

test("RFC 5061 §4.2.1: a wildcard stands for where the packet comes from, whatever its family", () => {
  for (const wildcard of ["0.0.0.0", "::"]) {
    const peer = new ReconfiguringPeer();
    assert.deepEqual(peer.ask([["Add IP Address", wildcard]], { address: ip(NEW) }, OLD), []);
    assert.deepEqual(peer.paths, [`*${OLD} active`, `${NEW} unconfirmed`]);
  }
});

test("RFC 5061 §5.2 D2, §5.3.2: an ASCONF from a new address is found by its address parameter, and answered there", () => {
  for (const lookup of [OLD, "0.0.0.0", "::"]) {
    const peer = new ReconfiguringPeer();
    const chunk = peer.asconf(
      [
        ["Add IP Address", NEW],
        ["Delete IP Address", OLD],
      ],
      lookup,
    );
    const sent = peer.receive([chunk], { address: ip(NEW) });
    assert.deepEqual(responsesIn(sent), []);
    assert.deepEqual(
      sent.map(({ destination }) => destination),
      [NEW],
    );
    assert.deepEqual(peer.paths, [`*${NEW} unconfirmed`]);
    assert.equal(peer.scene.endpoint.findAssociation(ip(NEW), 5000), peer.association);
    assert.equal(peer.scene.endpoint.findAssociation(ip(OLD), 5000), undefined);
  }
});

test("RFC 5061 §5.2 D3: with an address parameter that is none of the peer's it is out of the blue", () => {
  const peer = new ReconfiguringPeer();
  const chunk = peer.asconf([["Add IP Address", NEW]], NEW);
  assert.deepEqual(kindsOf(peer.receive([chunk], { address: ip(NEW) })), [["ABORT"]]);
  assert.deepEqual(peer.paths, [`*${OLD} active`]);
});

test("RFC 5061 §5.2 D2-ext: of several ASCONF chunks from a new address any one names the association", () => {
  const peer = new ReconfiguringPeer();
  const chunks = [peer.asconf([["Add IP Address", NEW]], NEW), peer.asconf([], OLD)];
  const sent = peer.receive(chunks, { address: ip(NEW) });
  assert.deepEqual(kindsOf(sent), [["AUTH", "ASCONF-ACK", "ASCONF-ACK"]]);
  assert.deepEqual(peer.paths, [`*${OLD} active`, `${NEW} unconfirmed`]);
});

test("RFC 5061 §5.3.2: from a new address nothing else is taken before the ASCONF has made it the peer's", () => {
  const peer = new ReconfiguringPeer();
  const data = [dataOf(PEER_TSN), dataOf(PEER_TSN + 1)] as const;
  const chunk = peer.asconf([["Add IP Address", NEW]]);
  peer.receive([data[0], chunk, data[1]], { address: ip(NEW) });
  assert.equal(peer.association.unreadBytes, 0);
  const { tracker } = peer.association.tcb.reception;
  assert.equal(
    tracker.cumulativeTsnAck,
    PEER_TSN - 1,
    "the first was not taken, the second lies beyond a gap",
  );
  peer.receivePlain([data[0]]);
  assert.equal(tracker.cumulativeTsnAck, PEER_TSN + 1);
});

test("RFC 5061 §5.2 E6: the answer goes to the packet's source even if that has not become the peer's", () => {
  const peer = new ReconfiguringPeer();
  const chunk = peer.asconf([["Set Primary IP Address", OLD]]);
  const sent = peer.receive([chunk], { address: ip(NEW), to: ip("10.0.0.2") });
  assert.deepEqual(
    sent.map(({ destination, source }) => [destination, source]),
    [[NEW, "10.0.0.2"]],
  );
  assert.deepEqual(peer.authenticating.verified(sent[0] ?? { bytes: new Uint8Array(0) }).types, [0x80]);
  assert.deepEqual(peer.paths, [`*${OLD} active`]);
});

test("RFC 5061 §4.2.1: what cannot be one host's address, as seen from here, is not added", () => {
  const peer = new ReconfiguringPeer();
  for (const address of ["224.0.0.1", "255.255.255.255", "127.0.0.1", "169.254.1.1", "2001:db8::1"])
    assert.deepEqual(peer.ask([["Add IP Address", address]]), ["100 Unresolvable Address"], address);
  assert.deepEqual(peer.ask([["Add IP Address", OLD]]), [], "what is known already is no failure");
  assert.deepEqual(peer.paths, [`*${OLD} active`]);
  assert.deepEqual(peer.changes, []);
});

test("RFC 5061 §5.3 F9, F11; §4.3.2: beyond the bound of addresses, and behind that, nothing is added or deleted", () => {
  const peer = new ReconfiguringPeer({ peer: [OLD, "10.0.1.1"] });
  const many: Asked[] = Array.from({ length: PATHS_PER_ASSOCIATION_MAX - 1 }, (_, index) => [
    "Add IP Address",
    `10.1.0.${index + 1}`,
  ]);
  const rest: Asked[] = [
    ["Delete IP Address", "10.0.1.1"],
    ["Set Primary IP Address", "10.0.1.1"],
    ["Add IP Address", OLD],
  ];
  const sent = peer.receive([peer.asconf([...many, ...rest])]);
  const shortage = "Operation Refused Due to Resource Shortage";
  assert.deepEqual(responsesIn(sent), [
    `130 ${shortage}`,
    `131 ${shortage}`,
    "132 success",
    `133 ${shortage}`,
  ]);
  assert.equal(peer.association.paths.length, PATHS_PER_ASSOCIATION_MAX);
  const [first] = only(sent, "ASCONF-ACK").parameters;
  assert.ok(first?.kind === "Error Cause Indication");
  const [cause] = causesIn(first.causes);
  assert.ok(cause?.kind === shortage);
  assert.equal(Buffer.from(cause.parameter).toString("hex"), "c001001000000082000500080a01001f");
});

test("RFC 5061 §4.3.5, Appendix A.2: the address of another association's peer is not added, and stays with that", () => {
  const peer = new ReconfiguringPeer();
  const other = peer.scene.accept({ initiateTag: 77 }, { address: ip(NEW), udpPort: 0 });
  assert.deepEqual(peer.ask([["Add IP Address", NEW]]), ["100 Request Refused - No Authorization"]);
  assert.equal(peer.scene.endpoint.findAssociation(ip(NEW), 5000), other.association);
  assert.deepEqual(peer.paths, [`*${OLD} active`]);
});

test("RFC 5062 §2: what another peer has only claimed does not keep its owner from adding it", () => {
  const peer = new ReconfiguringPeer();
  const camper = new ReconfiguringPeer();
  camper.ask([["Add IP Address", NEW]]);
  assert.deepEqual(camper.paths, [`*${OLD} active`, `${NEW} unconfirmed`]);
  const claimed = peer.scene.accept(
    { initiateTag: 77, parameters: [{ kind: "IPv4 Address", address: ip(NEW) }] },
    { address: ip("10.7.7.7"), udpPort: 0 },
  );
  assert.deepEqual(peer.ask([["Add IP Address", NEW]]), []);
  assert.deepEqual(peer.paths, [`*${OLD} active`, `${NEW} unconfirmed`]);
  assert.equal(
    peer.scene.endpoint.findAssociation(ip(NEW), 5000),
    claimed.association,
    "nothing is taken away",
  );
});

test("RFC 5061 §5.3 F12, F13: nothing goes to a deleted address any more, and what comes from it is out of the blue", () => {
  const peer = new ReconfiguringPeer({ peer: [OLD, "10.0.1.1"] });
  peer.confirm("10.0.1.1", peer.scene.advance(1));
  for (let index = 0; index < 3; index += 1) peer.association.send(payload(100), onStream(0), peer.scene.now);
  assert.ok(peer.scene.drain().every(({ destination }) => destination === OLD));
  const sent = peer.receive([peer.asconf([["Delete IP Address", OLD]])], { address: ip("10.0.1.1") });
  assert.deepEqual(peer.changes.slice(-2), ["made primary 10.0.1.1", `removed ${OLD}`]);
  assert.deepEqual(peer.paths, ["*10.0.1.1 active"]);
  assert.ok(sent.every(({ destination }) => destination === "10.0.1.1"));
  const again = sent.flatMap(({ chunks }) => chunks).filter(({ kind }) => kind === "DATA");
  assert.equal(again.length, 3, "what was outstanding there goes another way at once");
  assert.deepEqual(kindsOf(peer.receivePlain([sackOf(0)], { address: ip(OLD) })), [["ABORT"]]);
  const later = peer.scene.advance(120_000).map(({ destination }) => destination);
  assert.ok(!later.slice(1).includes(OLD));
});

test("RFC 5061 §5.3 F7, F8; §4.3.1, §4.3.3: neither the last address nor the packet's source is deleted", () => {
  const single = new ReconfiguringPeer();
  assert.deepEqual(single.ask([["Delete IP Address", OLD]]), [
    "100 Request to Delete Last Remaining IP Address",
  ]);
  assert.deepEqual(single.paths, [`*${OLD} active`]);
  const peer = new ReconfiguringPeer({ peer: [OLD, "10.0.1.1"] });
  assert.deepEqual(peer.ask([["Delete IP Address", OLD]]), ["100 Request to Delete Source IP Address"]);
  assert.deepEqual(peer.ask([["Delete IP Address", NEW]]), ["100 Unresolvable Address"]);
  assert.equal(peer.paths.length, 2);
  assert.deepEqual(peer.ask([["Delete IP Address", "10.0.1.1"]]), []);
  assert.deepEqual(peer.paths, [`*${OLD} active`]);
});

test("RFC 5061 §4.2.2: a wildcard deletes all addresses but the one that the packet comes from", () => {
  const peer = new ReconfiguringPeer({ peer: [OLD, "10.0.1.1", "10.0.2.1"] });
  assert.deepEqual(peer.ask([["Delete IP Address", "0.0.0.0"]], { address: ip("10.0.1.1") }), []);
  assert.deepEqual(peer.paths, ["*10.0.1.1 unconfirmed"]);
  assert.deepEqual(peer.ask([["Delete IP Address", "::"]], { address: ip(NEW) }, "0.0.0.0"), [
    "100 Request to Delete Last Remaining IP Address",
  ]);
  assert.deepEqual(peer.paths, ["*10.0.1.1 unconfirmed"]);
});

test("RFC 5061 §5.4, §4.2.4: the peer's wish for a primary address is granted, once that is confirmed", () => {
  const peer = new ReconfiguringPeer({ peer: [OLD, "10.0.1.1"] });
  const sent = peer.scene.advance(1);
  assert.deepEqual(peer.ask([["Set Primary IP Address", "10.0.1.1"]]), []);
  assert.deepEqual(peer.paths, [`*${OLD} active`, "10.0.1.1 unconfirmed"]);
  peer.confirm("10.0.1.1", sent);
  assert.deepEqual(peer.changes, ["confirmed 10.0.1.1", "made primary 10.0.1.1"]);
  assert.deepEqual(peer.ask([["Set Primary IP Address", "0.0.0.0"]]), []);
  assert.deepEqual(peer.paths, [`*${OLD} active`, "10.0.1.1 active"], "a wildcard is the source");
  assert.deepEqual(peer.ask([["Set Primary IP Address", NEW]]), ["100 Unresolvable Address"]);
  assert.deepEqual(peer.paths, [`*${OLD} active`, "10.0.1.1 active"]);
});

test("RFC 5061 §5.4: of two wishes the later one counts, and a wish ends with its address", () => {
  const peer = new ReconfiguringPeer({ peer: [OLD, "10.0.1.1", "10.0.2.1"] });
  const sent = peer.scene.advance(5000);
  peer.ask([
    ["Set Primary IP Address", "10.0.1.1"],
    ["Set Primary IP Address", OLD],
  ]);
  peer.confirm("10.0.1.1", sent);
  assert.equal(peer.paths[0], `*${OLD} active`);
  peer.ask([
    ["Set Primary IP Address", "10.0.2.1"],
    ["Delete IP Address", "10.0.2.1"],
  ]);
  assert.equal(peer.association.tcb.addressReconfiguration?.wantedPrimary, undefined);
});

test("RFC 5061 §5.2 V1, §5.4: requests are fulfilled in their order", () => {
  const peer = new ReconfiguringPeer();
  const first = peer.ask([
    ["Set Primary IP Address", NEW],
    ["Add IP Address", NEW],
  ]);
  assert.deepEqual(first, ["100 Unresolvable Address", "101 success"]);
  const second = new ReconfiguringPeer();
  assert.deepEqual(
    second.ask([
      ["Add IP Address", NEW],
      ["Set Primary IP Address", NEW],
    ]),
    [],
  );
  assert.equal(second.association.tcb.addressReconfiguration?.wantedPrimary?.address.text, NEW);
});

test("RFC 5061 §5.2 E2: an ASCONF that comes again is answered as before, and not fulfilled again", () => {
  const peer = new ReconfiguringPeer({ peer: [OLD, "10.0.1.1"] });
  const chunk = peer.asconf([
    ["Delete IP Address", "10.0.1.1"],
    ["Delete IP Address", "10.0.1.1"],
  ]);
  const answer = only(peer.receive([chunk]), "ASCONF-ACK");
  assert.equal(answer.parameters.length, 1);
  assert.deepEqual(only(peer.receive([chunk]), "ASCONF-ACK"), answer);
  assert.equal(peer.changes.filter((change) => change.startsWith("removed")).length, 1);
});

test("RFC 5061 §5.2 E1: with the next ASCONF the answer to the one before is forgotten", () => {
  const peer = new ReconfiguringPeer();
  const first = peer.asconf([["Add IP Address", NEW]]);
  peer.receive([first]);
  peer.receive([peer.asconf([])]);
  assert.deepEqual(peer.receive([first]), []);
});

test("RFC 5061 §5.2 E1-ext, E3, E6; §5.5: ASCONFs in one packet are answered in one, those that came before too", () => {
  const peer = new ReconfiguringPeer();
  const first = peer.asconf([["Add IP Address", NEW]]);
  const answer = only(peer.receive([first]), "ASCONF-ACK");
  const second = peer.asconf([["Delete IP Address", OLD]]);
  for (let round = 0; round < 2; round += 1) {
    const [packet, ...others] = peer.receive([first, second]);
    assert.deepEqual(others, []);
    const acks = packet?.chunks.filter((chunk) => chunk.kind === "ASCONF-ACK") ?? [];
    assert.deepEqual(acks[0], answer);
    assert.deepEqual(
      acks.map(({ sequenceNumber }) => sequenceNumber),
      [PEER_TSN, PEER_TSN + 1],
    );
  }
});

test("RFC 5061 §5.2 E5: an ASCONF that is ahead of the next one is discarded", () => {
  const peer = new ReconfiguringPeer();
  peer.nextSequenceNumber = PEER_TSN + 1;
  assert.deepEqual(peer.receive([peer.asconf([["Add IP Address", NEW]])]), []);
  peer.nextSequenceNumber = PEER_TSN - 1;
  assert.deepEqual(peer.receive([peer.asconf([["Add IP Address", NEW]])]), []);
  peer.nextSequenceNumber = PEER_TSN + 0x8000_0000;
  assert.deepEqual(peer.receive([peer.asconf([["Add IP Address", NEW]])]), []);
  assert.deepEqual(peer.paths, [`*${OLD} active`]);
});

test("RFC 5061 §3: Sequence Numbers wrap around", () => {
  const peer = new ReconfiguringPeer();
  const state = peer.association.tcb.addressReconfiguration;
  assert.ok(state !== undefined);
  peer.nextSequenceNumber = 0xffff_ffff;
  state.peerSequenceNumber = 0xffff_fffe as typeof state.peerSequenceNumber;
  assert.deepEqual(peer.ask([["Add IP Address", "10.1.0.1"]]), []);
  assert.deepEqual(peer.ask([["Add IP Address", "10.1.0.2"]]), []);
  assert.equal(state.peerSequenceNumber, 0);
  assert.equal(peer.association.paths.length, 3);
});

test("RFC 5061 §5.2 E7; §5.1.1 C5: an answer keeps to the path MTU; what is not said is not done", () => {
  const peer = new ReconfiguringPeer({ peer: [OLD, "10.0.1.1"] });
  const refused: Asked[] = Array.from({ length: 60 }, () => ["Delete IP Address", NEW]);
  const sent = peer.receive([peer.asconf([...refused, ["Set Primary IP Address", OLD]])]);
  assert.ok((sent[0]?.bytes.length ?? 0) <= 1500 - 20);
  const responses = responsesIn(sent);
  assert.ok(responses.length > 30 && responses.length < 60, `${responses.length}`);
  assert.ok(responses.every((response) => !response.endsWith("success")));
  const chunks: Chunk[] = [];
  for (let index = 0; index < 4; index += 1)
    chunks.push(peer.asconf(Array.from({ length: 15 }, (): Asked => ["Delete IP Address", NEW])));
  const [first, ...others] = peer.receive(chunks);
  assert.deepEqual(others, []);
  const numbers = first?.chunks.flatMap((chunk) =>
    chunk.kind === "ASCONF-ACK" ? [chunk.sequenceNumber] : [],
  );
  assert.deepEqual(numbers, [PEER_TSN + 1, PEER_TSN + 2, PEER_TSN + 3]);
  const [last] = peer.receive([chunks[3] as Chunk]);
  assert.equal(only(last === undefined ? [] : [last], "ASCONF-ACK").sequenceNumber, PEER_TSN + 4);
});

test("RFC 5061 §5.2 V2, V3; RFC 9260 §3.2.1: unknown parameters are reported as their types want", () => {
  const peer = new ReconfiguringPeer();
  const reported = unknownParameter(0xc999, 8);
  const responses = peer.ask([unknownParameter(0x8999, 8), reported, ["Add IP Address", NEW]]);
  assert.deepEqual(responses, ["2576980377 Unrecognized Parameters", "102 success"]);
  assert.equal(peer.association.paths.length, 2);
  const stopping = peer.ask([unknownParameter(0x4777, 2), ["Add IP Address", "10.1.0.1"]]);
  assert.deepEqual(stopping, ["0 Unrecognized Parameters"]);
  assert.deepEqual(peer.ask([unknownParameter(0x0777, 8), ["Add IP Address", "10.1.0.1"]]), []);
  assert.equal(peer.association.paths.length, 2);
});

test("RFC 5061 §4.2, §4.2.6: parameters that have no place in an ASCONF are ignored", () => {
  const peer = new ReconfiguringPeer();
  const foreign: Parameter[] = [
    { kind: "Adaptation Layer Indication", adaptationCodePoint: 7 },
    { kind: "Success Indication", correlationId: 1 },
    { kind: "State Cookie", cookie: new Uint8Array(4) },
    { kind: "Supported Extensions", chunkTypes: new Uint8Array(1) },
  ];
  const before = peer.scene.events.length;
  assert.deepEqual(peer.ask([...foreign, ["Add IP Address", NEW]]), []);
  assert.deepEqual(peer.changes, [`added ${NEW}`]);
  assert.equal(peer.scene.events.length, before + 1);
});

test("RFC 5061 §4.1.1, §5.2 D5: without authentication an ASCONF is discarded, and with it the rest of the packet", () => {
  const peer = new ReconfiguringPeer();
  const chunk = peer.asconf([["Add IP Address", NEW]]);
  assert.deepEqual(peer.receivePlain([chunk, { kind: "HEARTBEAT", info: new Uint8Array(4) }]), []);
  const forged = peer.authenticating.signed([chunk], { hmacIdentifier: 3, secret: Uint8Array.of(1) });
  assert.deepEqual(peer.scene.receive(peer.tag, forged, { udpPort: 0 }), []);
  assert.deepEqual(peer.paths, [`*${OLD} active`]);
  assert.deepEqual(responsesIn(peer.receive([chunk])), []);
});

test("RFC 9260 §3.2: where nothing was agreed an ASCONF is an unknown chunk, and an ASCONF-ACK too", () => {
  for (const options of [
    { config: { addressReconfiguration: false } },
    { extensions: [0x0f] },
    { chunkTypes: [0xc1] },
    { config: { authentication: false } },
  ]) {
    const peer = new ReconfiguringPeer(options);
    assert.equal(peer.association.addLocalAddress(ip("10.0.8.2")), false);
    const sent = peer.receive([peer.asconf([["Add IP Address", NEW]])]);
    for (const { causes } of sent.flatMap(({ chunks }) => chunks).filter((chunk) => chunk.kind === "ERROR"))
      assert.deepEqual(
        causes.map(({ kind }) => kind),
        ["Unrecognized Chunk Type"],
      );
    assert.deepEqual(peer.acknowledge(1), []);
    assert.deepEqual(peer.paths, [`*${OLD} active`]);
    assert.equal(peer.association.state, "ESTABLISHED");
  }
});

test("RFC 5061 §5.1.1 C4: neither chunk is handled or sent once the shutdown waits for its last answer", () => {
  const peer = new ReconfiguringPeer({ own: ["10.0.0.2", "10.0.1.2"] });
  peer.association.removeLocalAddress(ip("10.0.1.2"));
  peer.receivePlain([{ kind: "SHUTDOWN", cumulativeTsnAck: tsn(peer.firstSequenceNumber - 1) }]);
  assert.equal(peer.association.state, "SHUTDOWN-ACK-SENT");
  assert.deepEqual(peer.receive([peer.asconf([["Add IP Address", NEW]])]), []);
  assert.equal(peer.association.addLocalAddress(ip("10.0.8.2")), false);
  const later = peer.scene.advance(5000).flatMap(({ chunks }) => chunks);
  assert.ok(later.every(({ kind }) => kind === "SHUTDOWN ACK"));
});

test("RFC 5061 §5.3 F14; RFC 9260 §8.1: data waits for an address that replaces all, until the peer is given up", () => {
  const peer = new ReconfiguringPeer();
  const both: Asked[] = [
    ["Add IP Address", NEW],
    ["Delete IP Address", OLD],
  ];
  peer.ask(both, { address: ip(NEW) });
  peer.association.send(payload(10), onStream(0), peer.scene.now);
  const sent = peer.scene.advance(1);
  assert.deepEqual(kindsOf(sent), [["HEARTBEAT"]]);
  const data = peer.confirm(NEW, sent).flatMap(({ chunks }) => chunks);
  assert.ok(data.some(({ kind }) => kind === "DATA"));
  const silent = new ReconfiguringPeer();
  silent.ask(both, { address: ip(NEW) });
  silent.scene.advance(1_000_000);
  assert.deepEqual(silent.scene.last("communication lost").reason, { kind: "unreachable" });
});

test("RFC 5061 §5.3 F12; RFC 9260 §5.4: what an unconfirmed address has inherited goes on when that is deleted in turn", () => {
  const peer = new ReconfiguringPeer();
  peer.association.send(payload(10), onStream(0), peer.scene.now);
  const first = only(peer.scene.drain(), "DATA");
  const NEXT = "10.0.9.2";
  peer.ask(
    [
      ["Add IP Address", NEW],
      ["Delete IP Address", OLD],
    ],
    { address: ip(NEW) },
  );
  peer.ask(
    [
      ["Add IP Address", NEXT],
      ["Delete IP Address", NEW],
    ],
    { address: ip(NEXT) },
    "0.0.0.0",
  );
  assert.deepEqual(peer.paths, [`*${NEXT} unconfirmed`]);
  const again = only(peer.confirm(NEXT, peer.scene.advance(1)), "DATA");
  assert.equal(again.tsn, first.tsn);
  peer.receivePlain([sackOf(first.tsn)], { address: ip(NEXT) });
  assert.ok(peer.association.isSenderDry);
  assert.equal(peer.association.primaryPath.flightBytes, 0);
});
