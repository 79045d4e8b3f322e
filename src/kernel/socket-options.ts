import {
  IPPROTO_SCTP,
  SCTP_ASSOC_CHANGE,
  SCTP_AUTO_ASCONF,
  SCTP_DEFAULT_SNDINFO,
  SCTP_EVENT,
  SCTP_RECVNXTINFO,
  SCTP_RECVRCVINFO,
  SCTP_SET_PEER_PRIMARY_ADDR,
  SO_LINGER,
  SO_RCVBUF,
  SO_SNDBUF,
  SOL_SOCKET,
} from "../sockets/constants.js";
import type { sctp_setpeerprim } from "../sockets/extension-types.js";
import type { linger, sctp_event } from "../sockets/types.js";
import { setAutoAsconf, setPeerPrimaryAddress } from "./address-options.js";
import { AUTHENTICATION_OPTIONS } from "./authentication-options.js";
import { DEFAULT_INFORMATION_OPTIONS } from "./default-information.js";
import { DELIVERY_OPTIONS } from "./delivery-options.js";
import { readSubscription, writeSubscription } from "./event-options.js";
import { type OptionInput, readOption, writeAndRemember, writeOption } from "./kernel-options.js";
import type { BufferSetting } from "./kernel-settings.js";
import type { KernelSocketState } from "./kernel-socket-state.js";
import { PATH_OPTIONS } from "./path-options.js";
import { RELIABILITY_OPTIONS } from "./reliability-options.js";
import type { SpecialOption, SpecialOptions } from "./special-option.js";
import { READABLE } from "../native/addon.js";

/** What Linux does otherwise than RFC 6458; no other platform is known to need it. */
const LINUX_OPTIONS = [
  ...PATH_OPTIONS,
  ...DELIVERY_OPTIONS,
  ...DEFAULT_INFORMATION_OPTIONS,
  ...RELIABILITY_OPTIONS,
];

/** What is not the kernel's business alone. */
const SPECIAL_OPTIONS: SpecialOptions = new Map<number, SpecialOption>([
  ...AUTHENTICATION_OPTIONS,
  ...(process.platform === "linux" ? LINUX_OPTIONS : []),
]);

function specialOption(name: number): SpecialOption {
  return SPECIAL_OPTIONS.get(name) ?? {};
}

/** RFC 6458 §8: `argument` is what the option's row says. */
export function getOption(state: KernelSocketState, level: number, name: number, argument: unknown): unknown {
  const { settings } = state;
  if (level === SOL_SOCKET) {
    if (name === SO_LINGER) return { ...settings.linger };
    if (name === SO_SNDBUF) return bufferBytes(state, name, settings.sendBuffer);
    if (name === SO_RCVBUF) return bufferBytes(state, name, settings.receiveBuffer);
  } else if (level === IPPROTO_SCTP) {
    if (name === SCTP_RECVRCVINFO) return Number(settings.wantsRcvinfo);
    if (name === SCTP_RECVNXTINFO) return Number(settings.wantsNxtinfo);
    if (name === SCTP_EVENT) return readSubscription(state, argument as sctp_event);
    const { get } = specialOption(name);
    if (get !== undefined) return get(state, argument);
  }
  return readOption(state.context, state.id, [level, name], argument as OptionInput);
}

/** RFC 6458 §8: `value` is what the option's row says. */
export function setOption(state: KernelSocketState, level: number, name: number, value: unknown): void {
  const { settings } = state;
  if (level === SOL_SOCKET && name === SO_LINGER) {
    const { l_onoff, l_linger } = value as linger;
    settings.linger = Object.freeze({ l_onoff, l_linger });
  } else if (level === SOL_SOCKET && (name === SO_SNDBUF || name === SO_RCVBUF)) {
    setBuffer(state, name, value as number);
  } else if (level === IPPROTO_SCTP && name === SCTP_RECVRCVINFO) {
    settings.wantsRcvinfo = value !== 0;
  } else if (level === IPPROTO_SCTP && name === SCTP_RECVNXTINFO) {
    settings.wantsNxtinfo = value !== 0;
  } else if (level === IPPROTO_SCTP && name === SCTP_SET_PEER_PRIMARY_ADDR) {
    setPeerPrimaryAddress(state, value as sctp_setpeerprim);
  } else if (level === IPPROTO_SCTP && name === SCTP_AUTO_ASCONF) {
    setAutoAsconf(state, value as number);
  } else if (level === IPPROTO_SCTP && name === SCTP_EVENT) {
    setEvent(state, value as sctp_event);
  } else {
    const set = level === IPPROTO_SCTP ? specialOption(name).set : undefined;
    if (level === IPPROTO_SCTP && name === SCTP_DEFAULT_SNDINFO) settings.hasDefaultSndinfo = true;
    if (set === undefined) writeAndRemember(state, [level, name], value as OptionInput);
    else set(state, value);
  }
}

/** An option that the option table does not know, in the system's bytes. */
export function getUnknownOption(
  { context, id }: KernelSocketState,
  level: number,
  name: number,
  argument: Uint8Array,
): Uint8Array {
  const value = new Uint8Array(argument);
  const answer = context.addon.getsockopt(id, level, name, value);
  if (answer < 0) throw context.failure(answer, "getsockopt");
  return value.subarray(0, answer);
}

/** As {@link getUnknownOption}. */
export function setUnknownOption(
  state: KernelSocketState,
  level: number,
  name: number,
  value: Uint8Array,
): void {
  const { context } = state;
  const bytes = new Uint8Array(value);
  // It may be SCTP_DEFAULT_SEND_PARAM, which is deprecated.
  state.settings.hasDefaultSndinfo = true;
  const apply = (id: number): void => {
    const answer = context.addon.setsockopt(id, level, name, bytes);
    if (answer < 0) throw context.failure(answer, "setsockopt");
  };
  apply(state.id);
  state.rememberOption(`bytes of ${level}:${name}`, apply);
}

/** RFC 6458 §6.2.2. */
function setEvent(state: KernelSocketState, value: sctp_event): void {
  writeSubscription(state, value);
  if (value.se_type === SCTP_ASSOC_CHANGE) return;
  const { context } = state;
  const option = [IPPROTO_SCTP, SCTP_EVENT] as const;
  state.rememberOption(`event ${value.se_type}`, (id) => writeOption(context, id, option, { ...value }));
  // RFC 6458 §6.1.9: who subscribes when everything has been acknowledged is told at once.
  state.watch.want(READABLE);
}

/** RFC 6458 §8.1.6, §8.1.7. */
function setBuffer(
  state: KernelSocketState,
  name: typeof SO_SNDBUF | typeof SO_RCVBUF,
  askedBytes: number,
): void {
  writeAndRemember(state, [SOL_SOCKET, name], askedBytes);
  const storedBytes = readOption(state.context, state.id, [SOL_SOCKET, name]) as number;
  const setting = { askedBytes, storedBytes };
  if (name === SO_SNDBUF) state.settings.sendBuffer = setting;
  else state.settings.receiveBuffer = setting;
}

/**
 * Linux takes twice what is asked for, because its own records of the data count too, and answers that. What was asked
 * for is answered here, unless the system did not grant as much (`net.core.wmem_max`, `net.core.rmem_max`).
 */
function bufferBytes(
  { context, id }: KernelSocketState,
  name: number,
  setting: BufferSetting | undefined,
): number {
  const bytes = readOption(context, id, [SOL_SOCKET, name]) as number;
  const isGranted = setting !== undefined && setting.storedBytes === bytes && setting.askedBytes <= bytes;
  return isGranted ? setting.askedBytes : bytes;
}
