import assert from "node:assert/strict";
import { test } from "node:test";
import { tsn } from "../../src/base/serial-number.js";
import { chunkBytes, type Chunk } from "../../src/wire/chunk.js";
import { ip, onStream, payload, seededEntropy } from "./pair.js";
import { cookieOf, dataOf, initAckOf, initOf, PEER_TAG, PEER_TSN, sackOf, Scene } from "./scene.js";

/** Numbers of one run, each from a seed. */
class Dice {
  private readonly entropy;

  constructor(seed: number) {
    this.entropy = seededEntropy(seed);
  }

  below(limit: number): number {
    return this.entropy.randomUint32() % limit;
  }

  one<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }
}

/** What a peer that knows all the secrets may send: near what is expected, or anything. */
function hostileChunk(dice: Dice, scene: Scene, heartbeatInfo: Uint8Array): Chunk | Uint8Array {
  const [association] = scene.endpoint.associations;
  const ours = association?.tcb.localInitialTsn ?? 0;
  const near = (base: number): number => (base + dice.below(12) - 4) >>> 0;
  const parameters = dice.one([
    [],
    [{ kind: "State Cookie" as const, cookie: payload(dice.below(2000)) }],
    [{ kind: "IPv4 Address" as const, address: ip(`10.0.0.${dice.below(5)}`) }],
  ]);
  const chunks: (() => Chunk)[] = [
    () => dataOf(near(PEER_TSN), { flags: dice.below(16), streamId: dice.below(12) }),
    () => dataOf(near(PEER_TSN), { flags: dice.below(4), userData: payload(dice.below(3) * 1000) }),
    () => sackOf(near(ours), dice.one([0, 1, 1000, 0xffff_ffff])),
    () => initOf({ initiateTag: dice.below(4), parameters }),
    () => initAckOf({ initiateTag: dice.below(4), parameters }),
    () => ({ kind: "SHUTDOWN", cumulativeTsnAck: tsn(near(ours)) }),
    () => ({ kind: "SHUTDOWN ACK" }),
    () => ({ kind: "COOKIE ACK" }),
    () => ({ kind: "HEARTBEAT", info: payload(dice.below(2000)) }),
    () => ({ kind: "HEARTBEAT ACK", info: spoiled(dice, heartbeatInfo) }),
    () => ({ kind: "ERROR", causes: [{ kind: "Stale Cookie", stalenessMicroseconds: dice.below(2) }] }),
    () => ({ kind: "UNKNOWN", type: dice.below(256), flags: 0, value: payload(dice.below(40)) }),
    () => ({ kind: "SHUTDOWN COMPLETE", tagReflected: dice.below(2) === 0 }),
  ];
  const chunk = dice.one(chunks)();
  if (dice.below(4) > 0) return chunk;
  const bytes = chunkBytes(chunk);
  for (let count = dice.below(4); count > 0; count -= 1) bytes[dice.below(bytes.length)] = dice.below(256);
  return bytes;
}

/** The information of the last HEARTBEAT, its nonce left as it is and its time changed. */
function spoiled(dice: Dice, info: Uint8Array): Uint8Array {
  const copy = info.slice();
  if (copy.length < 8) return copy;
  new DataView(copy.buffer).setFloat64(0, dice.one([Number.NaN, Number.POSITIVE_INFINITY, -1e300, 1e300, 0]));
  return copy;
}

function command(dice: Dice, scene: Scene): void {
  const [association] = scene.endpoint.associations;
  if (association === undefined) {
    scene.associate();
    return;
  }
  const stream = dice.below(association.outboundStreams);
  const commands = [
    () => association.acceptsMessages && association.send(payload(4000), onStream(stream), scene.now),
    () => association.acceptsMessages && association.send(payload(1), onStream(stream), scene.now),
    () => association.requestHeartbeat(association.primaryPath, scene.now),
    () => dice.below(10) === 0 && association.shutdown(scene.now),
    () => dice.below(40) === 0 && association.abort([]),
  ];
  dice.one(commands)();
}

/** The COOKIE ECHO that belongs to the last INIT ACK, if there was one. */
function lastCookie(scene: Scene): { tag: number; echo: Chunk } | undefined {
  for (const packet of scene.sent.toReversed()) {
    const [first] = packet.chunks;
    if (first?.kind !== "INIT ACK") continue;
    return { tag: first.initiateTag, echo: { kind: "COOKIE ECHO", cookie: cookieOf(first) } };
  }
  return undefined;
}

function run(seed: number): void {
  const dice = new Dice(seed);
  const scene = new Scene({ seed, config: { rtoMaxMs: 4000, associationMaxRetrans: 4, pathMaxRetrans: 2 } });
  const start = dice.below(4);
  if (start === 0) scene.connect();
  else if (start > 1) scene.accept();
  let info: Uint8Array = new Uint8Array(0);
  for (let step = 0; step < 80; step += 1) {
    const [association] = scene.endpoint.associations;
    const tag = dice.one([association?.tcb.localTag ?? 7, association?.tcb.localTag ?? 0, 0, PEER_TAG, 7]);
    const chunks = Array.from({ length: 1 + dice.below(4) }, () => hostileChunk(dice, scene, info));
    const cookie = dice.below(3) === 0 ? lastCookie(scene) : undefined;
    const from = { address: ip(`10.0.0.${1 + dice.below(3)}`), udpPort: dice.below(3) };
    const sent =
      cookie === undefined
        ? scene.receive(tag, chunks, from)
        : scene.receive(cookie.tag, [cookie.echo, ...chunks]);
    assert.ok(sent.length < 200, "an answer is no storm");
    for (const { chunks: answers } of sent)
      for (const chunk of answers) if (chunk.kind === "HEARTBEAT") info = chunk.info;
    if (dice.below(3) === 0) command(dice, scene);
    scene.advance(dice.below(4) === 0 ? dice.below(40_000) : dice.below(20));
    if (scene.sent.length > 2000) scene.sent.splice(0, 1900);
    assert.ok(scene.stack.associationCount <= 8);
    assert.equal(scene.stack.associationCount, scene.endpoint.associations.size);
  }
  // Nobody answers any more: every association ends, and nothing is left that would keep a process alive.
  scene.advance(2_000_000);
  assert.equal(scene.stack.associationCount, 0);
  assert.equal(scene.stack.pollTimeout(), Number.POSITIVE_INFINITY);
}

test("RFC 9260 §12: whatever a peer sends, the stack neither throws nor storms nor stays behind", () => {
  for (let seed = 1; seed <= 150; seed += 1) {
    try {
      run(seed);
    } catch (error) {
      throw new Error(`seed ${seed}`, { cause: error });
    }
  }
});
