/**
 * Our own stack over raw IP and the kernel's, whose addresses change while both ends send (RFC 5061): who changes them
 * is the one or the other, the client or the server.
 *
 * @module
 */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  IPPROTO_SCTP,
  SCTP_BINDX_ADD_ADDR,
  SCTP_BINDX_REM_ADDR,
  SCTP_SET_PEER_PRIMARY_ADDR,
} from "../../../src/index.js";
import type { AddressEndOptions, AddressFunctions } from "../address-program.js";
import { KernelWorld, setKernelVariable } from "../contract/kernel-world.js";
import { RemoteProgram } from "../remote.js";
import { type KernelHost, TwoHosts } from "../two-hosts.js";

const PORT = 3868;
const CASE = { timeout: 120_000 };

type Provider = AddressEndOptions["provider"];
type Program = RemoteProgram<AddressFunctions>;

/** An end: its host, and the program there. */
interface End {
  readonly host: KernelHost;
  readonly program: Program;
}

/** Who changes its addresses, who is told, and which of the two begins the association. */
interface Roles {
  readonly mover: Provider;
  readonly other: Provider;
  readonly client: "mover" | "other";
}

/** Both ends, with an association on which both send. */
interface Run {
  readonly hosts: TwoHosts;
  readonly mover: End;
  readonly other: End;
}

function start(host: KernelHost, provider: Provider): End {
  if (provider === "userland") host.silenceKernel();
  host.sysctl({
    "net.sctp.auth_enable": 1,
    "net.sctp.addip_enable": 1,
    "net.sctp.rto_initial": 200,
    "net.sctp.rto_min": 100,
  });
  return { host, program: new RemoteProgram<AddressFunctions>(host, "address-program") };
}

/** @param addresses - what the one who changes addresses is bound to; none for the wildcard */
async function establish(roles: Roles, addresses: (host: KernelHost) => readonly string[]): Promise<Run> {
  const hosts = TwoHosts.create(2);
  hosts.impair("delay 5ms");
  const mover = start(hosts.a, roles.mover);
  const other = start(hosts.b, roles.other);
  const [client, server] = roles.client === "mover" ? [mover, other] : [other, mover];
  const open = (end: End, provider: Provider, bound: readonly string[]): Promise<void> =>
    end.program.call("open", { provider, addresses: bound, port: PORT });
  await open(mover, roles.mover, addresses(mover.host));
  await open(other, roles.other, other.host.addresses);
  await server.program.call("listen", undefined);
  const address = server.host.addresses[0] ?? "";
  await Promise.all([
    server.program.call("accept", undefined),
    client.program.call("connect", { address, port: PORT }),
  ]);
  await other.program.call("further", 50);
  return { hosts, mover, other };
}

/** Both stop, all that was sent has come in its order, and the one who has moved ends the association. */
async function finish({ hosts, mover, other }: Run): Promise<number> {
  await other.program.call("further", 50);
  await mover.program.call("further", 50);
  const ends = [mover.program, other.program] as const;
  await Promise.all(ends.map((program) => program.call("stopSending", undefined)));
  const [byMover = 0, byOther = 0] = await Promise.all(
    ends.map((program) => program.call("sentCount", undefined)),
  );
  await other.program.call("receivedAll", byMover);
  await mover.program.call("receivedAll", byOther);
  await mover.program.call("shutDown", undefined);
  await other.program.call("end", undefined);
  await mover.program.call("closeListener", undefined);
  await Promise.all(ends.map((program) => program.end()));
  hosts.remove();
  return byMover + byOther;
}

const ROLES: readonly Roles[] = [
  { mover: "userland", other: "kernel", client: "mover" },
  { mover: "userland", other: "kernel", client: "other" },
  { mover: "kernel", other: "userland", client: "mover" },
  { mover: "kernel", other: "userland", client: "other" },
  { mover: "kernel", other: "kernel", client: "mover" },
  { mover: "userland", other: "userland", client: "other" },
];

