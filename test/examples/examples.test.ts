import { strict as assert } from "node:assert";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { freeUdpPorts } from "../support/free-udp-ports.js";
import { killAllPrograms, Program } from "../support/program.js";

/** Who waits longer waits for ever: a client that is there first sends its INIT again after 1, 2, 4 … seconds. */
const LIMIT_MS = 60_000;
const FINE = { status: 0, signal: null };

const programPath = (path: string): string => fileURLToPath(new URL(`../../${path}.js`, import.meta.url));

/** Starts programs of `examples/` that serve at, or talk to, one UDP port. */
async function atUdpPort(): Promise<
  Record<"server" | "client", (name: string, ...words: string[]) => Program>
> {
  const [udpPort] = await freeUdpPorts(1);
  const start = (env: Record<string, string | undefined>, name: string, words: string[]): Program =>
    new Program(process.execPath, [programPath(`examples/${name}`), ...words], {
      env: {
        SCTP_PROVIDER: "userland",
        SCTP_UDP_LOCAL_PORT: undefined,
        SCTP_UDP_REMOTE_PORT: undefined,
        ...env,
      },
    });
  return {
    server: (name, ...words) => start({ SCTP_UDP_LOCAL_PORT: String(udpPort) }, name, words),
    client: (name, ...words) => start({ SCTP_UDP_REMOTE_PORT: String(udpPort) }, name, words),
  };
}

after(killAllPrograms);

test("bulk-sender and bulk-receiver: every message arrives", async () => {
  const { server, client } = await atUdpPort();
  const receiver = server("bulk-receiver");
  await receiver.waitForOutput(/^ready$/m, LIMIT_MS);
  const sender = client("bulk-sender", "5001", "20001");
  assert.deepEqual(await sender.waitForEnd(LIMIT_MS), FINE, sender.output);
  assert.deepEqual(await receiver.waitForEnd(LIMIT_MS), FINE, receiver.output);
  assert.match(receiver.output, /^20001 messages, 2000100 bytes$/m);
});

test("npm run demo: both programs of RFC 6458 Appendix A and B, every line, status 0", async () => {
  const demo = new Program(process.execPath, [programPath("scripts/demo")]);
  assert.deepEqual(await demo.waitForEnd(LIMIT_MS), FINE, demo.output);
  assert.match(demo.output, /^server \| Communication up \(streams \(in\/out\)=\(2048\/10\)\)\.$/m);
  assert.match(demo.output, /^server \| Communication completed\.$/m);
  assert.match(demo.output, /^client \| ended with status 0/m);
});

test("RFC 6458 §4: the echo client sends without connect, the echo server answers on stream 0", async () => {
  const { server, client } = await atUdpPort();
  const echoServer = server("echo-server");
  const echoClient = client("echo-client");
  assert.deepEqual(await echoClient.waitForEnd(LIMIT_MS), FINE, echoClient.output);
  assert.equal(echoClient.output, "Received from 127.0.0.1:20000:\n  Some data to be echoed\n");
  echoServer.kill();
  await echoServer.ended;
  assert.equal(echoServer.output, "");
});

test("RFC 6458 §4: two echo clients in two processes at once are both answered", async () => {
  const { server, client } = await atUdpPort();
  const echoServer = server("echo-server", "20001");
  const clients = [client("echo-client", "20001"), client("echo-client", "20001")];
  for (const echoClient of clients) {
    assert.deepEqual(await echoClient.waitForEnd(LIMIT_MS), FINE, echoClient.output + echoServer.output);
    assert.match(echoClient.output, /^Received from 127\.0\.0\.1:20001:$/m);
  }
  echoServer.kill();
  await echoServer.ended;
});

test("RFC 6458 §3: two clients in two processes at once, one one-to-many server", async () => {
  const { server, client } = await atUdpPort();
  const oneToMany = server("one-to-many", "9", "2");
  const clients = [client("one-to-one"), client("one-to-one")];
  for (const oneToOne of clients) {
    assert.deepEqual(await oneToOne.waitForEnd(LIMIT_MS), FINE, oneToOne.output);
    assert.equal(oneToOne.output, "");
  }
  assert.deepEqual(await oneToMany.waitForEnd(LIMIT_MS), FINE, oneToMany.output);

  const count = (pattern: RegExp): number => [...oneToMany.output.matchAll(pattern)].length;
  assert.equal(count(/^Communication up \(streams \(in\/out\)=\(2048\/10\)\)\.$/gm), 2);
  assert.equal(count(/^\^\^\^ Shutdown received\.$/gm), 2);
  assert.equal(count(/^Communication completed\.$/gm), 2);
  // Each client's ten messages came from a port of its own, on streams 0 to 9. Unordered: so no order is asserted.
  const streamsByPort = new Map<string, number[]>();
  const pattern =
    /^Message received from ::ffff:127\.0\.0\.1:(\d+): len=1000, sid=(\d+)\n, unordered, .*ppid=1234\.$/gm;
  for (const [, port = "", sid] of oneToMany.output.matchAll(pattern)) {
    streamsByPort.set(port, [...(streamsByPort.get(port) ?? []), Number(sid)]);
  }
  assert.equal(streamsByPort.size, 2);
  for (const streams of streamsByPort.values()) {
    assert.deepEqual(
      streams.sort((one, other) => one - other),
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    );
  }
});
