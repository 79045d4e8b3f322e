/**
 * The programs of lksctp-tools, which speak through the kernel's SCTP, as peers: of our own stack over IP and over UDP,
 * and of the kernel provider. tshark has no complaint about a packet of our own stack.
 *
 * @module
 */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Program } from "../../support/program.js";
import { RemoteProgram } from "../remote.js";
import type { StackFunctions } from "../stack-program.js";
import type { Carrier } from "../stack-side.js";
import { TwoHosts } from "../two-hosts.js";
import { TUNNEL_PORT, WireCapture } from "../wire-capture.js";

/** The sizes of `sctp_test`'s case 4, bytes. */
const SCTP_TEST_SIZES = [1, 1000, 2000, 3000, 5000, 10_000, 15_000, 20_000, 25_000, 32_768];

const TEXTS = ["one line\n", "another line\n"];

/** What speaks with them on our side. */
const CARRIERS: readonly Carrier[] = ["userland over IP", "userland over UDP", "kernel"];

/** A case takes a second; a peer that never answers must not hold the others up for long. */
const CASE = { timeout: 90_000 };

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** A message as sctp_test makes it: the digits, over and over, as a C string. */
function sctpTestMessage(lengthBytes: number): Uint8Array {
  return Uint8Array.from({ length: lengthBytes }, (_, index) =>
    index === lengthBytes - 1 ? 0 : 0x30 + (index % 10),
  );
}

/** A program of lksctp on host b; it prints line by line. */
function startPeer(hosts: TwoHosts, words: readonly string[]): Program {
  return hosts.b.start(["stdbuf", "-oL", ...words]);
}

let lastPort = 6000;

/** Two new ports: ours and the peer's. */
function newPorts(): { own: number; peer: number } {
  lastPort += 2;
  return { own: lastPort, peer: lastPort + 1 };
}

describe("the programs of lksctp", () => {
  let hosts: TwoHosts;
  let capture: WireCapture;
  let ours: RemoteProgram<StackFunctions>;
  let ownAddress: string;
  let peerAddress: string;

  before(async () => {
    hosts = TwoHosts.create();
    [ownAddress = "", peerAddress = ""] = hosts.both.map(({ addresses }) => addresses[0]);
    hosts.a.silenceKernel();
    capture = await WireCapture.start(hosts.a);
    ours = new RemoteProgram<StackFunctions>(hosts.a, "stack-program");
  });

  after(async () => {
    await ours.end();
    hosts.remove();
  });

  for (const carrier of CARRIERS) {
    describe(carrier, () => {
      before(() => {
        const tunnelPort = carrier === "userland over UDP" ? TUNNEL_PORT : 0;
        hosts.b.sysctl({ "net.sctp.udp_port": tunnelPort, "net.sctp.encap_port": tunnelPort });
      });

      /** Opens a side of ours whose name is its port. */
      const open = (port: number): Promise<void> =>
        ours.call("open", { name: `${port}`, carrier, address: ownAddress, port, messages: 0, seed: 0 });

      test("sctp_test receives what we send, whole", CASE, async () => {
        const { own, peer } = newPorts();
        const server = startPeer(hosts, ["sctp_test", "-H", peerAddress, "-P", `${peer}`, "-l"]);
        // What it prints once it listens; "listen(" it prints before.
        await server.waitForOutput(/recvmsg\(/);
        await open(own);
        await ours.call("connect", { name: `${own}`, address: peerAddress, port: peer });
        await ours.call("send", { name: `${own}`, messages: SCTP_TEST_SIZES.map(sctpTestMessage) });
        await ours.call("shutDown", `${own}`);
        await server.waitForOutput(/SHUTDOWN_COMPLETE/);
        const sizes = [...server.output.matchAll(/ Data (\d+) bytes/g)].map(([, size]) => Number(size));
        assert.deepEqual(sizes, SCTP_TEST_SIZES);
        server.kill();
        await server.ended;
      });

      test("we receive what sctp_test sends, every byte", CASE, async () => {
        const { own, peer } = newPorts();
        await open(own);
        await ours.call("listen", `${own}`);
        const client = startPeer(hosts, [
          ...["sctp_test", "-H", peerAddress, "-P", `${peer}`, "-h", ownAddress, "-p", `${own}`],
          ...["-s", "-c", "4", "-x", "1", "-o", "1"],
        ]);
        await ours.call("accept", `${own}`);
        const messages = await ours.call("receive", { name: `${own}`, count: SCTP_TEST_SIZES.length });
        const sizes = messages.map(({ length }) => length);
        assert.deepEqual(sizes, SCTP_TEST_SIZES);
        for (const message of messages) {
          assert.ok(Buffer.from(sctpTestMessage(message.length)).equals(message), `${message.length} bytes`);
        }
        const { events } = await ours.call("receiveEnd", `${own}`);
        assert.deepEqual(events, ["COMM_UP", "SHUTDOWN", "SHUTDOWN_COMP"]);
        assert.deepEqual(await client.ended, { status: 0, signal: null });
      });

      test("sctp_darn prints what we send", CASE, async () => {
        const { own, peer } = newPorts();
        const server = startPeer(hosts, ["sctp_darn", "-H", peerAddress, "-P", `${peer}`, "-l"]);
        await server.waitForOutput(/listening/);
        await open(own);
        await ours.call("connect", { name: `${own}`, address: peerAddress, port: peer });
        await ours.call("send", { name: `${own}`, messages: TEXTS.map(bytesOf) });
        await ours.call("shutDown", `${own}`);
        await server.waitForOutput(/ASSOC_CHANGE - SHUTDOWN_COMP/);
        const texts = [...server.output.matchAll(/^DATA\(\d+\): {2}(.*\n)/gm)].map(([, text]) => text);
        assert.deepEqual(texts, TEXTS);
        server.kill();
        await server.ended;
      });

      test("we receive what sctp_darn reads from its input", CASE, async () => {
        const { own, peer } = newPorts();
        await open(own);
        await ours.call("listen", `${own}`);
        const client = startPeer(hosts, [
          ...["sctp_darn", "-H", peerAddress, "-P", `${peer}`, "-h", ownAddress, "-p", `${own}`, "-s"],
        ]);
        for (const text of TEXTS) client.write(text);
        client.endInput();
        await ours.call("accept", `${own}`);
        const messages = await ours.call("receive", { name: `${own}`, count: TEXTS.length });
        const texts = messages.map(textOf);
        // It sends C strings, their ends included.
        assert.deepEqual(
          texts,
          TEXTS.map((text) => `${text}\0`),
        );
        const { events } = await ours.call("receiveEnd", `${own}`);
        assert.deepEqual(events, ["COMM_UP", "SHUTDOWN", "SHUTDOWN_COMP"]);
        await client.ended;
      });
    });
  }

  test("tshark has no complaint about the packets of our own stack", { timeout: 120_000 }, async (t) => {
    const { ownPackets, foreignPackets, ownComplaints } = await capture.judge(peerAddress);
    t.diagnostic(`${ownPackets} packets from our host, ${foreignPackets} from the kernel's`);
    assert.deepEqual(ownComplaints, []);
    assert.ok(ownPackets > 100 && foreignPackets > 100, "both directions were captured");
  });
});
