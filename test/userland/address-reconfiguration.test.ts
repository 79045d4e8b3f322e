import assert from "node:assert/strict";
import { test } from "node:test";
import {
  AF_INET6,
  IPPROTO_SCTP,
  SCTP_ADDR_ADDED,
  SCTP_ADDR_CONFIRMED,
  SCTP_ADDR_MADE_PRIM,
  SCTP_ADDR_REMOVED,
  SCTP_AUTO_ASCONF,
  SCTP_BINDX_ADD_ADDR,
  SCTP_BINDX_REM_ADDR,
  SCTP_EVENT,
  SCTP_PEER_ADDR_CHANGE,
  SCTP_PRIMARY_ADDR,
  SCTP_SET_PEER_PRIMARY_ADDR,
} from "../../src/sockets/constants.js";
import type { SctpSocket } from "../../src/sockets/sctp-socket.js";
import type { SctpAddress } from "../../src/sockets/types.js";
import type { AssociationConfigChange } from "../../src/stack/config.js";
import type { MemoryHost } from "../../src/userland/memory-host.js";
import type { ObservedPacket } from "../../src/userland/memory-network.js";
import type { UserlandProvider } from "../../src/userland/userland-provider.js";
import { isMalformed } from "../../src/wire/malformed.js";
import { parsePacket } from "../../src/wire/packet.js";
import { bytesOf, drain, oneToMany, oneToOne, textOf, World, type WorldOptions } from "./world.js";

const PORT = 5000;
const SERVER = { address: "10.0.0.2", port: PORT };
const QUIET_MS = 500;

const at = (address: string, port = 0): SctpAddress => ({ address, port, family: "IPv4" });
const at6 = (address: string, port = 0): SctpAddress => ({ address, port, family: "IPv6" });
const textsOf = (addresses: readonly SctpAddress[]): string[] => addresses.map(({ address }) => address);

/** What a socket is told of its peer's addresses. */
const CHANGES: Readonly<Record<number, string>> = {
  [SCTP_ADDR_ADDED]: "added",
  [SCTP_ADDR_REMOVED]: "removed",
  [SCTP_ADDR_MADE_PRIM]: "made primary",
  [SCTP_ADDR_CONFIRMED]: "confirmed",
};

/** A one-to-many server with one address, and a one-to-many client of a host with several. */
class Scene {
  readonly world: World;
  readonly server: SctpSocket;
  readonly client: SctpSocket;
  readonly clientProvider: UserlandProvider;
  readonly packets: ObservedPacket[] = [];
  clientId = 0;
  serverId = 0;

  constructor(options: WorldOptions = {}, serverConfig: AssociationConfigChange = {}) {
    this.world = new World(options);
    this.world.network.onPacket((packet) => this.packets.push(packet));
    this.server = oneToMany(this.world.provider(SERVER.address, { config: serverConfig }));
    const se_type = SCTP_PEER_ADDR_CHANGE;
    this.server.setsockopt(IPPROTO_SCTP, SCTP_EVENT, { se_type, se_on: 1 });
    this.server.bind(SERVER);
    this.server.listen();
    this.clientProvider = this.world.provider(["10.0.0.1", "10.0.1.1", "10.0.2.1"]);
    this.client = oneToMany(this.clientProvider);
  }

  get clientHost(): MemoryHost {
    return this.clientProvider.lowerLayer as MemoryHost;
  }

  /** The association is up, and each side has had a message. */
  async connect(): Promise<this> {
    const sent = await this.world.until(this.client.sctp_sendv(bytesOf("hello"), { to: SERVER }));
    this.clientId = sent.assoc_id;
    await this.world.clock.advanceBy(QUIET_MS);
    const { address } = drain(this.server).find(({ notification }) => notification === undefined)!;
    const answered = await this.world.until(this.server.sctp_sendv(bytesOf("hello"), { to: address! }));
    this.serverId = answered.assoc_id;
    await this.quiet();
    drain(this.client);
    return this;
  }

  quiet(): Promise<void> {
    return this.world.clock.advanceBy(QUIET_MS);
  }

