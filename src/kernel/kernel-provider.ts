import { assert } from "../base/assert.js";
import { type Addon, loadAddon } from "../native/addon.js";
import { errnoCode } from "../native/errno.js";
import { IPPROTO_SCTP, SOCK_STREAM } from "../sockets/constants.js";
import { argumentError } from "../sockets/errors.js";
import type { Provider, ProviderSocket, Readiness } from "../sockets/provider.js";
import type { AddressFamily, SocketType } from "../sockets/types.js";
import { readBeforeTelling } from "./being-readable.js";
import { KernelContext } from "./kernel-context.js";
import { newSettings } from "./kernel-settings.js";
import { KernelSocket } from "./kernel-socket.js";
import { KernelSocketState } from "./kernel-socket-state.js";
import { openDescriptor } from "./opening.js";
import { differingNumbers } from "./platform-numbers.js";

/** How long `close()` waits for a graceful end by default. */
const CLOSE_LIMIT_MS = 10_000;

/** How `socket()` answers when the kernel has no such protocol. Others are a matter of rights and limits. */
const SAYS_UNKNOWN: ReadonlySet<string> = new Set(["EPROTONOSUPPORT", "ESOCKTNOSUPPORT", "EAFNOSUPPORT"]);

/** What a kernel provider may be told. */
export interface KernelProviderOptions {
  /** How long `close()` waits for a graceful end before it aborts, in milliseconds; 10,000 by default. */
  readonly closeLimitMs?: number | undefined;
}

/**
 * Why there is no kernel provider here, for people; `undefined` when there is one. Asked anew each time, because the
 * kernel's SCTP can be loaded at any time.
 */
export function kernelUnavailability(): string | undefined {
  const addon = loadAddon();
  if ("reason" in addon) return `${addon.reason}; the userland provider needs no addon`;
  const { constants } = addon;
  const [domain, protocol] = [constants["AF_INET"] ?? 0, constants["IPPROTO_SCTP"] ?? IPPROTO_SCTP];
  const id = addon.socket(domain, constants["SOCK_STREAM"] ?? SOCK_STREAM, protocol);
  if (id >= 0) {
    addon.close(id);
    return undefined;
  }
  const code = errnoCode(addon, id);
  if (!SAYS_UNKNOWN.has(code))
    return `socket() of protocol SCTP answers ${code}; the userland provider needs none`;
  const remedy = process.platform === "freebsd" ? "`kldload sctp`" : "`modprobe sctp`";
  return `the kernel has no SCTP; ${remedy} (as root) may load it, and the userland provider needs none`;
}

/**
 * The provider over the operating system's SCTP.
 *
 * @throws Error with `ERR_SCTP_PROVIDER_UNAVAILABLE` where there is none, which says why
 */
export function createKernelProvider(options: KernelProviderOptions = {}): Provider {
  const reason = kernelUnavailability();
  if (reason !== undefined) {
    throw argumentError("ERR_SCTP_PROVIDER_UNAVAILABLE", `there is no kernel provider: ${reason}`);
  }
  return new KernelProvider(loadAddon() as Addon, options.closeLimitMs ?? CLOSE_LIMIT_MS);
}

class KernelProvider implements Provider {
  readonly name = "kernel";
  private readonly context: KernelContext;

  constructor(addon: Addon, closeLimitMs: number) {
    if (process.platform === "linux") {
      const differing = differingNumbers(addon);
      assert(
        differing.length === 0,
        `RFC 6458's constants have Linux's numbers here, but not ${differing.join()}.`,
      );
    }
    this.context = new KernelContext(addon, closeLimitMs);
  }

  createSocket(family: AddressFamily, type: SocketType, readiness: Readiness): ProviderSocket {
    const { context } = this;
    const id = openDescriptor(context, family, type);
    const origin = { id, family, type, isPeeledOff: false, settings: newSettings() };
    const state = new KernelSocketState(context, origin, readBeforeTelling);
    state.expectReadiness(readiness);
    return new KernelSocket(state);
  }
}
