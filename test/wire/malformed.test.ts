import assert from "node:assert/strict";
import { test } from "node:test";
import { parseChunk } from "../../src/wire/chunk.js";
import { parseErrorCause, parseErrorCauses } from "../../src/wire/error-cause.js";
import { INVALID_LENGTH, INVALID_TYPE, isMalformed } from "../../src/wire/malformed.js";
import { parseParameters } from "../../src/wire/parameter.js";
import { fromHex, readInPoison } from "./poisoned-memory.js";

function parse(text: string): ReturnType<typeof parseChunk> {
  const bytes = fromHex(text);
  return readInPoison(bytes, (memory, offset) => parseChunk(memory, offset, bytes.length));
}

const SACK_FIXED = "03000000 00000001 00001000";
const INIT_FIXED = "01000000 00000001 00010000 000a000a 00000001";

/**
 * The value of the length field does not matter here: the cursor has read it and says how long the chunk is.
 */
const REFUSED: readonly (readonly [name: string, bytes: string])[] = [
  ["§3.3.1: DATA without its header", "00030000 00000001 00000000 000000"],
  ["§3.3.2: INIT without all of its fixed part", "01000000 00000001 00010000 000a000a 000000"],
  ["§3.3.2: INIT with half a parameter header", `${INIT_FIXED} 8000`],
  ["§3.3.2: INIT with a parameter that is longer than the chunk", `${INIT_FIXED} 8001 0009 01020304`],
  ["§3.2.1: INIT with a parameter length below 4", `${INIT_FIXED} 8001 0003`],
  ["§3.3.2.1.1: an IPv4 address of 3 bytes", `${INIT_FIXED} 0005 0007 7f0000 00`],
  ["§3.3.2.1.2: an IPv6 address of 4 bytes", `${INIT_FIXED} 0006 0008 7f000001`],
  ["§3.3.2.1.3: a cookie preservative of 2 bytes", `${INIT_FIXED} 0009 0006 0001 0000`],
  ["§3.3.2.1.5: half an address type", `${INIT_FIXED} 000c 0007 000500 00`],
  ["§3.3.4: SACK without all of its fixed part", `${SACK_FIXED} 0000`],
  ["§3.3.4: SACK whose blocks are not there", `${SACK_FIXED} 0001 0000`],
  ["§3.3.4: SACK whose duplicates are not there", `${SACK_FIXED} 0001 0001 00020003`],
  ["§3.3.4: SACK with more than its counts say", `${SACK_FIXED} 0000 0000 00020003`],
  ["§3.3.4: SACK that claims 65535 blocks", `${SACK_FIXED} ffff ffff 00020003`],
  ["§3.3.5: HEARTBEAT without information", "04000004"],
  ["§3.3.5: HEARTBEAT whose information is longer than the chunk", "0400000c 0001 0009 01020304"],
  ["§3.3.7: ABORT with half a cause", "06000000 000c"],
  ["§3.3.7: ABORT with a cause that is longer than the chunk", "06000000 000c 0006"],
  ["§3.3.8: SHUTDOWN without its TSN", "07000004"],
  ["§3.3.9: SHUTDOWN ACK with a value", "08000008 00000000"],
  ["§3.3.10: ERROR with a cause length below 4", "09000008 000d 0000"],
  ["§3.3.12: COOKIE ACK with a value", "0b000008 00000000"],
  ["§3.3.13: SHUTDOWN COMPLETE with a value", "0e000008 00000000"],
  ["RFC 4960 Appendix A: ECNE without its TSN", "0c000004"],
  ["RFC 4960 Appendix A: CWR with too much", "0d00000c 00000000 00000000"],
];

for (const [name, bytes] of REFUSED) {
  test(`RFC 9260 ${name} is refused`, () => {
    assert.equal(parse(bytes), INVALID_LENGTH);
  });
}

test("RFC 9260 §3.3.5: HEARTBEAT is refused when it begins with another parameter", () => {
  assert.equal(parse("0400000c 0005 0008 7f000001"), INVALID_TYPE);
});

test("RFC 9260 §8.3: what follows the information of a HEARTBEAT is kept for the answer, unread", () => {
  assert.deepEqual(parse("04000011 0001 0005 01 000000 c0990005 07"), {
    kind: "HEARTBEAT",
    info: Uint8Array.of(1),
    furtherParameters: fromHex("c0990005 07"),
  });
});

