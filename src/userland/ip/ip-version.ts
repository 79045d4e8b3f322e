import type { Addon, FieldLayout } from "../../native/addon.js";
import type { AncillaryKind } from "../../native/ancillary-data.js";

/**
 * What differs between IPv4 and IPv6 where the system is called: numbers and places of the platform's own headers.
 */
export interface IpVersion {
  readonly family: 4 | 6;
  /** The address family: `AF_INET` or `AF_INET6`. */
  readonly domain: number;
  readonly addressBytes: 4 | 16;
  /** The IP header without options, in bytes. */
  readonly headerBytes: 20 | 40;
  /** `sockaddr_in` or `sockaddr_in6`. */
  readonly sockaddr: {
    readonly sizeBytes: number;
    readonly familyOffset: number;
    readonly portOffset: number;
    readonly addressOffset: number;
    /** Where the zone's number stands; IPv4 has none. */
    readonly scopeOffset: number | undefined;
  };
  /** `in_pktinfo` or `in6_pktinfo`: the addresses of a packet as ancillary data. */
  readonly packetInfo: AncillaryKind & {
    readonly sourceOffset: number;
    readonly destinationOffset: number;
    readonly interfaceOffset: number;
  };
  /** The byte of the DSCP as ancillary data: C's `int` (RFC 3542 §6.5, ip(7)). */
  readonly trafficClass: AncillaryKind;
  /** `sock_extended_err`: what has become of a packet, as ancillary data of the error queue. */
  readonly extendedError: AncillaryKind & {
    readonly originOffset: number;
    readonly typeOffset: number;
    readonly codeOffset: number;
    readonly infoOffset: number;
    /** `ee_origin` where ICMP says it, and not the own host. */
    readonly icmpOrigin: number;
  };
  /** The level of the options. */
  readonly level: number;
  readonly options: {
    readonly receivePacketInfo: number;
    readonly receiveErrors: number;
    readonly mtuDiscover: number;
    /** Packets may be fragmented. */
    readonly discoverDont: number;
    /** Packets may not be fragmented, and the system's own opinion of the path MTU does not matter. */
    readonly discoverProbe: number;
    readonly mtu: number;
    /** IPv6 only: whether the system itself must not fragment. */
    readonly dontFragment: number | undefined;
  };
}

/** The two versions of a platform. */
export interface IpVersions {
  readonly 4: IpVersion;
  readonly 6: IpVersion;
}

/**
 * Reads the addon's tables.
 *
 * @returns the name of what is missing on a platform that is not Linux
 */
export function readIpVersions(addon: Addon): IpVersions | { readonly missing: string } {
  const table = new Table(addon);
  const versions: IpVersions = { 4: ipv4(table), 6: ipv6(table) };
  return table.missing === undefined ? versions : { missing: table.missing };
}

/** The addon's tables, with a note of the first thing that they lack. */
class Table {
  missing: string | undefined;
  private readonly addon: Addon;

  constructor(addon: Addon) {
    this.addon = addon;
  }

  number(name: string): number {
    const value = this.addon.constants[name];
    if (value === undefined) this.missing ??= name;
    return value ?? 0;
  }

  sizeBytes(structure: string): number {
    const layout = this.addon.structures[structure];
    if (layout === undefined) this.missing ??= structure;
    return layout?.sizeBytes ?? 0;
  }

  offset(structure: string, field: string): number {
    const layout: FieldLayout | undefined = this.addon.structures[structure]?.fields[field];
    if (layout === undefined) this.missing ??= `${structure}.${field}`;
    return layout?.offsetBytes ?? 0;
  }
}

