import assert from "node:assert/strict";
import { test } from "node:test";
import { ip, onStream, Pair, payload } from "../pair.js";
import { initAckOf, ipParameter, kindsOf, only, Scene } from "../scene.js";

test("RFC 9260 §5.1 C: what COOKIE ECHO takes along keeps to the path MTU, and the rest follows", () => {
  const pair = new Pair();
  const largest: number[] = [];
  pair.tamper = (packet) => {
    largest.push(packet.bytes.length);
    return [packet];
  };
  const association = pair.associate();
  for (let index = 0; index < 20; index += 1) association.send(payload(1000, index), onStream(0), pair.now);
  pair.advance(10_000);
  assert.ok(Math.max(...largest) <= 1480, `a packet of ${Math.max(...largest)} bytes does not fit`);
  assert.equal(pair.z.received().length, 20);
  const cookieEcho = pair.trace.findIndex((line) => line.startsWith("A>Z COOKIE ECHO"));
  assert.match(pair.trace[cookieEcho + 1] ?? "", /^A>Z DATA/);
});

test("RFC 9260 §8.3, §5.4: a HEARTBEAT in COOKIE-ECHOED is answered at once, to where it came from", () => {
  const scene = new Scene();
  const { init } = scene.associate(["10.0.0.1", "10.0.0.3"]);
  const listed = ["10.0.0.1", "10.0.0.3"].map(ipParameter);
  const initAck = initAckOf({ parameters: [...initAckOf().parameters, ...listed] });
  assert.deepEqual(kindsOf(scene.receive(init.initiateTag, [initAck])), [["COOKIE ECHO"]]);
  for (const address of ["10.0.0.1", "10.0.0.3"]) {
    const info = Uint8Array.of(1, 2, 3, 4);
    const sent = scene.receive(init.initiateTag, [{ kind: "HEARTBEAT", info }], { address: ip(address) });
    assert.deepEqual(only(sent, "HEARTBEAT ACK").info, info);
    assert.deepEqual(
      sent.map(({ destination }) => destination),
      [address],
    );
  }
});

test("RFC 9260 §5.1 C: beside answers to HEARTBEAT nothing leaves between COOKIE ECHO and COOKIE ACK", () => {
  const scene = new Scene();
  const { init, association } = scene.associate();
  scene.receive(init.initiateTag, [initAckOf()]);
  association.send(payload(100), onStream(0), scene.now);
  assert.deepEqual(scene.drain(), []);
  const unknown = { kind: "UNKNOWN", type: 0xc7, flags: 0, value: new Uint8Array(4) } as const;
  assert.deepEqual(scene.receive(init.initiateTag, [unknown]), []);
});
