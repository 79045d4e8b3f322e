/**
 * What every peer of the bench that is written in TypeScript counts and prints, as those in C and Go do.
 *
 * @module
 */

/** Round trips before the first that counts: compilers and windows are warm then. */
const WARM_UP_ROUND_TRIPS = 500;

/** CPU time of this process so far, its threads included, in seconds. */
export function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** One line of JSON, which the bench reads. */
export function printResult(result: Readonly<Record<string, number>>): void {
  console.log(JSON.stringify(result));
}

/** Counts what is received, from the first message to the last. */
export class Receipt {
  #messages = 0;
  #bytes = 0;
  #first = 0;
  #last = 0;
  #cpuAtFirst = 0;

  /** @param isComplete - whether it is a message or the last part of one */
  add(lengthBytes: number, isComplete: boolean): void {
    if (this.#bytes === 0) {
      this.#first = performance.now();
      this.#cpuAtFirst = cpuSeconds();
    }
    this.#bytes += lengthBytes;
    if (isComplete) this.#messages += 1;
  }

  /** The time is looked at once for each batch. */
  mark(): void {
    this.#last = performance.now();
  }

  /** @param messageBytes - where the protocol has no messages: how many bytes count as one */
  print(messageBytes?: number): void {
    printResult({
      messages: messageBytes === undefined ? this.#messages : Math.floor(this.#bytes / messageBytes),
      bytes: this.#bytes,
      seconds: (this.#last - this.#first) / 1000,
      cpuSeconds: cpuSeconds() - this.#cpuAtFirst,
    });
  }
}

/** Counts what is sent within a time. */
export class Dispatch {
  /** How many messages were taken; the peer adds to it. */
  messages = 0;
  readonly #start = performance.now();
  readonly #cpuAtStart = cpuSeconds();
  readonly #end: number;

  constructor(seconds: number) {
    this.#end = this.#start + seconds * 1000;
  }

  get isOver(): boolean {
    return performance.now() >= this.#end;
  }

  print(messageBytes: number): void {
    printResult({
      messages: this.messages,
      bytes: this.messages * messageBytes,
      seconds: (performance.now() - this.#start) / 1000,
      cpuSeconds: cpuSeconds() - this.#cpuAtStart,
    });
  }
}

/** Records the times of round trips until the time is over. */
export class RoundTrips {
  readonly #micros: number[] = [];
  readonly #seconds: number;
  #count = 0;
  #sent = 0;
  #end = Number.POSITIVE_INFINITY;

  constructor(seconds: number) {
    this.#seconds = seconds;
  }

  begin(): void {
    this.#sent = performance.now();
  }

  /** Answers true when it was the last. */
  finish(): boolean {
    const now = performance.now();
    this.#count += 1;
    if (this.#count > WARM_UP_ROUND_TRIPS) this.#micros.push((now - this.#sent) * 1000);
    if (this.#count === WARM_UP_ROUND_TRIPS) this.#end = now + this.#seconds * 1000;
    return now >= this.#end;
  }

  print(): void {
    const sorted = this.#micros.sort((left, right) => left - right);
    const at = (share: number): number => sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
    printResult({ roundTrips: sorted.length, p50Micros: at(0.5), p99Micros: at(0.99) });
  }
}

/** What stands on the command line of every peer. */
export interface PeerOrder {
  readonly role: string;
  readonly localUdpPort: number;
  readonly remoteUdpPort: number;
  readonly messageBytes: number;
  readonly seconds: number;
  /** What stands behind it, for this peer alone. */
  readonly tail: readonly string[];
  /** What UDP sockets are asked for, where the peer has them in its hands, in bytes. */
  readonly udpBufferBytes: number;
}

/** Reads the command line: ROLE LOCAL_UDP_PORT REMOTE_UDP_PORT MESSAGE_BYTES SECONDS, and the bench's environment. */
export function readOrder(): PeerOrder {
  const [role = "", localUdpPort, remoteUdpPort, messageBytes, seconds, ...tail] = process.argv.slice(2);
  return {
    role,
    localUdpPort: Number(localUdpPort),
    remoteUdpPort: Number(remoteUdpPort),
    messageBytes: Number(messageBytes),
    seconds: Number(seconds),
    tail,
    udpBufferBytes: Number(process.env["SCTPKIT_BENCH_UDP_BUFFER"] ?? 2 ** 20),
  };
}
