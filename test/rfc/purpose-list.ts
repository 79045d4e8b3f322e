import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type ListedPurpose, purposesIn } from "./purpose.js";

const compiled = dirname(fileURLToPath(import.meta.url));

/** Where the list stands: among the sources, which lie beside the folder of what is compiled. */
export const LIST_PATH: string = join(compiled, "..", "..", "..", "test", "rfc", "README.md");

/** The headings of RFC 9260 that the list is divided by. */
const HEADINGS: readonly (readonly [string, string])[] = [
  ["3.1", "Common Header Field Descriptions"],
  ["3.2", "Chunk Field Descriptions"],
  ["3.3", "Chunk Definitions"],
  ["5.1", "Normal Establishment of an Association"],
  ["5.2", "Duplicate or Unexpected INIT, INIT ACK, COOKIE ECHO, and COOKIE ACK Chunks"],
  ["5.3", "Other Initialization Issues"],
  ["5.4", "Path Verification"],
  ["6", "User Data Transfer"],
  ["6.1", "Transmission of DATA Chunks"],
  ["6.2", "Acknowledgement on Reception of DATA Chunks"],
  ["6.3", "Management of Retransmission Timer"],
  ["6.4", "Multi-Homed SCTP Endpoints"],
  ["6.5", "Stream Identifier and Stream Sequence Number"],
  ["6.6", "Ordered and Unordered Delivery"],
  ["6.7", "Report Gaps in Received DATA TSNs"],
  ["6.8", "CRC32c Checksum Calculation"],
  ["6.9", "Fragmentation and Reassembly"],
  ["6.10", "Bundling"],
  ["7.2", "Slow-Start and Congestion Avoidance"],
  ["7.3", "PMTU Discovery"],
  ["8.1", "Endpoint Failure Detection"],
  ["8.2", "Path Failure Detection"],
  ["8.3", "Path Heartbeat"],
  ["8.4", 'Handle "Out of the Blue" Packets'],
  ["8.5", "Verification Tag"],
  ["9.1", "Abort of an Association"],
  ["9.2", "Shutdown of an Association"],
  ["10", "ICMP Handling"],
  ["12.3", "SCTP Interactions with Firewalls"],
];

const INTRODUCTION = `# Test purposes for RFC 9260

In the manner of ETSI TS 102 369: for each chunk type and each state of an association, what the stack has to do with
valid, invalid and inopportune input. Each purpose is one test. One stack runs in virtual time; the test writes every
packet that it gets and reads every packet that it sends ([scene.ts](../stack/scene.ts)).

An id is a group, a subject and a number. The groups: A acknowledgement, AS association setup, AT association
termination, CC congestion control, D data, DM duplicated and missing data, E errors, FH fault handling, I invalid
packets, IC ICMP, M multihoming, MIS miscellaneous. Clauses are those of RFC 9260.

The list is made of the tests (\`npm test -- rfc\` fails when they differ):

    npx tsc -b test/rfc && node dist/test/rfc/write-list.js
`;

/** All purposes of the compiled tests in this folder. */
export async function allPurposes(): Promise<ListedPurpose[]> {
  const files = readdirSync(compiled)
    .filter((name) => name.endsWith(".test.js") && name !== "purpose-list.test.js")
    .sort();
  const listed: ListedPurpose[] = [];
  for (const name of files) {
    const url = pathToFileURL(join(compiled, name)).href;
    listed.push(...(await purposesIn(name.replace(/\.js$/, ".ts"), () => import(url))));
  }
  return listed;
}

/** The list in Markdown, by the RFC's sections. */
export function listOf(purposes: readonly ListedPurpose[]): string {
  const total = `${purposes.length} purposes: ${countsOf(purposes)}.\n`;
  const sections = HEADINGS.map(([number, title]) => {
    const own = purposes.filter((listed) => headingOf(listed.clause) === number).sort(byClause);
    return own.length === 0 ? "" : `\n## §${number} ${title}\n\n${tableOf(own)}`;
  });
  return `${INTRODUCTION}\n${total}${sections.join("")}`;
}

/** The section whose heading a purpose stands under; throws for a clause that no heading has. */
export function headingOf(clause: string): string {
  const numbers = /^§(\d+)(?:\.(\d+))?/.exec(clause);
  const long = numbers?.[2] === undefined ? numbers?.[1] : `${numbers[1]}.${numbers[2]}`;
  if (long === undefined || !HEADINGS.some(([number]) => number === long)) {
    throw new Error(`${clause} is under no heading`);
  }
  return long;
}

function countsOf(purposes: readonly ListedPurpose[]): string {
  return (["valid", "invalid", "inopportune"] as const)
    .map((kind) => `${purposes.filter((listed) => listed.kind === kind).length} ${kind}`)
    .join(", ");
}

function tableOf(purposes: readonly ListedPurpose[]): string {
  const rows = purposes.map(({ id, clause, state, stimulus, kind, expected, file }) =>
    row([id, clause, state, stimulus, kind, expected, `[${file}](${file})`]),
  );
  const head = row(["Id", "Clause", "State", "Stimulus", "Kind", "Expected", "File"]);
  return [head, row(["-", "-", "-", "-", "-", "-", "-"]), ...rows, ""].join("\n");
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

function byClause(left: ListedPurpose, right: ListedPurpose): number {
  return (
    left.clause.localeCompare(right.clause, "en", { numeric: true }) ||
    left.id.localeCompare(right.id, "en", { numeric: true })
  );
}
