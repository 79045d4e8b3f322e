import assert from "node:assert/strict";
import { test } from "node:test";
import { READABLE, WRITABLE } from "../../src/native/addon.js";
import { ADDRESS_BYTES, type Platform } from "./platform.js";
import { describeAddon } from "./with-addon.js";

/** Names that differ between the two versions of the Internet Protocol. */
interface Version {
  readonly address: string;
  readonly level: string;
  /** Switches the receipt of the destination address on, and names it as ancillary data. */
  readonly receivePacketInfo: string;
  readonly packetInfo: string;
  readonly structure: string;
  /** The packet's own address in the structure, when sending and when receiving. */
  readonly sourceField: string;
  readonly destinationField: string;
  readonly receiveTrafficClass: string;
  readonly trafficClass: string;
  readonly receiveErrors: string;
  readonly mtuDiscover: string;
  readonly mtuDiscoverDo: string;
  readonly mtu: string;
}

const versions: readonly Version[] = [
  {
    address: "127.0.0.1",
    level: "IPPROTO_IP",
    receivePacketInfo: "IP_PKTINFO",
    packetInfo: "IP_PKTINFO",
    structure: "in_pktinfo",
    sourceField: "ipi_spec_dst",
    destinationField: "ipi_addr",
    receiveTrafficClass: "IP_RECVTOS",
    trafficClass: "IP_TOS",
    receiveErrors: "IP_RECVERR",
    mtuDiscover: "IP_MTU_DISCOVER",
    mtuDiscoverDo: "IP_PMTUDISC_DO",
    mtu: "IP_MTU",
  },
  {
    address: "::1",
    level: "IPPROTO_IPV6",
    receivePacketInfo: "IPV6_RECVPKTINFO",
    packetInfo: "IPV6_PKTINFO",
    structure: "in6_pktinfo",
    sourceField: "ipi6_addr",
    destinationField: "ipi6_addr",
    receiveTrafficClass: "IPV6_RECVTCLASS",
    trafficClass: "IPV6_TCLASS",
    receiveErrors: "IPV6_RECVERR",
    mtuDiscover: "IPV6_MTU_DISCOVER",
    mtuDiscoverDo: "IPV6_PMTUDISC_DO",
    mtu: "IPV6_MTU",
  },
];

/** What one `recvmsg` brought. */
interface Received {
  readonly data: Uint8Array;
  readonly source: Uint8Array;
  readonly control: Uint8Array;
  readonly flags: number;
}

function receiveNow(platform: Platform, id: number, flags = 0): Received {
  const [data, source, control] = [new Uint8Array(2048), new Uint8Array(ADDRESS_BYTES), new Uint8Array(512)];
  const out = new Int32Array(3);
  const length = platform.ok(platform.addon.recvmsg(id, data, source, control, flags, out));
  return {
    data: data.subarray(0, length),
    source: source.subarray(0, out[0]),
    control: control.subarray(0, out[1]),
    flags: out[2] ?? 0,
  };
}

async function receive(platform: Platform, id: number): Promise<Received> {
  await platform.ready(id, READABLE);
  return receiveNow(platform, id);
}

const one = new Uint8Array([1]);

