import assert from "node:assert/strict";
import { test } from "node:test";
import { parseIpAddress } from "../../src/base/ip-address.js";
import { ssn, tsn } from "../../src/base/serial-number.js";
import { type Chunk, formatChunk } from "../../src/wire/chunk.js";
import { type ErrorCause, formatErrorCause } from "../../src/wire/error-cause.js";
import { formatCommonHeader, formatPacket } from "../../src/wire/format-packet.js";
import { formatParameter, ipAddressParameter } from "../../src/wire/parameter.js";
import { fromHex } from "./poisoned-memory.js";

const address = parseIpAddress("2001:db8::1");
assert.ok(address !== undefined);

const LINES: readonly (readonly [chunk: Chunk, line: string])[] = [
  [
    {
      kind: "DATA",
      flags: 0x0f,
      tsn: tsn(7),
      streamId: 1,
      ssn: ssn(2),
      ppid: 51,
      userData: new Uint8Array(3),
    },
    "DATA (TSN=7, SID=1, SSN=2, PPID=51, flags=IUBE, payload length=3)",
  ],
  [
    {
      kind: "INIT",
      initiateTag: 0x0a0b0c0d,
      aRwnd: 1500,
      outboundStreams: 10,
      inboundStreams: 20,
      initialTsn: tsn(-1),
      parameters: [
        ipAddressParameter(address),
        { kind: "UNKNOWN", type: 0xc000, value: Uint8Array.of(1, 2) },
      ],
    },
    "INIT (initiate tag=0x0a0b0c0d, a_rwnd=1500, outbound streams=10, inbound streams=20, " +
      "initial TSN=4294967295, IPv6 address 2001:db8::1, Unknown parameter 0xc000 [0102])",
  ],
  [
    {
      kind: "SACK",
      cumulativeTsnAck: tsn(12),
      aRwnd: 4660,
      gapAckBlocks: [
        { start: 2, end: 3 },
        { start: 5, end: 5 },
      ],
      duplicateTsns: [tsn(9)],
    },
    "SACK (Ack=12, Arwnd=4660, gap ack blocks=2-3 5-5, duplicate TSNs=9)",
  ],
  [
    { kind: "HEARTBEAT", info: new Uint8Array(20) },
    "HEARTBEAT (heartbeat information=[00000000000000000000000000000000… 20 bytes])",
  ],
  [
    { kind: "ABORT", tagReflected: true, causes: [{ kind: "Out of Resource" }] },
    "ABORT (T bit, Out of resource)",
  ],
  [{ kind: "ABORT", tagReflected: false, causes: [] }, "ABORT"],
  [{ kind: "SHUTDOWN", cumulativeTsnAck: tsn(5) }, "SHUTDOWN (Ack=5)"],
  [{ kind: "COOKIE ECHO", cookie: new Uint8Array(9) }, "COOKIE ECHO (cookie length=9)"],
  [{ kind: "ECNE", lowestTsn: tsn(4) }, "ECNE (lowest TSN=4)"],
  [{ kind: "SHUTDOWN COMPLETE", tagReflected: true }, "SHUTDOWN COMPLETE (T bit)"],
  [
    { kind: "UNKNOWN", type: 200, flags: 1, value: new Uint8Array(0) },
    "UNKNOWN (type=200, flags=1, value=[])",
  ],
];

for (const [chunk, line] of LINES) {
  test(`a chunk in one line: ${line.slice(0, 40)}`, () => {
    assert.equal(formatChunk(chunk), line);
  });
}

test("every kind of error cause has a line of its own", () => {
  const causes: readonly ErrorCause[] = [
    { kind: "Invalid Stream Identifier", streamId: 3 },
    { kind: "Missing Mandatory Parameter", parameterTypes: [7] },
    { kind: "Stale Cookie", stalenessMicroseconds: 9 },
    { kind: "Out of Resource" },
    { kind: "Unresolvable Address", address: new Uint8Array(0) },
    { kind: "Unrecognized Chunk Type", chunk: new Uint8Array(0) },
    { kind: "Invalid Mandatory Parameter" },
    { kind: "Unrecognized Parameters", parameters: new Uint8Array(0) },
    { kind: "No User Data", tsn: tsn(1) },
    { kind: "Cookie Received While Shutting Down" },
    { kind: "Restart of an Association with New Addresses", addresses: [address] },
    { kind: "User-Initiated Abort", reason: new Uint8Array(0) },
    { kind: "Protocol Violation", information: new Uint8Array(0) },
    { kind: "UNKNOWN", code: 77, value: new Uint8Array(0) },
  ];
  const lines = causes.map(formatErrorCause);
  assert.equal(new Set(lines).size, causes.length);
  assert.ok(lines.every((line) => line.length > 0 && !line.includes("\n")));
  assert.equal(formatParameter({ kind: "ECN Capable" }), "ECN");
});

test("a packet is one line per chunk; what is malformed is called so", () => {
  const packet = fromHex("1389 2710 01020304 00000000 0b000004 07000004 fd000005 01000000 0300ffff");
  assert.equal(
    formatPacket(packet),
    "COOKIE ACK\nMalformed SHUTDOWN (invalid length)\nUNKNOWN (type=253, flags=0, value=[01])\nPartial chunk",
  );
  assert.equal(formatPacket(packet.subarray(0, 12)), "");
  assert.equal(formatPacket(packet.subarray(0, 11)), "Malformed packet (11 bytes)");
});

test("the common header in one line", () => {
  const header = { sourcePort: 1, destinationPort: 2, verificationTag: 0xab };
  assert.equal(formatCommonHeader(header), "1 → 2, verification tag=0x000000ab");
});
