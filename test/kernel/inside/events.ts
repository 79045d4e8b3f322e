/**
 * Notifications of the kernel that depend on a peer of another kind: here our own stack is the peer, in UDP, and puts
 * chunks of the test's making among its packets.
 *
 * @module
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  AF_INET,
  SCTP_ASSOC_CHANGE,
  SCTP_ASSOC_SUPPORTS_ASCONF,
  SCTP_ASSOC_SUPPORTS_AUTH,
  SCTP_ASSOC_SUPPORTS_MULTIBUF,
  SCTP_ASSOC_SUPPORTS_PR,
  SCTP_COMM_UP,
  SCTP_REMOTE_ERROR,
  SctpSocket,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  type sctp_notification,
} from "../../../src/index.js";
import { createKernelProvider } from "../../../src/kernel/kernel-provider.js";
import {
  createPacketRecord,
  createUserlandProvider,
  packetBytes,
  type PacketRecord,
  UdpEncapsulation,
} from "../../../src/userland/index.js";
import { crc32c } from "../../../src/wire/crc32c.js";
import { bytesOf, subscribe, textOf } from "../../contract/world.js";
import { prepareKernel, setKernelVariable } from "../contract/kernel-world.js";

const ADDRESS = "127.0.0.1";
const SCTP_PORT = 5000;
/** Where the kernel and our own stack have their tunnels' ends. */
const KERNEL_UDP_PORT = 9899;
const OWN_UDP_PORT = 9900;

/** RFC 9260 §3.1: ports, verification tag and checksum stand in front of a packet. */
const COMMON_HEADER_BYTES = 12;
const CHECKSUM_OFFSET = 8;

/** A lower layer that can send what no stack would. */
class Injecting extends UdpEncapsulation {
  #last: PacketRecord | undefined;

  override send(batch: readonly PacketRecord[]): number {
    const last = batch.at(-1);
    if (last !== undefined) this.#last = { ...last, slab: packetBytes(last).slice(), offsetBytes: 0 };
    return super.send(batch);
  }

  /** Sends chunks to where the last packet went, under its verification tag. */
  inject(chunks: readonly number[]): void {
    const last = this.#last;
    assert.ok(last !== undefined);
    const slab = new Uint8Array([...last.slab.subarray(0, COMMON_HEADER_BYTES), ...chunks]);
    const view = new DataView(slab.buffer);
    view.setUint32(CHECKSUM_OFFSET, 0);
    view.setUint32(CHECKSUM_OFFSET, crc32c(slab, 0, slab.length), true);
    super.send([{ ...createPacketRecord(), ...last, slab, offsetBytes: 0, lengthBytes: slab.length }]);
  }
}

prepareKernel();
setKernelVariable("udp_port", KERNEL_UDP_PORT);
setKernelVariable("encap_port", OWN_UDP_PORT);

interface Pair {
  readonly kernel: SctpSocket;
  readonly own: SctpSocket;
  readonly lowerLayer: Injecting;
}

/** A one-to-one socket of the kernel, connected to a one-to-many socket over our own stack. */
async function withPair(types: readonly number[], run: (pair: Pair) => Promise<void>): Promise<void> {
  const lowerLayer = new Injecting({ localUdpPort: OWN_UDP_PORT });
  const userland = createUserlandProvider({ lowerLayer, remoteUdpPort: KERNEL_UDP_PORT });
  const own = new SctpSocket(AF_INET, SOCK_SEQPACKET, { provider: userland });
  const kernel = new SctpSocket(AF_INET, SOCK_STREAM, { provider: createKernelProvider() });
  for (const socket of [own, kernel]) subscribe(socket, ...types);
  own.bind({ address: ADDRESS, port: SCTP_PORT });
  own.listen();
  await kernel.connect({ address: ADDRESS, port: SCTP_PORT });
  await run({ kernel, own, lowerLayer });
  await Promise.all([kernel.close(), own.close()]);
  await userland.close();
}

async function nextNotification(socket: SctpSocket): Promise<sctp_notification | undefined> {
  return (await socket.sctp_recvv()).notification;
}

test("RFC 6458 §6.1.3: SCTP_REMOTE_ERROR of the kernel has the ERROR chunk of the peer", async () => {
  await withPair([SCTP_REMOTE_ERROR], async ({ kernel, own, lowerLayer }) => {
    // RFC 9260 §3.3.10.1: Invalid Stream Identifier, 77.
    const chunk = [9, 0, 0, 12, 0, 1, 0, 8, 0, 77, 0, 0];
    lowerLayer.inject(chunk);
    const error = await nextNotification(kernel);
    assert.ok(error?.sn_type === SCTP_REMOTE_ERROR);
    assert.deepEqual([error.sre_flags, error.sre_error], [0, 1]);
    assert.ok(error.sre_assoc_id >= 3);
    assert.deepEqual([...error.sre_data], chunk);
    await kernel.send(bytesOf("it goes on"));
    assert.equal(textOf((await own.sctp_recvv()).data), "it goes on");
  });
});

const EXTENSIONS = [SCTP_ASSOC_SUPPORTS_AUTH, SCTP_ASSOC_SUPPORTS_ASCONF] as const;

for (const isOn of [false, true]) {
  const title = isOn ? "with" : "without";
  test(`RFC 6458 §6.1.1: features of an association ${title} authentication in the kernel`, async () => {
    for (const name of ["auth_enable", "addip_enable"]) setKernelVariable(name, Number(isOn));
    const features = [SCTP_ASSOC_SUPPORTS_PR, ...(isOn ? EXTENSIONS : [])];
    await withPair([SCTP_ASSOC_CHANGE], async ({ kernel, own }) => {
      const atKernel = await nextNotification(kernel);
      assert.ok(atKernel?.sn_type === SCTP_ASSOC_CHANGE && atKernel.sac_state === SCTP_COMM_UP);
      assert.deepEqual([...atKernel.sac_info], features);
      const atOwn = await nextNotification(own);
      assert.ok(atOwn?.sn_type === SCTP_ASSOC_CHANGE && atOwn.sac_state === SCTP_COMM_UP);
      assert.deepEqual([...atOwn.sac_info], [...features, SCTP_ASSOC_SUPPORTS_MULTIBUF]);
    });
  });
}
