import assert from "node:assert/strict";
import { test } from "node:test";
import { type IpAddress, parseIpAddress } from "../../src/base/ip-address.js";
import {
  AF_INET6,
  IPPROTO_SCTP,
  SCTP_BINDX_ADD_ADDR,
  SCTP_BINDX_REM_ADDR,
  SCTP_REUSE_PORT,
} from "../../src/sockets/constants.js";
import type { SctpSocket } from "../../src/sockets/sctp-socket.js";
import { advertisedAddresses } from "../../src/userland/socket-addresses.js";
import { parsePacket } from "../../src/wire/packet.js";
import { isMalformed } from "../../src/wire/malformed.js";
import type { ObservedPacket } from "../../src/userland/memory-network.js";
import { bytesOf, oneToMany, oneToOne, World } from "./world.js";

const at = (address: string, port = 5000): { address: string; port: number } => ({ address, port });

test("RFC 6458 §4.1.2: a port is taken once for each address", () => {
  const provider = new World().provider(["10.0.0.1", "10.0.1.1", "fd00::1"]);
  const [a, b, c, d] = [1, 2, 3, 4].map(() => oneToOne(provider));
  a!.bind(at("10.0.0.1"));
  assert.throws(() => b!.bind(at("10.0.0.1")), { code: "EADDRINUSE", syscall: "bind", port: 5000 });
  assert.throws(() => b!.bind(at("0.0.0.0")), { code: "EADDRINUSE" });
  b!.bind(at("10.0.1.1"));
  c!.bind(at("10.0.0.1", 5001));
  assert.throws(() => d!.bind(at("10.0.0.9")), { code: "EADDRNOTAVAIL" });
  assert.throws(() => a!.bind(at("10.0.0.1", 5002)), { code: "EINVAL" });
  const [six, both] = [1, 2].map(() => oneToOne(provider, AF_INET6));
  six!.bind(at("fd00::1"));
  assert.throws(() => both!.bind(at("::")), { code: "EADDRINUSE" });
  both!.bind(at("::", 6000));
  assert.throws(() => d!.bind(at("10.0.0.1", 6000)), { code: "EADDRINUSE" });
});

test("RFC 6458 §4.1.6: a port is free again after close()", async () => {
  const world = new World();
  const provider = world.provider("10.0.0.1");
  const first = oneToOne(provider);
  first.bind(at("10.0.0.1"));
  first.listen();
  await world.until(first.close());
  oneToOne(provider).bind(at("0.0.0.0"));
});

test("RFC 6458 §9.1: sctp_bindx adds and removes addresses", () => {
  const socket = oneToOne(new World().provider(["10.0.0.1", "10.0.1.1", "10.0.2.1"]));
  const names = (): string[] => socket.sctp_getladdrs().map(({ address }) => address);
  socket.sctp_bindx([at("10.0.0.1"), at("10.0.1.1", 0)], SCTP_BINDX_ADD_ADDR);
  assert.deepEqual(names(), ["10.0.0.1", "10.0.1.1"]);
  socket.sctp_bindx([at("10.0.2.1", 0)], SCTP_BINDX_ADD_ADDR);
  assert.deepEqual(names(), ["10.0.0.1", "10.0.1.1", "10.0.2.1"]);
  assert.throws(() => socket.sctp_bindx([at("10.0.2.1", 5001)], SCTP_BINDX_ADD_ADDR), { code: "EINVAL" });
  assert.throws(() => socket.sctp_bindx([at("0.0.0.0")], SCTP_BINDX_ADD_ADDR), { code: "EINVAL" });
  assert.throws(() => socket.sctp_bindx([at("10.0.9.9")], SCTP_BINDX_ADD_ADDR), { code: "EADDRNOTAVAIL" });
  assert.throws(() => socket.sctp_bindx([at("10.0.9.9")], SCTP_BINDX_REM_ADDR), { code: "EINVAL" });
  assert.throws(
    () => socket.sctp_bindx([at("10.0.0.1"), at("10.0.1.1"), at("10.0.2.1")], SCTP_BINDX_REM_ADDR),
    { code: "EINVAL" },
  );
  assert.equal(names().length, 3, "a call that fails changes nothing");
  socket.sctp_bindx([at("10.0.0.1"), at("10.0.2.1")], SCTP_BINDX_REM_ADDR);
  assert.deepEqual(names(), ["10.0.1.1"]);
});

