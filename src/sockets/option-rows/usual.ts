import { IPPROTO_SCTP, SOL_SOCKET } from "../constants.js";
import type { OptionRow } from "../option-row.js";
import type { Field } from "../structures.js";

/** An option that is on or off. */
export const SWITCH: Field = { kind: "bool" };

/** What most rows of a level have in common. */
type Usual = Pick<OptionRow, "access" | "argument" | "answeredBy" | "level" | "levelText">;

/** What most rows of level `SOL_SOCKET` have in common. */
export const SOCKET_LEVEL: Usual = {
  access: "read and write",
  argument: [],
  answeredBy: "provider",
  level: SOL_SOCKET,
  levelText: "SOL_SOCKET",
};

/** What most rows of level `IPPROTO_SCTP` have in common. */
export const SCTP_LEVEL: Usual = { ...SOCKET_LEVEL, level: IPPROTO_SCTP, levelText: "IPPROTO_SCTP" };

/** What is told without asking the provider. */
export const ANSWERED_HERE: Pick<OptionRow, "access" | "answeredBy"> = {
  access: "read only",
  answeredBy: "sockets",
};
