import {
  IPPROTO_SCTP,
  SCTP_ASSOCINFO,
  SCTP_DEFAULT_SNDINFO,
  SCTP_MAXSEG,
  SCTP_RTOINFO,
} from "../../sockets/constants.js";
import type { sctp_assoc_value, sctp_assocparams, sctp_rtoinfo, sctp_sndinfo } from "../../sockets/types.js";
import { changeConfig, option, type OptionFunctions, readTarget, setTargets } from "./option.js";

/** The options that each association has, and the socket for those to come. */
export const ASSOCIATION_OPTIONS: readonly OptionFunctions[] = [
  // RFC 6458 §8.1.1: 0 leaves a value as it is.
  option<Pick<sctp_rtoinfo, "srto_assoc_id">, sctp_rtoinfo>({
    level: IPPROTO_SCTP,
    name: SCTP_RTOINFO,
    get: (state, { srto_assoc_id }) => {
      const target = readTarget(state, srto_assoc_id);
      const { rtoInitialMs, rtoMaxMs, rtoMinMs } = target?.association.config ?? state.settings.config;
      return {
        srto_assoc_id: target?.id ?? srto_assoc_id,
        srto_initial: rtoInitialMs,
        srto_max: rtoMaxMs,
        srto_min: rtoMinMs,
      };
    },
    set: (state, { srto_assoc_id, srto_initial, srto_max, srto_min }) => {
      changeConfig(state, setTargets(state, srto_assoc_id), {
        ...(srto_initial === 0 ? {} : { rtoInitialMs: srto_initial }),
        ...(srto_max === 0 ? {} : { rtoMaxMs: srto_max }),
        ...(srto_min === 0 ? {} : { rtoMinMs: srto_min }),
      });
    },
  }),
  // RFC 6458 §8.1.2: 0 leaves a value as it is, and the others are only read.
  option<Pick<sctp_assocparams, "sasoc_assoc_id">, sctp_assocparams>({
    level: IPPROTO_SCTP,
    name: SCTP_ASSOCINFO,
    get: (state, { sasoc_assoc_id }) => {
      const target = readTarget(state, sasoc_assoc_id);
      const association = target?.association;
      const config = association?.config ?? state.settings.config;
      const unreadBytes = (association?.unreadBytes ?? 0) + (association?.reassemblyBytes ?? 0);
      return {
        sasoc_assoc_id: target?.id ?? sasoc_assoc_id,
        sasoc_asocmaxrxt: config.associationMaxRetrans,
        sasoc_number_peer_destinations: association?.paths.length ?? 0,
        sasoc_peer_rwnd: association?.peerRwnd ?? 0,
        sasoc_local_rwnd: Math.max(0, config.receiveBufferBytes - unreadBytes),
        sasoc_cookie_life: config.validCookieLifeMs,
      };
    },
    set: (state, { sasoc_assoc_id, sasoc_asocmaxrxt, sasoc_cookie_life }) => {
      changeConfig(state, setTargets(state, sasoc_assoc_id), {
        ...(sasoc_asocmaxrxt === 0 ? {} : { associationMaxRetrans: sasoc_asocmaxrxt }),
        ...(sasoc_cookie_life === 0 ? {} : { validCookieLifeMs: sasoc_cookie_life }),
      });
    },
  }),
  // RFC 6458 §8.1.16.
  option<Pick<sctp_assoc_value, "assoc_id">, sctp_assoc_value>({
    level: IPPROTO_SCTP,
    name: SCTP_MAXSEG,
    get: (state, { assoc_id }) => {
      const target = readTarget(state, assoc_id);
      const { maxSegmentBytes } = target?.association.config ?? state.settings.config;
      return { assoc_id: target?.id ?? assoc_id, assoc_value: maxSegmentBytes };
    },
    set: (state, { assoc_id, assoc_value }) => {
      changeConfig(state, setTargets(state, assoc_id), { maxSegmentBytes: assoc_value });
    },
  }),
  // RFC 6458 §8.1.31.
  option<Pick<sctp_sndinfo, "snd_assoc_id">, sctp_sndinfo>({
    level: IPPROTO_SCTP,
    name: SCTP_DEFAULT_SNDINFO,
    get: (state, { snd_assoc_id }) => {
      const target = readTarget(state, snd_assoc_id);
      return {
        ...(target?.defaultSndinfo ?? state.settings.defaultSndinfo),
        snd_assoc_id: target?.id ?? snd_assoc_id,
      };
    },
    set: (state, { snd_sid, snd_flags, snd_ppid, snd_context, snd_assoc_id }) => {
      const targets = setTargets(state, snd_assoc_id);
      const defaults = Object.freeze({ snd_sid, snd_flags, snd_ppid, snd_context });
      if (targets.future) state.settings.defaultSndinfo = defaults;
      for (const target of targets.current) target.defaultSndinfo = defaults;
    },
  }),
];
