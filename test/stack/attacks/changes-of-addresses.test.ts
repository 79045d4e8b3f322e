/** RFC 5061 §6, RFC 5062: changes of addresses by a hostile peer, or by who has overheard an honest one. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  ASCONF_ACKS_CACHED_MAX,
  CONTROL_ANSWERS_PER_SECOND,
  PATHS_PER_ASSOCIATION_MAX,
} from "../../../src/stack/limits.js";
import { ip, onStream, payload } from "../pair.js";
import { ReconfiguringPeer, responsesIn, type Asked } from "../reconfiguring-peer.js";
import { kindsOf, PEER_TSN, type Sent } from "../scene.js";

const VICTIM = "10.0.9.1";

function toVictims(sent: readonly Sent[]): readonly Sent[] {
  return sent.filter(({ destination }) => destination.startsWith("10.0.9."));
}

test("RFC 5061 §6, RFC 5062 §6: a victim that is added and made primary gets small probes, and no data ever", () => {
  const peer = new ReconfiguringPeer({ config: { noDelay: true } });
  for (let count = 0; count < 50; count += 1)
    peer.association.send(payload(1000), onStream(0), peer.scene.now);
  const before = peer.scene.drain().length;
  assert.ok(before > 0);
  const sent = [
    ...peer.receive([
      peer.asconf([
        ["Add IP Address", VICTIM],
        ["Set Primary IP Address", VICTIM],
      ]),
    ]),
    ...peer.scene.advance(30_000),
  ];
  const bombs = toVictims(sent);
  assert.ok(bombs.length > 0 && bombs.length <= 8, `${bombs.length} packets in 30 seconds`);
  for (const { chunks, bytes } of bombs) {
    assert.deepEqual(
      chunks.map(({ kind }) => kind),
      ["HEARTBEAT"],
    );
    assert.ok(bytes.length <= 40);
  }
});

test("RFC 5062 §6: to add the only address of a victim instead of one's own stops all data", () => {
  const peer = new ReconfiguringPeer();
  for (let count = 0; count < 50; count += 1)
    peer.association.send(payload(1000), onStream(0), peer.scene.now);
  peer.scene.drain();
  const both: Asked[] = [
    ["Add IP Address", VICTIM],
    ["Delete IP Address", "10.0.0.1"],
  ];
  const answer = peer.receive([peer.asconf(both)], { address: ip(VICTIM) });
  const bombs = toVictims([...answer, ...peer.scene.advance(30_000)]).slice(1);
  assert.ok(bombs.length <= 8, `${bombs.length} packets in 30 seconds`);
  assert.ok(bombs.every(({ chunks }) => chunks.every(({ kind }) => kind === "HEARTBEAT")));
});

test("RFC 5062 §6.3: victims that come and go get no more packets than their enemy sends", () => {
  const peer = new ReconfiguringPeer();
  let probes = 0;
  for (let round = 1; round <= 100; round += 1) {
    const changes = Array.from({ length: 20 }, (_, index): Asked[] => [
      ["Add IP Address", `10.0.9.${index + 1}`],
      ["Delete IP Address", `10.0.9.${index + 1}`],
    ]);
    const last: Asked = ["Add IP Address", `10.0.9.${round}`];
    const sent = peer.receive([peer.asconf([...changes.flat(), last])]);
    probes += toVictims([...sent, ...peer.scene.advance(5)]).length;
    assert.ok(probes <= round, `${probes} probes for ${round} packets`);
    peer.receive([peer.asconf([["Delete IP Address", `10.0.9.${round}`]])]);
  }
});

test("RFC 5061 §5.3 F9: of a flood of addresses an association holds as many as of a long INIT", () => {
  const peer = new ReconfiguringPeer();
  for (let round = 0; round < 20; round += 1) {
    const asked = Array.from(
      { length: 100 },
      (_, index): Asked => ["Add IP Address", `10.9.${round}.${index}`],
    );
    peer.receive([peer.asconf(asked)]);
  }
  assert.equal(peer.association.paths.length, PATHS_PER_ASSOCIATION_MAX);
  peer.association.abort([]);
  peer.scene.drain();
  for (let index = 0; index < 100; index += 1)
    assert.equal(peer.scene.endpoint.findAssociation(ip(`10.9.0.${index}`), 5000), undefined);
});

test("RFC 5061 §5.2 E4: of many ASCONFs in one packet the last answers are kept", () => {
  const peer = new ReconfiguringPeer();
  const chunks = Array.from({ length: 40 }, () => peer.asconf([]));
  peer.receive(chunks);
  const kept = chunks.filter((chunk) => peer.receive([chunk]).length > 0);
  assert.deepEqual(kept, chunks.slice(-ASCONF_ACKS_CACHED_MAX));
});

test("RFC 5061 §5.2 E2, E5: who repeats an overheard ASCONF changes nothing, from wherever it comes", () => {
  const peer = new ReconfiguringPeer({ peer: ["10.0.0.1", "10.0.1.1"] });
  const overheard = peer.asconf([["Delete IP Address", "10.0.1.1"]]);
  peer.receive([overheard]);
  peer.receive([peer.asconf([["Add IP Address", "10.0.1.1"]])]);
  const { paths } = peer;
  for (const address of ["10.0.0.1", "10.0.1.1", VICTIM]) {
    assert.deepEqual(peer.receive([overheard], { address: ip(address) }), []);
    assert.deepEqual(peer.paths, paths);
  }
  assert.equal(peer.scene.endpoint.findAssociation(ip(VICTIM), 5000), undefined);
});

test("RFC 5062 §10.3: a repeated ASCONF is answered as often as all else that repeats itself", () => {
  const peer = new ReconfiguringPeer();
  const last = peer.asconf([["Delete IP Address", "10.0.0.1"]]);
  let answers = 0;
  for (let times = 0; times < 1000; times += 1) answers += peer.receive([last]).length;
  assert.ok(answers > 0 && answers <= CONTROL_ANSWERS_PER_SECOND, `${answers} answers`);
});

test("RFC 5061 §6: what one association has heard does not move the other, nor a later one of the same peer", () => {
  const peer = new ReconfiguringPeer();
  const asconf = peer.asconf(
    [
      ["Add IP Address", VICTIM],
      ["Delete IP Address", "10.0.0.1"],
    ],
    "0.0.0.0",
  );
  const overheard = peer.authenticating.signed([asconf], { hmacIdentifier: 3 });
  const { initAck, tag } = peer.scene.accept(
    {
      initiateTag: 99,
      parameters: [
        { kind: "Supported Extensions", chunkTypes: Uint8Array.of(0x0f, 0xc1, 0x80) },
        ...peer.authenticating.parameters,
      ],
    },
    { udpPort: 0 },
  );
  assert.equal(peer.scene.last("restart").association, peer.association);
  for (const address of ["10.0.0.1", VICTIM])
    assert.deepEqual(peer.scene.receive(tag, overheard, { udpPort: 0, address: ip(address) }), []);
  assert.deepEqual(peer.paths, ["*10.0.0.1 active"]);
  peer.authenticating.learn(initAck.parameters);
  const again = peer.authenticating.signed([asconf], { hmacIdentifier: 3 });
  assert.deepEqual(responsesIn(peer.scene.receive(tag, again, { udpPort: 0, address: ip(VICTIM) })), []);
});

test("RFC 5061 §5.2 D4, D5: neither the tag alone nor a wrong code gets an ASCONF from elsewhere into an association", () => {
  const peer = new ReconfiguringPeer();
  const chunk = peer.asconf([["Add IP Address", VICTIM]]);
  const from = { address: ip(VICTIM), udpPort: 0 };
  const forged = peer.authenticating.signed([chunk], { hmacIdentifier: 3, secret: Uint8Array.of(9) });
  assert.deepEqual(peer.scene.receive(peer.tag, forged, from), []);
  const signed = peer.authenticating.signed([chunk], { hmacIdentifier: 3 });
  assert.deepEqual(kindsOf(peer.scene.receive(peer.tag + 1, signed, from)), [["ABORT"]]);
  assert.deepEqual(peer.scene.receive(peer.tag, [chunk], from), []);
  assert.deepEqual(peer.scene.receive(peer.tag, signed, { ...from, address: ip("224.0.0.9") }), []);
  assert.deepEqual(peer.paths, ["*10.0.0.1 active"]);
  assert.equal(peer.association.tcb.addressReconfiguration?.peerSequenceNumber, PEER_TSN - 1);
});
