import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { AssociationConfigChange } from "../../../src/stack/config.js";
import type { PacketRecord } from "../../../src/wire/packet-record.js";
import { countersOf, ScriptedPeer } from "../scripted-peer.js";
import { onStream, Pair, payload, recordOf, seededEntropy, type PacketInFlight } from "../pair.js";

/** What decides how much may be sent. */
interface Window {
  readonly cwnd: number;
  readonly ssthresh: number;
  readonly flightBytes: number;
  readonly peerRwnd: number;
}

function windowOf(pair: Pair): Window {
  const { primaryPath, peerRwnd } = pair.a.association;
  const { cwnd, ssthresh } = pair.a.association.primaryPath.congestion;
  return { cwnd, ssthresh, flightBytes: primaryPath.flightBytes, peerRwnd };
}

interface Scenario {
  readonly seed: number;
  readonly lossPercent: number;
  readonly messageBytes: number;
  readonly config: AssociationConfigChange;
}

/**
 * Runs a transfer whose packets to A arrive in batches, and answers A's window after each batch. `together`
 * hands a batch over in one call; otherwise each of its packets is followed by a drain.
 */
function windowsAfterBatches(scenario: Scenario, together: boolean): Window[] {
  const pair = new Pair({ seed: scenario.seed, a: scenario.config, z: scenario.config });
  pair.tracing = false;
  pair.establish();
  const random = seededEntropy(scenario.seed);
  const toA: PacketInFlight[] = [];
  // What A sends is lost as the number of the packet says, so that both ways of handling lose the same.
  const lost = Array.from({ length: 10_000 }, () => random.randomUint32() % 100 < scenario.lossPercent);
  let sentByA = 0;
  pair.tamper = (packet) => {
    if (packet.from === pair.z) {
      toA.push(packet);
      return [];
    }
    sentByA += 1;
    return lost[sentByA] === true ? [] : [packet];
  };
  for (let index = 0; index < 60; index += 1)
    pair.a.association.send(payload(scenario.messageBytes, index), onStream(0), pair.now);
  const windows: Window[] = [];
  for (let round = 0; round < 40; round += 1) {
    pair.advance(50);
    const batch = toA.splice(0);
    const records: PacketRecord[] = batch.map(recordOf);
    if (together) {
      pair.a.stack.handlePackets(records, pair.now);
    } else {
      for (const record of records) {
        pair.a.stack.handlePackets([record], pair.now);
        pair.settle();
      }
    }
    pair.settle();
    windows.push(windowOf(pair));
  }
  return windows;
}

test("RFC 9260 §6.1 D, §7.2: after a batch the window is that of the same packets handled one by one", () => {
  fc.assert(
    fc.property(
      fc.record({
        seed: fc.integer({ min: 1, max: 1_000_000 }),
        lossPercent: fc.constantFrom(0, 0, 2, 10),
        messageBytes: fc.integer({ min: 1, max: 20_000 }),
        config: fc.record({
          maxBurst: fc.constantFrom(0, 1, 4),
          noDelay: fc.boolean(),
          receiveBufferBytes: fc.constantFrom(4000, 65_536, 1_048_576),
          rtoMinMs: fc.constant(200),
          rtoInitialMs: fc.constant(300),
        }),
      }),
      (scenario) => {
        assert.deepEqual(windowsAfterBatches(scenario, true), windowsAfterBatches(scenario, false));
      },
    ),
    { numRuns: 60, seed: 9260 },
  );
});

/** Has SACKs answer packet after packet, in one batch or one by one, and answers what leaves, and the windows then. */
function behindSacks(aRwnds: readonly number[], together: boolean): unknown {
  const peer = new ScriptedPeer({ a: { noDelay: true } });
  peer.openWindow(1_000_000);
  peer.send(...new Array<number>(200).fill(1400));
  // What a command of the user's allows is on its way, and so is what the first SACK allows.
  peer.sack(1);
  assert.equal(peer.take().length, 2 * 4);
  const sacks = aRwnds.map((aRwnd, index) => [peer.sackChunk(Math.min(2 + index, 8), { aRwnd })]);
  if (together) peer.handleBatch(...sacks);
  else for (const sack of sacks) peer.handleBatch(sack);
  return { left: peer.take(), window: windowOf(peer.pair), counters: countersOf(peer.association) };
}

test("RFC 9260 §6.1 D: each SACK of a batch allows Max.Burst packets, also where they are handled as one", () => {
  const roomy = new Array<number>(6).fill(1_000_000);
  const { left } = behindSacks(roomy, true) as { left: number[][] };
  assert.equal(left.length, 6 * 4);
  assert.deepEqual(behindSacks(roomy, true), behindSacks(roomy, false));
});

test("RFC 9260 §6.2.1: whatever windows the SACKs of a batch tell, it is as if they had come one by one", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 60_000 }), { minLength: 1, maxLength: 40 }), (aRwnds) => {
      assert.deepEqual(behindSacks(aRwnds, true), behindSacks(aRwnds, false));
    }),
  );
});
