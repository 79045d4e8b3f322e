import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** What a process holds, bytes. */
export interface MemoryFigures {
  /** Objects of JavaScript. */
  readonly heapBytes: number;
  /** Memory outside of the heap that objects hold: buffers above all. */
  readonly externalBytes: number;
  /** What the system counts for the process. */
  readonly residentBytes: number;
}

let collect: (() => void) | undefined;

/** What this process holds when everything that nobody needs has been collected; it takes some milliseconds. */
export function collectedMemory(): MemoryFigures {
  if (collect === undefined) {
    setFlagsFromString("--expose-gc");
    collect = runInNewContext("gc") as () => void;
  }
  // Buffers are let go in a second round, once the objects that held them are gone.
  collect();
  collect();
  const { heapUsed, external, rss } = process.memoryUsage();
  return { heapBytes: heapUsed, externalBytes: external, residentBytes: rss };
}
