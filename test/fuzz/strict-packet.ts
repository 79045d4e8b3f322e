import { COMMON_HEADER_BYTES } from "../../src/wire/common-header.js";
import { hasValidChecksum } from "../../src/wire/crc32c.js";

/*
 * What a packet of ours has to look like, read from RFC 9260 and not by the stack's own parsers: no function of
 * src/wire judges the packets that src/wire has laid out, but for the checksum, which has vectors of its own.
 */

const DATA = 0;
const INIT = 1;
const INIT_ACK = 2;
const SACK = 3;
const ABORT = 6;
const SHUTDOWN = 7;
const SHUTDOWN_ACK = 8;
const ERROR = 9;
const COOKIE_ECHO = 10;
const SHUTDOWN_COMPLETE = 14;

interface Exact {
  readonly lengthBytes: number;
  readonly flags: number;
}

/** Chunks of a fixed length, and the flags that they may have. */
const EXACT: ReadonlyMap<number, Exact> = new Map([
  [SHUTDOWN, { lengthBytes: 8, flags: 0 }],
  [SHUTDOWN_ACK, { lengthBytes: 4, flags: 0 }],
  [11, { lengthBytes: 4, flags: 0 }],
  [SHUTDOWN_COMPLETE, { lengthBytes: 4, flags: 1 }],
]);

/** Chunks of any length, how long they are at least, and the flags that they may have. */
const LEAST: ReadonlyMap<number, Exact> = new Map([
  [DATA, { lengthBytes: 17, flags: 0x0f }],
  [INIT, { lengthBytes: 20, flags: 0 }],
  [INIT_ACK, { lengthBytes: 20, flags: 0 }],
  [SACK, { lengthBytes: 16, flags: 0 }],
  [4, { lengthBytes: 8, flags: 0 }],
  [5, { lengthBytes: 4, flags: 0xff }],
  [ABORT, { lengthBytes: 4, flags: 1 }],
  [ERROR, { lengthBytes: 4, flags: 0 }],
  [COOKIE_ECHO, { lengthBytes: 4, flags: 0 }],
]);

/** Reads the items of a type-length-value list; answers what is wrong with it. */
function listProblems(view: DataView, from: number, to: number, what: string): string[] {
  let at = from;
  while (at < to) {
    if (at + 4 > to) return [`${what}: ${to - at} bytes left over`];
    const lengthBytes = view.getUint16(at + 2);
    if (lengthBytes < 4) return [`${what}: a length of ${lengthBytes}`];
    if (at + lengthBytes > to) return [`${what}: an item ends behind the chunk`];
    at += lengthBytes;
    // RFC 9260 §3.2: the chunk's length leaves out the padding of its last parameter.
    while (at % 4 !== from % 4 && at < to) {
      if (view.getUint8(at) !== 0) return [`${what}: padding of other bytes than 0`];
      at += 1;
    }
  }
  return [];
}

function sackProblems(view: DataView, at: number, lengthBytes: number): string[] {
  const blocks = view.getUint16(at + 12);
  const duplicates = view.getUint16(at + 14);
  if (lengthBytes !== 16 + 4 * (blocks + duplicates)) return ["SACK: the numbers do not fit the length"];
  let previous = 0;
  for (let index = 0; index < blocks; index += 1) {
    const start = view.getUint16(at + 16 + 4 * index);
    const end = view.getUint16(at + 18 + 4 * index);
    // RFC 9260 §3.3.4: blocks lie apart, in order, and behind the first gap.
    if (start <= previous + 1 || end < start) return [`SACK: block ${start}-${end} behind ${previous}`];
    previous = end;
  }
  return [];
}

