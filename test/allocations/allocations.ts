/**
 * What a message allocates, counted and compared with what it did when somebody last looked.
 *
 * @module
 */

import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** For each message, of both ends together, in bytes. */
export interface Allocation {
  /** Objects of JavaScript. */
  readonly heap: number;
  /** The memory of buffers. */
  readonly buffers: number;
}

/** By the kind of traffic. */
export type Allocations = Readonly<Record<string, Allocation>>;

/** A rise by more than this share is a complaint. */
const TOLERATED_RISE = 0.05;
/** Below this nothing is said: 5 % of a few bytes are less than one. */
const TOLERATED_BYTES = 2;

/**
 * One thread that compiles at the same message in each run, tables that are seeded, code that is never thrown away, and
 * a young generation that is not collected: what is left differs by less than one per cent from run to run.
 */
const V8_FLAGS = [
  "--single-threaded",
  "--no-use-osr",
  "--no-flush-bytecode",
  "--hash-seed=1",
  "--random-seed=1",
  "--expose-gc",
  "--min-semi-space-size=1024",
  "--max-semi-space-size=1024",
];

/** dist/test/allocations/allocations.js: the repository's root is three folders up. */
const file = fileURLToPath(new URL("../../../test/allocations/allocations.json", import.meta.url));
/** Another V8 allocates otherwise. */
const version = `node ${process.versions.node.split(".")[0]}`;

/** Counts. @throws Error when the program fails */
export function countAllocations(): Allocations {
  const program = fileURLToPath(new URL("./exchange.js", import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, [...V8_FLAGS, program], {
    encoding: "utf8",
    // Options that the test runner hands on would be others here than in a shell.
    env: { PATH: process.env["PATH"] },
  });
  if (status !== 0) throw new Error(`exchange.js: ${stderr}`);
  return JSON.parse(stdout) as Allocations;
}

function readAll(): Record<string, Allocations> {
  return JSON.parse(readFileSync(file, "utf8")) as Record<string, Allocations>;
}

/** What this version of Node allocated when somebody last looked; `undefined` when nobody has. */
export function expectedAllocations(): Allocations | undefined {
  return readAll()[version];
}

/** Makes these numbers the expected ones of this version of Node. */
export function writeExpectedAllocations(counted: Allocations): void {
  writeFileSync(file, `${JSON.stringify({ ...readAll(), [version]: counted }, undefined, 2)}\n`);
}

function rise(what: string, counted: number, expected: number): string[] {
  const limit = Math.max(expected * (1 + TOLERATED_RISE), expected + TOLERATED_BYTES);
  return counted > limit ? [`${what}: ${counted} bytes a message, not ${expected}`] : [];
}

/** What is allocated more than it should; empty when nothing is. */
export function complaintsAbout(counted: Allocations, expected: Allocations): string[] {
  return Object.entries(expected).flatMap(([name, { heap, buffers }]) => {
    const own = counted[name];
    if (own === undefined) return [`${name}: not counted`];
    return [...rise(`${name}, objects`, own.heap, heap), ...rise(`${name}, buffers`, own.buffers, buffers)];
  });
}
