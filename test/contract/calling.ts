import assert from "node:assert/strict";
import {
  AF_INET,
  IPPROTO_SCTP,
  SCTP_INITMSG,
  SctpSocket,
  SHUT_WR,
  SO_DOMAIN,
  SO_PROTOCOL,
  SO_TYPE,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  SOL_SOCKET,
} from "../../src/index.js";
import { bytesOf, type Contract } from "./world.js";

/** What every call has in common: which sockets have it, what it takes, and what it says to a closed socket. */
export function calling(contract: Contract): void {
  contract("a socket tells what it is", async (world) => {
    const one = world.oneToOne();
    const many = world.oneToMany();
    assert.deepEqual([one.sctp_type, many.sctp_type], ["one-to-one", "one-to-many"]);
    assert.equal(one.provider, world.client.provider.name);
    assert.equal(one.getsockopt(SOL_SOCKET, SO_TYPE), SOCK_STREAM);
    assert.equal(many.getsockopt(SOL_SOCKET, SO_TYPE), SOCK_SEQPACKET);
    assert.equal(one.getsockopt(SOL_SOCKET, SO_DOMAIN), AF_INET);
    assert.equal(one.getsockopt(SOL_SOCKET, SO_PROTOCOL), IPPROTO_SCTP);
    assert.ok(one instanceof SctpSocket);
    assert.equal(one.nonblocking, one.nonblocking);
  });

  contract("RFC 6458 §7.1: send, recv and shutdown are not for one-to-many sockets", async (world) => {
    const { client } = await world.connectMany();
    await assert.rejects(client.send(bytesOf("x")), { code: "EOPNOTSUPP" });
    await assert.rejects(client.recv(), { code: "EOPNOTSUPP" });
    assert.throws(() => client.nonblocking.send(bytesOf("x")), { code: "EOPNOTSUPP" });
    assert.throws(() => client.nonblocking.recv(), { code: "EOPNOTSUPP" });
    assert.throws(() => client.shutdown(SHUT_WR), { code: "EOPNOTSUPP" });
  });

  contract("what is no socket cannot be made", async (world) => {
    const { provider } = world.client;
    const make = (family: unknown, type: unknown): SctpSocket =>
      new SctpSocket(family as typeof AF_INET, type as typeof SOCK_STREAM, { provider });
    assert.throws(() => make(1, SOCK_STREAM), { code: "ERR_SCTP_INVALID_ARG_VALUE", message: /AF_INET/ });
    assert.throws(() => make(AF_INET, 2), { code: "ERR_SCTP_INVALID_ARG_VALUE", message: /SOCK_STREAM/ });
  });

  contract("a caller's mistake is a TypeError or RangeError that names the argument", async (world) => {
    const { client } = await world.connect();
    const calls: readonly [unknown, RegExp][] = [
      [client.send("text" as never), /data must be a Uint8Array/],
      [client.sctp_sendv([bytesOf("x"), "y" as never]), /data\[1\] must be a Uint8Array/],
      [client.sctp_sendv(bytesOf("x"), { info: { snd_sid: 65_536 } }), /snd_sid must be an integer from 0/],
      [client.sctp_sendv(bytesOf("x"), { info: { snd_ppid: -1 } }), /snd_ppid/],
      [client.sctp_sendv(bytesOf("x"), { info: { sid: 1 } as never }), /sctp_sndinfo/],
      [client.sctp_sendv(bytesOf("x"), { info: { snd_flags: 0x80 } }), /snd_flags/],
      [client.sctp_sendv(bytesOf("x"), { flags: 0x10000 }), /flags/],
      [client.sctp_sendv(bytesOf("x"), { handOver: 1 as never }), /handOver must be a boolean/],
      [client.sctp_sendv(bytesOf("x"), { signal: {} as never }), /signal must be an AbortSignal/],
      [client.sctp_recvv({ lengthBytes: 0 }), /lengthBytes/],
      [client.sctp_recvv({ into: new Uint8Array(0) }), /into/],
      [client.sctp_recvv({ flags: 1 << 20 }), /flags/],
      [client.connect({ address: 5 as never, port: 1 }), /address/],
      [client.connect({ address: "127.0.0.1", port: 1.5 }), /port/],
    ];
    for (const [promise, message] of calls) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await assert.rejects(promise as Promise<unknown>, (error: Error & { code: string }) => {
        assert.ok(error instanceof TypeError || error instanceof RangeError, String(error));
        assert.match(error.code, /^ERR_SCTP_/);
        assert.match(error.message, message);
        return true;
      });
    }
    assert.throws(() => client.listen(-1), { name: "RangeError", code: "ERR_SCTP_OUT_OF_RANGE" });
    assert.throws(() => client.shutdown(3), { code: "ERR_SCTP_INVALID_ARG_VALUE" });
  });

  contract("a closed socket answers EBADF to everything but close", async (world) => {
    const { client } = await world.connect();
    await world.until(client.close());
    const { nonblocking } = client;
    const broken = { code: "EBADF" };
    const to = { address: world.server.address, port: 1 };
    const promises = [
      () => client.send(bytesOf("x")),
      () => client.sctp_sendv(bytesOf("x")),
      () => client.sendto(bytesOf("x"), to),
      () => client.recv(),
      () => client.recvfrom(),
      () => client.sctp_recvv(),
      () => client.accept(),
      () => client.connect(to),
      () => client.sctp_connectx([to]),
      () => client[Symbol.asyncIterator]().next(),
    ];
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    for (const call of promises) await assert.rejects(call(), broken, String(call));
    const calls = [
      () => nonblocking.send(bytesOf("x")),
      () => nonblocking.sctp_sendv(bytesOf("x")),
      () => nonblocking.sendto(bytesOf("x"), to),
      () => nonblocking.sendMany([{ data: bytesOf("x") }]),
      () => nonblocking.recv(),
      () => nonblocking.recvfrom(),
      () => nonblocking.sctp_recvv(),
      () => nonblocking.receiveMany(1),
      () => nonblocking.accept(),
      () => nonblocking.connect(to),
      () => nonblocking.sctp_connectx([to]),
      () => client.bind(to),
      () => client.sctp_bindx([to], 1),
      () => client.listen(),
      () => client.shutdown(SHUT_WR),
      () => client.getsockname(),
      () => client.getpeername(),
      () => client.sctp_getladdrs(),
      () => client.sctp_getpaddrs(),
      () => client.getsockopt(SOL_SOCKET, SO_TYPE),
      () => client.setsockopt(IPPROTO_SCTP, SCTP_INITMSG, {}),
    ];
    for (const call of calls) assert.throws(call, broken, String(call));
    assert.equal(client.hasRef(), false);
    assert.equal(client.ref().unref(), client);
    assert.equal(client.close(), client[Symbol.asyncDispose]());
  });

  contract("ref, unref and hasRef answer as Node's do", async (world) => {
    const { client, server, listener } = await world.connect();
    for (const socket of [client, server, listener]) {
      assert.equal(socket.hasRef(), true);
      assert.equal(socket.unref(), socket);
      assert.equal(socket.hasRef(), false);
      assert.equal(socket.ref(), socket);
      assert.equal(socket.hasRef(), true);
    }
  });
}
