import { describe } from "node:test";
import { loadAddon } from "../../src/native/addon.js";
import { Platform } from "./platform.js";

/**
 * Tests that need the addon. Where there is none they are not there either, and `addon.test.ts` says why.
 */
export function describeAddon(title: string, define: (platform: Platform) => void): void {
  const addon = loadAddon();
  if ("reason" in addon) return;
  describe(title, () => define(new Platform(addon)));
}
