import { ipAddressFromBytes } from "../../../src/base/ip-address.js";

export type { SctpAddress } from "../../../src/sockets/types.js";

/** The canonical text of 4 or 16 bytes. */
export function formatAddress(bytes: Uint8Array): string {
  return ipAddressFromBytes(bytes).text;
}
