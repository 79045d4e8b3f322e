import { SCTP_ASSOC_CHANGE, SCTP_COMM_LOST, SCTP_PEER_ADDR_CHANGE } from "../sockets/constants.js";
import type { sctp_assoc_change, sctp_notification } from "../sockets/notification-types.js";
import {
  notificationFromBytes,
  type NotificationCodec as FieldKind,
  notificationLayouts,
  notificationOf,
  notificationToBytes,
  type NotificationLayout,
} from "../sockets/notifications.js";
import { SCTP_DEFAULT_SNDINFO_FIELDS } from "../sockets/option-structures.js";
import { LITTLE_ENDIAN } from "../base/byte-order.js";
import type { NumberGroup } from "./platform-numbers.js";
import { type IntegerField, type IntegerKind, structOf, type Struct, viewOf } from "./struct-layout.js";
import { type CodecContext, StructureCodec } from "./structure-codec.js";

/** Fields whose numbers have names of their own on each platform. */
const VALUE_GROUPS: Readonly<Record<string, NumberGroup>> = {
  sac_state: "associationChanges",
  spc_state: "addressChanges",
  ssfe_flags: "failedSends",
  pdapi_indication: "partialDeliveries",
  auth_indication: "keyChanges",
};

/**
 * Fields in which Linux has the cause code of RFC 9260 §3.3.10 as it stood in the packet, while
 * RFC 6458 §6.1.1 and §6.1.11 speak of a number like others. (That sre_error is in network order, §6.1.3
 * says.)
 */
const UNSWAPPED_CAUSES: ReadonlySet<string> = new Set(["sac_error", "ssfe_error"]);

/** RFC 9260 §3.2, §3.3.7: type, flags and length stand in front of a chunk. */
const ABORT_CHUNK = 6;
const CHUNK_HEADER_BYTES = 4;

const INTEGER_KINDS: Readonly<Record<Exclude<FieldKind, "sockaddr" | "sndinfo">, IntegerKind>> = {
  u16: "unsigned",
  u32: "unsigned",
  i32: "signed",
  be16: "network order",
};

type Read = (view: DataView) => unknown;

/** How one notification is read on this platform. */
interface PlatformNotification {
  readonly layout: NotificationLayout;
  readonly flags: IntegerField;
  readonly fields: readonly (readonly [name: string, read: Read])[];
  readonly sizeBytes: number;
  /** Where the bytes that follow begin. */
  readonly restOffset: number;
  /** A cause code whose bytes are to be swapped. */
  readonly cause: IntegerField | undefined;
  /** A number of Linux's own, which says why and is no error: SCTP_HEARTBEAT_SUCCESS, for instance. */
  readonly reason: IntegerField | undefined;
}

/**
 * A notification as it was received: what it says, and its bytes as receive calls answer them on every
 * platform.
 */
export interface DecodedNotification {
  /** `undefined` when it is one that we do not know. */
  readonly notification: sctp_notification | undefined;
  readonly bytes: Uint8Array;
}

/**
 * Notifications of the platform (RFC 6458 §6.1). Where its structures and numbers are those of
 * `sockets/notifications.ts`, as they are on Linux, its bytes are passed on as they are; elsewhere they are
 * written anew.
 */
export class NotificationCodec {
  /** Whether the platform's bytes are passed on as they are. */
  readonly isIdentity: boolean;
  private readonly context: CodecContext;
  private readonly isLinux: boolean;
  private readonly type: IntegerField;
  private readonly sndinfo: StructureCodec;
  /** By the platform's number. */
  private readonly known = new Map<number, PlatformNotification>();

  constructor(context: CodecContext) {
    const { table, numbers } = context;
    this.context = context;
    // The option by which Linux connects is known to Linux only.
    this.isLinux = "SCTP_SOCKOPT_CONNECTX3" in table.constants;
    this.type = structOf(table, "sctp_tlv").integer("sn_type", "unsigned");
    this.sndinfo = new StructureCodec(SCTP_DEFAULT_SNDINFO_FIELDS, context);
    let isIdentity = numbers.isIdentity("events");
    for (const layout of notificationLayouts()) {
      const number = numbers.toPlatform("events", layout.type);
      if (number === undefined) continue;
      const struct = structOf(table, layout.structure);
      this.known.set(number, this.platformNotification(layout, struct));
      isIdentity &&= isLaidOutAlike(layout, struct);
    }
    this.isIdentity = isIdentity && Object.values(VALUE_GROUPS).every((group) => numbers.isIdentity(group));
  }

