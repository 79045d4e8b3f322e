/**
 * Each bound of limits.ts, reached, and what the peer gets then. A bound that is tested where its part is tested names
 * the place; one without a row fails the last test.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { ssn as ssnOf } from "../../src/base/serial-number.js";
import * as limits from "../../src/stack/limits.js";
import { parsePacket } from "../../src/wire/packet.js";
import { isMalformed } from "../../src/wire/malformed.js";
import type { Chunk } from "../../src/wire/chunk.js";
import type { Parameter } from "../../src/wire/parameter.js";
import type { PacketRecord } from "../../src/wire/packet-record.js";
import { ip, onStream, payload } from "./pair.js";
import {
  cookieOf,
  dataOf,
  initAckOf,
  initOf,
  kindsOf,
  only,
  packetOf,
  PEER,
  PEER_TAG,
  PEER_TSN,
  Scene,
  type Origin,
} from "./scene.js";

type LimitName = keyof typeof limits;

/** Limits that have been reached here, or the sources of the tests that reach them. */
const reached = new Map<LimitName, string>();

/** A test that reaches a bound. */
function reach(names: readonly LimitName[], gets: string, run: () => void): void {
  for (const name of names) reached.set(name, "here");
  test(`${names.join(", ")}: ${gets}`, run);
}

/** A bound that the tests of its part reach. */
function reachedIn(source: string, ...names: LimitName[]): void {
  for (const name of names) reached.set(name, source);
}

/** A peer somewhere on a network of sixteen million. */
function origin(number: number, port = PEER.port): Partial<Origin> {
  return { address: ip(`10.${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}`), port };
}

/** A packet as the lower layer hands it up. */
function arriving(from: Origin, bytes: Uint8Array): PacketRecord {
  return {
    slab: bytes,
    offsetBytes: 0,
    lengthBytes: bytes.length,
    source: from.address,
    sourceUdpPort: from.udpPort,
    destination: from.to,
    destinationUdpPort: 9899,
    mayFragment: false,
    dscp: 0,
    hasWrongChecksum: false,
  };
}

function repeated<T>(count: number, item: T): T[] {
  return Array.from({ length: count }, () => item);
}

const HEARTBEAT: Chunk = { kind: "HEARTBEAT", info: new Uint8Array(1) };

reach(["RX_TSN_DISTANCE_MAX"], "a TSN beyond it is dropped and not acknowledged", () => {
  const scene = new Scene();
  const { tag } = scene.accept();
  const first = PEER_TSN - 1 + limits.RX_TSN_DISTANCE_MAX;
  assert.equal(only(scene.receive(tag, [dataOf(first)]), "SACK").gapAckBlocks.length, 1);
  const sack = only(scene.receive(tag, [dataOf(first + 1)]), "SACK");
  assert.deepEqual(sack.gapAckBlocks, [
    { start: limits.RX_TSN_DISTANCE_MAX, end: limits.RX_TSN_DISTANCE_MAX },
  ]);
  assert.equal(scene.stack.statistics.droppedDataChunks, 1);
});

reach(["RX_GAP_RANGES_MAX"], "one gap more is dropped and not acknowledged, what fills one is taken", () => {
  const scene = new Scene();
  const { tag, association } = scene.accept();
  for (let index = 1; index <= limits.RX_GAP_RANGES_MAX + 1; index += 1) {
    scene.receive(tag, [dataOf(PEER_TSN + 2 * index, { flags: 7 })]);
  }
  assert.equal(scene.stack.statistics.droppedDataChunks, 1);
  scene.receive(tag, [dataOf(PEER_TSN + 3, { flags: 7 })]);
  assert.equal(scene.stack.statistics.droppedDataChunks, 1);
  const blocks = association.tcb.reception.tracker.gapAckBlocks(Number.MAX_SAFE_INTEGER);
  assert.equal(blocks.length, limits.RX_GAP_RANGES_MAX - 1);
});

