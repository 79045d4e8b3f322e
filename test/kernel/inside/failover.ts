/**
 * Our own stack and the kernel's over two links, of which the primary one dies without a word and comes back: how late
 * messages become, and whether the primary path is used again (RFC 9260 §8.2, §6.4.1; RFC 7829).
 *
 * @module
 */

import assert from "node:assert/strict";
import { describe, test, type TestContext } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { AssociationConfigChange } from "../../../src/stack/config.js";
import { TELECOM_PROFILE } from "../../sim/failover.js";
import type { FailoverFunctions, Span } from "../failover-program.js";
import { RemoteProgram } from "../remote.js";
import { type KernelHost, TwoHosts } from "../two-hosts.js";

const MESSAGE_EVERY_MS = 10;
const ALIVE_MS = 1500;
const DEAD_MS = 2500;
/** How long the primary path has, after it has come back, to be used again; heartbeats go there once a second. */
const RETURN_LIMIT_MS = 30_000;
/** Round trips of 20 ms. */
const ALIVE = "delay 10ms";
const DEAD = "delay 10ms loss 100%";
const PRIMARY_LINK = 0;
const PORT = 2905;
/**
 * How often a case is run at most: a machine that has stood still just before the path died has made round trips long,
 * and with them the time-out that is to notice.
 */
const ATTEMPTS = 3;
/** An attempt takes ten seconds, on a machine with much else to do six times as long. */
const CASE = { timeout: 300_000 };

/** How late messages may become, by RFC 7829's threshold; Path.Max.Retrans makes it RFC 9260 alone. */
const LIMITS = [
  { threshold: TELECOM_PROFILE.pathMaxRetrans, lateMs: 1000, rule: "RFC 9260 §8.2: less than 1 s late" },
  { threshold: 0, lateMs: 300, rule: "RFC 7829 §3.2, threshold 0: less than 300 ms late" },
];

/** Tells the kernel of a host what the profile tells our own stack. */
function setKernelProfile(host: KernelHost, threshold: number): void {
  host.sysctl({
    "net.sctp.rto_initial": TELECOM_PROFILE.rtoInitialMs,
    "net.sctp.rto_min": TELECOM_PROFILE.rtoMinMs,
    "net.sctp.rto_max": TELECOM_PROFILE.rtoMaxMs,
    "net.sctp.sack_timeout": TELECOM_PROFILE.sackDelayMs,
    "net.sctp.path_max_retrans": TELECOM_PROFILE.pathMaxRetrans,
    "net.sctp.hb_interval": TELECOM_PROFILE.heartbeatIntervalMs,
    "net.sctp.pf_retrans": threshold,
  });
}

type Program = RemoteProgram<FailoverFunctions>;

/** Lets the primary link die without a word and come back. */
async function disturb(hosts: TwoHosts): Promise<void> {
  await delay(ALIVE_MS);
  for (const host of hosts.both) host.impair(DEAD, PRIMARY_LINK);
  await delay(DEAD_MS);
  for (const host of hosts.both) host.impair(ALIVE, PRIMARY_LINK);
}

/** Waits until most of what a host sends leaves over the primary link. @returns how long that took, in milliseconds */
async function primaryUsed(sender: Program, { links }: KernelHost): Promise<number> {
  const start = performance.now();
  let before = await sender.call("sentBytes", links);
  while (performance.now() < start + RETURN_LIMIT_MS) {
    // oxlint-disable-next-line no-await-in-loop -- one look after the other
    await delay(500);
    // oxlint-disable-next-line no-await-in-loop
    const after = await sender.call("sentBytes", links);
    const [primary = 0, secondary = 0] = after.map((bytes, link) => bytes - (before[link] ?? 0));
    if (primary > 4 * secondary) return performance.now() - start;
    before = after;
  }
  throw new Error(`after ${RETURN_LIMIT_MS} ms the primary path was not used`);
}

/** How much of a span the others cover, in milliseconds. @param others - in the order of their beginnings */
function coveredMs([from, to]: Span, others: readonly Span[]): number {
  let covered = 0;
  let end = from;
  for (const [otherFrom, otherTo] of others) {
    const last = Math.min(otherTo, to);
    covered += Math.max(0, last - Math.max(otherFrom, end));
    end = Math.max(end, last);
  }
  return covered;
}

