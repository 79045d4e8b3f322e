import assert from "node:assert/strict";
import {
  IPPROTO_SCTP,
  SCTP_CONTEXT,
  SCTP_DELAYED_SACK,
  SCTP_DISABLE_FRAGMENTS,
  SCTP_EXPLICIT_EOR,
  SCTP_FRAGMENT_INTERLEAVE,
  SCTP_MAX_BURST,
  SCTP_PARTIAL_DELIVERY_POINT,
  SCTP_RECVRCVINFO,
  SO_RCVBUF,
  SOL_SOCKET,
} from "../../../src/index.js";
import { NO_NUMBER, NO_STRUCTURE, type OptionCase } from "./option-case.js";

/** The options of level `IPPROTO_SCTP` about how messages are sent, acknowledged and handed over. */
export const DELIVERY_CASES: readonly OptionCase[] = [
  {
    title: "RFC 6458 §8.1.11: SCTP_DISABLE_FRAGMENTS keeps to its rules",
    level: IPPROTO_SCTP,
    name: SCTP_DISABLE_FRAGMENTS,
    initial: 0,
    value: 1,
    refused: NO_NUMBER,
  },
  {
    title: "RFC 6458 §8.1.19: SCTP_DELAYED_SACK keeps to its rules",
    level: IPPROTO_SCTP,
    name: SCTP_DELAYED_SACK,
    ids: { field: "sack_assoc_id", rule: "all" },
    initial: { sack_freq: 2 },
    value: { sack_delay: 300, sack_freq: 4 },
    refused: [...NO_STRUCTURE, [{ sack_freq: -1 }, "RangeError"], [{ sack_delay: 501 }, "EINVAL"]],
  },
  {
    title: "RFC 6458 §8.1.20: SCTP_FRAGMENT_INTERLEAVE keeps to its rules",
    level: IPPROTO_SCTP,
    name: SCTP_FRAGMENT_INTERLEAVE,
    prepare: (socket) => socket.setsockopt(IPPROTO_SCTP, SCTP_RECVRCVINFO, 1),
    value: 2,
    refused: [...NO_NUMBER, [3, "RangeError"], [-1, "RangeError"]],
    wrongTime: (world) => {
      const one = world.oneToOne();
      const many = world.oneToMany();
      assert.equal(one.getsockopt(IPPROTO_SCTP, SCTP_FRAGMENT_INTERLEAVE), 0);
      assert.equal(many.getsockopt(IPPROTO_SCTP, SCTP_FRAGMENT_INTERLEAVE), 1);
      for (const socket of [one, many]) {
        assert.throws(() => socket.setsockopt(IPPROTO_SCTP, SCTP_FRAGMENT_INTERLEAVE, 2), {
          code: "EINVAL",
          message: /SCTP_RECVRCVINFO/,
        });
        socket.setsockopt(IPPROTO_SCTP, SCTP_FRAGMENT_INTERLEAVE, 0);
        assert.equal(socket.getsockopt(IPPROTO_SCTP, SCTP_FRAGMENT_INTERLEAVE), 0);
      }
    },
  },
  {
    title: "RFC 6458 §8.1.21: SCTP_PARTIAL_DELIVERY_POINT keeps to its rules",
    level: IPPROTO_SCTP,
    name: SCTP_PARTIAL_DELIVERY_POINT,
    initial: 0,
    value: 20_000,
    refused: [...NO_NUMBER, [-1, "RangeError"], [2 ** 30, "EINVAL"]],
    wrongTime: (world) => {
      const socket = world.oneToOne();
      socket.setsockopt(SOL_SOCKET, SO_RCVBUF, 50_000);
      socket.setsockopt(IPPROTO_SCTP, SCTP_PARTIAL_DELIVERY_POINT, 50_000);
      const tooMuch = (): void => socket.setsockopt(IPPROTO_SCTP, SCTP_PARTIAL_DELIVERY_POINT, 50_001);
      assert.throws(tooMuch, { code: "EINVAL" });
    },
  },
  {
    title: "RFC 6458 §8.1.24: SCTP_MAX_BURST keeps to its rules",
    level: IPPROTO_SCTP,
    name: SCTP_MAX_BURST,
    ids: { field: "assoc_id", rule: "all" },
    initial: { assoc_value: 4 },
    value: { assoc_value: 9 },
    refused: [...NO_STRUCTURE, [{ assoc_value: -1 }, "RangeError"]],
  },
  {
    title: "RFC 6458 §8.1.25: SCTP_CONTEXT keeps to its rules",
    level: IPPROTO_SCTP,
    name: SCTP_CONTEXT,
    ids: { field: "assoc_id", rule: "all" },
    initial: { assoc_value: 0 },
    value: { assoc_value: 0xfeedf00d },
    refused: [...NO_STRUCTURE, [{ assoc_value: 2 ** 32 }, "RangeError"]],
  },
  {
    title: "RFC 6458 §8.1.26: SCTP_EXPLICIT_EOR keeps to its rules",
    level: IPPROTO_SCTP,
    name: SCTP_EXPLICIT_EOR,
    initial: 0,
    value: 1,
    refused: NO_NUMBER,
    // It is, but a socket that has it from the beginning ends no message of the contract's.
    isInherited: false,
    wrongTime: async (world) => {
      const { server: accepted } = await world.connect({
        prepare: (socket) => socket.setsockopt(IPPROTO_SCTP, SCTP_EXPLICIT_EOR, 1),
      });
      assert.equal(accepted.getsockopt(IPPROTO_SCTP, SCTP_EXPLICIT_EOR), 1);
      const { server, serverId } = await world.connectMany();
      server.setsockopt(IPPROTO_SCTP, SCTP_EXPLICIT_EOR, 1);
      const peeled = world.keep(server.sctp_peeloff(serverId));
      assert.equal(peeled.getsockopt(IPPROTO_SCTP, SCTP_EXPLICIT_EOR), 1);
    },
  },
];
