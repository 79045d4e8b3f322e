import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import {
  IPPROTO_SCTP,
  SCTP_ALL_ASSOC,
  SCTP_CURRENT_ASSOC,
  SCTP_FUTURE_ASSOC,
  SO_ERROR,
  SO_RCVBUF,
  SOL_SOCKET,
} from "../../../src/sockets/constants.js";
import type { OptionRow } from "../../../src/sockets/option-row.js";
import { OPTION_TABLE, optionRow } from "../../../src/sockets/option-table.js";
import { expect, Finding, type Outcome } from "../fuzz-target.js";
import { properCodeOf } from "../proper-errors.js";
import { revive, USER_ERROR, type JunkContext } from "./junk.js";
import type { OptionCall, OptionCase } from "./option-case.js";
import { isSwitchField, mayDiffer } from "./read-back.js";
import { setTheStage, strikeTheStage, type Stage } from "./socket-stage.js";

/** RFC 9260 §3.3.2: a peer refuses a smaller window, so that none is smaller whatever was set. */
const LEAST_WINDOW_BYTES = 1500;

/** The socket's calls without their types, because a case breaks all of them. */
interface AnySocket {
  getsockopt(level: unknown, name: unknown, argument?: unknown): unknown;
  setsockopt(level: unknown, name: unknown, value: unknown): void;
  sctp_opt_info(id: unknown, name: unknown, argument?: unknown): unknown;
}

/** What a row wants to know, for one association. */
function argumentFor(
  row: OptionRow,
  association: number,
  peer: Stage["peer"],
): Record<string, unknown> | undefined {
  if (row.argument.length === 0 || !("structure" in row.value)) return undefined;
  const argument: Record<string, unknown> = {};
  for (const name of row.argument) {
    const field = row.value.structure.fields[name];
    if (field?.kind === "address") {
      if (field.required === true) argument[name] = peer;
    } else if (name === row.association?.field) argument[name] = association;
    else if (field?.required === true) argument[name] = 0x8001;
  }
  return argument;
}

/** A case on its way. */
class Run {
  private readonly stage: Stage;
  private readonly socket: AnySocket;
  private readonly state: string;
  private readonly features = new Set<string>();
  private readonly hash = createHash("sha256");
  private readonly isOneToOne: boolean;
  /** The options as they read last, until one is set. */
  private known: unknown[] | undefined;
  private isClosed: boolean;

  constructor(stage: Stage, input: OptionCase) {
    this.stage = stage;
    this.socket = stage.socket;
    this.state = `${input.style} ${input.family} ${input.state}`;
    this.isClosed = input.state === "closed";
    this.isOneToOne = stage.socket.sctp_type === "one-to-one";
  }

  get outcome(): Outcome {
    return { features: this.features, digest: this.hash.digest("hex") };
  }

  private get context(): JunkContext {
    const { association, peer, socket } = this.stage;
    const close = (): void => {
      this.isClosed = true;
      this.known = undefined;
      void socket.close();
    };
    return { association, peer, close };
  }

  /** Every option as it reads now, refusals included. */
  private snapshot(): unknown[] {
    const { socket, stage } = this;
    const ids = new Set([SCTP_FUTURE_ASSOC, stage.association]);
    const values: unknown[] = [];
    for (const row of OPTION_TABLE) {
      if (row.access === "write only" || row.name === SO_ERROR) continue;
      for (const id of row.association === undefined ? [0] : ids) {
        try {
          values.push([
            row.text,
            id,
            socket.getsockopt(row.level, row.name, argumentFor(row, id, stage.peer)),
          ]);
        } catch (error) {
          values.push([row.text, id, properCodeOf(error, `reading ${row.text}`)]);
        }
      }
    }
    return values;
  }

  call(call: OptionCall): void {
    const { context } = this;
    const name = revive(call.name, context);
    const level = call.do === "opt_info" ? IPPROTO_SCTP : revive(call.level, context);
    const row = typeof level === "number" && typeof name === "number" ? optionRow(level, name) : undefined;
    const what = `${call.do} ${row?.text ?? "nothing"}`;
    const before = this.known ?? this.snapshot();
    this.known = before;
    let answer = "accepted";
    let kept: unknown;
    try {
      if (call.do === "set") kept = this.set(level, name, call);
      else if (call.do === "get") this.read(level, name, revive(call.argument, context));
      else this.socket.sctp_opt_info(revive(call.id, context), name, revive(call.argument, context));
      // What was set may have changed anything.
      if (call.do === "set") this.known = undefined;
    } catch (error) {
      if (error instanceof Finding) throw error;
      answer = error === USER_ERROR ? "the user's error" : properCodeOf(error, what);
      const after = this.snapshot();
      const isSame = this.isClosed || isDeepStrictEqual(before, after);
      expect(isSame, () => `${what} is refused with ${answer}, and has changed ${difference(before, after)}`);
    }
    if (answer === "accepted" && call.do === "set") this.checkSetting(row, kept);
    this.hash.update(`${what} ${answer};`);
    this.features.add(`${this.state} ${what} ${answer}`);
  }

