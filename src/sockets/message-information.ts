/**
 * What goes with a message to be sent: which structures a caller may give, checked (RFC 6458 §5.3, §9.12).
 *
 * @module
 */
import {
  SCTP_ABORT,
  SCTP_ADDR_OVER,
  SCTP_EOF,
  SCTP_EOR,
  SCTP_PR_SCTP_NONE,
  SCTP_PR_SCTP_PRIO,
  SCTP_PR_SCTP_RTX,
  SCTP_PR_SCTP_TTL,
  SCTP_SACK_IMMEDIATELY,
  SCTP_SEND_AUTHINFO_VALID,
  SCTP_SEND_PRINFO_VALID,
  SCTP_SEND_SNDINFO_VALID,
  SCTP_SENDALL,
  SCTP_UNORDERED,
  SOCK_STREAM,
} from "./constants.js";
import { wrongType, wrongValue } from "./errors.js";
import { checkedFlags, checkedInteger } from "./structures.js";
import type {
  SendInfo,
  SocketType,
  sctp_authinfo,
  sctp_initmsg,
  sctp_prinfo,
  sctp_sendv_spa,
  sctp_sndinfo,
} from "./types.js";

/** What goes with a message, complete; `undefined` for what the caller has not given. */
export interface MessageInformation {
  readonly sndinfo: sctp_sndinfo | undefined;
  readonly prinfo: sctp_prinfo | undefined;
  readonly authinfo: sctp_authinfo | undefined;
  readonly initmsg: sctp_initmsg | undefined;
}

/** A message with which nothing goes. */
export const NO_INFORMATION: MessageInformation = Object.freeze({
  sndinfo: undefined,
  prinfo: undefined,
  authinfo: undefined,
  initmsg: undefined,
});

/** What `snd_flags` may be made of (RFC 6458 §5.3.4, RFC 7053 §7, erratum 6111). */
export const SNDINFO_FLAGS: number =
  SCTP_UNORDERED | SCTP_ADDR_OVER | SCTP_ABORT | SCTP_SACK_IMMEDIATELY | SCTP_SENDALL | SCTP_EOF | SCTP_EOR;
/** What `sendv_flags` may be made of (RFC 6458 §9.12). */
export const SENDV_FLAGS: number =
  SCTP_SEND_SNDINFO_VALID | SCTP_SEND_PRINFO_VALID | SCTP_SEND_AUTHINFO_VALID;
const POLICIES: readonly unknown[] = [
  SCTP_PR_SCTP_NONE,
  SCTP_PR_SCTP_TTL,
  SCTP_PR_SCTP_RTX,
  SCTP_PR_SCTP_PRIO,
];
const SPA_FIELDS: readonly string[] = ["sendv_flags", "sendv_sndinfo", "sendv_prinfo", "sendv_authinfo"];

/** A structure that a caller has given. */
type Given = Readonly<Record<string, unknown>>;

/** Checks an unsigned field; the name is put together only for a message. This is on the way of every message. */
function checkedField(value: unknown, argument: string, name: string, maximum: number): number {
  // As everywhere, −0 becomes 0.
  if (typeof value === "number" && value >= 0 && value <= maximum && Number.isInteger(value))
    return value + 0;
  return checkedInteger(value, `${argument}.${name}`, 0, maximum);
}

function checkedObject(value: unknown, argument: string): Given {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw wrongType(argument, "an object", value);
  }
  return value as Given;
}

function unknownField(argument: string, structure: string, known: readonly string[], given: object): Error {
  const fields = known.join(", ");
  return wrongValue(argument, `a ${structure}, whose fields are ${fields}`, Object.keys(given).join(", "));
}

/** Checks a `sctp_sndinfo`; answers `undefined` when a field belongs to some other structure. */
function sndinfoOf(info: Given, argument: string, type: SocketType): sctp_sndinfo | undefined {
  const sndinfo = { snd_sid: 0, snd_flags: 0, snd_ppid: 0, snd_context: 0, snd_assoc_id: 0 };
  for (const name in info) {
    const value = info[name];
    if (value === undefined) continue;
    switch (name) {
      case "snd_sid":
        sndinfo.snd_sid = checkedField(value, argument, name, 0xffff);
        break;
      case "snd_flags":
        sndinfo.snd_flags = checkedField(value, argument, name, 0xffff);
        if ((sndinfo.snd_flags & ~SNDINFO_FLAGS) !== 0) {
          checkedFlags(value, `${argument}.snd_flags`, SNDINFO_FLAGS);
        }
        break;
      case "snd_ppid":
        sndinfo.snd_ppid = checkedField(value, argument, name, 0xffffffff);
        break;
      case "snd_context":
        sndinfo.snd_context = checkedField(value, argument, name, 0xffffffff);
        break;
      case "snd_assoc_id": {
        const id = checkedInteger(value, `${argument}.snd_assoc_id`, -0x80000000, 0x7fffffff);
        // RFC 6458 §5.3.4: the field is ignored on one-to-one sockets.
        sndinfo.snd_assoc_id = type === SOCK_STREAM ? 0 : id;
        break;
      }
      default:
        return undefined;
    }
  }
  return sndinfo;
}

/**
 * Checks a `sctp_sndinfo` (RFC 6458 §5.3.4) and completes it.
 *
 * @param argument - its name, for messages
 * @throws TypeError or RangeError with an ERR_SCTP_ code
 */
