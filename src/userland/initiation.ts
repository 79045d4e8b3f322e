import type { sctp_initmsg } from "../sockets/types.js";
import type { AssociationConfig } from "../stack/config.js";

/** RFC 6458 §5.3.1: what associations are set up with after an SCTP_INITMSG or SCTP_INIT; 0 leaves a value as it is. */
export function withInitmsg(
  config: Readonly<AssociationConfig>,
  initmsg: sctp_initmsg | undefined,
): Readonly<AssociationConfig> {
  if (initmsg === undefined) return config;
  return Object.freeze({
    ...config,
    outboundStreams: initmsg.sinit_num_ostreams || config.outboundStreams,
    maxInboundStreams: initmsg.sinit_max_instreams || config.maxInboundStreams,
    maxInitRetransmits: initmsg.sinit_max_attempts || config.maxInitRetransmits,
    maxInitTimeoutMs: initmsg.sinit_max_init_timeo || config.maxInitTimeoutMs,
  });
}
