/**
 * Writes the measured parts of docs/performance.md and its charts. Everything else on that page is written by hand and
 * stays as it is: a measured part stands between two comments that name it.
 *
 * @module
 */

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { acceptanceTable } from "./acceptance.js";
import { type Bar, type BarChart, drawChart } from "./charts.js";
import { medianOf, type Results, type Section, SECTIONS, type SectionName } from "./results.js";
import { formatNumber, formatTable, type Table } from "./table.js";
import {
  growthTables,
  kernelTables,
  lossTables,
  oneWayTables,
  roundTripTables,
  scaleTables,
  setUpTables,
} from "./tables.js";

const TABLES: Readonly<Record<SectionName, (section: Section) => Table[]>> = {
  "one-way": oneWayTables,
  "round-trips": roundTripTables,
  loss: lossTables,
  "set-up": setUpTables,
  scale: scaleTables,
  growth: growthTables,
  kernel: kernelTables,
};

/** A chart and the name of its file. */
interface Figure {
  readonly file: string;
  readonly chart: BarChart;
}

function barsOf(section: Section, metric: string): Bar[] {
  const situations = [...new Set(section.samples.map(({ situation }) => situation))];
  return situations.flatMap((group) =>
    Object.entries(section.names).flatMap(([subject, name]) => {
      const value = medianOf(section, { subject, situation: group, metric });
      return value > 0 ? [{ group, name, value, label: formatNumber(value) }] : [];
    }),
  );
}

function figuresOf(results: Results): Partial<Record<SectionName, Figure>> {
  const figure = (name: SectionName, metric: string, title: string, isLogarithmic: boolean): object => {
    const section = results[name];
    if (section === undefined) return {};
    const bars = barsOf(section, metric);
    if (bars.length === 0) return {};
    const chart: BarChart = {
      title,
      axis: `${metric}${isLogarithmic ? ", logarithmic" : ""}`,
      isLogarithmic,
      bars,
    };
    return { [name]: { file: `${name}.svg`, chart } };
  };
  return {
    ...figure("one-way", "MB/s", "One way, by the length of messages: median", true),
    ...figure("round-trips", "p50 µs", "Round trip: median", true),
    ...figure(
      "loss",
      "MB/s",
      "One way with 1 % loss, by the length of messages and the delay each way: median",
      true,
    ),
    ...figure("set-up", "associations/s", "Setting associations up: median", false),
  };
}

function partOf(name: SectionName, section: Section, figure: Figure | undefined): string {
  const { measured, machine, settings } = section;
  const tables = TABLES[name](section).map((table) => formatTable(table, true));
  const image = figure === undefined ? [] : [`![${figure.chart.title}](performance/${figure.file})`];
  return [`Measured ${measured.slice(0, 10)}: ${settings}. ${machine}.`, ...image, ...tables].join("\n\n");
}

/** Replaces what stands between the two comments. @throws Error when they are not there */
function replacePart(text: string, name: string, part: string): string {
  const [begin, end] = [`<!-- measured: ${name} -->`, `<!-- end: ${name} -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from === -1 || to < from) throw new Error(`the page has no place for ${name}: ${begin} … ${end}`);
  return `${text.slice(0, from)}${begin}\n\n${part}\n\n${text.slice(to)}`;
}

/**
 * Writes the page and its charts into a folder.
 *
 * @param folder - receives performance.md, unless it is there, and performance/
 * @param template - the page as it is
 * @param draws - false where the package that draws is not to be had
 */
export async function writeDocument(
  folder: string,
  template: string,
  results: Results,
  draws: boolean,
): Promise<void> {
  const page = join(folder, "performance.md");
  let text = readFileSync(existsSync(page) ? page : template, "utf8");
  const figures = figuresOf(results);
  for (const name of SECTIONS) {
    const section = results[name];
    if (section !== undefined) text = replacePart(text, name, partOf(name, section, figures[name]));
  }
  text = replacePart(text, "acceptance", formatTable(acceptanceTable(results), true));
  mkdirSync(dirname(page), { recursive: true });
  writeFileSync(page, text);
  if (!draws) return;
  for (const { file, chart } of Object.values(figures)) {
    mkdirSync(join(folder, "performance"), { recursive: true });
    writeFileSync(join(folder, "performance", file), await drawChart(chart));
  }
}
