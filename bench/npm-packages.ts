/**
 * The packages from npm that only the bench needs. They stand in a package of their own, bench/package.json, so that
 * `npm ci` of the project stays small, and are installed when the bench runs for the first time.
 *
 * @module
 */

import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** dist/bench/npm-packages.js: the repository's root is two folders up. */
const folder = fileURLToPath(new URL("../../bench/", import.meta.url));

function isInstalled(): boolean {
  const installed = join(folder, "node_modules", ".package-lock.json");
  const wanted = join(folder, "package-lock.json");
  return existsSync(installed) && statSync(installed).mtimeMs >= statSync(wanted).mtimeMs;
}

/**
 * Installs what bench/package-lock.json says, unless it is there.
 *
 * @returns why that cannot be, in one line, when it cannot
 */
export function installPackages(): string | undefined {
  if (isInstalled()) return undefined;
  console.log("bench: installing bench/package.json");
  const npm = process.env["npm_execpath"];
  const [program, ...before] = npm === undefined ? ["npm"] : [process.execPath, npm];
  const ci = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", "--prefix", folder];
  const { status } = spawnSync(program, [...before, ...ci], { cwd: folder, stdio: "inherit" });
  return status === 0 ? undefined : "npm ci fails in bench/";
}

/**
 * Loads one of these packages.
 *
 * @typeParam T - what is used of it; nothing checks that it is there
 */
export async function loadPackage<T>(name: string): Promise<T> {
  const path = createRequire(join(folder, "package.json")).resolve(name);
  return (await import(pathToFileURL(path).href)) as T;
}

/** The version of one of these packages. */
export function packageVersion(name: string): string {
  const read = createRequire(join(folder, "package.json"));
  const { version } = read(join(folder, "node_modules", name, "package.json")) as { version: string };
  return version;
}
