import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";

// dist/test/project/properties.test.js
const root = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));
const preset = pathToFileURL(join(root, "scripts", "property-seed.mjs")).href;

/** The values with which a property is tried in a process of its own. */
function valuesTried(environment: NodeJS.ProcessEnv = {}): string {
  const program = `
    import fc from "fast-check";
    fc.assert(fc.property(fc.integer(), (value) => console.log(value)));`;
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [`--import=${preset}`, "--input-type=module", "--eval", program],
    { cwd: root, encoding: "utf8", env: { ...process.env, PROPERTY_SEED: undefined, ...environment } },
  );
  assert.equal(stderr, "");
  return stdout;
}

test("npm test tries properties with the same values in every run, or with those that are asked for", () => {
  const values = valuesTried();
  assert.equal(values.trim().split("\n").length, 100);
  assert.equal(valuesTried(), values);
  assert.notEqual(valuesTried({ PROPERTY_SEED: "2" }), values);
});
