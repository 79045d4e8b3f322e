/**
 * Boots Debian's user-mode-linux, a Linux kernel with SCTP that is an ordinary program, with this machine's root
 * folder as its own, and runs one command in it. Nobody has to be root for that.
 *
 * @module
 */

import { spawn } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { open, type FileHandle } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { initScript, modprobeScript, RunFiles } from "./init-script.js";
import { providePackages, type PackageTree } from "./packages.js";

/** The kernel's memory. The machine only gives what is used of it. */
const MEMORY_MIB = 2048;

/** Enough for every tier; a command that hangs must not hang the run. */
const DEFAULT_TIMEOUT_MS = 15 * 60_000;

/** How often new output is looked for: the files of the run are all that the two sides share. */
const OUTPUT_INTERVAL_MS = 100;

/** The exit status of a run whose time was up, as `timeout` has it. */
export const STATUS_TIMED_OUT = 124;

/** The exit status when the kernel ended before the command did. */
export const STATUS_KERNEL_DIED = 125;

/** How to run a command in the kernel. */
export interface KernelRunOptions {
  /** Variables on top of this process's; `undefined` takes one away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The folder in which it runs; this process's unless said otherwise. */
  readonly cwd?: string;
  /** After so long the kernel is killed; a quarter of an hour unless said otherwise. */
  readonly timeoutMs?: number;
  /** Whether the kernel has SCTP; it has unless said otherwise. */
  readonly hasSctp?: boolean;
  /** Is called with what the command prints, as it comes. */
  readonly onOutput?: (text: string) => void;
}

/** How a command in the kernel ended. */
export interface KernelRunResult {
  /** The command's exit status, {@link STATUS_TIMED_OUT} or {@link STATUS_KERNEL_DIED}. */
  readonly status: number;
  /** What it printed, on both outputs; and the kernel's console, when the kernel died. */
  readonly output: string;
}

/** The runs that have not ended: their folders, and their kernels' process ids. */
const runs = new Map<string, number | undefined>();

/** Kills a kernel with its own processes, which are in its group. */
function killKernel(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended meanwhile.
  }
}

/** Kills every kernel that this process has booted, and leaves nothing behind; for `process.on("exit")`. */
export function killAllKernels(): void {
  for (const [folder, pid] of runs) {
    killKernel(pid);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Where the kernel's memory lies: in the machine's memory if there is room, since a disk would have to keep up. */
function memoryFolder(): string {
  try {
    const { bavail, bsize } = statfsSync("/dev/shm");
    if (bavail * bsize > 2 * MEMORY_MIB * 2 ** 20) return "/dev/shm";
  } catch {
    // There is none.
  }
  return tmpdir();
}

/** Boots; the promise settles when the kernel has ended. Answers whether it ended by itself. */
async function boot(tree: PackageTree, files: RunFiles, timeoutMs: number): Promise<boolean> {
  const consoleFile = openSync(files.console, "w");
  const parameters = [
    `mem=${MEMORY_MIB}M`,
    ...["rootfstype=hostfs", "rootflags=/", "rw", `init=${files.init}`],
    ...["con=null", "con0=null,fd:1", "panic=-1"],
    ...["umid=kernel", `uml_dir=${files.folder}/`],
  ];
  const kernel = spawn(tree.kernel, parameters, {
    stdio: ["ignore", consoleFile, consoleFile],
    env: { PATH: "/usr/bin:/bin", HOME: files.folder, TMPDIR: memoryFolder() },
    detached: true,
  });
  runs.set(files.folder, kernel.pid);
  return new Promise((resolve, reject) => {
    let isInTime = true;
    const timer = setTimeout(() => {
      isInTime = false;
      killKernel(kernel.pid);
    }, timeoutMs);
    kernel.once("error", (error) => {
      clearTimeout(timer);
      reject(error);
    });
    kernel.once("exit", () => {
      clearTimeout(timer);
      closeSync(consoleFile);
      resolve(isInTime);
    });
  });
}

/** Reads a file that grows, piece by piece, and never cuts a character in two. */
class GrowingFile {
  text = "";
  readonly #file: FileHandle;
  readonly #decoder = new TextDecoder();
  readonly #onText: (text: string) => void;

  constructor(file: FileHandle, onText: (text: string) => void) {
    this.#file = file;
    this.#onText = onText;
  }

  async readOn(): Promise<void> {
    const buffer = Buffer.alloc(64 * 1024);
    for (;;) {
      const { bytesRead } = await this.#file.read(buffer);
      if (bytesRead === 0) return;
      const text = this.#decoder.decode(buffer.subarray(0, bytesRead), { stream: true });
      this.text += text;
      this.#onText(text);
    }
  }
}

/** Hands the output on until the run has ended; answers all of it. */
async function follow(
  file: FileHandle,
  run: Promise<unknown>,
  onText: (text: string) => void,
): Promise<string> {
  const output = new GrowingFile(file, onText);
  let isRunning = true;
  const ended = run.finally(() => {
    isRunning = false;
  });
  // oxlint-disable-next-line typescript/no-unnecessary-condition -- the end of the run sets it
  while (isRunning) {
    await output.readOn();
    let timer: NodeJS.Timeout | undefined;
    const pause = new Promise((resolve) => {
      timer = setTimeout(resolve, OUTPUT_INTERVAL_MS);
    });
    await Promise.race([pause, ended]);
    clearTimeout(timer);
  }
  await output.readOn();
  return output.text;
}

/** The status that the command left behind, or `undefined` when the kernel ended without. */
function statusIn(files: RunFiles): number | undefined {
  try {
    const text = readFileSync(files.status, "utf8").trim();
    return text === "" ? undefined : Number(text);
  } catch {
    return undefined;
  }
}

/**
 * Runs a command in a kernel of its own. Any number may run side by side.
 *
 * @param command - the program and its arguments; no shell looks at them
 * @throws KernelUnavailable when there is no such kernel for this machine
 */
export async function runInKernel(
  command: readonly string[],
  options: KernelRunOptions = {},
): Promise<KernelRunResult> {
  const tree = providePackages();
  const files = new RunFiles(mkdtempSync(join(tmpdir(), "sctpkit-kernel-")));
  const { cwd = process.cwd(), timeoutMs = DEFAULT_TIMEOUT_MS, hasSctp = true } = options;
  const env = tree.environment({ ...process.env, ...options.env });
  runs.set(files.folder, undefined);
  writeFileSync(files.modprobe, modprobeScript(tree), { mode: 0o755 });
  writeFileSync(files.init, initScript(files, { words: command, env, cwd, hasSctp }), { mode: 0o755 });
  writeFileSync(files.output, "");
  const outputFile = await open(files.output);
  try {
    const booted = boot(tree, files, timeoutMs);
    const output = await follow(outputFile, booted, options.onOutput ?? (() => {}));
    if (!(await booted)) {
      return { status: STATUS_TIMED_OUT, output: `${output}\nkernel: killed after ${timeoutMs / 1000} s\n` };
    }
    const status = statusIn(files);
    if (status !== undefined) return { status, output };
    const console = readFileSync(files.console, "utf8");
    return { status: STATUS_KERNEL_DIED, output: `${output}\nkernel: died; its console:\n${console}` };
  } finally {
    await outputFile.close();
    runs.delete(files.folder);
    rmSync(files.folder, { recursive: true, force: true });
  }
}
