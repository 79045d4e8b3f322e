import assert from "node:assert/strict";
import { test } from "node:test";
import {
  AF_INET,
  IPPROTO_SCTP,
  SCTP_BINDX_ADD_ADDR,
  SCTP_DSTADDRV4,
  SCTP_DSTADDRV6,
  SCTP_HMAC_IDENT,
  SCTP_RTOINFO,
  SOCK_STREAM,
} from "../../src/sockets/constants.js";
import { show } from "../../src/sockets/errors.js";
import { sctp_hmacalgo } from "../../src/sockets/factories/extensions.js";
import { sctp_status } from "../../src/sockets/factories/options.js";
import { SctpSocket } from "../../src/sockets/sctp-socket.js";
import { message, PEER } from "./fake-provider.js";
import { bytes, openOneToMany, openOneToOne, openSocket, settled } from "./fake-sockets.js";

const REVOKED = Proxy.revocable({}, {});
REVOKED.revoke();

/** What JavaScript can put where an object is wanted. */
const NO_OBJECTS: readonly unknown[] = [
  null,
  0,
  -0,
  Number.NaN,
  2 ** 53,
  1n,
  "text",
  true,
  Symbol("s"),
  show,
];

/** What it can put where something else is wanted. */
const JUNK: readonly unknown[] = [
  ...NO_OBJECTS,
  undefined,
  [],
  [undefined],
  // oxlint-disable-next-line no-sparse-arrays -- an array need not have what it says
  [, 1],
  {},
  Object.create(null),
  { constructor: { name: Symbol("no text") } },
  new Map([["port", 1]]),
  new Proxy({}, {}),
  new Date(0),
  new ArrayBuffer(4),
  new Float64Array(2),
  new DataView(new ArrayBuffer(4)),
];

/** The calls as a program in JavaScript makes them. */
type Untyped = Readonly<Record<string, (...values: readonly unknown[]) => unknown>>;

function untyped(object: object): Untyped {
  return object as Untyped;
}

/** A caller's mistake has a code of the closed list; what the world does wrong has the shape of Node's errors. */
function isProper(error: unknown, call: string): true {
  assert.ok(error instanceof Error, call);
  const { code = "", syscall } = error as NodeJS.ErrnoException;
  if (code.startsWith("ERR_SCTP_")) {
    assert.equal(error instanceof RangeError, code === "ERR_SCTP_OUT_OF_RANGE", call);
    assert.ok(error instanceof RangeError || error instanceof TypeError, call);
    assert.match(error.message, / must be /, call);
  } else {
    assert.ok(/^E[A-Z]+$/.test(code) && typeof syscall === "string", `${call}: ${error.stack}`);
  }
  return true;
}

/** Calls by name, and arguments that are right. */
const CALLS: readonly (readonly [name: string, right: readonly unknown[]])[] = [
  ["bind", [PEER]],
  ["sctp_bindx", [[PEER], SCTP_BINDX_ADD_ADDR]],
  ["listen", [5]],
  ["accept", [{}]],
  ["connect", [PEER, {}]],
  ["sctp_connectx", [[PEER], {}]],
  ["sctp_sendv", [bytes("a"), {}]],
  ["sendmsg", [{ msg_iov: bytes("a") }, {}]],
  ["send", [bytes("a"), {}]],
  ["sendto", [bytes("a"), PEER, {}]],
  ["sctp_recvv", [{}]],
  ["recvmsg", [{}]],
  ["recv", [{}]],
  ["recvfrom", [{}]],
  ["shutdown", [1]],
  ["sctp_getladdrs", [0]],
  ["sctp_getpaddrs", [0]],
  ["sctp_peeloff", [3]],
  ["getsockopt", [IPPROTO_SCTP, SCTP_RTOINFO, {}]],
  ["setsockopt", [IPPROTO_SCTP, SCTP_RTOINFO, {}]],
  ["sctp_opt_info", [3, SCTP_RTOINFO, {}]],
  ["receiveMany", [1, [], [bytes("a")]]],
  ["sendMany", [[{ data: bytes("a") }]]],
];