  /** What has been told of the client's addresses since the last call. */
  told(): string[] {
    return drain(this.server).flatMap(({ notification }) => {
      if (notification?.sn_type !== SCTP_PEER_ADDR_CHANGE) return [];
      return [
        `${CHANGES[notification.spc_state] ?? notification.spc_state} ${notification.spc_aaddr.address}`,
      ];
    });
  }

  /** The client's addresses, as both sides know them. */
  get addresses(): readonly [ours: string[], peers: string[]] {
    return [
      textsOf(this.client.sctp_getladdrs(this.clientId)),
      textsOf(this.server.sctp_getpaddrs(this.serverId)),
    ];
  }

  /** Sends so many messages each way, a few milliseconds apart, with `change` in their midst; none may be lost. */
  async exchange(change: () => void): Promise<void> {
    const expected: string[] = [];
    for (let index = 0; index < 60; index += 1) {
      expected.push(`message ${index}`);
      const data = bytesOf(`message ${index}`);
      this.client.nonblocking.sctp_sendv(data, { info: { snd_assoc_id: this.clientId } });
      this.server.nonblocking.sctp_sendv(data, { info: { snd_assoc_id: this.serverId } });
      if (index === 30) change();
      // oxlint-disable-next-line no-await-in-loop -- as time goes by
      await this.world.clock.advanceBy(7);
    }
    await this.world.clock.advanceBy(20_000);
    for (const socket of [this.client, this.server]) {
      const texts = drain(socket)
        .filter(({ notification }) => notification === undefined)
        .map(({ data }) => textOf(data));
      assert.deepEqual(texts, expected);
    }
  }
}

/** A scene whose client is bound to its first address only. */
async function boundToOne(options?: WorldOptions, serverConfig?: AssociationConfigChange): Promise<Scene> {
  const scene = new Scene(options, serverConfig);
  scene.client.bind(at("10.0.0.1", 4000));
  return scene.connect();
}

/** A scene whose client is bound to the wildcard and follows its host's addresses. */
async function following(options?: WorldOptions): Promise<Scene> {
  const scene = new Scene(options);
  scene.client.bind(at("0.0.0.0", 4000));
  scene.client.setsockopt(IPPROTO_SCTP, SCTP_AUTO_ASCONF, 1);
  return scene.connect();
}

test("RFC 6458 §9.1, §9.5: sctp_bindx adds an address to a live association and removes one", async () => {
  const scene = await boundToOne();
  const { client } = scene;
  assert.deepEqual(scene.addresses, [["10.0.0.1"], ["10.0.0.1"]]);
  await scene.exchange(() => client.sctp_bindx([at("10.0.1.1"), at("10.0.2.1", 4000)], SCTP_BINDX_ADD_ADDR));
  const all = ["10.0.0.1", "10.0.1.1", "10.0.2.1"];
  assert.deepEqual(scene.addresses, [all, all]);
  assert.deepEqual(textsOf(client.sctp_getladdrs()), all);
  client.sctp_bindx([at("10.0.1.1")], SCTP_BINDX_REM_ADDR);
  assert.deepEqual(
    scene.addresses[0],
    ["10.0.0.1", "10.0.2.1"],
    "it is not used any more as soon as that is asked",
  );
  await scene.quiet();
  assert.deepEqual(scene.addresses[1], ["10.0.0.1", "10.0.2.1"]);
});

