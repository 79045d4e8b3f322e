import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import type { Chunk } from "../../src/wire/chunk.js";
import { byteLengthOfChunk, parseChunk } from "../../src/wire/chunk.js";
import { padded, readUint32 } from "../../src/wire/bytes.js";
import { hasValidChecksum } from "../../src/wire/crc32c.js";
import { byteLengthOfErrorCause, type ErrorCause, errorCauseCode } from "../../src/wire/error-cause.js";
import { isMalformed } from "../../src/wire/malformed.js";
import { PacketBuilder } from "../../src/wire/packet-builder.js";
import { createPacketRecord, packetBytes } from "../../src/wire/packet-record.js";
import { type Packet, parsePacket } from "../../src/wire/packet.js";
import { byteLengthOfParameter, type Parameter, parameterType } from "../../src/wire/parameter.js";
import { fromHex, toHex } from "./poisoned-memory.js";

/** A field as tshark shows it: its name, its value, the fields inside. A chunk or a parameter has an empty name. */
type Field = readonly [name: string, shown: string, ...inside: Field[]];

interface CapturedPacket {
  readonly name: string;
  readonly hex: string;
  readonly dissection: readonly Field[];
}

const packets = JSON.parse(
  readFileSync(new URL("../../../test/wire/fixtures/usrsctp.json", import.meta.url), "utf8"),
) as readonly CapturedPacket[];

/** Fields that repeat others, are padding, or belong to extensions whose parameters we keep as they are. */
const LEFT_OUT = new Set([
  "sctp.chunk_padding",
  "sctp.parameter_padding",
  "sctp.sack_nounce_sum",
  "sctp.sack_gap_block_start_tsn",
  "sctp.sack_gap_block_end_tsn",
  "sctp.sack_number_of_tsns_gap_acked",
  "sctp.supported_chunk_type",
  "sctp.random_number",
  "sctp.hmac_id",
  "sctp.chunk_type_to_auth",
]);

/** tshark's fields in the order of the packet, without their nesting. */
function flatten(fields: readonly Field[]): string[] {
  return fields.flatMap(([name, shown, ...inside]) => [
    ...(name === "" || LEFT_OUT.has(name) ? [] : [`${name}=${shown}`]),
    ...flatten(inside),
  ]);
}

const hex = (value: number, digits: number): string => `0x${value.toString(16).padStart(digits, "0")}`;
const octets = (bytes: Uint8Array): string => toHex(bytes).replace(/..(?=.)/g, "$&:");
const bit = (flags: number, mask: number): string => ((flags & mask) === 0 ? "0" : "1");

/** Our reading of a parameter in tshark's words. */
function describeParameter(parameter: Parameter): string[] {
  const lines = [
    `sctp.parameter_type=${hex(parameterType(parameter), 4)}`,
    `sctp.parameter_length=${byteLengthOfParameter(parameter)}`,
  ];
  switch (parameter.kind) {
    case "IPv4 Address":
      return [...lines, `sctp.parameter_ipv4_address=${parameter.address.text}`];
    case "IPv6 Address":
      return [...lines, `sctp.parameter_ipv6_address=${parameter.address.text}`];
    case "State Cookie":
      return [...lines, `sctp.parameter_state_cookie=${octets(parameter.cookie)}`];
    case "Supported Address Types": {
      const types = parameter.addressTypes.map((type) => `sctp.parameter_supported_address_type=${type}`);
      return [...lines, ...types];
    }
    case "Adaptation Layer Indication":
      return [...lines, `sctp.adaptation_layer_indication=${hex(parameter.adaptationCodePoint, 8)}`];
    default:
      return lines;
  }
}

/** Our reading of an error cause in tshark's words. */
function describeCause(cause: ErrorCause): string[] {
  const lines = [
    `sctp.cause_code=${hex(errorCauseCode(cause), 4)}`,
    `sctp.cause_length=${byteLengthOfErrorCause(cause)}`,
  ];
  switch (cause.kind) {
    case "Invalid Stream Identifier":
      return [...lines, `sctp.cause_stream_identifier=${cause.streamId}`, "sctp.cause_reserved=0"];
    case "No User Data":
      return [...lines, `sctp.cause_tsn=${cause.tsn}`];
    case "Unrecognized Chunk Type": {
      // usrsctp copies the chunk with its padding.
      const length = ((cause.chunk[2] ?? 0) << 8) | (cause.chunk[3] ?? 0);
      const chunk = parseChunk(cause.chunk, 0, length);
      assert.ok(!isMalformed(chunk));
      return [...lines, ...describeChunk(chunk)];
    }
    default:
      return lines;
  }
}

const CHUNK_TYPES: Readonly<Record<string, number>> = {
  DATA: 0,
  INIT: 1,
  "INIT ACK": 2,
  SACK: 3,
  HEARTBEAT: 4,
  "HEARTBEAT ACK": 5,
  ABORT: 6,
  SHUTDOWN: 7,
  "SHUTDOWN ACK": 8,
  ERROR: 9,
  "COOKIE ECHO": 10,
  "COOKIE ACK": 11,
  "SHUTDOWN COMPLETE": 14,
};

/** The flags of a chunk and their bits. */
function describeFlags(chunk: Chunk): string[] {
  switch (chunk.kind) {
    case "DATA": {
      const { flags } = chunk;
      const bits = ["i", "u", "b", "e"].map(
        (name, index) => `sctp.data_${name}_bit=${bit(flags, 8 >> index)}`,
      );
      return [`sctp.chunk_flags=${hex(flags, 2)}`, ...bits];
    }
    case "ABORT":
      return [
        `sctp.chunk_flags=0x0${Number(chunk.tagReflected)}`,
        `sctp.abort_t_bit=${Number(chunk.tagReflected)}`,
      ];
    case "SHUTDOWN COMPLETE":
      return [
        `sctp.chunk_flags=0x0${Number(chunk.tagReflected)}`,
        `sctp.shutdown_complete_t_bit=${Number(chunk.tagReflected)}`,
      ];
    default:
      return [`sctp.chunk_flags=${chunk.kind === "UNKNOWN" ? hex(chunk.flags, 2) : "0x00"}`];
  }
}

