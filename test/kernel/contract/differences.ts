import assert from "node:assert/strict";
import { once } from "node:events";
import {
  AF_INET6,
  IPPROTO_SCTP,
  SCTP_ADDR_OVER,
  SCTP_ASSOCINFO,
  SCTP_AUTH_ACTIVE_KEY,
  SCTP_AUTH_DELETE_KEY,
  SCTP_AUTH_KEY,
  SCTP_AUTOCLOSE,
  SCTP_BINDX_ADD_ADDR,
  SCTP_I_WANT_MAPPED_V4_ADDR,
  SCTP_INITMSG,
  SCTP_MAXSEG,
  SCTP_NODELAY,
  SCTP_PRIMARY_ADDR,
  SCTP_RECVNXTINFO,
  SCTP_RECVRCVINFO,
  SCTP_RTOINFO,
  SCTP_STATUS,
  type SctpAddress,
  type SctpSocket,
  SO_LINGER,
  SO_RCVBUF,
  SO_SNDBUF,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  SOL_SOCKET,
} from "../../../src/index.js";
import type { Difference } from "../../contract/contract.js";
import { listenerWithoutIpv6, twoPaths } from "../../contract/multihoming.js";
import { moreImportantMessage } from "../../contract/partial-reliability.js";
import { bytesOf, fill, pattern, stuff, type World } from "../../contract/world.js";
import { DELIVERY_DIFFERENCES } from "./delivery-differences.js";
import { setKernelVariable } from "./kernel-world.js";

/** Four of them fill a window of 4096 bytes. */
const FULL = pattern(1024);

interface TwoPeers {
  readonly server: SctpSocket;
  readonly stuck: SctpAddress;
  readonly lively: SctpAddress;
  readonly livelyClient: SctpSocket;
  readonly stuckClient: SctpSocket;
}

/** A one-to-many server with two peers, of which one does not read and has all that is taken for it. */
async function twoPeers(world: World): Promise<TwoPeers> {
  const { socket: server, to } = world.listen({
    type: SOCK_SEQPACKET,
    prepare: (socket) => socket.setsockopt(SOL_SOCKET, SO_SNDBUF, 4096),
  });
  const clients = [world.oneToOne(), world.oneToOne()] as const;
  const names: SctpAddress[] = [];
  for (const client of clients) {
    client.setsockopt(SOL_SOCKET, SO_RCVBUF, 4096);
    // oxlint-disable-next-line no-await-in-loop -- the first is the one that will be stuck
    await world.until(client.connect(to));
    // oxlint-disable-next-line no-await-in-loop
    await world.until(client.send(bytesOf("hello")));
    // oxlint-disable-next-line no-await-in-loop
    names.push((await world.message(server)).address as SctpAddress);
  }
  const [stuck, lively] = names as [SctpAddress, SctpAddress];
  await stuff(world, server, FULL, { to: stuck });
  return { server, stuck, lively, livelyClient: clients[1], stuckClient: clients[0] };
}

/** Runs with send buffers that are counted for each association, as RFC 6458 §3.3 wants them. */
async function withBufferPerAssociation(run: () => Promise<void>): Promise<void> {
  setKernelVariable("sndbuf_policy", 1);
  try {
    await run();
  } finally {
    setKernelVariable("sndbuf_policy", 0);
  }
}

