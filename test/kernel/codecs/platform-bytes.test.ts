import assert from "node:assert/strict";
import { endianness } from "node:os";
import { describe, test } from "node:test";
import {
  addressToSockaddr,
  fromBytes,
  sctp_assoc_change,
  sctp_assoc_ids,
  sctp_authkey,
  sctp_event,
  sctp_hmacalgo,
  sctp_initmsg,
  sctp_paddrparams,
  sctp_paddrthlds,
  sctp_rtoinfo,
  sctp_sndinfo,
  sctp_udpencaps,
  SCTP_SENDER_DRY_EVENT,
  SCTP_UNORDERED,
  sockaddrToAddress,
  toBytes,
} from "../../../src/index.js";
import { loadAddon } from "../../../src/native/addon.js";

const addon = loadAddon();
const isLinux = process.platform === "linux" && endianness() === "LE";
/** Why what only the addon knows cannot be tested here. */
const lacking = "reason" in addon ? addon.reason : isLinux ? undefined : "the bytes below are Linux's";

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

describe("structures in the platform's bytes", { skip: lacking ?? false }, () => {
  test("have the layout of the platform's headers", () => {
    assert.equal(hex(toBytes(sctp_initmsg, sctp_initmsg({ sinit_num_ostreams: 5 }))), "0500000000000000");
    const event = sctp_event({ se_assoc_id: 3, se_type: SCTP_SENDER_DRY_EVENT, se_on: 1 });
    assert.equal(hex(toBytes(sctp_event, event)), "0300000009800100");
    // RFC 6458 §5.3.4: the payload protocol identifier stands there as on the wire.
    const sndinfo = sctp_sndinfo({ snd_sid: 1, snd_flags: SCTP_UNORDERED, snd_ppid: 0x01020304 });
    assert.equal(hex(toBytes(sctp_sndinfo, sndinfo)), "01000100010203040000000000000000");
    const algorithms = sctp_hmacalgo({ shmac_idents: [3, 1] });
    assert.equal(hex(toBytes(sctp_hmacalgo, algorithms)), "0200000003000100");
    const key = sctp_authkey({ sca_assoc_id: 4, sca_keynumber: 7, sca_key: Uint8Array.of(0xaa, 0xbb) });
    assert.equal(hex(toBytes(sctp_authkey, key)), "0400000007000200aabb");
    // RFC 6951 §6.1: the port is in network order in C, and ours is a number.
    const encapsulation = toBytes(sctp_udpencaps, sctp_udpencaps({ sue_port: 9899 }));
    assert.deepEqual([...encapsulation.subarray(136, 138)], [9899 >> 8, 9899 & 0xff]);
  });

  test("come back as they were", () => {
    const spp_address = { address: "2001:db8::1", port: 5, family: "IPv6" } as const;
    const parameters = sctp_paddrparams({ spp_address, spp_hbinterval: 70_000, spp_flags: 1 });
    assert.deepEqual(fromBytes(sctp_paddrparams, toBytes(sctp_paddrparams, parameters)), parameters);
    const ids = sctp_assoc_ids({ gaids_assoc_id: [3, 4, 2_000_000_000] });
    assert.deepEqual(fromBytes(sctp_assoc_ids, toBytes(sctp_assoc_ids, ids)), ids);
    const thresholds = sctp_paddrthlds({ spt_pathpfthld: 2, spt_pathcpthld: 65_535 });
    assert.deepEqual(fromBytes(sctp_paddrthlds, toBytes(sctp_paddrthlds, thresholds)), thresholds);
    const longer = new Uint8Array([...toBytes(sctp_rtoinfo, sctp_rtoinfo({ srto_max: 9 })), 1, 2, 3]);
    assert.equal(fromBytes(sctp_rtoinfo, longer).srto_max, 9);
  });

  test("a list that says that it is longer than it is, is as long as its bytes", () => {
    const bytes = toBytes(sctp_assoc_ids, sctp_assoc_ids({ gaids_assoc_id: [3, 4] }));
    bytes[0] = 200;
    assert.deepEqual(fromBytes(sctp_assoc_ids, bytes).gaids_assoc_id, [3, 4]);
  });

  test("what does not fit is refused", () => {
    const rtoinfo = sctp_rtoinfo();
    assert.throws(() => toBytes(sctp_rtoinfo, { ...rtoinfo, srto_max: -1 }), {
      code: "ERR_SCTP_OUT_OF_RANGE",
      message: /^value\.srto_max must be/,
    });
    assert.throws(() => fromBytes(sctp_rtoinfo, new Uint8Array(15)), {
      code: "ERR_SCTP_OUT_OF_RANGE",
      message: "bytes.length must be 16 at least, and is 15",
    });
    assert.throws(() => fromBytes(sctp_rtoinfo, "x" as never), { code: "ERR_SCTP_INVALID_ARG_TYPE" });
    for (const factory of [undefined, null, 5, "sctp_rtoinfo", {}, sctp_assoc_change]) {
      const mistake = {
        code: "ERR_SCTP_INVALID_ARG_TYPE",
        message: /^factory must be the factory of a structure/,
      };
      assert.throws(() => toBytes(factory as never, {}), mistake);
      assert.throws(() => fromBytes(factory as never, new Uint8Array(99)), mistake);
    }
    assert.throws(() => toBytes(sctp_event, sctp_event({ se_type: 0x8fff })), {
      code: "ERR_SCTP_INVALID_ARG_VALUE",
    });
  });
});

test("an address becomes a sockaddr and comes back", () => {
  const addresses = [
    { address: "192.0.2.1", port: 5000, family: "IPv4" },
    { address: "2001:db8::1", port: 0, family: "IPv6", flowlabel: 0x12345 },
  ] as const;
  for (const address of addresses) {
    const bytes = addressToSockaddr(address);
    assert.equal(bytes.length, 128);
    assert.deepEqual(sockaddrToAddress(bytes), address);
    // The structure of its family is enough.
    assert.deepEqual(sockaddrToAddress(bytes.subarray(0, 28)), address);
  }
  assert.deepEqual(
    sockaddrToAddress(addressToSockaddr({ address: "::ffff:192.0.2.1", port: 5000 })),
    addresses[0],
  );
  assert.equal(sockaddrToAddress(new Uint8Array(16)), undefined);
  assert.throws(() => sockaddrToAddress(new Uint8Array(15)), { code: "ERR_SCTP_OUT_OF_RANGE" });
  assert.throws(() => sockaddrToAddress(addressToSockaddr(addresses[1]).subarray(0, 27)), {
    code: "ERR_SCTP_OUT_OF_RANGE",
    message: "bytes.length must be 28 at least, and is 27",
  });
  assert.throws(() => sockaddrToAddress([] as never), { code: "ERR_SCTP_INVALID_ARG_TYPE" });
  assert.throws(() => addressToSockaddr({ address: "host.example", port: 1 }), {
    code: "ERR_SCTP_INVALID_ADDRESS",
  });
});
