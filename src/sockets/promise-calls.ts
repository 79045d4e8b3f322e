/**
 * The calls that may wait: arguments are checked, host names looked up, and the call takes its turn.
 *
 * @module
 */
import { addressList, copyOf, destinationsUnlessNamed } from "./addresses.js";
import { wrongValue } from "./errors.js";
import { WOULD_BLOCK, type SendRequest, type WouldBlock } from "./provider.js";
import {
  checkOptions,
  checkSignal,
  isNonblocking,
  MESSAGE_NAMES,
  receiveRequest,
  sendRequest,
  type MessageData,
  type ReceiveOptions,
  type SendCall,
} from "./send-receive.js";
import type { SocketCore, WaitOptions } from "./socket-core.js";
import type { ReceivedMessage, SctpAddress, SctpAddressInput, sctp_assoc_t } from "./types.js";

/** Stands in for the address of a host that is still to be looked up. */
const UNRESOLVED: SctpAddress = Object.freeze({ address: "", port: 0, family: "IPv4" });
const NOWHERE: readonly SctpAddress[] = Object.freeze([]);

/**
 * Sets an association up with a peer (RFC 6458 §9.9).
 *
 * @param to - the peer's addresses or names
 */
export async function connectTo(
  core: SocketCore,
  to: readonly SctpAddressInput[],
  options: { readonly signal?: AbortSignal | undefined } | undefined,
): Promise<sctp_assoc_t> {
  checkOptions(options);
  const signal = options?.signal;
  const inputs = addressList(to, "to");
  const numeric = destinationsUnlessNamed(inputs, "to", core.family);
  core.open("connect");
  checkSignal(signal);
  const addresses = numeric ?? (await core.lookUp(inputs.map(copyOf), "to", "connect", signal));
  signal?.throwIfAborted();
  return core.connect(addresses, signal);
}

/**
 * Sends a message in its turn.
 *
 * @param put - gives it to the provider and makes the answer
 * @returns rejects, and never throws
 */
export function sendInTurn<T>(
  core: SocketCore,
  data: MessageData,
  options: SendCall | undefined,
  put: (request: SendRequest) => T | WouldBlock,
): Promise<T> {
  try {
    core.open("sendmsg");
    checkOptions(options);
    const signal = options?.signal;
    checkSignal(signal);
    const wait: WaitOptions | undefined =
      options === undefined
        ? undefined
        : { syscall: "sendmsg", signal, isNonblocking: isNonblocking(options.flags) };
    const to = options?.to;
    if (to === undefined) return core.output(sendRequest(data, options, NOWHERE, core.type), put, wait);
    const name = (options?.names ?? MESSAGE_NAMES).to;
    const inputs = addressList(to, name);
    const addresses = destinationsUnlessNamed(inputs, name, core.family);
    if (addresses !== undefined) {
      return core.output(sendRequest(data, options, addresses, core.type), put, wait);
    }
    // Everything but the names is checked, and copied, before the look-up.
    const unresolved = inputs.map(() => UNRESOLVED);
    const request = sendRequest(data, options, unresolved, core.type);
    return core.lookUp(inputs.map(copyOf), name, "sendmsg", signal).then((found) => {
      core.open("sendmsg");
      signal?.throwIfAborted();
      return core.output({ ...request, to: found }, put, wait);
    });
  } catch (error) {
    return Promise.reject(error);
  }
}

/**
 * Receives a message in its turn.
 *
 * @param answer - makes the answer of the message
 * @returns rejects, and never throws
 */
export function receiveInTurn<T>(
  core: SocketCore,
  options: ReceiveOptions | undefined,
  syscall: string,
  answer: (message: ReceivedMessage) => T,
): Promise<T> {
  try {
    core.open(syscall);
    checkOptions(options);
    const signal = options?.signal;
    checkSignal(signal);
    const request = receiveRequest(options);
    const { into, lengthBytes } = request;
    const attempt = (): T | WouldBlock => {
      // A message that finds no room there any more must not be taken.
      if (into !== undefined && into.length < lengthBytes) {
        throw wrongValue("into", "left alone while the receive call waits", into);
      }
      const message = core.takeMessage(request);
      return message === WOULD_BLOCK ? WOULD_BLOCK : answer(message);
    };
    return core.input(attempt, { syscall, signal, isNonblocking: isNonblocking(options?.flags) });
  } catch (error) {
    return Promise.reject(error);
  }
}
