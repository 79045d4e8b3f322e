import { loadBinary } from "./addon-binary.js";
import type { PacketBatchCalls } from "./packet-batch.js";

/** Where a field stands in a structure of the platform. */
export interface FieldLayout {
  readonly offsetBytes: number;
  /** The whole field, in bytes; 0 for a flexible array member (`sca_key[]`). */
  readonly sizeBytes: number;
}

/** A C structure of this platform, as its own headers declare it. */
export interface StructureLayout {
  readonly sizeBytes: number;
  /** By the field's C name. */
  readonly fields: Readonly<Record<string, FieldLayout>>;
}

/**
 * System calls on raw bytes, through Node-API. Whoever decodes the bytes takes offsets and numbers from
 * {@link Addon.structures} and {@link Addon.constants}: nothing here knows a structure.
 *
 * Every call answers a number: 0 or more on success, and else the *negative* `errno` of the platform
 * (`-EAGAIN`). None throws and none waits; an argument of a wrong type, or a region outside its buffer,
 * answers `-EINVAL`. A call that a signal interrupted is repeated.
 *
 * - **Sockets** are named by an *id*, not by their descriptor: a slot of this thread's table with the slot's
 *   generation. A stale or made-up id answers `-EBADF`, so no descriptor of someone else can be touched. They
 *   do not block, and are closed on `exec`.
 * - **Bytes** are taken as `Uint8Array` (a `Buffer` is one), at any `byteOffset`, over an `ArrayBuffer`: one
 *   over a `SharedArrayBuffer`, or detached, answers `-EINVAL`. They are used during the call only.
 * - **Addresses** are the platform's `sockaddr` bytes; *packed* ones follow each other without gaps, each as
 *   long as its family's structure (`sockaddr_in`, `sockaddr_in6`).
 * - **Control** bytes are ancillary data as the platform lays it out (`cmsghdr`); padding has to be zero.
 *
 * One thread has one addon, with sockets of its own. When the thread ends, its sockets are closed.
 */
export interface Addon extends PacketBatchCalls {
  /** Structures by their C name (`sctp_sndinfo`); absent where the platform has none of that name. */
  readonly structures: Readonly<Record<string, StructureLayout>>;
  /**
   * Numbers by their C name: `AF_…`, `SOCK_…`, `SOL_…`, `SO_…`, `IPPROTO_…`, `IP_…`, `IPV6_…`, `UDP_…`,
   * `MSG_…`, `SHUT_…`, `SCTP_…`, `SPP_…`, `SO_EE_…`; absent where the platform has none of that name.
   */
  readonly constants: Readonly<Record<string, number>>;
  /** The platform's positive numbers by code: `ECONNRESET` → 104 on Linux. */
  readonly errnos: Readonly<Record<string, number>>;

  /** `socket(2)`. @returns the id */
  socket(domain: number, type: number, protocol: number): number;

  /** `close(2)`; ends polling too. After it the id is stale. */
  close(id: number): number;

  /** `bind(2)`. */
  bind(id: number, address: Uint8Array): number;

  /**
   * `connect(2)`. `-EINPROGRESS` is usual; the socket becomes writable when the outcome is known
   * (`SO_ERROR`).
   */
  connect(id: number, address: Uint8Array): number;

  /** `listen(2)`. */
  listen(id: number, backlog: number): number;

  /**
   * `accept(2)`.
   * @param address - takes the peer's address; at least as long as `sockaddr_storage` (128 bytes)
   * @returns the id of the new socket
   */
  accept(id: number, address: Uint8Array): number;

  /** `shutdown(2)`. */
  shutdown(id: number, how: number): number;

  /** `getsockname(2)`. @returns the address's length in bytes, which may exceed what there was room for */
  getsockname(id: number, address: Uint8Array): number;

  /** `getpeername(2)`. @returns the address's length in bytes, which may exceed what there was room for */
  getpeername(id: number, address: Uint8Array): number;

  /**
   * `getsockopt(2)`.
   * @param value - goes in and comes out; its length is the length that the system is told
   * @returns the length that came out, in bytes
   */
  getsockopt(id: number, level: number, name: number, value: Uint8Array): number;

  /** `setsockopt(2)`. */
  setsockopt(id: number, level: number, name: number, value: Uint8Array): number;

  /**
   * `sctp_bindx` (RFC 6458 §9.1).
   * @param addresses - packed
   * @param count - how many of them
   * @param flags - `SCTP_BINDX_ADD_ADDR` or `SCTP_BINDX_REM_ADDR`
   */
  bindx(id: number, addresses: Uint8Array, count: number, flags: number): number;

  /**
   * `sctp_connectx` (RFC 6458 §9.9). `-EINPROGRESS` is usual.
   * @param addresses - packed
   * @param count - how many of them
   * @param association - its first element takes the association's id, with `-EINPROGRESS` too
   */
  connectx(id: number, addresses: Uint8Array, count: number, association: Int32Array): number;

  /** `sctp_peeloff` (RFC 6458 §9.2). @returns the id of the new socket */
  peeloff(id: number, associationId: number): number;

