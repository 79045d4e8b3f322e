import assert from "node:assert/strict";
import { test } from "node:test";
import {
  IPPROTO_SCTP,
  SCTP_ACTIVE,
  SCTP_BINDX_ADD_ADDR,
  SCTP_CLOSED,
  SCTP_COOKIE_ECHOED,
  SCTP_COOKIE_WAIT,
  SCTP_EMPTY,
  SCTP_ESTABLISHED,
  SCTP_GET_PEER_ADDR_INFO,
  SCTP_LISTEN,
  SCTP_SHUTDOWN_ACK_SENT,
  SCTP_SHUTDOWN_PENDING,
  SCTP_SHUTDOWN_RECEIVED,
  SCTP_SHUTDOWN_SENT,
  SCTP_STATUS,
  SCTP_UNCONFIRMED,
  SHUT_WR,
} from "../../src/sockets/constants.js";
import type { SctpSocket } from "../../src/sockets/sctp-socket.js";
import { oneToOne, World } from "./world.js";

const STEP_MS = 10;
const SERVER = { address: "10.0.0.2", port: 5000 };

/** The state of a one-to-one socket's association; `undefined` when there is none. */
function stateOf(socket: SctpSocket): number | undefined {
  try {
    return socket.getsockopt(IPPROTO_SCTP, SCTP_STATUS).sstat_state;
  } catch (error) {
    assert.equal((error as NodeJS.ErrnoException).code, "EINVAL");
    return undefined;
  }
}

/** The states of two sockets as they follow each other while a number of steps pass. */
async function watch(world: World, steps: number, ...sockets: readonly SctpSocket[]): Promise<number[][]> {
  const seen: number[][] = sockets.map(() => []);
  for (let step = 0; step < steps; step += 1) {
    for (const [index, socket] of sockets.entries()) {
      const state = stateOf(socket);
      const states = seen[index];
      if (state !== undefined && states?.at(-1) !== state) states?.push(state);
    }
    // oxlint-disable-next-line no-await-in-loop -- one step after the other
    await world.clock.advanceBy(STEP_MS);
  }
  return seen;
}

test("RFC 6458 §8.2.1, RFC 9260 §4: the states that an association goes through, on both sides", async () => {
  const world = new World({ faults: { delayMs: 100 } });
  const listener = oneToOne(world.provider(SERVER.address));
  listener.bind(SERVER);
  listener.listen();
  const client = oneToOne(world.provider("10.0.0.1"));
  const accepting = listener.accept();
  const connecting = client.connect(SERVER);
  assert.equal(stateOf(listener), undefined, "a socket that listens has no association");
  assert.deepEqual(await watch(world, 41, client), [
    [SCTP_COOKIE_WAIT, SCTP_COOKIE_ECHOED, SCTP_ESTABLISHED],
  ]);
  await connecting;
  const { socket: server } = await accepting;

  // What is under way when one side ends keeps both in the states before the last ones.
  const data = new Uint8Array(1000);
  for (let count = 0; count < 20; count += 1) {
    client.nonblocking.send(data);
    server.nonblocking.send(data);
  }
  await world.clock.advanceBy(STEP_MS);
  client.shutdown(SHUT_WR);
  const [ofClient, ofServer] = await watch(world, 500, client, server);
  assert.deepEqual(ofClient, [SCTP_SHUTDOWN_PENDING, SCTP_SHUTDOWN_SENT]);
  assert.deepEqual(ofServer, [SCTP_ESTABLISHED, SCTP_SHUTDOWN_RECEIVED, SCTP_SHUTDOWN_ACK_SENT]);

  assert.equal(stateOf(client), undefined, "what is closed is no association any more");
  // So these are never told: an association that is in none of RFC 9260's states is not there.
  const told = new Set<number>([...(ofClient ?? []), ...(ofServer ?? [])]);
  for (const never of [SCTP_CLOSED, SCTP_LISTEN, SCTP_EMPTY]) assert.equal(told.has(never), false);
});

test("RFC 6458 §8.2.2, RFC 9260 §5.4: a further address of the peer is unconfirmed until it has answered", async () => {
  const world = new World({ faults: { delayMs: 100 } });
  const further = { address: "10.0.1.2", port: SERVER.port };
  const listener = oneToOne(world.provider([SERVER.address, further.address]));
  listener.sctp_bindx([SERVER, further], SCTP_BINDX_ADD_ADDR);
  listener.listen();
  const client = oneToOne(world.provider("10.0.0.1"));
  await world.until(client.connect(SERVER));
  const stateOfPath = (spinfo_address: typeof SERVER): number =>
    client.getsockopt(IPPROTO_SCTP, SCTP_GET_PEER_ADDR_INFO, { spinfo_address }).spinfo_state;
  assert.deepEqual([stateOfPath(SERVER), stateOfPath(further)], [SCTP_ACTIVE, SCTP_UNCONFIRMED]);
  await world.clock.advanceBy(60_000);
  assert.deepEqual([stateOfPath(SERVER), stateOfPath(further)], [SCTP_ACTIVE, SCTP_ACTIVE]);
});
