/**
 * Our own stack and the kernel's against each other, over raw IP and over UDP encapsulation (RFC 6951), in both roles,
 * over links that lose and reorder packets. Every byte is compared.
 *
 * @module
 */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import {
  addressesOf,
  assertAbort,
  assertShutdown,
  type Host,
  startHost,
  StackAssociation,
} from "../stack-association.js";
import { TwoHosts } from "../two-hosts.js";
import { TUNNEL_PORT, WireCapture } from "../wire-capture.js";

const isFull = process.env["SCTPKIT_KERNEL_TEST_FULL"] === "1";
/** In each direction of each cell. */
const MESSAGES = isFull ? 10_000 : 500;
/** In each direction before one side ends the association. */
const MESSAGES_BEFORE_END = 20;
/** A loaded machine takes long; a transfer that stands still must not last for ever. */
const CELL = { timeout: isFull ? 60 * 60_000 : 120_000 };

/** What happens to what leaves a host, link by link, in netem's words. */
const LINKS = [
  { name: "no loss", impairment: "" },
  { name: "no loss, reordering", impairment: "delay 5ms reorder 75% 50%" },
  { name: "1 % loss, reordering", impairment: "loss 1% delay 5ms reorder 75% 50%" },
  { name: "5 % loss, reordering", impairment: "loss 5% delay 5ms reorder 75% 50%" },
];

/** The link whose packets tshark judges: the one that loses most. */
const CAPTURED_LINK = 3;

const ROLES = ["client", "server"] as const;
/** Who ends an association, and how. */
const ENDINGS = ROLES.flatMap((by) => [[by, "shutDown"] as const, [by, "abort"] as const]);

/** How many packets the links have lost so far, host by host: netem's own count. */
function lostPackets(hosts: TwoHosts): number {
  const disciplines = hosts.both.flatMap(
    (host) => JSON.parse(host.run(["tc", "-s", "-j", "qdisc", "show"])) as { kind: string; drops: number }[],
  );
  return disciplines.reduce((sum, { kind, drops }) => (kind === "netem" ? sum + drops : sum), 0);
}

for (const wire of ["IP", "UDP"] as const) {
  describe(`userland and kernel over ${wire}`, () => {
    let hosts: TwoHosts;
    let capture: WireCapture;
    let userland: Host;
    let kernel: Host;
    const clientAndServer = (role: "client" | "server"): [Host, Host] =>
      role === "client" ? [userland, kernel] : [kernel, userland];

    before(async () => {
      hosts = TwoHosts.create(LINKS.length);
      for (const [link, { impairment }] of LINKS.entries()) {
        for (const host of hosts.both) if (impairment !== "") host.impair(impairment, link);
      }
      if (wire === "UDP") {
        hosts.b.sysctl({ "net.sctp.udp_port": TUNNEL_PORT, "net.sctp.encap_port": TUNNEL_PORT });
      } else {
        hosts.a.silenceKernel();
      }
      if (!isFull) capture = await WireCapture.start(hosts.a, CAPTURED_LINK);
      userland = startHost(hosts.a, `userland over ${wire}`);
      kernel = startHost(hosts.b, "kernel");
    });

    after(async () => {
      await Promise.all([userland.program.end(), kernel.program.end()]);
      hosts.remove();
    });

    describe("side by side", { concurrency: true }, () => {
      for (const role of ROLES) {
        for (const [link, { name }] of LINKS.entries()) {
          test(`userland is the ${role}, ${name}`, CELL, async (t) => {
            const [client, server] = clientAndServer(role);
            const addresses = addressesOf(client, server, link);
            const association = await StackAssociation.establish(client, server, addresses, MESSAGES);
            t.diagnostic(await association.exchange());
            assertShutdown(await association.end(link % 2 === 0 ? "client" : "server", "shutDown"));
          });
        }
        test(`userland is the ${role}, over IPv6`, CELL, async () => {
          const [client, server] = clientAndServer(role);
          const addresses = [client.host.addresses6[0] ?? "", server.host.addresses6[0] ?? ""] as const;
          const association = await StackAssociation.establish(
            client,
            server,
            addresses,
            MESSAGES_BEFORE_END,
          );
          await association.exchange();
          assertShutdown(await association.end("client", "shutDown"));
        });
        for (const [by, how] of ENDINGS) {
          const ending = how === "abort" ? "aborts" : "shuts down";
          test(`userland is the ${role}, the ${by} ${ending}`, CELL, async () => {
            const [client, server] = clientAndServer(role);
            const addresses = addressesOf(client, server, 0);
            const association = await StackAssociation.establish(
              client,
              server,
              addresses,
              MESSAGES_BEFORE_END,
            );
            await association.exchange();
            const report = await association.end(by, how);
            if (how === "abort") assertAbort(report);
            else assertShutdown(report);
          });
        }
      }
    });

    test("the links did lose packets", (t) => {
      const lost = lostPackets(hosts);
      t.diagnostic(`${lost} packets`);
      assert.ok(lost > 50, `only ${lost}`);
    });

    if (!isFull) {
      test("tshark has no complaint about the packets of our own stack, with 5 % loss", CELL, async (t) => {
        const to = hosts.b.addresses[CAPTURED_LINK] ?? "";
        const { ownPackets, foreignPackets, ownComplaints } = await capture.judge(to);
        t.diagnostic(`${ownPackets} packets of ours, ${foreignPackets} of the kernel's`);
        assert.deepEqual(ownComplaints, []);
        assert.ok(ownPackets > 500 && foreignPackets > 500, "both directions were captured");
      });
    }
  });
}
