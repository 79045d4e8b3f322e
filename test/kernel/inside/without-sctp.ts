/**
 * A kernel without SCTP: main.ts boots it without the module, and without the means to load it.
 *
 * @module
 */

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { providerChoices } from "../provider-choices.js";
import { startHost } from "../stack-association.js";
import { TwoHosts } from "../two-hosts.js";

test("where checksctp finds no SCTP, auto takes userland and says so, and kernel names the remedy", () => {
  const { status, stderr } = spawnSync("checksctp", { encoding: "utf8" });
  assert.notEqual(status, 0, stderr);
  assert.deepEqual(providerChoices(), [
    "auto: userland",
    "warning: SCTP_USERLAND",
    "kernel: ERR_SCTP_PROVIDER_UNAVAILABLE, modprobe sctp",
  ]);
});

test("RFC 9260 §10 ICMP8: our own stack over IP is refused by such a kernel, over IPv4 and IPv6", async () => {
  const hosts = TwoHosts.create();
  const { program } = startHost(hosts.a, "userland over IP");
  for (const [address = "", to = ""] of [
    [hosts.a.addresses[0], hosts.b.addresses[0]],
    [hosts.a.addresses6[0], hosts.b.addresses6[0]],
  ]) {
    const side = { name: `from ${address}`, carrier: "userland over IP", address, port: 4000 } as const;
    await program.call("open", { ...side, messages: 0, seed: 0 });
    const connected = program.call("connect", { name: side.name, address: to, port: 4001 });
    await assert.rejects(connected, /ECONNREFUSED/);
    await program.call("shutDown", side.name);
  }
  await program.end();
  hosts.remove();
});
