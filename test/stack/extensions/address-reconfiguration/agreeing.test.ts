import assert from "node:assert/strict";
import { test } from "node:test";
import type { Parameter } from "../../../../src/wire/parameter.js";
import { AuthenticatingPeer } from "../../authenticating-peer.js";
import { ip } from "../../pair.js";
import { ReconfiguringPeer } from "../../reconfiguring-peer.js";
import { cookieOf, initAckOf, initOf, ipParameter, kindsOf, only, PEER_TSN, Scene } from "../../scene.js";

const KNOWS_ASCONF: Parameter = {
  kind: "Supported Extensions",
  chunkTypes: Uint8Array.of(0x0f, 0xc1, 0x80),
};
const AUTHENTICATION = new AuthenticatingPeer([0xc1, 0x80], [3]).parameters;

test("RFC 5061 §4.2.7: INIT and INIT ACK list ASCONF, ASCONF-ACK and AUTH, and want the first two authenticated", () => {
  const scene = new Scene();
  const { init } = scene.associate(["10.7.0.1"]);
  const initAck = only(
    scene.receive(0, [initOf({ parameters: [KNOWS_ASCONF, ...AUTHENTICATION] })]),
    "INIT ACK",
  );
  for (const { parameters } of [init, initAck]) {
    const listed = parameters.filter(({ kind }) => kind === "Supported Extensions");
    assert.equal(listed.length, 1);
    const [list] = listed;
    assert.ok(list?.kind === "Supported Extensions");
    for (const type of [0x0f, 0xc1, 0x80]) assert.ok(list.chunkTypes.includes(type));
    const wanted = parameters.find((parameter) => parameter.kind === "Chunk List");
    for (const type of [0xc1, 0x80]) assert.ok(wanted?.chunkTypes.includes(type));
  }
});

test("RFC 5061 §6: an INIT of who knows ASCONF and cannot authenticate is answered with ABORT", () => {
  const parameters = [KNOWS_ASCONF];
  const scene = new Scene();
  assert.deepEqual(kindsOf(scene.receive(0, [initOf({ parameters })])), [["ABORT"]]);
  for (const config of [{ addressReconfiguration: false }, { authentication: false }]) {
    const other = new Scene({ config });
    assert.deepEqual(kindsOf(other.receive(0, [initOf({ parameters })])), [["INIT ACK"]]);
  }
});

test("RFC 5061 §6: after such an INIT ACK no COOKIE ECHO is sent, and the user is told that there is no association", () => {
  const scene = new Scene();
  const { association, init } = scene.associate();
  const parameters = [...initAckOf().parameters, KNOWS_ASCONF];
  const sent = scene.receive(init.initiateTag, [initAckOf({ parameters })]);
  assert.deepEqual(kindsOf(sent), [["ABORT"]]);
  assert.equal(association.state, "CLOSED");
  assert.equal(scene.last("cannot start").association, association);
});

test("RFC 5061 §4.2: parameters of ASCONF chunks in an INIT or INIT ACK are ignored, and not reported", () => {
  const misplaced: Parameter[] = [
    { kind: "Add IP Address", correlationId: 1, address: ip("10.0.9.1") },
    { kind: "Delete IP Address", correlationId: 2, address: ip("10.0.0.1") },
    { kind: "Success Indication", correlationId: 4 },
  ];
  const scene = new Scene();
  const initAck = only(scene.receive(0, [initOf({ parameters: misplaced })]), "INIT ACK");
  assert.ok(initAck.parameters.every(({ kind }) => kind !== "Unrecognized Parameter"));
  scene.receive(initAck.initiateTag, [{ kind: "COOKIE ECHO", cookie: cookieOf(initAck) }]);
  assert.deepEqual(
    scene.association.paths.map(({ address }) => address.text),
    ["10.0.0.1"],
  );
});

const preferring = (address: string): Parameter => ({
  kind: "Set Primary IP Address",
  correlationId: 7,
  address: ip(address),
});

