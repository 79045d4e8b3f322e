import { after, before, describe } from "node:test";
import { UdpEncapsulation } from "../../src/userland/udp-encapsulation.js";
import type { UdpIo } from "../../src/userland/udp/udp-io.js";

/** Whether packets can travel in batches here; the addon's own tests say why not. */
export const HAS_BATCHES: boolean =
  new UdpEncapsulation({ io: "auto" }).capabilities.checksum === "offloaded";

const WAYS: readonly UdpIo[] = HAS_BATCHES ? ["dgram", "batch"] : ["dgram"];

/**
 * Tests that have to pass whichever way UDP goes. What they, and programs that they start, make without saying how goes
 * the one way that is under test.
 */
export function describeEachUdpIo(define: (io: UdpIo) => void): void {
  for (const io of WAYS) {
    describe(`UDP, io "${io}"`, () => {
      before(() => {
        process.env["SCTP_UDP_IO"] = io;
      });
      after(() => {
        delete process.env["SCTP_UDP_IO"];
      });
      define(io);
    });
  }
}
