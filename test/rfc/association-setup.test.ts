import assert from "node:assert/strict";
import { tsn } from "../../src/base/serial-number.js";
import { chunkBytes } from "../../src/wire/chunk.js";
import { parameterBytes, type Parameter } from "../../src/wire/parameter.js";
import { ip, onStream, payload } from "../stack/pair.js";
import {
  cookieOf,
  dataOf,
  initAckOf,
  initOf,
  kindsOf,
  only,
  PEER_COOKIE,
  PEER_TAG,
  PEER_TSN,
  Scene,
  unknownParameter,
} from "../stack/scene.js";
import { purpose } from "./purpose.js";
import { inState } from "./trial.js";

const OWN = ["10.0.0.2", "2001:db8::2"];
const COOKIE: Parameter = { kind: "State Cookie", cookie: PEER_COOKIE };

function addressesOf(scene: Scene): string[] {
  return scene.association.paths.map((path) => path.address.text).sort();
}

purpose(
  {
    id: "AS-NORM-01",
    clause: "§5.1 A",
    state: "CLOSED",
    kind: "valid",
    stimulus: "the user's ASSOCIATE",
    expected: "sends INIT alone under tag 0, with an Initiate Tag; T1-init runs; COOKIE-WAIT",
  },
  () => {
    const scene = new Scene();
    const { association, init, sent } = scene.associate();
    assert.deepEqual(kindsOf(sent), [["INIT"]]);
    assert.equal(sent[0]?.tag, 0);
    assert.notEqual(init.initiateTag, 0);
    assert.equal(association.state, "COOKIE-WAIT");
    assert.equal(scene.stack.pollTimeout(), scene.now + 1000);
  },
);

purpose(
  {
    id: "AS-NORM-02",
    clause: "§5.1.4",
    state: "COOKIE-WAIT",
    kind: "valid",
    stimulus: "INIT ACK, while the user has sent a message",
    expected:
      "sends COOKIE ECHO with the exact cookie first, DATA behind it in the same packet; COOKIE-ECHOED",
  },
  () => {
    const trial = inState("COOKIE-WAIT");
    assert.deepEqual(trial.send(10).sent, []);
    assert.deepEqual(trial.stimulate(initAckOf()), {
      sent: [["COOKIE ECHO", "DATA"]],
      state: "COOKIE-ECHOED",
      events: [],
    });
    assert.deepEqual(only(trial.answers, "COOKIE ECHO").cookie, PEER_COOKIE);
    assert.equal(only(trial.answers, "DATA").tsn, trial.firstTsn);
  },
);

purpose(
  {
    id: "AS-NORM-03",
    clause: "§5.1 C",
    state: "COOKIE-ECHOED",
    kind: "inopportune",
    stimulus: "the user sends messages",
    expected: "nothing is sent before the COOKIE ACK; all leaves after it",
  },
  () => {
    const trial = inState("COOKIE-ECHOED");
    assert.deepEqual(trial.send(10, 10).sent, []);
    assert.deepEqual(trial.stimulate({ kind: "COOKIE ACK" }).sent, [["DATA", "DATA"]]);
    assert.deepEqual(trial.dataSent, [[1, 2]]);
  },
);

purpose(
  {
    id: "AS-NORM-04",
    clause: "§5.1 D",
    state: "CLOSED",
    kind: "valid",
    stimulus: "COOKIE ECHO with the cookie of the INIT ACK",
    expected: "sends COOKIE ACK under the peer's tag; ESTABLISHED; COMMUNICATION UP",
  },
  () => {
    const scene = new Scene();
    const initAck = only(scene.receive(0, [initOf()]), "INIT ACK");
    const sent = scene.receive(initAck.initiateTag, [{ kind: "COOKIE ECHO", cookie: cookieOf(initAck) }]);
    assert.deepEqual(kindsOf(sent), [["COOKIE ACK"]]);
    assert.equal(sent[0]?.tag, PEER_TAG);
    assert.equal(scene.association.state, "ESTABLISHED");
    assert.equal(scene.last("communication up").accepted, true);
  },
);

