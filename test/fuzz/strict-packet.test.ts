import assert from "node:assert/strict";
import { test } from "node:test";
import { writePacketChecksum } from "../../src/wire/crc32c.js";
import { dataOf, initOf, packetOf, PEER, sackOf } from "../stack/scene.js";
import { fromHex } from "./byte-edits.js";
import { packetProblems } from "./strict-packet.js";

const TAG = 0x1234;
const data = dataOf(1000);
const sack = sackOf(5);

test("RFC 9260 §3: packets in good order have no problems", () => {
  assert.deepEqual(packetProblems(packetOf(PEER, TAG, [sack, data, data])), []);
  assert.deepEqual(packetProblems(packetOf(PEER, 0, [initOf()])), []);
  assert.deepEqual(packetProblems(packetOf(PEER, TAG, [{ kind: "SHUTDOWN ACK" }])), []);
});

test("RFC 9260 §3, §6.10: each rule that is broken is a problem", () => {
  const broken: readonly (readonly [string, Uint8Array])[] = [
    ["an INIT beside others", packetOf(PEER, 0, [initOf(), data])],
    ["an INIT with a tag", packetOf(PEER, TAG, [initOf()])],
    ["no chunk", packetOf(PEER, TAG, [])],
    ["control behind DATA", packetOf(PEER, TAG, [data, sack])],
    [
      "COOKIE ECHO behind others",
      packetOf(PEER, TAG, [sack, { kind: "COOKIE ECHO", cookie: fromHex("0102") }]),
    ],
    ["an Initiate Tag of 0", packetOf(PEER, 0, [initOf({ initiateTag: 0 })])],
    ["a type of nobody's", packetOf(PEER, TAG, [fromHex("3f000004")])],
    ["a SHUTDOWN ACK with a body", packetOf(PEER, TAG, [fromHex("0800000800000000")])],
    ["DATA without bytes", packetOf(PEER, TAG, [fromHex("0003001000000001000000000000000000000000")])],
    [
      "a gap block next to the ack",
      packetOf(PEER, TAG, [fromHex("03000014000000010000ffff0001000000010002")]),
    ],
    ["a cause that ends behind its chunk", packetOf(PEER, TAG, [fromHex("0900000800010008")])],
    ["a wrong checksum", packetOf(PEER, TAG, [sack]).with(8, 0x55)],
  ];
  for (const [what, bytes] of broken) assert.notDeepEqual(packetProblems(bytes), [], what);
});

test("RFC 9260 §3.2: padding is of zero bytes", () => {
  const bytes = packetOf(PEER, TAG, [dataOf(1000, { userData: fromHex("01") })]);
  assert.deepEqual(packetProblems(bytes), []);
  bytes[bytes.length - 1] = 1;
  writePacketChecksum(bytes, 0, bytes.length);
  assert.deepEqual(packetProblems(bytes), ["padding of other bytes than 0"]);
});
