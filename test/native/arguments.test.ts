import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { READABLE, ROW_LENGTH, type Addon } from "../../src/native/addon.js";
import { ADDRESS_BYTES, type Platform } from "./platform.js";
import { describeAddon } from "./with-addon.js";

/** A call by its name, with arguments that its type would refuse. */
type Call = (...callArguments: readonly unknown[]) => unknown;

const callNames = [
  "socket",
  "close",
  "bind",
  "connect",
  "listen",
  "accept",
  "shutdown",
  "getsockname",
  "getpeername",
  "getsockopt",
  "setsockopt",
  "bindx",
  "connectx",
  "peeloff",
  "getladdrs",
  "getpaddrs",
  "sendmsg",
  "recvmsg",
  "sendmmsg",
  "recvmmsg",
  "sendBatch",
  "receiveBatch",
  "poll",
  "onReady",
  "hold",
  "stayAwake",
] as const satisfies readonly (keyof Addon)[];

function callOf(addon: Addon, name: (typeof callNames)[number]): Call {
  return addon[name] as Call;
}

function detached<T extends Uint8Array | Int32Array>(view: T): T {
  structuredClone(view.buffer, { transfer: [view.buffer as ArrayBuffer] });
  assert.equal(view.length, 0);
  return view;
}

/** A view at the end of a buffer that has then become shorter than the view's start. */
function leftBehind(): Uint8Array {
  const buffer = Reflect.construct(ArrayBuffer, [64, { maxByteLength: 128 }]) as ArrayBuffer;
  const view = new Uint8Array(buffer, 48, 16);
  (Reflect.get(buffer, "resize") as (length: number) => void).call(buffer, 8);
  return view;
}

/** A view that grows and shrinks with its buffer. */
function tracking(lengthBytes: number): { view: Uint8Array; resize: (length: number) => void } {
  const buffer = Reflect.construct(ArrayBuffer, [lengthBytes, { maxByteLength: 4096 }]) as ArrayBuffer;
  return {
    view: new Uint8Array(buffer),
    resize: (length) => (Reflect.get(buffer, "resize") as (length: number) => void).call(buffer, length),
  };
}

/** An array whose first element is made by a function while the addon reads it. */
function arrayWithGetter(getter: () => unknown): unknown[] {
  return Object.defineProperty([new Uint8Array(1), new Uint8Array(1)], 0, { get: getter });
}

