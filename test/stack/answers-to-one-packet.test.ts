import assert from "node:assert/strict";
import { test } from "node:test";
import { tsn } from "../../src/base/serial-number.js";
import type { Chunk } from "../../src/wire/chunk.js";
import { about } from "./icmp.js";
import { ip } from "./pair.js";
import {
  cookieOf,
  dataOf,
  initAckOf,
  initOf,
  only,
  PEER_COOKIE,
  PEER_TSN,
  Scene,
  type Sent,
} from "./scene.js";

function repeated(count: number, chunk: Chunk): Chunk[] {
  return new Array<Chunk>(count).fill(chunk);
}

/** Packets with any chunk but DATA and SACK. */
function withControl(sent: readonly Sent[]): readonly Sent[] {
  return sent.filter(({ chunks }) => chunks.some(({ kind }) => kind !== "DATA" && kind !== "SACK"));
}

const UNKNOWN: Chunk = { kind: "UNKNOWN", type: 0xdf, flags: 0, value: new Uint8Array(36) };
const HEARTBEAT: Chunk = { kind: "HEARTBEAT", info: new Uint8Array(4) };
const INVALID_STREAM = (index: number): Chunk => dataOf(PEER_TSN + index, { streamId: 99 });

for (const { what, chunks } of [
  { what: "unknown chunks that are to be reported", chunks: repeated(36, UNKNOWN) },
  { what: "HEARTBEATs", chunks: repeated(500, HEARTBEAT) },
  {
    what: "DATA on streams that there are not",
    chunks: Array.from({ length: 300 }, (_, index) => INVALID_STREAM(index)),
  },
  {
    what: "a bit of everything",
    chunks: [...repeated(60, HEARTBEAT), ...repeated(20, UNKNOWN), INVALID_STREAM(0)],
  },
]) {
  test(`RFC 9260 §12.4: ${what} in one packet are answered by one packet`, () => {
    const scene = new Scene();
    const { tag } = scene.accept();
    assert.equal(withControl(scene.receive(tag, chunks)).length, 1);
  });

  test(`RFC 9260 §12.4: with SHUTDOWN behind them ${what} are answered by one packet`, () => {
    const scene = new Scene();
    const { tag, initAck } = scene.accept();
    const shutdown: Chunk = { kind: "SHUTDOWN", cumulativeTsnAck: tsn(initAck.initialTsn - 1) };
    const sent = withControl(scene.receive(tag, [...chunks, shutdown]));
    assert.equal(sent.length, 1);
    only(sent, "SHUTDOWN ACK");
  });
}

test("RFC 9260 §12.4: COOKIE ECHO from an address to be probed, and HEARTBEATs, are answered by one packet", () => {
  const scene = new Scene();
  const listed = initOf({ parameters: [{ kind: "IPv4 Address", address: ip("10.0.0.3") }] });
  const initAck = only(scene.receive(0, [listed]), "INIT ACK");
  const cookieEcho: Chunk = { kind: "COOKIE ECHO", cookie: cookieOf(initAck) };
  const chunks = [cookieEcho, ...repeated(500, HEARTBEAT)];
  const sent = withControl(scene.receive(initAck.initiateTag, chunks, { address: ip("10.0.0.3") }));
  assert.deepEqual(
    sent.map(({ destination }) => destination),
    ["10.0.0.3"],
  );
  assert.deepEqual(
    sent[0]?.chunks.slice(0, 3).map(({ kind }) => kind),
    ["COOKIE ACK", "HEARTBEAT", "HEARTBEAT ACK"],
  );
});

test("RFC 9260 §12.4, §6.10: a packet on a path with a larger MTU than the primary path's is answered by one packet", () => {
  const scene = new Scene();
  const { tag } = scene.connect({}, ["10.0.0.1", "10.0.0.3"]);
  scene.stack.handleIcmp(about({ kind: "packet too big", mtuBytes: 600 }), scene.now);
  const sent = scene.receive(tag, repeated(36, UNKNOWN), { address: ip("10.0.0.3") });
  assert.equal(withControl(sent).length, 1);
});

test("RFC 9260 §12.4, §5.4: what comes from an address that nobody has confirmed is answered by one packet", () => {
  const scene = new Scene({ config: { heartbeatEnabled: false } });
  const { init } = scene.associate();
  const parameters = [
    { kind: "State Cookie", cookie: PEER_COOKIE },
    { kind: "IPv4 Address", address: ip("10.0.0.3") },
  ] as const;
  scene.receive(init.initiateTag, [initAckOf({ parameters })]);
  scene.receive(init.initiateTag, [{ kind: "COOKIE ACK" }]);
  const from = { address: ip("10.0.0.3") };
  const sent = withControl(scene.receive(init.initiateTag, [HEARTBEAT, UNKNOWN, HEARTBEAT], from));
  assert.deepEqual(
    sent.map(({ destination, chunks }) => [destination, ...chunks.map(({ kind }) => kind)]),
    [["10.0.0.3", "HEARTBEAT ACK", "HEARTBEAT ACK"]],
  );
});
