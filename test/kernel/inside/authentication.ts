/**
 * Authentication between our own stack and the kernel's (RFC 4895), in both roles: with matching and with wrong keys,
 * by either algorithm, with keys that change, and with a kernel that has it switched off.
 *
 * @module
 */

import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import { after, before, describe, test } from "node:test";
import { SCTP_AUTH_NEW_KEY, SCTP_AUTH_NO_AUTH } from "../../../src/index.js";
import type { AuthenticatingSide, AuthenticationFunctions } from "../authentication-program.js";
import { RemoteProgram } from "../remote.js";
import { type KernelHost, TwoHosts } from "../two-hosts.js";
import { WireCapture } from "../wire-capture.js";

const BOTH_ON = { "net.sctp.auth_enable": 1, "net.sctp.addip_enable": 1 };
const CASE = { timeout: 120_000 };
const LIMIT_MS = 90_000;
/** Long enough for several retransmissions. */
const SILENCE_MS = 1500;
const ROLES = ["client", "server"] as const;
const DATA = 0;
/** DATA, SACK, HEARTBEAT and its answer, ABORT, SHUTDOWN and its answer, ERROR, COOKIE ECHO and COOKIE ACK. */
const EVERYTHING = [0, 3, 4, 5, 6, 7, 8, 9, 10, 11];

type Program = RemoteProgram<AuthenticationFunctions>;
type Side = Pick<AuthenticatingSide, "chunkTypes" | "hmacIdentifiers" | "keys">;

interface Pair {
  readonly userland: Program;
  readonly kernel: Program;
  end(): Promise<void>;
}

let lastPort = 6500;

async function openSides(hosts: TwoHosts, ours: Side, theirs: Side): Promise<[Program, Program, number]> {
  lastPort += 1;
  const port = lastPort;
  const open = async (host: KernelHost, carrier: "userland" | "kernel", side: Side): Promise<Program> => {
    const program: Program = new RemoteProgram<AuthenticationFunctions>(host, "authentication-program");
    await program.call("open", { carrier, address: host.addresses[0] ?? "", port, ...side });
    return program;
  };
  const [userland, kernel] = await Promise.all([
    open(hosts.a, "userland", ours),
    open(hosts.b, "kernel", theirs),
  ]);
  return [userland, kernel, port];
}

/** An association between our stack on the first host and the kernel on the second. */
async function connect(
  hosts: TwoHosts,
  role: (typeof ROLES)[number],
  ours: Side,
  theirs: Side,
): Promise<Pair> {
  const [userland, kernel, port] = await openSides(hosts, ours, theirs);
  const [client, server] = role === "client" ? [userland, kernel] : [kernel, userland];
  const address = (role === "client" ? hosts.b : hosts.a).addresses[0] ?? "";
  await server.call("listen", undefined);
  await Promise.all([server.call("accept", undefined), client.call("connect", { address, port })]);
  return {
    userland,
    kernel,
    end: async () => {
      await Promise.all([client.call("close", undefined), server.call("close", undefined)]);
      await Promise.all([client.end(), server.end()]);
    },
  };
}

/** Ends programs whose associations cannot end gracefully. */
async function abandon(...programs: readonly Program[]): Promise<void> {
  await Promise.all(programs.map((program) => program.call("abort", undefined)));
  await Promise.all(programs.map((program) => program.end()));
}

/** Waits until a side has received so many messages. */
async function receivedBy(program: Program, count: number): Promise<readonly string[]> {
  const lastTry = Date.now() + LIMIT_MS;
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop -- no event tells of it
    const { texts } = await program.call("received", undefined);
    if (texts.length >= count || Date.now() > lastTry) return texts;
    // oxlint-disable-next-line no-await-in-loop
    await delay(50);
  }
}

function texts(count: number, name: string): string[] {
  return Array.from({ length: count }, (_, index) =>
    `${name} ${index} `.padEnd(20 + ((index * 397) % 4000), "."),
  );
}

/** Exchanges messages both ways. */
async function exchange({ userland, kernel }: Pair, count: number): Promise<void> {
  const fromUs = texts(count, "ours");
  const fromThem = texts(count, "theirs");
  await Promise.all([userland.call("send", { texts: fromUs }), kernel.call("send", { texts: fromThem })]);
  assert.deepEqual(await receivedBy(kernel, count), fromUs);
  assert.deepEqual(await receivedBy(userland, count), fromThem);
}

