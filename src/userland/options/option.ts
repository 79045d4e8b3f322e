import { SCTP_ALL_ASSOC, SCTP_CURRENT_ASSOC, SCTP_FUTURE_ASSOC } from "../../sockets/constants.js";
import { systemError } from "../../sockets/errors.js";
import { type AssociationConfig, type AssociationConfigChange, configure } from "../../stack/config.js";
import type { SocketAssociation } from "../socket-association.js";
import type { SocketState } from "../socket-state.js";

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
  if (state.isOneToOne) return state.single?.isAlive === true ? state.single : undefined;
  return id === SCTP_FUTURE_ASSOC ? undefined : existing(state, id, "getsockopt");
}

/** As {@link readTarget}, where only an association will do. */
export function readAssociation(state: SocketState, id: number): SocketAssociation {
  const target = readTarget(state, id);
  if (target === undefined) throw systemError("EINVAL", "getsockopt", { message: "there is no association" });
  return target;
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

function checked(
  config: Readonly<AssociationConfig>,
  change: AssociationConfigChange,
): Readonly<AssociationConfig> {
  try {
    return configure(config, change);
  } catch (error) {
    if (error instanceof RangeError) throw systemError("EINVAL", "setsockopt", { message: error.message });
    throw error;
  }
}

function existing(state: SocketState, id: number, syscall: "getsockopt" | "setsockopt"): SocketAssociation {
  const target = state.associations.get(id);
  if (target === undefined)
    throw systemError("EINVAL", syscall, { message: `no association has the id ${id}` });
  return target;
}
