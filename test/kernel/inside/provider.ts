/**
 * The kernel provider where it is alone with its kernel: what of Linux it evens out, what it leaves as it is, and that
 * it waits for nothing without need.
 *
 * @module
 */

import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import {
  AF_INET,
  AF_INET6,
  IPPROTO_SCTP,
  SCTP_ABORT,
  SCTP_ASSOC_CHANGE,
  SCTP_BINDX_ADD_ADDR,
  SCTP_COMM_LOST,
  SCTP_DATA_LAST_FRAG,
  SCTP_FRAGMENT_INTERLEAVE,
  SCTP_GET_PEER_ADDR_INFO,
  SCTP_INITMSG,
  SCTP_RECVRCVINFO,
  SCTP_RTOINFO,
  SCTP_SEND_FAILED_EVENT,
  SCTP_UNORDERED,
  type SctpAddress,
  SctpSocket,
  SHUT_WR,
  SO_LINGER,
  SO_RCVBUF,
  SO_SNDBUF,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  type SocketType,
  SOL_SOCKET,
} from "../../../src/index.js";
import { createKernelProvider, kernelUnavailability } from "../../../src/kernel/kernel-provider.js";
import { bytesOf, drain, fill, type Pair, pattern, stuff, subscribe } from "../../contract/world.js";
import { Workload, WORKLOAD_STREAMS, WorkloadCheck } from "../../sim/workload.js";
import { KernelWorld, prepareKernel } from "../contract/kernel-world.js";

/** An address that routes lead to and nobody has. */
const NOBODY: SctpAddress = { address: "192.0.2.7", port: 9, family: "IPv4" };

prepareKernel();
for (const words of [
  "link add nobody type dummy",
  "addr add 192.0.2.1/24 dev nobody",
  "addr add 192.0.2.2/24 dev nobody",
  "addr add fd00:2::1/64 dev nobody nodad",
  "link set nobody up",
]) {
  execFileSync("ip", words.split(" "));
}

/** A case takes a second or two; one that waits for ever must not hold the others up. */
const CASE = { timeout: 120_000 };

function inWorld(title: string, run: (world: KernelWorld) => Promise<void>): void {
  test(title, CASE, async () => {
    const world = new KernelWorld();
    try {
      await run(world);
    } finally {
      await world.end();
    }
  });
}

const entry = JSON.stringify(new URL("../../../src/index.js", import.meta.url).href);

/** Runs a program over the kernel to its end; it has the calls of the package and a function that makes a pair. */
async function runProgram(program: string): Promise<{ status: number | null; stdout: string }> {
  const source = `
    import { AF_INET, SctpSocket, SOCK_SEQPACKET, SOCK_STREAM } from ${entry};
    async function listen(type) {
      const listener = new SctpSocket(AF_INET, type);
      listener.bind({ address: "127.0.0.1", port: 0 });
      listener.listen();
      return listener;
    }
    async function connect() {
      const listener = await listen(SOCK_STREAM);
      const client = new SctpSocket(AF_INET, SOCK_STREAM);
      const [{ socket }] = await Promise.all([listener.accept(), client.connect(listener.getsockname())]);
      await listener.close();
      return { client, server: socket };
    }
    ${program}`;
  const environment = { ...process.env, SCTP_PROVIDER: "kernel" };
  const child = spawn(process.execPath, ["--input-type=module", "--eval", source], {
    env: environment,
    stdio: ["ignore", "pipe", "inherit"],
    timeout: 60_000,
  });
  let stdout = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  const [status] = (await once(child, "close")) as [number | null];
  return { status, stdout };
}

/** How much of a while the event loop was busy, from 0 to 1. */
async function busyShare(): Promise<number> {
  await delay(50);
  const before = performance.eventLoopUtilization();
  await delay(200);
  return performance.eventLoopUtilization(before).utilization;
}

/** Who asks again and again is busy each time; one that a busy machine stops in the middle of something only once. */
async function assertIdle(what: string): Promise<void> {
  const shares: number[] = [];
  // oxlint-disable-next-line no-await-in-loop -- until one of them is small
  while (shares.length < 5 && !shares.some((share) => share < 0.2)) shares.push(await busyShare());
  assert.ok(
    shares.some((share) => share < 0.2),
    `${what}: the event loop was busy for ${shares.join(", ")} of the time`,
  );
}

