import assert from "node:assert/strict";
import { IPPROTO_SCTP, SCTP_AUTO_ASCONF, SCTP_SET_PEER_PRIMARY_ADDR } from "../../../src/index.js";
import { NO_NUMBER, NO_STRUCTURE, type OptionCase } from "./option-case.js";

/** The options of level `IPPROTO_SCTP` about addresses that change while associations live. */
export const ADDRESS_RECONFIGURATION_CASES: readonly OptionCase[] = [
  {
    title: "RFC 6458 §8.3.1: SCTP_SET_PEER_PRIMARY_ADDR keeps to its rules",
    level: IPPROTO_SCTP,
    name: SCTP_SET_PEER_PRIMARY_ADDR,
    access: "write only",
    ids: { field: "sspp_assoc_id", rule: "association" },
    needsAssociation: true,
    value: { sspp_addr: { address: "10.9.9.9", port: 1 } },
    fails: "EADDRNOTAVAIL",
    refused: [...NO_STRUCTURE, [{}, "TypeError"]],
  },
  {
    title: "RFC 6458 §8.1.23: SCTP_AUTO_ASCONF keeps to its rules",
    level: IPPROTO_SCTP,
    name: SCTP_AUTO_ASCONF,
    prepare: (socket) => socket.bind({ address: "0.0.0.0", port: 0 }),
    initial: 0,
    value: 1,
    // It takes a socket that is bound, and the contract's listeners are bound later.
    isInherited: false,
    refused: NO_NUMBER,
    wrongTime: (world) => {
      const socket = world.oneToOne();
      socket.bind({ address: world.client.address, port: 0 });
      assert.throws(() => socket.setsockopt(IPPROTO_SCTP, SCTP_AUTO_ASCONF, 1), { code: "EINVAL" });
    },
  },
];
