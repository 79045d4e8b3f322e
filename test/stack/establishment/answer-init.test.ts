import assert from "node:assert/strict";
import { test } from "node:test";
import { chunkBytes } from "../../../src/wire/chunk.js";
import { errorCauseBytes } from "../../../src/wire/error-cause.js";
import { parameterBytes, type Parameter } from "../../../src/wire/parameter.js";
import { ip } from "../pair.js";
import { cookieOf, initOf, kindsOf, only, PEER_TAG, Scene, unknownParameter } from "../scene.js";

test("RFC 9260 §5.1 B: an INIT is answered with INIT ACK under its tag, and nothing is kept", () => {
  const scene = new Scene();
  for (let round = 0; round < 100; round += 1) {
    const sent = scene.receive(0, [initOf()], { port: 5000 + round });
    assert.deepEqual(kindsOf(sent), [["INIT ACK"]]);
    assert.equal(sent[0]?.tag, PEER_TAG);
    assert.equal(sent[0]?.destination, "10.0.0.1");
    assert.notEqual(only(sent, "INIT ACK").initiateTag, 0);
  }
  assert.equal(scene.stack.associationCount, 0);
  assert.equal(scene.endpoint.associations.size, 0);
  assert.equal(scene.stack.pollTimeout(), Number.POSITIVE_INFINITY);
  assert.deepEqual(scene.eventTypes, []);
});

test("RFC 9260 §5.3.1: each INIT ACK announces another tag and another Initial TSN", () => {
  const scene = new Scene();
  const answers = Array.from({ length: 50 }, () => only(scene.receive(0, [initOf()]), "INIT ACK"));
  assert.equal(new Set(answers.map((answer) => answer.initiateTag)).size, 50);
  assert.equal(new Set(answers.map((answer) => answer.initialTsn)).size, 50);
});

test("RFC 6951 §5.4: the INIT ACK goes to the UDP port that the INIT came from", () => {
  const scene = new Scene();
  const [answer] = scene.receive(0, [initOf()], { udpPort: 12_345 });
  assert.equal(answer?.udpPort, 12_345);
});

test("RFC 9260 §3.3.2: an INIT with an Initiate Tag of 0 is discarded", () => {
  const scene = new Scene();
  assert.deepEqual(scene.receive(0, [initOf({ initiateTag: 0 })]), []);
});

for (const [what, change] of [
  ["an a_rwnd below 1500", { aRwnd: 1499 }],
  ["no outbound stream", { outboundStreams: 0 }],
  ["no inbound stream", { inboundStreams: 0 }],
] as const) {
  test(`RFC 9260 §3.3.2: an INIT with ${what} is refused with ABORT under its tag`, () => {
    const scene = new Scene();
    const sent = scene.receive(0, [initOf(change)]);
    const abort = only(sent, "ABORT");
    assert.equal(sent[0]?.tag, PEER_TAG);
    assert.equal(abort.tagReflected, false);
    assert.deepEqual(abort.causes, [{ kind: "Invalid Mandatory Parameter" }]);
    assert.equal(scene.stack.associationCount, 0);
  });
}

test("RFC 9260 §3.3.2: such an INIT does not touch the association that stands", () => {
  const scene = new Scene();
  const { association } = scene.accept();
  only(scene.receive(0, [initOf({ initiateTag: 5, outboundStreams: 0 })]), "ABORT");
  assert.equal(association.state, "ESTABLISHED");
});

test("RFC 9260 §5.1.2 B: an INIT with a host name is refused with Unresolvable Address", () => {
  const scene = new Scene();
  const hostName: Parameter = { kind: "Host Name Address", hostName: Uint8Array.of(97, 98, 0, 0) };
  const abort = only(scene.receive(0, [initOf({ parameters: [hostName] })]), "ABORT");
  assert.deepEqual(abort.causes, [{ kind: "Unresolvable Address", address: parameterBytes(hostName) }]);
});

test("RFC 9260 §5.1.2 B: the answer to a host name of 60,000 bytes is small", () => {
  const scene = new Scene();
  const parameters: Parameter[] = [{ kind: "Host Name Address", hostName: new Uint8Array(60_000) }];
  const sent = scene.receive(0, [initOf({ parameters })]);
  only(sent, "ABORT");
  assert.ok((sent[0]?.bytes.length ?? 0) < 1480, "fits into one packet");
});

test("RFC 9260 §5.1: an INIT whose parameters cannot be read is refused with ABORT, Protocol Violation", () => {
  const scene = new Scene();
  const bytes = chunkBytes(initOf({ parameters: [unknownParameter(0x8001)] }));
  // The parameter says that it is shorter than its own header.
  new DataView(bytes.buffer).setUint16(20 + 2, 3);
  const sent = scene.receive(0, [bytes]);
  assert.equal(sent[0]?.tag, PEER_TAG);
  assert.equal(only(sent, "ABORT").causes[0]?.kind, "Protocol Violation");
});

test("RFC 9260 §3.3.2: an INIT that is too short for its fields is discarded", () => {
  const scene = new Scene();
  assert.deepEqual(scene.receive(0, [Uint8Array.of(1, 0, 0, 8, 1, 1, 1, 1)]), []);
});

