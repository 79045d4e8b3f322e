/**
 * SCTP sockets over a stack of our own, and everything that it touches of the world as small interfaces that can be
 * replaced: what carries packets, the time, the randomness.
 *
 * @module
 */
export type { Clock, TimerHandle } from "./clock.js";
export { DriftingClock } from "./drifting-clock.js";
export type { LinkFaults } from "./link-faults.js";
export type { AddressChange, AddressListener } from "./address-change.js";
export type { AddressMonitor } from "./address-monitor.js";
export type {
  LowerLayer,
  LowerLayerCapabilities,
  LowerLayerError,
  LowerLayerHandlers,
  PortRequest,
} from "./lower-layer.js";
export { MemoryHost } from "./memory-host.js";
export {
  type InjectedError,
  type InjectedPacket,
  MemoryNetwork,
  type MemoryNetworkOptions,
  type ObservedPacket,
  type PacketFate,
} from "./memory-network.js";
export { NodeCrypto, NodeEntropy } from "./node-crypto.js";
export { RawIp, type RawIpOptions } from "./raw-ip.js";
export { SeededEntropy } from "./seeded-entropy.js";
export { SystemClock } from "./system-clock.js";
export {
  SCTP_TUNNELING_PORT,
  UdpEncapsulation,
  type UdpEncapsulationOptions,
} from "./udp-encapsulation.js";
export type { UdpIo } from "./udp/udp-io.js";
export {
  createUserlandProvider,
  type UserlandProvider,
  type UserlandProviderOptions,
} from "./userland-provider.js";
export { VirtualClock } from "./virtual-clock.js";
export type { AssociationConfig, AssociationConfigChange } from "../stack/config.js";
export { HMAC_SHA1, HMAC_SHA256, type Crypto, type HmacIdentifier } from "../stack/crypto.js";
export {
  Rfc9260CongestionControl,
  type Acknowledgement,
  type CongestionControl,
  type CongestionControlFactory,
} from "../stack/paths/congestion-control.js";
export type { Entropy } from "../stack/entropy.js";
export type { Addon, FieldLayout, StructureLayout } from "../native/addon.js";
export type { IcmpKind } from "../stack/icmp-message.js";
export type { StackStatistics } from "../stack/statistics.js";
export { createPacketRecord, packetBytes, type PacketRecord } from "../wire/packet-record.js";
export { type IpAddress, parseIpAddress } from "../base/ip-address.js";
