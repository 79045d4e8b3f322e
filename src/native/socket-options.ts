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

/** Reads an option whose value is C's `int`. @returns its value, or `undefined` where the system refuses */
export function getIntegerOption(
  addon: Pick<Addon, "getsockopt">,
  id: number,
  level: number,
  name: number,
): number | undefined {
  const bytes = new Uint8Array(4);
  if (addon.getsockopt(id, level, name, bytes) < 0) return undefined;
  return new DataView(bytes.buffer).getInt32(0, LITTLE_ENDIAN);
}