describeAddon("wrong arguments", (platform) => {
  const { addon } = platform;
  const codeOf = (answer: unknown): string | number => platform.codeOf(answer as number);
  const open = (): number => platform.udp("127.0.0.1").id;

  test("no arguments at all answer EINVAL, from every call", () => {
    for (const name of callNames) assert.equal(codeOf(callOf(addon, name)()), "EINVAL", name);
  });

  test("calls need neither their object nor as few arguments as they take", () => {
    const [socket, close] = [callOf(addon, "socket"), callOf(addon, "close")];
    const id = platform.ok(
      socket(
        platform.constant("AF_INET"),
        platform.constant("SOCK_DGRAM"),
        0,
        ...Array(50).fill("more"),
      ) as number,
    );
    assert.equal(close(id), 0);
  });

  test("a number has to be an integer of 32 bits", () => {
    const id = open();
    const numbers = [NaN, Infinity, -Infinity, 0.5, 2 ** 31, -(2 ** 31) - 1, 2 ** 53, 1e300, 5e-324];
    for (const wrong of [...numbers, "1", 1n, true, null, undefined, {}, [], Symbol("one"), () => 1]) {
      assert.equal(codeOf(callOf(addon, "listen")(id, wrong)), "EINVAL", inspect(wrong));
      assert.equal(codeOf(callOf(addon, "close")(wrong)), "EINVAL", inspect(wrong));
      assert.equal(codeOf(callOf(addon, "socket")(wrong, 1, 0)), "EINVAL", inspect(wrong));
    }
    const valueOf = {
      valueOf: () => {
        throw new Error("it is not asked");
      },
    };
    assert.equal(codeOf(callOf(addon, "close")(valueOf)), "EINVAL");
    assert.equal(codeOf(callOf(addon, "hold")(1)), "EINVAL");
    assert.equal(codeOf(callOf(addon, "onReady")({})), "EINVAL");
    platform.ok(addon.close(id));
  });

  test("bytes are a Uint8Array over memory of its own", () => {
    const id = open();
    const room = ADDRESS_BYTES;
    const wrong: unknown[] = [
      undefined,
      null,
      "127.0.0.1",
      room,
      { length: room },
      Array(room).fill(0),
      new ArrayBuffer(room),
      new DataView(new ArrayBuffer(room)),
      new SharedArrayBuffer(room),
      new Uint8Array(new SharedArrayBuffer(room)),
      new Uint8ClampedArray(room),
      new Int8Array(room),
      new Uint16Array(room),
      new Int32Array(room),
      new Float64Array(room),
      new Proxy(new Uint8Array(room), {}),
      Object.create(Uint8Array.prototype),
      detached(new Uint8Array(room)),
      detached(new Uint8Array(room).subarray(8)),
    ];
    for (const value of wrong) assert.equal(codeOf(callOf(addon, "getsockname")(id, value)), "EINVAL");
    const right: unknown[] = [
      new Uint8Array(room),
      Buffer.alloc(room),
      Buffer.allocUnsafe(room).subarray(7),
      new (class extends Uint8Array {})(room),
      runInNewContext("new Uint8Array(128)"),
      tracking(room).view,
    ];
    for (const value of right) assert.equal(callOf(addon, "getsockname")(id, value), 16);
    platform.ok(addon.close(id));
  });

  test("integers are an Int32Array, and long enough", () => {
    const id = open();
    const data = new Uint8Array(8);
    const wrong = [
      new Int32Array(2),
      new Int32Array(new SharedArrayBuffer(64)),
      detached(new Int32Array(3)),
      new Uint32Array(3),
      [0, 0, 0],
    ];
    for (const out of wrong) {
      assert.equal(codeOf(callOf(addon, "recvmsg")(id, data, undefined, undefined, 0, out)), "EINVAL");
    }
    assert.equal(codeOf(callOf(addon, "connectx")(id, platform.name(id), 1, new Int32Array(0))), "EINVAL");
    platform.ok(addon.close(id));
  });

  test("an absent address is undefined, and nothing else", () => {
    const { id, name } = platform.udp("127.0.0.1");
    platform.ok(addon.connect(id, name));
    for (const absent of [null, 0, "", false]) {
      assert.equal(codeOf(callOf(addon, "sendmsg")(id, new Uint8Array(1), absent, undefined, 0)), "EINVAL");
      assert.equal(codeOf(callOf(addon, "sendmsg")(id, new Uint8Array(1), undefined, absent, 0)), "EINVAL");
    }
    assert.equal(addon.sendmsg(id, new Uint8Array(1), undefined, undefined, 0), 1);
    platform.ok(addon.close(id));
  });

  test("packed addresses have to be all there, of a family that is known", () => {
    const id = open();
    const [v4, v6] = [platform.address("127.0.0.1", 9), platform.address("::1", 9)];
    const both = Buffer.concat([v4, v6]);
    const association = new Int32Array(1);
    const add = platform.constant("SCTP_BINDX_ADD_ADDR");
    const wrong: [Uint8Array, number][] = [
      [both, 3],
      [both, 0],
      [both, -1],
      [both, 2 ** 31 - 1],
      [both.subarray(0, 40), 2],
      [v6.subarray(0, 27), 1],
      [new Uint8Array(0), 1],
      [new Uint8Array(64), 1],
      [new Uint8Array(64).fill(255), 1],
    ];
    for (const [addresses, count] of wrong) {
      assert.equal(codeOf(addon.bindx(id, addresses, count, add)), "EINVAL");
      assert.equal(codeOf(addon.connectx(id, addresses, count, association)), "EINVAL");
    }
    for (const flags of [0, 3, 4, -1]) assert.equal(codeOf(addon.bindx(id, both, 2, flags)), "EINVAL");
    // Right in themselves, they reach the system, which has no such calls on a UDP socket.
    const answers = [
      addon.bindx(id, Buffer.concat([Buffer.alloc(1), both]).subarray(1), 2, add),
      addon.connectx(id, both, 2, association),
      addon.peeloff(id, 3),
      addon.peeloff(id, 2 ** 32 - 1),
      addon.getladdrs(id, 0, new Uint8Array(256)),
      addon.getpaddrs(id, 0, new Uint8Array(256)),
    ];
    for (const answer of answers) assert.match(String(codeOf(answer)), /^(ENOPROTOOPT|EOPNOTSUPP)$/);
    assert.equal(association[0], 0);
    platform.ok(addon.close(id));
  });
});

