import assert from "node:assert/strict";
import { test } from "node:test";
import { tsn } from "../../../src/base/serial-number.js";
import type { Chunk } from "../../../src/wire/chunk.js";
import { OUT_OF_THE_BLUE_ANSWERS_PER_SECOND } from "../../../src/stack/limits.js";
import { ip } from "../pair.js";
import { dataOf, initAckOf, initOf, kindsOf, only, PEER_COOKIE, Scene } from "../scene.js";

const TAG = 0x4242_4242;
const DATA = dataOf(1);
const HEARTBEAT: Chunk = { kind: "HEARTBEAT", info: new Uint8Array(8) };
const ABORT: Chunk = { kind: "ABORT", tagReflected: false, causes: [] };
const SHUTDOWN_ACK: Chunk = { kind: "SHUTDOWN ACK" };
const SHUTDOWN_COMPLETE: Chunk = { kind: "SHUTDOWN COMPLETE", tagReflected: false };
const COOKIE_ACK: Chunk = { kind: "COOKIE ACK" };
const COOKIE_ECHO: Chunk = { kind: "COOKIE ECHO", cookie: PEER_COOKIE };
const STALE_COOKIE: Chunk = {
  kind: "ERROR",
  causes: [{ kind: "Stale Cookie", stalenessMicroseconds: 1 }],
};
const OTHER_ERROR: Chunk = { kind: "ERROR", causes: [{ kind: "Out of Resource" }] };
const UNKNOWN: Chunk = { kind: "UNKNOWN", type: 0x3f, flags: 0, value: new Uint8Array(4) };

for (const source of ["224.0.0.1", "255.255.255.255", "0.0.0.0"]) {
  test(`RFC 9260 §8.4 1: what comes out of the blue from ${source} is discarded`, () => {
    assert.deepEqual(new Scene().receive(TAG, [DATA], { address: ip(source) }), []);
  });
}

test("RFC 9260 §8.4 1: what comes out of the blue to a group is discarded", () => {
  const scene = new Scene({ addresses: ["0.0.0.0", "::"] });
  assert.deepEqual(scene.receive(TAG, [DATA], { to: ip("239.1.2.3") }), []);
  const from = { address: ip("2001:db8::1"), to: ip("ff02::1") };
  assert.deepEqual(scene.receive(TAG, [DATA], from), []);
});

for (const chunks of [[ABORT], [DATA, ABORT], [SHUTDOWN_ACK, ABORT], [UNKNOWN, HEARTBEAT, ABORT]]) {
  test(`RFC 9260 §8.4 2: ${names(chunks)} is discarded because of the ABORT`, () => {
    assert.deepEqual(new Scene().receive(TAG, chunks), []);
  });
}

test("RFC 9260 §8.4 3: an INIT to a port without endpoint is refused under its tag, T bit not set", () => {
  const scene = new Scene();
  const sent = scene.receive(0, [initOf()], { toPort: 7001 });
  assert.deepEqual([sent[0]?.tag, only(sent, "ABORT").tagReflected], [initOf().initiateTag, false]);
});

test("RFC 9260 §8.4 4: a COOKIE ECHO in front is processed by §5.1.5: a forged one is discarded", () => {
  assert.deepEqual(new Scene().receive(TAG, [COOKIE_ECHO, SHUTDOWN_ACK]), []);
});

for (const chunks of [[SHUTDOWN_ACK], [DATA, SHUTDOWN_ACK], [COOKIE_ACK, SHUTDOWN_ACK]]) {
  test(`RFC 9260 §8.4 5: ${names(chunks)} is answered with SHUTDOWN COMPLETE, its tag reflected`, () => {
    const sent = new Scene().receive(TAG, chunks);
    assert.deepEqual(kindsOf(sent), [["SHUTDOWN COMPLETE"]]);
    assert.deepEqual([sent[0]?.tag, only(sent, "SHUTDOWN COMPLETE").tagReflected], [TAG, true]);
  });
}

test("RFC 9260 §8.4 6: SHUTDOWN COMPLETE is discarded", () => {
  assert.deepEqual(new Scene().receive(TAG, [SHUTDOWN_COMPLETE]), []);
});

for (const chunks of [[STALE_COOKIE], [COOKIE_ACK], [DATA, COOKIE_ACK], [COOKIE_ACK, DATA]]) {
  test(`RFC 9260 §8.4 7: ${names(chunks)} is discarded`, () => {
    assert.deepEqual(new Scene().receive(TAG, chunks), []);
  });
}