test("RFC 6458 §6.1.2: the peer is told of what is added, confirmed, made primary and removed", async () => {
  const scene = await boundToOne();
  const { client, clientId } = scene;
  scene.told();
  client.sctp_bindx([at("10.0.1.1")], SCTP_BINDX_ADD_ADDR);
  await scene.world.clock.advanceBy(60_000);
  assert.deepEqual(scene.told(), ["added 10.0.1.1", "confirmed 10.0.1.1"]);
  const sspp_addr = at("10.0.1.1", 4000);
  client.setsockopt(IPPROTO_SCTP, SCTP_SET_PEER_PRIMARY_ADDR, { sspp_assoc_id: clientId, sspp_addr });
  await scene.quiet();
  assert.deepEqual(scene.told(), ["made primary 10.0.1.1"]);
  const { ssp_addr } = scene.server.sctp_opt_info(scene.serverId, SCTP_PRIMARY_ADDR);
  assert.equal(ssp_addr.address, "10.0.1.1");
  client.sctp_bindx([at("10.0.1.1")], SCTP_BINDX_REM_ADDR);
  await scene.quiet();
  const told = scene.told();
  assert.ok(told.includes("removed 10.0.1.1"), told.join());
  assert.equal(scene.server.sctp_opt_info(scene.serverId, SCTP_PRIMARY_ADDR).ssp_addr.address, "10.0.0.1");
});

test("RFC 6458 §9.1: an association moves from one address to another without a lost message", async () => {
  const scene = await boundToOne({ faults: { delayMs: 10, loss: 0.05 } });
  await scene.exchange(() => {
    scene.client.sctp_bindx([at("10.0.1.1")], SCTP_BINDX_ADD_ADDR);
    scene.client.sctp_bindx([at("10.0.0.1")], SCTP_BINDX_REM_ADDR);
    assert.deepEqual(textsOf(scene.client.sctp_getladdrs()), ["10.0.1.1"]);
  });
  assert.deepEqual(scene.addresses, [["10.0.1.1"], ["10.0.1.1"]]);
});

test("RFC 6458 §9.1: sctp_bindx is atomic, and leaves at least one address", async () => {
  const scene = await boundToOne();
  const { client } = scene;
  const taken = oneToMany(scene.clientProvider);
  taken.bind(at("10.0.2.1", 4000));
  const add = (...addresses: string[]) =>
    client.sctp_bindx(
      addresses.map((address) => at(address)),
      SCTP_BINDX_ADD_ADDR,
    );
  assert.throws(() => add("10.0.1.1", "10.0.2.1"), { code: "EADDRINUSE" });
  assert.throws(() => add("10.0.1.1", "10.0.9.9"), { code: "EADDRNOTAVAIL" });
  const remove = (...addresses: string[]) =>
    client.sctp_bindx(
      addresses.map((address) => at(address)),
      SCTP_BINDX_REM_ADDR,
    );
  assert.throws(() => remove("10.0.0.1"), { code: "EINVAL" });
  assert.throws(() => remove("10.0.0.1", "10.0.1.1"), { code: "EINVAL" });
  await scene.quiet();
  assert.deepEqual(scene.addresses, [["10.0.0.1"], ["10.0.0.1"]]);
  assert.deepEqual(scene.told(), []);
});

test("RFC 6458 §9.1: a peer without RFC 5061 keeps its association, beside others that change", async () => {
  const scene = await boundToOne({}, { addressReconfiguration: false });
  const { client, world } = scene;
  const add = (): void => client.sctp_bindx([at("10.0.1.1")], SCTP_BINDX_ADD_ADDR);
  assert.throws(add, { code: "EOPNOTSUPP", syscall: "sctp_bindx" });
  const able = oneToMany(world.provider("10.0.0.3"));
  able.bind(at("10.0.0.3", PORT));
  able.listen();
  const { assoc_id } = await world.until(client.sctp_sendv(bytesOf("x"), { to: at("10.0.0.3", PORT) }));
  await scene.quiet();
  await scene.exchange(add);
  assert.deepEqual(scene.addresses, [["10.0.0.1"], ["10.0.0.1"]]);
  assert.deepEqual(textsOf(client.sctp_getladdrs(assoc_id)), ["10.0.0.1", "10.0.1.1"]);
  await scene.exchange(() => client.sctp_bindx([at("10.0.0.1")], SCTP_BINDX_REM_ADDR));
  assert.deepEqual(scene.addresses, [["10.0.0.1"], ["10.0.0.1"]]);
  assert.deepEqual(textsOf(client.sctp_getladdrs(assoc_id)), ["10.0.1.1"]);
  assert.deepEqual(textsOf(client.sctp_getladdrs()), ["10.0.1.1"], "associations to come have what is bound");
});

