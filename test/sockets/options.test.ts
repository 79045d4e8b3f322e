import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import * as constants from "../../src/sockets/constants.js";
import {
  AF_INET,
  AF_INET6,
  IPPROTO_SCTP,
  SCTP_ALL_ASSOC,
  SCTP_AUTOCLOSE,
  SCTP_CURRENT_ASSOC,
  SCTP_DEFAULT_SNDINFO,
  SCTP_EVENT,
  SCTP_FUTURE_ASSOC,
  SCTP_GET_PEER_ADDR_INFO,
  SCTP_I_WANT_MAPPED_V4_ADDR,
  SCTP_INITMSG,
  SCTP_NODELAY,
  SCTP_RTOINFO,
  SCTP_SHUTDOWN_EVENT,
  SCTP_STATUS,
  SCTP_UNORDERED,
  SO_DOMAIN,
  SO_LINGER,
  SO_PROTOCOL,
  SO_SNDBUF,
  SO_TYPE,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  SOL_SOCKET,
} from "../../src/sockets/constants.js";
import { OPTION_TABLE, optionRow } from "../../src/sockets/option-table.js";
import type { OptionRow } from "../../src/sockets/option-row.js";
import type { CheckedStructure, Field, Structure } from "../../src/sockets/structures.js";
import { PEER, type FakeSocket } from "./fake-provider.js";
import { openSocket } from "./fake-sockets.js";

type Untyped = {
  getsockopt(level: number, name: number, argument?: unknown): unknown;
  setsockopt(level: number, name: number, value: unknown): void;
};

/** A socket that has the option; IPv6 and one-to-many sockets have all of them. */
function openFor(row: OptionRow): { socket: Untyped; fake: FakeSocket } {
  const { socket, fake } = openSocket(row.only?.type ?? SOCK_SEQPACKET, AF_INET6);
  return { socket, fake };
}

/** An association id that the row takes. */
const ASSOCIATION = 5;

function arbitraryOf(name: string, field: Field, row: OptionRow): fc.Arbitrary<unknown> {
  if (name === row.association?.field) return fc.constant(ASSOCIATION);
  if (field.mask !== undefined) return fc.constantFrom(0, field.mask);
  switch (field.kind) {
    case "u8":
      return fc.integer({ min: field.minimum ?? 0, max: field.maximum ?? 0xff });
    case "u16":
      return fc.integer({ min: field.minimum ?? 0, max: field.maximum ?? 0xffff });
    case "u32":
      return fc.integer({ min: field.minimum ?? 0, max: field.maximum ?? 0xffffffff });
    case "i32":
      return fc.integer({ min: field.minimum ?? -0x80000000, max: field.maximum ?? 0x7fffffff });
    case "u64":
      return fc.maxSafeNat();
    case "bool":
      return fc.constantFrom(0, 1);
    case "list":
      return fc.array(arbitraryOf("", { kind: field.items ?? "u8" }, row), { maxLength: 9 });
    case "bytes":
      return fc.uint8Array({ maxLength: 9 }).map((bytes) => new Uint8Array(bytes));
    case "address":
      return fc.constant(PEER);
    case "structure":
      return fc.constant({});
  }
}

/** Values that a field of its kind must refuse. */
function wrongValuesOf(field: Field): unknown[] {
  const wrong: unknown[] = ["1", null, {}, 1n, 0.5, Number.NaN, Number.POSITIVE_INFINITY];
  switch (field.kind) {
    case "u8":
      return [...wrong, -1, 0x100];
    case "u16":
      return [...wrong, -1, 0x10000, ...(field.mask === undefined ? [] : [~field.mask & 0xffff])];
    case "u32":
      return [...wrong, -1, 0x100000000];
    case "i32":
      return [...wrong, (field.minimum ?? -0x80000000) - 1, 0x80000000];
    case "u64":
      return [...wrong, -1, 2 ** 53];
    case "bool":
      return [...wrong, 0x80000000];
    case "list":
      return [
        ...wrong,
        1,
        new Uint8Array(2),
        ...wrongValuesOf({ kind: field.items ?? "u8" }).map((item) => [0, item]),
      ];
    case "bytes":
      return [...wrong, 1, [1, 2], new Uint16Array(2)];
    case "address":
      // An address of ours may go without its port, the peer's not.
      return [
        ...["1", null, {}, { address: "localhost", port: 9 }],
        { address: "192.0.2.1", port: field.local === true ? -1 : 0 },
      ];
    case "structure":
      return [];
  }
}

/** A value that a field of its kind takes. */
function goodValueOf({ kind }: Field): unknown {
  if (kind === "address") return PEER;
  if (kind === "bytes") return new Uint8Array(ASSOCIATION);
  return kind === "list" ? [1, 2, 3, 4, 5] : ASSOCIATION;
}

