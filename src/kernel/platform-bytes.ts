/**
 * Structures as the bytes that C programs of this platform have them in: for options that the option table does not
 * know, and for whoever speaks with such a program.
 *
 * @module
 */
import { types } from "node:util";
import { loadAddon } from "../native/addon.js";
import { numericAddress } from "../sockets/addresses.js";
import { AF_INET6 } from "../sockets/constants.js";
import { argumentError, outOfRange, wrongType, wrongValue } from "../sockets/errors.js";
import {
  readSockaddrStorage,
  SOCKADDR_STORAGE_BYTES,
  writeSockaddrStorage,
} from "../sockets/sockaddr-storage.js";
import { completeStructure, type StructureOf } from "../sockets/structures.js";
import type { SctpAddress, SctpAddressInput } from "../sockets/types.js";
import { platformStructureName } from "./option-codec.js";
import { PlatformNumbers } from "./platform-numbers.js";
import { SockaddrCodec } from "./sockaddr-codec.js";
import { type CodecContext, StructureCodec } from "./structure-codec.js";
import { viewOf } from "./struct-layout.js";

/** What names a structure: its factory. */
export interface StructureName<Value> {
  /** What the structure is made of. */
  readonly structure: StructureOf<Value>;
}

/** The structures for addresses have so many bytes on every platform. */
const SOCKADDR_IN_BYTES = 16;
const SOCKADDR_IN6_BYTES = 28;

let platform: CodecContext | string | undefined;

/** What the codecs of this platform are made of, or the reason why there is no addon to tell it. */
function loadPlatform(): CodecContext | string {
  if (platform !== undefined) return platform;
  const addon = loadAddon();
  if ("reason" in addon) {
    platform = addon.reason;
  } else {
    const numbers = new PlatformNumbers(addon);
    platform = { table: addon, numbers, sockaddrs: new SockaddrCodec(addon, numbers) };
  }
  return platform;
}

function codecOf<Value>(factory: StructureName<Value>): StructureCodec {
  const structure: StructureOf<Value> | undefined = factory?.structure;
  if (structure === undefined) throw wrongType("factory", "the factory of a structure", factory);
  const context = loadPlatform();
  if (typeof context === "string") {
    throw argumentError("ERR_SCTP_PROVIDER_UNAVAILABLE", `there are no platform's bytes: ${context}`);
  }
  const name = platformStructureName(structure, context);
  if (name === undefined) {
    throw wrongValue("factory", "of a structure that this platform has", structure.name);
  }
  return new StructureCodec(structure, context, name);
}

/**
 * A structure in this platform's layout, with its numbers and byte order.
 *
 * @param factory - names the structure: `toBytes(sctp_rtoinfo, value)`
 * @throws `ERR_SCTP_PROVIDER_UNAVAILABLE` without the native addon; TypeError or RangeError with an ERR_SCTP_ code when
 * the value is wrong, or one that the platform has not
 */
export function toBytes<Value extends object>(factory: StructureName<Value>, value: Value): Uint8Array {
  const codec = codecOf(factory);
  const { structure } = factory;
  const bytes = codec.encode(completeStructure(structure, value, "value"));
  if (bytes !== undefined) return bytes;
  throw wrongValue("value", "made of numbers that this platform has", value);
}

/**
 * A structure from this platform's bytes.
 *
 * @param factory - names the structure: `fromBytes(sctp_rtoinfo, bytes)`
 * @param bytes - may be longer than the structure
 * @throws `ERR_SCTP_PROVIDER_UNAVAILABLE` without the native addon; RangeError when the bytes are too few
 */
export function fromBytes<Value extends object>(factory: StructureName<Value>, bytes: Uint8Array): Value {
  const codec = codecOf(factory);
  checkLength(bytes, codec.sizeBytes);
  // The declaration that the codec was made of is that of the type.
  return codec.decode(bytes) as Value;
}

/**
 * An address as this platform's `struct sockaddr_storage`; without the native addon as Linux's.
 *
 * @throws TypeError or RangeError with an ERR_SCTP_ code when it is no numeric address
 */
export function addressToSockaddr(address: SctpAddressInput): Uint8Array {
  const numeric = numericAddress(address, "address", AF_INET6, "local");
  const context = loadPlatform();
  if (typeof context === "string") {
    const bytes = new Uint8Array(SOCKADDR_STORAGE_BYTES);
    writeSockaddrStorage(numeric, viewOf(bytes), 0);
    return bytes;
  }
  const { sockaddrs } = context;
  const bytes = new Uint8Array(sockaddrs.storageBytes);
  sockaddrs.write(numeric, viewOf(bytes), 0);
  return bytes;
}

/**
 * The address in this platform's `struct sockaddr_storage`, `sockaddr_in` or `sockaddr_in6`; without the native addon
 * in Linux's `sockaddr_storage`.
 *
 * @returns `undefined` when it is of neither family
 * @throws RangeError with an ERR_SCTP_ code when the bytes are too few for an address of their family
 */
export function sockaddrToAddress(bytes: Uint8Array): SctpAddress | undefined {
  if (!types.isUint8Array(bytes)) throw wrongType("bytes", "a Uint8Array", bytes);
  checkLength(bytes, SOCKADDR_IN_BYTES);
  const context = loadPlatform();
  // What is shorter than the storage, and whole for its family, is as good.
  const storage = new Uint8Array(SOCKADDR_STORAGE_BYTES);
  storage.set(bytes.subarray(0, storage.length));
  const view = viewOf(storage);
  const address =
    typeof context === "string" ? readSockaddrStorage(view, 0) : context.sockaddrs.read(view, 0);
  if (address?.family === "IPv6") checkLength(bytes, SOCKADDR_IN6_BYTES);
  return address;
}

function checkLength(bytes: Uint8Array, leastBytes: number): void {
  if (!types.isUint8Array(bytes)) throw wrongType("bytes", "a Uint8Array", bytes);
  if (bytes.length >= leastBytes) return;
  throw outOfRange("bytes.length", `${leastBytes} at least`, bytes.length);
}