function chunkProblems(view: DataView, at: number, lengthBytes: number): string[] {
  const type = view.getUint8(at);
  const flags = view.getUint8(at + 1);
  const exact = EXACT.get(type);
  const least = LEAST.get(type);
  const rule = exact ?? least;
  if (rule === undefined) return [`chunk type ${type} is none of ours`];
  if ((flags & ~rule.flags) !== 0) return [`chunk type ${type}: flags ${flags}`];
  if (exact !== undefined && lengthBytes !== exact.lengthBytes)
    return [`chunk type ${type}: ${lengthBytes} bytes`];
  if (lengthBytes < rule.lengthBytes) return [`chunk type ${type}: only ${lengthBytes} bytes`];
  if (type === SACK) return sackProblems(view, at, lengthBytes);
  if (type === INIT || type === INIT_ACK) {
    if (view.getUint32(at + 4) === 0) return ["an Initiate Tag of 0"];
    if (view.getUint16(at + 12) === 0 || view.getUint16(at + 14) === 0) return ["0 streams in an INIT"];
    return listProblems(view, at + 20, at + lengthBytes, `parameters of chunk type ${type}`);
  }
  if (type === ABORT || type === ERROR) {
    return listProblems(view, at + 4, at + lengthBytes, `causes of chunk type ${type}`);
  }
  return [];
}

/** The types of the chunks of a packet, and what is wrong with each of them. */
function walk(view: DataView): { types: number[]; problems: string[] } {
  const types: number[] = [];
  const problems: string[] = [];
  let at = COMMON_HEADER_BYTES;
  while (at < view.byteLength) {
    if (at + 4 > view.byteLength) {
      problems.push(`${view.byteLength - at} bytes behind the last chunk`);
      break;
    }
    const lengthBytes = view.getUint16(at + 2);
    const end = at + lengthBytes;
    if (lengthBytes < 4 || end > view.byteLength) {
      problems.push(`a chunk length of ${lengthBytes} with ${view.byteLength - at} bytes left`);
      break;
    }
    types.push(view.getUint8(at));
    problems.push(...chunkProblems(view, at, lengthBytes));
    at = (end + 3) & ~3;
    for (let pad = end; pad < Math.min(at, view.byteLength); pad += 1)
      if (view.getUint8(pad) !== 0) problems.push("padding of other bytes than 0");
  }
  if (at > view.byteLength) problems.push("the last chunk is not padded");
  return { types, problems };
}

/** RFC 9260 §6.10 and what each chunk says about its neighbours. */
function bundlingProblems(types: readonly number[], tag: number): string[] {
  const problems: string[] = [];
  if (types.length === 0) problems.push("no chunk at all");
  for (const type of [INIT, INIT_ACK, SHUTDOWN_COMPLETE])
    if (types.includes(type) && types.length > 1) problems.push(`chunk type ${type} is not alone`);
  if (types.lastIndexOf(COOKIE_ECHO) > 0) problems.push("COOKIE ECHO is not the first chunk");
  if (types.includes(DATA) && types.includes(ABORT)) problems.push("DATA with ABORT");
  if (types.includes(ABORT) && types.at(-1) !== ABORT) problems.push("chunks behind an ABORT");
  const firstData = types.indexOf(DATA);
  if (firstData !== -1 && types.slice(firstData).some((type) => type !== DATA))
    problems.push("a control chunk behind DATA");
  if (types.filter((type) => type === SACK).length > 1) problems.push("several SACKs in a packet");
  // RFC 9260 §8.5.1 A: INIT has tag 0, and nothing else does.
  if ((tag === 0) !== types.includes(INIT) && !types.includes(ABORT))
    problems.push(`verification tag ${tag}`);
  return problems;
}

/** Everything that is wrong with a packet that we have sent; nothing, if it is as RFC 9260 §3 and §6.10 want it. */
export function packetProblems(bytes: Uint8Array): string[] {
  if (bytes.length < COMMON_HEADER_BYTES) return [`${bytes.length} bytes`];
  const problems: string[] = [];
  if (bytes.length % 4 !== 0) problems.push(`${bytes.length} bytes, no multiple of 4`);
  if (!hasValidChecksum(bytes, 0, bytes.length)) problems.push("a wrong checksum");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (view.getUint16(0) === 0 || view.getUint16(2) === 0) problems.push("port 0");
  const { types, problems: ofChunks } = walk(view);
  return [...problems, ...ofChunks, ...bundlingProblems(types, view.getUint32(4))];
}
