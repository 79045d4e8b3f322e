import assert from "node:assert/strict";
import { test } from "node:test";
import {
  AF_INET,
  IPPROTO_SCTP,
  SCTP_ACTIVE,
  SCTP_ADDR_AVAILABLE,
  SCTP_ADDR_POTENTIALLY_FAILED,
  SCTP_ADDR_UNREACHABLE,
  SCTP_BINDX_ADD_ADDR,
  SCTP_EVENT,
  SCTP_EXPOSE_POTENTIALLY_FAILED_STATE,
  SCTP_GET_PEER_ADDR_INFO,
  SCTP_INACTIVE,
  SCTP_PEER_ADDR_CHANGE,
  SCTP_PEER_ADDR_PARAMS,
  SCTP_POTENTIALLY_FAILED,
  SOCK_SEQPACKET,
  SPP_HB_ENABLE,
} from "../../src/sockets/constants.js";
import type { sctp_notification } from "../../src/sockets/notification-types.js";
import { SctpSocket } from "../../src/sockets/sctp-socket.js";
import { createUserlandProvider, MemoryNetwork, VirtualClock } from "../../src/userland/index.js";
import { SeededEntropy } from "../../src/userland/seeded-entropy.js";

const PRIMARY = "10.0.0.1";
const OTHER = "10.0.1.1";

interface Seen {
  /** What the socket was told of the primary path, in order. */
  readonly events: readonly number[];
  /** The states that the primary path had, by the socket's word, in order. */
  readonly states: readonly number[];
}

/** The notifications that a socket has not read yet. */
function drained(socket: SctpSocket): (sctp_notification | undefined)[] {
  const found: (sctp_notification | undefined)[] = [];
  for (;;) {
    try {
      found.push(socket.nonblocking.sctp_recvv().notification);
    } catch (error) {
      assert.equal((error as NodeJS.ErrnoException).code, "EAGAIN");
      return found;
    }
  }
}

/** The primary path of a client dies for so long and comes back; what its socket shows of that. */
async function pathThatDies(exposes: boolean, durationMs: number): Promise<Seen> {
  const clock = new VirtualClock();
  const network = new MemoryNetwork({ clock, faults: { delayMs: 5 } });
  const host = (...addresses: string[]): SctpSocket => {
    const provider = createUserlandProvider({
      clock,
      lowerLayer: network.host(...addresses),
      entropy: new SeededEntropy(addresses.length),
    });
    return new SctpSocket(AF_INET, SOCK_SEQPACKET, { provider });
  };
  const server = host(PRIMARY, OTHER);
  const addresses = [PRIMARY, OTHER].map((address) => ({ address, port: 7 }));
  server.sctp_bindx(addresses, SCTP_BINDX_ADD_ADDR);
  server.listen();
  const client = host("10.0.0.2");
  client.setsockopt(IPPROTO_SCTP, SCTP_EVENT, { se_type: SCTP_PEER_ADDR_CHANGE, se_on: 1 });
  client.setsockopt(IPPROTO_SCTP, SCTP_PEER_ADDR_PARAMS, { spp_flags: SPP_HB_ENABLE, spp_hbinterval: 1000 });
  client.setsockopt(IPPROTO_SCTP, SCTP_EXPOSE_POTENTIALLY_FAILED_STATE, { assoc_value: Number(exposes) });
  const { assoc_id } = await clock.until(client.sctp_sendv(Uint8Array.of(1), { to: addresses[0]! }));
  const states: number[] = [];
  const run = async (ms: number): Promise<void> => {
    for (let step = 0; step < ms; step += 500) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await clock.advanceBy(500);
      const spinfo_address = { address: PRIMARY, port: 7, family: "IPv4" } as const;
      const argument = { spinfo_assoc_id: assoc_id, spinfo_address };
      const { spinfo_state } = client.getsockopt(IPPROTO_SCTP, SCTP_GET_PEER_ADDR_INFO, argument);
      if (spinfo_state !== states.at(-1)) states.push(spinfo_state);
    }
  };
  await run(5000);
  network.unplug(PRIMARY);
  await run(durationMs);
  network.plug(PRIMARY);
  await run(120_000);
  const events = drained(client).flatMap((notification) =>
    notification?.sn_type === SCTP_PEER_ADDR_CHANGE && notification.spc_aaddr.address === PRIMARY
      ? [notification.spc_state]
      : [],
  );
  await clock.until(Promise.all([client.close(), server.close()]));
  return { events, states };
}
const LONG_MS = 300_000;
const SHORT_MS = 5000;

test("RFC 7829 §3.2 12, §7.1: potentially failed paths are shown to who asked for it, and to nobody else", async () => {
  assert.deepEqual(await pathThatDies(true, LONG_MS), {
    events: [SCTP_ADDR_POTENTIALLY_FAILED, SCTP_ADDR_UNREACHABLE, SCTP_ADDR_AVAILABLE],
    states: [SCTP_ACTIVE, SCTP_POTENTIALLY_FAILED, SCTP_INACTIVE, SCTP_ACTIVE],
  });
  assert.deepEqual(await pathThatDies(true, SHORT_MS), {
    events: [SCTP_ADDR_POTENTIALLY_FAILED, SCTP_ADDR_AVAILABLE],
    states: [SCTP_ACTIVE, SCTP_POTENTIALLY_FAILED, SCTP_ACTIVE],
  });
  assert.deepEqual(await pathThatDies(false, LONG_MS), {
    events: [SCTP_ADDR_UNREACHABLE, SCTP_ADDR_AVAILABLE],
    states: [SCTP_ACTIVE, SCTP_INACTIVE, SCTP_ACTIVE],
  });
  assert.deepEqual(await pathThatDies(false, SHORT_MS), { events: [], states: [SCTP_ACTIVE] });
});
