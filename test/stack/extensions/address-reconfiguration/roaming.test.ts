import assert from "node:assert/strict";
import { test } from "node:test";
import type { IpAddress } from "../../../../src/base/ip-address.js";
import type { Millis } from "../../../../src/base/millis.js";
import type { Association } from "../../../../src/stack/association.js";
import { configure, DEFAULT_ASSOCIATION_CONFIG } from "../../../../src/stack/config.js";
import type { Endpoint } from "../../../../src/stack/endpoint.js";
import { Stack } from "../../../../src/stack/stack.js";
import { packetBytes, type PacketRecord } from "../../../../src/wire/packet-record.js";
import { ip, onStream, payload, seededEntropy } from "../../pair.js";
import { nodeHmac } from "../../node-hmac.js";

/** A host that has some addresses now, and others later. */
class RoamingHost {
  readonly stack: Stack;
  readonly endpoint: Endpoint;
  /** The addresses that it has now: packets leave from these, and reach these. */
  addresses: readonly IpAddress[];
  readonly changes: string[] = [];
  readonly received: number[] = [];
  /** What has been told of the end of the association. */
  ended: string | undefined;

  constructor(seed: number, port: number, addresses: readonly string[]) {
    this.addresses = addresses.map(ip);
    this.stack = new Stack({
      entropy: seededEntropy(seed),
      crypto: nodeHmac,
      checksum: "compute",
      mtuBytes: () => 1500,
      headerBytes: () => 20,
    });
    this.endpoint = this.stack.createEndpoint({
      port,
      localUdpPort: 0,
      addresses: this.addresses,
      config: configure(DEFAULT_ASSOCIATION_CONFIG, { heartbeatIntervalMs: 1000 }),
      advertise: () => this.addresses,
    });
    this.endpoint.acceptance = () => true;
  }

  get association(): Association {
    const [first] = this.endpoint.associations;
    if (first === undefined) throw new Error("there is no association");
    return first;
  }

  /** An address comes. */
  gain(address: string): void {
    this.addresses = [...this.addresses, ip(address)];
    this.endpoint.setAddresses(this.addresses);
    assert.ok(this.association.addLocalAddress(ip(address)));
  }

  /** An address goes. */
  lose(address: string): void {
    this.addresses = this.addresses.filter(({ text }) => text !== address);
    this.endpoint.setAddresses(this.addresses);
    assert.ok(this.association.removeLocalAddress(ip(address)));
  }

  takeEvents(): void {
    for (let event = this.stack.pollEvent(); event !== undefined; event = this.stack.pollEvent()) {
      if (event.type === "data") {
        this.received.push(event.data[0] ?? -1);
        event.association.releaseReceived(event.data.length);
      } else if (event.type === "peer address change") {
        this.changes.push(`${event.change} ${event.path.address.text}`);
      } else if (event.type === "communication lost") this.ended = event.reason.kind;
    }
  }
}

/** Two hosts and a network that carries what leaves from an address of the one and goes to an address of the other. */
class Roaming {
  now: Millis = 1000;
  readonly client: RoamingHost;
  readonly server: RoamingHost;
  /** How many messages each side has sent. */
  private said = 0;
  private readonly lossOf: () => number;
  private readonly lossRate: number;
  private inFlight: { to: RoamingHost; record: PacketRecord; at: Millis }[] = [];

  constructor(seed: number, lossRate: number, client: readonly string[], server: readonly string[]) {
    this.client = new RoamingHost(2 * seed, 5000, client);
    this.server = new RoamingHost(2 * seed + 1, 7000, server);
    const entropy = seededEntropy(seed + 99);
    this.lossOf = () => entropy.randomUint32() / 2 ** 32;
    this.lossRate = lossRate;
    this.client.endpoint.associate({ addresses: server.map(ip), port: 7000, udpPort: 0 }, this.now);
    this.run(10_000);
    assert.equal(this.server.association.state, "ESTABLISHED");
  }

  /** Each side sends this many messages, numbered, so many milliseconds apart. */
  talk(count: number, everyMs: Millis): void {
    for (const end = this.said + count; this.said < end; this.said += 1) {
      for (const { association } of [this.client, this.server])
        if (association.acceptsMessages)
          association.send(payload(200).fill(this.said & 0xff, 0, 1), onStream(0), this.now);
      this.run(everyMs);
    }
  }

  run(durationMs: Millis): void {
    for (const end = this.now + durationMs; this.now < end; this.now += 1) {
      const due = this.inFlight.filter(({ at }) => at <= this.now);
      this.inFlight = this.inFlight.filter(({ at }) => at > this.now);
      for (const { to, record } of due) to.stack.handlePackets([record], this.now);
      for (const host of [this.client, this.server]) {
        host.stack.handleTimeout(this.now);
        this.drain(host);
      }
    }
  }

