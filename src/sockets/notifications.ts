/**
 * Notifications as bytes and back (RFC 6458 §6.1): one layout on every platform and provider, which is that of Linux,
 * with integers in the platform's order.
 *
 * @module
 */
import { LITTLE_ENDIAN } from "../base/byte-order.js";
import { types } from "node:util";
import { assert } from "../base/assert.js";
import { argumentError, wrongType } from "./errors.js";
import {
  flagsFieldOf,
  NOTIFICATION_DECLARATIONS,
  type NotificationDeclaration,
} from "./notification-structures.js";
import type { sctp_notification } from "./notification-types.js";
import { readSockaddrStorage, SOCKADDR_STORAGE_BYTES, writeSockaddrStorage } from "./sockaddr-storage.js";
import type { Field, Structure } from "./structures.js";
import type { SctpAddress } from "./types.js";

/** A field with its place in the bytes. */
interface PlacedField extends Field {
  readonly name: string;
  readonly offset: number;
}

/** A structure of which every field has its place. */
interface Layout {
  readonly fields: readonly PlacedField[];
  /** The field that holds all bytes that follow. */
  readonly rest: PlacedField | undefined;
  /** Without what follows. */
  readonly lengthBytes: number;
}

/** What a notification's structure is read into: fields by their names. */
type Fields = Record<string, unknown>;

/** The declaration of whichever notification. */
type Declaration = (typeof NOTIFICATION_DECLARATIONS)[number];

/** Type, flags and length stand in front of every notification (RFC 6458 §6.1). */
const HEADER_BYTES = 8;
const FLAGS_OFFSET = 2;
const LENGTH_OFFSET = 4;

/** An item of the lists that notifications end in. */
const ITEM_BYTES = 2;

/** How many bytes an integer has. */
const INTEGER_BYTES: Readonly<Partial<Record<Field["kind"], number>>> = { u8: 1, u16: 2, u32: 4, i32: 4 };

/** The layouts of structures that have been asked for. */
const layouts = new Map<Structure, Layout>();

/** Places the fields from an offset on as C compilers do: each at the next multiple of its alignment. */
function layoutOf(structure: Structure, start: number): Layout {
  const known = layouts.get(structure);
  if (known !== undefined) return known;
  const placed: PlacedField[] = [];
  let rest: PlacedField | undefined;
  let end = start;
  const flags = start === HEADER_BYTES ? flagsFieldOf(structure) : undefined;
  for (const [name, field] of Object.entries(structure.fields)) {
    if (name === flags) {
      placed.push({ ...field, name, offset: FLAGS_OFFSET });
    } else if (field.kind === "bytes" || field.kind === "list") {
      rest = { ...field, name, offset: end };
    } else {
      const sizeBytes = sizeOf(field);
      const alignmentBytes = Math.min(sizeBytes, 4);
      const offset = Math.ceil(end / alignmentBytes) * alignmentBytes;
      placed.push({ ...field, name, offset });
      end = offset + sizeBytes;
    }
  }
  const layout = { fields: placed, rest, lengthBytes: end };
  layouts.set(structure, layout);
  return layout;
}

function sizeOf({ kind, structure }: Field): number {
  if (kind === "address") return SOCKADDR_STORAGE_BYTES;
  const sizeBytes = structure === undefined ? INTEGER_BYTES[kind] : layoutOf(structure, 0).lengthBytes;
  assert(sizeBytes !== undefined, `Notifications have no ${kind}.`);
  return sizeBytes;
}

/** Where a field of a notification stands in the bytes that a receive call answers, and how many bytes they are. */
export function notificationLayout(structure: Structure): Layout {
  return layoutOf(structure, HEADER_BYTES);
}

function declarationOf(type: number): Declaration | undefined {
  return NOTIFICATION_DECLARATIONS.find((declaration) => declaration.type === type);
}

function readInteger({ kind, networkOrder }: Field, view: DataView, offset: number): number {
  const littleEndian = networkOrder !== true && LITTLE_ENDIAN;
  switch (kind) {
    case "u8":
      return view.getUint8(offset);
    case "u16":
      return view.getUint16(offset, littleEndian);
    case "u32":
      return view.getUint32(offset, littleEndian);
    default:
      return view.getInt32(offset, littleEndian);
  }
}

function writeInteger({ kind, networkOrder }: Field, value: number, view: DataView, offset: number): void {
  const littleEndian = networkOrder !== true && LITTLE_ENDIAN;
  switch (kind) {
    case "u8":
      return view.setUint8(offset, value);
    case "u16":
      return view.setUint16(offset, value, littleEndian);
    case "u32":
      return view.setUint32(offset, value, littleEndian);
    default:
      return view.setInt32(offset, value, littleEndian);
  }
}

