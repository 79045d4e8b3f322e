import assert from "node:assert/strict";
import {
  AF_INET6,
  IPPROTO_SCTP,
  SCTP_ACTIVE,
  SCTP_ADDR_MADE_PRIM,
  SCTP_ADDR_OVER,
  SCTP_ASSOCINFO,
  SCTP_BINDX_ADD_ADDR,
  SCTP_BINDX_REM_ADDR,
  SCTP_DEFAULT_SNDINFO,
  SCTP_GET_PEER_ADDR_INFO,
  SCTP_I_WANT_MAPPED_V4_ADDR,
  SCTP_PEER_ADDR_CHANGE,
  SCTP_PRIMARY_ADDR,
  SCTP_RECVRCVINFO,
  SCTP_SENDALL,
  SCTP_STATUS,
  type SctpAddress,
  type SctpSocket,
  type sctp_rcvinfo,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  type SocketType,
} from "../../src/index.js";
import { bytesOf, type Contract, drain, subscribe, textOf, type World } from "./world.js";

/** A server with an IPv6 and an IPv4 address, and a client that has a path to each. */
export interface TwoPaths {
  readonly client: SctpSocket;
  readonly server: SctpSocket;
  readonly to6: SctpAddress;
  readonly to4: SctpAddress;
  /** 0 on one-to-one sockets. */
  readonly clientId: number;
  readonly serverId: number;
}

/** How {@link twoPaths} makes its sockets. */
export interface TwoPathsOptions {
  readonly type?: SocketType;
  readonly prepareServer?: (socket: SctpSocket) => void;
  readonly prepareClient?: (socket: SctpSocket) => void;
}

/** A listening socket with both addresses of the server, in the order IPv6, IPv4. */
function listenOnBoth(
  world: World,
  address6: string,
  type: SocketType,
  prepare?: (socket: SctpSocket) => void,
): { socket: SctpSocket; to6: SctpAddress; to4: SctpAddress } {
  const socket = world.socket(world.server, type, AF_INET6);
  prepare?.(socket);
  const both = [address6, world.server.address].map((address) => ({ address, port: 0 }));
  socket.sctp_bindx(both, SCTP_BINDX_ADD_ADDR);
  socket.listen();
  const { port } = socket.getsockname();
  return {
    socket,
    to6: { address: address6, port, family: "IPv6" },
    to4: { address: world.server.address, port, family: "IPv4" },
  };
}

/**
 * An association with two paths, which the client has connected to by both addresses, so that both are confirmed.
 *
 * @returns `undefined` where the machine has no IPv6
 */
export async function twoPaths(world: World, options: TwoPathsOptions = {}): Promise<TwoPaths | undefined> {
  const { type = SOCK_SEQPACKET, prepareServer, prepareClient } = options;
  const { address6 } = world.server;
  if (address6 === undefined) return undefined;
  const { socket: listener, to6, to4 } = listenOnBoth(world, address6, type, prepareServer);
  const client = world.socket(world.client, type, AF_INET6);
  prepareClient?.(client);
  if (type === SOCK_STREAM) {
    const accepting = listener.accept();
    await world.until(client.sctp_connectx([to6, to4]));
    const { socket } = await world.until(accepting);
    return { client, server: world.keep(socket), to6, to4, clientId: 0, serverId: 0 };
  }
  const clientId = await world.until(client.sctp_connectx([to6, to4]));
  await world.until(client.sctp_sendv(bytesOf("first"), { info: { snd_assoc_id: clientId } }));
  const { address } = await world.message(listener);
  const answer = listener.sctp_sendv(bytesOf("second"), { to: address as SctpAddress });
  const { assoc_id: serverId } = await world.until(answer);
  await world.message(client);
  return { client, server: listener, to6, to4, clientId, serverId };
}

/** What {@link listenerWithoutIpv6} makes. */
export interface SmallerListener {
  readonly listener: SctpSocket;
  readonly first: SctpSocket;
  readonly accepted: SctpSocket;
  /** The addresses that it had: IPv4, IPv6. */
  readonly both: readonly [to4: SctpAddress, to6: SctpAddress];
  readonly connect: (...to: SctpAddress[]) => Promise<{ client: SctpSocket; accepted: SctpSocket }>;
}

/** A one-to-one listener that had an IPv6 and an IPv4 address when it accepted, and has lost the first since. */
export async function listenerWithoutIpv6(world: World): Promise<SmallerListener | undefined> {
  const { address6 } = world.server;
  if (address6 === undefined) return undefined;
  const { socket: listener, to6, to4 } = listenOnBoth(world, address6, SOCK_STREAM);
  const connect: SmallerListener["connect"] = async (...to) => {
    const client = world.socket(world.client, SOCK_STREAM, AF_INET6);
    const accepting = listener.accept();
    await world.until(client.sctp_connectx(to));
    return { client, accepted: world.keep((await world.until(accepting)).socket) };
  };
  const { client: first, accepted } = await connect(to4, to6);
  await world.until(first.send(bytesOf("hello")));
  await world.message(accepted);
  listener.sctp_bindx([to6], SCTP_BINDX_REM_ADDR);
  return { listener, first, accepted, both: [to4, to6], connect };
}