test("RFC 6458 §9.1: an accepted socket changes its association's addresses, and nobody else's", async () => {
  const world = new World();
  const listener = oneToOne(world.provider(["10.0.0.2", "10.0.1.2"]));
  listener.bind(SERVER);
  listener.listen();
  const clients = [1, 2].map((host) => oneToOne(world.provider(`10.0.3.${host}`)));
  const accepted: SctpSocket[] = [];
  for (const client of clients) {
    const accepting = listener.accept();
    // oxlint-disable-next-line no-await-in-loop -- in their order
    await world.until(client.connect(SERVER));
    // oxlint-disable-next-line no-await-in-loop
    accepted.push((await world.until(accepting)).socket);
  }
  accepted[0]!.sctp_bindx([at("10.0.1.2")], SCTP_BINDX_ADD_ADDR);
  await world.clock.advanceBy(QUIET_MS);
  const both = ["10.0.0.2", "10.0.1.2"];
  assert.deepEqual(textsOf(accepted[0]!.sctp_getladdrs()), both);
  assert.deepEqual(
    clients.map((client) => textsOf(client.sctp_getpaddrs())),
    [both, ["10.0.0.2"]],
  );
  assert.deepEqual(textsOf(listener.sctp_getladdrs()), ["10.0.0.2"]);
  accepted[0]!.sctp_bindx([at("10.0.0.2")], SCTP_BINDX_REM_ADDR);
  await world.clock.advanceBy(QUIET_MS);
  assert.deepEqual(
    clients.map((client) => textsOf(client.sctp_getpaddrs())),
    [["10.0.1.2"], ["10.0.0.2"]],
  );
  const last = { code: "EINVAL", message: /last address/ };
  assert.throws(() => accepted[0]!.sctp_bindx([at("10.0.1.2")], SCTP_BINDX_REM_ADDR), last);
  await world.until(clients[0]!.send(bytesOf("still here")));
  assert.equal(textOf(await world.until(accepted[0]!.recv())), "still here");
});

test("RFC 5061 §5.3: an address of another family comes, and the peer's addresses of that family with it", async () => {
  const world = new World();
  const server = oneToMany(world.provider(["fd00::2", "10.0.0.2"]), AF_INET6);
  server.sctp_bindx([at6("fd00::2", PORT)], SCTP_BINDX_ADD_ADDR);
  server.listen();
  const client = oneToMany(world.provider(["fd00::1", "10.0.0.1"]), AF_INET6);
  const { assoc_id } = await world.until(
    client.sctp_sendv(bytesOf("x"), { to: { address: "fd00::2", port: PORT } }),
  );
  await world.clock.advanceBy(QUIET_MS);
  drain(server);
  const serverId = 3;
  const both = ["fd00::1", "10.0.0.1"].sort();
  assert.deepEqual(textsOf(server.sctp_getpaddrs(serverId)), ["fd00::1"]);
  for (let round = 0; round < 2; round += 1) {
    server.sctp_bindx([at("10.0.0.2")], SCTP_BINDX_ADD_ADDR);
    // oxlint-disable-next-line no-await-in-loop -- twice, the second time after both have lost them
    await world.clock.advanceBy(10_000);
    assert.deepEqual(textsOf(client.sctp_getpaddrs(assoc_id)), ["fd00::2", "10.0.0.2"]);
    assert.deepEqual(textsOf(server.sctp_getpaddrs(serverId)).sort(), both);
    server.sctp_bindx([at("10.0.0.2")], SCTP_BINDX_REM_ADDR);
    // oxlint-disable-next-line no-await-in-loop
    await world.clock.advanceBy(10_000);
    assert.deepEqual(textsOf(client.sctp_getpaddrs(assoc_id)), ["fd00::2"]);
    assert.deepEqual(textsOf(server.sctp_getpaddrs(serverId)), ["fd00::1"]);
  }
  await world.until(server.sctp_sendv(bytesOf("still here"), { info: { snd_assoc_id: serverId } }));
  assert.equal(textOf((await world.until(client.sctp_recvv())).data), "still here");
});

