import type { IpAddress } from "../base/ip-address.js";
import type { Millis } from "../base/millis.js";
import type { Answer } from "./answers.js";
import type { Association } from "./association.js";
import type { Crypto } from "./crypto.js";
import type { Entropy } from "./entropy.js";
import type { StateCookieJar } from "./establishment/state-cookie.js";
import type { StackEvent } from "./events.js";
import type { CongestionControlFactory } from "./paths/congestion-control.js";
import type { ReceiveMemory } from "./rx/receive-memory.js";
import type { StackStatistics } from "./statistics.js";
import type { TimerTable } from "./timer-table.js";
import type { DeferredSacks } from "./tx/deferred-sacks.js";
import type { SpareSendBlocks } from "./tx/send-memory.js";

/** What every part of the stack may use: the few things that all associations share. */
export interface StackServices {
  readonly entropy: Entropy;
  readonly crypto: Crypto;
  readonly cookies: StateCookieJar;
  readonly timers: TimerTable;
  /** Makes the congestion control of each path (RFC 9260 §7). */
  readonly congestionControl: CongestionControlFactory;
  readonly statistics: StackStatistics;
  /** Memory for messages to be sent that no association uses. */
  readonly spareSendBlocks: SpareSendBlocks;
  /** SACKs of the batch under way that are handled as one. */
  readonly deferredSacks: DeferredSacks;
  /** Handles them, before anything else of the batch is. */
  handleDeferredSacks(now: Millis): void;
  /** What all associations hold of received data. */
  readonly receiveMemory: ReceiveMemory;
  /** Hands an event to the user of the stack, behind those before it. */
  emit(event: StackEvent): void;
  /** Sends a packet that belongs to no association. */
  answer(answer: Answer): void;
  /** Sends an ABORT, ERROR or SHUTDOWN COMPLETE that belongs to no association, unless too many have been sent. */
  complain(answer: Answer, now: Millis): void;
  /** Has the association laid out what it may send, at the next flush. */
  schedule(association: Association): void;
  /** Registers under which tag packets find the association (RFC 9260 §8.5). */
  registerTag(tag: number, association: Association): void;
  /** Takes such a registration back. */
  unregisterTag(tag: number): void;
  /** Whether an association has that tag or had it lately: no other may get it (RFC 9260 §5.3.1). */
  isTagTaken(tag: number): boolean;
  /** Notes that a peer has come to its association with us under the tag that it has chosen. */
  establishTag(peerPort: number, peerTag: number, now: Millis): void;
  /** Whether the INIT of which a State Cookie was made has led to an association since (RFC 9260 §5.3.1). */
  hasLedToAssociation(peerPort: number, peerTag: number, createdAt: Millis): boolean;
  /** A verification tag that no association uses, at random (RFC 9260 §5.3.1). */
  newTag(): number;
  /** The largest IP packet to a destination, bytes. */
  mtuBytes(destination: IpAddress): number;
  /** Bytes of the headers below SCTP on the way to a destination: IP, and UDP with encapsulation. */
  headerBytes(destination: IpAddress): number;
  /** The address of ours that packets to a destination leave from by themselves, where that is known. */
  sourceFor(destination: IpAddress): IpAddress | undefined;
}
