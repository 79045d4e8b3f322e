/** The order of messages within a stream (RFC 9260 §6.5), and messages that will not come (RFC 3758 §3.5 A3). */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ssn } from "../../../src/base/serial-number.js";
import { RX_GIVEN_UP_MAX } from "../../../src/stack/limits.js";
import { OrderedDataStreams } from "../../../src/stack/rx/ordered-data-streams.js";

test("RFC 3758 §3.5 A3: as many messages as the limit says are known to be given up; others are waited for", () => {
  const streams = new OrderedDataStreams();
  for (let number = 1; number <= RX_GIVEN_UP_MAX + 1; number += 1) streams.giveUp(0, ssn(number));
  streams.advance(0);
  assert.equal(streams.turnOf(0, ssn(RX_GIVEN_UP_MAX)), "repeated");
  assert.equal(streams.turnOf(0, ssn(RX_GIVEN_UP_MAX + 1)), "next");
});
