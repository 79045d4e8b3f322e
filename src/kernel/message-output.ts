import { BATCH_MAX, WRITABLE } from "../native/addon.js";
import { MSG_NOSIGNAL, SCTP_ADDR_OVER, SCTP_EOF, SCTP_EOR } from "../sockets/constants.js";
import { systemError } from "../sockets/errors.js";
import type { SendRequest } from "../sockets/provider.js";
import type { SctpAddress, sctp_sndinfo } from "../sockets/types.js";
import type { OutgoingInfo } from "./ancillary-data-codec.js";
import type { KernelSocketState } from "./kernel-socket-state.js";
import type { BatchSlab } from "./message-slab.js";
import { defaultPrinfoOf, defaultSndinfoOf } from "./default-information.js";

/** Where a message goes, as the kernel is told. */
export interface Destination {
  /** The association; 0 on one-to-one sockets, and where the address says it. */
  readonly associationId: number;
  /** Where nothing else names the association, or where the message is to go instead of to the primary address. */
  readonly address: SctpAddress | undefined;
  /** RFC 6458 §4.1.8, §5.3.4: the address takes the primary one's place. */
  readonly overridesPrimary?: boolean;
}

/** The association of a one-to-one socket, or all. */
export const NO_DESTINATION: Destination = Object.freeze({ associationId: 0, address: undefined });

/** A message without information goes to stream 0, in order. */
export const PLAIN_SNDINFO: sctp_sndinfo = Object.freeze({
  snd_sid: 0,
  snd_flags: 0,
  snd_ppid: 0,
  snd_context: 0,
  snd_assoc_id: 0,
});

/**
 * Gives a message to the kernel.
 *
 * @returns the system's answer: a negative error, or how many bytes it has taken, which are all
 * @throws EMSGSIZE, EINVAL: what the kernel need not be asked
 */
export function putMessage(state: KernelSocketState, request: SendRequest, destination: Destination): number {
  const { addon, slab, sockaddrs } = state.context;
  checkLength(state, request);
  const info = infoOf(state, request, destination);
  const controlBytes = info === undefined ? 0 : writeInfo(state, info, slab.outgoingView, 0);
  const control = controlBytes === 0 ? undefined : slab.outgoing.subarray(0, controlBytes);
  const { address } = destination;
  const name = address === undefined ? undefined : sockaddrs.encode(address);
  return addon.sendmsg(state.id, dataOf(request), name, control, flagsOf(state, request));
}

/**
 * Writes a message into a row of the batch.
 *
 * @throws as {@link putMessage}
 */
export function putIntoRow(
  state: KernelSocketState,
  request: SendRequest,
  destination: Destination,
  batch: BatchSlab,
  row: number,
): void {
  checkLength(state, request);
  const { sockaddrs } = state.context;
  const info = infoOf(state, request, destination);
  const controlBytes = info === undefined ? 0 : writeInfo(state, info, batch.view, batch.controlOffset(row));
  const { address } = destination;
  const addressBytes =
    address === undefined ? 0 : sockaddrs.write(address, batch.view, batch.addressOffset(row));
  batch.writeData(row, request.data);
  batch.setLengths(row, request.lengthBytes, addressBytes, controlBytes);
}

/**
 * The kernel tells when there is room. It counts per socket there, but per association where `net.sctp.sndbuf_policy`
 * says so, and then says nothing while another association is full: one-to-many sockets ask again from time to time.
 */
export function waitForRoom(state: KernelSocketState): void {
  state.watch.want(WRITABLE);
  if (!state.isOneToOne) state.watch.wantLater(WRITABLE);
}

/** The flags of a send call; never a signal. */
export function flagsOf({ context }: KernelSocketState, { flags }: SendRequest): number {
  const { numbers } = context;
  const silent = numbers.number("messageFlags", MSG_NOSIGNAL);
  return flags === 0 ? silent : silent | (numbers.flagsToPlatform("messageFlags", flags) ?? 0);
}

/** RFC 6458 §8.1.7: the message is larger than the send buffer. */
export function tooLarge(): Error {
  return systemError("EMSGSIZE", "sendmsg", { message: "the message is larger than SO_SNDBUF" });
}

/** RFC 6458 §8.1.7: Linux doubles what it is told, and would take messages of twice the size. */
function checkLength({ settings }: KernelSocketState, { lengthBytes }: SendRequest): void {
  const { sendBuffer } = settings;
  if (sendBuffer !== undefined && lengthBytes > sendBuffer.askedBytes) throw tooLarge();
}

/** What goes with a message. Where the application has set defaults, they count for a message without information. */
function infoOf(
  state: KernelSocketState,
  { sndinfo, prinfo: ownPrinfo, authinfo }: SendRequest,
  { associationId, overridesPrimary = false }: Destination,
): OutgoingInfo | undefined {
  const { hasDefaultSndinfo } = state.settings;
  const isLeftToSystem = state.isOneToOne || hasDefaultSndinfo;
  const defaults =
    hasDefaultSndinfo && ownPrinfo !== undefined ? defaultSndinfoOf(state, associationId) : undefined;
  const given = sndinfo ?? defaults ?? (isLeftToSystem ? undefined : PLAIN_SNDINFO);
  if (given === undefined) {
    return ownPrinfo === undefined && authinfo === undefined ? undefined : { prinfo: ownPrinfo, authinfo };
  }
  const prinfo = ownPrinfo ?? defaultPrinfoOf(state, associationId);
  // Linux refuses SCTP_EOF beside data, which is sent behind it, and SCTP_ADDR_OVER without an address.
  const flags = withoutUnknown(state, given.snd_flags) & ~(SCTP_EOF | SCTP_ADDR_OVER);
  const snd_flags = overridesPrimary ? flags | SCTP_ADDR_OVER : flags;
  const named = { ...given, snd_flags, snd_assoc_id: associationId };
  return { sndinfo: named, prinfo, authinfo };
}

/** RFC 6458 §8.1.26: where every send call makes a message, SCTP_EOR says nothing, and Linux has no number for it. */
function withoutUnknown({ context }: KernelSocketState, flags: number): number {
  const isUnknown =
    (flags & SCTP_EOR) !== 0 && context.numbers.toPlatform("sendFlags", SCTP_EOR) === undefined;
  return isUnknown ? flags & ~SCTP_EOR : flags;
}

function writeInfo(
  { context }: KernelSocketState,
  info: OutgoingInfo,
  view: DataView,
  offset: number,
): number {
  const controlBytes = context.ancillaryData.write(info, view, offset);
  if (controlBytes !== undefined) return controlBytes;
  throw systemError("EINVAL", "sendmsg", { message: "the system does not know such flags" });
}

/**
 * The bytes of a message as the addon takes them: in no more pieces than one system call does, and not in memory that
 * other threads have too, or that has gone to one.
 */
function dataOf(request: SendRequest): SendRequest["data"] {
  const { data } = request;
  const isTaken =
    data instanceof Uint8Array ? isOwnMemory(data) : data.length <= BATCH_MAX && data.every(isOwnMemory);
  return isTaken ? data : copyOfData(request);
}

function isOwnMemory({ buffer }: Uint8Array): boolean {
  return buffer instanceof ArrayBuffer && buffer.byteLength > 0;
}

/** The bytes of a message in one piece of their own. */
export function copyOfData({ data, lengthBytes }: SendRequest): Uint8Array {
  if (data instanceof Uint8Array) return new Uint8Array(data);
  const whole = new Uint8Array(lengthBytes);
  let offset = 0;
  for (const piece of data) {
    whole.set(piece, offset);
    offset += piece.length;
  }
  return whole;
}
