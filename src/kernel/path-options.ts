/**
 * The options about the paths to peers, where Linux means something else than RFC 6458 and RFC 7829 do.
 *
 * @module
 */
import { isMappedIpv4, parseIpAddress } from "../base/ip-address.js";
import {
  AF_INET,
  AF_INET6,
  IPPROTO_SCTP,
  SCTP_ACTIVE,
  SCTP_EXPOSE_POTENTIALLY_FAILED_STATE,
  SCTP_GET_PEER_ADDR_INFO,
  SCTP_PEER_ADDR_PARAMS,
  SCTP_PEER_ADDR_THLDS,
  SCTP_POTENTIALLY_FAILED,
  SCTP_PRIMARY_ADDR,
  SCTP_STATUS,
  SPP_IPV6_FLOWLABEL,
  SPP_PMTUD_DISABLE,
} from "../sockets/constants.js";
import { systemError } from "../sockets/errors.js";
import type {
  SctpAddress,
  sctp_assoc_value,
  sctp_paddrinfo,
  sctp_paddrparams,
  sctp_paddrthlds,
  sctp_setprim,
  sctp_status,
} from "../sockets/types.js";
import { findByPeer } from "./connecting.js";
import {
  type OptionInput,
  readOption,
  SystemAnswer,
  tryReadOption,
  writeAndRemember,
  writeOption,
} from "./kernel-options.js";
import type { KernelSocketState } from "./kernel-socket-state.js";
import { peerAddresses } from "./local-addresses.js";
import type { SpecialOption, SpecialOptions } from "./special-option.js";

/** RFC 9260 §3.1: the common header, behind that of IPv4 or of IPv6. */
const IPV4_HEADER_BYTES = 20 + 12;
const IPV6_HEADER_BYTES = 40 + 12;

/**
 * What Linux takes for "exposed"; 1 is not RFC 7829's "exposed" there, but refuses to tell of a potentially failed path
 * at all, with EACCES.
 */
const LINUX_EXPOSED = 2;

/** What no peer has. */
const NOWHERE = { address: "", port: 0 };

/** An address as the sockets hand it over: 0 stands for all of the peer's. */
type PathAddress = SctpAddress | 0;
type PathParameters = Omit<sctp_paddrparams, "spp_address"> & { readonly spp_address: PathAddress };
type Call = "getsockopt" | "setsockopt";
type Thresholds = Omit<sctp_paddrthlds, "spt_address"> & { readonly spt_address: PathAddress };

/** How the provider reads and sets options that are not the kernel's business alone. */
export const PATH_OPTIONS: SpecialOptions = new Map<number, SpecialOption>([
  [
    SCTP_STATUS,
    {
      get: (state, argument) => {
        const status = read(state, SCTP_STATUS, argument) as sctp_status;
        return { ...status, sstat_primary: shownPath(state, status.sstat_primary) };
      },
    },
  ],
  [
    SCTP_GET_PEER_ADDR_INFO,
    {
      get: (state, argument) => {
        const { spinfo_assoc_id, spinfo_address } = argument as sctp_paddrinfo;
        refuseForeign(state, spinfo_assoc_id, spinfo_address, "getsockopt");
        return shownPath(state, read(state, SCTP_GET_PEER_ADDR_INFO, argument) as sctp_paddrinfo);
      },
    },
  ],
  [SCTP_PRIMARY_ADDR, { set: (state, value) => setPrimaryAddress(state, value as sctp_setprim) }],
  [
    SCTP_PEER_ADDR_PARAMS,
    {
      get: (state, argument) => readPathParameters(state, argument as PathParameters),
      set: (state, value) => setPathParameters(state, value as PathParameters),
    },
  ],
  [
    SCTP_PEER_ADDR_THLDS,
    {
      get: (state, argument) => {
        const { spt_assoc_id, spt_address } = argument as Thresholds;
        refuseForeign(state, spt_assoc_id, spt_address, "getsockopt");
        const value = read(state, SCTP_PEER_ADDR_THLDS, argument) as sctp_paddrthlds;
        return { ...value, spt_assoc_id: associationOf(state, spt_assoc_id, spt_address) };
      },
      set: (state, value) => setThresholds(state, value as Thresholds),
    },
  ],
  [
    SCTP_EXPOSE_POTENTIALLY_FAILED_STATE,
    {
      get: (state, argument) => {
        const value = read(state, SCTP_EXPOSE_POTENTIALLY_FAILED_STATE, argument) as sctp_assoc_value;
        return { ...value, assoc_value: Number(value.assoc_value === LINUX_EXPOSED) };
      },
      set: (state, value) => {
        const { assoc_id, assoc_value } = value as sctp_assoc_value;
        const exposed = { assoc_id, assoc_value: assoc_value === 0 ? 0 : LINUX_EXPOSED };
        writeForFuture(state, SCTP_EXPOSE_POTENTIALLY_FAILED_STATE, exposed, "exposed");
      },
    },
  ],
]);

