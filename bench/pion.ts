/**
 * Provides pion/sctp as a peer: Debian's package of its Go sources and the driver in bench/peers/pion-bench.
 *
 * @module
 */

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { debianVersion, installDebianPackages } from "./debian.js";

const SOURCES = "/usr/share/gocode";
const PACKAGES = ["golang-go", "golang-github-pion-sctp-dev"];

/**
 * Installs what is missing, if it may, and compiles the driver, without a network: Debian's packages have all sources.
 *
 * @returns why there is none, in one line, when there is none
 */
export function buildPion(): { readonly program: string; readonly version: string } | string {
  const problem = installDebianPackages(PACKAGES, [`${SOURCES}/src/github.com/pion/sctp`, "/usr/bin/go"]);
  if (problem !== undefined) return problem;
  const folder = mkdtempSync(join(tmpdir(), "sctpkit-pion-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  const program = join(folder, "pion-bench");
  const { status, stderr } = spawnSync("go", ["build", "-o", program, "."], {
    cwd: fileURLToPath(new URL("../../bench/peers/pion-bench/", import.meta.url)),
    encoding: "utf8",
    env: {
      ...process.env,
      GO111MODULE: "off",
      GOFLAGS: "",
      GOPATH: SOURCES,
      GOCACHE: join(folder, "cache"),
    },
  });
  if (status !== 0) return `go build: ${stderr.trim().split("\n").at(-1) ?? "failed"}`;
  return { program, version: debianVersion("golang-github-pion-sctp-dev") ?? "of this machine" };
}
