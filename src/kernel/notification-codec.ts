import {
  SCTP_ASSOC_CHANGE,
  SCTP_COMM_LOST,
  SCTP_PEER_ADDR_CHANGE,
  SCTP_REMOTE_ERROR,
} from "../sockets/constants.js";
import { NOTIFICATION_DECLARATIONS } from "../sockets/notification-structures.js";
import type { sctp_notification } from "../sockets/notification-types.js";
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

/** Types of chunks (RFC 9260 §3.3.7, §3.3.10). */
const ABORT_CHUNK = 6;
const ERROR_CHUNK = 9;

/** What stands in front of a chunk, and of an error cause. */
const HEADER_BYTES = 4;

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
      if (notification === undefined || !this.isLinux) return { notification, bytes };
      const whole = withWholeChunk(notification);
      if (whole === notification) return { notification, bytes };
      return { notification: whole, bytes: notificationToBytes(whole) };
    }
    if (known === undefined || bytes.length < known.codec.sizeBytes)
      return { notification: undefined, bytes };
    const notification = notificationOf<sctp_notification>(known.declaration, known.codec.decode(bytes));
    return { notification, bytes: notificationToBytes(notification) };
  }
}

/**
 * RFC 6458 §6.1.1, §6.1.3: sac_info is the complete ABORT chunk and sre_data the complete ERROR chunk. Linux leaves the
 * header of the chunk out, of which only one bit of ABORT is lost, the one that says whose verification tag the packet
 * had; and of ERROR it gives the information of the first cause only, which is made a chunk again.
 *
 * @returns the notification itself where nothing is missing
 */
function withWholeChunk(notification: sctp_notification): sctp_notification {
  if (notification.sn_type === SCTP_REMOTE_ERROR) {
    const { sre_error, sre_data } = notification;
    const cause = withHeader([sre_error >> 8, sre_error & 0xff], sre_data);
    return { ...notification, sre_data: withHeader([ERROR_CHUNK, 0], cause) };
  }
  if (notification.sn_type !== SCTP_ASSOC_CHANGE) return notification;
  const { sac_state, sac_info } = notification;
  if (sac_state !== SCTP_COMM_LOST || sac_info.length === 0) return notification;
  return { ...notification, sac_info: withHeader([ABORT_CHUNK, 0], sac_info) };
}

/** RFC 9260 §3.2, §3.3.10: chunks and causes begin with two bytes that say what they are, and two with their length. */
function withHeader(type: readonly [number, number], value: Uint8Array): Uint8Array {
  const lengthBytes = HEADER_BYTES + value.length;
  return Uint8Array.of(...type, lengthBytes >> 8, lengthBytes & 0xff, ...value);
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
