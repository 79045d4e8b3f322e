import assert from "node:assert/strict";
import {
  IPPROTO_SCTP,
  SCTP_DEFAULT_SNDINFO,
  SCTP_EOF,
  SCTP_EOR,
  SCTP_EXPLICIT_EOR,
  SCTP_FRAGMENT_INTERLEAVE,
  SCTP_GET_ASSOC_NUMBER,
  SCTP_REUSE_PORT,
  SCTP_SENDALL,
} from "../../../src/index.js";
import type { Difference } from "../../contract/contract.js";
import { DELIVERY_CASES } from "../../contract/option-cases/delivery.js";
import type { OptionCase } from "../../contract/option-cases/option-case.js";
import { checkOption } from "../../contract/option-rules.js";
import { bytesOf, type World } from "../../contract/world.js";

/** Linux has not got the option, and so neither its flag. */
const NO_EXPLICIT_EOR: Difference = {
  reason: "Linux has no SCTP_EXPLICIT_EOR: each send call makes a message",
  run: async (world: World) => {
    const { client, server } = await world.connect();
    assert.throws(() => client.getsockopt(IPPROTO_SCTP, SCTP_EXPLICIT_EOR), { code: "ENOPROTOOPT" });
    assert.throws(() => client.setsockopt(IPPROTO_SCTP, SCTP_EXPLICIT_EOR, 1), { code: "ENOPROTOOPT" });
    await world.until(client.sctp_sendv(bytesOf("one"), { info: { snd_flags: SCTP_EOR } }));
    await world.until(client.send(bytesOf("two")));
    assert.equal(await world.text(server), "one");
    assert.equal(await world.text(server), "two");
  },
};

const INTERLEAVE = DELIVERY_CASES.find(({ name }) => name === SCTP_FRAGMENT_INTERLEAVE) as OptionCase;

/** What the Linux kernel does otherwise about delivery. */
export const DELIVERY_DIFFERENCES: readonly (readonly [title: string, difference: Difference])[] = [
  [
    INTERLEAVE.title,
    {
      reason: "Linux takes level 2 for level 1, and answers that",
      run: (world) => checkOption(world, { ...INTERLEAVE, shown: 1 }),
    },
  ],
  [
    "RFC 6458 §8.1.27: a socket comes to share a port although another one listens there",
    {
      reason: "Linux gives nobody an address of a socket that listens",
      run: async (world) => {
        const [first, second] = [world.oneToOne(world.server), world.oneToOne(world.server)];
        for (const socket of [first, second]) socket.setsockopt(IPPROTO_SCTP, SCTP_REUSE_PORT, 1);
        first.bind({ address: world.server.address, port: 0 });
        first.listen();
        assert.throws(() => second.bind(first.getsockname()), { code: "EADDRINUSE", syscall: "bind" });
        first.listen(0);
        second.bind(first.getsockname());
        await world.quiet();
      },
    },
  ],
  [
    "RFC 6458 §8.1.31: SCTP_SENDALL and SCTP_EOF among the defaults count as in a message",
    {
      reason:
        "Linux refuses SCTP_SENDALL and SCTP_EOR among the defaults, and does nothing about SCTP_EOF there",
      run: async (world) => {
        const { client, server, clientId } = await world.connectMany();
        const setDefault = (snd_flags: number): void =>
          client.setsockopt(IPPROTO_SCTP, SCTP_DEFAULT_SNDINFO, { snd_flags, snd_assoc_id: clientId });
        for (const flag of [SCTP_SENDALL, SCTP_EOR]) {
          assert.throws(() => setDefault(flag), { code: "EINVAL", syscall: "setsockopt" });
        }
        setDefault(SCTP_EOF);
        const read = client.getsockopt(IPPROTO_SCTP, SCTP_DEFAULT_SNDINFO, { snd_assoc_id: clientId });
        assert.equal(read.snd_flags, SCTP_EOF);
        await world.until(client.sctp_sendv(bytesOf("not the last"), { to: server.getsockname() }));
        assert.equal(await world.text(server), "not the last");
        await world.quiet();
        assert.equal(client.getsockopt(IPPROTO_SCTP, SCTP_GET_ASSOC_NUMBER), 1);
      },
    },
  ],
  ["RFC 6458 §8.1.26: SCTP_EXPLICIT_EOR keeps to its rules", NO_EXPLICIT_EOR],
  ["RFC 6458 §8.1.26: with SCTP_EXPLICIT_EOR several sends make one message", NO_EXPLICIT_EOR],
  ["RFC 6458 §8.1.26: nothing else is sent before a message has ended", NO_EXPLICIT_EOR],
  ["RFC 6458 §8.1.26: without the option SCTP_EOR says nothing, and turning it off ends", NO_EXPLICIT_EOR],
  ["RFC 6458 §8.1.26: a message that was not ended does not arrive, those before it do", NO_EXPLICIT_EOR],
];