test("RFC 6458 §9.9: an IPv6 socket without an IPv4 address may try to reach one", async () => {
  const world = new World();
  const server = oneToOne(world.provider("10.0.0.2"));
  server.bind(SERVER);
  server.listen();
  const client = oneToOne(world.provider(["fd00::1", "10.0.0.1"]), AF_INET6);
  client.bind(at6("fd00::1"));
  await world.until(client.connect(SERVER));
  await world.until(client.close());
});

test("RFC 5061 §5.1.1 C4: what changes during the set-up is told when the association is up", async () => {
  const scene = new Scene();
  const { client, world } = scene;
  client.sctp_bindx([at("10.0.0.1", 4000), at("10.0.1.1")], SCTP_BINDX_ADD_ADDR);
  const connecting = client.connect(SERVER);
  await world.clock.advanceBy(1);
  client.sctp_bindx([at("10.0.2.1")], SCTP_BINDX_ADD_ADDR);
  client.sctp_bindx([at("10.0.1.1")], SCTP_BINDX_REM_ADDR);
  await world.until(connecting);
  scene.clientId = 3;
  await scene.quiet();
  assert.deepEqual(textsOf(client.sctp_getladdrs(scene.clientId)), ["10.0.0.1", "10.0.2.1"]);
  const told = scene.told();
  assert.ok(told.includes("added 10.0.2.1") && told.includes("removed 10.0.1.1"), told.join());
});

test("RFC 6458 §9.1: who is accepted with an older INIT ACK comes to have the addresses of now", async () => {
  for (const style of [oneToMany, oneToOne]) {
    const world = new World();
    const server = style(world.provider(["10.0.0.2", "10.0.1.2", "10.0.2.2"]));
    server.sctp_bindx([at("10.0.0.2", PORT), at("10.0.1.2")], SCTP_BINDX_ADD_ADDR);
    server.listen();
    const client = oneToOne(world.provider("10.0.3.1"));
    const connecting = client.connect(SERVER);
    // The INIT ACK has left, and the COOKIE ECHO has not come yet.
    // oxlint-disable-next-line no-await-in-loop -- two worlds, one after the other
    await world.clock.advanceBy(15);
    server.sctp_bindx([at("10.0.2.2")], SCTP_BINDX_ADD_ADDR);
    server.sctp_bindx([at("10.0.1.2")], SCTP_BINDX_REM_ADDR);
    // oxlint-disable-next-line no-await-in-loop
    await world.until(connecting);
    // oxlint-disable-next-line no-await-in-loop
    await world.clock.advanceBy(QUIET_MS);
    assert.deepEqual(textsOf(client.sctp_getpaddrs()), ["10.0.0.2", "10.0.2.2"]);
  }
});

test("RFC 6458 §8.3.1: SCTP_SET_PEER_PRIMARY_ADDR takes an address of the association, and is not read", async () => {
  const scene = await boundToOne();
  const { client, clientId: sspp_assoc_id } = scene;
  const set = (sspp_addr: SctpAddress, id = sspp_assoc_id): void =>
    client.setsockopt(IPPROTO_SCTP, SCTP_SET_PEER_PRIMARY_ADDR, { sspp_assoc_id: id, sspp_addr });
  for (const wrong of [at("10.0.1.1"), at("0.0.0.0"), at("10.0.0.1", 4001)]) {
    assert.throws(() => set(wrong), { code: "EADDRNOTAVAIL", syscall: "setsockopt" });
  }
  assert.throws(() => set(at("10.0.0.1"), sspp_assoc_id + 1), { code: "EINVAL" });
  assert.throws(() => set(at("10.0.0.1"), 0), { code: "EINVAL" });
  set(at("10.0.0.1"));
  set(at("10.0.0.1", 4000));
  const read = (): unknown => client.getsockopt(IPPROTO_SCTP, SCTP_SET_PEER_PRIMARY_ADDR as never);
  assert.throws(read, { code: "EOPNOTSUPP" });
  const unable = await boundToOne({}, { addressReconfiguration: false });
  assert.throws(
    () =>
      unable.client.setsockopt(IPPROTO_SCTP, SCTP_SET_PEER_PRIMARY_ADDR, {
        sspp_assoc_id: unable.clientId,
        sspp_addr: at("10.0.0.1"),
      }),
    { code: "EOPNOTSUPP" },
  );
  const starting = oneToOne(scene.clientProvider);
  starting.bind(at("10.0.0.1", 4001));
  const early = (): void =>
    starting.setsockopt(IPPROTO_SCTP, SCTP_SET_PEER_PRIMARY_ADDR, { sspp_addr: at("10.0.0.1") });
  assert.throws(early, { code: "EINVAL" });
  const connecting = starting.connect(SERVER);
  assert.throws(early, { code: "ENOTCONN" });
  await scene.world.until(connecting);
  early();
});

