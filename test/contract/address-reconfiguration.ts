import assert from "node:assert/strict";
import {
  IPPROTO_SCTP,
  SCTP_ADDR_ADDED,
  SCTP_ADDR_CONFIRMED,
  SCTP_ADDR_MADE_PRIM,
  SCTP_ADDR_REMOVED,
  SCTP_AUTO_ASCONF,
  SCTP_BINDX_ADD_ADDR,
  SCTP_BINDX_REM_ADDR,
  SCTP_PEER_ADDR_CHANGE,
  SCTP_PRIMARY_ADDR,
  SCTP_SET_PEER_PRIMARY_ADDR,
  type SctpAddress,
  type SctpSocket,
  SOCK_SEQPACKET,
} from "../../src/index.js";
import { bytesOf, type Contract, drain, type ManyPair, subscribe, type World } from "./world.js";

/** A pair of one-to-many sockets, of which the server is told of the client's addresses, and another one of those. */
interface Scene extends ManyPair {
  /** What the client is bound to. */
  readonly first: SctpAddress;
  /** An address that its host has as well. */
  readonly second: SctpAddress;
}

async function connect(world: World): Promise<Scene> {
  const pair = await world.connectMany({
    prepare: (socket) => subscribe(socket, SCTP_PEER_ADDR_CHANGE),
    prepareClient: (socket) => socket.bind({ address: world.anotherAddress(world.client), port: 0 }),
  });
  const first = pair.client.getsockname();
  const second = { ...first, address: world.anotherAddress(world.client) };
  drain(pair.server);
  return { ...pair, first, second };
}

/** Waits until a socket is told that something has happened to an address of its peer. */
async function toldOf(
  world: World,
  socket: SctpSocket,
  state: number,
  { address }: SctpAddress,
): Promise<void> {
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    const { spc_state, spc_aaddr } = await world.event(socket, SCTP_PEER_ADDR_CHANGE);
    if (spc_state === state && spc_aaddr.address === address) return;
  }
}

/** Sends a message each way. */
async function greet(world: World, { client, server, clientId, serverId }: Scene): Promise<void> {
  await world.until(client.sctp_sendv(bytesOf("to the server"), { info: { snd_assoc_id: clientId } }));
  assert.equal(await world.text(server), "to the server");
  await world.until(server.sctp_sendv(bytesOf("to the client"), { info: { snd_assoc_id: serverId } }));
  assert.equal(await world.text(client), "to the client");
}

