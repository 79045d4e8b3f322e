/**
 * What `npm run prebuild` makes, and where.
 *
 * @module
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Layout } from "../native/layout-of-object.js";

/** The repository. */
export const root = fileURLToPath(new URL("../../../", import.meta.url));

/** The platforms of the package, by the folders of their binaries. */
export const prebuiltNames = [
  "linux-x64-glibc",
  "linux-x64-musl",
  "linux-arm64-glibc",
  "linux-arm64-musl",
  "freebsd-x64",
  "freebsd-arm64",
] as const;

/** The layout tables that are checked in, and the binary that each is taken from. */
export const fixturePlatforms = [
  ["linux-x64", "linux-x64-glibc"],
  ["freebsd-x64", "freebsd-x64"],
] as const;

/** The path of a binary. */
export function prebuiltBinary(name: (typeof prebuiltNames)[number]): string {
  return join(root, "native", "prebuilds", name, "sctpkit.node");
}

/** The path of a layout table that is checked in. */
export function layoutFixture(platform: string): string {
  return join(root, "test", "kernel", "fixtures", `layout-${platform}.json`);
}

/** A layout table that is checked in. */
export function readLayoutFixture(platform: string): Layout {
  return JSON.parse(readFileSync(layoutFixture(platform), "utf8"));
}
