/**
 * Partial reliability between our own stack and the kernel's, both ways, over links that lose every tenth packet, with
 * each policy: what is reliable arrives, what is not arrives or is reported, and the order within streams holds.
 *
 * @module
 */

import assert from "node:assert/strict";
import { after, before, describe, test, type TestContext } from "node:test";
import { SCTP_PR_SCTP_PRIO, SCTP_PR_SCTP_RTX, SCTP_PR_SCTP_TTL } from "../../../src/index.js";
import { isReliable, type ReliabilityFunctions, type Series, STREAMS } from "../reliability-program.js";
import { RemoteProgram } from "../remote.js";
import { type KernelHost, TwoHosts } from "../two-hosts.js";
import { WireCapture } from "../wire-capture.js";

const COUNT = process.env["SCTPKIT_KERNEL_TEST_FULL"] === "1" ? 5000 : 250;
const IMPAIRMENT = "delay 5ms loss 10%";
const CASE = { timeout: 300_000 };

const POLICIES: readonly { readonly name: string; readonly series: Omit<Series, "count"> }[] = [
  { name: "SCTP_PR_SCTP_TTL", series: { pr_policy: SCTP_PR_SCTP_TTL, pr_values: [30, 200], burst: 4 } },
  { name: "SCTP_PR_SCTP_RTX", series: { pr_policy: SCTP_PR_SCTP_RTX, pr_values: [0, 1], burst: 4 } },
  {
    name: "SCTP_PR_SCTP_PRIO",
    series: { pr_policy: SCTP_PR_SCTP_PRIO, pr_values: [9, 7, 5, 3, 1], burst: 20 },
  },
];

type Program = RemoteProgram<ReliabilityFunctions>;

let lastPort = 6000;

/** One run over hosts whose first is ours. */
async function run(
  t: TestContext,
  hosts: TwoHosts,
  [ours, sends]: readonly ["client" | "server", "userland" | "kernel"],
  series: Series,
): Promise<void> {
  lastPort += 1;
  const port = lastPort;
  const open = async (host: KernelHost): Promise<Program> => {
    const program = new RemoteProgram<ReliabilityFunctions>(host, "reliability-program");
    const carrier = host === hosts.a ? "userland" : "kernel";
    await program.call("open", { carrier, address: host.addresses[0] ?? "", port });
    return program;
  };
  const [userland, kernel] = await Promise.all([open(hosts.a), open(hosts.b)]);
  const [client, server] = ours === "client" ? [userland, kernel] : [kernel, userland];
  const address = (ours === "client" ? hosts.b : hosts.a).addresses[0] ?? "";
  await server.call("listen", undefined);
  await Promise.all([server.call("accept", undefined), client.call("connect", { address, port })]);
  const [sender, receiver] = sends === "userland" ? [userland, kernel] : [kernel, userland];
  const [received, sent] = await Promise.all([
    receiver.call("receiveAll", undefined),
    sender.call("send", series),
  ]);
  await Promise.all([client.call("end", undefined), server.call("end", undefined)]);
  await Promise.all([client.end(), server.end()]);
  const { taken, failed, abandoned, isSupported } = sent;
  t.diagnostic(
    `${taken.length} of ${series.count} messages taken, ${received.length} received, ${failed.length} failed; ` +
      `given up: ${abandoned[0]} unsent, ${abandoned[1]} sent`,
  );
  assert.ok(isSupported);
  const arrived = new Set(received);
  assert.equal(arrived.size, received.length, "none comes twice");
  for (let stream = 0; stream < STREAMS; stream += 1) {
    const ofStream = received.filter((number) => number % STREAMS === stream);
    assert.deepEqual(
      ofStream,
      ofStream.toSorted((left, right) => left - right),
      "the order of a stream holds",
    );
  }
  const known = new Set([...received, ...failed]);
  const unknown = taken.filter((number) => !known.has(number));
  // Linux does not report what it gives up after it has sent it, or for something more important; it only counts it.
  if (sends === "userland") assert.deepEqual(unknown, [], "what has not arrived was reported");
  else assert.ok(unknown.length <= abandoned[0] + abandoned[1], "what has not arrived was counted");
  const missing = taken.filter((number) => isReliable(number, series.count) && !arrived.has(number));
  assert.deepEqual(missing, [], "what is reliable arrives");
  assert.ok(failed.length > 0 && received.length > series.count / RELIABLE_SHARE, "some of both");
  // Linux counts chunks where a message was fragmented.
  if (sends === "userland") assert.equal(abandoned[0] + abandoned[1], failed.length);
}

/** More than the reliable ones alone arrive. */
const RELIABLE_SHARE = 8;

describe("userland and kernel over IP, 10 % loss", () => {
  let hosts: TwoHosts;
  let capture: WireCapture;

  before(async () => {
    hosts = TwoHosts.create(1);
    hosts.impair(IMPAIRMENT);
    hosts.a.silenceKernel();
    capture = await WireCapture.start(hosts.a, 0);
  });

  after(() => hosts.remove());

  describe("side by side", { concurrency: 4 }, () => {
    for (const { name, series } of POLICIES) {
      for (const sends of ["userland", "kernel"] as const) {
        for (const ours of ["client", "server"] as const) {
          test(`${name}, the ${sends} sends, userland is the ${ours}`, CASE, (t) =>
            run(t, hosts, [ours, sends], { ...series, count: COUNT }),
          );
        }
      }
    }
  });

  test("tshark has no complaint about the packets of our own stack", CASE, async (t) => {
    const { ownPackets, foreignPackets, ownComplaints } = await capture.judge(hosts.b.addresses[0] ?? "");
    t.diagnostic(`${ownPackets} packets of ours, ${foreignPackets} of the kernel's`);
    assert.deepEqual(ownComplaints, []);
    assert.ok(ownPackets > 500 && foreignPackets > 500, "both directions were captured");
  });
});
