/**
 * One of the two processes of chaos.ts.
 *
 *   chaos-peer.js survivor|victim OWN_UDP_PORT OTHER_UDP_PORT ASSOCIATIONS
 *
 * Each listens with one socket and connects with as many sockets as there are associations. Standard input says
 * `mark ROUND` (one more message on each association) and `end`.
 *
 * @module
 */

import { readdirSync } from "node:fs";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import {
  AF_INET,
  IPPROTO_SCTP,
  SCTP_ASSOC_CHANGE,
  SCTP_CANT_STR_ASSOC,
  SCTP_COMM_LOST,
  SCTP_COMM_UP,
  SCTP_EVENT,
  SCTP_FUTURE_ASSOC,
  SCTP_RECVRCVINFO,
  SCTP_RECVV_RCVINFO,
  SCTP_RESTART,
  SCTP_SEND_FAILED_EVENT,
  SCTP_SHUTDOWN_COMP,
  SctpSocket,
  SOCK_SEQPACKET,
  type ReceivedMessage,
} from "../../src/index.js";
import {
  type Clock,
  createUserlandProvider,
  SystemClock,
  type TimerHandle,
  UdpEncapsulation,
  type UserlandProvider,
} from "../../src/userland/index.js";

const ADDRESS = "127.0.0.1";
/** Where each process listens. */
const SCTP_PORTS: Readonly<Record<string, number>> = { survivor: 5001, victim: 5002 };
const FIRST_CLIENT_PORT = 20_000;
/** How often a message goes to and fro on each association. */
const PING_INTERVAL_MS = 1000;
const RECONNECT_INTERVAL_MS = 100;
const REMAINS_LIMIT_MS = 60_000;
const PROGRESS_INTERVAL_MS = 10_000;
/** Impatient, so that ten deaths take a minute or two. */
const CONFIG = {
  rtoInitialMs: 300,
  rtoMinMs: 200,
  rtoMaxMs: 1000,
  heartbeatIntervalMs: 3000,
  associationMaxRetrans: 12,
  pathMaxRetrans: 12,
  maxInitRetransmits: 20,
} as const;

/** The event loop's time, which counts the timers that are set. */
class CountingClock implements Clock {
  timers = 0;
  readonly #clock = new SystemClock();

  now(): number {
    return this.#clock.now();
  }

  setTimer(at: number, callback: () => void): TimerHandle {
    let isSet = Number.isFinite(at);
    if (isSet) this.timers += 1;
    const unset = (): void => {
      if (isSet) this.timers -= 1;
      isSet = false;
    };
    const handle = this.#clock.setTimer(at, () => {
      unset();
      callback();
    });
    return {
      cancel: () => {
        unset();
        handle.cancel();
      },
    };
  }

  defer(callback: () => void): void {
    this.#clock.defer(callback);
  }

  ref(): void {
    this.#clock.ref();
  }

  unref(): void {
    this.#clock.unref();
  }
}

/** What a process was told after a kill; see LossReport in chaos.ts. */
class Ledger {
  marked = 0;
  failed = 0;
  lost = 0;
  restarted = 0;
}

/** A socket that takes note of what it is told about its associations. */
class Member {
  /** The associations that are up. */
  readonly live = new Set<number>();
  /** Those of which it has not been told yet what the last kill has made of them. */
  readonly #awaited = new Set<number>();
  readonly #socket: SctpSocket;
  readonly #process: ChaosProcess;

  constructor(socket: SctpSocket, process: ChaosProcess) {
    this.#socket = socket;
    this.#process = process;
    for (const se_type of [SCTP_ASSOC_CHANGE, SCTP_SEND_FAILED_EVENT]) {
      socket.setsockopt(IPPROTO_SCTP, SCTP_EVENT, { se_assoc_id: SCTP_FUTURE_ASSOC, se_type, se_on: 1 });
    }
    socket.setsockopt(IPPROTO_SCTP, SCTP_RECVRCVINFO, 1);
  }

  /** Reads until the socket is closed. */
  async read(): Promise<void> {
    for await (const message of this.#socket) {
      if (message.notification === undefined) this.#echo(message);
      else this.#note(message.notification);
    }
  }

