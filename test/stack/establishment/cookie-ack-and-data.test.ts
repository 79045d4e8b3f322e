import assert from "node:assert/strict";
import { test } from "node:test";
import { ip, onStream, payload } from "../pair.js";
import { cookieOf, initOf, ipParameter, kindsOf, only, sackOf, Scene, type Sent } from "../scene.js";

const PRIMARY = "10.0.1.1";
const OTHER = "10.0.0.1";

/**
 * Both sides have begun; what the user has given waits for its peer, whose COOKIE ECHO comes from another address than
 * the primary one.
 *
 * @param named - the addresses that our user has named, and that are known to be the peer's by that
 */
function collide(named: readonly string[], messages: number): { scene: Scene; sent: Sent[]; tsn: number } {
  const scene = new Scene();
  const { association, init } = scene.associate(named);
  for (let index = 0; index < messages; index += 1)
    association.send(payload(1000, index), onStream(0), scene.now);
  scene.drain();
  const parameters = [PRIMARY, OTHER].map(ipParameter);
  const from = { address: ip(OTHER) };
  const initAck = only(scene.receive(0, [initOf({ parameters })], from), "INIT ACK");
  const echo = { kind: "COOKIE ECHO", cookie: cookieOf(initAck) } as const;
  return { scene, sent: scene.receive(initAck.initiateTag, [echo], from), tsn: init.initialTsn };
}

test("RFC 9260 §5.1 D, §6: data that waits for COOKIE ECHO goes behind COOKIE ACK on the way that this one takes", () => {
  const { scene, sent, tsn } = collide([PRIMARY, OTHER], 20);
  assert.deepEqual(kindsOf(sent).flat(), ["COOKIE ACK", ...sent.map(() => "DATA")]);
  assert.ok(sent.length > 1);
  for (const { destination } of sent) assert.equal(destination, OTHER);
  // From then on it goes to the primary path (§6.4).
  const later = scene.receive(scene.association.tcb.localTag, [sackOf(tsn + sent.length - 1)]);
  assert.ok(later.length > 0);
  for (const { destination } of later) assert.equal(destination, PRIMARY);
});

test("RFC 9260 §5.4, §5.1 D: where data must not go COOKIE ACK does not go either while data waits behind it", () => {
  const { sent } = collide([PRIMARY], 1);
  assert.deepEqual(kindsOf(sent), [["COOKIE ACK", "DATA"]]);
  assert.equal(sent[0]?.destination, PRIMARY);
});

test("RFC 9260 §5.4, §6.4: without data COOKIE ACK goes back to an unconfirmed address, with a HEARTBEAT", () => {
  const { sent } = collide([PRIMARY], 0);
  assert.deepEqual(kindsOf(sent), [["COOKIE ACK", "HEARTBEAT"]]);
  assert.equal(sent[0]?.destination, OTHER);
});

test("RFC 9260 §6.4, §5.4: what is given later goes to the primary path, wherever the COOKIE ACK has gone", () => {
  const scene = new Scene();
  const from = { address: ip(PRIMARY) };
  const initAck = only(scene.receive(0, [initOf({ parameters: [ipParameter(OTHER)] })], from), "INIT ACK");
  const echo = { kind: "COOKIE ECHO", cookie: cookieOf(initAck) } as const;
  const sent = scene.receive(initAck.initiateTag, [echo], { address: ip(OTHER) });
  assert.deepEqual([sent[0]?.destination, kindsOf(sent)], [OTHER, [["COOKIE ACK", "HEARTBEAT"]]]);
  const { association } = scene;
  // The INIT ACK went there, and its cookie has come back; to the other nothing but the HEARTBEAT has shown the way.
  assert.deepEqual(
    [association.primaryPath.address.text, association.primaryPath.state],
    [PRIMARY, "active"],
  );
  association.send(payload(1000), onStream(0), scene.now);
  const data = scene.drain();
  assert.deepEqual([data[0]?.destination, kindsOf(data)], [PRIMARY, [["DATA"]]]);
  // Should it have overtaken the COOKIE ACK, its peer has discarded it, and gets it again.
  const again = scene.advance(1000);
  assert.ok(
    again.some(({ chunks }) =>
      chunks.some((chunk) => chunk.kind === "DATA" && chunk.tsn === initAck.initialTsn),
    ),
  );
});
