import {
  IPPROTO_SCTP,
  SCTP_CONTEXT,
  SCTP_DELAYED_SACK,
  SCTP_DISABLE_FRAGMENTS,
  SCTP_EXPLICIT_EOR,
  SCTP_FRAGMENT_INTERLEAVE,
  SCTP_MAX_BURST,
  SCTP_PARTIAL_DELIVERY_POINT,
} from "../../sockets/constants.js";
import { systemError } from "../../sockets/errors.js";
import type { sctp_assoc_value, sctp_sack_info } from "../../sockets/types.js";
import type { InterleaveLevel } from "../interleaving.js";
import { setInterleaveLevel } from "../notifying.js";
import {
  changeConfig,
  everyAssociation,
  option,
  type OptionFunctions,
  readTarget,
  setTargets,
} from "./option.js";

/** The options about how messages are sent, acknowledged and handed over. */
export const DELIVERY_OPTIONS: readonly OptionFunctions[] = [
  // RFC 6458 §8.1.11.
  option<undefined, number>({
    level: IPPROTO_SCTP,
    name: SCTP_DISABLE_FRAGMENTS,
    get: ({ settings }) => Number(settings.refusesFragments),
    set: ({ settings }, value) => {
      settings.refusesFragments = value !== 0;
    },
  }),
  // RFC 6458 §8.1.19: 0 leaves a value as it is.
  option<Pick<sctp_sack_info, "sack_assoc_id">, sctp_sack_info>({
    level: IPPROTO_SCTP,
    name: SCTP_DELAYED_SACK,
    get: (state, { sack_assoc_id }): sctp_sack_info => {
      const target = readTarget(state, sack_assoc_id);
      const { sackDelayMs, sackFrequency } = target?.association.config ?? state.settings.config;
      return {
        sack_assoc_id: target?.id ?? sack_assoc_id,
        sack_delay: sackDelayMs,
        sack_freq: sackFrequency,
      };
    },
    set: (state, { sack_assoc_id, sack_delay, sack_freq }) => {
      changeConfig(state, setTargets(state, sack_assoc_id), {
        ...(sack_delay === 0 ? {} : { sackDelayMs: sack_delay }),
        ...(sack_freq === 0 ? {} : { sackFrequency: sack_freq }),
      });
    },
  }),
  // RFC 6458 §8.1.20: whoever gets parts of several messages of an association has to know their streams.
  option<undefined, InterleaveLevel>({
    level: IPPROTO_SCTP,
    name: SCTP_FRAGMENT_INTERLEAVE,
    get: ({ settings }) => settings.interleaveLevel,
    set: (state, level) => {
      if (level === 2 && !state.settings.wantsRcvinfo) {
        const message = "level 2 of SCTP_FRAGMENT_INTERLEAVE takes SCTP_RECVRCVINFO";
        throw systemError("EINVAL", "setsockopt", { message });
      }
      changeConfig(state, everyAssociation(state), { interleavesStreams: level === 2 });
      setInterleaveLevel(state, level);
    },
  }),
  // RFC 6458 §8.1.21.
  option<undefined, number>({
    level: IPPROTO_SCTP,
    name: SCTP_PARTIAL_DELIVERY_POINT,
    get: ({ settings }) => settings.config.partialDeliveryPointBytes,
    set: (state, value) => {
      if (value > state.settings.config.receiveBufferBytes) {
        const message = "SCTP_PARTIAL_DELIVERY_POINT must not be larger than SO_RCVBUF";
        throw systemError("EINVAL", "setsockopt", { message });
      }
      changeConfig(state, everyAssociation(state), { partialDeliveryPointBytes: value });
    },
  }),
  // RFC 6458 §8.1.24.
  option<Pick<sctp_assoc_value, "assoc_id">, sctp_assoc_value>({
    level: IPPROTO_SCTP,
    name: SCTP_MAX_BURST,
    get: (state, { assoc_id }) => {
      const target = readTarget(state, assoc_id);
      const { maxBurst } = target?.association.config ?? state.settings.config;
      return { assoc_id: target?.id ?? assoc_id, assoc_value: maxBurst };
    },
    set: (state, { assoc_id, assoc_value }) => {
      changeConfig(state, setTargets(state, assoc_id), { maxBurst: assoc_value });
    },
  }),
  // RFC 6458 §8.1.25.
  option<Pick<sctp_assoc_value, "assoc_id">, sctp_assoc_value>({
    level: IPPROTO_SCTP,
    name: SCTP_CONTEXT,
    get: (state, { assoc_id }) => {
      const target = readTarget(state, assoc_id);
      const { receiveContext } = target ?? state.settings;
      return { assoc_id: target?.id ?? assoc_id, assoc_value: receiveContext };
    },
    set: (state, { assoc_id, assoc_value }) => {
      const targets = setTargets(state, assoc_id);
      if (targets.future) state.settings.receiveContext = assoc_value;
      for (const target of targets.current) target.receiveContext = assoc_value;
    },
  }),
  // RFC 6458 §8.1.26.
  option<undefined, number>({
    level: IPPROTO_SCTP,
    name: SCTP_EXPLICIT_EOR,
    get: ({ settings }) => Number(settings.marksEndOfRecord),
    set: ({ settings }, value) => {
      settings.marksEndOfRecord = value !== 0;
    },
  }),
];
