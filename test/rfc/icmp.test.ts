import assert from "node:assert/strict";
import { icmpKind, type IcmpMessage } from "../../src/stack/icmp-message.js";
import { about, quotedInit, quoteOf } from "../stack/icmp.js";
import { ip } from "../stack/pair.js";
import { initOf, PEER, PEER_TAG, Scene } from "../stack/scene.js";
import { purpose } from "./purpose.js";
import { ASSOCIATION_STATES, inState, nothingIn, type Outcome, QUIET, Trial } from "./trial.js";

/** The stack hears of an ICMP message about a packet of the association. */
function hear(trial: Trial, change: Partial<IcmpMessage>): Outcome {
  return trial.observe(() => trial.scene.stack.handleIcmp(about(change), trial.scene.now));
}

purpose(
  {
    id: "IC-TYPE-01",
    clause: "§10 ICMP1",
    state: "any",
    kind: "valid",
    stimulus: "ICMPv4 messages of other types than Destination Unreachable",
    expected: "ignored",
  },
  () => {
    for (let type = 0; type < 256; type += 1) if (type !== 3) assert.equal(icmpKind(4, type, 2), undefined);
    assert.equal(icmpKind(4, 3, 2), "protocol unreachable");
    assert.equal(icmpKind(4, 3, 4), "packet too big");
  },
);

purpose(
  {
    id: "IC-TYPE-02",
    clause: "§10 ICMP2",
    state: "any",
    kind: "valid",
    stimulus:
      "ICMPv6 messages of other types than Destination Unreachable, Packet Too Big and Parameter Problem",
    expected: "ignored",
  },
  () => {
    for (let type = 0; type < 256; type += 1)
      if (type !== 1 && type !== 2 && type !== 4) assert.equal(icmpKind(6, type, 1), undefined);
    assert.equal(icmpKind(6, 2, 0), "packet too big");
    assert.equal(icmpKind(6, 1, 0), "unreachable");
  },
);

purpose(
  {
    id: "IC-TYPE-03",
    clause: "§10 ICMP4",
    state: "any",
    kind: "valid",
    stimulus: "ICMPv6 Parameter Problem with other codes than Unrecognized Next Header Type Encountered",
    expected: "ignored",
  },
  () => {
    assert.equal(icmpKind(6, 4, 1), "protocol unreachable");
    for (const code of [0, 2, 3, 255]) assert.equal(icmpKind(6, 4, code), undefined);
  },
);

purpose(
  {
    id: "IC-PORT-01",
    clause: "§10 ICMP3",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "Port Unreachable, without UDP encapsulation",
    expected: "ignored; ESTABLISHED",
  },
  () => {
    const scene = new Scene({ config: QUIET });
    const { association, tag, initAck } = scene.accept({}, { udpPort: 0 });
    const trial = new Trial(scene, { association, tag, firstTsn: initAck.initialTsn });
    const outcome = hear(trial, { kind: "port unreachable", destinationUdpPort: 0 });
    assert.deepEqual(outcome, nothingIn("ESTABLISHED"));
    assert.equal(association.primaryPath.errorCount, 0);
  },
);

for (const [id, what, change] of [
  ["IC-FIND-01", "quotes another source port", { quotedBytes: quoteOf(7001, PEER.port, PEER_TAG) }],
  ["IC-FIND-02", "quotes another destination port", { quotedBytes: quoteOf(7000, 5001, PEER_TAG) }],
  ["IC-FIND-03", "is about another destination address", { destination: ip("10.0.0.99") }],
  ["IC-FIND-04", "quotes less than 8 bytes", { quotedBytes: quoteOf(7000, PEER.port, PEER_TAG).slice(0, 7) }],
] as const) {
  purpose(
    {
      id,
      clause: "§10 ICMP5",
      state: "ESTABLISHED",
      kind: "invalid",
      stimulus: `Protocol Unreachable that ${what}`,
      expected: "no association is found: ignored; ESTABLISHED",
    },
    () => {
      assert.deepEqual(hear(inState("ESTABLISHED"), change), nothingIn("ESTABLISHED"));
    },
  );
}

for (const [index, state] of ASSOCIATION_STATES.entries()) {
  purpose(
    {
      id: `IC-TAG-0${index + 1}`,
      clause: "§10 ICMP6",
      state,
      kind: "invalid",
      stimulus: "Protocol Unreachable that quotes a wrong Verification Tag; our own; 0 without an INIT",
      expected: `each is discarded; ${state}`,
    },
    () => {
      const trial = inState(state);
      for (const tag of [PEER_TAG ^ 1, trial.tag, 0]) {
        const quotedBytes = quoteOf(7000, PEER.port, tag);
        assert.deepEqual(hear(trial, { quotedBytes }), nothingIn(state));
      }
    },
  );
  if (state === "COOKIE-WAIT") continue;
  purpose(
    {
      id: `IC-PROTO-0${index + 1}`,
      clause: "§10 ICMP8",
      state,
      kind: "valid",
      stimulus: "Protocol Unreachable that quotes the peer's Verification Tag",
      expected: "treated as ABORT with the T bit: CLOSED; nothing is sent",
    },
    () => {
      const outcome = hear(inState(state), {});
      assert.deepEqual([outcome.sent, outcome.state], [[], "CLOSED"]);
      assert.equal(outcome.events[0], state === "COOKIE-ECHOED" ? "cannot start" : "communication lost");
    },
  );
}

