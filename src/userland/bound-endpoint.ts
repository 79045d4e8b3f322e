import { type IpAddress, isWildcard, parseIpAddress, sameAddress } from "../base/ip-address.js";
import { withoutAddresses } from "./address-change.js";
import { assert } from "../base/assert.js";
import { AF_INET } from "../sockets/constants.js";
import { isSystemError, systemError } from "../sockets/errors.js";
import type { AddressFamily } from "../sockets/types.js";
import type { Association } from "../stack/association.js";
import type { AssociationConfig } from "../stack/config.js";
import type { Endpoint } from "../stack/endpoint.js";
import { advertisedAddresses } from "./socket-addresses.js";
import { socketAssociationOf } from "./socket-association.js";
import type { SocketContext } from "./socket-context.js";
import type { SocketState } from "./socket-state.js";

/** Ephemeral SCTP ports are chosen from here on (RFC 6335 §6: the dynamic ports). */
const FIRST_EPHEMERAL_PORT = 49_152;
const EPHEMERAL_PORTS = 65_536 - FIRST_EPHEMERAL_PORT;
/** Where systems begin to choose ephemeral UDP ports; one below was set by the user, perhaps on several hosts. */
const FIRST_SYSTEM_CHOSEN_PORT = 32_768;

/** What a socket wants to be bound to. */
export interface BindRequest {
  readonly addresses: readonly IpAddress[];
  /** The SCTP port; 0 lets the provider choose. */
  readonly port: number;
  readonly config: Readonly<AssociationConfig>;
  /** Whether addresses of the other family may come (RFC 6458 §9.1): those of an IPv6 socket. */
  readonly takesBothFamilies: boolean;
  /** SCTP_REUSE_PORT: others may have the port too, if they ask for it and for the same addresses. */
  readonly sharesPort: boolean;
}

/**
 * An SCTP port with its addresses and its UDP port, shared by the socket that bound it and those that were accepted
 * there or peeled off.
 */
export class BoundEndpoint {
  private readonly context: SocketContext;
  private current: Endpoint;
  private kind: "listening" | "ephemeral";
  private users = 1;
  /** The sockets that have bound it themselves: several with SCTP_REUSE_PORT, and none once they are closed. */
  private binders: readonly object[] = [];

  private constructor(context: SocketContext, endpoint: Endpoint, kind: "listening" | "ephemeral") {
    this.context = context;
    this.current = endpoint;
    this.kind = kind;
  }

  /**
   * Takes a port.
   *
   * @throws EADDRINUSE when another endpoint of this provider has it, or another process the UDP port; EADDRNOTAVAIL;
   * EBADF when the provider has been closed, because nobody would ever close what it opens
   */
  static bind(context: SocketContext, request: BindRequest): BoundEndpoint {
    const { addresses, port } = request;
    if (context.driver.isClosed) throw systemError("EBADF", "bind", { message: "the provider is closed" });
    if (port !== 0 && !context.driver.stack.isPortFree(port, addresses)) {
      // RFC 6458 §8.1.27: all of them must have set SCTP_REUSE_PORT.
      const shared = [...context.sharedEndpoints].find((other) => other.isSharedBy(request));
      if (shared === undefined) throw portInUse(request);
      return shared.share();
    }
    // An endpoint whose SCTP port was chosen by name is one that others look for.
    const kind = port === 0 ? "ephemeral" : "listening";
    const udpPort = context.driver.lowerLayer.acquirePort({ kind, addresses });
    try {
      const chosen = port === 0 ? chooseEphemeralPort(context, addresses, udpPort) : port;
      const bound = new BoundEndpoint(context, createEndpoint(context, request, chosen, udpPort), kind);
      if (request.sharesPort) context.sharedEndpoints.add(bound);
      return bound;
    } catch (error) {
      context.driver.lowerLayer.releasePort(udpPort);
      throw error;
    }
  }

  /** The stack's endpoint. */
  get endpoint(): Endpoint {
    return this.current;
  }

  /** The SCTP port. */
  get port(): number {
    return this.current.port;
  }

  /** What it is bound to; a wildcard stands for all addresses of its family. */
  get addresses(): readonly IpAddress[] {
    return this.current.addresses;
  }

