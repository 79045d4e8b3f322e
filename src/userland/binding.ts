import { type IpAddress, isWildcard, sameAddress } from "../base/ip-address.js";
import { AF_INET6, SCTP_BINDX_ADD_ADDR, SCTP_BINDX_REM_ADDR } from "../sockets/constants.js";
import { systemError } from "../sockets/errors.js";
import type { SctpAddress } from "../sockets/types.js";
import { BoundEndpoint, wildcardAddresses } from "./bound-endpoint.js";
import { ensureBound } from "./connecting.js";
import { startListening } from "./event-handling.js";
import { ipAddressOf } from "./socket-addresses.js";
import type { SocketState } from "./socket-state.js";

/** RFC 6458 §3.1.2, §4.1.2: takes a local address and port, once. */
export function bind(state: SocketState, address: SctpAddress): void {
  bindTo(state, [ipAddressOf(address)], address.port);
}

/** RFC 6458 §9.1: takes several local addresses, or adds or removes some. */
export function bindx(state: SocketState, addresses: readonly SctpAddress[], flags: number): void {
  const ips = distinct(addresses.map(ipAddressOf));
  const port = addresses[0]?.port ?? 0;
  const { bound } = state;
  if (flags === SCTP_BINDX_ADD_ADDR && bound === undefined) {
    bindTo(state, ips, port);
    return;
  }
  if (bound === undefined) throw refused("the socket is not bound");
  // RFC 6458 §9.1: a bound socket has its port already.
  if (port !== 0 && port !== bound.port) throw refused(`the socket is bound to port ${bound.port}`);
  if (bound.isWildcard || ips.some(isWildcard)) throw refused("a wildcard has all addresses already");
  // RFC 6458 §9.1: with associations it takes RFC 5061, which is not there yet; but who listens may take an address
  // away from the associations to come. Those that were accepted have sockets of their own in the one-to-one style.
  const isForFuture = state.listening !== undefined && flags === SCTP_BINDX_REM_ADDR;
  if (state.associations.size > 0 && !isForFuture) {
    throw systemError("EOPNOTSUPP", "sctp_bindx", { message: "the socket has associations" });
  }
  const isListed = (address: IpAddress): boolean => ips.some((ip) => sameAddress(ip, address));
  const isBound = (address: IpAddress): boolean => bound.addresses.some((own) => sameAddress(own, address));
  if (flags === SCTP_BINDX_ADD_ADDR) {
    bound.setAddresses([...bound.addresses, ...ips.filter((address) => !isBound(address))]);
    return;
  }
  if (!ips.every(isBound)) throw refused("the socket is not bound to each of the addresses");
  const left = bound.addresses.filter((address) => !isListed(address));
  if (left.length === 0) throw refused("the last address cannot be removed");
  bound.setAddresses(left);
}

/** RFC 6458 §3.1.3, §4.1.3: takes associations that peers begin; with 0, no more. */
export function listen(state: SocketState, backlog: number): void {
  if (state.single !== undefined) {
    throw systemError("EINVAL", "listen", { message: "the socket has an association" });
  }
  const bound = ensureBound(state);
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
  const bound = BoundEndpoint.bind(state.context, { addresses, port, config: state.settings.config });
  bound.endpoint.owner = state;
  state.bound = bound;
}

/** An address that is named twice is one address. */
function distinct(ips: readonly IpAddress[]): readonly IpAddress[] {
  return ips.filter((ip, index) => ips.findIndex((other) => sameAddress(ip, other)) === index);
}

function refused(message: string): Error {
  return systemError("EINVAL", "sctp_bindx", { message });
}
