import assert from "node:assert/strict";
import { test } from "node:test";
import { tsn } from "../../../src/base/serial-number.js";
import { about } from "../icmp.js";
import { ip } from "../pair.js";
import { dataOf, kindsOf, only, PEER_TSN, Scene, type Sent } from "../scene.js";

/** Where each packet with a SACK went. */
function destinations(sent: readonly Sent[]): string[] {
  return sent
    .filter(({ chunks }) => chunks.some(({ kind }) => kind === "SACK"))
    .map((packet) => packet.destination);
}

test("RFC 9260 §6.7, §6.4: SACK goes to where the last DATA came from, and does not vary while that does not", () => {
  const scene = new Scene();
  const { tag } = scene.connect({}, ["10.0.0.1", "10.0.0.3"]);
  const from = ["10.0.0.1", "10.0.0.1", "10.0.0.3", "10.0.0.3", "10.0.0.1", "10.0.0.3"];
  const went = from.map((address, index) => {
    // A gap before each chunk, so that each is answered at once.
    const sent = scene.receive(tag, [dataOf(PEER_TSN + 1 + 2 * index)], { address: ip(address) });
    return destinations(sent);
  });
  assert.deepEqual(
    went,
    from.map((address) => [address]),
  );
});

test("RFC 9260 §6.4: a delayed SACK goes to where the last DATA that it acknowledges came from", () => {
  const scene = new Scene();
  const { tag } = scene.connect({}, ["10.0.0.1", "10.0.0.3"]);
  scene.receive(tag, [dataOf(PEER_TSN)]);
  scene.receive(tag, [dataOf(PEER_TSN + 1)], { address: ip("10.0.0.3") });
  assert.deepEqual(destinations(scene.advance(200)), ["10.0.0.3"]);
});

test("RFC 9260 §5.4: DATA from an address that nobody has confirmed is acknowledged elsewhere", () => {
  const scene = new Scene({ config: { heartbeatEnabled: false } });
  const parameters = [
    { kind: "State Cookie", cookie: Uint8Array.of(1) },
    { kind: "IPv4 Address", address: ip("10.0.0.3") },
  ] as const;
  const { tag } = scene.connect({ parameters });
  const sent = scene.receive(tag, [dataOf(PEER_TSN)], { address: ip("10.0.0.3") });
  assert.deepEqual(destinations(sent), ["10.0.0.1"]);
});

test("RFC 9260 §6.7, §6.2: more gaps than a packet reports make one SACK, of the lowest, that fills the packet", () => {
  const scene = new Scene({ mtuBytes: 512 });
  const { tag } = scene.accept({ aRwnd: 100_000 });
  let sent: Sent[] = [];
  for (let index = 0; index < 200; index += 1) sent = scene.receive(tag, [dataOf(PEER_TSN + 1 + 2 * index)]);
  assert.deepEqual(kindsOf(sent), [["SACK"]]);
  const { cumulativeTsnAck, gapAckBlocks } = only(sent, "SACK");
  assert.equal(cumulativeTsnAck, tsn(PEER_TSN - 1));
  // 512 bytes less an IPv4 header, the common header and the SACK's own 16 bytes; 4 for each block.
  assert.deepEqual(
    gapAckBlocks,
    Array.from({ length: (512 - 20 - 12 - 16) / 4 }, (_, index) => ({
      start: 2 + 2 * index,
      end: 2 + 2 * index,
    })),
  );
  assert.equal(sent[0]?.bytes.length, 512 - 20);
});

test("RFC 9260 §6.10, §6.7: a SACK of many gaps fits what the primary path carries, whichever way it takes", () => {
  const scene = new Scene();
  const { tag } = scene.connect({}, ["10.0.0.1", "10.0.0.3"]);
  scene.stack.handleIcmp(about({ kind: "packet too big", mtuBytes: 600 }), scene.now);
  let sent: Sent[] = [];
  for (let index = 0; index < 300; index += 1)
    sent = scene.receive(tag, [dataOf(PEER_TSN + 1 + 2 * index)], { address: ip("10.0.0.3") });
  assert.deepEqual(destinations(sent), ["10.0.0.3"]);
  assert.equal(only(sent, "SACK").gapAckBlocks.length, (600 - 20 - 12 - 16) / 4);
});
