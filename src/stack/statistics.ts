/**
 * Counters of a stack (RFC 9260 §13), under the names of RFC 3873 (sctpStatistics) where it has one. They only grow.
 */
export interface StackStatistics {
  /** Associations that reached ESTABLISHED after our INIT (sctpActiveEstabs). */
  activeEstabs: number;
  /** Associations that reached ESTABLISHED after the peer's INIT (sctpPassiveEstabs). */
  passiveEstabs: number;
  /** Associations that ended by an ABORT of either side or by a threshold (sctpAborteds). */
  aborteds: number;
  /** Associations that ended gracefully (sctpShutdowns). */
  shutdowns: number;
  /** Packets that matched no association and were answered or dropped (sctpOutOfBlues; RFC 9260 §8.4). */
  outOfBlues: number;
  /** Packets dropped for a wrong checksum (sctpChecksumErrors; §6.8). */
  checksumErrors: number;
  /** Packets dropped because they could not be read, or broke the rules of bundling (§6.10). */
  malformedPackets: number;
  /** Packets dropped for a wrong verification tag (§8.5). */
  verificationTagErrors: number;
  /** State Cookies whose authentication failed (§5.1.5). */
  invalidCookies: number;
  /** State Cookies that were too old (§5.1.5). */
  staleCookies: number;
  /** Control chunks sent (sctpOutCtrlChunks). */
  outCtrlChunks: number;
  /** DATA chunks sent, retransmissions included (sctpOutOrderChunks and sctpOutUnorderChunks). */
  outDataChunks: number;
  /** DATA chunks sent again. */
  retransmittedDataChunks: number;
  /** Control chunks received (sctpInCtrlChunks). */
  inCtrlChunks: number;
  /** DATA chunks received (sctpInOrderChunks and sctpInUnorderChunks). */
  inDataChunks: number;
  /** DATA chunks received more than once. */
  duplicateDataChunks: number;
  /** DATA chunks dropped because there was no room for them (§6.2). */
  droppedDataChunks: number;
  /** FORWARD TSN chunks that want to skip more than could be on its way, or are not the first of their packet. */
  droppedForwardTsns: number;
  /** User messages given to associations (sctpFragUsrMsgs counts the fragmented ones only). */
  sentMessages: number;
  /** Packets sent (sctpOutSCTPPacks). */
  outPackets: number;
  /** Packets received (sctpInSCTPPacks). */
  inPackets: number;
  /** Expirations of T3-rtx (§6.3.3). */
  t3Expirations: number;
  /** How often Fast Recovery was entered: once for each loss that SACKs have shown (§7.2.4; RFC 8985). */
  fastRetransmits: number;
  /** Chunks that were found lost by time: they, or what was sent after them, are overdue (RFC 8985 §6.2). */
  overdueDataChunks: number;
  /** Chunks sent again only to be acknowledged, because no acknowledgement came (RFC 8985 §7.3). */
  lossProbes: number;
  /** Chunks that peers had reported in Gap Ack Blocks and do not report any more (§6.2.1 D iii). */
  renegedChunks: number;
  /**
   * SACK chunks dropped because they acknowledged what was never sent, or were older than the last (§6.2.1).
   */
  discardedSacks: number;
  /** Answers to out-of-the-blue packets left out because too many were due. */
  suppressedAnswers: number;
  /** Packets dropped because their port is perhaps another stack's on this host. */
  foreignPackets: number;
  /** ICMP messages received that could be about packets of ours (§10). */
  icmpMessages: number;
  /**
   * Those of them that changed nothing: without association, with a wrong tag, outdated, or too many (§10 ICMP5,
   * ICMP6).
   */
  discardedIcmpMessages: number;
  /** Chunks dropped because they have to be authenticated and were not, or not rightly (RFC 4895 §6.3). */
  unauthenticatedChunks: number;
  /** How often a path MTU was lowered (§10 ICMP7). */
  pathMtuReductions: number;
}

/** Counters that all stand at 0. */
export function createStatistics(): StackStatistics {
  return {
    activeEstabs: 0,
    passiveEstabs: 0,
    aborteds: 0,
    shutdowns: 0,
    outOfBlues: 0,
    checksumErrors: 0,
    malformedPackets: 0,
    verificationTagErrors: 0,
    invalidCookies: 0,
    staleCookies: 0,
    outCtrlChunks: 0,
    outDataChunks: 0,
    retransmittedDataChunks: 0,
    inCtrlChunks: 0,
    inDataChunks: 0,
    duplicateDataChunks: 0,
    droppedDataChunks: 0,
    droppedForwardTsns: 0,
    sentMessages: 0,
    outPackets: 0,
    inPackets: 0,
    t3Expirations: 0,
    fastRetransmits: 0,
    overdueDataChunks: 0,
    lossProbes: 0,
    renegedChunks: 0,
    discardedSacks: 0,
    suppressedAnswers: 0,
    foreignPackets: 0,
    icmpMessages: 0,
    discardedIcmpMessages: 0,
    unauthenticatedChunks: 0,
    pathMtuReductions: 0,
  };
}
