import assert from "node:assert/strict";
import { isIP } from "node:net";
import { test } from "node:test";
import * as fc from "fast-check";
import { AssertionError } from "../../src/base/assert.js";
import {
  closestAddress,
  type IpAddress,
  internIpAddress,
  ipAddressFromBytes,
  isLinkLocal,
  isPrivate,
  isLoopback,
  isMappedIpv4,
  isMulticastOrBroadcast,
  isWildcard,
  mapIpv4,
  parseIpAddress,
  sameAddress,
  unmapIpv4,
} from "../../src/base/ip-address.js";

/** The address that a text stands for; a text that stands for none is the test's mistake. */
function ip(text: string): IpAddress {
  const address = parseIpAddress(text);
  assert.ok(address !== undefined, text);
  return address;
}

const ipv4s = fc.uint8Array({ minLength: 4, maxLength: 4 }).map(ipAddressFromBytes);
/** Groups of zeros are common, because the shortest form is about them. */
const groups = fc.oneof(
  fc.constant(0),
  fc.constant(0),
  fc.constant(0xffff),
  fc.integer({ min: 0, max: 0xffff }),
);
const ipv6s = fc
  .array(groups, { minLength: 8, maxLength: 8 })
  .map((list) => ipAddressFromBytes(Uint8Array.from(list.flatMap((group) => [group >> 8, group & 0xff]))));
const addresses = fc.oneof(ipv4s, ipv6s);

test("RFC 5952: the text of an address stands for the same address", () => {
  fc.assert(
    fc.property(addresses, (address) => {
      const parsed = ip(address.text);
      assert.deepEqual(parsed, address);
      assert.ok(sameAddress(parsed, address));
      assert.equal(isIP(address.text), address.family);
    }),
    { numRuns: 1000 },
  );
});

test("RFC 5952: the text is the one that the platform's URL parser writes, but for mapped addresses", () => {
  fc.assert(
    fc.property(ipv6s, (address) => {
      fc.pre(!isMappedIpv4(address));
      assert.equal(`[${address.text}]`, new URL(`http://[${address.text}]`).hostname);
    }),
    { numRuns: 1000 },
  );
});

const RFC_5952: readonly (readonly [section: string, written: string, canonical: string])[] = [
  ["§4.1", "2001:0db8::0001", "2001:db8::1"],
  ["§4.1", "2001:db8:0:0:0:0:0:0000", "2001:db8::"],
  ["§4.2.1", "2001:db8:0:0:0:0:2:1", "2001:db8::2:1"],
  ["§4.2.1", "2001:db8::0:1", "2001:db8::1"],
  ["§4.2.2", "2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"],
  ["§4.2.2", "2001:db8::1:1:1:1:1", "2001:db8:0:1:1:1:1:1"],
  ["§4.2.3", "2001:0:0:1:0:0:0:1", "2001:0:0:1::1"],
  ["§4.2.3", "2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"],
  ["§4.3", "2001:DB8::ABCD", "2001:db8::abcd"],
  ["§5", "::ffff:c000:0201", "::ffff:192.0.2.1"],
  ["§5", "0:0:0:0:0:FFFF:192.0.2.1", "::ffff:192.0.2.1"],
  ["§4", "0:0:0:0:0:0:0:0", "::"],
  ["§4", "0:0:0:0:0:0:0:1", "::1"],
  ["§4", "1::0:0:0:0:0:0", "1::"],
  ["§4", "1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"],
  ["§4", "::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"],
];

for (const [section, written, canonical] of RFC_5952) {
  test(`RFC 5952 ${section}: ${written} is written ${canonical}`, () => {
    assert.equal(ip(written).text, canonical);
  });
}

test("RFC 4291 §2.2: the last four bytes may be written as an IPv4 address", () => {
  assert.deepEqual(ip("64:ff9b::192.0.2.33"), ip("64:ff9b::c000:221"));
  assert.deepEqual(ip("::13.1.68.3"), ip("::d01:4403"));
  assert.deepEqual(ip("1:2:3:4:5:6:1.2.3.4"), ip("1:2:3:4:5:6:102:304"));
});

