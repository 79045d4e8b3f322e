/**
 * What the kernel runs as its first process, as a text for `/bin/sh`.
 *
 * @module
 */

import { join } from "node:path";
import type { PackageTree } from "./packages.js";

/**
 * Loaded before the command begins. Others come by themselves when something asks for them; the hashes are named
 * because `listen()` fails with ENOSYS without the one for cookies, and AUTH needs the rest.
 */
const MODULES = ["ipv6", "md5", "sha1_generic", "sha256_generic", "hmac", "veth", "sch_netem", "dummy"];

const SCTP_MODULES = ["sctp", "sctp_diag"];

/** What runs inside the kernel. */
export interface InnerCommand {
  /** The program and its arguments. */
  readonly words: readonly string[];
  /** All of its variables. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The folder in which it runs. */
  readonly cwd: string;
  /** Whether the kernel has SCTP. */
  readonly hasSctp: boolean;
}

/** The files through which the two sides of a run speak, in a folder of its own. */
export class RunFiles {
  /** The folder. */
  readonly folder: string;
  /** What the command prints. */
  readonly output: string;
  /** The command's exit status; written last. */
  readonly status: string;
  /** What the kernel itself prints. */
  readonly console: string;
  /** The first process. */
  readonly init: string;
  /** What the kernel calls when it wants a module. */
  readonly modprobe: string;

  /** Names the files in a folder. */
  constructor(folder: string) {
    this.folder = folder;
    this.output = join(folder, "output");
    this.status = join(folder, "status");
    this.console = join(folder, "console");
    this.init = join(folder, "init");
    this.modprobe = join(folder, "modprobe");
  }
}

/** A word as the shell takes it, whatever it contains. */
const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;

/** The words of a command as one line for the shell. */
const line = (words: readonly string[]): string => words.map(quoted).join(" ");

/** `env -i NAME=VALUE …`: with these variables and no others. */
function withVariables(env: Readonly<Record<string, string | undefined>>): string[] {
  const variables = Object.entries(env).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${value}`],
  );
  return ["env", "-i", ...variables];
}

/** The script for {@link RunFiles.modprobe}; the kernel gives it few variables. */
export function modprobeScript(tree: PackageTree): string {
  const call = [...withVariables(tree.environment({})), "modprobe", "-d", tree.path];
  return `#!/bin/sh\nexec ${line(call)} "$@"\n`;
}

/** The script for {@link RunFiles.init}. */
export function initScript(files: RunFiles, command: InnerCommand): string {
  const modules = command.hasSctp ? [...MODULES, ...SCTP_MODULES] : MODULES;
  // A kernel loads SCTP by itself as soon as a socket of it is wanted.
  const loader = command.hasSctp ? files.modprobe : "/bin/false";
  return `#!/bin/sh
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t tmpfs tmpfs /run
# The kernel brings a /dev of its own, without the folder for shared memory.
mkdir -p /dev/shm
mount -t tmpfs tmpfs /dev/shm
echo ${quoted(loader)} > /proc/sys/kernel/modprobe
${quoted(files.modprobe)} -a ${line(modules)}
${line([...withVariables(command.env), "ip", "link", "set", "lo", "up"])}
# The caller's limits do not come along, and the default of 1,024 descriptors is less than a caller may have had.
ulimit -n 65536
(
  cd ${quoted(command.cwd)} &&
  exec ${line([...withVariables(command.env), ...command.words])}
) > ${quoted(files.output)} 2>&1 < /dev/null
echo $? > ${quoted(files.status)}
# Power off at once: whatever still runs is of no interest, and the first process must not end before the kernel does.
echo o > /proc/sysrq-trigger
sleep 60
`;
}