purpose(
  {
    id: "AS-NORM-05",
    clause: "§5.1.5 7",
    state: "CLOSED",
    kind: "valid",
    stimulus: "COOKIE ECHO + DATA",
    expected:
      "sends COOKIE ACK, which comes first, and SACK at once; the data is delivered behind COMMUNICATION UP",
  },
  () => {
    const scene = new Scene();
    const initAck = only(scene.receive(0, [initOf()]), "INIT ACK");
    const echo = { kind: "COOKIE ECHO", cookie: cookieOf(initAck) } as const;
    const sent = scene.receive(initAck.initiateTag, [echo, dataOf(PEER_TSN)]);
    assert.deepEqual(kindsOf(sent), [["COOKIE ACK", "SACK"]]);
    assert.equal(only(sent, "SACK").cumulativeTsnAck, PEER_TSN);
    assert.deepEqual(scene.eventTypes, ["communication up", "data"]);
  },
);

purpose(
  {
    id: "AS-NORM-06",
    clause: "§5.1",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "the first DATA of the association, then a second",
    expected: "the first is answered with SACK at once, the second with delay",
  },
  () => {
    const trial = inState("ESTABLISHED");
    assert.deepEqual(trial.stimulate(dataOf(PEER_TSN)).sent, [["SACK"]]);
    assert.deepEqual(trial.stimulate(dataOf(PEER_TSN + 1)).sent, []);
    assert.deepEqual(trial.wait(200).sent, [["SACK"]]);
  },
);

purpose(
  {
    id: "AS-NORM-07",
    clause: "§5.1 B",
    state: "CLOSED",
    kind: "valid",
    stimulus: "INIT that lists other addresses than its source",
    expected: "INIT ACK goes to the source of the INIT",
  },
  () => {
    const scene = new Scene();
    const parameters: Parameter[] = [{ kind: "IPv4 Address", address: ip("10.0.0.9") }];
    const sent = scene.receive(0, [initOf({ parameters })], { address: ip("10.0.0.8") });
    assert.deepEqual(
      sent.map((packet) => packet.destination),
      ["10.0.0.8"],
    );
    only(sent, "INIT ACK");
  },
);

purpose(
  {
    id: "AS-NORM-08",
    clause: "§5.3.1",
    state: "CLOSED",
    kind: "valid",
    stimulus: "a hundred INITs",
    expected: "each INIT ACK has another Initiate Tag other than 0, and nothing is kept of any",
  },
  () => {
    const scene = new Scene();
    const tags = new Set<number>();
    for (let round = 0; round < 100; round += 1)
      tags.add(only(scene.receive(0, [initOf()], { port: 5000 + round }), "INIT ACK").initiateTag);
    assert.equal(tags.size, 100);
    assert.equal(tags.has(0), false);
    assert.equal(scene.stack.associationCount, 0);
    assert.equal(scene.stack.pollTimeout(), Number.POSITIVE_INFINITY);
  },
);

purpose(
  {
    id: "AS-NORM-09",
    clause: "§5.3.1",
    state: "CLOSED",
    kind: "valid",
    stimulus: "ASSOCIATE to the same peer after an association with it has ended",
    expected: "INIT has another Initiate Tag",
  },
  () => {
    const scene = new Scene();
    const first = scene.connect();
    scene.receive(first.tag, [{ kind: "ABORT", tagReflected: false, causes: [] }]);
    assert.notEqual(scene.associate().init.initiateTag, first.tag);
  },
);

purpose(
  {
    id: "AS-ADDR-01",
    clause: "§5.1.2 A",
    state: "CLOSED",
    kind: "valid",
    stimulus: "INIT without address parameters, then its COOKIE ECHO",
    expected: "the source is the only destination of the association",
  },
  () => {
    const scene = new Scene();
    scene.accept();
    assert.deepEqual(addressesOf(scene), ["10.0.0.1"]);
    assert.equal(scene.association.peerPort, 5000);
  },
);

purpose(
  {
    id: "AS-ADDR-02",
    clause: "§5.1.2 C",
    state: "CLOSED",
    kind: "valid",
    stimulus: "INIT with two IPv4 addresses, neither its source, then its COOKIE ECHO",
    expected: "both and the source are destinations",
  },
  () => {
    const scene = new Scene();
    scene.accept({
      parameters: [
        { kind: "IPv4 Address", address: ip("10.0.1.1") },
        { kind: "IPv4 Address", address: ip("10.0.2.1") },
      ],
    });
    assert.deepEqual(addressesOf(scene), ["10.0.0.1", "10.0.1.1", "10.0.2.1"]);
  },
);