reach(["RX_DUPLICATE_TSNS_MAX"], "further duplicates are not listed", () => {
  const scene = new Scene();
  const { tag } = scene.accept();
  scene.receive(tag, [dataOf(PEER_TSN)]);
  const copies = repeated<Chunk>(limits.RX_DUPLICATE_TSNS_MAX + 8, dataOf(PEER_TSN));
  const sack = only(scene.receive(tag, copies), "SACK");
  assert.equal(sack.duplicateTsns.length, limits.RX_DUPLICATE_TSNS_MAX);
});

reach(
  ["RX_PIECES_FULL", "RX_PIECES_MAX"],
  "a peer that fills no gap is dropped, one that goes on aborted",
  () => {
    const scene = new Scene();
    const { tag, association } = scene.accept();
    // Messages of a stream whose first one never comes, all in sequence.
    let ssn = 1;
    for (; association.state === "ESTABLISHED" && ssn < 3 * limits.RX_PIECES_FULL; ssn += 1) {
      scene.receive(tag, [dataOf(PEER_TSN + ssn - 1, { ssn: ssnOf(ssn), userData: Uint8Array.of(1) })]);
    }
    // In sequence, and yet nothing that was sent before comes free with it: at RX_PIECES_FULL it is dropped.
    assert.equal(association.state, "ESTABLISHED");
    assert.equal(association.tcb.reception.reassembly.queuedChunks, limits.RX_PIECES_FULL);
  },
);

reach(
  ["RX_OVERCOMMIT_FACTOR"],
  "what the application does not read is not added to, in sequence or not",
  () => {
    const bytes = 60_000;
    const scene = new Scene({ config: { receiveBufferBytes: bytes } });
    const { tag, association } = scene.accept();
    // An unordered message far ahead is delivered at once, and leaves a gap for ever.
    scene.receive(tag, [dataOf(PEER_TSN + 30_000, { flags: 7 })]);
    for (let index = 0; index < 500; index += 1) {
      scene.receive(tag, [dataOf(PEER_TSN + index, { userData: payload(1000), ssn: ssnOf(index) })]);
    }
    assert.ok(association.unreadBytes <= bytes + 1000, `${association.unreadBytes} bytes wait`);

    // The same in a stream whose first message never comes: nothing can be delivered.
    const other = new Scene({ config: { receiveBufferBytes: bytes } });
    const handshake = other.accept();
    other.receive(handshake.tag, [dataOf(PEER_TSN + 30_000, { flags: 7 })]);
    for (let index = 0; index < 500; index += 1) {
      const data = dataOf(PEER_TSN + index, { userData: payload(1000), ssn: ssnOf(index + 1) });
      other.receive(handshake.tag, [data]);
    }
    const held = handshake.association.reassemblyBytes;
    assert.ok(held <= limits.RX_OVERCOMMIT_FACTOR * bytes + 1000, `${held} bytes are held`);
  },
);

reach(
  ["RX_TOTAL_BYTES_SCARCE", "RX_SCARCE_BUFFER_BYTES"],
  "every window is small until memory is free",
  () => {
    const scene = new Scene();
    const { association, tag } = scene.accept();
    const memory = association.tcb.services.receiveMemory;
    // Half a gigabyte takes too long for a test: other associations are said to hold it.
    memory.note(limits.RX_TOTAL_BYTES_SCARCE);
    const windows: number[] = [];
    for (let index = 0; index < 100; index += 1) {
      const sent = scene.receive(tag, [dataOf(PEER_TSN + index, { flags: 11, userData: payload(1000) })]);
      windows.push(only(sent, "SACK").aRwnd);
    }
    assert.equal(windows[0], limits.RX_SCARCE_BUFFER_BYTES - 1000);
    assert.equal(windows.at(-1), 0);
    assert.ok(association.unreadBytes < limits.RX_SCARCE_BUFFER_BYTES + 1000);
    memory.note(-limits.RX_TOTAL_BYTES_SCARCE);
    assert.equal(memory.heldBytes, association.unreadBytes);
    const next = PEER_TSN + Math.floor(association.unreadBytes / 1000);
    const sack = only(scene.receive(tag, [dataOf(next, { flags: 11, userData: payload(1000) })]), "SACK");
    assert.equal(sack.aRwnd, association.config.receiveBufferBytes - association.unreadBytes);
    association.releaseReceived(association.unreadBytes, 67);
    assert.equal(memory.heldBytes, 0);
  },
);

