import { addressList, numericDestinations } from "./addresses.js";
import { SOCK_SEQPACKET } from "./constants.js";
import { systemError, wrongType } from "./errors.js";
import type { ProviderSocket, SendRequest, WouldBlock } from "./provider.js";
import {
  checkedPlaces,
  checkOptions,
  lengthOfMessage,
  MESSAGE_NAMES,
  receivedMsghdr,
  receiveRequest,
  sendmsgCall,
  sendRequest,
  type MessageData,
  type OutgoingMessage,
  type OutgoingMsghdr,
  type ReceivedMsghdr,
  type ReceiveOptions,
  type SendCall,
  type SendmsgOptions,
  type SendOptions,
  type SendResult,
} from "./send-receive.js";
import type { SocketCore } from "./socket-core.js";
import { checkedInteger } from "./structures.js";
import type { ReceivedMessage, SctpAddress, SctpAddressInput, sctp_assoc_t } from "./types.js";

/** No destination. */
const NOWHERE: readonly SctpAddress[] = Object.freeze([]);

/** Refuses `send` and `recv` on one-to-many sockets. RFC 6458 §7.1: they may not be used there. */
export function refuseOneToMany(core: SocketCore, syscall: string): void {
  if (core.type !== SOCK_SEQPACKET) return;
  throw systemError("EOPNOTSUPP", syscall, { message: "a one-to-many socket has no such call" });
}

/** Refuses a message without data, as `send` and `sendto` must (RFC 6458 §7.1). */
export function refuseEmpty(data: MessageData, syscall: string): void {
  if (lengthOfMessage(data) > 0) return;
  throw systemError("EINVAL", syscall, { message: "a message has at least one byte" });
}

/**
 * The calls of a socket that may wait, as they are after `O_NONBLOCK` in C: each answers at once or throws EAGAIN. The
 * `readable` and `writable` events of the socket tell when another try is worth it, once for each change: read, or
 * write, until EAGAIN, or until `receiveMany` or `sendMany` has done less than it was asked for. While promise calls
 * wait in a direction, these calls do not overtake them and throw EAGAIN; of sends on a one-to-many socket, those to
 * the same association. Addresses are numeric: nothing is looked up.
 */
export class NonblockingSocket<Socket> {
  readonly #core: SocketCore;
  readonly #adopt: (socket: ProviderSocket) => Socket;

  /** Made by `SctpSocket`: it is `socket.nonblocking`. */
  constructor(core: SocketCore, adopt: (socket: ProviderSocket) => Socket) {
    this.#core = core;
    this.#adopt = adopt;
  }

