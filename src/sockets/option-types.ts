/**
 * The option table as a type: what `getsockopt` answers and takes, and what `setsockopt` takes, for each pair of level
 * and option. A pair that is not here does not compile, and neither does setting what can only be read.
 *
 * @module
 */
import type {
  IPPROTO_SCTP,
  SCTP_ADAPTATION_LAYER,
  SCTP_ASSOCINFO,
  SCTP_AUTH_ACTIVE_KEY,
  SCTP_AUTH_CHUNK,
  SCTP_AUTH_DEACTIVATE_KEY,
  SCTP_AUTH_DELETE_KEY,
  SCTP_AUTH_KEY,
  SCTP_AUTOCLOSE,
  SCTP_AUTO_ASCONF,
  SCTP_CONTEXT,
  SCTP_DEFAULT_PRINFO,
  SCTP_DEFAULT_SNDINFO,
  SCTP_DELAYED_SACK,
  SCTP_DISABLE_FRAGMENTS,
  SCTP_EVENT,
  SCTP_EXPLICIT_EOR,
  SCTP_EXPOSE_POTENTIALLY_FAILED_STATE,
  SCTP_FRAGMENT_INTERLEAVE,
  SCTP_GET_ASSOC_ID_LIST,
  SCTP_GET_ASSOC_NUMBER,
  SCTP_GET_PEER_ADDR_INFO,
  SCTP_HMAC_IDENT,
  SCTP_INITMSG,
  SCTP_I_WANT_MAPPED_V4_ADDR,
  SCTP_LOCAL_AUTH_CHUNKS,
  SCTP_MAXSEG,
  SCTP_MAX_BURST,
  SCTP_NODELAY,
  SCTP_PARTIAL_DELIVERY_POINT,
  SCTP_PEER_ADDR_PARAMS,
  SCTP_PEER_ADDR_THLDS,
  SCTP_PEER_AUTH_CHUNKS,
  SCTP_PRIMARY_ADDR,
  SCTP_PR_ASSOC_STATUS,
  SCTP_PR_STREAM_STATUS,
  SCTP_PR_SUPPORTED,
  SCTP_RECVNXTINFO,
  SCTP_RECVRCVINFO,
  SCTP_REMOTE_UDP_ENCAPS_PORT,
  SCTP_REUSE_PORT,
  SCTP_RTOINFO,
  SCTP_SET_PEER_PRIMARY_ADDR,
  SCTP_STATUS,
  SOL_SOCKET,
  SO_DOMAIN,
  SO_ERROR,
  SO_LINGER,
  SO_PROTOCOL,
  SO_RCVBUF,
  SO_SNDBUF,
  SO_TYPE,
} from "./constants.js";
import type {
  sctp_authchunk,
  sctp_authchunks,
  sctp_authkey,
  sctp_authkeyid,
  sctp_default_prinfo,
  sctp_hmacalgo,
  sctp_prstatus,
  sctp_udpencaps,
} from "./extension-types.js";
import type {
  AddressFamily,
  linger,
  SctpAddressInput,
  SocketType,
  sctp_assoc_ids,
  sctp_assoc_value,
  sctp_assocparams,
  sctp_event,
  sctp_initmsg,
  sctp_paddrinfo,
  sctp_paddrparams,
  sctp_paddrthlds,
  sctp_rtoinfo,
  sctp_sack_info,
  sctp_setadaptation,
  sctp_setprim,
  sctp_sndinfo,
  sctp_status,
} from "./types.js";

/** An option that is a number and needs nothing to be read. */
interface NumberOption {
  get: number;
  set: number;
  argument: undefined;
}

/** An option that is on or off; it reads as 0 or 1. */
interface SwitchOption {
  get: number;
  set: number | boolean;
  argument: undefined;
}

/** An option that can only be read. */
interface ReadOnlyOption<Value, Argument> {
  get: Value;
  set: never;
  argument: Argument;
}

/** An option that can only be set. */
interface WriteOnlyOption<Value> {
  get: never;
  set: Value;
  argument: undefined;
}

/** An option whose structure names the association: what is asked for is told by the same structure. */
interface StructureOption<Value> {
  get: Value;
  set: Partial<Value>;
  argument: Partial<Value>;
}