test("RX_SCARCE_BUFFER_BYTES: while memory is scarce no partial delivery point holds a message back", () => {
  const scene = new Scene({ config: { partialDeliveryPointBytes: 4 * limits.RX_SCARCE_BUFFER_BYTES } });
  const { association, tag } = scene.accept();
  association.tcb.services.receiveMemory.note(limits.RX_TOTAL_BYTES_SCARCE);
  for (let index = 0; index <= limits.RX_SCARCE_BUFFER_BYTES / 1000 + 1; index += 1) {
    const flags = index === 0 ? 2 : 0;
    scene.receive(tag, [dataOf(PEER_TSN + index, { flags, ssn: ssnOf(0), userData: payload(1000) })]);
  }
  assert.ok(association.unreadBytes >= limits.RX_SCARCE_BUFFER_BYTES, "it can be read, which makes room");
});

test("RX_TOTAL_BYTES_SCARCE: what ends or begins anew holds only what has not been read", () => {
  const scene = new Scene();
  const { association, tag } = scene.accept();
  const memory = association.tcb.services.receiveMemory;
  // A message that waits for its turn, and one that waits for the application.
  scene.receive(tag, [dataOf(PEER_TSN, { userData: payload(100) })]);
  scene.receive(tag, [dataOf(PEER_TSN + 2, { userData: payload(1000) })]);
  assert.equal(memory.heldBytes, 1100);
  const initAck = only(scene.receive(0, [initOf({ initiateTag: 77 })]), "INIT ACK");
  scene.receive(initAck.initiateTag, [{ kind: "COOKIE ECHO", cookie: cookieOf(initAck) }]);
  assert.ok(scene.eventTypes.includes("restart"));
  assert.equal(memory.heldBytes, 100);
  association.abort([]);
  scene.drain();
  assert.equal(memory.heldBytes, 100);
  association.releaseReceived(40, 0);
  assert.equal(memory.heldBytes, 60);
  association.releaseReceived(60);
  assert.equal(memory.heldBytes, 0);
});

reach(["PATHS_PER_ASSOCIATION_MAX"], "further addresses are ignored", () => {
  const scene = new Scene();
  const parameters: Parameter[] = Array.from({ length: 100 }, (_, index) => ({
    kind: "IPv4 Address",
    address: ip(`10.0.1.${index + 1}`),
  }));
  assert.equal(scene.accept({ parameters }).association.paths.length, limits.PATHS_PER_ASSOCIATION_MAX);
});

reach(["PATH_ERRORS_FACTOR"], "the error counter of a dead path stands still", () => {
  const config = { pathMaxRetrans: 2, heartbeatIntervalMs: 0, rtoMaxMs: 1000, associationMaxRetrans: 1000 };
  const scene = new Scene({ config });
  const { association } = scene.connect({}, ["10.0.0.1", "10.0.0.3"]);
  scene.advance(200_000);
  const counters = association.paths.map((path) => path.errorCount);
  assert.deepEqual(counters, [3 * limits.PATH_ERRORS_FACTOR, 3 * limits.PATH_ERRORS_FACTOR]);
});

