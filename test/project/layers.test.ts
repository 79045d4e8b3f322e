// The direction of the layers and the rule that the protocol has no clock are locked by tools. Here each lock is tried:
// a small tree with the project's own configuration gets one violation in each file, and lint or the compiler has to
// refuse each for exactly its own reason. A lock that silently stopped working would not be missed otherwise.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";

// dist/test/project/layers.test.js
const root = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));

interface Violation {
  readonly what: string;
  /** The file it is planted into. */
  readonly path: string;
  readonly source: string;
  /** What lint says of it: the rule, and words of our message that tell what to do instead. */
  readonly lint?: { readonly rule: string; readonly says: RegExp };
  /** What the compiler says of it. */
  readonly compiler?: { readonly code: string };
}

const importRule = "eslint(no-restricted-imports)";
const globalRule = "eslint(no-restricted-globals)";
const propertyRule = "eslint(no-restricted-properties)";

/** TS2304, TS2584 and TS2591 all say "no such name"; the latter two add which types would have it. */
const noSuchName = "TS2304|TS2584|TS2591";
const notInReferences = "TS6307";

const violations: readonly Violation[] = [
  ...["base", "wire", "stack"].flatMap((layer): Violation[] => [
    {
      what: `${layer} imports a module of Node`,
      path: `src/${layer}/imports-node.ts`,
      source: `import { setTimeout } from "node:timers/promises";\nexport const value: unknown = setTimeout;\n`,
      lint: { rule: importRule, says: /imports nothing from Node or npm/ },
      compiler: { code: noSuchName },
    },
    {
      what: `${layer} loads a module of Node later`,
      path: `src/${layer}/loads-node.ts`,
      source: `export const value: Promise<unknown> = import("node:os");\n`,
      lint: { rule: importRule, says: /imports nothing from Node or npm/ },
      compiler: { code: noSuchName },
    },
    {
      what: `${layer} sets a timer`,
      path: `src/${layer}/sets-timer.ts`,
      source: "export const value: unknown = setTimeout(() => undefined, 1);\n",
      lint: { rule: globalRule, says: /state the next deadline/ },
      compiler: { code: noSuchName },
    },
    {
      what: `${layer} uses Buffer`,
      path: `src/${layer}/uses-buffer.ts`,
      source: "export const value: unknown = Buffer.alloc(1);\n",
      lint: { rule: globalRule, says: /Uint8Array and DataView/ },
      compiler: { code: noSuchName },
    },
    {
      what: `${layer} prints`,
      path: `src/${layer}/prints.ts`,
      source: "export function print(): void {\n  console.log();\n}\n",
      lint: { rule: globalRule, says: /an event/ },
      compiler: { code: noSuchName },
    },
    {
      what: `${layer} reads Date`,
      path: `src/${layer}/reads-date.ts`,
      source: "export const value: number = Date.now();\n",
      lint: { rule: globalRule, says: /take a Millis/ },
    },
    {
      what: `${layer} reads Date by way of globalThis`,
      path: `src/${layer}/reads-global-date.ts`,
      source: "export const value: number = globalThis.Date.now();\n",
      lint: { rule: propertyRule, says: /take a Millis/ },
    },
    {
      what: `${layer} reads performance`,
      path: `src/${layer}/reads-performance.ts`,
      source: "export const value: number = performance.now();\n",
      lint: { rule: globalRule, says: /take a Millis/ },
      compiler: { code: noSuchName },
    },
    {
      what: `${layer} draws a random number`,
      path: `src/${layer}/draws.ts`,
      source: "export const value: number = Math.random();\n",
      lint: { rule: propertyRule, says: /Entropy/ },
    },
  ]),
  wrongDirection("base", "wire", /may import no other layer/),
  wrongDirection("wire", "stack", /may import src\/base/),
  wrongDirection("wire", "sockets", /may import src\/base/),
  wrongDirection("stack", "sockets", /may import src\/wire and src\/base/),
  wrongDirection("stack", "userland", /may import src\/wire and src\/base/),
  wrongDirection("sockets", "wire", /may import src\/base only/),
  wrongDirection("sockets", "stack", /may import src\/base only/),
  wrongDirection("sockets", "userland", /may import src\/base only/),
  wrongDirection("sockets", "native", /may import src\/base only/),
  wrongDirection("stack", "native", /may import src\/wire and src\/base/),
  wrongDirection("native", "sockets", /may import src\/base only/),
  wrongDirection("kernel", "userland", /may import src\/sockets, src\/native and src\/base/),
  wrongDirection("kernel", "stack", /may import src\/sockets, src\/native and src\/base/),
  wrongDirection("userland", "kernel", /may import src\/sockets, src\/stack/),
  {
    what: "userland imports the package's entry",
    path: "src/userland/imports-entry.ts",
    source: `export { value } from "../index.js";\n`,
    lint: { rule: importRule, says: /stand above every layer/ },
    compiler: { code: notInReferences },
  },
  {
    what: "the package's entry shows the protocol",
    path: "src/shows-stack.ts",
    source: `export { value } from "./stack/index.js";\n`,
    // Lint only: what a project refers to by way of another is open to it as far as the compiler goes.
    lint: { rule: importRule, says: /the protocol itself is not public/ },
  },
  {
    what: "sockets imports a transport",
    path: "src/sockets/imports-dgram.ts",
    source: `import { createSocket } from "node:dgram";\nexport const value: unknown = createSocket;\n`,
    lint: { rule: importRule, says: /transport belongs to a provider/ },
  },
  {
    what: "userland imports a package",
    path: "src/userland/imports-package.ts",
    source: `import check from "fast-check";\nexport const value: unknown = check;\n`,
    lint: { rule: importRule, says: /no runtime dependencies/ },
  },
  ...["sockets", "userland"].flatMap((layer): Violation[] => [
    {
      what: `${layer} calls setImmediate`,
      path: `src/${layer}/calls-set-immediate.ts`,
      source: "export const value: unknown = setImmediate(() => undefined);\n",
      lint: { rule: globalRule, says: /system-clock/ },
    },
    {
      what: `${layer} sets a timer`,
      path: `src/${layer}/sets-timer.ts`,
      source: "export const value: unknown = setTimeout(() => undefined, 1);\n",
      lint: { rule: globalRule, says: /system-clock/ },
    },
    {
      what: `${layer} calls process.nextTick`,
      path: `src/${layer}/calls-next-tick.ts`,
      source: "process.nextTick(() => undefined);\nexport const value: unknown = 0;\n",
      lint: { rule: propertyRule, says: /system-clock/ },
    },
    {
      what: `${layer} reads performance`,
      path: `src/${layer}/reads-performance.ts`,
      source: "export const value: number = performance.now();\n",
      lint: { rule: globalRule, says: /system-clock/ },
    },
    {
      what: `${layer} draws a random number`,
      path: `src/${layer}/draws.ts`,
      source: "export const value: number = Math.random();\n",
      lint: { rule: propertyRule, says: /Entropy/ },
    },
  ]),
  {
    what: "sockets imports a package",
    path: "src/sockets/imports-package.ts",
    source: `import check from "fast-check";\nexport const value: unknown = check;\n`,
    lint: { rule: importRule, says: /no runtime dependencies/ },
  },
  {
    what: "the package's entry imports a test",
    path: "src/imports-test.ts",
    source: `export { value } from "../test/index.js";\n`,
    lint: { rule: importRule, says: /nothing outside src is published/ },
  },
  {
    what: "userland imports node:timers/promises",
    path: "src/userland/imports-timers.ts",
    source: `import { setTimeout } from "node:timers/promises";\nexport const value: unknown = setTimeout;\n`,
    lint: { rule: importRule, says: /system-clock/ },
  },
  {
    what: "two files import each other",
    path: "src/stack/cycle-one.ts",
    source: `import { two } from "./cycle-two.js";\nexport const one = (): unknown => two;\n`,
    lint: { rule: "import(no-cycle)", says: /cycle/i },
  },
  {
    what: "a default export",
    path: "src/stack/default-export.ts",
    source: "const value: number = 1;\nexport default value;\n",
    lint: { rule: "import(no-default-export)", says: /named exports/i },
  },
  {
    what: "any",
    path: "src/stack/any.ts",
    source: "export let value: any;\n",
    lint: { rule: "typescript(no-explicit-any)", says: /any/ },
  },
  {
    what: "an enum",
    path: "src/stack/enum.ts",
    source: "export enum Colour {\n  red,\n}\n",
    compiler: { code: "TS1294" },
  },
  {
    what: "a promise that nobody awaits",
    path: "src/userland/floating.ts",
    source: "export function start(work: () => Promise<void>): void {\n  work();\n}\n",
    lint: { rule: "typescript(no-floating-promises)", says: /await/i },
  },
  {
    what: "a switch that forgets a state",
    path: "src/stack/switch.ts",
    source:
      'export function name(state: "OPEN" | "CLOSED"): string {\n' +
      '  switch (state) {\n    case "OPEN":\n      return "open";\n  }\n  return "";\n}\n',
    lint: { rule: "typescript(switch-exhaustiveness-check)", says: /CLOSED/ },
  },
  {
    what: "a function that is too long",
    path: "src/stack/long-function.ts",
    source: `export function long(): number {\n  let sum = 0;\n${"  sum += 1;\n".repeat(70)}  return sum;\n}\n`,
    lint: { rule: "eslint(max-lines-per-function)", says: /too many lines/ },
  },
  {
    what: "a file that is too long",
    path: "src/stack/long-file.ts",
    source: `export const value: number = 1;\n${"// A line.\n".repeat(600)}`,
    lint: { rule: "eslint(max-lines)", says: /too many lines/ },
  },
  {
    what: "a function of six parameters",
    path: "src/stack/parameters.ts",
    source:
      "export function sum(a: number, b: number, c: number, d: number, e: number, f: number): number {\n" +
      "  return a + b + c + d + e + f;\n}\n",
    lint: { rule: "eslint(max-params)", says: /too many parameters/ },
  },
  {
    what: "an example that reaches below the public entries",
    path: "examples/imports-stack.ts",
    source: `export { value } from "../src/stack/index.js";\n`,
    lint: { rule: importRule, says: /public entries/ },
  },
];

