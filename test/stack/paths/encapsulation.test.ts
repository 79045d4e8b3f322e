import assert from "node:assert/strict";
import { test } from "node:test";
import type { Chunk } from "../../../src/wire/chunk.js";
import { ip, onStream, payload } from "../pair.js";
import { kindsOf, only, Scene } from "../scene.js";

const HEARTBEAT: Chunk = { kind: "HEARTBEAT", info: Uint8Array.of(1, 2, 3, 4) };

test("RFC 6951 §5.4: a packet that came without UDP is answered without UDP, on its path only", () => {
  const scene = new Scene();
  const { association, tag } = scene.connect({}, ["10.0.0.1", "10.0.0.3"]);
  assert.deepEqual(
    association.paths.map((path) => path.udpPort),
    [9899, 9899],
  );
  const answer = scene.receive(tag, [HEARTBEAT], { udpPort: 0 });
  only(answer, "HEARTBEAT ACK");
  assert.equal(answer[0]?.udpPort, 0);
  const elsewhere = scene.receive(tag, [HEARTBEAT], { address: ip("10.0.0.3") });
  assert.deepEqual([elsewhere[0]?.destination, elsewhere[0]?.udpPort], ["10.0.0.3", 9899]);
  association.send(payload(10), onStream(0), scene.now);
  const data = scene.drain();
  assert.deepEqual([kindsOf(data), data[0]?.udpPort], [[["DATA"]], 0], "so does everything that follows");
  // A forged packet stops nothing and starts nothing.
  scene.receive(tag + 1, [HEARTBEAT], { address: ip("10.0.0.3"), udpPort: 0 });
  assert.deepEqual(
    association.paths.map((path) => path.udpPort),
    [0, 9899],
  );
});

test("RFC 6951 §5.4: a packet that came with UDP is answered with UDP from then on", () => {
  const scene = new Scene();
  const { association, tag } = scene.accept({}, { udpPort: 0 });
  assert.equal(association.primaryPath.udpPort, 0);
  const answer = scene.receive(tag, [HEARTBEAT], { udpPort: 4321 });
  assert.equal(answer[0]?.udpPort, 4321);
});
