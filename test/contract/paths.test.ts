import assert from "node:assert/strict";
import { test } from "node:test";
import {
  AF_INET,
  IPPROTO_SCTP,
  SCTP_ADDR_AVAILABLE,
  SCTP_ADDR_CONFIRMED,
  SCTP_ADDR_UNREACHABLE,
  SCTP_ASSOC_CHANGE,
  SCTP_ASSOCINFO,
  SCTP_BINDX_ADD_ADDR,
  SCTP_COMM_LOST,
  SCTP_COMM_UP,
  SCTP_GET_PEER_ADDR_INFO,
  SCTP_INACTIVE,
  SCTP_PEER_ADDR_CHANGE,
  SctpSocket,
  SOCK_SEQPACKET,
} from "../../src/index.js";
import { createUserlandProvider, MemoryNetwork, VirtualClock } from "../../src/userland/index.js";
import { bytesOf, drain, subscribe } from "./world.js";

const HOUR_MS = 3_600_000;

interface Scene {
  readonly clock: VirtualClock;
  readonly network: MemoryNetwork;
  readonly client: SctpSocket;
  readonly server: SctpSocket;
}

/** A client that knows one address of a server with two, and learns the other from its INIT ACK. */
async function twoPaths(): Promise<Scene> {
  const clock = new VirtualClock();
  const network = new MemoryNetwork({ clock, faults: { delayMs: 5 } });
  const host = (...addresses: string[]): SctpSocket => {
    const provider = createUserlandProvider({ clock, lowerLayer: network.host(...addresses) });
    return new SctpSocket(AF_INET, SOCK_SEQPACKET, { provider });
  };
  const server = host("10.0.0.1", "10.0.1.1");
  const addresses = ["10.0.0.1", "10.0.1.1"].map((address) => ({ address, port: 7 }));
  server.sctp_bindx(addresses, SCTP_BINDX_ADD_ADDR);
  server.listen();
  const client = host("10.0.0.2");
  subscribe(client, SCTP_PEER_ADDR_CHANGE, SCTP_ASSOC_CHANGE);
  await clock.until(client.sctp_sendv(bytesOf("x"), { to: addresses[0]! }));
  await clock.until(server.sctp_recvv());
  return { clock, network, client, server };
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
  await clock.until(Promise.all([client.close(), server.close()]));
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
  await clock.until(Promise.all([client.close(), server.close()]));
  assert.equal(clock.hasRef, false);
});
