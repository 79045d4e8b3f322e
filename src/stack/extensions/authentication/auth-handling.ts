import { CHUNK_AUTH, CHUNK_COOKIE_ECHO } from "../../../wire/chunk.js";
import { authChunkHmacIdentifier } from "../../../wire/chunks/auth-chunk.js";
import type { ChunkCursor } from "../../../wire/packet.js";
import { answerTo } from "../../answers.js";
import type { Endpoint } from "../../endpoint.js";
import { authenticatedChunkTypes } from "../../establishment/extensions.js";
import type { StateCookie } from "../../establishment/state-cookie.js";
import type { Millis } from "../../../base/millis.js";
import type { Path } from "../../paths/path.js";
import type { ReceivedPacket } from "../../received-packet.js";
import type { StackServices } from "../../services.js";
import type { TransmissionControlBlock } from "../../transmission-control-block.js";
import { Authentication, type ReceivedAuthChunk, type Verdict } from "./authentication.js";
import type { SharedKey, SharedKeys } from "./shared-keys.js";

/** The AUTH chunk that a cursor stands on. */
export function authChunkAt(packet: ReceivedPacket, cursor: ChunkCursor): ReceivedAuthChunk {
  const { offsetBytes, lengthBytes, packetEndOffset } = cursor;
  return { bytes: packet.bytes, offsetBytes, lengthBytes, endBytes: packetEndOffset };
}

/** Whether a chunk is one that is taken only in authenticated form, and is not (RFC 4895 §6.3). */
export function isUnauthenticated(
  tcb: TransmissionControlBlock,
  packet: ReceivedPacket,
  chunkType: number,
): boolean {
  if (packet.isAuthenticated || !tcb.authentication.wants(chunkType)) return false;
  tcb.services.statistics.unauthenticatedChunks += 1;
  return true;
}

/**
 * Handles an AUTH chunk (RFC 4895 §6.3).
 *
 * @returns whether what stands behind it is processed
 */
export function handleAuth(
  tcb: TransmissionControlBlock,
  packet: ReceivedPacket,
  cursor: ChunkCursor,
  path: Path,
): boolean {
  // RFC 4895 §5.1: there is one in a packet at most. That before a COOKIE ECHO has been checked already.
  if (packet.isAuthenticated) return cursor.isFirst;
  const chunk = authChunkAt(packet, cursor);
  const verdict = tcb.authentication.verify(chunk);
  if (typeof verdict === "object") {
    packet.isAuthenticated = true;
    tcb.authentication.packetIsAuthentic = true;
    noteUse(tcb, verdict.key);
    return true;
  }
  tcb.services.statistics.unauthenticatedChunks += 1;
  if (verdict === "unsupported HMAC identifier") {
    const hmacIdentifier = authChunkHmacIdentifier(chunk.bytes, chunk.offsetBytes);
    const causes = [{ kind: "Unsupported HMAC Identifier", hmacIdentifier }] as const;
    tcb.control.answer({ kind: "ERROR", causes }, tcb.paths.forReply(path));
  }
  return false;
}

/** RFC 6458 §6.1.8: the peer has used another key than the one that there is at first. */
function noteUse(tcb: TransmissionControlBlock, key: SharedKey): void {
  if (key.isUsedByPeer) return;
  key.isUsedByPeer = true;
  if (key.number === 0) return;
  const { association } = tcb;
  tcb.emit({ type: "authentication", association, keyNumber: key.number, indication: "new key" });
}

/** Tells of keys that have been deactivated and that nothing uses any more (RFC 6458 §6.1.8, §8.3.5). */
export function freeKeys(tcb: TransmissionControlBlock): void {
  const { association, authentication } = tcb;
  for (const keyNumber of authentication.keys.free((number) => usesKey(tcb, number)))
    tcb.emit({ type: "authentication", association, keyNumber, indication: "free key" });
}

