import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { prebuiltNames, root } from "./binaries.js";

const npm = process.env["npm_execpath"] ?? "";
const folder = realpathSync(mkdtempSync(join(tmpdir(), "sctpkit-package-")));
const programs = join(folder, "bin");
const project = join(folder, "project");
const installed = join(project, "node_modules", "sctpkit");

/** Where nothing but Node and npm is found. */
const bareEnvironment: Readonly<Record<string, string>> = { PATH: programs, HOME: folder };

interface Output {
  readonly status: number | null;
  readonly text: string;
}

/** Runs a program; the environment is the bare one, or ours. */
function runProgram(words: readonly string[], cwd: string, env: NodeJS.ProcessEnv = bareEnvironment): Output {
  const [program = "", ...programArguments] = words;
  const { status, stdout, stderr, error } = spawnSync(program, programArguments, {
    cwd,
    env,
    encoding: "utf8",
  });
  return { status, text: error === undefined ? stdout + stderr : error.message };
}

function mustRun(words: readonly string[], cwd: string, env?: NodeJS.ProcessEnv): string {
  const { status, text } = runProgram(words, cwd, env);
  assert.equal(status, 0, `${words.join(" ")}: ${text}`);
  return text;
}

interface PackageDescription {
  readonly scripts?: Readonly<Record<string, string>>;
  readonly gypfile?: boolean;
  readonly dependencies?: unknown;
}

interface LockFile {
  readonly packages: Readonly<Record<string, { readonly hasInstallScript?: boolean }>>;
}

const readJson = <Value>(path: string): Value => JSON.parse(readFileSync(path, "utf8"));

describe("the package, where there is no compiler", () => {
  let tarball = "";

  before(() => {
    assert.notEqual(npm, "", "run this with npm run test:prebuild");
    mkdirSync(programs);
    mkdirSync(project);
    symlinkSync(process.execPath, join(programs, "node"));
    symlinkSync(npm, join(programs, "npm"));
    mustRun(
      [process.execPath, npm, "pack", "--loglevel=error", "--pack-destination", folder],
      root,
      process.env,
    );
    tarball = readdirSync(folder).find((name) => name.endsWith(".tgz")) ?? "";
    writeFileSync(join(project, "package.json"), '{ "private": true, "type": "module" }\n');
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  test("there is none, indeed", () => {
    for (const compiler of ["cc", "gcc", "clang", "make", "python3", "node-gyp"]) {
      assert.match(runProgram([compiler, "--version"], project).text, /ENOENT/, compiler);
    }
  });

  test("is installed from its tarball without the network, with scripts allowed", (context) => {
    mustRun(["npm", "install", "--offline", "--no-audit", "--no-fund", join(folder, tarball)], project);
    context.diagnostic(`${tarball} has ${statSync(join(folder, tarball)).size} bytes`);
  });

  test("has no script that runs at install, and nothing that makes npm compile", () => {
    const description = readJson<PackageDescription>(join(installed, "package.json"));
    const atInstall = ["preinstall", "install", "postinstall", "prepare", "prepublish", "dependencies"];
    assert.deepEqual(
      Object.keys(description.scripts ?? {}).filter((name) => atInstall.includes(name)),
      [],
    );
    assert.equal(description.gypfile, false);
    assert.equal(description.dependencies, undefined);
    assert.equal(readdirSync(installed).includes("binding.gyp"), false);
    const { packages } = readJson<LockFile>(join(project, "package-lock.json"));
    assert.deepEqual(Object.keys(packages), ["", "node_modules/sctpkit"]);
    assert.notEqual(packages["node_modules/sctpkit"]?.hasInstallScript, true);
  });

  test("brings the addon for every platform, and nothing else that is native", () => {
    assert.deepEqual(readdirSync(join(installed, "native")), ["prebuilds"]);
    assert.deepEqual(readdirSync(join(installed, "native", "prebuilds")).sort(), [...prebuiltNames].sort());
    for (const name of prebuiltNames) {
      assert.deepEqual(readdirSync(join(installed, "native", "prebuilds", name)), ["sctpkit.node"]);
    }
  });

  test("is installed by npm ci --ignore-scripts as well", () => {
    rmSync(join(project, "node_modules"), { recursive: true });
    mustRun(["npm", "ci", "--ignore-scripts", "--offline", "--no-audit", "--no-fund"], project);
  });

  test("loads the addon that it has brought for this platform", () => {
    const program = `
      import { loadAddon } from ${JSON.stringify(join(installed, "dist", "src", "native", "addon.js"))};
      const addon = loadAddon();
      if ("reason" in addon) throw new Error(addon.reason);
      const id = addon.socket(addon.constants.AF_INET, addon.constants.SOCK_DGRAM, 0);
      process.report.excludeNetwork = true;
      const loaded = process.report.getReport().sharedObjects.filter((path) => path.includes("sctpkit"));
      console.log(JSON.stringify({ isSocket: id > 0, closed: addon.close(id), loaded }));`;
    const output = mustRun(["node", "--input-type=module", "--eval", program], project);
    const { isSocket, closed, loaded } = JSON.parse(output) as Record<string, unknown>;
    assert.deepEqual({ isSocket, closed }, { isSocket: true, closed: 0 });
    const name = `${process.platform}-${process.arch}${process.platform === "linux" ? "-glibc" : ""}`;
    assert.deepEqual(loaded, [join(installed, "native", "prebuilds", name, "sctpkit.node")]);
  });

  test("runs the demo over the userland provider", () => {
    for (const example of ["one-to-many.js", "one-to-one.js"]) {
      copyFileSync(join(root, "dist", "examples", example), join(project, example));
    }
    const demo = join(root, "dist", "scripts", "demo.js");
    assert.match(mustRun(["node", demo, project], project), /demo: every line came\n$/);
  });
});

describe("npm run build", () => {
  // npm has its own idea of a script that is called like another with "pre" before it.
  test("does not run prebuild first, which would install a compiler", () => {
    const output = mustRun([process.execPath, npm, "run", "build", "--", "base"], root, process.env);
    assert.match(output, /scripts\/build\.mjs/);
    assert.doesNotMatch(output, /prebuild/);
  });
});