  /** Decodes one whole notification; `bytes` is its memory from now on. */
  decode(bytes: Uint8Array): DecodedNotification {
    const view = viewOf(bytes);
    const known = this.known.get(this.type.read(view, 0));
    if (this.isIdentity) {
      if (known !== undefined && bytes.length >= known.sizeBytes) {
        if (known.cause !== undefined) swapCause(known.cause, view);
        // RFC 6458 §6.1.2: spc_error tells of errors.
        known.reason?.write(view, 0, 0);
      }
      const notification = notificationFromBytes(bytes);
      if (notification?.sn_type !== SCTP_ASSOC_CHANGE) return { notification, bytes };
      return withWholeChunk(notification, bytes);
    }
    if (known === undefined || bytes.length < known.sizeBytes) return { notification: undefined, bytes };
    const { layout, flags, fields, restOffset } = known;
    const value: Record<string, unknown> = { sn_type: layout.type };
    value[layout.flags] = this.fromPlatform(layout.flags, flags.read(view, 0));
    for (const [name, read] of fields) value[name] = read(view);
    if (layout.rest !== undefined) value[layout.rest] = new Uint8Array(bytes.subarray(restOffset));
    const notification = notificationOf(value);
    return { notification, bytes: notificationToBytes(notification) };
  }

  private platformNotification(layout: NotificationLayout, struct: Struct): PlatformNotification {
    const swapsCauses = this.isLinux && LITTLE_ENDIAN;
    const cause = layout.fields.find(([name]) => swapsCauses && UNSWAPPED_CAUSES.has(name));
    const hasReason = this.isLinux && layout.type === SCTP_PEER_ADDR_CHANGE;
    return {
      layout,
      reason: hasReason ? struct.integer("spc_error", "unsigned") : undefined,
      cause: cause === undefined ? undefined : struct.integer(cause[0], "unsigned"),
      flags: struct.integer(layout.flags, "unsigned"),
      fields: layout.fields.map(([name, kind]) => [name, this.reader(name, kind, struct)]),
      sizeBytes: struct.sizeBytes,
      restOffset: layout.rest === undefined ? struct.sizeBytes : struct.place(layout.rest).offsetBytes,
    };
  }

  private reader(name: string, kind: FieldKind, struct: Struct): Read {
    const { sockaddrs } = this.context;
    switch (kind) {
      case "sockaddr": {
        const offset = struct.bytes(name, sockaddrs.storageBytes);
        return (view) => sockaddrs.read(view, offset);
      }
      case "sndinfo": {
        const offset = struct.bytes(name, this.sndinfo.sizeBytes);
        return (view) => this.failedSndinfo(view, offset);
      }
      default: {
        const integer = struct.integer(name, INTEGER_KINDS[kind]);
        return (view) => this.fromPlatform(name, integer.read(view, 0));
      }
    }
  }

  /** RFC 6458 §6.1.11: here the flags say which part of the message it is, with numbers of their own. */
  private failedSndinfo(view: DataView, offset: number): unknown {
    const flags = structOf(this.context.table, "sctp_sndinfo").integer("snd_flags", "unsigned");
    return { ...this.sndinfo.read(view, offset), snd_flags: flags.read(view, offset) };
  }

  private fromPlatform(name: string, number: number): number {
    const group = VALUE_GROUPS[name];
    return group === undefined ? number : this.context.numbers.fromPlatform(group, number);
  }
}

/**
 * RFC 6458 §6.1.1: sac_info is the complete ABORT chunk. Linux leaves out its header, of which only one bit
 * is lost, the one that says whose verification tag the packet had.
 */
function withWholeChunk(change: sctp_assoc_change, bytes: Uint8Array): DecodedNotification {
  const { sac_state, sac_info } = change;
  if (sac_state !== SCTP_COMM_LOST || sac_info.length === 0) return { notification: change, bytes };
  const lengthBytes = CHUNK_HEADER_BYTES + sac_info.length;
  const chunk = new Uint8Array(lengthBytes);
  chunk.set([ABORT_CHUNK, 0, lengthBytes >> 8, lengthBytes & 0xff]);
  chunk.set(sac_info, CHUNK_HEADER_BYTES);
  const notification = { ...change, sac_info: chunk };
  return { notification, bytes: notificationToBytes(notification) };
}

/** The 16 bits of a cause code, each in the place of the other. */
function swapCause(cause: IntegerField, view: DataView): void {
  const code = cause.read(view, 0);
  cause.write(view, 0, ((code & 0xff) << 8) | ((code >> 8) & 0xff));
}

function isLaidOutAlike(layout: NotificationLayout, struct: Struct): boolean {
  const isAtItsPlace = ([name, , offset]: readonly [string, FieldKind, number]): boolean =>
    struct.place(name).offsetBytes === offset;
  return struct.sizeBytes === layout.lengthBytes && layout.fields.every(isAtItsPlace);
}
