import { CALLS_TARGET } from "./calls/calls-target.js";
import { COOKIES_TARGET } from "./cookies/cookies-target.js";
import type { FuzzTarget, TargetName } from "./fuzz-target.js";
import { OPTIONS_TARGET } from "./options/options-target.js";
import { PACKETS_TARGET } from "./packets/packets-target.js";

/** Every target by its name. What a case is made of is the target's own business. */
export const TARGETS: Readonly<Record<TargetName, FuzzTarget<unknown>>> = {
  packets: PACKETS_TARGET,
  cookies: COOKIES_TARGET,
  options: OPTIONS_TARGET,
  calls: CALLS_TARGET,
};