/** Sets up associations with as little work for the test as possible; answers how many INIT ACKs led to one. */
function fill(scene: Scene, count: number): void {
  for (let port = 1; port <= count; port += 1) {
    const from = { ...PEER, port };
    const deliver = (bytes: Uint8Array): Uint8Array | undefined => {
      scene.stack.handlePackets([arriving(from, bytes)], scene.now);
      const [sent] = scene.stack.pollPackets(scene.now);
      const copy = sent?.slab.slice(sent.offsetBytes, sent.offsetBytes + sent.lengthBytes);
      scene.stack.pollPackets(scene.now);
      while (scene.stack.pollEvent() !== undefined);
      return copy;
    };
    const answer = parsePacket(deliver(packetOf(from, 0, [initOf({ initiateTag: port })])) as Uint8Array);
    assert.ok(!isMalformed(answer));
    const [initAck] = answer.chunks;
    assert.ok(initAck?.kind === "INIT ACK");
    deliver(packetOf(from, initAck.initiateTag, [{ kind: "COOKIE ECHO", cookie: cookieOf(initAck) }]));
  }
}

reach(
  ["ASSOCIATIONS_PER_PEER_MAX"],
  "one more is refused with Out of Resource, another peer's is not",
  () => {
    const scene = new Scene();
    fill(scene, limits.ASSOCIATIONS_PER_PEER_MAX);
    assert.equal(scene.endpoint.associations.size, limits.ASSOCIATIONS_PER_PEER_MAX);
    const port = limits.ASSOCIATIONS_PER_PEER_MAX + 1;
    assert.deepEqual(refusalOf(scene, { port }), [{ kind: "Out of Resource" }]);
    // Whoever lists the address of another host takes nothing of that one's share.
    const parameters: Parameter[] = [{ kind: "IPv4 Address", address: PEER.address }];
    scene.accept({ parameters }, { port, address: ip("10.0.0.9") });
    const [first] = scene.endpoint.associations;
    first?.abort([]);
    scene.drain();
    scene.accept({}, { port: port + 1 });
  },
);

/** The causes with which a COOKIE ECHO is refused. */
function refusalOf(scene: Scene, from: Partial<Origin>): unknown {
  const initAck = only(scene.receive(0, [initOf()], from), "INIT ACK");
  const echo: Chunk = { kind: "COOKIE ECHO", cookie: cookieOf(initAck) };
  const sent = scene.receive(initAck.initiateTag, [echo], from);
  assert.equal(sent[0]?.tag, PEER_TAG);
  return only(sent, "ABORT").causes;
}

reach(
  ["ASSOCIATIONS_PER_ENDPOINT_MAX", "ASSOCIATIONS_MAX"],
  "one more is refused with Out of Resource",
  () => {
    for (const crowded of ["endpoint", "stack"]) {
      const scene = new Scene();
      // Half a million associations take too long for a test: only their number is there.
      if (crowded === "stack") {
        Object.defineProperty(scene.stack, "associationCount", { value: limits.ASSOCIATIONS_MAX });
      } else {
        const associations = { size: limits.ASSOCIATIONS_PER_ENDPOINT_MAX };
        Object.defineProperty(scene.endpoint, "associations", { value: associations });
      }
      assert.deepEqual(refusalOf(scene, {}), [{ kind: "Out of Resource" }]);
    }
  },
);

reach(["CONTROL_CHUNKS_QUEUED_MAX"], "what would have to wait is not answered", () => {
  const scene = new Scene();
  const { tag } = scene.accept();
  for (let index = 0; index < 4 * limits.CONTROL_CHUNKS_QUEUED_MAX; index += 1) {
    const bytes = packetOf(PEER, tag, [HEARTBEAT]);
    scene.stack.handlePackets([arriving(PEER, bytes)], scene.now);
  }
  const answers = kindsOf(scene.drain()).flat();
  assert.ok(answers.length > 0 && answers.length <= limits.CONTROL_CHUNKS_QUEUED_MAX, `${answers.length}`);
});

