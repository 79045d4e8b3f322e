/**
 * One side of an association between two stacks: a one-to-one socket over one of them, which exchanges the workload
 * of the simulation with the other side and ends as it is told.
 *
 * @module
 */

import { setTimeout as delay } from "node:timers/promises";
import {
  AF_INET,
  AF_INET6,
  IPPROTO_SCTP,
  MSG_EOR,
  SCTP_ASSOC_CHANGE,
  SCTP_EVENT,
  SCTP_FUTURE_ASSOC,
  SCTP_INITMSG,
  SCTP_NODELAY,
  SCTP_RECVRCVINFO,
  SCTP_RTOINFO,
  SCTP_SHUTDOWN_EVENT,
  SCTP_STATUS,
  SctpSocket,
  SO_LINGER,
  SOCK_STREAM,
  SOL_SOCKET,
  type sctp_notification,
} from "../../src/index.js";
import { createKernelProvider } from "../../src/kernel/kernel-provider.js";
import {
  createUserlandProvider,
  RawIp,
  type StackStatistics,
  UdpEncapsulation,
  type UserlandProvider,
} from "../../src/userland/index.js";
import { Workload, WorkloadCheck, WORKLOAD_STREAMS } from "../sim/workload.js";

/** What carries a side's SCTP: our own stack over IP or over UDP, or the kernel. */
export type Carrier = "userland over IP" | "userland over UDP" | "kernel";

/** What a side is. */
export interface SideOptions {
  /** What carries it. */
  readonly carrier: Carrier;
  /** Its local address. */
  readonly address: string;
  /** Its SCTP port. */
  readonly port: number;
  /** How many messages go each way. */
  readonly messages: number;
  /** What they are. */
  readonly seed: number;
  /** The retransmission timeouts; {@link QUICK} unless said otherwise. */
  readonly timeouts?: Timeouts;
}

/** RTO.Initial, RTO.Min and RTO.Max (RFC 9260 §16), in milliseconds. */
export interface Timeouts {
  readonly srto_initial: number;
  readonly srto_min: number;
  readonly srto_max: number;
}

/** What a side has exchanged. */
export interface Exchanged {
  readonly messages: number;
  readonly lengthBytes: number;
  readonly milliseconds: number;
}

/** How a side has learned of the end. */
export interface EndReport {
  /** The code of the error that a receive call threw; `undefined` when it answered the end of the stream. */
  readonly code: unknown;
  /** The notifications since the set-up, by name; of changes of the association, their states. */
  readonly events: readonly string[];
}

/** For links that lose packets: with the RTO.Min of RFC 9260 §16, half of all losses would cost a second. */
const QUICK: Timeouts = { srto_initial: 200, srto_min: 100, srto_max: 2000 };

const LOOK_INTERVAL_MS = 20;

/** An end that a busy machine delays is no abort: the usual limit is 10 s. */
const CLOSE_LIMIT_MS = 60_000;

/** No association of a test has this SCTP port. */
const STAYING_PORT = 4999;

/** One provider for each carrier, so that its sockets share the UDP port. */
const providers = new Map<Carrier, UserlandProvider>();

function userlandProvider(carrier: Exclude<Carrier, "kernel">): UserlandProvider {
  let provider = providers.get(carrier);
  if (provider === undefined) {
    const lowerLayer =
      carrier === "userland over IP"
        ? new RawIp()
        : new UdpEncapsulation({ localUdpPort: 9899, offload: false });
    provider = createUserlandProvider({ lowerLayer, closeLimitMs: CLOSE_LIMIT_MS });
    providers.set(carrier, provider);
  }
  return provider;
}

/** Which hosts' stacks stay, by carrier and address. */
const staying = new Set<string>();

/**
 * Keeps our own stack answering at an address after its associations have ended, as a kernel does: a SHUTDOWN COMPLETE
 * that the network has lost is sent again only where somebody is left to hear the peer's SHUTDOWN ACK (RFC 9260 §8.4).
 */
function stay({ carrier, address }: SideOptions): void {
  if (carrier === "kernel" || staying.has(`${carrier} ${address}`)) return;
  staying.add(`${carrier} ${address}`);
  const family = address.includes(":") ? AF_INET6 : AF_INET;
  const socket = new SctpSocket(family, SOCK_STREAM, { provider: userlandProvider(carrier) });
  socket.bind({ address, port: STAYING_PORT });
  socket.listen();
  socket.unref();
}

/** What a stack of ours has counted. */
export function statisticsOf(carrier: Exclude<Carrier, "kernel">): StackStatistics {
  return userlandProvider(carrier).statistics;
}

const STATES = ["COMM_UP", "COMM_LOST", "RESTART", "SHUTDOWN_COMP", "CANT_STR_ASSOC"];

function nameOf(event: sctp_notification): string {
  if (event.sn_type === SCTP_ASSOC_CHANGE) return STATES[event.sac_state] ?? `state ${event.sac_state}`;
  return event.sn_type === SCTP_SHUTDOWN_EVENT ? "SHUTDOWN" : `notification ${event.sn_type}`;
}

/** One side. */
export class StackSide {
  readonly #options: SideOptions;
  readonly #listenerOrClient: SctpSocket;
  /** The socket of the association. */
  #socket: SctpSocket;
  #events: string[] = [];

