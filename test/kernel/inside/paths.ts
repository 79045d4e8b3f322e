/**
 * The paths of the kernel's associations, some of which fail: what applications of the kernel provider are told.
 *
 * @module
 */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import {
  IPPROTO_SCTP,
  SCTP_ACTIVE,
  SCTP_ADDR_AVAILABLE,
  SCTP_ADDR_CONFIRMED,
  SCTP_ADDR_MADE_PRIM,
  SCTP_ADDR_POTENTIALLY_FAILED,
  SCTP_ADDR_UNREACHABLE,
  SCTP_BINDX_ADD_ADDR,
  SCTP_EXPOSE_POTENTIALLY_FAILED_STATE,
  SCTP_GET_PEER_ADDR_INFO,
  SCTP_INACTIVE,
  SCTP_PEER_ADDR_CHANGE,
  SCTP_PEER_ADDR_PARAMS,
  SCTP_PEER_ADDR_THLDS,
  SCTP_POTENTIALLY_FAILED,
  SCTP_PRIMARY_ADDR,
  SCTP_RTOINFO,
  type SctpAddress,
  type SctpSocket,
  SPP_HB_ENABLE,
} from "../../../src/index.js";
import { bytesOf, drain, subscribe, type World } from "../../contract/world.js";
import { KernelWorld, prepareKernel } from "../contract/kernel-world.js";

prepareKernel();

/** Addresses of the loopback interface, all of which the host has. */
const ADDRESSES = Array.from({ length: 40 }, (_, index) => `127.0.0.${index + 1}`);

function inWorld(title: string, run: (world: KernelWorld) => Promise<void>): void {
  test(title, { timeout: 180_000 }, async () => {
    const world = new KernelWorld();
    try {
      await run(world);
    } finally {
      await world.end();
    }
  });
}

/** Cuts one of the host's addresses off, or mends it. */
function setReachable(address: string, isReachable: boolean): void {
  const rule = ["INPUT", "-d", address, "-p", "sctp", "-j", "DROP"];
  execFileSync("iptables-legacy", [isReachable ? "-D" : "-A", ...rule]);
}

interface Scene {
  readonly client: SctpSocket;
  readonly server: SctpSocket;
  readonly to: readonly SctpAddress[];
  readonly id: number;
}

/** A client that probes quickly, and a server of so many addresses, of which the client is told one. */
async function connect(world: World, count: number): Promise<Scene> {
  const server = world.oneToMany(world.server);
  const addresses = ADDRESSES.slice(0, count).map((address) => ({ address, port: 0 }));
  server.sctp_bindx(addresses, SCTP_BINDX_ADD_ADDR);
  server.listen();
  const { port } = server.getsockname();
  const to = addresses.map(({ address }) => ({ address, port, family: "IPv4" }) as const);
  const client = world.oneToMany();
  client.bind({ address: "127.0.0.100", port: 0 });
  subscribe(client, SCTP_PEER_ADDR_CHANGE);
  client.setsockopt(IPPROTO_SCTP, SCTP_RTOINFO, { srto_initial: 100, srto_min: 100, srto_max: 200 });
  client.setsockopt(IPPROTO_SCTP, SCTP_PEER_ADDR_PARAMS, { spp_flags: SPP_HB_ENABLE, spp_hbinterval: 100 });
  const id = await world.until(client.sctp_connectx([to[0] as SctpAddress]));
  return { client, server, to, id };
}

/** The next change of an address: which, into what, and why. */
async function change(world: World, socket: SctpSocket): Promise<[string, number, number]> {
  const { spc_aaddr, spc_state, spc_error } = await world.event(socket, SCTP_PEER_ADDR_CHANGE);
  return [spc_aaddr.address, spc_state, spc_error];
}

