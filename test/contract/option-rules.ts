import assert from "node:assert/strict";
import {
  AF_INET,
  AF_INET6,
  IPPROTO_SCTP,
  SCTP_ALL_ASSOC,
  SCTP_CURRENT_ASSOC,
  SCTP_FUTURE_ASSOC,
  type SctpAddress,
  type SctpSocket,
  type SocketType,
  SOCK_SEQPACKET,
  SOCK_STREAM,
} from "../../src/index.js";
import { OPTION_CASES } from "./option-cases/all.js";
import type { OptionCase, OptionCaseValue, OptionIds } from "./option-cases/option-case.js";
import type { Contract, World } from "./world.js";

/** An id that no association has. */
const NOBODY = 999;

/** The calls as a program in JavaScript makes them: nothing is known of the types. */
interface Untyped {
  getsockopt(level: unknown, name: unknown, argument?: unknown): unknown;
  setsockopt(level: unknown, name: unknown, value?: unknown): void;
  sctp_opt_info(id: number, name: unknown, argument?: unknown): unknown;
}

function untyped(socket: SctpSocket): Untyped {
  return socket;
}

/** Expects fields of a structure, whatever else it has. */
function holds(read: unknown, expected: object, message: string): void {
  const fields = new Map(Object.entries(read as object));
  const picked = Object.fromEntries(Object.keys(expected).map((name) => [name, fields.get(name) as unknown]));
  assert.deepEqual(picked, expected, message);
}

/** One option of one socket. */
class Handle {
  readonly socket: SctpSocket;
  private readonly calls: Untyped;
  private readonly option: OptionCase;
  private readonly to: SctpAddress | undefined;

  constructor(option: OptionCase, socket: SctpSocket, to?: SctpAddress) {
    this.option = option;
    this.socket = socket;
    this.calls = untyped(socket);
    this.to = to;
  }

  get(id?: number): unknown {
    const { level, name, argument, ids } = this.option;
    const given = argument === undefined ? undefined : (this.made(argument) as object);
    const named = id === undefined || ids === undefined ? given : { ...given, [ids.field]: id };
    return this.calls.getsockopt(level, name, named);
  }

  info(id: number): unknown {
    const { name, argument } = this.option;
    return this.calls.sctp_opt_info(id, name, argument === undefined ? undefined : this.made(argument));
  }

  set(value: unknown, id?: number): void {
    const { level, name, ids } = this.option;
    const named = id === undefined || ids === undefined ? value : { ...(value as object), [ids.field]: id };
    this.calls.setsockopt(level, name, named);
  }

  /** Sets a value of the case, for which something else may be wrong. */
  setMade(value: OptionCaseValue, id?: number): void {
    const { fails } = this.option;
    if (fails === undefined) this.set(this.made(value), id);
    else assert.throws(() => this.set(this.made(value), id), { code: fails });
  }

  /** A value of the case, for this socket's peer. */
  made(value: OptionCaseValue): number | object {
    return typeof value === "function" ? value(this.to as SctpAddress) : value;
  }

  /** Expects what was read to be a value of the case, whatever else a structure holds. */
  shows(read: unknown, expected: OptionCaseValue, message: string): void {
    const made = this.made(expected);
    if (typeof made === "number") assert.equal(read, made, message);
    else holds(read, made, message);
  }
}

/** What can be asked of every option, of every option. */
export function optionRules(contract: Contract): void {
  for (const option of OPTION_CASES) contract(option.title, (world) => checkOption(world, option));
}

/** Checks one option against its rules; a provider that differs runs it with some of them changed. */
export async function checkOption(world: World, option: OptionCase): Promise<void> {
  checkStyles(world, option);
  if (option.needsAssociation !== true) await checkFreshSockets(world, option);
  if (option.ids !== undefined || option.needsAssociation === true) await checkAssociations(world, option);
  if (option.isInherited !== false && option.value !== undefined && option.access === undefined)
    await checkInheritance(world, option);
  await option.wrongTime?.(world);
}

