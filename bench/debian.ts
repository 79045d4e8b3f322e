/**
 * Debian's packages that the bench's peers are made of.
 *
 * @module
 */

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

/** The version of an installed package, without Debian's revision; `undefined` when there is none. */
export function debianVersion(name: string): string | undefined {
  const query = spawnSync("dpkg-query", ["-W", "-f=${Version}", name], { encoding: "utf8" });
  return query.status === 0 ? query.stdout.replace(/-[^-]*$/, "") : undefined;
}

/**
 * Installs packages unless the files that they bring are there.
 *
 * @returns why that cannot be, in one line, when it cannot
 */
export function installDebianPackages(
  packages: readonly string[],
  files: readonly string[],
): string | undefined {
  const missing = files.filter((file) => !existsSync(file));
  if (missing.length === 0) return undefined;
  const command = `apt-get install -y --no-install-recommends ${packages.join(" ")}`;
  if (process.platform !== "linux" || process.getuid?.() !== 0)
    return `needs ${missing.join(", ")}; as root: ${command}`;
  console.log(`bench: installing ${packages.join(", ")}`);
  const environment = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  for (const words of [["update"], ["install", "-y", "--no-install-recommends", ...packages]]) {
    const { status } = spawnSync("apt-get", words, { stdio: "ignore", env: environment });
    if (status !== 0) return `apt-get ${words[0]} failed`;
  }
  return files.every((file) => existsSync(file)) ? undefined : `${command} was not enough`;
}
