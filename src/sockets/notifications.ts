/**
 * Notifications as bytes and back (RFC 6458 §6.1): one layout on every platform and provider, which is that of Linux,
 * with integers in the platform's order.
 *
 * @module
 */
import { LITTLE_ENDIAN } from "../base/byte-order.js";
import { types } from "node:util";
import { assert } from "../base/assert.js";
import {
  SCTP_ADAPTATION_INDICATION,
  SCTP_ASSOC_CHANGE,
  SCTP_AUTHENTICATION_EVENT,
  SCTP_NOTIFICATIONS_STOPPED_EVENT,
  SCTP_PARTIAL_DELIVERY_EVENT,
  SCTP_PEER_ADDR_CHANGE,
  SCTP_REMOTE_ERROR,
  SCTP_SEND_FAILED_EVENT,
  SCTP_SENDER_DRY_EVENT,
  SCTP_SHUTDOWN_EVENT,
} from "./constants.js";
import { argumentError, wrongType } from "./errors.js";
import type { sctp_notification } from "./notification-types.js";
import { readSockaddrStorage, SOCKADDR_STORAGE_BYTES, writeSockaddrStorage } from "./sockaddr-storage.js";
import type { SctpAddress, sctp_sndinfo } from "./types.js";

/** How a field stands in the bytes; `be16` is in network order on every platform. */
export type NotificationCodec = "u16" | "u32" | "i32" | "be16" | "sockaddr" | "sndinfo";

/** One notification as C declares it: what stands behind the header in its order, and the bytes that may follow. */
interface Declaration {
  /** The name of its structure in C. */
  readonly structure: string;
  readonly type: sctp_notification["sn_type"];
  readonly flags: string;
  readonly fields: readonly (readonly [name: string, codec: NotificationCodec])[];
  /** The field that holds all bytes that follow. */
  readonly rest?: string;
}

/** A declaration with its places. */
export interface NotificationLayout {
  /** The name of its structure in C. */
  readonly structure: string;
  readonly type: sctp_notification["sn_type"];
  readonly flags: string;
  readonly fields: readonly (readonly [name: string, codec: NotificationCodec, offset: number])[];
  /** Without what follows. */
  readonly lengthBytes: number;
  readonly rest: string | undefined;
}

/** Type, flags and length stand in front of every notification (RFC 6458 §6.1). */
const HEADER_BYTES = 8;

/** A `struct sctp_sndinfo` has two integers of 16 bits and three of 32. */
const SNDINFO_BYTES = 16;

/** How many bytes a field has, and of what its place is a multiple. */
const SIZES: Readonly<Record<NotificationCodec, readonly [sizeBytes: number, alignmentBytes: number]>> = {
  u16: [2, 2],
  be16: [2, 2],
  u32: [4, 4],
  i32: [4, 4],
  sockaddr: [SOCKADDR_STORAGE_BYTES, 4],
  sndinfo: [SNDINFO_BYTES, 4],
};

/** The union is told apart by `sn_type`; the table reads and writes its members by name. */
type Fields = Record<string, unknown>;