/**
 * What lint allows, and has to go on allowing: a rule that refuses everything would pass the tests above. (That the
 * compiler allows it too is what every build shows.)
 */
const allowed: readonly { readonly path: string; readonly source: string }[] = [
  {
    path: "src/userland/system-clock.ts",
    source: "export const value: unknown = [Date, performance, setImmediate];\n",
  },
  { path: "src/wire/allowed.ts", source: `export { value } from "../base/index.js";\n` },
  { path: "src/stack/paths/allowed.ts", source: `export { value } from "../../wire/index.js";\n` },
  {
    path: "src/sockets/allowed.ts",
    source: `import { lookup } from "node:dns/promises";\nexport const value: unknown = lookup;\n`,
  },
  { path: "src/userland/allowed.ts", source: `export { value } from "../stack/index.js";\n` },
  { path: "src/userland/allowed-too.ts", source: `export { value } from "../native/index.js";\n` },
  { path: "src/kernel/allowed.ts", source: `export { value } from "../native/index.js";\n` },
];

function wrongDirection(from: string, to: string, says: RegExp): Violation {
  return {
    what: `${from} imports ${to}`,
    path: `src/${from}/imports-${to}.ts`,
    source: `export { value } from "../${to}/index.js";\n`,
    lint: { rule: importRule, says },
    compiler: { code: notInReferences },
  };
}