/** What the Linux kernel does otherwise than RFC 6458 and stays so: `docs/providers.md` has a line for each. */
export const KERNEL_DIFFERENCES: ReadonlyMap<string, Difference> = new Map<string, Difference>([
  [
    "RFC 6458 §3.3: a peer that does not read blocks no other, for any kind of send",
    {
      reason: "Linux counts SO_SNDBUF for the whole socket, unless net.sctp.sndbuf_policy is 1",
      run: async (world) => {
        const { server, lively } = await twoPeers(world);
        const blocked = () => server.nonblocking.sctp_sendv(bytesOf("x"), { to: lively });
        assert.throws(blocked, { code: "EAGAIN" });
        await withBufferPerAssociation(async () => {
          const peers = await twoPeers(world);
          peers.server.nonblocking.sctp_sendv(bytesOf("at once"), { to: peers.lively });
          assert.equal(await world.text(peers.livelyClient), "at once");
          assert.throws(() => peers.server.nonblocking.sctp_sendv(FULL, { to: peers.stuck }), {
            code: "EAGAIN",
          });
        });
      },
    },
  ],
  [
    "RFC 6458 §3.3: a lively peer's writable edge comes although another is waited for",
    {
      reason: "Linux counts SO_SNDBUF for the whole socket, unless net.sctp.sndbuf_policy is 1",
      run: (world) =>
        withBufferPerAssociation(async () => {
          const { server, stuck, lively, livelyClient, stuckClient } = await twoPeers(world);
          const waiting = server.sctp_sendv(pattern(1024, 1), { to: stuck });
          const filled = fill(server, pattern(1000), { to: lively });
          assert.ok(filled > 0);
          const writable = once(server, "writable");
          for (let count = 0; count < filled; count += 1) {
            // oxlint-disable-next-line no-await-in-loop -- in their order
            await world.message(livelyClient);
          }
          await world.until(writable);
          await world.quiet();
          server.nonblocking.sctp_sendv(bytesOf("there is room"), { to: lively });
          assert.equal(await world.text(livelyClient), "there is room");
          for (let first = 0; first !== 1; ) {
            // oxlint-disable-next-line no-await-in-loop -- until the one that has waited
            first = (await world.message(stuckClient)).data[0] as number;
          }
          await world.until(waiting);
        }),
    },
  ],
  [
    "DESIGN: the defaults",
    {
      reason: "buffers and RTO.Initial are those of the system: net.core.*mem_default, net.sctp.rto_initial",
      run: async (world) => {
        const one = world.socket(world.client, SOCK_STREAM, AF_INET6);
        const many = world.oneToMany();
        assert.equal(one.getsockopt(SOL_SOCKET, SO_SNDBUF), 212_992);
        assert.equal(one.getsockopt(SOL_SOCKET, SO_RCVBUF), 212_992);
        const { srto_initial, srto_max, srto_min } = one.getsockopt(IPPROTO_SCTP, SCTP_RTOINFO);
        assert.deepEqual([srto_initial, srto_max, srto_min], [3000, 60_000, 1000]);
        assert.deepEqual(one.getsockopt(SOL_SOCKET, SO_LINGER), { l_onoff: 0, l_linger: 0 });
        assert.equal(many.getsockopt(IPPROTO_SCTP, SCTP_AUTOCLOSE), 0);
        const off = [SCTP_NODELAY, SCTP_I_WANT_MAPPED_V4_ADDR, SCTP_RECVRCVINFO, SCTP_RECVNXTINFO] as const;
        for (const name of off) assert.equal(one.getsockopt(IPPROTO_SCTP, name), 0);
        assert.equal(one.getsockopt(IPPROTO_SCTP, SCTP_MAXSEG).assoc_value, 0);
        const init = one.getsockopt(IPPROTO_SCTP, SCTP_INITMSG);
        assert.deepEqual(
          [init.sinit_num_ostreams, init.sinit_max_instreams, init.sinit_max_attempts],
          [10, 65_535, 8],
        );
        const { sasoc_asocmaxrxt, sasoc_cookie_life } = one.getsockopt(IPPROTO_SCTP, SCTP_ASSOCINFO);
        assert.deepEqual([sasoc_asocmaxrxt, sasoc_cookie_life], [10, 60_000]);
      },
    },
  ],
  [
    "RFC 6458 §8.2.1: sstat_penddata counts what waits to be received",
    {
      reason: "Linux counts only what came out of order, and nothing that waits in the receive queue",
      run: async (world) => {
        const { client, server } = await world.connect();
        await world.until(client.send(pattern(1000)));
        await world.quiet();
        assert.equal(server.getsockopt(IPPROTO_SCTP, SCTP_STATUS).sstat_penddata, 0);
      },
    },
  ],
  [
    "RFC 7496 §3.2: SCTP_PR_SCTP_PRIO makes room for more important messages",
    {
      reason:
        "Linux reports no message that makes room, and one that was sent makes none at once: EAGAIN at first",
      run: (world) => moreImportantMessage(world, false, 100),
    },
  ],
  [
    "RFC 6458 §4.1.8, §9.2: a peeled-off socket prefers an address too",
    {
      reason: "Linux takes no address of a message on a peeled-off socket",
      run: async (world) => {
        const scene = await twoPaths(world);
        assert.ok(scene !== undefined);
        const { client, server, to6, to4, clientId } = scene;
        const peeled = world.keep(client.sctp_peeloff(clientId));
        assert.deepEqual(peeled.sctp_getpaddrs(), [to6, to4]);
        for (const info of [{}, { snd_flags: SCTP_ADDR_OVER }]) {
          // oxlint-disable-next-line no-await-in-loop -- in their order
          await world.until(peeled.sctp_sendv(bytesOf("x"), { to: to4, info }));
          // oxlint-disable-next-line no-await-in-loop
          assert.equal((await world.message(server)).address?.family, "IPv6");
        }
        peeled.setsockopt(IPPROTO_SCTP, SCTP_PRIMARY_ADDR, { ssp_addr: to4 });
        await world.until(peeled.send(bytesOf("x")));
        assert.equal((await world.message(server)).address?.family, "IPv4");
      },
    },
  ],
  [
    "RFC 6458 §9.1: a one-to-one listener that has accepted gets another address",
    {
      reason: "Linux counts the accepted sockets as others on the same port: EADDRINUSE while one is there",
      run: async (world) => {
        const scene = await listenerWithoutIpv6(world);
        assert.ok(scene !== undefined);
        const { listener, accepted, first, both, connect } = scene;
        const [to4, to6] = both;
        const add = (): void => listener.sctp_bindx([to6], SCTP_BINDX_ADD_ADDR);
        assert.throws(add, { code: "EADDRINUSE", syscall: "sctp_bindx" });
        await world.until(Promise.all([accepted.close(), first.close()]));
        add();
        const { client } = await connect(to6);
        assert.deepEqual(client.sctp_getpaddrs().length, 2);
        assert.equal(listener.sctp_getladdrs()[0]?.address, to4.address);
      },
    },
  ],
  [
    "RFC 6458 §8.3.5: only a key that was deactivated is deleted",
    {
      reason: "Linux deletes every key but the active one",
      run: async (world) => {
        const { client } = await world.connect();
        const key = { scact_keynumber: 1 };
        client.setsockopt(IPPROTO_SCTP, SCTP_AUTH_KEY, { sca_keynumber: 1, sca_key: bytesOf("a key") });
        client.setsockopt(IPPROTO_SCTP, SCTP_AUTH_ACTIVE_KEY, key);
        const remove = (): void => client.setsockopt(IPPROTO_SCTP, SCTP_AUTH_DELETE_KEY, key);
        assert.throws(remove, { code: "EINVAL" }, "it is the active one");
        client.setsockopt(IPPROTO_SCTP, SCTP_AUTH_ACTIVE_KEY, { scact_keynumber: 0 });
        remove();
        assert.throws(remove, { code: "EINVAL" });
      },
    },
  ],
  ...DELIVERY_DIFFERENCES,
]);