purpose(
  {
    id: "AS-ADDR-03",
    clause: "§5.1.2 C",
    state: "COOKIE-WAIT",
    kind: "valid",
    stimulus: "INIT ACK with an IPv4 address other than its source",
    expected: "both are destinations",
  },
  () => {
    const scene = new Scene();
    scene.connect({ parameters: [COOKIE, { kind: "IPv4 Address", address: ip("10.0.1.1") }] });
    assert.deepEqual(addressesOf(scene), ["10.0.0.1", "10.0.1.1"]);
  },
);

purpose(
  {
    id: "AS-ADDR-04",
    clause: "§5.1.2",
    state: "CLOSED",
    kind: "valid",
    stimulus: "an endpoint of IPv4 only gets INIT with IPv4 and IPv6 addresses, then its COOKIE ECHO",
    expected: "all IPv4 addresses are destinations; no error is reported",
  },
  () => {
    const scene = new Scene();
    const { sent, initAck } = scene.accept({
      parameters: [
        { kind: "IPv6 Address", address: ip("2001:db8::1") },
        { kind: "IPv4 Address", address: ip("10.0.1.1") },
      ],
    });
    assert.deepEqual(addressesOf(scene), ["10.0.0.1", "10.0.1.1"]);
    assert.equal(
      initAck.parameters.some((parameter) => parameter.kind === "Unrecognized Parameter"),
      false,
    );
    assert.equal(
      sent.flatMap((packet) => packet.chunks).some((chunk) => chunk.kind === "ERROR"),
      false,
    );
  },
);

purpose(
  {
    id: "AS-ADDR-05",
    clause: "§3.3.2.1.2",
    state: "CLOSED",
    kind: "valid",
    stimulus: "an endpoint of both families gets INIT with an IPv4 and an IPv6 address, then its COOKIE ECHO",
    expected: "both and the source are destinations",
  },
  () => {
    const scene = new Scene({ addresses: OWN, advertised: OWN });
    scene.accept({
      parameters: [
        { kind: "IPv6 Address", address: ip("2001:db8::1") },
        { kind: "IPv4 Address", address: ip("10.0.1.1") },
      ],
    });
    assert.deepEqual(addressesOf(scene), ["10.0.0.1", "10.0.1.1", "2001:db8::1"]);
  },
);

for (const [id, state] of [
  ["AS-ADDR-06", "ESTABLISHED"],
  ["AS-ADDR-07", "SHUTDOWN-SENT"],
] as const) {
  purpose(
    {
      id,
      clause: "§5.1.2 D",
      state,
      kind: "inopportune",
      stimulus: "INIT from a foreign address that lists the peer's",
      expected:
        "belongs to the association: it adds an address, so that ABORT names that; the association stays",
    },
    () => {
      const trial = inState(state);
      const parameters: Parameter[] = [{ kind: "IPv4 Address", address: ip("10.0.0.1") }];
      const outcome = trial.stimulateFrom(0, { address: ip("10.0.0.66") }, initOf({ parameters }));
      assert.deepEqual(outcome, { sent: [["ABORT"]], state, events: [] });
      assert.equal(trial.answers[0]?.tag, PEER_TAG);
      assert.equal(trial.answers[0]?.destination, "10.0.0.66");
      const [cause] = only(trial.answers, "ABORT").causes;
      assert.equal(cause?.kind, "Restart of an Association with New Addresses");
    },
  );
}

purpose(
  {
    id: "AS-STREAMS-01",
    clause: "§5.1.1",
    state: "CLOSED",
    kind: "valid",
    stimulus: "INIT whose MIS is below our OS, then its COOKIE ECHO",
    expected: "INIT ACK asks for no more than that MIS; so many streams may be sent on",
  },
  () => {
    const scene = new Scene({ config: { outboundStreams: 10 } });
    const { initAck, association } = scene.accept({ inboundStreams: 3 });
    assert.equal(initAck.outboundStreams, 3);
    assert.equal(association.outboundStreams, 3);
  },
);

purpose(
  {
    id: "AS-STREAMS-02",
    clause: "§5.1.1",
    state: "CLOSED",
    kind: "valid",
    stimulus: "INIT whose OS is above our MIS, then its COOKIE ECHO",
    expected: "INIT ACK tells our MIS; so many streams are taken",
  },
  () => {
    const scene = new Scene({ config: { maxInboundStreams: 4 } });
    const { initAck, association } = scene.accept({ outboundStreams: 100 });
    assert.equal(initAck.inboundStreams, 4);
    assert.equal(association.inboundStreams, 4);
  },
);

