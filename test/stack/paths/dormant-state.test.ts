import assert from "node:assert/strict";
import { test } from "node:test";
import type { Association } from "../../../src/stack/association.js";
import {
  configure,
  DEFAULT_ASSOCIATION_CONFIG,
  type AssociationConfigChange,
} from "../../../src/stack/config.js";
import { ip, onStream, payload } from "../pair.js";
import { Scene } from "../scene.js";

const ADDRESSES = ["10.0.0.1", "10.0.0.3", "10.0.1.1"] as const;

/** An association all of whose paths have become inactive, after so many errors each. */
function dormant(
  errorCounts: readonly number[],
  config: AssociationConfigChange = {},
): { scene: Scene; association: Association } {
  const scene = new Scene({ config: { heartbeatEnabled: false, ...config } });
  const { association } = scene.connect({}, ADDRESSES);
  for (const [index, path] of association.paths.entries()) {
    path.state = "inactive";
    path.errorCount = errorCounts[index] ?? 0;
  }
  return { scene, association };
}

function destinationOfMessage(scene: Scene, association: Association): string | undefined {
  association.send(payload(10), onStream(0), scene.now);
  return scene.drain()[0]?.destination;
}

test("RFC 7829 §4: the dormant state is the same whatever PFMR is", () => {
  for (const potentiallyFailedMaxRetrans of [0, 3, 5, 100]) {
    const { scene, association } = dormant([9, 7, 8], { potentiallyFailedMaxRetrans, pathMaxRetrans: 5 });
    assert.equal(destinationOfMessage(scene, association), ADDRESSES[1]);
    const found = association.paths.map(({ state, errorCount }) => `${state} ${errorCount}`);
    assert.deepEqual(found, ["inactive 9", "inactive 7", "inactive 8"]);
  }
});

test("RFC 7829 §4.1 3: among equals the one that leaves from another address of ours than the last failure", () => {
  for (const failed of [0, 1, 2]) {
    const { scene, association } = dormant([6, 6, 6]);
    const { paths } = association.tcb;
    for (const [index, path] of paths.all.entries())
      path.localAddress = ip(index === 2 ? "10.0.1.2" : "10.0.0.2");
    const last = paths.all[failed];
    assert.ok(last !== undefined);
    paths.noteFailure(last);
    const chosen = destinationOfMessage(scene, association);
    assert.equal(chosen === ADDRESSES[2], failed !== 2, `${chosen} after ${last.address.text}`);
  }
});

test("RFC 7829 §5 1: without potentially failed paths a PSMR below PMR is refused", () => {
  const without = { pathMaxRetrans: 5, potentiallyFailedMaxRetrans: 5 };
  for (const primarySwitchoverMaxRetrans of [0, 4])
    assert.throws(
      () => configure(DEFAULT_ASSOCIATION_CONFIG, { ...without, primarySwitchoverMaxRetrans }),
      RangeError,
    );
  for (const primarySwitchoverMaxRetrans of [5, 6, 0xffff])
    configure(DEFAULT_ASSOCIATION_CONFIG, { ...without, primarySwitchoverMaxRetrans });
});

test("RFC 7829 §5 5: without potentially failed paths a PSMR of PMR switches over when the path becomes inactive", () => {
  const scene = new Scene({
    config: {
      heartbeatEnabled: false,
      pathMaxRetrans: 1,
      potentiallyFailedMaxRetrans: 1,
      primarySwitchoverMaxRetrans: 1,
      rtoMaxMs: 1000,
    },
  });
  const { association } = scene.connect({}, ADDRESSES);
  const first = association.primaryPath;
  association.send(payload(10), onStream(0), scene.now);
  const states: string[] = [];
  while (association.primaryPath === first && scene.now < 60_000) {
    states.push(first.state);
    scene.advance(100);
    // Each time it is the first path that is tried again.
    for (const path of association.paths) if (path !== first) path.errorCount = 0;
    if (first.flightBytes === 0)
      association.send(payload(10), { ...onStream(0), destination: first }, scene.now);
  }
  assert.equal(first.state, "inactive");
  assert.deepEqual(new Set(states), new Set(["active"]));
  assert.equal(scene.last("peer address change").change, "made primary");
});
