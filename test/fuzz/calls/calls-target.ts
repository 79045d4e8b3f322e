import {
  MSG_PEEK,
  SCTP_ABORT,
  SCTP_EOF,
  SCTP_SENDALL,
  SCTP_UNORDERED,
} from "../../../src/sockets/constants.js";
import type { Dice } from "../dice.js";
import { Finding, withoutRuns, type FuzzTarget, type Outcome } from "../fuzz-target.js";
import type { CallCase, CallStep, Form, OptionChoice, Place, SignalUse, SocketSpec } from "./call-case.js";
import { CallRun } from "./run-calls.js";

const STEPS_MAX = 40;

const OPTIONS: readonly OptionChoice[] = [
  "small buffers",
  "small buffers",
  "no delay",
  "all events",
  "no events",
  "autoclose",
  "unref",
  "ref",
  "linger 1",
  "received info",
];

const RECEIVE_CALLS = [
  "sctp_recvv",
  "sctp_recvv",
  "recv",
  "recvfrom",
  "nonblocking",
  "receiveMany",
  "iterate",
] as const;

/** Mostly places at which somebody is, or may be. */
function randomPlace(dice: Dice): Place {
  const host = dice.chance(0.9) ? dice.one([0, 1] as const) : 2;
  return { host, address: dice.chance(0.7) ? 0 : dice.below(4), port: dice.chance(0.8) ? 1 : dice.below(4) };
}

const randomSignal = (dice: Dice): SignalUse =>
  dice.one(["none", "none", "none", "later", "later", "aborted"]);
const randomForm = (dice: Dice): Form => dice.one(["promise", "promise", "nonblocking"]);

function randomSend(dice: Dice, socket: number): CallStep {
  const flags = dice.chance(0.75) ? 0 : dice.one([SCTP_UNORDERED, SCTP_EOF, SCTP_ABORT, SCTP_SENDALL]);
  return {
    do: "send",
    socket,
    call: dice.one(["sctp_sendv", "sctp_sendv", "send", "sendto", "nonblocking", "sendMany"]),
    lengthBytes: dice.size(300, 20_000),
    ...(dice.chance(0.5) ? { place: randomPlace(dice) } : {}),
    ...(dice.chance(0.5) ? { association: dice.below(3) } : {}),
    streamId: dice.chance(0.9) ? dice.below(3) : dice.number(16),
    flags,
    signal: randomSignal(dice),
  };
}

function randomStep(dice: Dice): CallStep {
  const socket = dice.below(6);
  const die = dice.below(30);
  if (die < 3) return { do: "bind", socket, place: randomPlace(dice) };
  if (die < 4)
    return { do: "bindx", socket, places: dice.list(3, () => randomPlace(dice)), add: dice.chance(0.7) };
  if (die < 6) return { do: "listen", socket, backlog: dice.chance(0.85) ? 5 : dice.below(2) };
  if (die < 9) {
    const places = [randomPlace(dice), ...(dice.chance(0.2) ? [randomPlace(dice)] : [])];
    return { do: "connect", socket, places, form: randomForm(dice), signal: randomSignal(dice) };
  }
  if (die < 11) return { do: "accept", socket, form: randomForm(dice), signal: randomSignal(dice) };
  if (die < 16) return randomSend(dice, socket);
  if (die < 20) {
    const call = dice.one(RECEIVE_CALLS);
    return {
      do: "receive",
      socket,
      call,
      flags: dice.chance(0.1) ? MSG_PEEK : 0,
      signal: randomSignal(dice),
    };
  }
  if (die < 21) return { do: "peeloff", socket, association: dice.below(3) };
  if (die < 22) return { do: "shutdown", socket, how: dice.below(3) };
  if (die < 23) return { do: "close", socket, aborting: dice.chance(0.3) };
  if (die < 24) return { do: "option", socket, option: dice.one(OPTIONS) };
  if (die < 25) return { do: "look", socket };
  if (die < 26) return { do: "give up", call: dice.below(10) };
  return { do: "wait", ms: dice.one([0, 1, 5, 11, 20, 30, 250, 1100, 3000]) };
}

function randomSocket(dice: Dice): SocketSpec {
  return {
    host: dice.one([0, 1]),
    style: dice.one(["one-to-one", "one-to-many"]),
    family: dice.one([4, 4, 6]),
  };
}

/** Steps with which most interesting histories begin: somebody listens, and somebody connects. */
function opening(dice: Dice): CallStep[] {
  const place: Place = { host: 1, address: 0, port: 1 };
  return [
    { do: "bind", socket: 1, place },
    { do: "listen", socket: 1, backlog: 5 },
    { do: "connect", socket: 0, places: [place], form: randomForm(dice), signal: "none" },
    { do: "wait", ms: dice.one([5, 11, 16, 30]) },
  ];
}

function create(dice: Dice): CallCase {
  const sockets = Array.from({ length: dice.between(2, 5) }, () => randomSocket(dice));
  const steps = Array.from({ length: dice.between(3, STEPS_MAX) }, () => randomStep(dice));
  const opens = dice.chance(0.7);
  if (opens) {
    sockets[0] = { host: 0, style: dice.one(["one-to-one", "one-to-many"]), family: 4 };
    sockets[1] = { host: 1, style: dice.one(["one-to-one", "one-to-many"]), family: 4 };
  }
  return {
    seed: dice.below(1000),
    loss: dice.chance(0.8) ? 0 : 0.2,
    sockets,
    steps: opens ? [...opening(dice), ...steps] : steps,
  };
}

function mutate(dice: Dice, original: CallCase, other: CallCase): CallCase {
  const steps = [...original.steps];
  for (let count = 1 + dice.below(4); count > 0; count -= 1) {
    const at = dice.below(steps.length + 1);
    if (dice.chance(0.15)) steps.splice(at, 0, ...other.steps.slice(dice.below(other.steps.length)));
    else steps.splice(at, dice.below(2), randomStep(dice));
  }
  const sockets = dice.chance(0.1) ? other.sockets : original.sockets;
  return { ...original, sockets, steps: steps.slice(0, 2 * STEPS_MAX) };
}

function* shrink(input: CallCase): Iterable<CallCase> {
  for (const steps of withoutRuns(input.steps)) yield { ...input, steps };
  if (input.loss > 0) yield { ...input, loss: 0 };
  for (const sockets of withoutRuns(input.sockets, 1)) yield { ...input, sockets };
  for (const [index, step] of input.steps.entries()) {
    if ("signal" in step && step.signal !== "none")
      yield { ...input, steps: input.steps.with(index, { ...step, signal: "none" }) };
    if (step.do === "send" && step.lengthBytes > 16)
      yield { ...input, steps: input.steps.with(index, { ...step, lengthBytes: 16 }) };
  }
}

async function run(input: CallCase): Promise<Outcome> {
  const unhandled: unknown[] = [];
  const note = (reason: unknown): void => {
    unhandled.push(reason);
  };
  process.on("unhandledRejection", note);
  try {
    const callRun = new CallRun(input);
    for (const step of input.steps) await callRun.step(step);
    await callRun.end();
    // Node tells of unhandled rejections after the microtasks of a turn.
    await new Promise((resolve) => setImmediate(resolve));
    if (unhandled.length > 0) throw new Finding(`an unhandled rejection: ${String(unhandled[0])}`);
    return callRun.outcome;
  } finally {
    process.off("unhandledRejection", note);
  }
}

/** Sequences of API calls: each ends as the model expects, and nothing is left of them. */
export const CALLS_TARGET: FuzzTarget<CallCase> = {
  name: "calls",
  create,
  mutate,
  run,
  shrink,
};
