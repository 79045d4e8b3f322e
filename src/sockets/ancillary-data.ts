/**
 * Ancillary data beside messages (RFC 6458 §5.3), as objects: `cmsg_type` tells what `cmsg_data` is.
 *
 * @module
 */
import { parseIpAddress } from "../base/ip-address.js";
import {
  IPPROTO_SCTP,
  SCTP_AUTHINFO,
  SCTP_DSTADDRV4,
  SCTP_DSTADDRV6,
  SCTP_INIT,
  SCTP_NXTINFO,
  SCTP_PRINFO,
  SCTP_RCVINFO,
  SCTP_RECVV_NXTINFO,
  SCTP_RECVV_RCVINFO,
  SCTP_RECVV_RN,
  SCTP_SNDINFO,
} from "./constants.js";
import { argumentError, wrongType, wrongValue } from "./errors.js";
import {
  checkedAuthinfo,
  checkedPrinfo,
  checkedSndinfo,
  type MessageInformation,
  NO_INFORMATION,
} from "./message-information.js";
import { SCTP_INITMSG_FIELDS } from "./option-structures.js";
import { completeStructure } from "./structures.js";
import type {
  ReceivedMessage,
  SctpAddressInput,
  SocketType,
  sctp_authinfo,
  sctp_initmsg,
  sctp_nxtinfo,
  sctp_prinfo,
  sctp_rcvinfo,
  sctp_sndinfo,
} from "./types.js";

/** One piece of ancillary data to be sent, as a caller gives it. */
interface Outgoing<Type extends number, Data> {
  /** All ancillary data of SCTP is of this level, which may be left out. */
  readonly cmsg_level?: typeof IPPROTO_SCTP | undefined;
  readonly cmsg_type: Type;
  readonly cmsg_data: Data;
}

/** One piece of ancillary data that was received. */
interface Received<Type extends number, Data> {
  readonly cmsg_level: typeof IPPROTO_SCTP;
  readonly cmsg_type: Type;
  readonly cmsg_data: Data;
}

/**
 * Ancillary data to be sent (RFC 6458 §5.3), at most one of each type; only further addresses may be several. They are
 * numeric, and have the port of `msg_name`. Fields of structures that are left out are 0.
 */
export type OutgoingCmsghdr =
  | Outgoing<typeof SCTP_INIT, Partial<sctp_initmsg>>
  | Outgoing<typeof SCTP_SNDINFO, Partial<sctp_sndinfo>>
  | Outgoing<typeof SCTP_PRINFO, Partial<sctp_prinfo>>
  | Outgoing<typeof SCTP_AUTHINFO, Partial<sctp_authinfo>>
  | Outgoing<typeof SCTP_DSTADDRV4, string>
  | Outgoing<typeof SCTP_DSTADDRV6, string>;

/** Ancillary data that was received (RFC 6458 §5.3.5, §5.3.6): what SCTP_RECVRCVINFO and SCTP_RECVNXTINFO ask for. */
export type ReceivedCmsghdr =
  | Received<typeof SCTP_RCVINFO, sctp_rcvinfo>
  | Received<typeof SCTP_NXTINFO, sctp_nxtinfo>;

/** What goes with a message while it is being collected. */
type Collected = { -readonly [Name in keyof MessageInformation]: MessageInformation[Name] };

const KNOWN_TYPES = "SCTP_INIT, SCTP_SNDINFO, SCTP_PRINFO, SCTP_AUTHINFO, SCTP_DSTADDRV4 or SCTP_DSTADDRV6";

function items(control: unknown): readonly OutgoingCmsghdr[] {
  if (!Array.isArray(control)) throw wrongType("message.msg_control", "an array", control);
  return control as readonly OutgoingCmsghdr[];
}

function checkItem(item: OutgoingCmsghdr, argument: string): void {
  if (typeof item !== "object" || item === null) throw wrongType(argument, "an object", item);
  const { cmsg_level } = item;
  if (cmsg_level === undefined || cmsg_level === IPPROTO_SCTP) return;
  throw wrongValue(`${argument}.cmsg_level`, "IPPROTO_SCTP", cmsg_level);
}

/** RFC 6458 §5.2.1: there can be only one of a type. */
function checkFirst(known: unknown, argument: string): void {
  if (known === undefined) return;
  throw wrongValue(argument, "the only one of its type", "another one");
}

/**
 * Checks what goes with a message as ancillary data.
 *
 * @throws TypeError or RangeError with an ERR_SCTP_ code
 */
