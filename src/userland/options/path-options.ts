import {
  AF_INET6,
  IPPROTO_SCTP,
  SCTP_EXPOSE_POTENTIALLY_FAILED_STATE,
  SCTP_PEER_ADDR_PARAMS,
  SCTP_PEER_ADDR_THLDS,
  SCTP_PRIMARY_ADDR,
  SPP_DSCP,
  SPP_HB_DEMAND,
  SPP_HB_DISABLE,
  SPP_HB_ENABLE,
  SPP_HB_TIME_IS_ZERO,
  SPP_IPV6_FLOWLABEL,
  SPP_PMTUD_DISABLE,
  SPP_PMTUD_ENABLE,
} from "../../sockets/constants.js";
import type {
  SctpAddress,
  sctp_assoc_value,
  sctp_paddrparams,
  sctp_paddrthlds,
  sctp_setprim,
} from "../../sockets/types.js";
import type { PathConfig } from "../../stack/paths/path-config.js";
import { COMMON_HEADER_BYTES } from "../../wire/common-header.js";
import { wildcardAddresses } from "../bound-endpoint.js";
import { socketAddress } from "../socket-addresses.js";
import type { SocketState } from "../socket-state.js";
import {
  changeConfig,
  changePath,
  findPath,
  option,
  type OptionFunctions,
  type PathTarget,
  readAssociation,
  readTarget,
  setTargets,
} from "./option.js";

/** RFC 6458 §8.1.12: the 20 least significant bits are the flow label. */
const FLOW_LABEL_MASK = 0xfffff;
/** RFC 6458 §8.1.12: the 6 most significant bits are the DSCP. */
const DSCP_SHIFT = 2;

/** An address as the sockets hand it over: 0 stands for all of the peer's. */
type PathAddress = SctpAddress | 0;
type PathParameters = Omit<sctp_paddrparams, "spp_address"> & { readonly spp_address: PathAddress };
type Thresholds = Omit<sctp_paddrthlds, "spt_address"> & { readonly spt_address: PathAddress };

/** The options about the paths to peers. */
export const PATH_OPTIONS: readonly OptionFunctions[] = [
  // RFC 6458 §8.1.9.
  option<Pick<sctp_setprim, "ssp_assoc_id">, sctp_setprim>({
    level: IPPROTO_SCTP,
    name: SCTP_PRIMARY_ADDR,
    get: (state, { ssp_assoc_id }) => {
      const owner = readAssociation(state, ssp_assoc_id);
      const path = owner.association.primaryPath;
      return { ssp_assoc_id: owner.id, ssp_addr: addressOf(state, { owner, path }) };
    },
    set: (state, { ssp_assoc_id, ssp_addr }) => {
      const { owner, path } = findPath(state, ssp_assoc_id, ssp_addr, "setsockopt");
      owner.association.setPrimaryPath(path);
      state.context.driver.touch();
    },
  }),
  // RFC 6458 §8.1.12.
  option<Pick<PathParameters, "spp_assoc_id" | "spp_address">, PathParameters>({
    level: IPPROTO_SCTP,
    name: SCTP_PEER_ADDR_PARAMS,
    get: readPathParameters,
    set: setPathParameters,
  }),
  // RFC 7829 §7.2.
  option<Pick<Thresholds, "spt_assoc_id" | "spt_address">, Thresholds>({
    level: IPPROTO_SCTP,
    name: SCTP_PEER_ADDR_THLDS,
    get: (state, { spt_assoc_id, spt_address }): sctp_paddrthlds => {
      const target = spt_address === 0 ? undefined : findPath(state, spt_assoc_id, spt_address, "getsockopt");
      const owner = target?.owner ?? readTarget(state, spt_assoc_id);
      const config = target?.path.config ?? owner?.association.config ?? state.settings.config;
      return {
        spt_assoc_id: owner?.id ?? spt_assoc_id,
        spt_address: target === undefined ? undefined : addressOf(state, target),
        spt_pathmaxrxt: config.pathMaxRetrans,
        spt_pathpfthld: config.potentiallyFailedMaxRetrans,
        spt_pathcpthld: config.primarySwitchoverMaxRetrans,
      };
    },
    set: (state, { spt_assoc_id, spt_address, spt_pathmaxrxt, spt_pathpfthld, spt_pathcpthld }) => {
      const change: Partial<PathConfig> = {
        ...(spt_pathmaxrxt === 0 ? {} : { pathMaxRetrans: spt_pathmaxrxt }),
        potentiallyFailedMaxRetrans: spt_pathpfthld,
        primarySwitchoverMaxRetrans: spt_pathcpthld,
      };
      if (spt_address === 0) changeConfig(state, setTargets(state, spt_assoc_id), change);
      else changePath(state, findPath(state, spt_assoc_id, spt_address, "setsockopt"), change);
    },
  }),
  // RFC 7829 §7.3.
  option<Pick<sctp_assoc_value, "assoc_id">, sctp_assoc_value>({
    level: IPPROTO_SCTP,
    name: SCTP_EXPOSE_POTENTIALLY_FAILED_STATE,
    get: (state, { assoc_id }) => {
      const target = readTarget(state, assoc_id);
      const { exposesPotentiallyFailed } = target ?? state.settings;
      return { assoc_id: target?.id ?? assoc_id, assoc_value: Number(exposesPotentiallyFailed) };
    },
    set: (state, { assoc_id, assoc_value }) => {
      const targets = setTargets(state, assoc_id);
      if (targets.future) state.settings.exposesPotentiallyFailed = assoc_value !== 0;
      for (const target of targets.current) target.exposesPotentiallyFailed = assoc_value !== 0;
    },
  }),
];

