import {
  IPPROTO_SCTP,
  SCTP_AUTH_ACTIVE_KEY,
  SCTP_AUTH_CHUNK,
  SCTP_AUTH_DEACTIVATE_KEY,
  SCTP_AUTH_DELETE_KEY,
  SCTP_AUTH_KEY,
  SCTP_HMAC_IDENT,
  SCTP_LOCAL_AUTH_CHUNKS,
  SCTP_PEER_AUTH_CHUNKS,
} from "../../sockets/constants.js";
import { systemError } from "../../sockets/errors.js";
import type {
  sctp_authchunk,
  sctp_authchunks,
  sctp_authkey,
  sctp_authkeyid,
  sctp_hmacalgo,
} from "../../sockets/extension-types.js";
import type { Association } from "../../stack/association.js";
import type { HmacIdentifier } from "../../stack/crypto.js";
import { authenticatedChunkTypes } from "../../stack/establishment/extensions.js";
import type { SharedKeys } from "../../stack/extensions/authentication/shared-keys.js";
import type { SocketState } from "../socket-state.js";
import {
  changeConfig,
  option,
  type OptionFunctions,
  readAssociation,
  readTarget,
  type SetTargets,
  setTargets,
} from "./option.js";

const FUTURE: SetTargets = { future: true, current: [] };

type KeyArgument = Pick<sctp_authkeyid, "scact_assoc_id">;
type ChunksArgument = Pick<sctp_authchunks, "gauth_assoc_id">;

/**
 * Whose keys a setting call is about (RFC 6458 §8.1.18, §8.3.3): on a one-to-one socket those of its association, or
 * without one those of associations to come.
 */
function keyTargets(state: SocketState, id: number): SetTargets {
  const targets = setTargets(state, id);
  return {
    future: targets.future && !(state.isOneToOne && targets.current.length > 0),
    current: targets.current,
  };
}

/** One of the changes to keys that may be refused. */
interface KeyChange {
  /** What is done to the keys of associations to come. */
  readonly future: (keys: SharedKeys, keyNumber: number) => boolean;
  /** What is done to those of an association. */
  readonly current: (association: Association, keyNumber: number) => boolean;
  /** Why it may be refused. */
  readonly refusal: string;
}

/** @throws EINVAL when it is refused anywhere; where it is not, it has been done */
function changeKey(
  state: SocketState,
  { scact_assoc_id, scact_keynumber }: sctp_authkeyid,
  change: KeyChange,
): void {
  const { future, current } = keyTargets(state, scact_assoc_id);
  let isDone = !future || change.future(state.settings.sharedKeys, scact_keynumber);
  for (const { association } of current) if (!change.current(association, scact_keynumber)) isDone = false;
  state.context.driver.touch();
  if (isDone) return;
  throw systemError("EINVAL", "setsockopt", { message: `key ${scact_keynumber} ${change.refusal}` });
}

function chunkList(id: number, chunkTypes: readonly number[]): sctp_authchunks {
  return { gauth_assoc_id: id, gauth_number_of_chunks: chunkTypes.length, gauth_chunks: [...chunkTypes] };
}

/** An option that does something to a shared key. */
function keyOption(name: number, change: KeyChange): OptionFunctions {
  return option<undefined, sctp_authkeyid>({
    level: IPPROTO_SCTP,
    name,
    set: (state, value) => changeKey(state, value, change),
  });
}

/** The options about authentication. */
export const AUTHENTICATION_OPTIONS: readonly OptionFunctions[] = [
  // RFC 6458 §8.1.17.
  option<undefined, sctp_hmacalgo>({
    level: IPPROTO_SCTP,
    name: SCTP_HMAC_IDENT,
    get: ({ settings }): sctp_hmacalgo => {
      const { hmacIdentifiers } = settings.config;
      return { shmac_number_of_idents: hmacIdentifiers.length, shmac_idents: [...hmacIdentifiers] };
    },
    set: (state, { shmac_idents }) => {
      // The option's row has refused all others.
      changeConfig(state, FUTURE, { hmacIdentifiers: shmac_idents as HmacIdentifier[] });
    },
  }),
  // RFC 6458 §8.1.18.
  option<KeyArgument, sctp_authkeyid>({
    level: IPPROTO_SCTP,
    name: SCTP_AUTH_ACTIVE_KEY,
    get: (state, { scact_assoc_id }): sctp_authkeyid => {
      const target = readTarget(state, scact_assoc_id);
      const keys = target?.association.authentication.keys ?? state.settings.sharedKeys;
      return { scact_assoc_id: target?.id ?? scact_assoc_id, scact_keynumber: keys.active };
    },
    set: (state, value) =>
      changeKey(state, value, {
        future: (keys, keyNumber) => keys.activate(keyNumber),
        current: ({ authentication }, keyNumber) => authentication.keys.activate(keyNumber),
        refusal: "is not there, or deactivated",
      }),
  }),
  // RFC 6458 §8.2.3.
  option<ChunksArgument, never>({
    level: IPPROTO_SCTP,
    name: SCTP_PEER_AUTH_CHUNKS,
    get: (state, { gauth_assoc_id }): sctp_authchunks => {
      const { id, association } = readAssociation(state, gauth_assoc_id);
      return chunkList(id, association.authentication.peerOffer?.chunkTypes ?? []);
    },
  }),
  // RFC 6458 §8.2.4.
  option<ChunksArgument, never>({
    level: IPPROTO_SCTP,
    name: SCTP_LOCAL_AUTH_CHUNKS,
    get: (state, { gauth_assoc_id }): sctp_authchunks => {
      const target = readTarget(state, gauth_assoc_id);
      const { config } = target?.association ?? state.settings;
      const told = target?.association.authentication.ownOffer;
      return chunkList(target?.id ?? gauth_assoc_id, told?.chunkTypes ?? authenticatedChunkTypes(config));
    },
  }),
  // RFC 6458 §8.3.2.
  option<undefined, sctp_authchunk>({
    level: IPPROTO_SCTP,
    name: SCTP_AUTH_CHUNK,
    set: (state, { sauth_chunk }) => {
      const { authenticatedChunkTypes: before } = state.settings.config;
      if (before.includes(sauth_chunk)) return;
      changeConfig(state, FUTURE, { authenticatedChunkTypes: [...before, sauth_chunk] });
    },
  }),
  // RFC 6458 §8.3.3.
  option<undefined, sctp_authkey>({
    level: IPPROTO_SCTP,
    name: SCTP_AUTH_KEY,
    set: (state, { sca_assoc_id, sca_keynumber, sca_key }) => {
      const { future, current } = keyTargets(state, sca_assoc_id);
      if (future) state.settings.sharedKeys.set(sca_keynumber, sca_key);
      for (const { association } of current) association.authentication.keys.set(sca_keynumber, sca_key);
    },
  }),
  // RFC 6458 §8.3.4.
  keyOption(SCTP_AUTH_DEACTIVATE_KEY, {
    future: (keys, keyNumber) => keys.deactivate(keyNumber),
    current: (association, keyNumber) => association.deactivateKey(keyNumber),
    refusal: "is not there, or the active one",
  }),
  // RFC 6458 §8.3.5.
  keyOption(SCTP_AUTH_DELETE_KEY, {
    future: (keys, keyNumber) => keys.delete(keyNumber),
    current: (association, keyNumber) => association.deleteKey(keyNumber),
    refusal: "is not there, not deactivated, or still used",
  }),
];
