import assert from "node:assert/strict";
import { test } from "node:test";
import { onStream, Pair, payload } from "../pair.js";

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
