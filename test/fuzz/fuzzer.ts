import { isDeepStrictEqual } from "node:util";
import { Dice } from "./dice.js";
import { Finding, type FuzzTarget, type Outcome } from "./fuzz-target.js";

/** How many interesting cases are kept to make others of. */
const POOL_CASES_MAX = 2000;
/** Every so many cases one is run twice: the same case has the same outcome. */
const DETERMINISM_INTERVAL = 25;
/** How many smaller cases are tried at most for one finding. */
const SHRINK_RUNS_MAX = 3000;

/** A case that failed. */
export interface Failure<Case> {
  readonly input: Case;
  readonly error: unknown;
  /** What findings of the same cause have in common. */
  readonly signature: string;
}

/** What an error says, without the numbers: two cases with the same signature fail alike. */
export function signatureOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const text = error.message.replaceAll(/\d+/g, "#").split("\n", 1)[0] ?? "";
  if (error instanceof Finding) return text.slice(0, 160);
  const frame = error.stack?.split("\n").find((line) => line.includes("/src/")) ?? "";
  return `${error.name}: ${text} ${frame.trim().replaceAll(/:\d+\)?$/g, "")}`.slice(0, 240);
}

/** Runs a case, and now and then twice. @throws what the case fails with */
export async function runCase<Case>(target: FuzzTarget<Case>, input: Case, twice: boolean): Promise<Outcome> {
  const outcome = await target.run(input);
  if (!twice) return outcome;
  const again = await target.run(input);
  if (again.digest !== outcome.digest) throw new Finding("The same case has come out differently.");
  return outcome;
}

/** Makes cases, keeps those that reach something new, and tells of those that fail. */
export class Fuzzer<Case> {
  /** How many cases have been run. */
  executions = 0;
  private readonly target: FuzzTarget<Case>;
  private readonly dice: Dice;
  private readonly pool: Case[];
  private readonly features = new Set<string>();

  /** @param pool - cases to begin with */
  constructor(target: FuzzTarget<Case>, seed: number, pool: readonly Case[] = []) {
    this.target = target;
    this.dice = new Dice(seed);
    this.pool = [...pool];
  }

  /** How many different things have been reached. */
  get featureCount(): number {
    return this.features.size;
  }

  /** The cases that have reached something new. */
  get interesting(): readonly Case[] {
    return this.pool;
  }

  /** The case to be run next. */
  next(): Case {
    const { dice, pool, target } = this;
    if (pool.length === 0 || dice.chance(0.25)) return target.create(dice);
    // What was found last is where there is more to be found.
    const recent = pool.slice(-50);
    return target.mutate(dice, dice.one(dice.chance(0.3) ? recent : pool), dice.one(pool));
  }

  /** Runs a case; answers how it failed, if it did. */
  async try(input: Case): Promise<Failure<Case> | undefined> {
    this.executions += 1;
    try {
      const { features } = await runCase(this.target, input, this.executions % DETERMINISM_INTERVAL === 0);
      this.keepIfNew(input, features);
      return undefined;
    } catch (error) {
      return { input, error, signature: signatureOf(error) };
    }
  }

  private keepIfNew(input: Case, features: ReadonlySet<string>): void {
    const before = this.features.size;
    for (const feature of features) this.features.add(feature);
    if (this.features.size === before) return;
    if (this.pool.length >= POOL_CASES_MAX) this.pool.splice(this.dice.below(this.pool.length - 50), 1);
    this.pool.push(input);
  }
}

/** Makes a failing case as small as it gets while it fails in the same way. */
export async function minimise<Case>(
  target: FuzzTarget<Case>,
  failure: Failure<Case>,
): Promise<Failure<Case>> {
  let smallest = failure;
  let runs = 0;
  for (let improved = true; improved && runs < SHRINK_RUNS_MAX; ) {
    improved = false;
    for (const candidate of target.shrink(smallest.input)) {
      runs += 1;
      if (runs > SHRINK_RUNS_MAX) break;
      if (isDeepStrictEqual(candidate, smallest.input)) continue;
      const error = await failureOf(target, candidate);
      if (error === undefined || signatureOf(error) !== failure.signature) continue;
      smallest = { input: candidate, error, signature: failure.signature };
      improved = true;
      break;
    }
  }
  return smallest;
}

async function failureOf<Case>(target: FuzzTarget<Case>, input: Case): Promise<unknown> {
  try {
    await runCase(target, input, false);
    return undefined;
  } catch (error) {
    return error;
  }
}
