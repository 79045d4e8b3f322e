import assert from "node:assert/strict";
import { hasValidChecksum } from "../../src/wire/crc32c.js";
import { CHUNK_ABORT, CHUNK_DATA, CHUNK_SHUTDOWN_COMPLETE } from "../../src/wire/chunk.js";
import { ChunkCursor } from "../../src/wire/packet.js";
import { ip } from "../stack/pair.js";
import {
  cookieOf,
  dataOf,
  initAckOf,
  initOf,
  only,
  PEER_TAG,
  PEER_TSN,
  Scene,
  type Sent,
  unknownParameter,
} from "../stack/scene.js";
import { purpose } from "./purpose.js";
import { inState, nothingIn, Trial } from "./trial.js";

/** Every chunk type that a stack sends, in the packets of a few associations. */
function everythingSent(): Sent[] {
  const established = inState("ESTABLISHED", { config: { heartbeatEnabled: true } });
  established.stimulate({ kind: "HEARTBEAT", info: Uint8Array.of(1, 2, 3) });
  established.stimulate(dataOf(PEER_TSN, { streamId: 1 }));
  established.stimulate({ kind: "UNKNOWN", type: 0xff, flags: 0, value: Uint8Array.of(1) });
  established.send(1, 2000, 3);
  established.wait(100_000);
  const begun = inState("COOKIE-WAIT");
  begun.wait(1000);
  const parameters = [...initAckOf().parameters, unknownParameter(0xc101, 3)];
  begun.send(5);
  begun.stimulate(initAckOf({ parameters }));
  const ending = inState("SHUTDOWN-SENT");
  ending.wait(1000);
  ending.stimulate({ kind: "SHUTDOWN ACK" });
  const ended = inState("SHUTDOWN-ACK-SENT");
  ended.wait(1000);
  ended.observe(() => ended.association.abort([]));
  const listening = new Scene();
  listening.accept();
  return [
    ...[established, begun, ending, ended].flatMap((trial) => trial.scene.sent),
    ...listening.sent,
    ...inState("CLOSED").scene.receive(0x2222_2222, [{ kind: "SHUTDOWN ACK" }]),
  ];
}

const KINDS = [
  "ABORT",
  "COOKIE ACK",
  "COOKIE ECHO",
  "DATA",
  "ERROR",
  "HEARTBEAT",
  "HEARTBEAT ACK",
  "INIT",
  "INIT ACK",
  "SACK",
  "SHUTDOWN",
  "SHUTDOWN ACK",
  "SHUTDOWN COMPLETE",
];

purpose(
  {
    id: "MIS-SENT-01",
    clause: "§6.8",
    state: "any",
    kind: "valid",
    stimulus: "whatever makes the stack send each chunk type",
    expected: "each packet has a right CRC32c",
  },
  () => {
    const sent = everythingSent();
    const kinds = new Set(sent.flatMap((packet) => packet.chunks.map((chunk) => chunk.kind)));
    assert.deepEqual([...kinds].toSorted(), KINDS);
    for (const { bytes } of sent) assert.ok(hasValidChecksum(bytes, 0, bytes.length));
  },
);

purpose(
  {
    id: "MIS-SENT-02",
    clause: "§3.2",
    state: "any",
    kind: "valid",
    stimulus: "whatever makes the stack send each chunk type",
    expected: "packets end on a multiple of 4 bytes, reserved Chunk Flags are 0, padding is 0",
  },
  () => {
    const cursor = new ChunkCursor();
    for (const { bytes } of everythingSent()) {
      assert.equal(bytes.length % 4, 0);
      cursor.reset(bytes, 0, bytes.length);
      while (cursor.next()) {
        const reserved = cursor.type === CHUNK_DATA ? 0xf0 : 0xff;
        const mayReflect = cursor.type === CHUNK_ABORT || cursor.type === CHUNK_SHUTDOWN_COMPLETE;
        assert.equal(cursor.flags & (mayReflect ? 0xfe : reserved), 0);
        const end = cursor.offsetBytes + cursor.lengthBytes;
        for (const byte of bytes.subarray(end, (end + 3) & ~3)) assert.equal(byte, 0);
      }
      assert.equal(cursor.malformed, false);
    }
  },
);