function addressOf({ settings }: SocketState, { owner, path }: PathTarget): SctpAddress {
  return socketAddress(path.address, owner.association.peerPort, settings.wantsMappedIpv4);
}

function readPathParameters(
  state: SocketState,
  { spp_assoc_id, spp_address }: Pick<PathParameters, "spp_assoc_id" | "spp_address">,
): sctp_paddrparams {
  if (spp_address !== 0) {
    const target = findPath(state, spp_assoc_id, spp_address, "getsockopt");
    const { owner, path } = target;
    return {
      spp_assoc_id: owner.id,
      spp_address: addressOf(state, target),
      spp_pathmtu: path.pmdcs,
      ...parametersOf(path.config, path.address.family === 6),
    };
  }
  const target = readTarget(state, spp_assoc_id);
  const config = target?.association.config ?? state.settings.config;
  const { fixedPathMtuBytes } = config;
  return {
    spp_assoc_id: target?.id ?? spp_assoc_id,
    spp_address: undefined,
    spp_pathmtu:
      target === undefined
        ? Math.max(0, fixedPathMtuBytes - headerBytesOfFuture(state))
        : Math.min(...target.association.paths.map(({ pmdcs }) => pmdcs)),
    ...parametersOf(config, state.family === AF_INET6),
  };
}

/** RFC 6458 §8.1.12: what is there of flow label and DSCP is told by flags. */
function parametersOf(
  config: Readonly<PathConfig>,
  isIpv6: boolean,
): Omit<sctp_paddrparams, "spp_assoc_id" | "spp_address" | "spp_pathmtu"> {
  const { dscp } = config;
  const flowLabel = isIpv6 ? config.flowLabel : undefined;
  return {
    spp_hbinterval: config.heartbeatIntervalMs,
    spp_pathmaxrxt: config.pathMaxRetrans,
    spp_flags:
      (config.heartbeatEnabled ? SPP_HB_ENABLE : SPP_HB_DISABLE) |
      (config.pathMtuDiscovery ? SPP_PMTUD_ENABLE : SPP_PMTUD_DISABLE) |
      (flowLabel === undefined ? 0 : SPP_IPV6_FLOWLABEL) |
      (dscp === undefined ? 0 : SPP_DSCP),
    spp_ipv6_flowlabel: flowLabel ?? 0,
    spp_dscp: (dscp ?? 0) << DSCP_SHIFT,
  };
}

