/**
 * What the Linux kernel does otherwise about delivery, and what no other provider has to be asked for.
 *
 * @module
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  IPPROTO_SCTP,
  SCTP_BINDX_ADD_ADDR,
  SCTP_BINDX_REM_ADDR,
  SCTP_DELAYED_SACK,
  SCTP_DISABLE_FRAGMENTS,
  SCTP_GET_ASSOC_NUMBER,
  SCTP_PARTIAL_DELIVERY_POINT,
  SCTP_REUSE_PORT,
  type SctpAddress,
  type SctpSocket,
  SO_RCVBUF,
  SOCK_SEQPACKET,
  SOL_SOCKET,
} from "../../../src/index.js";
import { pattern } from "../../contract/world.js";
import { KernelWorld, prepareKernel } from "../contract/kernel-world.js";

prepareKernel();

describe("options about delivery on Linux", () => {
  test("Linux bounds SCTP_PARTIAL_DELIVERY_POINT by half of a receive buffer that was not set", async () => {
    const world = new KernelWorld();
    const socket = world.oneToOne();
    const bytes = socket.getsockopt(SOL_SOCKET, SO_RCVBUF);
    const set = (value: number): void => socket.setsockopt(IPPROTO_SCTP, SCTP_PARTIAL_DELIVERY_POINT, value);
    set(bytes / 2);
    assert.throws(() => set(bytes / 2 + 1), { code: "EINVAL" });
    await world.end();
  });

  test("RFC 6458 §8.1.27, §9.1: each of the sockets that share a port has addresses of its own", async () => {
    const world = new KernelWorld();
    const [first, second, third] = [world.oneToOne(), world.oneToOne(), world.oneToOne()];
    for (const socket of [first, second, third]) socket.setsockopt(IPPROTO_SCTP, SCTP_REUSE_PORT, 1);
    first.bind({ address: "127.0.0.1", port: 0 });
    const name = first.getsockname();
    for (const socket of [second, third]) socket.bind(name);
    const at = (address: string): SctpAddress => ({ ...name, address });
    const change = (socket: SctpSocket, address: string, flags: number): void =>
      socket.sctp_bindx([at(address)], flags);
    const addressesOf = (socket: SctpSocket): string[] =>
      socket.sctp_getladdrs().map(({ address }) => address);
    change(first, "127.0.0.2", SCTP_BINDX_ADD_ADDR);
    change(second, "127.0.0.2", SCTP_BINDX_ADD_ADDR);
    assert.deepEqual(addressesOf(third), ["127.0.0.1"]);
    change(second, "127.0.0.2", SCTP_BINDX_REM_ADDR);
    assert.deepEqual(addressesOf(first), ["127.0.0.1", "127.0.0.2"]);
    assert.deepEqual(addressesOf(second), ["127.0.0.1"]);
    second.listen();
    await assert.rejects(world.until(world.oneToOne().connect(at("127.0.0.2"))), { code: "ECONNREFUSED" });
    change(second, "127.0.0.3", SCTP_BINDX_ADD_ADDR);
    const client = world.oneToOne();
    await world.until(client.connect(at("127.0.0.3")));
    // What listens shares its addresses with nobody who has not got them already.
    assert.throws(() => change(third, "127.0.0.3", SCTP_BINDX_ADD_ADDR), {
      code: "EADDRINUSE",
      syscall: "sctp_bindx",
    });
    assert.deepEqual(addressesOf(third), ["127.0.0.1"]);
    await world.end();
  });

  test("a socket whose connect is given up keeps its options, in whatever order they were set", async () => {
    const world = new KernelWorld();
    const { to } = world.listen();
    for (const lastBytes of [200_000, 4096]) {
      const socket = world.oneToOne();
      const setPoint = (bytes: number): void =>
        socket.setsockopt(IPPROTO_SCTP, SCTP_PARTIAL_DELIVERY_POINT, bytes);
      setPoint(1000);
      socket.setsockopt(SOL_SOCKET, SO_RCVBUF, 200_000);
      // More than half of what a socket begins with.
      setPoint(150_000);
      socket.setsockopt(SOL_SOCKET, SO_RCVBUF, lastBytes);
      socket.setsockopt(IPPROTO_SCTP, SCTP_DISABLE_FRAGMENTS, 1);
      const controller = new AbortController();
      const givenUp = socket.connect(to, { signal: controller.signal });
      controller.abort();
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await assert.rejects(givenUp, { name: "AbortError" });
      const point = socket.getsockopt(IPPROTO_SCTP, SCTP_PARTIAL_DELIVERY_POINT);
      // A point beyond half of the buffer cannot be set any more; the rest can.
      assert.equal(point, lastBytes === 4096 ? 0 : 150_000);
      assert.equal(socket.getsockopt(SOL_SOCKET, SO_RCVBUF), lastBytes);
      assert.equal(socket.getsockopt(IPPROTO_SCTP, SCTP_DISABLE_FRAGMENTS), 1);
      // oxlint-disable-next-line no-await-in-loop
      await world.until(socket.connect(to));
    }
    await world.end();
  });

  test("Linux answers no delay where acknowledgements are not delayed", async () => {
    const world = new KernelWorld();
    const socket = world.oneToOne();
    socket.setsockopt(IPPROTO_SCTP, SCTP_DELAYED_SACK, { sack_delay: 300, sack_freq: 4 });
    socket.setsockopt(IPPROTO_SCTP, SCTP_DELAYED_SACK, { sack_freq: 1 });
    const { sack_delay, sack_freq } = socket.getsockopt(IPPROTO_SCTP, SCTP_DELAYED_SACK);
    assert.deepEqual([sack_delay, sack_freq], [0, 1]);
    await world.end();
  });

  test("Linux has begun an association when its first message would be fragmented", async () => {
    const world = new KernelWorld();
    const { to } = world.listen({ type: SOCK_SEQPACKET });
    const client = world.oneToMany();
    client.setsockopt(IPPROTO_SCTP, SCTP_DISABLE_FRAGMENTS, 1);
    await assert.rejects(client.sctp_sendv(pattern(10_000), { to }), { code: "EMSGSIZE" });
    assert.equal(client.getsockopt(IPPROTO_SCTP, SCTP_GET_ASSOC_NUMBER), 1);
    await world.end();
  });
});