  private read(level: unknown, name: unknown, argument: unknown): void {
    const first = this.socket.getsockopt(level, name, argument);
    if (level === SOL_SOCKET && name === SO_ERROR) return;
    // The user's own getters may answer something else the second time.
    if (this.isClosed || typeof argument === "object") return;
    const second = this.socket.getsockopt(level, name, argument);
    expect(isDeepStrictEqual(first, second), () => `an option reads differently at once: ${String(name)}`);
  }

  /** Sets an option; answers what it was set to, where that can be told again. */
  private set(level: unknown, name: unknown, { value }: Extract<OptionCall, { do: "set" }>): unknown {
    const given = revive(value, this.context);
    // Getters tell only once what they are asked.
    const kept = isPlain(given) ? structuredClone(given) : undefined;
    this.socket.setsockopt(level, name, given);
    return kept;
  }

  /** What was accepted reads as it was set. */
  private checkSetting(row: OptionRow | undefined, kept: unknown): void {
    expect(row !== undefined, "an option without a row is accepted");
    if (this.isClosed || row.access === "write only" || kept === undefined) return;
    const read = this.readBack(row, kept, this.stage);
    if (typeof read === "number") {
      const wanted = typeof kept === "boolean" ? Number(kept) : kept;
      const isSwitch = "number" in row.value && row.value.number.kind === "bool";
      const least = row.name === SO_RCVBUF && row.level === SOL_SOCKET ? LEAST_WINDOW_BYTES : Number(wanted);
      const expected = isSwitch ? Number(wanted !== 0) : Math.max(least, Number(wanted));
      expect(read === expected, () => `${row.text}: ${String(expected)} was set, ${read} is read`);
      return;
    }
    if (typeof kept !== "object" || kept === null || read === undefined) return;
    const [given, answered] = [kept, read] as [Record<string, unknown>, Record<string, unknown>];
    for (const [field, wanted] of Object.entries(given)) {
      if (typeof wanted !== "number" && typeof wanted !== "boolean") continue;
      if (field === row.association?.field || mayDiffer(row, field, given, answered)) continue;
      const found = answered[field];
      const isSwitch = isSwitchField(row, field);
      const expected = isSwitch ? Number(Number(wanted) !== 0) : Number(wanted);
      expect(
        Number(found) === expected,
        () => `${row.text}: ${field} was set to ${expected}, ${String(found)} is read`,
      );
    }
  }

  private readBack(row: OptionRow, given: unknown, stage: Stage): unknown {
    const fields = typeof given === "object" && given !== null ? (given as Record<string, unknown>) : {};
    const idField = row.association?.field;
    const id = idField === undefined || this.isOneToOne ? 0 : Number(fields[idField] ?? 0);
    const isAll = id === SCTP_ALL_ASSOC;
    const isOfAll = id === SCTP_CURRENT_ASSOC || isAll;
    // What all have, the one that there is has; without one there is nothing to look at.
    if (id === SCTP_CURRENT_ASSOC && stage.association === 0) return undefined;
    const readId = isOfAll && stage.association !== 0 ? stage.association : isAll ? SCTP_FUTURE_ASSOC : id;
    const argument = argumentFor(row, readId, stage.peer);
    if (argument !== undefined) {
      for (const name of row.argument) if (name !== idField && name in fields) argument[name] = fields[name];
    }
    return this.socket.getsockopt(row.level, row.name, argument);
  }
}

function isPlain(value: unknown): boolean {
  if (typeof value !== "object" || value === null)
    return typeof value === "number" || typeof value === "boolean";
  const descriptors = Object.values(Object.getOwnPropertyDescriptors(value));
  return descriptors.every((descriptor) => descriptor.get === undefined && isCloneable(descriptor.value));
}

function isCloneable(value: unknown): boolean {
  return !["function", "symbol"].includes(typeof value);
}

function difference(before: readonly unknown[], after: readonly unknown[]): string {
  const changed = before.findIndex((value, index) => !isDeepStrictEqual(value, after[index]));
  return `${JSON.stringify(before[changed])} to ${JSON.stringify(after[changed])}`;
}

/** Runs a case. @throws Finding, or whatever comes out of the socket */
export async function runOptions(input: OptionCase): Promise<Outcome> {
  const stage = await setTheStage(input);
  const run = new Run(stage, input);
  try {
    for (const call of input.calls) run.call(call);
    // What was set is lived with for a while.
    await stage.world.clock.advanceBy(2000);
  } finally {
    const isFree = await strikeTheStage(stage);
    expect(isFree, "the event loop is held after all sockets are closed");
  }
  return run.outcome;
}