  /** Whether it is bound to all addresses of a family. */
  get isWildcard(): boolean {
    return this.addresses.some(isWildcard);
  }

  /** A socket has bound it, alone or beside others (RFC 6458 §8.1.27). */
  addBinder(socket: object): void {
    if (!this.binders.includes(socket)) this.binders = this.binders.concat(socket);
  }

  /** Whether its addresses are those of one socket and of nobody else that has bound it. */
  isBoundOnlyBy(socket: object): boolean {
    return this.binders.length === 1 && this.binders[0] === socket;
  }

  /**
   * Whether a socket that uses it has no addresses but its association's: it was accepted or peeled off, or others
   * share its port (RFC 6458 §8.1.27) and keep what they are bound to.
   */
  isApartFrom(socket: SocketState): boolean {
    return socket.single !== undefined && !this.isBoundOnlyBy(socket);
  }

  /** Whether it has an association. */
  get hasAssociations(): boolean {
    return this.current.associations.size > 0;
  }

  /** Changes what future associations are made with. */
  setConfig(config: Readonly<AssociationConfig>): void {
    this.current.config = this.configOf(config);
  }

  /** What associations are made with here where a socket has these settings. */
  configOf(config: Readonly<AssociationConfig>): Readonly<AssociationConfig> {
    return endpointConfig(config, this.current.localUdpPort);
  }

  /** Whether a request is for this port and these addresses, by a socket that may have both with others. */
  private isSharedBy({ addresses, port, sharesPort }: BindRequest): boolean {
    const { addresses: own } = this;
    return (
      sharesPort &&
      port === this.port &&
      addresses.length === own.length &&
      addresses.every((address) => own.some((other) => sameAddress(address, other)))
    );
  }

  /** Another socket uses it too. */
  share(): this {
    this.users += 1;
    return this;
  }

  /** A socket uses it no more; the last one has ended its associations. */
  release(socket: object): void {
    this.binders = this.binders.filter((other) => other !== socket);
    this.users -= 1;
    if (this.users > 0) return;
    this.context.following.forget(this);
    this.context.sharedEndpoints.delete(this);
    const { driver } = this.context;
    const { localUdpPort } = this.current;
    this.current.close();
    // The last words of its associations are still to leave from there.
    driver.afterFlush(() => driver.lowerLayer.releasePort(localUdpPort));
  }

  /**
   * Becomes one that others find although its SCTP port was chosen by the provider. When the UDP port for that is
   * taken, it stays at its ephemeral one, and peers have to be told that.
   */
  becomeListening(config: Readonly<AssociationConfig>): void {
    if (this.kind === "listening" || this.hasAssociations || this.users > 1) return;
    const { lowerLayer } = this.context.driver;
    const { addresses, port, localUdpPort, owner, sharedKeys } = this.current;
    let udpPort: number;
    try {
      udpPort = lowerLayer.acquirePort({ kind: "listening", addresses });
    } catch (error) {
      if (isSystemError(error, "EADDRINUSE")) return;
      throw error;
    }
    this.current.close();
    const { takesBothFamilies } = this.current;
    this.current = createEndpoint(this.context, { addresses, config, takesBothFamilies }, port, udpPort);
    this.current.owner = owner;
    this.current.sharedKeys = sharedKeys;
    this.kind = "listening";
    lowerLayer.releasePort(localUdpPort);
  }

  /**
   * Changes the addresses (RFC 6458 §9.1).
   *
   * @throws EADDRINUSE, EADDRNOTAVAIL
   */
  setAddresses(addresses: readonly IpAddress[]): void {
    this.open(addresses);
    this.current.setAddresses(addresses);
  }

  /**
   * Has packets come in at addresses that need not be the endpoint's: those of single associations.
   *
   * @throws EADDRINUSE, EADDRNOTAVAIL
   */
  open(addresses: readonly IpAddress[]): void {
    const { driver } = this.context;
    const added = withoutAddresses(addresses, this.addresses);
    if (added.length === 0) return;
    if (!driver.stack.isPortFree(this.port, added)) throw portInUse({ addresses: added, port: this.port });
    const udpPort = driver.lowerLayer.acquirePort({ kind: this.kind, addresses: added });
    assert(udpPort === this.current.localUdpPort, "Endpoints of one kind share their UDP port.");
    driver.lowerLayer.releasePort(udpPort);
  }
}