/** What stands in the fields that count a list is what there is. */
function counted(structure: Structure, value: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const counters = Object.entries(structure.fields).flatMap(([name, { counter }]) =>
    counter === undefined ? [] : [[counter, (value[name] as readonly number[]).length] as const],
  );
  return { ...value, ...Object.fromEntries(counters) };
}

const isRefusal = (error: Error & { code?: string }): boolean => {
  assert.match(error.code ?? "", /^ERR_SCTP_/, error.message);
  assert.ok(error instanceof TypeError || error instanceof RangeError);
  return true;
};

test("the table has each option once, under the name and number of the constants", () => {
  const byName = constants as unknown as Readonly<Record<string, number>>;
  const seen = new Set<string>();
  for (const row of OPTION_TABLE) {
    assert.equal(byName[row.text], row.name);
    assert.equal(byName[row.levelText], row.level);
    assert.equal(optionRow(row.level, row.name), row);
    assert.ok(!seen.has(row.text));
    seen.add(row.text);
    assert.match(row.documentation, /\.$/);
    if (!("structure" in row.value)) continue;
    const fields = Object.keys(row.value.structure.fields);
    for (const name of row.argument) assert.ok(fields.includes(name), `${row.text}: ${name}`);
    if (row.association === undefined) continue;
    assert.ok(fields.includes(row.association.field));
    // What is only set has nothing to say which value is asked for.
    if (row.access !== "write only") assert.ok(row.argument.includes(row.association.field));
  }
});

for (const row of OPTION_TABLE) {
  const { text } = row;
  const settable = row.access !== "read only";
  const readable = row.access !== "write only";

  test(`${row.section}: ${text} hands what is in range to the provider, complete`, () => {
    if (!settable) return;
    const { socket, fake } = openFor(row);
    const structure = "structure" in row.value ? row.value.structure : undefined;
    const arbitrary =
      "number" in row.value
        ? arbitraryOf("", row.value.number, row)
        : fc
            .record(
              Object.fromEntries(
                Object.entries(row.value.structure.fields).map(([name, field]) => [
                  name,
                  arbitraryOf(name, field, row),
                ]),
              ),
            )
            .map((value) => (structure === undefined ? value : counted(structure, value)))
            // Fields that contradict each other have tests of their own.
            .filter((value) => row.refusal?.(value as CheckedStructure) === undefined);
    fc.assert(
      fc.property(arbitrary, (value) => {
        socket.setsockopt(row.level, row.name, value);
        // fast-check's records have no prototype.
        const expected = [row.level, row.name, structuredClone(value)];
        assert.deepEqual(fake.callsOf("setOption").at(-1)?.arguments, expected);
      }),
      { numRuns: 30 },
    );
  });

  test(`${row.section}: ${text} refuses what is out of range`, () => {
    const { socket, fake } = openFor(row);
    if (settable && "number" in row.value) {
      for (const value of [undefined, ...wrongValuesOf(row.value.number)]) {
        assert.throws(() => socket.setsockopt(row.level, row.name, value), isRefusal);
      }
    }
    if ("structure" in row.value) {
      const { fields } = row.value.structure;
      const good = Object.fromEntries(
        Object.entries(fields).map(([name, field]) => [name, goodValueOf(field)]),
      );
      for (const [name, field] of Object.entries(fields)) {
        for (const value of wrongValuesOf(field)) {
          const wrong = { ...good, [name]: value };
          if (settable) assert.throws(() => socket.setsockopt(row.level, row.name, wrong), isRefusal);
          if (!row.argument.includes(name) || !readable) continue;
          assert.throws(() => socket.getsockopt(row.level, row.name, wrong), isRefusal);
        }
      }
      const misspelt = { ...good, [`${Object.keys(fields)[0]}s`]: 1 };
      if (settable) assert.throws(() => socket.setsockopt(row.level, row.name, misspelt), isRefusal);
      if (readable) assert.throws(() => socket.getsockopt(row.level, row.name, misspelt), isRefusal);
    }
    assert.equal(fake.calls.length, 0);
  });

  test(`RFC 6458 §8.2, §8.3: ${text} is ${row.access}`, () => {
    const { socket, fake } = openFor(row);
    if (!settable) {
      assert.throws(() => socket.setsockopt(row.level, row.name, 0), {
        code: "EOPNOTSUPP",
        syscall: "setsockopt",
      });
    }
    if (row.access === "write only") {
      assert.throws(() => socket.getsockopt(row.level, row.name), {
        code: "EOPNOTSUPP",
        syscall: "getsockopt",
      });
    }
    assert.equal(fake.calls.length, 0);
  });

  test(`RFC 6458 §7.2, §8: ${text} takes the ids that it may`, () => {
    const { association } = row;
    if (association === undefined || !("structure" in row.value)) return;
    const required = Object.entries(row.value.structure.fields)
      .filter(([, field]) => field.required === true)
      .map(([name, field]) => [name, goodValueOf(field)] as const);
    const valueFor = (id: number): object => ({ ...Object.fromEntries(required), [association.field]: id });
    const special = [SCTP_FUTURE_ASSOC, SCTP_CURRENT_ASSOC, SCTP_ALL_ASSOC];
    const { socket } = openFor(row);
    for (const id of [...special, 3, ASSOCIATION]) {
      const forGet = id > SCTP_ALL_ASSOC || (id === SCTP_FUTURE_ASSOC && association.rule !== "association");
      const forSet = forGet || association.rule === "all";
      const get = (): unknown => socket.getsockopt(row.level, row.name, valueFor(id));
      const set = (): unknown => socket.setsockopt(row.level, row.name, valueFor(id));
      if (!readable) assert.throws(get, { code: "EOPNOTSUPP" });
      else if (forGet) get();
      else assert.throws(get, { code: "EINVAL" });
      if (!settable) continue;
      if (forSet) set();
      else assert.throws(set, { code: "EINVAL" });
    }
    // One-to-one sockets ignore the field.
    const oneToOne = openSocket(SOCK_STREAM, AF_INET6);
    for (const id of [...special, ASSOCIATION]) {
      const untyped = oneToOne.socket as unknown as Untyped;
      if (readable) untyped.getsockopt(row.level, row.name, valueFor(id));
      else untyped.setsockopt(row.level, row.name, valueFor(id));
      const call = oneToOne.fake.callsOf(readable ? "getOption" : "setOption").at(-1);
      const passed = call?.arguments[2] as Record<string, unknown>;
      assert.equal(passed[association.field], SCTP_FUTURE_ASSOC);
    }
  });
}

