import { createHash } from "node:crypto";
import {
  AF_INET,
  AF_INET6,
  IPPROTO_SCTP,
  MSG_EOR,
  MSG_NOTIFICATION,
  MSG_PEEK,
  SCTP_ABORT,
  SCTP_AUTOCLOSE,
  SCTP_BINDX_ADD_ADDR,
  SCTP_BINDX_REM_ADDR,
  SCTP_EOF,
  SCTP_EVENT,
  SCTP_NODELAY,
  SCTP_RECVRCVINFO,
  SCTP_SENDALL,
  SCTP_UNORDERED,
  SHUT_RD,
  SHUT_RDWR,
  SHUT_WR,
  SO_LINGER,
  SO_RCVBUF,
  SO_SNDBUF,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  SOL_SOCKET,
} from "../../../src/sockets/constants.js";
import { SctpSocket } from "../../../src/sockets/sctp-socket.js";
import type { ReceivedMessage } from "../../../src/sockets/types.js";
import { World } from "../../userland/world.js";
import { expect, type Outcome } from "../fuzz-target.js";
import { properCodeOf } from "../proper-errors.js";
import type { CallCase, CallStep, Form, OptionChoice, Place, SignalUse, SocketSpec } from "./call-case.js";
import { isArgumentError, mayFail, mustFail, type CallName, type SocketModel } from "./expectations.js";
import { Messages, type SentMessage } from "./messages.js";
import { GIVEN_UP, PendingCalls } from "./pending-calls.js";

/** Accepted and peeled off sockets included; further ones are closed at once. */
const SOCKETS_MAX = 12;
/** The provider's limit for close(), and as long again for what is under way. */
const CLOSE_LIMIT_MS = 10_000;

const HOSTS: readonly (readonly string[])[] = [
  ["10.0.0.1", "fd00::1", "10.0.1.1"],
  ["10.0.0.2", "fd00::2", "10.0.1.2"],
  ["10.0.0.99", "fd00::99", "0.0.0.0", "::"],
];
const PORTS: readonly number[] = [0, 5000, 5001, 5002];

function addressOf({ host, address, port }: Place): { address: string; port: number } {
  const addresses = HOSTS[host] ?? [];
  return {
    address: addresses[address % addresses.length] ?? "10.0.0.1",
    port: PORTS[port % PORTS.length] ?? 0,
  };
}

/** A case on its way: the sockets, what the model knows of them, and everything that has gone wrong. */
export class CallRun {
  private readonly world: World;
  private readonly models: SocketModel[] = [];
  private readonly messages = new Messages();
  private readonly pending = new PendingCalls();
  private readonly problems: unknown[] = [];
  /** The last call of each socket, and how it ended. */
  private readonly lastEndings = new Map<number, string>();
  private readonly features = new Set<string>();
  private readonly hash = createHash("sha256");

  constructor({ seed, loss, sockets }: CallCase) {
    this.world = new World({ seed, faults: { delayMs: 5, loss } });
    const providers = [0, 1].map((host) => this.world.provider(HOSTS[host] ?? []));
    for (const spec of sockets) this.open(spec, providers);
  }

  get outcome(): Outcome {
    return { features: this.features, digest: this.hash.digest("hex") };
  }

  private open(
    { host, style, family }: SocketSpec,
    providers: readonly ReturnType<World["provider"]>[],
  ): void {
    const type = style === "one-to-one" ? SOCK_STREAM : SOCK_SEQPACKET;
    const provider = providers[host];
    if (provider !== undefined)
      this.adopt(new SctpSocket(family === 4 ? AF_INET : AF_INET6, type, { provider }));
  }

  private adopt(socket: SctpSocket): SocketModel {
    const model: SocketModel = {
      socket,
      index: this.models.length,
      isOneToOne: socket.sctp_type === "one-to-one",
      isBound: false,
      hasListened: false,
      isClosed: false,
      hadAssociation: false,
      associations: [],
    };
    const complainIfClosed = (): void => {
      if (model.isClosed) this.problems.push(new Error("an event after close()"));
    };
    socket.on("readable", complainIfClosed);
    socket.on("writable", complainIfClosed);
    this.models.push(model);
    return model;
  }

