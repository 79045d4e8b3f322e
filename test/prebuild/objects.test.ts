import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { importedNames } from "../native/elf.js";
import { layoutOfObject, type Layout } from "../native/layout-of-object.js";
import { fixturePlatforms, prebuiltBinary, prebuiltNames, readLayoutFixture } from "./binaries.js";

/** What readelf calls the machine (e_machine). */
const MACHINES: Readonly<Record<string, number>> = { x64: 62, arm64: 183 };

/**
 * musl declares four bytes, and four of padding, where the kernel and glibc have eight. The least significant byte
 * comes first, so it is the same bytes.
 */
const MUSL_HALVES = [
  ["cmsghdr", "cmsg_len"],
  ["msghdr", "msg_iovlen"],
  ["msghdr", "msg_controllen"],
] as const;

/** The layout with musl's halves made whole. */
function withoutMuslHalves(layout: Layout): Layout {
  const copy: Layout = structuredClone(layout);
  for (const [structure, field] of MUSL_HALVES) {
    const entry = copy.structures[structure]?.fields[field];
    assert.equal(entry?.sizeBytes, 4, `${structure}.${field}`);
    Object.assign(entry, { sizeBytes: 8 });
  }
  return copy;
}

describe("a prebuilt addon", () => {
  for (const name of prebuiltNames) {
    test(`for ${name} is for this machine, and its layout table can be read without running it`, () => {
      const path = prebuiltBinary(name);
      assert.equal(readFileSync(path).readUInt16LE(18), MACHINES[name.split("-")[1] ?? ""]);
      const { structures, constants, errnos } = layoutOfObject(path);
      assert.ok(Object.keys(structures).length > 50);
      assert.ok(Object.keys(constants).length > 300);
      assert.ok(Object.keys(errnos).length > 80);
    });
  }

  for (const [platform, name] of fixturePlatforms) {
    test(`for ${name} has the layout that is checked in for the tests of the codecs`, () => {
      assert.deepEqual(
        layoutOfObject(prebuiltBinary(name)),
        readLayoutFixture(platform),
        "after a change of native/layout: npm run test:prebuild -- --update",
      );
    });
  }

  test("has one layout on all of Linux, but for what musl declares in halves", () => {
    const expected = readLayoutFixture("linux-x64");
    assert.deepEqual(layoutOfObject(prebuiltBinary("linux-arm64-glibc")), expected);
    for (const name of ["linux-x64-musl", "linux-arm64-musl"] as const) {
      assert.deepEqual(withoutMuslHalves(layoutOfObject(prebuiltBinary(name))), expected, name);
    }
  });

  test("has one layout on all of FreeBSD", () => {
    assert.deepEqual(
      layoutOfObject(prebuiltBinary("freebsd-arm64")),
      layoutOfObject(prebuiltBinary("freebsd-x64")),
    );
  });

  test("for glibc asks for nothing newer than 2.28", () => {
    for (const name of ["linux-x64-glibc", "linux-arm64-glibc"] as const) {
      const versions = readFileSync(prebuiltBinary(name), "latin1").matchAll(/GLIBC_2\.(\d+)/g);
      const minors = [...versions].map(([, minor]) => Number(minor));
      assert.ok(minors.length > 0, name);
      assert.ok(Math.max(...minors) <= 28, `${name}: 2.${Math.max(...minors)}`);
    }
  });

  // musl passes for glibc when a library asks for it by name, so that there the binary for glibc, which is tried first,
  // is the one that is loaded.
  test("for glibc takes nothing from the C library that musl lacks", () => {
    for (const architecture of ["x64", "arm64"] as const) {
      const imports = (library: "glibc" | "musl"): string[] =>
        importedNames(readFileSync(prebuiltBinary(`linux-${architecture}-${library}`)));
      assert.ok(imports("musl").includes("recvmsg"));
      assert.deepEqual(imports("glibc"), imports("musl"));
    }
  });
});
