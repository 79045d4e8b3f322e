/**
 * How many bytes of packets a socket's receive buffer holds. Linux says twice of what it was asked for, because half
 * of that goes into its own records of packets (socket(7) SO_RCVBUF): so it is with full packets one by one. Runs that
 * the system puts together take less room, and very small packets take more.
 *
 * @param bufferBytes - what SO_RCVBUF answers
 */
export function payloadBytesOf(bufferBytes: number): number {
  return process.platform === "linux" ? Math.floor(bufferBytes / 2) : bufferBytes;
}
