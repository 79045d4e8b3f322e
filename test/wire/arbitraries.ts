import * as fc from "fast-check";
import { type IpAddress, ipAddressFromBytes } from "../../src/base/ip-address.js";
import { type Ssn, ssn, type Tsn, tsn } from "../../src/base/serial-number.js";
import { type Chunk, isKnownChunkType } from "../../src/wire/chunk.js";
import type { ErrorCause } from "../../src/wire/error-cause.js";
import { ipAddressParameter, type Parameter } from "../../src/wire/parameter.js";

/** Values of the wire layer for property tests: whatever a chunk can say, and not only what makes sense to say. */

/** Objects with an ordinary prototype, as parsers answer them. */
function record<T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> {
  return fc.record(model, { noNullPrototype: true }) as fc.Arbitrary<T>;
}

export const uint16: fc.Arbitrary<number> = fc.integer({ min: 0, max: 0xffff });
export const uint32: fc.Arbitrary<number> = fc.integer({ min: 0, max: 0xffffffff });
export const tsns: fc.Arbitrary<Tsn> = uint32.map(tsn);
export const ssns: fc.Arbitrary<Ssn> = uint16.map(ssn);
export const blobs: fc.Arbitrary<Uint8Array> = fc.uint8Array({ maxLength: 70 }).map((bytes) => bytes.slice());

export const ipAddresses: fc.Arbitrary<IpAddress> = fc
  .oneof(fc.uint8Array({ minLength: 4, maxLength: 4 }), fc.uint8Array({ minLength: 16, maxLength: 16 }))
  .map(ipAddressFromBytes);

/** Parameter types without a row in the registry. */
const unknownParameterTypes = uint16.filter(
  (type) =>
    ![
      1, 5, 6, 7, 8, 9, 11, 12, 0x8000, 0x8002, 0x8003, 0x8004, 0xc006, 0xc001, 0xc002, 0xc003, 0xc004,
      0xc005,
    ].includes(type),
);

export const unknownParameters: fc.Arbitrary<Parameter> = record({
  kind: fc.constant("UNKNOWN" as const),
  type: unknownParameterTypes,
  value: blobs,
});

/** Parameters that do not stop the processing of those behind them (RFC 9260 §3.2.1). */
export const passingParameters: fc.Arbitrary<Parameter> = fc.oneof(
  ipAddresses.map(ipAddressParameter),
  record({ kind: fc.constant("Heartbeat Info" as const), info: blobs }),
  record({ kind: fc.constant("State Cookie" as const), cookie: blobs }),
  record({ kind: fc.constant("Unrecognized Parameter" as const), parameter: blobs }),
  record({ kind: fc.constant("Cookie Preservative" as const), suggestedIncrementMs: uint32 }),
  record({ kind: fc.constant("Host Name Address" as const), hostName: blobs }),
  record({
    kind: fc.constant("Supported Address Types" as const),
    addressTypes: fc.array(uint16, { maxLength: 5 }),
  }),
  fc.constant({ kind: "ECN Capable" as const }),
  record({ kind: fc.constant("Adaptation Layer Indication" as const), adaptationCodePoint: uint32 }),
  record({ kind: fc.constant("Add IP Address" as const), correlationId: uint32, address: ipAddresses }),
  record({ kind: fc.constant("Delete IP Address" as const), correlationId: uint32, address: ipAddresses }),
  record({
    kind: fc.constant("Set Primary IP Address" as const),
    correlationId: uint32,
    address: ipAddresses,
  }),
  record({ kind: fc.constant("Error Cause Indication" as const), correlationId: uint32, causes: blobs }),
  record({ kind: fc.constant("Success Indication" as const), correlationId: uint32 }),
  record({ kind: fc.constant("Random" as const), random: blobs }),
  record({
    kind: fc.constant("Chunk List" as const),
    chunkTypes: fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 256 }),
  }),
  record({ kind: fc.constant("Supported Extensions" as const), chunkTypes: blobs }),
  fc.constant({ kind: "Forward-TSN-Supported" as const }),
  record({
    kind: fc.constant("Requested HMAC Algorithm" as const),
    hmacIdentifiers: fc.array(uint16, { maxLength: 5 }),
  }),
  unknownParameters.filter((parameter) => parameter.kind === "UNKNOWN" && (parameter.type & 0x8000) !== 0),
);

