import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { IPPROTO_SCTP, SCTP_GET_PEER_ADDR_INFO } from "../../src/sockets/constants.js";
import type { ObservedPacket } from "../../src/userland/memory-network.js";
import { bytesOf, oneToOne, textOf, World } from "./world.js";

const CLIENT = "10.0.0.1";
const SERVER = "10.0.0.2";

describe("RFC 9260 §7.3: a place on the way that is narrower than both ends", () => {
  for (const mtuBytes of [1300, 700, 300]) {
    test(`messages pass a router with an MTU of ${mtuBytes}, both ways, without a time-out`, async () => {
      const world = new World();
      world.network.setMtu(mtuBytes, { from: CLIENT, to: SERVER });
      world.network.setMtu(mtuBytes, { from: SERVER, to: CLIENT });
      const fates: string[] = [];
      world.network.onPacket(({ fate }) => fates.push(fate));
      const { client, server, listener } = await world.connectedPair();
      const data = new Uint8Array(20_000).map((_, index) => index * 7);
      for (const [from, to] of [
        [client, server],
        [server, client],
      ] as const) {
        const start = world.clock.now();
        await world.until(from.sctp_sendv(data));
        const { data: received } = await world.until(to.sctp_recvv({ lengthBytes: 30_000 }));
        assert.deepEqual(Buffer.from(received), Buffer.from(data));
        // The shortest time-out of retransmission is a second.
        assert.ok(world.clock.now() - start < 1000, `${world.clock.now() - start} ms`);
      }
      assert.ok(fates.includes("too big"), "the large packets were dropped, not fragmented");
      const peer = { spinfo_assoc_id: 0, spinfo_address: { address: SERVER, port: 5000 } };
      const info = client.getsockopt(IPPROTO_SCTP, SCTP_GET_PEER_ADDR_INFO, peer);
      // RFC 6458 §8.2.2: what is left for chunks behind the headers of IPv4 and SCTP.
      assert.equal(info.spinfo_mtu, (Math.max(mtuBytes, 512) & ~3) - 32);
      await world.until(Promise.all([client.close(), server.close(), listener.close()]));
    });
  }
});

/** Collects the packets of one host. */
function packetsFrom(world: World, address: string): ObservedPacket[] {
  const packets: ObservedPacket[] = [];
  world.network.onPacket((packet) => {
    if (packet.source.text === address) packets.push(packet);
  });
  return packets;
}

test("RFC 9260 §10 ICMP8: a host without SCTP refuses a connect, at once", async () => {
  const world = new World();
  const client = oneToOne(world.provider(CLIENT));
  const packets = packetsFrom(world, CLIENT);
  const connecting = client.connect({ address: SERVER, port: 5000 });
  await world.clock.advanceBy(10);
  const [init] = packets;
  assert.ok(init !== undefined);
  world.network.injectError({
    kind: "protocol unreachable",
    source: CLIENT,
    destination: SERVER,
    bytes: init.bytes.subarray(0, 20),
  });
  await assert.rejects(world.until(connecting, 100), { code: "ECONNREFUSED", syscall: "connect" });
});

test("RFC 9260 §10 ICMP6: a forged message does not end an association that is up; a true one does", async () => {
  const world = new World();
  const { client, server } = await world.connectedPair();
  const packets = packetsFrom(world, CLIENT);
  await world.until(client.sctp_sendv(bytesOf("still here")));
  assert.equal(textOf((await world.until(server.sctp_recvv())).data), "still here");
  const { bytes } = packets.at(-1) as ObservedPacket;
  const forged = bytes.slice();
  forged[4] = (forged[4] ?? 0) ^ 1;
  const kind = "protocol unreachable";
  world.network.injectError({ kind, source: CLIENT, destination: SERVER, bytes: forged });
  await world.until(client.sctp_sendv(bytesOf("and here")));
  assert.equal(textOf((await world.until(server.sctp_recvv())).data), "and here");
  world.network.injectError({ kind, source: CLIENT, destination: SERVER, bytes });
  await assert.rejects(world.until(client.sctp_recvv()), { code: "ECONNREFUSED", syscall: "recvmsg" });
});