interface LintDiagnostic {
  readonly message: string;
  readonly code: string;
  readonly help?: string;
  readonly filename: string;
}

let tree: string;
let lintDiagnostics: readonly LintDiagnostic[];
let compilerLines: readonly string[];

before(() => {
  tree = mkdtempSync(join(tmpdir(), "sctpkit-layers-"));
  plantTree();
  lintDiagnostics = runLint();
  compilerLines = runCompiler();
});

after(() => rmSync(tree, { recursive: true, force: true }));

function plant(path: string, source: string): void {
  mkdirSync(dirname(join(tree, path)), { recursive: true });
  writeFileSync(join(tree, path), source);
}

function plantTree(): void {
  for (const name of ["package.json", ".oxlintrc.json", "tsconfig.sans-io.json"])
    cpSync(join(root, name), join(tree, name));
  // Node's own types are checked by every real build; here they would cost more than all the rest.
  const settings = readFileSync(join(root, "tsconfig.base.json"), "utf8");
  plant("tsconfig.base.json", settings.replace('"skipLibCheck": false', '"skipLibCheck": true'));
  // A junction needs no privilege on Windows; elsewhere the word is ignored.
  symlinkSync(join(root, "node_modules"), join(tree, "node_modules"), "junction");
  for (const project of ["src", "examples", ...layers().map((layer) => `src/${layer}`)]) {
    mkdirSync(join(tree, project), { recursive: true });
    cpSync(join(root, project, "tsconfig.json"), join(tree, project, "tsconfig.json"));
    plant(`${project}/index.ts`, "export const value: number = 1;\n");
  }
  plant(
    "src/stack/cycle-two.ts",
    `import { one } from "./cycle-one.js";\nexport const two = (): unknown => one;\n`,
  );
  for (const { path, source } of [...violations, ...allowed]) plant(path, source);
}

