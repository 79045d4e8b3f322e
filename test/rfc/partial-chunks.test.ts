import assert from "node:assert/strict";
import { tsn } from "../../src/base/serial-number.js";
import { chunkBytes, type Chunk } from "../../src/wire/chunk.js";
import { cookieOf, dataOf, initAckOf, initOf, only, PEER_TSN } from "../stack/scene.js";
import { purpose } from "./purpose.js";
import { inState, nothingIn, type Trial, type TrialState } from "./trial.js";

/** Each chunk type in a state in which it would change something, or be answered. */
const CHUNKS: readonly (readonly [string, TrialState, (trial: Trial) => Chunk])[] = [
  ["01", "ESTABLISHED", () => dataOf(PEER_TSN)],
  ["02", "CLOSED", () => initOf()],
  ["03", "COOKIE-WAIT", () => initAckOf()],
  ["04", "SHUTDOWN-PENDING", (trial) => trial.sack(1)],
  ["05", "ESTABLISHED", () => ({ kind: "HEARTBEAT", info: Uint8Array.of(1, 2, 3, 4) })],
  ["06", "ESTABLISHED", () => ({ kind: "HEARTBEAT ACK", info: new Uint8Array(20) })],
  [
    "07",
    "ESTABLISHED",
    () => ({ kind: "ABORT", tagReflected: false, causes: [{ kind: "Out of Resource" }] }),
  ],
  ["08", "ESTABLISHED", (trial) => trial.shutdownChunk(0)],
  ["09", "SHUTDOWN-SENT", () => ({ kind: "SHUTDOWN ACK" })],
  ["10", "ESTABLISHED", () => ({ kind: "ERROR", causes: [{ kind: "Out of Resource" }] })],
  ["11", "CLOSED", cookieEcho],
  ["12", "COOKIE-ECHOED", () => ({ kind: "COOKIE ACK" })],
  ["13", "ESTABLISHED", () => ({ kind: "ECNE", lowestTsn: tsn(1) })],
  ["14", "ESTABLISHED", () => ({ kind: "CWR", lowestTsn: tsn(1) })],
  ["15", "SHUTDOWN-ACK-SENT", () => ({ kind: "SHUTDOWN COMPLETE", tagReflected: false })],
  ["16", "ESTABLISHED", () => ({ kind: "UNKNOWN", type: 0xfe, flags: 0, value: Uint8Array.of(1, 2, 3, 4) })],
];

function cookieEcho({ scene }: Trial): Chunk {
  const cookie = cookieOf(only(scene.receive(0, [initOf()]), "INIT ACK"));
  return { kind: "COOKIE ECHO", cookie };
}

function withLength(chunk: Chunk, lengthBytes: number): Uint8Array {
  const bytes = chunkBytes(chunk);
  bytes[2] = lengthBytes >> 8;
  bytes[3] = lengthBytes & 0xff;
  return bytes;
}

function kindOf(chunk: Chunk): string {
  return chunk.kind === "UNKNOWN" ? "a chunk of an unknown type" : chunk.kind;
}

for (const [number, state, make] of CHUNKS) {
  const name = kindOf(make(inState(state)));
  purpose(
    {
      id: `I-PARTIAL-${number}`,
      clause: "§6.10",
      state,
      kind: "invalid",
      stimulus: `${name} whose Length is 4 more than the packet holds`,
      expected: `a partial chunk is dropped: nothing is sent; ${state}`,
    },
    () => {
      const trial = inState(state);
      const chunk = make(trial);
      const bytes = withLength(chunk, chunkBytes(chunk).length + 4);
      assert.deepEqual(
        trial.stimulateFrom(chunk.kind === "INIT" ? 0 : trial.tag, {}, bytes),
        nothingIn(state),
      );
    },
  );
  purpose(
    {
      id: `I-LENGTH-${number}`,
      clause: "§3.2",
      state,
      kind: "invalid",
      stimulus: `${name} whose Length is 0, and 3: less than its header`,
      expected: `discarded: nothing is sent; ${state}`,
    },
    () => {
      const trial = inState(state);
      const chunk = make(trial);
      for (const lengthBytes of [0, 3]) {
        const bytes = withLength(chunk, lengthBytes);
        assert.deepEqual(
          trial.stimulateFrom(chunk.kind === "INIT" ? 0 : trial.tag, {}, bytes),
          nothingIn(state),
        );
      }
    },
  );
}
