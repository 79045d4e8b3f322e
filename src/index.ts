/**
 * SCTP sockets as RFC 6458 describes them.
 *
 * @module
 */
import { chooseProvider } from "./default-provider.js";
import type { Provider } from "./sockets/provider.js";
import {
  SctpSocket as SocketOfAnyProvider,
  type ProviderChoice,
  type SctpSocketOptions,
} from "./sockets/sctp-socket.js";
import type { AddressFamily, SocketType } from "./sockets/types.js";

export * from "./sockets/constants.js";
export type * from "./sockets/extension-types.js";
export type * from "./sockets/notification-types.js";
export type * from "./sockets/option-types.js";
export type * from "./sockets/types.js";
export { parse_notification } from "./sockets/notifications.js";
export type { OutgoingCmsghdr, ReceivedCmsghdr } from "./sockets/ancillary-data.js";
export type { Resolver } from "./sockets/addresses.js";
export type {
  ArgumentError,
  SctpErrorCode,
  SystemError,
  SystemErrorCode,
  SystemErrorDetails,
} from "./sockets/errors.js";
export type { NonblockingSocket } from "./sockets/nonblocking-socket.js";
export { WOULD_BLOCK } from "./sockets/provider.js";
export type {
  AcceptedSocket,
  Provider,
  ProviderSocket,
  Readiness,
  ReceiveRequest,
  SendRequest,
  WouldBlock,
} from "./sockets/provider.js";
export type {
  AcceptedConnection,
  ProviderChoice,
  SctpSocketEvents,
  SctpSocketOptions,
  WaitingOptions,
} from "./sockets/sctp-socket.js";
export type {
  MessageData,
  OutgoingMessage,
  OutgoingMsghdr,
  ReceivedMsghdr,
  ReceiveOptions,
  SendmsgOptions,
  SendOptions,
  SendResult,
} from "./sockets/send-receive.js";
export type { ConnectInProgressError } from "./sockets/socket-core.js";
export type { SocketIterator } from "./sockets/socket-iterator.js";

/**
 * An SCTP socket with the calls of RFC 6458; without the `provider` option, the default provider carries it.
 *
 * Its type is that of the sockets that `accept` and `sctp_peeloff` answer.
 */
export const SctpSocket: typeof SocketOfAnyProvider = class SctpSocket extends SocketOfAnyProvider {
  /** The default provider: see the `provider` option. */
  static override chooseProvider(choice: ProviderChoice | undefined): Provider {
    return chooseProvider(choice);
  }

  protected override createSocket(
    family: AddressFamily,
    type: SocketType,
    options: SctpSocketOptions,
  ): SocketOfAnyProvider {
    return new SctpSocket(family, type, options);
  }
};
/** An SCTP socket with the calls of RFC 6458. */
export type SctpSocket = SocketOfAnyProvider;