  /** Sockets that an association brought: bound, with an association. */
  private adoptConnected(socket: SctpSocket): void {
    const model = this.adopt(socket);
    model.isBound = true;
    model.hadAssociation = true;
    if (this.models.length > SOCKETS_MAX) this.close(model, true);
  }

  /** Takes note of how a call has ended: what is new is a call after another one, in what the model knows. */
  private note(model: SocketModel, call: CallName, ending: string): void {
    const { isOneToOne, isBound, hasListened, hadAssociation, isClosed, index } = model;
    const traits = [isOneToOne, isBound, hasListened, hadAssociation, isClosed].map(Number).join("");
    this.features.add(`${traits} ${this.lastEndings.get(index) ?? ""} > ${call} ${ending}`);
    this.lastEndings.set(index, `${call} ${ending}`);
    this.hash.update(`${index} ${call} ${ending};`);
  }

  /** Judges how a call has ended that was made while the model was as `must` says. */
  private judge(
    model: SocketModel,
    call: CallName,
    must: readonly string[] | undefined,
    error: unknown,
    wasGivenUp: boolean,
  ): void {
    const style = model.isOneToOne ? "one-to-one" : "one-to-many";
    if (error === GIVEN_UP) {
      expect(wasGivenUp, `${call} rejects with the reason of a signal that it was not given`);
      this.note(model, call, "given up");
      return;
    }
    const code = properCodeOf(error, call);
    this.note(model, call, code);
    if (isArgumentError(call, code)) return;
    if (must !== undefined) {
      expect(
        must.includes(code),
        () => `${style} ${call} answers ${code}, and must answer ${must.join(" or ")}`,
      );
    } else {
      expect(
        mayFail(model, call, code),
        () => `${style} ${call} answers ${code}: ${(error as Error).message}`,
      );
    }
  }

  /** A call that does not wait. */
  private now<T>(model: SocketModel, call: CallName, make: () => T): T | undefined {
    const must = mustFail(model, call);
    let value: T;
    try {
      value = make();
    } catch (error) {
      this.judge(model, call, must, error, false);
      return undefined;
    }
    expect(must === undefined, () => `${call} succeeds, and must answer ${must?.join(" or ")}`);
    this.note(model, call, "answers");
    return value;
  }

  /** A call that may wait. */
  private later<T>(
    model: SocketModel,
    call: CallName,
    use: SignalUse,
    make: (signal: AbortSignal | undefined) => Promise<T>,
    settled: { readonly resolved: (value: T) => void; readonly failed?: () => void },
  ): void {
    const must = mustFail(model, call);
    const controller = new AbortController();
    if (use === "aborted") controller.abort(GIVEN_UP);
    let promise: Promise<T>;
    try {
      promise = make(use === "none" ? undefined : controller.signal);
    } catch (error) {
      expect(false, () => `${call} throws instead of rejecting: ${String(error)}`);
      return;
    }
    const guarded = (check: () => void): void => {
      try {
        check();
      } catch (problem) {
        this.problems.push(problem);
      }
    };
    this.pending.watch(call, controller, promise, {
      resolved: (value) =>
        guarded(() => {
          // What had to fail may have waited until it could succeed: for listen() behind listen() with a backlog of 0.
          const isWrong = must !== undefined && mustFail(model, call) !== undefined;
          expect(!isWrong, () => `${call} succeeds, and must answer ${must?.join(" or ")}`);
          this.note(model, call, "answers");
          settled.resolved(value);
        }),
      rejected: (error) =>
        guarded(() => {
          settled.failed?.();
          this.judge(model, call, must, error, controller.signal.aborted);
        }),
    });
  }

  private modelOf(index: number): SocketModel {
    const model = this.models[index % this.models.length];
    if (model === undefined) throw new Error("A case has sockets.");
    return model;
  }

