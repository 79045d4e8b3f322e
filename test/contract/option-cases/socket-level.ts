import {
  AF_INET,
  IPPROTO_SCTP,
  SO_DOMAIN,
  SO_ERROR,
  SO_LINGER,
  SO_PROTOCOL,
  SO_RCVBUF,
  SO_SNDBUF,
  SO_TYPE,
  SOL_SOCKET,
} from "../../../src/index.js";
import { NO_NUMBER, NO_STRUCTURE, type OptionCase } from "./option-case.js";

/** The options of level `SOL_SOCKET`. */
export const SOCKET_LEVEL_CASES: readonly OptionCase[] = [
  {
    title: "POSIX: SO_TYPE keeps to its rules",
    level: SOL_SOCKET,
    name: SO_TYPE,
    access: "read only",
    refused: [],
  },
  {
    title: "POSIX: SO_ERROR keeps to its rules",
    level: SOL_SOCKET,
    name: SO_ERROR,
    access: "read only",
    initial: 0,
    refused: [],
  },
  {
    title: "RFC 6458 §8.1.7: SO_SNDBUF keeps to its rules",
    level: SOL_SOCKET,
    name: SO_SNDBUF,
    value: 70_000,
    refused: [...NO_NUMBER, [0, "RangeError"], [-1, "RangeError"]],
  },
  {
    title: "RFC 6458 §8.1.6: SO_RCVBUF keeps to its rules",
    level: SOL_SOCKET,
    name: SO_RCVBUF,
    value: 70_000,
    refused: [...NO_NUMBER, [0, "RangeError"], [-1, "RangeError"]],
  },
  {
    title: "RFC 6458 §8.1.4: SO_LINGER keeps to its rules",
    level: SOL_SOCKET,
    name: SO_LINGER,
    initial: { l_onoff: 0, l_linger: 0 },
    value: { l_onoff: 1, l_linger: 3 },
    refused: [...NO_STRUCTURE, [{ l_linger: -1 }, "RangeError"], [{ l_onoff: "on" }, "TypeError"]],
  },
  {
    title: "Linux: SO_PROTOCOL keeps to its rules",
    level: SOL_SOCKET,
    name: SO_PROTOCOL,
    access: "read only",
    initial: IPPROTO_SCTP,
    refused: [],
  },
  {
    title: "Linux: SO_DOMAIN keeps to its rules",
    level: SOL_SOCKET,
    name: SO_DOMAIN,
    access: "read only",
    initial: AF_INET,
    refused: [],
  },
];
