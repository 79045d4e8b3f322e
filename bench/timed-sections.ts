/**
 * The parts of the bench that time two processes: one way, round trips, loss, setting associations up.
 *
 * @module
 */

import { type Link, runOneWay, runRoundTrips, runSetUp } from "./measure.js";
import { Samples, type Sample } from "./results.js";
import { OURS, OURS_BUSY_POLL, OURS_SMALL_BUFFER, provideRelay, type Subject } from "./subjects.js";

/** How thoroughly is measured. */
export interface Settings {
  /** How long each run takes. */
  readonly seconds: number;
  /** How many runs of each kind, of which the median counts. */
  readonly runs: number;
  /** To see that everything works, not how fast it is. */
  readonly isQuick: boolean;
}

/** Messages of 64 bytes share packets, those of 1 KiB have one each, larger ones have several. */
export const LENGTHS = [64, 1024, 16_384, 65_536];
/** What a round trip carries, in bytes. */
export const ROUND_TRIP_BYTES = 64;
/** Messages under loss. */
export const LOSS_LENGTHS = [1024, 65_536];
/** The delays under loss, each way, in milliseconds. */
export const LOSS_DELAYS_MS = [0, 20];
const LOSS_PER_MILLE = 10;
/** With 20 ms each way a window opens slowly: the beginning must not be all there is. */
const DELAYED_SECONDS_FACTOR = 3;
const SET_UP_ASSOCIATIONS = 12_000;
const SET_UP_OUTSTANDING = 64;
/** A subject that fails so often at one thing is not asked for it again: it waits for its time limit each time. */
const FAILURES_MAX = 2;

/** How the situation of a message's length is called in the results. */
export function lossSituation(lengthBytes: number, delayMs: number): string {
  return `${lengthBytes} B, ${delayMs} ms`;
}

/**
 * Measures every subject `runs` times, the subjects in turn, so that what changes on the machine meets all of them.
 */
async function alternate(
  { samples, situation }: { readonly samples: Samples; readonly situation: string },
  subjects: readonly Subject[],
  { runs }: Settings,
  measure: (subject: Subject, run: number) => Promise<Record<string, number>>,
): Promise<void> {
  const failures = new Map<Subject, number>();
  for (let run = 0; run < runs; run += 1) {
    for (const subject of subjects) {
      const failed = failures.get(subject) ?? 0;
      if (failed >= FAILURES_MAX) continue;
      try {
        samples.add(subject.id, situation, await measure(subject, run));
      } catch (error) {
        failures.set(subject, failed + 1);
        const reason = error instanceof Error ? error.message : String(error);
        console.error(`bench: ${situation}: a run of ${subject.name} failed: ${reason}`);
      }
    }
  }
  console.log(`bench: ${situation}: done`);
}

/** Bare UDP and node:dgram send packets of one size, whatever the length of messages: measured with one. */
function hasMessages({ id }: Subject): boolean {
  return !id.startsWith("udp-") && id !== "node-dgram";
}

/** Throughput one way, for each length of messages. */
export async function measureOneWay(subjects: readonly Subject[], settings: Settings): Promise<Sample[]> {
  const samples = new Samples();
  for (const lengthBytes of settings.isQuick ? [64, 65_536] : LENGTHS) {
    const isLast = lengthBytes === LENGTHS.at(-1);
    const some = subjects.filter(
      (subject) => subject.id !== OURS_BUSY_POLL && (isLast || hasMessages(subject)),
    );
    await alternate({ samples, situation: `${lengthBytes} B` }, some, settings, (subject) =>
      runOneWay(subject, { lengthBytes, seconds: settings.seconds }),
    );
  }
  return samples.list();
}

/** The times of round trips. */
export async function measureRoundTrips(subjects: readonly Subject[], settings: Settings): Promise<Sample[]> {
  const samples = new Samples();
  const some = subjects.filter(
    ({ id }) => id !== OURS_SMALL_BUFFER && id !== "udp-batched" && id !== "udp-segmented",
  );
  const load = { lengthBytes: ROUND_TRIP_BYTES, seconds: settings.seconds };
  await alternate({ samples, situation: `${ROUND_TRIP_BYTES} B` }, some, settings, (subject) =>
    runRoundTrips(subject, load),
  );
  return samples.list();
}

/** Throughput one way over a link that loses 1 % of the packets, without and with delay. */
export async function measureLoss(subjects: readonly Subject[], settings: Settings): Promise<Sample[]> {
  const samples = new Samples();
  const relay = provideRelay();
  if (typeof relay === "string") {
    console.log(`bench: nothing under loss: ${relay}`);
    return [];
  }
  // pion waits for its timer for seconds at each loss, and would be all that a quick run does.
  const peers = settings.isQuick ? ["usrsctp"] : ["usrsctp", "usrsctp-newer", "pion"];
  const some = subjects.filter(({ id }) => id === OURS || peers.includes(id));
  for (const delayMs of LOSS_DELAYS_MS) {
    const seconds = settings.seconds * (delayMs === 0 ? 1 : DELAYED_SECONDS_FACTOR);
    for (const lengthBytes of settings.isQuick ? [65_536] : LOSS_LENGTHS) {
      const situation = lossSituation(lengthBytes, delayMs);
      await alternate({ samples, situation }, some, settings, (subject, run) => {
        const link: Link = { program: relay.program, lossPerMille: LOSS_PER_MILLE, delayMs, seed: run + 1 };
        return runOneWay(subject, { lengthBytes, seconds, link });
      });
    }
  }
  return samples.list();
}

/** How many associations a second two processes set up. */
export async function measureSetUp(subjects: readonly Subject[], settings: Settings): Promise<Sample[]> {
  const samples = new Samples();
  const some = subjects.filter(({ id }) => id === OURS || id.startsWith("usrsctp"));
  const associations = settings.isQuick ? 300 : SET_UP_ASSOCIATIONS;
  await alternate({ samples, situation: "set-up" }, some, settings, (subject) =>
    runSetUp(subject, associations, SET_UP_OUTSTANDING),
  );
  return samples.list();
}