function read(state: KernelSocketState, name: number, argument: unknown): unknown {
  return readOption(state.context, state.id, [IPPROTO_SCTP, name], argument as OptionInput);
}

function write(state: KernelSocketState, name: number, value: object): void {
  writeOption(state.context, state.id, [IPPROTO_SCTP, name], value as OptionInput);
}

/** Sets what holds for associations to come too. */
function writeForFuture(state: KernelSocketState, name: number, value: object, key: string): void {
  writeAndRemember(state, [IPPROTO_SCTP, name], value as OptionInput, `${name} ${key}`);
}

/** RFC 7829 §7.3: that a path is potentially failed is shown only to those who want to know. */
function shownPath(state: KernelSocketState, path: sctp_paddrinfo): sctp_paddrinfo {
  const { spinfo_assoc_id: assoc_id, spinfo_state, spinfo_mtu, spinfo_address } = path;
  const isHidden =
    spinfo_state === SCTP_POTENTIALLY_FAILED &&
    (read(state, SCTP_EXPOSE_POTENTIALLY_FAILED_STATE, { assoc_id }) as sctp_assoc_value).assoc_value !==
      LINUX_EXPOSED;
  return {
    ...path,
    spinfo_state: isHidden ? SCTP_ACTIVE : spinfo_state,
    spinfo_mtu: spinfo_mtu - headerBytesOf(spinfo_address),
  };
}

/** What stands in front of the chunks in an IP packet to an address, in bytes. Linux counts it into path MTUs. */
function headerBytesOf({ address }: SctpAddress): number {
  const ip = parseIpAddress(address);
  return ip?.family === 6 && !isMappedIpv4(ip) ? IPV6_HEADER_BYTES : IPV4_HEADER_BYTES;
}

/** RFC 6458 §6.1.2: a primary address that is one already is not made one, and nothing is told of it. */
function setPrimaryAddress(state: KernelSocketState, value: sctp_setprim): void {
  const { ssp_assoc_id, ssp_addr } = value;
  refuseForeign(state, ssp_assoc_id, ssp_addr, "setsockopt");
  const primary = tryReadOption(state.context, state.id, [IPPROTO_SCTP, SCTP_PRIMARY_ADDR], { ssp_assoc_id });
  const { address, port } = primary instanceof SystemAnswer ? NOWHERE : (primary as sctp_setprim).ssp_addr;
  if (address !== ssp_addr.address || port !== ssp_addr.port) write(state, SCTP_PRIMARY_ADDR, value);
}

/** RFC 6458 §8.2.2: an id comes first, and the address must belong to it. Linux forgets that of ids that are none. */
export function refuseForeign(
  state: KernelSocketState,
  assocId: number,
  address: PathAddress,
  call: Call,
): void {
  if (state.isOneToOne || assocId === 0 || address === 0) return;
  if (findByPeer(state, address) === assocId) return;
  const message = `${address.address} is no address of the association's peer`;
  throw systemError("EINVAL", call, { message });
}

