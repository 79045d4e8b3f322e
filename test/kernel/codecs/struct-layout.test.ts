import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { IntegerField, structOf, viewOf } from "../../../src/kernel/struct-layout.js";
import { LINUX, PLATFORMS } from "./platforms.js";

const KINDS = ["unsigned", "signed", "network order"] as const;

describe("the layout of structures", () => {
  test("an integer of every size and kind is read as it was written, and nothing around it changes", () => {
    const sizes = fc.constantFrom(1, 2, 4, 8);
    const cases = fc.tuple(sizes, fc.constantFrom(...KINDS), fc.nat(9), fc.maxSafeInteger().map(Math.abs));
    fc.assert(
      fc.property(cases, ([sizeBytes, kind, offsetBytes, number]) => {
        const bytes = new Uint8Array(20).fill(0xa5);
        const field = new IntegerField({ offsetBytes, sizeBytes }, kind, "test");
        const bits = 8 * sizeBytes;
        const range = 2 ** Math.min(bits, 53);
        const value = kind === "signed" && bits < 53 ? (number % range) - range / 2 : number % range;
        field.write(viewOf(bytes), 2, value);
        assert.equal(field.read(viewOf(bytes), 2), value);
        const outside = bytes.filter((_, at) => at < 2 + offsetBytes || at >= 2 + offsetBytes + sizeBytes);
        assert.ok(outside.every((byte) => byte === 0xa5));
      }),
    );
  });

  test("a network-order integer has its high byte first", () => {
    const bytes = new Uint8Array(4);
    new IntegerField({ offsetBytes: 0, sizeBytes: 4 }, "network order", "test").write(
      viewOf(bytes),
      0,
      0x01020304,
    );
    assert.deepEqual([...bytes], [1, 2, 3, 4]);
  });

  test("what a platform lacks is an assertion that names it", () => {
    for (const { table } of PLATFORMS) {
      assert.throws(() => structOf(table, "sctp_nonsense"), /has a struct sctp_nonsense/);
      const struct = structOf(table, "sctp_event");
      assert.throws(() => struct.integer("se_nonsense", "unsigned"), /sctp_event has the field se_nonsense/);
      assert.throws(() => struct.bytes("se_type", 128), /sctp_event.se_type has room for 128 bytes/);
    }
    assert.throws(() => structOf(LINUX.table, "sctp_status").integer("sstat_primary", "unsigned"), /integer/);
  });
});
