/** Memory of large messages that were copied out serves others, and what the application was given stays its own. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { MSG_PEEK } from "../../src/sockets/constants.js";
import { bytesOf, World } from "./world.js";

/** A message whose bytes tell it from all others. */
function numbered(lengthBytes: number, number: number): Uint8Array {
  return Uint8Array.from({ length: lengthBytes }, (_, index) => (index + 31 * number) & 0xff);
}

test("memory that is used again never changes what the application was given", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({
          lengthBytes: fc.oneof(fc.integer({ min: 1, max: 5_000 }), fc.integer({ min: 5_000, max: 60_000 })),
          way: fc.constantFrom(
            ...["into", "into parts", "whole", "peek, then whole", "peek, then into"],
            ...["many", "many, into parts"],
          ),
        }),
        { minLength: 5, maxLength: 25 },
      ),
      async (messages) => {
        const world = new World();
        const { client, server } = await world.connectedPair();
        const kept: { readonly data: Uint8Array; readonly expected: Uint8Array }[] = [];
        for (const [number, { lengthBytes, way }] of messages.entries()) {
          const expected = numbered(lengthBytes, number);
          client.nonblocking.sctp_sendv(expected);
          // oxlint-disable-next-line no-await-in-loop -- one message after the other
          await world.clock.advanceBy(2_000);
          const into = new Uint8Array(lengthBytes);
          if (way.startsWith("peek")) {
            kept.push({ data: server.nonblocking.sctp_recvv({ flags: MSG_PEEK }).data, expected });
          }
          if (way.endsWith("into")) {
            kept.push({ data: server.nonblocking.sctp_recvv({ into }).data, expected });
          } else if (way === "into parts") {
            const first = server.nonblocking.sctp_recvv({
              into: into.subarray(0, Math.ceil(lengthBytes / 2)),
            });
            if (first.data.length < lengthBytes)
              server.nonblocking.sctp_recvv({ into: into.subarray(first.data.length) });
            kept.push({ data: into, expected });
          } else if (way === "many, into parts") {
            const half = Math.ceil(lengthBytes / 2);
            const places = [into.subarray(0, half), into.subarray(half)].filter(({ length }) => length > 0);
            server.nonblocking.receiveMany(9, [], places);
            kept.push({ data: into, expected });
          } else if (way === "many") {
            kept.push({ data: server.nonblocking.receiveMany(9)[0]?.data ?? bytesOf(""), expected });
          } else {
            kept.push({ data: server.nonblocking.sctp_recvv().data, expected });
          }
        }
        for (const { data, expected } of kept) assert.deepEqual(data, expected);
      },
    ),
    { numRuns: 40 },
  );
});