  /** Makes one call. */
  async step(step: CallStep): Promise<void> {
    if (step.do === "wait") await this.world.clock.advanceBy(step.ms);
    else if (step.do === "give up") this.pending.giveUp(step.call);
    else this.call(step, this.modelOf(step.socket));
    const [problem] = this.problems;
    if (problem !== undefined) throw problem;
  }

  private call(step: Exclude<CallStep, { do: "wait" | "give up" }>, model: SocketModel): void {
    const { socket } = model;
    switch (step.do) {
      case "bind":
        this.now(model, "bind", () => {
          socket.bind(addressOf(step.place));
          model.isBound = true;
        });
        return;
      case "bindx":
        this.now(model, "bindx", () => {
          const flags = step.add ? SCTP_BINDX_ADD_ADDR : SCTP_BINDX_REM_ADDR;
          socket.sctp_bindx(step.places.map(addressOf), flags);
          model.isBound = true;
        });
        return;
      case "listen":
        this.now(model, "listen", () => {
          socket.listen(step.backlog);
          if (step.backlog > 0) model.isBound = true;
          model.hasListened ||= step.backlog > 0;
        });
        return;
      case "connect":
        this.connect(step, model);
        return;
      case "accept":
        this.accept(model, step.form, step.signal);
        return;
      case "send":
        this.send(step, model);
        return;
      case "receive":
        this.receive(step, model);
        return;
      case "peeloff":
        this.peeloff(model, step.association);
        return;
      case "shutdown":
        this.now(model, "shutdown", () =>
          socket.shutdown([SHUT_RD, SHUT_WR, SHUT_RDWR][step.how % 3] ?? SHUT_WR),
        );
        return;
      case "close":
        this.close(model, step.aborting);
        return;
      case "option":
        this.option(model, step.option);
        return;
      case "look":
        this.look(model);
    }
  }

  private connect(step: Extract<CallStep, { do: "connect" }>, model: SocketModel): void {
    const { socket } = model;
    const to = step.places.map(addressOf);
    // What it begins it begins at once, whatever becomes of it.
    if (!model.isClosed) model.hadAssociation = true;
    const [first] = to;
    if (first === undefined) return;
    const begun = (id?: number): void => {
      model.isBound = true;
      if (id !== undefined && id !== 0) model.associations.push(id);
    };
    if (step.form === "nonblocking") {
      this.now(model, "connect", () => {
        try {
          begun(socket.nonblocking.sctp_connectx(to));
        } catch (error) {
          const { code, assoc_id } = error as { code?: string; assoc_id?: number };
          if (code === "EINPROGRESS") begun(assoc_id);
          throw error;
        }
      });
      return;
    }
    this.later<unknown>(
      model,
      "connect",
      step.signal,
      (signal) =>
        to.length === 1 ? socket.connect(first, { signal }) : socket.sctp_connectx(to, { signal }),
      { resolved: (id) => begun(typeof id === "number" ? id : undefined) },
    );
  }

  private accept(model: SocketModel, form: Form, use: SignalUse): void {
    const { socket } = model;
    if (form === "nonblocking") {
      const accepted = this.now(model, "accept", () => socket.nonblocking.accept());
      if (accepted !== undefined) this.adoptConnected(accepted.socket);
      return;
    }
    this.later(model, "accept", use, (signal) => socket.accept({ signal }), {
      resolved: (accepted) => this.adoptConnected(accepted.socket),
    });
  }