purpose(
  {
    id: "MIS-SENT-03",
    clause: "§6.10",
    state: "any",
    kind: "valid",
    stimulus: "whatever makes the stack send each chunk type",
    expected:
      "INIT, INIT ACK and SHUTDOWN COMPLETE are alone; COOKIE ECHO and COOKIE ACK come first; DATA comes last",
  },
  () => {
    for (const { chunks } of everythingSent()) {
      const kinds = chunks.map((chunk) => chunk.kind);
      for (const kind of ["INIT", "INIT ACK", "SHUTDOWN COMPLETE"] as const)
        if (kinds.includes(kind)) assert.equal(kinds.length, 1);
      for (const kind of ["COOKIE ECHO", "COOKIE ACK"] as const)
        if (kinds.includes(kind)) assert.equal(kinds.indexOf(kind), 0);
      const firstData = kinds.indexOf("DATA");
      if (firstData >= 0) assert.ok(kinds.slice(firstData).every((kind) => kind === "DATA"));
    }
  },
);

purpose(
  {
    id: "MIS-SENT-04",
    clause: "§3.1",
    state: "any",
    kind: "valid",
    stimulus: "whatever makes the stack send each chunk type",
    expected:
      "the Verification Tag is 0 with INIT and nothing else; otherwise the peer's, or reflected with the T bit",
  },
  () => {
    for (const { tag, chunks } of everythingSent()) {
      const [first] = chunks;
      if (first?.kind === "INIT") assert.equal(tag, 0);
      else if (first?.kind === "SHUTDOWN COMPLETE" && first.tagReflected) assert.equal(tag, 0x2222_2222);
      else assert.equal(tag, PEER_TAG);
    }
  },
);

purpose(
  {
    id: "AS-NORM-10",
    clause: "§5.2.4 C",
    state: "ESTABLISHED",
    kind: "inopportune",
    stimulus:
      "the peer's INIT came twice; COOKIE ECHO for the first INIT ACK sets up, that for the second follows",
    expected: "the first is accepted; the second, with the peer's tag and no Tie-Tags, is silently discarded",
  },
  () => {
    const scene = new Scene();
    const [first, second] = [0, 1].map(() => only(scene.receive(0, [initOf()]), "INIT ACK"));
    assert.ok(first !== undefined && second !== undefined);
    const firstEcho = { kind: "COOKIE ECHO", cookie: cookieOf(first) } as const;
    const sent = scene.receive(first.initiateTag, [firstEcho]);
    only(sent, "COOKIE ACK");
    const { association } = scene;
    const trial = new Trial(scene, { association, tag: first.initiateTag, firstTsn: first.initialTsn });
    const late = { kind: "COOKIE ECHO", cookie: cookieOf(second) } as const;
    assert.deepEqual(trial.stimulateFrom(second.initiateTag, {}, late), nothingIn("ESTABLISHED"));
    assert.deepEqual(trial.stimulate(dataOf(PEER_TSN)).events, ["data"]);
  },
);

purpose(
  {
    id: "AS-NORM-11",
    clause: "§6.4",
    state: "CLOSED",
    kind: "valid",
    stimulus: "INIT and COOKIE ECHO to the second of our two addresses",
    expected: "INIT ACK and COOKIE ACK go to where they came from",
  },
  () => {
    const scene = new Scene({ addresses: ["10.0.0.2", "10.0.1.2"], advertised: ["10.0.0.2", "10.0.1.2"] });
    const { sent } = scene.accept({}, { to: ip("10.0.1.2") });
    assert.deepEqual(
      scene.sent.map((packet) => packet.destination),
      ["10.0.0.1", "10.0.0.1"],
    );
    only(sent, "COOKIE ACK");
  },
);