purpose(
  {
    id: "AS-STREAMS-03",
    clause: "§5.1.1",
    state: "COOKIE-WAIT",
    kind: "valid",
    stimulus: "INIT ACK whose MIS is below our OS, while a message waits for a stream beyond it",
    expected:
      "so many streams may be sent on; the message is given back to the user and the other one is sent",
  },
  () => {
    const scene = new Scene({ config: { outboundStreams: 10 } });
    const { association, init } = scene.associate();
    association.send(payload(10), onStream(2), scene.now);
    association.send(payload(10), onStream(3), scene.now);
    const sent = scene.receive(init.initiateTag, [initAckOf({ inboundStreams: 3 })]);
    assert.equal(association.outboundStreams, 3);
    assert.equal(only(sent, "DATA").streamId, 2);
    assert.equal(scene.last("send failed").message.streamId, 3);
  },
);

purpose(
  {
    id: "AS-STREAMS-04",
    clause: "§5.1.1",
    state: "CLOSED",
    kind: "valid",
    stimulus: "the user's ASSOCIATE with its own stream counts and receive buffer",
    expected: "INIT tells OS, MIS and a_rwnd as chosen",
  },
  () => {
    const scene = new Scene({
      config: { outboundStreams: 7, maxInboundStreams: 9, receiveBufferBytes: 5000 },
    });
    const { init } = scene.associate();
    assert.deepEqual([init.outboundStreams, init.inboundStreams, init.aRwnd], [7, 9, 5000]);
  },
);

/** The four actions of RFC 9260 §3.2.1 Table 3. */
const ACTIONS = [
  { number: 1, type: 0x0123, bits: "00", stops: true, reports: false },
  { number: 2, type: 0x4123, bits: "01", stops: true, reports: true },
  { number: 3, type: 0x8123, bits: "10", stops: false, reports: false },
  { number: 4, type: 0xc123, bits: "11", stops: false, reports: true },
] as const;

function tail(stops: boolean, reports: boolean): string {
  return `what follows is ${stops ? "not " : ""}processed, and the parameter is ${reports ? "" : "not "}reported`;
}

for (const { number, type, bits, stops, reports } of ACTIONS) {
  const parameters: Parameter[] = [unknownParameter(type), { kind: "IPv4 Address", address: ip("10.0.1.1") }];
  purpose(
    {
      id: `AS-PARAM-0${number}`,
      clause: "§3.2.1",
      state: "CLOSED",
      kind: "valid",
      stimulus: `INIT with an unknown parameter whose type begins with ${bits}, and an address behind it`,
      expected: `sends INIT ACK; ${tail(stops, reports)} with Unrecognized Parameter (§3.2.2)`,
    },
    () => {
      const scene = new Scene();
      const { initAck } = scene.accept({ parameters });
      const unrecognized = initAck.parameters.filter((one) => one.kind === "Unrecognized Parameter");
      assert.deepEqual(
        unrecognized.map((one) => one.parameter),
        reports ? [parameterBytes(unknownParameter(type))] : [],
      );
      assert.deepEqual(addressesOf(scene), stops ? ["10.0.0.1"] : ["10.0.0.1", "10.0.1.1"]);
    },
  );
  purpose(
    {
      id: `AS-PARAM-0${number + 4}`,
      clause: "§3.2.1",
      state: "COOKIE-WAIT",
      kind: "valid",
      stimulus: `INIT ACK with an unknown parameter whose type begins with ${bits}, and an address behind it`,
      expected: `sends COOKIE ECHO; ${tail(stops, reports)} with an ERROR bundled behind it (§3.2.2)`,
    },
    () => {
      const scene = new Scene();
      const { init } = scene.associate();
      const sent = scene.receive(init.initiateTag, [initAckOf({ parameters: [COOKIE, ...parameters] })]);
      assert.deepEqual(kindsOf(sent), [reports ? ["COOKIE ECHO", "ERROR"] : ["COOKIE ECHO"]]);
      if (reports) {
        assert.deepEqual(only(sent, "ERROR").causes, [
          { kind: "Unrecognized Parameters", parameters: parameterBytes(unknownParameter(type)) },
        ]);
      }
      assert.deepEqual(addressesOf(scene), stops ? ["10.0.0.1"] : ["10.0.0.1", "10.0.1.1"]);
    },
  );
}