function stylesOf({ only }: OptionCase): readonly SocketType[] {
  return only === undefined ? [SOCK_STREAM, SOCK_SEQPACKET] : [only.type];
}

/** Sockets that have not the option answer its error, whatever they are told. */
function checkStyles(world: World, option: OptionCase): void {
  const { only, family } = option;
  if (only !== undefined) {
    const type = only.type === SOCK_STREAM ? SOCK_SEQPACKET : SOCK_STREAM;
    refuses(option, new Handle(option, world.socket(world.client, type)), only.otherwise);
  }
  if (family === AF_INET6)
    refuses(option, new Handle(option, world.socket(world.client, SOCK_STREAM)), "EINVAL");
}

function refuses({ access, value }: OptionCase, handle: Handle, code: string): void {
  assert.throws(() => handle.get(), { code: access === "write only" ? "EOPNOTSUPP" : code });
  const set = (): void => handle.set(value === undefined ? 1 : handle.made(value));
  assert.throws(set, { code: access === "read only" ? "EOPNOTSUPP" : code });
}

async function checkFreshSockets(world: World, option: OptionCase): Promise<void> {
  for (const type of stylesOf(option)) {
    const socket = world.socket(world.client, type, option.family ?? AF_INET);
    option.prepare?.(socket);
    const handle = new Handle(option, socket);
    if (option.initial !== undefined) handle.shows(handle.get(), option.initial, "at first");
    checkAccess(option, handle);
    checkValues(option, handle);
    // oxlint-disable-next-line no-await-in-loop -- one socket after the other
    await world.until(socket.close());
    assert.throws(() => handle.get(), {
      code: option.access === "write only" ? /EBADF|EOPNOTSUPP/ : "EBADF",
    });
  }
}

/** RFC 6458 §8.2, §8.3. */
function checkAccess({ access, level }: OptionCase, handle: Handle): void {
  if (access === "read only") {
    assert.throws(() => handle.set({}), { code: "EOPNOTSUPP", syscall: "setsockopt", message: /read only/ });
  }
  if (access !== "write only") return;
  assert.throws(() => handle.get(), { code: "EOPNOTSUPP", syscall: "getsockopt", message: /write only/ });
  if (level === IPPROTO_SCTP) assert.throws(() => handle.info(0), { code: "EOPNOTSUPP" });
}

/** What is set is read again, and a mistake changes nothing. */
function checkValues({ access, value, shown, refused }: OptionCase, handle: Handle): void {
  const isRead = access !== "write only";
  if (value !== undefined && access !== "read only") handle.setMade(value);
  const expected = access === "read only" ? undefined : (shown ?? value);
  if (expected !== undefined && isRead) handle.shows(handle.get(), expected, "what was set");
  const before = isRead ? handle.get() : undefined;
  for (const [wrong, error] of refused) {
    const isClass = error === "TypeError" || error === "RangeError";
    assert.throws(
      () => handle.set(wrong),
      isClass ? { name: error } : { code: error, syscall: "setsockopt" },
      `${JSON.stringify(wrong)} is refused`,
    );
  }
  if (isRead) assert.deepEqual(handle.get(), before, "a mistake changes nothing");
}

/** RFC 6458 §7.2, §8: ids on one-to-many sockets, and that one-to-one sockets pay no heed to them. */
async function checkAssociations(world: World, option: OptionCase): Promise<void> {
  const { ids, only, family } = option;
  const options = {
    ...(family === undefined ? {} : { family }),
    prepareClient: option.prepare ?? (() => {}),
  };
  if (only?.type !== SOCK_STREAM) {
    const { client, clientId, to } = await world.connectMany(options);
    const handle = new Handle(option, client, to);
    if (option.needsAssociation === true) checkAccess(option, handle);
    if (ids !== undefined) {
      if (option.access !== "write only") checkReading(ids, handle, clientId);
      if (option.access !== "read only") checkSetting(option, ids, handle, clientId);
    }
  }
  if (only?.type === SOCK_SEQPACKET) return;
  const { client, to } = await world.connect(options);
  const handle = new Handle(option, client, to);
  if (option.access !== "write only") assert.deepEqual(handle.get(NOBODY), handle.get(), "the id is ignored");
  if (option.access !== "read only" && option.value !== undefined) handle.setMade(option.value, NOBODY);
  if (option.needsAssociation !== true) return;
  checkValues(option, handle);
  const lonely = new Handle(option, world.oneToOne(), to);
  if (option.access !== "write only") assert.throws(() => lonely.get(), { code: "EINVAL" });
  if (option.value === undefined || option.access === "read only") return;
  assert.throws(() => lonely.set(lonely.made(option.value as OptionCaseValue)), { code: "EINVAL" });
}

