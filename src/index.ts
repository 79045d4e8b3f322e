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

export { addressToSockaddr, fromBytes, sockaddrToAddress, toBytes } from "./kernel/platform-bytes.js";
export type { StructureName } from "./kernel/platform-bytes.js";
export { type ChunkTypeName, chunkType, chunkTypeName } from "./sockets/chunk-types.js";
export * from "./sockets/constants.js";
export type {
  NotificationFactory,
  StructureFactory,
  StructureInput,
} from "./sockets/structure-factory.js";
export type * from "./sockets/extension-types.js";
export type * from "./sockets/notification-types.js";
export type * from "./sockets/option-types.js";
export type * from "./sockets/types.js";
export {
  sctp_authinfo,
  sctp_initmsg,
  sctp_nxtinfo,
  sctp_prinfo,
  sctp_rcvinfo,
  sctp_recvv_rn,
  sctp_sendv_spa,
  sctp_sndinfo,
} from "./sockets/factories/information.js";
export {
  linger,
  sctp_assoc_ids,
  sctp_assoc_value,
  sctp_assocparams,
  sctp_event,
  sctp_paddrinfo,
  sctp_paddrparams,
  sctp_paddrthlds,
  sctp_rtoinfo,
  sctp_sack_info,
  sctp_setadaptation,
  sctp_setprim,
  sctp_status,
} from "./sockets/factories/options.js";
export {
  sctp_authchunk,
  sctp_authchunks,
  sctp_authkey,
  sctp_authkeyid,
  sctp_default_prinfo,
  sctp_hmacalgo,
  sctp_prstatus,
  sctp_setpeerprim,
  sctp_udpencaps,
} from "./sockets/factories/extensions.js";
export {
  sctp_adaptation_event,
  sctp_assoc_change,
  sctp_assoc_reset_event,
  sctp_authkey_event,
  sctp_notifications_stopped_event,
  sctp_paddr_change,
  sctp_pdapi_event,
  sctp_remote_error,
  sctp_send_failed_event,
  sctp_sender_dry_event,
  sctp_shutdown_event,
  sctp_stream_change_event,
  sctp_stream_reset_event,
} from "./sockets/factories/notifications.js";
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
