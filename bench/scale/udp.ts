/**
 * One end of many idle associations over UDP; the bench's scale starts two of them and tells them what to do:
 *
 *   node --expose-gc udp.js listen|connect ASSOCIATIONS LOCAL_UDP_PORT REMOTE_UDP_PORT
 *
 * Each line of standard input is an order, answered with one line of JSON.
 *
 * @module
 */

import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { createUserlandProvider, UdpEncapsulation } from "../../src/userland/index.js";
import { ConnectingEnd, ListeningEnd } from "./associations.js";
import { cpuMicros, print, usageAfterCollection } from "./usage.js";

const SERVER = "127.0.0.1";
const HEARTBEAT_INTERVAL_MS = 30_000;
const PAIRS_AT_ONCE = 10;
/** So that what is on its way stays far below a socket's buffer. */
const PAUSE_MS = 1;
const BEGUN_AT_ONCE = 50;
const UNDER_WAY_MAX = 500;

const [role, count, localUdpPort, remoteUdpPort] = process.argv.slice(2);
const associations = Number(count);
const provider = createUserlandProvider({
  lowerLayer: new UdpEncapsulation({ localUdpPort: Number(localUdpPort) }),
  remoteUdpPort: Number(remoteUdpPort),
  config: { heartbeatIntervalMs: HEARTBEAT_INTERVAL_MS },
});
const listening = role === "listen" ? new ListeningEnd(provider, SERVER, associations) : undefined;
const connecting =
  role === "connect"
    ? new ConnectingEnd(associations, SERVER, (number) => ({ provider, address: `127.0.1.${number + 1}` }))
    : undefined;

/** Sets everything up within the given time, spread evenly, or more slowly when it cannot be that fast. */
async function connect(end: ConnectingEnd, seconds: number): Promise<void> {
  const start = performance.now();
  while (provider.statistics.activeEstabs < associations) {
    const share = seconds === 0 ? 1 : (performance.now() - start) / (seconds * 1000);
    const due = Math.min(associations, Math.ceil(share * associations));
    const isBehind = end.begun - provider.statistics.activeEstabs > UNDER_WAY_MAX;
    if (!isBehind && end.begun < due) end.begin(Math.min(BEGUN_AT_ONCE, due - end.begun));
    await delay(PAUSE_MS);
  }
}

async function send(end: ConnectingEnd, rounds: number, among: number): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    end.sendPairs(PAIRS_AT_ONCE, among);
    await delay(PAUSE_MS);
  }
  await delay(100 * PAUSE_MS);
}

async function obey(line: string): Promise<void> {
  const [order, first = "0", second = "0"] = line.split(" ");
  if (order === "connect" && connecting !== undefined) await connect(connecting, Number(first));
  if (order === "send" && connecting !== undefined) await send(connecting, Number(first), Number(second));
  const usage = order === "memory" ? await usageAfterCollection() : { cpuMicros: cpuMicros() };
  const { activeEstabs, passiveEstabs, outPackets } = provider.statistics;
  print({
    ...usage,
    associations: activeEstabs + passiveEstabs,
    outPackets,
    received: listening?.received ?? 0,
  });
}

console.log("ready");
for await (const line of createInterface({ input: process.stdin })) await obey(line);
process.exit(0);
