import { createHash } from "node:crypto";
import type { Association } from "../../../src/stack/association.js";
import type { StackStatistics } from "../../../src/stack/statistics.js";
import { onStream, payload } from "../../stack/pair.js";
import type { Sent } from "../../stack/scene.js";
import { expect, type Outcome } from "../fuzz-target.js";
import { Arena } from "./arena.js";
import { HonestPeer } from "./honest-peer.js";
import { Amplification, checkAssociation, checkEvents, checkPackets } from "./oracles.js";
import type { PacketCase, PacketStep, Step } from "./packet-case.js";

/** Longer than the last timer of an association that nobody answers. */
const SILENCE_MS = 2_000_000;

/** Associations that one case may bring about: each needs a cookie of its own. */
const ASSOCIATIONS_MAX = 12;

/** A case on its way: the arena, and what was noticed in it. */
class Run {
  readonly arena: Arena;
  private readonly features = new Set<string>();
  private readonly hash = createHash("sha256");
  private readonly ended = new Set<Association>();
  private readonly amplification = new Amplification();
  private checkedEvents = 0;

  constructor(input: PacketCase) {
    this.arena = new Arena(input);
    this.afterwards([]);
  }

  get outcome(): Outcome {
    return { features: this.features, digest: this.hash.digest("hex") };
  }

  /** Runs one step and looks at everything afterwards. */
  step(step: Step): void {
    const { arena } = this;
    if (step.do === "packet") {
      for (let times = 0; times < (step.times ?? 1); times += 1) this.packet(step, times);
      return;
    }
    const before = this.state;
    this.command(step);
    arena.scene.drain();
    this.afterwards(arena.look());
    this.features.add(`${before} ${step.do} ${this.state}`);
  }

  private get state(): string {
    return this.arena.target?.state ?? "none";
  }

  private packet(step: PacketStep, repetition: number): void {
    const { arena } = this;
    const { scene } = arena;
    const before = this.state;
    const counters: StackStatistics = { ...scene.stack.statistics };
    const events = scene.events.length;
    const bytes = arena.render(step, repetition);
    const answers = arena.receive(step, bytes);
    this.amplification.check(bytes, answers);
    const told = scene.events.slice(events).map(({ type }) => type);
    this.afterwards(answers);
    const changed = changedCounters(counters, scene.stack.statistics);
    const kinds = new Set(answers.flatMap(({ chunks }) => chunks.map((chunk) => chunk.kind)));
    const type = bytes.length > 12 ? bytes[12] : -1;
    this.features.add(`${before} ${type} > ${this.state} ${[...kinds].join()} ${told.join()} ${changed}`);
  }

  private command(step: Exclude<Step, PacketStep>): void {
    const { scene, target } = this.arena;
    const { now } = scene;
    switch (step.do) {
      case "wait":
        scene.advance(step.ms);
        return;
      case "read":
        this.arena.read();
        return;
      case "send":
        if (target?.acceptsMessages === true && step.streamId < target.outboundStreams)
          target.send(payload(step.lengthBytes), onStream(step.streamId, { unordered: step.unordered }), now);
        return;
      case "shutdown":
        target?.shutdown(now);
        return;
      case "abort":
        target?.abort([]);
        return;
      case "heartbeat":
        if (target !== undefined) target.requestHeartbeat(target.primaryPath, now);
        return;
      case "associate":
        this.arena.associate();
        return;
      case "listen":
        scene.endpoint.acceptance = () => true;
        return;
      case "stop listening":
        scene.endpoint.acceptance = undefined;
    }
  }

  private afterwards(sent: readonly Sent[]): void {
    const { arena, hash } = this;
    const { scene } = arena;
    checkPackets(sent);
    for (const { bytes, at, destination } of sent) hash.update(`${at} ${destination} `).update(bytes);
    for (const { type } of scene.events.slice(this.checkedEvents)) hash.update(type);
    checkEvents(arena, this.ended, this.checkedEvents);
    this.checkedEvents = scene.events.length;
    const { associations } = scene.endpoint;
    expect(associations.size === scene.stack.associationCount, "endpoint and stack count differently");
    expect(associations.size <= ASSOCIATIONS_MAX, () => `${associations.size} associations`);
    for (const association of associations) checkAssociation(association);
  }

  /** The peer does what is right until nothing is left to do. */
  endHonestly(): void {
    for (const association of this.arena.scene.endpoint.associations) {
      if (association.state === "COOKIE-WAIT" || association.state === "COOKIE-ECHOED") continue;
      new HonestPeer(this.arena, association).play();
      this.afterwards(this.arena.look());
    }
  }

  /** Nobody answers any more: everything ends, and nothing is left that would keep a process alive. */
  endInSilence(): void {
    const { scene } = this.arena;
    scene.endpoint.acceptance = undefined;
    scene.advance(SILENCE_MS);
    this.afterwards(this.arena.look());
    expect(scene.stack.associationCount === 0, () => `${this.state} for ever, although nobody answers`);
    expect(scene.stack.pollTimeout() === Number.POSITIVE_INFINITY, "a timer without association");
  }
}

function changedCounters(before: StackStatistics, after: Readonly<StackStatistics>): string {
  const names = Object.keys(after) as (keyof StackStatistics)[];
  return names.filter((name) => before[name] !== after[name]).join();
}

/** Runs a case. @throws Finding, or whatever the stack throws */
export function runPackets(input: PacketCase): Outcome {
  const run = new Run(input);
  for (const step of input.steps) run.step(step);
  if (input.ending === "honest peer") run.endHonestly();
  run.endInSilence();
  return run.outcome;
}
