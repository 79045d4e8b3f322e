/**
 * Many idle associations over the memory network, both ends in this process, in virtual time:
 *
 *   node --expose-gc memory.js ASSOCIATIONS full|quick
 *
 * @module
 */

import {
  createUserlandProvider,
  MemoryNetwork,
  SeededEntropy,
  type UserlandProvider,
  VirtualClock,
} from "../../src/userland/index.js";
import { addressesFor, ConnectingEnd, ListeningEnd } from "./associations.js";
import { cpuMicros, print, usageAfterCollection } from "./usage.js";

const SERVER = "10.0.0.1";
const HEARTBEAT_INTERVAL_MS = 30_000;
/** Associations are set up over one heartbeat interval, so that their heartbeats are spread evenly. */
const SET_UP_STEPS = 300;
const PAIRS_AT_ONCE = 10;
const ROUNDS = process.argv[3] === "quick" ? 100 : 1000;
const REPEATS = 3;

const associations = Number(process.argv[2]);
const clock = new VirtualClock();
const network = new MemoryNetwork({ clock });

function providerOn(address: string, seed: number): UserlandProvider {
  return createUserlandProvider({
    lowerLayer: network.host(address),
    clock,
    entropy: new SeededEntropy(seed),
    config: { heartbeatIntervalMs: HEARTBEAT_INTERVAL_MS },
  });
}

const server = providerOn(SERVER, 1);
const places = Array.from({ length: addressesFor(associations) }, (_, index) => {
  const address = `10.0.1.${index + 1}`;
  return { provider: providerOn(address, index + 2), address };
});
const listening = new ListeningEnd(server, SERVER, associations);
const connecting = new ConnectingEnd(associations, SERVER, (number) => places[number] ?? places[0]!);

/** Microseconds of CPU time for each data packet, its share of the SACKs included; the median of some repeats. */
async function packetMicros(among: number): Promise<number> {
  const costs: number[] = [];
  // The first repeat is for the compiler.
  for (let repeat = 0; repeat <= REPEATS; repeat += 1) {
    const before = listening.received;
    const start = cpuMicros();
    for (let round = 0; round < ROUNDS; round += 1) {
      connecting.sendPairs(PAIRS_AT_ONCE, among);
      // Long enough for what was sent to arrive; the heartbeats that fall due meanwhile are few.
      await clock.advanceBy(1);
    }
    const cost = (cpuMicros() - start) / (listening.received - before);
    if (repeat > 0) costs.push(cost);
  }
  return costs.sort((left, right) => left - right)[Math.floor(costs.length / 2)] ?? Number.NaN;
}

async function main(): Promise<void> {
  const empty = await usageAfterCollection();
  let setUpMicros = 0;
  while (connecting.begun < associations) {
    const start = cpuMicros();
    connecting.begin(Math.ceil(associations / SET_UP_STEPS));
    await clock.advanceBy(HEARTBEAT_INTERVAL_MS / SET_UP_STEPS);
    setUpMicros += cpuMicros() - start;
  }
  if (server.statistics.passiveEstabs !== associations) {
    throw new Error(`${server.statistics.passiveEstabs} of ${associations} associations were set up`);
  }
  const idle = await usageAfterCollection();
  // One interval for the compiler, one that counts.
  await clock.advanceBy(HEARTBEAT_INTERVAL_MS);
  const start = cpuMicros();
  const packets = server.statistics.outPackets;
  await clock.advanceBy(HEARTBEAT_INTERVAL_MS);
  const heartbeatMicros = cpuMicros() - start;
  // An end sends one heartbeat and one answer in each interval.
  const heartbeats = (server.statistics.outPackets - packets) / 2;
  const ends = 2 * associations;
  print({
    bytes: (idle.residentBytes - empty.residentBytes) / ends,
    "live bytes": (idle.liveBytes - empty.liveBytes) / ends,
    "set-up CPU µs": setUpMicros / ends,
    "heartbeat CPU %": (100 * heartbeatMicros) / 2 / (HEARTBEAT_INTERVAL_MS * 1000),
    "heartbeat µs": heartbeatMicros / (2 * heartbeats),
    "packet µs": await packetMicros(PAIRS_AT_ONCE),
    "packet µs, all": await packetMicros(associations),
  });
}

await main();
process.exit(0);
