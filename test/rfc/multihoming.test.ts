import assert from "node:assert/strict";
import { ssn } from "../../src/base/serial-number.js";
import { about, quoteOf } from "../stack/icmp.js";
import { ip, onStream, payload } from "../stack/pair.js";
import { dataOf, initAckOf, ipParameter, only, PEER, PEER_TAG, PEER_TSN, Scene } from "../stack/scene.js";
import { A, B, destinations, from, homed, pathTo } from "./multihomed.js";
import { purpose } from "./purpose.js";

purpose(
  {
    id: "M-SEND-01",
    clause: "§6.4",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "the user sends ten messages, each acknowledged from the other address",
    expected: "all go to the primary path",
  },
  () => {
    const trial = homed();
    for (let number = 1; number <= 10; number += 1) {
      trial.send(100);
      assert.deepEqual(destinations(trial), [A]);
      from(trial, B, trial.sack(number));
    }
  },
);

purpose(
  {
    id: "M-SEND-02",
    clause: "§6.4",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "the user makes the second address the primary path and sends",
    expected: "the DATA goes there",
  },
  () => {
    const trial = homed();
    trial.observe(() => trial.association.setPrimaryPath(pathTo(trial, B)));
    trial.send(100);
    assert.deepEqual(destinations(trial), [B]);
  },
);

purpose(
  {
    id: "M-SEND-03",
    clause: "§6.4",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "the user sends a message to the second address",
    expected: "the DATA goes there, the next message to the primary path",
  },
  () => {
    const trial = homed();
    trial.observe(() =>
      trial.association.send(
        payload(100),
        { ...onStream(0), destination: pathTo(trial, B) },
        trial.scene.now,
      ),
    );
    assert.deepEqual(destinations(trial), [B]);
    trial.send(100);
    assert.deepEqual(destinations(trial), [A]);
  },
);

purpose(
  {
    id: "M-SEND-04",
    clause: "§6.4",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "T3-rtx of the primary path expires",
    expected: "the DATA is sent again to the other address; the flightsizes of both follow",
  },
  () => {
    const trial = homed();
    trial.send(100);
    assert.deepEqual([pathTo(trial, A).flightBytes, pathTo(trial, B).flightBytes], [116, 0]);
    trial.wait(1000);
    assert.deepEqual(trial.dataSent, [[1]]);
    assert.deepEqual(destinations(trial), [B]);
    assert.deepEqual([pathTo(trial, A).flightBytes, pathTo(trial, B).flightBytes], [0, 116]);
  },
);

purpose(
  {
    id: "M-SEND-05",
    clause: "§6.4",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "the third miss indication of a chunk that was sent to the primary path",
    expected: "the fast retransmission goes to the same address",
  },
  () => {
    const trial = homed();
    trial.send(100, 100, 100, 100);
    for (const last of [2, 3, 4]) trial.stimulate(trial.sack(0, { gapAckBlocks: [{ start: 2, end: last }] }));
    assert.deepEqual(trial.dataSent, [[1]]);
    assert.deepEqual(destinations(trial), [A]);
  },
);

purpose(
  {
    id: "M-REPLY-01",
    clause: "§6.7",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "DATA from the second address, then from the first",
    expected: "each SACK goes to where the last DATA came from",
  },
  () => {
    const trial = homed();
    from(trial, B, dataOf(PEER_TSN));
    assert.deepEqual(destinations(trial), [B]);
    only(trial.answers, "SACK");
    from(trial, A, dataOf(PEER_TSN + 2, { ssn: ssn(2) }));
    assert.deepEqual(destinations(trial), [A]);
    only(trial.answers, "SACK");
  },
);

purpose(
  {
    id: "M-REPLY-02",
    clause: "§6.4",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "HEARTBEAT from the second address",
    expected: "HEARTBEAT ACK goes there",
  },
  () => {
    const trial = homed();
    from(trial, B, { kind: "HEARTBEAT", info: Uint8Array.of(1) });
    only(trial.answers, "HEARTBEAT ACK");
    assert.deepEqual(destinations(trial), [B]);
  },
);

purpose(
  {
    id: "M-REPLY-03",
    clause: "§8.5",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "ABORT from the second address",
    expected: "accepted: CLOSED",
  },
  () => {
    assert.equal(from(homed(), B, { kind: "ABORT", tagReflected: false, causes: [] }).state, "CLOSED");
  },
);

