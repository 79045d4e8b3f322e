import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { loadAddon } from "../../src/native/addon.js";
import * as rfc6458 from "../../src/sockets/constants.js";
import { layoutFixtureText, layoutOfObject, type Layout } from "./layout-of-object.js";

const root = new URL("../../../", import.meta.url);
const fixture = (platform: string): URL => new URL(`test/kernel/fixtures/layout-${platform}.json`, root);
const layoutOf = (platform: string): Layout => JSON.parse(readFileSync(fixture(platform), "utf8"));

const linux = layoutOf("linux-x64");
const freebsd = layoutOf("freebsd-x64");

const ownObject = fileURLToPath(new URL("native/build/sctpkit.node", root));
const ownSkipReason =
  process.platform === "linux" && existsSync(ownObject)
    ? false
    : "no addon for Linux was built on this machine: there is nothing to compare";

interface Generator {
  structLayoutSource(): string;
}

describe("the layout table", () => {
  test("is up to date with the lists that it is generated from", async () => {
    const generator: Generator = await import(new URL("native/layout/generate.mjs", root).href);
    const source = readFileSync(new URL("native/struct_layout.c", root), "utf8");
    assert.equal(source, generator.structLayoutSource(), "run: node native/layout/generate.mjs");
  });

  test("of Linux says of every constant of ours that Linux has what we say", () => {
    const shared = Object.entries(rfc6458).filter(([name]) => name in linux.constants);
    assert.ok(shared.length > 100);
    for (const [name, value] of shared) assert.equal(linux.constants[name], value, name);
  });

  test("has every constant of ours on some platform", () => {
    const unknown = Object.keys(rfc6458).filter(
      (name) => !(name in linux.constants) && !(name in freebsd.constants),
    );
    assert.deepEqual(unknown, []);
  });

  test("of Linux has the sizes and offsets that its kernel has always had", () => {
    const { structures } = linux;
    // The whole is in the fixture; these are the ones that are wrong most easily, for they are packed or out of order.
    assert.equal(structures["sctp_paddrparams"]?.sizeBytes, 156);
    assert.equal(structures["sctp_paddrparams"]?.fields["spp_pathmtu"]?.offsetBytes, 138);
    assert.equal(structures["sctp_status"]?.fields["sstat_primary"]?.offsetBytes, 24);
    assert.equal(structures["sctp_default_prinfo"]?.fields["pr_policy"]?.offsetBytes, 8);
    assert.equal(structures["sctp_pdapi_event"]?.fields["pdapi_assoc_id"]?.offsetBytes, 12);
  });

  test("of FreeBSD puts addresses first, where Linux puts the association first", () => {
    for (const [structure, association, address] of [
      ["sctp_paddrparams", "spp_assoc_id", "spp_address"],
      ["sctp_paddrinfo", "spinfo_assoc_id", "spinfo_address"],
      ["sctp_setprim", "ssp_assoc_id", "ssp_addr"],
      ["sctp_setpeerprim", "sspp_assoc_id", "sspp_addr"],
      ["sctp_udpencaps", "sue_assoc_id", "sue_address"],
    ] as const) {
      const offset = (layout: Layout, field: string): number | undefined =>
        layout.structures[structure]?.fields[field]?.offsetBytes;
      assert.deepEqual([offset(freebsd, address), offset(freebsd, association)], [0, 128], structure);
      assert.equal(offset(linux, association), 0, structure);
    }
    // Some of Linux's are packed and some are not, so that there the address is aligned.
    assert.equal(linux.structures["sctp_paddrparams"]?.fields["spp_address"]?.offsetBytes, 4);
    assert.equal(linux.structures["sctp_udpencaps"]?.fields["sue_address"]?.offsetBytes, 8);
  });

  test("lists no structure in which two fields overlap or one sticks out", () => {
    for (const { structures } of [linux, freebsd]) {
      for (const [name, { sizeBytes, fields }] of Object.entries(structures)) {
        if (name === "sctp_notification") continue; // a union
        const sorted = Object.values(fields).sort((a, b) => a.offsetBytes - b.offsetBytes);
        let end = 0;
        for (const field of sorted) {
          assert.ok(field.offsetBytes >= end, name);
          end = field.offsetBytes + field.sizeBytes;
        }
        assert.ok(end <= sizeBytes, name);
      }
    }
  });

  test("is written as a fixture from which it is read back", () => {
    const text = layoutFixtureText(freebsd);
    assert.deepEqual(JSON.parse(text), freebsd);
    assert.equal(text, readFileSync(fixture("freebsd-x64"), "utf8"));
  });

  describe("of this machine's own addon", { skip: ownSkipReason }, () => {
    test("agrees with the fixture wherever both know a name", () => {
      const own = layoutOfObject(ownObject);
      assert.ok(Object.keys(own.structures).length > 40);
      // Older headers know fewer names; and musl declares four bytes of the kernel's eight (cmsg_len and its like).
      for (const [name, structure] of Object.entries(own.structures)) {
        assert.equal(structure.sizeBytes, linux.structures[name]?.sizeBytes, name);
        for (const [field, { offsetBytes }] of Object.entries(structure.fields)) {
          assert.equal(offsetBytes, linux.structures[name]?.fields[field]?.offsetBytes, `${name}.${field}`);
        }
      }
      assert.deepEqual({ ...linux.constants, ...own.constants }, linux.constants);
      assert.deepEqual({ ...linux.errnos, ...own.errnos }, linux.errnos);
    });

    test("is the same whether the addon exports it or its file is read", () => {
      const addon = loadAddon();
      assert.ok("structures" in addon);
      const { structures, constants, errnos } = addon;
      assert.deepEqual({ structures, constants, errnos }, layoutOfObject(ownObject));
    });
  });
});