  /** RFC 6458 §4.1.4. @throws EAGAIN; EOPNOTSUPP on one-to-many sockets */
  accept(): { socket: Socket; address: SctpAddress } {
    refuseOneToMany(this.#core, "accept");
    const provider = this.#core.open("accept");
    const { socket, address } = this.#core.inputNow(() => provider.accept(), "accept");
    return { socket: this.#adopt(socket), address };
  }

  /**
   * RFC 6458 §3.1.6, §4.1.5: starts an association. The outcome is announced by both edge events; on a one-to-one
   * socket the same call, made again, answers it, and so does `SO_ERROR`; on a one-to-many socket the notification
   * `SCTP_ASSOC_CHANGE` does.
   *
   * @throws EINPROGRESS, whose `assoc_id` is the association's; EALREADY while it is in progress
   */
  connect(to: SctpAddressInput): void {
    this.#core.connectNow(numericDestinations([to], "to", this.#core.family));
  }

  /** RFC 6458 §9.9: as {@link connect}, with several addresses of the peer. */
  sctp_connectx(to: readonly SctpAddressInput[]): sctp_assoc_t {
    return this.#core.connectNow(numericDestinations(addressList(to, "to"), "to", this.#core.family));
  }

  /** RFC 6458 §9.12. @throws EAGAIN; and as `sctp_sendv` of the socket */
  sctp_sendv(data: MessageData, options?: SendOptions): SendResult {
    return this.#send(data, options, this.#core.putMessage);
  }

  /** RFC 6458 §3.1.4, §4.1.8. @returns the length of the message */
  sendmsg(message: OutgoingMsghdr, options?: SendmsgOptions): number {
    const call = sendmsgCall(message, options);
    return this.#send(message.msg_iov, call, this.#core.putBytes);
  }

  /** RFC 6458 §7.1, one-to-one sockets only. @returns the length of the message */
  send(data: MessageData, options?: Pick<SendOptions, "flags" | "handOver">): number {
    refuseOneToMany(this.#core, "send");
    refuseEmpty(data, "send");
    return this.#send(data, options, this.#core.putBytes);
  }

  /** RFC 6458 §7.1. @returns the length of the message */
  sendto(data: MessageData, to: SctpAddressInput, options?: Pick<SendOptions, "flags" | "handOver">): number {
    refuseEmpty(data, "sendto");
    checkOptions(options);
    return this.#send(data, { ...options, to }, this.#core.putBytes);
  }

  /** RFC 6458 §9.13. @throws EAGAIN; and as `sctp_recvv` of the socket */
  sctp_recvv(options?: ReceiveOptions): ReceivedMessage {
    return this.#receive(options, "recvmsg");
  }

  /** RFC 6458 §3.1.4, §4.1.8. @throws EAGAIN; and as `recvmsg` of the socket */
  recvmsg(options?: ReceiveOptions): ReceivedMsghdr {
    return receivedMsghdr(this.#receive(options, "recvmsg"));
  }

  /** RFC 6458 §7.1, one-to-one sockets only. @returns the bytes; none at the end of the peer */
  recv(options?: ReceiveOptions): Uint8Array {
    refuseOneToMany(this.#core, "recv");
    return this.#receive(options, "recv").data;
  }

  /** RFC 6458 §7.1. */
  recvfrom(options?: ReceiveOptions): { data: Uint8Array; address: SctpAddress | undefined } {
    const { data, address } = this.#receive(options, "recvfrom");
    return { data, address };
  }

  /**
   * Takes the messages that are there, not in RFC 6458.
   *
   * @param max - the most to take, 1 to 2^31 − 1
   * @param target - an array to append to, so that one can be used again and again
   * @param into - where the bytes are to be put, the first message's into the first of these places and so on, each as
   * `sctp_recvv` does with its `into`: of a message that is longer than its place the rest comes next, into the next
   * place. No more messages are taken than there are places. The same memory may be several of them, and then holds
   * what was put there last
   * @returns `target`, with at least one message more. When they are fewer than the call might have taken, there are no
   * more now, and a `readable` event follows with whatever comes, as after EAGAIN, so that nobody need ask again only
   * to be told that. It also follows where the end of the peer or an error stands behind them already
   * @throws EAGAIN when there is none
   */
  receiveMany(max: number, target: ReceivedMessage[] = [], into?: readonly Uint8Array[]): ReceivedMessage[] {
    checkedInteger(max, "max", 1, 0x7fffffff);
    if (!Array.isArray(target)) throw wrongType("target", "an array", target);
    const places = into === undefined ? undefined : checkedPlaces(into, max);
    this.#core.open("recvmmsg");
    const most = places === undefined ? max : places.length;
    const count = this.#core.receivers.isEmpty ? this.#core.takeMessages(most, target, places) : 0;
    if (count === 0) throw systemError("EAGAIN", "recvmmsg");
    return target;
  }

  /**
   * Sends several messages, not in RFC 6458.
   *
   * @returns how many were taken, from the front; at least one. When they are not all, a `writable` event follows, as
   * after EAGAIN, so that nobody need ask again only to be told that. An error on a later message than the first ends
   * the call, and the next call, which begins with that message, throws it
   * @throws EAGAIN when there is no room for the first; TypeError or RangeError when any of them is wrong: then none
   * was taken
   */
  sendMany(messages: readonly OutgoingMessage[]): number {
    if (!Array.isArray(messages)) throw wrongType("messages", "an array of messages", messages);
    this.#core.open("sendmmsg");
    const requests: SendRequest[] = [];
    for (let index = 0; index < messages.length; index += 1) {
      const message = messages[index] as OutgoingMessage | null | undefined;
      if (typeof message !== "object" || message === null) {
        throw wrongType(`messages[${index}]`, "an object", message);
      }
      requests.push(this.#request(message.data, message));
    }
    if (requests.length === 0) return 0;
    return this.#core.outputMany(requests);
  }

  #request(data: MessageData, options: SendCall | undefined): SendRequest {
    const { family, type } = this.#core;
    checkOptions(options);
    const to = options?.to;
    const name = (options?.names ?? MESSAGE_NAMES).to;
    const addresses = to === undefined ? NOWHERE : numericDestinations(addressList(to, name), name, family);
    return sendRequest(data, options, addresses, type);
  }

  #send<T>(
    data: MessageData,
    options: SendCall | undefined,
    put: (request: SendRequest) => T | WouldBlock,
  ): T {
    this.#core.open("sendmsg");
    return this.#core.outputNow(this.#request(data, options), put);
  }

  #receive(options: ReceiveOptions | undefined, syscall: string): ReceivedMessage {
    this.#core.open(syscall);
    const request = receiveRequest(options);
    return this.#core.inputNow(() => this.#core.takeMessage(request), syscall);
  }
}
