import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { accepting } from "./accepting.js";
import { addressReconfiguration } from "./address-reconfiguration.js";
import { addressing } from "./addressing.js";
import { authentication } from "./authentication.js";
import { ancillaryData } from "./ancillary-data.js";
import { backPressure } from "./back-pressure.js";
import { calling } from "./calling.js";
import type { ContractReport } from "./contract-report.js";
import { delivery } from "./delivery.js";
import { ending } from "./ending.js";
import { establishing } from "./establishing.js";
import { events } from "./events.js";
import { flags } from "./flags.js";
import { givingUp } from "./giving-up.js";
import { iterating } from "./iterating.js";
import { multihoming } from "./multihoming.js";
import { optionRules } from "./option-rules.js";
import { options } from "./options.js";
import { partialReliability } from "./partial-reliability.js";
import { pathParameters } from "./path-parameters.js";
import { peelingOff } from "./peeling-off.js";
import { receiving } from "./receiving.js";
import { receivingMany } from "./receiving-many.js";
import { sending } from "./sending.js";
import { subscribing } from "./subscribing.js";
import type { Contract, World } from "./world.js";

const PARTS: Readonly<Record<string, (contract: Contract) => void>> = {
  establishing,
  accepting,
  addressing,
  "address reconfiguration": addressReconfiguration,
  calling,
  sending,
  receiving,
  "receiving many": receivingMany,
  "ancillary data": ancillaryData,
  flags,
  "back-pressure": backPressure,
  "giving up": givingUp,
  ending,
  iterating,
  events,
  subscribing,
  "peeling off": peelingOff,
  options,
  "option rules": optionRules,
  delivery,
  multihoming,
  "path parameters": pathParameters,
  "partial reliability": partialReliability,
  authentication,
};

/** How a provider answers a case otherwise, on purpose. */
export interface Difference {
  /** Why it does, in one line. */
  readonly reason: string;
  /** The case as it is with this provider. */
  readonly run: (world: World) => Promise<void>;
}

/** What is known of a provider beside its world. */
export interface ContractOptions {
  /** The cases that it answers otherwise, by their title. */
  readonly differences?: ReadonlyMap<string, Difference>;
  /** Told of what came of each case. */
  readonly report?: ContractReport;
}

/** Runs every case of the contract, each in a new world. */
export function defineContract(
  name: string,
  createWorld: () => World,
  { differences = new Map<string, Difference>(), report }: ContractOptions = {},
): void {
  const unknown = new Set(differences.keys());
  for (const [part, declare] of Object.entries(PARTS)) {
    describe(`${name}: ${part}`, () => {
      declare((title, run) => {
        const difference = differences.get(title);
        unknown.delete(title);
        report?.expect(name, part, title, difference?.reason);
        test(difference === undefined ? title : `${title} [differs: ${difference.reason}]`, async () => {
          await runCase(createWorld(), difference?.run ?? run);
          report?.pass(name, part, title);
        });
      });
    });
  }
  test(`${name}: every difference is one of a case`, () => assert.deepEqual([...unknown], []));
}

async function runCase(world: World, run: (world: World) => Promise<void>): Promise<void> {
  try {
    await run(world);
  } catch (error) {
    await world.end().catch(() => undefined);
    throw error;
  }
  await world.end();
}
