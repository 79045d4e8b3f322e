import assert from "node:assert/strict";
import { IPPROTO_SCTP, SCTP_EOR, SCTP_EXPLICIT_EOR, SCTP_FRAGMENT_INTERLEAVE } from "../../../src/index.js";
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
  ["RFC 6458 §8.1.26: SCTP_EXPLICIT_EOR keeps to its rules", NO_EXPLICIT_EOR],
  ["RFC 6458 §8.1.26: with SCTP_EXPLICIT_EOR several sends make one message", NO_EXPLICIT_EOR],
  ["RFC 6458 §8.1.26: nothing else is sent before a message has ended", NO_EXPLICIT_EOR],
  ["RFC 6458 §8.1.26: without the option SCTP_EOR says nothing, and turning it off ends", NO_EXPLICIT_EOR],
  ["RFC 6458 §8.1.26: a message that was not ended does not arrive, those before it do", NO_EXPLICIT_EOR],
];
