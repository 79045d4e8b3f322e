import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import {
  IPPROTO_SCTP,
  SCTP_ASSOC_CHANGE,
  SCTP_DEFAULT_SNDINFO,
  SCTP_EVENT,
  SCTP_PEER_ADDR_THLDS,
  SCTP_RTOINFO,
  SCTP_STATUS,
  SCTP_UNORDERED,
  SO_LINGER,
  SO_SNDBUF,
  SOL_SOCKET,
} from "../../../src/index.js";
import { OptionCodec } from "../../../src/kernel/option-codec.js";
import { OPTION_TABLE, optionRow } from "../../../src/sockets/option-table.js";
import type { OptionRow } from "../../../src/sockets/option-row.js";
import type { CheckedStructure, Field, Structure } from "../../../src/sockets/structures.js";
import { FREEBSD, LINUX, PLATFORMS } from "./platforms.js";

/** Numbers with names of their own on each platform. */
const NAMED: Readonly<Record<string, fc.Arbitrary<number>>> = {
  se_type: fc.constantFrom(0x8001, 0x8002, 0x8009),
  sstat_state: fc.constantFrom(1, 2, 3, 4, 5, 6, 7, 8),
  spinfo_state: fc.constantFrom(0, 2, 3),
  snd_flags: fc.constantFrom(0, 1, 0x200, 0x201),
  spp_flags: fc.constantFrom(0, 0x1, 0x9, 0x12, 0x81, 0x300),
  pr_policy: fc.constantFrom(0, 0x10, 0x20, 0x30),
  sprstat_policy: fc.constantFrom(0x10, 0x20, 0x30, 0x80),
};

/** Options that a platform has not. */
const LACKING: Readonly<Record<string, readonly string[]>> = {
  "linux-x64": ["SCTP_EXPLICIT_EOR"],
  "freebsd-x64": ["SCTP_EXPOSE_POTENTIALLY_FAILED_STATE"],
};

const ADDRESSES = fc.constantFrom(
  { address: "192.0.2.1", port: 5000, family: "IPv4" } as const,
  { address: "fd00::1", port: 5000, family: "IPv6" } as const,
);

function valuesOf(name: string, { kind, structure, items }: Field): fc.Arbitrary<unknown> {
  const named = NAMED[name];
  if (named !== undefined) return named;
  switch (kind) {
    case "u8":
      return fc.integer({ min: 0, max: 0xff });
    case "u16":
      return fc.integer({ min: 0, max: 0xffff });
    case "u32":
      return fc.integer({ min: 0, max: 0xffffffff });
    case "i32":
      return fc.integer({ min: -0x80000000, max: 0x7fffffff });
    case "u64":
      return fc.maxSafeNat();
    case "bool":
      return fc.constantFrom(0, 1);
    case "list":
      return fc.array(valuesOf("", { kind: items ?? "u8" }), { maxLength: 9 });
    case "bytes":
      return fc.uint8Array({ maxLength: 9 }).map((bytes) => new Uint8Array(bytes));
    case "address":
      return ADDRESSES;
    case "structure":
      return structuresOf(structure);
  }
}

function structuresOf(structure: Structure | undefined): fc.Arbitrary<CheckedStructure> {
  assert.ok(structure !== undefined);
  const fields = Object.entries(structure.fields).map(([name, field]) => [name, valuesOf(name, field)]);
  return fc.record(Object.fromEntries(fields) as Record<string, fc.Arbitrary<never>>, {
    noNullPrototype: true,
  });
}

/** What stands in the field that counts a list is what there is. */
function counted({ value }: OptionRow, given: CheckedStructure): CheckedStructure {
  assert.ok("structure" in value);
  const counters = Object.entries(value.structure.fields).flatMap(([name, { counter }]) =>
    counter === undefined ? [] : [[counter, (given[name] as readonly number[]).length]],
  );
  return { ...given, ...(Object.fromEntries(counters) as CheckedStructure) };
}

function row(level: number, name: number): OptionRow {
  return optionRow(level, name) as OptionRow;
}

