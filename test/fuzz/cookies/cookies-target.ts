import { randomEdit } from "../byte-edits.js";
import type { Dice } from "../dice.js";
import { withoutRuns, type FuzzTarget } from "../fuzz-target.js";
import { START_STATES, type Homes } from "../packets/packet-case.js";
import type { CookieCase, CookieCaseStep, CookieStep } from "./cookie-case.js";
import { runCookies } from "./run-cookies.js";

const STEPS_MAX = 6;
const PORTS: readonly number[] = [5000, 5000, 5000, 5001, 7000, 65_535];

function randomPacket(dice: Dice): CookieStep["packet"] {
  if (dice.chance(0.6)) return {};
  return {
    ...(dice.chance(0.4) ? { from: dice.below(4) } : {}),
    ...(dice.chance(0.3) ? { port: dice.one(PORTS) } : {}),
    ...(dice.chance(0.2) ? { toPort: dice.one([7000, 7001, 5000]) } : {}),
    ...(dice.chance(0.3) ? { tag: dice.chance(0.5) ? 0x1111_1111 : dice.number(32) } : {}),
  };
}

function randomEcho(dice: Dice): CookieStep {
  return {
    do: "echo",
    source: dice.one(["fresh", "fresh", "fresh", "earlier", "earlier", "another stack"]),
    init: {
      from: dice.chance(0.8) ? 0 : dice.below(4),
      port: dice.one(PORTS),
      tag: dice.chance(0.5) ? 0x1111_1111 : Math.max(1, dice.number(32)),
    },
    waitMs: dice.chance(0.6) ? 0 : dice.one([1, 1000, 59_999, 60_000, 60_001, 120_000, 3_600_001, 7_200_001]),
    edits: dice.chance(0.4) ? [] : dice.list(3, () => randomEdit(dice)),
    packet: randomPacket(dice),
    withData: dice.chance(0.3),
  };
}

function randomStep(dice: Dice): CookieCaseStep {
  if (dice.chance(0.75)) return randomEcho(dice);
  if (dice.chance(0.4)) return { do: "wait", ms: dice.one([1, 200, 1000, 59_000, 3_600_000]) };
  return { do: dice.one(["abort", "abort", "shutdown", "associate", "listen", "stop listening"]) };
}

function create(dice: Dice): CookieCase {
  return {
    state: dice.one(START_STATES),
    homes: dice.one<Homes>(["one", "two", "both families"]),
    seed: dice.below(1000),
    steps: Array.from({ length: dice.between(1, STEPS_MAX) }, () => randomStep(dice)),
  };
}

function mutateStep(dice: Dice, step: CookieCaseStep): CookieCaseStep {
  if (step.do !== "echo" || dice.chance(0.2)) return randomStep(dice);
  const fresh = randomEcho(dice);
  const key = dice.one(["source", "init", "waitMs", "edits", "packet", "withData"] as const);
  return { ...step, [key]: fresh[key] };
}

function mutate(dice: Dice, original: CookieCase, other: CookieCase): CookieCase {
  const steps = [...original.steps];
  const at = dice.below(steps.length + 1);
  const chosen = steps[at];
  if (chosen === undefined || dice.chance(0.3)) steps.splice(at, 0, randomStep(dice));
  else if (dice.chance(0.2)) steps.splice(at, 0, ...other.steps);
  else steps[at] = mutateStep(dice, chosen);
  return {
    ...original,
    state: dice.chance(0.2) ? other.state : original.state,
    homes: dice.chance(0.1) ? other.homes : original.homes,
    steps: steps.slice(0, 2 * STEPS_MAX),
  };
}

function* shrink(input: CookieCase): Iterable<CookieCase> {
  for (const steps of withoutRuns(input.steps)) yield { ...input, steps };
  for (const [index, step] of input.steps.entries()) {
    if (step.do !== "echo") continue;
    for (const edits of withoutRuns(step.edits))
      yield { ...input, steps: input.steps.with(index, { ...step, edits }) };
    if (step.withData) yield { ...input, steps: input.steps.with(index, { ...step, withData: false }) };
    if (step.waitMs > 0) yield { ...input, steps: input.steps.with(index, { ...step, waitMs: 0 }) };
    if (Object.keys(step.packet).length > 0)
      yield { ...input, steps: input.steps.with(index, { ...step, packet: {} }) };
  }
  if (input.homes !== "one") yield { ...input, homes: "one" };
}

/** State Cookies that were changed, copied, kept too long or sent from elsewhere: none of them does anything. */
export const COOKIES_TARGET: FuzzTarget<CookieCase> = {
  name: "cookies",
  create,
  mutate,
  run: runCookies,
  shrink,
};