function abortOnClose(socket: SctpSocket): void {
  socket.setsockopt(SOL_SOCKET, SO_LINGER, { l_onoff: 1, l_linger: 0 });
}

test("there is a kernel provider", () => {
  assert.equal(kernelUnavailability(), undefined);
  assert.equal(createKernelProvider().name, "kernel");
});

test("an unused or closed socket does not keep the process", async () => {
  const outcome = await runProgram(`
    new SctpSocket(AF_INET, SOCK_STREAM);
    const listener = await listen(SOCK_SEQPACKET);
    await listener.close();
    console.log("closed");`);
  assert.deepEqual(outcome, { status: 0, stdout: "closed\n" });
});

test("a listening socket keeps the process until it is told not to", async () => {
  const outcome = await runProgram(`
    const listener = await listen(SOCK_STREAM);
    setTimeout(() => { console.log("held"); listener.unref(); }, 200).unref();`);
  assert.deepEqual(outcome, { status: 0, stdout: "held\n" });
});

test("a pair keeps the process until both are closed", async () => {
  const outcome = await runProgram(`
    const { client, server } = await connect();
    setTimeout(async () => {
      console.log("held");
      await Promise.all([client.close(), server.close()]);
      console.log("closed");
    }, 200).unref();`);
  assert.deepEqual(outcome, { status: 0, stdout: "held\nclosed\n" });
});

test("a one-to-many socket that nobody reads lets the process end when its peers have ended", async () => {
  const outcome = await runProgram(`
    const server = await listen(SOCK_SEQPACKET);
    const client = new SctpSocket(AF_INET, SOCK_SEQPACKET);
    await client.connect(server.getsockname());
    setTimeout(async () => { console.log("held"); await server.close(); }, 200).unref();`);
  assert.deepEqual(outcome, { status: 0, stdout: "held\n" });
});

test("a worker that is terminated takes its sockets along", async () => {
  const program = `
    import(${entry}).then(async ({ AF_INET, SctpSocket, SOCK_STREAM }) => {
      const socket = new SctpSocket(AF_INET, SOCK_STREAM, { provider: "kernel" });
      socket.bind({ address: "127.0.0.1", port: 5007 });
      socket.listen();
      require("node:worker_threads").parentPort.postMessage("listening");
      await socket.accept();
    });`;
  const worker = new Worker(program, { eval: true });
  await once(worker, "message");
  await worker.terminate();
  const socket = new SctpSocket(AF_INET, SOCK_STREAM, { provider: createKernelProvider() });
  socket.bind({ address: "127.0.0.1", port: 5007 });
  await socket.close();
});

inWorld(
  "nothing is asked for again and again: not what is unread, an end, an abort or a full buffer",
  async (world) => {
    const small = { prepare: (socket: SctpSocket) => socket.setsockopt(SOL_SOCKET, SO_RCVBUF, 4096) };
    const { client, server } = await world.connect(small);
    server.on("readable", () => undefined).on("writable", () => undefined);
    await assertIdle("a pair");
    await stuff(world, client, pattern(1000));
    const waiting = client.send(pattern(1000)).catch((error: { code: string }) => error.code);
    await assertIdle("a sender without room");
    abortOnClose(client);
    await client.close();
    assert.equal(await waiting, "ECANCELED");
    await assertIdle("an abort that nobody takes");
    const ended = await world.connect();
    ended.client.shutdown(SHUT_WR);
    await assertIdle("an end that nobody takes");
    assert.equal((await ended.server.recv()).length, 0);
    await assertIdle("an end that was taken");
    const many = world.oneToMany();
    const connecting = many.connect(NOBODY).catch((error: { code: string }) => error.code);
    await assertIdle("a connect to nobody");
    abortOnClose(many);
    await many.close();
    assert.equal(await connecting, "ECANCELED");
  },
);