/** What identifies a path of an association. */
type PathArgument = Omit<Partial<sctp_paddrinfo>, "spinfo_address"> & { spinfo_address: SctpAddressInput };

/** Parameters of paths; an address that is left out stands for all of the peer's. */
type PathParameters = Omit<Partial<sctp_paddrparams>, "spp_address"> & {
  spp_address?: SctpAddressInput | undefined;
};

/** Whose thresholds they are; an address that is left out stands for all of the peer's. */
type ThresholdsArgument = Omit<Partial<sctp_paddrthlds>, "spt_address"> & {
  spt_address?: SctpAddressInput | undefined;
};

/** Which paths a UDP port is for; an address that is left out stands for those to come. */
type EncapsulationArgument = Omit<Partial<sctp_udpencaps>, "sue_address"> & {
  sue_address?: SctpAddressInput | undefined;
};

/** A shared key has to be named, because 0 is one too. */
type KeyInput = Partial<sctp_authkeyid> & Pick<sctp_authkeyid, "scact_keynumber">;

/** Every option that sockets have, by level and name. The rows at run time are those of the option table. */
export interface SocketOptions {
  [SOL_SOCKET]: {
    [SO_TYPE]: ReadOnlyOption<SocketType, undefined>;
    [SO_ERROR]: ReadOnlyOption<number, undefined>;
    [SO_SNDBUF]: NumberOption;
    [SO_RCVBUF]: NumberOption;
    [SO_LINGER]: { get: linger; set: Partial<linger>; argument: undefined };
    [SO_PROTOCOL]: ReadOnlyOption<typeof IPPROTO_SCTP, undefined>;
    [SO_DOMAIN]: ReadOnlyOption<AddressFamily, undefined>;
  };
  [IPPROTO_SCTP]: {
    [SCTP_RTOINFO]: StructureOption<sctp_rtoinfo>;
    [SCTP_ASSOCINFO]: StructureOption<sctp_assocparams>;
    [SCTP_INITMSG]: { get: sctp_initmsg; set: Partial<sctp_initmsg>; argument: undefined };
    [SCTP_NODELAY]: SwitchOption;
    [SCTP_AUTOCLOSE]: NumberOption;
    [SCTP_ADAPTATION_LAYER]: {
      get: sctp_setadaptation;
      set: Partial<sctp_setadaptation>;
      argument: undefined;
    };
    [SCTP_I_WANT_MAPPED_V4_ADDR]: SwitchOption;
    [SCTP_MAXSEG]: StructureOption<sctp_assoc_value>;
    [SCTP_DISABLE_FRAGMENTS]: SwitchOption;
    [SCTP_DELAYED_SACK]: StructureOption<sctp_sack_info>;
    [SCTP_FRAGMENT_INTERLEAVE]: NumberOption;
    [SCTP_PARTIAL_DELIVERY_POINT]: NumberOption;
    [SCTP_MAX_BURST]: StructureOption<sctp_assoc_value>;
    [SCTP_CONTEXT]: StructureOption<sctp_assoc_value>;
    [SCTP_EXPLICIT_EOR]: SwitchOption;
    [SCTP_REUSE_PORT]: SwitchOption;
    [SCTP_GET_ASSOC_NUMBER]: ReadOnlyOption<number, undefined>;
    [SCTP_GET_ASSOC_ID_LIST]: ReadOnlyOption<sctp_assoc_ids, undefined>;
    [SCTP_STATUS]: ReadOnlyOption<sctp_status, Partial<sctp_status>>;
    [SCTP_GET_PEER_ADDR_INFO]: ReadOnlyOption<sctp_paddrinfo, PathArgument>;
    [SCTP_PRIMARY_ADDR]: {
      get: sctp_setprim;
      set: { ssp_assoc_id?: number; ssp_addr: SctpAddressInput };
      argument: Partial<sctp_setprim>;
    };
    [SCTP_SET_PEER_PRIMARY_ADDR]: WriteOnlyOption<{ sspp_assoc_id?: number; sspp_addr: SctpAddressInput }>;
    [SCTP_AUTO_ASCONF]: SwitchOption;
    [SCTP_PEER_ADDR_PARAMS]: { get: sctp_paddrparams; set: PathParameters; argument: PathParameters };
    [SCTP_PEER_ADDR_THLDS]: {
      get: sctp_paddrthlds;
      set: ThresholdsArgument & Pick<sctp_paddrthlds, "spt_pathpfthld" | "spt_pathcpthld">;
      argument: ThresholdsArgument;
    };
    [SCTP_REMOTE_UDP_ENCAPS_PORT]: {
      get: sctp_udpencaps;
      set: EncapsulationArgument & Pick<sctp_udpencaps, "sue_port">;
      argument: EncapsulationArgument;
    };
    [SCTP_EXPOSE_POTENTIALLY_FAILED_STATE]: StructureOption<sctp_assoc_value>;
    [SCTP_RECVRCVINFO]: SwitchOption;
    [SCTP_RECVNXTINFO]: SwitchOption;
    [SCTP_DEFAULT_SNDINFO]: StructureOption<sctp_sndinfo>;
    [SCTP_DEFAULT_PRINFO]: StructureOption<sctp_default_prinfo>;
    [SCTP_PR_SUPPORTED]: StructureOption<sctp_assoc_value>;
    [SCTP_PR_STREAM_STATUS]: ReadOnlyOption<sctp_prstatus, Partial<sctp_prstatus>>;
    [SCTP_PR_ASSOC_STATUS]: ReadOnlyOption<sctp_prstatus, Partial<sctp_prstatus>>;
    [SCTP_HMAC_IDENT]: {
      get: sctp_hmacalgo;
      set: Pick<sctp_hmacalgo, "shmac_idents"> & Partial<sctp_hmacalgo>;
      argument: undefined;
    };
    [SCTP_AUTH_ACTIVE_KEY]: { get: sctp_authkeyid; set: KeyInput; argument: Partial<sctp_authkeyid> };
    [SCTP_PEER_AUTH_CHUNKS]: ReadOnlyOption<sctp_authchunks, Partial<sctp_authchunks>>;
    [SCTP_LOCAL_AUTH_CHUNKS]: ReadOnlyOption<sctp_authchunks, Partial<sctp_authchunks>>;
    [SCTP_AUTH_CHUNK]: WriteOnlyOption<sctp_authchunk>;
    [SCTP_AUTH_KEY]: WriteOnlyOption<Partial<sctp_authkey>>;
    [SCTP_AUTH_DEACTIVATE_KEY]: WriteOnlyOption<KeyInput>;
    [SCTP_AUTH_DELETE_KEY]: WriteOnlyOption<KeyInput>;
    [SCTP_EVENT]: {
      get: sctp_event;
      set: { se_assoc_id?: number; se_type: number; se_on?: number | boolean };
      argument: { se_assoc_id?: number; se_type: number; se_on?: number | boolean };
    };
  };
}

