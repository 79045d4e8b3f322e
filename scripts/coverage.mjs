// `npm run coverage`              builds, runs the tests of wire, stack, rfc, sim and fuzz, and reports which lines of
//                                 src/wire and src/stack they have run. Fails below 95 % of either.
// `npm run coverage -- --lines`   also names the lines that were not run.
//
// V8 counts (NODE_V8_COVERAGE: what was run of each piece of the compiled code, one file for each process), source maps
// lead back to the TypeScript. Node's own report does neither source maps nor a choice of files in every Node that the
// package supports.

import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "./build.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Whose tests count. */
const testFolders = ["base", "wire", "stack", "rfc", "sim", "fuzz"];

/** What has to be covered, and how much of it. */
const measuredFolders = ["src/wire", "src/stack"];
const leastPercent = 95;

/** As `npm test` has it: two cores are what there is. */
const concurrency = 2;

/** @returns {string[]} compiled tests below a folder of the sources */
function testsIn(folder) {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return testsIn(path);
    return entry.name.endsWith(".test.ts") ? [join("dist", path.replace(/\.ts$/, ".js"))] : [];
  });
}

const base64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/**
 * Decodes the mappings of a source map.
 * @returns {{ line: number, column: number, sourceLine: number }[]} all counted from 0
 */
function segmentsOf(mappings) {
  const segments = [];
  let sourceLine = 0;
  for (const [line, text] of mappings.split(";").entries()) {
    let column = 0;
    for (const segment of text.split(",")) {
      if (segment === "") continue;
      const fields = decodeNumbers(segment);
      column += fields[0] ?? 0;
      if (fields.length < 4) continue;
      sourceLine += fields[2] ?? 0;
      segments.push({ line, column, sourceLine });
    }
  }
  return segments;
}

/** Numbers in base 64 with a sign in the lowest bit, least significant digits first. */
function decodeNumbers(text) {
  const numbers = [];
  let value = 0;
  let shift = 0;
  for (const letter of text) {
    const digit = base64.indexOf(letter);
    value |= (digit & 31) << shift;
    shift += 5;
    if ((digit & 32) !== 0) continue;
    numbers.push((value & 1) === 1 ? -(value >> 1) : value >> 1);
    value = 0;
    shift = 0;
  }
  return numbers;
}

/** A compiled file of what is measured: where its pieces come from, and which source lines have been run. */
class MeasuredFile {
  constructor(path) {
    const code = readFileSync(path, "utf8");
    const map = JSON.parse(readFileSync(`${path}.map`, "utf8"));
    this.source = relative(root, join(dirname(path), map.sources[0]));
    this.lengthBytes = code.length;
    const lineStarts = [0];
    for (let at = code.indexOf("\n"); at !== -1; at = code.indexOf("\n", at + 1)) lineStarts.push(at + 1);
    this.segments = segmentsOf(map.mappings).map(({ line, column, sourceLine }) => ({
      offset: lineStarts[line] + column,
      sourceLine,
    }));
    this.lines = new Set(this.segments.map(({ sourceLine }) => sourceLine));
    this.covered = new Set();
  }

  /** Adds what one process has run: of ranges that contain each other, the innermost counts. */
  add(functions) {
    const wasRun = new Uint8Array(this.lengthBytes + 1);
    const ranges = functions.flatMap((each) => each.ranges);
    ranges.sort((left, right) => left.startOffset - right.startOffset || right.endOffset - left.endOffset);
    for (const { startOffset, endOffset, count } of ranges)
      wasRun.fill(count > 0 ? 1 : 0, startOffset, endOffset);
    for (const { offset, sourceLine } of this.segments)
      if (wasRun[offset] === 1) this.covered.add(sourceLine);
  }

  /** The lines that nothing has run, counted from 1. */
  get missed() {
    return [...this.lines].filter((line) => !this.covered.has(line)).map((line) => line + 1);
  }
}

/** @returns {Map<string, MeasuredFile>} by URL */
function measuredFiles() {
  const files = new Map();
  for (const folder of measuredFolders) {
    const names = readdirSync(join(root, "dist", folder), { recursive: true, encoding: "utf8" });
    for (const name of names.filter((each) => each.endsWith(".js"))) {
      const path = join(root, "dist", folder, name);
      files.set(`file://${path}`, new MeasuredFile(path));
    }
  }
  return files;
}

function shareOf(files) {
  const lines = files.reduce((sum, file) => sum + file.lines.size, 0);
  const missed = files.reduce((sum, file) => sum + file.missed.length, 0);
  return { lines, covered: lines - missed, percent: lines === 0 ? 100 : (100 * (lines - missed)) / lines };
}

function row(name, { lines, covered, percent }) {
  return `${name.padEnd(34)} ${String(covered).padStart(6)} of ${String(lines).padStart(6)} lines ${percent.toFixed(1).padStart(6)} %`;
}

function report(files, namesLines) {
  const folders = new Map();
  for (const file of files) {
    const folder = dirname(file.source);
    folders.set(folder, [...(folders.get(folder) ?? []), file]);
  }
  for (const [folder, members] of folders) console.log(row(folder, shareOf(members)));
  if (namesLines) {
    for (const file of files) {
      if (file.missed.length > 0)
        console.log(`${file.source}: ${file.missed.sort((a, b) => a - b).join(" ")}`);
    }
  }
  let status = 0;
  for (const folder of measuredFolders) {
    const share = shareOf(files.filter((file) => file.source.startsWith(`${folder}/`)));
    console.log(row(`${folder} in all`, share));
    if (share.percent >= leastPercent) continue;
    console.error(`coverage: ${folder} has less than ${leastPercent} %`);
    status = 1;
  }
  return status;
}

function main() {
  const status = build();
  if (status !== 0) return status;
  const tests = testFolders.flatMap((folder) => testsIn(`test/${folder}`));
  const folder = mkdtempSync(join(tmpdir(), "coverage-"));
  try {
    const run = spawnSync(
      process.execPath,
      [
        "--import=./scripts/property-seed.mjs",
        ...["--test", "--test-reporter=dot", `--test-concurrency=${concurrency}`],
        ...tests,
      ],
      { cwd: root, stdio: "inherit", env: { ...process.env, NODE_V8_COVERAGE: folder } },
    );
    if (run.status !== 0) {
      console.error("coverage: a test fails; npm test tells which");
      return 1;
    }
    const files = measuredFiles();
    for (const name of readdirSync(folder)) {
      const { result } = JSON.parse(readFileSync(join(folder, name), "utf8"));
      for (const { url, functions } of result) files.get(url)?.add(functions);
    }
    return report([...files.values()], process.argv.includes("--lines"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

process.exitCode = main();
