import { isWildcard, parseIpAddress } from "../base/ip-address.js";
import { SCTP_BINDX_ADD_ADDR } from "../sockets/constants.js";
import type { SctpAddress } from "../sockets/types.js";
import { inheritAutoAsconf } from "./address-options.js";
import { abortOnClose } from "./ending.js";
import type { KernelSocketState, OptionSetter } from "./kernel-socket-state.js";
import { localAddresses, socketName } from "./local-addresses.js";
import { openDescriptor } from "./opening.js";
import { readAhead } from "./reading.js";

/**
 * Ends the association of a one-to-one socket with ABORT. Linux knows no flag for that there (SCTP_ABORT is
 * EINVAL), but aborts when a descriptor is closed that lingers for 0 seconds. So the socket goes on with a
 * new descriptor, which gets the old one's options and name, and what was received before is read first.
 */
export function replaceAborting(state: KernelSocketState): void {
  const { context } = state;
  const { addon, sockaddrs, numbers } = context;
  readAhead(state);
  const bound = boundAddresses(state);
  const id = openDescriptor(context, state.family, state.type);
  setOptionsAgain(state, id);
  abortOnClose(state);
  addon.close(state.id);
  state.replaceDescriptor(id);
  const flag = numbers.number("bindFlags", SCTP_BINDX_ADD_ADDR);
  // Somebody else may have the old name by now; the next call that needs it tells.
  for (const address of bound) addon.bindx(id, sockaddrs.encode(address), 1, flag);
  if (socketName(state).port !== 0) inheritAutoAsconf(state);
}

/**
 * Sets what was set before. An option that depends on another one that was changed since has a second try behind it,
 * and after that the value that it begins with: the association is ended whatever its socket's options are.
 */
function setOptionsAgain({ setOptions }: KernelSocketState, id: number): void {
  let setters: readonly OptionSetter[] = [...setOptions.values()];
  for (let attempt = 0; attempt < 2; attempt += 1) setters = setters.filter((set) => !isSet(set, id));
}

function isSet(set: OptionSetter, id: number): boolean {
  try {
    set(id);
    return true;
  } catch {
    return false;
  }
}

/**
 * What the application has bound the socket to: the wildcard, or its addresses. A port of the system's choice
 * is not taken again: the association may be in an accept queue yet, and Linux then answers no INIT from the
 * same port.
 */
function boundAddresses(state: KernelSocketState): readonly SctpAddress[] {
  if (!state.isNamed) return [];
  const name = socketName(state);
  const ip = parseIpAddress(name.address);
  return ip !== undefined && isWildcard(ip) ? [name] : localAddresses(state, 0);
}