/** The INIT of a trial's association as an ICMP message quotes it. */
function ownInit(trial: Trial, change: { initiateTag?: number } = {}): Uint8Array {
  return quotedInit(initOf({ initiateTag: trial.tag, ...change }));
}

purpose(
  {
    id: "IC-INIT-01",
    clause: "§10 ICMP8",
    state: "COOKIE-WAIT",
    kind: "valid",
    stimulus: "Protocol Unreachable that quotes our INIT",
    expected: 'handled like ABORT: CLOSED; the user is told "cannot start"',
  },
  () => {
    const trial = inState("COOKIE-WAIT");
    const outcome = hear(trial, { quotedBytes: ownInit(trial) });
    assert.deepEqual(outcome, { sent: [], state: "CLOSED", events: ["cannot start"] });
  },
);

for (const [id, state] of [
  ["IC-INIT-02", "COOKIE-ECHOED"],
  ["IC-INIT-03", "ESTABLISHED"],
  ["IC-INIT-04", "SHUTDOWN-SENT"],
] as const) {
  purpose(
    {
      id,
      clause: "§10 ICMP8",
      state,
      kind: "inopportune",
      stimulus: "Protocol Unreachable that quotes our INIT",
      expected: `ignored, because the INIT has been answered; ${state}`,
    },
    () => {
      const trial = inState(state);
      assert.deepEqual(hear(trial, { quotedBytes: ownInit(trial) }), nothingIn(state));
    },
  );
}

for (const [id, what, quote] of [
  [
    "IC-INIT-05",
    "with another Initiate Tag",
    (trial: Trial) => ownInit(trial, { initiateTag: trial.tag ^ 1 }),
  ],
  ["IC-INIT-06", "too short for its Initiate Tag", (trial: Trial) => ownInit(trial).slice(0, 19)],
  [
    "IC-INIT-07",
    "whose chunk type is no INIT",
    (trial: Trial) => {
      const bytes = ownInit(trial).slice();
      bytes[12] = 2;
      return bytes;
    },
  ],
] as const) {
  purpose(
    {
      id,
      clause: "§10 ICMP6",
      state: "COOKIE-WAIT",
      kind: "invalid",
      stimulus: `Protocol Unreachable that quotes an INIT under tag 0 ${what}`,
      expected: "silently discarded; COOKIE-WAIT",
    },
    () => {
      const trial = inState("COOKIE-WAIT");
      assert.deepEqual(hear(trial, { quotedBytes: quote(trial) }), nothingIn("COOKIE-WAIT"));
    },
  );
}

purpose(
  {
    id: "IC-MTU-01",
    clause: "§10 ICMP7",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "Fragmentation Needed with an MTU of 1000, then the user sends a message of 2000 bytes",
    expected: "the PMTU is 1000: its packets are no larger",
  },
  () => {
    const trial = inState("ESTABLISHED");
    assert.equal(hear(trial, { kind: "packet too big", mtuBytes: 1000 }).state, "ESTABLISHED");
    trial.send(2000);
    trial.stimulate(trial.sack(1));
    assert.deepEqual(trial.dataSent.at(-1), [3]);
    for (const packet of trial.scene.sent) assert.ok(packet.bytes.length <= 980);
  },
);

purpose(
  {
    id: "IC-MTU-02",
    clause: "§7.3",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "Fragmentation Needed with an MTU of 1000, while DATA of 1452 bytes is outstanding",
    expected: "the chunk is sent again as it is: what was divided once is not divided again (§6.9)",
  },
  () => {
    const trial = inState("ESTABLISHED");
    trial.send(1452);
    const { sent } = hear(trial, { kind: "packet too big", mtuBytes: 1000 });
    assert.deepEqual(sent, [["DATA"]]);
    assert.equal(trial.dataChunks[0]?.userData.length, 1452);
  },
);

purpose(
  {
    id: "IC-MTU-03",
    clause: "§10 ICMP6",
    state: "ESTABLISHED",
    kind: "invalid",
    stimulus: "Fragmentation Needed that quotes a wrong Verification Tag",
    expected: "discarded: the PMTU stays",
  },
  () => {
    const trial = inState("ESTABLISHED");
    const quotedBytes = quoteOf(7000, PEER.port, PEER_TAG ^ 1);
    hear(trial, { kind: "packet too big", mtuBytes: 600, quotedBytes });
    trial.send(1452);
    assert.deepEqual(trial.dataSent, [[1]]);
  },
);

purpose(
  {
    id: "IC-DEST-01",
    clause: "§10 ICMP9",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "Destination Unreachable with another code",
    expected: "the error counter of the path grows by one; ESTABLISHED",
  },
  () => {
    const trial = inState("ESTABLISHED");
    assert.deepEqual(hear(trial, { kind: "unreachable" }), nothingIn("ESTABLISHED"));
    assert.equal(trial.association.primaryPath.errorCount, 1);
    assert.equal(trial.association.tcb.errorCount, 0);
  },
);