const ANSWERED: readonly Chunk[][] = [
  [DATA],
  [HEARTBEAT],
  [OTHER_ERROR],
  [UNKNOWN],
  [initAckOf()],
  [{ kind: "SHUTDOWN", cumulativeTsnAck: tsn(1) }],
  [{ kind: "HEARTBEAT ACK", info: new Uint8Array(4) }],
  [HEARTBEAT, COOKIE_ECHO],
];
for (const chunks of ANSWERED) {
  test(`RFC 9260 §8.4 8: ${names(chunks)} is answered with ABORT, its tag reflected`, () => {
    const sent = new Scene().receive(TAG, chunks);
    assert.deepEqual(kindsOf(sent), [["ABORT"]]);
    assert.deepEqual([sent[0]?.tag, only(sent, "ABORT").tagReflected], [TAG, true]);
    assert.equal(sent[0]?.destination, "10.0.0.1");
  });
}

test("RFC 6951 §5.4: the answer goes back to the UDP port that the packet came from", () => {
  const [answer] = new Scene().receive(TAG, [DATA], { udpPort: 23_456 });
  assert.equal(answer?.udpPort, 23_456);
});

test("RFC 9260 §8.4: a packet whose end cannot be read is not answered: an ABORT may have stood there", () => {
  assert.deepEqual(new Scene().receive(TAG, [DATA, Uint8Array.of(6, 0, 0, 200)]), []);
});

test("RFC 9260 §8.4: no answer to an answer: two stacks never keep each other busy", () => {
  const scene = new Scene();
  for (const chunk of [DATA, SHUTDOWN_ACK]) {
    for (const { tag, chunks } of scene.receive(TAG, [chunk])) {
      assert.deepEqual(scene.receive(tag, chunks), []);
    }
  }
});

test("RFC 9260 §12.2.4.1: a flood out of the blue gets a bounded number of answers per second", () => {
  const scene = new Scene();
  let answers = 0;
  const flood = (packets: number): void => {
    for (let index = 0; index < packets; index += 1) answers += scene.receive(index + 1, [DATA]).length;
  };
  flood(5000);
  assert.equal(answers, OUT_OF_THE_BLUE_ANSWERS_PER_SECOND);
  scene.now += 100;
  flood(5000);
  assert.equal(answers, OUT_OF_THE_BLUE_ANSWERS_PER_SECOND * 1.1);
  scene.now += 3_600_000;
  flood(5000);
  assert.equal(answers, OUT_OF_THE_BLUE_ANSWERS_PER_SECOND * 2.1);
  assert.equal(scene.stack.statistics.suppressedAnswers, 15_000 - answers);
});

test("RFC 9260 §12.2.4.1: the bound holds for INITs to ports without endpoint too", () => {
  const scene = new Scene();
  let answers = 0;
  for (let index = 0; index < 2000; index += 1)
    answers += scene.receive(0, [initOf()], { toPort: 1 + index }).length;
  assert.equal(answers, OUT_OF_THE_BLUE_ANSWERS_PER_SECOND);
});

function names(chunks: readonly Chunk[]): string {
  return chunks.map((chunk) => chunk.kind).join(" + ");
}

test("RFC 9260 §8.4: where ports are shared with other stacks of the host, only packets to ours are answered", () => {
  const answers = (sharesPorts: boolean, toPort: number): string[][] => {
    const scene = new Scene({ sharesPorts });
    const chunks = [initOf(), COOKIE_ECHO, SHUTDOWN_ACK, DATA];
    const sent = chunks.flatMap((chunk) =>
      scene.receive(chunk.kind === "INIT" ? 0 : TAG, [chunk], { toPort }),
    );
    assert.equal(scene.stack.statistics.foreignPackets, sharesPorts && toPort !== 7000 ? 3 : 0);
    return kindsOf(sent);
  };
  const ours = [["INIT ACK"], ["SHUTDOWN COMPLETE"], ["ABORT"]];
  assert.deepEqual(answers(false, 7000), ours);
  assert.deepEqual(answers(true, 7000), ours);
  assert.deepEqual(answers(false, 7001), [["ABORT"], ["ABORT"], ["SHUTDOWN COMPLETE"], ["ABORT"]]);
  // Its sender only waits for the end, and the socket that it was to may be closed already.
  assert.deepEqual(answers(true, 7001), [["SHUTDOWN COMPLETE"]]);
});