const PROMISES = new Set(
  CALLS.map(([name]) => name).filter((name) => /^(accept|.*connect|send(?!Many)|.*sendv|.*recv)/.test(name)),
);

test("whatever a call is given in the place of an argument, it fails as callers' mistakes do", async () => {
  for (const [name, right] of CALLS) {
    for (const [place] of right.entries()) {
      for (const junk of JUNK) {
        const values = right.map((value, index) => (index === place ? junk : value));
        const call = `${name}, argument ${place + 1}: ${show(junk)}`;
        for (const { socket, fake } of [openOneToOne(), openOneToMany()]) {
          fake.deliver(message("one"), message("two"));
          for (const target of [untyped(socket), untyped(socket.nonblocking)]) {
            const method = target[name];
            if (method === undefined) continue;
            const isPromise = target === untyped(socket) && PROMISES.has(name);
            const state: { answer?: unknown } = {};
            try {
              state.answer = method.apply(target, values);
            } catch (error) {
              assert.ok(!isPromise, `${call} throws past catch()`);
              isProper(error, call);
            }
            if (state.answer instanceof Promise) {
              // What is right waits, perhaps for ever: the socket is closed below.
              state.answer.catch((error: unknown) => isProper(error, call));
            }
          }
          void socket.close();
        }
      }
    }
    // oxlint-disable-next-line no-await-in-loop -- rejections of one call before the next
    await settled();
  }
});

test("what stands in the place of the options is refused where it is no object", async () => {
  for (const options of NO_OBJECTS) {
    const { socket } = openOneToOne();
    const target = untyped(socket);
    const mistake = {
      code: "ERR_SCTP_INVALID_ARG_TYPE",
      message: `options must be an object, and is ${show(options)}`,
    };
    for (const [name, right] of CALLS) {
      if (!PROMISES.has(name)) continue;
      const values = [...right.slice(0, -1), options];
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await assert.rejects(target[name]?.(...values) as Promise<unknown>, mistake, name);
    }
    assert.throws(() => untyped(socket.nonblocking)["sendto"]?.(bytes("a"), PEER, options), mistake);
    assert.throws(() => untyped(socket.nonblocking)["sctp_recvv"]?.(options), mistake);
    const make = (): unknown => new SctpSocket(AF_INET, SOCK_STREAM, options as never);
    assert.throws(make, mistake);
  }
});

test("flags that are no number are refused as such, and not added up", async () => {
  for (const flags of [1n, Symbol("s"), "64", null, { valueOf: () => assert.fail("asked for a number") }]) {
    const { socket, fake } = openOneToOne();
    fake.deliver(message("stays"));
    const mistake = { code: "ERR_SCTP_INVALID_ARG_TYPE" };
    const options = { flags: flags as never };
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    await assert.rejects(socket.send(bytes("a"), options), mistake);
    // oxlint-disable-next-line no-await-in-loop
    await assert.rejects(socket.recv(options), mistake);
    assert.throws(() => socket.nonblocking.sctp_sendv(bytes("a"), options), mistake);
    assert.throws(() => socket.nonblocking.sctp_recvv(options), mistake);
    assert.equal(fake.sent.length, 0);
    assert.equal(fake.incoming.length, 1);
  }
});

