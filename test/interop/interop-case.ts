/**
 * What a case of the interoperability tests is, and how one is run: captured, bounded in time, with nothing
 * left behind.
 *
 * @module
 */

import { setTimeout as delay } from "node:timers/promises";
import { Capture } from "./capture.js";
import { dissect, type Dissection } from "./dissection.js";
import { freeUdpPorts } from "../support/free-udp-ports.js";
import { killAllPrograms } from "../support/program.js";

/** What a case gets. */
export interface CaseContext {
  /** A free UDP port for our side. */
  readonly ownUdpPort: number;
  /** A free UDP port for the other side. */
  readonly peerUdpPort: number;
  /** Runs when the case has ended, however it ended. */
  cleanUp(action: () => void | Promise<void>): void;
}

/** One row of the table. */
export interface InteropCase {
  /** What happens, in one line. */
  readonly name: string;
  /**
   * `ours`: packets from our UDP port are judged, the others' complaints are listed. `all`: both sides are ours. `by
   * itself`: the case sends nothing over loopback and has its own way to tshark.
   */
  readonly judged: "ours" | "all" | "by itself";
  /** Chunk types that our packets, and the others', must have had in them for the case to have shown anything. */
  readonly chunkTypes?: { readonly ours?: readonly number[]; readonly theirs?: readonly number[] };
  /** Does it; throws when something is not as it should be. Answers a remark for the report, or nothing. */
  readonly run: (context: CaseContext) => Promise<string | void>;
}

/** How a case went. */
export interface CaseResult {
  /** Why it failed, one line each; empty when it passed. */
  readonly failures: readonly string[];
  /** What the run itself had to say. */
  readonly remark: string | undefined;
  /** What tshark said; `undefined` when the capture could not be dissected. */
  readonly dissection: Dissection | undefined;
}

/** A case takes one to three seconds; this is the bound for one that hangs. */
const CASE_LIMIT_MS = 120_000;
/** The bound for one that has many captures judged. */
const LONG_CASE_LIMIT_MS = 600_000;

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** What is wrong when a chunk that the case is about has not been on the wire. */
function missingChunks({ chunkTypes }: InteropCase, dissection: Dissection): string[] {
  const { ours = [], theirs = [] } = chunkTypes ?? {};
  const { ownChunkTypes, foreignChunkTypes } = dissection;
  return [
    ...ours.filter((type) => !ownChunkTypes.has(type)).map((type) => `no chunk of type ${type} is ours`),
    ...theirs
      .filter((type) => !foreignChunkTypes.has(type))
      .map((type) => `no chunk of type ${type} is theirs`),
  ];
}

/** Runs one case and judges its packets. @param captureFile - where its packets go */
export async function runCase(interopCase: InteropCase, captureFile: string): Promise<CaseResult> {
  const [ownUdpPort = 0, peerUdpPort = 0] = await freeUdpPorts(2);
  const actions: (() => void | Promise<void>)[] = [];
  const { judged } = interopCase;
  const isCaptured = judged !== "by itself";
  const limitMs = isCaptured ? CASE_LIMIT_MS : LONG_CASE_LIMIT_MS;
  const capture = isCaptured ? await Capture.start(captureFile, [ownUdpPort, peerUdpPort]) : undefined;
  const failures: string[] = [];
  let remark: string | undefined;
  const limit = new AbortController();
  const timeUp = delay(limitMs, undefined, { signal: limit.signal }).then(() => {
    throw new Error(`not finished within ${limitMs} ms`);
  });
  try {
    const running = interopCase.run({
      ownUdpPort,
      peerUdpPort,
      cleanUp: (action) => void actions.push(action),
    });
    remark = (await Promise.race([running, timeUp])) ?? undefined;
  } catch (error) {
    failures.push(messageOf(error));
  } finally {
    limit.abort();
    await timeUp.catch(() => {});
  }
  // The last one first, and all of them, whatever happens.
  for (const action of actions.reverse()) {
    try {
      await action();
    } catch (error) {
      failures.push(`while cleaning up: ${messageOf(error)}`);
    }
  }
  let dissection: Dissection | undefined;
  if (capture !== undefined) {
    try {
      await capture.stop();
      const udpPorts = [ownUdpPort, peerUdpPort];
      const ownUdpPorts = judged === "ours" ? [ownUdpPort] : undefined;
      dissection = await dissect({ file: captureFile, udpPorts, ownUdpPorts });
      failures.push(...dissection.ownComplaints.map((complaint) => `tshark: ${complaint}`));
      failures.push(...missingChunks(interopCase, dissection));
      if (dissection.ownPackets === 0) failures.push("tshark: there is no packet of ours in the capture");
    } catch (error) {
      failures.push(messageOf(error));
    }
  }
  killAllPrograms();
  return { failures, remark, dissection };
}