describeAddon("arguments that act while they are read", (platform) => {
  const { addon } = platform;
  const sendmsg = callOf(addon, "sendmsg");
  const send = (id: number, pieces: unknown, to: unknown): string | number =>
    platform.codeOf(sendmsg(id, pieces, to, undefined, 0) as number);

  test("a getter that throws is EINVAL, and its error is gone", () => {
    const { id, name } = platform.udp("127.0.0.1");
    const pieces = arrayWithGetter(() => {
      throw new Error("from a getter");
    });
    assert.equal(send(id, pieces, name), "EINVAL");
    platform.ok(addon.close(id));
  });

  test("a getter that closes the socket makes its id stale, and no other file is written to", () => {
    const { id, name } = platform.udp("127.0.0.1");
    let next: ReturnType<Platform["udp"]> | undefined;
    const pieces = arrayWithGetter(() => {
      platform.ok(addon.close(id));
      next = platform.udp("127.0.0.1");
      return new Uint8Array(1);
    });
    assert.equal(send(id, pieces, name), "EBADF");
    assert.ok(next !== undefined);
    platform.ok(addon.close(next.id));
  });

  test("a getter that detaches or shrinks another buffer leaves nothing to read there", () => {
    const { id, name } = platform.udp("127.0.0.1");
    const address = Uint8Array.from(name);
    assert.equal(
      send(
        id,
        arrayWithGetter(() => detached(address)),
        address,
      ),
      "EINVAL",
    );
    const { view, resize } = tracking(4096);
    const pieces = Object.defineProperty([view, new Uint8Array(1)], 1, {
      get: () => {
        resize(2);
        return new Uint8Array(3);
      },
    });
    assert.equal(send(id, pieces, name), 5);
    platform.ok(addon.close(id));
  });

  test("a getter that shortens its own array, or sends through it, does no harm", () => {
    const { id, name } = platform.udp("127.0.0.1");
    const pieces: unknown[] = arrayWithGetter(() => {
      pieces.length = 1;
      return new Uint8Array(1);
    });
    assert.equal(send(id, pieces, name), "EINVAL");
    const nested = arrayWithGetter(() => {
      assert.equal(send(id, [new Uint8Array(4), new Uint8Array(5)], name), 9);
      return new Uint8Array(2);
    });
    assert.equal(send(id, nested, name), 3);
    const holes = Array(3);
    assert.equal(send(id, holes, name), "EINVAL");
    assert.equal(send(id, new Proxy([new Uint8Array(1)], {}), name), "EINVAL");
    platform.ok(addon.close(id));
  });

  test("a view that was left behind by its buffer is empty, as JavaScript has it", () => {
    const { id, name } = platform.udp("127.0.0.1");
    assert.equal(leftBehind().length, 0);
    assert.equal(send(id, leftBehind(), name), 0);
    const { view, resize } = tracking(64);
    resize(1024);
    assert.equal(send(id, view, name), 1024);
    platform.ok(addon.close(id));
  });
});

/** Anything that JavaScript can hand over, valid arguments among it. */
function junk(ids: readonly number[], address: Uint8Array): fc.Arbitrary<unknown> {
  const bytes = fc.uint8Array({ maxLength: 64 });
  return fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...ids) },
    { weight: 4, arbitrary: fc.integer({ min: -2, max: 20 }) },
    { weight: 2, arbitrary: fc.oneof(fc.integer(), fc.double(), fc.bigInt(), fc.constant(-0)) },
    { weight: 4, arbitrary: bytes },
    { weight: 2, arbitrary: bytes.map((all) => all.subarray(3)) },
    { weight: 2, arbitrary: fc.constant(address) },
    { weight: 2, arbitrary: fc.int32Array({ maxLength: 40 }) },
    {
      weight: 2,
      arbitrary: fc
        .array(fc.integer({ min: -4, max: 70 }), { maxLength: 30 })
        .map((numbers) => Int32Array.from(numbers)),
    },
    { weight: 2, arbitrary: fc.array(fc.oneof(bytes, fc.anything()), { maxLength: 4 }) },
    { weight: 1, arbitrary: fc.constantFrom(leftBehind(), detached(new Uint8Array(9)), tracking(40).view) },
    { weight: 1, arbitrary: fc.constantFrom(new Uint8Array(new SharedArrayBuffer(40)), new ArrayBuffer(40)) },
    { weight: 2, arbitrary: fc.constant(undefined) },
    {
      weight: 2,
      arbitrary: fc.anything({ withTypedArray: true, withBigInt: true, withNullPrototype: true }),
    },
    { weight: 1, arbitrary: fc.constant(() => {}) },
  );
}

