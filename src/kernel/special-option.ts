import type { KernelSocketState } from "./kernel-socket-state.js";

/** How an option is read and set that is not the kernel's business alone; what is missing is passed on as it is. */
export interface SpecialOption {
  /** @throws what the system says, or what RFC 6458 says where the system does not */
  readonly get?: (state: KernelSocketState, argument: unknown) => unknown;
  /** @throws as `get` */
  readonly set?: (state: KernelSocketState, value: unknown) => void;
}

/** Such options by their names. */
export type SpecialOptions = ReadonlyMap<number, SpecialOption>;
