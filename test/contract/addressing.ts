import assert from "node:assert/strict";
import { SocketAddress } from "node:net";
import {
  AF_INET,
  AF_INET6,
  IPPROTO_SCTP,
  SCTP_BINDX_ADD_ADDR,
  SCTP_BINDX_REM_ADDR,
  SCTP_I_WANT_MAPPED_V4_ADDR,
  type SctpAddress,
  SctpSocket,
  SOCK_SEQPACKET,
  SOCK_STREAM,
} from "../../src/index.js";
import { bytesOf, type Contract } from "./world.js";

/** bind, sctp_bindx, the names of both sides, and the forms of addresses. */
export function addressing(contract: Contract): void {
  contract("RFC 6458 §3.1.2, §4.1.2: bind takes a port once, and close gives it back", async (world) => {
    const socket = world.oneToOne(world.server);
    socket.bind({ address: world.server.address, port: 0 });
    const taken = socket.getsockname();
    assert.ok(taken.port > 0);
    assert.throws(() => socket.bind({ address: world.server.address, port: 0 }), {
      code: "EINVAL",
      syscall: "bind",
      message: /bound already/,
    });
    const second = world.oneToOne(world.server);
    assert.throws(() => second.bind(taken), {
      code: "EADDRINUSE",
      syscall: "bind",
      address: taken.address,
      port: taken.port,
    });
    assert.throws(() => second.bind({ address: "0.0.0.0", port: taken.port }), { code: "EADDRINUSE" });
    await world.until(socket.close());
    second.bind(taken);
    assert.deepEqual(second.getsockname(), taken);
  });

  contract(
    "RFC 6458 §3.1.2: bind takes only an address of this host and of the socket's family",
    async (world) => {
      const socket = world.oneToOne(world.server);
      assert.throws(() => socket.bind({ address: "192.0.2.77", port: 0 }), { code: "EADDRNOTAVAIL" });
      assert.throws(() => socket.bind({ address: "::1", port: 0 }), {
        code: "ERR_SCTP_INVALID_ADDRESS",
        name: "TypeError",
      });
      assert.throws(() => socket.bind({ address: "localhost", port: 0 }), {
        code: "ERR_SCTP_INVALID_ADDRESS",
      });
      assert.throws(() => socket.bind({ address: world.server.address, port: 65_536 }), {
        code: "ERR_SCTP_OUT_OF_RANGE",
        name: "RangeError",
        message: /port/,
      });
      assert.throws(() => socket.bind(undefined as never), { code: "ERR_SCTP_INVALID_ARG_TYPE" });
      socket.bind({ address: world.server.address, port: 0 });
    },
  );

  contract("RFC 6458 §7.4: an unbound socket has the wildcard address and no port", async (world) => {
    const socket = world.oneToMany();
    assert.deepEqual(socket.getsockname(), { address: "0.0.0.0", port: 0, family: "IPv4" });
    const six = world.socket(world.client, SOCK_STREAM, AF_INET6);
    assert.deepEqual(six.getsockname(), { address: "::", port: 0, family: "IPv6" });
    assert.deepEqual(socket.sctp_getladdrs(), []);
    assert.deepEqual(socket.sctp_getladdrs(0), []);
    assert.throws(() => six.getpeername(), { code: "ENOTCONN", syscall: "getpeername" });
    assert.deepEqual(six.sctp_getpaddrs(), []);
    socket.listen();
    assert.ok(socket.getsockname().port >= 1024, "listen binds to an ephemeral port");
  });

  contract("RFC 6458 §9.3, §9.5: the addresses of an association, on both sides", async (world) => {
    const { client, server, to, clientId, serverId } = await world.connectMany();
    assert.deepEqual(client.sctp_getpaddrs(clientId), [to]);
    assert.deepEqual(server.sctp_getladdrs(serverId), [to]);
    assert.deepEqual(server.sctp_getladdrs(0), [to]);
    const local = client.sctp_getladdrs(clientId);
    assert.deepEqual(local, server.sctp_getpaddrs(serverId));
    assert.deepEqual(
      local.map(({ port }) => port),
      [client.getsockname().port],
    );
    assert.deepEqual(client.sctp_getpaddrs(clientId + 1), [], "there is no such association");
    assert.throws(() => client.getpeername(), { code: "ENOTCONN" });
  });

  contract("RFC 6458 §9.1: sctp_bindx refuses what does not go together", async (world) => {
    const { address } = world.server;
    const socket = world.oneToOne(world.server);
    const invalid = { code: "EINVAL", syscall: "sctp_bindx" };
    const both = SCTP_BINDX_ADD_ADDR | SCTP_BINDX_REM_ADDR;
    assert.throws(() => socket.sctp_bindx([{ address, port: 0 }], both), invalid);
    assert.throws(() => socket.sctp_bindx([{ address, port: 0 }], SCTP_BINDX_REM_ADDR), invalid);
    const twoPorts = [
      { address, port: 6001 },
      { address, port: 6002 },
    ];
    assert.throws(() => socket.sctp_bindx(twoPorts, SCTP_BINDX_ADD_ADDR), invalid);
    const withWildcard = [
      { address, port: 0 },
      { address: "0.0.0.0", port: 0 },
    ];
    assert.throws(() => socket.sctp_bindx(withWildcard, SCTP_BINDX_ADD_ADDR), invalid);
    assert.throws(() => socket.sctp_bindx([], SCTP_BINDX_ADD_ADDR), { code: "ERR_SCTP_INVALID_ARG_VALUE" });
    socket.sctp_bindx([{ address, port: 0 }], SCTP_BINDX_ADD_ADDR);
    const { port } = socket.getsockname();
    assert.throws(() => socket.sctp_bindx([{ address, port }], SCTP_BINDX_REM_ADDR), {
      ...invalid,
      message: /last address/,
    });
    const otherPort = [{ address, port: port ^ 1 }];
    assert.throws(() => socket.sctp_bindx(otherPort, SCTP_BINDX_ADD_ADDR), invalid);
  });

  contract("RFC 6458 §9.1: sctp_bindx adds an address and removes it again", async (world) => {
    const { address, address6 } = world.server;
    if (address6 === undefined) return;
    const socket = world.socket(world.server, SOCK_SEQPACKET, AF_INET6);
    socket.sctp_bindx([{ address: address6, port: 0 }], SCTP_BINDX_ADD_ADDR);
    const { port } = socket.getsockname();
    socket.sctp_bindx([{ address, port: 0 }], SCTP_BINDX_ADD_ADDR);
    assert.deepEqual(
      socket.sctp_getladdrs().map((local) => local.address),
      [address6, address],
    );
    socket.sctp_bindx([{ address: address6, port }], SCTP_BINDX_REM_ADDR);
    assert.deepEqual(socket.sctp_getladdrs(), [{ address, port, family: "IPv4" }]);
    socket.listen();
    await world.until(world.oneToOne().connect({ address, port }));
  });

  contract("RFC 6458 §9.1, §9.9: an address that is named twice is one address", async (world) => {
    const { address } = world.server;
    const server = world.oneToOne(world.server);
    const local = { address, port: 0 };
    server.sctp_bindx([local, local], SCTP_BINDX_ADD_ADDR);
    const to = server.getsockname();
    assert.deepEqual(server.sctp_getladdrs(), [to]);
    server.sctp_bindx([to], SCTP_BINDX_ADD_ADDR);
    assert.throws(() => server.sctp_bindx([to, to], SCTP_BINDX_REM_ADDR), { message: /last address/ });
    server.listen();
    const client = world.oneToOne();
    await world.until(client.sctp_connectx([to, to]));
    assert.deepEqual(client.sctp_getpaddrs(), [to]);
  });

  contract("RFC 6458 §8.1.15: IPv4 addresses in IPv6 form only where that was asked for", async (world) => {
    const server = world.socket(world.server, SOCK_SEQPACKET, AF_INET6);
    server.bind({ address: "::", port: 0 });
    server.listen();
    const to = { address: world.server.address, port: server.getsockname().port };
    const client = world.oneToMany();
    const send = (): Promise<unknown> => client.sctp_sendv(bytesOf("x"), { to });
    await world.until(send());
    const plain = (await world.message(server)).address as SctpAddress;
    assert.deepEqual(plain, {
      address: world.client.address,
      port: client.getsockname().port,
      family: "IPv4",
    });
    server.setsockopt(IPPROTO_SCTP, SCTP_I_WANT_MAPPED_V4_ADDR, 1);
    await world.until(send());
    const mapped = (await world.message(server)).address as SctpAddress;
    assert.deepEqual(mapped, { ...plain, address: `::ffff:${plain.address}`, family: "IPv6" });
    await world.until(server.sctp_sendv(bytesOf("by the mapped one"), { to: mapped }));
    assert.equal(await world.text(client), "by the mapped one");
    server.setsockopt(IPPROTO_SCTP, SCTP_I_WANT_MAPPED_V4_ADDR, 0);
    await world.until(server.sctp_sendv(bytesOf("by the plain one"), { to: plain }));
    assert.equal(await world.text(client), "by the plain one");
  });

  contract("the family of an address is taken in every form, and answered in one", async (world) => {
    const { to } = world.listen();
    const { address, port } = to;
    const forms = [
      { address, port },
      { address, port, family: 4 },
      { address, port, family: "ipv4" },
      { address, port, family: "IPv4" },
      new SocketAddress({ address, port, family: "ipv4" }),
    ] as const;
    for (const form of forms) {
      const client = world.oneToOne();
      // oxlint-disable-next-line no-await-in-loop -- each form by itself
      await world.until(client.connect(form));
      assert.deepEqual(client.getpeername(), to);
    }
    const wrong = { address, port, family: 6 } as const;
    await assert.rejects(world.oneToOne().connect(wrong), { code: "ERR_SCTP_INVALID_ADDRESS" });
  });

  contract("host names are resolved by the resolver, and only where a promise is answered", async (world) => {
    const { socket: server, to } = world.listen({ type: SOCK_SEQPACKET });
    const asked: [string, number][] = [];
    const resolver = (name: string, family: number): Promise<string> => {
      asked.push([name, family]);
      return Promise.resolve(to.address);
    };
    const { provider } = world.client;
    const client = world.keep(new SctpSocket(AF_INET, SOCK_SEQPACKET, { provider, resolver }));
    const named = { address: "server.example", port: to.port };
    await world.until(client.connect(named));
    await world.until(client.sctp_sendv(bytesOf("named"), { to: named }));
    await world.until(client.sendto(bytesOf("numeric"), to));
    assert.equal(await world.text(server), "named");
    assert.deepEqual(asked, [
      ["server.example", 4],
      ["server.example", 4],
    ]);
    assert.throws(() => client.nonblocking.sendto(bytesOf("x"), named), {
      code: "ERR_SCTP_INVALID_ADDRESS",
      message: /numeric/,
    });
    assert.equal(asked.length, 2);
  });

  contract("DESIGN: ephemeral ports are dynamic ones and never sequential", async (world) => {
    const ports = Array.from({ length: 16 }, () => {
      const socket = world.oneToOne();
      socket.bind({ address: world.client.address, port: 0 });
      return socket.getsockname().port;
    });
    assert.equal(new Set(ports).size, ports.length);
    assert.ok(ports.every((port) => port >= 1024));
    const steps = ports.slice(1).map((port, index) => Math.abs(port - (ports[index] as number)));
    assert.ok(steps.filter((step) => step === 1).length < 3, ports.join());
  });
}