function checkReading({ rule, field }: OptionIds, handle: Handle, clientId: number): void {
  holds(handle.get(clientId), { [field]: clientId }, "the id is told");
  assert.deepEqual(handle.info(clientId), handle.get(clientId), "RFC 6458 §8: sctp_opt_info");
  for (const id of [SCTP_CURRENT_ASSOC, SCTP_ALL_ASSOC, NOBODY]) {
    assert.throws(() => handle.get(id), { code: "EINVAL", syscall: "getsockopt" }, `id ${id}`);
    assert.throws(() => handle.info(id), { code: "EINVAL" }, `id ${id}`);
  }
  if (rule === "association") assert.throws(() => handle.get(SCTP_FUTURE_ASSOC), { code: "EINVAL" });
  else handle.get(SCTP_FUTURE_ASSOC);
}

function checkSetting(option: OptionCase, { rule }: OptionIds, handle: Handle, clientId: number): void {
  const value = handle.made(option.value as OptionCaseValue);
  const refused = rule === "all" ? [NOBODY] : [SCTP_CURRENT_ASSOC, SCTP_ALL_ASSOC, NOBODY];
  if (rule === "association") refused.push(SCTP_FUTURE_ASSOC);
  for (const id of refused)
    assert.throws(() => handle.set(value, id), { code: "EINVAL", syscall: "setsockopt" }, `id ${id}`);
  const isRead = option.access === undefined;
  const expected = option.shown ?? option.value ?? 0;
  const future = isRead && rule !== "association" ? handle.get(SCTP_FUTURE_ASSOC) : undefined;
  if (option.isAgreed === true) {
    assert.throws(() => handle.set(value, clientId), { code: "EINVAL", syscall: "setsockopt" });
    return;
  }
  handle.setMade(option.value as OptionCaseValue, clientId);
  if (isRead) handle.shows(handle.get(clientId), expected, "of this association");
  if (future === undefined) return;
  assert.deepEqual(handle.get(SCTP_FUTURE_ASSOC), future, "those to come are not concerned");
  if (rule !== "all") return;
  handle.set(value, SCTP_CURRENT_ASSOC);
  assert.deepEqual(handle.get(SCTP_FUTURE_ASSOC), future, "nor by SCTP_CURRENT_ASSOC");
  handle.set(value, SCTP_ALL_ASSOC);
  handle.shows(handle.get(SCTP_FUTURE_ASSOC), expected, "but by SCTP_ALL_ASSOC");
}

/** RFC 6458 §7.2: accepted sockets begin with the options of their listener, and peeled-off ones with those there. */
async function checkInheritance(world: World, option: OptionCase): Promise<void> {
  if (option.needsAssociation === true) return;
  const { value, family } = option;
  const expected = (option.shown ?? value) as OptionCaseValue;
  const prepare = (socket: SctpSocket): void => {
    option.prepare?.(socket);
    const handle = new Handle(option, socket);
    handle.set(handle.made(value as OptionCaseValue));
  };
  const options = { ...(family === undefined ? {} : { family }), prepare };
  if (option.only?.type !== SOCK_SEQPACKET) {
    const { server } = await world.connect(options);
    const handle = new Handle(option, server);
    handle.shows(handle.get(), expected, "of an accepted socket");
  }
  if (option.only !== undefined) return;
  const { server, serverId } = await world.connectMany(options);
  const handle = new Handle(option, world.keep(server.sctp_peeloff(serverId)));
  handle.shows(handle.get(), expected, "of a peeled-off socket");
}
