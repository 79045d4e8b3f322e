/**
 * The options about authentication (RFC 6458 §8.1.18, §8.3.2 to §8.3.5) that add to what there is: a further descriptor
 * of a one-to-one socket has to get all that was added, and not what was added last.
 *
 * @module
 */
import {
  IPPROTO_SCTP,
  SCTP_AUTH_ACTIVE_KEY,
  SCTP_AUTH_CHUNK,
  SCTP_AUTH_DEACTIVATE_KEY,
  SCTP_AUTH_DELETE_KEY,
  SCTP_AUTH_KEY,
} from "../sockets/constants.js";
import type { sctp_authchunk, sctp_authkey, sctp_authkeyid } from "../sockets/extension-types.js";
import type { KernelContext } from "./kernel-context.js";
import { writeOption } from "./kernel-options.js";
import type { EndpointAuthentication } from "./kernel-settings.js";
import type { KernelSocketState } from "./kernel-socket-state.js";
import type { SpecialOption, SpecialOptions } from "./special-option.js";

/** How the provider sets options that are not the kernel's business alone. */
export const AUTHENTICATION_OPTIONS: SpecialOptions = new Map<number, SpecialOption>([
  [SCTP_AUTH_CHUNK, { set: (state, value) => addChunkType(state, value as sctp_authchunk) }],
  [SCTP_AUTH_KEY, { set: (state, value) => setKey(state, value as sctp_authkey) }],
  [SCTP_AUTH_ACTIVE_KEY, { set: (state, value) => activateKey(state, value as sctp_authkeyid) }],
  [SCTP_AUTH_DEACTIVATE_KEY, { set: (state, value) => deactivateKey(state, value as sctp_authkeyid) }],
  [SCTP_AUTH_DELETE_KEY, { set: (state, value) => deleteKey(state, value as sctp_authkeyid) }],
]);

function addChunkType(state: KernelSocketState, value: sctp_authchunk): void {
  write(state.context, state.id, SCTP_AUTH_CHUNK, value);
  const { chunkTypes } = state.settings.authentication;
  remember(state, { chunkTypes: [...chunkTypes, value.sauth_chunk] });
}

function setKey(state: KernelSocketState, value: sctp_authkey): void {
  write(state.context, state.id, SCTP_AUTH_KEY, value);
  if (hasAssociation(state)) return;
  const { sca_keynumber: number, sca_key } = value;
  const { keys, deactivatedKeys, isNullKeyDeleted } = state.settings.authentication;
  keys.get(number)?.fill(0);
  remember(state, {
    keys: new Map(keys).set(number, new Uint8Array(sca_key)),
    deactivatedKeys: deactivatedKeys.filter((other) => other !== number),
    isNullKeyDeleted: isNullKeyDeleted && number !== 0,
  });
}

function activateKey(state: KernelSocketState, value: sctp_authkeyid): void {
  write(state.context, state.id, SCTP_AUTH_ACTIVE_KEY, value);
  if (!hasAssociation(state)) remember(state, { activeKey: value.scact_keynumber });
}

function deactivateKey(state: KernelSocketState, value: sctp_authkeyid): void {
  write(state.context, state.id, SCTP_AUTH_DEACTIVATE_KEY, value);
  if (hasAssociation(state)) return;
  const { deactivatedKeys } = state.settings.authentication;
  remember(state, { deactivatedKeys: [...deactivatedKeys, value.scact_keynumber] });
}

function deleteKey(state: KernelSocketState, value: sctp_authkeyid): void {
  write(state.context, state.id, SCTP_AUTH_DELETE_KEY, value);
  if (hasAssociation(state)) return;
  const { scact_keynumber: number } = value;
  const { keys, deactivatedKeys, isNullKeyDeleted } = state.settings.authentication;
  keys.get(number)?.fill(0);
  remember(state, {
    keys: new Map([...keys].filter(([other]) => other !== number)),
    // A new descriptor has the null key, and has to lose it in the same way.
    deactivatedKeys: deactivatedKeys.filter((other) => other !== number || other === 0),
    isNullKeyDeleted: isNullKeyDeleted || number === 0,
  });
}

/** A socket that was accepted gets keys of its own: each socket overwrites those that it needs no more. */
export function inheritKeys(state: KernelSocketState): void {
  const { keys } = state.settings.authentication;
  if (keys.size === 0) return;
  remember(state, { keys: new Map([...keys].map(([number, key]) => [number, key.slice()])) });
}

/** RFC 6458 §8.3.3: on a one-to-one socket a key is the association's where there is one. */
function hasAssociation({ isOneToOne, single }: KernelSocketState): boolean {
  return isOneToOne && single !== undefined && single.phase !== "ended";
}

function remember(state: KernelSocketState, change: Partial<EndpointAuthentication>): void {
  if (!state.isOneToOne) return;
  const authentication = { ...state.settings.authentication, ...change };
  state.settings.authentication = authentication;
  const { context } = state;
  state.rememberOption("authentication", (id) => writeAll(context, id, authentication));
}

/** In an order in which each is allowed: what is active exists, and what is deactivated is not active. */
function writeAll(context: KernelContext, id: number, authentication: EndpointAuthentication): void {
  const { chunkTypes, keys, activeKey, deactivatedKeys, isNullKeyDeleted } = authentication;
  for (const sauth_chunk of chunkTypes) write(context, id, SCTP_AUTH_CHUNK, { sauth_chunk });
  for (const [sca_keynumber, sca_key] of keys) {
    write(context, id, SCTP_AUTH_KEY, { sca_keynumber, sca_keylength: sca_key.length, sca_key });
  }
  if (activeKey !== 0) write(context, id, SCTP_AUTH_ACTIVE_KEY, { scact_keynumber: activeKey });
  for (const scact_keynumber of deactivatedKeys) {
    write(context, id, SCTP_AUTH_DEACTIVATE_KEY, { scact_keynumber });
  }
  if (isNullKeyDeleted) write(context, id, SCTP_AUTH_DELETE_KEY, { scact_keynumber: 0 });
}

function write(context: KernelContext, id: number, name: number, value: object): void {
  writeOption(context, id, [IPPROTO_SCTP, name], { ...value });
}