test("a pair that does not exist, or not yet, answers ENOPROTOOPT", () => {
  const { socket } = openSocket(SOCK_SEQPACKET);
  const untyped = socket as unknown as Untyped;
  for (const [level, name] of [
    [IPPROTO_SCTP, 99],
    [SOL_SOCKET, 200],
    [6, SCTP_NODELAY],
    // RFC 6525 §6.3.2: SCTP_RESET_STREAMS of Linux.
    [IPPROTO_SCTP, 119],
  ] as const) {
    assert.throws(() => untyped.getsockopt(level, name), { code: "ENOPROTOOPT", syscall: "getsockopt" });
    assert.throws(() => untyped.setsockopt(level, name, 1), { code: "ENOPROTOOPT", syscall: "setsockopt" });
  }
  assert.throws(() => untyped.getsockopt("x" as unknown as number, 1), { code: "ERR_SCTP_INVALID_ARG_TYPE" });
});

test("fields that are left out are 0, and booleans are 0 and 1", () => {
  const { socket, fake } = openSocket(SOCK_SEQPACKET);
  socket.setsockopt(IPPROTO_SCTP, SCTP_INITMSG, { sinit_num_ostreams: 2048 });
  socket.setsockopt(IPPROTO_SCTP, SCTP_NODELAY, true);
  socket.setsockopt(IPPROTO_SCTP, SCTP_NODELAY, -7);
  socket.setsockopt(IPPROTO_SCTP, SCTP_EVENT, { se_type: SCTP_SHUTDOWN_EVENT, se_on: true });
  socket.setsockopt(SOL_SOCKET, SO_LINGER, { l_onoff: 1 });
  assert.deepEqual(
    fake.callsOf("setOption").map((call) => call.arguments[2]),
    [
      { sinit_num_ostreams: 2048, sinit_max_instreams: 0, sinit_max_attempts: 0, sinit_max_init_timeo: 0 },
      1,
      1,
      { se_assoc_id: 0, se_type: SCTP_SHUTDOWN_EVENT, se_on: 1 },
      { l_onoff: 1, l_linger: 0 },
    ],
  );
});

test("RFC 6458 §8: the id of sctp_opt_info takes precedence over the one in the structure", () => {
  const { socket, fake } = openSocket(SOCK_SEQPACKET);
  socket.sctp_opt_info(7, SCTP_RTOINFO, { srto_assoc_id: 9 });
  socket.sctp_opt_info(7, SCTP_STATUS);
  socket.sctp_opt_info(7, SCTP_INITMSG);
  assert.deepEqual(
    fake.callsOf("getOption").map((call) => call.arguments[2]),
    [{ srto_assoc_id: 7 }, { sstat_assoc_id: 7 }, undefined],
  );
  for (const id of [SCTP_CURRENT_ASSOC, SCTP_ALL_ASSOC]) {
    assert.throws(() => socket.sctp_opt_info(id, SCTP_RTOINFO), { code: "EINVAL" });
  }
});