/**
 * One run; the client is the first host.
 *
 * @returns how late the latest message was, in milliseconds, less the time for which a busy machine let an end wait
 */
async function run(
  t: TestContext,
  [ours, sends]: readonly ["client" | "server", "userland" | "kernel"],
  threshold: number,
): Promise<number> {
  const hosts = TwoHosts.create(2);
  hosts.impair(ALIVE);
  const [userlandHost, kernelHost] = ours === "client" ? [hosts.a, hosts.b] : [hosts.b, hosts.a];
  userlandHost.silenceKernel();
  setKernelProfile(kernelHost, threshold);
  const config: AssociationConfigChange = { ...TELECOM_PROFILE, potentiallyFailedMaxRetrans: threshold };
  const start = (host: KernelHost): Program => new RemoteProgram<FailoverFunctions>(host, "failover-program");
  const [client, server] = [start(hosts.a), start(hosts.b)];
  for (const [program, host] of [
    [client, hosts.a],
    [server, hosts.b],
  ] as const) {
    const { addresses } = host;
    await program.call("open", { config: host === userlandHost ? config : undefined, addresses, port: PORT });
  }
  await server.call("listen", undefined);
  const address = hosts.b.addresses[PRIMARY_LINK] ?? "";
  await Promise.all([server.call("accept", undefined), client.call("connect", { address, port: PORT })]);
  // The second path carries nothing before a heartbeat has confirmed it.
  await Promise.all([client, server].map((program) => program.call("confirmed", undefined)));
  const clientSends = (ours === "client") === (sends === "userland");
  const [sender, receiver] = clientSends ? [client, server] : [server, client];
  const receiving = receiver.call("receiveAll", undefined);
  const sending = sender.call("sendEvery", MESSAGE_EVERY_MS);
  await disturb(hosts);
  const returnMs = await primaryUsed(sender, clientSends ? hosts.a : hosts.b);
  await sender.call("stopSending", undefined);
  const [messages, spans] = await Promise.all([sending, receiving]);
  const stalls = await Promise.all([client, server].map((program) => program.call("stalls", undefined)));
  const inOrder = stalls.flat().sort(([left], [right]) => left - right);
  await Promise.all([client.call("end", undefined), server.call("end", undefined)]);
  await Promise.all([client.end(), server.end()]);
  hosts.remove();
  const delaysMs = spans.map(([sent, received]) => received - sent).sort((left, right) => left - right);
  const latestMs = Math.max(
    ...spans.map(([sent, received]) => received - sent - coveredMs([sent, received], inOrder)),
  );
  t.diagnostic(
    `${messages} messages, all arrived; half of them within ${(delaysMs[messages >> 1] ?? 0).toFixed(1)} ms, ` +
      `the latest ${delaysMs.at(-1)?.toFixed(0)} ms, ${latestMs.toFixed(0)} ms of that on a machine that went on; ` +
      `the primary path was used again ${(returnMs / 1000).toFixed(1)} s after its return`,
  );
  assert.equal(spans.length, messages);
  return latestMs;
}

/** Runs a case until messages come in time. @returns how late they were in each attempt, in milliseconds */
async function attempt(lateMs: number, once: () => Promise<number>): Promise<number[]> {
  const latestMs: number[] = [];
  while (latestMs.length < ATTEMPTS && !latestMs.some((each) => each < lateMs)) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    latestMs.push(await once());
  }
  return latestMs;
}

for (const { threshold, lateMs, rule } of LIMITS) {
  describe(rule, () => {
    for (const sends of ["userland", "kernel"] as const) {
      for (const ours of ["client", "server"] as const) {
        test(
          `the ${sends} sends, userland is the ${ours}; none is lost, the primary is used again`,
          CASE,
          async (t) => {
            const latestMs = await attempt(lateMs, () => run(t, [ours, sends], threshold));
            assert.ok((latestMs.at(-1) ?? lateMs) < lateMs, `${latestMs.join(" ms, ")} ms`);
          },
        );
      }
    }
  });
}
