import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { about } from "../icmp.js";
import { ip, onStream, payload } from "../pair.js";
import { sackOf, Scene } from "../scene.js";

const PRIMARY = "10.0.0.1";
const OTHER = "10.0.1.1";
const TEN_MINUTES = 600_000;

/** An association with two paths, one of which has been reduced to 800 bytes. */
function reduced(address = PRIMARY): { scene: Scene; association: Scene["association"]; tag: number } {
  const scene = new Scene({ config: { heartbeatEnabled: false } });
  const { association, tag } = scene.connect({}, [PRIMARY, OTHER]);
  scene.stack.handleIcmp(
    about({ kind: "packet too big", destination: ip(address), mtuBytes: 800 }),
    scene.now,
  );
  // The first packet behind a reduction goes alone.
  sizesOfOneMessage(scene, tag, 10);
  return { scene, association, tag };
}

/** Sends one message, acknowledges it and answers the sizes of its packets, with IP header. */
function sizesOfOneMessage(scene: Scene, tag: number, lengthBytes = 1400): number[] {
  const { association } = scene;
  association.send(payload(lengthBytes), onStream(0), scene.now);
  const sent = scene.drain();
  const { nextTsn } = association.tcb.retransmission.outstanding;
  scene.receive(tag, [sackOf(nextTsn - 1)]);
  return sent.filter(({ chunks }) => chunks[0]?.kind === "DATA").map(({ bytes }) => bytes.length + 20);
}

describe("RFC 9260 §7.3; RFC 8201 §4, RFC 1191 §6.3: a path MTU that was reduced", () => {
  test("is believed for ten minutes, and then what the lower layer says is tried again", () => {
    const { scene, association, tag } = reduced();
    assert.deepEqual(sizesOfOneMessage(scene, tag), [800, 696]);
    scene.advance(TEN_MINUTES - 1);
    assert.deepEqual(sizesOfOneMessage(scene, tag), [800, 696]);
    scene.advance(1);
    assert.deepEqual(sizesOfOneMessage(scene, tag), [1448]);
    assert.equal(association.primaryPath.mtuBytes, 1500);
    assert.equal(scene.stack.statistics.pathMtuReductions, 1);
  });

  test("is reduced again at once if the way is still as narrow, without another loss", () => {
    const { scene, association, tag } = reduced();
    scene.advance(TEN_MINUTES);
    association.send(payload(1400), onStream(0), scene.now);
    scene.drain();
    scene.stack.handleIcmp(
      about({ kind: "packet too big", destination: ip(PRIMARY), mtuBytes: 800 }),
      scene.now,
    );
    const [again] = scene.drain();
    assert.equal(again?.chunks[0]?.kind, "DATA");
    assert.equal(association.primaryPath.mtuBytes, 800);
    assert.equal(scene.stack.statistics.t3Expirations, 0);
    scene.receive(tag, [sackOf(association.tcb.retransmission.outstanding.nextTsn - 1)]);
    scene.advance(TEN_MINUTES - 1);
    assert.deepEqual(sizesOfOneMessage(scene, tag), [800, 696]);
  });

  test("of a path that carries no data keeps chunks small no longer (§7.3 2: AMDCS)", () => {
    const { scene, tag } = reduced(OTHER);
    // Two chunks in one packet, which the primary path takes whole.
    assert.deepEqual(sizesOfOneMessage(scene, tag), [1464]);
    scene.advance(TEN_MINUTES);
    assert.deepEqual(sizesOfOneMessage(scene, tag), [1448]);
  });

  test("needs no timer", () => {
    const { scene, tag } = reduced();
    sizesOfOneMessage(scene, tag);
    assert.equal(scene.stack.pollTimeout(), Number.POSITIVE_INFINITY);
  });
});

describe("RFC 6458 §8.1.12: path MTU discovery switched off", () => {
  test("what ICMP says is discarded, and packets may be fragmented", () => {
    const { scene, association } = reduced();
    const path = association.primaryPath;
    association.configurePath(path, { pathMtuDiscovery: false }, scene.now);
    assert.equal(path.mtuBytes, 1500, "what the lower layer says");
    scene.stack.handleIcmp(
      about({ kind: "packet too big", destination: ip(PRIMARY), mtuBytes: 800 }),
      scene.now,
    );
    assert.equal(path.mtuBytes, 1500);
    assert.equal(scene.stack.statistics.discardedIcmpMessages, 1);
    association.send(payload(10), onStream(0), scene.now);
    assert.deepEqual(
      scene.stack.pollPackets(scene.now).map(({ mayFragment }) => mayFragment),
      [true],
    );
  });

  test("the fixed size holds, for each path its own, and goes with discovery", () => {
    const scene = new Scene({ config: { heartbeatEnabled: false } });
    const { association, tag } = scene.connect({}, [PRIMARY, OTHER]);
    const [first, second] = association.paths;
    assert.ok(first !== undefined && second !== undefined);
    association.configurePath(first, { pathMtuDiscovery: false, fixedPathMtuBytes: 1000 }, scene.now);
    assert.deepEqual([first.mtuBytes, second.mtuBytes], [1000, 1500]);
    assert.deepEqual(sizesOfOneMessage(scene, tag), [1000, 496]);
    association.configurePath(first, { pathMtuDiscovery: true }, scene.now);
    assert.equal(first.mtuBytes, 1500);
    association.configurePath(first, { pathMtuDiscovery: false }, scene.now);
    assert.equal(first.mtuBytes, 1000);
  });

  test("future associations begin with it", () => {
    const scene = new Scene({ config: { pathMtuDiscovery: false, fixedPathMtuBytes: 700 } });
    const { association } = scene.accept();
    assert.equal(association.primaryPath.mtuBytes, 700);
    assert.equal(association.primaryPath.congestion.cwnd, 4 * association.primaryPath.pmdcs);
  });
});
