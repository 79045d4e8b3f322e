import assert from "node:assert/strict";
import {
  IPPROTO_SCTP,
  SCTP_DEFAULT_PRINFO,
  SCTP_PR_ASSOC_STATUS,
  SCTP_PR_SCTP_ALL,
  SCTP_PR_SCTP_NONE,
  SCTP_PR_SCTP_RTX,
  SCTP_PR_SCTP_TTL,
  SCTP_PR_STREAM_STATUS,
  SCTP_PR_SUPPORTED,
} from "../../../src/index.js";
import { NO_STRUCTURE, type OptionCase } from "./option-case.js";

/** The options of level `IPPROTO_SCTP` about messages that need not arrive. */
export const PARTIAL_RELIABILITY_CASES: readonly OptionCase[] = [
  {
    title: "RFC 6458 §8.1.32: SCTP_DEFAULT_PRINFO keeps to its rules",
    level: IPPROTO_SCTP,
    name: SCTP_DEFAULT_PRINFO,
    ids: { field: "pr_assoc_id", rule: "all" },
    initial: { pr_policy: SCTP_PR_SCTP_NONE, pr_value: 0 },
    value: { pr_policy: SCTP_PR_SCTP_RTX, pr_value: 7 },
    refused: [
      ...NO_STRUCTURE,
      [{ pr_policy: 0x40 }, "EINVAL"],
      [{ pr_policy: SCTP_PR_SCTP_ALL }, "EINVAL"],
      [{ pr_policy: SCTP_PR_SCTP_TTL, pr_value: -1 }, "RangeError"],
    ],
    wrongTime: (world) => {
      const socket = world.oneToOne();
      socket.setsockopt(IPPROTO_SCTP, SCTP_DEFAULT_PRINFO, { pr_policy: SCTP_PR_SCTP_NONE, pr_value: 9 });
      // RFC 7496 §4.2: the value says nothing then.
      assert.equal(socket.getsockopt(IPPROTO_SCTP, SCTP_DEFAULT_PRINFO).pr_value, 0);
    },
  },
  {
    title: "RFC 7496 §4.5: SCTP_PR_SUPPORTED keeps to its rules",
    level: IPPROTO_SCTP,
    name: SCTP_PR_SUPPORTED,
    ids: { field: "assoc_id", rule: "future" },
    isAgreed: true,
    initial: { assoc_value: 1 },
    value: { assoc_value: 0 },
    refused: [...NO_STRUCTURE, [{ assoc_value: -1 }, "RangeError"]],
  },
  {
    title: "RFC 7496 §4.3: SCTP_PR_STREAM_STATUS keeps to its rules",
    level: IPPROTO_SCTP,
    name: SCTP_PR_STREAM_STATUS,
    access: "read only",
    ids: { field: "sprstat_assoc_id", rule: "association" },
    needsAssociation: true,
    argument: { sprstat_sid: 0, sprstat_policy: SCTP_PR_SCTP_ALL },
    refused: [],
    wrongTime: async (world) => {
      const { client } = await world.connect();
      for (const argument of [
        { sprstat_sid: 10, sprstat_policy: SCTP_PR_SCTP_ALL },
        { sprstat_sid: 0, sprstat_policy: SCTP_PR_SCTP_NONE },
        { sprstat_sid: 0, sprstat_policy: SCTP_PR_SCTP_ALL | SCTP_PR_SCTP_TTL },
      ]) {
        const read = (): unknown => client.getsockopt(IPPROTO_SCTP, SCTP_PR_STREAM_STATUS, argument);
        assert.throws(read, { code: "EINVAL", syscall: "getsockopt" });
      }
    },
  },
  {
    title: "RFC 7496 §4.4: SCTP_PR_ASSOC_STATUS keeps to its rules",
    level: IPPROTO_SCTP,
    name: SCTP_PR_ASSOC_STATUS,
    access: "read only",
    ids: { field: "sprstat_assoc_id", rule: "association" },
    needsAssociation: true,
    argument: { sprstat_policy: SCTP_PR_SCTP_ALL },
    refused: [],
    wrongTime: async (world) => {
      const { client } = await world.connect();
      const read = (): unknown => client.getsockopt(IPPROTO_SCTP, SCTP_PR_ASSOC_STATUS, {});
      assert.throws(read, { code: "EINVAL", syscall: "getsockopt" });
    },
  },
];
