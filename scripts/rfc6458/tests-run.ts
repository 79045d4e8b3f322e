/**
 * Which files of tests are run, and where: a title in a file that nobody runs shows nothing.
 *
 * @module
 */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

/** Where a file's tests are run. */
export interface TestRuns {
  /** By `npm test`: everything but the kernel's SCTP. */
  readonly everywhere: ReadonlySet<string>;
  /** By `npm run test:kernel`: on a Linux kernel with SCTP. */
  readonly kernel: ReadonlySet<string>;
  /** By `npm run test:interop`. */
  readonly interop: ReadonlySet<string>;
  /** Titles of the contract's cases that the kernel answers otherwise, on purpose. */
  readonly differing: readonly string[];
}

/** Folders that `npm test` leaves to commands of their own, as scripts/run-tests.mjs does. */
const elsewhere = ["test/interop", "test/prebuild"];

function filesBelow(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1));
}

const importPattern = /(?:from|import\()\s*"(\.{1,2}\/[^"]+)\.js"/g;

/** These files and everything of `test/` that they import. */
function withImports(root: string, files: readonly string[]): Set<string> {
  const found = new Set<string>();
  const queue = [...files];
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    if (found.has(path) || !existsSync(join(root, path))) continue;
    found.add(path);
    for (const [, target = ""] of readFileSync(join(root, path), "utf8").matchAll(importPattern)) {
      const imported = `${normalize(join(dirname(path), target))}.ts`;
      if (imported.startsWith("test/")) queue.push(imported);
    }
  }
  return found;
}

/** The keys of the tables in test/kernel/contract/…differences.ts. */
const differencePattern = /"((?:RFC \d+|POSIX|DESIGN)[^"]*: [^"]+)"/g;

function differingTitles(root: string): string[] {
  return filesBelow(root, "test/kernel/contract")
    .filter((path) => path.endsWith("differences.ts"))
    .flatMap((path) => [...readFileSync(join(root, path), "utf8").matchAll(differencePattern)])
    .map(([, title = ""]) => title);
}

/** @param root the repository */
export function testRuns(root: string): TestRuns {
  const files = filesBelow(root, "test");
  const isElsewhere = (path: string): boolean => elsewhere.some((folder) => path.startsWith(`${folder}/`));
  return {
    everywhere: withImports(
      root,
      files.filter((path) => path.endsWith(".test.ts") && !isElsewhere(path)),
    ),
    kernel: withImports(
      root,
      files.filter((path) => dirname(path) === "test/kernel/inside"),
    ),
    interop: withImports(root, ["test/interop/main.ts"]),
    differing: differingTitles(root),
  };
}
