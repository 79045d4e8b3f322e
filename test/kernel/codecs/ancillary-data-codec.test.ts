import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { SCTP_EOR, SCTP_PR_SCTP_TTL, SCTP_UNORDERED } from "../../../src/index.js";
import { structOf, viewOf } from "../../../src/kernel/struct-layout.js";
import { FREEBSD, LINUX, type Platform, PLATFORMS } from "./platforms.js";

const u16 = fc.integer({ min: 0, max: 0xffff });
const u32 = fc.integer({ min: 0, max: 0xffffffff });
const RCVINFO = fc.record(
  {
    rcv_sid: u16,
    rcv_ssn: u16,
    rcv_flags: fc.constantFrom(0, SCTP_UNORDERED),
    rcv_ppid: u32,
    rcv_tsn: u32,
    rcv_cumtsn: u32,
    rcv_context: u32,
    rcv_assoc_id: fc.integer({ min: -0x80000000, max: 0x7fffffff }),
  },
  { noNullPrototype: true },
);

/** One control message as the system would write it. */
function controlMessage({ table }: Platform, level: number, type: number, data: Uint8Array): Uint8Array {
  const header = structOf(table, "cmsghdr");
  const bytes = new Uint8Array(16 + Math.ceil(data.length / 8) * 8);
  header.integer("cmsg_len", "unsigned").write(viewOf(bytes), 0, 16 + data.length);
  header.integer("cmsg_level", "signed").write(viewOf(bytes), 0, level);
  header.integer("cmsg_type", "signed").write(viewOf(bytes), 0, type);
  bytes.set(data, 16);
  return bytes;
}

function rcvinfoBytes({ table, numbers }: Platform, info: Readonly<Record<string, number>>): Uint8Array {
  const struct = structOf(table, "sctp_rcvinfo");
  const bytes = new Uint8Array(struct.sizeBytes);
  for (const [name, value] of Object.entries(info)) {
    const kind = name === "rcv_ppid" ? "network order" : "unsigned";
    const number = name === "rcv_flags" ? (numbers.flagsToPlatform("sendFlags", value) ?? 0) : value;
    struct.integer(name, kind).write(viewOf(bytes), 0, number);
  }
  return bytes;
}

describe("ancillary data in the platform's bytes", () => {
  for (const platform of PLATFORMS) {
    const { name, ancillaryData, table } = platform;
    const type = table.constants["SCTP_RCVINFO"] ?? -1;

    test(`${name}: a sctp_rcvinfo is read, also behind something else`, () => {
      fc.assert(
        fc.property(RCVINFO, fc.uint8Array({ maxLength: 24 }), (info, other) => {
          const message = controlMessage(platform, 132, type, rcvinfoBytes(platform, info));
          assert.deepEqual(ancillaryData.read(viewOf(message), 0, message.length), info);
          const foreign = controlMessage(platform, 1, type, other);
          const both = new Uint8Array([...foreign, ...message]);
          assert.deepEqual(ancillaryData.read(viewOf(both), 0, both.length), info);
        }),
      );
    });

    test(`${name}: no bytes make it throw or read for ever`, () => {
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
          const info = ancillaryData.read(viewOf(bytes), 0, bytes.length);
          assert.ok(info === undefined || info.rcv_sid >= 0);
        }),
      );
      assert.equal(ancillaryData.read(new DataView(new ArrayBuffer(64)), 0, 64), undefined);
    });

    test(`${name}: everything that a message can be sent with, whatever stood there before`, () => {
      const bytes = new Uint8Array(ancillaryData.outgoingBytes).fill(0xee);
      const sndinfo = {
        snd_sid: 5,
        snd_flags: SCTP_UNORDERED,
        snd_ppid: 0x0a0b0c0d,
        snd_context: 9,
        snd_assoc_id: 3,
      };
      const info = {
        sndinfo,
        prinfo: { pr_policy: SCTP_PR_SCTP_TTL, pr_value: 1000 },
        authinfo: { auth_keynumber: 2 },
      };
      assert.equal(ancillaryData.write(info, viewOf(bytes), 0), bytes.length);
      const header = structOf(table, "cmsghdr");
      const types: number[] = [];
      for (let at = 0; at < bytes.length; ) {
        assert.equal(header.integer("cmsg_level", "signed").read(viewOf(bytes), at), 132);
        types.push(header.integer("cmsg_type", "signed").read(viewOf(bytes), at));
        at += Math.ceil(header.integer("cmsg_len", "unsigned").read(viewOf(bytes), at) / 8) * 8;
      }
      const { constants } = table;
      assert.deepEqual(types, [
        constants["SCTP_SNDINFO"],
        constants["SCTP_PRINFO"],
        constants["SCTP_AUTHINFO"],
      ]);
      assert.deepEqual(
        [...bytes.subarray(20, 24)],
        [0x0a, 0x0b, 0x0c, 0x0d],
        "the payload protocol identifier",
      );
      assert.ok(!bytes.subarray(-6).includes(0xee), "the padding is 0");
    });
  }

  test("a flag that the platform has not is not sent as another one", () => {
    const sndinfo = { snd_sid: 0, snd_flags: SCTP_EOR, snd_ppid: 0, snd_context: 0, snd_assoc_id: 0 };
    const room = new DataView(new ArrayBuffer(LINUX.ancillaryData.outgoingBytes));
    assert.equal(LINUX.ancillaryData.write({ sndinfo }, room, 0), undefined);
    assert.equal(FREEBSD.ancillaryData.write({ sndinfo }, room, 0), 32);
  });
});
