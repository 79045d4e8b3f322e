import { internIpAddress, ipAddressFromBytes, type IpAddress } from "../../../src/base/ip-address.js";
import { ssn, tsn } from "../../../src/base/serial-number.js";
import { chunkBytes, type Chunk } from "../../../src/wire/chunk.js";
import type { ErrorCause } from "../../../src/wire/error-cause.js";
import { ipAddressParameter, type Parameter } from "../../../src/wire/parameter.js";
import { randomEdit, toHex } from "../byte-edits.js";
import type { Dice } from "../dice.js";
import type { ChunkSpec, LiveField, Put } from "./chunk-spec.js";

/** Addresses of the peer, of us, of others, and some that nobody should have. */
const ADDRESSES: readonly string[] = [
  "10.0.0.1",
  "10.0.1.1",
  "10.0.0.2",
  "10.0.0.9",
  "0.0.0.0",
  "127.0.0.1",
  "224.0.0.1",
  "255.255.255.255",
  "fd00::1",
  "fd00::9",
  "::",
  "::1",
  "ff02::1",
  "::ffff:10.0.0.1",
  "fe80::1",
];

function address(dice: Dice): IpAddress {
  const known = internIpAddress(dice.one(ADDRESSES));
  if (known !== undefined && dice.chance(0.9)) return known;
  return ipAddressFromBytes(dice.bytes(dice.one([4, 16])));
}

const blob = (dice: Dice): Uint8Array => dice.bytes(dice.size(20, 1200));

const PARAMETERS: readonly ((dice: Dice) => Parameter)[] = [
  (dice) => ipAddressParameter(address(dice)),
  (dice) => ipAddressParameter(address(dice)),
  (dice) => ({ kind: "Heartbeat Info", info: blob(dice) }),
  (dice) => ({ kind: "State Cookie", cookie: blob(dice) }),
  (dice) => ({ kind: "Unrecognized Parameter", parameter: blob(dice) }),
  (dice) => ({ kind: "Cookie Preservative", suggestedIncrementMs: dice.number(32) }),
  (dice) => ({ kind: "Host Name Address", hostName: blob(dice) }),
  (dice) => ({ kind: "Supported Address Types", addressTypes: dice.list(5, () => dice.one([5, 6, 11, 0])) }),
  () => ({ kind: "ECN Capable" }),
  (dice) => ({ kind: "Adaptation Layer Indication", adaptationCodePoint: dice.number(32) }),
  (dice) => ({
    kind: "UNKNOWN",
    type: dice.one([0x0002, 0x4001, 0x8001, 0xc001, 0x8002, 0x8003, 0x8004, 0xc000, 0xffff, dice.number(16)]),
    value: blob(dice),
  }),
];

const CAUSES: readonly ((dice: Dice) => ErrorCause)[] = [
  (dice) => ({ kind: "Invalid Stream Identifier", streamId: dice.number(16) }),
  (dice) => ({ kind: "Missing Mandatory Parameter", parameterTypes: dice.list(5, () => dice.number(16)) }),
  (dice) => ({ kind: "Stale Cookie", stalenessMicroseconds: dice.number(32) }),
  (dice) => ({ kind: "Stale Cookie", stalenessMicroseconds: dice.number(16) }),
  () => ({ kind: "Out of Resource" }),
  (dice) => ({ kind: "Unresolvable Address", address: blob(dice) }),
  (dice) => ({ kind: "Unrecognized Chunk Type", chunk: blob(dice) }),
  () => ({ kind: "Invalid Mandatory Parameter" }),
  (dice) => ({ kind: "Unrecognized Parameters", parameters: blob(dice) }),
  (dice) => ({ kind: "No User Data", tsn: tsn(dice.number(32)) }),
  () => ({ kind: "Cookie Received While Shutting Down" }),
  (dice) => ({
    kind: "Restart of an Association with New Addresses",
    addresses: dice.list(4, () => address(dice)),
  }),
  (dice) => ({ kind: "User-Initiated Abort", reason: blob(dice) }),
  (dice) => ({ kind: "Protocol Violation", information: blob(dice) }),
  (dice) => ({ kind: "UNKNOWN", code: dice.one([0, 14, 0xffff, dice.number(16)]), value: blob(dice) }),
];

function parameters(dice: Dice, needed: readonly Parameter[]): Parameter[] {
  const list = [...needed, ...dice.list(dice.size(4, 60), () => dice.one(PARAMETERS)(dice))];
  if (dice.chance(0.2)) list.reverse();
  return dice.chance(0.05) ? list.slice(1) : list;
}

function initBody(dice: Dice): Omit<Extract<Chunk, { kind: "INIT" }>, "kind" | "parameters"> {
  const usual = dice.chance(0.7);
  return {
    initiateTag: usual ? dice.one([0x1111_1111, 0x2222_2222]) : dice.number(32),
    aRwnd: usual ? 100_000 : dice.number(32),
    outboundStreams: usual ? 10 : dice.number(16),
    inboundStreams: usual ? 10 : dice.number(16),
    initialTsn: tsn(usual ? 1000 : dice.number(32)),
  };
}

