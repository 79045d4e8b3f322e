/**
 * `npm run soak -- --minutes 10`: two processes exchange messages over UDP as fast as they can, both directions at
 * once, while some of their packets are lost, and show throughput and memory as time goes by. Status 0 only when every
 * message came once, whole and in order, and memory held flat.
 *
 *   --minutes M       how long (default 1)
 *   --loss P          percent of the packets of either side that are lost (default 1)
 *   --every S         seconds between two lines (default 5)
 *   --associations N  how many at the same time (default 8): one alone is slowed down by its losses
 *
 * The rule: over the second half of the time, a line is laid through what each process holds after a collection (heap
 * and external memory; least squares). Memory is flat when that line rises over the half by no more than 4 MiB, or by
 * no more than 10 % of what is held where that is more. What is resident is shown only: it depends on when the system
 * takes pages back.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { median } from "../bench/table.js";
import {
  AF_INET,
  IPPROTO_SCTP,
  MSG_EOR,
  SCTP_NODELAY,
  SCTP_RECVRCVINFO,
  SCTP_RECVV_RCVINFO,
  SctpSocket,
  SHUT_WR,
  SOCK_STREAM,
  SOL_SOCKET,
  SO_LINGER,
} from "../src/index.js";
import { createUserlandProvider, UdpEncapsulation } from "../src/userland/index.js";
import { freeUdpPorts } from "../test/support/free-udp-ports.js";
import { collectedMemory, type MemoryFigures } from "../test/stack/collected-memory.js";
import { killAllPrograms, Program } from "../test/support/program.js";
import { LossyLowerLayer } from "../test/support/lossy-lower-layer.js";

const ADDRESS = "127.0.0.1";
const SCTP_PORT = 5001;
const STREAMS = 8;
/** What a process may grow by over the second half of the time, bytes; or this part of what it holds. */
const GROWTH_BYTES_MAX = 4 * 1_048_576;
const GROWTH_SHARE_MAX = 0.1;
const LINGER_SECONDS = 60;
const ROLES = ["server", "client"] as const;

type Role = (typeof ROLES)[number];

/** What a process prints now and then. */
interface Sample extends MemoryFigures {
  readonly seconds: number;
  readonly sentMessages: number;
  readonly receivedMessages: number;
  readonly receivedBytes: number;
  readonly lostPackets: number;
}

/** What is sent on each stream: the numbers from 0 on, in messages of all sizes up to 16 KiB. */
function messageOf(stream: number, number: number): Uint8Array {
  const lengthBytes = 8 + ((number * 7919 + stream * 104_729) % 16_384);
  const bytes = new Uint8Array(lengthBytes).fill(number & 0xff);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, number);
  view.setUint32(4, lengthBytes);
  return bytes;
}

/** One of the two processes: sends, receives, checks and counts. */
class Side {
  sentMessages = 0;
  receivedMessages = 0;
  receivedBytes = 0;
  isOver = false;
  readonly #next = new Uint32Array(STREAMS);
  readonly #socket: SctpSocket;

  constructor(socket: SctpSocket) {
    this.#socket = socket;
  }

  /** Sends until the time is over, or the peer wants no more. */
  async send(endsAt: number): Promise<void> {
    const numbers = new Uint32Array(STREAMS);
    try {
      while (performance.now() < endsAt) {
        const stream = this.sentMessages % STREAMS;
        const number = numbers[stream] ?? 0;
        await this.#socket.sctp_sendv(messageOf(stream, number), { info: { snd_sid: stream } });
        numbers[stream] = number + 1;
        this.sentMessages += 1;
      }
      this.#socket.shutdown(SHUT_WR);
    } catch (error) {
      // The other side's time was over first.
      const code = error instanceof Error && "code" in error ? error.code : undefined;
      if (code !== "ESHUTDOWN" && code !== "EPIPE") throw error;
    }
  }

  /** Receives until the peer's end. */
  async receive(): Promise<void> {
    let parts: Uint8Array[] = [];
    for await (const message of this.#socket) {
      this.receivedBytes += message.data.length;
      const stream = message.infotype === SCTP_RECVV_RCVINFO ? message.info.rcv_sid : -1;
      const isWhole = (message.flags & MSG_EOR) !== 0;
      if (!isWhole || parts.length > 0) parts.push(message.data);
      if (!isWhole) continue;
      const data = parts.length > 0 ? Buffer.concat(parts) : message.data;
      parts = [];
      this.#check(stream, data);
      this.receivedMessages += 1;
    }
    this.isOver = true;
  }

