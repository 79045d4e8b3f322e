import assert from "node:assert/strict";
import { test } from "node:test";
import { simulateDay } from "./day.js";

test("an association lives for 24 hours over a network that loses 10 % and is dead for 2 minutes of each hour", () => {
  const { messages, packets, lostPackets, livedMs } = simulateDay(1, 10_000);
  assert.ok(messages > 17_000, `${messages} messages`);
  assert.ok(lostPackets > packets / 10, `${lostPackets} of ${packets} packets were lost`);
  assert.ok(livedMs >= 24 * 3_600_000);
});
