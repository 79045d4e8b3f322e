import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { PathConfig } from "../../../src/stack/paths/path-config.js";
import { ip } from "../pair.js";
import { Scene } from "../scene.js";

function connected(): { scene: Scene; association: Scene["association"] } {
  const scene = new Scene();
  return { scene, association: scene.connect({}, ["10.0.0.1", "10.0.1.1"]).association };
}

describe("the parameters of a path (RFC 6458 §8.1.12, RFC 7829 §7.2)", () => {
  test("those of the association reach all its paths, and those that come later", () => {
    const { scene, association } = connected();
    const change = { pathMaxRetrans: 7, heartbeatIntervalMs: 123, dscp: 46, flowLabel: 5 };
    association.configure(change, scene.now);
    const later = association.tcb.addPath(ip("10.0.2.1"), 0, true, scene.now);
    for (const { config } of [...association.paths, later ?? association.primaryPath]) {
      const { pathMaxRetrans, heartbeatIntervalMs, dscp, flowLabel } = config;
      assert.deepEqual({ pathMaxRetrans, heartbeatIntervalMs, dscp, flowLabel }, change);
    }
  });

  test("those of a path concern no other, and stay when the association's others change", () => {
    const { scene, association } = connected();
    const [first, second] = association.paths;
    assert.ok(first !== undefined && second !== undefined);
    association.configurePath(second, { pathMaxRetrans: 9 }, scene.now);
    association.configure({ heartbeatIntervalMs: 77 }, scene.now);
    assert.deepEqual([first.config.pathMaxRetrans, second.config.pathMaxRetrans], [5, 9]);
    assert.deepEqual([first.config.heartbeatIntervalMs, second.config.heartbeatIntervalMs], [77, 77]);
    assert.equal(association.config.pathMaxRetrans, 5);
  });

  const refused: readonly Partial<PathConfig>[] = [
    { pathMaxRetrans: -1 },
    { pathMaxRetrans: 65_536 },
    { potentiallyFailedMaxRetrans: 65_536 },
    { primarySwitchoverMaxRetrans: 65_536 },
    { heartbeatIntervalMs: -1 },
    { fixedPathMtuBytes: 511 },
    { fixedPathMtuBytes: 65_536 },
    { dscp: 64 },
    { flowLabel: 0x10_0000 },
    { dscp: Number.NaN },
  ];
  for (const change of refused) {
    test(`${JSON.stringify(change)} is refused and changes nothing`, () => {
      const { scene, association } = connected();
      const before = association.primaryPath.config;
      assert.throws(() => association.configurePath(association.primaryPath, change, scene.now), RangeError);
      assert.throws(() => association.configure(change, scene.now), RangeError);
      assert.throws(() => scene.endpoint.configure(change), RangeError);
      assert.equal(association.primaryPath.config, before);
    });
  }

  test("RFC 9260 §7.2.5.1: another DSCP starts congestion control with its initial values", () => {
    const { scene, association } = connected();
    const [first, second] = association.paths;
    assert.ok(first !== undefined && second !== undefined);
    for (const path of [first, second]) path.congestion.retransmissionTimedOut();
    association.configurePath(first, { dscp: 46 }, scene.now);
    assert.deepEqual([first.congestion.cwnd, first.congestion.ssthresh], [4404, 0xffff_ffff]);
    assert.equal(second.congestion.cwnd, second.pmdcs);
    first.congestion.retransmissionTimedOut();
    association.configurePath(first, { dscp: 46, heartbeatIntervalMs: 5 }, scene.now);
    assert.equal(first.congestion.cwnd, first.pmdcs);
  });

  test("RFC 9260 §7.2.5.2: another address of ours to send from does so too", () => {
    const { association } = connected();
    const path = association.primaryPath;
    path.localAddress = ip("10.0.0.2");
    path.congestion.retransmissionTimedOut();
    path.localAddress = ip("10.0.0.2");
    assert.equal(path.congestion.cwnd, path.pmdcs);
    path.localAddress = ip("10.0.9.2");
    assert.equal(path.congestion.cwnd, 4404);
  });

  test("RFC 9260 §8.3: other parameters leave the next heartbeat where it is", () => {
    const { scene, association } = connected();
    const deadlines = association.paths.map(({ heartbeat }) => heartbeat.deadline);
    scene.advance(1000);
    association.configure({ pathMaxRetrans: 3, dscp: 1 }, scene.now);
    assert.deepEqual(
      association.paths.map(({ heartbeat }) => heartbeat.deadline),
      deadlines,
    );
  });

  test("RFC 9260 §5.4: an unconfirmed path is probed in its turn, whatever HB.interval becomes", () => {
    const scene = new Scene();
    const { association } = scene.accept({
      parameters: [{ kind: "IPv4 Address", address: ip("10.0.1.1") }],
    });
    association.configure({ heartbeatIntervalMs: 100_000 }, scene.now);
    const sent = scene.advance(0);
    assert.deepEqual(
      sent.map(({ destination, chunks }) => `${chunks[0]?.kind}>${destination}`),
      ["HEARTBEAT>10.0.1.1"],
    );
  });
});
