import { execFileSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** What a process without any setting gets as its provider, and what happens when it wants the kernel's SCTP. */
export function providerChoices(): string[] {
  const program = join(dirname(fileURLToPath(import.meta.url)), "choosing-program.js");
  // Nothing of what the tests are run with.
  const env = { ...process.env, SCTP_PROVIDER: undefined };
  return execFileSync(process.execPath, [program], { encoding: "utf8", env, stdio: "pipe" })
    .trim()
    .split("\n");
}
