import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import type { TargetName } from "./fuzz-target.js";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const FOLDER = join(ROOT, "test", "fuzz", "corpus");

/** What stands in a file of the corpus. */
export interface CorpusEntry {
  readonly target: TargetName;
  /** What the case showed, or is kept for. */
  readonly about: string;
  readonly input: unknown;
}

/** The files of a target's corpus, in order; paths are relative to the repository. */
export function corpusFiles(target: TargetName): string[] {
  const folder = join(FOLDER, target);
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => name.endsWith(".json"));
  return names.sort().map((name) => relative(ROOT, join(folder, name)));
}

/** Reads a case; the path counts from the repository or from the root of the file system. */
export function readCorpusFile(path: string): CorpusEntry {
  const absolute = path.startsWith("/") ? path : join(ROOT, path);
  return JSON.parse(readFileSync(absolute, "utf8")) as CorpusEntry;
}

/** Keeps a case; answers the path of its file. The name follows from the case, so that none is kept twice. */
export function writeCorpusFile(entry: CorpusEntry): string {
  const digest = createHash("sha256").update(JSON.stringify(entry.input)).digest("hex").slice(0, 12);
  const folder = join(FOLDER, entry.target);
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${digest}.json`);
  writeFileSync(path, `${JSON.stringify(entry)}\n`);
  return relative(ROOT, path);
}
