import assert from "node:assert/strict";
import { test } from "node:test";
import { SCTP_BINDX_ADD_ADDR, SCTP_BINDX_REM_ADDR, SHUT_WR } from "../../src/sockets/constants.js";
import type { SctpSocket } from "../../src/sockets/sctp-socket.js";
import { SeededEntropy } from "../../src/userland/seeded-entropy.js";
import { createUserlandProvider, type UserlandProvider } from "../../src/userland/userland-provider.js";
import { bytesOf, oneToOne, textOf, World } from "./world.js";

const SERVER = { address: "10.0.0.2", port: 5000 };
const CLIENT = { address: "10.0.0.1", port: 7000 };
/** Two of these do not fit into the peer's receive buffer, and one fits into the send buffer. */
const MUCH = new Uint8Array(900_000);

interface Pair {
  readonly world: World;
  readonly server: SctpSocket;
  readonly client: SctpSocket;
  /** The client's process dies without a word, and another one takes its place and connects. */
  readonly restartClient: () => Promise<SctpSocket>;
}

/** A server that was accepted from a client, and that has more to send than the client has room for. */
async function stuckPair(): Promise<Pair> {
  const world = new World();
  const listener = oneToOne(world.provider(SERVER.address));
  listener.bind(SERVER);
  listener.listen();
  const provider = world.provider(CLIENT.address);
  const accepted = listener.accept();
  const client = await connectedFrom(world, provider);
  const { socket: server } = await world.until(accepted);
  await server.sctp_sendv(MUCH);
  await world.clock.advanceBy(2000);
  await server.sctp_sendv(MUCH);
  await world.clock.advanceBy(2000);
  const restartClient = async (): Promise<SctpSocket> => {
    await provider.close();
    const lowerLayer = world.network.replaceHost(CLIENT.address);
    const { clock } = world;
    return connectedFrom(
      world,
      createUserlandProvider({ clock, lowerLayer, entropy: new SeededEntropy(99) }),
    );
  };
  return { world, server, client, restartClient };
}

async function connectedFrom(world: World, provider: UserlandProvider): Promise<SctpSocket> {
  const socket = oneToOne(provider);
  socket.bind(CLIENT);
  await world.until(socket.connect(SERVER));
  return socket;
}

test("RFC 9260 §5.2.4 A: the SHUTDOWN of a peer that has restarted since is not the end of the new one", async () => {
  const { world, server, client, restartClient } = await stuckPair();
  client.shutdown(SHUT_WR);
  await world.clock.advanceBy(100);
  assert.throws(() => server.nonblocking.sctp_sendv(bytesOf("late")), { code: "ESHUTDOWN" });
  const again = await restartClient();
  const received = server.sctp_recvv();
  await world.clock.advanceBy(100);
  await again.sctp_sendv(bytesOf("again"));
  assert.equal(textOf((await world.until(received)).data), "again");
  await server.sctp_sendv(bytesOf("answer"));
  assert.equal(textOf((await world.until(again.sctp_recvv())).data), "answer");
});

test("RFC 6458 §4.1.7: who has shut down sends nothing to a peer that restarts, and the shutdown goes on", async () => {
  const { world, server, restartClient } = await stuckPair();
  server.shutdown(SHUT_WR);
  const again = await restartClient();
  await world.clock.advanceBy(100);
  assert.throws(() => server.nonblocking.sctp_sendv(bytesOf("late")), { code: "EPIPE" });
  assert.equal((await world.until(again.sctp_recvv(), 1000)).data.length, 0);
  assert.equal((await world.until(server.sctp_recvv(), 1000)).data.length, 0);
});

test("RFC 6458 §4.1.6: a socket that closes ends gracefully although its peer restarts meanwhile", async () => {
  const { world, server, restartClient } = await stuckPair();
  const closed = server.close();
  const again = await restartClient();
  await world.until(closed, 1000);
  assert.equal((await world.until(again.sctp_recvv(), 1000)).data.length, 0);
});

test("a send that waits for room goes on when the peer restarts, with the same association", async () => {
  const { world, server, restartClient } = await stuckPair();
  const waiting = server.sctp_sendv(bytesOf("x".repeat(600_000)));
  await world.clock.advanceBy(100);
  const again = await restartClient();
  await world.until(waiting, 1000);
  const { data } = await world.until(again.sctp_recvv(), 5000);
  assert.ok(data.length > 0);
});

test("RFC 9260 §5.2.2, RFC 6458 §9.1: a peer that restarts is told of the addresses that its association has for itself", async () => {
  const world = new World();
  const listener = oneToOne(world.provider(["10.0.0.2", "10.0.1.2", "10.0.2.2"]));
  const at = (address: string): { address: string; port: number } => ({ address, port: SERVER.port });
  listener.sctp_bindx([SERVER, at("10.0.1.2")], SCTP_BINDX_ADD_ADDR);
  listener.listen();
  const provider = world.provider(CLIENT.address);
  const accepting = listener.accept();
  await connectedFrom(world, provider);
  const { socket: server } = await world.until(accepting);
  server.sctp_bindx([at("10.0.2.2")], SCTP_BINDX_ADD_ADDR);
  server.sctp_bindx([at("10.0.1.2")], SCTP_BINDX_REM_ADDR);
  await world.clock.advanceBy(1000);
  await provider.close();
  const lowerLayer = world.network.replaceHost(CLIENT.address);
  const { clock } = world;
  const again = await connectedFrom(
    world,
    createUserlandProvider({ clock, lowerLayer, entropy: new SeededEntropy(99) }),
  );
  for (const known of [again.sctp_getpaddrs(), server.sctp_getladdrs()]) {
    assert.deepEqual(
      known.map(({ address }) => address),
      ["10.0.0.2", "10.0.2.2"],
    );
  }
});
