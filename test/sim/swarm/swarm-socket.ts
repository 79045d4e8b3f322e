import assert from "node:assert/strict";
import {
  IPPROTO_SCTP,
  MSG_EOR,
  MSG_NOTIFICATION,
  SCTP_ABORT,
  SCTP_ASSOC_CHANGE,
  SCTP_COMM_UP,
  SCTP_EOF,
  SCTP_FRAGMENT_INTERLEAVE,
  SCTP_PARTIAL_DELIVERY_EVENT,
  SCTP_RECVV_RCVINFO,
  SCTP_RESTART,
  SCTP_SEND_FAILED_EVENT,
  SCTP_SENDALL,
  SCTP_UNORDERED,
  SHUT_WR,
  SOCK_STREAM,
} from "../../../src/sockets/constants.js";
import type { sctp_notification } from "../../../src/sockets/notification-types.js";
import { parse_notification } from "../../../src/sockets/notifications.js";
import { type ProviderSocket, type Readiness, WOULD_BLOCK } from "../../../src/sockets/provider.js";
import type { ReceivedMessage, SctpAddress, sctp_rcvinfo } from "../../../src/sockets/types.js";
import type { Association } from "../../../src/stack/association.js";
import { socketAssociationOf } from "../../../src/userland/socket-association.js";
import type { SocketState } from "../../../src/userland/socket-state.js";
import type { SwarmHost } from "./swarm-host.js";
import type { AssociationRecord } from "./association-record.js";
import { MessageParts } from "./message-parts.js";
import type { MessageShape } from "./message-record.js";

/** What calls may answer when associations come and go. */
const EXPECTED_ERRORS: ReadonlySet<unknown> = new Set([
  ...["EADDRINUSE", "EADDRNOTAVAIL", "EALREADY", "ECONNABORTED", "ECONNREFUSED", "ECONNRESET", "EISCONN"],
  ...["ENOTCONN", "EPIPE", "ESHUTDOWN", "ETIMEDOUT"],
]);
/** An id of an association that has ended meanwhile. */
const ENDED_ASSOCIATION = "EINVAL";

/** What a socket's application does with one association. */
export interface Talk {
  /** 0 on one-to-one sockets, which need none. */
  readonly id: number;
  readonly record: AssociationRecord;
  readonly peer: number;
  /** How many messages are still to be sent. */
  todo: number;
  /** Whether each message that arrives is answered by one. */
  isPingPong: boolean;
  /** Whether it has been shut down by its own application. */
  isShutDown: boolean;
}

