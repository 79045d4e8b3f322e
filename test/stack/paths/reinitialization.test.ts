import assert from "node:assert/strict";
import { test } from "node:test";
import { ip } from "../pair.js";
import { Scene } from "../scene.js";

const FIRST_CWND = 4404;

/** An association of two paths, whose windows have grown. */
function grown() {
  const scene = new Scene({ addresses: ["10.0.0.2", "10.0.1.2"], advertised: ["10.0.0.2", "10.0.1.2"] });
  const { association, tag } = scene.connect({}, ["10.0.0.1", "10.0.1.1"]);
  for (const path of association.paths) {
    const congestion = path.congestion as { cwnd: number; ssthresh: number };
    congestion.cwnd = 50_000;
    congestion.ssthresh = 40_000;
  }
  const windows = (): number[] => association.paths.map(({ congestion }) => congestion.cwnd);
  return { scene, association, tag, windows };
}

test("RFC 9260 §7.2.5.1: congestion control begins anew with another DSCP, on the paths that it is set for", () => {
  const { scene, association, windows } = grown();
  const [, second] = association.paths;
  assert.ok(second !== undefined);
  association.configurePath(second, { dscp: 46 }, scene.now);
  assert.deepEqual(windows(), [50_000, FIRST_CWND]);
  assert.ok(second.congestion.ssthresh > 1_000_000);
  // The same value is no change, and neither is another parameter.
  (second.congestion as { cwnd: number }).cwnd = 50_000;
  association.configurePath(second, { dscp: 46, heartbeatIntervalMs: 5000 }, scene.now);
  assert.deepEqual(windows(), [50_000, 50_000]);
  association.configure({ dscp: 10 }, scene.now);
  assert.deepEqual(windows(), [FIRST_CWND, FIRST_CWND]);
});

test("RFC 9260 §7.2.5.2: congestion control begins anew from another address of ours", () => {
  const { association, windows } = grown();
  const [first] = association.paths;
  assert.ok(first !== undefined);
  const before = first.localAddress;
  assert.ok(before !== undefined);
  first.localAddress = ip(before.text);
  assert.deepEqual(windows(), [50_000, 50_000]);
  first.localAddress = ip(before.text === "10.0.0.2" ? "10.0.1.2" : "10.0.0.2");
  assert.deepEqual(windows(), [FIRST_CWND, 50_000]);
});
