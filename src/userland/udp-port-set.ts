import { type IpAddress, isLinkLocal, isLoopback, isWildcard } from "../base/ip-address.js";
import { type Millis, NEVER } from "../base/millis.js";
import { systemError } from "../sockets/errors.js";
import type { UdpSocket, UdpSockets } from "./udp-socket.js";

/** How often a set that may choose its port tries another one, because a local address has it taken. */
const PORT_ATTEMPTS_MAX = 16;

/** What a {@link UdpPortSet} is made of. */
export interface UdpPortSetOptions {
  /** The UDP port of all sockets; 0 lets the system choose it with the first. */
  readonly port: number;
  /** Opens the sockets. */
  readonly sockets: UdpSockets;
  /** What a wildcard address stands for. */
  readonly localAddresses: () => readonly IpAddress[];
}

/**
 * UDP sockets on one port, one for each local address in use: Node tells neither which address a packet was sent to
 * nor lets a socket of several addresses choose which one it sends from.
 */
export class UdpPortSet {
  /** How many endpoints use the set. */
  users = 0;
  /** When it closes if nobody uses it until then. */
  closesAt: Millis = NEVER;
  private readonly options: UdpPortSetOptions;
  private readonly sockets = new Map<string, UdpSocket>();
  /** The families of which addresses that appear later belong to the set too. */
  private readonly wildcardFamilies = new Set<4 | 6>();
  private port: number;
  private referenced = false;

  /** Nothing is opened yet. */
  constructor(options: UdpPortSetOptions) {
    this.options = options;
    this.port = options.port;
  }

  /** The UDP port; 0 as long as the system has not chosen it. */
  get udpPort(): number {
    return this.port;
  }

  /** Whether no socket is open. */
  get isEmpty(): boolean {
    return this.sockets.size === 0;
  }

  /**
   * Opens the sockets that are missing, all or none.
   *
   * @param addresses - as in `PortRequest`: a wildcard address stands for all of its family
   * @throws a system error: `EADDRINUSE` with a message that names the setting, `EADDRNOTAVAIL` …
   */
  open(addresses: readonly IpAddress[]): void {
    for (let attempt = 1; ; attempt += 1) {
      const opened: UdpSocket[] = [];
      try {
        this.openMissing(addresses, opened);
        break;
      } catch (error) {
        for (const socket of opened) this.drop(socket);
        const explained = this.explain(error);
        if (this.isEmpty) this.port = this.options.port;
        const mayTryAnother = this.isEmpty && this.port === 0 && attempt < PORT_ATTEMPTS_MAX;
        if (codeOf(error) !== "EADDRINUSE" || !mayTryAnother) throw explained;
      }
    }
    for (const address of addresses) if (isWildcard(address)) this.wildcardFamilies.add(address.family);
  }

  /**
   * The socket that a packet leaves from.
   *
   * @param source - the local address, where the sender knows it
   * @param route - what the routing table says, asked only when it matters
   */
  socketFor(
    source: IpAddress | undefined,
    destination: IpAddress,
    route: RouteLookup,
  ): UdpSocket | undefined {
    const local = source ?? this.chooseSource(destination, route);
    if (local === undefined) return undefined;
    return this.sockets.get(local.text) ?? this.openLate(local);
  }

  ref(): void {
    this.referenced = true;
    for (const socket of this.sockets.values()) socket.ref();
  }

  unref(): void {
    this.referenced = false;
    for (const socket of this.sockets.values()) socket.unref();
  }

  /** Closes all sockets; the promise settles when the system has let go. */
  async close(): Promise<void> {
    const closing = [...this.sockets.values()].map((socket) => socket.close());
    this.sockets.clear();
    this.wildcardFamilies.clear();
    this.port = this.options.port;
    await Promise.all(closing);
  }

  private openMissing(addresses: readonly IpAddress[], opened: UdpSocket[]): void {
    for (const address of addresses) {
      if (!isWildcard(address)) {
        this.openOne(address, opened);
        continue;
      }
      let error: unknown;
      for (const local of this.options.localAddresses()) {
        if (local.family !== address.family) continue;
        try {
          this.openOne(local, opened);
        } catch (problem) {
          // An address that is just going or not yet ready must not keep the others from being used.
          if (codeOf(problem) !== "EADDRNOTAVAIL") throw problem;
          error = problem;
        }
      }
      // A host without IPv6 still has a wildcard: it stands for the addresses of the other family alone.
      if (error !== undefined && this.isEmpty) throw error;
    }
    if (this.isEmpty) throw systemError("EADDRNOTAVAIL", "bind", { address: addresses[0]?.text });
  }

  private openOne(address: IpAddress, opened: UdpSocket[]): void {
    if (this.sockets.has(address.text)) return;
    const socket = this.options.sockets.open(address, this.port);
    if (this.referenced) socket.ref();
    this.port = socket.port;
    this.sockets.set(address.text, socket);
    opened.push(socket);
  }

  /** An address that came into being after the wildcard was bound. */
  private openLate(address: IpAddress): UdpSocket | undefined {
    if (!this.wildcardFamilies.has(address.family)) return undefined;
    try {
      this.openOne(address, []);
    } catch {
      return undefined;
    }
    return this.sockets.get(address.text);
  }

  private chooseSource(destination: IpAddress, route: RouteLookup): IpAddress | undefined {
    // A packet to this host leaves from the address that it goes to, as the system would do it.
    const own = this.sockets.get(destination.text);
    if (own !== undefined) return own.address;
    const routed = route(destination);
    if (routed !== undefined && this.sockets.has(routed.text)) return routed;
    if (routed !== undefined && this.wildcardFamilies.has(routed.family)) return routed;
    return this.findAddress(destination);
  }

  /** The set was opened for other addresses than the route's: one of the same scope, or else of the same family. */
  private findAddress(destination: IpAddress): IpAddress | undefined {
    let found: IpAddress | undefined;
    for (const { address } of this.sockets.values()) {
      if (address.family !== destination.family) continue;
      if (isLoopback(address) !== isLoopback(destination)) continue;
      if (isLinkLocal(address) === isLinkLocal(destination)) return address;
      found ??= address;
    }
    return found;
  }

  private drop(socket: UdpSocket): void {
    this.sockets.delete(socket.address.text);
    void socket.close();
  }

  private explain(error: unknown): unknown {
    if (codeOf(error) !== "EADDRINUSE") return error;
    const address = error instanceof Error && "address" in error ? String(error.address) : undefined;
    const message =
      `UDP port ${this.port} is in use, probably by another process with SCTP over UDP; ` +
      "choose another one with the option localUdpPort or the environment variable SCTP_UDP_LOCAL_PORT";
    return systemError("EADDRINUSE", "bind", { address, port: this.port, message });
  }
}

/** Asks which local address packets to a destination leave from. */
export type RouteLookup = (destination: IpAddress) => IpAddress | undefined;

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
