import type { Millis } from "../../base/millis.js";
import { maySendData } from "../association-state.js";
import type { TransmissionControlBlock } from "../transmission-control-block.js";
import { rescheduleHeartbeat } from "./heartbeat.js";
import type { PathConfig } from "./path-config.js";
import type { Path } from "./path.js";

/**
 * Gives a path other parameters, and does at once what they want (RFC 6458 §8.1.12). The thresholds of errors take
 * effect with the next error.
 */
export function applyPathConfig(
  tcb: TransmissionControlBlock,
  path: Path,
  config: Readonly<PathConfig>,
  now: Millis,
): void {
  const before = path.config;
  path.config = config;
  const heartbeats =
    config.heartbeatEnabled !== before.heartbeatEnabled ||
    config.heartbeatIntervalMs !== before.heartbeatIntervalMs;
  if (heartbeats && maySendData(tcb.state.name)) rescheduleHeartbeat(tcb, path, now);
  const mtu =
    config.pathMtuDiscovery !== before.pathMtuDiscovery ||
    config.fixedPathMtuBytes !== before.fixedPathMtuBytes;
  if (mtu) path.initializeMtu(tcb.services.mtuBytes(path.address));
  // RFC 9260 §7.2.5.1: in other queues of the network nothing that was learned holds.
  if (config.dscp !== before.dscp) path.resetCongestionControl();
}
