import { isWildcard, parseIpAddress } from "../base/ip-address.js";
import { READABLE } from "../native/addon.js";
import { SCTP_BINDX_ADD_ADDR } from "../sockets/constants.js";
import { systemError } from "../sockets/errors.js";
import type { SctpAddress } from "../sockets/types.js";
import { distinctAddresses } from "./connecting.js";
import type { KernelSocketState } from "./kernel-socket-state.js";
import { localAddresses, socketName } from "./local-addresses.js";
import { addressesMayChange, associationIds } from "./kernel-options.js";

/** RFC 6458 §3.1.2, §4.1.2: takes a local address and port, once. */
export function bind(state: KernelSocketState, address: SctpAddress): void {
  const { context } = state;
  const details = { address: address.address, port: address.port };
  if (socketName(state).port !== 0) {
    throw systemError("EINVAL", "bind", { ...details, message: "the socket is bound already" });
  }
  const answer = context.addon.bind(state.id, context.sockaddrs.encode(address));
  if (answer < 0) throw context.failure(answer, "bind", details);
  state.isNamed = true;
}

/** RFC 6458 §9.1: takes several local addresses, or adds or removes some. */
export function bindx(state: KernelSocketState, addresses: readonly SctpAddress[], flags: number): void {
  const { context } = state;
  const [first] = addresses as readonly [SctpAddress, ...SctpAddress[]];
  const isAdding = flags === SCTP_BINDX_ADD_ADDR;
  const { port } = socketName(state);
  let named = distinctAddresses(addresses);
  if (port !== 0 || !isAdding) {
    const own = localAddresses(state, 0);
    checkChange(state, addresses, { port, own, isAdding });
    const isOwn = (address: SctpAddress): boolean => own.some((local) => local.address === address.address);
    // An address that there is already, or that is named twice, is no error (RFC 6458 §9.1 lists none).
    if (isAdding) named = named.filter((address) => !isOwn(address));
    if (named.length === 0) return;
  } else if (addresses.some((address) => address.port !== first.port && address.port !== 0)) {
    // RFC 6458 §9.1: a first port of 0 lets the system choose, and wants all to be 0.
    throw refused("the ports must be the same");
  }
  // RFC 6458 §9.1: the port is the one that the socket has.
  const packed = context.sockaddrs.pack(named.map((address) => ({ ...address, port: first.port || port })));
  const flag = context.numbers.number("bindFlags", flags);
  const answer = context.addon.bindx(state.id, packed, named.length, flag);
  if (answer < 0) throw context.failure(answer, "sctp_bindx", { address: first.address, port: first.port });
  state.isNamed = true;
}

/** RFC 6458 §3.1.3, §4.1.3: takes associations that peers begin; with 0, no more. */
export function listen(state: KernelSocketState, backlog: number): void {
  if (state.isOneToOne && state.single !== undefined) {
    throw systemError("EINVAL", "listen", { message: "the socket has an association" });
  }
  const { context } = state;
  // Linux refuses when more than so many wait, and takes 0 for the end of listening.
  const isCounted = state.isOneToOne && process.platform === "linux" && backlog > 1;
  const answer = context.addon.listen(state.id, isCounted ? backlog - 1 : backlog);
  if (answer < 0) throw context.failure(answer, "listen");
  state.isListening = backlog > 0;
  if (state.isListening) state.watch.want(READABLE);
  state.updateHold();
}

/** What a bound socket is bound to. */
interface Bound {
  readonly port: number;
  readonly own: readonly SctpAddress[];
  readonly isAdding: boolean;
}

/** What RFC 6458 §9.1 says against a change of a bound socket's addresses. */
function checkChange(state: KernelSocketState, addresses: readonly SctpAddress[], bound: Bound): void {
  const { port, own, isAdding } = bound;
  if (port === 0) throw refused("the socket is not bound");
  if (addresses.some((address) => address.port !== 0 && address.port !== port)) {
    throw refused(`the socket is bound to port ${port}`);
  }
  const name = parseIpAddress(socketName(state).address);
  const isBoundToAll = name !== undefined && isWildcard(name) && own.length !== 1;
  const namesAll = addresses.some(({ address }) => {
    const ip = parseIpAddress(address);
    return ip !== undefined && isWildcard(ip);
  });
  if (isBoundToAll || namesAll) throw refused("a wildcard has all addresses already");
  // RFC 6458 §9.1: with associations it takes RFC 5061, which Linux has off by default; but who listens may take an
  // address away from the associations to come.
  const isForFuture = state.isListening && !isAdding;
  if (!isForFuture && !canChangeAny(state)) {
    throw systemError("EOPNOTSUPP", "sctp_bindx", { message: "the socket has associations" });
  }
  if (isAdding) return;
  const isNamed = ({ address }: SctpAddress): boolean => addresses.some((named) => named.address === address);
  if (!addresses.every(({ address }) => own.some((local) => local.address === address))) {
    throw refused("the socket is not bound to each of the addresses");
  }
  if (own.every(isNamed)) throw refused("the last address cannot be removed");
}

/** Whether there is an association whose addresses can change, or none at all. */
function canChangeAny(state: KernelSocketState): boolean {
  const { isOneToOne, single } = state;
  const ids = isOneToOne ? [single?.id].filter((known) => known !== undefined) : associationIds(state);
  return ids.length === 0 || ids.some((assocId) => addressesMayChange(state, assocId));
}

function refused(message: string): Error {
  return systemError("EINVAL", "sctp_bindx", { message });
}