  /** Makes a socket, bound to the side's address and port. */
  constructor(options: SideOptions) {
    this.#options = options;
    const family = options.address.includes(":") ? AF_INET6 : AF_INET;
    const provider =
      options.carrier === "kernel"
        ? createKernelProvider({ closeLimitMs: CLOSE_LIMIT_MS })
        : userlandProvider(options.carrier);
    stay(options);
    const socket = new SctpSocket(family, SOCK_STREAM, { provider });
    const timeouts = options.timeouts ?? QUICK;
    socket.setsockopt(IPPROTO_SCTP, SCTP_RTOINFO, { srto_assoc_id: SCTP_FUTURE_ASSOC, ...timeouts });
    socket.setsockopt(IPPROTO_SCTP, SCTP_INITMSG, { sinit_num_ostreams: WORKLOAD_STREAMS });
    socket.setsockopt(IPPROTO_SCTP, SCTP_NODELAY, 1);
    socket.setsockopt(IPPROTO_SCTP, SCTP_RECVRCVINFO, 1);
    for (const se_type of [SCTP_ASSOC_CHANGE, SCTP_SHUTDOWN_EVENT]) {
      socket.setsockopt(IPPROTO_SCTP, SCTP_EVENT, { se_assoc_id: SCTP_FUTURE_ASSOC, se_type, se_on: 1 });
    }
    socket.bind({ address: options.address, port: options.port });
    this.#listenerOrClient = socket;
    this.#socket = socket;
  }

  /** Waits for peers. */
  listen(): void {
    this.#listenerOrClient.listen(1);
  }

  /** Takes the peer that has connected; no others are waited for. */
  async accept(): Promise<void> {
    const { socket } = await this.#listenerOrClient.accept();
    this.#socket = socket;
    await this.#listenerOrClient.close();
  }

  /** Connects to the other side. */
  async connect(address: string, port: number): Promise<void> {
    await this.#socket.connect({ address, port });
  }

  /** Sends half of the messages and receives the others, all acknowledged at the end; every byte is compared. */
  async exchange(role: "client" | "server"): Promise<Exchanged> {
    const { messages, seed } = this.#options;
    const workloads = [new Workload(2 * seed, messages, 0), new Workload(2 * seed + 1, messages, 0)] as const;
    const [outgoing, incoming] = role === "client" ? workloads : [workloads[1], workloads[0]];
    const start = performance.now();
    await Promise.all([this.#sendAll(outgoing), this.#receiveAll(incoming)]);
    await this.#acknowledged();
    return { messages, lengthBytes: incoming.lengthBytes, milliseconds: performance.now() - start };
  }

  /** Sends messages of its own making. */
  async send(messages: readonly Uint8Array[]): Promise<void> {
    for (const data of messages) {
      // oxlint-disable-next-line no-await-in-loop -- in their order
      await this.#socket.sctp_sendv(data, { info: { snd_sid: 0 } });
    }
  }

  /** Receives so many messages, each as a whole. */
  async receive(count: number): Promise<Uint8Array[]> {
    const messages: Uint8Array[] = [];
    let pieces: Uint8Array[] = [];
    while (messages.length < count) {
      // oxlint-disable-next-line no-await-in-loop -- in their order
      const { notification, data, flags } = await this.#socket.sctp_recvv();
      if (notification !== undefined) {
        this.#events.push(nameOf(notification));
        continue;
      }
      if (data.length === 0 && flags === 0) throw new Error(`the end came after ${messages.length} messages`);
      pieces.push(data);
      if ((flags & MSG_EOR) === 0) continue;
      messages.push(Buffer.concat(pieces));
      pieces = [];
    }
    return messages;
  }

  /** Ends the association with SHUTDOWN; settles when it has ended. */
  async shutDown(): Promise<void> {
    await this.#socket.close();
  }

  /** Ends the association with ABORT. */
  async abort(): Promise<void> {
    this.#socket.setsockopt(SOL_SOCKET, SO_LINGER, { l_onoff: 1, l_linger: 0 });
    await this.#socket.close();
  }

  /** Receives until the other side has ended the association, then closes. */
  async receiveEnd(): Promise<EndReport> {
    let code: unknown;
    try {
      for (;;) {
        const { notification, data, flags } = await this.#socket.sctp_recvv();
        if (notification !== undefined) this.#events.push(nameOf(notification));
        else if (data.length === 0 && flags === 0) break;
        else throw new Error(`${data.length} bytes came after the last message`);
      }
    } catch (error) {
      ({ code } = error as { code?: unknown });
      if (code === undefined) throw error;
    }
    await this.#socket.close();
    return { code, events: this.#events };
  }

  /** Waits until nothing is outstanding: a side that is killed then leaves its peer nothing to send again. */
  async #acknowledged(): Promise<void> {
    while (this.#socket.getsockopt(IPPROTO_SCTP, SCTP_STATUS).sstat_unackdata > 0) {
      // oxlint-disable-next-line no-await-in-loop -- no event tells of it
      await delay(LOOK_INTERVAL_MS);
    }
  }

  async #sendAll(workload: Workload): Promise<void> {
    for (let index = 0; index < workload.messages; index += 1) {
      // oxlint-disable-next-line no-await-in-loop -- in their order
      await this.#socket.sctp_sendv(workload.contentOf(index), { info: workload.infoOf(index) });
    }
  }

  async #receiveAll(workload: Workload): Promise<void> {
    const check = new WorkloadCheck(workload);
    while (!check.isComplete) {
      // oxlint-disable-next-line no-await-in-loop -- in their order
      const message = await this.#socket.sctp_recvv();
      if (message.notification === undefined) check.take(message);
      else this.#events.push(nameOf(message.notification));
    }
  }
}
