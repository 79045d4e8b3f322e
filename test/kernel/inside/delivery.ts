/**
 * What the Linux kernel does otherwise about delivery, and what no other provider has to be asked for.
 *
 * @module
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  IPPROTO_SCTP,
  SCTP_DELAYED_SACK,
  SCTP_DISABLE_FRAGMENTS,
  SCTP_GET_ASSOC_NUMBER,
  SCTP_PARTIAL_DELIVERY_POINT,
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