const IPV4_WILDCARD = parseIpAddress("0.0.0.0") as IpAddress;
const IPV6_WILDCARD = parseIpAddress("::") as IpAddress;
const IPV4_WILDCARDS: readonly IpAddress[] = Object.freeze([IPV4_WILDCARD]);
const ALL_WILDCARDS: readonly IpAddress[] = Object.freeze([IPV6_WILDCARD, IPV4_WILDCARD]);

/** What binding to the wildcard means for a socket: IPv6 sockets take both families (RFC 6458 §3.1.2, §4.1.2). */
export function wildcardAddresses(family: AddressFamily): readonly IpAddress[] {
  return family === AF_INET ? IPV4_WILDCARDS : ALL_WILDCARDS;
}

function createEndpoint(
  context: SocketContext,
  { addresses, config, takesBothFamilies }: Pick<BindRequest, "addresses" | "config" | "takesBothFamilies">,
  port: number,
  localUdpPort: number,
): Endpoint {
  const { driver, advertiseAll } = context;
  const endpoint: Endpoint = driver.stack.createEndpoint({
    port,
    localUdpPort,
    addresses,
    takesBothFamilies,
    config: endpointConfig(config, localUdpPort),
    advertise: (destination, association) =>
      advertisedAddresses(destination, {
        bound: boundAddresses(endpoint, association),
        overUdp: localUdpPort !== 0,
        advertiseAll,
        local: () => driver.lowerLayer.localAddresses(),
      }),
  });
  return endpoint;
}

/** What an association may tell its peer of: the endpoint's addresses, or those that it has for itself. */
function boundAddresses(endpoint: Endpoint, association: Association | undefined): readonly IpAddress[] {
  const { addresses } = endpoint;
  if (association === undefined || addresses.some(isWildcard)) return addresses;
  const socket = socketAssociationOf(association)?.socket;
  const { localAddresses } = association;
  return socket?.bound?.isApartFrom(socket) === true && localAddresses.length > 0
    ? localAddresses
    : addresses;
}

/** Parameters with and without a UDP port, so that associations with the same ones share them. */
const withoutUdpPort = new WeakMap<Readonly<AssociationConfig>, Readonly<AssociationConfig>>();

/** Where nothing travels in UDP, there is no port (RFC 6951 §6.1). */
function endpointConfig(
  config: Readonly<AssociationConfig>,
  localUdpPort: number,
): Readonly<AssociationConfig> {
  if (localUdpPort !== 0 || config.remoteEncapsulationPort === 0) return config;
  let changed = withoutUdpPort.get(config);
  if (changed === undefined) {
    changed = Object.freeze({ ...config, remoteEncapsulationPort: 0 });
    withoutUdpPort.set(config, changed);
  }
  return changed;
}

/**
 * A port that no other client behind the same address is likely to have: two with the same one would look like one
 * that has restarted to their server, and end each other's associations. The number of the ephemeral UDP port is unique
 * on this host.
 */
function chooseEphemeralPort(
  context: SocketContext,
  addresses: readonly IpAddress[],
  udpPort: number,
): number {
  const { stack } = context.driver;
  if (
    udpPort >= FIRST_SYSTEM_CHOSEN_PORT &&
    !context.hasUsedUdpPortNumber &&
    stack.isPortFree(udpPort, addresses)
  ) {
    context.hasUsedUdpPortNumber = true;
    return udpPort;
  }
  const start = context.entropy.randomUint32() % EPHEMERAL_PORTS;
  for (let count = 0; count < EPHEMERAL_PORTS; count += 1) {
    const port = FIRST_EPHEMERAL_PORT + ((start + count) % EPHEMERAL_PORTS);
    if (stack.isPortFree(port, addresses)) return port;
  }
  throw portInUse({ addresses, port: 0 });
}

function portInUse({ addresses, port }: Pick<BindRequest, "addresses" | "port">): Error {
  return systemError("EADDRINUSE", "bind", { address: addresses[0]?.text, port });
}
