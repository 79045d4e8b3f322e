import { createKernelProvider, kernelUnavailability } from "./kernel/kernel-provider.js";
import { wrongValue } from "./sockets/errors.js";
import type { Provider } from "./sockets/provider.js";
import type { ProviderChoice } from "./sockets/sctp-socket.js";
import { createUserlandProvider } from "./userland/userland-provider.js";

/** Where the choice comes from, for messages. */
const VARIABLE = "SCTP_PROVIDER";

/** The UDP port of peers by default (RFC 6951 §5.1). */
const ENCAPSULATION_PORT = "9899";

let userland: Provider | undefined;
let kernel: Provider | undefined;
let automatic: Provider | undefined;

/** One for the whole process, so that its sockets share their UDP ports; made when the first socket needs it. */
function userlandProvider(): Provider {
  userland ??= createUserlandProvider();
  return userland;
}

/** One for the whole process. It says why when there is none, and may be there when it is asked again. */
function kernelProvider(): Provider {
  kernel ??= createKernelProvider();
  return kernel;
}

/** Chosen once: sockets of one process that nobody chose a provider for reach each other. */
function automaticProvider(): Provider {
  if (automatic !== undefined) return automatic;
  const why = kernelUnavailability();
  if (why !== undefined) warnOfUserland(why);
  automatic = why === undefined ? kernelProvider() : userlandProvider();
  return automatic;
}

/** A host on IP protocol 132 and a host on UDP do not meet: whoever did not choose is told what it is. */
function warnOfUserland(why: string): void {
  const port = process.env["SCTP_UDP_REMOTE_PORT"] ?? ENCAPSULATION_PORT;
  process.emitWarning(
    `SCTP runs in userland, in UDP packets to port ${port} (RFC 6951): peers must do so too. ` +
      `The reason: ${why}. ${VARIABLE}=userland, or the provider option of a socket, says that this is meant.`,
    { type: "Warning", code: "SCTP_USERLAND" },
  );
}

/**
 * The provider of sockets that were given none: nothing is made before the first of them.
 *
 * @param choice - by default what the environment variable `SCTP_PROVIDER` says, else `"auto"`: the kernel's
 * SCTP where there is one, else userland with one warning that says so
 * @throws Error with `ERR_SCTP_PROVIDER_UNAVAILABLE` for `"kernel"` where there is none; TypeError for a choice that
 * there is not
 */
export function chooseProvider(choice: ProviderChoice | undefined): Provider {
  const fromEnvironment = process.env[VARIABLE];
  const isFromEnvironment = choice === undefined && fromEnvironment !== undefined && fromEnvironment !== "";
  const chosen: string = choice ?? (isFromEnvironment ? fromEnvironment : "auto");
  switch (chosen) {
    case "auto":
      return automaticProvider();
    case "userland":
      return userlandProvider();
    case "kernel":
      return kernelProvider();
    default: {
      const name = isFromEnvironment ? `the environment variable ${VARIABLE}` : "options.provider";
      throw wrongValue(name, 'a provider, "auto", "userland" or "kernel"', chosen);
    }
  }
}