  private drain(from: RoamingHost): void {
    const to = from === this.client ? this.server : this.client;
    for (let packets = from.stack.pollPackets(this.now); packets.length > 0; ) {
      for (const record of packets) {
        const source = record.source ?? from.addresses[0];
        const passes =
          from.addresses.some(({ text }) => text === source?.text) &&
          to.addresses.some(({ text }) => text === record.destination?.text);
        if (!passes || this.lossOf() < this.lossRate) continue;
        const copy = { ...record, slab: packetBytes(record).slice(), offsetBytes: 0, source };
        this.inFlight.push({ to, record: copy, at: this.now + 10 });
      }
      packets = from.stack.pollPackets(this.now);
    }
    from.takeEvents();
  }
}

/** All that was sent has arrived once, in order. */
function assertNothingLost(roaming: Roaming, count: number): void {
  roaming.run(60_000);
  const all = Array.from({ length: count }, (_, number) => number & 0xff);
  for (const host of [roaming.client, roaming.server]) {
    assert.equal(host.ended, undefined);
    assert.deepEqual(host.received, all);
  }
}

for (const lossRate of [0, 0.1]) {
  const network = lossRate === 0 ? "a network without loss" : "a network that loses every tenth packet";

  test(`RFC 5061 §5.3: over ${network} addresses come, are preferred and go while both sides talk`, () => {
    for (let seed = 1; seed <= 5; seed += 1) {
      const roaming = new Roaming(seed, lossRate, ["10.0.0.1"], ["10.0.0.2"]);
      const { client, server } = roaming;
      roaming.talk(30, 20);
      client.gain("10.0.1.1");
      server.gain("10.0.1.2");
      roaming.talk(30, 20);
      client.association.setPeerPrimaryAddress(ip("10.0.1.1"));
      roaming.run(20_000);
      assert.equal(server.association.primaryPath.address.text, "10.0.1.1");
      client.lose("10.0.0.1");
      roaming.talk(30, 20);
      roaming.run(20_000);
      server.lose("10.0.0.2");
      roaming.talk(30, 20);
      assertNothingLost(roaming, 120);
      assert.deepEqual(
        client.association.paths.map(({ address }) => address.text),
        ["10.0.1.2"],
      );
      assert.deepEqual(
        server.association.paths.map(({ address }) => address.text),
        ["10.0.1.1"],
      );
    }
  });

  test(`RFC 5061 §5.3.2: over ${network} a host changes its only address again and again, and loses no message`, () => {
    for (let seed = 1; seed <= 5; seed += 1) {
      const roaming = new Roaming(seed, lossRate, ["10.0.0.1"], ["10.0.0.2"]);
      const { client, server } = roaming;
      for (let move = 1; move <= 5; move += 1) {
        roaming.talk(10, 20);
        // The old address is gone before the new one is there, and in the other order.
        if (move % 2 === 0) client.lose(`10.0.${move - 1}.1`);
        roaming.run(move % 3 === 0 ? 500 : 0);
        client.gain(`10.0.${move}.1`);
        if (move % 2 === 1) client.lose(`10.0.${move - 1}.1`);
        roaming.talk(10, 20);
        roaming.run(40_000);
      }
      assertNothingLost(roaming, 100);
      assert.deepEqual(
        server.association.paths.map(({ address }) => address.text),
        ["10.0.5.1"],
      );
      assert.deepEqual(
        client.association.localAddresses.map(({ text }) => text),
        ["10.0.5.1"],
      );
    }
  });
}

test("RFC 5061 §5.1.1 C1: both sides may change their addresses at the same time", () => {
  for (let seed = 1; seed <= 5; seed += 1) {
    const roaming = new Roaming(seed, 0.2, ["10.0.0.1", "10.0.1.1"], ["10.0.0.2", "10.0.1.2"]);
    const { client, server } = roaming;
    roaming.talk(10, 20);
    client.gain("10.0.2.1");
    client.lose("10.0.0.1");
    server.gain("10.0.2.2");
    server.lose("10.0.1.2");
    roaming.talk(10, 20);
    roaming.run(60_000);
    assertNothingLost(roaming, 20);
    assert.deepEqual(client.association.paths.map(({ address }) => address.text).sort(), [
      "10.0.0.2",
      "10.0.2.2",
    ]);
    assert.deepEqual(server.association.paths.map(({ address }) => address.text).sort(), [
      "10.0.1.1",
      "10.0.2.1",
    ]);
  }
});
