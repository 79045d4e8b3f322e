import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { checkChangelog, checkRepository, checkSource } from "../../scripts/tidy.js";

// dist/test/project/tidy.test.js
const root = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));

function texts(path: string, source: string): string[] {
  return checkSource(path, source).map(({ text }) => text);
}

describe("tidy", () => {
  test("the repository is tidy", () => {
    assert.deepEqual(checkRepository(root), []);
  });

  test("a file of 600 lines passes, one of 601 does not", () => {
    assert.deepEqual(texts("test/a.test.ts", "//\n".repeat(600)), []);
    assert.match(texts("test/a.test.ts", "//\n".repeat(601)).join(), /601 lines/);
  });

  test("a line of 120 columns passes, one of 121 does not", () => {
    assert.deepEqual(texts("test/a.ts", "/".repeat(120)), []);
    assert.match(texts("test/a.ts", "/".repeat(121)).join(), /121 columns/);
  });

  test("what is unfinished is refused, words that contain it are not", () => {
    // In pieces, or tidy would refuse this very file.
    for (const [head, tail] of [
      ["TO", "DO"],
      ["FIX", "ME"],
      ["XX", "X"],
    ]) {
      assert.equal(texts("bench/a.ts", `// ${head}${tail}: later`).length, 1, `${head}${tail}`);
      assert.deepEqual(texts("bench/a.ts", `// ${head}${tail}S`), []);
    }
  });

  test("a file of the protocol cites its RFC in a comment", () => {
    assert.match(texts("src/wire/chunks/data.ts", "export {};\n").join(), /which section/);
    assert.match(
      texts("src/stack/tx/fragmenter.ts", 'const text = "RFC 9260 §6.9";\n').join(),
      /which section/,
    );
    assert.deepEqual(texts("src/wire/chunks/data.ts", "// RFC 9260 §3.3.1\nexport {};\n"), []);
    assert.deepEqual(texts("src/wire/chunks/data.ts", "/**\n * A chunk (RFC 9260 §3.3.1).\n */\n"), []);
    assert.deepEqual(texts("src/wire/bytes.ts", "export {};\n"), []);
  });

  test("an export of src has a TSDoc comment right above it", () => {
    const missing = /"value" is exported without/;
    assert.match(texts("src/base/a.ts", "export const value = 1;\n").join(), missing);
    assert.match(texts("src/base/a.ts", "/* one star */\nexport const value = 1;\n").join(), missing);
    assert.match(texts("src/base/a.ts", "/** Far away. */\n\nexport const value = 1;\n").join(), missing);
    assert.deepEqual(texts("src/base/a.ts", "/** A value. */\nexport const value = 1;\n"), []);
    assert.deepEqual(texts("src/base/a.ts", "/**\n * A value.\n */\nexport async function value() {}\n"), []);
    assert.deepEqual(texts("test/a.ts", "export const value = 1;\n"), []);
  });

  test("overloads share the comment of the first", () => {
    const overloads = "/** Doc. */\nexport function value(a: 1): 1;\nexport function value(a: 2): 2;\n";
    assert.deepEqual(texts("src/base/a.ts", overloads), []);
  });

  test("the change log has a place for what is not yet released", () => {
    assert.deepEqual(checkChangelog("# Changelog\n\n## [Unreleased]\n"), []);
    assert.equal(checkChangelog("# Changelog\n\n## [0.1.0]\n").length, 1);
  });

  for (const [lockFile, of] of [
    ["package-lock.json", "the project"],
    ["native/toolchain/package-lock.json", "the toolchain"],
    ["bench/package-lock.json", "the bench"],
  ] as const) {
    const text = readFileSync(join(root, lockFile), "utf8");

    test(`the lock file of ${of} names no registry`, () => {
      assert.equal(text.includes('"resolved"'), false);
    });

    test(`the lock file of ${of} names every optional package, or \`npm ci\` refuses it on all platforms`, () => {
      const lock: { packages: Record<string, { optionalDependencies?: Record<string, string> }> } =
        JSON.parse(text);
      const wanted = Object.values(lock.packages).flatMap((entry) =>
        Object.keys(entry.optionalDependencies ?? {}),
      );
      // The bench has none.
      if (of !== "the bench") assert.notEqual(wanted.length, 0);
      assert.deepEqual(
        wanted.filter((name) => !(`node_modules/${name}` in lock.packages)),
        [],
      );
    });
  }
});
