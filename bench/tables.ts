/**
 * The tables of docs/performance.md, made from what was measured.
 *
 * @module
 */

import { C_PROGRAM } from "./kernel-subjects.js";
import { type Section, valuesOf } from "./results.js";
import { formatNumber, formatSpread, median, type Table } from "./table.js";
import { LOSS_DELAYS_MS, LOSS_LENGTHS, lossSituation, ROUND_TRIP_BYTES } from "./timed-sections.js";

/** One row for each subject, one column for each situation. */
function bySubject(
  section: Section,
  title: string,
  situations: readonly string[],
  cell: (subject: string, situation: string) => string,
): Table {
  const rows = Object.entries(section.names).map(([subject, name]) => [
    name,
    ...situations.map((situation) => cell(subject, situation)),
  ]);
  return {
    title,
    columns: ["", ...situations],
    rows: rows.filter(([, ...cells]) => cells.some((text) => text !== "")),
  };
}

function situationsOf({ samples }: Section): string[] {
  return [...new Set(samples.map(({ situation }) => situation))];
}

/** A cell with `median (smallest–largest)`; empty where nothing was measured. */
function spreadOf(section: Section, metric: string): (subject: string, situation: string) => string {
  return (subject, situation) => {
    const values = valuesOf(section, { subject, situation, metric });
    return values.length === 0 ? "" : formatSpread(values);
  };
}

function middleOf(section: Section, metric: string): (subject: string, situation: string) => string {
  return (subject, situation) => {
    const values = valuesOf(section, { subject, situation, metric });
    return values.length === 0 ? "" : formatNumber(median(values));
  };
}

/** MB/s, messages/s and CPU time one way. */
export function oneWayTables(section: Section): Table[] {
  const situations = situationsOf(section);
  const sender = middleOf(section, "sender µs");
  const receiver = middleOf(section, "receiver µs");
  return [
    bySubject(section, "MB/s one way: median (smallest–largest)", situations, spreadOf(section, "MB/s")),
    bySubject(section, "Messages/s one way: median", situations, middleOf(section, "messages/s")),
    bySubject(
      section,
      "CPU time of a message in µs, sender + receiver: medians",
      situations,
      (subject, situation) => {
        const own = sender(subject, situation);
        return own === "" ? "" : `${own} + ${receiver(subject, situation)}`;
      },
    ),
    bySubject(
      section,
      "MB for each second of CPU time, both ends together: median",
      situations,
      middleOf(section, "MB per CPU second"),
    ),
  ];
}

/** The times of round trips. */
export function roundTripTables(section: Section): Table[] {
  const p50 = spreadOf(section, "p50 µs");
  const p99 = spreadOf(section, "p99 µs");
  const situation = `${ROUND_TRIP_BYTES} B`;
  const rows = Object.entries(section.names)
    .map(([subject, name]) => [name, p50(subject, situation), p99(subject, situation)])
    .filter(([, median]) => median !== "");
  return [
    {
      title: `Round trip of ${ROUND_TRIP_BYTES} bytes in µs: median (smallest–largest) of the runs`,
      columns: ["", "p50", "p99"],
      rows,
    },
  ];
}

/** Goodput under loss. */
export function lossTables(section: Section): Table[] {
  const situations = LOSS_DELAYS_MS.flatMap((delayMs) =>
    LOSS_LENGTHS.map((lengthBytes) => lossSituation(lengthBytes, delayMs)),
  );
  return [
    bySubject(
      section,
      "MB/s one way, 1 % of the packets lost in both directions, delay each way: median (smallest–largest)",
      situations,
      spreadOf(section, "MB/s"),
    ),
  ];
}

/** Setting associations up. */
export function setUpTables(section: Section): Table[] {
  const cells = ["associations/s", "connecting µs", "accepting µs"].map((metric) =>
    spreadOf(section, metric),
  );
  return [
    {
      title: "Setting associations up: median (smallest–largest)",
      columns: ["", "associations/s", "CPU µs of the connecting end, each", "of the accepting end"],
      rows: Object.entries(section.names)
        .map(([subject, name]) => [name, ...cells.map((cell) => cell(subject, "set-up"))])
        .filter(([, rate]) => rate !== ""),
    },
  ];
}

/** Every quantity of the scale, one row for each place and number of associations. */
export function scaleTables(section: Section): Table[] {
  const metrics = [...new Set(section.samples.map(({ metric }) => metric))];
  const rowsOf = (subject: string): Table => {
    const own = section.samples.filter((sample) => sample.subject === subject);
    const columns = metrics.filter((metric) => own.some((sample) => sample.metric === metric));
    const situations = [...new Set(own.map(({ situation }) => situation))];
    return {
      title: section.names[subject] ?? subject,
      columns: ["", ...columns],
      rows: situations.map((situation) => [
        situation,
        ...columns.map((metric) => middleOf(section, metric)(subject, situation)),
      ]),
    };
  };
  return [...new Set(section.samples.map(({ subject }) => subject))].map(rowsOf);
}

/** The rates of the kernel provider, one table for each length of messages, the C program first. */
export function kernelTables(section: Section): Table[] {
  const metric = "messages/s";
  return situationsOf(section).map((situation) => {
    const own = section.samples.filter((sample) => sample.situation === situation);
    const reference = median(valuesOf(section, { subject: C_PROGRAM, situation, metric }));
    return {
      title: `${situation}: median of the runs (smallest–largest)`,
      columns: ["both ends, or as said", metric, `: ${C_PROGRAM}`],
      rows: own.map(({ subject, values }) => [
        subject,
        formatSpread(values),
        formatNumber(median(values) / reference),
      ]),
    };
  });
}

/** What a message costs at N, 2N and 4N. */
export function growthTables(section: Section): Table[] {
  const subjects = [...new Set(section.samples.map(({ subject }) => subject))];
  const rows = subjects.map((subject) => {
    const own = section.samples.filter((sample) => sample.subject === subject);
    const costs = own.map(({ values }) => median(values));
    const [atBase = Number.NaN, ...others] = costs;
    return [
      subject,
      own[0]?.situation ?? "",
      ...costs.map(formatNumber),
      ...others.map((cost) => formatNumber(cost / atBase)),
    ];
  });
  return [
    {
      title: "CPU time of a message of 64 bytes in µs, both ends together: medians",
      columns: ["", "N", "at N", "at 2N", "at 4N", "2N : N", "4N : N"],
      rows,
    },
  ];
}
