/** What a userland host still answers after its last socket has closed. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { test } from "node:test";
import { parseIpAddress } from "../../src/base/ip-address.js";
import { UdpEncapsulation } from "../../src/userland/udp-encapsulation.js";
import { createUserlandProvider } from "../../src/userland/userland-provider.js";
import { isMalformed } from "../../src/wire/malformed.js";
import { parsePacket } from "../../src/wire/packet.js";
import { packetOf, PEER } from "../stack/scene.js";
import { describeEachUdpIo } from "./each-udp-io.js";
import { oneToOne } from "./world.js";

const LOOPBACK = parseIpAddress("127.0.0.1")!;

describeEachUdpIo(() => {
  test("RFC 9260 §8.4 5: SHUTDOWN ACK is answered for a while after the last socket has closed", async (t) => {
    const serverLayer = new UdpEncapsulation({ localUdpPort: 0 });
    const remoteUdpPort = serverLayer.acquirePort({ kind: "listening", addresses: [LOOPBACK] });
    const server = createUserlandProvider({ lowerLayer: serverLayer });
    const client = createUserlandProvider({ remoteUdpPort });
    t.after(() => Promise.all([server.close(), client.close()]));
    const listener = oneToOne(server);
    listener.bind({ address: "127.0.0.1", port: 5000 });
    listener.listen();
    const socket = oneToOne(client);
    await socket.connect({ address: "127.0.0.1", port: 5000 });
    // The first SCTP port that a process gets without asking for one is its UDP port.
    const { port } = socket.getsockname();
    await socket.close();
    const peer = createSocket("udp4");
    t.after(() => peer.close());
    const answered = once(peer, "message") as Promise<[Uint8Array]>;
    peer.send(
      packetOf({ ...PEER, port: 5000, toPort: port }, 77, [{ kind: "SHUTDOWN ACK" }]),
      port,
      "127.0.0.1",
    );
    const packet = parsePacket((await answered)[0]);
    assert.ok(!isMalformed(packet));
    assert.equal(packet.header.verificationTag, 77);
    assert.deepEqual(packet.chunks, [{ kind: "SHUTDOWN COMPLETE", tagReflected: true }]);
  });

  test("DESIGN §4: what is still answered after close() does not keep the process alive", () => {
    const module = (path: string): string =>
      JSON.stringify(new URL(`../../src/${path}`, import.meta.url).href);
    const program = `
    import { SctpSocket } from ${module("sockets/sctp-socket.js")};
    import { createUserlandProvider } from ${module("userland/userland-provider.js")};
    const socket = new SctpSocket(2, 1, { provider: createUserlandProvider() });
    socket.bind({ address: "127.0.0.1", port: 0 });
    await socket.close();
    const closedAt = process.uptime();
    process.on("exit", () => console.log(process.uptime() - closedAt < 2 ? "at once" : "late"));`;
    // Twice as long a process that is kept alive takes each time, one that a busy machine lets wait only now and then.
    const ends: string[] = [];
    while (ends.length < 5 && ends.at(-1) !== "at once\n") {
      const { status, stdout } = spawnSync(process.execPath, ["--input-type=module", "--eval", program], {
        encoding: "utf8",
        timeout: 60_000,
      });
      assert.equal(status, 0);
      ends.push(stdout);
    }
    assert.equal(ends.at(-1), "at once\n");
  });
});
