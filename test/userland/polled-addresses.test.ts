import assert from "node:assert/strict";
import { test } from "node:test";
import { parseIpAddress } from "../../src/base/ip-address.js";
import type { AddressChange } from "../../src/userland/address-change.js";
import { watchByPolling } from "../../src/userland/polled-addresses.js";
import { VirtualClock } from "../../src/userland/virtual-clock.js";

test("where the system tells nobody, the host's addresses are looked at once a second", async () => {
  const clock = new VirtualClock();
  const host = new Set(["127.0.0.1", "192.0.2.1"]);
  const told: string[] = [];
  let looks = 0;
  const list = () => {
    looks += 1;
    return [...host].map((text) => parseIpAddress(text)!);
  };
  const end = watchByPolling(clock, list, ({ added, removed }: AddressChange) => {
    const texts = [added, removed].map((addresses) => addresses.map(({ text }) => text).join());
    told.push(`${clock.now()}: +${texts.join(" -")}`);
    if (host.has("192.0.2.3")) end();
  });
  assert.ok(!clock.hasRef, "it does not keep the process alive");
  await clock.advanceBy(2500);
  assert.equal(looks, 3);
  assert.deepEqual(told, []);
  host.delete("192.0.2.1");
  host.add("192.0.2.2");
  await clock.advanceBy(2000);
  assert.deepEqual(told, ["3000: +192.0.2.2 -192.0.2.1"]);
  host.add("192.0.2.3");
  await clock.advanceBy(10_000);
  assert.deepEqual(told.slice(1), ["5000: +192.0.2.3 -"]);
  assert.equal(looks, 6, "whoever is told may end it");
});
