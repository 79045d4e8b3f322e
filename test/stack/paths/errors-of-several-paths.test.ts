import assert from "node:assert/strict";
import { test } from "node:test";
import type { AssociationConfigChange } from "../../../src/stack/config.js";
import type { Path } from "../../../src/stack/paths/path.js";
import { ip, onStream, payload } from "../pair.js";
import { kindsOf, sackOf, Scene, type Sent } from "../scene.js";

const PRIMARY = "10.0.0.1";
const OTHER = "10.0.0.3";
const THIRD = "10.0.0.5";
/** Heartbeats each second or so, and time-outs that stay short. */
const QUICK: AssociationConfigChange = {
  rtoMaxMs: 1000,
  heartbeatIntervalMs: 1000,
  noDelay: true,
};

/** A peer that acknowledges the heartbeats to some of its addresses, for some time. */
function answerHeartbeats(scene: Scene, tag: number, addresses: readonly string[], durationMs: number): void {
  const end = scene.now + durationMs;
  const answerAll = (sent: readonly Sent[]): void => {
    for (const { destination, chunks } of sent) {
      if (!addresses.includes(destination)) continue;
      for (const chunk of chunks)
        if (chunk.kind === "HEARTBEAT")
          scene.receive(tag, [{ ...chunk, kind: "HEARTBEAT ACK" }], { address: ip(destination) });
    }
  };
  while (scene.now < end) answerAll(scene.advance(100));
}

function begun(config: AssociationConfigChange, addresses: readonly string[] = [PRIMARY, OTHER]) {
  const scene = new Scene({ config: { ...QUICK, ...config } });
  const { association, tag, init } = scene.connect({}, addresses);
  const [primary, other] = association.paths as readonly [Path, Path];
  const send = (): Sent[] => {
    association.send(payload(10), onStream(0), scene.now);
    return scene.drain();
  };
  return { scene, association, tag, firstTsn: init.initialTsn, primary, other, send };
}

test("RFC 9260 §8.1: unanswered HEARTBEATs on a path that carries no data do not count against the association", () => {
  const { scene, association, tag, other } = begun({ associationMaxRetrans: 1, pathMaxRetrans: 3 });
  answerHeartbeats(scene, tag, [PRIMARY], 60_000);
  assert.equal(other.state, "inactive");
  assert.equal(association.state, "ESTABLISHED");
});

test("RFC 9260 §8.1: a HEARTBEAT ACK does not clear the count of the association while data is outstanding there", () => {
  const { scene, association, tag, send } = begun({ associationMaxRetrans: 5 }, [PRIMARY]);
  send();
  answerHeartbeats(scene, tag, [PRIMARY], 20_000);
  assert.equal(association.state, "CLOSED");
  assert.deepEqual(scene.last("communication lost").reason, { kind: "unreachable" });
});

test("RFC 9260 §8.2: each destination counts its own errors, of T3-rtx and of HEARTBEATs", () => {
  const { scene, primary, other, send } = begun({ heartbeatIntervalMs: 10_000 });
  send();
  scene.advance(1000);
  assert.deepEqual([primary.errorCount, other.errorCount], [1, 0], "the message timed out");
  const idle = begun({});
  answerHeartbeats(idle.scene, idle.tag, [PRIMARY], 5000);
  assert.equal(idle.primary.errorCount, 0);
  assert.ok(idle.other.errorCount > 0);
});

test("RFC 9260 §8.2, RFC 7829 §3.2 9: what was sent to two destinations clears the counter of neither", () => {
  const { scene, association, tag, firstTsn, primary, other, send } = begun({
    heartbeatEnabled: false,
    // Only T3-rtx sends anything again.
    timedLossDetection: false,
  });
  other.errorCount = 1;
  assert.equal(send()[0]?.destination, PRIMARY);
  const again = scene.advance(1000).filter(({ chunks }) => chunks[0]?.kind === "DATA");
  assert.deepEqual(
    again.map(({ destination }) => destination),
    [OTHER],
  );
  scene.receive(tag, [sackOf(firstTsn)]);
  assert.deepEqual([primary.errorCount, other.errorCount], [1, 1]);
  assert.equal(association.tcb.errorCount, 0, "the peer is there, whichever way");
  // What takes one way only tells of that.
  const destination = send()[0]?.destination;
  scene.receive(tag, [sackOf(firstTsn + 1)]);
  assert.equal(association.tcb.paths.find(ip(destination ?? ""))?.errorCount, 0);
});

test("RFC 9260 §8.2: while the primary path is inactive one of the others carries all new data", () => {
  const { scene, tag, firstTsn, primary, send } = begun({ pathMaxRetrans: 1 }, [PRIMARY, OTHER, THIRD]);
  answerHeartbeats(scene, tag, [OTHER, THIRD], 20_000);
  assert.equal(primary.state, "inactive");
  const destinations = [0, 1, 2, 3].map((index) => {
    const sent = send();
    scene.receive(tag, [sackOf(firstTsn + index)], { address: ip(THIRD) });
    assert.deepEqual(kindsOf(sent), [["DATA"]]);
    return sent[0]?.destination;
  });
  assert.equal(new Set(destinations).size, 1);
  assert.notEqual(destinations[0], PRIMARY);
});
