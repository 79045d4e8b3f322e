/**
 * `npm run test:prebuild [-- --update]`: makes the addon for every platform, looks into what was made, packs the
 * package and uses it where there is no compiler. With `--update`, the layout tables of test/kernel/fixtures are
 * written anew first: after a change of native/layout, or of Zig.
 *
 * @module
 */

import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "node:test";
import { spec } from "node:test/reporters";
import { fileURLToPath } from "node:url";
import { layoutFixtureText, layoutOfObject } from "../native/layout-of-object.js";
import { fixturePlatforms, layoutFixture, prebuiltBinary, root } from "./binaries.js";

const prebuild = spawnSync(process.execPath, [join(root, "scripts", "prebuild.mjs")], { stdio: "inherit" });
if (prebuild.status !== 0) process.exit(1);

if (process.argv.includes("--update")) {
  for (const [fixture, name] of fixturePlatforms) {
    writeFileSync(layoutFixture(fixture), layoutFixtureText(layoutOfObject(prebuiltBinary(name))));
    console.log(`wrote ${layoutFixture(fixture)}`);
  }
}

const files = ["objects.test.js", "package.test.js"].map((name) =>
  fileURLToPath(new URL(name, import.meta.url)),
);
run({ files, concurrency: false })
  .on("test:fail", () => {
    process.exitCode = 1;
  })
  .compose(new spec())
  .pipe(process.stdout);
