import { test } from "node:test";
import { corpusFiles, readCorpusFile } from "./corpus.js";
import type { TargetName } from "./fuzz-target.js";
import { runCase } from "./fuzzer.js";
import { TARGETS } from "./targets.js";

for (const name of Object.keys(TARGETS) as TargetName[]) {
  test(`every case that was kept of ${name} passes, twice and in the same way`, async () => {
    for (const path of corpusFiles(name)) {
      const { target, about, input } = readCorpusFile(path);
      try {
        await runCase(TARGETS[target], input, true);
      } catch (error) {
        throw new Error(`${path} (${about}); again: npm run fuzz -- --replay ${path}`, { cause: error });
      }
    }
  });
}
