import assert from "node:assert/strict";
import { SocketAddress } from "node:net";
import { test } from "node:test";
import fc from "fast-check";
import {
  AF_INET,
  AF_INET6,
  SCTP_BINDX_ADD_ADDR,
  SCTP_BINDX_REM_ADDR,
  SOCK_SEQPACKET,
} from "../../src/sockets/constants.js";
import { numericAddress } from "../../src/sockets/addresses.js";
import { readSockaddrStorage, writeSockaddrStorage } from "../../src/sockets/sockaddr-storage.js";
import type { SctpAddress, SctpAddressInput } from "../../src/sockets/types.js";
import { openSocket } from "./fake-sockets.js";

test("addresses become canonical, and zones are kept", () => {
  const read = (address: string): string =>
    numericAddress({ address, port: 9 }, "a", AF_INET6, "local").address;
  assert.equal(read("2001:DB8:0:0::1"), "2001:db8::1");
  assert.equal(read("fe80::1%eth0"), "fe80::1%eth0");
  assert.equal(read("192.0.2.1"), "192.0.2.1");
  assert.equal(read("::ffff:192.0.2.1"), "192.0.2.1");
});

test("the family may be given in every spelling, and must fit", () => {
  for (const family of ["IPv4", "ipv4", 4] as const) {
    const address = numericAddress({ address: "192.0.2.1", port: 9, family }, "a", AF_INET, "local");
    assert.equal(address.family, "IPv4");
  }
  for (const family of ["IPv6", "ipv6", 6] as const) {
    const address = numericAddress({ address: "::1", port: 9, family }, "a", AF_INET6, "local");
    assert.equal(address.family, "IPv6");
    assert.throws(() => numericAddress({ address: "192.0.2.1", port: 9, family }, "a", AF_INET6, "local"), {
      code: "ERR_SCTP_INVALID_ADDRESS",
    });
  }
  const unknown = { address: "::1", port: 9, family: 10 } as unknown as SctpAddressInput;
  assert.throws(() => numericAddress(unknown, "a", AF_INET6, "local"), {
    code: "ERR_SCTP_INVALID_ARG_VALUE",
  });
});

test("net.SocketAddress is taken as it is", () => {
  const { socket, fake } = openSocket(SOCK_SEQPACKET, AF_INET6);
  socket.bind(new SocketAddress({ address: "2001:db8::1", family: "ipv6", port: 9, flowlabel: 5 }));
  assert.deepEqual(fake.callsOf("bind")[0]?.arguments, [
    { address: "2001:db8::1", port: 9, family: "IPv6", flowlabel: 5 },
  ]);
});

test("RFC 6458 §4.1.2: an IPv4 socket takes IPv4 addresses only", () => {
  const { socket } = openSocket(SOCK_SEQPACKET, AF_INET);
  assert.throws(() => socket.bind({ address: "::1", port: 9 }), {
    code: "ERR_SCTP_INVALID_ADDRESS",
    message: 'address.address must be an IPv4 address, because the socket is an IPv4 socket, and is "::1"',
  });
  const { socket: both } = openSocket(SOCK_SEQPACKET, AF_INET6);
  both.bind({ address: "127.0.0.1", port: 9 });
});

test("a call that does not look names up takes numeric addresses only", () => {
  const { socket } = openSocket(SOCK_SEQPACKET);
  for (const address of ["localhost", "1.2.3", "1.2.3.4.5", "::g", "", "fe80::1%", "01.2.3.4"]) {
    assert.throws(() => socket.bind({ address, port: 9 }), {
      name: "TypeError",
      code: "ERR_SCTP_INVALID_ADDRESS",
    });
  }
});

test("a destination is one host", () => {
  for (const address of ["0.0.0.0", "::", "224.0.0.1", "255.255.255.255", "ff02::1"]) {
    assert.throws(() => numericAddress({ address, port: 9 }, "to", AF_INET6, "destination"), {
      code: "ERR_SCTP_INVALID_ADDRESS",
    });
  }
});

test("ports and flow labels have ranges", () => {
  const { socket } = openSocket(SOCK_SEQPACKET, AF_INET6);
  for (const port of [-1, 65536, 1.5, Number.NaN]) {
    assert.throws(() => socket.bind({ address: "::", port }), {
      name: "RangeError",
      code: "ERR_SCTP_OUT_OF_RANGE",
    });
  }
  assert.throws(() => socket.bind({ address: "::", port: "9" as unknown as number }), {
    code: "ERR_SCTP_INVALID_ARG_TYPE",
  });
  assert.throws(() => socket.bind({ address: "::", port: 9, flowlabel: 2 ** 20 }), {
    code: "ERR_SCTP_OUT_OF_RANGE",
  });
});

test("RFC 6458 §9.1: sctp_bindx refuses flags, ports and wildcards that do not go together", () => {
  const { socket, fake } = openSocket(SOCK_SEQPACKET);
  const at = (address: string, port: number): SctpAddressInput => ({ address, port });
  socket.sctp_bindx([at("192.0.2.1", 9), at("192.0.2.2", 0), at("192.0.2.3", 9)], SCTP_BINDX_ADD_ADDR);
  socket.sctp_bindx([at("0.0.0.0", 9)], SCTP_BINDX_ADD_ADDR);
  assert.equal(fake.callsOf("bindx").length, 2);
  const good = [at("192.0.2.1", 9)];
  const invalid: [SctpAddressInput[], number][] = [
    [good, 0],
    [good, SCTP_BINDX_ADD_ADDR | SCTP_BINDX_REM_ADDR],
    [[at("192.0.2.1", 9), at("192.0.2.2", 10)], SCTP_BINDX_ADD_ADDR],
    [[at("192.0.2.1", 0), at("192.0.2.2", 10), at("192.0.2.3", 11)], SCTP_BINDX_ADD_ADDR],
    [[at("0.0.0.0", 9), at("192.0.2.2", 9)], SCTP_BINDX_ADD_ADDR],
  ];
  for (const [addresses, flags] of invalid) {
    assert.throws(() => socket.sctp_bindx(addresses, flags), { code: "EINVAL", syscall: "sctp_bindx" });
  }
  assert.throws(() => socket.sctp_bindx([], SCTP_BINDX_ADD_ADDR), { code: "ERR_SCTP_INVALID_ARG_VALUE" });
});

test("an address survives the way to sockaddr_storage and back", () => {
  const port = fc.integer({ min: 0, max: 0xffff });
  const ipv4 = fc.record({ address: fc.ipV4(), port, family: fc.constant("IPv4" as const) });
  const ipv6 = fc.record(
    {
      address: fc.ipV6(),
      port,
      family: fc.constant("IPv6" as const),
      flowlabel: fc.integer({ min: 1, max: 0xfffff }),
    },
    { requiredKeys: ["address", "port", "family"] },
  );
  fc.assert(
    fc.property(fc.oneof(ipv4, ipv6), (input) => {
      const address: SctpAddress = numericAddress(input, "a", AF_INET6, "local");
      const view = new DataView(new ArrayBuffer(130), 1);
      writeSockaddrStorage(address, view, 1);
      assert.deepEqual(readSockaddrStorage(view, 1), address);
    }),
  );
});

test("a numbered zone survives the way to sockaddr_storage and back", () => {
  const address: SctpAddress = { address: "fe80::1%4294967295", port: 9, family: "IPv6" };
  const view = new DataView(new ArrayBuffer(128));
  writeSockaddrStorage(address, view, 0);
  assert.deepEqual(readSockaddrStorage(view, 0), address);
});