/** Addresses that change while associations live (RFC 5061). */
export function addressReconfiguration(contract: Contract): void {
  contract("RFC 6458 §9.1, §9.5: sctp_bindx moves a live association to another address", async (world) => {
    const scene = await connect(world);
    const { client, server, clientId, serverId, first, second } = scene;
    client.sctp_bindx([second], SCTP_BINDX_ADD_ADDR);
    await toldOf(world, server, SCTP_ADDR_ADDED, second);
    await world.quiet();
    assert.deepEqual(client.sctp_getladdrs(clientId), [first, second]);
    assert.deepEqual(client.sctp_getladdrs(), [first, second]);
    assert.deepEqual(server.sctp_getpaddrs(serverId), [first, second]);
    await greet(world, scene);
    client.sctp_bindx([first], SCTP_BINDX_REM_ADDR);
    await toldOf(world, server, SCTP_ADDR_REMOVED, first);
    await world.quiet();
    assert.deepEqual(client.sctp_getladdrs(clientId), [second]);
    assert.deepEqual(server.sctp_getpaddrs(serverId), [second]);
    await greet(world, scene);
    assert.throws(() => client.sctp_bindx([second], SCTP_BINDX_REM_ADDR), { code: "EINVAL" });
  });

  contract(
    "RFC 6458 §6.1.2, §8.3.1: SCTP_ADDR_ADDED, SCTP_ADDR_CONFIRMED, SCTP_ADDR_MADE_PRIM, SCTP_ADDR_REMOVED",
    async (world) => {
      const scene = await connect(world);
      const { client, server, clientId, serverId, first, second } = scene;
      client.sctp_bindx([second], SCTP_BINDX_ADD_ADDR);
      await toldOf(world, server, SCTP_ADDR_ADDED, second);
      await toldOf(world, server, SCTP_ADDR_CONFIRMED, second);
      const ask = ({ address }: SctpAddress, port: number): void =>
        client.setsockopt(IPPROTO_SCTP, SCTP_SET_PEER_PRIMARY_ADDR, {
          sspp_assoc_id: clientId,
          sspp_addr: { address, port },
        });
      const primary = (): SctpAddress => server.sctp_opt_info(serverId, SCTP_PRIMARY_ADDR).ssp_addr;
      assert.deepEqual(primary(), first);
      await world.quiet();
      ask(second, second.port);
      await toldOf(world, server, SCTP_ADDR_MADE_PRIM, second);
      assert.deepEqual(primary(), second);
      await greet(world, scene);
      ask(first, 0);
      await toldOf(world, server, SCTP_ADDR_MADE_PRIM, first);
      client.sctp_bindx([second], SCTP_BINDX_REM_ADDR);
      await toldOf(world, server, SCTP_ADDR_REMOVED, second);
      assert.deepEqual(primary(), first);
      assert.throws(() => ask(second, 0), { code: "EADDRNOTAVAIL", syscall: "setsockopt" });
    },
  );

  contract("RFC 6458 §9.1: an accepted socket's addresses are its own", async (world) => {
    const { client, server, listener, to } = await world.connect();
    const other = await world.connect();
    const second = { ...to, address: world.anotherAddress(world.server) };
    subscribe(client, SCTP_PEER_ADDR_CHANGE);
    server.sctp_bindx([{ address: second.address, port: 0 }], SCTP_BINDX_ADD_ADDR);
    await toldOf(world, client, SCTP_ADDR_ADDED, second);
    await world.quiet();
    assert.deepEqual(client.sctp_getpaddrs(), [to, second]);
    assert.deepEqual(server.sctp_getladdrs(), [to, second]);
    assert.deepEqual(listener.sctp_getladdrs(), [to]);
    assert.equal(other.client.sctp_getpaddrs().length, 1);
    await world.until(client.send(bytesOf("x")));
    assert.equal(await world.text(server), "x");
  });

  contract("RFC 6458 §9.1: the ports of a bound socket are its own or 0", async (world) => {
    const { client, first, second } = await connect(world);
    const third = { ...first, address: world.anotherAddress(world.client) };
    const ports = (one: number, other: number): void =>
      client.sctp_bindx(
        [
          { ...second, port: one },
          { ...third, port: other },
        ],
        SCTP_BINDX_ADD_ADDR,
      );
    const wrong = first.port ^ 1;
    const pairs: [number, number][] = [
      [0, wrong],
      [wrong, 0],
      [first.port, wrong],
      [wrong, wrong],
    ];
    for (const [one, other] of pairs) {
      assert.throws(() => ports(one, other), { code: "EINVAL", syscall: "sctp_bindx" });
    }
    ports(0, first.port);
    assert.deepEqual(client.sctp_getladdrs(), [first, second, third]);
    const unbound = world.oneToMany();
    const mixed = [
      { address: second.address, port: 0 },
      { address: third.address, port: first.port },
    ];
    assert.throws(() => unbound.sctp_bindx(mixed, SCTP_BINDX_ADD_ADDR), { code: "EINVAL" });
  });

  contract(
    "RFC 6458 §8.1.23: SCTP_AUTO_ASCONF goes on with accepted and peeled-off sockets",
    async (world) => {
      const read = (socket: SctpSocket): number => socket.getsockopt(IPPROTO_SCTP, SCTP_AUTO_ASCONF);
      const one = world.oneToOne(world.server);
      const many = world.socket(world.server, SOCK_SEQPACKET);
      for (const socket of [one, many]) {
        socket.bind({ address: "0.0.0.0", port: 0 });
        socket.setsockopt(IPPROTO_SCTP, SCTP_AUTO_ASCONF, 1);
        socket.listen();
      }
      const { address } = world.server;
      const accepting = one.accept();
      await world.until(world.oneToOne().connect({ address, port: one.getsockname().port }));
      const accepted = world.keep((await world.until(accepting)).socket);
      const to = { address, port: many.getsockname().port };
      const client = world.oneToMany();
      await world.until(client.sctp_sendv(bytesOf("x"), { to }));
      const received = await world.message(many);
      const { assoc_id } = await world.until(
        many.sctp_sendv(bytesOf("x"), { to: received.address as SctpAddress }),
      );
      const peeled = world.keep(many.sctp_peeloff(assoc_id));
      for (const socket of [one, many, accepted, peeled]) assert.equal(read(socket), 1);
      accepted.setsockopt(IPPROTO_SCTP, SCTP_AUTO_ASCONF, 0);
      assert.deepEqual([one, many, accepted, peeled].map(read), [1, 1, 0, 1]);
    },
  );
}