  /** Sends a message on every association that is up. */
  ping(): void {
    for (const id of this.live) this.#post(id, 0);
  }

  /** Sends one more message on every association, and waits for news of each; answers how many there are. */
  mark(round: number): number {
    this.#awaited.clear();
    for (const id of this.live) if (this.#post(id, round)) this.#awaited.add(id);
    return this.#awaited.size;
  }

  close(): Promise<void> {
    return this.#socket.close();
  }

  /** Connects as often as it takes; the process may have ended meanwhile. */
  async connect(port: number): Promise<void> {
    while (!this.#process.isEnding) {
      try {
        await this.#socket.connect({ address: ADDRESS, port });
        return;
      } catch {
        await delay(RECONNECT_INTERVAL_MS);
      }
    }
  }

  /** Answers false when the association takes nothing: it has just ended, or its buffer is full. */
  #post(snd_assoc_id: number, snd_context: number): boolean {
    const data = new TextEncoder().encode(`context ${snd_context}`);
    try {
      this.#socket.nonblocking.sctp_sendv(data, { info: { snd_assoc_id, snd_context } });
      return true;
    } catch {
      return false;
    }
  }

  /** What the survivor sends comes back from the victim. */
  #echo(message: ReceivedMessage): void {
    if (this.#process.role === "survivor" || message.infotype !== SCTP_RECVV_RCVINFO) return;
    this.#post(message.info.rcv_assoc_id, 0);
  }

  #note(notification: NonNullable<ReceivedMessage["notification"]>): void {
    const { ledger } = this.#process;
    if (notification.sn_type === SCTP_SEND_FAILED_EVENT) {
      const { snd_context } = notification.ssfe_info;
      if (snd_context === this.#process.round && snd_context > 0) ledger.failed += 1;
      return;
    }
    if (notification.sn_type !== SCTP_ASSOC_CHANGE) return;
    const { sac_state, sac_assoc_id } = notification;
    if (sac_state === SCTP_COMM_UP) this.live.add(sac_assoc_id);
    const isNews = sac_state === SCTP_RESTART || sac_state === SCTP_COMM_LOST;
    if (isNews && this.#awaited.delete(sac_assoc_id)) {
      if (sac_state === SCTP_RESTART) ledger.restarted += 1;
      else ledger.lost += 1;
    }
    const isGone =
      sac_state === SCTP_COMM_LOST || sac_state === SCTP_SHUTDOWN_COMP || sac_state === SCTP_CANT_STR_ASSOC;
    if (!isGone || !this.live.delete(sac_assoc_id)) return;
    this.#process.ended(this);
  }
}

/** The process as a whole. */
class ChaosProcess {
  readonly role: "survivor" | "victim";
  ledger = new Ledger();
  /** How often the other process has been killed. */
  round = 0;
  isEnding = false;
  readonly #clock = new CountingClock();
  readonly #provider: UserlandProvider;
  readonly #otherPort: number;
  readonly #clientCount: number;
  readonly #clients: Member[] = [];
  #server: Member | undefined;
  #descriptorsAtFirst = 0;

  constructor(role: "survivor" | "victim", ownUdpPort: number, otherUdpPort: number, clientCount: number) {
    this.role = role;
    this.#otherPort = SCTP_PORTS[role === "survivor" ? "victim" : "survivor"] as number;
    this.#clientCount = clientCount;
    this.#descriptorsAtFirst = countDescriptors();
    const lowerLayer = new UdpEncapsulation({ localUdpPort: ownUdpPort, clock: this.#clock });
    this.#provider = createUserlandProvider({
      lowerLayer,
      clock: this.#clock,
      remoteUdpPort: otherUdpPort,
      config: CONFIG,
    });
  }

  /** Whether all associations are up, in both directions. */
  get isUp(): boolean {
    const clients = this.#clients.filter(({ live }) => live.size === 1).length;
    return clients === this.#clientCount && this.#server?.live.size === this.#clientCount;
  }