inWorld(
  "RFC 6458 §6.1.2, RFC 7829 §7.1: SCTP_PEER_ADDR_CHANGE tells what becomes of an address",
  async (world) => {
    const { client, to, id } = await connect(world, 2);
    const [, other] = to as readonly [SctpAddress, SctpAddress];
    const { address } = other;
    const stateOf = (): number =>
      client.getsockopt(IPPROTO_SCTP, SCTP_GET_PEER_ADDR_INFO, { spinfo_address: other }).spinfo_state;
    const setThreshold = (spt_pathmaxrxt: number): void =>
      client.setsockopt(IPPROTO_SCTP, SCTP_PEER_ADDR_THLDS, {
        spt_assoc_id: id,
        spt_address: other,
        spt_pathmaxrxt,
        spt_pathpfthld: 0,
        spt_pathcpthld: 65_535,
      });
    const expose = (assoc_value: number): void =>
      client.setsockopt(IPPROTO_SCTP, SCTP_EXPOSE_POTENTIALLY_FAILED_STATE, { assoc_id: id, assoc_value });
    assert.deepEqual(await change(world, client), [address, SCTP_ADDR_CONFIRMED, 0]);
    expose(1);
    setThreshold(1000);
    setReachable(address, false);
    assert.deepEqual(await change(world, client), [address, SCTP_ADDR_POTENTIALLY_FAILED, 0]);
    assert.equal(stateOf(), SCTP_POTENTIALLY_FAILED);
    expose(0);
    assert.equal(stateOf(), SCTP_ACTIVE, "who has not asked for it is shown another state");
    expose(1);
    setReachable(address, true);
    assert.deepEqual(await change(world, client), [address, SCTP_ADDR_AVAILABLE, 0]);
    setThreshold(2);
    expose(0);
    setReachable(address, false);
    assert.deepEqual(await change(world, client), [address, SCTP_ADDR_UNREACHABLE, 0]);
    assert.equal(stateOf(), SCTP_INACTIVE);
    setReachable(address, true);
    assert.deepEqual(await change(world, client), [address, SCTP_ADDR_AVAILABLE, 0]);
  },
);

inWorld("RFC 7829 §5: a primary path that fails gives its place to another one", async (world) => {
  const { client, server, to, id } = await connect(world, 2);
  const [primary, other] = to as readonly [SctpAddress, SctpAddress];
  await change(world, client);
  const thresholds = { spt_assoc_id: id, spt_pathmaxrxt: 1, spt_pathpfthld: 0, spt_pathcpthld: 1 };
  client.setsockopt(IPPROTO_SCTP, SCTP_PEER_ADDR_THLDS, thresholds);
  setReachable(primary.address, false);
  try {
    await world.until(client.sctp_sendv(bytesOf("x"), { info: { snd_assoc_id: id } }));
    await world.message(server);
    const found = [await change(world, client), await change(world, client)];
    assert.deepEqual(
      found.toSorted(([left], [right]) => left.localeCompare(right)),
      [
        [primary.address, SCTP_ADDR_UNREACHABLE, 0],
        [other.address, SCTP_ADDR_MADE_PRIM, 0],
      ],
    );
    assert.deepEqual(client.sctp_opt_info(id, SCTP_PRIMARY_ADDR).ssp_addr, other);
  } finally {
    setReachable(primary.address, true);
  }
});

inWorld("RFC 6458 §9.3, §9.5: an association of 40 addresses", async (world) => {
  const { client, server, to, id } = await connect(world, 40);
  assert.deepEqual(server.sctp_getladdrs(), to);
  assert.deepEqual(client.sctp_getpaddrs(id), to);
  await world.until(client.sctp_sendv(bytesOf("x"), { info: { snd_assoc_id: id } }));
  await world.message(server);
  drain(client);
  for (const spinfo_address of to) {
    const path = client.getsockopt(IPPROTO_SCTP, SCTP_GET_PEER_ADDR_INFO, { spinfo_address });
    assert.equal(path.spinfo_assoc_id, id);
  }
});