const NO_ADDRESSES: readonly string[] = [
  ..."|1|1.2.3|1.2.3.4.5|1.2.3.256|01.2.3.4|1.2.3.04|1.2.3.-4|1.2.3.4 | 1.2.3.4|0x7f.0.0.1|1.2.3.|a.b.c.d".split(
    "|",
  ),
  ..."1e1.0.0.1|１.2.3.4|1.2.3.4%eth0|localhost|:|:::|1:::2|1::2::3|1:2:3:4:5:6:7|1:2:3:4:5:6:7:8:9".split(
    "|",
  ),
  ..."1:2:3:4:5:6:7:8::|::1:2:3:4:5:6:7:8|1:2:3:4::5:6:7:8|12345::|g::|1:2:3:4:5:6:7:|:1:2:3:4:5:6:7|::1%".split(
    "|",
  ),
  ..."1.2.3.4::|::1.2.3.4:5|::1.2.3|::256.1.1.1|1:2:3:4:5:6:7:1.2.3.4|[::1]|::1/64|::1 |%eth0|::%".split("|"),
];

test("what is no numeric address has no address", () => {
  for (const text of NO_ADDRESSES) assert.equal(parseIpAddress(text), undefined, JSON.stringify(text));
});

test("no text makes the parser throw, and it accepts what Node accepts", () => {
  const alphabet = fc.constantFrom(...":::..0123456789abcdefF%gx".split(""));
  const texts = fc.oneof(
    fc.string({ unit: alphabet, maxLength: 24 }),
    fc.tuple(addresses, fc.nat(), alphabet).map(([address, at, letter]) => {
      const place = at % (address.text.length + 1);
      return address.text.slice(0, place) + letter + address.text.slice(place);
    }),
  );
  fc.assert(
    fc.property(texts, (text) => {
      const address = parseIpAddress(text);
      // Zones have their own test: Node is stricter about the characters in them.
      if (!text.includes("%")) assert.equal(address?.family ?? 0, isIP(text));
    }),
    { numRuns: 3000 },
  );
});

test("a zone is kept, is part of the text, and makes an address another one", () => {
  const address = ip("FE80::1%eth0");
  assert.equal(address.zone, "eth0");
  assert.equal(address.text, "fe80::1%eth0");
  assert.ok(sameAddress(address, ip("fe80:0::1%eth0")));
  assert.ok(!sameAddress(address, ip("fe80::1")));
  assert.ok(!sameAddress(address, ip("fe80::1%eth1")));
});

test("an address owns its bytes and is frozen", () => {
  const bytes = Buffer.from([127, 0, 0, 1]);
  const address = ipAddressFromBytes(bytes);
  bytes.fill(9);
  assert.equal(address.text, "127.0.0.1");
  assert.deepEqual([...address.bytes], [127, 0, 0, 1]);
  assert.ok(Object.isFrozen(address));
});

test("bytes of any other length are our own error", () => {
  for (const length of [0, 3, 5, 15, 17]) {
    assert.throws(() => ipAddressFromBytes(new Uint8Array(length)), AssertionError);
  }
});

test("RFC 4291 §2.5.5.2: mapping and unmapping an IPv4 address", () => {
  fc.assert(
    fc.property(ipv4s, (address) => {
      const mapped = mapIpv4(address);
      assert.equal(mapped.family, 6);
      assert.equal(mapped.text, `::ffff:${address.text}`);
      assert.ok(isMappedIpv4(mapped));
      assert.deepEqual(unmapIpv4(mapped), address);
      assert.equal(unmapIpv4(address), address);
      assert.equal(mapIpv4(mapped), mapped);
    }),
  );
  assert.ok(!isMappedIpv4(ip("::192.0.2.1")));
  assert.ok(!isMappedIpv4(ip("192.0.2.1")));
});

test("unmapping an address leaves nothing of the bytes it came from", () => {
  const mapped = mapIpv4(ip("192.0.2.1"));
  assert.notEqual(unmapIpv4(mapped).bytes.buffer, mapped.bytes.buffer);
});

