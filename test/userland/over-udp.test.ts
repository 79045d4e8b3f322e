import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { type TestContext, test } from "node:test";
import { parseIpAddress } from "../../src/base/ip-address.js";
import { AF_INET6 } from "../../src/sockets/constants.js";
import { UdpEncapsulation } from "../../src/userland/udp-encapsulation.js";
import { createUserlandProvider, type UserlandProvider } from "../../src/userland/userland-provider.js";
import { describeEachUdpIo } from "./each-udp-io.js";
import { bytesOf, oneToMany, oneToOne, textOf } from "./world.js";

const ANY = [parseIpAddress("0.0.0.0")!, parseIpAddress("::")!];

interface Sides {
  readonly server: UserlandProvider;
  readonly client: UserlandProvider;
}

/** Both sides; the server has its UDP port from the beginning, so that nobody else can take it. */
function sides(context: TestContext): Sides {
  const lowerLayer = new UdpEncapsulation({ localUdpPort: 0 });
  const remoteUdpPort = lowerLayer.acquirePort({ kind: "listening", addresses: ANY });
  const server = createUserlandProvider({ lowerLayer });
  const client = createUserlandProvider({ remoteUdpPort });
  context.after(() => Promise.all([server.close(), client.close()]));
  return { server, client };
}

describeEachUdpIo(() => {
  test("over UDP on loopback: a one-to-many server and a one-to-one client", async (t) => {
    const { server, client } = sides(t);
    const listener = oneToMany(server, AF_INET6);
    listener.bind({ address: "::", port: 5000 });
    listener.listen();
    const socket = oneToOne(client);
    await socket.connect({ address: "127.0.0.1", port: 5000 });
    await socket.send(bytesOf("over the wire"));
    const { data, address } = await listener.sctp_recvv();
    assert.equal(textOf(data), "over the wire");
    assert.deepEqual(address, { ...socket.getsockname(), address: "127.0.0.1" });
    await listener.sctp_sendv(bytesOf("and back"), { to: address });
    assert.equal(textOf(await socket.recv()), "and back");
    await Promise.all([socket.close(), listener.close()]);
    assert.equal(server.lowerLayerErrors["send failed"], 0);
  });

  test("over UDP on loopback: every byte of many messages arrives, in both directions at once", async (t) => {
    const { server, client } = sides(t);
    const listener = oneToOne(server);
    listener.bind({ address: "127.0.0.1", port: 5000 });
    listener.listen();
    const socket = oneToOne(client);
    await socket.connect({ address: "127.0.0.1", port: 5000 });
    const { socket: accepted } = await listener.accept();
    const lengthOf = (number: number): number => 1 + ((number * 7919) % 20_000);
    const send = async (from: typeof socket): Promise<void> => {
      for (let number = 0; number < 300; number += 1) {
        await from.send(new Uint8Array(lengthOf(number)).fill(number));
      }
    };
    const receive = async (to: typeof socket): Promise<void> => {
      for (let number = 0; number < 300; number += 1) {
        const data = await to.recv();
        assert.equal(data.length, lengthOf(number));
        assert.ok(data.every((byte) => byte === (number & 255)));
      }
    };
    await Promise.all([send(socket), receive(accepted), send(accepted), receive(socket)]);
    await Promise.all([socket.close(), accepted.close(), listener.close()]);
  });

  test("over UDP: a second process that listens is told the setting to change (DESIGN: ports)", async (t) => {
    const { server } = sides(t);
    const first = oneToOne(server);
    first.bind({ address: "127.0.0.1", port: 5000 });
    const { lowerLayer } = server;
    const localUdpPort = lowerLayer.acquirePort({ kind: "listening", addresses: [] });
    const second = createUserlandProvider({ lowerLayer: new UdpEncapsulation({ localUdpPort }) });
    t.after(() => second.close());
    assert.throws(() => oneToOne(second).bind({ address: "127.0.0.1", port: 6000 }), {
      code: "EADDRINUSE",
      message: /SCTP_UDP_LOCAL_PORT/,
    });
  });

  test("over UDP: a process ends by itself when its last socket has closed, and not before", () => {
    const module = (path: string): string =>
      JSON.stringify(new URL(`../../src/${path}`, import.meta.url).href);
    const program = `
    import { SctpSocket } from ${module("sockets/sctp-socket.js")};
    import { createUserlandProvider } from ${module("userland/userland-provider.js")};
    import { UdpEncapsulation } from ${module("userland/udp-encapsulation.js")};
    const provider = createUserlandProvider({ lowerLayer: new UdpEncapsulation({ localUdpPort: 0 }) });
    const unused = new SctpSocket(2, 1, { provider });
    const listener = new SctpSocket(2, 1, { provider });
    listener.bind({ address: "127.0.0.1", port: 5000 });
    listener.listen();
    console.log("listening");
    setTimeout(async () => {
      await listener.close();
      console.log("closed");
    }, 50);`;
    const { status, stdout } = spawnSync(process.execPath, ["--input-type=module", "--eval", program], {
      encoding: "utf8",
      timeout: 60_000,
    });
    assert.deepEqual([status, stdout], [0, "listening\nclosed\n"]);
  });
});
