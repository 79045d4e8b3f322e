import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ipAddressFromBytes } from "../../../src/base/ip-address.js";
import { COMMON_HEADER_BYTES } from "../../../src/wire/common-header.js";
import { byteLengthOfChunk } from "../../../src/wire/chunk.js";
import type { Parameter } from "../../../src/wire/parameter.js";
import { initOf, only, Scene, unknownParameter } from "../scene.js";

/** How many bytes longer the INIT ACK is than the INIT that it answers. */
function growth(parameters: readonly Parameter[]): number {
  const init = initOf({ parameters });
  const sent = new Scene().receive(0, [init]);
  only(sent, "INIT ACK");
  return (sent[0]?.bytes.length ?? 0) - (COMMON_HEADER_BYTES + byteLengthOfChunk(init));
}

test("RFC 9260 §12.4: an INIT ACK is small, whatever the INIT says", () => {
  // A cookie that holds what the INIT said, and its authentication; and which extensions we have.
  assert.ok(growth([]) <= 128, `${growth([])}`);
  const address = (lengthBytes: 4 | 16): fc.Arbitrary<Parameter> =>
    fc.uint8Array({ minLength: lengthBytes, maxLength: lengthBytes }).map((bytes) => ({
      kind: lengthBytes === 4 ? "IPv4 Address" : "IPv6 Address",
      address: ipAddressFromBytes(bytes),
    }));
  const unknown = fc
    .tuple(fc.constantFrom(0x8fff, 0xcfff), fc.integer({ min: 0, max: 60 }))
    .map(([type, lengthBytes]) => unknownParameter(type, lengthBytes));
  fc.assert(
    fc.property(fc.array(fc.oneof(address(4), address(16), unknown), { maxLength: 100 }), (parameters) => {
      // Each report has a header of its own, and there are sixteen at the most.
      assert.ok(growth(parameters) <= 128 + 16 * 4);
    }),
    { numRuns: 200, seed: 124 },
  );
});