test("an array that leaves something out does not have it", () => {
  const { socket, fake } = openOneToMany();
  const hole: never[] = [];
  hole.length = 1;
  const mistake = { code: "ERR_SCTP_INVALID_ARG_TYPE" };
  assert.throws(() => socket.sctp_bindx([PEER, ...hole], SCTP_BINDX_ADD_ADDR), mistake);
  // As long as an array can say that it is: who looked at all of it would not come back.
  const holes: never[] = [];
  holes.length = 2 ** 32 - 1;
  assert.throws(() => socket.sctp_bindx(holes, SCTP_BINDX_ADD_ADDR), mistake);
  assert.throws(() => socket.nonblocking.sctp_connectx(holes), mistake);
  assert.throws(() => socket.nonblocking.sctp_sendv(bytes("a"), { to: holes }), mistake);
  assert.throws(() => socket.nonblocking.sctp_sendv(holes), mistake);
  assert.throws(() => socket.nonblocking.sendMany(holes), mistake);
  const untold = { msg_name: PEER, msg_iov: bytes("a"), msg_control: holes };
  assert.throws(() => socket.nonblocking.sendmsg(untold), mistake);
  assert.throws(() => socket.nonblocking.sctp_recvv({ into: holes as never }), mistake);
  assert.throws(() => sctp_hmacalgo({ shmac_idents: holes }), mistake);
  const wrong = { shmac_idents: holes };
  assert.throws(() => socket.setsockopt(IPPROTO_SCTP, SCTP_HMAC_IDENT, wrong), mistake);
  assert.equal(fake.sent.length, 0);
});

test("−0 is 0 wherever a number is taken", () => {
  const { socket, fake } = openOneToMany();
  socket.nonblocking.sctp_sendv(bytes("a"), {
    info: { snd_sid: -0, snd_flags: -0, snd_ppid: -0, snd_context: -0 },
  });
  socket.nonblocking.sctp_sendv(bytes("a"), { info: { pr_policy: -0, pr_value: -0 } });
  socket.nonblocking.sctp_sendv(bytes("a"), { info: { auth_keynumber: -0 }, flags: -0 });
  for (const { request } of fake.sent) {
    const { sndinfo = {}, prinfo = {}, authinfo = {}, flags } = request;
    for (const number of [flags, ...Object.values({ ...sndinfo, ...prinfo, ...authinfo })]) {
      assert.ok(Object.is(number, 0));
    }
  }
  socket.bind({ address: "0.0.0.0", port: -0 });
  const [bound] = fake.callsOf("bind");
  assert.deepEqual(bound?.arguments, [{ address: "0.0.0.0", port: 0, family: "IPv4" }]);
});

test("the parts of an address are asked for once", () => {
  const { socket, fake } = openOneToOne();
  let reads = 0;
  const changing = {
    get address(): string {
      reads += 1;
      return reads === 1 ? "192.0.2.1" : "not an address at all";
    },
    get port(): number {
      reads += 1;
      return reads === 2 ? 7 : 2 ** 53;
    },
  };
  socket.bind(changing);
  assert.equal(reads, 2);
  assert.deepEqual(fake.callsOf("bind")[0]?.arguments, [{ address: "192.0.2.1", port: 7, family: "IPv4" }]);
});

test("a list of pieces that answers otherwise each time is read once, behind everything else", () => {
  const { socket, fake } = openOneToOne();
  let reads = 0;
  const list = new Proxy([bytes("one")], {
    get(target, name, receiver): unknown {
      if (name === "0") reads += 1;
      return name === "0" && reads > 1 ? bytes("something longer") : Reflect.get(target, name, receiver);
    },
  });
  assert.equal(socket.nonblocking.sctp_sendv(list).bytes, 3);
  assert.equal(fake.sent[0]?.text, "one");
});

test("bytes that a getter of the same call takes away are missed before anything is sent", () => {
  const { socket, fake } = openOneToOne();
  const data = new Uint8Array(8);
  const options = {
    info: {
      get snd_sid(): number {
        structuredClone(data.buffer, { transfer: [data.buffer] });
        return 1;
      },
    },
  };
  assert.throws(() => socket.nonblocking.sctp_sendv(data, options), { code: "EINVAL", syscall: "sendmsg" });
  assert.equal(fake.sent.length, 0);
});