test("RFC 6458 §9.1: addresses cannot change with associations whose peers take no changes", async () => {
  const world = new World();
  const provider = world.provider(["10.0.0.1", "10.0.1.1"]);
  const socket = oneToMany(provider);
  socket.bind(at("10.0.0.1"));
  socket.listen();
  const client = oneToOne(world.provider("10.0.0.2", { config: { addressReconfiguration: false } }));
  await world.until(client.connect(at("10.0.0.1")));
  assert.throws(() => socket.sctp_bindx([at("10.0.1.1")], SCTP_BINDX_ADD_ADDR), { code: "EOPNOTSUPP" });
});

/** One-to-one sockets that share port 5000 of a host, each bound to the same addresses; and one that is not bound. */
function sharers(count: number): { world: World; sockets: SctpSocket[]; unbound: SctpSocket } {
  const world = new World();
  const provider = world.provider(["10.0.0.1", "10.0.1.1", "10.0.2.1"]);
  const create = (): SctpSocket => {
    const socket = oneToOne(provider);
    socket.setsockopt(IPPROTO_SCTP, SCTP_REUSE_PORT, 1);
    return socket;
  };
  const sockets = Array.from({ length: count }, create);
  const addresses = [at("10.0.0.1"), at("10.0.1.1")];
  for (const socket of sockets) socket.sctp_bindx(addresses, SCTP_BINDX_ADD_ADDR);
  return { world, sockets, unbound: create() };
}

const namesOf = (addresses: readonly { address: string }[]): string[] =>
  addresses.map(({ address }) => address);

test("RFC 6458 §8.1.27, §9.1: who shares a port changes its own association's addresses and nobody else's", async () => {
  const { world, sockets, unbound } = sharers(3);
  const [first, second, third] = sockets as [SctpSocket, SctpSocket, SctpSocket];
  assert.throws(() => unbound.bind(at("10.0.0.1")), { code: "EADDRINUSE" }, "all have the same addresses");
  second.listen();
  const peers = ["10.0.9.1", "10.0.9.2"].map((address) => {
    const peer = oneToOne(world.provider(address));
    peer.bind(at(address));
    peer.listen();
    return peer;
  });
  const accepting = peers[0]!.accept();
  await world.until(first.connect(at("10.0.9.1")));
  const { socket: connected } = await world.until(accepting);
  first.sctp_bindx([at("10.0.2.1")], SCTP_BINDX_ADD_ADDR);
  first.sctp_bindx([at("10.0.0.1")], SCTP_BINDX_REM_ADDR);
  await world.clock.advanceBy(1000);
  assert.deepEqual(namesOf(connected.sctp_getpaddrs()), ["10.0.1.1", "10.0.2.1"]);
  for (const other of [second, third])
    assert.deepEqual(namesOf(other.sctp_getladdrs()), ["10.0.0.1", "10.0.1.1"]);
  // Those that have no association would change what the others are bound to.
  for (const other of [second, third]) {
    for (const [address, flags] of [
      ["10.0.2.1", SCTP_BINDX_ADD_ADDR],
      ["10.0.0.1", SCTP_BINDX_REM_ADDR],
    ] as const) {
      assert.throws(() => other.sctp_bindx([at(address)], flags), {
        code: "EOPNOTSUPP",
        syscall: "sctp_bindx",
      });
    }
  }
  const client = oneToOne(world.provider("10.0.9.3"));
  await world.until(client.connect(at("10.0.0.1")));
  assert.deepEqual(namesOf(client.sctp_getpaddrs()), ["10.0.0.1", "10.0.1.1"]);
  // Alone it may again.
  await world.until(Promise.all([first.close(), third.close()]));
  second.sctp_bindx([at("10.0.2.1")], SCTP_BINDX_ADD_ADDR);
  assert.deepEqual(namesOf(second.sctp_getladdrs()), ["10.0.0.1", "10.0.1.1", "10.0.2.1"]);
});

test("RFC 6458 §8.1.27: who has listened at a shared port and closes ends nobody else's listening", async () => {
  const { world, sockets } = sharers(2);
  const [first, second] = sockets as [SctpSocket, SctpSocket];
  first.listen();
  first.listen(0);
  second.listen();
  const closed = first.close();
  const client = oneToOne(world.provider("10.0.9.1"));
  await world.until(client.connect(at("10.0.1.1")));
  await world.until(closed);
});

