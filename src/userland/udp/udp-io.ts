import { type Addon, loadAddon } from "../../native/addon.js";
import { argumentError, wrongValue } from "../../sockets/errors.js";
import type { Clock } from "../clock.js";
import { readIpVersions } from "../ip/ip-version.js";
import type { UdpBufferSizes, UdpSocketHandlers, UdpSockets } from "../udp-socket.js";
import { BatchSockets } from "./batch-sockets.js";
import { DgramSockets } from "./dgram-sockets.js";

/**
 * How UDP packets are sent and received: `batch` through the native addon, many with one system call, in runs that the
 * system cuts and puts together; `dgram` one by one through `node:dgram`; `auto` takes the first of them that there is.
 * Nothing but speed differs.
 */
export type UdpIo = "auto" | "batch" | "dgram";

const WORDS: readonly string[] = ["auto", "batch", "dgram"] satisfies readonly UdpIo[];

/** What {@link openUdpIo} makes its choice by. */
export interface UdpIoOptions {
  /** Default: what the environment variable `SCTP_UDP_IO` says, else `auto`. */
  readonly io?: UdpIo;
  /** Default: false when the environment variable `SCTP_UDP_OFFLOAD` is `0`, else true. */
  readonly offload?: boolean;
  /** Default: the package's native addon. */
  readonly addon?: Addon;
  readonly sizes: UdpBufferSizes;
  readonly clock: Clock;
  readonly handlers: UdpSocketHandlers;
}

/**
 * Makes the way to have UDP sockets; nothing is opened yet.
 *
 * @throws TypeError (`ERR_SCTP_INVALID_ARG_VALUE`) when `io` is none of its words, Error
 * (`ERR_SCTP_PROVIDER_UNAVAILABLE`) when it is `batch` and there is no addon, or the system is not Linux
 */
export function openUdpIo(options: UdpIoOptions): UdpSockets {
  const { sizes, clock, handlers } = options;
  const io = options.io === undefined ? ioFromEnvironment() : checkIo("io", options.io);
  if (io === "dgram") return new DgramSockets(sizes, clock, handlers);
  const found = findBatches(options.addon ?? loadAddon());
  const offload = options.offload ?? process.env["SCTP_UDP_OFFLOAD"] !== "0";
  if (!("reason" in found)) return new BatchSockets({ ...found, offload, clock, handlers }, sizes);
  if (io === "auto") return new DgramSockets(sizes, clock, handlers);
  throw argumentError(
    "ERR_SCTP_PROVIDER_UNAVAILABLE",
    `UDP in batches is not available: ${found.reason}; io "dgram" works everywhere`,
  );
}

function findBatches(
  addon: ReturnType<typeof loadAddon>,
): Pick<ConstructorParameters<typeof BatchSockets>[0], "addon" | "versions"> | { readonly reason: string } {
  if ("reason" in addon) return addon;
  const versions = readIpVersions(addon);
  return "missing" in versions ? { reason: `this system has no ${versions.missing}` } : { addon, versions };
}

function ioFromEnvironment(): UdpIo {
  const text = process.env["SCTP_UDP_IO"];
  return text === undefined || text === "" ? "auto" : checkIo("SCTP_UDP_IO", text);
}

function checkIo(name: string, value: string): UdpIo {
  if (WORDS.includes(value)) return value as UdpIo;
  throw wrongValue(name, '"auto", "batch" or "dgram"', value);
}
