/** RFC 5062 §6: one cookie, sent again and again, makes us probe a victim's addresses each time. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { PATHS_PER_ASSOCIATION_MAX } from "../../../src/stack/limits.js";
import type { Parameter } from "../../../src/wire/parameter.js";
import { ip } from "../pair.js";
import { PEER, Scene, type Sent } from "../scene.js";

const VICTIMS: readonly Parameter[] = Array.from({ length: 200 }, (_, index) => ({
  kind: "IPv4 Address",
  address: ip(`10.0.9.${index + 1}`),
}));

function toVictims(sent: readonly Sent[]): readonly Sent[] {
  return sent.filter(({ destination }) => destination.startsWith("10.0.9."));
}

test("RFC 5062 §6.3: a cookie that has been used makes nothing be sent to the victim again", () => {
  const scene = new Scene();
  const { tag, cookie, sent } = scene.accept({ parameters: VICTIMS });
  const [probe] = toVictims([...sent, ...scene.advance(10)]);
  assert.ok(probe !== undefined);
  // The victim has no such association, and says so.
  scene.receive(probe.tag, [{ kind: "ABORT", tagReflected: true, causes: [] }], {
    address: ip(probe.destination),
  });
  assert.equal(scene.stack.associationCount, 0);
  for (let times = 0; times < 100; times += 1) {
    scene.receive(tag, [{ kind: "COOKIE ECHO", cookie }]);
    assert.deepEqual(toVictims(scene.advance(300)), []);
  }
  assert.equal(scene.stack.associationCount, 0);
});

test("RFC 5062 §6.3 2 and 3: one small probe for each round trip, however many addresses are listed", () => {
  const scene = new Scene();
  const { sent } = scene.accept({ parameters: VICTIMS });
  const probes = toVictims([...sent, ...scene.advance(30_000)]);
  // HB.Max.Burst is 1, and the RTO is one second at the least (RFC 9260 §16).
  assert.ok(probes.length <= 32, `${probes.length} probes in 30 seconds`);
  assert.ok(new Set(probes.map(({ destination }) => destination)).size <= PATHS_PER_ASSOCIATION_MAX);
  for (const { bytes } of probes) assert.ok(bytes.length <= 40, `a probe of ${bytes.length} bytes`);
});

test("RFC 5062 §6.2: victims that answer nothing are probed for a while and then hardly ever", () => {
  const scene = new Scene();
  scene.accept({ parameters: VICTIMS.slice(0, 4) });
  scene.advance(600_000);
  const perHour = toVictims(scene.advance(3_600_000)).length;
  // HB.interval is 30 s and the RTO has grown to its maximum of 60 s.
  assert.ok(perHour <= 4 * 60, `${perHour} probes in an hour`);
});

test("RFC 5062 §6.3 1: a long life that is asked for is not granted", () => {
  const scene = new Scene();
  const asked: Parameter = { kind: "Cookie Preservative", suggestedIncrementMs: 0xffff_ffff };
  const { association, tag, cookie } = scene.accept({ parameters: [...VICTIMS, asked] });
  association.abort([]);
  scene.drain();
  scene.now += 120_001;
  const [answer] = scene.receive(tag, [{ kind: "COOKIE ECHO", cookie }]);
  assert.equal(answer?.chunks[0]?.kind, "ERROR");
  assert.equal(answer.destination, PEER.address.text);
});
