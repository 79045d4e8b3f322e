/**
 * The charts of docs/performance.md: horizontal bars as SVG, drawn by Vega without a browser.
 *
 * @module
 */

import { loadPackage } from "./npm-packages.js";

/** A chart of bars in groups. */
export interface BarChart {
  readonly title: string;
  /** What the axis says. */
  readonly axis: string;
  /** Values that differ by orders of magnitude need a logarithmic axis. */
  readonly isLogarithmic: boolean;
  readonly bars: readonly Bar[];
}

/** A bar; bars of the same group stand together, and those of the same name have one colour. */
export interface Bar {
  readonly group: string;
  readonly name: string;
  readonly value: number;
  /** What stands at its end. */
  readonly label: string;
}

/** What is used of Vega. */
interface Vega {
  parse(specification: object): unknown;
  readonly View: new (
    runtime: unknown,
    options: { readonly renderer: "none" },
  ) => { toSVG(): Promise<string> };
}

const WIDTH = 640;
const BAR_HEIGHT = 15;
const GROUP_GAP = 14;

/** Vega's own language; https://vega.github.io/vega/docs/ says what each word means. */
function specification({ title, axis, isLogarithmic, bars }: BarChart): object {
  const groups = [...new Set(bars.map(({ group }) => group))];
  const names = [...new Set(bars.map(({ name }) => name))];
  const shown = bars.filter(({ value }) => value > 0);
  const smallest = Math.min(...shown.map(({ value }) => value));
  const start = isLogarithmic ? 10 ** Math.floor(Math.log10(smallest) - 0.01) : 0;
  const groupHeight = names.length * BAR_HEIGHT;
  const position = { scale: "bar", field: "name" };
  const x = { scale: "x", field: "value" };
  return {
    $schema: "https://vega.github.io/schema/vega/v6.json",
    width: WIDTH,
    height: groups.length * (groupHeight + GROUP_GAP),
    padding: 8,
    background: "white",
    title: { text: title, anchor: "start", fontSize: 14 },
    data: [{ name: "bars", values: shown }],
    scales: [
      { name: "group", type: "band", domain: groups, range: "height", paddingInner: 0.06 },
      { name: "bar", type: "band", domain: names, range: [0, groupHeight] },
      {
        name: "x",
        type: isLogarithmic ? "log" : "linear",
        domain: [start, Math.max(...shown.map(({ value }) => value))],
        range: "width",
        nice: true,
      },
      { name: "colour", type: "ordinal", domain: names, range: { scheme: "tableau20" } },
    ],
    axes: [
      { orient: "bottom", scale: "x", title: axis, grid: true, tickCount: 6 },
      {
        orient: "left",
        scale: "group",
        ticks: false,
        domain: false,
        labelPadding: 8,
        labelFontWeight: "bold",
      },
    ],
    legends: [{ fill: "colour", orient: "right" }],
    marks: [
      {
        type: "group",
        from: { facet: { data: "bars", name: "members", groupby: "group" } },
        encode: { enter: { y: { scale: "group", field: "group" } } },
        marks: [
          {
            type: "rect",
            from: { data: "members" },
            encode: {
              enter: {
                y: position,
                height: { scale: "bar", band: 0.9 },
                x,
                x2: { scale: "x", value: start },
                fill: { scale: "colour", field: "name" },
              },
            },
          },
          {
            type: "text",
            from: { data: "members" },
            encode: {
              enter: {
                y: { ...position, band: 0.5 },
                x: { ...x, offset: 4 },
                text: { field: "label" },
                baseline: { value: "middle" },
                fontSize: { value: 10 },
              },
            },
          },
        ],
      },
    ],
  };
}

/** Draws it. @returns an SVG document */
export async function drawChart(chart: BarChart): Promise<string> {
  const vega = await loadPackage<Vega>("vega");
  const view = new vega.View(vega.parse(specification(chart)), { renderer: "none" });
  return `${await view.toSVG()}\n`;
}
