import { SCTP_SACK_IMMEDIATELY, SCTP_UNORDERED } from "../sockets/constants.js";
import type { sctp_sndinfo } from "../sockets/types.js";
import type { Path } from "../stack/paths/path.js";
import type { PartialReliability } from "../stack/tx/message-reliability.js";
import type { MessageOptions } from "../stack/tx/outgoing-message.js";
import type { DefaultSndinfo } from "./socket-settings.js";

/** What a send call says of its message beside the fields of `sctp_sndinfo`. */
export interface MessageChoices {
  readonly destination: Path | undefined;
  readonly keyNumber: number | undefined;
  readonly partialReliability: PartialReliability | undefined;
  /** Whether further calls make the rest of it. */
  readonly endsLater: boolean;
}

/** What the messages of one association are sent with: message after message mostly the same, in the same object. */
export class LastMessageOptions {
  private last: MessageOptions | undefined;

  /** What a message is sent with that no call says more of than its `sctp_sndinfo`. */
  plain(info: DefaultSndinfo | sctp_sndinfo): MessageOptions {
    const { last } = this;
    const { snd_sid, snd_ppid, snd_flags, snd_context } = info;
    const isSame =
      last !== undefined &&
      last.streamId === snd_sid &&
      last.ppid === snd_ppid &&
      last.context === snd_context &&
      last.unordered === ((snd_flags & SCTP_UNORDERED) !== 0) &&
      last.sackImmediately === ((snd_flags & SCTP_SACK_IMMEDIATELY) !== 0);
    if (isSame) return last;
    this.last = messageOptions(info, PLAIN);
    return this.last;
  }
}

/** What a message is sent with, in the stack's words. */
export function messageOptions(info: DefaultSndinfo | sctp_sndinfo, choices: MessageChoices): MessageOptions {
  return {
    streamId: info.snd_sid,
    ppid: info.snd_ppid,
    unordered: (info.snd_flags & SCTP_UNORDERED) !== 0,
    sackImmediately: (info.snd_flags & SCTP_SACK_IMMEDIATELY) !== 0,
    context: info.snd_context,
    destination: choices.destination,
    keyNumber: choices.keyNumber,
    partialReliability: choices.partialReliability,
    endsLater: choices.endsLater,
  };
}

const PLAIN: MessageChoices = Object.freeze({
  destination: undefined,
  keyNumber: undefined,
  partialReliability: undefined,
  endsLater: false,
});
