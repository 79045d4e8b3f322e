/**
 * The platform's bytes, as the tests of the addon need them: socket addresses, ancillary data, integers.
 * Every offset and number comes from the addon's own table.
 *
 * @module
 */

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { endianness } from "node:os";
import type { Addon } from "../../src/native/addon.js";
import { errnoCode } from "../../src/native/errno.js";
import { watchOf } from "../../src/native/watch.js";

const isLittleEndian = endianness() === "LE";

/** Room for an address of any family. */
export const ADDRESS_BYTES = 128;

/** The descriptors of this process, and the flags that each was opened with or given (Linux). */
export function descriptorFlags(): ReadonlyMap<string, number> {
  const flags = new Map<string, number>();
  for (const descriptor of readdirSync("/proc/self/fdinfo")) {
    try {
      const text = readFileSync(`/proc/self/fdinfo/${descriptor}`, "latin1");
      flags.set(descriptor, Number.parseInt(/^flags:\s+(\d+)$/m.exec(text)?.[1] ?? "", 8));
    } catch {
      // The one that listed the folder is closed by now.
    }
  }
  return flags;
}

/**
 * Flags of `open(2)` on Linux, which are not in the addon's table because nobody but a test asks for them.
 */
export const O_CLOEXEC = 0o2000000;

/** One piece of ancillary data. */
export interface ControlMessage {
  readonly level: number;
  readonly type: number;
  readonly data: Uint8Array;
}

/** An addon with names for its numbers and forms for its bytes. */
export class Platform {
  readonly addon: Addon;

  constructor(addon: Addon) {
    this.addon = addon;
  }

  /** A constant that every platform of ours has, or the test fails. */
  constant(name: string): number {
    const value = this.addon.constants[name];
    assert.ok(value !== undefined, `the platform's headers have ${name}`);
    return value;
  }

  /** What a call answers when it fails so. */
  failure(code: string): number {
    const number = this.addon.errnos[code];
    assert.ok(number !== undefined, `the platform's headers have ${code}`);
    return -number;
  }

  /** The code of a failure, or the answer as it is: for assertions whose message says what happened. */
  codeOf(answer: number): string | number {
    return answer < 0 ? errnoCode(this.addon, answer) : answer;
  }

  /** The answer of a call that has to succeed. */
  ok(answer: number): number {
    assert.ok(answer >= 0, `the call answered ${this.codeOf(answer)}`);
    return answer;
  }

  /** An address's bytes; its family is told by its form. */
  address(text: string, port: number): Uint8Array {
    const isV6 = text.includes(":");
    const layout = this.layout(isV6 ? "sockaddr_in6" : "sockaddr_in");
    const prefix = isV6 ? "sin6" : "sin";
    const bytes = new Uint8Array(layout.sizeBytes);
    // FreeBSD's addresses say how long they are.
    if (layout.fields[`${prefix}_len`] !== undefined) bytes[0] = bytes.length;
    this.write(bytes, isV6 ? "sockaddr_in6" : "sockaddr_in", `${prefix}_family`, this.family(text));
    const portOffset = layout.fields[`${prefix}_port`]?.offsetBytes ?? Number.NaN;
    new DataView(bytes.buffer).setUint16(portOffset, port);
    bytes.set(isV6 ? v6Bytes(text) : v4Bytes(text), layout.fields[`${prefix}_addr`]?.offsetBytes);
    return bytes;
  }

  /** What an address's bytes say, as `127.0.0.1:9` or `[::1]:9`. */
  addressText(bytes: Uint8Array): string {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const isV6 = this.read(bytes, "sockaddr_in", "sin_family") === this.constant("AF_INET6");
    const layout = this.layout(isV6 ? "sockaddr_in6" : "sockaddr_in");
    const prefix = isV6 ? "sin6" : "sin";
    const port = view.getUint16(layout.fields[`${prefix}_port`]?.offsetBytes ?? Number.NaN);
    const start = layout.fields[`${prefix}_addr`]?.offsetBytes ?? Number.NaN;
    return isV6
      ? `[${v6Text(bytes.subarray(start, start + 16))}]:${port}`
      : `${bytes.subarray(start, start + 4).join(".")}:${port}`;
  }

  /** The address family of an address in words. */
  family(text: string): number {
    return this.constant(text.includes(":") ? "AF_INET6" : "AF_INET");
  }

  /** An open socket, of a protocol by its name: `UDP`, `TCP`, `SCTP`. */
  open(address: string, type: "SOCK_DGRAM" | "SOCK_STREAM" | "SOCK_RAW", protocol: string): number {
    return this.ok(
      this.addon.socket(this.family(address), this.constant(type), this.constant(`IPPROTO_${protocol}`)),
    );
  }

  /** A UDP socket on a port of the system's choice. */
  udp(address: string): { readonly id: number; readonly port: number; readonly name: Uint8Array } {
    const id = this.open(address, "SOCK_DGRAM", "UDP");
    this.ok(this.addon.bind(id, this.address(address, 0)));
    const name = this.name(id);
    return { id, name, port: Number(this.addressText(name).replace(/.*:/, "")) };
  }

  /** A socket's own address. */
  name(id: number): Uint8Array {
    const room = new Uint8Array(ADDRESS_BYTES);
    return room.subarray(0, this.ok(this.addon.getsockname(id, room)));
  }

  setOption(id: number, level: string, name: string, value: number): void {
    this.ok(this.addon.setsockopt(id, this.constant(level), this.constant(name), this.integer(value)));
  }

