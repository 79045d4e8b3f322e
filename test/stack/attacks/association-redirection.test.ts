/** RFC 5062 §7: a cookie of one endpoint is used to set an association up with another. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { configure, DEFAULT_ASSOCIATION_CONFIG } from "../../../src/stack/config.js";
import { ip } from "../pair.js";
import { cookieOf, initOf, only, PEER, Scene, type Origin } from "../scene.js";

const CHANGES: Readonly<Record<string, Partial<Origin>>> = {
  "another source port": { port: PEER.port + 1 },
  "another destination port, where somebody listens": { toPort: 7001 },
  "another destination port, where nobody does": { toPort: 7002 },
  "both ports changed": { port: PEER.port + 1, toPort: 7001 },
  "an address that the INIT did not name": { address: ip("10.0.0.8") },
};

for (const [what, change] of Object.entries(CHANGES)) {
  test(`RFC 5062 §7.3: a cookie that comes back with ${what} sets nothing up`, () => {
    const scene = new Scene();
    const other = scene.stack.createEndpoint({
      port: 7001,
      localUdpPort: 9899,
      addresses: [ip("10.0.0.2")],
      config: configure(DEFAULT_ASSOCIATION_CONFIG, {}),
      advertise: () => [],
    });
    other.acceptance = () => true;
    const initAck = only(scene.receive(0, [initOf()]), "INIT ACK");
    const echo = { kind: "COOKIE ECHO", cookie: cookieOf(initAck) } as const;
    scene.receive(initAck.initiateTag, [echo], change);
    assert.equal(scene.stack.associationCount, 0);
    // The right one still works.
    only(scene.receive(initAck.initiateTag, [echo]), "COOKIE ACK");
  });
}

test("RFC 5062 §7: a cookie under another tag than its INIT ACK announced sets nothing up", () => {
  const scene = new Scene();
  const initAck = only(scene.receive(0, [initOf()]), "INIT ACK");
  const echo = { kind: "COOKIE ECHO", cookie: cookieOf(initAck) } as const;
  for (const tag of [initAck.initiateTag ^ 1, 1, 0xffff_ffff]) {
    assert.deepEqual(scene.receive(tag, [echo]), []);
  }
  assert.equal(scene.stack.associationCount, 0);
});