test("RFC 4291 §2.4, RFC 4193, RFC 1122 §3.2.1.3, RFC 1918: kinds of addresses", () => {
  const kinds = [isWildcard, isLoopback, isLinkLocal, isPrivate, isMulticastOrBroadcast];
  const table: readonly (readonly [text: string, kind: (address: IpAddress) => boolean])[] = [
    ["0.0.0.0", isWildcard],
    ["::", isWildcard],
    ["127.0.0.1", isLoopback],
    ["127.255.255.254", isLoopback],
    ["::1", isLoopback],
    ["::ffff:127.0.0.1", isLoopback],
    ["169.254.1.1", isLinkLocal],
    ["fe80::1", isLinkLocal],
    ["fe80::1%eth0", isLinkLocal],
    ["febf::1", isLinkLocal],
    ["10.255.0.1", isPrivate],
    ["172.16.0.1", isPrivate],
    ["172.31.255.1", isPrivate],
    ["192.168.1.1", isPrivate],
    ["100.64.0.1", isPrivate],
    ["100.127.255.1", isPrivate],
    ["fc00::1", isPrivate],
    ["fdff::1", isPrivate],
    ["224.0.0.1", isMulticastOrBroadcast],
    ["239.255.255.255", isMulticastOrBroadcast],
    ["255.255.255.255", isMulticastOrBroadcast],
    ["ff02::1", isMulticastOrBroadcast],
  ];
  for (const [text, kind] of table) {
    for (const other of kinds) assert.equal(other(ip(text)), other === kind, `${text} ${other.name}`);
  }
  for (const text of [
    "192.0.2.1",
    "2001:db8::1",
    "fec0::1",
    "128.0.0.1",
    "240.0.0.1",
    "::2",
    "172.15.0.1",
    "172.32.0.1",
    "192.167.1.1",
    "100.63.0.1",
    "100.128.0.1",
    "11.0.0.1",
  ]) {
    for (const kind of kinds) assert.equal(kind(ip(text)), false, `${text} ${kind.name}`);
  }
});

test("a zone does not hide what kind of address it is", () => {
  assert.ok(isLoopback(ip("::1%lo")));
  assert.ok(isWildcard(ip("::%lo")));
  assert.ok(isMulticastOrBroadcast(ip("ff02::1%eth0")));
});

test("interning answers one object for one text, and forgets rather than grow without bound", () => {
  const first = internIpAddress("192.0.2.77");
  assert.ok(first !== undefined);
  assert.equal(internIpAddress("192.0.2.77"), first);
  assert.equal(internIpAddress("no address"), undefined);
  for (let index = 0; index < 5000; index += 1) internIpAddress(`10.1.${index >> 8}.${index & 0xff}`);
  const again = internIpAddress("192.0.2.77");
  assert.ok(again !== undefined && again !== first);
  assert.ok(sameAddress(again, first));
});

test("RFC 6724 §5: the address that reaches a destination best is of its family, of its scope, and of its network", () => {
  const closestOf = (addresses: readonly string[], destination: string): string | undefined =>
    closestAddress(addresses.map(ip), ip(destination))?.text;
  assert.equal(closestOf(["10.0.1.1", "10.0.2.1", "fd00::1"], "10.0.2.2"), "10.0.2.1");
  assert.equal(closestOf(["10.0.1.1", "10.0.2.1"], "192.0.2.1"), "10.0.1.1");
  assert.equal(closestOf(["127.0.0.1", "10.0.2.1"], "192.0.2.1"), "10.0.2.1");
  assert.equal(closestOf(["128.0.0.1", "127.0.0.1"], "127.0.0.2"), "127.0.0.1");
  assert.equal(closestOf(["10.0.0.1", "fd00:1::1", "fd00:2::1"], "fd00:2::9"), "fd00:2::1");
  assert.equal(closestOf(["10.0.0.1"], "fd00::1"), undefined);
  assert.equal(closestOf([], "10.0.0.1"), undefined);
});
