/**
 * What applications do about the addresses of their hosts in a swarm (RFC 5061).
 *
 * @module
 */

import {
  IPPROTO_SCTP,
  SCTP_AUTO_ASCONF,
  SCTP_BINDX_ADD_ADDR,
  SCTP_BINDX_REM_ADDR,
  SCTP_SET_PEER_PRIMARY_ADDR,
} from "../../../src/sockets/constants.js";
import { isSystemError, type SystemErrorCode } from "../../../src/sockets/errors.js";
import { socketAddress } from "../../../src/userland/socket-addresses.js";
import type { Chances, Weighted } from "./chances.js";
import type { SwarmSocket } from "./swarm-socket.js";
import type { SwarmWorld } from "./swarm-world.js";

/** What may be done about addresses. */
export type AddressActionName = "add own address" | "remove own address" | "set peer primary";

/** What these calls may be refused with, because of what has happened meanwhile. */
const EXPECTED: readonly SystemErrorCode[] = [
  "EADDRINUSE",
  "EADDRNOTAVAIL",
  "EINVAL",
  "ENOBUFS",
  "ENOTCONN",
  "EOPNOTSUPP",
];

const WEIGHTS: readonly Weighted<AddressActionName>[] = [
  { value: "add own address", weight: 3 },
  { value: "remove own address", weight: 2 },
  { value: "set peer primary", weight: 2 },
];

/** How often these are done; some runs have none of them, so that what has nothing to do with them is seen as well. */
export function addressActions(chances: Chances): readonly Weighted<AddressActionName>[] {
  const isOn = chances.happens(0.5);
  return WEIGHTS.map(({ value, weight }) => ({
    value,
    weight: isOn ? weight * chances.logarithmic(1, 8) : 0,
  }));
}

export const ADDRESS_ACTIONS: Readonly<Record<AddressActionName, (world: SwarmWorld) => void>> = {
  "add own address": (world) => withSocket(world, addOwnAddress),
  "remove own address": (world) => withSocket(world, removeOwnAddress),
  "set peer primary": (world) => withSocket(world, setPeerPrimary),
};

/** A socket that is bound to the wildcard follows its host from now on (RFC 6458 §8.1.23). */
export function followAddresses({ socket }: SwarmSocket): void {
  tolerate(() => socket.setOption(IPPROTO_SCTP, SCTP_AUTO_ASCONF, 1));
}

/** A socket that may have an association. */
function withSocket(world: SwarmWorld, callback: (world: SwarmWorld, socket: SwarmSocket) => void): void {
  const host = world.chances.pickAny(world.hosts.filter(({ isUp }) => isUp));
  const socket = world.chances.pickAny([...(host?.sockets ?? [])]);
  if (socket !== undefined && !socket.isClosed) callback(world, socket);
}

/** RFC 6458 §9.1: one of the host's addresses, which the socket may have already. */
function addOwnAddress({ chances }: SwarmWorld, { host, socket }: SwarmSocket): void {
  const address = chances.pickAny(host.lowerLayer.addresses);
  if (address === undefined || socket.getladdrs(0).length === 0) return;
  tolerate(() => socket.bindx([socketAddress(address, 0, false)], SCTP_BINDX_ADD_ADDR));
}

/** RFC 6458 §9.1: one of the socket's addresses, which may be the last one. */
function removeOwnAddress({ chances }: SwarmWorld, { socket }: SwarmSocket): void {
  const local = chances.pickAny(socket.getladdrs(0));
  if (local !== undefined) tolerate(() => socket.bindx([local], SCTP_BINDX_REM_ADDR));
}

/** RFC 6458 §8.3.1: one of the association's addresses, or one that is just coming. */
function setPeerPrimary({ chances }: SwarmWorld, { socket, talks, host }: SwarmSocket): void {
  const id = chances.pickAny([...talks.keys()]);
  const address = chances.pickAny(host.lowerLayer.addresses);
  if (id === undefined || address === undefined) return;
  const value = { sspp_assoc_id: id, sspp_addr: socketAddress(address, 0, false) };
  tolerate(() => socket.setOption(IPPROTO_SCTP, SCTP_SET_PEER_PRIMARY_ADDR, value));
}

function tolerate(call: () => void): void {
  try {
    call();
  } catch (error) {
    if (!EXPECTED.some((code) => isSystemError(error, code))) throw error;
  }
}