export function checkedControl(control: unknown, type: SocketType): MessageInformation {
  const collected: Collected = { ...NO_INFORMATION };
  for (const [index, item] of items(control).entries()) {
    const argument = `message.msg_control[${index}]`;
    checkItem(item, argument);
    collect(collected, item, argument, type);
  }
  return collected;
}

function collect(collected: Collected, item: OutgoingCmsghdr, argument: string, type: SocketType): void {
  const data = `${argument}.cmsg_data`;
  switch (item.cmsg_type) {
    case SCTP_INIT:
      checkFirst(collected.initmsg, argument);
      collected.initmsg = checkedInitmsg(item.cmsg_data, data);
      break;
    case SCTP_SNDINFO:
      checkFirst(collected.sndinfo, argument);
      collected.sndinfo = checkedSndinfo(item.cmsg_data, data, type);
      break;
    case SCTP_PRINFO:
      checkFirst(collected.prinfo, argument);
      collected.prinfo = checkedPrinfo(item.cmsg_data, data);
      break;
    case SCTP_AUTHINFO:
      checkFirst(collected.authinfo, argument);
      collected.authinfo = checkedAuthinfo(item.cmsg_data, data);
      break;
    case SCTP_DSTADDRV4:
    case SCTP_DSTADDRV6:
      // They are among the destinations of the call.
      break;
    default:
      throw wrongValue(`${argument}.cmsg_type`, KNOWN_TYPES, (item as OutgoingCmsghdr).cmsg_type);
  }
}

function checkedInitmsg(value: unknown, argument: string): sctp_initmsg {
  if (value === undefined) throw wrongType(argument, "an object", value);
  return completeStructure(SCTP_INITMSG_FIELDS, value, argument);
}

/**
 * Where a message of `sendmsg` goes: `msg_name`, and the further addresses of its ancillary data (RFC 6458 §5.3.9,
 * §5.3.10), which have the same port.
 *
 * @returns `undefined` when there is none
 * @throws TypeError with an ERR_SCTP_ code when a further address is not numeric, or there is no first one
 */
export function destinationsOf(
  name: SctpAddressInput | undefined,
  control: readonly OutgoingCmsghdr[] | undefined,
): SctpAddressInput | readonly SctpAddressInput[] | undefined {
  const further: { address: string; family: 4 | 6 }[] = [];
  for (const [index, item] of control === undefined ? [] : items(control).entries()) {
    const argument = `message.msg_control[${index}]`;
    checkItem(item, argument);
    const { cmsg_type, cmsg_data } = item;
    if (cmsg_type === SCTP_DSTADDRV4) further.push(numericOf(cmsg_data, 4, `${argument}.cmsg_data`));
    if (cmsg_type === SCTP_DSTADDRV6) further.push(numericOf(cmsg_data, 6, `${argument}.cmsg_data`));
  }
  if (further.length === 0) return name;
  if (typeof name !== "object" || name === null) {
    throw wrongType("message.msg_name", "an address, the first of several and with their port", name);
  }
  const { port } = name;
  return [name, ...further.map(({ address, family }) => ({ address, port, family }))];
}

/** RFC 6458 §5.3.9, §5.3.10: a `struct in_addr` and a `struct in6_addr`, which are never names of hosts. */
function numericOf(text: unknown, family: 4 | 6, argument: string): { address: string; family: 4 | 6 } {
  if (typeof text !== "string") throw wrongType(argument, "a string", text);
  if (parseIpAddress(text)?.family === family) return { address: text, family };
  const message = `${argument} must be a numeric IPv${family} address, and is "${text}"`;
  throw argumentError("ERR_SCTP_INVALID_ADDRESS", message);
}

/** What a message was received with, as ancillary data. */
export function controlOf(message: ReceivedMessage): ReceivedCmsghdr[] {
  switch (message.infotype) {
    case SCTP_RECVV_RCVINFO:
      return [rcvinfoItem(message.info)];
    case SCTP_RECVV_NXTINFO:
      return [nxtinfoItem(message.info)];
    case SCTP_RECVV_RN:
      return [rcvinfoItem(message.info.recvv_rcvinfo), nxtinfoItem(message.info.recvv_nxtinfo)];
    default:
      return [];
  }
}

function rcvinfoItem(cmsg_data: sctp_rcvinfo): ReceivedCmsghdr {
  return { cmsg_level: IPPROTO_SCTP, cmsg_type: SCTP_RCVINFO, cmsg_data };
}

function nxtinfoItem(cmsg_data: sctp_nxtinfo): ReceivedCmsghdr {
  return { cmsg_level: IPPROTO_SCTP, cmsg_type: SCTP_NXTINFO, cmsg_data };
}
