import type { AssociationConfigChange } from "../../../src/stack/config.js";
import { randomEdit } from "../byte-edits.js";
import type { Dice } from "../dice.js";
import { withoutRuns, type FuzzTarget } from "../fuzz-target.js";
import type { ChunkSpec } from "./chunk-spec.js";
import { START_STATES, type Homes, type PacketCase, type PacketStep, type Step } from "./packet-case.js";
import { randomChunk } from "./random-chunks.js";
import { runPackets } from "./run-packets.js";

const STEPS_MAX = 14;

function randomTag(dice: Dice): PacketStep["tag"] {
  if (dice.chance(0.8)) return "our tag";
  return dice.one(["cookie's tag", "cookie's tag", "peer's tag", 0, 0, dice.number(32)]);
}

function randomPacket(dice: Dice): PacketStep {
  const chunks = Array.from({ length: 1 + dice.size(3, 30) }, () => randomChunk(dice));
  const isCookie = typeof chunks[0]?.base === "object" && chunks[0].base.answer === "COOKIE ECHO";
  const isInit = typeof chunks[0]?.base === "string" && chunks[0].base.startsWith("01");
  const tag = isCookie ? "cookie's tag" : isInit && dice.chance(0.9) ? 0 : randomTag(dice);
  return {
    do: "packet",
    // INIT, INIT ACK and SHUTDOWN COMPLETE with others are refused at once: mostly they come alone.
    chunks: isInit && dice.chance(0.9) ? chunks.slice(0, 1) : chunks,
    tag,
    ...(dice.chance(0.1) ? { edits: dice.list(3, () => randomEdit(dice)) } : {}),
    ...(dice.chance(0.02) ? { checksum: "wrong" as const } : {}),
    ...(dice.chance(0.2) ? { from: dice.below(3) } : {}),
    ...(dice.chance(0.03) ? { fromPort: dice.number(16) } : {}),
    ...(dice.chance(0.05) ? { udpPort: dice.number(16) } : {}),
    ...(dice.chance(0.1) ? { times: 1 + dice.size(8, 300) } : {}),
  };
}

function randomStep(dice: Dice): Step {
  const die = dice.below(20);
  if (die < 12) return randomPacket(dice);
  if (die < 14)
    return { do: "wait", ms: dice.one([1, 20, 200, 250, 1000, 3000, 40_000, 61_000, dice.below(5000)]) };
  if (die < 17) {
    const lengthBytes = 1 + dice.size(3000, 20_000);
    return { do: "send", lengthBytes, streamId: dice.below(4), unordered: dice.chance(0.2) };
  }
  return {
    do: dice.one([
      "read",
      "read",
      "heartbeat",
      "associate",
      "shutdown",
      "shutdown",
      "abort",
      "listen",
      "stop listening",
    ]),
  };
}

function randomConfig(dice: Dice): AssociationConfigChange {
  if (dice.chance(0.6)) return {};
  return {
    ...(dice.chance(0.3) ? { receiveBufferBytes: dice.one([1500, 4000, 65_536]) } : {}),
    ...(dice.chance(0.3) ? { noDelay: true } : {}),
    ...(dice.chance(0.2) ? { maxSegmentBytes: dice.one([10, 100, 5000]) } : {}),
    ...(dice.chance(0.2) ? { maxBurst: dice.one([0, 1, 100]) } : {}),
    ...(dice.chance(0.2) ? { sackFrequency: 1 } : {}),
    ...(dice.chance(0.2) ? { sackDelayMs: dice.one([0, 500]) } : {}),
    ...(dice.chance(0.2)
      ? { outboundStreams: dice.one([1, 65_535]), maxInboundStreams: dice.one([1, 65_535]) }
      : {}),
    ...(dice.chance(0.2) ? { adaptationIndication: dice.number(32) } : {}),
    ...(dice.chance(0.1) ? { autocloseMs: 5000 } : {}),
    ...(dice.chance(0.2) ? { validCookieLifeMs: dice.one([1, 1000]) } : {}),
    ...(dice.chance(0.2) ? { heartbeatIntervalMs: dice.one([0, 1, 1000]) } : {}),
  };
}