  option(id: number, level: string, name: string): number {
    const value = this.integer(0);
    this.ok(this.addon.getsockopt(id, this.constant(level), this.constant(name), value));
    return this.integerOf(value);
  }

  /** C's `int`. */
  integer(value: number): Uint8Array {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setInt32(0, value, isLittleEndian);
    return bytes;
  }

  /** The `int` at the start of the bytes. */
  integerOf(bytes: Uint8Array): number {
    return new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getInt32(0, isLittleEndian);
  }

  /** An integer field of a structure. */
  read(bytes: Uint8Array, structure: string, field: string): number {
    const { offsetBytes, sizeBytes } = this.field(structure, field);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    if (sizeBytes === 1) return view.getUint8(offsetBytes);
    if (sizeBytes === 2) return view.getUint16(offsetBytes, isLittleEndian);
    if (sizeBytes === 4) return view.getUint32(offsetBytes, isLittleEndian);
    return Number(view.getBigUint64(offsetBytes, isLittleEndian));
  }

  /** Sets an integer field of a structure. */
  write(bytes: Uint8Array, structure: string, field: string, value: number): void {
    const { offsetBytes, sizeBytes } = this.field(structure, field);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    if (sizeBytes === 1) view.setUint8(offsetBytes, value);
    else if (sizeBytes === 2) view.setUint16(offsetBytes, value, isLittleEndian);
    else if (sizeBytes === 4) view.setUint32(offsetBytes, value, isLittleEndian);
    else view.setBigUint64(offsetBytes, BigInt(value), isLittleEndian);
  }

  /** The bytes of a field of a structure. */
  fieldBytes(bytes: Uint8Array, structure: string, field: string): Uint8Array {
    const { offsetBytes, sizeBytes } = this.field(structure, field);
    return bytes.subarray(offsetBytes, offsetBytes + sizeBytes);
  }

  /** Ancillary data, as the platform's `CMSG_…` macros lay it out. */
  control(messages: readonly ControlMessage[]): Uint8Array {
    const parts = messages.map(({ level, type, data }) => {
      const bytes = new Uint8Array(this.controlSpace(data.length));
      this.write(bytes, "cmsghdr", "cmsg_len", this.constant("CMSG_LEN(0)") + data.length);
      this.write(bytes, "cmsghdr", "cmsg_level", level);
      this.write(bytes, "cmsghdr", "cmsg_type", type);
      bytes.set(data, this.constant("CMSG_LEN(0)"));
      return bytes;
    });
    return Buffer.concat(parts);
  }

  /** What came as ancillary data. */
  controlMessages(bytes: Uint8Array): ControlMessage[] {
    const messages: ControlMessage[] = [];
    let offset = 0;
    while (offset < bytes.length) {
      const rest = bytes.subarray(offset);
      const length = this.read(rest, "cmsghdr", "cmsg_len");
      const data = rest.slice(this.constant("CMSG_LEN(0)"), length);
      messages.push({
        level: this.read(rest, "cmsghdr", "cmsg_level"),
        type: this.read(rest, "cmsghdr", "cmsg_type"),
        data,
      });
      offset += this.controlSpace(data.length);
    }
    return messages;
  }

  /** The data of the one piece of ancillary data of this level and type. */
  controlData(bytes: Uint8Array, level: string, type: string): Uint8Array {
    const found = this.controlMessages(bytes).find(
      (message) => message.level === this.constant(level) && message.type === this.constant(type),
    );
    assert.ok(found !== undefined, `there is ancillary data ${type}`);
    return found.data;
  }

  /** Settles when the socket is ready for any of these; says for what. */
  async ready(id: number, events: number): Promise<number> {
    const watch = watchOf(this.addon);
    watch.hold();
    try {
      return await new Promise<number>((resolve) => {
        watch.watch(id, resolve);
        this.ok(this.addon.poll(id, events));
      });
    } finally {
      watch.unwatch(id);
      watch.release();
      this.ok(this.addon.poll(id, 0));
    }
  }

  private controlSpace(dataBytes: number): number {
    const alignment = this.constant("CMSG_SPACE(1)") - this.constant("CMSG_SPACE(0)");
    return this.constant("CMSG_SPACE(0)") + Math.ceil(dataBytes / alignment) * alignment;
  }

  private layout(structure: string): Addon["structures"][string] {
    const layout = this.addon.structures[structure];
    assert.ok(layout !== undefined, `the platform's headers have ${structure}`);
    return layout;
  }

  private field(structure: string, field: string): { offsetBytes: number; sizeBytes: number } {
    const layout = this.layout(structure).fields[field];
    assert.ok(layout !== undefined, `the platform's ${structure} has ${field}`);
    return layout;
  }
}

function v4Bytes(text: string): number[] {
  return text.split(".").map(Number);
}

/** Addresses of tests have at most one `::` and no dotted part. */
function v6Bytes(text: string): Uint8Array {
  const [head = "", tail] = text.split("::");
  const before = head.split(":").filter((group) => group !== "");
  const after = (tail ?? "").split(":").filter((group) => group !== "");
  const groups = [...before, ...Array<string>(8 - before.length - after.length).fill("0"), ...after];
  const bytes = new Uint8Array(16);
  for (const [index, group] of groups.entries()) {
    new DataView(bytes.buffer).setUint16(index * 2, Number.parseInt(group, 16));
  }
  return bytes;
}

function v6Text(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, 16);
  const groups = Array.from({ length: 8 }, (_, index) => view.getUint16(index * 2).toString(16));
  return new URL(`http://[${groups.join(":")}]`).hostname.slice(1, -1);
}