test("RFC 5061 §4.2.4: an INIT may prefer an address, which is heeded once it is confirmed", () => {
  const addresses = { peer: ["10.0.0.1", "10.0.1.1"] };
  const peer = new ReconfiguringPeer({ ...addresses, initParameters: [preferring("10.0.1.1")] });
  assert.deepEqual(peer.paths, ["*10.0.0.1 active", "10.0.1.1 unconfirmed"]);
  peer.confirm("10.0.1.1", peer.scene.advance(1));
  assert.deepEqual(peer.changes, ["confirmed 10.0.1.1", "made primary 10.0.1.1"]);
  assert.deepEqual(peer.paths, ["10.0.0.1 active", "*10.0.1.1 active"]);
  const others: Parameter[][] = [[preferring("0.0.0.0")], [preferring("10.0.9.1")]];
  for (const initParameters of others) {
    const other = new ReconfiguringPeer({ ...addresses, initParameters });
    other.confirm("10.0.1.1", other.scene.advance(1));
    assert.deepEqual(other.changes, ["confirmed 10.0.1.1"], "its source is the primary one already");
  }
  const unable = new ReconfiguringPeer({
    ...addresses,
    initParameters: [preferring("10.0.1.1")],
    chunkTypes: [],
  });
  unable.confirm("10.0.1.1", unable.scene.advance(1));
  assert.deepEqual(
    unable.changes,
    ["confirmed 10.0.1.1"],
    "what is not authenticated in an ASCONF is not here",
  );
});

test("RFC 5061 §4.2.4: an INIT ACK may prefer an address, and the user is told of it behind COMMUNICATION UP", () => {
  const scene = new Scene();
  const addresses = ["10.0.0.1", "10.0.1.1"];
  const { association, init } = scene.associate(addresses);
  const parameters = [
    ...initAckOf().parameters,
    ...addresses.map(ipParameter),
    KNOWS_ASCONF,
    ...AUTHENTICATION,
    preferring("10.0.1.1"),
  ];
  scene.receive(init.initiateTag, [initAckOf({ parameters })]);
  assert.equal(association.primaryPath.address.text, "10.0.0.1");
  scene.receive(init.initiateTag, [{ kind: "COOKIE ACK" }]);
  assert.equal(
    association.primaryPath.address.text,
    "10.0.1.1",
    "our user has named it, so that it is confirmed",
  );
  assert.deepEqual(scene.eventTypes, ["communication up", "peer address change"]);
});

test("RFC 5061 §5.1.1 C4: an ASCONF that overtakes the COOKIE ACK is discarded, and not reported as unknown", () => {
  const scene = new Scene();
  const { association, init } = scene.associate();
  const parameters = [...initAckOf().parameters, KNOWS_ASCONF, ...AUTHENTICATION];
  scene.receive(init.initiateTag, [initAckOf({ parameters })]);
  const peer = new AuthenticatingPeer([0xc1, 0x80], [3]);
  peer.learn(init.parameters);
  const asconf = {
    kind: "ASCONF",
    sequenceNumber: PEER_TSN,
    address: ip("10.0.0.1"),
    parameters: [{ kind: "Add IP Address", correlationId: 1, address: ip("10.0.9.1") }],
  } as const;
  const packet = peer.signed([asconf], { hmacIdentifier: 3 });
  assert.deepEqual(scene.receive(init.initiateTag, packet), []);
  assert.equal(association.paths.length, 1);
  scene.receive(init.initiateTag, [{ kind: "COOKIE ACK" }]);
  only(scene.receive(init.initiateTag, packet), "ASCONF-ACK");
  assert.equal(association.paths.length, 2);
});

test("RFC 9260 §5.1.2: the peer knows what the INIT ACK has listed, and no address that has come since", () => {
  const advertised = ["10.0.0.2", "10.0.1.2"];
  const scene = new Scene({ addresses: ["10.0.0.2", "10.0.1.2", "10.0.2.2"], advertised });
  const initAck = only(scene.receive(0, [initOf()]), "INIT ACK");
  advertised.splice(0, 2, "10.0.0.2", "10.0.2.2");
  scene.receive(initAck.initiateTag, [{ kind: "COOKIE ECHO", cookie: cookieOf(initAck) }]);
  assert.deepEqual(
    scene.association.localAddresses.map(({ text }) => text),
    ["10.0.0.2", "10.0.1.2"],
  );
});
