/**
 * `npm run kernel -- COMMAND …`: runs a command in a Linux kernel with SCTP, in this folder and with these variables;
 * prints what it prints as it comes, and ends with its exit status. `npm run kernel -- sh -c '…'` for more than one.
 *
 * @module
 */

import { KernelUnavailable } from "./packages.js";
import { killAllKernels, runInKernel, STATUS_KERNEL_DIED, STATUS_TIMED_OUT } from "./run-in-kernel.js";

process.on("exit", killAllKernels);
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => process.exit(1));

const command = process.argv.slice(2);
if (command.length === 0) {
  console.error("kernel: which command? For example: npm run kernel -- checksctp");
  process.exit(2);
}
try {
  let printed = "";
  const { status, output } = await runInKernel(command, {
    onOutput: (text) => {
      printed += text;
      process.stdout.write(text);
    },
  });
  if (status === STATUS_KERNEL_DIED || status === STATUS_TIMED_OUT) {
    console.error(output.slice(printed.length).trim());
  }
  process.exitCode = status;
} catch (error) {
  if (!(error instanceof KernelUnavailable)) throw error;
  console.error(`kernel: ${error.message}`);
  process.exitCode = STATUS_KERNEL_DIED;
}
