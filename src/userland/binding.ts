import { type IpAddress, isWildcard, sameAddress } from "../base/ip-address.js";
import { AF_INET6, SCTP_BINDX_ADD_ADDR, SCTP_BINDX_REM_ADDR } from "../sockets/constants.js";
import { systemError } from "../sockets/errors.js";
import type { SctpAddress } from "../sockets/types.js";
import type { Endpoint } from "../stack/endpoint.js";
import { withoutAddresses } from "./address-change.js";
import { BoundEndpoint, wildcardAddresses } from "./bound-endpoint.js";
import {
  addressesOfAssociation,
  changeAddresses,
  hasRoomFor,
  mayChangeAddresses,
} from "./changing-addresses.js";
import { ensureBound } from "./connecting.js";
import { startListening } from "./event-handling.js";
import { ipAddressOf } from "./socket-addresses.js";
import { SocketState } from "./socket-state.js";

/** RFC 6458 §3.1.2, §4.1.2: takes a local address and port, once. */
export function bind(state: SocketState, address: SctpAddress): void {
  bindTo(state, [ipAddressOf(address)], address.port);
}

/** RFC 6458 §9.1: takes several local addresses, or adds or removes some. */
export function bindx(state: SocketState, addresses: readonly SctpAddress[], flags: number): void {
  const ips = distinct(addresses.map(ipAddressOf));
  const port = namedPort(addresses);
  const { bound } = state;
  if (flags === SCTP_BINDX_ADD_ADDR && bound === undefined) {
    // RFC 6458 §9.1: a first port of 0 lets the provider choose, and wants all to be 0.
    if (addresses[0]?.port !== port) throw refused("the ports must be the same");
    bindTo(state, ips, port);
    return;
  }
  if (bound === undefined) throw refused("the socket is not bound");
  // RFC 6458 §9.1: a bound socket has its port already.
  if (port !== 0 && port !== bound.port) throw refused(`the socket is bound to port ${bound.port}`);
  if (bound.isWildcard || ips.some(isWildcard)) throw refused("a wildcard has all addresses already");
  if (!bound.isApartFrom(state) && !bound.isBoundOnlyBy(state)) {
    const message = "other sockets share the port, and are bound to the same addresses";
    throw systemError("EOPNOTSUPP", "sctp_bindx", { message });
  }
  const owners = [...state.associations.values()];
  // RFC 6458 §9.1: who listens may take an address away from the associations to come. Those that were accepted have
  // sockets of their own in the one-to-one style.
  const isForFuture = state.listening !== undefined && flags === SCTP_BINDX_REM_ADDR;
  const own = boundAddresses(state, bound);
  const change =
    flags === SCTP_BINDX_ADD_ADDR
      ? { added: withoutAddresses(ips, own), removed: [] }
      : { added: [], removed: removable(ips, own) };
  if (owners.length > 0 && !isForFuture && !owners.some((owner) => mayChangeAddresses(owner, change))) {
    throw systemError("EOPNOTSUPP", "sctp_bindx", { message: "no peer can be told of the change" });
  }
  // RFC 6458 §9.1: all or nothing.
  if (!owners.every((owner) => hasRoomFor(owner, change))) {
    throw systemError("ENOBUFS", "sctp_bindx", { message: "too many changes wait for the peer's answers" });
  }
  if (bound.isApartFrom(state)) bound.open(change.added);
  else bound.setAddresses([...withoutAddresses(own, change.removed), ...change.added]);
  for (const owner of owners) changeAddresses(owner, change);
  state.context.driver.touch();
}

/** RFC 6458 §3.1.3, §4.1.3: takes associations that peers begin; with 0, no more. */
export function listen(state: SocketState, backlog: number): void {
  if (state.single !== undefined) {
    throw systemError("EINVAL", "listen", { message: "the socket has an association" });
  }
  const bound = ensureBound(state);
  const { endpoint } = bound;
  const { owner } = endpoint;
  // RFC 6458 §8.1.27: of those that share a port, one listens.
  if (owner !== state && owner instanceof SocketState && (owner.listening?.backlog ?? 0) > 0) {
    throw systemError("EADDRINUSE", "listen", { message: "another socket listens at the port" });
  }
  speakFor(endpoint, state);
  if (backlog > 0) bound.becomeListening(state.settings.config);
  bound.setConfig(state.settings.config);
  startListening(state, backlog);
}

function bindTo(state: SocketState, ips: readonly IpAddress[], port: number): void {
  // RFC 6458 §3.1.2, §4.1.2: bind() is called once.
  if (state.bound !== undefined) {
    throw systemError("EINVAL", "bind", {
      address: ips[0]?.text,
      port,
      message: "the socket is bound already",
    });
  }
  const [first] = ips;
  const meansAll =
    first !== undefined && isWildcard(first) && first.family === 6 && state.family === AF_INET6;
  const addresses = meansAll ? wildcardAddresses(state.family) : ips;
  const { config, sharesPort } = state.settings;
  const takesBothFamilies = state.family === AF_INET6;
  const request = { addresses, port, takesBothFamilies, config, sharesPort };
  const bound = BoundEndpoint.bind(state.context, request);
  bound.addBinder(state);
  // Of several that share a port the first speaks for the associations to come, until one listens.
  if (bound.endpoint.owner === undefined) speakFor(bound.endpoint, state);
  state.bound = bound;
}

/** Lets a socket decide about the associations to come of an endpoint. */
function speakFor(endpoint: Endpoint, state: SocketState): void {
  endpoint.owner = state;
  endpoint.sharedKeys = state.settings.sharedKeys;
}

/** What a socket is bound to. */
function boundAddresses(state: SocketState, bound: BoundEndpoint): readonly IpAddress[] {
  const { single } = state;
  return single !== undefined && bound.isApartFrom(state)
    ? addressesOfAssociation(single, bound.addresses)
    : bound.addresses;
}

/** RFC 6458 §9.1: what is removed is there, and something remains. */
function removable(ips: readonly IpAddress[], own: readonly IpAddress[]): readonly IpAddress[] {
  if (withoutAddresses(ips, own).length > 0)
    throw refused("the socket is not bound to each of the addresses");
  if (withoutAddresses(own, ips).length === 0) throw refused("the last address cannot be removed");
  return ips;
}

/** RFC 6458 §9.1: the one port that is named, or 0; the sockets have seen to it that there is only one. */
function namedPort(addresses: readonly SctpAddress[]): number {
  return addresses.find(({ port }) => port !== 0)?.port ?? 0;
}

/** An address that is named twice is one address. */
function distinct(ips: readonly IpAddress[]): readonly IpAddress[] {
  return ips.filter((ip, index) => ips.findIndex((other) => sameAddress(ip, other)) === index);
}

function refused(message: string): Error {
  return systemError("EINVAL", "sctp_bindx", { message });
}
