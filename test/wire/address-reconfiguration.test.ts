import assert from "node:assert/strict";
import { test } from "node:test";
import { ipAddressFromBytes } from "../../src/base/ip-address.js";
import { asconfChunkAddress } from "../../src/wire/chunks/asconf-chunk.js";
import { chunkBytes, parseChunk } from "../../src/wire/chunk.js";
import { errorCauseBytes, type ErrorCause } from "../../src/wire/error-cause.js";
import { isMalformed } from "../../src/wire/malformed.js";
import {
  type Parameter,
  parameterBytes,
  PARAMETERS_PER_CHUNK_MAX,
  parseParameter,
} from "../../src/wire/parameter.js";
import { fromHex } from "./poisoned-memory.js";

const address = ipAddressFromBytes(Uint8Array.of(192, 0, 2, 1));
const deletion = { kind: "Delete IP Address", correlationId: 0x0102_3476, address } as const;

test("RFC 5061 §4.2.1, §4.2.2, §4.2.4: the examples of requests", () => {
  const add: Parameter = { kind: "Add IP Address", correlationId: 0x0102_3474, address };
  assert.deepEqual(parameterBytes(add), fromHex("c001 0010 01023474 0005 0008 c0000201"));
  assert.deepEqual(parameterBytes(deletion), fromHex("c002 0010 01023476 0005 0008 c0000201"));
  const primary: Parameter = { kind: "Set Primary IP Address", correlationId: 0x0102_3479, address };
  assert.deepEqual(parameterBytes(primary), fromHex("c004 0010 01023479 0005 0008 c0000201"));
});

test("RFC 5061 §4.3.1 to §4.3.3: the examples of refusals", () => {
  const parameter = parameterBytes(deletion);
  const examples: readonly (readonly [ErrorCause, string])[] = [
    [{ kind: "Request to Delete Last Remaining IP Address", parameter }, "00a0"],
    [{ kind: "Operation Refused Due to Resource Shortage", parameter }, "00a1"],
    [{ kind: "Request to Delete Source IP Address", parameter }, "00a2"],
    [{ kind: "Request Refused - No Authorization", parameter }, "00a4"],
  ];
  for (const [cause, code] of examples) {
    const response: Parameter = {
      kind: "Error Cause Indication",
      correlationId: deletion.correlationId,
      causes: errorCauseBytes(cause),
    };
    const expected = `c003 001c 01023476 ${code} 0014 c002 0010 01023476 0005 0008 c0000201`;
    assert.deepEqual(parameterBytes(response), fromHex(expected));
  }
  const illegal: ErrorCause = { kind: "Association Aborted Due to Illegal ASCONF-ACK" };
  assert.deepEqual(errorCauseBytes(illegal), fromHex("00a3 0004"));
});

test("RFC 5061 §4.1.2: an ASCONF-ACK that reports nothing has 8 bytes", () => {
  const chunk = { kind: "ASCONF-ACK", sequenceNumber: 7, parameters: [] } as const;
  assert.deepEqual(chunkBytes(chunk), fromHex("80 00 0008 00000007"));
});

test("RFC 5061 §4.1.1: the address parameter has to be there, and is no host name", () => {
  const hostName = fromHex("c1 00 0010 00000007 000b 0008 61620000");
  const none = fromHex("c1 00 0008 00000007");
  const request = fromHex("c1 00 0018 00000007 c002 0010 01023476 0005 0008 c0000201");
  for (const bytes of [hostName, none, request]) {
    assert.ok(isMalformed(parseChunk(bytes, 0, bytes.length)));
    assert.equal(asconfChunkAddress(bytes, 0, bytes.length), undefined);
  }
  const bytes = chunkBytes({ kind: "ASCONF", sequenceNumber: 7, address, parameters: [deletion] });
  assert.equal(asconfChunkAddress(bytes, 0, bytes.length)?.text, "192.0.2.1");
  for (let lengthBytes = 4; lengthBytes < 16; lengthBytes += 1)
    assert.equal(asconfChunkAddress(bytes, 0, lengthBytes), undefined);
});

test("RFC 5061 §4.2: a request with no address, with a host name or with bytes behind the address is malformed", () => {
  for (const text of [
    "c001 0008 00000001",
    "c001 0010 00000001 000b 0008 61620000",
    "c001 0014 00000001 0005 0008 c0000201 00000000",
    "c002 000c 00000001 0005 0008",
    "c004 0010 00000001 0006 0008 c0000201",
    "c001 0006 0000",
  ]) {
    const bytes = fromHex(text);
    assert.ok(isMalformed(parseParameter(bytes, 0, bytes.length)), text);
  }
});

test("an ASCONF with more parameters than are looked at is malformed: the rest would look fulfilled", () => {
  const withCount = (count: number): Uint8Array =>
    chunkBytes({
      kind: "ASCONF",
      sequenceNumber: 7,
      address,
      parameters: Array.from({ length: count }, () => deletion),
    });
  const most = withCount(PARAMETERS_PER_CHUNK_MAX - 1);
  const tooMany = withCount(PARAMETERS_PER_CHUNK_MAX);
  assert.ok(!isMalformed(parseChunk(most, 0, most.length)));
  assert.ok(isMalformed(parseChunk(tooMany, 0, tooMany.length)));
});