function readPathParameters(state: KernelSocketState, argument: PathParameters): sctp_paddrparams {
  const value = read(state, SCTP_PEER_ADDR_PARAMS, argument) as sctp_paddrparams;
  const { spp_address } = argument;
  // RFC 6458 §8.1.12: for sockets that are not IPv6 ones the flag is left cleared.
  const unknown = state.family === AF_INET6 ? 0 : SPP_IPV6_FLOWLABEL;
  const spp_assoc_id = associationOf(state, argument.spp_assoc_id, spp_address);
  const shown = { ...value, spp_assoc_id, spp_flags: value.spp_flags & ~unknown };
  if (unknown !== 0) shown.spp_ipv6_flowlabel = 0;
  if (spp_address !== 0) return { ...shown, spp_pathmtu: value.spp_pathmtu - headerBytesOf(spp_address) };
  const addresses = peersOf(state, argument.spp_assoc_id);
  const mtus = addresses.map((address) => {
    const path = read(state, SCTP_PEER_ADDR_PARAMS, { ...argument, spp_address: address });
    return (path as sctp_paddrparams).spp_pathmtu - headerBytesOf(address);
  });
  const ofFuture = Math.max(0, value.spp_pathmtu - headerBytesOfFuture(state));
  return { ...shown, spp_address: undefined, spp_pathmtu: mtus.length === 0 ? ofFuture : Math.min(...mtus) };
}

function setPathParameters(state: KernelSocketState, value: PathParameters): void {
  const { spp_assoc_id, spp_address, spp_flags, spp_hbinterval, spp_pathmaxrxt, spp_pathmtu } = value;
  const inPackets = (headerBytes: number): PathParameters => ({
    ...value,
    spp_pathmtu: spp_pathmtu === 0 ? 0 : spp_pathmtu + headerBytes,
  });
  if (spp_address !== 0) {
    write(state, SCTP_PEER_ADDR_PARAMS, inPackets(headerBytesOf(spp_address)));
    return;
  }
  // What is set apart stays set, and what is set again replaces what was set before.
  const key = [spp_flags, spp_hbinterval !== 0, spp_pathmaxrxt !== 0, spp_pathmtu !== 0].join();
  writeForFuture(state, SCTP_PEER_ADDR_PARAMS, inPackets(headerBytesOfFuture(state)), key);
  if ((spp_flags & SPP_PMTUD_DISABLE) === 0 || spp_pathmtu === 0) return;
  // How much of an IP packet is room for chunks depends on the family of its path.
  for (const address of peersOf(state, spp_assoc_id)) {
    write(state, SCTP_PEER_ADDR_PARAMS, {
      spp_assoc_id,
      spp_address: address,
      spp_flags: SPP_PMTUD_DISABLE,
      spp_pathmtu: spp_pathmtu + headerBytesOf(address),
    });
  }
}

function setThresholds(state: KernelSocketState, value: Thresholds): void {
  refuseForeign(state, value.spt_assoc_id, value.spt_address, "setsockopt");
  if (value.spt_address !== 0) write(state, SCTP_PEER_ADDR_THLDS, value);
  else writeForFuture(state, SCTP_PEER_ADDR_THLDS, value, "of all");
}

/** RFC 6458 §8.2.2: where only an address was given, the answer tells its association, but not on Linux. */
export function associationOf(state: KernelSocketState, assocId: number, address: PathAddress): number {
  return assocId === 0 && address !== 0 && !state.isOneToOne ? findByPeer(state, address) : assocId;
}

/** The addresses of an association's peer; none where an id stands for associations to come. */
export function peersOf(state: KernelSocketState, assocId: number): readonly SctpAddress[] {
  const isFuture = state.isOneToOne ? state.single === undefined : assocId === 0;
  return isFuture ? [] : peerAddresses(state, assocId);
}

/** As {@link headerBytesOf}, for paths that do not exist yet: those of the socket's family. */
function headerBytesOfFuture({ family }: KernelSocketState): number {
  return family === AF_INET ? IPV4_HEADER_BYTES : IPV6_HEADER_BYTES;
}
