/**
 * The Debian packages that the kernel and the programs inside it come from. They are unpacked into a folder of
 * the project and not installed: that works as any user, and the machine stays as it was.
 *
 * @module
 */

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
} from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

/** What is wanted inside the kernel; what the machine has already is not fetched. */
const PACKAGES = [
  "user-mode-linux", // the kernel and its modules
  "kmod", // modprobe, depmod
  "iproute2", // ip, tc, ss
  "ethtool",
  "iptables", // nft knows no family of addresses in this kernel
  "procps", // sysctl
  "lksctp-tools", // checksctp, sctp_test, sctp_darn
  "tshark", // with dumpcap
];

/** Of this list; another one gets a tree of its own. */
const TREE = `tree-${createHash("sha256").update(PACKAGES.join(" ")).digest("hex").slice(0, 8)}`;

/** From dist/test/kernel/uml to the repository. */
const repository = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "..", "..");
const cache = join(repository, "node_modules", ".cache", "sctpkit-kernel");

/** The kernel cannot be had on this machine; the message says why, in one line. */
export class KernelUnavailable extends Error {
  override readonly name = "KernelUnavailable";
}

/** A folder that looks like the root of a small Debian: `bin`, `lib`, `usr` … */
export class PackageTree {
  /** The folder. */
  readonly path: string;

  /** Describes the tree in a folder. */
  constructor(path: string) {
    this.path = path;
  }

  /** The program that is the kernel. */
  get kernel(): string {
    return join(this.path, "usr/bin/linux.uml");
  }

  /** Variables with which the tree's programs are found, behind those of the machine, and find their libraries. */
  environment(base: Readonly<Record<string, string | undefined>>): Record<string, string | undefined> {
    const own = ["usr/bin", "usr/sbin", "bin", "sbin"].map((folder) => join(this.path, folder));
    // As an ordinary user one has no sbin on the PATH; inside the kernel everybody is root.
    const path = [base["PATH"] ?? "/usr/bin:/bin", "/usr/sbin", "/sbin", ...own];
    const libraries = ["usr/lib/x86_64-linux-gnu", "lib/x86_64-linux-gnu"].map((folder) =>
      join(this.path, folder),
    );
    const preset = base["LD_LIBRARY_PATH"];
    return {
      ...base,
      PATH: path.join(":"),
      LD_LIBRARY_PATH: [...(preset === undefined ? [] : [preset]), ...libraries].join(":"),
      XTABLES_LIBDIR: this.#folderOfExtensions(),
    };
  }

  /** Where iptables finds its matches: in the tree, unless the machine has them. */
  #folderOfExtensions(): string | undefined {
    const folder = join(this.path, "usr/lib/x86_64-linux-gnu/xtables");
    return existsSync(folder) ? folder : undefined;
  }
}

/** A server that does not answer is asked again. */
const RETRIES = ["-o", "Acquire::Retries=5"];

/** Runs a program of the machine. @throws KernelUnavailable with the last line that it printed, unless it ends well */
function run(program: string, programArguments: readonly string[], options: { cwd?: string } = {}): string {
  const { status, stdout, stderr, error } = spawnSync(program, programArguments, {
    ...options,
    encoding: "utf8",
    env: { ...process.env, LC_ALL: "C", DEBIAN_FRONTEND: "noninteractive" },
  });
  if (status === 0) return stdout;
  const reason = error?.message ?? stderr.trim().split("\n").at(-1) ?? `exit status ${status}`;
  throw new KernelUnavailable(`${program} ${programArguments[0] ?? ""} failed: ${reason}`);
}

/** Fetches the archives of the packages that the machine lacks, and of what they depend on, into a folder. */
function download(folder: string): void {
  const plan = ["--simulate", "--no-install-recommends", "--no-upgrade", "install", ...PACKAGES];
  const missing = [...run("apt-get", plan).matchAll(/^Inst (\S+)/gm)].map(([, name = ""]) => name);
  run("apt-get", ["download", ...RETRIES, ...missing], { cwd: folder });
}

/** As {@link download}; a fresh machine has no lists of packages yet, and an old one's are out of date. */
function downloadWithNewLists(folder: string): void {
  try {
    download(folder);
  } catch (error) {
    // Only root may fetch the lists.
    if (process.getuid?.() !== 0) throw error;
    run("apt-get", ["update", ...RETRIES]);
    download(folder);
  }
}

/**
 * Makes links to absolute paths, such as `/sbin/depmod → /bin/kmod`, point into the tree; without an installation they
 * would point to what the machine does not have.
 */
function keepLinksInside(tree: PackageTree): void {
  for (const entry of readdirSync(tree.path, { withFileTypes: true, recursive: true })) {
    if (!entry.isSymbolicLink()) continue;
    const link = join(entry.parentPath, entry.name);
    const target = readlinkSync(link);
    if (!target.startsWith("/") || !existsSync(join(tree.path, target))) continue;
    unlinkSync(link);
    symlinkSync(relative(entry.parentPath, join(tree.path, target)), link);
  }
}

/** Has the modules looked through, so that modprobe finds them and what they need. */
function indexModules(tree: PackageTree): void {
  // The package keeps the modules apart from those of an ordinary kernel; modprobe looks for them where those are.
  mkdirSync(join(tree.path, "lib"), { recursive: true });
  symlinkSync("../usr/lib/uml/modules", join(tree.path, "lib/modules"));
  const release = readdirSync(join(tree.path, "lib/modules"))[0] ?? "";
  const environment = tree.environment(process.env);
  const { status, stderr, error } = spawnSync("depmod", ["-b", tree.path, release], {
    encoding: "utf8",
    env: environment,
  });
  if (status !== 0) throw new KernelUnavailable(`depmod failed: ${error?.message ?? stderr.trim()}`);
}

/**
 * The tree of packages; fetched and unpacked at the first call on this machine.
 *
 * @throws KernelUnavailable when that is not possible
 */
export function providePackages(): PackageTree {
  const complete = join(cache, TREE);
  if (existsSync(complete)) return new PackageTree(complete);
  if (process.platform !== "linux" || process.arch !== "x64") {
    throw new KernelUnavailable(
      `Debian has user-mode-linux for Linux on x64 only, and this is ${process.platform} on ${process.arch}`,
    );
  }
  mkdirSync(cache, { recursive: true });
  // Made under another name, so that a second process finds a whole tree or none.
  const work = mkdtempSync(join(cache, "unpacking-"));
  try {
    const archives = join(work, "archives");
    const tree = new PackageTree(join(work, "tree"));
    mkdirSync(archives);
    mkdirSync(tree.path);
    downloadWithNewLists(archives);
    for (const archive of readdirSync(archives)) run("dpkg", ["-x", join(archives, archive), tree.path]);
    if (!existsSync(tree.kernel)) throw new KernelUnavailable("the package user-mode-linux has no linux.uml");
    keepLinksInside(tree);
    indexModules(tree);
    if (!existsSync(complete)) renameSync(tree.path, complete);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return new PackageTree(complete);
}
