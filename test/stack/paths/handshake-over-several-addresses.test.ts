import assert from "node:assert/strict";
import { test } from "node:test";
import type { Path } from "../../../src/stack/paths/path.js";
import type { InitAckChunk } from "../../../src/wire/chunks/init-ack-chunk.js";
import { ip, onStream, payload } from "../pair.js";
import { initAckOf, Scene, type Sent } from "../scene.js";

const ADDRESSES = ["10.0.0.1", "10.0.1.1"];

/** An INIT ACK that lists both addresses. */
function initAckOfBoth(): InitAckChunk {
  const addresses = ADDRESSES.map((address) => ({ kind: "IPv4 Address" as const, address: ip(address) }));
  return initAckOf({ parameters: [...initAckOf().parameters, ...addresses] });
}

function waysOf(sent: readonly Sent[], start: number): string[] {
  return sent.map(
    ({ at, destination, chunks }) => `${at - start} ${chunks.map(({ kind }) => kind).join()}>${destination}`,
  );
}

function changesOf(scene: Scene): string[] {
  const changes = scene.events.map((event) =>
    event.type === "peer address change" ? `${event.change} ${event.path.address.text}` : event.type,
  );
  // That no peer here can authenticate is no news.
  return changes.filter((change) => change !== "authentication");
}

test("RFC 9260 §5.1: INIT goes to all addresses in turn, each with a time-out of its own", () => {
  const scene = new Scene();
  const start = scene.now;
  scene.associate(ADDRESSES);
  scene.advance(14_000);
  assert.deepEqual(waysOf(scene.sent, start), [
    "0 INIT>10.0.0.1",
    "1000 INIT>10.0.1.1",
    "2000 INIT>10.0.0.1",
    "4000 INIT>10.0.1.1",
    "6000 INIT>10.0.0.1",
    "10000 INIT>10.0.1.1",
    "14000 INIT>10.0.0.1",
  ]);
});

test("RFC 9260 §5.1: COOKIE ECHO goes to all addresses in turn, beginning where the INIT ACK came from", () => {
  const scene = new Scene();
  const { init } = scene.associate(ADDRESSES);
  scene.sent.length = 0;
  const start = scene.now;
  scene.receive(init.initiateTag, [initAckOfBoth()], { address: ip("10.0.1.1") });
  scene.advance(3000);
  assert.deepEqual(waysOf(scene.sent, start), [
    "0 COOKIE ECHO>10.0.1.1",
    "1000 COOKIE ECHO>10.0.0.1",
    "2000 COOKIE ECHO>10.0.1.1",
  ]);
});

test("RFC 9260 §8.2: what has not answered the handshake is avoided from the start, and probed", () => {
  const scene = new Scene();
  const { association, init } = scene.associate(ADDRESSES);
  scene.advance(1000);
  const from = { address: ip("10.0.1.1") };
  scene.receive(init.initiateTag, [initAckOfBoth()], from);
  scene.receive(init.initiateTag, [{ kind: "COOKIE ACK" }], from);
  assert.deepEqual(changesOf(scene), ["communication up", "potentially failed 10.0.0.1"]);
  assert.equal(association.primaryPath.address.text, "10.0.0.1", "the user has named it first");
  scene.sent.length = 0;
  association.send(payload(10), onStream(0), scene.now);
  const ways = waysOf(scene.advance(0), scene.now);
  assert.deepEqual(ways.sort(), ["0 DATA>10.0.1.1", "0 HEARTBEAT>10.0.0.1"]);
});

test("RFC 9260 §5.1: a path that has answered in the end has no errors", () => {
  const scene = new Scene();
  const { association, init } = scene.associate(["10.0.0.1"]);
  scene.advance(3000);
  scene.receive(init.initiateTag, [initAckOf()]);
  scene.advance(1000);
  scene.receive(init.initiateTag, [{ kind: "COOKIE ACK" }]);
  assert.deepEqual(changesOf(scene), ["communication up"]);
  assert.equal(association.primaryPath.errorCount, 0);
});

test("RFC 9260 §5.1.2, §5.4: what an INIT ACK lists of both families is used once it is confirmed", () => {
  const scene = new Scene({ addresses: ["10.0.0.2", "fd00::2"], advertised: ["10.0.0.2", "fd00::2"] });
  const { association } = scene.associate(["10.0.0.1"]);
  const tag = association.tcb.localTag;
  const parameters = [
    ...initAckOf().parameters,
    { kind: "IPv6 Address" as const, address: ip("fd00::1") },
    { kind: "IPv4 Address" as const, address: ip("10.0.0.1") },
  ];
  scene.receive(tag, [initAckOf({ parameters })]);
  scene.receive(tag, [{ kind: "COOKIE ACK" }]);
  const describe = ({ address, state, localAddress }: Path): string =>
    `${address.text} ${state} ${localAddress?.text ?? ""}`;
  assert.deepEqual(association.paths.map(describe), [
    "10.0.0.1 active 10.0.0.2",
    "fd00::1 unconfirmed fd00::2",
  ]);
});

test("RFC 6951 §5.4: each path keeps the UDP port of its own address", () => {
  const scene = new Scene();
  const { association, init } = scene.associate(ADDRESSES);
  scene.receive(init.initiateTag, [initAckOfBoth()], { address: ip("10.0.1.1"), udpPort: 4000 });
  scene.receive(init.initiateTag, [{ kind: "COOKIE ACK" }], { address: ip("10.0.0.1"), udpPort: 3000 });
  assert.deepEqual(
    association.paths.map(({ udpPort }) => udpPort),
    [3000, 4000],
  );
});
