/**
 * What was asked of the userland stack's speed, beside what was measured.
 *
 * @module
 */

import { C_PROGRAM, LKSCTP, OURS_IN_KERNEL } from "./kernel-subjects.js";
import { medianOf, type Results, type SectionName } from "./results.js";
import { OURS, OURS_BUSY_POLL, OURS_DGRAM, OURS_PROMISES } from "./subjects.js";
import { formatNumber, type Table } from "./table.js";
import { lossSituation, ROUND_TRIP_BYTES } from "./timed-sections.js";

interface Quantity {
  readonly section: SectionName;
  readonly subject: string;
  readonly situation: string;
  readonly metric: string;
}

/** One line of what was asked for. */
interface Wish {
  readonly what: string;
  readonly measured: Quantity;
  /** What it is divided by; absent when the quantity itself counts. */
  readonly against?: Quantity;
  readonly limit: { readonly atLeast: number } | { readonly atMost: number };
  /** How the numbers are written (default: a ratio). */
  readonly unit?: string;
}

const oneWay = (subject: string, lengthBytes: number, metric: string): Quantity => {
  return { section: "one-way", subject, situation: `${lengthBytes} B`, metric };
};

function bulk(lengthBytes: number, subject: string, peer: string, atLeast: number): Wish {
  return {
    what: `${lengthBytes} B one way, ${subject} : ${peer}, MB/s`,
    measured: oneWay(subject, lengthBytes, "MB/s"),
    // Bare UDP knows no messages: it was measured once, beside the largest.
    against: oneWay(peer, peer.startsWith("udp-") ? 65_536 : lengthBytes, "MB/s"),
    limit: { atLeast },
  };
}

function smallMessages(subject: string, atLeast: number): Wish {
  return {
    what: `64 B one way, ${subject} : usrsctp, messages/s`,
    measured: oneWay(subject, 64, "messages/s"),
    against: oneWay("usrsctp", 64, "messages/s"),
    limit: { atLeast },
  };
}

function roundTrip(subject: string, metric: string): Quantity {
  return { section: "round-trips", subject, situation: `${ROUND_TRIP_BYTES} B`, metric };
}

function underLoss(lengthBytes: number, delayMs: number): Wish {
  const goodput = (subject: string): Quantity => {
    return { section: "loss", subject, situation: lossSituation(lengthBytes, delayMs), metric: "MB/s" };
  };
  return {
    what: `1 % loss, ${delayMs} ms each way, ${lengthBytes} B, ${OURS} : usrsctp, MB/s`,
    measured: goodput(OURS),
    against: goodput("usrsctp"),
    limit: { atLeast: 0.95 },
  };
}

function scale(what: string, place: string, metric: string, atMost: number, unit: string): Wish {
  const measured: Quantity = { section: "scale", subject: place, situation: "100,000", metric };
  return { what: `${what}, ${place}`, measured, limit: { atMost }, unit };
}

function inKernel(lengthBytes: number, peer: string): Wish {
  const rate = (subject: string): Quantity => {
    return { section: "kernel", subject, situation: `${lengthBytes} B`, metric: "messages/s" };
  };
  return {
    what: `kernel provider, ${lengthBytes} B one way, ${OURS_IN_KERNEL} : ${peer}, messages/s`,
    measured: rate(OURS_IN_KERNEL),
    against: rate(peer),
    limit: { atLeast: 1 },
  };
}

/** In the order in which it was asked for. */
const WISHES: readonly Wish[] = [
  ...[65_536, 16_384].flatMap((lengthBytes) => [
    bulk(lengthBytes, OURS, "usrsctp", 12),
    bulk(lengthBytes, OURS, "pion", 6),
    bulk(lengthBytes, OURS, "udp-segmented", 1 / 8),
  ]),
  bulk(1024, OURS, "usrsctp", 10),
  smallMessages(OURS, 5),
  smallMessages(OURS_PROMISES, 1),
  ...[OURS, OURS_BUSY_POLL].flatMap((subject): Wish[] => [
    {
      what: `round trip of ${ROUND_TRIP_BYTES} B, ${subject} : usrsctp, median`,
      measured: roundTrip(subject, "p50 µs"),
      against: roundTrip("usrsctp", "p50 µs"),
      limit: { atMost: 0.5 },
    },
    {
      what: `round trip of ${ROUND_TRIP_BYTES} B, ${subject}, p99 : median`,
      measured: roundTrip(subject, "p99 µs"),
      against: roundTrip(subject, "p50 µs"),
      limit: { atMost: 3 },
    },
  ]),
  bulk(65_536, OURS_DGRAM, "werift-sctp", 3),
  bulk(1024, OURS_DGRAM, "werift-sctp", 5),
  bulk(65_536, OURS_DGRAM, "usrsctp", 0.8),
  bulk(1024, OURS_DGRAM, "usrsctp", 0.8),
  {
    what: `65536 B one way, ${OURS} : usrsctp, bytes per CPU second of both ends`,
    measured: oneWay(OURS, 65_536, "MB per CPU second"),
    against: oneWay("usrsctp", 65_536, "MB per CPU second"),
    limit: { atLeast: 8 },
  },
  ...[0, 20].flatMap((delayMs) => [underLoss(1024, delayMs), underLoss(65_536, delayMs)]),
  scale("idle association, an end", "memory network", "bytes", 4096, "B"),
  scale("idle association, an end", "UDP", "bytes", 4096, "B"),
  scale("heartbeats of 100,000 associations, an end", "memory network", "heartbeat CPU %", 3, "% of a core"),
  scale("heartbeats of 100,000 associations, an end", "UDP", "heartbeat CPU %", 8, "% of a core"),
  ...["memory network", "UDP"].map((place): Wish => {
    const packet = (situation: string): Quantity => {
      return { section: "scale", subject: place, situation, metric: "packet µs" };
    };
    return {
      what: `CPU time of a data packet with 100,000 : with 10 associations, ${place}`,
      measured: packet("100,000"),
      against: packet("10"),
      limit: { atMost: 1.3 },
    };
  }),
  {
    what: `associations set up, ${OURS} : usrsctp, associations/s`,
    measured: { section: "set-up", subject: OURS, situation: "set-up", metric: "associations/s" },
    against: { section: "set-up", subject: "usrsctp", situation: "set-up", metric: "associations/s" },
    limit: { atLeast: 3 },
  },
  ...[C_PROGRAM, LKSCTP].flatMap((peer) =>
    [64, 1024, 16_384].map((lengthBytes) => inKernel(lengthBytes, peer)),
  ),
];

function row(results: Results, { what, measured, against, limit, unit }: Wish): string[] {
  const valueOf = (quantity: Quantity): number => medianOf(results[quantity.section], quantity);
  const value = against === undefined ? valueOf(measured) : valueOf(measured) / valueOf(against);
  const isMet = "atLeast" in limit ? value >= limit.atLeast : value <= limit.atMost;
  const write = (number: number): string => `${formatNumber(number)}${unit === undefined ? "" : ` ${unit}`}`;
  return [
    what,
    "atLeast" in limit ? `≥ ${write(limit.atLeast)}` : `≤ ${write(limit.atMost)}`,
    Number.isFinite(value) ? write(value) : "not measured",
    Number.isFinite(value) ? (isMet ? "yes" : "**no**") : "",
  ];
}

/** Every line of what was asked for, with what was measured. */
export function acceptanceTable(results: Results): Table {
  return {
    title: "What was asked for, and what was measured (ratios of medians)",
    columns: ["what", "wanted", "measured", "met"],
    rows: WISHES.map((wish) => row(results, wish)),
  };
}