for (const [style, type] of [
  ["one-to-one", SOCK_STREAM],
  ["one-to-many", SOCK_SEQPACKET],
] as const satisfies [string, SocketType][]) {
  inWorld(
    `a connect of a ${style} socket tells a peer that refuses from one that is silent`,
    async (world) => {
      const socket = world.socket(world.client, type);
      socket.setsockopt(IPPROTO_SCTP, SCTP_RTOINFO, { srto_initial: 100, srto_max: 200, srto_min: 100 });
      socket.setsockopt(IPPROTO_SCTP, SCTP_INITMSG, { sinit_max_attempts: 2 });
      const refusing = { address: world.server.address, port: 9 };
      await assert.rejects(socket.connect(refusing), { code: "ECONNREFUSED", ...refusing });
      await assert.rejects(socket.connect(NOBODY), { code: "ETIMEDOUT", address: NOBODY.address });
    },
  );
}

inWorld("SO_LINGER {1, n} keeps close waiting, and not the event loop", async (world) => {
  const { client, server } = await world.connect({
    prepare: (socket) => socket.setsockopt(SOL_SOCKET, SO_RCVBUF, 4096),
  });
  fill(client, pattern(1000));
  client.setsockopt(SOL_SOCKET, SO_LINGER, { l_onoff: 1, l_linger: 60 });
  const closed = client.close();
  const start = performance.now();
  await delay(20);
  assert.ok(performance.now() - start < 30_000, "the timer went off long before the time to linger is over");
  abortOnClose(server);
  await server.close();
  await world.until(closed);
});

inWorld("close aborts at the provider's limit", async (world) => {
  const provider = createKernelProvider({ closeLimitMs: 200 });
  const { socket: listener, to } = world.listen({
    prepare: (socket) => socket.setsockopt(SOL_SOCKET, SO_RCVBUF, 4096),
  });
  for (const type of [SOCK_STREAM, SOCK_SEQPACKET] as const) {
    const client = new SctpSocket(AF_INET, type, { provider });
    // oxlint-disable-next-line no-await-in-loop -- one style after the other
    await client.connect(to);
    // oxlint-disable-next-line no-await-in-loop
    const server = world.keep((await listener.accept()).socket);
    fill(client, pattern(1000), { to });
    // oxlint-disable-next-line no-await-in-loop
    await world.until(client.close());
    // oxlint-disable-next-line no-await-in-loop
    await world.quiet();
    drainUntil(server, "ECONNRESET");
  }
});

/** Takes what there is, down to an error. */
function drainUntil(socket: SctpSocket, code: string): void {
  assert.throws(
    () => {
      for (let messages = 0; messages < 1000; messages += 1) socket.nonblocking.recv();
    },
    { code },
  );
}

inWorld(
  "SCTP_FRAGMENT_INTERLEAVE is 1 on one-to-many, 0 on one-to-one; Linux makes 1 of 2",
  async (world) => {
    const many = world.oneToMany();
    const read = (socket: SctpSocket): number => socket.getsockopt(IPPROTO_SCTP, SCTP_FRAGMENT_INTERLEAVE);
    assert.deepEqual([read(many), read(world.oneToOne())], [1, 0]);
    many.setsockopt(IPPROTO_SCTP, SCTP_RECVRCVINFO, 1);
    many.setsockopt(IPPROTO_SCTP, SCTP_FRAGMENT_INTERLEAVE, 2);
    assert.equal(read(many), 1);
  },
);

inWorld("SO_SNDBUF answers what was asked for, but not more than the system grants", async (world) => {
  const socket = world.oneToOne();
  for (const [asked, answered] of [
    [5000, 5000],
    [300_000, 300_000],
    [2_000_000, 2 * 212_992],
  ] as const) {
    socket.setsockopt(SOL_SOCKET, SO_SNDBUF, asked);
    assert.equal(socket.getsockopt(SOL_SOCKET, SO_SNDBUF), answered);
  }
});

inWorld("Linux holds two associations with a backlog of 1", async (world) => {
  const { to } = world.listen({ backlog: 1 });
  await world.until(world.oneToOne().connect(to));
  await world.until(world.oneToOne().connect(to));
  await assert.rejects(world.until(world.oneToOne().connect(to)), { code: "ECONNREFUSED" });
});

