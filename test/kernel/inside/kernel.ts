/**
 * The kernel of the run itself: it has SCTP, which is what `auto` takes, and two hosts in it reach each other.
 *
 * @module
 */

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { loadAddon } from "../../../src/native/addon.js";
import { providerChoices } from "../provider-choices.js";
import { RemoteProgram } from "../remote.js";
import type { StackFunctions } from "../stack-program.js";
import { TwoHosts } from "../two-hosts.js";

const CASE = { timeout: 90_000 };

const LOOK_INTERVAL_MS = 20;

test("checksctp says that SCTP is supported", () => {
  // It speaks on standard error.
  const { status, stderr } = spawnSync("checksctp", { encoding: "utf8" });
  assert.deepEqual([status, stderr], [0, "SCTP supported\n"]);
});

test("auto takes the kernel's SCTP, without a word", () => {
  assert.deepEqual(providerChoices(), ["auto: kernel", "kernel: kernel"]);
});

test("a process of ours opens an SCTP socket through the addon", () => {
  const addon = loadAddon();
  assert.ok("socket" in addon, "reason" in addon ? addon.reason : undefined);
  const { AF_INET = -1, SOCK_SEQPACKET = -1, IPPROTO_SCTP = -1 } = addon.constants;
  const id = addon.socket(AF_INET, SOCK_SEQPACKET, IPPROTO_SCTP);
  assert.ok(id >= 0, `socket() answers ${id}`);
  assert.equal(addon.close(id), 0);
});

test("two hosts with two links talk over IPv4 and IPv6 on each, past a loss of a tenth", async () => {
  const hosts = TwoHosts.create(2);
  hosts.impair("loss 10%");
  for (const host of hosts.both) host.sysctl({ "net.sctp.rto_min": 100, "net.sctp.rto_initial": 100 });
  for (const address of [...hosts.b.addresses, ...hosts.b.addresses6]) {
    const server = hosts.b.start(["sctp_test", "-H", address, "-P", "5000", "-l"]);
    // What it prints once it listens; "listen(" it prints before.
    await server.waitForOutput(/recvmsg\(/);
    const local = ["-H", address.includes(":") ? "::" : "0.0.0.0", "-P", "5001"];
    hosts.a.run(["sctp_test", ...local, "-h", address, "-p", "5000", "-s", "-c", "1", "-x", "1"]);
    server.kill();
    await server.ended;
  }
  hosts.remove();
});

test("a raw socket gets checksums that nobody has filled in, until offloads are off", CASE, async () => {
  const hosts = TwoHosts.create();
  hosts.a.silenceKernel();
  hosts.b.setOffloads("on");
  hosts.b.sysctl({ "net.sctp.rto_min": 100, "net.sctp.rto_initial": 100 });
  const ours = new RemoteProgram<StackFunctions>(hosts.a, "stack-program");
  const [[own = ""], [peer = ""]] = [hosts.a.addresses, hosts.b.addresses];
  const side = { name: "ours", carrier: "userland over IP", address: own, port: 5000 } as const;
  await ours.call("open", { ...side, messages: 0, seed: 0 });
  await ours.call("listen", side.name);
  const client = hosts.b.start(["sctp_darn", "-H", peer, "-P", "5001", "-h", own, "-p", "5000", "-s"]);
  client.write("text");
  client.endInput();
  while ((await ours.call("statistics", undefined)).checksumErrors === 0) await delay(LOOK_INTERVAL_MS);
  hosts.b.setOffloads("off");
  // The kernel sends its INIT again, and now it is heard.
  await ours.call("accept", side.name);
  const [message] = await ours.call("receive", { name: side.name, count: 1 });
  assert.equal(new TextDecoder().decode(message), "text\0");
  await ours.call("receiveEnd", side.name);
  await client.ended;
  await ours.end();
  hosts.remove();
});
