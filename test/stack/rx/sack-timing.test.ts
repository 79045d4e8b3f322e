import assert from "node:assert/strict";
import { test } from "node:test";
import { type DataPacketTraits, SackTiming } from "../../../src/stack/rx/sack-timing.js";

const PLAIN: DataPacketTraits = { gapOrDuplicate: false, immediate: false };
const GAP: DataPacketTraits = { gapOrDuplicate: true, immediate: false };
const I_BIT: DataPacketTraits = { gapOrDuplicate: false, immediate: true };

/** A timing whose first packet has been answered. */
function afterFirstPacket(packetsPerSack?: number): SackTiming {
  const timing = new SackTiming(packetsPerSack);
  timing.handlePacketWithData(PLAIN);
  timing.sackSent();
  return timing;
}

test("RFC 9260 §6.2: the first packet with DATA is acknowledged at once", () => {
  const timing = new SackTiming();
  assert.equal(timing.state, "initial");
  assert.equal(timing.isSackPending, false);
  assert.equal(timing.handlePacketWithData(PLAIN), "ack now");
  assert.equal(timing.isSackPending, true);
});

test("RFC 9260 §6.2: every second packet is acknowledged at once, the one before it is delayed", () => {
  const timing = afterFirstPacket();
  for (let round = 0; round < 3; round += 1) {
    assert.equal(timing.handlePacketWithData(PLAIN), "delay");
    assert.equal(timing.state, "delayed");
    assert.equal(timing.handlePacketWithData(PLAIN), "ack now");
    timing.sackSent();
    assert.equal(timing.state, "idle");
  }
});

test("RFC 9260 §6.2: a delayed SACK is due when its time has come", () => {
  const timing = afterFirstPacket();
  timing.handlePacketWithData(PLAIN);
  assert.equal(timing.handleDelayExpired(), "ack now");
  timing.sackSent();
  assert.equal(timing.handlePacketWithData(PLAIN), "delay");
});

test("RFC 9260 §6.2: a SACK that went with other chunks leaves nothing to acknowledge", () => {
  const timing = afterFirstPacket();
  timing.handlePacketWithData(PLAIN);
  timing.sackSent();
  assert.equal(timing.isSackPending, false);
  assert.equal(timing.handleDelayExpired(), "nothing");
  assert.equal(timing.handlePacketWithData(PLAIN), "delay");
});

test("RFC 9260 §6.7: each packet that leaves a gap is acknowledged at once", () => {
  const timing = afterFirstPacket();
  for (let round = 0; round < 3; round += 1) {
    assert.equal(timing.handlePacketWithData(GAP), "ack now");
    timing.sackSent();
  }
});

test("RFC 7053 §4: a packet with the I bit is acknowledged at once", () => {
  const timing = afterFirstPacket();
  assert.equal(timing.handlePacketWithData(I_BIT), "ack now");
});

test("a SACK that is due stays due until it has left", () => {
  const timing = afterFirstPacket();
  timing.handlePacketWithData(GAP);
  assert.equal(timing.handlePacketWithData(PLAIN), "ack now");
  assert.equal(timing.handleDelayExpired(), "nothing");
  assert.equal(timing.state, "immediate");
});

test("RFC 6458 §8.1.19: the number of packets per SACK can be changed", () => {
  const timing = afterFirstPacket(3);
  assert.equal(timing.handlePacketWithData(PLAIN), "delay");
  assert.equal(timing.handlePacketWithData(PLAIN), "nothing");
  assert.equal(timing.handlePacketWithData(PLAIN), "ack now");
  timing.sackSent();
  timing.setPacketsPerSack(1);
  assert.equal(timing.handlePacketWithData(PLAIN), "ack now");
  assert.throws(() => timing.setPacketsPerSack(0), { name: "AssertionError" });
  assert.throws(() => new SackTiming(0), { name: "AssertionError" });
});

test("a SACK before any DATA does not count as the answer to the first packet", () => {
  const timing = new SackTiming();
  timing.sackSent();
  assert.equal(timing.handlePacketWithData(PLAIN), "ack now");
});
