import { argumentError, wrongValue } from "./sockets/errors.js";
import type { Provider } from "./sockets/provider.js";
import type { ProviderChoice } from "./sockets/sctp-socket.js";
import { createUserlandProvider } from "./userland/userland-provider.js";

/** Where the choice comes from, for messages. */
const VARIABLE = "SCTP_PROVIDER";

/** The UDP port of peers by default (RFC 6951 §5.1). */
const ENCAPSULATION_PORT = "9899";

let userland: Provider | undefined;
let hasWarned = false;

/** One for the whole process, so that its sockets share their UDP ports; made when the first socket needs it. */
function userlandProvider(): Provider {
  userland ??= createUserlandProvider();
  return userland;
}

/** A host on IP protocol 132 and a host on UDP do not meet: whoever did not choose is told what it is. */
function warnOfUserland(): void {
  if (hasWarned) return;
  hasWarned = true;
  const port = process.env["SCTP_UDP_REMOTE_PORT"] ?? ENCAPSULATION_PORT;
  process.emitWarning(
    `SCTP runs in userland, in UDP packets to port ${port} (RFC 6951): peers must do so too. ` +
      `${VARIABLE}=userland, or the provider option of a socket, says that this is meant.`,
    { type: "Warning", code: "SCTP_USERLAND" },
  );
}

/**
 * The provider of sockets that were given none: nothing is made before the first of them.
 *
 * @param choice - by default what the environment variable `SCTP_PROVIDER` says, else `"auto"`, which in this version
 * is always userland and warns of it once
 * @throws Error with `ERR_SCTP_PROVIDER_UNAVAILABLE` for `"kernel"`; TypeError for a choice that there is not
 */
export function chooseProvider(choice: ProviderChoice | undefined): Provider {
  const fromEnvironment = process.env[VARIABLE];
  const isFromEnvironment = choice === undefined && fromEnvironment !== undefined && fromEnvironment !== "";
  const chosen: string = choice ?? (isFromEnvironment ? fromEnvironment : "auto");
  switch (chosen) {
    case "auto":
      warnOfUserland();
      return userlandProvider();
    case "userland":
      return userlandProvider();
    case "kernel":
      throw argumentError(
        "ERR_SCTP_PROVIDER_UNAVAILABLE",
        "the kernel provider is not in this version of sctpkit; the userland provider is",
      );
    default: {
      const name = isFromEnvironment ? `the environment variable ${VARIABLE}` : "options.provider";
      throw wrongValue(name, 'a provider, "auto", "userland" or "kernel"', chosen);
    }
  }
}