test("RFC 6458 §4.1.3: who does not listen answers an INIT with ABORT", () => {
  const scene = new Scene({ listening: false });
  const sent = scene.receive(0, [initOf()]);
  assert.deepEqual(only(sent, "ABORT").causes, []);
  assert.equal(sent[0]?.tag, PEER_TAG);
});

test("RFC 9260 §3.2.2: unknown parameters of an INIT are reported in the INIT ACK as their high bits want", () => {
  const scene = new Scene();
  const parameters = [
    unknownParameter(0x8123),
    unknownParameter(0xc123),
    unknownParameter(0xc124, 7),
    unknownParameter(0x4123),
    unknownParameter(0xc125),
  ];
  const initAck = only(scene.receive(0, [initOf({ parameters })]), "INIT ACK");
  const reported = initAck.parameters.filter((parameter) => parameter.kind === "Unrecognized Parameter");
  // The third one stops the processing: what stands behind it is not looked at (§3.2.1).
  assert.deepEqual(
    reported.map((parameter) => parameter.parameter),
    [parameters[1], parameters[2], parameters[3]].map((parameter) => parameterBytes(parameter as Parameter)),
  );
});

test("RFC 9260 §3.2.1: a parameter with the high bits 00 stops the processing and is not reported", () => {
  const scene = new Scene();
  const parameters: Parameter[] = [
    unknownParameter(0x0123),
    { kind: "Host Name Address", hostName: Uint8Array.of(97) },
  ];
  const initAck = only(scene.receive(0, [initOf({ parameters })]), "INIT ACK");
  assert.ok(!initAck.parameters.some((parameter) => parameter.kind === "Unrecognized Parameter"));
});

test("RFC 9260 §3.2.2: a large parameter that is to be skipped silently costs the next one no report", () => {
  const scene = new Scene();
  const parameters = [unknownParameter(0x8123, 1000), unknownParameter(0xc124)];
  const initAck = only(scene.receive(0, [initOf({ parameters })]), "INIT ACK");
  assert.ok(initAck.parameters.some((parameter) => parameter.kind === "Unrecognized Parameter"));
});

test("RFC 9260 §3.3.3: the INIT ACK asks for no more streams than the INIT allows", () => {
  const scene = new Scene({ config: { outboundStreams: 100, maxInboundStreams: 7 } });
  const initAck = only(scene.receive(0, [initOf({ inboundStreams: 5 })]), "INIT ACK");
  assert.equal(initAck.outboundStreams, 5);
  assert.equal(initAck.inboundStreams, 7);
});

test("RFC 9260 §5.1.1: both directions have the smaller number of streams", () => {
  const scene = new Scene({ config: { outboundStreams: 100, maxInboundStreams: 7 } });
  const { association } = scene.accept({ outboundStreams: 20, inboundStreams: 5 });
  assert.equal(association.outboundStreams, 5);
  assert.equal(association.inboundStreams, 7);
});

test("RFC 9260 §5.1.2 C: the source and the addresses listed become the destinations", () => {
  const scene = new Scene();
  const parameters = ["10.0.0.9", "10.0.0.1", "10.0.0.9"].map(ipv4);
  const { association } = scene.accept({ parameters });
  assert.deepEqual(
    association.paths.map((path) => [path.address.text, path.state]),
    [
      ["10.0.0.1", "active"],
      ["10.0.0.9", "unconfirmed"],
    ],
  );
});

test("RFC 9260 §5.1.2: addresses of a family that the endpoint does not have are ignored", () => {
  const scene = new Scene();
  const parameters: Parameter[] = [{ kind: "IPv6 Address", address: ip("2001:db8::1") }];
  const { association } = scene.accept({ parameters });
  assert.equal(association.paths.length, 1);
});

test("RFC 5062 §5: no group, wildcard, loopback or link-local address of elsewhere becomes a destination", () => {
  const scene = new Scene({ addresses: ["0.0.0.0", "::"] });
  const parameters = ["224.0.0.1", "255.255.255.255", "0.0.0.0", "127.0.0.1", "169.254.1.1"].map(ipv4);
  for (const text of ["::", "ff02::1", "::1", "fe80::1", "::ffff:10.0.0.7", "::ffff:127.0.0.1"])
    parameters.push({ kind: "IPv6 Address", address: ip(text) });
  const { association } = scene.accept({ parameters });
  assert.deepEqual(
    association.paths.map((path) => path.address.text),
    ["10.0.0.1"],
  );
});

test("RFC 9260 §5.1.2: a peer on this host may list its loopback addresses", () => {
  const scene = new Scene({ addresses: ["127.0.0.1"] });
  const from = { address: ip("127.0.0.1"), to: ip("127.0.0.1") };
  const { association } = scene.accept({ parameters: [ipv4("127.0.0.2")] }, from);
  assert.equal(association.paths.length, 2);
});