/** The families of the sources of the next messages, with their texts. */
async function sources(world: World, server: SctpSocket, count: number): Promise<string[]> {
  const found: string[] = [];
  for (let index = 0; index < count; index += 1) {
    // oxlint-disable-next-line no-await-in-loop -- in their order
    const { data, address } = await world.message(server);
    found.push(`${textOf(data)} from ${address?.family}`);
  }
  return found;
}

function texts(addresses: readonly SctpAddress[]): string[] {
  return addresses.map(({ address }) => address).sort();
}

/** Associations with several addresses. */
export function multihoming(contract: Contract): void {
  contract("RFC 6458 §9.3, §9.5, §9.9: an association by several addresses", async (world) => {
    const scene = await twoPaths(world);
    if (scene === undefined) return;
    const { client, server, to6, to4, clientId, serverId } = scene;
    assert.deepEqual(client.sctp_getpaddrs(clientId), [to6, to4]);
    assert.deepEqual(server.sctp_getladdrs(serverId), [to6, to4]);
    assert.deepEqual(server.sctp_getladdrs(0), [to6, to4]);
    assert.deepEqual(texts(server.sctp_getpaddrs(serverId)), texts(client.sctp_getladdrs(clientId)));
    assert.equal(server.sctp_getpaddrs(serverId).length, 2);
    const info = client.getsockopt(IPPROTO_SCTP, SCTP_ASSOCINFO, { sasoc_assoc_id: clientId });
    assert.equal(info.sasoc_number_peer_destinations, 2);
    for (const spinfo_address of [to6, to4]) {
      const path = client.getsockopt(IPPROTO_SCTP, SCTP_GET_PEER_ADDR_INFO, { spinfo_address });
      assert.deepEqual([path.spinfo_assoc_id, path.spinfo_state], [clientId, SCTP_ACTIVE]);
      assert.deepEqual(path.spinfo_address, spinfo_address);
    }
  });

  contract("RFC 6458 §8.1.9: SCTP_PRIMARY_ADDR says where messages go", async (world) => {
    const scene = await twoPaths(world, {
      prepareClient: (socket) => subscribe(socket, SCTP_PEER_ADDR_CHANGE),
    });
    if (scene === undefined) return;
    const { client, server, to6, to4, clientId: ssp_assoc_id } = scene;
    drain(client);
    const read = (): SctpAddress =>
      client.getsockopt(IPPROTO_SCTP, SCTP_PRIMARY_ADDR, { ssp_assoc_id }).ssp_addr;
    assert.deepEqual(read(), to6);
    client.setsockopt(IPPROTO_SCTP, SCTP_PRIMARY_ADDR, { ssp_assoc_id, ssp_addr: to4 });
    assert.deepEqual(read(), to4);
    assert.deepEqual(client.sctp_opt_info(ssp_assoc_id, SCTP_PRIMARY_ADDR), { ssp_assoc_id, ssp_addr: to4 });
    assert.deepEqual(client.sctp_opt_info(ssp_assoc_id, SCTP_STATUS).sstat_primary.spinfo_address, to4);
    await world.until(client.sctp_sendv(bytesOf("a"), { to: to6 }));
    assert.deepEqual(await sources(world, server, 1), ["a from IPv4"]);
    client.setsockopt(IPPROTO_SCTP, SCTP_PRIMARY_ADDR, { ssp_assoc_id, ssp_addr: to6 });
    await world.until(client.sctp_sendv(bytesOf("b"), { to: to4 }));
    assert.deepEqual(await sources(world, server, 1), ["b from IPv6"]);
    client.setsockopt(IPPROTO_SCTP, SCTP_PRIMARY_ADDR, { ssp_assoc_id, ssp_addr: to6 });
    await world.quiet();
    // RFC 6458 §6.1.2: whenever an address is made primary; one that is so already is not.
    const told = drain(client).map(({ notification }) => notification);
    const event = {
      sn_type: SCTP_PEER_ADDR_CHANGE,
      spc_flags: 0,
      spc_state: SCTP_ADDR_MADE_PRIM,
      spc_error: 0,
      spc_assoc_id: ssp_assoc_id,
    };
    assert.deepEqual(told, [
      { ...event, spc_aaddr: to4 },
      { ...event, spc_aaddr: to6 },
    ]);
    client.setsockopt(IPPROTO_SCTP, SCTP_I_WANT_MAPPED_V4_ADDR, 1);
    const mapped = { address: `::ffff:${to4.address}`, port: to4.port };
    client.setsockopt(IPPROTO_SCTP, SCTP_PRIMARY_ADDR, { ssp_assoc_id, ssp_addr: mapped });
    assert.deepEqual(read(), { ...mapped, family: "IPv6" });
  });

  contract(
    "RFC 6458 §8.1.9: SCTP_PRIMARY_ADDR takes one address of the association's peer",
    async (world) => {
      const { client, clientId, to } = await world.connectMany();
      const set = (ssp_assoc_id: number, ssp_addr: unknown): void =>
        client.setsockopt(IPPROTO_SCTP, SCTP_PRIMARY_ADDR, {
          ssp_assoc_id,
          ssp_addr: ssp_addr as SctpAddress,
        });
      for (const id of [0, 1, 2, 999]) {
        assert.throws(() => set(id, to), { code: "EINVAL", syscall: "setsockopt" });
        assert.throws(() => client.getsockopt(IPPROTO_SCTP, SCTP_PRIMARY_ADDR, { ssp_assoc_id: id }), {
          code: "EINVAL",
        });
      }
      assert.throws(() => set(clientId, { ...to, address: "192.0.2.77" }), { code: "EINVAL" });
      assert.throws(() => set(clientId, { ...to, port: to.port ^ 1 }), { code: "EINVAL" });
      assert.throws(() => set(clientId, { address: "0.0.0.0", port: 0 }), { code: /ERR_SCTP_/ });
      assert.throws(() => set(clientId, undefined), { code: "ERR_SCTP_INVALID_ARG_TYPE" });
      assert.throws(() => set(clientId, "::1"), { code: "ERR_SCTP_INVALID_ARG_TYPE" });
      set(clientId, to);
      assert.deepEqual(client.sctp_opt_info(clientId, SCTP_PRIMARY_ADDR).ssp_addr, to);
      const one = world.oneToOne();
      assert.throws(() => one.getsockopt(IPPROTO_SCTP, SCTP_PRIMARY_ADDR), { code: "EINVAL" });
      assert.throws(() => one.setsockopt(IPPROTO_SCTP, SCTP_PRIMARY_ADDR, { ssp_addr: to }), {
        code: "EINVAL",
      });
    },
  );

  contract("RFC 6458 §5.3.4: SCTP_ADDR_OVER sends to the address of the call", async (world) => {
    const scene = await twoPaths(world);
    if (scene === undefined) return;
    const { client, server, to6, to4, clientId } = scene;
    const over = { snd_flags: SCTP_ADDR_OVER };
    await world.until(client.sctp_sendv(bytesOf("a"), { to: to4, info: over }));
    await world.until(client.sctp_sendv(bytesOf("b"), { to: to4 }));
    await world.until(
      client.sctp_sendv(bytesOf("c"), { to: to4, info: { ...over, snd_assoc_id: clientId } }),
    );
    await world.until(client.sctp_sendv(bytesOf("d"), { to: to6, info: over }));
    assert.equal(
      client.nonblocking.sendMany([
        { data: bytesOf("e"), to: to4, info: over },
        { data: bytesOf("f"), to: to6 },
      ]),
      2,
    );
    assert.deepEqual(await sources(world, server, 6), [
      "a from IPv4",
      "b from IPv6",
      "c from IPv4",
      "d from IPv6",
      "e from IPv4",
      "f from IPv6",
    ]);
    assert.deepEqual(client.sctp_opt_info(clientId, SCTP_PRIMARY_ADDR).ssp_addr, to6, "as it was");
    const elsewhere = { address: "192.0.2.77", port: to4.port };
    const info = { ...over, snd_assoc_id: clientId };
    assert.throws(() => client.nonblocking.sctp_sendv(bytesOf("x"), { to: elsewhere, info }), {
      code: "EINVAL",
      syscall: "sendmsg",
    });
    assert.throws(() => client.nonblocking.sctp_sendv(bytesOf("x"), { info }), { code: "EINVAL" });
    assert.throws(() => client.nonblocking.sctp_sendv(bytesOf("x"), { to: [to4, to6], info: over }), {
      code: "EINVAL",
    });
    const all = { snd_flags: SCTP_ADDR_OVER | SCTP_SENDALL };
    await world.until(client.sctp_sendv(bytesOf("to all"), { info: all }));
    assert.deepEqual(await sources(world, server, 1), ["to all from IPv6"]);
  });

  contract("RFC 6458 §4.1.8: on one-to-one sockets an address is the preferred one", async (world) => {
    const scene = await twoPaths(world, { type: SOCK_STREAM });
    if (scene === undefined) return;
    const { client, server, to6, to4 } = scene;
    await world.until(client.sctp_sendv(bytesOf("a"), { to: to4 }));
    await world.until(client.sctp_sendv(bytesOf("b")));
    await world.until(client.sctp_sendv(bytesOf("c"), { to: to6 }));
    await world.until(client.sctp_sendv(bytesOf("d"), { to: to4, info: { snd_flags: SCTP_ADDR_OVER } }));
    await world.until(client.sctp_sendv(bytesOf("e"), { info: { snd_flags: SCTP_ADDR_OVER } }));
    assert.deepEqual(await sources(world, server, 5), [
      "a from IPv4",
      "b from IPv6",
      "c from IPv6",
      "d from IPv4",
      "e from IPv6",
    ]);
    assert.deepEqual(client.getpeername(), to6);
    client.setsockopt(IPPROTO_SCTP, SCTP_PRIMARY_ADDR, { ssp_addr: to4 });
    await world.until(client.sctp_sendv(bytesOf("f")));
    await world.until(client.sctp_sendv(bytesOf("g"), { to: to6 }));
    assert.deepEqual(await sources(world, server, 2), ["f from IPv4", "g from IPv6"]);
  });

  contract("RFC 6458 §4.1.8, §9.2: a peeled-off socket prefers an address too", async (world) => {
    const scene = await twoPaths(world, {
      prepareServer: (socket) => socket.setsockopt(IPPROTO_SCTP, SCTP_RECVRCVINFO, 1),
    });
    if (scene === undefined) return;
    const { client, server, to6, to4, clientId } = scene;
    client.setsockopt(IPPROTO_SCTP, SCTP_DEFAULT_SNDINFO, { snd_assoc_id: clientId, snd_sid: 3 });
    const peeled = world.keep(client.sctp_peeloff(clientId));
    assert.deepEqual(peeled.sctp_getpaddrs(), [to6, to4]);
    await world.until(peeled.sctp_sendv(bytesOf("a"), { to: to4 }));
    const { info, address } = await world.message(server);
    assert.deepEqual([address?.family, (info as sctp_rcvinfo).rcv_sid], ["IPv4", 3]);
    await world.until(peeled.send(bytesOf("b")));
    assert.deepEqual(await sources(world, server, 1), ["b from IPv6"]);
  });

  contract(
    "RFC 6458 §9.1: who listens takes an address from associations, also from those to come",
    async (world) => {
      const scene = await twoPaths(world);
      if (scene === undefined) return;
      const { client, server, to6, to4, clientId, serverId } = scene;
      server.sctp_bindx([to4], SCTP_BINDX_REM_ADDR);
      assert.deepEqual(server.sctp_getladdrs(0), [to6]);
      await world.quiet();
      assert.deepEqual(server.sctp_getladdrs(serverId), [to6]);
      assert.deepEqual(client.sctp_getpaddrs(clientId), [to6]);
      await world.until(client.sctp_sendv(bytesOf("as before"), { info: { snd_assoc_id: clientId } }));
      assert.deepEqual(await sources(world, server, 1), ["as before from IPv6"]);
      const later = world.socket(world.anotherClient(), SOCK_SEQPACKET, AF_INET6);
      const laterId = await world.until(later.sctp_connectx([to6]));
      assert.deepEqual(later.sctp_getpaddrs(laterId), [to6]);
    },
  );

  contract("RFC 6458 §9.1: the addresses of a one-to-one listener are its own", async (world) => {
    const scene = await listenerWithoutIpv6(world);
    if (scene === undefined) return;
    const { listener, first, accepted, both, connect } = scene;
    const [to4, to6] = both;
    assert.deepEqual(listener.sctp_getladdrs(), [to4]);
    assert.deepEqual(texts(accepted.sctp_getladdrs()), texts(both), "as when it began");
    const { client: second } = await connect(to4);
    assert.deepEqual(second.sctp_getpaddrs(), [to4]);
    assert.deepEqual(texts(first.sctp_getpaddrs()), texts(both));
    await world.until(first.sctp_sendv(bytesOf("still there"), { to: to6 }));
    assert.deepEqual(await sources(world, accepted, 1), ["still there from IPv6"]);
    accepted.sctp_bindx([to6], SCTP_BINDX_REM_ADDR);
    await world.quiet();
    assert.deepEqual(texts(accepted.sctp_getladdrs()), texts([to4]));
    assert.deepEqual(first.sctp_getpaddrs(), [to4]);
  });

  contract("RFC 6458 §9.1: a one-to-one listener that has accepted gets another address", async (world) => {
    const scene = await listenerWithoutIpv6(world);
    if (scene === undefined) return;
    const { listener, both, connect } = scene;
    const [, to6] = both;
    listener.sctp_bindx([to6], SCTP_BINDX_ADD_ADDR);
    const { client } = await connect(to6);
    assert.deepEqual(texts(client.sctp_getpaddrs()), texts(both));
  });
}
