import { ADDRESS_RECONFIGURATION_CASES } from "./address-reconfiguration.js";
import { ASSOCIATION_CASES } from "./association.js";
import { AUTHENTICATION_CASES } from "./authentication.js";
import { DELIVERY_CASES } from "./delivery.js";
import { ENDPOINT_CASES } from "./endpoint.js";
import type { OptionCase } from "./option-case.js";
import { PARTIAL_RELIABILITY_CASES } from "./partial-reliability.js";
import { PATH_CASES } from "./path.js";
import { SOCKET_LEVEL_CASES } from "./socket-level.js";

/** A case for each row of the option table; a test fails when one is missing. */
export const OPTION_CASES: readonly OptionCase[] = [
  ...SOCKET_LEVEL_CASES,
  ...ASSOCIATION_CASES,
  ...DELIVERY_CASES,
  ...PATH_CASES,
  ...PARTIAL_RELIABILITY_CASES,
  ...AUTHENTICATION_CASES,
  ...ADDRESS_RECONFIGURATION_CASES,
  ...ENDPOINT_CASES,
];
