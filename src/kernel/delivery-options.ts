/**
 * The options about delivery, sharing of ports and encapsulation, where Linux means something else than RFC 6458 and
 * RFC 6951 do.
 *
 * @module
 */
import {
  IPPROTO_SCTP,
  SCTP_FRAGMENT_INTERLEAVE,
  SCTP_GET_ASSOC_ID_LIST,
  SCTP_REMOTE_UDP_ENCAPS_PORT,
} from "../sockets/constants.js";
import { systemError } from "../sockets/errors.js";
import type { sctp_udpencaps } from "../sockets/extension-types.js";
import type { SctpAddress, sctp_assoc_ids } from "../sockets/types.js";
import { associationIds, readOption, writeAndRemember, writeOption } from "./kernel-options.js";
import type { KernelSocketState } from "./kernel-socket-state.js";
import { associationOf, peersOf, refuseForeign } from "./path-options.js";
import type { SpecialOption, SpecialOptions } from "./special-option.js";

/** As the sockets hand it over: 0 in the place of an address stands for paths to come. */
type Encapsulation = Omit<sctp_udpencaps, "sue_address"> & { readonly sue_address: SctpAddress | 0 };

const ENCAPSULATION = [IPPROTO_SCTP, SCTP_REMOTE_UDP_ENCAPS_PORT] as const;

/** How the provider reads and sets options that are not the kernel's business alone. */
export const DELIVERY_OPTIONS: SpecialOptions = new Map<number, SpecialOption>([
  [SCTP_FRAGMENT_INTERLEAVE, { set: (state, level) => setInterleaveLevel(state, level as number) }],
  [
    SCTP_GET_ASSOC_ID_LIST,
    {
      get: (state): sctp_assoc_ids => {
        const gaids_assoc_id = associationIds(state);
        return { gaids_number_of_ids: gaids_assoc_id.length, gaids_assoc_id };
      },
    },
  ],
  [
    SCTP_REMOTE_UDP_ENCAPS_PORT,
    {
      get: (state, argument) => readPort(state, argument as Encapsulation),
      set: (state, value) => setPort(state, value as Encapsulation),
    },
  ],
]);

/** RFC 6458 §8.1.20: whoever gets parts of several messages of an association has to know their streams. */
function setInterleaveLevel(state: KernelSocketState, level: number): void {
  if (level === 2 && !state.settings.wantsRcvinfo) {
    const message = "level 2 of SCTP_FRAGMENT_INTERLEAVE takes SCTP_RECVRCVINFO";
    throw systemError("EINVAL", "setsockopt", { message });
  }
  writeAndRemember(state, [IPPROTO_SCTP, SCTP_FRAGMENT_INTERLEAVE], level);
}

function readPort(state: KernelSocketState, argument: Encapsulation): sctp_udpencaps {
  const { sue_assoc_id, sue_address } = argument;
  refuseForeign(state, sue_assoc_id, sue_address, "getsockopt");
  const { sue_port } = read(state, argument);
  return {
    sue_assoc_id: associationOf(state, sue_assoc_id, sue_address),
    sue_address: sue_address === 0 ? undefined : sue_address,
    sue_port,
  };
}

/** RFC 6951 §6.1: without an address it is about paths to come. Linux changes those that there are, too. */
function setPort(state: KernelSocketState, value: Encapsulation): void {
  const { sue_assoc_id, sue_address } = value;
  refuseForeign(state, sue_assoc_id, sue_address, "setsockopt");
  const peers = sue_address === 0 ? peersOf(state, sue_assoc_id) : [];
  const kept = peers.map((address) => read(state, { ...value, sue_address: address }));
  write(state, value);
  for (const [index, { sue_port }] of kept.entries()) {
    write(state, { sue_assoc_id, sue_address: peers[index] as SctpAddress, sue_port });
  }
  const isForFuture = sue_address === 0 && (state.isOneToOne || sue_assoc_id === 0);
  if (!isForFuture) return;
  const { context } = state;
  state.rememberOption(ENCAPSULATION.join(), (id) => writeOption(context, id, ENCAPSULATION, { ...value }));
}

function read({ context, id }: KernelSocketState, argument: Encapsulation): sctp_udpencaps {
  return readOption(context, id, ENCAPSULATION, { ...argument }) as sctp_udpencaps;
}

function write({ context, id }: KernelSocketState, value: Encapsulation): void {
  writeOption(context, id, ENCAPSULATION, { ...value });
}
