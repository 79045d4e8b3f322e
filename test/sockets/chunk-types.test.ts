import assert from "node:assert/strict";
import { test } from "node:test";
import { type ChunkTypeName, chunkType, chunkTypeName } from "../../src/sockets/chunk-types.js";

test("RFC 9260 §3.2: types of chunks have names, and names have types", () => {
  const known: readonly [ChunkTypeName, number][] = [
    ["DATA", 0],
    ["INIT ACK", 2],
    ["SHUTDOWN COMPLETE", 14],
    // RFC 4895 §4.1, RFC 3758 §3.2, RFC 5061 §4.1.
    ["AUTH", 15],
    ["FORWARD TSN", 192],
    ["ASCONF", 193],
    ["ASCONF-ACK", 128],
  ];
  for (const [name, type] of known) {
    assert.equal(chunkType(name), type);
    assert.equal(chunkTypeName(type), name);
  }
  for (let type = 0; type <= 255; type += 1) {
    const name = chunkTypeName(type);
    if (name !== undefined) assert.equal(chunkType(name), type);
  }
  assert.equal(chunkTypeName(200), undefined);
  assert.throws(() => chunkTypeName(256), { code: "ERR_SCTP_OUT_OF_RANGE" });
  assert.throws(() => chunkTypeName("DATA" as never), { code: "ERR_SCTP_INVALID_ARG_TYPE" });
  assert.throws(() => chunkType("toString" as never), { code: "ERR_SCTP_INVALID_ARG_VALUE" });
  assert.throws(() => chunkType(0 as never), { code: "ERR_SCTP_INVALID_ARG_TYPE" });
});
