/**
 * One run of the swarm: hosts with several addresses, applications that do all sorts of things, a network and hosts
 * that go wrong, and one seed that decides everything. It runs synchronously, on providers' sockets, so that no promise
 * takes part.
 *
 * @module
 */

import assert from "node:assert/strict";
import type { ObservedPacket } from "../../../src/userland/memory-network.js";
import { act, calmDown } from "./actions.js";
import { Invariants } from "./invariants.js";
import { swarmPlan } from "./swarm-plan.js";
import { SwarmWorld, type SwarmWatcher } from "./swarm-world.js";

/** In the calm everything ends within this time, or never. */
const CALM_MS_MAX = 4 * 3_600_000;
/** More steps than any run takes. */
const STEPS_MAX = 1_000_000;
/** Every so many steps everything is checked that costs a walk over what is outstanding. */
const THOROUGH_EVERY = 32;

/** What a run was like. */
export interface SwarmResult {
  readonly seed: number;
  readonly messages: number;
  readonly delivered: number;
  /** Reported to their senders as not delivered; some of these have been delivered all the same. */
  readonly failed: number;
  /** Of these, the ones that need not arrive and were given up, while their associations went on. */
  readonly givenUp: number;
  /** Lost with a host that crashed, or with a socket that was closed before everything was read. */
  readonly lost: number;
  readonly associations: number;
  readonly packets: number;
  readonly steps: number;
  /** How long it took in virtual time, in milliseconds. */
  readonly virtualMs: number;
  /** Over every packet, its time and its fate, and what the stacks hold in between. */
  readonly digest: string;
}

/** Something that must not be, and when it was found. */
export class SwarmError extends Error {
  constructor(seed: number, atMs: number, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(`seed ${seed}, at ${atMs.toFixed(3)} ms: ${reason}`, { cause });
    this.name = "SwarmError";
  }
}

/**
 * Runs one seed.
 *
 * @throws SwarmError when an invariant does not hold
 */
export function runSwarm(seed: number, watcher: SwarmWatcher = {}): SwarmResult {
  const world = new SwarmWorld(swarmPlan(seed), watcher);
  const invariants = new Invariants(world);
  let steps = 0;
  const runUntil = (atMs: number, isDone: () => boolean): void => {
    while (!isDone() && world.clock.step(atMs)) {
      steps += 1;
      invariants.check();
      if (steps % THOROUGH_EVERY === 0) invariants.checkThoroughly();
      assert(steps < STEPS_MAX, "it goes on and on");
    }
  };
  try {
    const { chaosMs, actionEveryMs, actions } = world.plan;
    const goOn = (): void => {
      const action = world.chances.weigh(actions);
      if (world.isCalm || action === undefined) return;
      act(world, action);
      world.later(world.chances.between(0, 2 * actionEveryMs), goOn);
    };
    world.later(0, goOn);
    world.later(chaosMs, () => calmDown(world));
    runUntil(chaosMs, () => world.isCalm);
    invariants.checkThoroughly();
    runUntil(chaosMs + CALM_MS_MAX, () =>
      world.hosts.every(({ driver }) => driver.stack.associationCount === 0),
    );
    invariants.checkEnded();
    for (const host of world.hosts) for (const socket of [...host.sockets]) socket.close();
    runUntil(Number.POSITIVE_INFINITY, () => false);
    invariants.checkAfterEnd();
    world.ledger.checkAll();
  } catch (error) {
    throw new SwarmError(seed, world.clock.now(), error);
  }
  const { ledger } = world;
  return {
    seed,
    messages: ledger.sentMessages,
    delivered: ledger.deliveredMessages,
    failed: ledger.failedMessages,
    givenUp: ledger.givenUpMessages,
    lost: ledger.countLost(),
    associations: [...ledger.records].length,
    packets: world.packets,
    steps,
    virtualMs: world.clock.now(),
    digest: world.digest.toString(),
  };
}

/** The command that runs a seed again and writes down what happens. */
export function replayCommand(seed: number): string {
  return `npm run sim -- --seed ${seed} --trace trace.txt`;
}

/** Everything that is sent in the run of a seed, for analysers of packets. */
export function swarmCapture(seed: number): ObservedPacket[] {
  const packets: ObservedPacket[] = [];
  runSwarm(seed, { onPacket: (packet) => packets.push(packet) });
  return packets;
}