  #check(stream: number, data: Uint8Array): void {
    const number = this.#next[stream] ?? -1;
    const view = new DataView(data.buffer, data.byteOffset, data.length);
    const isRight =
      view.getUint32(0) === number && view.getUint32(4) === data.length && data.at(-1) === (number & 0xff);
    if (!isRight && data.length > 8)
      throw new Error(`message ${number} of stream ${stream} is not what came`);
    this.#next[stream] = number + 1;
  }
}

interface Load {
  readonly udpPort: number;
  readonly seconds: number;
  readonly loss: number;
  readonly everySeconds: number;
  readonly associations: number;
}

/** As many sockets as there are associations, connected with those of the other process. */
async function connect(role: Role, load: Load, lowerLayer: LossyLowerLayer): Promise<SctpSocket[]> {
  const remote = role === "client" ? { remoteUdpPort: load.udpPort } : {};
  const provider = createUserlandProvider({ lowerLayer, ...remote });
  const open = (): SctpSocket => new SctpSocket(AF_INET, SOCK_STREAM, { provider });
  const numbers = Array.from({ length: load.associations }, (_, index) => index);
  if (role === "client") {
    return Promise.all(
      numbers.map(async () => {
        const socket = open();
        await socket.connect({ address: ADDRESS, port: SCTP_PORT });
        return socket;
      }),
    );
  }
  const listener = open();
  listener.bind({ address: ADDRESS, port: SCTP_PORT });
  listener.listen(load.associations);
  console.log("listening");
  const accepted = await Promise.all(numbers.map(async () => (await listener.accept()).socket));
  await listener.close();
  return accepted;
}

function prepare(socket: SctpSocket): Side {
  socket.setsockopt(IPPROTO_SCTP, SCTP_RECVRCVINFO, 1);
  socket.setsockopt(IPPROTO_SCTP, SCTP_NODELAY, 1);
  socket.setsockopt(SOL_SOCKET, SO_LINGER, { l_onoff: 1, l_linger: LINGER_SECONDS });
  return new Side(socket);
}

async function takePart(role: Role, load: Load): Promise<void> {
  const { udpPort, seconds, loss, everySeconds } = load;
  const below = new UdpEncapsulation({ localUdpPort: role === "server" ? udpPort : 0 });
  const lowerLayer = new LossyLowerLayer(below, { out: loss / 100 }, role === "server" ? 1 : 2);
  const sockets = await connect(role, load, lowerLayer);
  const sides = sockets.map(prepare);
  const start = performance.now();
  const sum = (valueOf: (side: Side) => number): number =>
    sides.reduce((total, side) => total + valueOf(side), 0);
  const print = (): void => {
    const sample: Sample = {
      seconds: (performance.now() - start) / 1000,
      sentMessages: sum((side) => side.sentMessages),
      receivedMessages: sum((side) => side.receivedMessages),
      receivedBytes: sum((side) => side.receivedBytes),
      lostPackets: lowerLayer.lost,
      ...collectedMemory(),
    };
    console.log(JSON.stringify(sample));
  };
  const timer = setInterval(print, everySeconds * 1000);
  // The client's time is over first, so that only one side begins the end.
  const endsAt = start + (seconds + (role === "server" ? 30 : 0)) * 1000;
  await Promise.all(sides.flatMap((side) => [side.send(endsAt), side.receive()]));
  clearInterval(timer);
  await Promise.all(sockets.map((socket) => socket.close()));
  print();
}

function samplesOf({ output }: Program): Sample[] {
  return output
    .split("\n")
    .filter((line) => line.startsWith("{") && line.endsWith("}"))
    .map((line) => JSON.parse(line) as Sample);
}

function mega(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}

function show(role: Role, sample: Sample, before: Sample | undefined): void {
  const seconds = sample.seconds - (before?.seconds ?? 0);
  const rate = (sample.receivedBytes - (before?.receivedBytes ?? 0)) / seconds;
  console.log(
    `soak: ${sample.seconds.toFixed(0).padStart(4)} s  ${role}  received ${mega(rate).padStart(6)} MB/s  ` +
      `heap ${mega(sample.heapBytes).padStart(6)} MB  external ${mega(sample.externalBytes).padStart(6)} MB  ` +
      `resident ${mega(sample.residentBytes).padStart(6)} MB`,
  );
}

/** The slope of the line through points, by least squares. */
function slopeOf(points: readonly (readonly [number, number])[]): number {
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / points.length;
  const meanY = points.reduce((sum, [, y]) => sum + y, 0) / points.length;
  const above = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
  const below = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  return below === 0 ? 0 : above / below;
}