const DECLARATIONS: readonly Declaration[] = [
  {
    // RFC 6458 §6.1.1.
    structure: "sctp_assoc_change",
    type: SCTP_ASSOC_CHANGE,
    flags: "sac_flags",
    fields: [
      ["sac_state", "u16"],
      ["sac_error", "u16"],
      ["sac_outbound_streams", "u16"],
      ["sac_inbound_streams", "u16"],
      ["sac_assoc_id", "i32"],
    ],
    rest: "sac_info",
  },
  {
    // RFC 6458 §6.1.2.
    structure: "sctp_paddr_change",
    type: SCTP_PEER_ADDR_CHANGE,
    flags: "spc_flags",
    fields: [
      ["spc_aaddr", "sockaddr"],
      ["spc_state", "u32"],
      ["spc_error", "u32"],
      ["spc_assoc_id", "i32"],
    ],
  },
  {
    // RFC 6458 §6.1.3: sre_error is in network order in the bytes.
    structure: "sctp_remote_error",
    type: SCTP_REMOTE_ERROR,
    flags: "sre_flags",
    fields: [
      ["sre_error", "be16"],
      ["sre_assoc_id", "i32"],
    ],
    rest: "sre_data",
  },
  {
    // RFC 6458 §6.1.5.
    structure: "sctp_shutdown_event",
    type: SCTP_SHUTDOWN_EVENT,
    flags: "sse_flags",
    fields: [["sse_assoc_id", "i32"]],
  },
  {
    // RFC 6458 §6.1.6.
    structure: "sctp_adaptation_event",
    type: SCTP_ADAPTATION_INDICATION,
    flags: "sai_flags",
    fields: [
      ["sai_adaptation_ind", "u32"],
      ["sai_assoc_id", "i32"],
    ],
  },
  {
    // RFC 6458 §6.1.7, in Linux's order of fields.
    structure: "sctp_pdapi_event",
    type: SCTP_PARTIAL_DELIVERY_EVENT,
    flags: "pdapi_flags",
    fields: [
      ["pdapi_indication", "u32"],
      ["pdapi_assoc_id", "i32"],
      ["pdapi_stream", "u32"],
      ["pdapi_seq", "u32"],
    ],
  },
  {
    // RFC 6458 §6.1.8, with Linux's second key number, which nothing uses.
    structure: "sctp_authkey_event",
    type: SCTP_AUTHENTICATION_EVENT,
    flags: "auth_flags",
    fields: [
      ["auth_keynumber", "u16"],
      ["auth_indication", "u32"],
      ["auth_assoc_id", "i32"],
    ],
  },
  {
    // RFC 6458 §6.1.9.
    structure: "sctp_sender_dry_event",
    type: SCTP_SENDER_DRY_EVENT,
    flags: "sender_dry_flags",
    fields: [["sender_dry_assoc_id", "i32"]],
  },
  {
    // RFC 6458 §6.1.10: nothing but the header.
    structure: "sctp_tlv",
    type: SCTP_NOTIFICATIONS_STOPPED_EVENT,
    flags: "sn_flags",
    fields: [],
  },
  {
    // RFC 6458 §6.1.11.
    structure: "sctp_send_failed_event",
    type: SCTP_SEND_FAILED_EVENT,
    flags: "ssfe_flags",
    fields: [
      ["ssfe_error", "u32"],
      ["ssfe_info", "sndinfo"],
      ["ssfe_assoc_id", "i32"],
    ],
    rest: "ssfe_data",
  },
];

/** Places the fields as C compilers do: each at the next multiple of its alignment. */
function laidOut({ structure, type, flags, fields, rest }: Declaration): NotificationLayout {
  let end = HEADER_BYTES;
  const placed = fields.map(([name, codec]) => {
    const [sizeBytes, alignmentBytes] = SIZES[codec];
    const offset = Math.ceil(end / alignmentBytes) * alignmentBytes;
    end = offset + sizeBytes;
    return [name, codec, offset] as const;
  });
  return { structure, type, flags, fields: placed, lengthBytes: end, rest };
}

let layouts: readonly NotificationLayout[] | undefined;

/** Where each field of each notification stands in the bytes that a receive call answers. */
export function notificationLayouts(): readonly NotificationLayout[] {
  layouts ??= DECLARATIONS.map(laidOut);
  return layouts;
}

function layoutOf(type: number): NotificationLayout | undefined {
  return notificationLayouts().find((layout) => layout.type === type);
}

/** RFC 6458 §5.3.4: the payload protocol identifier is not swapped, so its bytes are those on the wire. */
function readSndinfo(view: DataView, offset: number): sctp_sndinfo {
  return {
    snd_sid: view.getUint16(offset, LITTLE_ENDIAN),
    snd_flags: view.getUint16(offset + 2, LITTLE_ENDIAN),
    snd_ppid: view.getUint32(offset + 4),
    snd_context: view.getUint32(offset + 8, LITTLE_ENDIAN),
    snd_assoc_id: view.getInt32(offset + 12, LITTLE_ENDIAN),
  };
}

function writeSndinfo(info: sctp_sndinfo, view: DataView, offset: number): void {
  view.setUint16(offset, info.snd_sid, LITTLE_ENDIAN);
  view.setUint16(offset + 2, info.snd_flags, LITTLE_ENDIAN);
  view.setUint32(offset + 4, info.snd_ppid);
  view.setUint32(offset + 8, info.snd_context, LITTLE_ENDIAN);
  view.setInt32(offset + 12, info.snd_assoc_id, LITTLE_ENDIAN);
}

function readField(codec: NotificationCodec, view: DataView, offset: number): unknown {
  switch (codec) {
    case "u16":
      return view.getUint16(offset, LITTLE_ENDIAN);
    case "u32":
      return view.getUint32(offset, LITTLE_ENDIAN);
    case "i32":
      return view.getInt32(offset, LITTLE_ENDIAN);
    case "be16":
      return view.getUint16(offset);
    case "sockaddr":
      return readSockaddrStorage(view, offset);
    case "sndinfo":
      return readSndinfo(view, offset);
  }
}