describe("userland and kernel authenticate over IP, 3 % loss", () => {
  let hosts: TwoHosts;
  let capture: WireCapture;

  before(async () => {
    hosts = TwoHosts.create(1);
    hosts.b.sysctl(BOTH_ON);
    hosts.impair("delay 2ms loss 3%");
    hosts.a.silenceKernel();
    capture = await WireCapture.start(hosts.a, 0);
  });

  after(() => hosts.remove());

  for (const role of ROLES) {
    for (const hmacIdentifiers of [[1], [3, 1]]) {
      test(
        `everything is authenticated under the same key, algorithm ${hmacIdentifiers[0]}, userland is the ${role}`,
        CASE,
        async () => {
          const side: Side = { chunkTypes: EVERYTHING, hmacIdentifiers, keys: [[0, "one secret for both"]] };
          const pair = await connect(hosts, role, side, side);
          const [ours, theirs] = await Promise.all([
            pair.userland.call("chunkLists", undefined),
            pair.kernel.call("chunkLists", undefined),
          ]);
          assert.deepEqual(ours.peer, theirs.own);
          assert.deepEqual(theirs.peer, ours.own);
          await exchange(pair, 60);
          await pair.end();
        },
      );
    }

    test(`the null key serves who has none, userland is the ${role}`, CASE, async () => {
      const side: Side = { chunkTypes: [DATA], hmacIdentifiers: [], keys: [] };
      const pair = await connect(hosts, role, side, side);
      await exchange(pair, 30);
      await pair.end();
    });

    test(`keys change while messages are under way, userland is the ${role}`, CASE, async () => {
      const keys = [
        [1, "the first key"],
        [2, "the second key, which is longer"],
      ] as const;
      const side: Side = { chunkTypes: [DATA], hmacIdentifiers: [], keys };
      const pair = await connect(hosts, role, side, side);
      for (const [index, keyNumber] of [1, 2, 0, 2, 1].entries()) {
        // oxlint-disable-next-line no-await-in-loop -- one key after the other
        for (const program of [pair.userland, pair.kernel])
          await program.call("send", { texts: texts(10, `key ${index}`), keyNumber });
      }
      for (const program of [pair.userland, pair.kernel]) {
        // oxlint-disable-next-line no-await-in-loop -- both in turn
        assert.equal((await receivedBy(program, 50)).length, 50);
        // oxlint-disable-next-line no-await-in-loop
        const { events } = await program.call("received", undefined);
        assert.ok(events.some(([indication, key]) => indication === SCTP_AUTH_NEW_KEY && key === 2));
      }
      await pair.end();
    });

    test(`under different keys nothing arrives, userland is the ${role}`, CASE, async () => {
      const side = (secret: string): Side => ({
        chunkTypes: [DATA],
        hmacIdentifiers: [],
        keys: [[3, secret]],
      });
      const pair = await connect(hosts, role, side("our secret"), side("their secret"));
      // oxlint-disable-next-line no-await-in-loop -- both in turn
      for (const program of [pair.userland, pair.kernel]) await program.call("send", { texts: ["lost"] });
      await delay(SILENCE_MS);
      // oxlint-disable-next-line no-await-in-loop
      for (const program of [pair.userland, pair.kernel])
        assert.deepEqual((await program.call("received", undefined)).texts, []);
      await abandon(pair.userland, pair.kernel);
    });

    test(`a kernel without authentication is told of, userland is the ${role}`, CASE, async () => {
      // RFC 5061 §4.2.7: without authentication there is no address reconfiguration either.
      hosts.b.sysctl({ "net.sctp.auth_enable": 0, "net.sctp.addip_enable": 0 });
      try {
        const pair = await connect(
          hosts,
          role,
          { chunkTypes: [], hmacIdentifiers: [], keys: [] },
          { chunkTypes: [], hmacIdentifiers: [], keys: [] },
        );
        await exchange(pair, 20);
        const { events } = await pair.userland.call("received", undefined);
        assert.deepEqual(events, [[SCTP_AUTH_NO_AUTH, 0]]);
        await pair.end();
      } finally {
        hosts.b.sysctl(BOTH_ON);
      }
    });
  }

  test("a COOKIE ECHO under a wrong key sets nothing up", CASE, async () => {
    const side = (secret: string): Side => ({ chunkTypes: [10], hmacIdentifiers: [], keys: [[0, secret]] });
    const [userland, kernel, port] = await openSides(hosts, side("ours"), side("theirs"));
    await userland.call("listen", undefined);
    const address = hosts.a.addresses[0] ?? "";
    const outcome = kernel.call("connect", { address, port }).then(
      () => "connected",
      () => "refused",
    );
    const winner = await Promise.race([outcome, delay(SILENCE_MS, "nothing has come of it")]);
    assert.notEqual(winner, "connected");
    await abandon(userland, kernel);
  });

  test("tshark has no complaint about the packets of our own stack", CASE, async (t) => {
    const { ownPackets, foreignPackets, ownComplaints } = await capture.judge(hosts.b.addresses[0] ?? "");
    t.diagnostic(`${ownPackets} packets of ours, ${foreignPackets} of the kernel's`);
    assert.deepEqual(ownComplaints, []);
    assert.ok(ownPackets > 500 && foreignPackets > 500, "both directions were captured");
  });
});