function titleOf({ mover, other, client }: Roles): string {
  return `the ${mover} changes, the ${other} is told, ${client === "mover" ? "who changes" : "who is told"} is the client`;
}

test("RFC 6458 §9.1: with net.sctp.addip_enable=0 no association changes its addresses", CASE, async () => {
  setKernelVariable("addip_enable", 0);
  const world = new KernelWorld();
  try {
    const { client, server, clientId } = await world.connectMany({
      prepareClient: (socket) => socket.bind({ address: "127.0.0.1", port: 0 }),
    });
    const second = [{ address: "127.0.0.2", port: 0 }];
    const unable = { code: "EOPNOTSUPP", syscall: "sctp_bindx" };
    assert.throws(() => client.sctp_bindx(second, SCTP_BINDX_ADD_ADDR), unable);
    assert.throws(() => server.sctp_bindx(second, SCTP_BINDX_ADD_ADDR), unable);
    const peerPrimary = { sspp_assoc_id: clientId, sspp_addr: { address: "127.0.0.1", port: 0 } };
    assert.throws(() => client.setsockopt(IPPROTO_SCTP, SCTP_SET_PEER_PRIMARY_ADDR, peerPrimary), {
      code: "EOPNOTSUPP",
    });
    assert.throws(() => server.sctp_bindx([server.getsockname()], SCTP_BINDX_REM_ADDR), {
      code: "EINVAL",
      message: /last address/,
    });
  } finally {
    await world.end();
  }
});

describe("RFC 6458 §9.1, §8.3.1: sctp_bindx and SCTP_SET_PEER_PRIMARY_ADDR while both send", () => {
  for (const roles of ROLES) {
    test(`${titleOf(roles)}: no message is lost`, CASE, async (t) => {
      const run = await establish(roles, ({ addresses }) => addresses.slice(0, 1));
      const { mover, other } = run;
      const [first = "", second = ""] = mover.host.addresses;
      await mover.program.call("add", second);
      await other.program.call("toldOf", `added ${second}`);
      await other.program.call("toldOf", `confirmed ${second}`);
      await mover.program.call("further", 20);
      await mover.program.call("askForPrimary", second);
      await other.program.call("toldOf", `made primary ${second}`);
      await mover.program.call("further", 20);
      await mover.program.call("remove", first);
      await other.program.call("toldOf", `removed ${first}`);
      await mover.program.call("further", 20);
      assert.deepEqual(await mover.program.call("ownAddresses", undefined), [second]);
      assert.deepEqual(await other.program.call("peerAddresses", undefined), [second]);
      t.diagnostic(`${await finish(run)} messages, all arrived`);
    });
  }
});

describe("RFC 6458 §8.1.23: SCTP_AUTO_ASCONF while both send", () => {
  for (const roles of ROLES.slice(0, 5)) {
    test(`${titleOf(roles)}: no message is lost`, CASE, async (t) => {
      const run = await establish(roles, () => []);
      const { mover, other } = run;
      const link = mover.host.links[0] ?? "";
      const further = "10.0.1.77";
      mover.host.run(["ip", "address", "add", `${further}/24`, "dev", link]);
      await other.program.call("toldOf", `added ${further}`);
      await mover.program.call("further", 20);
      const { addresses, links } = mover.host;
      mover.host.run(["ip", "address", "delete", `${addresses[1]}/24`, "dev", links[1] ?? ""]);
      await other.program.call("toldOf", `removed ${addresses[1]}`);
      await mover.program.call("further", 20);
      mover.host.run(["ip", "address", "delete", `${further}/24`, "dev", link]);
      await other.program.call("toldOf", `removed ${further}`);
      assert.deepEqual(await other.program.call("peerAddresses", undefined), addresses.slice(0, 1));
      t.diagnostic(`${await finish(run)} messages, all arrived`);
    });
  }
});