inWorld("Linux gives a message that was fragmented back in as many events", async (world) => {
  const { client, server } = await world.connect({
    prepare: (socket) => socket.setsockopt(SOL_SOCKET, SO_RCVBUF, 4096),
    prepareClient: (socket) => subscribe(socket, SCTP_SEND_FAILED_EVENT),
  });
  fill(client, pattern(8000), { info: { snd_flags: SCTP_UNORDERED } });
  abortOnClose(server);
  await server.close();
  await world.quiet();
  const events: number[] = [];
  const flags: number[] = [];
  assert.throws(
    () => {
      for (;;) {
        const { notification } = client.nonblocking.sctp_recvv();
        if (notification?.sn_type !== SCTP_SEND_FAILED_EVENT) continue;
        events.push(notification.ssfe_data.length);
        flags.push(notification.ssfe_info.snd_flags);
      }
    },
    { code: "ECONNRESET" },
  );
  assert.ok(events.length > 1 && events.every((lengthBytes) => lengthBytes < 1500), events.join());
  // Of each DATA chunk: 2 is the beginning of a message, 0 its middle, and 3 would be all of it.
  assert.equal(flags.at(-1), SCTP_DATA_LAST_FRAG);
  assert.deepEqual(new Set(flags), new Set([2, 0, SCTP_DATA_LAST_FRAG]), flags.join());
});

inWorld("SCTP_ABORT on one-to-one ends with ABORT, but Linux carries no reason there", async (world) => {
  const { client, server }: Pair = await world.connect({
    prepare: (socket) => subscribe(socket, SCTP_ASSOC_CHANGE),
  });
  const name = client.getsockname();
  await world.until(server.send(bytesOf("unread")));
  await world.until(client.sctp_sendv(bytesOf("why"), { info: { snd_flags: SCTP_ABORT } }));
  assert.equal((await world.event(server, SCTP_ASSOC_CHANGE)).sac_state, 0);
  const lost = await world.event(server, SCTP_ASSOC_CHANGE);
  assert.deepEqual([lost.sac_state, lost.sac_error], [SCTP_COMM_LOST, 12]);
  assert.ok(!Buffer.from(lost.sac_info).includes("why"));
  assert.equal(await world.text(client), "unread", "what was received before is still there");
  assert.equal((await world.until(client.recv())).length, 0);
  await assert.rejects(client.send(bytesOf("x")), { code: "EPIPE" });
  assert.notEqual(client.getsockname().port, name.port, "it goes on with another descriptor");
});

inWorld(
  "messages larger than the window, of two associations at once, come whole and unmixed",
  async (world) => {
    const { socket: server, to } = world.listen({
      type: SOCK_SEQPACKET,
      prepare: (socket) => socket.setsockopt(SOL_SOCKET, SO_RCVBUF, 30_000),
    });
    const clients = [world.oneToOne(), world.oneToOne()] as const;
    for (const client of clients) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await world.until(client.connect(to));
    }
    const sizes = [100_000, 120_000];
    const sends = clients.map((client, index) => client.send(pattern(sizes[index] as number, index)));
    const parts = new Map<number, Uint8Array[]>();
    let received = 0;
    while (received < 220_000) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const { data, address } = await world.message(server);
      received += data.length;
      const port = address?.port ?? 0;
      parts.set(port, [...(parts.get(port) ?? []), data]);
    }
    await world.until(Promise.all(sends));
    for (const [index, client] of clients.entries()) {
      const own = Buffer.concat(parts.get(client.getsockname().port) ?? []);
      assert.deepEqual(new Uint8Array(own), pattern(sizes[index] as number, index));
    }
    assert.deepEqual(drain(server), []);
  },
);

