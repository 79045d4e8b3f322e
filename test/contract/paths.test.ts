import assert from "node:assert/strict";
import { test } from "node:test";
import {
  AF_INET,
  IPPROTO_SCTP,
  SCTP_ABORT,
  SCTP_ADDR_AVAILABLE,
  SCTP_ADDR_CONFIRMED,
  SCTP_ADDR_MADE_PRIM,
  SCTP_ADDR_OVER,
  SCTP_ADDR_REMOVED,
  SCTP_ADDR_UNREACHABLE,
  SCTP_ASSOC_CHANGE,
  SCTP_ASSOCINFO,
  SCTP_BINDX_ADD_ADDR,
  SCTP_BINDX_REM_ADDR,
  SCTP_COMM_LOST,
  SCTP_COMM_UP,
  SCTP_GET_PEER_ADDR_INFO,
  SCTP_INACTIVE,
  SCTP_PEER_ADDR_CHANGE,
  SCTP_PEER_ADDR_PARAMS,
  SCTP_PEER_ADDR_THLDS,
  SCTP_PRIMARY_ADDR,
  SCTP_RESTART,
  type SctpAddress,
  SctpSocket,
  SOCK_SEQPACKET,
  SPP_DSCP,
  SPP_HB_DEMAND,
  SPP_HB_DISABLE,
  SPP_HB_ENABLE,
  SPP_PMTUD_DISABLE,
} from "../../src/index.js";
import {
  createUserlandProvider,
  type MemoryHost,
  MemoryNetwork,
  packetBytes,
  type UserlandProvider,
  VirtualClock,
} from "../../src/userland/index.js";
import { isMalformed } from "../../src/wire/malformed.js";
import { parsePacket } from "../../src/wire/packet.js";
import { bytesOf, drain, pattern, subscribe } from "./world.js";

const HOUR_MS = 3_600_000;
const SERVER = ["10.0.0.1", "10.0.1.1"] as const;
const [PRIMARY, OTHER] = SERVER.map((address) => ({ address, port: 7, family: "IPv4" }) as const) as [
  SctpAddress,
  SctpAddress,
];

interface Scene {
  readonly clock: VirtualClock;
  readonly network: MemoryNetwork;
  readonly client: SctpSocket;
  readonly server: SctpSocket;
  /** The client's packets as its lower layer gets them: where they go, their chunks' types, their DSCP. */
  readonly sent: readonly { readonly to: string; readonly types: string; readonly dscp: number }[];
  /** The association of the client. */
  readonly id: number;
}

/** A client that knows one address of a server with two, and learns the other from its INIT ACK. */
async function twoPaths(): Promise<Scene> {
  const clock = new VirtualClock();
  const network = new MemoryNetwork({ clock, faults: { delayMs: 5 } });
  const socketOver = (lowerLayer: MemoryHost): SctpSocket => {
    const provider = createUserlandProvider({ clock, lowerLayer });
    return new SctpSocket(AF_INET, SOCK_SEQPACKET, { provider });
  };
  const server = socketOver(network.host(...SERVER));
  server.sctp_bindx([PRIMARY, OTHER], SCTP_BINDX_ADD_ADDR);
  server.listen();
  const layer = network.host("10.0.0.2");
  const sent: { to: string; types: string; dscp: number }[] = [];
  const send = layer.send.bind(layer);
  layer.send = (batch) => {
    for (const record of batch) {
      const packet = parsePacket(packetBytes(record));
      const types = isMalformed(packet) ? "" : packet.chunks.map(({ kind }) => kind).join();
      sent.push({ to: record.destination?.text ?? "", types, dscp: record.dscp });
    }
    return send(batch);
  };
  const client = socketOver(layer);
  subscribe(client, SCTP_PEER_ADDR_CHANGE, SCTP_ASSOC_CHANGE);
  const { assoc_id: id } = await clock.until(client.sctp_sendv(bytesOf("x"), { to: PRIMARY }));
  await clock.until(server.sctp_recvv());
  return { clock, network, client, server, sent, id };
}

/** Closes sockets, and expects that nothing is left behind. */
async function close(clock: VirtualClock, ...sockets: SctpSocket[]): Promise<void> {
  await clock.until(Promise.all(sockets.map((socket) => socket.close())));
  assert.equal(clock.hasRef, false);
}

/** What has become of the peer's addresses. */
function addressChanges(socket: SctpSocket): [string, number][] {
  const changes: [string, number][] = [];
  for (const { notification } of drain(socket)) {
    if (notification?.sn_type !== SCTP_PEER_ADDR_CHANGE) continue;
    changes.push([notification.spc_aaddr.address, notification.spc_state]);
  }
  return changes;
}