test("RFC 6458 §8.1.23: SCTP_AUTO_ASCONF is off, and for sockets that are bound to a wildcard", () => {
  const provider = new World().provider("10.0.0.1");
  const read = (socket: SctpSocket): number => socket.getsockopt(IPPROTO_SCTP, SCTP_AUTO_ASCONF);
  const set = (socket: SctpSocket, value: number): void =>
    socket.setsockopt(IPPROTO_SCTP, SCTP_AUTO_ASCONF, value);
  const [unbound, named, wild] = [oneToOne(provider), oneToMany(provider), oneToMany(provider)];
  named.bind(at("10.0.0.1"));
  wild.bind(at("0.0.0.0"));
  for (const socket of [unbound, named, wild]) assert.equal(read(socket), 0);
  for (const socket of [unbound, named]) {
    assert.throws(() => set(socket, 1), { code: "EINVAL", syscall: "setsockopt" });
    set(socket, 0);
  }
  set(wild, 5);
  assert.equal(read(wild), 1);
  set(wild, 0);
  assert.equal(read(wild), 0);
});

test("RFC 6458 §8.1.23: associations follow their host's addresses, without a lost message", async () => {
  const scene = await following();
  const { clientHost } = scene;
  assert.deepEqual(scene.addresses[1], ["10.0.0.1", "10.0.1.1", "10.0.2.1"]);
  await scene.exchange(() => clientHost.removeAddress("10.0.0.1"));
  assert.deepEqual(scene.addresses, [
    ["10.0.1.1", "10.0.2.1"],
    ["10.0.1.1", "10.0.2.1"],
  ]);
  await scene.exchange(() => {
    clientHost.addAddress("10.0.4.1");
    clientHost.removeAddress("10.0.1.1");
    clientHost.removeAddress("10.0.2.1");
  });
  assert.deepEqual(scene.addresses, [["10.0.4.1"], ["10.0.4.1"]]);
  assert.deepEqual(scene.packets.at(-1)?.fate, "delivered");
});

test("RFC 5061 §5.3.2: a host that has lost its only address goes on with the next one", async () => {
  const scene = await following();
  const { clientHost } = scene;
  await scene.exchange(() => {
    for (const address of ["10.0.0.1", "10.0.1.1", "10.0.2.1"]) clientHost.removeAddress(address);
    scene.world.clock.setTimer(scene.world.clock.now() + 3000, () => clientHost.addAddress("10.0.4.1"));
  });
  assert.deepEqual(scene.addresses, [["10.0.4.1"], ["10.0.4.1"]]);
});

test("RFC 6458 §8.1.23: without the option an association keeps its addresses", async () => {
  const scene = await following();
  scene.client.setsockopt(IPPROTO_SCTP, SCTP_AUTO_ASCONF, 0);
  scene.clientHost.addAddress("10.0.4.1");
  scene.clientHost.removeAddress("10.0.2.1");
  await scene.quiet();
  assert.deepEqual(scene.addresses[1], ["10.0.0.1", "10.0.1.1", "10.0.2.1"]);
  const named = await boundToOne();
  named.clientHost.addAddress("10.0.4.1");
  await named.quiet();
  assert.deepEqual(named.addresses[1], ["10.0.0.1"]);
});

