/**
 * The platform's numbers for the constants of RFC 6458. Ours are fixed (they are Linux's); those of other systems are
 * translated by their C names, both ways.
 *
 * @module
 */
import { assert } from "../base/assert.js";
import * as fixedNumbers from "../sockets/constants.js";
import type { PlatformTable } from "./struct-layout.js";

/** Constants of one meaning, whose numbers are told apart only within it. */
export type NumberGroup =
  | "addressFamilies"
  | "socketTypes"
  | "levels"
  | "socketOptions"
  | "sctpOptions"
  | "messageFlags"
  | "sendFlags"
  | "reliabilityPolicies"
  | "bindFlags"
  | "events"
  | "associationChanges"
  | "addressChanges"
  | "failedSends"
  | "partialDeliveries"
  | "keyChanges"
  | "associationStates"
  | "pathStates"
  | "pathFlags";

const FIXED: Readonly<Record<string, number>> = fixedNumbers;

const GROUPS: Readonly<Record<NumberGroup, readonly (keyof typeof fixedNumbers)[]>> = {
  addressFamilies: ["AF_INET", "AF_INET6"],
  socketTypes: ["SOCK_STREAM", "SOCK_SEQPACKET"],
  levels: ["SOL_SOCKET", "IPPROTO_SCTP"],
  socketOptions: ["SO_TYPE", "SO_ERROR", "SO_SNDBUF", "SO_RCVBUF", "SO_LINGER", "SO_PROTOCOL", "SO_DOMAIN"],
  sctpOptions: [
    "SCTP_RTOINFO",
    "SCTP_ASSOCINFO",
    "SCTP_INITMSG",
    "SCTP_NODELAY",
    "SCTP_AUTOCLOSE",
    "SCTP_SET_PEER_PRIMARY_ADDR",
    "SCTP_PRIMARY_ADDR",
    "SCTP_ADAPTATION_LAYER",
    "SCTP_DISABLE_FRAGMENTS",
    "SCTP_PEER_ADDR_PARAMS",
    "SCTP_I_WANT_MAPPED_V4_ADDR",
    "SCTP_MAXSEG",
    "SCTP_STATUS",
    "SCTP_GET_PEER_ADDR_INFO",
    "SCTP_DELAYED_SACK",
    "SCTP_CONTEXT",
    "SCTP_FRAGMENT_INTERLEAVE",
    "SCTP_PARTIAL_DELIVERY_POINT",
    "SCTP_MAX_BURST",
    "SCTP_AUTH_CHUNK",
    "SCTP_HMAC_IDENT",
    "SCTP_AUTH_KEY",
    "SCTP_AUTH_ACTIVE_KEY",
    "SCTP_AUTH_DELETE_KEY",
    "SCTP_PEER_AUTH_CHUNKS",
    "SCTP_LOCAL_AUTH_CHUNKS",
    "SCTP_GET_ASSOC_NUMBER",
    "SCTP_GET_ASSOC_ID_LIST",
    "SCTP_AUTO_ASCONF",
    "SCTP_PEER_ADDR_THLDS",
    "SCTP_EXPOSE_POTENTIALLY_FAILED_STATE",
    "SCTP_RECVRCVINFO",
    "SCTP_RECVNXTINFO",
    "SCTP_DEFAULT_SNDINFO",
    "SCTP_AUTH_DEACTIVATE_KEY",
    "SCTP_REUSE_PORT",
    "SCTP_PR_SUPPORTED",
    "SCTP_DEFAULT_PRINFO",
    "SCTP_PR_ASSOC_STATUS",
    "SCTP_PR_STREAM_STATUS",
    "SCTP_EVENT",
    "SCTP_EXPLICIT_EOR",
    "SCTP_REMOTE_UDP_ENCAPS_PORT",
  ],
  messageFlags: [
    "MSG_PEEK",
    "MSG_DONTROUTE",
    "MSG_CTRUNC",
    "MSG_TRUNC",
    "MSG_DONTWAIT",
    "MSG_EOR",
    "MSG_WAITALL",
    "MSG_NOSIGNAL",
    "MSG_NOTIFICATION",
  ],
  sendFlags: [
    "SCTP_UNORDERED",
    "SCTP_ADDR_OVER",
    "SCTP_ABORT",
    "SCTP_SACK_IMMEDIATELY",
    "SCTP_SENDALL",
    "SCTP_EOF",
    "SCTP_EOR",
  ],
  reliabilityPolicies: [
    "SCTP_PR_SCTP_NONE",
    "SCTP_PR_SCTP_TTL",
    "SCTP_PR_SCTP_RTX",
    "SCTP_PR_SCTP_PRIO",
    "SCTP_PR_SCTP_ALL",
  ],
  bindFlags: ["SCTP_BINDX_ADD_ADDR", "SCTP_BINDX_REM_ADDR"],
  events: [
    "SCTP_ASSOC_CHANGE",
    "SCTP_PEER_ADDR_CHANGE",
    "SCTP_REMOTE_ERROR",
    "SCTP_SHUTDOWN_EVENT",
    "SCTP_PARTIAL_DELIVERY_EVENT",
    "SCTP_ADAPTATION_INDICATION",
    "SCTP_AUTHENTICATION_EVENT",
    "SCTP_SENDER_DRY_EVENT",
    "SCTP_SEND_FAILED_EVENT",
    "SCTP_NOTIFICATIONS_STOPPED_EVENT",
  ],
  associationChanges: [
    "SCTP_COMM_UP",
    "SCTP_COMM_LOST",
    "SCTP_RESTART",
    "SCTP_SHUTDOWN_COMP",
    "SCTP_CANT_STR_ASSOC",
  ],
  addressChanges: [
    "SCTP_ADDR_AVAILABLE",
    "SCTP_ADDR_UNREACHABLE",
    "SCTP_ADDR_REMOVED",
    "SCTP_ADDR_ADDED",
    "SCTP_ADDR_MADE_PRIM",
    "SCTP_ADDR_CONFIRMED",
    "SCTP_ADDR_POTENTIALLY_FAILED",
  ],
  failedSends: ["SCTP_DATA_UNSENT", "SCTP_DATA_SENT"],
  partialDeliveries: ["SCTP_PARTIAL_DELIVERY_ABORTED"],
  keyChanges: ["SCTP_AUTH_NEW_KEY", "SCTP_AUTH_FREE_KEY", "SCTP_AUTH_NO_AUTH"],
  associationStates: [
    "SCTP_EMPTY",
    "SCTP_CLOSED",
    "SCTP_COOKIE_WAIT",
    "SCTP_COOKIE_ECHOED",
    "SCTP_ESTABLISHED",
    "SCTP_SHUTDOWN_PENDING",
    "SCTP_SHUTDOWN_SENT",
    "SCTP_SHUTDOWN_RECEIVED",
    "SCTP_SHUTDOWN_ACK_SENT",
    "SCTP_LISTEN",
  ],
  pathStates: ["SCTP_INACTIVE", "SCTP_POTENTIALLY_FAILED", "SCTP_ACTIVE", "SCTP_UNCONFIRMED"],
  pathFlags: [
    "SPP_HB_ENABLE",
    "SPP_HB_DISABLE",
    "SPP_HB_DEMAND",
    "SPP_PMTUD_ENABLE",
    "SPP_PMTUD_DISABLE",
    "SPP_HB_TIME_IS_ZERO",
    "SPP_IPV6_FLOWLABEL",
    "SPP_DSCP",
  ],
};