test("RFC 6458 §6.1.2: an address is confirmed, becomes unreachable, and comes back", async () => {
  const { clock, network, client, server } = await twoPaths();
  await clock.advanceBy(HOUR_MS / 60);
  assert.deepEqual(addressChanges(client), [["10.0.1.1", SCTP_ADDR_CONFIRMED]]);
  network.unplug("10.0.1.1");
  await clock.advanceBy(HOUR_MS);
  assert.deepEqual(addressChanges(client), [["10.0.1.1", SCTP_ADDR_UNREACHABLE]]);
  const spinfo_address = { address: "10.0.1.1", port: 7, family: "IPv4" } as const;
  const info = client.getsockopt(IPPROTO_SCTP, SCTP_GET_PEER_ADDR_INFO, { spinfo_address });
  assert.equal(info.spinfo_state, SCTP_INACTIVE);
  network.plug("10.0.1.1");
  await clock.advanceBy(HOUR_MS);
  assert.deepEqual(addressChanges(client), [["10.0.1.1", SCTP_ADDR_AVAILABLE]]);
  await close(clock, client, server);
});

test("RFC 6458 §6.1.1: SCTP_COMM_LOST when no address answers any more", async () => {
  const { clock, network, client, server } = await twoPaths();
  client.setsockopt(IPPROTO_SCTP, SCTP_ASSOCINFO, { sasoc_assoc_id: 3, sasoc_asocmaxrxt: 3 });
  for (const address of ["10.0.0.1", "10.0.1.1"]) network.partition("10.0.0.2", address);
  await clock.until(client.sctp_sendv(bytesOf("into the void"), { info: { snd_assoc_id: 3 } }));
  await clock.advanceBy(HOUR_MS);
  const states = drain(client).map(({ notification }) =>
    notification?.sn_type === SCTP_ASSOC_CHANGE ? notification.sac_state : -1,
  );
  assert.deepEqual(
    states.filter((state) => state >= 0),
    [SCTP_COMM_UP, SCTP_COMM_LOST],
  );
  assert.deepEqual(client.sctp_getpaddrs(3), []);
  await close(clock, client, server);
});

test("RFC 6458 §8.1.12: SPP_HB_DEMAND probes at once, SPP_HB_DISABLE and an interval are of one path", async () => {
  const { clock, client, server, sent, id } = await twoPaths();
  await clock.advanceBy(1000);
  const probes = async (durationMs: number): Promise<Record<string, number>> => {
    const start = sent.length;
    await clock.advanceBy(durationMs);
    const found: Record<string, number> = {};
    for (const { to, types } of sent.slice(start)) {
      if (types === "HEARTBEAT") found[to] = (found[to] ?? 0) + 1;
    }
    return found;
  };
  const set = (spp_address: SctpAddress, spp_flags: number, spp_hbinterval = 0): void =>
    client.setsockopt(IPPROTO_SCTP, SCTP_PEER_ADDR_PARAMS, {
      spp_assoc_id: id,
      spp_address,
      spp_flags,
      spp_hbinterval,
    });
  set(PRIMARY, SPP_HB_DISABLE);
  set(OTHER, SPP_HB_DISABLE);
  assert.deepEqual(await probes(HOUR_MS), {});
  set(OTHER, SPP_HB_DEMAND);
  assert.deepEqual(await probes(1), { [OTHER.address]: 1 });
  assert.deepEqual(await probes(HOUR_MS), {}, "one, and no more");
  set(OTHER, SPP_HB_ENABLE, 9000);
  const counts = await probes(100_000);
  // RFC 9260 §8.3: the interval, one RTO of a second, and a jitter of half of that.
  assert.ok(Object.keys(counts).length === 1 && (counts[OTHER.address] ?? 0) >= 9, JSON.stringify(counts));
  assert.ok((counts[OTHER.address] ?? 0) <= 11, JSON.stringify(counts));
  await close(clock, client, server);
});

test("RFC 6458 §8.1.12: a path of its own threshold becomes unreachable by that", async () => {
  const { clock, network, client, server, id } = await twoPaths();
  await clock.advanceBy(1000);
  drain(client);
  const value = { spp_assoc_id: id, spp_flags: SPP_HB_ENABLE, spp_hbinterval: 1000 };
  client.setsockopt(IPPROTO_SCTP, SCTP_PEER_ADDR_PARAMS, value);
  client.setsockopt(IPPROTO_SCTP, SCTP_PEER_ADDR_PARAMS, { spp_address: OTHER, spp_pathmaxrxt: 1 });
  network.unplug(OTHER.address);
  await clock.advanceBy(10_000);
  assert.deepEqual(addressChanges(client), [[OTHER.address, SCTP_ADDR_UNREACHABLE]]);
  network.plug(OTHER.address);
  await clock.advanceBy(HOUR_MS / 60);
  assert.deepEqual(addressChanges(client), [[OTHER.address, SCTP_ADDR_AVAILABLE]]);
  await close(clock, client, server);
});

