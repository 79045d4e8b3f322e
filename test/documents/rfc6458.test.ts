import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { missingIn, problemsOf } from "../../scripts/rfc6458/check.js";
import { buildPage, type Page } from "../../scripts/rfc6458/page.js";
import { publicSurface, type Exported, type PublicSurface } from "../../scripts/rfc6458/public-surface.js";
import { render } from "../../scripts/rfc6458/render.js";
import type { Row } from "../../scripts/rfc6458/row.js";
import { testRuns } from "../../scripts/rfc6458/tests-run.js";
import * as sctpkit from "../../src/index.js";

// dist/test/documents/rfc6458.test.js
const root = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));
const surface = publicSurface(root, Object.keys(sctpkit));
const runs = testRuns(root);
const page = buildPage(surface, root);

/** The problems of a page that differs from the real one, but for those that the real one has. */
function newProblems(changed: Partial<Page>, changedSurface: PublicSurface = surface): string {
  const known = new Set(problemsOf(page, { root, surface, runs }));
  return problemsOf({ ...page, ...changed }, { root, surface: changedSurface, runs })
    .filter((problem) => !known.has(problem))
    .join("\n");
}

/** The page with one row in place of another. */
function withRow(change: Partial<Row>): Partial<Page> {
  const [table, ...others] = page.tables;
  assert.ok(table?.rows[0] !== undefined);
  const row = { ...table.rows[0], ...change };
  return { tables: [{ ...table, rows: [row, ...table.rows.slice(1)] }, ...others] };
}

/** What the package exports, with one export otherwise, or without it. */
function withExport(name: string, change: Partial<Exported> | undefined): PublicSurface {
  const changed = new Map(surface);
  changed.delete(name);
  const exported: Exported = {
    name,
    isValue: true,
    isType: false,
    number: undefined,
    documentation: "It is.",
    members: [],
  };
  if (change !== undefined) changed.set(name, { ...exported, ...surface.get(name), ...change });
  return changed;
}

describe("RFC 6458, row by row", () => {
  test("every row is true of what the package exports, and shown by a test that is run", () => {
    assert.deepEqual(problemsOf(page, { root, surface, runs }), []);
  });

  test("docs/rfc6458.md is what the rows say (npm run docs)", () => {
    const written = readFileSync(join(root, "docs/rfc6458.md"), "utf8");
    assert.ok(written === render(page), "npm run docs writes another one");
  });

  test("constants have at run time the numbers that their types say", () => {
    const atRunTime: Readonly<Record<string, unknown>> = sctpkit;
    for (const { name } of page.constants) {
      assert.equal(atRunTime[name], surface.get(name)?.number, name);
    }
  });
});

