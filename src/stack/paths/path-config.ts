import { configure, type AssociationConfig } from "../config.js";

/**
 * The parameters that each path has for itself (RFC 6458 §8.1.12, RFC 7829 §7.2). Those of the association are what its
 * paths begin with.
 */
export type PathConfig = Pick<
  AssociationConfig,
  | "heartbeatEnabled"
  | "heartbeatIntervalMs"
  | "pathMaxRetrans"
  | "potentiallyFailedMaxRetrans"
  | "primarySwitchoverMaxRetrans"
  | "pathMtuDiscovery"
  | "fixedPathMtuBytes"
  | "dscp"
  | "flowLabel"
>;

/** What the paths of associations with the same parameters share. */
const known = new WeakMap<Readonly<PathConfig>, Readonly<PathConfig>>();

/**
 * The part of some parameters that concerns paths: what a path of their association begins with; frozen.
 *
 * @param config - frozen
 */
export function pathConfigOf(config: Readonly<PathConfig>): Readonly<PathConfig> {
  let part = known.get(config);
  if (part === undefined) {
    part = partOf(config);
    known.set(config, part);
  }
  return part;
}

function partOf(config: Readonly<PathConfig>): Readonly<PathConfig> {
  return Object.freeze({
    heartbeatEnabled: config.heartbeatEnabled,
    heartbeatIntervalMs: config.heartbeatIntervalMs,
    pathMaxRetrans: config.pathMaxRetrans,
    potentiallyFailedMaxRetrans: config.potentiallyFailedMaxRetrans,
    primarySwitchoverMaxRetrans: config.primarySwitchoverMaxRetrans,
    pathMtuDiscovery: config.pathMtuDiscovery,
    fixedPathMtuBytes: config.fixedPathMtuBytes,
    dscp: config.dscp,
    flowLabel: config.flowLabel,
  });
}

/**
 * Checks a change to a path's parameters and puts it over them.
 *
 * @param path - the path's parameters so far
 * @param change - what changes; parameters that no path has are passed over
 * @param config - those of the association, by whose rules the change is checked
 * @returns the new, frozen parameters
 * @throws RangeError when a number is outside its range or two of them contradict each other
 */
export function configurePath(
  path: Readonly<PathConfig>,
  change: Partial<AssociationConfig>,
  config: Readonly<AssociationConfig>,
): Readonly<PathConfig> {
  return pathConfigOf(configure({ ...config, ...path }, change));
}