purpose(
  {
    id: "M-RTO-01",
    clause: "§6.3",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "T3-rtx of the primary path expires, and then that of the other",
    expected:
      "each expiry doubles the RTO of its own address only (§6.3.3 E2); R1 uses the RTO of where DATA goes (E4)",
  },
  () => {
    const trial = homed();
    trial.send(100);
    trial.wait(1000);
    assert.deepEqual([pathTo(trial, A).rto.timeoutMs, pathTo(trial, B).rto.timeoutMs], [2000, 1000]);
    assert.deepEqual(trial.wait(999).sent, []);
    trial.wait(1);
    assert.deepEqual(destinations(trial), [A]);
    assert.deepEqual([pathTo(trial, A).rto.timeoutMs, pathTo(trial, B).rto.timeoutMs], [2000, 2000]);
  },
);

purpose(
  {
    id: "M-CWND-01",
    clause: "§7.2",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "T3-rtx of the primary path expires",
    expected: "its cwnd shrinks to PMDCS, that of the other stays",
  },
  () => {
    const trial = homed();
    trial.send(100);
    trial.wait(1000);
    assert.deepEqual([pathTo(trial, A).congestion.cwnd, pathTo(trial, B).congestion.cwnd], [1468, 4404]);
  },
);

purpose(
  {
    id: "M-CWND-02",
    clause: "§7.2.1",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "SACK from the second address of DATA that filled the window of the first",
    expected: "cwnd grows where the acknowledged DATA was sent to, and nowhere else",
  },
  () => {
    const trial = homed();
    trial.send(1452, 1452, 1452, 1452);
    from(trial, B, trial.sack(1));
    assert.deepEqual(
      [pathTo(trial, A).congestion.cwnd, pathTo(trial, B).congestion.cwnd],
      [4404 + 1468, 4404],
    );
  },
);

purpose(
  {
    id: "M-TIMER-01",
    clause: "§6.3.3 F1",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus:
      "the user makes the second address the primary path while DATA is outstanding at the first, and sends",
    expected: "T3-rtx of the first runs on, and that of the second is started",
  },
  () => {
    const trial = homed();
    trial.send(100);
    trial.wait(600);
    trial.observe(() => trial.association.setPrimaryPath(pathTo(trial, B)));
    trial.send(100);
    assert.deepEqual([pathTo(trial, A).t3.isRunning, pathTo(trial, B).t3.isRunning], [true, true]);
    trial.wait(400);
    assert.deepEqual(trial.dataSent, [[1]]);
    assert.deepEqual(destinations(trial), [B]);
  },
);

purpose(
  {
    id: "M-TIMER-02",
    clause: "§6.3.2 R4",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "SACK whose Gap Ack Block has all DATA of the second address, then one that takes it back",
    expected: "T3-rtx of the second address is off, and then started again",
  },
  () => {
    const trial = homed();
    trial.send(100);
    trial.observe(() => trial.association.setPrimaryPath(pathTo(trial, B)));
    trial.send(100);
    trial.stimulate(trial.sack(0, { gapAckBlocks: [{ start: 2, end: 2 }] }));
    assert.equal(pathTo(trial, B).t3.isRunning, false);
    trial.stimulate(trial.sack(0));
    assert.equal(pathTo(trial, B).t3.isRunning, true);
  },
);

for (const [id, state, kind] of [
  ["M-SHUT-01", "SHUTDOWN-SENT", "SHUTDOWN"],
  ["M-SHUT-02", "SHUTDOWN-ACK-SENT", "SHUTDOWN ACK"],
] as const) {
  purpose(
    {
      id,
      clause: "§6.4",
      state,
      kind: "valid",
      stimulus: "T2-shutdown expires",
      expected: `${kind} is sent again to the other address`,
    },
    () => {
      const trial = homed();
      if (state === "SHUTDOWN-SENT") trial.shutdown();
      else trial.stimulate(trial.shutdownChunk(0));
      assert.deepEqual([trial.state, destinations(trial)], [state, [A]]);
      assert.deepEqual(trial.wait(1000).sent, [[kind]]);
      assert.deepEqual(destinations(trial), [B]);
    },
  );
}

