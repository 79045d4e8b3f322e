import assert from "node:assert/strict";
import { test } from "node:test";
import type { IpAddress } from "../../../src/base/ip-address.js";
import { configure, DEFAULT_ASSOCIATION_CONFIG } from "../../../src/stack/config.js";
import type { Endpoint } from "../../../src/stack/endpoint.js";
import { Stack } from "../../../src/stack/stack.js";
import { packetBytes, type PacketRecord } from "../../../src/wire/packet-record.js";
import { ip, seededEntropy } from "../pair.js";
import { initAckOf, ipParameter, Scene } from "../scene.js";
import { nodeHmac } from "../node-hmac.js";

/** A host whose lower layer, when it has the choice, sends from the address that is nearest to the destination. */
class MultihomedHost {
  readonly stack: Stack;
  readonly endpoint: Endpoint;
  readonly sources: string[] = [];

  constructor(
    seed: number,
    port: number,
    bound: readonly IpAddress[],
    advertised: readonly IpAddress[],
    sourceFor: (destination: IpAddress) => IpAddress | undefined = () => undefined,
  ) {
    this.stack = new Stack({
      entropy: seededEntropy(seed),
      crypto: nodeHmac,
      checksum: "compute",
      mtuBytes: () => 1500,
      headerBytes: () => 28,
      sourceFor,
    });
    this.endpoint = this.stack.createEndpoint({
      port,
      localUdpPort: 0,
      addresses: bound,
      config: configure(DEFAULT_ASSOCIATION_CONFIG, {}),
      advertise: () => advertised,
    });
    this.endpoint.acceptance = () => true;
  }
}

/**
 * Carries packets between two hosts until nothing moves; where a source is left open, it is the destination's
 * own.
 */
function carry(hosts: readonly MultihomedHost[], now: number): void {
  for (let moved = true; moved; ) {
    moved = false;
    for (const [index, host] of hosts.entries()) {
      for (const record of host.stack.pollPackets(now)) {
        moved = true;
        const source = record.source ?? record.destination;
        host.sources.push(source?.text ?? "none");
        const copy: PacketRecord = { ...record, slab: packetBytes(record).slice(), offsetBytes: 0, source };
        hosts[1 - index]?.stack.handlePackets([copy], now);
      }
    }
  }
}

test("RFC 9260 §5.1.2: who has listed no address sends from the one that the peer knows, on every path", () => {
  const loopback = ip("127.0.0.1");
  const client = new MultihomedHost(1, 5000, [ip("0.0.0.0")], []);
  const server = new MultihomedHost(2, 7000, [loopback, ip("192.0.2.2")], [loopback, ip("192.0.2.2")]);
  const association = client.endpoint.associate({ addresses: [loopback], port: 7000, udpPort: 0 }, 0);
  carry([client, server], 0);
  assert.equal(association.state, "ESTABLISHED");
  assert.deepEqual(
    association.paths.map((path) => path.address.text),
    ["127.0.0.1", "192.0.2.2"],
  );
  // The second address is probed meanwhile; a packet from 192.0.2.2 would be answered with ABORT.
  for (let now = 1000; now <= 60_000; now += 1000) {
    for (const host of [client, server]) host.stack.handleTimeout(now);
    carry([client, server], now);
  }
  assert.deepEqual([...new Set(client.sources)], ["127.0.0.1"]);
  assert.equal(association.state, "ESTABLISHED");
});

test("RFC 9260 §5.1.2: destinations that no address known to the peer can reach are given up", () => {
  const client = new MultihomedHost(1, 5000, [ip("0.0.0.0"), ip("::")], []);
  const server = new MultihomedHost(2, 7000, [ip("127.0.0.1"), ip("::1")], [ip("127.0.0.1"), ip("::1")]);
  const association = client.endpoint.associate({ addresses: [ip("127.0.0.1")], port: 7000, udpPort: 0 }, 0);
  carry([client, server], 0);
  assert.equal(association.state, "ESTABLISHED");
  assert.deepEqual(
    association.paths.map((path) => path.address.text),
    ["127.0.0.1"],
  );
});

for (const listsOther of ["client", "server"]) {
  test(`RFC 9260 §5.1.2: what the ${listsOther} lists is of another family: the packets' source counts as well`, () => {
    const others = [ip("2001:db8::1"), ip("2001:db8::2")];
    const own = { client: ip("192.0.2.1"), server: ip("192.0.2.2") };
    const listed = (side: string): readonly IpAddress[] => (side === listsOther ? others : []);
    const client = new MultihomedHost(1, 5000, [own.client, ...others], listed("client"));
    const server = new MultihomedHost(2, 7000, [own.server, ...others], listed("server"));
    const association = client.endpoint.associate({ addresses: [own.server], port: 7000, udpPort: 0 }, 0);
    carry([client, server], 0);
    assert.equal(association.state, "ESTABLISHED");
    assert.equal(association.primaryPath.address.text, "192.0.2.2");
    assert.equal(server.stack.associationCount, 1);
  });
}

test("RFC 9260 §5.1.2: of several addresses that the peer knows, each path leaves from the one of its route", () => {
  const own = { client: ["10.0.0.1", "10.1.0.1"].map(ip), server: ["10.0.0.2", "10.1.0.2"].map(ip) };
  const routes = (addresses: readonly IpAddress[]) => (destination: IpAddress) =>
    addresses.find(({ bytes }) => bytes[1] === destination.bytes[1]);
  const client = new MultihomedHost(1, 5000, [ip("0.0.0.0")], own.client, routes(own.client));
  const server = new MultihomedHost(2, 7000, [ip("0.0.0.0")], own.server, routes([ip("10.9.0.9")]));
  const association = client.endpoint.associate({ addresses: own.server, port: 7000, udpPort: 0 }, 0);
  carry([client, server], 0);
  const ways = (paths: typeof association.paths): string[][] =>
    paths.map((path) => [path.localAddress?.text ?? "", path.address.text]);
  assert.deepEqual(ways(association.paths), [
    ["10.0.0.1", "10.0.0.2"],
    ["10.1.0.1", "10.1.0.2"],
  ]);
  const [accepted] = server.endpoint.associations;
  assert.ok(accepted !== undefined);
  assert.ok(
    ways(accepted.paths).every(([source]) => source?.startsWith("10.9.") === false),
    "a source that the peer does not know is no choice",
  );
});

test("RFC 9260 §5.1.2 A: the peer knows what the INIT has listed, and no address that has come since", () => {
  const advertised: string[] = [];
  const scene = new Scene({ addresses: ["10.0.0.2", "10.0.1.2"], advertised });
  const peerAddresses = ["10.0.0.1", "10.0.1.1"];
  const { association, init } = scene.associate(peerAddresses);
  advertised.push("10.0.0.2", "10.0.1.2");
  const parameters = [...initAckOf().parameters, ...peerAddresses.map(ipParameter)];
  scene.receive(init.initiateTag, [initAckOf({ parameters })]);
  assert.deepEqual(
    association.paths.map(({ localAddress }) => localAddress?.text),
    ["10.0.0.2", "10.0.0.2"],
  );
});
