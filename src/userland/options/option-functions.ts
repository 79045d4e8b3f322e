import { systemError } from "../../sockets/errors.js";
import type { SocketState } from "../socket-state.js";
import { ADDRESS_OPTIONS } from "./address-options.js";
import { ASSOCIATION_OPTIONS } from "./association-options.js";
import { DELIVERY_OPTIONS } from "./delivery-options.js";
import { ENCAPSULATION_OPTIONS } from "./encapsulation-options.js";
import { AUTHENTICATION_OPTIONS } from "./authentication-options.js";
import { EVENT_OPTIONS } from "./event-options.js";
import type { OptionFunctions } from "./option.js";
import { PARTIAL_RELIABILITY_OPTIONS } from "./partial-reliability-options.js";
import { PATH_OPTIONS } from "./path-options.js";
import { SOCKET_OPTIONS } from "./socket-options.js";
import { STATUS_OPTIONS } from "./status-options.js";

/** How every option is read and set; what an option is and takes stands in the sockets' option table. */
const OPTIONS: readonly OptionFunctions[] = [
  ...SOCKET_OPTIONS,
  ...ASSOCIATION_OPTIONS,
  ...DELIVERY_OPTIONS,
  ...ENCAPSULATION_OPTIONS,
  ...AUTHENTICATION_OPTIONS,
  ...EVENT_OPTIONS,
  ...PATH_OPTIONS,
  ...PARTIAL_RELIABILITY_OPTIONS,
  ...ADDRESS_OPTIONS,
  ...STATUS_OPTIONS,
];

/**
 * Reads an option (RFC 6458 §8).
 *
 * @param argument - checked and completed by the sockets, as the option's row says
 * @throws ENOPROTOOPT when it is not there; EINVAL
 */
export function getOption(state: SocketState, level: number, name: number, argument: unknown): unknown {
  const option = findOption(level, name);
  if (option?.get === undefined) throw systemError("ENOPROTOOPT", "getsockopt");
  return option.get(state, argument);
}

/**
 * Sets an option (RFC 6458 §8).
 *
 * @param value - checked and completed by the sockets, as the option's row says
 * @throws ENOPROTOOPT when it is not there; EINVAL
 */
export function setOption(state: SocketState, level: number, name: number, value: unknown): void {
  const option = findOption(level, name);
  if (option?.set === undefined) throw systemError("ENOPROTOOPT", "setsockopt");
  option.set(state, value);
}

function findOption(level: number, name: number): OptionFunctions | undefined {
  return OPTIONS.find((option) => option.level === level && option.name === name);
}