describe("what is wrong with the rows is found", () => {
  test("a test that is not there, is not named, or is run by nobody", () => {
    assert.match(newProblems(withRow({ tested: [] })), /socket: no test of npm test shows it/);
    assert.match(newProblems(withRow({ tested: [] })), /socket: no test on a kernel shows it/);
    const noFile = withRow({ tested: ["test/contract/none.ts: nothing at all"] });
    assert.match(newProblems(noFile), /socket: there is no file test\/contract\/none\.ts/);
    const noTest = withRow({ tested: ["test/contract/calling.ts: nothing at all"] });
    assert.match(newProblems(noTest), /socket: no test "nothing at all" in test\/contract\/calling\.ts/);
    assert.match(newProblems(withRow({ tested: ["test/contract/calling.ts"] })), /socket: name a test/);
    const notRun = withRow({ tested: ["test/types/socket-options.ts: What must not compile"] });
    assert.match(newProblems(notRun), /socket: nobody runs test\/types\/socket-options\.ts/);
    const onlyOnKernel = withRow({ tested: ["test/kernel/inside/demo.ts: the demo prints the same"] });
    assert.match(newProblems(onlyOnKernel), /socket: no test of npm test shows it/);
    const onlyHere = withRow({ tested: ["test/sockets/connect.test.ts: RFC 6458 §4.1.5: connect settles"] });
    assert.match(newProblems(onlyHere), /socket: no test on a kernel shows it/);
    assert.equal(
      newProblems({ ...onlyHere, ...withRow({ kernel: { notOffered: "no kernel has it" } }) }),
      "",
    );
    const differing =
      "test/contract/options.ts: RFC 6458 §8.2.1: sstat_penddata counts what waits to be received";
    assert.match(newProblems(withRow({ tested: [differing] })), /socket: the kernel answers ".*" otherwise/);
  });

  test("a section that the RFC has not, one that no row is about, and a row that is twice there", () => {
    assert.match(newProblems(withRow({ section: "3.1.9" })), /socket: RFC 6458 has no section 3\.1\.9/);
    const functions = page.functions.filter(({ name }) => name !== "sctp_peeloff");
    const [, ...tables] = page.tables;
    const fewer = { title: "Functions", heading: "here", rows: functions };
    assert.match(newProblems({ tables: [fewer] }), /RFC 6458 §8\.1\.1 has no row/);
    assert.equal(newProblems({ tables: [fewer, ...tables] }), "", "a rule speaks of §9.2 too");
    assert.match(newProblems(withRow({ name: "bind" })), /bind: is twice in the table "Functions"/);
  });

  test("a function that is no method, and a structure without its type, factory or a field", () => {
    assert.match(
      newProblems({}, withExport("SctpSocket", { members: [] })),
      /bind: is no method of SctpSocket/,
    );
    assert.match(
      newProblems({}, withExport("parse_notification", undefined)),
      /parse_notification: is not exported/,
    );
    assert.match(newProblems({}, withExport("sctp_event", undefined)), /sctp_event: is no type/);
    assert.match(newProblems({}, withExport("sctp_event", { isValue: false })), /sctp_event: has no factory/);
    const withoutField = withExport("sctp_event", { members: ["se_assoc_id", "se_on"] });
    assert.match(newProblems({}, withoutField), /sctp_event: has no field se_type/);
  });

  test("a constant that is not exported, has no row, or that no test of its row speaks of", () => {
    assert.match(newProblems({}, withExport("SCTP_NODELAY", undefined)), /SCTP_NODELAY: is no constant/);
    assert.match(
      newProblems({}, withExport("SCTP_NODELAY", { number: undefined })),
      /SCTP_NODELAY: is no constant/,
    );
    assert.match(
      newProblems({}, withExport("SCTP_NODELAY", { documentation: "" })),
      /SCTP_NODELAY: has no comment/,
    );
    assert.match(
      newProblems({}, withExport("SCTP_NEW", { number: 5 })),
      /SCTP_NEW: is exported and has no row/,
    );
    const tested = ["test/contract/iterating.ts: nothing"];
    const constants = page.constants.map((row) => (row.name === "SCTP_NODELAY" ? { ...row, tested } : row));
    assert.match(newProblems({ constants }), /SCTP_NODELAY: none of its tests speaks of it/);
    const optionsWithoutProof = ["SCTP_NEW"];
    assert.match(newProblems({ optionsWithoutProof }), /SCTP_NEW: the option table has it/);
  });

  test("RFC 6458 §5.4: a deprecated name that is exported after all", () => {
    assert.match(newProblems({}, withExport("SCTP_EVENTS", {})), /SCTP_EVENTS: is left out, and exported/);
    const leftOut = [...page.leftOut, { name: "more", section: "9.4", because: " " }];
    assert.match(newProblems({ leftOut }), /more: is left out without a reason/);
  });

  test("what is missing is counted, and must not be there", () => {
    const missing = { missing: "nobody has had the time" };
    const changed = withRow({ userland: missing, kernel: missing, tested: [] });
    assert.equal(newProblems(changed), "");
    assert.deepEqual(missingIn({ ...page, ...changed }).slice(0, 1), ["socket"]);
    const constants = page.constants.map((row) =>
      row.name === "SCTP_NODELAY" ? { ...row, userland: missing, kernel: missing } : row,
    );
    assert.match(newProblems({ constants }), /SCTP_NODELAY: is exported, and said to be missing/);
  });
});