test("bytes of every kind of memory are sent, and what has been detached has none", () => {
  const { socket, fake } = openOneToOne();
  const shared = new Uint8Array(new SharedArrayBuffer(4));
  shared.set([1, 2, 3, 4]);
  assert.equal(socket.nonblocking.send(shared), 4);
  // ES2024, which the runtimes know already.
  const growing = Reflect.construct(ArrayBuffer, [4, { maxByteLength: 8 }]) as ArrayBuffer;
  const tracking = new Uint8Array(growing);
  untyped(growing)["resize"]?.call(growing, 6);
  assert.equal(socket.nonblocking.send([tracking, shared.subarray(1)]), 9);
  const detached = new Uint8Array(4);
  structuredClone(detached.buffer, { transfer: [detached.buffer] });
  assert.throws(() => socket.nonblocking.send(detached), { code: "EINVAL", syscall: "send" });
  assert.equal(fake.sent.length, 2);
});

test("a message whose place is taken away while the call waits stays for the next call", async () => {
  const { socket, fake } = openOneToOne();
  const into = new Uint8Array(8);
  const waiting = socket.recv({ into });
  structuredClone(into.buffer, { transfer: [into.buffer] });
  fake.deliver(message("kept"));
  await assert.rejects(waiting, {
    code: "ERR_SCTP_INVALID_ARG_VALUE",
    message: "into must be left alone while the receive call waits, and is an instance of Uint8Array",
  });
  assert.equal((await socket.recv()).length, 4);
});

test("RFC 6458 §5.3.9, §5.3.10: further addresses are numeric, and nobody looks them up", async () => {
  const { socket, fake } = openOneToMany({ resolver: () => assert.fail("asked for a name") });
  const send = (
    cmsg_type: typeof SCTP_DSTADDRV4 | typeof SCTP_DSTADDRV6,
    cmsg_data: string,
  ): Promise<number> =>
    socket.sendmsg({ msg_name: PEER, msg_iov: bytes("a"), msg_control: [{ cmsg_type, cmsg_data }] });
  for (const [type, text, family] of [
    [SCTP_DSTADDRV4, "localhost", 4],
    [SCTP_DSTADDRV4, "::1", 4],
    [SCTP_DSTADDRV6, "192.0.2.7", 6],
  ] as const) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    await assert.rejects(send(type, text), {
      code: "ERR_SCTP_INVALID_ADDRESS",
      message: `message.msg_control[0].cmsg_data must be a numeric IPv${family} address, and is "${text}"`,
    });
  }
  await assert.rejects(socket.sendmsg({ msg_name: 7 as never, msg_iov: bytes("a") }), {
    message: "message.msg_name must be an object with address and port, and is 7",
  });
  assert.equal(fake.sent.length, 0);
});

test("a provider that is none is refused, and what cannot be shown is named all the same", () => {
  for (const provider of [{}, [], new Map()]) {
    assert.throws(() => new SctpSocket(AF_INET, SOCK_STREAM, { provider: provider as never }), {
      code: "ERR_SCTP_INVALID_ARG_TYPE",
      message: /^options\.provider must be a provider, which has createSocket\(\), and is an/,
    });
  }
  assert.throws(() => new SctpSocket(AF_INET, SOCK_STREAM, { provider: Symbol("s") as never }), {
    code: "ERR_SCTP_PROVIDER_UNAVAILABLE",
  });
  for (const object of [
    Object.create(null),
    { constructor: null },
    { constructor: { name: 5 } },
    REVOKED.proxy,
  ]) {
    assert.equal(show(object), "an instance of Object");
  }
});

test("an error in a structure within a structure names the way to it", () => {
  const make = sctp_status as (fields?: object) => object;
  assert.throws(() => make({}), {
    message:
      "sctp_status.sstat_primary.spinfo_address must be an object with address and port, and is undefined",
  });
  const { socket } = openSocket(SOCK_STREAM);
  assert.throws(() => socket.nonblocking.sctp_sendv(bytes("a"), { info: [] as never }), {
    message: "info must be an object, and is an array",
  });
  assert.throws(() => socket.nonblocking.sctp_sendv(bytes("a"), { info: { sendv_flags: null as never } }), {
    message: "info.sendv_flags must be a number, and is null",
  });
});