describe("option values in the platform's bytes", () => {
  for (const { name, options } of PLATFORMS) {
    for (const option of OPTION_TABLE) {
      test(`${name}: ${option.text} comes back as it was`, () => {
        const { value } = option;
        const values: fc.Arbitrary<number | CheckedStructure> =
          "structure" in value
            ? structuresOf(value.structure).map((given) => counted(option, given))
            : (valuesOf("", value.number) as fc.Arbitrary<number>);
        fc.assert(
          fc.property(values, (given) => {
            const bytes = options.encode(option, given);
            assert.ok(bytes !== undefined);
            assert.deepEqual(options.decode(option, bytes), given);
          }),
          { numRuns: 50 },
        );
        const isThere = options.option(option.level, option.name) !== undefined;
        assert.equal(isThere, LACKING[name]?.includes(option.text) !== true, "the platform has it");
      });
    }

    test(`${name}: no option of another level, and none without a number`, () => {
      assert.equal(options.option(6, 1), undefined);
      assert.equal(options.option(IPPROTO_SCTP, 9999), undefined);
    });
  }

  test("the bytes of a sctp_rtoinfo on Linux", () => {
    const value = { srto_assoc_id: 7, srto_initial: 3000, srto_max: 60_000, srto_min: 1000 };
    const bytes = LINUX.options.encode(row(IPPROTO_SCTP, SCTP_RTOINFO), value);
    assert.deepEqual([...new Int32Array(bytes?.buffer as ArrayBuffer)], [7, 3000, 60_000, 1000]);
  });

  test("RFC 7829 §7.2: the third threshold has an option of its own on Linux", () => {
    const thresholds = row(IPPROTO_SCTP, SCTP_PEER_ADDR_THLDS);
    assert.equal(LINUX.options.option(IPPROTO_SCTP, SCTP_PEER_ADDR_THLDS)?.name, 37);
    assert.equal(FREEBSD.options.option(IPPROTO_SCTP, SCTP_PEER_ADDR_THLDS)?.name, 0x23);
    const value = {
      spt_assoc_id: 7,
      spt_address: 0,
      spt_pathmaxrxt: 1,
      spt_pathpfthld: 2,
      spt_pathcpthld: 3,
    };
    const bytes = LINUX.options.encode(thresholds, value) as Uint8Array;
    assert.deepEqual([...bytes.subarray(136, 142)], [1, 0, 2, 0, 3, 0]);
    assert.deepEqual(LINUX.options.decode(thresholds, bytes), { ...value, spt_address: undefined });
    // Headers that are older than the third threshold.
    const { sctp_paddrthlds_v2, ...structures } = LINUX.table.structures;
    assert.ok(sctp_paddrthlds_v2 !== undefined);
    const old = new OptionCodec({ ...LINUX, table: { ...LINUX.table, structures } });
    assert.equal(old.option(IPPROTO_SCTP, SCTP_PEER_ADDR_THLDS), undefined);
  });

  test("RFC 6458 §5.3.4: the bytes of snd_ppid are those on the wire", () => {
    const value = {
      snd_sid: 1,
      snd_flags: SCTP_UNORDERED,
      snd_ppid: 0x01020304,
      snd_context: 0,
      snd_assoc_id: 0,
    };
    for (const { options } of PLATFORMS) {
      const bytes = options.encode(row(IPPROTO_SCTP, SCTP_DEFAULT_SNDINFO), value) as Uint8Array;
      assert.deepEqual([...bytes.subarray(4, 8)], [1, 2, 3, 4]);
    }
  });

  test("events and levels have FreeBSD's numbers there", () => {
    const value = { se_assoc_id: 0, se_type: SCTP_ASSOC_CHANGE, se_on: 1 };
    const bytes = FREEBSD.options.encode(row(IPPROTO_SCTP, SCTP_EVENT), value) as Uint8Array;
    assert.equal(new DataView(bytes.buffer).getUint16(4, true), 1);
    assert.deepEqual(FREEBSD.options.option(SOL_SOCKET, SO_SNDBUF), { level: 0xffff, name: 0x1001 });
    assert.deepEqual(FREEBSD.options.option(SOL_SOCKET, SO_LINGER), { level: 0xffff, name: 0x80 });
    const unknown = { se_assoc_id: 0, se_type: 0x8fff, se_on: 1 };
    assert.equal(FREEBSD.options.encode(row(IPPROTO_SCTP, SCTP_EVENT), unknown), undefined);
  });

  test("a sctp_status has its primary path inside, at its place on each platform", () => {
    for (const { options, sockaddrs, table } of PLATFORMS) {
      const bytes = new Uint8Array(table.structures["sctp_status"]?.sizeBytes ?? 0);
      const primary = table.structures["sctp_status"]?.fields["sstat_primary"]?.offsetBytes ?? 0;
      const place = table.structures["sctp_paddrinfo"]?.fields["spinfo_address"]?.offsetBytes ?? 0;
      bytes.set(sockaddrs.encode({ address: "192.0.2.9", port: 7, family: "IPv4" }), primary + place);
      const status = options.decode(row(IPPROTO_SCTP, SCTP_STATUS), bytes) as {
        sstat_primary: { spinfo_address: unknown };
      };
      assert.deepEqual(status.sstat_primary.spinfo_address, {
        address: "192.0.2.9",
        port: 7,
        family: "IPv4",
      });
    }
  });
});