for (const [id, clause, what, parameter] of [
  [
    "AS-PARAM-09",
    "§3.3.2.1.5",
    "Supported Address Types",
    { kind: "Supported Address Types", addressTypes: [5, 6] },
  ],
  ["AS-PARAM-10", "§3.3.2", "the reserved ECN Capable parameter", { kind: "ECN Capable" }],
  [
    "AS-PARAM-11",
    "§3.3.2.1.3",
    "Cookie Preservative",
    { kind: "Cookie Preservative", suggestedIncrementMs: 5000 },
  ],
] as const) {
  purpose(
    {
      id,
      clause,
      state: "CLOSED",
      kind: "valid",
      stimulus: `INIT with ${what}`,
      expected: "sends INIT ACK, which reports nothing",
    },
    () => {
      const trial = inState("CLOSED");
      assert.deepEqual(trial.stimulate(initOf({ parameters: [parameter] })).sent, [["INIT ACK"]]);
      const kinds = only(trial.answers, "INIT ACK").parameters.map((one) => one.kind);
      assert.equal(kinds[0], "State Cookie");
      assert.ok(!kinds.includes("Unrecognized Parameter"));
    },
  );
}

purpose(
  {
    id: "AS-PARAM-12",
    clause: "§5.1.2",
    state: "CLOSED",
    kind: "valid",
    stimulus: "INIT by IPv4 that supports IPv6 only, says Supported Address Types",
    expected: "sends INIT ACK to its source without an error: the family of the packet counts as supported",
  },
  () => {
    const trial = inState("CLOSED");
    const parameters: Parameter[] = [{ kind: "Supported Address Types", addressTypes: [6] }];
    assert.deepEqual(trial.stimulate(initOf({ parameters })).sent, [["INIT ACK"]]);
    assert.equal(trial.answers[0]?.destination, "10.0.0.1");
  },
);

for (const [id, kind, state] of [
  ["AS-FLAGS-01", "INIT", "CLOSED"],
  ["AS-FLAGS-02", "INIT ACK", "COOKIE-WAIT"],
] as const) {
  purpose(
    {
      id,
      clause: kind === "INIT" ? "§3.3.2" : "§3.3.3",
      state,
      kind: "valid",
      stimulus: `${kind} with all Chunk Flags set`,
      expected: `the flags are ignored: sends ${kind === "INIT" ? "INIT ACK" : "COOKIE ECHO"}`,
    },
    () => {
      const trial = inState(state);
      const bytes = chunkBytes(kind === "INIT" ? initOf() : initAckOf());
      bytes[1] = 0xff;
      const outcome = trial.stimulateFrom(kind === "INIT" ? 0 : trial.tag, {}, bytes);
      assert.deepEqual(outcome.sent, [[kind === "INIT" ? "INIT ACK" : "COOKIE ECHO"]]);
    },
  );
}

purpose(
  {
    id: "AS-INITACK-10",
    clause: "§3.3.3",
    state: "COOKIE-WAIT",
    kind: "valid",
    stimulus: "INIT ACK of more than 1500 bytes: a cookie of 1000 bytes and 100 addresses",
    expected: "sends COOKIE ECHO with the whole cookie",
  },
  () => {
    const trial = inState("COOKIE-WAIT");
    const cookie = payload(1000);
    const addresses = Array.from({ length: 100 }, (_, index) => ip(`10.3.0.${index + 1}`));
    const parameters: Parameter[] = [
      { kind: "State Cookie", cookie },
      ...addresses.map((address) => ({ kind: "IPv4 Address" as const, address })),
    ];
    assert.deepEqual(trial.stimulate(initAckOf({ parameters })).sent, [["COOKIE ECHO"]]);
    assert.deepEqual(only(trial.answers, "COOKIE ECHO").cookie, cookie);
  },
);

purpose(
  {
    id: "AS-INIT-10",
    clause: "§3.3.2",
    state: "CLOSED",
    kind: "valid",
    stimulus: "INIT with the Initial TSN 2^32 - 1, its COOKIE ECHO, and DATA with that TSN and the next",
    expected: "both are taken: the TSN wraps to 0",
  },
  () => {
    const scene = new Scene();
    const { tag } = scene.accept({ initialTsn: tsn(0xffff_ffff) });
    scene.receive(tag, [dataOf(0, { tsn: tsn(0xffff_ffff), ssn: 0 as never })]);
    const sent = scene.receive(tag, [dataOf(0, { ssn: 1 as never, flags: 0x0b })]);
    assert.equal(only(sent, "SACK").cumulativeTsnAck, 0);
    assert.deepEqual(scene.eventTypes, ["communication up", "data", "data"]);
  },
);
