/**
 * A batch of messages leaves as the same messages do one after the other.
 *
 * @module
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  IPPROTO_SCTP,
  SCTP_DISABLE_FRAGMENTS,
  SCTP_EXPLICIT_EOR,
  SCTP_EOF,
  SCTP_EOR,
  SCTP_NODELAY,
  SCTP_PR_SCTP_TTL,
  SCTP_SACK_IMMEDIATELY,
  SCTP_UNORDERED,
  SO_SNDBUF,
  SOL_SOCKET,
} from "../../src/sockets/constants.js";
import type { SctpSocket } from "../../src/sockets/sctp-socket.js";
import type { OutgoingMessage } from "../../src/sockets/send-receive.js";
import { World } from "./world.js";

type Way = (socket: SctpSocket, messages: readonly OutgoingMessage[]) => void;

/** Messages from the front until one would wait or is refused; what it was that stopped them. */
const oneAfterTheOther: Way = (socket, messages) => {
  for (const { data, ...options } of messages) socket.nonblocking.sctp_sendv(data, options);
};

const asBatch: Way = (socket, messages) => {
  for (let taken = 0; taken < messages.length; ) taken += socket.nonblocking.sendMany(messages.slice(taken));
};

interface Course {
  readonly batches: readonly (readonly OutgoingMessage[])[];
  readonly sendBufferBytes: number;
  readonly option: number | undefined;
}

/** What stands on the wire, and what the sender was answered, when batches leave in some way. */
async function traceOf({ batches, sendBufferBytes, option }: Course, way: Way): Promise<string[]> {
  const world = new World();
  const { client, server, listener } = await world.connectedPair();
  const trace: string[] = [];
  world.network.onPacket(({ at, bytes }) => trace.push(`${at} ${Buffer.from(bytes).toString("base64")}`));
  client.setsockopt(SOL_SOCKET, SO_SNDBUF, sendBufferBytes);
  client.setsockopt(IPPROTO_SCTP, SCTP_NODELAY, 1);
  if (option === SCTP_DISABLE_FRAGMENTS || option === SCTP_EXPLICIT_EOR)
    client.setsockopt(IPPROTO_SCTP, option, 1);
  for (const batch of batches) {
    try {
      way(client, batch);
    } catch (error) {
      trace.push(String(error).replaceAll("sendmmsg", "sendmsg"));
    }
    // oxlint-disable-next-line no-await-in-loop -- one batch after the other
    await world.clock.advanceBy(200);
  }
  for (const socket of [client, server, listener]) void socket.close();
  return trace;
}

const info = fc.record(
  {
    snd_sid: fc.constantFrom(0, 1, 2, 60_000),
    snd_ppid: fc.constantFrom(0, 7),
    snd_flags: fc.constantFrom(0, 0, 0, SCTP_UNORDERED, SCTP_SACK_IMMEDIATELY, SCTP_EOR, SCTP_EOF),
    snd_context: fc.constantFrom(0, 3),
  },
  { requiredKeys: [] },
);
const plainData = fc
  .oneof({ weight: 8, arbitrary: fc.integer({ min: 1, max: 200 }) }, fc.constantFrom(1500, 9000, 40_000))
  .map((length) => new Uint8Array(length).fill(length));
const message: fc.Arbitrary<OutgoingMessage> = fc.record(
  {
    data: fc.oneof({ weight: 5, arbitrary: plainData }, fc.array(plainData, { minLength: 1, maxLength: 3 })),
    info: fc.oneof(
      info,
      fc.constant({ sendv_prinfo: { pr_policy: SCTP_PR_SCTP_TTL, pr_value: 100 } }),
    ) as fc.Arbitrary<NonNullable<OutgoingMessage["info"]>>,
    handOver: fc.boolean(),
  },
  { requiredKeys: ["data"] },
);
/** Several messages that say the same are what batches are made for. */
const alike = fc
  .tuple(fc.array(plainData, { minLength: 1, maxLength: 40 }), fc.option(info, { nil: undefined }))
  .map(([list, same]) => list.map((data) => (same === undefined ? { data } : { data, info: same })));
const course: fc.Arbitrary<Course> = fc.record({
  batches: fc.array(fc.oneof(alike, fc.array(message, { minLength: 1, maxLength: 8 })), {
    minLength: 1,
    maxLength: 4,
  }),
  sendBufferBytes: fc.constantFrom(3000, 20_000, 1_048_576),
  option: fc.constantFrom(undefined, undefined, SCTP_DISABLE_FRAGMENTS, SCTP_EXPLICIT_EOR),
});

test("a batch of messages leaves, and is answered, as the same messages one after the other", async () => {
  await fc.assert(
    fc.asyncProperty(course, async (drawn) => {
      const [batched, single] = await Promise.all([
        traceOf(drawn, asBatch),
        traceOf(drawn, oneAfterTheOther),
      ]);
      assert.deepEqual(batched, single);
    }),
    { numRuns: 60, seed: 6458 },
  );
});
