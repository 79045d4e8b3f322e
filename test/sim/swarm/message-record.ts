import type { sctp_prinfo } from "../../../src/sockets/types.js";
import { type AssociationRecord, isPeerOf } from "./association-record.js";
import type { OrderedMessage } from "./ordered-stream.js";

/** What a message looks like. */
export interface MessageShape {
  readonly lengthBytes: number;
  readonly streamId: number;
  readonly unordered: boolean;
  /** How reliably it is sent; `undefined` where the socket's default counts, which is reliably. */
  readonly prinfo: sctp_prinfo | undefined;
}

/** A message on its way to one peer; one that is sent to all has several copies. */
export interface Copy extends OrderedMessage {
  readonly from: AssociationRecord;
  readonly epoch: number;
  readonly destination: number;
  /** When its sender has given it, by that one's clock. */
  readonly givenAt: number;
  delivered: boolean;
  failed: "unsent" | "in part" | "sent" | undefined;
  givenUpAt: number | undefined;
}

/** A message and what became of it. */
export interface MessageRecord extends MessageShape {
  readonly copies: readonly Copy[];
}

/** The copies of a message that an association of a host may deliver; any of the host's, where it is not known. */
export function copiesFor(
  { copies }: MessageRecord,
  host: number,
  receiver: AssociationRecord | undefined,
): Copy[] {
  return copies.filter(
    ({ destination, from, epoch }) =>
      destination === host && (receiver === undefined || isPeerOf(receiver, from, epoch)),
  );
}
