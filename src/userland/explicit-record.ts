/**
 * Messages that several send calls make (RFC 6458 §8.1.26).
 *
 * @module
 */
import { SCTP_EOF, SCTP_EOR, SCTP_UNORDERED } from "../sockets/constants.js";
import { systemError } from "../sockets/errors.js";
import type { sctp_sndinfo } from "../sockets/types.js";
import type { SocketAssociation } from "./socket-association.js";
import type { SocketState } from "./socket-state.js";

/** More than anybody needs: the stack counts the bytes of a message in 32 bits. */
const RECORD_BYTES_MAX = 0xffffffff;

/** Whether a send call ends its message: each one does where the application does not mark the ends itself. */
export function endsRecord({ settings }: SocketState, flags: number): boolean {
  return !settings.marksEndOfRecord || (flags & SCTP_EOR) !== 0;
}

/**
 * Refuses what cannot be sent now: while a message is under way only its next part can, and SCTP_EOF takes its end.
 *
 * @throws EINVAL, EMSGSIZE
 */
export function checkRecord(
  { association, socket }: SocketAssociation,
  { snd_sid, snd_ppid, snd_flags }: Pick<sctp_sndinfo, "snd_sid" | "snd_ppid" | "snd_flags">,
  lengthBytes: number,
): void {
  const { openMessage } = association;
  const isEnd = lengthBytes > 0 && endsRecord(socket, snd_flags);
  const isUnderWay = openMessage !== undefined || lengthBytes > 0;
  if ((snd_flags & SCTP_EOF) !== 0 && isUnderWay && !isEnd) {
    throw systemError("EINVAL", "sendmsg", { message: "SCTP_EOF takes the end of the message under way" });
  }
  if (openMessage === undefined || lengthBytes === 0) return;
  const { streamId, ppid, unordered } = openMessage;
  const isSame =
    snd_sid === streamId && snd_ppid === ppid && ((snd_flags & SCTP_UNORDERED) !== 0) === unordered;
  if (!isSame) {
    const message = `a message is under way on stream ${streamId}, and has not been ended with SCTP_EOR`;
    throw systemError("EINVAL", "sendmsg", { message });
  }
  if (openMessage.lengthBytes + lengthBytes > RECORD_BYTES_MAX)
    throw systemError("EMSGSIZE", "sendmsg", { message: `a message has ${RECORD_BYTES_MAX} bytes at most` });
}
