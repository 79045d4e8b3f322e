/**
 * What routers and hosts say with ICMP (RFC 9260 §10): our own stack over IP and the kernel's with a router between
 * them that has a narrow link behind it, ways that are not there, a host that refuses SCTP, and somebody who lies.
 *
 * @module
 */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { StackStatistics } from "../../../src/userland/index.js";
import type { IcmpFunctions } from "../icmp-program.js";
import { RemoteProgram } from "../remote.js";
import { RoutedHosts } from "../routed-hosts.js";
import { assertShutdown, type Host, StackAssociation, startHost } from "../stack-association.js";
import type { Timeouts } from "../stack-side.js";

/** The largest IP packet behind the router. */
const FAR_MTU_BYTES = 1300;

/** Where nothing is to expire: no pause of a busy machine, and no SACK that the kernel delays, is taken for a loss. */
const PATIENT: Timeouts = { srto_initial: 5000, srto_min: 5000, srto_max: 60_000 };

/** A case takes a second or two; on a machine with much else to do, many times as long. */
const CASE = { timeout: 120_000 };

const LOOK_INTERVAL_MS = 20;

/** Messages of one packet and of many. */
const MESSAGES = [1, 100_000, 1300, 40, 30_000, 9000].map((lengthBytes, index) =>
  new Uint8Array(lengthBytes).map((_, place) => (place * 31 + index) ^ (place >> 8)),
);

let hosts: RoutedHosts;
let userland: Host;
let kernel: Host;

before(() => {
  hosts = RoutedHosts.create(FAR_MTU_BYTES);
  hosts.a.silenceKernel();
  userland = startHost(hosts.a, "userland over IP");
  kernel = startHost(hosts.b, "kernel");
});

after(async () => {
  await Promise.all([userland.program.end(), kernel.program.end()]);
  hosts.remove();
});

const statistics = (): Promise<StackStatistics> => userland.program.call("statistics", undefined);

/** Waits until our stack has heard so many messages in all. */
async function heard(icmpMessages: number): Promise<StackStatistics> {
  for (;;) {
    const counted = await statistics();
    if (counted.icmpMessages >= icmpMessages) return counted;
    await delay(LOOK_INTERVAL_MS);
  }
}

/** The hosts' addresses of a family. @param link - of those to the far host */
function addressesOf(family: 4 | 6, link: number): { near: string; far: string } {
  const { a, b } = hosts;
  const [near, far] = family === 4 ? [a.addresses, b.addresses] : [a.addresses6, b.addresses6];
  return { near: near[0] ?? "", far: far[link] ?? "" };
}

describe("a narrow link behind a router", () => {
  for (const family of [4, 6] as const) {
    for (const [link, role] of ["client", "server"].entries()) {
      test(`§10 ICMP7: over IPv${family}, userland is the ${role}`, CASE, async (t) => {
        // The kernel remembers path MTUs by destination, and a new association begins with what it knows.
        const { near, far } = addressesOf(family, link);
        const earlier = await statistics();
        const [ours, theirs] = [userland, kernel].map((host) => ({ ...host, timeouts: PATIENT })) as [
          Host,
          Host,
        ];
        const association =
          role === "client"
            ? await StackAssociation.establish(ours, theirs, [near, far], 0)
            : await StackAssociation.establish(theirs, ours, [far, near], 0);
        await association.swap(MESSAGES);
        assertShutdown(await association.end("client", "shutDown"));
        const later = await statistics();
        t.diagnostic(`${later.retransmittedDataChunks - earlier.retransmittedDataChunks} chunks sent again`);
        assert.equal(later.pathMtuReductions - earlier.pathMtuReductions, 1);
        assert.equal(later.t3Expirations, earlier.t3Expirations);
        assert.equal(later.fastRetransmits, earlier.fastRetransmits);
        assert.ok(later.retransmittedDataChunks > earlier.retransmittedDataChunks);
      });
    }
  }
});

describe("a way that is not there", () => {
  for (const family of [4, 6] as const) {
    test(`§10 ICMP9: over IPv${family} it ends neither a handshake nor an association`, CASE, async () => {
      const { near, far } = addressesOf(family, 0);
      const { icmpMessages } = await statistics();
      hosts.setReachable(far, false);
      const establishing = StackAssociation.establish(userland, kernel, [near, far], 0);
      await heard(icmpMessages + 1);
      hosts.setReachable(far, true);
      const association = await establishing;
      await association.swap(MESSAGES);
      const before = await statistics();
      hosts.setReachable(far, false);
      const swapped = association.swap(MESSAGES);
      const { aborteds } = await heard(before.icmpMessages + 1);
      hosts.setReachable(far, true);
      await swapped;
      assert.equal(aborteds, before.aborteds);
      assertShutdown(await association.end("client", "shutDown"));
    });
  }
});

test("§10 ICMP8: a host that does not know SCTP any more ends the association", CASE, async () => {
  const { near, far } = addressesOf(4, 0);
  const association = await StackAssociation.establish(userland, kernel, [near, far], 0);
  const { name } = association;
  await association.swap(MESSAGES);
  const rule = ["INPUT", "-p", "sctp", "-j", "REJECT", "--reject-with", "icmp-proto-unreachable"];
  hosts.b.run(["iptables-legacy", "-A", ...rule]);
  await userland.program.call("send", { name, messages: [new Uint8Array(1)] });
  const { code, events } = await userland.program.call("receiveEnd", name);
  assert.equal(code, "ECONNREFUSED");
  assert.deepEqual(events, ["COMM_UP", "COMM_LOST"]);
  hosts.b.run(["iptables-legacy", "-D", ...rule]);
  await kernel.program.call("abort", name);
});

describe("somebody who does not know the verification tag", () => {
  for (const family of [4, 6] as const) {
    test(`§10 ICMP6: changes nothing over IPv${family}`, CASE, async () => {
      const { near, far } = addressesOf(family, 1);
      const liar = new RemoteProgram<IcmpFunctions>(hosts.router, "icmp-program");
      const association = await StackAssociation.establish(userland, kernel, [near, far], 0);
      await association.swap(MESSAGES);
      const before = await statistics();
      const quoted = new Uint8Array(64);
      const ports = new DataView(quoted.buffer);
      ports.setUint16(0, association.port);
      ports.setUint16(2, association.port);
      const kinds =
        family === 4
          ? [
              [3, 4],
              [3, 2],
              [3, 1],
            ]
          : [
              [2, 0],
              [4, 1],
              [1, 0],
            ];
      const messages = kinds.flatMap(([type = 0, code = 0]) =>
        [0, 1, 0xffff_ffff].map((tag) => {
          ports.setUint32(4, tag);
          return { type, code, mtuBytes: 1280, quoted: quoted.slice(), from: near, to: far };
        }),
      );
      await liar.call("send", messages);
      const later = await heard(before.icmpMessages + messages.length);
      assert.equal(later.discardedIcmpMessages - before.discardedIcmpMessages, messages.length);
      assert.equal(later.pathMtuReductions, before.pathMtuReductions);
      await association.swap(MESSAGES);
      assertShutdown(await association.end("client", "shutDown"));
      await liar.end();
    });
  }
});