test("refusals are shared frozen objects: hostile bytes allocate nothing", () => {
  const refusal = parse("07000004");
  assert.ok(isMalformed(refusal));
  assert.ok(Object.isFrozen(refusal));
  assert.equal(refusal, parse("0c000004"));
});

const ACCEPTED: readonly (readonly [name: string, bytes: string, chunk: object])[] = [
  [
    "§3.3.1: reserved flags of DATA are ignored; whether there is user data is the stack's question",
    "00f30010 00000001 00020003 00000004",
    { kind: "DATA", flags: 3, tsn: 1, streamId: 2, ssn: 3, ppid: 4, userData: new Uint8Array(0) },
  ],
  [
    "§3.3.2: zeros in INIT are the stack's question",
    "01ff0014 00000000 00000000 00000000 00000000",
    {
      kind: "INIT",
      initiateTag: 0,
      aRwnd: 0,
      outboundStreams: 0,
      inboundStreams: 0,
      initialTsn: 0,
      parameters: [],
    },
  ],
  [
    "§3.3.7: reserved flags of ABORT are ignored",
    "06fe0004",
    { kind: "ABORT", tagReflected: false, causes: [] },
  ],
  ["§3.3.7: the T bit of ABORT", "06010004", { kind: "ABORT", tagReflected: true, causes: [] }],
  ["§3.3.13: the T bit", "0eff0004", { kind: "SHUTDOWN COMPLETE", tagReflected: true }],
  ["§3.3.11: an empty cookie", "0a000004", { kind: "COOKIE ECHO", cookie: new Uint8Array(0) }],
  [
    "§3.3.4: the example of a SACK",
    "03000018 0000000c 00001234 00020000 00020003 00050005",
    {
      kind: "SACK",
      cumulativeTsnAck: 12,
      aRwnd: 4660,
      gapAckBlocks: [
        { start: 2, end: 3 },
        { start: 5, end: 5 },
      ],
      duplicateTsns: [],
    },
  ],
];

for (const [name, bytes, chunk] of ACCEPTED) {
  test(`RFC 9260 ${name}`, () => {
    assert.deepEqual(parse(bytes), chunk);
  });
}

test("RFC 9260 §3.3.10: a known cause that does not have its form is kept with its code", () => {
  // Some stacks add text to causes that have none.
  const bytes = fromHex("0004 000a 6d656d6f7279");
  assert.deepEqual(parseErrorCause(bytes, 0, bytes.length), {
    kind: "UNKNOWN",
    code: 4,
    value: fromHex("6d656d6f7279"),
  });
  const mixed = fromHex("000b 000c 0007 0008 00000000");
  assert.deepEqual(parseErrorCause(mixed, 0, 12), { kind: "UNKNOWN", code: 11, value: mixed.slice(4) });
  const counted = fromHex("0002 000a 7fffffff 0007");
  assert.deepEqual(parseErrorCause(counted, 0, 10), { kind: "UNKNOWN", code: 2, value: counted.slice(4) });
});

test("RFC 9260 §3.2: padding inside a list is skipped unread, and may be missing at its end", () => {
  const causes = fromHex("000d 0005 61 ffffff 000d 0005 62");
  assert.deepEqual(parseErrorCauses(causes, 0, causes.length), [
    { kind: "Protocol Violation", information: Uint8Array.of(0x61) },
    { kind: "Protocol Violation", information: Uint8Array.of(0x62) },
  ]);
  const parameters = fromHex("0007 0005 61 ffffff 8000 0004");
  assert.deepEqual(parseParameters(parameters, 0, parameters.length).parameters, [
    { kind: "State Cookie", cookie: Uint8Array.of(0x61) },
    { kind: "ECN Capable" },
  ]);
});

test("a malformed parameter leaves those before it readable", () => {
  const bytes = fromHex("8000 0004 0005 0004");
  const list = parseParameters(bytes, 0, bytes.length);
  assert.deepEqual(list.parameters, [{ kind: "ECN Capable" }]);
  assert.equal(list.malformed, INVALID_LENGTH);
});
