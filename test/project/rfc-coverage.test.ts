import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { problemsOf } from "../../scripts/rfc-coverage/check.js";
import { coveredDocuments } from "../../scripts/rfc-coverage/documents.js";
import { render } from "../../scripts/rfc-coverage/render.js";
import type {
  CoveredDocument,
  ImplementedStatement,
  Statement,
} from "../../scripts/rfc-coverage/statement.js";
import { keywordsIn, sectionsOf } from "../../scripts/rfc-coverage/text-sections.js";

// dist/test/project/rfc-coverage.test.js
const root = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));

describe("RFC coverage of this project", () => {
  for (const document of coveredDocuments) {
    test(`${document.name}: every statement has its place in the code and a test, or a reason`, () => {
      assert.deepEqual(problemsOf(document, root), []);
    });
  }

  test("docs/rfc-coverage.md is what the rows say (npm run docs)", () => {
    const written = readFileSync(join(root, "docs/rfc-coverage.md"), "utf8");
    assert.ok(written === render(coveredDocuments), "npm run docs writes another one");
  });
});

describe("what is wrong with rows is found", () => {
  const folder = mkdtempSync(join(tmpdir(), "rfc-coverage-"));
  after(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, "src"));
  writeFileSync(join(folder, "src/a.ts"), "export function obey() {}\n");
  writeFileSync(join(folder, "src/a.test.ts"), 'test("RFC 1 §1: it is obeyed", () => {});\n');

  const good: ImplementedStatement = {
    id: "1-1",
    level: "MUST",
    statement: "It is so.",
    implemented: ["src/a.ts#obey"],
    tested: ["src/a.test.ts: it is obeyed"],
  };
  const leftOut: Statement = {
    id: "1.1-1",
    level: "MAY",
    statement: "It may be.",
    leftOut: "Nobody wants it.",
  };

  function problems(...statements: Statement[]): string[] {
    const document: CoveredDocument = {
      name: "RFC 1",
      title: "Rules",
      sections: [
        { number: "1", title: "First", keywords: { MUST: 1 } },
        { number: "1.1", title: "Second", keywords: { MAY: 1 } },
      ],
      statements,
    };
    return problemsOf(document, folder);
  }

  test("nothing is wrong with one row for each key word", () => {
    assert.deepEqual(problems(good, leftOut), []);
  });

  test("a key word without a row, and a row without a key word", () => {
    assert.deepEqual(problems(good), ["RFC 1 §1.1: the text has 1 MAY, the rows have 0"]);
    assert.deepEqual(problems(good, { ...good, id: "1-2", level: "SHOULD" }, leftOut), [
      "RFC 1 §1: the text has 0 SHOULD, the rows have 1",
    ]);
    assert.deepEqual(problems({ ...good, times: 2 }, leftOut), [
      "RFC 1 §1: the text has 1 MUST, the rows have 2",
    ]);
    assert.deepEqual(problems(good, { ...good, id: "1-2", level: "rule" }, leftOut), []);
  });

  test("rows that are out of order, twice there, or of no section", () => {
    const rule: Statement = { ...good, id: "1-1", level: "rule" };
    assert.match(problems(good, rule, leftOut).join(), /1-1: number 2 of its section/);
    assert.match(problems(leftOut, good).join(), /1-1: its section comes earlier/);
    assert.match(problems(good, leftOut, { ...rule, id: "2-1" }).join(), /2-1: there is no such section/);
  });

  test("a file, a name or a test that is not there", () => {
    const problemsWith = (change: Partial<ImplementedStatement>): string =>
      problems({ ...good, ...change }, leftOut).join();
    assert.match(problemsWith({ implemented: ["src/b.ts#obey"] }), /no file src\/b\.ts/);
    assert.match(problemsWith({ implemented: ["src/a.ts#ob"] }), /no "ob" in src\/a\.ts/);
    assert.match(problemsWith({ implemented: ["src/a.ts"] }), /no "" in src\/a\.ts/);
    assert.match(problemsWith({ implemented: [] }), /does not say where it is implemented/);
    assert.match(problemsWith({ tested: ["src/b.test.ts: it is obeyed"] }), /no file src\/b\.test\.ts/);
    assert.match(problemsWith({ tested: ["src/a.test.ts: it is not obeyed"] }), /no test "it is not obeyed"/);
    assert.match(problemsWith({ tested: ["src/a.test.ts"] }), /name a test/);
    assert.match(problemsWith({ tested: [] }), /does not say where it is tested/);
    assert.match(problems(good, { ...leftOut, leftOut: " " }).join(), /left out without a reason/);
  });
});

describe("key words are counted in the text of an RFC", () => {
  test("each once, the longest at its place, over the ends of lines, and none that is only mentioned", () => {
    const text = 'It MUST be. It MUST\n   NOT be "MAY". NOT RECOMMENDED, but RECOMMENDED; MUSTARD must not.';
    assert.deepEqual(keywordsIn(text), {
      MUST: 1,
      "MUST NOT": 1,
      "NOT RECOMMENDED": 1,
      RECOMMENDED: 1,
    });
  });

  test("sections begin at their headings, tables of contents and running heads are none", () => {
    const text = [
      "   1.  Rules . . . . . . . . . . . . 2",
      "",
      "1.  Rules",
      "",
      "   One MUST",
      "",
      "Author                 Standards Track                   [Page 1]",
      "\f",
      "RFC 1                        Rules                       May 2013",
      "",
      "   NOT.",
      "",
      "1.1.  A Rule with a Name that Is Longer than a",
      "      Line",
      "",
      "   1.  One MAY.",
      "",
      "Appendix A.  More",
    ].join("\n");
    assert.deepEqual(sectionsOf(text), [
      { number: "1", title: "Rules", keywords: { "MUST NOT": 1 } },
      { number: "1.1", title: "A Rule with a Name that Is Longer than a Line", keywords: { MAY: 1 } },
      { number: "A", title: "More", keywords: {} },
    ]);
  });
});
