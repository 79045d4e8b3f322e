import {
  IPPROTO_SCTP,
  SCTP_ADAPTATION_LAYER,
  SCTP_AUTOCLOSE,
  SCTP_GET_ASSOC_ID_LIST,
  SCTP_GET_ASSOC_NUMBER,
  SCTP_I_WANT_MAPPED_V4_ADDR,
  SCTP_INITMSG,
  SCTP_NODELAY,
  SCTP_RECVNXTINFO,
  SCTP_RECVRCVINFO,
  SCTP_REUSE_PORT,
  SO_LINGER,
  SO_RCVBUF,
  SO_SNDBUF,
  SOL_SOCKET,
} from "../../sockets/constants.js";
import { systemError } from "../../sockets/errors.js";
import type { linger, sctp_assoc_ids, sctp_initmsg, sctp_setadaptation } from "../../sockets/types.js";
import { withInitmsg } from "../initiation.js";
import { changeConfig, everyAssociation, option, type OptionFunctions, type SetTargets } from "./option.js";

/** RFC 9260 §3.3.2: a receive window below this is refused by peers. */
const RECEIVE_BUFFER_BYTES_MIN = 1500;

const FUTURE: SetTargets = { future: true, current: [] };

/** The options that a socket has as a whole. */
export const SOCKET_OPTIONS: readonly OptionFunctions[] = [
  // RFC 6458 §8.1.7.
  option<undefined, number>({
    level: SOL_SOCKET,
    name: SO_SNDBUF,
    get: ({ settings }) => settings.sendBufferBytes,
    set: (state, value) => {
      state.settings.sendBufferBytes = value;
      state.wakeWritable();
    },
  }),
  // RFC 6458 §8.1.6.
  option<undefined, number>({
    level: SOL_SOCKET,
    name: SO_RCVBUF,
    get: ({ settings }) => settings.config.receiveBufferBytes,
    set: (state, value) => {
      const receiveBufferBytes = Math.max(value, RECEIVE_BUFFER_BYTES_MIN);
      changeConfig(state, everyAssociation(state), { receiveBufferBytes });
    },
  }),
  // RFC 6458 §8.1.4.
  option<undefined, linger>({
    level: SOL_SOCKET,
    name: SO_LINGER,
    get: ({ settings }) => ({ ...settings.linger }),
    set: ({ settings }, { l_onoff, l_linger }) => {
      settings.linger = Object.freeze({ l_onoff, l_linger });
    },
  }),
  // RFC 6458 §8.1.3: 0 leaves a value as it is.
  option<undefined, sctp_initmsg>({
    level: IPPROTO_SCTP,
    name: SCTP_INITMSG,
    get: ({ settings: { config } }) => ({
      sinit_num_ostreams: config.outboundStreams,
      sinit_max_instreams: config.maxInboundStreams,
      sinit_max_attempts: config.maxInitRetransmits,
      sinit_max_init_timeo: config.maxInitTimeoutMs === 0 ? config.rtoMaxMs : config.maxInitTimeoutMs,
    }),
    set: (state, value) => changeConfig(state, FUTURE, withInitmsg(state.settings.config, value)),
  }),
  // RFC 6458 §8.1.5.
  option<undefined, number>({
    level: IPPROTO_SCTP,
    name: SCTP_NODELAY,
    get: ({ settings }) => Number(settings.config.noDelay),
    set: (state, value) => changeConfig(state, everyAssociation(state), { noDelay: value !== 0 }),
  }),
  // RFC 6458 §8.1.8.
  option<undefined, number>({
    level: IPPROTO_SCTP,
    name: SCTP_AUTOCLOSE,
    get: ({ settings }) => settings.config.autocloseMs / 1000,
    set: (state, value) => changeConfig(state, everyAssociation(state), { autocloseMs: value * 1000 }),
  }),
  // RFC 6458 §8.1.10.
  option<undefined, sctp_setadaptation>({
    level: IPPROTO_SCTP,
    name: SCTP_ADAPTATION_LAYER,
    get: ({ settings }) => ({ ssb_adaptation_ind: settings.config.adaptationIndication ?? 0 }),
    set: (state, { ssb_adaptation_ind }) => {
      changeConfig(state, FUTURE, { adaptationIndication: ssb_adaptation_ind });
    },
  }),
  // RFC 6458 §8.1.15.
  option<undefined, number>({
    level: IPPROTO_SCTP,
    name: SCTP_I_WANT_MAPPED_V4_ADDR,
    get: ({ settings }) => Number(settings.wantsMappedIpv4),
    set: ({ settings }, value) => {
      settings.wantsMappedIpv4 = value !== 0;
    },
  }),
  // RFC 6458 §8.1.29.
  option<undefined, number>({
    level: IPPROTO_SCTP,
    name: SCTP_RECVRCVINFO,
    get: ({ settings }) => Number(settings.wantsRcvinfo),
    set: ({ settings }, value) => {
      settings.wantsRcvinfo = value !== 0;
    },
  }),
  // RFC 6458 §8.1.30.
  option<undefined, number>({
    level: IPPROTO_SCTP,
    name: SCTP_RECVNXTINFO,
    get: ({ settings }) => Number(settings.wantsNxtinfo),
    set: ({ settings }, value) => {
      settings.wantsNxtinfo = value !== 0;
    },
  }),
  // RFC 6458 §8.1.27.
  option<undefined, number>({
    level: IPPROTO_SCTP,
    name: SCTP_REUSE_PORT,
    get: ({ settings }) => Number(settings.sharesPort),
    set: ({ settings, bound }, value) => {
      if (bound !== undefined) {
        const message = "SCTP_REUSE_PORT is set before the socket is bound";
        throw systemError("EINVAL", "setsockopt", { message });
      }
      settings.sharesPort = value !== 0;
    },
  }),
  // RFC 6458 §8.2.5.
  option<undefined, never>({
    level: IPPROTO_SCTP,
    name: SCTP_GET_ASSOC_NUMBER,
    get: ({ associations }) => associations.size,
  }),
  // RFC 6458 §8.2.6.
  option<undefined, never>({
    level: IPPROTO_SCTP,
    name: SCTP_GET_ASSOC_ID_LIST,
    get: ({ associations }): sctp_assoc_ids => ({
      gaids_number_of_ids: associations.size,
      gaids_assoc_id: [...associations.keys()],
    }),
  }),
];