test("RFC 6458 §6.1.2, RFC 7829 §5: SCTP_ADDR_MADE_PRIM when the primary path has failed for good", async () => {
  const { clock, network, client, server, id } = await twoPaths();
  await clock.advanceBy(1000);
  drain(client);
  const thresholds = { spt_assoc_id: id, spt_pathmaxrxt: 1, spt_pathpfthld: 0, spt_pathcpthld: 1 };
  client.setsockopt(IPPROTO_SCTP, SCTP_PEER_ADDR_THLDS, thresholds);
  network.unplug(PRIMARY.address);
  await clock.until(client.sctp_sendv(bytesOf("over the other"), { info: { snd_assoc_id: id } }));
  await clock.until(server.sctp_recvv());
  await clock.advanceBy(HOUR_MS);
  assert.deepEqual(addressChanges(client), [
    [PRIMARY.address, SCTP_ADDR_UNREACHABLE],
    [OTHER.address, SCTP_ADDR_MADE_PRIM],
  ]);
  assert.deepEqual(client.sctp_opt_info(id, SCTP_PRIMARY_ADDR).ssp_addr, OTHER);
  network.plug(PRIMARY.address);
  await clock.advanceBy(HOUR_MS);
  assert.deepEqual(
    addressChanges(client),
    [[PRIMARY.address, SCTP_ADDR_AVAILABLE]],
    "it stays with the other",
  );
  await close(clock, client, server);
});

test("RFC 6458 §6.1.2: SCTP_ADDR_REMOVED when the peer comes back with fewer addresses", async () => {
  const clock = new VirtualClock();
  const network = new MemoryNetwork({ clock, faults: { delayMs: 5 } });
  const socketOver = (lowerLayer: MemoryHost): [SctpSocket, UserlandProvider] => {
    const provider = createUserlandProvider({ clock, lowerLayer });
    return [new SctpSocket(AF_INET, SOCK_SEQPACKET, { provider }), provider];
  };
  const [server] = socketOver(network.host(PRIMARY.address));
  server.bind(PRIMARY);
  server.listen();
  subscribe(server, SCTP_ASSOC_CHANGE, SCTP_PEER_ADDR_CHANGE);
  const layer = network.host("10.0.0.2", "10.0.1.2");
  const [client, provider] = socketOver(layer);
  const both = ["10.0.0.2", "10.0.1.2"].map((address) => ({ address, port: 9, family: "IPv4" }) as const);
  client.sctp_bindx(both, SCTP_BINDX_ADD_ADDR);
  await clock.until(client.sctp_sendv(bytesOf("x"), { to: PRIMARY }));
  await clock.advanceBy(1000);
  drain(server);
  assert.deepEqual(server.sctp_getpaddrs(3), both);
  // The client's process dies, and so does one of its interfaces.
  await provider.close();
  layer.removeAddress("10.0.1.2");
  const [again] = socketOver(network.replaceHost("10.0.0.2"));
  again.bind(both[0] as SctpAddress);
  await clock.until(again.sctp_sendv(bytesOf("y"), { to: PRIMARY }));
  await clock.advanceBy(1000);
  const told = drain(server).map(({ notification }) => {
    if (notification?.sn_type === SCTP_ASSOC_CHANGE) return notification.sac_state;
    if (notification?.sn_type !== SCTP_PEER_ADDR_CHANGE) return "message";
    return [notification.spc_aaddr.address, notification.spc_state];
  });
  assert.deepEqual(told, [["10.0.1.2", SCTP_ADDR_REMOVED], SCTP_RESTART, "message"]);
  assert.deepEqual(server.sctp_getpaddrs(3), both.slice(0, 1));
  await close(clock, again, server);
});

