import type { Millis } from "../base/millis.js";
import { SCTP_SACK_IMMEDIATELY, SCTP_UNORDERED } from "../sockets/constants.js";
import { type SendRequest, WOULD_BLOCK } from "../sockets/provider.js";
import type { sctp_sndinfo } from "../sockets/types.js";
import { roomBytes, send } from "./sending.js";
import type { SocketAssociation } from "./socket-association.js";
import type { DefaultSndinfo } from "./socket-settings.js";
import type { SocketState } from "./socket-state.js";

/** Flags that say something of a message alone, and nothing of its association. */
const FLAGS_OF_MESSAGE: number = SCTP_UNORDERED | SCTP_SACK_IMMEDIATELY;

/**
 * Several messages, each as {@link send} would have it; answers how many were taken. An error on the first throws, on a
 * later one it ends the call.
 */
export function sendMany(state: SocketState, requests: readonly SendRequest[], now: Millis): number {
  let count = 0;
  while (count < requests.length) {
    try {
      if (send(state, requests[count] as SendRequest, now) === WOULD_BLOCK) break;
    } catch (error) {
      if (count === 0) throw error;
      // Whoever waits for an edge behind a short count learns of it then.
      state.wakeWritable();
      break;
    }
    count += 1;
    if (count < requests.length) count += sendFollowers(state, requests, count, now);
  }
  return count;
}

/**
 * Gives those messages from `start` on to their association that are sent like the one before, which has been taken:
 * what was found out for that holds for them too, but for their lengths. Answers how many there were.
 */
function sendFollowers(
  state: SocketState,
  requests: readonly SendRequest[],
  start: number,
  now: Millis,
): number {
  const owner = state.single;
  const { sndinfo } = requests[start - 1] as SendRequest;
  if (!state.isOneToOne || owner === undefined) return 0;
  const info = sndinfo ?? owner.defaultSndinfo;
  if (!isPlain(requests[start - 1] as SendRequest) || !mayBeFollowed(owner, info)) return 0;
  const { driver } = state.context;
  const followers: SendRequest[] = [];
  const largestBytes = largestMessageBytes(owner);
  const mostMessages = Math.min(requests.length - start, owner.association.sendBufferRoomMessages);
  const mostBytes = roomBytes(owner);
  let lengthBytes = 0;
  // As with one message after the other, packets leave as soon as there is enough for them.
  while (followers.length < mostMessages && lengthBytes < driver.untilFlushBytes) {
    const request = requests[start + followers.length] as SendRequest;
    if (request.lengthBytes > largestBytes || lengthBytes + request.lengthBytes > mostBytes) break;
    if (!isPlain(request) || !isSame(request.sndinfo, sndinfo)) break;
    lengthBytes += request.lengthBytes;
    followers.push(request);
  }
  if (followers.length === 0) return 0;
  owner.association.sendCopies(followers, owner.messageOptions.plain(info), now);
  state.addToTotal(lengthBytes);
  driver.touch(lengthBytes);
  return followers.length;
}

/** Whether a message says nothing of itself but what `sctp_sndinfo` does, and is one. */
function isPlain({ lengthBytes, to, prinfo, authinfo, handOver }: SendRequest): boolean {
  return lengthBytes > 0 && to.length === 0 && prinfo === undefined && authinfo === undefined && !handOver;
}

/** Whether further messages may go the way of one that was taken, with nothing else to be looked at. */
function mayBeFollowed(owner: SocketAssociation, { snd_flags }: Pick<DefaultSndinfo, "snd_flags">): boolean {
  const { association, defaultPrinfo, socket } = owner;
  if ((snd_flags & ~FLAGS_OF_MESSAGE) !== 0 || socket.settings.marksEndOfRecord) return false;
  return defaultPrinfo.pr_policy === 0 && owner.isAlive && association.acceptsMessages;
}

/** The longest message that is taken at all (RFC 6458 §8.1.7, §8.1.11). */
function largestMessageBytes({ association, socket }: SocketAssociation): number {
  const { refusesFragments, sendBufferBytes } = socket.settings;
  return refusesFragments ? Math.min(sendBufferBytes, association.fragmentationPointBytes) : sendBufferBytes;
}

function isSame(left: sctp_sndinfo | undefined, right: sctp_sndinfo | undefined): boolean {
  if (left === undefined || right === undefined) return left === right;
  return (
    left.snd_sid === right.snd_sid &&
    left.snd_flags === right.snd_flags &&
    left.snd_ppid === right.snd_ppid &&
    left.snd_context === right.snd_context
  );
}
