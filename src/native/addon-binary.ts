import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

/**
 * The folder `native` of the package. This file runs as `dist/src/native/addon-binary.js`, in a clone and in
 * the package alike.
 */
const nativeFolder = new URL("../../../native/", import.meta.url);

/** The first addon that the system takes, or what it said of each that it refused. */
export interface BinarySearch {
  /** The exports of the addon; absent when there is none. */
  readonly exports?: unknown;
  /** For people; empty when there is an addon. */
  readonly reason: string;
}

/**
 * Loads the addon: what was compiled on this host comes first, then what the package brings for the platform.
 * Which C library a process uses is not easily asked, but a binary for another one does not load: glibc's is
 * tried before musl's.
 */
export function loadBinary(): BinarySearch {
  // Others take a Node-API addon too, but not one that polls on libuv's loop.
  if (process.release.name !== "node" || "bun" in process.versions || "deno" in process.versions) {
    return { reason: "the native addon runs in Node.js only" };
  }
  const load = createRequire(import.meta.url);
  const refusals: string[] = [];
  for (const candidate of candidates()) {
    const path = fileURLToPath(new URL(candidate, nativeFolder));
    if (!existsSync(path)) continue;
    try {
      return { exports: load(path), reason: "" };
    } catch (error) {
      refusals.push(error instanceof Error ? error.message : String(error));
    }
  }
  if (refusals.length > 0) return { reason: `the native addon does not load: ${refusals.join("; ")}` };
  return {
    reason:
      `there is no native addon for ${process.platform}-${process.arch} in ${fileURLToPath(nativeFolder)}: ` +
      "it is in the package for linux and freebsd on x64 and arm64, and `npm run build:native` compiles it in a clone",
  };
}

function candidates(): string[] {
  const platform = `${process.platform}-${process.arch}`;
  const names = process.platform === "linux" ? [`${platform}-glibc`, `${platform}-musl`] : [platform];
  return ["build/sctpkit.node", ...names.map((name) => `prebuilds/${name}/sctpkit.node`)];
}