  start(): void {
    const own = SCTP_PORTS[this.role] as number;
    const socket = this.#open(own);
    socket.listen(this.#clientCount);
    this.#server = this.#manage(socket);
    for (let index = 0; index < this.#clientCount; index += 1) {
      const client = this.#manage(this.#open(FIRST_CLIENT_PORT + index));
      this.#clients.push(client);
      void client.connect(this.#otherPort);
    }
  }

  /** An association of a member is over: what this process began, it begins again. */
  ended(member: Member): void {
    if (this.isEnding || member === this.#server) return;
    setTimeout(() => void member.connect(this.#otherPort), RECONNECT_INTERVAL_MS);
  }

  /** Sends a message on every association. */
  ping(): void {
    for (const member of this.#members) member.ping();
  }

  /** The other process is dead: from now on everything that is lost counts. */
  mark(round: number): void {
    this.ledger = new Ledger();
    this.round = round;
    for (const member of this.#members) this.ledger.marked += member.mark(round);
  }

  /** Whether everything that a kill must lead to has been told, and all is up again. */
  get hasRecovered(): boolean {
    const { marked, failed, lost, restarted } = this.ledger;
    return this.isUp && failed >= marked && lost + restarted >= marked;
  }

  /** How far it has come, for whoever has to find out why it goes no further. */
  get progress(): string {
    const clients = this.#clients.filter(({ live }) => live.size === 1).length;
    const served = this.#server?.live.size ?? 0;
    return `round ${this.round}, ${clients} clients and ${served} served are up, ${JSON.stringify(this.ledger)}`;
  }

  /** Closes everything and looks at what is left. */
  async end(): Promise<string> {
    this.isEnding = true;
    await Promise.all(this.#members.map((member) => member.close()));
    // The stack's one timer may still be set for what it was needed for; then it finds nothing and is not set again.
    const limit = performance.now() + REMAINS_LIMIT_MS;
    while ((this.#clock.timers > 0 || resourcesInUse().length > 0) && performance.now() < limit) {
      await delay(50);
    }
    return JSON.stringify({
      descriptors: countDescriptors() - this.#descriptorsAtFirst,
      timers: this.#clock.timers,
      resources: resourcesInUse(),
    });
  }

  get #members(): Member[] {
    return this.#server === undefined ? this.#clients : [...this.#clients, this.#server];
  }

  #open(port: number): SctpSocket {
    const socket = new SctpSocket(AF_INET, SOCK_SEQPACKET, { provider: this.#provider });
    socket.bind({ address: ADDRESS, port });
    return socket;
  }

  #manage(socket: SctpSocket): Member {
    const member = new Member(socket, this);
    member.read().catch((error: unknown) => {
      if (!this.isEnding) throw error;
    });
    return member;
  }
}

/** What keeps the event loop going, beyond what a process has by itself: its standard streams. */
function resourcesInUse(): string[] {
  const own = new Set(["PipeWrap", "TTYWrap", "FSReqCallback", "Immediate", "CloseReq", "TickObject"]);
  return process.getActiveResourcesInfo().filter((name) => !own.has(name));
}

function countDescriptors(): number {
  return process.platform === "linux" ? readdirSync("/proc/self/fd").length : 0;
}

async function main(): Promise<void> {
  const [role, own, other, count] = process.argv.slice(2);
  if (role !== "survivor" && role !== "victim") throw new Error("survivor or victim?");
  const commands = createInterface({ input: process.stdin });
  const chaos = new ChaosProcess(role, Number(own), Number(other), Number(count));
  chaos.start();
  let told = -1;
  const watch = setInterval(() => {
    if (role === "victim" || told === chaos.round || !chaos.hasRecovered) return;
    told = chaos.round;
    console.log(told === 0 ? "up 0" : `up ${told} ${JSON.stringify(chaos.ledger)}`);
  }, 20);
  const progress = setInterval(() => console.log(`progress: ${chaos.progress}`), PROGRESS_INTERVAL_MS);
  const ping = setInterval(() => role === "survivor" && chaos.ping(), PING_INTERVAL_MS);
  for await (const line of commands) {
    const [command, round] = line.split(" ");
    if (command === "mark") {
      chaos.mark(Number(round));
      console.log(`marked ${round}`);
    } else if (command === "end") {
      break;
    }
  }
  clearInterval(watch);
  clearInterval(ping);
  clearInterval(progress);
  commands.close();
  console.log(`remains ${await chaos.end()}`);
}

await main();