test("RFC 6458 §8.1.23: addresses that cannot be reached from the peer are not told of", async () => {
  const scene = await following();
  for (const address of ["127.0.0.1", "169.254.1.1", "fd00::1"]) scene.clientHost.addAddress(address);
  await scene.quiet();
  assert.deepEqual(scene.addresses[1], ["10.0.0.1", "10.0.1.1", "10.0.2.1"]);
});

test("RFC 6458 §8.1.23: accepted and peeled-off sockets follow as the one that they come from", async () => {
  const world = new World();
  const provider = world.provider("10.0.0.2");
  const [one, many] = [oneToOne(provider), oneToMany(provider)];
  for (const [port, socket] of [one, many].entries()) {
    socket.bind(at("0.0.0.0", PORT + port));
    socket.setsockopt(IPPROTO_SCTP, SCTP_AUTO_ASCONF, 1);
    socket.listen();
  }
  const clients = [1, 2].map((host) => oneToOne(world.provider(`10.0.3.${host}`)));
  const accepting = one.accept();
  await world.until(clients[0]!.connect(SERVER));
  await world.until(clients[1]!.connect(at("10.0.0.2", PORT + 1)));
  await world.until(clients[1]!.send(bytesOf("hello")));
  await world.until(many.sctp_recvv());
  const children = [(await world.until(accepting)).socket, many.sctp_peeloff(3)];
  for (const child of children) assert.equal(child.getsockopt(IPPROTO_SCTP, SCTP_AUTO_ASCONF), 1);
  await world.until(Promise.all([one.close(), many.close()]));
  (provider.lowerLayer as MemoryHost).addAddress("10.0.4.2");
  await world.clock.advanceBy(QUIET_MS);
  for (const client of clients) assert.deepEqual(textsOf(client.sctp_getpaddrs()), ["10.0.0.2", "10.0.4.2"]);
  children[0]!.setsockopt(IPPROTO_SCTP, SCTP_AUTO_ASCONF, 0);
  (provider.lowerLayer as MemoryHost).removeAddress("10.0.4.2");
  await world.clock.advanceBy(QUIET_MS);
  assert.deepEqual(
    clients.map((client) => client.sctp_getpaddrs().length),
    [2, 1],
  );
});

test("the lower layer is asked for changes only while a socket wants to know", async () => {
  const scene = new Scene();
  const { lowerLayer } = scene.clientProvider;
  let watching = 0;
  const watch = lowerLayer.watchAddresses!.bind(lowerLayer);
  lowerLayer.watchAddresses = (onChange) => {
    watching += 1;
    const end = watch(onChange);
    return () => {
      watching -= 1;
      end();
    };
  };
  const [first, second] = [oneToMany(scene.clientProvider), oneToMany(scene.clientProvider)];
  for (const socket of [first, second]) socket.bind(at("0.0.0.0"));
  assert.equal(watching, 0);
  for (const socket of [first, second]) socket.setsockopt(IPPROTO_SCTP, SCTP_AUTO_ASCONF, 1);
  assert.equal(watching, 1);
  await scene.world.until(first.close());
  assert.equal(watching, 1);
  await scene.world.until(second.close());
  assert.equal(watching, 0);
  const third = oneToMany(scene.clientProvider);
  third.bind(at("0.0.0.0"));
  third.setsockopt(IPPROTO_SCTP, SCTP_AUTO_ASCONF, 1);
  assert.equal(watching, 1);
  await scene.clientProvider.close();
  assert.equal(watching, 0);
});

/** The addresses that ASCONF chunks of a host speak of. */
function spokenOf(packets: readonly ObservedPacket[], host: readonly string[]): Set<string> {
  const found = new Set<string>();
  for (const { source, bytes } of packets) {
    const packet = parsePacket(bytes);
    if (!host.includes(source.text) || isMalformed(packet)) continue;
    for (const chunk of packet.chunks) {
      if (chunk.kind !== "ASCONF") continue;
      found.add(chunk.address.text);
      for (const parameter of chunk.parameters) if ("address" in parameter) found.add(parameter.address.text);
    }
  }
  return found;
}