for (const { what, chunk, isAnswered } of [
  { what: "HEARTBEAT", chunk: HEARTBEAT, isAnswered: "HEARTBEAT ACK" },
  {
    what: "an unknown chunk",
    chunk: { kind: "UNKNOWN", type: 0xc7, flags: 0, value: new Uint8Array(4) } as const,
    isAnswered: "ERROR",
  },
  { what: "DATA on a stream that there is not", chunk: undefined, isAnswered: "ERROR" },
  { what: "COOKIE ECHO again", chunk: "cookie", isAnswered: "COOKIE ACK" },
] as const) {
  reach(["CONTROL_ANSWERS_PER_SECOND"], `${what} is not answered any more within the second`, () => {
    const scene = new Scene();
    const { tag, cookie } = scene.accept();
    let packets = 0;
    const answersTo = (count: number): number => {
      let answers = 0;
      for (let index = 0; index < count; index += 1) {
        const badStream = dataOf(PEER_TSN + packets, { streamId: 60_000 });
        packets += 1;
        const cookieEcho: Chunk = { kind: "COOKIE ECHO", cookie };
        const other = chunk === "cookie" ? cookieEcho : (chunk ?? badStream);
        answers += kindsOf(scene.receive(tag, [other]))
          .flat()
          .filter((kind) => kind === isAnswered).length;
      }
      return answers;
    };
    assert.equal(answersTo(2 * limits.CONTROL_ANSWERS_PER_SECOND), limits.CONTROL_ANSWERS_PER_SECOND);
    scene.now += 500;
    assert.equal(answersTo(2 * limits.CONTROL_ANSWERS_PER_SECOND), limits.CONTROL_ANSWERS_PER_SECOND / 2);
  });
}

reach(
  ["CONTROL_ANSWERS_PER_SECOND"],
  "a SHUTDOWN that comes again and again is not answered any more",
  () => {
    const scene = new Scene();
    const { tag, initAck } = scene.accept();
    const shutdown: Chunk = { kind: "SHUTDOWN", cumulativeTsnAck: dataOf(initAck.initialTsn - 1).tsn };
    let answers = 0;
    for (let index = 0; index < 2 * limits.CONTROL_ANSWERS_PER_SECOND; index += 1) {
      answers += scene.receive(tag, [shutdown]).length;
    }
    // The first is no answer only: it ends the association.
    assert.equal(answers, limits.CONTROL_ANSWERS_PER_SECOND + 1);
  },
);

reach(["CHUNKS_PER_PACKET_MAX"], "what stands behind is dropped", () => {
  const scene = new Scene();
  const { tag } = scene.accept();
  const silent: Chunk = { kind: "UNKNOWN", type: 0x87, flags: 0, value: new Uint8Array(0) };
  const chunks = (count: number): Chunk[] => [...repeated<Chunk>(count, silent), HEARTBEAT];
  assert.deepEqual(kindsOf(scene.receive(tag, chunks(limits.CHUNKS_PER_PACKET_MAX - 1))), [
    ["HEARTBEAT ACK"],
  ]);
  assert.deepEqual(scene.receive(tag, chunks(limits.CHUNKS_PER_PACKET_MAX)), []);
});

reach(["PARAMETERS_PER_CHUNK_MAX"], "an address behind that many parameters is not looked at", () => {
  const silent: Parameter = { kind: "UNKNOWN", type: 0x8123, value: new Uint8Array(0) };
  const pathsAfter = (count: number): number => {
    const listed: Parameter = { kind: "IPv4 Address", address: ip("10.0.0.7") };
    const parameters = [...repeated<Parameter>(count, silent), listed];
    return new Scene().accept({ parameters }).association.paths.length;
  };
  assert.equal(pathsAfter(limits.PARAMETERS_PER_CHUNK_MAX - 1), 2);
  assert.equal(pathsAfter(limits.PARAMETERS_PER_CHUNK_MAX), 1);
});

