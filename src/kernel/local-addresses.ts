import type { SctpAddress } from "../sockets/types.js";
import type { KernelSocketState } from "./kernel-socket-state.js";

/** Room for so many addresses at first; each further attempt has four times as much. */
const ADDRESSES_AT_FIRST = 16;
const ATTEMPTS_MAX = 6;

/** RFC 6458 §9.5: the local addresses; none when the socket is not bound or there is no such association. */
export function localAddresses(state: KernelSocketState, assocId: number): SctpAddress[] {
  return listed(state, (room) => state.context.addon.getladdrs(state.id, assocId, room));
}

/** RFC 6458 §9.3: the peer's addresses; none when there is no such association. */
export function peerAddresses(state: KernelSocketState, assocId: number): SctpAddress[] {
  return listed(state, (room) => state.context.addon.getpaddrs(state.id, assocId, room));
}

function listed({ context }: KernelSocketState, list: (room: Uint8Array) => number): SctpAddress[] {
  let count = ADDRESSES_AT_FIRST;
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    const room = new Uint8Array(count * context.sockaddrs.storageBytes);
    const answer = list(room);
    if (answer >= 0) return context.sockaddrs.unpack(room, answer);
    const code = context.codeOf(answer);
    if (code !== "ENOMEM" && code !== "ENOBUFS") return [];
    count *= 4;
  }
  return [];
}

/** RFC 6458 §7.4: the name of the socket. */
export function socketName(state: KernelSocketState): SctpAddress {
  const { addon, slab, sockaddrs } = state.context;
  const answer = addon.getsockname(state.id, slab.address);
  const name = answer < 0 ? undefined : sockaddrs.read(slab.addressView, 0);
  if (name === undefined) throw state.context.failure(answer, "getsockname");
  return name;
}