function layers(): string[] {
  return readdirSync(join(root, "src"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);
}

function runLint(): LintDiagnostic[] {
  const program = join(root, "node_modules", "oxlint", "bin", "oxlint");
  const run = spawnSync(process.execPath, [program, "--format", "json"], { cwd: tree, encoding: "utf8" });
  assert.equal(run.status, 1, `oxlint found nothing or did not run:\n${run.stdout}${run.stderr}`);
  const report: { diagnostics: LintDiagnostic[] } = JSON.parse(run.stdout);
  return report.diagnostics;
}

function runCompiler(): string[] {
  const program = join(root, "node_modules", "typescript", "lib", "tsc.js");
  const run = spawnSync(
    process.execPath,
    [program, "-b", "src", "src/stack", "examples", "--pretty", "false"],
    {
      cwd: tree,
      encoding: "utf8",
    },
  );
  assert.notEqual(run.status, 0, "tsc built a tree full of violations");
  return run.stdout.split("\n");
}

function lintOf(path: string): LintDiagnostic[] {
  return lintDiagnostics.filter(({ filename }) => filename.replaceAll("\\", "/") === path);
}

function compilerOf(path: string): string[] {
  return compilerLines.filter((line) => line.replaceAll("\\", "/").startsWith(`${path}(`));
}

describe("the layers are locked", () => {
  for (const { what, path, lint, compiler } of violations) {
    test(`refused: ${what}`, () => {
      if (lint !== undefined) {
        const found = lintOf(path);
        assert.ok(
          found.some(
            ({ code, message, help }) => code === lint.rule && lint.says.test(`${message} ${help ?? ""}`),
          ),
          `lint should report ${lint.rule} with ${lint.says}; it reported ${JSON.stringify(found, null, 2)}`,
        );
        assert.deepEqual([...new Set(found.map(({ code }) => code))], [lint.rule], "and for no other reason");
      }
      if (compiler !== undefined) {
        const found = compilerOf(path);
        assert.match(found.join("\n"), new RegExp(`error (?:${compiler.code}):`));
      }
    });
  }

  for (const { path } of allowed) {
    test(`allowed: ${path}`, () => {
      assert.deepEqual(lintOf(path), []);
    });
  }
});
