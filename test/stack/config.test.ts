import assert from "node:assert/strict";
import { test } from "node:test";
import { configure, DEFAULT_ASSOCIATION_CONFIG } from "../../src/stack/config.js";

test("RFC 9260 §16: the parameters begin with the values that are recommended", () => {
  const config = DEFAULT_ASSOCIATION_CONFIG;
  assert.deepEqual(
    {
      "RTO.Initial": config.rtoInitialMs,
      "RTO.Min": config.rtoMinMs,
      "RTO.Max": config.rtoMaxMs,
      "Max.Burst": config.maxBurst,
      "Valid.Cookie.Life": config.validCookieLifeMs,
      "Association.Max.Retrans": config.associationMaxRetrans,
      "Path.Max.Retrans": config.pathMaxRetrans,
      "Max.Init.Retransmits": config.maxInitRetransmits,
      "HB.interval": config.heartbeatIntervalMs,
      "SACK.Delay": config.sackDelayMs,
    },
    {
      "RTO.Initial": 1000,
      "RTO.Min": 1000,
      "RTO.Max": 60_000,
      "Max.Burst": 4,
      "Valid.Cookie.Life": 60_000,
      "Association.Max.Retrans": 10,
      "Path.Max.Retrans": 5,
      "Max.Init.Retransmits": 8,
      "HB.interval": 30_000,
      "SACK.Delay": 200,
    },
  );
  assert.equal(config.heartbeatEnabled, true);
});

test("RFC 9260 §6.2: SACK.Delay is 500 ms at the most, and no more than two packets wait for a SACK", () => {
  const refused = [{ sackDelayMs: 501 }, { sackDelayMs: Number.POSITIVE_INFINITY }, { sackFrequency: 0 }];
  for (const change of refused)
    assert.throws(() => configure(DEFAULT_ASSOCIATION_CONFIG, change), RangeError, JSON.stringify(change));
  const config = configure(DEFAULT_ASSOCIATION_CONFIG, { sackDelayMs: 500, sackFrequency: 1 });
  assert.deepEqual([config.sackDelayMs, config.sackFrequency], [500, 1]);
  // RFC 6458 §8.1.19: unless the user says otherwise.
  assert.equal(DEFAULT_ASSOCIATION_CONFIG.sackFrequency, 2);
  assert.equal(configure(DEFAULT_ASSOCIATION_CONFIG, { sackFrequency: 4 }).sackFrequency, 4);
});