reach(["ERROR_CAUSES_PER_CHUNK_MAX", "TOLD_CHUNK_BYTES_MAX"], "the application is told of the first", () => {
  const scene = new Scene();
  const { tag } = scene.accept();
  const causes = repeated(10_000, { kind: "Out of Resource" } as const);
  scene.receive(tag, [{ kind: "ERROR", causes }]);
  const told = scene.last("remote error");
  assert.equal(told.causes.length, limits.ERROR_CAUSES_PER_CHUNK_MAX);
  assert.equal(told.chunk.length, limits.TOLD_CHUNK_BYTES_MAX);
  scene.receive(tag, [{ kind: "ABORT", tagReflected: false, causes }]);
  const { reason } = scene.last("communication lost");
  assert.ok(reason.kind === "aborted by peer");
  assert.equal(reason.causes.length, limits.ERROR_CAUSES_PER_CHUNK_MAX);
  assert.equal(reason.chunk.length, limits.TOLD_CHUNK_BYTES_MAX);
});

reach(["REPORTED_CAUSES_MAX", "REPORTED_CAUSE_BYTES_MAX"], "further parameters are not reported", () => {
  const report = (count: number, lengthBytes: number): number => {
    const unknown = (type: number): Parameter => ({
      kind: "UNKNOWN",
      type: 0xc000 + type,
      value: new Uint8Array(lengthBytes),
    });
    const parameters = Array.from({ length: count }, (_, index) => unknown(index + 100));
    const initAck = only(new Scene().receive(0, [initOf({ parameters })]), "INIT ACK");
    return initAck.parameters.filter(({ kind }) => kind === "Unrecognized Parameter").length;
  };
  assert.equal(report(100, 4), limits.REPORTED_CAUSES_MAX);
  assert.equal(report(100, 124), limits.REPORTED_CAUSE_BYTES_MAX / 128);
});

for (const { what, chunks, tag } of [
  { what: "packets out of the blue", chunks: [dataOf(1)], tag: 5 },
  { what: "SHUTDOWN ACKs out of the blue", chunks: [{ kind: "SHUTDOWN ACK" } as const], tag: 5 },
  { what: "INITs that nobody accepts", chunks: [initOf()], tag: 0 },
  { what: "INITs with a wrong value", chunks: [initOf({ aRwnd: 0 })], tag: 0 },
]) {
  reach(["OUT_OF_THE_BLUE_ANSWERS_PER_SECOND"], `${what} are not answered any more within the second`, () => {
    const scene = new Scene({ listening: what !== "INITs that nobody accepts" });
    const answers = (count: number): number => {
      let sum = 0;
      for (let index = 0; index < count; index += 1) sum += scene.receive(tag, chunks, origin(index)).length;
      return sum;
    };
    const most = limits.OUT_OF_THE_BLUE_ANSWERS_PER_SECOND;
    assert.equal(answers(2 * most), most);
    assert.equal(scene.stack.statistics.suppressedAnswers, most);
    scene.now += 500;
    assert.equal(answers(most), most / 2);
  });
}

reach(
  ["OUT_OF_THE_BLUE_ANSWERS_PER_SECOND"],
  "stale and used cookies are not answered any more either",
  () => {
    const scene = new Scene();
    const initAck = only(scene.receive(0, [initOf()]), "INIT ACK");
    const echo: Chunk = { kind: "COOKIE ECHO", cookie: cookieOf(initAck) };
    scene.now += 100_000;
    let answers = 0;
    for (let index = 0; index < 1000; index += 1)
      answers += scene.receive(initAck.initiateTag, [echo]).length;
    assert.equal(answers, limits.OUT_OF_THE_BLUE_ANSWERS_PER_SECOND);
    scene.now += 1000;
    const { association, tag, cookie } = scene.accept();
    association.abort([]);
    scene.drain();
    answers = 0;
    const used: Chunk = { kind: "COOKIE ECHO", cookie };
    for (let index = 0; index < 1000; index += 1) answers += scene.receive(tag, [used]).length;
    assert.equal(answers, limits.OUT_OF_THE_BLUE_ANSWERS_PER_SECOND);
  },
);

