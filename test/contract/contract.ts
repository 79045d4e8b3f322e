import { describe, test } from "node:test";
import { accepting } from "./accepting.js";
import { addressing } from "./addressing.js";
import { backPressure } from "./back-pressure.js";
import { calling } from "./calling.js";
import { ending } from "./ending.js";
import { establishing } from "./establishing.js";
import { events } from "./events.js";
import { givingUp } from "./giving-up.js";
import { iterating } from "./iterating.js";
import { options } from "./options.js";
import { peelingOff } from "./peeling-off.js";
import { receiving } from "./receiving.js";
import { sending } from "./sending.js";
import { subscribing } from "./subscribing.js";
import type { Contract, World } from "./world.js";

const PARTS: Readonly<Record<string, (contract: Contract) => void>> = {
  establishing,
  accepting,
  addressing,
  calling,
  sending,
  receiving,
  "back-pressure": backPressure,
  "giving up": givingUp,
  ending,
  iterating,
  events,
  subscribing,
  "peeling off": peelingOff,
  options,
};

/** Runs every case of the contract, each in a new world. */
export function defineContract(name: string, createWorld: () => World): void {
  for (const [part, declare] of Object.entries(PARTS)) {
    describe(`${name}: ${part}`, () => {
      declare((title, run) => {
        test(title, async () => {
          const world = createWorld();
          try {
            await run(world);
          } catch (error) {
            await world.end().catch(() => undefined);
            throw error;
          }
          await world.end();
        });
      });
    });
  }
}
