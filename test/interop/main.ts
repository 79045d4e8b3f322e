/**
 * `npm run test:interop [-- -v] [words of a case's name]`: our stack against usrsctp, a stack that we did not
 * write, over UDP on loopback, in both roles; and tshark's opinion of every packet that we emit. Needs Linux
 * and, once, root: it installs usrsctp, tshark and a C compiler when they are missing.
 *
 * @module
 */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { clientsOfUsrsctp } from "./clients-of-usrsctp.js";
import { dissectionCheck } from "./dissection-check.js";
import { runCase, type CaseResult, type InteropCase } from "./interop-case.js";
import { provideMachine } from "./machine.js";
import { compileProgram } from "../support/c-program.js";
import { ownPairs } from "./own-pair.js";
import { partialReliability } from "./partial-reliability.js";
import { serversOfUsrsctp } from "./servers-of-usrsctp.js";
import { simulatedNetworks } from "./simulated-networks.js";
import { USRSCTP_PEER } from "./usrsctp.js";
import { wrongKeys } from "./wrong-keys.js";
import { killAllPrograms } from "../support/program.js";

/** How long the process may take to end by itself after the last case. */
const END_LIMIT_MS = 60_000;

/** What one line of a report may list; a broken packet builder would fill the screen otherwise. */
const LISTED_MAX = 5;

function list(title: string, lines: readonly string[]): void {
  for (const line of lines.slice(0, LISTED_MAX)) console.log(`       ${title}${line}`);
  if (lines.length > LISTED_MAX) console.log(`       ${title}… and ${lines.length - LISTED_MAX} more`);
}

function report(interopCase: InteropCase, result: CaseResult, seconds: number, verbose: boolean): void {
  const { dissection } = result;
  const packets = dissection === undefined ? "" : `, ${dissection.ownPackets} packets of ours`;
  const remark = result.remark === undefined ? "" : `, ${result.remark}`;
  const verdict = result.failures.length === 0 ? "ok  " : "FAIL";
  console.log(`${verdict} ${interopCase.name} (${seconds.toFixed(1)} s${packets}${remark})`);
  list("", result.failures);
  list("foreign, not judged: ", dissection?.foreignComplaints ?? []);
  if (verbose) list("note: ", dissection?.ownRemarks ?? []);
}

async function main(): Promise<number> {
  const programArguments = process.argv.slice(2);
  const verbose = programArguments.includes("-v");
  const wanted = programArguments.filter((argument) => argument !== "-v").join(" ");
  const problem = provideMachine();
  if (problem !== undefined) {
    console.error(`interop: ${problem}`);
    return 1;
  }
  const peer = compileProgram(USRSCTP_PEER);
  if (typeof peer === "string") {
    console.error(`interop: ${peer}`);
    return 1;
  }
  const folder = await mkdtemp(join(tmpdir(), "sctpkit-interop-"));
  const cases: InteropCase[] = [
    dissectionCheck(folder),
    ...serversOfUsrsctp,
    ...clientsOfUsrsctp,
    ...partialReliability(peer.program),
    ...wrongKeys(peer.program),
    ...ownPairs,
    simulatedNetworks(folder),
  ];
  let passed = 0;
  let failed = 0;
  for (const [index, interopCase] of cases.entries()) {
    if (!interopCase.name.includes(wanted)) continue;
    const begin = performance.now();
    const result = await runCase(interopCase, join(folder, `case-${index}.pcap`));
    report(interopCase, result, (performance.now() - begin) / 1000, verbose);
    if (result.failures.length === 0) passed += 1;
    else failed += 1;
  }
  // The captures of a failed run are what one looks at next.
  if (failed === 0) await rm(folder, { recursive: true });
  else console.log(`the captures are in ${folder}`);
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 && passed > 0 ? 0 : 1;
}

// A capture shows a run of packets before it is cut. For this process and all that it starts.
process.env["SCTP_UDP_OFFLOAD"] = "0";

process.on("exit", killAllPrograms);
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => process.exit(1));

process.exitCode = await main();
// Closed sockets do not keep a process alive: if something does, that is a bug, and it must not hang the run either.
setTimeout(() => {
  console.error(
    `interop: still alive after ${END_LIMIT_MS} ms: ${process.getActiveResourcesInfo().join(", ")}`,
  );
  process.exit(1);
}, END_LIMIT_MS).unref();