function writeField(codec: NotificationCodec, value: unknown, view: DataView, offset: number): void {
  switch (codec) {
    case "u16":
      return view.setUint16(offset, value as number, LITTLE_ENDIAN);
    case "u32":
      return view.setUint32(offset, value as number, LITTLE_ENDIAN);
    case "i32":
      return view.setInt32(offset, value as number, LITTLE_ENDIAN);
    case "be16":
      return view.setUint16(offset, value as number);
    case "sockaddr":
      return writeSockaddrStorage(value as SctpAddress, view, offset);
    case "sndinfo":
      return writeSndinfo(value as sctp_sndinfo, view, offset);
  }
}

/**
 * Writes a notification into bytes of their own, as a receive call answers them: what {@link parse_notification} reads.
 */
export function notificationToBytes(notification: sctp_notification): Uint8Array {
  const layout = layoutOf(notification.sn_type);
  assert(layout !== undefined, "Every notification has a layout.");
  const fields: Fields = { ...notification };
  const rest = layout.rest === undefined ? undefined : (fields[layout.rest] as Uint8Array);
  const bytes = new Uint8Array(layout.lengthBytes + (rest?.length ?? 0));
  const view = new DataView(bytes.buffer);
  view.setUint16(0, layout.type, LITTLE_ENDIAN);
  view.setUint16(2, fields[layout.flags] as number, LITTLE_ENDIAN);
  view.setUint32(4, bytes.length, LITTLE_ENDIAN);
  for (const [name, codec, offset] of layout.fields) writeField(codec, fields[name], view, offset);
  if (rest !== undefined) bytes.set(rest, layout.lengthBytes);
  return bytes;
}

/**
 * Makes a notification of fields that were filled in by the layout of its `sn_type`: what that layout names is what the
 * type has.
 */
export function notificationOf(fields: Readonly<Record<string, unknown>>): sctp_notification {
  return fields as unknown as sctp_notification;
}

/**
 * Reads a notification as long as it is one.
 *
 * @returns the reason when it is none
 */
function read(data: Uint8Array): sctp_notification | string {
  if (data.length < HEADER_BYTES)
    return `${data.length} bytes are fewer than the ${HEADER_BYTES} of its header`;
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  const type = view.getUint16(0, LITTLE_ENDIAN);
  const layout = layoutOf(type);
  if (layout === undefined) return `0x${type.toString(16)} is no known type`;
  const lengthBytes = view.getUint32(4, LITTLE_ENDIAN);
  if (lengthBytes !== data.length)
    return `it says that it has ${lengthBytes} bytes, and there are ${data.length}`;
  const isTooShort = lengthBytes < layout.lengthBytes;
  const isTooLong = lengthBytes > layout.lengthBytes && layout.rest === undefined;
  if (isTooShort || isTooLong) {
    return `its type has ${layout.lengthBytes} bytes, and there are ${lengthBytes}`;
  }
  const fields: Fields = { sn_type: type, [layout.flags]: view.getUint16(2, LITTLE_ENDIAN) };
  for (const [name, codec, offset] of layout.fields) {
    const value = readField(codec, view, offset);
    if (value === undefined) return `${name} is neither an IPv4 nor an IPv6 address`;
    fields[name] = value;
  }
  if (layout.rest !== undefined) fields[layout.rest] = new Uint8Array(data.subarray(layout.lengthBytes));
  return notificationOf(fields);
}

/**
 * Reads the bytes of a notification; `sn_type` tells which it is (RFC 6458 §6.1). A received notification carries the
 * answer already, in `notification`.
 *
 * @param data - the `data` of a message with `MSG_NOTIFICATION`; one that was received in parts is to be put together
 * @throws TypeError with `ERR_SCTP_INVALID_ARG_TYPE` when `data` is no Uint8Array, and with
 * `ERR_SCTP_MALFORMED_NOTIFICATION` when it is not one whole notification
 */
export function parse_notification(data: Uint8Array): sctp_notification {
  if (!types.isUint8Array(data)) throw wrongType("data", "a Uint8Array", data);
  const notification = read(data);
  if (typeof notification !== "string") return notification;
  throw argumentError("ERR_SCTP_MALFORMED_NOTIFICATION", `data must be a notification: ${notification}`);
}

/** As {@link parse_notification}, but answers `undefined` when the bytes are not one whole notification. */
export function notificationFromBytes(data: Uint8Array): sctp_notification | undefined {
  const notification = read(data);
  return typeof notification === "string" ? undefined : notification;
}