/** A level of options: `IPPROTO_SCTP` or `SOL_SOCKET`. */
export type OptionLevel = keyof SocketOptions;

/** An option of a level. */
export type OptionName<Level extends OptionLevel> = keyof SocketOptions[Level];

/** One of an option's three types; `never` stands for what cannot be done. */
type Part<Option, Key extends "get" | "set" | "argument"> =
  Option extends Record<Key, infer Value> ? Value : never;

/** What `getsockopt` answers. */
export type OptionValue<Level extends OptionLevel, Name extends OptionName<Level>> = Part<
  SocketOptions[Level][Name],
  "get"
>;

/** What `setsockopt` takes. */
export type OptionInput<Level extends OptionLevel, Name extends OptionName<Level>> = Part<
  SocketOptions[Level][Name],
  "set"
>;

/** What `getsockopt` needs to know: which association, which address, which event. */
export type OptionArgument<Level extends OptionLevel, Name extends OptionName<Level>> = Part<
  SocketOptions[Level][Name],
  "argument"
>;

/** The options of a level that can be set. */
export type SettableOption<Level extends OptionLevel> = {
  [Name in OptionName<Level>]: [OptionInput<Level, Name>] extends [never] ? never : Name;
}[OptionName<Level>];

/** The options of a level that can be read. */
export type ReadableOption<Level extends OptionLevel> = {
  [Name in OptionName<Level>]: [OptionValue<Level, Name>] extends [never] ? never : Name;
}[OptionName<Level>];
