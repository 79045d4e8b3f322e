import {
  SCTP_ASSOC_CHANGE,
  SCTP_COMM_LOST,
  SCTP_DATA_NOT_FRAG,
  SCTP_PEER_ADDR_CHANGE,
  SCTP_REMOTE_ERROR,
  SCTP_SEND_FAILED_EVENT,
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
import { type IntegerField, type PlatformTable, structOf, type Struct, viewOf } from "./struct-layout.js";
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

type Declaration = (typeof NOTIFICATION_DECLARATIONS)[number];

/** Puts a number right that the system has otherwise than RFC 6458. */
type Mend = (view: DataView) => void;

/** How one notification is read on this platform. */
interface PlatformNotification {
  readonly declaration: Declaration;
  readonly codec: StructureCodec;
  readonly mends: readonly Mend[];
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
      const { structure } = declaration;
      const codec = new StructureCodec(structure, context);
      const mends = [
        ...(this.isLinux ? mendsOfLinux(declaration, table) : []),
        ...mendsOfAll(declaration, table),
      ];
      this.known.set(number, { declaration, codec, mends });
      isIdentity &&= isLaidOutAlike(structure, structOf(table, structure.name));
    }
    this.isIdentity = isIdentity;
  }

  /** Decodes one whole notification; `bytes` is its memory from now on. */
  decode(bytes: Uint8Array): DecodedNotification {
    const view = viewOf(bytes);
    const listed = this.known.get(this.type.read(view, 0));
    const known = listed !== undefined && bytes.length >= listed.codec.sizeBytes ? listed : undefined;
    for (const mend of known?.mends ?? []) mend(view);
    if (this.isIdentity) {
      const notification = notificationFromBytes(bytes);
      if (notification === undefined || !this.isLinux) return { notification, bytes };
      const whole = withWholeChunk(notification);
      if (whole === notification) return { notification, bytes };
      return { notification: whole, bytes: notificationToBytes(whole) };
    }
    if (known === undefined) return { notification: undefined, bytes };
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

function mendsOfLinux({ structure, type }: Declaration, table: PlatformTable): Mend[] {
  const struct = structOf(table, structure.name);
  const mends: Mend[] = [];
  const name = UNSWAPPED_CAUSES.find((cause) => Object.hasOwn(structure.fields, cause));
  if (LITTLE_ENDIAN && name !== undefined) {
    const cause = struct.integer(name, "unsigned");
    mends.push((view) => cause.write(view, 0, swapped(cause.read(view, 0))));
  }
  if (type === SCTP_PEER_ADDR_CHANGE) {
    // RFC 6458 §6.1.2: spc_error tells of errors, and not of SCTP_HEARTBEAT_SUCCESS.
    const reason = struct.integer("spc_error", "unsigned");
    mends.push((view) => reason.write(view, 0, 0));
  }
  return mends;
}

/**
 * RFC 6458 §6.1.11: snd_flags say how much of the message is given back. Systems have all flags of the DATA chunk there
 * (RFC 9260 §3.3.1), of which those for beginning and end have the RFC's numbers, and those beside them are no flags of
 * a send call: U would be SCTP_ABORT.
 */
function mendsOfAll({ structure, type }: Declaration, table: PlatformTable): Mend[] {
  if (type !== SCTP_SEND_FAILED_EVENT) return [];
  const { offsetBytes } = structOf(table, structure.name).place("ssfe_info");
  const flags = structOf(table, "sctp_sndinfo").integer("snd_flags", "unsigned");
  return [(view) => flags.write(view, offsetBytes, flags.read(view, offsetBytes) & SCTP_DATA_NOT_FRAG)];
}

/** The 16 bits of a cause code, each byte in the place of the other. */
function swapped(code: number): number {
  return ((code & 0xff) << 8) | ((code >> 8) & 0xff);
}

function isLaidOutAlike(structure: Structure, struct: Struct): boolean {
  const { fields, lengthBytes } = notificationLayout(structure);
  return (
    struct.sizeBytes === lengthBytes &&
    fields.every(({ name, offset }) => struct.place(name).offsetBytes === offset)
  );
}
