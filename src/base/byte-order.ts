/** Whether integers in memory, and in the structures of C, have their low byte first on this machine. */
export const LITTLE_ENDIAN: boolean = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
