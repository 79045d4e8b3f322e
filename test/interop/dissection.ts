/**
 * Has tshark dissect a capture and tells what it complains about, packet by packet.
 *
 * @module
 */

import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

const OUTPUT_MAX_BYTES = 256 * 1024 * 1024;

const FIELDS = [
  "frame.number",
  "frame.protocols",
  "udp.srcport",
  "ip.src",
  "ipv6.src",
  "sctp.checksum.status",
  "sctp.chunk_type",
  "_ws.malformed",
  "_ws.expert.severity",
  "_ws.expert.message",
] as const;

/** tshark's number for a checksum that it has computed and found right. */
const CHECKSUM_GOOD = "1";

/** Severities of tshark's expert messages: chat and note tell of something, warning and error complain. */
const SEVERITY_WARNING = 0x60_0000;
/**
 * It warns of three things that are no fault of a packet: of the third retransmission of a TSN, when a peer had no
 * room or the network lost it so often; of a retransmission after an acknowledgement, which the capture has seen
 * leave and the sender has not seen come; and of much that is acknowledged beyond a gap, when windows are large.
 */
const TRAFFIC_WARNINGS = [
  /^This TSN was retransmitted \d+ times?/,
  /^This TSN was acked prior to this retransmission/,
  /^More than 100 TSNs were gap-acknowledged/,
];

/** What tshark says about a capture. */
export interface Dissection {
  /** How many packets left from our UDP ports. */
  readonly ownPackets: number;
  /** How many came from elsewhere. */
  readonly foreignPackets: number;
  /** What is wrong with ours, a line each: empty when all is well. */
  readonly ownComplaints: readonly string[];
  /** What is wrong with the others'. */
  readonly foreignComplaints: readonly string[];
  /** Notes and chats about ours; no complaints. */
  readonly ownRemarks: readonly string[];
  /** The types of the chunks in ours. */
  readonly ownChunkTypes: ReadonlySet<number>;
  /** The types of the chunks in the others'. */
  readonly foreignChunkTypes: ReadonlySet<number>;
}

/** What to dissect. */
export interface DissectionRequest {
  /** A pcap or pcapng file. */
  readonly file: string;
  /** The UDP ports of the case: a packet from or to one of them is SCTP in UDP. */
  readonly udpPorts: readonly number[];
  /** Those that packets of ours leave from. Without them and {@link ownAddresses}, every packet is ours. */
  readonly ownUdpPorts?: readonly number[] | undefined;
  /**
   * The addresses that packets of ours leave from, where they and not the UDP ports tell; SCTP on IP counts
   * then.
   */
  readonly ownAddresses?: readonly string[];
}

interface PacketVerdict {
  readonly sourceUdpPort: number;
  readonly sourceAddress: string;
  readonly complaints: readonly string[];
  readonly remarks: readonly string[];
  readonly chunkTypes: readonly number[];
}

/** What a row of tshark's output says about the packet. */
function judge(row: string): PacketVerdict {
  const [
    frame = "?",
    protocols = "",
    port = "",
    address4 = "",
    address6 = "",
    checksum = "",
    chunkTypes = "",
    malformed = "",
    severities = "",
    messages = "",
  ] = row.split("\t");
  const complaints: string[] = [];
  const remarks: string[] = [];
  const complain = (text: string): void => void complaints.push(`frame ${frame}: ${text}`);
  if (!protocols.split(":").includes("sctp")) complain(`not dissected as SCTP (${protocols})`);
  // A status that is missing is no better than a wrong one: the checksum was not looked at.
  else if (checksum !== CHECKSUM_GOOD) complain(`checksum status ${checksum === "" ? "missing" : checksum}`);
  if (malformed !== "") complain("malformed");
  // Several messages about one packet stand side by side, separated by "|", their severities in the same
  // order.
  const texts = messages.split("|");
  for (const [index, severity] of severities.split("|").entries()) {
    if (severity === "") continue;
    const text = texts[index] ?? messages;
    const isComplaint =
      Number(severity) >= SEVERITY_WARNING && !TRAFFIC_WARNINGS.some((warning) => warning.test(text));
    (isComplaint ? complaints : remarks).push(`frame ${frame}: ${text}`);
  }
  const sourceAddress = address4 === "" ? address6 : address4;
  return {
    sourceUdpPort: Number(port.split("|")[0]),
    sourceAddress,
    complaints,
    remarks,
    chunkTypes: chunkTypes === "" ? [] : chunkTypes.split("|").map(Number),
  };
}

/** Dissects a capture. @throws Error when tshark cannot be run or cannot read the file */
export async function dissect(request: DissectionRequest): Promise<Dissection> {
  const udpFilter = request.udpPorts.map((port) => `udp.port == ${port}`);
  // What ICMP quotes is no packet, and is cut off.
  const filter =
    request.ownAddresses === undefined
      ? udpFilter.join(" or ")
      : `(${["sctp", ...udpFilter].join(" or ")}) and not icmp and not icmpv6`;
  const { stdout } = await run(
    "tshark",
    [
      ...["-n", "-r", request.file],
      // The value TRUE of this preference checks nothing in tshark 4.0.
      ...["-o", "sctp.checksum:CRC 32c"],
      ...request.udpPorts.flatMap((port) => ["-d", `udp.port==${port},sctp`]),
      // Payloads of tests are arbitrary bytes: a dissector that happens to be registered for a payload
      // protocol identifier or a port would find them malformed.
      ...["-o", "sctp.ulp_dissection:FALSE"],
      ...["-Y", filter],
      ...["-T", "fields", "-E", "separator=/t", "-E", "aggregator=|"],
      ...FIELDS.flatMap((field) => ["-e", field]),
    ],
    { maxBuffer: OUTPUT_MAX_BYTES },
  );
  const verdicts = stdout
    .split("\n")
    .filter((row) => row !== "")
    .map(judge);
  const isOwn = ({ sourceAddress, sourceUdpPort }: PacketVerdict): boolean =>
    request.ownAddresses?.includes(sourceAddress) ?? request.ownUdpPorts?.includes(sourceUdpPort) ?? true;
  const own = verdicts.filter(isOwn);
  const foreign = verdicts.filter((verdict) => !isOwn(verdict));
  return {
    ownPackets: own.length,
    foreignPackets: foreign.length,
    ownComplaints: own.flatMap((verdict) => verdict.complaints),
    foreignComplaints: foreign.flatMap((verdict) => verdict.complaints),
    ownRemarks: own.flatMap((verdict) => verdict.remarks),
    ownChunkTypes: new Set(own.flatMap((verdict) => verdict.chunkTypes)),
    foreignChunkTypes: new Set(foreign.flatMap((verdict) => verdict.chunkTypes)),
  };
}