function ipv4(table: Table): IpVersion {
  return {
    family: 4,
    domain: table.number("AF_INET"),
    addressBytes: 4,
    headerBytes: 20,
    sockaddr: {
      sizeBytes: table.sizeBytes("sockaddr_in"),
      familyOffset: table.offset("sockaddr_in", "sin_family"),
      portOffset: table.offset("sockaddr_in", "sin_port"),
      addressOffset: table.offset("sockaddr_in", "sin_addr"),
      scopeOffset: undefined,
    },
    packetInfo: {
      level: table.number("IPPROTO_IP"),
      type: table.number("IP_PKTINFO"),
      sizeBytes: table.sizeBytes("in_pktinfo"),
      sourceOffset: table.offset("in_pktinfo", "ipi_spec_dst"),
      destinationOffset: table.offset("in_pktinfo", "ipi_addr"),
      interfaceOffset: table.offset("in_pktinfo", "ipi_ifindex"),
    },
    trafficClass: integer(table, "IPPROTO_IP", "IP_TOS"),
    extendedError: extendedError(table, "IPPROTO_IP", "IP_RECVERR", "SO_EE_ORIGIN_ICMP"),
    level: table.number("IPPROTO_IP"),
    options: {
      receivePacketInfo: table.number("IP_PKTINFO"),
      receiveErrors: table.number("IP_RECVERR"),
      mtuDiscover: table.number("IP_MTU_DISCOVER"),
      discoverDont: table.number("IP_PMTUDISC_DONT"),
      discoverProbe: table.number("IP_PMTUDISC_PROBE"),
      mtu: table.number("IP_MTU"),
      dontFragment: undefined,
    },
  };
}

function ipv6(table: Table): IpVersion {
  return {
    family: 6,
    domain: table.number("AF_INET6"),
    addressBytes: 16,
    headerBytes: 40,
    sockaddr: {
      sizeBytes: table.sizeBytes("sockaddr_in6"),
      familyOffset: table.offset("sockaddr_in6", "sin6_family"),
      portOffset: table.offset("sockaddr_in6", "sin6_port"),
      addressOffset: table.offset("sockaddr_in6", "sin6_addr"),
      scopeOffset: table.offset("sockaddr_in6", "sin6_scope_id"),
    },
    packetInfo: {
      level: table.number("IPPROTO_IPV6"),
      type: table.number("IPV6_PKTINFO"),
      sizeBytes: table.sizeBytes("in6_pktinfo"),
      sourceOffset: table.offset("in6_pktinfo", "ipi6_addr"),
      destinationOffset: table.offset("in6_pktinfo", "ipi6_addr"),
      interfaceOffset: table.offset("in6_pktinfo", "ipi6_ifindex"),
    },
    trafficClass: integer(table, "IPPROTO_IPV6", "IPV6_TCLASS"),
    extendedError: extendedError(table, "IPPROTO_IPV6", "IPV6_RECVERR", "SO_EE_ORIGIN_ICMP6"),
    level: table.number("IPPROTO_IPV6"),
    options: {
      receivePacketInfo: table.number("IPV6_RECVPKTINFO"),
      receiveErrors: table.number("IPV6_RECVERR"),
      mtuDiscover: table.number("IPV6_MTU_DISCOVER"),
      discoverDont: table.number("IPV6_PMTUDISC_DONT"),
      discoverProbe: table.number("IPV6_PMTUDISC_PROBE"),
      mtu: table.number("IPV6_MTU"),
      dontFragment: table.number("IPV6_DONTFRAG"),
    },
  };
}

function integer(table: Table, level: string, type: string): AncillaryKind {
  return {
    level: table.number(level),
    type: table.number(type),
    sizeBytes: Int32Array.BYTES_PER_ELEMENT,
  };
}

function extendedError(
  table: Table,
  level: string,
  type: string,
  origin: string,
): IpVersion["extendedError"] {
  const structure = "sock_extended_err";
  return {
    level: table.number(level),
    type: table.number(type),
    sizeBytes: table.sizeBytes(structure),
    originOffset: table.offset(structure, "ee_origin"),
    typeOffset: table.offset(structure, "ee_type"),
    codeOffset: table.offset(structure, "ee_code"),
    infoOffset: table.offset(structure, "ee_info"),
    icmpOrigin: table.number(origin),
  };
}
