// `npm run mutation`             breaks one rule of RFC 9260 at a time and wants a test to fail: each row of §5.2.4
//                                with the Tie-Tags, each formula of §6.3 and §7.2 (scripts/mutation/*.json).
// `npm run mutation -- TEXT`     only the rules that contain a text: `npm run mutation -- "6.3.3"`.
//
// What is changed is a copy of the compiled code, never the working tree. A mutation is a piece of the source that
// occurs once (runs of white space count as one space, because the compiler lays the code out anew), what takes its
// place, and the tests that have to notice, the likeliest first. A piece that occurs no longer, or more than once, is
// a failure as well: somebody has to look at it again.

import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "./build.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const lists = join(root, "scripts", "mutation");

/** What the tests of the stack are made of. */
const neededFolders = ["src/base", "src/wire", "src/stack", "src/userland", "src/sockets", "src/native"];
const neededProjects = ["test/stack", "test/rfc"];

/** Longer than any of the tests takes on a machine that does much else: what runs on for ever is noticed, too. */
const testLimitMs = 120_000;

/** The same for all of them, one after the other. */
const allTestsLimitMs = 900_000;

/** With the values of another run, a mutation that a property has caught might survive. */
const propertySeed = pathToFileURL(join(root, "scripts", "property-seed.mjs")).href;

/** @typedef {{ file: string, rule: string, text: string, replacement: string, tests: string[] }} Mutation */

/** @returns {Mutation[]} */
function readMutations(filter) {
  return readdirSync(lists)
    .filter((name) => name.endsWith(".json"))
    .sort()
    .flatMap((name) => JSON.parse(readFileSync(join(lists, name), "utf8")))
    .flatMap(({ file, tests, mutations }) => mutations.map((mutation) => ({ file, tests, ...mutation })))
    .filter(({ rule }) => rule.includes(filter));
}

/** A pattern that finds a piece of code however it is laid out. */
function patternOf(text) {
  const words = text.trim().split(/\s+/);
  return new RegExp(words.map((word) => word.replaceAll(/[$()*+.?[\\\]^{|}]/g, "\\$&")).join("\\s*"), "g");
}

/** The code with a mutation, or what is wrong with the mutation. */
function mutate(code, { text, replacement }) {
  const found = code.match(patternOf(text)) ?? [];
  if (found.length !== 1) return { problem: `occurs ${found.length} times` };
  return { code: code.replace(patternOf(text), () => replacement) };
}

/** A copy of the compiled code, in which tests can be run. */
function makeCopy() {
  const copy = mkdtempSync(join(tmpdir(), "mutation-"));
  for (const folder of [...neededFolders, ...neededProjects]) {
    const filter = (path) => !/\.(d\.ts|map|tsbuildinfo)$/.test(path);
    cpSync(join(root, "dist", folder), join(copy, "dist", folder), { recursive: true, filter });
  }
  cpSync(join(root, "package.json"), join(copy, "package.json"));
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"), "dir");
  return copy;
}

/** One process for several test files: starting it takes longer than most of them. */
const runner = "for (const file of process.argv.slice(1)) await import(file);";

/**
 * Runs test files, and no further once a test has failed.
 *
 * @returns {Promise<string | undefined>} the name of the test that has failed
 */
function firstFailure(copy, tests, limitMs = testLimitMs) {
  const files = tests.map((test) => join(copy, "dist", "test", `${test}.test.js`));
  const nodeArguments = [
    ...[`--import=${propertySeed}`, "--test-reporter=tap"],
    ...["--input-type=module", "--eval", runner, ...files],
  ];
  return new Promise((resolve) => {
    const child = spawn(process.execPath, nodeArguments, { cwd: copy, stdio: ["ignore", "pipe", "ignore"] });
    let failure;
    const fail = (what) => {
      failure ??= what;
      child.kill("SIGKILL");
    };
    const limit = setTimeout(() => fail("running on for ever"), limitMs);
    createInterface({ input: child.stdout }).on("line", (line) => {
      const test = /^ *not ok \d+ - (.*)$/.exec(line);
      if (test !== null) fail(`"${test[1]}"`);
    });
    child.on("close", (status) => {
      clearTimeout(limit);
      resolve(failure ?? (status === 0 ? undefined : "a failure outside of any test"));
    });
  });
}

/**
 * Tries one mutation.
 * @param {string} copy
 * @param {Mutation} mutation
 * @returns {Promise<{ isCaught: boolean, verdict: string }>}
 */
async function tryMutation(copy, mutation) {
  const path = join(copy, "dist", mutation.file.replace(/\.ts$/, ".js"));
  const original = readFileSync(path, "utf8");
  const { code, problem } = mutate(original, mutation);
  if (code === undefined)
    return { isCaught: false, verdict: `NOT FOUND: the text ${problem} in ${mutation.file}` };
  writeFileSync(path, code);
  try {
    const failure = await firstFailure(copy, mutation.tests);
    if (failure === undefined) return { isCaught: false, verdict: `SURVIVED ${mutation.tests.join(", ")}` };
    return { isCaught: true, verdict: `caught by ${failure}` };
  } finally {
    writeFileSync(path, original);
  }
}

/** Hands the items to the copies, each of which takes the next one as soon as it is free. */
async function forEachInParallel(copies, items, handle) {
  const left = [...items];
  const work = async (copy) => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await handle(copy, item);
  };
  await Promise.all(copies.map(work));
}

async function run(mutations, copies) {
  const tests = [...new Set(mutations.flatMap((mutation) => mutation.tests))];
  const failure = await firstFailure(copies[0], tests, allTestsLimitMs);
  if (failure !== undefined) {
    console.error(`mutation: without any mutation there is a failure already: ${failure}`);
    return 1;
  }
  const width = Math.max(...mutations.map(({ rule }) => rule.length));
  let caught = 0;
  await forEachInParallel(copies, mutations, async (copy, mutation) => {
    const { isCaught, verdict } = await tryMutation(copy, mutation);
    if (isCaught) caught += 1;
    console.log(`${mutation.rule.padEnd(width)}  ${verdict}`);
  });
  console.log(`mutation: ${caught} of ${mutations.length} are caught`);
  return caught === mutations.length ? 0 : 1;
}

async function main() {
  const status = build(neededProjects);
  if (status !== 0) return status;
  const mutations = readMutations(process.argv[2] ?? "");
  if (mutations.length === 0) {
    console.error("mutation: no rule contains that text");
    return 2;
  }
  const copies = Array.from({ length: Math.min(2, availableParallelism()) }, makeCopy);
  try {
    return await run(mutations, copies);
  } finally {
    for (const copy of copies) rmSync(copy, { recursive: true, force: true });
  }
}

process.exitCode = await main();