  /**
   * `sctp_getladdrs` (RFC 6458 §9.5).
   * @param addresses - takes them packed. Linux wants room for a header of 8 bytes as well, which is taken
   * away again.
   * @returns how many there are; `-ENOMEM` or `-ENOBUFS` when there is not enough room
   */
  getladdrs(id: number, associationId: number, addresses: Uint8Array): number;

  /** `sctp_getpaddrs` (RFC 6458 §9.3); otherwise as {@link Addon.getladdrs}. */
  getpaddrs(id: number, associationId: number, addresses: Uint8Array): number;

  /**
   * `sendmsg(2)`.
   * @param data - one message; several pieces, at most 1,024, are sent as one
   * @returns how many bytes were taken
   */
  sendmsg(
    id: number,
    data: Uint8Array | readonly Uint8Array[],
    address: Uint8Array | undefined,
    control: Uint8Array | undefined,
    flags: number,
  ): number;

  /**
   * `recvmsg(2)`.
   * @param out - takes, in this order: the address's length in bytes, the control bytes, the flags of the
   * message
   * @returns how many bytes came
   */
  recvmsg(
    id: number,
    data: Uint8Array,
    address: Uint8Array | undefined,
    control: Uint8Array | undefined,
    flags: number,
    out: Int32Array,
  ): number;

  /**
   * `sendmmsg(2)`: several messages in one crossing.
   * @param slab - holds the data, addresses and control bytes of all messages
   * @param rows - {@link ROW_LENGTH} integers a message, see {@link Row}
   * @param count - how many messages, at most {@link BATCH_MAX}
   * @returns how many were taken. An error counts only when it met the first of them: send the rest again to
   * learn it.
   */
  sendmmsg(id: number, slab: Uint8Array, rows: Int32Array, count: number, flags: number): number;

  /**
   * `recvmmsg(2)`: several messages in one crossing. In each row that received one, the lengths and the flags
   * are overwritten with what came; set the lengths again before the next call.
   * @param slab - takes the data, addresses and control bytes of all messages
   * @param rows - {@link ROW_LENGTH} integers a message, see {@link Row}
   * @param count - how many messages, at most {@link BATCH_MAX}
   * @returns how many came
   */
  recvmmsg(id: number, slab: Uint8Array, rows: Int32Array, count: number, flags: number): number;

  /**
   * Watches a socket, level-triggered: as long as it is ready, each turn of the event loop says so to {@link
   * Addon.onReady}. Does not hold the event loop ({@link Addon.hold} does). The same mask again costs
   * nothing.
   *
   * An error condition (`POLLERR`: an error queue with entries) is reported as {@link READABLE} and {@link
   * WRITABLE} together, and ends the watching: take the error, then poll again.
   * @param events - {@link READABLE}, {@link WRITABLE}, both, or 0 to stop
   */
  poll(id: number, events: number): number;

  /**
   * Says who is told of readiness: one function for all sockets of the thread (`watch.ts` tells them apart).
   * What it throws becomes an uncaught exception, as with any callback of Node. It may call anything, `close`
   * included.
   */
  onReady(callback: (id: number, events: number) => void): number;

  /** Holds the event loop, and so the process, or no longer does. It does not count. */
  hold(isHeld: boolean): number;

  /**
   * Has the event loop ask the system again and again what is ready, instead of going to sleep until something is:
   * being woken up takes longer than that. What is found, timers and everything else have their turns as ever. Does
   * not hold the event loop.
   *
   * @param microseconds - for how long from now, at most {@link AWAKE_MICROSECONDS_MAX}; when it was asked for several
   * times, the longest counts. 0 lets it sleep at once.
   */
  stayAwake(microseconds: number): number;
}

/** Why there is no addon. */
export interface AddonUnavailable {
  /** For people: which file was looked for, and what the system said. */
  readonly reason: string;
}

/** {@link Addon.poll}: data, a connection or an end is there to be received. */
export const READABLE = 1;

/** {@link Addon.poll}: a message may be sent. */
export const WRITABLE = 2;

/** The longest that {@link Addon.stayAwake} takes at once: one second. */
export const AWAKE_MICROSECONDS_MAX = 1_000_000;

/** How many messages one {@link Addon.sendmmsg} or {@link Addon.recvmmsg} takes at most. */
export const BATCH_MAX = 1024;

/** How many integers describe one message of a batch. */
export const ROW_LENGTH = 7;

/**
 * What the integers of a row say, by their place in it. Offsets count bytes from the start of the slab; a
 * length of 0 means that there is no address, or no ancillary data. The flags are written by {@link
 * Addon.recvmmsg} only.
 */
export const Row = {
  dataOffset: 0,
  dataBytes: 1,
  addressOffset: 2,
  addressBytes: 3,
  controlOffset: 4,
  controlBytes: 5,
  flags: 6,
} as const;

let loaded: Addon | AddonUnavailable | undefined;

/**
 * Loads the addon at the first call, and answers the same from then on.
 * @returns the addon, or `reason` where this platform or this installation has none
 */
export function loadAddon(): Addon | AddonUnavailable {
  loaded ??= load();
  return loaded;
}

function load(): Addon | AddonUnavailable {
  const { exports, reason } = loadBinary();
  return isAddon(exports) ? exports : { reason };
}

/** The binary is built from the same commit as this file; what it exports is tested, and not asked here. */
function isAddon(exports: unknown): exports is Addon {
  return exports !== undefined;
}