/** Our reading of a chunk in tshark's words. */
function describeChunk(chunk: Chunk): string[] {
  return [
    `sctp.chunk_type=${chunk.kind === "UNKNOWN" ? chunk.type : CHUNK_TYPES[chunk.kind]}`,
    ...describeFlags(chunk),
    `sctp.chunk_length=${byteLengthOfChunk(chunk)}`,
    ...describeValue(chunk),
  ];
}

function describeValue(chunk: Chunk): string[] {
  switch (chunk.kind) {
    case "DATA":
      return [
        `sctp.data_tsn_raw=${chunk.tsn}`,
        `sctp.data_sid=${hex(chunk.streamId, 4)}`,
        `sctp.data_ssn=${chunk.ssn}`,
        `sctp.data_payload_proto_id=${chunk.ppid}`,
      ];
    case "INIT":
    case "INIT ACK": {
      const prefix = chunk.kind === "INIT" ? "sctp.init" : "sctp.initack";
      return [
        `${prefix}_initiate_tag=${hex(chunk.initiateTag, 8)}`,
        `${prefix}_credit=${chunk.aRwnd}`,
        `${prefix}_nr_out_streams=${chunk.outboundStreams}`,
        `${prefix}_nr_in_streams=${chunk.inboundStreams}`,
        `${prefix}_initial_tsn=${chunk.initialTsn}`,
        ...chunk.parameters.flatMap(describeParameter),
      ];
    }
    case "SACK":
      return [
        `sctp.sack_cumulative_tsn_ack_raw=${chunk.cumulativeTsnAck}`,
        `sctp.sack_a_rwnd=${chunk.aRwnd}`,
        `sctp.sack_number_of_gap_blocks=${chunk.gapAckBlocks.length}`,
        `sctp.sack_number_of_duplicated_tsns=${chunk.duplicateTsns.length}`,
        ...chunk.gapAckBlocks.flatMap(({ start, end }) => [
          `sctp.sack_gap_block_start=${start}`,
          `sctp.sack_gap_block_end=${end}`,
        ]),
        ...chunk.duplicateTsns.map((tsn) => `sctp.sack_duplicate_tsn=${tsn}`),
      ];
    case "HEARTBEAT":
    case "HEARTBEAT ACK":
      return [
        "sctp.parameter_type=0x0001",
        `sctp.parameter_length=${4 + chunk.info.length}`,
        `sctp.parameter_heartbeat_information=${octets(chunk.info)}`,
      ];
    case "ABORT":
    case "ERROR":
      return chunk.causes.flatMap(describeCause);
    case "SHUTDOWN":
      return [`sctp.shutdown_cumulative_tsn_ack=${chunk.cumulativeTsnAck}`];
    case "COOKIE ECHO":
      return [`sctp.cookie=${octets(chunk.cookie)}`];
    case "UNKNOWN":
      return [`sctp.chunk_value=${octets(chunk.value)}`];
    default:
      return [];
  }
}

function describePacket(bytes: Uint8Array, packet: Packet): string[] {
  return [
    `sctp.srcport=${packet.header.sourcePort}`,
    `sctp.dstport=${packet.header.destinationPort}`,
    `sctp.verification_tag=${hex(packet.header.verificationTag, 8)}`,
    `sctp.checksum=${hex(readUint32(bytes, 8), 8)}`,
    `sctp.checksum.status=${hasValidChecksum(bytes, 0, bytes.length) ? 1 : 0}`,
    ...packet.chunks.flatMap(describeChunk),
  ];
}

function read(captured: CapturedPacket): { bytes: Uint8Array; packet: Packet } {
  const bytes = fromHex(captured.hex);
  const packet = parsePacket(bytes);
  assert.ok(!isMalformed(packet));
  return { bytes, packet };
}

for (const captured of packets) {
  test(`RFC 9260 §3: usrsctp's ${captured.name} is read as tshark reads it`, () => {
    const { bytes, packet } = read(captured);
    assert.deepEqual(describePacket(bytes, packet), flatten(captured.dissection));
  });

  test(`RFC 9260 §3: usrsctp's ${captured.name} is written again byte for byte`, () => {
    const { bytes, packet } = read(captured);
    const { sourcePort, destinationPort, verificationTag } = packet.header;
    const builder = new PacketBuilder({ slabBytes: 2000, computeChecksum: true });
    builder.slab.fill(0xa5);
    assert.ok(builder.begin(sourcePort, destinationPort, verificationTag, bytes.length));
    for (const chunk of packet.chunks) {
      if (chunk.kind === "DATA") builder.writeDataChunk(chunk, chunk.userData, 0, chunk.userData.length);
      else builder.writeChunk(chunk);
    }
    assert.equal(builder.remainingBytes, 0);
    const record = createPacketRecord();
    builder.finish(record);
    assert.equal(toHex(packetBytes(record)), captured.hex);
  });
}

test("the captured packets show every kind of chunk that RFC 9260 defines", () => {
  const kinds = new Set(
    packets.flatMap((captured) => read(captured).packet.chunks.map((chunk) => chunk.kind)),
  );
  for (const kind of Object.keys(CHUNK_TYPES)) assert.ok(kinds.has(kind as Chunk["kind"]), kind);
  for (const { bytes } of packets.map(read)) assert.equal(bytes.length, padded(bytes.length));
});
