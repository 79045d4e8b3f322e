/** A table with a heading; printed for people, or as Markdown for `docs/performance.md`. */
export interface Table {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** The table as text, without a line break at its end. */
export function formatTable({ title, columns, rows }: Table, asMarkdown: boolean): string {
  if (asMarkdown) {
    const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
    const rule = columns.map((_, index) => (index === 0 ? "---" : "---:"));
    return [`**${title}**`, "", line(columns), line(rule), ...rows.map(line)].join("\n");
  }
  const widths = columns.map((column, index) =>
    Math.max(column.length, ...rows.map((row) => row[index]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, index) => (index === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[index] ?? 0)))
      .join("  ")
      .trimEnd();
  return [title, ...[columns, ...rows].map((row) => `  ${line(row)}`)].join("\n");
}

/** The middle value, or the mean of the two middle ones; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? Number.NaN;
  return (upper + lower) / 2;
}

/** Three digits that matter, or whole numbers above that, with separators. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return "none";
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** `median (smallest–largest)`. */
export function formatSpread(values: readonly number[]): string {
  if (values.length === 0) return "failed";
  const range = `${formatNumber(Math.min(...values))}–${formatNumber(Math.max(...values))}`;
  return `${formatNumber(median(values))} (${range})`;
}
