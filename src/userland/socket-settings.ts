import type { linger, sctp_prinfo, sctp_sndinfo } from "../sockets/types.js";
import type { AssociationConfig } from "../stack/config.js";
import type { InterleaveLevel } from "./interleaving.js";
import { SharedKeys } from "../stack/extensions/authentication/shared-keys.js";
import { EventSubscriptions } from "./event-subscriptions.js";

/** The send buffer of each association when nothing else is set, in bytes. */
const DEFAULT_SEND_BUFFER_BYTES = 1024 * 1024;

/** What a send call without `sctp_sndinfo` uses, but for the association. */
export type DefaultSndinfo = Readonly<Omit<sctp_sndinfo, "snd_assoc_id">>;

const PLAIN_SNDINFO: DefaultSndinfo = Object.freeze({
  snd_sid: 0,
  snd_flags: 0,
  snd_ppid: 0,
  snd_context: 0,
});

const RELIABLE: Readonly<sctp_prinfo> = Object.freeze({ pr_policy: 0, pr_value: 0 });

const NO_LINGER: Readonly<linger> = Object.freeze({ l_onoff: 0, l_linger: 0 });

/** What the application has set on a socket. A socket that comes from another one begins with a copy. */
export class SocketSettings {
  /** The protocol parameters of associations to come. */
  config: Readonly<AssociationConfig>;
  /** SO_SNDBUF: bytes that each association may hold. */
  sendBufferBytes: number = DEFAULT_SEND_BUFFER_BYTES;
  /** SO_LINGER. */
  linger: Readonly<linger> = NO_LINGER;
  /** SCTP_I_WANT_MAPPED_V4_ADDR. */
  wantsMappedIpv4 = false;
  /** SCTP_RECVRCVINFO. */
  wantsRcvinfo = false;
  /** SCTP_RECVNXTINFO. */
  wantsNxtinfo = false;
  /** SCTP_DISABLE_FRAGMENTS. */
  refusesFragments = false;
  /** SCTP_FRAGMENT_INTERLEAVE. */
  interleaveLevel: InterleaveLevel = 0;
  /** SCTP_EXPLICIT_EOR. */
  marksEndOfRecord = false;
  /** SCTP_REUSE_PORT. */
  sharesPort = false;
  /** SCTP_CONTEXT of associations to come. */
  receiveContext = 0;
  /** SCTP_AUTO_ASCONF. */
  followsAddresses = false;
  /** SCTP_DEFAULT_SNDINFO of associations to come. */
  defaultSndinfo: DefaultSndinfo = PLAIN_SNDINFO;
  /** SCTP_DEFAULT_PRINFO of associations to come. */
  defaultPrinfo: Readonly<sctp_prinfo> = RELIABLE;
  /** SCTP_EXPOSE_POTENTIALLY_FAILED_STATE of associations to come. */
  exposesPotentiallyFailed = false;
  /** SCTP_AUTH_KEY and SCTP_AUTH_ACTIVE_KEY of associations to come. */
  sharedKeys: SharedKeys = new SharedKeys();
  /** SCTP_EVENT of associations to come. */
  subscriptions: EventSubscriptions = EventSubscriptions.NONE;

  /** @param config - what associations are made with until the application says otherwise */
  constructor(config: Readonly<AssociationConfig>) {
    this.config = config;
  }

  /** A copy that can be changed without changing this one. */
  clone(): SocketSettings {
    const copy = new SocketSettings(this.config);
    copy.subscriptions = this.subscriptions;
    copy.sendBufferBytes = this.sendBufferBytes;
    copy.linger = this.linger;
    copy.wantsMappedIpv4 = this.wantsMappedIpv4;
    copy.wantsRcvinfo = this.wantsRcvinfo;
    copy.wantsNxtinfo = this.wantsNxtinfo;
    copy.followsAddresses = this.followsAddresses;
    copy.refusesFragments = this.refusesFragments;
    copy.interleaveLevel = this.interleaveLevel;
    copy.marksEndOfRecord = this.marksEndOfRecord;
    copy.sharesPort = this.sharesPort;
    copy.receiveContext = this.receiveContext;
    copy.defaultSndinfo = this.defaultSndinfo;
    copy.defaultPrinfo = this.defaultPrinfo;
    copy.sharedKeys = this.sharedKeys.copy();
    copy.exposesPotentiallyFailed = this.exposesPotentiallyFailed;
    return copy;
  }
}
