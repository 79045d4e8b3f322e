/**
 * `npm run chaos`: two processes with a thousand associations between them over UDP; one of them is killed with −9 and
 * started again ten times. Status 0 only when the survivor was told of everything that was lost (COMM_LOST or RESTART
 * for each association, SEND_FAILED for each message), and when neither process has a descriptor, a timer or an
 * association left in the end.
 *
 *   --associations N  how many (default 1000), half of them begun by either process
 *   --kills K         how many times (default 10)
 *
 * @module
 */

import { parseArgs } from "node:util";
import { complaintsAbout, runChaos } from "../test/chaos/chaos.js";
import { killAllPrograms } from "../test/support/program.js";

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      associations: { type: "string", default: "1000" },
      kills: { type: "string", default: "10" },
    },
  });
  const associations = Number(values.associations);
  const kills = Number(values.kills);
  if (!(associations >= 2) || associations % 2 !== 0) throw new Error("--associations takes an even number");
  if (!(kills >= 0)) throw new Error("--kills takes a number");
  const options = { associations, kills, log: (line: string) => console.log(`chaos: ${line}`) };
  const report = await runChaos(options);
  for (const [name, remains] of Object.entries({ survivor: report.survivor, victim: report.victim })) {
    console.log(`chaos: the ${name} ended by itself and has left ${JSON.stringify(remains)}`);
  }
  const complaints = complaintsAbout(report, options);
  if (complaints.length > 0) throw new Error(complaints.join("; "));
  console.log("chaos: every loss was told, and nothing was left behind");
}

process.on("exit", killAllPrograms);
try {
  await main();
} catch (error) {
  console.error(`chaos: FAILED: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  process.exit(1);
}