inWorld("RFC 6458 §9: several addresses, of both families, on either side", async (world) => {
  const addresses = ["192.0.2.1", "192.0.2.2", "fd00:2::1"];
  const server = world.socket(world.server, SOCK_SEQPACKET, AF_INET6);
  server.sctp_bindx(
    addresses.map((address) => ({ address, port: 0 })),
    SCTP_BINDX_ADD_ADDR,
  );
  server.listen();
  const textOfAll = (list: readonly SctpAddress[]): string[] => list.map(({ address }) => address).sort();
  assert.deepEqual(textOfAll(server.sctp_getladdrs()), addresses);
  const { port } = server.getsockname();
  const to = addresses.map((address) => ({ address, port }));
  const client = world.socket(world.client, SOCK_SEQPACKET, AF_INET6);
  const id = await world.until(client.sctp_connectx(to));
  assert.deepEqual(textOfAll(client.sctp_getpaddrs(id)), addresses);
  for (const spinfo_address of client.sctp_getpaddrs(id)) {
    const path = client.getsockopt(IPPROTO_SCTP, SCTP_GET_PEER_ADDR_INFO, { spinfo_address });
    assert.deepEqual([path.spinfo_assoc_id, path.spinfo_address], [id, spinfo_address]);
  }
  // Whichever address names the peer, it is the same association.
  for (const address of to) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    const { assoc_id } = await world.until(client.sctp_sendv(bytesOf(address.address), { to: address }));
    assert.equal(assoc_id, id);
    // oxlint-disable-next-line no-await-in-loop
    assert.equal(await world.text(server), address.address);
  }
  const { assoc_id } = await world.until(client.sctp_sendv(bytesOf("list"), { to: to.slice(1) }));
  assert.equal(assoc_id, id);
});

inWorld(
  "thousands of messages, both ways at once, come once, whole and in the order of their streams",
  async (world) => {
    const messages = 1500;
    const wide = (socket: SctpSocket): void => {
      socket.setsockopt(SOL_SOCKET, SO_SNDBUF, 300_000);
      socket.setsockopt(SOL_SOCKET, SO_RCVBUF, 300_000);
      socket.setsockopt(IPPROTO_SCTP, SCTP_RECVRCVINFO, 1);
      const streams = { sinit_num_ostreams: WORKLOAD_STREAMS, sinit_max_instreams: WORKLOAD_STREAMS };
      socket.setsockopt(IPPROTO_SCTP, SCTP_INITMSG, streams);
    };
    const { client, server } = await world.connect({ prepare: wide, prepareClient: wide });
    const exchange = async (from: SctpSocket, to: SctpSocket, seed: number): Promise<void> => {
      const workload = new Workload(seed, messages);
      const check = new WorkloadCheck(workload);
      const sending = (async () => {
        for (let index = 0; index < messages; index += 1) {
          // oxlint-disable-next-line no-await-in-loop -- in their order
          await from.sctp_sendv(workload.contentOf(index), { info: workload.infoOf(index) });
        }
      })();
      for await (const message of to) {
        check.take(message);
        if (check.isComplete) break;
      }
      await sending;
    };
    await Promise.all([exchange(client, server, 11), exchange(server, client, 12)]);
  },
);

inWorld("no descriptor is left open by whatever a socket goes through", async (world) => {
  const { socket: listener, to } = world.listen();
  await world.quiet();
  const descriptors = (): number => readdirSync("/proc/self/fd").length;
  const before = descriptors();
  for (let round = 0; round < 30; round += 1) {
    const client = new SctpSocket(AF_INET, SOCK_STREAM, { provider: world.client.provider });
    const aborter = new AbortController();
    const aborted = client.connect(to, { signal: aborter.signal });
    aborter.abort();
    // oxlint-disable-next-line no-await-in-loop -- round by round
    await assert.rejects(aborted, { name: "AbortError" });
    // oxlint-disable-next-line no-await-in-loop
    await client.connect(to);
    const { port } = client.getsockname();
    // The first attempt may have got as far as the accept queue, where it comes before the second.
    for (let accepted = 0; accepted !== port; ) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const { socket, address } = await world.until(listener.accept());
      accepted = address.port;
      // oxlint-disable-next-line no-await-in-loop
      await socket.close();
    }
    // oxlint-disable-next-line no-await-in-loop
    await client.close();
  }
  assert.equal(descriptors(), before);
});