test("RFC 6458 §8.2.2: an address can be translated into an association's id", () => {
  const { socket, fake } = openSocket(SOCK_SEQPACKET);
  socket.getsockopt(IPPROTO_SCTP, SCTP_GET_PEER_ADDR_INFO, { spinfo_address: PEER });
  assert.deepEqual(fake.callsOf("getOption")[0]?.arguments[2], { spinfo_assoc_id: 0, spinfo_address: PEER });
});

test("RFC 6458 §8.1.31: a default has no flags that speak of one message", () => {
  const { socket } = openSocket(SOCK_SEQPACKET);
  socket.setsockopt(IPPROTO_SCTP, SCTP_DEFAULT_SNDINFO, { snd_flags: SCTP_UNORDERED });
  const wrong = { snd_flags: constants.SCTP_ABORT };
  assert.throws(() => socket.setsockopt(IPPROTO_SCTP, SCTP_DEFAULT_SNDINFO, wrong), {
    code: "ERR_SCTP_OUT_OF_RANGE",
  });
});

test("RFC 6458 §8.1.8, §8.1.15: options that one kind of socket has not", () => {
  const oneToOne = openSocket(SOCK_STREAM).socket;
  assert.throws(() => oneToOne.setsockopt(IPPROTO_SCTP, SCTP_AUTOCLOSE, 5), { code: "EOPNOTSUPP" });
  const ipv4 = openSocket(SOCK_SEQPACKET, AF_INET).socket;
  assert.throws(() => ipv4.setsockopt(IPPROTO_SCTP, SCTP_I_WANT_MAPPED_V4_ADDR, 1), { code: "EINVAL" });
  assert.throws(() => ipv4.getsockopt(IPPROTO_SCTP, SCTP_I_WANT_MAPPED_V4_ADDR), { code: "EINVAL" });
});

test("an option that needs nothing to be read takes no argument", () => {
  const { socket } = openSocket(SOCK_SEQPACKET);
  assert.throws(() => socket.getsockopt(SOL_SOCKET, SO_SNDBUF, 4 as unknown as undefined), {
    code: "ERR_SCTP_INVALID_ARG_TYPE",
  });
});

test("POSIX: a socket tells what it is", () => {
  const { socket } = openSocket(SOCK_STREAM, AF_INET6);
  assert.equal(socket.getsockopt(SOL_SOCKET, SO_TYPE), SOCK_STREAM);
  assert.equal(socket.getsockopt(SOL_SOCKET, SO_DOMAIN), AF_INET6);
  assert.equal(socket.getsockopt(SOL_SOCKET, SO_PROTOCOL), IPPROTO_SCTP);
});

/** A socket whose provider has an operating system below it. */
function openOverSystem(): { socket: Untyped; passed: unknown[] } {
  const { socket, fake } = openSocket(SOCK_SEQPACKET);
  const passed: unknown[] = [];
  fake.getUnknownOption = (level, name, argument) => {
    passed.push([level, name, argument]);
    return Uint8Array.of(1, 2);
  };
  fake.setUnknownOption = (level, name, value) => void passed.push([level, name, value]);
  return { socket, passed };
}

test("an option that the table does not know goes to the system as bytes, where there is one", () => {
  const { socket, passed } = openOverSystem();
  assert.deepEqual(socket.getsockopt(IPPROTO_SCTP, 999, new Uint8Array(4)), Uint8Array.of(1, 2));
  socket.setsockopt(IPPROTO_SCTP, 998, Uint8Array.of(7));
  assert.deepEqual(passed, [
    [IPPROTO_SCTP, 999, new Uint8Array(4)],
    [IPPROTO_SCTP, 998, Uint8Array.of(7)],
  ]);
});

test("an option that only the system knows is given as bytes, and a known one is not", () => {
  const { socket, passed } = openOverSystem();
  const wrong = { name: "TypeError", code: "ERR_SCTP_INVALID_ARG_TYPE" };
  assert.throws(() => socket.getsockopt(IPPROTO_SCTP, 999), wrong);
  assert.throws(() => socket.setsockopt(IPPROTO_SCTP, 999, 1), wrong);
  assert.throws(() => socket.setsockopt(IPPROTO_SCTP, SCTP_NODELAY, Uint8Array.of(1)), wrong);
  assert.throws(() => socket.setsockopt(IPPROTO_SCTP, "999" as never, Uint8Array.of(1)), wrong);
  assert.deepEqual(passed, []);
});

test("an option that the table does not know is ENOPROTOOPT where there is no system below", () => {
  const { socket } = openSocket(SOCK_SEQPACKET) as { socket: Untyped };
  const there = { code: "ENOPROTOOPT" };
  assert.throws(() => socket.getsockopt(IPPROTO_SCTP, 999, new Uint8Array(4)), there);
  assert.throws(() => socket.setsockopt(IPPROTO_SCTP, 999, new Uint8Array(4)), there);
});