reach(["ENDPOINT_ANSWERS_QUEUED_MAX"], "further INITs of one batch are not answered", () => {
  const scene = new Scene();
  const count = 2 * limits.ENDPOINT_ANSWERS_QUEUED_MAX;
  const batch = Array.from({ length: count }, (_, index) => {
    const from = { ...PEER, ...origin(index) };
    const bytes = packetOf(from, 0, [initOf({ initiateTag: index + 1 })]);
    return arriving(from, bytes);
  });
  scene.stack.handlePackets(batch, scene.now);
  assert.equal(kindsOf(scene.drain()).flat().length, limits.ENDPOINT_ANSWERS_QUEUED_MAX);
});

reach(["STATE_COOKIE_BYTES_MAX"], "an INIT ACK with a longer cookie is refused", () => {
  const outcome = (lengthBytes: number): string[][] => {
    const scene = new Scene({ mtuBytes: 65_535 });
    const { init } = scene.associate();
    const cookie = new Uint8Array(lengthBytes);
    return kindsOf(
      scene.receive(init.initiateTag, [initAckOf({ parameters: [{ kind: "State Cookie", cookie }] })]),
    );
  };
  assert.deepEqual(outcome(limits.STATE_COOKIE_BYTES_MAX), [["COOKIE ECHO"]]);
  assert.deepEqual(outcome(limits.STATE_COOKIE_BYTES_MAX + 1), [["ABORT"]]);
});

reach(["COOKIE_PRESERVATIVE_MS_MAX"], "a peer that asks for a longer life gets this", () => {
  const scene = new Scene({ config: { validCookieLifeMs: 1000 } });
  const parameters: Parameter[] = [{ kind: "Cookie Preservative", suggestedIncrementMs: 0xffff_ffff }];
  const initAck = only(scene.receive(0, [initOf({ parameters })]), "INIT ACK");
  scene.now += 1000 + limits.COOKIE_PRESERVATIVE_MS_MAX + 1;
  const echo: Chunk = { kind: "COOKIE ECHO", cookie: cookieOf(initAck) };
  only(scene.receive(initAck.initiateTag, [echo]), "ERROR");
});

reach(["STALE_COOKIE_RESTARTS_MAX"], "the association is given up", () => {
  const scene = new Scene();
  const { association } = scene.associate();
  const stale: Chunk = { kind: "ERROR", causes: [{ kind: "Stale Cookie", stalenessMicroseconds: 1 }] };
  let restarts = 0;
  for (; scene.endpoint.associations.size > 0 && restarts < 100; restarts += 1) {
    // Each new attempt may have a tag of its own.
    scene.receive(association.tcb.localTag, [initAckOf()]);
    scene.receive(association.tcb.localTag, [stale]);
  }
  assert.equal(restarts, limits.STALE_COOKIE_RESTARTS_MAX + 1);
  assert.equal(scene.last("cannot start").reason.kind, "unreachable");
});

reach(["SACKS_QUEUED_MAX"], "the newest SACK stands for those that found no room", () => {
  const scene = new Scene();
  const { tag } = scene.accept();
  const count = 4 * limits.SACKS_QUEUED_MAX;
  const batch = Array.from({ length: count }, (_, index) => {
    const bytes = packetOf(PEER, tag, [dataOf(PEER_TSN + index)]);
    return arriving(PEER, bytes);
  });
  scene.stack.handlePackets(batch, scene.now);
  const sacks = scene.drain().flatMap(({ chunks }) => chunks);
  assert.ok(sacks.length <= limits.SACKS_QUEUED_MAX);
  const last = sacks.at(-1);
  // The last packet may wait for another one.
  assert.ok(last?.kind === "SACK" && last.cumulativeTsnAck >= PEER_TSN + count - 2);
});

