import type { linger } from "../sockets/types.js";

/** A buffer's size as it was asked for, and as the kernel then had it. */
export interface BufferSetting {
  readonly askedBytes: number;
  readonly storedBytes: number;
}

/** What a socket was told of authentication for associations to come. */
export interface EndpointAuthentication {
  readonly chunkTypes: readonly number[];
  /** By their identifiers; copies, because the application may wipe its own. */
  readonly keys: ReadonlyMap<number, Uint8Array>;
  readonly activeKey: number;
  readonly deactivatedKeys: readonly number[];
  readonly isNullKeyDeleted: boolean;
}

/** What a new socket begins with: the null key is the active one (RFC 6458 §8.1.18). */
const NO_AUTHENTICATION: EndpointAuthentication = Object.freeze({
  chunkTypes: [],
  keys: new Map<number, Uint8Array>(),
  activeKey: 0,
  deactivatedKeys: [],
  isNullKeyDeleted: false,
});

/**
 * What the application has set on a socket, as far as the kernel does not know it: where the provider uses an
 * option for itself, or the kernel would answer something else than was set. A socket that comes from another
 * one begins with a copy.
 */
export interface KernelSettings {
  /** SO_LINGER: the kernel would make `close` block for its time. */
  linger: Readonly<linger>;
  /** SCTP_RECVRCVINFO: the provider has it on always. */
  wantsRcvinfo: boolean;
  /** SCTP_RECVNXTINFO: the provider reads ahead instead, and so knows more than the kernel tells. */
  wantsNxtinfo: boolean;
  /** SCTP_EVENT for SCTP_ASSOC_CHANGE of associations to come: the provider has it on always. */
  wantsAssociationChange: boolean;
  /** SCTP_AUTO_ASCONF: Linux does not hand it on. */
  followsAddresses: boolean;
  /** SCTP_DEFAULT_SNDINFO may have been set, so that a message without information is not plain. */
  hasDefaultSndinfo: boolean;
  /** SCTP_DEFAULT_PRINFO may have been set: Linux forgets it where a message has information of its own. */
  hasDefaultPrinfo: boolean;
  /** What a one-to-one socket was told of chunk types and keys, which a further descriptor has to be told, too. */
  authentication: EndpointAuthentication;
  /** SO_SNDBUF. */
  sendBuffer: BufferSetting | undefined;
  /** SO_RCVBUF. */
  receiveBuffer: BufferSetting | undefined;
}

/** What a new socket begins with. */
export function newSettings(): KernelSettings {
  return {
    linger: Object.freeze({ l_onoff: 0, l_linger: 0 }),
    wantsRcvinfo: false,
    wantsNxtinfo: false,
    wantsAssociationChange: false,
    followsAddresses: false,
    hasDefaultSndinfo: false,
    hasDefaultPrinfo: false,
    authentication: NO_AUTHENTICATION,
    sendBuffer: undefined,
    receiveBuffer: undefined,
  };
}