  private send(step: Extract<CallStep, { do: "send" }>, model: SocketModel): void {
    const snd_flags = step.flags & (SCTP_UNORDERED | SCTP_ABORT | SCTP_SENDALL | SCTP_EOF);
    const isPlain = step.call === "send" || step.call === "sendto";
    const streamId = isPlain ? 0 : step.streamId;
    const message = this.messages.create(model.index, step.lengthBytes, streamId, {
      isOrdered: isPlain || (snd_flags & (SCTP_UNORDERED | SCTP_SENDALL)) === 0,
      isToAll: !isPlain && (snd_flags & SCTP_SENDALL) !== 0,
    });
    const to = step.place === undefined ? undefined : addressOf(step.place);
    const id = step.association === undefined ? 0 : (model.associations[step.association] ?? 9999);
    const info = { snd_sid: streamId, snd_flags, snd_assoc_id: id };
    // SCTP_ABORT takes the bytes as a reason and not as a message.
    const options = { info, ...(to === undefined ? {} : { to }) };
    const taken = (): void => {
      message.outcome = "accepted";
      // SCTP_SENDALL is content with no association at all.
      if (!message.isToAll) model.isBound = true;
    };
    this.makeSend(step, model, message, options, taken);
  }

  private makeSend(
    step: Extract<CallStep, { do: "send" }>,
    model: SocketModel,
    message: SentMessage,
    options: { readonly info: object; readonly to?: { readonly address: string; readonly port: number } },
    taken: () => void,
  ): void {
    const { socket } = model;
    const data = message.bytes.slice();
    const refused = (): void => {
      message.outcome = "refused";
    };
    // A message to an address may begin an association even if it is given up later.
    if ((options.to !== undefined || step.call === "sendto") && !model.isClosed) model.hadAssociation = true;
    if (step.call === "nonblocking" || step.call === "sendMany") {
      const isSent = this.now(model, "sctp_sendv", () =>
        step.call === "sendMany"
          ? socket.nonblocking.sendMany([{ data, ...options }]) === 1
          : socket.nonblocking.sctp_sendv(data, options).bytes === data.length,
      );
      if (isSent === undefined) refused();
      else taken();
      expect(isSent !== false, "a send call has taken a part of a message");
      return;
    }
    const to = options.to ?? { address: "10.0.0.2", port: 5000 };
    this.later<unknown>(
      model,
      step.call,
      step.signal,
      (signal) => {
        if (step.call === "send") return socket.send(data, { signal });
        if (step.call === "sendto") return socket.sendto(data, to, { signal });
        return socket.sctp_sendv(data, { ...options, signal });
      },
      { resolved: taken, failed: refused },
    );
  }

  private arrived(model: SocketModel, message: Pick<ReceivedMessage, "data" | "flags">): void {
    if ((message.flags & MSG_NOTIFICATION) !== 0) return;
    // RFC 6458 §4.1.6: the end of the peer.
    if (message.data.length === 0 && message.flags === 0) return;
    this.messages.arrived(model.index, message.data, (message.flags & MSG_EOR) !== 0);
  }

  private receive(step: Extract<CallStep, { do: "receive" }>, model: SocketModel): void {
    const { socket } = model;
    const flags = step.flags & MSG_PEEK;
    const isPeek = flags !== 0;
    const take = (message: ReceivedMessage): void => {
      if (!isPeek) this.arrived(model, message);
    };
    switch (step.call) {
      case "nonblocking": {
        const message = this.now(model, "receive", () => socket.nonblocking.sctp_recvv({ flags }));
        if (message !== undefined) take(message);
        return;
      }
      case "receiveMany": {
        const messages = this.now(model, "receive", () => socket.nonblocking.receiveMany(4));
        for (const message of messages ?? []) this.arrived(model, message);
        return;
      }
      case "iterate": {
        const iterator = socket[Symbol.asyncIterator]();
        this.later(model, "receive", "none", () => iterator.next(), {
          resolved: ({ value }) => {
            if (value !== undefined) this.arrived(model, value);
          },
        });
        return;
      }
      case "recv":
      case "recvfrom": {
        const isWhole = (data: Uint8Array): void => this.messages.arrivedWithoutEnd(model.index, data);
        if (step.call === "recv")
          this.later(model, "recv", step.signal, (signal) => socket.recv({ signal }), { resolved: isWhole });
        else
          this.later(model, "receive", step.signal, (signal) => socket.recvfrom({ signal }), {
            resolved: ({ data }) => isWhole(data),
          });
        return;
      }
      case "sctp_recvv":
        this.later(model, "receive", step.signal, (signal) => socket.sctp_recvv({ flags, signal }), {
          resolved: take,
        });
    }
  }

