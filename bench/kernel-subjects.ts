/** The C program that everything else is compared with, in the results of the kernel provider. */
export const C_PROGRAM = "C program";

/** Both ends ours, with several messages a call. */
export const OURS_IN_KERNEL = "sctpkit";

/** The package lksctp at both ends. */
export const LKSCTP = "lksctp";