export function checkedSndinfo(value: unknown, argument: string, type: SocketType): sctp_sndinfo {
  const given = checkedObject(value, argument);
  const sndinfo = sndinfoOf(given, argument, type);
  if (sndinfo !== undefined) return sndinfo;
  const known = ["snd_sid", "snd_flags", "snd_ppid", "snd_context", "snd_assoc_id"];
  throw unknownField(argument, "sctp_sndinfo", known, given);
}

/**
 * Checks a `sctp_prinfo` (RFC 6458 §5.3.7, RFC 7496 §3) and completes it; arguments and errors are those of
 * {@link checkedSndinfo}. One that says `SCTP_PR_SCTP_NONE` counts too: it sends reliably whatever the default is.
 */
export function checkedPrinfo(value: unknown, argument: string): sctp_prinfo {
  const given = checkedObject(value, argument);
  const prinfo = { pr_policy: 0, pr_value: 0 };
  for (const name in given) {
    const field = given[name];
    if (field === undefined) continue;
    if (name === "pr_policy") prinfo.pr_policy = checkedField(field, argument, name, 0xffff);
    else if (name === "pr_value") prinfo.pr_value = checkedField(field, argument, name, 0xffffffff);
    else throw unknownField(argument, "sctp_prinfo", ["pr_policy", "pr_value"], given);
  }
  checkPolicy(prinfo, argument);
  return prinfo;
}

/** Whether a policy is one of those that messages are sent with; `SCTP_PR_SCTP_ALL` is only for counters. */
export function isPolicy(policy: unknown): boolean {
  return POLICIES.includes(policy);
}

/** What {@link isPolicy} holds for, in words. */
export const POLICY_NAMES: string =
  "SCTP_PR_SCTP_NONE, SCTP_PR_SCTP_TTL, SCTP_PR_SCTP_RTX or SCTP_PR_SCTP_PRIO";

/**
 * Checks that a policy is one of those that messages are sent with.
 *
 * @param argument - the name of the structure, for messages
 * @throws TypeError with an ERR_SCTP_ code
 */
export function checkPolicy({ pr_policy }: Pick<sctp_prinfo, "pr_policy">, argument: string): void {
  if (!isPolicy(pr_policy)) throw wrongValue(`${argument}.pr_policy`, POLICY_NAMES, pr_policy);
}

/** Checks a `sctp_authinfo` (RFC 6458 §5.3.8); arguments and errors are those of {@link checkedSndinfo}. */
export function checkedAuthinfo(value: unknown, argument: string): sctp_authinfo {
  const given = checkedObject(value, argument);
  const authinfo = { auth_keynumber: 0 };
  for (const name in given) {
    const field = given[name];
    if (field === undefined) continue;
    if (name !== "auth_keynumber") throw unknownField(argument, "sctp_authinfo", ["auth_keynumber"], given);
    authinfo.auth_keynumber = checkedField(field, argument, name, 0xffff);
  }
  return authinfo;
}

function checkedSpa(spa: sctp_sendv_spa, type: SocketType): MessageInformation {
  if (Object.keys(spa).some((name) => !SPA_FIELDS.includes(name))) {
    throw unknownField("info", "sctp_sendv_spa", SPA_FIELDS, spa);
  }
  const { sendv_sndinfo, sendv_prinfo, sendv_authinfo } = spa;
  const given =
    (sendv_sndinfo === undefined ? 0 : SCTP_SEND_SNDINFO_VALID) |
    (sendv_prinfo === undefined ? 0 : SCTP_SEND_PRINFO_VALID) |
    (sendv_authinfo === undefined ? 0 : SCTP_SEND_AUTHINFO_VALID);
  const { sendv_flags = given } = spa;
  const valid = checkedFlags(sendv_flags, "info.sendv_flags", SENDV_FLAGS);
  if ((valid & ~given) !== 0) throw wrongValue("info.sendv_flags", "about fields that are given", valid);
  const has = (flag: number): boolean => (valid & flag) !== 0;
  return {
    sndinfo: has(SCTP_SEND_SNDINFO_VALID)
      ? checkedSndinfo(sendv_sndinfo, "info.sendv_sndinfo", type)
      : undefined,
    prinfo: has(SCTP_SEND_PRINFO_VALID) ? checkedPrinfo(sendv_prinfo, "info.sendv_prinfo") : undefined,
    authinfo: has(SCTP_SEND_AUTHINFO_VALID)
      ? checkedAuthinfo(sendv_authinfo, "info.sendv_authinfo")
      : undefined,
    initmsg: undefined,
  };
}

/**
 * Checks the information of `sctp_sendv` (RFC 6458 §9.12): the names of its fields tell which structure it is.
 *
 * @throws TypeError or RangeError with an ERR_SCTP_ code
 */
export function checkedInfo(info: SendInfo, type: SocketType): MessageInformation {
  const given = checkedObject(info, "info");
  const sndinfo = sndinfoOf(given, "info", type);
  if (sndinfo !== undefined) return { ...NO_INFORMATION, sndinfo };
  const names = Object.keys(given);
  if (names.some((name) => SPA_FIELDS.includes(name))) return checkedSpa(given, type);
  if (names.some((name) => name.startsWith("pr_"))) {
    return { ...NO_INFORMATION, prinfo: checkedPrinfo(given, "info") };
  }
  if (names.some((name) => name.startsWith("auth_"))) {
    return { ...NO_INFORMATION, authinfo: checkedAuthinfo(given, "info") };
  }
  return { ...NO_INFORMATION, sndinfo: checkedSndinfo(given, "info", type) };
}