purpose(
  {
    id: "M-MTU-01",
    clause: "§7.3",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus:
      "Fragmentation Needed with an MTU of 1000 for the alternate address, then a message of 2000 bytes",
    expected: "its chunks are no larger than the AMDCS, the smallest PMDCS of all addresses",
  },
  () => {
    const trial = homed();
    const quotedBytes = quoteOf(7000, PEER.port, PEER_TAG);
    const message = about({ kind: "packet too big", mtuBytes: 1000, destination: ip(B), quotedBytes });
    trial.observe(() => trial.scene.stack.handleIcmp(message, trial.scene.now));
    trial.send(2000);
    assert.deepEqual(new Set(destinations(trial)), new Set([A]));
    for (const chunk of trial.dataChunks) assert.ok(16 + chunk.userData.length <= 1000 - 20 - 12);
  },
);

purpose(
  {
    id: "M-MTU-02",
    clause: "§7.3 1",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "Fragmentation Needed with an MTU of 1000 for the alternate address, then many small messages",
    expected: "each address has a PMTU of its own: packets to the primary path are up to 1500 bytes",
  },
  () => {
    const trial = homed();
    const quotedBytes = quoteOf(7000, PEER.port, PEER_TAG);
    const message = about({ kind: "packet too big", mtuBytes: 1000, destination: ip(B), quotedBytes });
    trial.observe(() => trial.scene.stack.handleIcmp(message, trial.scene.now));
    trial.send(...new Array<number>(20).fill(100));
    const largest = Math.max(...trial.answers.map((packet) => packet.bytes.length));
    assert.ok(largest > 1000 && largest <= 1480, String(largest));
  },
);

purpose(
  {
    id: "M-ICMP-01",
    clause: "§10 ICMP9",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "Destination Unreachable about a packet to the alternate address",
    expected: "the error counter of that address grows, and no other",
  },
  () => {
    const trial = homed();
    const quotedBytes = quoteOf(7000, PEER.port, PEER_TAG);
    const message = about({ kind: "unreachable", destination: ip(B), quotedBytes });
    trial.observe(() => trial.scene.stack.handleIcmp(message, trial.scene.now));
    assert.deepEqual([pathTo(trial, A).errorCount, pathTo(trial, B).errorCount], [0, 1]);
    assert.equal(trial.association.tcb.errorCount, 0);
  },
);

for (const [id, kind, state] of [
  ["M-OWN-01", "INIT", "CLOSED"],
  ["M-OWN-02", "INIT ACK", "CLOSED"],
] as const) {
  purpose(
    {
      id,
      clause: "§3.3.2.1.2",
      state,
      kind: "valid",
      stimulus: `an endpoint with three addresses of both families sends ${kind}`,
      expected: "lists all of them, each in the parameter of its family",
    },
    () => {
      const addresses = ["10.0.0.2", "10.0.1.2", "2001:db8::2"];
      const scene = new Scene({ addresses, advertised: addresses });
      const { parameters } = kind === "INIT" ? scene.associate().init : scene.accept().initAck;
      const listed = parameters.flatMap((parameter) =>
        parameter.kind === "IPv4 Address" || parameter.kind === "IPv6 Address"
          ? [`${parameter.kind} ${parameter.address.text}`]
          : [],
      );
      assert.deepEqual(listed.toSorted(), [
        "IPv4 Address 10.0.0.2",
        "IPv4 Address 10.0.1.2",
        "IPv6 Address 2001:db8::2",
      ]);
    },
  );
}

for (const [id, listed, kept, clause, what] of [
  ["M-LIST-01", [], [A], "§5.1.2 A", "without address parameters"],
  ["M-LIST-02", [B], [A, B], "§5.1.2 C", "that lists the second"],
] as const) {
  purpose(
    {
      id,
      clause,
      state: "COOKIE-WAIT",
      kind: "valid",
      stimulus: `the user has named three addresses; INIT ACK from the first ${what}`,
      expected: `destinations are the source and what is listed: ${kept.join(" and ")}`,
    },
    () => {
      const scene = new Scene();
      const { association, init } = scene.associate([A, B, "10.0.2.1"]);
      const parameters = [...initAckOf().parameters, ...listed.map(ipParameter)];
      scene.receive(init.initiateTag, [initAckOf({ parameters })]);
      assert.deepEqual(
        association.paths.map((path) => path.address.text),
        kept,
      );
    },
  );
}
