import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { formatAddress, type SctpAddress } from "./addresses.js";
import { viewOf } from "../../../src/kernel/struct-layout.js";
import { FREEBSD, LINUX, PLATFORMS } from "./platforms.js";

const port = fc.integer({ min: 0, max: 65_535 });
const ipv4: fc.Arbitrary<SctpAddress> = fc
  .tuple(fc.uint8Array({ minLength: 4, maxLength: 4 }), port)
  .map(([bytes, number]) => ({ address: formatAddress(bytes), port: number, family: "IPv4" }));
const ipv6: fc.Arbitrary<SctpAddress> = fc
  .tuple(fc.uint8Array({ minLength: 16, maxLength: 16 }), port, fc.integer({ min: 1, max: 0xfffff }))
  .map(([bytes, number, flowlabel]) => ({
    address: formatAddress(bytes),
    port: number,
    family: "IPv6",
    flowlabel,
  }));

describe("addresses in the platform's bytes", () => {
  for (const { name, sockaddrs } of PLATFORMS) {
    test(`${name}: addresses packed one behind the other come back as they were`, () => {
      fc.assert(
        fc.property(fc.array(fc.oneof(ipv4, ipv6), { maxLength: 6 }), (addresses) => {
          const packed = sockaddrs.pack(addresses);
          assert.equal(
            packed.length,
            addresses.reduce((sum, { family }) => sum + (family === "IPv4" ? 16 : 28), 0),
          );
          assert.deepEqual(sockaddrs.unpack(packed, addresses.length), addresses);
        }),
      );
    });

    test(`${name}: no bytes make it throw, and another family is no address`, () => {
      fc.assert(
        fc.property(fc.uint8Array({ minLength: 128, maxLength: 128 }), (bytes) => {
          const address = sockaddrs.read(viewOf(bytes), 0);
          assert.ok(address === undefined || address.port >= 0);
        }),
      );
      assert.equal(sockaddrs.read(new DataView(new ArrayBuffer(128)), 0), undefined);
      assert.deepEqual(sockaddrs.unpack(new Uint8Array(256), 4), []);
    });

    test(`${name}: what stood in the memory before does not show`, () => {
      const bytes = new Uint8Array(128).fill(0xff);
      const address: SctpAddress = { address: "fe80::1", port: 1, family: "IPv6" };
      sockaddrs.write(address, viewOf(bytes), 0);
      assert.deepEqual(sockaddrs.read(viewOf(bytes), 0), address);
    });

    test(`${name}: a zone is a number in the bytes`, () => {
      const address: SctpAddress = { address: "fe80::1%4711", port: 1, family: "IPv6" };
      assert.deepEqual(sockaddrs.unpack(sockaddrs.encode(address), 1), [address]);
    });
  }

  test("the bytes of 127.0.0.1, port 258, on Linux and FreeBSD", () => {
    const address: SctpAddress = { address: "127.0.0.1", port: 258, family: "IPv4" };
    const linux = [...LINUX.sockaddrs.encode(address)];
    const freebsd = [...FREEBSD.sockaddrs.encode(address)];
    assert.deepEqual(linux.slice(2, 8), [1, 2, 127, 0, 0, 1]);
    assert.deepEqual(freebsd.slice(0, 8), [16, 2, 1, 2, 127, 0, 0, 1], "BSD has the length in front");
    assert.equal(new Uint16Array(new Uint8Array(linux).buffer)[0], 2);
  });
});
