import type { Association } from "../../../src/stack/association.js";
import { GivenUpCounts } from "./given-up-counts.js";
import { OrderedStream } from "./ordered-stream.js";

/** How an association has ended, as its stack said. */
export type Ending = "shutdown complete" | "communication lost" | "cannot start" | "crash";

/** One side of an association, as long as its host has not crashed. */
export interface AssociationRecord {
  readonly host: number;
  readonly association: Association;
  /** How often the peer has restarted: streams began anew each time. */
  epoch: number;
  /** Its own tag in each epoch; of several, the last. */
  readonly localTags: number[];
  /** Those that it had before it was established: with each stale cookie it begins anew under another (§5.2.6). */
  readonly formerTags: Set<number>;
  /** The peer's tag in each epoch, where one was known. */
  readonly peerTags: (number | undefined)[];
  /** The ordered messages that were sent, by epoch and stream. */
  readonly streams: Map<string, OrderedStream>;
  /** What it was told to have given up. */
  readonly givenUp: GivenUpCounts;
  ending: Ending | undefined;
  /** Since its application did not want to read any more. */
  discards: boolean;
  /** Messages whose failure its application has not read yet. */
  readonly untold: Set<number>;
  /** Its application does not read notifications any more. */
  isDeaf: boolean;
}

/** The record of an association that begins. */
export function createAssociationRecord(host: number, association: Association): AssociationRecord {
  return {
    host,
    association,
    epoch: 0,
    localTags: [association.tcb.localTag],
    formerTags: new Set(),
    peerTags: [],
    streams: new Map(),
    givenUp: new GivenUpCounts(),
    ending: undefined,
    discards: false,
    untold: new Set(),
    isDeaf: false,
  };
}

/** One stream of an association in one epoch. */
export function streamOf({ streams }: AssociationRecord, epoch: number, streamId: number): OrderedStream {
  const key = `${epoch}/${streamId}`;
  let stream = streams.get(key);
  if (stream === undefined) streams.set(key, (stream = new OrderedStream()));
  return stream;
}

/** Whether one side has had the other for its peer, in an epoch of that one. */
export function isPeerOf(side: AssociationRecord, other: AssociationRecord, epoch: number): boolean {
  return epochOfPeer(side, other, epoch) >= 0;
}

/** In which epoch of its own one side had the other for its peer first, in an epoch of that one; -1 for never. */
export function epochOfPeer(side: AssociationRecord, other: AssociationRecord, epoch: number): number {
  const last = other.localTags[epoch];
  return side.peerTags.findIndex(
    (tag) => tag !== undefined && (tag === last || (epoch === 0 && other.formerTags.has(tag))),
  );
}