/** Reads the placed fields; answers the name of one that cannot be read. */
function readFields({ fields }: Layout, view: DataView, base: number, into: Fields): string | undefined {
  for (const field of fields) {
    const { name, kind, structure } = field;
    const offset = base + field.offset;
    if (structure !== undefined) {
      const inner: Fields = {};
      readFields(layoutOf(structure, 0), view, offset, inner);
      into[name] = inner;
    } else if (kind === "address") {
      into[name] = readSockaddrStorage(view, offset);
      if (into[name] === undefined) return name;
    } else {
      into[name] = readInteger(field, view, offset);
    }
  }
  return undefined;
}

function writeFields({ fields }: Layout, values: Readonly<Fields>, view: DataView, base: number): void {
  for (const field of fields) {
    const { name, kind, structure } = field;
    const offset = base + field.offset;
    const value = values[name];
    if (structure !== undefined) writeFields(layoutOf(structure, 0), { ...(value as object) }, view, offset);
    else if (kind === "address") writeSockaddrStorage(value as SctpAddress, view, offset);
    else writeInteger(field, value as number, view, offset);
  }
}

/** What stands behind the fields of a notification: bytes, or a list of numbers of 16 bits. */
function readRest({ kind, offset }: PlacedField, view: DataView): Uint8Array | number[] {
  const { byteLength } = view;
  if (kind === "bytes") {
    return new Uint8Array(new Uint8Array(view.buffer, view.byteOffset + offset, byteLength - offset));
  }
  const length = Math.floor((byteLength - offset) / ITEM_BYTES);
  return Array.from({ length }, (_, index) => view.getUint16(offset + index * ITEM_BYTES, LITTLE_ENDIAN));
}

function restBytes(rest: PlacedField | undefined, value: unknown): Uint8Array {
  if (rest === undefined) return new Uint8Array(0);
  if (rest.kind === "bytes") return value as Uint8Array;
  return new Uint8Array(Uint16Array.from(value as readonly number[]).buffer);
}

/**
 * Writes a notification into bytes of their own, as a receive call answers them: what {@link parse_notification} reads.
 */
export function notificationToBytes(notification: sctp_notification): Uint8Array {
  const declaration = declarationOf(notification.sn_type);
  assert(declaration !== undefined, "Every notification has a declaration.");
  const layout = notificationLayout(declaration.structure);
  const values: Readonly<Fields> = { ...notification };
  const rest = restBytes(layout.rest, values[layout.rest?.name ?? ""]);
  const bytes = new Uint8Array(layout.lengthBytes + rest.length);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, declaration.type, LITTLE_ENDIAN);
  view.setUint32(LENGTH_OFFSET, bytes.length, LITTLE_ENDIAN);
  writeFields(layout, values, view, 0);
  bytes.set(rest, layout.lengthBytes);
  return bytes;
}

/**
 * Makes a notification of its fields.
 *
 * @param fields - all that its declaration names, as what it says they are
 */
export function notificationOf<Notification extends sctp_notification>(
  { type, structure }: NotificationDeclaration<Notification>,
  fields: Readonly<Fields>,
): Notification {
  const notification: Fields = { sn_type: type };
  for (const name of Object.keys(structure.fields)) {
    assert(fields[name] !== undefined, `A ${structure.name} has a ${name}.`);
    notification[name] = fields[name];
  }
  return notification as Notification;
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
  const declaration = declarationOf(type);
  if (declaration === undefined) return `0x${type.toString(16)} is no known type`;
  const layout = notificationLayout(declaration.structure);
  const lengthBytes = view.getUint32(LENGTH_OFFSET, LITTLE_ENDIAN);
  if (lengthBytes !== data.length)
    return `it says that it has ${lengthBytes} bytes, and there are ${data.length}`;
  const { rest } = layout;
  const restLength = lengthBytes - layout.lengthBytes;
  if (restLength < 0 || (restLength > 0 && rest === undefined)) {
    return `a ${declaration.structure.name} has ${layout.lengthBytes} bytes, and there are ${lengthBytes}`;
  }
  if (rest?.kind === "list" && restLength % ITEM_BYTES !== 0) {
    return `${rest.name} has ${restLength} bytes, which are not whole numbers`;
  }
  const fields: Fields = {};
  const unreadable = readFields(layout, view, 0, fields);
  if (unreadable !== undefined) return `${unreadable} is neither an IPv4 nor an IPv6 address`;
  if (rest !== undefined) fields[rest.name] = readRest(rest, view);
  return notificationOf<sctp_notification>(declaration, fields);
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