test("ephemeral ports are dynamic ones, and differ between sockets and hosts", async () => {
  const world = new World();
  const ports: number[] = [];
  for (let host = 1; host <= 20; host += 1) {
    const provider = world.provider(`10.0.0.${host}`);
    for (let count = 0; count < 3; count += 1) {
      const socket = oneToOne(provider);
      socket.bind(at("0.0.0.0", 0));
      ports.push(socket.getsockname().port);
    }
  }
  assert.ok(ports.every((port) => port >= 49_152 && port <= 65_535));
  assert.ok(new Set(ports).size > 55, "of 60 out of 16,384, hardly any two are the same");
});

test("over UDP the first ephemeral SCTP port is the number of the ephemeral UDP port", async () => {
  const world = new World({ simulatesUdp: true });
  const provider = world.provider("10.0.0.1");
  const [first, second] = [oneToOne(provider), oneToOne(provider)];
  first.bind(at("0.0.0.0", 0));
  second.bind(at("0.0.0.0", 0));
  assert.equal(first.getsockname().port, 49_152);
  assert.notEqual(second.getsockname().port, 49_152);
});

test("RFC 6951 §5.1: a socket that listens is found at the listening UDP port, whatever its SCTP port", async () => {
  const world = new World({ simulatesUdp: true });
  const server = oneToOne(world.provider("10.0.0.2"));
  server.listen();
  const { port } = server.getsockname();
  const client = oneToOne(world.provider("10.0.0.1"));
  const ports = new Set<string>();
  world.network.onPacket(({ sourceUdpPort, destinationUdpPort }) => {
    ports.add(`${sourceUdpPort} ${destinationUdpPort}`);
  });
  await world.until(client.connect({ address: "10.0.0.2", port }));
  assert.deepEqual([...ports].sort(), ["49152 9899", "9899 49152"]);
});

/** The addresses that the first INIT or INIT ACK of a host lists. */
function listedIn(packets: readonly ObservedPacket[], host: string): string[] {
  for (const { source, bytes } of packets) {
    const packet = parsePacket(bytes);
    if (source.text !== host || isMalformed(packet)) continue;
    const [chunk] = packet.chunks;
    if (chunk?.kind !== "INIT" && chunk?.kind !== "INIT ACK") continue;
    return chunk.parameters.flatMap((parameter) =>
      parameter.kind === "IPv4 Address" || parameter.kind === "IPv6 Address" ? [parameter.address.text] : [],
    );
  }
  return [];
}

test("RFC 9260 §5.1.2, RFC 6951 §5.7: which addresses a peer is told of", async () => {
  const tell = async (
    simulatesUdp: boolean,
    advertise: "default" | "all",
    binds: string[],
  ): Promise<string[]> => {
    const world = new World({ simulatesUdp });
    const packets: ObservedPacket[] = [];
    world.network.onPacket((packet) => packets.push(packet));
    const server = oneToOne(world.provider("10.0.0.2"));
    server.bind(at("10.0.0.2"));
    server.listen();
    const client = oneToOne(
      world.provider(["10.0.0.1", "10.0.1.1", "127.0.0.1", "169.254.0.1"], { advertise }),
    );
    client.sctp_bindx(
      binds.map((address) => at(address, 4000)),
      SCTP_BINDX_ADD_ADDR,
    );
    await world.until(client.connect(at("10.0.0.2")));
    return listedIn(packets, "10.0.0.1");
  };
  assert.deepEqual(await tell(false, "default", ["0.0.0.0"]), ["10.0.0.1", "10.0.1.1"]);
  assert.deepEqual(await tell(true, "default", ["0.0.0.0"]), []);
  assert.deepEqual(await tell(true, "all", ["0.0.0.0"]), ["10.0.0.1", "10.0.1.1"]);
  assert.deepEqual(await tell(true, "default", ["10.0.0.1", "10.0.1.1"]), ["10.0.0.1", "10.0.1.1"]);
  assert.deepEqual(await tell(true, "default", ["10.0.0.1"]), []);
});

