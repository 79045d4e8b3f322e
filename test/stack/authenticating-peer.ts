import { createHmac } from "node:crypto";
import { chunkBytes, type Chunk } from "../../src/wire/chunk.js";
import { padded, readUint16 } from "../../src/wire/bytes.js";
import type { Parameter } from "../../src/wire/parameter.js";
import type { Sent } from "./scene.js";

/** What {@link AuthenticatingPeer.signed} is told beside the chunks. */
export interface Signature {
  readonly keyNumber?: number;
  readonly hmacIdentifier?: number;
  /** The endpoint pair shared key; by default the null key. */
  readonly secret?: Uint8Array;
}

const NO_BYTES = new Uint8Array(0);

/**
 * A peer's part of authentication, written anew from RFC 4895 so that it shares no code with the stack: it makes AUTH
 * chunks, and checks those of the stack.
 */
export class AuthenticatingPeer {
  readonly random: Uint8Array = Uint8Array.from({ length: 32 }, (_, index) => 200 - index);
  readonly chunkTypes: readonly number[];
  readonly hmacIdentifiers: readonly number[];
  private vectorOfStack: Uint8Array = NO_BYTES;

  constructor(chunkTypes: readonly number[] = [], hmacIdentifiers: readonly number[] = [1]) {
    this.chunkTypes = chunkTypes;
    this.hmacIdentifiers = hmacIdentifiers;
  }

  /** What its INIT or INIT ACK says. */
  get parameters(): Parameter[] {
    const { random, chunkTypes, hmacIdentifiers } = this;
    return [
      { kind: "Random", random },
      ...(chunkTypes.length === 0 ? [] : [{ kind: "Chunk List", chunkTypes } as const]),
      { kind: "Requested HMAC Algorithm", hmacIdentifiers },
    ];
  }

  /** Takes note of what the stack's INIT or INIT ACK says. */
  learn(parameters: readonly Parameter[]): void {
    this.vectorOfStack = vectorOf(parameters);
  }

  /** RFC 4895 §6.1: the association shared key. */
  key(secret: Uint8Array = NO_BYTES): Uint8Array {
    const vectors = [vectorOf(this.parameters), this.vectorOfStack];
    vectors.sort((left, right) => {
      const difference = numberOf(left) - numberOf(right);
      return difference === 0n ? left.length - right.length : difference < 0n ? -1 : 1;
    });
    return Buffer.concat([secret, ...vectors]);
  }

  /** RFC 4895 §6.2: chunks behind an AUTH chunk. */
  signed(chunks: readonly Chunk[], signature: Signature = {}): Uint8Array[] {
    const { keyNumber = 0, hmacIdentifier = 1, secret = NO_BYTES } = signature;
    const hmac = new Uint8Array(hmacIdentifier === 3 ? 32 : 20);
    const auth = chunkBytes({ kind: "AUTH", keyNumber, hmacIdentifier, hmac });
    const rest = chunks.map(paddedBytes);
    const digest = digestOf(hmacIdentifier, this.key(secret), Buffer.concat([auth, ...rest]));
    auth.set(digest, 8);
    return [auth, ...chunks.map((chunk) => chunkBytes(chunk))];
  }

  /**
   * The kinds of the chunks of a packet of the stack that are authenticated.
   *
   * @throws Error when its AUTH chunk is wrong
   */
  verified(
    { bytes }: Pick<Sent, "bytes">,
    secret: Uint8Array = NO_BYTES,
  ): { keyNumber: number; types: number[] } {
    for (let at = 12; at < bytes.length; at += padded(readUint16(bytes, at + 2))) {
      if (bytes[at] !== 15) continue;
      const zeroed = Uint8Array.from(bytes.subarray(at));
      const end = readUint16(bytes, at + 2);
      zeroed.fill(0, 8, end);
      const digest = digestOf(readUint16(bytes, at + 6), this.key(secret), zeroed);
      if (!digest.equals(bytes.subarray(at + 8, at + end))) throw new Error("the AUTH chunk is wrong");
      const types: number[] = [];
      for (let next = at + end; next < bytes.length; next += padded(readUint16(bytes, next + 2)))
        types.push(bytes[next] ?? -1);
      return { keyNumber: readUint16(bytes, at + 4), types };
    }
    return { keyNumber: -1, types: [] };
  }
}

/** RFC 4895 §6.1: RANDOM, CHUNKS and HMAC-ALGO one behind the other, without padding. */
function vectorOf(parameters: readonly Parameter[]): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const parameter of parameters) {
    if (parameter.kind === "Random") parts.push(tlv(0x8002, [...parameter.random]));
    if (parameter.kind === "Chunk List") parts.push(tlv(0x8003, parameter.chunkTypes));
    if (parameter.kind === "Requested HMAC Algorithm")
      parts.push(
        tlv(
          0x8004,
          parameter.hmacIdentifiers.flatMap((identifier) => [identifier >> 8, identifier & 0xff]),
        ),
      );
  }
  return Buffer.concat(parts);
}

function tlv(type: number, value: readonly number[]): Uint8Array {
  const length = value.length + 4;
  return Uint8Array.from([type >> 8, type & 0xff, length >> 8, length & 0xff, ...value]);
}

function numberOf(bytes: Uint8Array): bigint {
  return BigInt(`0x0${Buffer.from(bytes).toString("hex")}`);
}

function digestOf(identifier: number, key: Uint8Array, data: Uint8Array): Buffer {
  return createHmac(identifier === 3 ? "sha256" : "sha1", key)
    .update(data)
    .digest();
}

function paddedBytes(chunk: Chunk): Uint8Array {
  const bytes = chunkBytes(chunk);
  const whole = new Uint8Array(padded(bytes.length));
  whole.set(bytes);
  return whole;
}