function setPathParameters(state: SocketState, value: PathParameters): void {
  const { spp_assoc_id, spp_address, spp_flags } = value;
  const { driver } = state.context;
  if (spp_address === 0) {
    const targets = setTargets(state, spp_assoc_id);
    changeConfig(state, targets, changeOf(value, headerBytesOfFuture(state)));
    if ((spp_flags & SPP_PMTUD_DISABLE) === 0) return;
    // How much of an IP packet is room for chunks depends on the family of its path.
    for (const owner of targets.current) {
      for (const path of owner.association.paths) {
        changePath(state, { owner, path }, mtuChangeOf(value, headerBytesOf({ owner, path })));
      }
    }
    return;
  }
  const target = findPath(state, spp_assoc_id, spp_address, "setsockopt");
  changePath(state, target, changeOf(value, headerBytesOf(target)));
  if ((spp_flags & SPP_HB_DEMAND) !== 0) {
    target.owner.association.requestHeartbeat(target.path, driver.now());
    driver.touch();
  }
}

/** RFC 6458 §8.1.12: flags say what is to be changed, and 0 leaves a number as it is. */
function changeOf(value: PathParameters, headerBytes: number): Partial<PathConfig> {
  const { spp_flags, spp_hbinterval, spp_pathmaxrxt, spp_ipv6_flowlabel, spp_dscp } = value;
  const change: Partial<PathConfig> = mtuChangeOf(value, headerBytes);
  if ((spp_flags & SPP_HB_ENABLE) !== 0) {
    change.heartbeatEnabled = true;
    if ((spp_flags & SPP_HB_TIME_IS_ZERO) !== 0) change.heartbeatIntervalMs = 0;
    else if (spp_hbinterval !== 0) change.heartbeatIntervalMs = spp_hbinterval;
  }
  if ((spp_flags & SPP_HB_DISABLE) !== 0) change.heartbeatEnabled = false;
  if (spp_pathmaxrxt !== 0) change.pathMaxRetrans = spp_pathmaxrxt;
  if ((spp_flags & SPP_IPV6_FLOWLABEL) !== 0) change.flowLabel = spp_ipv6_flowlabel & FLOW_LABEL_MASK;
  if ((spp_flags & SPP_DSCP) !== 0) change.dscp = spp_dscp >> DSCP_SHIFT;
  return change;
}

/** RFC 6458 §8.1.12: spp_pathmtu counts chunks only; the stack counts IP packets. */
function mtuChangeOf({ spp_flags, spp_pathmtu }: PathParameters, headerBytes: number): Partial<PathConfig> {
  if ((spp_flags & SPP_PMTUD_ENABLE) !== 0) return { pathMtuDiscovery: true, fixedPathMtuBytes: 0 };
  if ((spp_flags & SPP_PMTUD_DISABLE) === 0) return {};
  return {
    pathMtuDiscovery: false,
    ...(spp_pathmtu === 0 ? {} : { fixedPathMtuBytes: spp_pathmtu + headerBytes }),
  };
}

/** What stands in front of the chunks of a packet, in bytes. */
function headerBytesOf({ path }: PathTarget): number {
  return path.headerBytes + COMMON_HEADER_BYTES;
}

/** The same for paths that do not exist yet: those of the socket's family. */
function headerBytesOfFuture({ context, family }: SocketState): number {
  const [wildcard] = wildcardAddresses(family);
  const { headerBytes } = context.driver.lowerLayer.capabilities;
  return COMMON_HEADER_BYTES + (wildcard === undefined ? 0 : headerBytes(wildcard));
}
