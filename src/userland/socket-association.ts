import type { IpAddress } from "../base/ip-address.js";
import type { Association } from "../stack/association.js";
import type { SctpAddress, sctp_prinfo } from "../sockets/types.js";
import type { Path } from "../stack/paths/path.js";
import type { AddressChange } from "./address-change.js";
import type { EventSubscriptions } from "./event-subscriptions.js";
import { ipAddressOf, socketAddress } from "./socket-addresses.js";
import { LastMessageOptions } from "./message-options.js";
import type { SocketState } from "./socket-state.js";
import type { DefaultSndinfo } from "./socket-settings.js";

/**
 * Where an association stands for its socket: it is being set up, may be used, or is no more. `refused` says that it
 * has never come up.
 */
export type AssociationPhase = "starting" | "up" | "ended" | "refused";

const NO_CHANGES: readonly AddressChange[] = [];

/** One association as its socket sees it. */
export class SocketAssociation {
  /** The id that the application knows it by (RFC 6458 §7.2). */
  readonly id: number;
  readonly association: Association;
  /** The socket that it belongs to; `sctp_peeloff` changes it. */
  socket: SocketState;
  phase: AssociationPhase = "starting";
  /** Whether the peer sends no more: its SHUTDOWN has arrived. */
  peerHasShutDown = false;
  /** Whether somebody asks for the outcome of the set-up with `connectResult`. */
  isConnecting = false;
  /** Addresses of ours that have come and gone since the peer was told of them, while the set-up lasts. */
  addressChanges: readonly AddressChange[] = NO_CHANGES;
  /** SCTP_EVENT of this association. */
  subscriptions: EventSubscriptions;
  /** SCTP_DEFAULT_SNDINFO of this association. */
  defaultSndinfo: DefaultSndinfo;
  /** SCTP_DEFAULT_PRINFO of this association. */
  defaultPrinfo: Readonly<sctp_prinfo>;
  /** SCTP_EXPOSE_POTENTIALLY_FAILED_STATE of this association. */
  exposesPotentiallyFailed: boolean;
  /** SCTP_CONTEXT of this association. */
  receiveContext: number;
  /** What its messages are sent with. */
  readonly messageOptions: LastMessageOptions = new LastMessageOptions();

  private lastSource: IpAddress | undefined = undefined;
  private lastMapped = false;
  private lastAddress: SctpAddress | undefined = undefined;

  /** The association begins with what its socket has set. */
  constructor(id: number, association: Association, socket: SocketState) {
    this.id = id;
    this.association = association;
    this.socket = socket;
    this.subscriptions = socket.settings.subscriptions;
    this.defaultSndinfo = socket.settings.defaultSndinfo;
    this.defaultPrinfo = socket.settings.defaultPrinfo;
    this.exposesPotentiallyFailed = socket.settings.exposesPotentiallyFailed;
    this.receiveContext = socket.settings.receiveContext;
    association.owner = this;
  }

  /**
   * An address of the peer as its messages show it: one frozen object for all that come from there in a row.
   *
   * @param mapped - IPv4 addresses are shown in IPv6 form (RFC 6458 §8.1.15)
   */
  addressOf(source: IpAddress, mapped: boolean): SctpAddress {
    if (this.lastAddress !== undefined && source === this.lastSource && mapped === this.lastMapped)
      return this.lastAddress;
    this.lastSource = source;
    this.lastMapped = mapped;
    this.lastAddress = Object.freeze(socketAddress(source, this.association.peerPort, mapped));
    return this.lastAddress;
  }

  /** Whether the association is there: not ended and not refused. */
  get isAlive(): boolean {
    return this.phase === "starting" || this.phase === "up";
  }
}

/** The association of a socket that an association of the stack is; `undefined` for one that no socket has. */
export function socketAssociationOf(association: Association): SocketAssociation | undefined {
  return association.owner instanceof SocketAssociation ? association.owner : undefined;
}

/** The path to an address of an association's peer; `undefined` when it is not one of the peer's. */
export function pathTo({ association }: SocketAssociation, to: SctpAddress): Path | undefined {
  if (to.port !== association.peerPort) return undefined;
  const { text } = ipAddressOf(to);
  return association.paths.find(({ address }) => address.text === text);
}
