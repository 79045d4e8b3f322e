import assert from "node:assert/strict";
import {
  IPPROTO_SCTP,
  SCTP_PR_ASSOC_STATUS,
  SCTP_PR_SCTP_ALL,
  SCTP_PR_SCTP_PRIO,
  SCTP_PR_SCTP_RTX,
  SCTP_PR_SCTP_TTL,
  SCTP_PR_STREAM_STATUS,
} from "../../../src/sockets/constants.js";
import type { sctp_prstatus } from "../../../src/sockets/extension-types.js";
import type { ProviderSocket } from "../../../src/sockets/provider.js";

const POLICIES = [SCTP_PR_SCTP_TTL, SCTP_PR_SCTP_RTX, SCTP_PR_SCTP_PRIO];

interface Count {
  unsent: number;
  sent: number;
}

/** How many messages an association was told to have given up, by policy and by stream (RFC 7496 §4.3, §4.4). */
export class GivenUpCounts {
  readonly #counts = new Map<string, Count>();
  readonly #streams = new Set<number>();

  /** Whether there are none. */
  get isEmpty(): boolean {
    return this.#counts.size === 0;
  }

  /** Counts one message. */
  count(policy: number, streamId: number, wasSent: boolean): void {
    this.#streams.add(streamId);
    for (const key of [`${policy}`, `${policy}/${streamId}`, `${SCTP_PR_SCTP_ALL}`]) {
      let count = this.#counts.get(key);
      if (count === undefined) this.#counts.set(key, (count = { unsent: 0, sent: 0 }));
      count[wasSent ? "sent" : "unsent"] += 1;
    }
  }

  /** A socket's options say the same of an association of its. */
  checkStatus(socket: ProviderSocket, assocId: number, outboundStreams: number): void {
    for (const sprstat_policy of [SCTP_PR_SCTP_ALL, ...POLICIES]) {
      const argument = { sprstat_assoc_id: assocId, sprstat_sid: 0, sprstat_policy };
      const status = socket.getOption(IPPROTO_SCTP, SCTP_PR_ASSOC_STATUS, argument) as sctp_prstatus;
      this.#compare(`${sprstat_policy}`, status);
    }
    for (const sprstat_sid of this.#streams) {
      // While the association was being set up, there may have been more.
      if (sprstat_sid >= outboundStreams) continue;
      for (const sprstat_policy of POLICIES) {
        const argument = { sprstat_assoc_id: assocId, sprstat_sid, sprstat_policy };
        const status = socket.getOption(IPPROTO_SCTP, SCTP_PR_STREAM_STATUS, argument) as sctp_prstatus;
        this.#compare(`${sprstat_policy}/${sprstat_sid}`, status);
      }
    }
  }

  #compare(key: string, { sprstat_abandoned_unsent, sprstat_abandoned_sent }: sctp_prstatus): void {
    const { unsent, sent } = this.#counts.get(key) ?? { unsent: 0, sent: 0 };
    const told = `${unsent} and ${sent} were told of`;
    assert(
      unsent === sprstat_abandoned_unsent && sent === sprstat_abandoned_sent,
      `${sprstat_abandoned_unsent} unsent and ${sprstat_abandoned_sent} sent messages given up, ${told}, by ${key}`,
    );
  }
}
