/**
 * A program in a network namespace whose functions are called from the test: Node cannot change its namespace, so
 * each host's sockets are in a process of their own.
 *
 * @module
 */

import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { KernelHost } from "./two-hosts.js";

/** How long a program may take to end; one that something keeps does not end at all. */
const END_LIMIT_MS = 60_000;

/** What a program offers: functions of one argument, which messages can carry, by name. */
export type RemoteFunctions = Record<string, (argument: never) => unknown>;

interface Call {
  readonly number: number;
  readonly name: string;
  readonly argument: unknown;
}

interface Answer {
  readonly number: number;
  readonly value?: unknown;
  readonly problem?: string;
}

/** In the program: answers the calls that come, until the test lets it go. */
export function serve(functions: RemoteFunctions): void {
  const run = async ({ number, name, argument }: Call): Promise<void> => {
    let answer: Answer;
    try {
      const value = await functions[name]?.(argument as never);
      answer = { number, value };
    } catch (error) {
      const problem = error instanceof Error ? (error.stack ?? error.message) : String(error);
      answer = { number, problem };
    }
    process.send?.(answer);
  };
  process.on("message", (call) => void run(call as Call));
}

/** In the test: the program. */
export class RemoteProgram<Functions extends RemoteFunctions> {
  readonly #child: ChildProcess;
  readonly #name: string;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #calls = 0;

  /** Starts a program of this folder on a host. @param name - of its file, without the ending */
  constructor(host: KernelHost, name: string) {
    const file = join(dirname(fileURLToPath(import.meta.url)), `${name}.js`);
    this.#name = `${name} on ${host.namespace}`;
    this.#child = spawn(
      "ip",
      ["netns", "exec", host.namespace, process.execPath, "--enable-source-maps", file],
      { stdio: ["ignore", "inherit", "inherit", "ipc"], serialization: "advanced" },
    );
    this.#child.on("message", (message) => {
      const answer = message as Answer;
      this.#waiting.get(answer.number)?.(answer);
    });
    this.#child.once("exit", (status, signal) => {
      for (const number of this.#waiting.keys()) {
        this.#waiting.get(number)?.({ number, problem: `${this.#name} has ended: ${signal ?? status}` });
      }
    });
  }

  /** Calls a function there. @throws Error with what it threw, or when the program ends before it answers */
  async call<Name extends keyof Functions & string>(
    name: Name,
    argument: Parameters<Functions[Name]>[0],
  ): Promise<Awaited<ReturnType<Functions[Name]>>> {
    this.#calls += 1;
    const call: Call = { number: this.#calls, name, argument };
    const answered = new Promise<Answer>((resolve) => {
      this.#waiting.set(call.number, resolve);
    });
    this.#child.send(call);
    const { value, problem } = await answered;
    this.#waiting.delete(call.number);
    if (problem !== undefined) throw new Error(`${this.#name}, ${name}: ${problem}`);
    return value as Awaited<ReturnType<Functions[Name]>>;
  }

  /** Kills the program: it gets no chance to say anything to its peers. */
  async kill(): Promise<void> {
    const ended = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await ended;
  }

  /**
   * Lets the program end by itself: nothing of ours may keep it.
   *
   * @throws Error when its status is not 0, or it has to be killed
   */
  async end(): Promise<void> {
    const ended = once(this.#child, "exit");
    const limit = setTimeout(() => this.#child.kill("SIGKILL"), END_LIMIT_MS);
    this.#child.disconnect();
    const [status, signal] = (await ended) as [number | null, NodeJS.Signals | null];
    clearTimeout(limit);
    if (status !== 0) throw new Error(`${this.#name} ended with ${signal ?? status}`);
  }
}
