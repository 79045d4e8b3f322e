/** RFC 9260 §8.5, §12.2: who knows ports and addresses but no tag writes packets of any kind. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Association } from "../../../src/stack/association.js";
import { tsn } from "../../../src/base/serial-number.js";
import type { Chunk } from "../../../src/wire/chunk.js";
import { onStream, payload, seededEntropy } from "../pair.js";
import { dataOf, initAckOf, initOf, PEER_TAG, PEER_TSN, sackOf, Scene } from "../scene.js";

/** How many tags of 2^32 the attacker tries for each chunk. */
const GUESSES = 60;

function chunksFor(association: Association): Chunk[] {
  const ours = association.tcb.localInitialTsn;
  return [
    { kind: "ABORT", tagReflected: false, causes: [] },
    { kind: "ABORT", tagReflected: true, causes: [] },
    { kind: "SHUTDOWN", cumulativeTsnAck: tsn(ours) },
    { kind: "SHUTDOWN ACK" },
    { kind: "SHUTDOWN COMPLETE", tagReflected: false },
    { kind: "SHUTDOWN COMPLETE", tagReflected: true },
    { kind: "COOKIE ACK" },
    { kind: "ERROR", causes: [{ kind: "Stale Cookie", stalenessMicroseconds: 1 }] },
    { kind: "HEARTBEAT", info: new Uint8Array(20) },
    { kind: "HEARTBEAT ACK", info: new Uint8Array(20) },
    { kind: "COOKIE ECHO", cookie: payload(120) },
    dataOf(PEER_TSN),
    sackOf(ours, 0),
    initAckOf({ initiateTag: 77 }),
    initOf({ initiateTag: 77 }),
    { kind: "UNKNOWN", type: 0xff, flags: 0, value: new Uint8Array(4) },
  ];
}

const STATES: Readonly<Record<string, (scene: Scene) => Association>> = {
  "COOKIE-WAIT": (scene) => scene.associate().association,
  "COOKIE-ECHOED": (scene) => {
    const { association, init } = scene.associate();
    scene.receive(init.initiateTag, [initAckOf()]);
    return association;
  },
  ESTABLISHED: (scene) => scene.accept().association,
  "SHUTDOWN-PENDING": (scene) => {
    const { association } = scene.accept();
    association.send(payload(10), onStream(0), scene.now);
    scene.drain();
    association.shutdown(scene.now);
    return association;
  },
  "SHUTDOWN-SENT": (scene) => {
    const { association } = scene.accept();
    association.shutdown(scene.now);
    return association;
  },
  "SHUTDOWN-RECEIVED": (scene) => {
    const { association, tag } = scene.accept();
    association.send(payload(10), onStream(0), scene.now);
    scene.drain();
    const cumulativeTsnAck = tsn((association.tcb.localInitialTsn - 1) >>> 0);
    scene.receive(tag, [{ kind: "SHUTDOWN", cumulativeTsnAck }]);
    return association;
  },
  "SHUTDOWN-ACK-SENT": (scene) => {
    const { association, tag } = scene.accept();
    const cumulativeTsnAck = tsn((association.tcb.localInitialTsn - 1) >>> 0);
    scene.receive(tag, [{ kind: "SHUTDOWN", cumulativeTsnAck }]);
    return association;
  },
};

/** Everything that a forged packet must not move. */
function stateOf({ tcb, paths, unreadBytes, reassemblyBytes, peerRwnd }: Association): unknown {
  return {
    state: tcb.state.name,
    tags: [tcb.localTag, tcb.peerTag],
    cumulativeTsnAck: tcb.reception.tracker.cumulativeTsnAck,
    outstanding: tcb.retransmission.outstanding.count,
    errorCount: tcb.errorCount,
    paths: paths.map((path) => [path.address.text, path.udpPort, path.state, path.errorCount]),
    counts: [unreadBytes, reassemblyBytes, peerRwnd],
    deadlines: [tcb.t1Init.isRunning, tcb.t1Cookie.isRunning, tcb.t2Shutdown.isRunning],
  };
}

for (const [name, enter] of Object.entries(STATES)) {
  test(`RFC 9260 §8.5: in ${name} no chunk under a guessed tag changes anything`, () => {
    const scene = new Scene();
    const association = enter(scene);
    scene.drain();
    assert.equal(association.state, name);
    const before = stateOf(association);
    const events = scene.events.length;
    const { localTag } = association.tcb;
    const entropy = seededEntropy(11);
    for (const chunk of chunksFor(association)) {
      const near = [0, 1, 0xffff_ffff, localTag ^ 1, localTag + 1, PEER_TAG ^ 1].map((tag) => tag >>> 0);
      const guessed = Array.from({ length: GUESSES }, () => entropy.randomUint32());
      for (const tag of [...near, ...guessed]) {
        if (tag === localTag || tag === PEER_TAG) continue;
        scene.receive(tag, [chunk], { udpPort: 1 });
        assert.deepEqual(stateOf(association), before, `${chunk.kind} under ${tag}`);
      }
    }
    assert.equal(scene.events.length, events);
  });
}

test("RFC 9260 §8.5: what is forged in the name of a peer is not answered to it, but for INIT", () => {
  const scene = new Scene();
  const { association } = scene.accept();
  for (const chunk of chunksFor(association)) {
    const sent = scene.receive(0x7777_7777, [chunk]);
    assert.deepEqual(sent, [], chunk.kind);
  }
});

test("RFC 9260 §8.5.1 B: the peer's own tag is only taken with the T bit, and only to end", () => {
  const scene = new Scene();
  const { association } = scene.accept();
  for (const chunk of chunksFor(association)) {
    if (chunk.kind === "ABORT" && chunk.tagReflected) continue;
    scene.receive(PEER_TAG, [chunk]);
    assert.equal(association.state, "ESTABLISHED", chunk.kind);
  }
  scene.receive(PEER_TAG, [{ kind: "ABORT", tagReflected: true, causes: [] }]);
  assert.equal(association.state, "CLOSED");
});

test("RFC 9260 §5.3.1: tags and first TSNs are drawn anew each time, over all 32 bits", () => {
  const scene = new Scene();
  const tags = new Set<number>();
  const tsns = new Set<number>();
  let ones = 0;
  for (let port = 1; port <= 500; port += 1) {
    const [initAck] = scene.receive(0, [initOf()], { port })[0]?.chunks ?? [];
    assert.ok(initAck?.kind === "INIT ACK");
    tags.add(initAck.initiateTag);
    tsns.add(initAck.initialTsn);
    ones |= initAck.initiateTag;
  }
  assert.equal(tags.size, 500);
  assert.ok(tsns.size > 495);
  assert.equal(ones >>> 0, 0xffff_ffff);
});