function create(dice: Dice): PacketCase {
  return {
    state: dice.one(START_STATES),
    homes: dice.one<Homes>(["one", "one", "two", "both families"]),
    seed: dice.below(1000),
    config: randomConfig(dice),
    steps: Array.from({ length: dice.between(1, STEPS_MAX) }, () => randomStep(dice)),
    ending: dice.one(["silence", "honest peer"]),
  };
}

function mutateChunk(dice: Dice, chunk: ChunkSpec): ChunkSpec {
  if (dice.chance(0.3)) return randomChunk(dice);
  const edits = [...(chunk.edits ?? []), randomEdit(dice)].slice(-6);
  return { ...chunk, edits, fixLength: dice.chance(0.75) };
}

function mutatePacket(dice: Dice, packet: PacketStep): PacketStep {
  const chunks = [...packet.chunks];
  const at = dice.below(chunks.length + 1);
  const chosen = chunks[at];
  const die = dice.below(5);
  if (chosen === undefined || die === 0) chunks.splice(at, 0, randomChunk(dice));
  else if (die === 1 && chunks.length > 1) chunks.splice(at, 1);
  else if (die === 2) chunks.splice(at, 0, chosen);
  else chunks[at] = mutateChunk(dice, chosen);
  const tag = dice.chance(0.1) ? randomTag(dice) : packet.tag;
  return { ...packet, chunks, tag };
}

function mutate(dice: Dice, original: PacketCase, other: PacketCase): PacketCase {
  const steps = [...original.steps];
  for (let count = 1 + dice.below(3); count > 0; count -= 1) {
    const at = dice.below(steps.length + 1);
    const chosen = steps[at];
    if (chosen === undefined || dice.chance(0.3)) steps.splice(at, 0, randomStep(dice));
    else if (dice.chance(0.15)) steps.splice(at, dice.between(1, 2));
    else if (dice.chance(0.2)) steps.splice(at, 0, ...other.steps.slice(dice.below(other.steps.length)));
    else if (chosen.do === "packet") steps[at] = mutatePacket(dice, chosen);
    else steps[at] = randomStep(dice);
  }
  return {
    ...original,
    state: dice.chance(0.1) ? dice.one(START_STATES) : original.state,
    homes: dice.chance(0.05) ? other.homes : original.homes,
    config: dice.chance(0.05) ? randomConfig(dice) : original.config,
    ending: dice.chance(0.2) ? dice.one(["silence", "honest peer"]) : original.ending,
    steps: steps.slice(0, 2 * STEPS_MAX),
  };
}

function* smallerSteps(step: Step): Iterable<Step> {
  if (step.do !== "packet") return;
  if ((step.times ?? 1) > 1) {
    const { times = 1, ...once } = step;
    yield once;
    yield { ...step, times: Math.floor(times / 2) };
    yield { ...step, times: times - 1 };
  }
  for (const chunks of withoutRuns(step.chunks, 1)) yield { ...step, chunks };
  if (step.edits !== undefined) for (const edits of withoutRuns(step.edits)) yield { ...step, edits };
  for (const [index, chunk] of step.chunks.entries()) {
    for (const edits of withoutRuns(chunk.edits ?? [])) {
      yield { ...step, chunks: step.chunks.with(index, { ...chunk, edits }) };
    }
  }
}

function* shrink(input: PacketCase): Iterable<PacketCase> {
  for (const steps of withoutRuns(input.steps)) yield { ...input, steps };
  for (const [index, step] of input.steps.entries()) {
    for (const smaller of smallerSteps(step)) yield { ...input, steps: input.steps.with(index, smaller) };
  }
  if (Object.keys(input.config).length > 0) yield { ...input, config: {} };
  for (const name of Object.keys(input.config) as (keyof AssociationConfigChange)[]) {
    const { [name]: _dropped, ...config } = input.config;
    yield { ...input, config };
  }
  if (input.homes !== "one") yield { ...input, homes: "one" };
  if (input.ending !== "silence") yield { ...input, ending: "silence" };
}

/** Packets into every state of an association: whatever comes, the stack goes on, and in good order. */
export const PACKETS_TARGET: FuzzTarget<PacketCase> = {
  name: "packets",
  create,
  mutate,
  run: runPackets,
  shrink,
};