reach(["OUTSTANDING_CHUNKS_MAX"], "a peer with an endless window gets no more at once", () => {
  const scene = new Scene({ config: { maxBurst: 0, noDelay: true } });
  const { association } = scene.accept({ aRwnd: 0xffff_ffff });
  Object.defineProperty(association.primaryPath.congestion, "cwnd", { value: 0x7fff_ffff });
  for (let index = 0; index < limits.OUTSTANDING_CHUNKS_MAX + 100; index += 1) {
    association.send(Uint8Array.of(1), onStream(0), scene.now);
  }
  for (let round = 0; round < 100 && scene.stack.pollPackets(scene.now).length > 0; round += 1);
  assert.equal(association.unackedChunks, limits.OUTSTANDING_CHUNKS_MAX);
});

reach(["SEND_QUEUE_MESSAGES_MAX"], "the application's further messages are not taken", () => {
  const scene = new Scene();
  const { association } = scene.accept({ aRwnd: 1500 });
  for (let index = 0; index < limits.SEND_QUEUE_MESSAGES_MAX; index += 1) {
    assert.ok(association.sendBufferRoomMessages > 0);
    association.send(Uint8Array.of(1), onStream(0), scene.now);
  }
  assert.equal(association.sendBufferRoomMessages, 0);
});

reachedIn("test/stack/rx/unread-messages.test.ts", "RX_UNREAD_PIECES_MAX");
reachedIn("test/stack/rx/reassembly-queue.test.ts", "RX_EXPECTED_BYTES_MAX", "RX_PIECES_MAX");
reachedIn("test/stack/validation/verification-tag.test.ts", "SPENT_TAGS_MAX");
reachedIn("test/userland/stack-driver.test.ts", "NOTIFICATIONS_QUEUED_MAX");
reachedIn(
  "test/stack/paths/path-mtu-discovery.test.ts",
  "PATH_MTU_BYTES_MIN",
  "IPV4_MTU_BYTES_MIN",
  "IPV4_MTU_BYTES_ASSUMED",
  "IPV6_MTU_BYTES_MIN",
);
reachedIn("test/userland/send-buffer-of-a-socket.test.ts", "SOCKET_SEND_BUFFER_BYTES_MAX");

reachedIn(
  "test/stack/extensions/address-reconfiguration/outgoing-asconf.test.ts",
  "ASCONF_REQUESTS_QUEUED_MAX",
  "ASCONF_REQUESTS_PER_CHUNK_MAX",
  "WITHDRAWN_ADDRESSES_MAX",
);
reachedIn("test/stack/attacks/changes-of-addresses.test.ts", "ASCONF_ACKS_CACHED_MAX");
reachedIn("test/stack/tx/send-memory.test.ts", "SPARE_SEND_BLOCKS_MAX");
reachedIn("test/stack/tx/partial-reliability.test.ts", "FORWARD_TSN_STREAMS_MAX");
reachedIn("test/stack/rx/ordered-data-streams.test.ts", "RX_GIVEN_UP_MAX");
reachedIn("test/stack/rx/message-arena.test.ts", "MESSAGE_BLOCK_BYTES");
reachedIn("test/stack/rx/message-arena.test.ts", "SHARED_MESSAGE_BYTES_MAX");
reachedIn("test/stack/rx/message-arena.test.ts", "UNREAD_BLOCKS_MAX");
reachedIn("test/stack/rx/spare-message-memory.test.ts", "SPARE_MESSAGE_BYTES_MAX");

reachedIn("test/stack/extensions/authentication/key-vectors.test.ts", "PEER_HMAC_IDENTIFIERS_MAX");

test("every bound of limits.ts is reached by a test", () => {
  const names = Object.keys(limits) as LimitName[];
  const missing = names.filter((name) => !reached.has(name));
  assert.deepEqual(missing, []);
  for (const [name, source] of reached) {
    if (source === "here") continue;
    assert.ok(readFileSync(new URL(`../../../${source}`, import.meta.url), "utf8").includes(name), name);
  }
});
