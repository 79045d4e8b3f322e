/**
 * What the bench has measured: kept as JSON in docs/performance, so that one part can be measured anew and the tables,
 * the charts and the comparison with what was asked for are made from all of them.
 *
 * @module
 */

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { median } from "./table.js";

/** Everything that is measured, in the order in which it is done and shown. */
export const SECTIONS = ["one-way", "round-trips", "loss", "set-up", "scale", "growth", "kernel"] as const;

/** A part of the bench. */
export type SectionName = (typeof SECTIONS)[number];

/** One quantity of one subject in one situation: a value for each run. */
export interface Sample {
  /** Who: {@link Subject.id}, or what is measured of our own. */
  readonly subject: string;
  /** In which situation: a length of messages, a number of associations. */
  readonly situation: string;
  /** What, with its unit. */
  readonly metric: string;
  readonly values: readonly number[];
}

/** What one part has measured, and where. */
export interface Section {
  /** When it ended, as an ISO 8601 date and time. */
  readonly measured: string;
  readonly machine: string;
  /** How it was asked for. */
  readonly settings: string;
  /** What each subject is called, with its version. */
  readonly names: Readonly<Record<string, string>>;
  readonly samples: readonly Sample[];
}

/** Everything that is known. */
export type Results = Partial<Record<SectionName, Section>>;

/** Reads what was measured before; nothing when there is no such file. */
export function readResults(path: string): Results {
  return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as Results) : {};
}

/** Keeps it, one sample to a line. */
export function writeResults(path: string, results: Results): void {
  const sections = SECTIONS.flatMap((name) => {
    const section = results[name];
    if (section === undefined) return [];
    const { samples, ...head } = section;
    const lines = samples.map((sample) => `      ${JSON.stringify(sample)}`).join(",\n");
    const fields = Object.entries(head).map(
      ([key, value]) => `    ${JSON.stringify(key)}: ${JSON.stringify(value)}`,
    );
    return [`  ${JSON.stringify(name)}: {\n${fields.join(",\n")},\n    "samples": [\n${lines}\n    ]\n  }`];
  });
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `{\n${sections.join(",\n")}\n}\n`);
}

/** The values of one quantity; none when it was not measured, or never succeeded. */
export function valuesOf(section: Section | undefined, key: Omit<Sample, "values">): readonly number[] {
  const found = section?.samples.find(
    ({ subject, situation, metric }) =>
      subject === key.subject && situation === key.situation && metric === key.metric,
  );
  return found?.values ?? [];
}

/** The median of one quantity; NaN when there is none. */
export function medianOf(section: Section | undefined, key: Omit<Sample, "values">): number {
  return median(valuesOf(section, key));
}

/** Collects values as they come. */
export class Samples {
  readonly #samples = new Map<string, { key: Omit<Sample, "values">; values: number[] }>();

  add(subject: string, situation: string, values: Readonly<Record<string, number>>): void {
    for (const [metric, value] of Object.entries(values)) {
      const id = `${subject}\n${situation}\n${metric}`;
      const sample = this.#samples.get(id) ?? { key: { subject, situation, metric }, values: [] };
      this.#samples.set(id, sample);
      sample.values.push(Number(value.toPrecision(5)));
    }
  }

  list(): Sample[] {
    return [...this.#samples.values()].map(({ key, values }) => ({ ...key, values }));
  }
}
