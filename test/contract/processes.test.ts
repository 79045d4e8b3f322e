/**
 * What only shows between processes: who holds the event loop, who may have a port, and what the default provider says.
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { AF_INET, SctpSocket, SOCK_STREAM } from "../../src/index.js";
import { createUserlandProvider, parseIpAddress, UdpEncapsulation } from "../../src/userland/index.js";

const entry = (name: string): string => JSON.stringify(new URL(`../../src/${name}`, import.meta.url).href);

interface Outcome {
  readonly status: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program that has both entry points; after `killAfter` was printed it is killed. */
async function run(
  program: string,
  environment: NodeJS.ProcessEnv = {},
  killAfter?: string,
): Promise<Outcome> {
  const source = `
    import * as sctp from ${entry("index.js")};
    import { createUserlandProvider, parseIpAddress, UdpEncapsulation } from ${entry("userland/index.js")};
    const { AF_INET, SctpSocket, SOCK_SEQPACKET, SOCK_STREAM } = sctp;
    ${program}`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", source], {
    env: { ...process.env, SCTP_PROVIDER: "userland", SCTP_UDP_LOCAL_PORT: "0", ...environment },
    timeout: 60_000,
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    if (killAfter !== undefined && stdout.includes(killAfter)) child.kill("SIGKILL");
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const [status, signal] = (await once(child, "close")) as [number | null, string | null];
  return { status, signal, stdout, stderr };
}

test("DESIGN: a socket that was closed, or never used, does not keep the process", async () => {
  const program = `
    const unused = new SctpSocket(AF_INET, SOCK_STREAM);
    const bound = new SctpSocket(AF_INET, SOCK_STREAM);
    bound.bind({ address: "127.0.0.1", port: 5001 });
    const listener = new SctpSocket(AF_INET, SOCK_SEQPACKET);
    listener.bind({ address: "127.0.0.1", port: 5000 });
    listener.listen();
    await listener.close();
    console.log("closed");`;
  const { status, stdout, stderr } = await run(program);
  assert.deepEqual([status, stdout, stderr], [0, "closed\n", ""]);
});

test("DESIGN: a listening socket keeps the process, and unref lets it go", async () => {
  const program = `
    const listener = new SctpSocket(AF_INET, SOCK_SEQPACKET);
    listener.bind({ address: "127.0.0.1", port: 5000 });
    listener.listen();
    if (process.env.UNREF === "1") listener.unref();
    // A timer of the program's own that does not hold the loop shows that it was held for so long.
    setTimeout(() => console.log("still here"), Number(process.env.HELD_MS)).unref();`;
  const held = await run(program, { HELD_MS: "300" }, "still here");
  assert.equal(held.signal, "SIGKILL");
  // It ends at once; the busiest machine does not take half a minute for that.
  const released = await run(program, { UNREF: "1", HELD_MS: "30000" });
  assert.deepEqual([released.status, released.stdout], [0, ""]);
});

test("DESIGN: a connected pair keeps the process until both have closed", async () => {
  const program = `
    const lowerLayer = new UdpEncapsulation({ localUdpPort: 0 });
    const loopback = [parseIpAddress("127.0.0.1")];
    const remoteUdpPort = lowerLayer.acquirePort({ kind: "listening", addresses: loopback });
    const provider = createUserlandProvider({ lowerLayer, remoteUdpPort });
    const listener = new SctpSocket(AF_INET, SOCK_STREAM, { provider });
    listener.bind({ address: "127.0.0.1", port: 5000 });
    listener.listen();
    const client = new SctpSocket(AF_INET, SOCK_STREAM, { provider });
    const [{ socket }] = await Promise.all([listener.accept(), client.connect(listener.getsockname())]);
    await listener.close();
    lowerLayer.releasePort(remoteUdpPort);
    setTimeout(async () => {
      console.log("held");
      await Promise.all([client.close(), socket.close()]);
      console.log("closed");
    }, 200).unref();`;
  const { status, stdout, stderr } = await run(program);
  assert.deepEqual([status, stdout, stderr], [0, "held\nclosed\n", ""]);
});

test("DESIGN §8: a second process is told which setting to change, and may go on with it", async (context) => {
  const lowerLayer = new UdpEncapsulation({ localUdpPort: 0 });
  const loopback = parseIpAddress("127.0.0.1")!;
  const port = lowerLayer.acquirePort({ kind: "listening", addresses: [loopback] });
  const provider = createUserlandProvider({ lowerLayer });
  context.after(() => provider.close());
  const first = new SctpSocket(AF_INET, SOCK_STREAM, { provider });
  first.bind({ address: "127.0.0.1", port: 5000 });
  const program = `
    const socket = new SctpSocket(AF_INET, SOCK_STREAM);
    try {
      socket.bind({ address: "127.0.0.1", port: 6000 });
      console.log("bound");
    } catch ({ code, syscall, message }) {
      console.log(code, syscall, message);
    }`;
  const { stdout } = await run(program, { SCTP_UDP_LOCAL_PORT: String(port) });
  assert.match(stdout, /^EADDRINUSE bind /);
  assert.match(stdout, /localUdpPort/);
  assert.match(stdout, /SCTP_UDP_LOCAL_PORT/);
  assert.equal((await run(program, { SCTP_UDP_LOCAL_PORT: "0" })).stdout, "bound\n");
});

test("DESIGN §8: the first ephemeral SCTP port is the ephemeral UDP port, later ones are not its neighbours", async () => {
  const { stdout, stderr } = await run(
    `
    const lowerLayer = new UdpEncapsulation();
    const provider = createUserlandProvider({ lowerLayer });
    const ports = [];
    for (let count = 0; count < 8; count += 1) {
      const socket = new SctpSocket(AF_INET, SOCK_STREAM, { provider });
      socket.bind({ address: "127.0.0.1", port: 0 });
      ports.push(socket.getsockname().port);
    }
    console.log(JSON.stringify([lowerLayer.acquirePort({ kind: "ephemeral", addresses: [] }), ports]));`,
    { SCTP_UDP_LOCAL_PORT: "" },
  );
  assert.equal(stderr, "");
  const [udpPort, ports] = JSON.parse(stdout) as [number, number[]];
  assert.equal(ports[0], udpPort);
  assert.equal(new Set(ports).size, 8);
  const neighbours = ports.slice(1).filter((port, index) => Math.abs(port - (ports[index] as number)) === 1);
  assert.ok(neighbours.length < 2, ports.join());
});

test("DESIGN §1: `auto` warns once with the code SCTP_USERLAND, and a named provider is silent", async () => {
  const program = `
    process.on("warning", ({ code, message }) => console.log(code, message));
    for (let count = 0; count < 3; count += 1) new SctpSocket(AF_INET, SOCK_STREAM, { provider: process.env.OPTION });
    setImmediate(() => {});`;
  const auto = await run(program, { SCTP_PROVIDER: "auto" });
  assert.equal(auto.stdout.split("\n").filter((line) => line.startsWith("SCTP_USERLAND ")).length, 1);
  assert.match(auto.stdout, /UDP/);
  const unset = await run(program, { SCTP_PROVIDER: "" });
  assert.match(unset.stdout, /^SCTP_USERLAND /);
  assert.deepEqual(await run(program), { status: 0, signal: null, stdout: "", stderr: "" });
  const byOption = await run(program, { SCTP_PROVIDER: "auto", OPTION: "userland" });
  assert.deepEqual([byOption.stdout, byOption.stderr], ["", ""]);
});
