import { SCTP_ASSOC_CHANGE, SCTP_COMM_LOST, SCTP_PEER_ADDR_CHANGE } from "../sockets/constants.js";
import { NOTIFICATION_DECLARATIONS } from "../sockets/notification-structures.js";
import type { sctp_assoc_change, sctp_notification } from "../sockets/notification-types.js";
import {
  notificationFromBytes,
  notificationLayout,
  notificationOf,
  notificationToBytes,
} from "../sockets/notifications.js";
import type { Structure } from "../sockets/structures.js";
import { LITTLE_ENDIAN } from "../base/byte-order.js";
import type { NumberGroup } from "./platform-numbers.js";
import { type IntegerField, structOf, type Struct, viewOf } from "./struct-layout.js";
import { type CodecContext, StructureCodec } from "./structure-codec.js";

/** The numbers in notifications that each platform has its own of. */
const NUMBER_GROUPS: readonly NumberGroup[] = [
  "events",
  "associationChanges",
  "addressChanges",
  "failedSends",
  "partialDeliveries",
  "keyChanges",
];

/**
 * Fields in which Linux has the cause code of RFC 9260 §3.3.10 as it stood in the packet, while
 * RFC 6458 §6.1.1 and §6.1.11 speak of a number like others. (That sre_error is in network order, §6.1.3
 * says.)
 */
const UNSWAPPED_CAUSES: readonly string[] = ["sac_error", "ssfe_error"];

/** RFC 9260 §3.2, §3.3.7: type, flags and length stand in front of a chunk. */
const ABORT_CHUNK = 6;
const CHUNK_HEADER_BYTES = 4;

/** How one notification is read on this platform. */
interface PlatformNotification {
  readonly declaration: (typeof NOTIFICATION_DECLARATIONS)[number];
  readonly codec: StructureCodec;
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
  private readonly isLinux: boolean;
  private readonly type: IntegerField;
  /** By the platform's number. */
  private readonly known = new Map<number, PlatformNotification>();

  constructor(context: CodecContext) {
    const { table, numbers } = context;
    // The option by which Linux connects is known to Linux only.
    this.isLinux = "SCTP_SOCKOPT_CONNECTX3" in table.constants;
    this.type = structOf(table, "sctp_tlv").integer("sn_type", "unsigned");
    let isIdentity = NUMBER_GROUPS.every((group) => numbers.isIdentity(group));
    for (const declaration of NOTIFICATION_DECLARATIONS) {
      const number = numbers.toPlatform("events", declaration.type);
      if (number === undefined) continue;
      const { structure, type } = declaration;
      const struct = structOf(table, structure.name);
      const cause = UNSWAPPED_CAUSES.find((name) => Object.hasOwn(structure.fields, name));
      const isSwapped = this.isLinux && LITTLE_ENDIAN && cause !== undefined;
      const hasReason = this.isLinux && type === SCTP_PEER_ADDR_CHANGE;
      this.known.set(number, {
        declaration,
        codec: new StructureCodec(structure, context),
        cause: isSwapped ? struct.integer(cause, "unsigned") : undefined,
        reason: hasReason ? struct.integer("spc_error", "unsigned") : undefined,
      });
      isIdentity &&= isLaidOutAlike(structure, struct);
    }
    this.isIdentity = isIdentity;
  }

  /** Decodes one whole notification; `bytes` is its memory from now on. */
  decode(bytes: Uint8Array): DecodedNotification {
    const view = viewOf(bytes);
    const known = this.known.get(this.type.read(view, 0));
    if (this.isIdentity) {
      if (known !== undefined && bytes.length >= known.codec.sizeBytes) {
        if (known.cause !== undefined) swapCause(known.cause, view);
        // RFC 6458 §6.1.2: spc_error tells of errors.
        known.reason?.write(view, 0, 0);
      }
      const notification = notificationFromBytes(bytes);
      if (notification?.sn_type !== SCTP_ASSOC_CHANGE) return { notification, bytes };
      return withWholeChunk(notification, bytes);
    }
    if (known === undefined || bytes.length < known.codec.sizeBytes)
      return { notification: undefined, bytes };
    const notification = notificationOf<sctp_notification>(known.declaration, known.codec.decode(bytes));
    return { notification, bytes: notificationToBytes(notification) };
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

function isLaidOutAlike(structure: Structure, struct: Struct): boolean {
  const { fields, lengthBytes } = notificationLayout(structure);
  return (
    struct.sizeBytes === lengthBytes &&
    fields.every(({ name, offset }) => struct.place(name).offsetBytes === offset)
  );
}