/** Lists of parameters of which at most the last one stops the processing. */
export const parameterLists: fc.Arbitrary<readonly Parameter[]> = fc
  .tuple(fc.array(passingParameters, { maxLength: 6 }), fc.option(unknownParameters))
  .map(([passing, last]) => (last === null ? passing : [...passing, last]));

export const errorCauses: fc.Arbitrary<ErrorCause> = fc.oneof(
  record({ kind: fc.constant("Invalid Stream Identifier" as const), streamId: uint16 }),
  record({
    kind: fc.constant("Missing Mandatory Parameter" as const),
    parameterTypes: fc.array(uint16, { maxLength: 5 }),
  }),
  record({ kind: fc.constant("Stale Cookie" as const), stalenessMicroseconds: uint32 }),
  fc.constant({ kind: "Out of Resource" as const }),
  record({ kind: fc.constant("Unresolvable Address" as const), address: blobs }),
  record({ kind: fc.constant("Unrecognized Chunk Type" as const), chunk: blobs }),
  fc.constant({ kind: "Invalid Mandatory Parameter" as const }),
  record({ kind: fc.constant("Unrecognized Parameters" as const), parameters: blobs }),
  record({ kind: fc.constant("No User Data" as const), tsn: tsns }),
  fc.constant({ kind: "Cookie Received While Shutting Down" as const }),
  record({
    kind: fc.constant("Restart of an Association with New Addresses" as const),
    addresses: fc.array(ipAddresses, { maxLength: 4 }),
  }),
  record({ kind: fc.constant("User-Initiated Abort" as const), reason: blobs }),
  record({ kind: fc.constant("Protocol Violation" as const), information: blobs }),
  record({
    kind: fc.constantFrom(
      "Request to Delete Last Remaining IP Address" as const,
      "Operation Refused Due to Resource Shortage" as const,
      "Request to Delete Source IP Address" as const,
      "Request Refused - No Authorization" as const,
    ),
    parameter: blobs,
  }),
  fc.constant({ kind: "Association Aborted Due to Illegal ASCONF-ACK" as const }),
  record({ kind: fc.constant("Unsupported HMAC Identifier" as const), hmacIdentifier: uint16 }),
  record({
    kind: fc.constant("UNKNOWN" as const),
    code: fc.oneof(fc.constant(0), fc.integer({ min: 14, max: 0xffff })).filter((code) => code !== 0x0105),
    value: blobs,
  }),
);

const initBodies = {
  initiateTag: uint32,
  aRwnd: uint32,
  outboundStreams: uint16,
  inboundStreams: uint16,
  initialTsn: tsns,
  parameters: parameterLists,
};