/** One socket and the application that uses it. */
export class SwarmSocket implements Readiness {
  readonly host: SwarmHost;
  readonly socket: ProviderSocket;
  /** What is behind the socket. */
  readonly state: SocketState;
  readonly talks = new Map<number, Talk>();
  isListening = false;
  isClosed = false;
  #isPausing = false;
  readonly #parts = new MessageParts(
    () => this.socket.getOption(IPPROTO_SCTP, SCTP_FRAGMENT_INTERLEAVE, undefined) as number,
  );
  /** A notification that is read in parts. */
  #notification: Uint8Array[] = [];

  constructor(host: SwarmHost, socket: ProviderSocket, state: SocketState) {
    this.host = host;
    this.socket = socket;
    this.state = state;
    host.sockets.add(this);
    socket.setReadiness(this);
  }

  /** Whether it has at most one association. */
  get isOneToOne(): boolean {
    return this.socket.type === SOCK_STREAM;
  }

  onReadable(): void {
    if (this.isClosed) return;
    if (this.isListening && this.isOneToOne) this.#acceptAll();
    else this.read();
  }

  onWritable(): void {
    for (const talk of this.talks.values()) this.write(talk);
  }

  /** Runs a call that may be refused because of what has happened meanwhile; false when it was. */
  attempt(call: () => void): boolean {
    try {
      call();
      return true;
    } catch (error) {
      const code = error instanceof Error && "code" in error ? error.code : undefined;
      if (EXPECTED_ERRORS.has(code) || (code === ENDED_ASSOCIATION && !this.isOneToOne)) return false;
      throw error;
    }
  }

  /** Begins an association with a host, as `connect` does, and sends some messages. */
  connect(peer: SwarmHost, addresses: readonly SctpAddress[], todo: number): void {
    let id = 0;
    if (!this.attempt(() => (id = this.socket.connect(addresses)))) {
      if (this.isOneToOne) this.close();
      return;
    }
    this.host.watch(this);
    const association = this.#associationOf(id);
    assert(association !== undefined);
    this.write(this.#talk(this.isOneToOne ? 0 : id, association, peer.plan.index, todo));
  }

  /** Reads whatever there is, unless the application does something else meanwhile. */
  read(): void {
    const request = { lengthBytes: this.host.plan.readBytes, into: undefined, flags: 0 };
    while (!this.isClosed && !this.#isPausing) {
      let message: ReceivedMessage | typeof WOULD_BLOCK = WOULD_BLOCK;
      if (!this.attempt(() => (message = this.socket.receive(request)))) {
        this.#peerHasEnded();
        return;
      }
      if (message === WOULD_BLOCK) break;
      this.#take(message);
    }
    for (const talk of this.talks.values()) this.write(talk);
  }

  /** Sends what is to be sent, as far as there is room. */
  write(talk: Talk): void {
    const { world } = this.host;
    while (talk.todo > 0 && !this.isClosed) {
      const shape = world.nextShape(this.host.plan, talk.record.association);
      if (shape === undefined) {
        talk.todo = 0;
        return;
      }
      let answer: number | typeof WOULD_BLOCK = WOULD_BLOCK;
      const accepted = this.attempt(() => (answer = this.#send(shape, talk.id, 0)));
      if (!accepted) talk.todo = 0;
      if (!accepted || answer === WOULD_BLOCK) return;
      talk.todo -= 1;
      world.ledger.sent(shape, [{ from: talk.record, destination: talk.peer }], this.host.driver.now());
    }
  }

  /** Sends a message to all associations of a one-to-many socket (RFC 6458 §5.3.4). */
  sendToAll(): void {
    const { world } = this.host;
    const talks = [...this.talks.values()].filter(({ id }) => {
      const owner = this.state.associations.get(id);
      return owner?.phase === "up" && owner.association.acceptsMessages;
    });
    const associations = talks.map(({ record }) => record.association);
    const fewest = associations.toSorted((left, right) => left.outboundStreams - right.outboundStreams)[0];
    const isKnown = [...(this.state.associations.keys() ?? [])].every((id) => this.talks.has(id));
    if (fewest === undefined || !isKnown) return;
    const shape = world.nextShape(this.host.plan, fewest);
    if (shape === undefined) return;
    let answer: number | typeof WOULD_BLOCK = WOULD_BLOCK;
    if (!this.attempt(() => (answer = this.#send(shape, 0, SCTP_SENDALL)))) return;
    if (answer === WOULD_BLOCK) return;
    world.ledger.sent(
      shape,
      talks.map(({ record, peer }) => ({ from: record, destination: peer })),
      this.host.driver.now(),
    );
  }

  /** Ends an association gracefully; what was sent is still delivered. */
  shutDown(talk: Talk): void {
    talk.isShutDown = true;
    if (this.isOneToOne) this.attempt(() => this.socket.shutdown(SHUT_WR));
    else this.attempt(() => this.#sendNothing(talk.id, SCTP_EOF));
    talk.todo = 0;
  }

  /** Ends an association at once. */
  abort(talk: Talk): void {
    this.attempt(() => this.#sendNothing(talk.id, SCTP_ABORT));
    talk.todo = 0;
  }

  /** Does not read for a while. */
  pause(ms: number): void {
    if (this.#isPausing) return;
    this.#isPausing = true;
    this.host.world.later(ms, () => this.resume());
  }

  /** Reads again. */
  resume(): void {
    this.#isPausing = false;
    if (!this.isClosed) this.onReadable();
  }

  /** Ends the socket, whatever its associations are doing. */
  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    const { world } = this.host;
    // Associations that the application has not heard of yet are dropped as well.
    for (const { host, association } of [...world.ledger.records]) {
      if (host !== this.host.plan.index || !this.#isOwnerOf(association)) continue;
      const record = world.ledger.recordOf(host, association);
      record.discards = true;
      record.isDeaf = true;
      record.untold.clear();
    }
    if (this.host.service === this) this.host.service = undefined;
    this.talks.clear();
    this.host.sockets.delete(this);
    void this.socket.close();
  }

  /** Makes one association of a one-to-many socket a socket of its own. */
  peelOff(talk: Talk): void {
    const owner = this.state.associations.get(talk.id);
    let peeled: ProviderSocket | undefined;
    if (!this.attempt(() => (peeled = this.socket.peeloff(talk.id)))) return;
    assert(peeled !== undefined && owner !== undefined);
    this.talks.delete(talk.id);
    const socket = new SwarmSocket(this.host, peeled, owner.socket);
    socket.talks.set(0, { ...talk, id: 0 });
    this.#parts.moveTo(socket.#parts, talk.id, 0);
  }

  /** RFC 7496 §4.3, §4.4: what the options count as given up is what was told. */
  checkStatus(): void {
    for (const [id, { record }] of this.talks) {
      const owner = this.isOneToOne ? this.state.single : this.state.associations.get(id);
      if (owner?.association !== record.association || record.ending !== undefined) continue;
      if (!record.givenUp.isEmpty)
        record.givenUp.checkStatus(this.socket, id, owner.association.outboundStreams);
    }
  }

  /** Whether an association belongs to this socket, or waits at it to be accepted. */
  #isOwnerOf(association: Association): boolean {
    const owner = socketAssociationOf(association)?.socket;
    if (owner === undefined) return false;
    return owner === this.state || [...(this.state.listening?.queue ?? [])].includes(owner);
  }

  #acceptAll(): void {
    for (;;) {
      const state = this.state.listening?.queue.peek();
      const accepted = this.socket.accept();
      if (accepted === WOULD_BLOCK) return;
      assert(state?.single !== undefined);
      const child = new SwarmSocket(this.host, accepted.socket, state);
      // One that has ended meanwhile has a talk too, in which nothing can be said.
      child.#talk(0, state.single.association, this.host.world.hostAt(accepted.address.address), 0);
    }
  }

  #talk(id: number, association: Association, peer: number, todo: number): Talk {
    const { world, plan } = this.host;
    const record = world.ledger.recordOf(plan.index, association);
    const talk = { id, record, peer, todo, isPingPong: false, isShutDown: false };
    this.talks.set(id, talk);
    return talk;
  }

  #associationOf(id: number): Association | undefined {
    const owner = this.isOneToOne ? this.state.single : this.state.associations.get(id);
    return owner?.association;
  }

  #send(shape: MessageShape, assocId: number, flags: number): number | typeof WOULD_BLOCK {
    const { ledger, chances } = this.host.world;
    const number = ledger.nextNumber;
    return this.socket.send({
      data: ledger.contentOf(number, shape.lengthBytes),
      lengthBytes: shape.lengthBytes,
      to: [],
      sndinfo: {
        snd_sid: shape.streamId,
        snd_flags: flags | (shape.unordered ? SCTP_UNORDERED : 0),
        snd_ppid: number,
        snd_context: number,
        snd_assoc_id: assocId,
      },
      prinfo: shape.prinfo,
      flags: 0,
      handOver: chances.happens(0.5),
    });
  }

  #sendNothing(assocId: number, snd_flags: number): void {
    const sndinfo = { snd_sid: 0, snd_flags, snd_ppid: 0, snd_context: 0, snd_assoc_id: assocId };
    this.socket.send({
      data: new Uint8Array(0),
      lengthBytes: 0,
      to: [],
      sndinfo,
      flags: 0,
      handOver: false,
    });
  }

  #take(message: ReceivedMessage): void {
    const { data, flags } = message;
    const isEnd = (flags & MSG_EOR) !== 0;
    if ((flags & MSG_NOTIFICATION) !== 0) {
      this.#notification.push(data);
      if (!isEnd) return;
      const whole = Buffer.concat(this.#notification);
      this.#notification = [];
      this.#notified(parse_notification(whole));
    } else if (data.length === 0 && flags === 0) {
      this.#peerHasEnded();
    } else {
      assert(message.infotype === SCTP_RECVV_RCVINFO);
      this.#takeData(message.info, data, isEnd);
    }
  }

  #takeData(info: sctp_rcvinfo, data: Uint8Array, isEnd: boolean): void {
    const { ledger } = this.host.world;
    const key = this.isOneToOne ? 0 : info.rcv_assoc_id;
    const part = this.#parts.next(key, info);
    ledger.checkContent(part.number, part.takenBytes, data);
    part.takenBytes += data.length;
    if (!isEnd) return;
    this.#parts.end(part);
    const talk = this.talks.get(key);
    ledger.delivered(this.host.plan.index, talk?.record, info, part.takenBytes);
    if (talk?.isPingPong === true && !this.host.world.isCalm) talk.todo += 1;
  }

  #notified(notification: sctp_notification): void {
    this.#parts.checkNotification(notification.sn_type);
    switch (notification.sn_type) {
      case SCTP_SEND_FAILED_EVENT:
        this.host.world.ledger.toldOfFailure(this.host.plan.index, notification.ssfe_info.snd_ppid);
        break;
      case SCTP_PARTIAL_DELIVERY_EVENT:
        this.#partAborted(this.isOneToOne ? 0 : notification.pdapi_assoc_id, notification.pdapi_stream);
        break;
      case SCTP_ASSOC_CHANGE:
        this.#associationChanged(notification.sac_state, notification.sac_assoc_id);
        break;
      default:
        break;
    }
  }

  #partAborted(key: number, streamId: number): void {
    const number = this.#parts.abort(key, streamId);
    const { world, plan } = this.host;
    world.ledger.partAborted(plan.index, this.talks.get(key)?.record, number);
  }

  #associationChanged(state: number, id: number): void {
    if (state === SCTP_COMM_UP || state === SCTP_RESTART) {
      const association = this.#associationOf(id);
      if (this.isOneToOne || this.talks.has(id) || association === undefined) return;
      const peer = this.host.world.hostAt(association.primaryPath.address.text);
      this.#talk(id, association, peer, 0);
    } else if (!this.isOneToOne) {
      assert(this.#parts.isEmpty(id), "an association ends with whole messages");
      this.talks.delete(id);
    }
  }

  /** The association of a one-to-one socket has ended, and everything has been read. */
  #peerHasEnded(): void {
    assert(this.#parts.isEmpty(), "an association ends with whole messages");
    for (const { record } of this.talks.values()) {
      assert.equal(record.untold.size, 0, "every failed message is told before the end");
    }
    this.talks.clear();
    this.close();
  }
}
