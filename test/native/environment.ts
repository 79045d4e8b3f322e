import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";

const addonModule = fileURLToPath(new URL("../../src/native/addon.js", import.meta.url));

/** What programs and workers of tests begin with: the addon, and a bound UDP socket on demand. */
const prelude = `
  const { loadAddon } = await import(${JSON.stringify(addonModule)});
  const addon = loadAddon();
  const udp = () => {
    const { AF_INET, SOCK_DGRAM, IPPROTO_UDP } = addon.constants;
    return addon.socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP);
  };`;

/** How a program of its own ended, and the lines that it printed. */
export interface ProgramResult {
  readonly status: number | null;
  readonly output: readonly string[];
}

/**
 * Runs statements in a process of their own; `addon` and `udp()` are there. One that hangs is ended by a
 * signal.
 */
export function runProgram(statements: string, nodeOptions: readonly string[] = []): ProgramResult {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [...nodeOptions, "--input-type=module", "-e", prelude + statements],
    { encoding: "utf8", timeout: 180_000 },
  );
  return { status, output: (stdout + stderr).split("\n").filter((line) => line !== "") };
}

/** A worker that has said its first word. */
export interface StartedWorker {
  readonly worker: Worker;
  /** Settles when it has ended. It may have, by now: a word and the end can come in one turn. */
  readonly ended: Promise<void>;
}

/**
 * Starts statements in a worker; `addon`, `udp()` and `parentPort` are there. Settles when it says its first
 * word.
 */
export async function startWorker(statements: string): Promise<StartedWorker> {
  const source = `
    const { parentPort } = require("node:worker_threads");
    (async () => { ${prelude} ${statements} })();`;
  const worker = new Worker(source, { eval: true });
  const ended = new Promise<void>((resolve) => {
    worker.once("exit", () => resolve());
  });
  await new Promise<void>((resolve, reject) => {
    worker.once("message", () => resolve());
    worker.once("error", reject);
  });
  return { worker, ended };
}