test("RFC 6951 §5.7: over UDP a host's addresses are followed by wildcards alone", async () => {
  const scene = await following({ simulatesUdp: true });
  const { clientHost } = scene;
  assert.deepEqual(scene.addresses[1], ["10.0.0.1"], "it begins with one address");
  await scene.exchange(() => clientHost.addAddress("10.0.4.1"));
  assert.deepEqual(scene.addresses[1], ["10.0.0.1", "10.0.4.1"]);
  await scene.exchange(() => clientHost.removeAddress("10.0.0.1"));
  assert.deepEqual(scene.addresses, [["10.0.4.1"], ["10.0.4.1"]]);
  assert.deepEqual([...spokenOf(scene.packets, ["10.0.0.1", "10.0.4.1"])], ["0.0.0.0"]);
});

test("RFC 6951 §5.7: over UDP a host that has lost its only address goes on with the next one, or with the same", async () => {
  for (const next of ["10.0.4.1", "10.0.0.1"]) {
    // oxlint-disable no-await-in-loop -- two worlds, one after the other
    const scene = await following({ simulatesUdp: true });
    const { clientHost, world } = scene;
    for (const unused of ["10.0.1.1", "10.0.2.1"]) clientHost.removeAddress(unused);
    await scene.exchange(() => {
      clientHost.removeAddress("10.0.0.1");
      world.clock.setTimer(world.clock.now() + 3000, () => clientHost.addAddress(next));
    });
    // oxlint-enable no-await-in-loop
    assert.deepEqual(scene.addresses, [[next], [next]]);
    assert.deepEqual(
      [...spokenOf(scene.packets, ["10.0.0.1", next])],
      next === "10.0.0.1" ? [] : ["0.0.0.0"],
    );
  }
});

test("RFC 6951 §5.7: over UDP an address of a family that no peer has is refused, and not kept for later", async () => {
  for (const simulatesUdp of [true, false]) {
    const world = new World({ simulatesUdp });
    const server = oneToMany(world.provider(SERVER.address));
    server.bind(SERVER);
    server.listen();
    const client = oneToMany(world.provider(["10.0.0.1", "fd00::1"]), AF_INET6);
    client.sctp_bindx([at("10.0.0.1", 4000)], SCTP_BINDX_ADD_ADDR);
    // oxlint-disable-next-line no-await-in-loop -- two worlds, one after the other
    await world.until(client.sctp_sendv(bytesOf("x"), { to: SERVER }));
    // oxlint-disable-next-line no-await-in-loop
    await world.clock.advanceBy(QUIET_MS);
    const add = (): void => client.sctp_bindx([at6("fd00::1")], SCTP_BINDX_ADD_ADDR);
    if (simulatesUdp) assert.throws(add, { code: "EOPNOTSUPP", syscall: "sctp_bindx" });
    else add();
    const bound = textsOf(client.sctp_getladdrs());
    assert.deepEqual(bound, simulatesUdp ? ["10.0.0.1"] : ["10.0.0.1", "fd00::1"]);
  }
});

test("RFC 6951 §5.7: sctp_bindx over UDP speaks of wildcards alone", async () => {
  const scene = await boundToOne({ simulatesUdp: true });
  await scene.exchange(() => scene.client.sctp_bindx([at("10.0.1.1")], SCTP_BINDX_ADD_ADDR));
  assert.deepEqual(scene.addresses[1], ["10.0.0.1", "10.0.1.1"]);
  await scene.exchange(() => scene.client.sctp_bindx([at("10.0.0.1")], SCTP_BINDX_REM_ADDR));
  assert.deepEqual(scene.addresses[1], ["10.0.1.1"]);
  assert.deepEqual([...spokenOf(scene.packets, ["10.0.0.1", "10.0.1.1"])], ["0.0.0.0"]);
});
