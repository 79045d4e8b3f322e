import assert from "node:assert/strict";
import type { Path } from "../../src/stack/paths/path.js";
import type { Chunk } from "../../src/wire/chunk.js";
import { ip } from "../stack/pair.js";
import { Scene, type SceneOptions } from "../stack/scene.js";
import { type Outcome, QUIET, Trial } from "./trial.js";

/** Addresses of a peer that has several. */
export const A = "10.0.0.1";
export const B = "10.0.1.1";
export const C = "10.0.2.1";

/** ESTABLISHED by the user, which has named these addresses, all confirmed; the first is the primary path. */
export function homed(addresses: readonly string[] = [A, B], config: SceneOptions["config"] = {}): Trial {
  const scene = new Scene({ config: { ...QUIET, noDelay: true, ...config } });
  const { association, tag, init } = scene.connect({}, addresses);
  const trial = new Trial(scene, { association, tag, firstTsn: init.initialTsn });
  scene.sent.length = 0;
  scene.events.length = 0;
  return trial;
}

/** The path to an address. */
export function pathTo(trial: Trial, address: string): Path {
  const found = trial.association.paths.find((candidate) => candidate.address.text === address);
  assert.ok(found);
  return found;
}

/** Where each packet of the last answer went. */
export function destinations(trial: Trial): string[] {
  return trial.answers.map((packet) => packet.destination);
}

/** A packet under the right tag from an address. */
export function from(trial: Trial, address: string, ...chunks: readonly Chunk[]): Outcome {
  return trial.stimulateFrom(trial.tag, { address: ip(address) }, ...chunks);
}
