import assert from "node:assert/strict";
import { test } from "node:test";
import type { Association } from "../../../src/stack/association.js";
import type { StackEvent } from "../../../src/stack/events.js";
import { Host, onStream, payload, recordOf, type PacketInFlight } from "../pair.js";

/** A choice among `options` ways to go on. */
type Choose = (options: number) => number;

/** Runs something once for every sequence of choices that it can make; answers how many there were. */
function everyWay(run: (choose: Choose) => void): number {
  let prefix: number[] = [];
  for (let ways = 1; ; ways += 1) {
    const taken: { choice: number; options: number }[] = [];
    run((options) => {
      const choice = prefix[taken.length] ?? 0;
      taken.push({ choice, options });
      return choice;
    });
    while (taken.length > 0 && (taken.at(-1)?.choice ?? 0) + 1 === taken.at(-1)?.options) taken.pop();
    const last = taken.at(-1);
    if (last === undefined) return ways;
    prefix = [...taken.slice(0, -1).map(({ choice }) => choice), last.choice + 1];
  }
}

/** Two hosts that both begin, and a network that delivers in whatever order is chosen. */
class Collision {
  now = 1000;
  readonly a: Host;
  readonly z: Host;
  readonly inFlight: PacketInFlight[] = [];
  readonly events: StackEvent[] = [];

  constructor(listening: boolean) {
    this.a = new Host("A", "10.0.0.1", 5000, { seed: 11, config: {}, mtuBytes: 1500 });
    this.z = new Host("Z", "10.0.0.2", 7000, { seed: 12, config: {}, mtuBytes: 1500 });
    if (!listening) return;
    this.a.endpoint.acceptance = () => true;
    this.z.endpoint.acceptance = () => true;
  }

  begin(from: Host, to: Host): Association {
    const peer = { addresses: [to.address], port: to.endpoint.port, udpPort: 0 };
    const association = from.endpoint.associate(peer, this.now);
    if (association.acceptsMessages) association.send(payload(100), onStream(0), this.now);
    this.drain();
    return association;
  }

  deliver(index: number): void {
    const [packet] = this.inFlight.splice(index, 1);
    if (packet === undefined) return;
    const receiver = packet.from === this.a ? this.z : this.a;
    receiver.stack.handlePackets([recordOf(packet)], this.now);
    this.drain();
  }

  /** What is still on its way arrives in its order, and time passes until nothing is repeated any more. */
  settle(durationMs: number): void {
    const end = this.now + durationMs;
    for (;;) {
      while (this.inFlight.length > 0) this.deliver(0);
      const next = Math.min(this.a.stack.pollTimeout(), this.z.stack.pollTimeout());
      if (next > end) break;
      this.now = next;
      for (const host of [this.a, this.z]) host.stack.handleTimeout(this.now);
      this.drain();
    }
    this.now = end;
  }

  drain(): void {
    for (const host of [this.a, this.z]) {
      for (const record of host.stack.pollPackets(this.now)) {
        const bytes = record.slab.slice(record.offsetBytes, record.offsetBytes + record.lengthBytes);
        const destination = record.destination ?? host.address;
        this.inFlight.push({ from: host, bytes, source: host.address, destination, arrivesAt: this.now });
      }
      for (let event = host.stack.pollEvent(); event !== undefined; event = host.stack.pollEvent()) {
        host.events.push(event);
        if (event.type === "data") event.association.releaseReceived(event.data.length);
      }
    }
  }
}

function assertOneAssociation({ a, z }: Collision, messages: readonly [number, number]): void {
  for (const host of [a, z]) assert.equal(host.stack.associationCount, 1, host.name);
  const [left] = a.endpoint.associations;
  const [right] = z.endpoint.associations;
  assert.ok(left !== undefined && right !== undefined);
  assert.deepEqual([left.state, right.state], ["ESTABLISHED", "ESTABLISHED"]);
  assert.deepEqual([left.tcb.localTag, left.tcb.peerTag], [right.tcb.peerTag, right.tcb.localTag]);
  assert.deepEqual([a.received().length, z.received().length], messages, "every message arrives once");
  for (const host of [a, z]) {
    // A packet that is lost may make a path potentially failed for a while.
    const passing = ["data", "sender dry", "peer address change"];
    const told = host.eventTypes.filter((type) => !passing.includes(type));
    assert.deepEqual(told, ["communication up"], host.name);
  }
}

for (const listening of [true, false]) {
  const who = listening ? "while both listen" : "while nobody listens";
  test(`RFC 9260 §5.2.1, §5.2.4: both INITs cross, every order of arrival, ${who}: one association`, () => {
    const ways = everyWay((choose) => {
      const collision = new Collision(listening);
      collision.begin(collision.a, collision.z);
      collision.begin(collision.z, collision.a);
      for (let step = 0; step < 9 && collision.inFlight.length > 0; step += 1)
        collision.deliver(choose(collision.inFlight.length));
      collision.settle(20_000);
      assertOneAssociation(collision, [1, 1]);
    });
    assert.ok(ways > 50, `${ways} ways`);
  });
}

test("RFC 9260 §5.2.4: the other side begins at any moment of the handshake: one association", () => {
  const ways = everyWay((choose) => {
    const collision = new Collision(true);
    const { a, z } = collision;
    collision.begin(a, z);
    let zHasBegun = false;
    for (let step = 0; step < 8 && collision.inFlight.length > 0; step += 1) {
      const choice = choose(collision.inFlight.length + (zHasBegun ? 0 : 1));
      if (choice < collision.inFlight.length) {
        collision.deliver(choice);
      } else {
        collision.begin(z, a);
        zHasBegun = true;
      }
    }
    if (!zHasBegun) collision.begin(z, a);
    collision.settle(20_000);
    assertOneAssociation(collision, [1, 1]);
  });
  assert.ok(ways > 50, `${ways} ways`);
});

test("RFC 9260 §5.2: any one packet of a collision may be lost or doubled: one association", () => {
  const ways = everyWay((choose) => {
    const collision = new Collision(true);
    collision.begin(collision.a, collision.z);
    collision.begin(collision.z, collision.a);
    const victim = choose(8);
    const doubled = choose(2) === 1;
    for (let step = 0; step < 8 && collision.inFlight.length > 0; step += 1) {
      const index = step < 5 ? choose(Math.min(2, collision.inFlight.length)) : 0;
      const packet = collision.inFlight[index] as PacketInFlight;
      if (step === victim && doubled) collision.inFlight.push(packet);
      if (step === victim && !doubled) collision.inFlight.splice(index, 1);
      else collision.deliver(index);
    }
    collision.settle(60_000);
    assertOneAssociation(collision, [1, 1]);
  });
  assert.ok(ways > 200, `${ways} ways`);
});