export const chunks: fc.Arbitrary<Chunk> = fc.oneof(
  record({
    kind: fc.constant("DATA" as const),
    flags: fc.integer({ min: 0, max: 15 }),
    tsn: tsns,
    streamId: uint16,
    ssn: ssns,
    ppid: uint32,
    userData: blobs,
  }),
  record({ kind: fc.constant("INIT" as const), ...initBodies }),
  record({ kind: fc.constant("INIT ACK" as const), ...initBodies }),
  record({
    kind: fc.constant("SACK" as const),
    cumulativeTsnAck: tsns,
    aRwnd: uint32,
    gapAckBlocks: fc.array(record({ start: uint16, end: uint16 }), { maxLength: 8 }),
    duplicateTsns: fc.array(tsns, { maxLength: 8 }),
  }),
  record({ kind: fc.constant("HEARTBEAT" as const), info: blobs }),
  record({ kind: fc.constant("HEARTBEAT ACK" as const), info: blobs }),
  record({
    kind: fc.constantFrom("HEARTBEAT" as const, "HEARTBEAT ACK" as const),
    info: blobs,
    furtherParameters: fc.constant(Uint8Array.of(0xc0, 0x99, 0, 8, 7, 6, 5, 4)),
  }),
  record({
    kind: fc.constant("ABORT" as const),
    tagReflected: fc.boolean(),
    causes: fc.array(errorCauses, { maxLength: 4 }),
  }),
  record({ kind: fc.constant("SHUTDOWN" as const), cumulativeTsnAck: tsns }),
  fc.constant({ kind: "SHUTDOWN ACK" as const }),
  record({ kind: fc.constant("ERROR" as const), causes: fc.array(errorCauses, { maxLength: 4 }) }),
  record({ kind: fc.constant("COOKIE ECHO" as const), cookie: blobs }),
  fc.constant({ kind: "COOKIE ACK" as const }),
  record({ kind: fc.constant("ECNE" as const), lowestTsn: tsns }),
  record({ kind: fc.constant("CWR" as const), lowestTsn: tsns }),
  record({ kind: fc.constant("SHUTDOWN COMPLETE" as const), tagReflected: fc.boolean() }),
  record({
    kind: fc.constant("ASCONF" as const),
    sequenceNumber: uint32,
    address: ipAddresses,
    parameters: parameterLists,
  }),
  record({
    kind: fc.constant("ASCONF-ACK" as const),
    sequenceNumber: uint32,
    parameters: parameterLists,
  }),
  record({
    kind: fc.constant("FORWARD TSN" as const),
    newCumulativeTsn: tsns,
    streams: fc.array(record({ streamId: uint16, ssn: ssns }), { maxLength: 8 }),
  }),
  record({
    kind: fc.constant("AUTH" as const),
    keyNumber: uint16,
    hmacIdentifier: uint16,
    hmac: blobs,
  }),
  record({
    kind: fc.constant("UNKNOWN" as const),
    type: fc.integer({ min: 0, max: 255 }).filter((type) => !isKnownChunkType(type)),
    flags: fc.integer({ min: 0, max: 255 }),
    value: blobs,
  }),
);

/**
 * Bytes that look like a chunk: a valid one whose bits were flipped, which was cut or lengthened, and whose
 * length field was mostly put right again; and bytes without any order.
 */
export function chunkLikeBytes(encode: (chunk: Chunk) => Uint8Array): fc.Arbitrary<Uint8Array> {
  const damaged = fc
    .record({
      bytes: chunks.map(encode),
      flips: fc.array(fc.nat({ max: 8 * 200 }), { maxLength: 3 }),
      cutBytes: fc.oneof(fc.constant(0), fc.nat({ max: 40 })),
      appended: fc.oneof(fc.constant(new Uint8Array(0)), fc.uint8Array({ maxLength: 9 })),
      fixLength: fc.integer({ min: 0, max: 3 }).map((die) => die > 0),
    })
    .map(({ bytes, flips, cutBytes, appended, fixLength }) => {
      const kept = bytes.subarray(0, Math.max(4, bytes.length - cutBytes));
      const damage = new Uint8Array(kept.length + appended.length);
      damage.set(kept);
      damage.set(appended, kept.length);
      for (const flip of flips) {
        const at = (flip >> 3) % damage.length;
        damage[at] = (damage[at] ?? 0) ^ (1 << (flip & 7));
      }
      if (fixLength) {
        damage[2] = damage.length >> 8;
        damage[3] = damage.length & 0xff;
      }
      return damage;
    });
  return fc.oneof(
    { weight: 4, arbitrary: damaged },
    { weight: 1, arbitrary: fc.uint8Array({ minLength: 4, maxLength: 80 }) },
  );
}