  private peeloff(model: SocketModel, association: number): void {
    const id = model.associations[association] ?? 9999;
    const socket = this.now(model, "peeloff", () => model.socket.sctp_peeloff(id));
    if (socket !== undefined) this.adoptConnected(socket);
  }

  private close(model: SocketModel, aborting: boolean): void {
    const { socket } = model;
    const { clock } = this.world;
    if (aborting && !model.isClosed) socket.setsockopt(SOL_SOCKET, SO_LINGER, { l_onoff: 1, l_linger: 0 });
    model.isClosed = true;
    const startedAt = clock.now();
    const promise = socket.close();
    const resolved = (): void => {
      const tookMs = clock.now() - startedAt;
      if (tookMs > CLOSE_LIMIT_MS) this.problems.push(new Error(`close() has taken ${tookMs} ms`));
    };
    const rejected = (error: unknown): void => {
      this.problems.push(new Error("close() rejects", { cause: error }));
    };
    this.pending.watch("close", new AbortController(), promise, { resolved, rejected });
  }

  private option(model: SocketModel, choice: OptionChoice): void {
    const { socket } = model;
    this.now(model, "option", () => {
      switch (choice) {
        case "small buffers":
          socket.setsockopt(SOL_SOCKET, SO_SNDBUF, 3000);
          socket.setsockopt(SOL_SOCKET, SO_RCVBUF, 4000);
          return;
        case "no delay":
          socket.setsockopt(IPPROTO_SCTP, SCTP_NODELAY, 1);
          return;
        case "all events":
        case "no events":
          for (let type = 0x8001; type <= 0x8009; type += 1) {
            if (type === 0x8007) continue;
            socket.setsockopt(IPPROTO_SCTP, SCTP_EVENT, { se_type: type, se_on: choice === "all events" });
          }
          return;
        case "autoclose":
          socket.setsockopt(IPPROTO_SCTP, SCTP_AUTOCLOSE, 1);
          return;
        case "linger 1":
          socket.setsockopt(SOL_SOCKET, SO_LINGER, { l_onoff: 1, l_linger: 1 });
          return;
        case "received info":
          socket.setsockopt(IPPROTO_SCTP, SCTP_RECVRCVINFO, 1);
          return;
        case "ref":
        case "unref":
          // Neither fails on a closed socket.
          if (model.isClosed) socket.setsockopt(IPPROTO_SCTP, SCTP_NODELAY, 1);
          else if (choice === "ref") socket.ref();
          else socket.unref();
      }
    });
  }

  private look(model: SocketModel): void {
    const { socket } = model;
    this.now(model, "look", () => socket.getsockname());
    this.now(model, "look", () => socket.getpeername());
    const [id = 0] = model.associations;
    this.now(model, "look", () => [socket.sctp_getladdrs(id), socket.sctp_getpaddrs(id)]);
    expect(!model.isClosed || !socket.hasRef(), "a closed socket holds the event loop");
  }

  /** Closes everything: every promise settles, nothing is emitted, and the event loop is let go of. */
  async end(): Promise<void> {
    for (const model of this.models) if (!model.isClosed) this.close(model, false);
    await this.world.clock.advanceBy(CLOSE_LIMIT_MS);
    // What has settled last may have brought another socket.
    for (const model of this.models) if (!model.isClosed) this.close(model, true);
    await this.world.clock.advanceBy(CLOSE_LIMIT_MS);
    const [problem] = this.problems;
    if (problem !== undefined) throw problem;
    const { waiting } = this.pending;
    expect(waiting.length === 0, () => `never settled: ${[...new Set(waiting)].join(", ")}`);
    this.messages.checkSettled();
    expect(!this.world.clock.hasRef, "the event loop is held after all sockets are closed");
  }
}
