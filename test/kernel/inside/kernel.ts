/**
 * The kernel of the run itself: it has SCTP, and two hosts in it reach each other.
 *
 * @module
 */

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { loadAddon } from "../../../src/native/addon.js";
import { TwoHosts } from "../two-hosts.js";

test("checksctp says that SCTP is supported", () => {
  // It speaks on standard error.
  const { status, stderr } = spawnSync("checksctp", { encoding: "utf8" });
  assert.deepEqual([status, stderr], [0, "SCTP supported\n"]);
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
    await server.waitForOutput(/listen\(/);
    const local = ["-H", address.includes(":") ? "::" : "0.0.0.0", "-P", "5001"];
    hosts.a.run(["sctp_test", ...local, "-h", address, "-p", "5000", "-s", "-c", "1", "-x", "1"]);
    server.kill();
    await server.ended;
  }
  hosts.remove();
});