describeAddon("ancillary data", (platform) => {
  const { addon } = platform;
  const constant = (name: string): number => platform.constant(name);

  test("a socket on all addresses learns which one was addressed, and answers from it", async () => {
    const server = platform.udp("0.0.0.0");
    platform.setOption(server.id, "IPPROTO_IP", "IP_PKTINFO", 1);
    const client = platform.udp("127.0.0.1");
    // All of 127.0.0.0/8 is this host, so that the choice can be seen without a second interface.
    for (const addressed of ["127.0.0.1", "127.8.7.6"]) {
      platform.ok(addon.sendmsg(client.id, one, platform.address(addressed, server.port), undefined, 0));
      const request = await receive(platform, server.id);
      const info = platform.controlData(request.control, "IPPROTO_IP", "IP_PKTINFO");
      assert.equal(platform.fieldBytes(info, "in_pktinfo", "ipi_addr").join("."), addressed);

      const reply = new Uint8Array(info.length);
      reply.set(
        platform.fieldBytes(info, "in_pktinfo", "ipi_addr"),
        addon.structures["in_pktinfo"]?.fields["ipi_spec_dst"]?.offsetBytes,
      );
      const control = platform.control([
        { level: constant("IPPROTO_IP"), type: constant("IP_PKTINFO"), data: reply },
      ]);
      platform.ok(addon.sendmsg(server.id, one, request.source, control, 0));
      const answer = await receive(platform, client.id);
      assert.equal(platform.addressText(answer.source), `${addressed}:${server.port}`);
    }
    for (const { id } of [server, client]) platform.ok(addon.close(id));
  });

  for (const version of versions) {
    const level = platform.constant(version.level);

    test(`${version.packetInfo}: destination received, source chosen`, async () => {
      const [server, client] = [platform.udp(version.address), platform.udp(version.address)];
      platform.setOption(server.id, version.level, version.receivePacketInfo, 1);
      const info = new Uint8Array(addon.structures[version.structure]?.sizeBytes ?? 0);
      const own = platform.fieldBytes(
        client.name,
        version.address.includes(":") ? "sockaddr_in6" : "sockaddr_in",
        version.address.includes(":") ? "sin6_addr" : "sin_addr",
      );
      info.set(own, addon.structures[version.structure]?.fields[version.sourceField]?.offsetBytes);
      const control = platform.control([{ level, type: platform.constant(version.packetInfo), data: info }]);
      platform.ok(addon.sendmsg(client.id, one, server.name, control, 0));
      const received = await receive(platform, server.id);
      const came = platform.controlData(received.control, version.level, version.packetInfo);
      assert.deepEqual([...platform.fieldBytes(came, version.structure, version.destinationField)], [...own]);
      assert.equal(received.flags, 0);
      for (const { id } of [server, client]) platform.ok(addon.close(id));
    });

    test(`${version.packetInfo}: a source that is not this host's is refused`, () => {
      const client = platform.udp(version.address.includes(":") ? "::" : "0.0.0.0");
      const foreign = version.address.includes(":")
        ? [0x20, 0x01, 0x0d, 0xb8, ...Array(12).fill(1)]
        : [203, 0, 113, 9];
      const info = new Uint8Array(addon.structures[version.structure]?.sizeBytes ?? 0);
      info.set(foreign, addon.structures[version.structure]?.fields[version.sourceField]?.offsetBytes);
      const control = platform.control([{ level, type: platform.constant(version.packetInfo), data: info }]);
      const answer = addon.sendmsg(client.id, one, platform.address(version.address, 9), control, 0);
      assert.ok(answer < 0, `it answered ${answer}`);
      platform.ok(addon.close(client.id));
    });

    test(`${version.trafficClass}: a packet's traffic class goes out and comes in`, async () => {
      const [server, client] = [platform.udp(version.address), platform.udp(version.address)];
      platform.setOption(server.id, version.level, version.receiveTrafficClass, 1);
      const type = platform.constant(version.trafficClass);
      // DSCP AF11 with ECT(0), then EF with CE: all eight bits of RFC 2474 and RFC 3168.
      for (const trafficClass of [0x2a, 0xbb]) {
        const control = platform.control([{ level, type, data: platform.integer(trafficClass) }]);
        platform.ok(addon.sendmsg(client.id, one, server.name, control, 0));
        const { control: came } = await receive(platform, server.id);
        // IPv4's comes as one byte, IPv6's as an int.
        assert.equal(platform.controlData(came, version.level, version.trafficClass)[0], trafficClass);
      }
      for (const { id } of [server, client]) platform.ok(addon.close(id));
    });

    test(`${version.trafficClass}: set once for all packets of a socket`, async () => {
      const [server, client] = [platform.udp(version.address), platform.udp(version.address)];
      platform.setOption(server.id, version.level, version.receiveTrafficClass, 1);
      platform.setOption(client.id, version.level, version.trafficClass, 0x48);
      platform.ok(addon.sendmsg(client.id, one, server.name, undefined, 0));
      const { control } = await receive(platform, server.id);
      assert.equal(platform.controlData(control, version.level, version.trafficClass)[0], 0x48);
      for (const { id } of [server, client]) platform.ok(addon.close(id));
    });

    test(`${version.receiveErrors}: the error queue has the refusal, the datagram and where it went`, async () => {
      const [probe, client] = [platform.udp(version.address), platform.udp(version.address)];
      platform.ok(addon.close(probe.id));
      platform.setOption(client.id, version.level, version.receiveErrors, 1);
      const datagram = new TextEncoder().encode("nobody there");
      platform.ok(addon.sendmsg(client.id, datagram, probe.name, undefined, 0));
      assert.equal(await platform.ready(client.id, READABLE), READABLE | WRITABLE, "POLLERR");

      const queued = receiveNow(platform, client.id, constant("MSG_ERRQUEUE"));
      assert.equal(queued.flags & constant("MSG_ERRQUEUE"), constant("MSG_ERRQUEUE"));
      assert.deepEqual([...queued.data], [...datagram], "the quoted datagram");
      assert.deepEqual([...queued.source], [...probe.name], "where it had gone");
      const error = platform.controlData(queued.control, version.level, version.receiveErrors);
      assert.equal(platform.read(error, "sock_extended_err", "ee_errno"), -platform.failure("ECONNREFUSED"));
      const origin = version.address.includes(":") ? "SO_EE_ORIGIN_ICMP6" : "SO_EE_ORIGIN_ICMP";
      assert.equal(platform.read(error, "sock_extended_err", "ee_origin"), constant(origin));
      const empty = addon.recvmsg(
        client.id,
        new Uint8Array(8),
        undefined,
        new Uint8Array(512),
        constant("MSG_ERRQUEUE"),
        new Int32Array(3),
      );
      assert.equal(platform.codeOf(empty), "EAGAIN", "one refusal, one entry");
      platform.ok(addon.close(client.id));
    });

    test(`${version.mtuDiscover}: a datagram beyond the MTU is EMSGSIZE, and ${version.mtu} says the MTU`, () => {
      const [server, client] = [platform.udp(version.address), platform.udp(version.address)];
      platform.setOption(client.id, version.level, version.mtuDiscover, constant(version.mtuDiscoverDo));
      platform.ok(addon.connect(client.id, server.name));
      const mtuBytes = platform.option(client.id, version.level, version.mtu);
      assert.ok(mtuBytes >= 1280 && mtuBytes <= 65_536, `the MTU is ${mtuBytes}`);
      const headersBytes = (version.address.includes(":") ? 40 : 20) + 8;
      // Loopback's MTU of 65,536 is more than a datagram may have, so that the largest datagram stands for
      // it.
      const fittingBytes = Math.min(mtuBytes - headersBytes, 65_535 - headersBytes);
      assert.equal(
        addon.sendmsg(client.id, new Uint8Array(fittingBytes), undefined, undefined, 0),
        fittingBytes,
      );
      const answer = addon.sendmsg(client.id, new Uint8Array(mtuBytes), undefined, undefined, 0);
      assert.equal(platform.codeOf(answer), "EMSGSIZE");
      for (const { id } of [server, client]) platform.ok(addon.close(id));
    });
  }

  test("too little room for ancillary data is told by a flag", async () => {
    const [server, client] = [platform.udp("127.0.0.1"), platform.udp("127.0.0.1")];
    platform.setOption(server.id, "IPPROTO_IP", "IP_PKTINFO", 1);
    platform.ok(addon.sendmsg(client.id, one, server.name, undefined, 0));
    await platform.ready(server.id, READABLE);
    const out = new Int32Array(3);
    assert.equal(addon.recvmsg(server.id, new Uint8Array(4), undefined, new Uint8Array(4), 0, out), 1);
    assert.equal((out[2] ?? 0) & constant("MSG_CTRUNC"), constant("MSG_CTRUNC"));
    for (const { id } of [server, client]) platform.ok(addon.close(id));
  });

  test("each message of a batch has its own, both ways", async () => {
    const [server, client] = [platform.udp("127.0.0.1"), platform.udp("127.0.0.1")];
    platform.setOption(server.id, "IPPROTO_IP", "IP_RECVTOS", 1);
    const slab = new Uint8Array(4096);
    slab.set(server.name, 0);
    const rows = new Int32Array(7 * 8);
    const [level, type] = [constant("IPPROTO_IP"), constant("IP_TOS")];
    for (let index = 0; index < 8; index += 1) {
      const control = platform.control([{ level, type, data: platform.integer(index * 4) }]);
      slab.set(control, 512 + index * 64);
      slab[100 + index] = index;
      rows.set([100 + index, 1, 0, server.name.length, 512 + index * 64, control.length, 0], index * 7);
    }
    assert.equal(addon.sendmmsg(client.id, slab, rows, 8, 0), 8);
    for (let index = 0; index < 8; index += 1) rows.set([index, 1, 0, 0, 512 + index * 64, 64, 0], index * 7);
    for (let received = 0; received < 8; ) {
      await platform.ready(server.id, READABLE);
      received += platform.ok(addon.recvmmsg(server.id, slab, rows.subarray(received * 7), 8 - received, 0));
    }
    for (let index = 0; index < 8; index += 1) {
      const [, , , , offset = 0, length = 0] = rows.subarray(index * 7);
      const control = slab.subarray(offset, offset + length);
      assert.equal(platform.controlData(control, "IPPROTO_IP", "IP_TOS")[0], index * 4);
      assert.equal(slab[index], index);
    }
    for (const { id } of [server, client]) platform.ok(addon.close(id));
  });
});
