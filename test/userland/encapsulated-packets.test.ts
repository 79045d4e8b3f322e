// What a plain UDP socket sees of SCTP over UDP (RFC 6951).

import assert from "node:assert/strict";
import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { once } from "node:events";
import { type TestContext, test } from "node:test";
import { isLoopback } from "../../src/base/ip-address.js";
import { tsn } from "../../src/base/serial-number.js";
import type { SctpSocket } from "../../src/sockets/sctp-socket.js";
import { UdpEncapsulation } from "../../src/userland/udp-encapsulation.js";
import { createUserlandProvider } from "../../src/userland/userland-provider.js";
import { chunkBytes, type Chunk } from "../../src/wire/chunk.js";
import { COMMON_HEADER_BYTES, writeCommonHeader } from "../../src/wire/common-header.js";
import { hasValidChecksum, writePacketChecksum } from "../../src/wire/crc32c.js";
import { isMalformed } from "../../src/wire/malformed.js";
import { parsePacket, type Packet } from "../../src/wire/packet.js";
import { describeEachUdpIo } from "./each-udp-io.js";
import { oneToOne } from "./world.js";

const MTU_BYTES = 700;
const IP_AND_UDP_HEADERS_BYTES = 20 + 8;

/** A datagram that has arrived, and the packet in it. */
interface Datagram {
  readonly bytes: Uint8Array;
  readonly sender: RemoteInfo;
  readonly packet: Packet;
}

/** A UDP socket on loopback that a client of ours takes for its peer. */
class PlainSocket {
  private readonly socket: Socket;

  constructor(socket: Socket) {
    this.socket = socket;
  }

  get port(): number {
    return this.socket.address().port;
  }

  async receive(): Promise<Datagram> {
    const [bytes, sender] = (await once(this.socket, "message")) as [Uint8Array, RemoteInfo];
    const packet = parsePacket(bytes);
    assert.ok(!isMalformed(packet));
    return { bytes, sender, packet };
  }

  /** Answers a datagram with one chunk. */
  answer({ sender, packet }: Datagram, verificationTag: number, chunk: Chunk): void {
    const body = chunkBytes(chunk);
    const bytes = new Uint8Array(COMMON_HEADER_BYTES + ((body.length + 3) & ~3));
    const { sourcePort, destinationPort } = packet.header;
    const header = { sourcePort: destinationPort, destinationPort: sourcePort, verificationTag };
    writeCommonHeader(header, bytes, 0);
    bytes.set(body, COMMON_HEADER_BYTES);
    writePacketChecksum(bytes, 0, bytes.length);
    this.socket.send(bytes, sender.port, sender.address);
  }
}

async function plainSocketAndClient(
  context: TestContext,
): Promise<{ plain: PlainSocket; client: SctpSocket }> {
  const socket = createSocket("udp4");
  context.after(() => socket.close());
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  const plain = new PlainSocket(socket);
  const lowerLayer = new UdpEncapsulation({ localUdpPort: 0, mtuBytes: MTU_BYTES });
  const provider = createUserlandProvider({
    lowerLayer,
    remoteUdpPort: plain.port,
    config: { rtoInitialMs: 50, rtoMinMs: 50 },
  });
  context.after(() => provider.close());
  return { plain, client: oneToOne(provider) };
}

describeEachUdpIo(() => {
  test("RFC 6951 §5.2, §5.3, §5.7: what arrives at a UDP socket is SCTP as it stands in the RFC", async (t) => {
    const { plain, client } = await plainSocketAndClient(t);
    const arrival = plain.receive();
    const connected = client.connect({ address: "127.0.0.1", port: 5000 });
    connected.catch(() => {});
    const first = await arrival;
    assert.ok(
      hasValidChecksum(first.bytes, 0, first.bytes.length),
      "nothing stands before or behind the packet",
    );
    const { sourcePort, destinationPort, verificationTag } = first.packet.header;
    assert.deepEqual([sourcePort, destinationPort, verificationTag], [client.getsockname().port, 5000, 0]);
    const [init] = first.packet.chunks;
    assert.ok(init?.kind === "INIT");
    for (const parameter of init.parameters) {
      if (parameter.kind !== "IPv4 Address" && parameter.kind !== "IPv6 Address") continue;
      assert.ok(isLoopback(parameter.address), "no address of this host that a NAT could change");
    }
    const again = await plain.receive();
    assert.equal(again.sender.port, first.sender.port, "the local encapsulation port is one for all packets");
  });

  test("RFC 6951 §5.6: the UDP header counts against the path MTU", async (t) => {
    const { plain, client } = await plainSocketAndClient(t);
    const arrival = plain.receive();
    const connected = client.connect({ address: "127.0.0.1", port: 5000 });
    const first = await arrival;
    const [init] = first.packet.chunks;
    assert.ok(init?.kind === "INIT");
    const peer = {
      initiateTag: 5,
      aRwnd: 100_000,
      outboundStreams: 1,
      inboundStreams: 1,
      initialTsn: tsn(1),
    };
    const cookie = Uint8Array.of(1, 2, 3, 4);
    const echo = plain.receive();
    plain.answer(first, init.initiateTag, {
      kind: "INIT ACK",
      ...peer,
      parameters: [{ kind: "State Cookie", cookie }],
    });
    const echoed = await echo;
    assert.equal(echoed.packet.chunks[0]?.kind, "COOKIE ECHO");
    plain.answer(echoed, init.initiateTag, { kind: "COOKIE ACK" });
    await connected;
    const data = plain.receive();
    await client.send(new Uint8Array(5000));
    const { bytes, packet } = await data;
    assert.equal(packet.chunks[0]?.kind, "DATA");
    const lengthBytes = bytes.length + IP_AND_UDP_HEADERS_BYTES;
    assert.ok(
      lengthBytes <= MTU_BYTES && lengthBytes > MTU_BYTES - 4,
      `an IP packet of ${lengthBytes} bytes`,
    );
  });
});
