import { SCTP_ABORT, SCTP_EOF, SCTP_SENDALL } from "../sockets/constants.js";
import { WRITABLE } from "../native/addon.js";
import { type SendRequest, WOULD_BLOCK } from "../sockets/provider.js";
import { type Destination, flagsOf, putIntoRow, waitForRoom } from "./message-output.js";
import type { KernelSocketState } from "./kernel-socket-state.js";
import { destinationOf, destinationOfSingle, send } from "./sending.js";

/** What is more than a message to an association that there is. */
const ENDS_OR_ALL = SCTP_EOF | SCTP_ABORT | SCTP_SENDALL;

/** What is given to the kernel at once is copied, for nothing where there is less room than that. */
const CROSSING_BYTES_MAX = 64 * 1024;

/**
 * Several messages. What goes to associations that are up is given to the kernel in one crossing, with a copy of the
 * bytes; a large message crosses alone, without one.
 *
 * @returns how many were taken; an error on the first throws, on a later one it ends the call
 */
export function sendMany(state: KernelSocketState, requests: readonly SendRequest[]): number {
  let count = 0;
  for (let isTaken = true; isTaken && count < requests.length; ) {
    try {
      const rows = fillRows(state, requests, count);
      const first = requests[count] as SendRequest;
      const taken = rows > 1 ? sendRows(state, first, rows) : sendOne(state, first);
      isTaken = taken === Math.max(rows, 1);
      count += taken;
    } catch (error) {
      if (count === 0) throw error;
      // Whoever waits for an edge behind a short count learns of it then.
      state.wake(WRITABLE);
      isTaken = false;
    }
  }
  return count;
}

function sendOne(state: KernelSocketState, request: SendRequest): number {
  return send(state, request) === WOULD_BLOCK ? 0 : 1;
}

/** Sends what is in the rows; answers how many were taken. */
function sendRows(state: KernelSocketState, first: SendRequest, rows: number): number {
  const { addon, outgoingBatch: batch } = state.context;
  const answer = addon.sendmmsg(state.id, batch.bytes, batch.rows, rows, flagsOf(state, first));
  if (answer === rows) return answer;
  // What stands against the first is told by the way of one message.
  if (answer < 0 && state.context.codeOf(answer) !== "EAGAIN") return sendOne(state, first);
  // Why it has taken fewer, the system does not say. Where it was an error, the socket is ready for who asks again.
  waitForRoom(state);
  return Math.max(answer, 0);
}

/** Writes messages into the rows of the batch, as long as they are plain ones to associations that are known. */
function fillRows(state: KernelSocketState, requests: readonly SendRequest[], start: number): number {
  const { outgoingBatch: batch } = state.context;
  const count = Math.min(batch.rowCount, requests.length - start);
  const flags = requests[start]?.flags;
  let bytes = 0;
  for (let row = 0; row < count; row += 1) {
    const request = requests[start + row] as SendRequest;
    const destination = plainDestination(state, request);
    bytes += request.lengthBytes;
    if (bytes > CROSSING_BYTES_MAX || request.lengthBytes > batch.rowBytes) return row;
    if (destination === undefined || request.flags !== flags) return row;
    try {
      putIntoRow(state, request, destination, batch, row);
    } catch (error) {
      // Those before it are sent first.
      if (row === 0) throw error;
      return row;
    }
  }
  return count;
}

/** Where a plain message to an association that is up goes; `undefined` for everything else. */
function plainDestination(state: KernelSocketState, request: SendRequest): Destination | undefined {
  const { to, sndinfo, lengthBytes } = request;
  if (lengthBytes === 0 || ((sndinfo?.snd_flags ?? 0) & ENDS_OR_ALL) !== 0) return undefined;
  if (state.isOneToOne) {
    const { single, pendingError, sendIsShutDown } = state;
    const isUp = single?.phase === "up" && single.loss === undefined && pendingError === undefined;
    return isUp && !sendIsShutDown ? destinationOfSingle(state, single, request) : undefined;
  }
  const [first] = to;
  const id = sndinfo?.snd_assoc_id ?? 0;
  const known = id !== 0 || first === undefined ? id : (state.peers.get(first) ?? 0);
  if (state.owed?.associationIds.has(known) === true) return undefined;
  const isStarting = state.startingCount > 0 && state.associations.get(known)?.phase === "starting";
  return known === 0 || isStarting ? undefined : destinationOf(state, request, known);
}