/** Whether a message that is not acknowledged yet is sent with a key. */
export function usesKey({ sendQueue, retransmission }: TransmissionControlBlock, number: number): boolean {
  // The oldest messages first: one that has the key is found at once there as long as a key is being replaced.
  return retransmission.outstanding.usesKey(number) || sendQueue.usesKey(number);
}

/** A COOKIE ECHO whose packet may begin with an AUTH chunk. */
export interface CookieEchoToCheck {
  readonly endpoint: Endpoint;
  readonly packet: ReceivedPacket;
  readonly services: StackServices;
  /** The AUTH chunk before it, if there is one. */
  readonly auth: ReceivedAuthChunk | undefined;
}

/**
 * Whether a COOKIE ECHO is authenticated as far as it has to be (RFC 4895 §6.3): by the association that there is, or
 * else by what its cookie says. One that waits for its INIT ACK knows the peer's random number from the cookie only.
 */
export function isCookieEchoAuthentic(
  incoming: CookieEchoToCheck,
  cookie: StateCookie,
  existing: TransmissionControlBlock | undefined,
  now: Millis,
): boolean {
  const { auth, endpoint, packet, services } = incoming;
  const isKnown = existing !== undefined && existing.state.name !== "COOKIE-WAIT";
  // Nearly always: no AUTH chunk is there, and none is wanted.
  if (auth === undefined && !isKnown && !wantsCookieEcho(cookie, endpoint)) return true;
  const authentication = isKnown
    ? existing.authentication
    : authenticationOfCookie(cookie, existing?.authentication.keys ?? endpoint.sharedKeys, incoming);
  const verdict: Verdict | undefined = auth === undefined ? undefined : authentication.verify(auth);
  if (!isKnown) authentication.keys.wipe();
  if (verdict === undefined && !authentication.wants(CHUNK_COOKIE_ECHO)) return true;
  if (typeof verdict === "object") {
    packet.isAuthenticated = true;
    return true;
  }
  services.statistics.unauthenticatedChunks += 1;
  if (verdict === "unsupported HMAC identifier" && auth !== undefined) {
    const hmacIdentifier = authChunkHmacIdentifier(auth.bytes, auth.offsetBytes);
    const causes = [{ kind: "Unsupported HMAC Identifier", hmacIdentifier }] as const;
    services.complain(answerTo(packet, cookie.peerTag, { kind: "ERROR", causes }), now);
  }
  return false;
}

/** Whether what our INIT ACK said, or else the endpoint, wants the COOKIE ECHO to be authenticated. */
function wantsCookieEcho({ ownAuthentication }: StateCookie, { config }: Endpoint): boolean {
  const wanted =
    ownAuthentication === undefined ? authenticatedChunkTypes(config) : ownAuthentication.chunkTypes;
  return wanted?.includes(CHUNK_COOKIE_ECHO) ?? false;
}

function authenticationOfCookie(
  cookie: StateCookie,
  keys: SharedKeys,
  { endpoint, services }: CookieEchoToCheck,
): Authentication {
  const wantedTypes = authenticatedChunkTypes(endpoint.config);
  const authentication = new Authentication(services.crypto, keys.copy(), wantedTypes);
  authentication.agree(cookie.ownAuthentication, cookie.peerAuthentication);
  return authentication;
}

/**
 * The AUTH chunk that a packet begins with, if a COOKIE ECHO follows it (RFC 4895 §6.3); the cursor stands on its first
 * chunk, and stays there unless it is so: then it stands on the COOKIE ECHO.
 */
export function authBeforeCookieEcho(
  packet: ReceivedPacket,
  cursor: ChunkCursor,
  lengthBytes: number,
): ReceivedAuthChunk | undefined {
  const { type } = cursor;
  if (type !== CHUNK_AUTH) return undefined;
  const auth = authChunkAt(packet, cursor);
  if (cursor.next() && cursor.type === CHUNK_COOKIE_ECHO) return auth;
  cursor.reset(packet.bytes, packet.offsetBytes, lengthBytes);
  cursor.next();
  return undefined;
}