test("RFC 4007: a link-local peer is reached in the zone that its INIT came from", () => {
  const scene = new Scene({ addresses: ["::"] });
  const from = { address: ip("fe80::1%eth0"), to: ip("fe80::2%eth0") };
  const { association, tag } = scene.accept(
    { parameters: [{ kind: "IPv6 Address", address: ip("fe80::9") }] },
    from,
  );
  assert.deepEqual(
    association.paths.map((path) => path.address.text),
    ["fe80::1%eth0", "fe80::9%eth0"],
  );
  const [answer] = scene.receive(tag, [{ kind: "HEARTBEAT", info: new Uint8Array(4) }], from);
  assert.equal(answer?.destination, "fe80::1%eth0");
});

test("RFC 9260 §6.10: an INIT that shares its packet is discarded, whatever it shares it with", () => {
  const scene = new Scene();
  assert.deepEqual(scene.receive(0, [initOf(), { kind: "COOKIE ACK" }]), []);
  assert.deepEqual(scene.receive(0, [initOf(), initOf()]), []);
});

test("RFC 9260 §8.5.1 A: a packet with tag 0 that is no INIT is discarded silently", () => {
  const scene = new Scene();
  assert.deepEqual(scene.receive(0, [{ kind: "HEARTBEAT", info: new Uint8Array(4) }]), []);
  assert.deepEqual(scene.receive(0, [{ kind: "COOKIE ACK" }, initOf()]), []);
  assert.deepEqual(scene.receive(0, [{ kind: "SHUTDOWN ACK" }]), []);
});

test("RFC 9260 §12.3: an INIT under a tag other than 0 is discarded silently", () => {
  assert.deepEqual(new Scene().receive(77, [initOf()]), []);
});

for (const source of ["224.0.0.5", "255.255.255.255", "0.0.0.0"]) {
  test(`RFC 9260 §8.4 1: an INIT from ${source} is discarded`, () => {
    const scene = new Scene();
    assert.deepEqual(scene.receive(0, [initOf()], { address: ip(source) }), []);
  });
}

test("RFC 9260 §8.4 1: an INIT to a group is discarded", () => {
  const scene = new Scene({ addresses: ["0.0.0.0"] });
  assert.deepEqual(scene.receive(0, [initOf()], { to: ip("224.0.0.5") }), []);
});

test("RFC 9260 §3.3.2.1.3: a Cookie Preservative prolongs the life of the cookie, within bounds", () => {
  const lives = [0, 5000, 0xffff_ffff].map((suggestedIncrementMs) => {
    const scene = new Scene();
    const parameters: Parameter[] = [{ kind: "Cookie Preservative", suggestedIncrementMs }];
    const initAck = only(scene.receive(0, [initOf({ parameters })]), "INIT ACK");
    const echo = { kind: "COOKIE ECHO", cookie: cookieOf(initAck) } as const;
    for (let livedMs = 0; ; livedMs += 1000) {
      const copy = new Scene();
      const again = only(copy.receive(0, [initOf({ parameters })]), "INIT ACK");
      copy.now += livedMs;
      const sent = copy.receive(again.initiateTag, [echo]);
      if (sent.some((packet) => packet.chunks[0]?.kind === "ERROR")) return livedMs - 1000;
    }
  });
  assert.deepEqual(lives, [60_000, 65_000, 120_000]);
});

test("RFC 9260 §5.1.3: the longest life that can be configured does not overflow with a preservative", () => {
  const scene = new Scene({ config: { validCookieLifeMs: 0xffff_ffff } });
  const parameters: Parameter[] = [{ kind: "Cookie Preservative", suggestedIncrementMs: 60_000 }];
  const initAck = only(scene.receive(0, [initOf({ parameters })]), "INIT ACK");
  scene.now += 600_000;
  only(
    scene.receive(initAck.initiateTag, [{ kind: "COOKIE ECHO", cookie: cookieOf(initAck) }]),
    "COOKIE ACK",
  );
});

test("RFC 5061 §4.2.6: the Adaptation Layer Indication is sent, and the peer's is told", () => {
  const scene = new Scene({ config: { adaptationIndication: 7 } });
  const { initAck } = scene.accept({
    parameters: [{ kind: "Adaptation Layer Indication", adaptationCodePoint: 9 }],
  });
  assert.ok(
    initAck.parameters.some((parameter) => parameter.kind === "Adaptation Layer Indication"),
    JSON.stringify(initAck.parameters),
  );
  assert.equal(scene.last("adaptation indication").indication, 9);
});

test("RFC 9260 §3.3.10.5: the cause is a whole TLV even when its host name was cut", () => {
  const scene = new Scene();
  const parameters: Parameter[] = [{ kind: "Host Name Address", hostName: new Uint8Array(2000) }];
  const [cause] = only(scene.receive(0, [initOf({ parameters })]), "ABORT").causes;
  assert.ok(cause?.kind === "Unresolvable Address");
  const view = new DataView(cause.address.buffer, cause.address.byteOffset);
  assert.equal(view.getUint16(2), cause.address.length);
  assert.ok(errorCauseBytes(cause).length < 600);
});

function ipv4(text: string): Parameter {
  return { kind: "IPv4 Address", address: ip(text) };
}
