import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { differingNumbers, type NumberGroup } from "../../../src/kernel/platform-numbers.js";
import {
  MSG_EOR,
  MSG_NOTIFICATION,
  SCTP_ABORT,
  SCTP_ASSOC_CHANGE,
  SCTP_EOF,
  SCTP_EOR,
  SCTP_ESTABLISHED,
  SCTP_LISTEN,
  SCTP_NOTIFICATIONS_STOPPED_EVENT,
  SCTP_SENDALL,
  SCTP_UNORDERED,
} from "../../../src/index.js";
import { FREEBSD, LINUX } from "./platforms.js";

describe("the platform's numbers", () => {
  test("on Linux every constant of ours that the system has is the system's", () => {
    assert.deepEqual(differingNumbers(LINUX.table), []);
    assert.ok(differingNumbers(FREEBSD.table).includes("SCTP_ABORT"));
  });

  test("FreeBSD's are translated by their names, both ways", () => {
    const { numbers } = FREEBSD;
    assert.equal(numbers.number("events", SCTP_ASSOC_CHANGE), 1);
    assert.equal(numbers.fromPlatform("events", 1), SCTP_ASSOC_CHANGE);
    assert.equal(numbers.number("associationStates", SCTP_ESTABLISHED), 8);
    assert.equal(numbers.fromPlatform("associationStates", 0x2000), SCTP_LISTEN);
    assert.equal(numbers.fromPlatform("events", 0x7777), 0x7777, "what is not known is passed on");
    const flags = SCTP_UNORDERED | SCTP_ABORT | SCTP_EOF | SCTP_SENDALL | SCTP_EOR;
    const platform = numbers.flagsToPlatform("sendFlags", flags) ?? 0;
    assert.equal(platform, 0x400 | 0x200 | 0x100 | 0x1000 | 0x2000);
    assert.equal(numbers.flagsFromPlatform("sendFlags", platform), flags);
    assert.equal(numbers.flagsFromPlatform("messageFlags", 0x2000 | 0x8), MSG_NOTIFICATION | MSG_EOR);
  });

  test("what a platform lacks has no number there", () => {
    const { numbers } = LINUX;
    assert.equal(numbers.toPlatform("events", SCTP_NOTIFICATIONS_STOPPED_EVENT), undefined);
    assert.equal(numbers.flagsToPlatform("sendFlags", SCTP_EOR | SCTP_UNORDERED), undefined);
    assert.throws(() => numbers.number("associationStates", SCTP_LISTEN), /has the number 10/);
  });

  test("the groups are the identity on Linux", () => {
    const groups: NumberGroup[] = ["events", "sendFlags", "messageFlags", "associationStates", "pathStates"];
    for (const group of groups) assert.ok(LINUX.numbers.isIdentity(group), group);
    for (const group of groups) assert.ok(!FREEBSD.numbers.isIdentity(group), group);
  });
});
