import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { AF_INET, SOCK_SEQPACKET } from "../../src/sockets/constants.js";
import { SctpSocket } from "../../src/sockets/sctp-socket.js";
import type { sctp_assoc_t } from "../../src/sockets/types.js";
import {
  createUserlandProvider,
  MemoryNetwork,
  SeededEntropy,
  type UserlandProvider,
  VirtualClock,
} from "../../src/userland/index.js";

const SERVER = "10.0.0.1";
const CLIENT = "10.0.0.2";
const FIRST_PORT = 5001;
/** An association is known by its ports: each of so many sockets has one with each of as many. */
const SOCKETS = 25;
const BYTES_MAX = 4096;

setFlagsFromString("--expose-gc");
const collect: () => void = runInNewContext("gc");

async function liveBytes(): Promise<number> {
  for (let round = 0; round < 3; round += 1) {
    collect();
    await nextTurn();
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

const clock = new VirtualClock();
const network = new MemoryNetwork({ clock });

function providerOn(address: string, seed: number): UserlandProvider {
  return createUserlandProvider({
    lowerLayer: network.host(address),
    clock,
    entropy: new SeededEntropy(seed),
  });
}

const [server, client] = [providerOn(SERVER, 1), providerOn(CLIENT, 2)];
for (let index = 0; index < SOCKETS; index += 1) {
  const socket = new SctpSocket(AF_INET, SOCK_SEQPACKET, { provider: server });
  socket.bind({ address: SERVER, port: FIRST_PORT + index });
  socket.listen(SOCKETS * 2);
}

/** Associations with every listening socket; answers their sockets. */
async function associate(sockets: number): Promise<SctpSocket[]> {
  const begun: SctpSocket[] = [];
  for (let index = 0; index < sockets; index += 1) {
    const socket = new SctpSocket(AF_INET, SOCK_SEQPACKET, { provider: client });
    const setUp: Promise<sctp_assoc_t>[] = [];
    for (let offset = 0; offset < SOCKETS; offset += 1)
      setUp.push(socket.sctp_connectx([{ address: SERVER, port: FIRST_PORT + offset }]));
    await clock.until(Promise.all(setUp));
    begun.push(socket);
  }
  await clock.advanceBy(60_000);
  return begun;
}

test("an idle association takes less than 4 KiB at each end, on a one-to-many socket", async (context) => {
  // The code is compiled, and tables have grown, before anything is compared.
  const first = await associate(SOCKETS);
  const before = await liveBytes();
  const second = await associate(SOCKETS);
  const ends = 2 * SOCKETS * SOCKETS;
  assert.equal(client.statistics.activeEstabs, (first.length + second.length) * SOCKETS);
  const bytes = ((await liveBytes()) - before) / ends;
  context.diagnostic(`${bytes.toFixed(0)} bytes`);
  assert.ok(bytes < BYTES_MAX, `${bytes} bytes`);
});
