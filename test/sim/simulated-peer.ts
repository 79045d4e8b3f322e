import { IPPROTO_SCTP, SCTP_RECVRCVINFO } from "../../src/sockets/constants.js";
import type { SctpSocket } from "../../src/sockets/sctp-socket.js";
import type { ReceivedMessage, SctpAddressInput } from "../../src/sockets/types.js";
import { SeededEntropy } from "../../src/userland/seeded-entropy.js";
import type { VirtualClock } from "../../src/userland/virtual-clock.js";
import { type Workload, WorkloadCheck } from "./workload.js";

const RECEIVE_AT_ONCE = 64;
/** In one of so many wake-ups the application looks away, and the receive window closes. */
const PAUSES_ONE_IN = 100;
const PAUSE_MS_MAX = 3000;

/** What a {@link SimulatedPeer} does. */
export interface SimulatedPeerOptions {
  /** For messages. */
  readonly name: string;
  readonly clock: VirtualClock;
  readonly sends: Workload;
  readonly receives: Workload;
  /** Decides when it does not read. */
  readonly seed: number;
}

/**
 * One application: sends everything, receives everything, closes. It uses the calls that do not wait, inside
 * the sockets' events: nothing depends on the order in which promises settle, so that a run repeats to the
 * byte.
 */
export class SimulatedPeer {
  /** Settles when it has sent and received everything and its socket has closed. */
  readonly ended: Promise<void>;
  readonly check: WorkloadCheck;
  readonly #options: SimulatedPeerOptions;
  readonly #entropy: SeededEntropy;
  readonly #received: ReceivedMessage[] = [];
  #socket: SctpSocket | undefined;
  #sentMessages = 0;
  #isPausing = false;
  #isOver = false;
  #succeed!: (closing: Promise<void>) => void;
  #fail!: (error: unknown) => void;

  constructor(options: SimulatedPeerOptions) {
    this.#options = options;
    this.check = new WorkloadCheck(options.receives);
    this.#entropy = new SeededEntropy(options.seed ^ options.name.charCodeAt(0));
    this.ended = new Promise((resolve, reject) => {
      this.#succeed = resolve;
      this.#fail = reject;
    });
  }

  /** How far it has come, in words. */
  progress(): string {
    const { name, sends, receives } = this.#options;
    return `${name}: sent ${this.#sentMessages} of ${sends.messages}, received ${this.check.messages} of ${receives.messages}`;
  }

  /** Takes the first association that the listening socket accepts. */
  accept(listener: SctpSocket): void {
    listener.on("readable", () => {
      this.#guard(() => {
        if (this.#socket === undefined) this.#adopt(listener.nonblocking.accept().socket);
      });
    });
  }

  /** Sets the association up and starts to send at once. */
  connect(socket: SctpSocket, to: SctpAddressInput): void {
    this.#guard(() => socket.nonblocking.connect(to));
    this.#adopt(socket);
  }

  #adopt(socket: SctpSocket): void {
    this.#socket = socket;
    socket.setsockopt(IPPROTO_SCTP, SCTP_RECVRCVINFO, 1);
    socket.on("readable", () => this.#receive(socket));
    socket.on("writable", () => this.#send(socket));
    this.#receive(socket);
    this.#send(socket);
  }

  #send(socket: SctpSocket): void {
    const { sends } = this.#options;
    this.#guard(() => {
      while (this.#sentMessages < sends.messages) {
        const index = this.#sentMessages;
        socket.nonblocking.sctp_sendv(sends.contentOf(index), { info: sends.infoOf(index) });
        this.#sentMessages += 1;
      }
    });
    this.#closeWhenDone(socket);
  }

  #receive(socket: SctpSocket): void {
    if (this.#isPausing || this.#isOver) return;
    if (this.#entropy.randomUint32() % PAUSES_ONE_IN === 0) {
      this.#pause(socket);
      return;
    }
    this.#guard(() => {
      while (!this.check.isComplete) {
        this.#received.length = 0;
        socket.nonblocking.receiveMany(RECEIVE_AT_ONCE, this.#received);
        for (const message of this.#received) this.check.take(message);
      }
    });
    this.#closeWhenDone(socket);
  }

  #pause(socket: SctpSocket): void {
    const { clock } = this.#options;
    this.#isPausing = true;
    clock.setTimer(clock.now() + this.#entropy.randomFraction() * PAUSE_MS_MAX, () => {
      this.#isPausing = false;
      this.#receive(socket);
    });
  }

  /**
   * What is still under way to the peer when everything of the peer has come is the business of a graceful
   * shutdown.
   */
  #closeWhenDone(socket: SctpSocket): void {
    if (this.#isOver || !this.check.isComplete || this.#sentMessages < this.#options.sends.messages) return;
    this.#isOver = true;
    this.#succeed(socket.close());
  }

  /** Runs calls until they would wait; any other error is the end. */
  #guard(calls: () => void): void {
    if (this.#isOver) return;
    try {
      calls();
    } catch (error) {
      const code = error instanceof Error && "code" in error ? error.code : undefined;
      if (code === "EAGAIN" || code === "EINPROGRESS") return;
      this.#isOver = true;
      this.#fail(error);
    }
  }
}
