/** RFC 5062 §8, §9 and §10: one packet makes us send several, or a larger one. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Chunk } from "../../../src/wire/chunk.js";
import type { Parameter } from "../../../src/wire/parameter.js";
import { about } from "../icmp.js";
import { ip } from "../pair.js";
import { dataOf, initOf, packetOf, PEER, PEER_TSN, Scene } from "../scene.js";

const REQUESTS: Readonly<Record<string, (index: number) => Chunk>> = {
  HEARTBEAT: () => ({ kind: "HEARTBEAT", info: new Uint8Array(60) }),
  "unknown chunks that want to be reported": () => ({
    kind: "UNKNOWN",
    type: 0xc9,
    flags: 0,
    value: new Uint8Array(60),
  }),
  "DATA on streams that there are not": (index) => dataOf(PEER_TSN + index, { streamId: 60_000 }),
};

for (const [what, request] of Object.entries(REQUESTS)) {
  test(`RFC 5062 §8.3, §10.3: ${what} in one packet are answered by one packet, whatever the MTUs are`, () => {
    for (const mtuBytes of [1500, 600]) {
      const scene = new Scene();
      const { tag } = scene.accept();
      // RFC 5062 §10.1: ICMP has made our way narrower than the victim's.
      scene.stack.handleIcmp(about({ kind: "packet too big", mtuBytes }), scene.now);
      scene.drain();
      const chunks = Array.from({ length: 500 }, (_, index) => request(index));
      const answers = scene
        .receive(tag, chunks)
        .filter(({ chunks: sent }) => sent.some(({ kind }) => kind !== "SACK"));
      assert.equal(answers.length, 1);
      assert.ok((answers[0]?.bytes.length ?? 0) <= mtuBytes - 20);
    }
  });
}

test("RFC 5062 §9.3: an INIT ACK is larger than its INIT by no more than its cookie and our extensions need", () => {
  const scene = new Scene();
  for (const count of [0, 1, 8, 31, 200]) {
    const parameters: Parameter[] = Array.from({ length: count }, (_, index) => ({
      kind: "IPv4 Address",
      address: ip(`10.0.4.${index + 1}`),
    }));
    const init = initOf({ parameters });
    const [answer] = scene.receive(0, [init]);
    const growth = (answer?.bytes.length ?? 0) - packetOf(PEER, 0, [init]).length;
    assert.ok(growth <= 128, `an INIT with ${count} addresses grows by ${growth} bytes`);
  }
});

test("RFC 5062 §9: what is refused is refused in fewer bytes than it has asked", () => {
  const closed = new Scene({ listening: false });
  const parameters: Parameter[] = [{ kind: "Host Name Address", hostName: new Uint8Array(1000) }];
  for (const init of [initOf(), initOf({ aRwnd: 1 }), initOf({ parameters })]) {
    const [answer] = closed.receive(0, [init]);
    assert.ok((answer?.bytes.length ?? 0) <= packetOf(PEER, 0, [init]).length);
  }
});

test("RFC 5062 §8: what comes out of the blue is answered by one small packet", () => {
  const scene = new Scene();
  const chunks = Array.from({ length: 40 }, (_, index) => dataOf(PEER_TSN + index));
  const sent = scene.receive(77, chunks);
  assert.equal(sent.length, 1);
  assert.equal(sent[0]?.bytes.length, 16);
});
