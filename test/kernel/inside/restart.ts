/**
 * One of two stacks dies and begins anew at the same address and port, while the other still holds the association
 * (RFC 9260 §5.2): it learns of a restart, and the association goes on.
 *
 * @module
 */

import { after, before, describe, test } from "node:test";
import { addressesOf, assertShutdown, type Host, StackAssociation, startHost } from "../stack-association.js";
import { TwoHosts } from "../two-hosts.js";
import { TUNNEL_PORT } from "../wire-capture.js";

/** In each direction, before and after. */
const MESSAGES = 20;

/** A case takes a few seconds; on a machine with much else to do, ten times as many. */
const CASE = { timeout: 90_000 };

/** Makes a host's kernel speak SCTP in UDP. */
const TUNNEL = { "net.sctp.udp_port": TUNNEL_PORT, "net.sctp.encap_port": TUNNEL_PORT };

for (const wire of ["IP", "UDP"] as const) {
  describe(`userland and kernel over ${wire}`, () => {
    let hosts: TwoHosts;
    let userland: Host;
    let kernel: Host;

    before(() => {
      hosts = TwoHosts.create();
      if (wire === "UDP") hosts.b.sysctl(TUNNEL);
      else hosts.a.silenceKernel();
      userland = startHost(hosts.a, `userland over ${wire}`);
      kernel = startHost(hosts.b, "kernel");
    });

    after(async () => {
      await Promise.all([userland.program.end(), kernel.program.end()]);
      hosts.remove();
    });

    test("userland is killed and comes back: the kernel tells of a restart", CASE, async () => {
      const association = await StackAssociation.establish(
        userland,
        kernel,
        addressesOf(userland, kernel, 0),
        MESSAGES,
      );
      await association.exchange();
      await userland.program.kill();
      userland = startHost(hosts.a, userland.carrier);
      await association.restart(userland);
      await association.exchange();
      assertShutdown(await association.end("client", "shutDown"), ["COMM_UP", "RESTART"]);
    });

    test("the process of a kernel's socket is killed: a graceful end", CASE, async () => {
      const association = await StackAssociation.establish(
        kernel,
        userland,
        addressesOf(kernel, userland, 0),
        MESSAGES,
      );
      await association.exchange();
      await kernel.program.kill();
      assertShutdown(await association.receiveEnd());
      kernel = startHost(hosts.b, "kernel");
    });

    test("the kernel dies without a word and comes back: userland tells of a restart", CASE, async () => {
      const association = await StackAssociation.establish(
        kernel,
        userland,
        addressesOf(kernel, userland, 0),
        MESSAGES,
      );
      await association.exchange();
      hosts.replaceB();
      await kernel.program.kill();
      if (wire === "UDP") hosts.b.sysctl(TUNNEL);
      kernel = startHost(hosts.b, "kernel");
      await association.restart(kernel);
      await association.exchange();
      assertShutdown(await association.end("client", "shutDown"), ["COMM_UP", "RESTART"]);
    });
  });
}
