import { SCTP_ALL_ASSOC, SCTP_CURRENT_ASSOC, SCTP_FUTURE_ASSOC } from "../../sockets/constants.js";
import { systemError } from "../../sockets/errors.js";
import type { SctpAddress } from "../../sockets/types.js";
import { type AssociationConfig, type AssociationConfigChange, configure } from "../../stack/config.js";
import type { Path } from "../../stack/paths/path.js";
import type { PathConfig } from "../../stack/paths/path-config.js";
import { findByPeer } from "../connecting.js";
import { pathTo, type SocketAssociation } from "../socket-association.js";
import type { SocketState } from "../socket-state.js";

type OptionCall = "getsockopt" | "setsockopt";

/** How an option is read and set. */
export interface OptionFunctions {
  readonly level: number;
  readonly name: number;
  readonly get?: (state: SocketState, argument: unknown) => unknown;
  readonly set?: (state: SocketState, value: unknown) => void;
}

/**
 * An option whose functions know the types of its row.
 *
 * @param Argument - what `getsockopt` is told
 * @param Value - what `setsockopt` is given
 */
export function option<Argument, Value>(row: {
  readonly level: number;
  readonly name: number;
  readonly get?: (state: SocketState, argument: Argument) => unknown;
  readonly set?: (state: SocketState, value: Value) => void;
}): OptionFunctions {
  // The sockets have checked both against the option table before they come here.
  return row as OptionFunctions;
}

/**
 * The association that an id stands for in a reading call; `undefined` stands for those to come. On one-to-one sockets,
 * where the id says nothing, it is the association that the socket has.
 *
 * @throws EINVAL when there is no such association
 */
export function readTarget(state: SocketState, id: number): SocketAssociation | undefined {
  return findTarget(state, id, "getsockopt");
}

function findTarget(state: SocketState, id: number, syscall: OptionCall): SocketAssociation | undefined {
  if (state.isOneToOne) return state.single?.isAlive === true ? state.single : undefined;
  return id === SCTP_FUTURE_ASSOC ? undefined : existing(state, id, syscall);
}

/** As {@link readTarget}, where only an association will do. */
export function readAssociation(state: SocketState, id: number): SocketAssociation {
  const target = readTarget(state, id);
  if (target === undefined) throw systemError("EINVAL", "getsockopt", { message: "there is no association" });
  return target;
}

/** As {@link readAssociation}, in a setting call. */
export function writeAssociation(state: SocketState, id: number): SocketAssociation {
  const target = findTarget(state, id, "setsockopt");
  if (target === undefined) throw systemError("EINVAL", "setsockopt", { message: "there is no association" });
  return target;
}

/** One path of an association. */
export interface PathTarget {
  readonly owner: SocketAssociation;
  readonly path: Path;
}

/**
 * The path to one of a peer's addresses. Without an id the address finds the association (RFC 6458 §8.2.2); with one it
 * must be one of that association's peer.
 *
 * @throws EINVAL when there is none
 */
export function findPath(
  state: SocketState,
  id: number,
  address: SctpAddress,
  syscall: OptionCall,
): PathTarget {
  const byAddress = id === SCTP_FUTURE_ASSOC && !state.isOneToOne;
  const owner = byAddress ? findByPeer(state, address) : findTarget(state, id, syscall);
  const path = owner === undefined ? undefined : pathTo(owner, address);
  if (owner !== undefined && path !== undefined) return { owner, path };
  const message = `${address.address} is no address of the association's peer`;
  throw systemError("EINVAL", syscall, { message });
}

/** What a setting call is about. */
export interface SetTargets {
  /** Whether it is about the associations to come. */
  readonly future: boolean;
  /** The associations of now that it is about. */
  readonly current: readonly SocketAssociation[];
}

/**
 * What an id stands for in a setting call (RFC 6458 §7.2). On one-to-one sockets, where it says nothing, that is the
 * association that there is and those to come: what is accepted begins with what the listening socket has set.
 *
 * @throws EINVAL when there is no such association
 */
export function setTargets(state: SocketState, id: number): SetTargets {
  const all = (): SocketAssociation[] => [...state.associations.values()];
  if (state.isOneToOne || id === SCTP_ALL_ASSOC) return { future: true, current: all() };
  if (id === SCTP_FUTURE_ASSOC) return { future: true, current: [] };
  if (id === SCTP_CURRENT_ASSOC) return { future: false, current: all() };
  return { future: false, current: [existing(state, id, "setsockopt")] };
}

/** Associations to come and those that there are: what holds for the socket as a whole. */
export function everyAssociation(state: SocketState): SetTargets {
  return { future: true, current: [...state.associations.values()] };
}

/**
 * Changes protocol parameters.
 *
 * @throws EINVAL when a value is not one that the protocol allows; nothing has been changed then
 */
export function changeConfig(state: SocketState, targets: SetTargets, change: AssociationConfigChange): void {
  const { driver } = state.context;
  const future = checked(state.settings.config, change);
  for (const { association } of targets.current) checked(association.config, change);
  if (targets.future) {
    state.settings.config = future;
    // Only the socket that bound the endpoint speaks for the associations that come there.
    if (state.bound?.endpoint.owner === state) state.bound.setConfig(future);
  }
  for (const { association } of targets.current) association.configure(change, driver.now());
  if (targets.current.length > 0) driver.touch();
}

/**
 * Changes parameters of one path.
 *
 * @throws EINVAL when a value is not one that the protocol allows; nothing has been changed then
 */
export function changePath(
  state: SocketState,
  { owner, path }: PathTarget,
  change: Partial<PathConfig>,
): void {
  const { driver } = state.context;
  refusingRanges(() => owner.association.configurePath(path, change, driver.now()));
  driver.touch();
}

function checked(
  config: Readonly<AssociationConfig>,
  change: AssociationConfigChange,
): Readonly<AssociationConfig> {
  return refusingRanges(() => configure(config, change));
}

/** What the stack refuses as out of range is EINVAL. */
function refusingRanges<Result>(change: () => Result): Result {
  try {
    return change();
  } catch (error) {
    if (error instanceof RangeError) throw systemError("EINVAL", "setsockopt", { message: error.message });
    throw error;
  }
}

function existing(state: SocketState, id: number, syscall: OptionCall): SocketAssociation {
  const target = state.associations.get(id);
  if (target === undefined)
    throw systemError("EINVAL", syscall, { message: `no association has the id ${id}` });
  return target;
}