/** The rule: see the top of the file. Answers whether memory held flat. */
function judge(role: Role, samples: readonly Sample[], seconds: number): boolean {
  const half = samples.filter((sample) => sample.seconds >= seconds / 2 && sample.seconds <= seconds);
  const held = (sample: Sample): number => sample.heapBytes + sample.externalBytes;
  const growth = slopeOf(half.map((sample) => [sample.seconds, held(sample)])) * (seconds / 2);
  const resident = slopeOf(half.map((sample) => [sample.seconds, sample.residentBytes])) * (seconds / 2);
  const allowed = Math.max(GROWTH_BYTES_MAX, GROWTH_SHARE_MAX * median(half.map(held)));
  const isFlat = half.length >= 2 && growth <= allowed;
  console.log(
    `soak: ${role}: over the second half (${half.length} samples) what is held changes by ${mega(growth)} MB ` +
      `(at most ${mega(allowed)}), what is resident by ${mega(resident)} MB: ${isFlat ? "flat" : "NOT FLAT"}`,
  );
  return isFlat;
}

async function soak(load: Load): Promise<void> {
  const self = fileURLToPath(import.meta.url);
  const { udpPort, seconds, loss, everySeconds, associations } = load;
  console.log(
    `soak: ${seconds} s, ${associations} associations, ${loss} % loss either way, UDP port ${udpPort}`,
  );
  const programArguments = [udpPort, seconds, loss, everySeconds, associations].map(String);
  const start = (role: Role): Program => new Program(process.execPath, [self, role, ...programArguments]);
  const server = start("server");
  await server.waitForOutput(/^listening$/m);
  const programs = { server, client: start("client") };
  const shown = { server: 0, client: 0 };
  const showNew = (): void => {
    for (const role of ROLES) {
      const samples = samplesOf(programs[role]);
      for (; shown[role] < samples.length; shown[role] += 1) {
        show(role, samples[shown[role]] as Sample, samples[shown[role] - 1]);
      }
    }
  };
  const timer = setInterval(showNew, 1000);
  const limitMs = (seconds + 120) * 1000;
  await Promise.all(
    ROLES.map(async (role) => {
      const { status } = await programs[role].waitForEnd(limitMs);
      if (status !== 0) throw new Error(`the ${role} ended with status ${status}: ${programs[role].tail()}`);
    }),
  );
  clearInterval(timer);
  showNew();
  const samples = { server: samplesOf(server), client: samplesOf(programs.client) };
  const last = { server: samples.server.at(-1) as Sample, client: samples.client.at(-1) as Sample };
  const sums = [last.client.sentMessages, last.server.receivedMessages, last.server.sentMessages];
  console.log(
    `soak: ${sums.join(", ")}, ${last.client.receivedMessages} messages (sent, received; sent, received), ` +
      `${mega(last.server.receivedBytes + last.client.receivedBytes)} MB, ` +
      `${last.server.lostPackets + last.client.lostPackets} packets lost`,
  );
  const isComplete =
    last.client.sentMessages === last.server.receivedMessages &&
    last.server.sentMessages === last.client.receivedMessages;
  if (!isComplete) throw new Error("not every message has come once");
  const isFlat = ROLES.map((role) => judge(role, samples[role], seconds)).every(Boolean);
  if (!isFlat) throw new Error("memory has grown");
  console.log("soak: every message once, whole and in order; memory held flat");
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: {
      minutes: { type: "string", default: "1" },
      loss: { type: "string", default: "1" },
      every: { type: "string", default: "5" },
      associations: { type: "string", default: "8" },
    },
    allowPositionals: true,
  });
  const [role, ...numbers] = positionals;
  if (role === "server" || role === "client") {
    const [udpPort = 0, seconds = 0, loss = 0, everySeconds = 1, associations = 1] = numbers.map(Number);
    await takePart(role, { udpPort, seconds, loss, everySeconds, associations });
    return;
  }
  const minutes = Number(values.minutes);
  const loss = Number(values.loss);
  const everySeconds = Number(values.every);
  const associations = Number(values.associations);
  if (!(minutes > 0) || !(loss >= 0 && loss < 100) || !(everySeconds > 0) || !(associations >= 1)) {
    throw new Error("--minutes, --loss, --every and --associations take numbers");
  }
  const [udpPort = 0] = await freeUdpPorts(1);
  await soak({ udpPort, seconds: minutes * 60, loss, everySeconds, associations });
}

process.on("exit", killAllPrograms);
try {
  await main();
} catch (error) {
  console.error(`soak: FAILED: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  process.exit(1);
}
