/**
 * A program that runs beside the test: what it prints is kept, and it never outlives the test.
 *
 * @module
 */

import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";

/** How long is waited for a program unless said otherwise: for ever, but that a test has to end. */
const LIMIT_MS = 60_000;

const running = new Set<Program>();

/** Kills every program that still runs; safe to call at any time, also from `process.on("exit")`. */
export function killAllPrograms(): void {
  for (const program of running) program.kill();
}

/** How a program ended. */
export interface ProgramEnd {
  /** The exit status, or `null` after a signal. */
  readonly status: number | null;
  /** The signal that ended it, or `null`. */
  readonly signal: NodeJS.Signals | null;
}

/** How to start a {@link Program}. */
export interface ProgramOptions {
  /** Variables on top of this process's; `undefined` takes one away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Shows every line that it prints on our own standard output as it comes, behind this text. */
  readonly showAs?: string;
}

/** A child process without a shell; standard output and standard error are collected as one text. */
export class Program {
  /** The program's name, for messages. */
  readonly name: string;
  /** Settles when the program has ended and everything that it printed has arrived. */
  readonly ended: Promise<ProgramEnd>;
  /** Everything that it has printed so far. */
  output = "";
  readonly #child: ChildProcessWithoutNullStreams;
  #onOutput: (() => void)[] = [];
  #end: ProgramEnd | undefined;

  /**
   * Starts the program.
   *
   * @param path - the program's file, or a name on the PATH
   * @param programArguments - its arguments, handed over as they are
   */
  constructor(path: string, programArguments: readonly string[], options: ProgramOptions = {}) {
    this.name = [path, ...programArguments].map((word) => word.replace(/^.*\//, "")).join(" ");
    this.#child = spawn(path, programArguments, { stdio: "pipe", env: { ...process.env, ...options.env } });
    running.add(this);
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        this.output += text;
        this.#wake();
      });
      if (options.showAs !== undefined) {
        createInterface({ input: stream }).on("line", (line) => console.log(`${options.showAs}${line}`));
      }
    }
    // A program that ends while we still write to it is not an error of the test: its end is what the test looks at.
    this.#child.stdin.on("error", () => {});
    this.ended = new Promise((resolve) => {
      const end = (result: ProgramEnd): void => {
        running.delete(this);
        this.#end = result;
        this.#wake();
        resolve(result);
      };
      this.#child.once("close", (status, signal) => end({ status, signal }));
      this.#child.once("error", (error) => {
        this.output += `${error.message}\n`;
        end({ status: 127, signal: null });
      });
    });
  }

  /** Writes to the program's standard input. */
  write(text: string): void {
    this.#child.stdin.write(text);
  }

  /** Ends the program's standard input. */
  endInput(): void {
    this.#child.stdin.end();
  }

  /** Asks the program to end, as Ctrl-C does. */
  interrupt(): void {
    this.#child.kill("SIGINT");
  }

  /** Kills the program: it gets no chance to say anything to its peer. */
  kill(): void {
    this.#child.kill("SIGKILL");
  }

  /**
   * Waits until the output matches.
   *
   * @throws Error with the end of the output when the program ended or the time was up before it matched
   */
  async waitForOutput(pattern: RegExp, limitMs = LIMIT_MS): Promise<RegExpMatchArray> {
    return this.waitFor(`print ${pattern}`, () => this.output.match(pattern) ?? undefined, limitMs);
  }

  /**
   * Waits until `look`, which is called whenever something was printed, answers a value.
   *
   * @param what - what the program is expected to do, for the message
   * @throws Error with the end of the output when the program ended or the time was up before that
   */
  async waitFor<T>(what: string, look: () => T | undefined, limitMs = LIMIT_MS): Promise<T> {
    const deadline = new AbortController();
    const timeUp = delay(limitMs, "time up", { signal: deadline.signal }).catch(() => "time up");
    try {
      for (;;) {
        const found = look();
        if (found !== undefined) return found;
        if (this.#end !== undefined)
          throw new Error(`${this.name} ended and did not ${what}: ${this.tail()}`);
        const printed = new Promise<void>((resolve) => this.#onOutput.push(resolve));
        if ((await Promise.race([printed, timeUp])) === "time up") {
          throw new Error(`${this.name} did not ${what} within ${limitMs} ms: ${this.tail()}`);
        }
      }
    } finally {
      deadline.abort();
    }
  }

  /** Waits for the end of the program. @throws Error when the time is up before that */
  async waitForEnd(limitMs = LIMIT_MS): Promise<ProgramEnd> {
    return this.waitFor("end", () => this.#end, limitMs);
  }

  /** The end of the output, in one line, for messages; usrsctp's debug lines are left out. */
  tail(): string {
    const lines = this.output.split("\n").filter((line) => line !== "" && !line.startsWith("[S]["));
    return JSON.stringify(lines.slice(-6).join("\n").slice(-600));
  }

  #wake(): void {
    const waiting = this.#onOutput;
    this.#onOutput = [];
    for (const resolve of waiting) resolve();
  }
}