function dataChunk(dice: Dice): Chunk {
  return {
    kind: "DATA",
    flags: dice.chance(0.5) ? 3 : dice.below(16),
    tsn: tsn(1000),
    streamId: dice.chance(0.8) ? dice.below(3) : dice.number(16),
    ssn: ssn(dice.chance(0.7) ? dice.below(4) : dice.number(16)),
    ppid: dice.number(32),
    userData: dice.bytes(dice.chance(0.05) ? 0 : dice.size(40, 1400)),
  };
}

function sackChunk(dice: Dice): Chunk {
  const block = (): { start: number; end: number } => {
    const start = dice.chance(0.8) ? 1 + dice.below(20) : dice.number(16);
    return { start, end: dice.chance(0.8) ? Math.min(0xffff, start + dice.below(4)) : dice.number(16) };
  };
  return {
    kind: "SACK",
    cumulativeTsnAck: tsn(0),
    aRwnd: dice.chance(0.5) ? 100_000 : dice.number(32),
    gapAckBlocks: dice.chance(0.5) ? [] : dice.list(dice.size(4, 300), block),
    duplicateTsns: dice.chance(0.7) ? [] : dice.list(dice.size(4, 300), () => tsn(dice.number(32))),
  };
}

/** The chunks that are made as values; DATA and SACK more often than the others, because they do most. */
const CHUNKS: readonly ((dice: Dice) => Chunk)[] = [
  dataChunk,
  dataChunk,
  dataChunk,
  sackChunk,
  sackChunk,
  (dice) => ({ kind: "INIT", ...initBody(dice), parameters: parameters(dice, []) }),
  (dice) => ({
    kind: "INIT ACK",
    ...initBody(dice),
    parameters: parameters(dice, [{ kind: "State Cookie", cookie: dice.bytes(dice.size(40, 2000)) }]),
  }),
  (dice) => ({ kind: "HEARTBEAT", info: blob(dice) }),
  (dice) => ({ kind: "HEARTBEAT ACK", info: blob(dice) }),
  (dice) => ({
    kind: "ABORT",
    tagReflected: dice.chance(0.5),
    causes: dice.list(3, () => dice.one(CAUSES)(dice)),
  }),
  () => ({ kind: "SHUTDOWN", cumulativeTsnAck: tsn(0) }),
  () => ({ kind: "SHUTDOWN ACK" }),
  (dice) => ({ kind: "ERROR", causes: dice.list(dice.size(4, 40), () => dice.one(CAUSES)(dice)) }),
  (dice) => ({ kind: "COOKIE ECHO", cookie: blob(dice) }),
  () => ({ kind: "COOKIE ACK" }),
  (dice) => ({ kind: "ECNE", lowestTsn: tsn(dice.number(32)) }),
  (dice) => ({ kind: "CWR", lowestTsn: tsn(dice.number(32)) }),
  (dice) => ({ kind: "SHUTDOWN COMPLETE", tagReflected: dice.chance(0.5) }),
  (dice) => ({
    kind: "UNKNOWN",
    // Types of known extensions, and one of each action of RFC 9260 §3.2.
    type: dice.one([15, 0x40, 0x80, 0x81, 0x82, 0x84, 0xc0, 0xc1, 0xc2, 0xff, 63, 127, 191]),
    flags: dice.number(8),
    value: blob(dice),
  }),
];

/** TSNs near those that mean something. */
function delta(dice: Dice): number {
  if (dice.chance(0.5)) return dice.one([0, 1, -1]);
  if (dice.chance(0.8)) return dice.between(-6, 12);
  return dice.one([-0x8000_0000, 0x7fff_ffff, 32_766, 32_767, 32_768, 65_535, 65_536, -65_536, 1024]);
}

/** Which field of a kind of chunk holds a TSN, and whose it is. */
function livePut(dice: Dice, kind: Chunk["kind"]): Put[] {
  const at = 4;
  if (kind === "DATA") {
    const stride = dice.one([1, 1, 1, 2, 0, 3, -1]);
    return [{ at, field: "expected TSN", delta: delta(dice), stride }];
  }
  if (kind === "SACK" || kind === "SHUTDOWN") {
    const field: LiveField = dice.chance(0.8) ? "last TSN" : "first TSN";
    return [{ at, field, delta: dice.chance(0.5) ? 0 : delta(dice), stride: dice.one([0, 0, 1, -1]) }];
  }
  if ((kind === "INIT" || kind === "INIT ACK") && dice.chance(0.3))
    return [{ at, field: dice.one(["our tag", "peer's tag"]), delta: 0 }];
  return [];
}

/** A chunk by chance: valid as often as not, else with some bytes changed. */
export function randomChunk(dice: Dice): ChunkSpec {
  const answers = [{ answer: "COOKIE ECHO" }, { answer: "HEARTBEAT ACK" }] as const;
  const isAnswer = dice.chance(0.12);
  const chunk = dice.one(CHUNKS)(dice);
  const base = isAnswer ? dice.one(answers) : toHex(chunkBytes(chunk));
  const put = isAnswer ? [] : livePut(dice, chunk.kind);
  const edits = dice.chance(0.5) ? [] : dice.list(3, () => randomEdit(dice));
  return {
    base,
    ...(put.length === 0 ? {} : { put }),
    ...(edits.length === 0 ? {} : { edits, fixLength: dice.chance(0.75) }),
  };
}
