import { LITTLE_ENDIAN } from "../base/byte-order.js";
import type { Addon } from "./addon.js";

/** Sets an option whose value is C's `int`. @returns 0, or a negative errno */
export function setIntegerOption(
  addon: Pick<Addon, "setsockopt">,
  id: number,
  level: number,
  name: number,
  value: number,
): number {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setInt32(0, value, LITTLE_ENDIAN);
  return addon.setsockopt(id, level, name, bytes);
}
