import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Dice } from "./dice.js";
import { Finding, type FuzzTarget, type TargetName, withoutRuns } from "./fuzz-target.js";
import { Fuzzer, minimise } from "./fuzzer.js";
import { TARGETS } from "./targets.js";

/** How many cases of each target run here: a second or two. `npm run fuzz` goes on from there. */
const CASES: Readonly<Record<TargetName, number>> = { packets: 500, cookies: 600, options: 60, calls: 80 };

describe("fuzzing with a fixed seed finds nothing", () => {
  for (const name of Object.keys(TARGETS) as TargetName[]) {
    test(name, async () => {
      const fuzzer = new Fuzzer(TARGETS[name], 1);
      while (fuzzer.executions < CASES[name]) {
        const input = fuzzer.next();
        const failure = await fuzzer.try(input);
        if (failure !== undefined) throw new Error(JSON.stringify(input), { cause: failure.error });
      }
      assert.ok(fuzzer.featureCount > 50, `only ${fuzzer.featureCount} different outcomes`);
    });
  }
});

/** Lists of numbers, of which one with a 7 and a 9 fails. */
const NUMBERS: FuzzTarget<readonly number[]> = {
  name: "packets",
  create: (dice) => dice.list(40, () => dice.below(10)),
  mutate: (dice, original) => [...original, dice.below(10)],
  run: (input) => {
    if (input.includes(7) && input.includes(9)) throw new Finding("7 and 9");
    return { features: new Set(input.map(String)), digest: "" };
  },
  shrink: (input) => withoutRuns(input),
};

describe("the fuzzer itself", () => {
  test("a failing case is found, and made as small as it gets", async () => {
    const fuzzer = new Fuzzer(NUMBERS, 1);
    let failure;
    for (let tries = 0; tries < 1000 && failure === undefined; tries += 1)
      failure = await fuzzer.try(fuzzer.next());
    assert.ok(failure !== undefined);
    const smallest = await minimise(NUMBERS, failure);
    assert.deepEqual(
      smallest.input.toSorted((left, right) => left - right),
      [7, 9],
    );
  });

  test("a case that comes out differently the second time is a finding", async () => {
    let runs = 0;
    const fickle: FuzzTarget<number> = {
      name: "packets",
      create: () => 0,
      mutate: () => 0,
      run: () => {
        runs += 1;
        return { features: new Set(), digest: String(runs) };
      },
      shrink: () => [],
    };
    const fuzzer = new Fuzzer(fickle, 1);
    const signatures = new Set<string>();
    for (let tries = 0; tries < 100; tries += 1) {
      const failure = await fuzzer.try(fuzzer.next());
      if (failure !== undefined) signatures.add(failure.signature);
    }
    assert.deepEqual([...signatures], ["The same case has come out differently."]);
  });

  test("the same seed makes the same cases", () => {
    for (const target of Object.values(TARGETS)) {
      const [one, two] = [new Dice(5), new Dice(5)].map((dice) => JSON.stringify(target.create(dice)));
      assert.equal(one, two);
    }
  });
});