test("advertised addresses: scopes, families and loopback", () => {
  const ip = (text: string): IpAddress => parseIpAddress(text)!;
  const local = ["127.0.0.1", "::1", "192.0.2.1", "2001:db8::1", "fe80::1%eth0", "169.254.1.1"].map(ip);
  const listed = (destination: string, bound: string[], overUdp = false, advertiseAll = false): string[] =>
    advertisedAddresses(ip(destination), {
      bound: bound.map(ip),
      overUdp,
      advertiseAll,
      local: () => local,
    }).map(({ text }) => text);
  assert.deepEqual(listed("127.0.0.1", ["0.0.0.0", "::"], true), ["127.0.0.1", "::1"]);
  assert.deepEqual(listed("127.0.0.1", ["0.0.0.0"], true), [], "one alone is the source anyway");
  assert.deepEqual(listed("198.51.100.1", ["0.0.0.0", "::"], true), []);
  assert.deepEqual(listed("198.51.100.1", ["0.0.0.0", "::"], true, true), ["192.0.2.1", "2001:db8::1"]);
  assert.deepEqual(listed("198.51.100.1", ["0.0.0.0", "::"]), ["192.0.2.1", "2001:db8::1"]);
  assert.deepEqual(listed("198.51.100.1", ["127.0.0.1", "192.0.2.1", "2001:db8::1"], true), [
    "192.0.2.1",
    "2001:db8::1",
  ]);
  assert.deepEqual(listed("fe80::2%eth0", ["::"]), ["2001:db8::1", "fe80::1%eth0"]);
  assert.deepEqual(listed("fe80::2%eth1", ["::"]), [], "another link has other link-local addresses");
});

test("advertised addresses without UDP: a scope of at least the peer's", () => {
  const ip = (text: string): IpAddress => parseIpAddress(text)!;
  const local = ["192.0.2.1", "2001:db8::1", "10.0.0.1", "172.31.0.1", "100.64.0.1", "fd00::1"].map(ip);
  const toPeer = (destination: string, overUdp: boolean): string[] =>
    advertisedAddresses(ip(destination), {
      bound: [ip("0.0.0.0"), ip("::")],
      overUdp,
      advertiseAll: true,
      local: () => local,
    }).map(({ text }) => text);
  for (const global of ["198.51.100.1", "2001:db8::2", "172.32.0.1", "100.128.0.1", "192.169.0.1"]) {
    assert.deepEqual(toPeer(global, false), ["192.0.2.1", "2001:db8::1"], global);
  }
  const all = local.map(({ text }) => text);
  for (const other of ["10.9.9.9", "192.168.1.1", "fd00::2", "169.254.1.1", "fe80::1%eth0"]) {
    assert.deepEqual(toPeer(other, false), all, other);
  }
  assert.deepEqual(toPeer("198.51.100.1", true), all, "over UDP who asks for all gets all");
});

test("RFC 6951 §5.4: the peer's UDP port is learnt from packets with the right tag, and from no other", async () => {
  const world = new World({ simulatesUdp: true });
  const server = oneToMany(world.provider("10.0.0.2"));
  server.bind(at("10.0.0.2"));
  server.listen();
  const client = oneToMany(world.provider("10.0.0.1"));
  let last: ObservedPacket | undefined;
  let answeredTo = 0;
  world.network.onPacket((packet) => {
    if (packet.source.text === "10.0.0.1" && packet.bytes[12] === 0) last = packet;
    if (packet.source.text === "10.0.0.2") answeredTo = packet.destinationUdpPort;
  });
  await client.sctp_sendv(bytesOf("x"), { to: at("10.0.0.2") });
  await world.clock.advanceBy(500);
  await client.sctp_sendv(bytesOf("y"), { to: at("10.0.0.2") });
  await world.clock.advanceBy(500);
  assert.equal(answeredTo, 49_152);
  const genuine = last!.bytes;
  const forged = genuine.slice();
  forged[4] = (forged[4] ?? 0) ^ 1;
  const again = { source: "10.0.0.1", destination: "10.0.0.2", destinationUdpPort: 9899 };
  world.network.inject({ ...again, sourceUdpPort: 666, bytes: forged });
  await world.clock.advanceBy(10);
  await server.sctp_sendv(bytesOf("z"), { info: { snd_assoc_id: 3 } });
  await world.clock.advanceBy(500);
  assert.equal(answeredTo, 49_152, "a forged packet moves nothing");
  world.network.inject({ ...again, sourceUdpPort: 50_000, bytes: genuine });
  // Before the true client sends again, which would move it back.
  await world.clock.advanceBy(20);
  assert.equal(answeredTo, 50_000, "a NAT has given the peer another port");
});
