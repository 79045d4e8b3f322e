/**
 * The option table: everything about a socket option but how a provider does it. A row in `option-rows/`, its types in
 * `option-types.ts`, and a function in the provider make an option.
 *
 * @module
 */
import { ADDRESS_RECONFIGURATION_ROWS } from "./option-rows/address-reconfiguration-rows.js";
import { ASSOCIATION_ROWS } from "./option-rows/association-rows.js";
import { AUTHENTICATION_ROWS } from "./option-rows/authentication-rows.js";
import { DELIVERY_ROWS } from "./option-rows/delivery-rows.js";
import { ENDPOINT_ROWS } from "./option-rows/endpoint-rows.js";
import { PARTIAL_RELIABILITY_ROWS } from "./option-rows/partial-reliability-rows.js";
import { PATH_ROWS } from "./option-rows/path-rows.js";
import { SOCKET_ROWS } from "./option-rows/socket-level-rows.js";
import type { OptionRow } from "./option-row.js";

/** Every option that sockets have. */
export const OPTION_TABLE: readonly OptionRow[] = [
  ...SOCKET_ROWS,
  ...ASSOCIATION_ROWS,
  ...DELIVERY_ROWS,
  ...PATH_ROWS,
  ...PARTIAL_RELIABILITY_ROWS,
  ...AUTHENTICATION_ROWS,
  ...ADDRESS_RECONFIGURATION_ROWS,
  ...ENDPOINT_ROWS,
];

let rows: Map<string, OptionRow> | undefined;

/** The row of an option; `undefined` when there is no such pair. */
export function optionRow(level: number, name: number): OptionRow | undefined {
  rows ??= new Map(OPTION_TABLE.map((row) => [`${row.level}:${row.name}`, row]));
  return rows.get(`${level}:${name}`);
}
