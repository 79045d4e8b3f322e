import assert from "node:assert/strict";
import { syncBuiltinESMExports } from "node:module";
import os from "node:os";
import { test } from "node:test";
import { AddressCache } from "../../src/userland/ip/address-cache.js";

/** The bytes of fe80::1 to fe80::ffff. */
function linkLocal(number: number): Uint8Array {
  const bytes = new Uint8Array(16);
  bytes.set([0xfe, 0x80]);
  bytes.set([number >> 8, number & 0xff], 14);
  return bytes;
}

test("link-local addresses of any number need few looks at the interfaces: a neighbour can make up any", (context) => {
  const { mock } = context.mock.method(os, "networkInterfaces", () => ({
    lan0: [
      { family: "IPv6", address: "fe80::1", scopeid: 7, internal: false, cidr: null, mac: "", netmask: "" },
    ],
  }));
  syncBuiltinESMExports();
  context.after(() => {
    mock.restore();
    syncBuiltinESMExports();
  });
  const cache = new AddressCache();
  for (let number = 1; number <= 10_000; number += 1) {
    const address = cache.find(linkLocal(number), 0, 16, 7);
    assert.equal(address.zone, "lan0");
  }
  assert.ok(mock.callCount() < 10, `${mock.callCount()} looks`);
});