/** The numbers of one group, both ways. */
interface Translation {
  readonly toPlatform: ReadonlyMap<number, number>;
  readonly fromPlatform: ReadonlyMap<number, number>;
  /** What both know has the same numbers. */
  readonly isIdentity: boolean;
  /** All of the platform's, or-ed. */
  readonly bits: number;
}

/** Translates our numbers into the platform's and back. */
export class PlatformNumbers {
  private readonly translations: Readonly<Record<NumberGroup, Translation>>;

  constructor(table: PlatformTable) {
    const { constants } = table;
    const entries = Object.entries(GROUPS).map(([group, names]) => [group, translationOf(names, constants)]);
    this.translations = Object.fromEntries(entries) as Record<NumberGroup, Translation>;
  }

  /** The platform's number for one of ours; `undefined` where it has none. */
  toPlatform(group: NumberGroup, fixed: number): number | undefined {
    return this.translations[group].toPlatform.get(fixed);
  }

  /** The platform's number for one of ours that every platform has. */
  number(group: NumberGroup, fixed: number): number {
    const number = this.toPlatform(group, fixed);
    assert(number !== undefined, `The platform has the number ${fixed} of ${group}.`);
    return number;
  }

  /** Our number for one of the platform's. One that we do not know is passed on as it is. */
  fromPlatform(group: NumberGroup, number: number): number {
    const { isIdentity, fromPlatform } = this.translations[group];
    return isIdentity ? number : (fromPlatform.get(number) ?? number);
  }

  /** The platform's bits for some of ours, or-ed; `undefined` where it lacks one of them. */
  flagsToPlatform(group: NumberGroup, flags: number): number | undefined {
    let result = 0;
    let left = flags;
    for (const [fixed, number] of this.translations[group].toPlatform) {
      if (fixed === 0 || (left & fixed) !== fixed) continue;
      result |= number;
      left &= ~fixed;
    }
    return left === 0 ? result : undefined;
  }

  /** Our bits for some of the platform's, or-ed. Bits that we do not know are left out. */
  flagsFromPlatform(group: NumberGroup, flags: number): number {
    const { isIdentity, fromPlatform, bits } = this.translations[group];
    if (isIdentity) return flags & bits;
    let result = 0;
    for (const [number, fixed] of fromPlatform) {
      if (number !== 0 && (flags & number) === number) result |= fixed;
    }
    return result;
  }

  /** Whether a group has the same numbers here, as far as both know them. */
  isIdentity(group: NumberGroup): boolean {
    return this.translations[group].isIdentity;
  }
}

function translationOf(names: readonly string[], constants: PlatformTable["constants"]): Translation {
  const toPlatform = new Map<number, number>();
  const fromPlatform = new Map<number, number>();
  for (const name of names) {
    const fixed = FIXED[name];
    const number = constants[name];
    if (fixed === undefined || number === undefined) continue;
    toPlatform.set(fixed, number);
    fromPlatform.set(number, fixed);
  }
  const isIdentity = [...toPlatform].every(([fixed, number]) => fixed === number);
  const bits = [...fromPlatform.keys()].reduce((all, number) => all | number, 0);
  return { toPlatform, fromPlatform, isIdentity, bits };
}

/** The constants whose numbers are not the platform's, by name: none on Linux, from which ours were taken. */
export function differingNumbers(table: PlatformTable): string[] {
  return Object.keys(FIXED).filter((name) => {
    const number = table.constants[name];
    return number !== undefined && number !== FIXED[name];
  });
}