describeAddon("any arguments", (platform) => {
  const { addon } = platform;

  test("answer a number, and neither throw nor stop the process", () => {
    const fixed = Array.from({ length: 3 }, () => platform.udp("127.0.0.1"));
    const name = fixed[0]?.name ?? new Uint8Array(0);
    const ids = fixed.map(({ id }) => id);
    const someJunk = junk(ids, name);
    const property = fc.property(
      fc.constantFrom(...callNames),
      fc.array(someJunk, { maxLength: 7 }),
      (callName, callArguments) => {
        const answer = callOf(addon, callName)(...callArguments);
        assert.ok(Number.isInteger(answer), `${callName} answered ${String(answer)}`);
        const made = callName === "socket" || callName === "accept" ? (answer as number) : -1;
        if (made >= 0) platform.ok(addon.close(made));
        if (callName !== "close" || answer !== 0) return;
        const closed = ids.indexOf(callArguments[0] as number);
        ids[closed] = platform.udp("127.0.0.1").id;
      },
    );
    fc.assert(property, { numRuns: 20_000 });
    addon.hold(false);
    platform.ok(addon.stayAwake(0));
    for (const id of ids) platform.ok(addon.close(id));
  });

  test("of a batch write only into the regions that its rows name", async () => {
    const [from, to] = [platform.udp("127.0.0.1"), platform.udp("127.0.0.1")];
    const place = fc.integer({ min: -3, max: 130 });
    const row = fc.tuple(place, place, place, place, place, place, fc.constant(-7));
    const property = fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 4 }), async (batch) => {
      for (let index = 0; index < batch.length; index += 1) {
        platform.ok(addon.sendmsg(from.id, new Uint8Array(30).fill(0x55), to.name, undefined, 0));
      }
      await platform.ready(to.id, READABLE);
      const memory = new Uint8Array(160).fill(0xaa);
      const slab = memory.subarray(16, 144);
      const rows = Int32Array.from(batch.flat());
      const answer = addon.recvmmsg(to.id, slab, rows, batch.length, 0);
      const isInside = batch.every(([data, dataBytes, address, addressBytes, control, controlBytes]) =>
        [
          [data, dataBytes] as const,
          [address, addressBytes] as const,
          [control, controlBytes] as const,
        ].every(([offset, length]) => offset >= 0 && length >= 0 && offset + length <= slab.length),
      );
      assert.equal(isInside ? answer >= 1 : answer, isInside ? true : platform.failure("EINVAL"));
      const allowed = new Set<number>();
      for (const [data, dataBytes, address, addressBytes] of isInside ? batch : []) {
        for (let at = data; at < data + dataBytes; at += 1) allowed.add(at + 16);
        for (let at = address; at < address + addressBytes; at += 1) allowed.add(at + 16);
      }
      for (const [at, byte] of memory.entries())
        assert.ok(byte === 0xaa || allowed.has(at), `byte ${at} was written`);
      while (addon.recvmsg(to.id, slab, undefined, undefined, 0, new Int32Array(3)) >= 0);
    });
    await fc.assert(property, { numRuns: 500 });
    for (const { id } of [from, to]) platform.ok(addon.close(id));
  });

  test("of a batch of junk rows are refused or harmless", () => {
    const { id } = platform.udp("127.0.0.1");
    const batchCalls = ["sendmmsg", "recvmmsg"] as const;
    const property = fc.property(
      fc.constantFrom(...batchCalls),
      fc.int32Array({ maxLength: 6 * ROW_LENGTH }),
      fc.integer({ min: -1, max: 2000 }),
      (name, rows, count) => Number.isInteger(addon[name](id, new Uint8Array(64), rows, count, 0)),
    );
    fc.assert(property, { numRuns: 5_000 });
    platform.ok(addon.close(id));
  });
});