test("RFC 6458 §5.3.4: SCTP_ADDR_OVER falls back to another path when the address is unreachable", async () => {
  const { clock, network, client, server, sent, id } = await twoPaths();
  client.setsockopt(IPPROTO_SCTP, SCTP_PEER_ADDR_PARAMS, { spp_assoc_id: id, spp_pathmaxrxt: 1 });
  await clock.advanceBy(1000);
  network.unplug(OTHER.address);
  await clock.advanceBy(HOUR_MS);
  const spinfo_address = OTHER;
  const info = client.getsockopt(IPPROTO_SCTP, SCTP_GET_PEER_ADDR_INFO, { spinfo_address });
  assert.equal(info.spinfo_state, SCTP_INACTIVE);
  const start = clock.now();
  const over = { snd_flags: SCTP_ADDR_OVER };
  await clock.until(client.sctp_sendv(bytesOf("anyhow"), { to: OTHER, info: over }));
  await clock.until(server.sctp_recvv());
  assert.ok(clock.now() - start < 100, "without waiting for a time-out");
  assert.equal(sent.findLast(({ types }) => types.includes("DATA"))?.to, PRIMARY.address);
  await close(clock, client, server);
});

test("RFC 6458 §8.1.12: no packet has more for chunks than the path MTU that was set", async () => {
  const { clock, network, client, server, id } = await twoPaths();
  const sizes = new Set<number>();
  network.onPacket(({ source, bytes }) => {
    if (source.text === "10.0.0.2") sizes.add(bytes.length);
  });
  const value = { spp_assoc_id: id, spp_flags: SPP_PMTUD_DISABLE, spp_pathmtu: 600 };
  client.setsockopt(IPPROTO_SCTP, SCTP_PEER_ADDR_PARAMS, value);
  await clock.until(client.sctp_sendv(pattern(20_000), { info: { snd_assoc_id: id } }));
  assert.deepEqual((await clock.until(server.sctp_recvv())).data, pattern(20_000));
  // RFC 9260 §3.1: behind a common header of 12 bytes.
  assert.equal(Math.max(...sizes), 612);
  await close(clock, client, server);
});

test("RFC 6458 §8.1.12: every packet to a path has its DSCP, the ABORT too", async () => {
  const { clock, client, server, sent, id } = await twoPaths();
  const set = (change: { spp_assoc_id?: number; spp_address?: SctpAddress; spp_dscp: number }): void =>
    client.setsockopt(IPPROTO_SCTP, SCTP_PEER_ADDR_PARAMS, { spp_flags: SPP_DSCP, ...change });
  set({ spp_assoc_id: id, spp_dscp: 0xb8 });
  set({ spp_address: OTHER, spp_dscp: 0x28 });
  const start = sent.length;
  await clock.until(client.sctp_sendv(bytesOf("data"), { to: PRIMARY }));
  await clock.advanceBy(HOUR_MS);
  await clock.until(client.sctp_sendv(bytesOf(""), { info: { snd_assoc_id: id, snd_flags: SCTP_ABORT } }));
  const marks = new Set(sent.slice(start).map(({ to, dscp }) => `${to}: ${dscp}`));
  assert.deepEqual([...marks].sort(), [`${PRIMARY.address}: 46`, `${OTHER.address}: 10`]);
  assert.deepEqual(sent.at(-1), { to: PRIMARY.address, types: "ABORT", dscp: 46 });
  await close(clock, client, server);
});

test("RFC 6458 §9.3, §9.5: an association of as many addresses as there may be", async () => {
  const clock = new VirtualClock();
  const network = new MemoryNetwork({ clock, faults: { delayMs: 5 } });
  const texts = Array.from({ length: 32 }, (_, index) => `10.0.${index}.1`);
  const host = (...addresses: string[]): SctpSocket => {
    const provider = createUserlandProvider({ clock, lowerLayer: network.host(...addresses) });
    return new SctpSocket(AF_INET, SOCK_SEQPACKET, { provider });
  };
  const server = host(...texts);
  const addresses = texts.map((address) => ({ address, port: 7, family: "IPv4" }) as const);
  server.sctp_bindx(addresses, SCTP_BINDX_ADD_ADDR);
  server.sctp_bindx(addresses.slice(30), SCTP_BINDX_REM_ADDR);
  server.sctp_bindx(addresses.slice(30), SCTP_BINDX_ADD_ADDR);
  server.listen();
  assert.deepEqual(server.sctp_getladdrs(), addresses);
  const client = host("10.1.0.1");
  subscribe(client, SCTP_PEER_ADDR_CHANGE);
  const id = await clock.until(client.sctp_connectx(addresses.slice(0, 2)));
  assert.deepEqual(client.sctp_getpaddrs(id), addresses);
  await clock.advanceBy(HOUR_MS / 30);
  assert.deepEqual(
    addressChanges(client),
    texts.slice(2).map((address) => [address, SCTP_ADDR_CONFIRMED]),
    "each that was not named is verified, one after the other",
  );
  for (const spinfo_address of addresses) {
    client.getsockopt(IPPROTO_SCTP, SCTP_GET_PEER_ADDR_INFO, { spinfo_address });
  }
  await close(clock, client, server);
});
