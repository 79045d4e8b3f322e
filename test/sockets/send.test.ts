import assert from "node:assert/strict";
import { test } from "node:test";
import {
  MSG_DONTWAIT,
  SCTP_ABORT,
  SCTP_ADDR_OVER,
  SCTP_EOF,
  SCTP_PR_SCTP_NONE,
  SCTP_PR_SCTP_RTX,
  SCTP_PR_SCTP_TTL,
  SCTP_SEND_PRINFO_VALID,
  SCTP_UNORDERED,
} from "../../src/sockets/constants.js";
import { systemError } from "../../src/sockets/errors.js";
import type { SendInfo } from "../../src/sockets/types.js";
import { PEER } from "./fake-provider.js";
import { bytes, openOneToMany, openOneToOne, settled, stateOf } from "./fake-sockets.js";

const to = PEER;

test("RFC 6458 §9.12: a message that has room is taken at once, and the answer names the association", async () => {
  const { socket, fake } = openOneToMany();
  assert.deepEqual(await socket.sctp_sendv(bytes("abc"), { to }), { bytes: 3, assoc_id: 3 });
  assert.deepEqual(socket.nonblocking.sctp_sendv(bytes("de"), { to }), { bytes: 2, assoc_id: 3 });
  assert.deepEqual(
    fake.sent.map(({ text }) => text),
    ["abc", "de"],
  );
});

test("RFC 6458 §9.12: several pieces make one message", async () => {
  const { socket, fake } = openOneToMany();
  assert.equal((await socket.sctp_sendv([bytes("ab"), bytes(""), bytes("c")], { to })).bytes, 3);
  assert.equal(fake.sent[0]?.text, "abc");
});

test("RFC 6458 §5.3.4: the fields of sctp_sndinfo that are left out are 0", async () => {
  const { socket, fake } = openOneToMany();
  await socket.sctp_sendv(bytes("a"), { info: { snd_sid: 5, snd_flags: SCTP_UNORDERED, snd_assoc_id: 4 } });
  const complete = { snd_sid: 5, snd_flags: SCTP_UNORDERED, snd_ppid: 0, snd_context: 0, snd_assoc_id: 4 };
  assert.deepEqual(fake.sent[0]?.request.sndinfo, complete);
  await socket.sctp_sendv(bytes("a"), { to });
  assert.equal(fake.sent[1]?.request.sndinfo, undefined);
});

test("RFC 6458 §5.3.4: one-to-one sockets ignore snd_assoc_id", async () => {
  const { socket, fake } = openOneToOne();
  await socket.sctp_sendv(bytes("a"), { info: { snd_assoc_id: 99 } });
  assert.equal(fake.sent[0]?.request.sndinfo?.snd_assoc_id, 0);
});

test("a message without room waits, and those behind it keep their order", async () => {
  const { socket, fake } = openOneToOne();
  fake.room.set(3, 0);
  const calls = ["aaa", "b", "cc"].map((text) => socket.sctp_sendv(bytes(text)));
  fake.makeRoom(2);
  assert.equal(fake.sent.length, 0, "the second would fit, but does not overtake");
  fake.makeRoom(4);
  await settled();
  assert.deepEqual(
    fake.sent.map(({ text }) => text),
    ["aaa", "b"],
  );
  fake.makeRoom(10);
  assert.deepEqual(
    (await Promise.all(calls)).map((result) => result.bytes),
    [3, 1, 2],
  );
});

test("a call that does not wait never overtakes a promise send, and gets an edge when they are done", async () => {
  const { socket, fake } = openOneToOne();
  let edges = 0;
  socket.on("writable", () => {
    edges += 1;
  });
  fake.room.set(3, 1);
  const waiting = socket.sctp_sendv(bytes("aa"));
  assert.throws(() => socket.nonblocking.send(bytes("b")), { code: "EAGAIN", syscall: "sendmsg" });
  assert.throws(() => socket.nonblocking.sendMany([{ data: bytes("b") }]), { code: "EAGAIN" });
  fake.makeRoom(1);
  assert.equal(edges, 0);
  fake.makeRoom(10);
  assert.equal(edges, 1);
  assert.equal(socket.nonblocking.send(bytes("b")), 1);
  await waiting;
});

test("RFC 6458 §3.3: an association that is stuck holds up no promise send to another", async () => {
  const { socket, fake } = openOneToMany();
  fake.room.set(3, 0);
  const stuck = socket.sctp_sendv(bytes("a"), { info: { snd_assoc_id: 3 } });
  await socket.sctp_sendv(bytes("b"), { info: { snd_assoc_id: 4 } });
  fake.room.set(4, 0);
  const later = [
    socket.sctp_sendv(bytes("c"), { info: { snd_assoc_id: 4 } }),
    socket.sctp_sendv(bytes("d"), { info: { snd_assoc_id: 4 } }),
  ];
  fake.makeRoom(10, 4);
  await Promise.all(later);
  assert.equal(await stateOf(stuck), "pending");
  assert.deepEqual(
    fake.sent.map(({ text }) => text),
    ["b", "c", "d"],
  );
  fake.makeRoom(10, 3);
  await stuck;
});

test("the buffer of a send may be used again as soon as the call has answered", async () => {
  const { socket, fake } = openOneToOne();
  const buffer = bytes("abc");
  await socket.sctp_sendv(buffer);
  buffer.fill(0);
  buffer.set(bytes("def"));
  fake.room.set(3, 0);
  const waiting = socket.send(buffer);
  fake.makeRoom(10);
  await waiting;
  buffer.fill(0);
  socket.nonblocking.send(bytes("ghi"));
  assert.deepEqual(
    fake.sent.map(({ text }) => text),
    ["abc", "def", "ghi"],
  );
});

test("a list of pieces may change while the send waits, the pieces may not change their length", async () => {
  const { socket, fake } = openOneToOne();
  fake.room.set(3, 0);
  const pieces = [bytes("a"), bytes("b")];
  const first = socket.sctp_sendv(pieces);
  pieces.length = 0;
  const detached = bytes("cc");
  const second = socket.sctp_sendv(detached);
  structuredClone(detached, { transfer: [detached.buffer as ArrayBuffer] });
  fake.makeRoom(10);
  await first;
  assert.equal(fake.sent[0]?.text, "ab");
  await assert.rejects(second, { code: "ERR_SCTP_INVALID_ARG_VALUE" });
  assert.equal(fake.sent.length, 1);
});

test("an aborted send is withdrawn whole, and those behind it go on", async () => {
  const { socket, fake } = openOneToOne();
  let edges = 0;
  socket.on("writable", () => {
    edges += 1;
  });
  fake.room.set(3, 1);
  const controller = new AbortController();
  const large = socket.sctp_sendv(bytes("large"), { signal: controller.signal });
  const small = socket.sctp_sendv(bytes("s"));
  assert.equal(await stateOf(small), "pending");
  controller.abort(new Error("enough"));
  assert.equal(edges, 0, "not inside abort()");
  await assert.rejects(large, { message: "enough" });
  await small;
  await settled();
  assert.equal(edges, 1);
  assert.deepEqual(
    fake.sent.map(({ text }) => text),
    ["s"],
  );
});

test("a send that was accepted stands whatever the signal does", async () => {
  const { socket, fake } = openOneToOne();
  const controller = new AbortController();
  const call = socket.sctp_sendv(bytes("a"), { signal: controller.signal });
  controller.abort();
  assert.deepEqual(await call, { bytes: 1, assoc_id: 3 });
  await assert.rejects(socket.sctp_sendv(bytes("b"), { signal: controller.signal }), { name: "AbortError" });
  assert.equal(fake.sent.length, 1);
});

test("MSG_DONTWAIT makes a promise send reject with EAGAIN, and the provider never sees the flag", async () => {
  const { socket, fake } = openOneToOne();
  await socket.sctp_sendv(bytes("a"), { flags: MSG_DONTWAIT });
  assert.equal(fake.sent[0]?.request.flags, 0);
  fake.room.set(3, 0);
  await assert.rejects(socket.sctp_sendv(bytes("a"), { flags: MSG_DONTWAIT }), { code: "EAGAIN" });
});

test("an error of the provider goes to the send that meets it, and the next is tried", async () => {
  const { socket, fake } = openOneToOne();
  fake.room.set(3, 0);
  const first = socket.sctp_sendv(bytes("a"));
  const second = socket.sctp_sendv(bytes("b"));
  fake.sendErrors.push(systemError("EPIPE", "sendmsg"));
  fake.makeRoom(10);
  await assert.rejects(first, { code: "EPIPE" });
  await second;
});

test("sendMany answers how many were taken; an error on a later message is thrown at the next call", () => {
  const { socket, fake } = openOneToOne();
  const messages = ["aa", "bb", "cc"].map((text) => ({ data: bytes(text) }));
  fake.room.set(3, 4);
  assert.equal(socket.nonblocking.sendMany(messages), 2);
  assert.throws(() => socket.nonblocking.sendMany(messages.slice(2)), { code: "EAGAIN" });
  fake.room.set(3, 100);
  assert.equal(socket.nonblocking.sendMany([]), 0);
  const wrong = [{ data: bytes("d") }, { data: bytes("e"), info: { snd_sid: 70000 } }];
  assert.throws(() => socket.nonblocking.sendMany(wrong), { code: "ERR_SCTP_OUT_OF_RANGE" });
  assert.equal(fake.sent.length, 2, "none was taken");
});

test("RFC 6458 §7.1: send is for one-to-one sockets, sendto for both, and neither sends nothing", async () => {
  const { socket } = openOneToMany();
  await assert.rejects(socket.send(bytes("a")), { code: "EOPNOTSUPP", syscall: "send" });
  assert.throws(() => socket.nonblocking.send(bytes("a")), { code: "EOPNOTSUPP" });
  assert.equal(await socket.sendto(bytes("abc"), to), 3);
  assert.equal(socket.nonblocking.sendto(bytes("abc"), to), 3);
  await assert.rejects(socket.sendto(bytes(""), to), { code: "EINVAL" });
  await assert.rejects(openOneToOne().socket.send(bytes("")), { code: "EINVAL" });
});

test("RFC 6458 §5.3.4: SCTP_EOF goes with and without data, and not together with SCTP_ABORT; SCTP_ADDR_OVER names an address", async () => {
  const { socket, fake } = openOneToMany();
  const eof = { snd_flags: SCTP_EOF, snd_assoc_id: 3 };
  assert.equal((await socket.sctp_sendv(bytes(""), { info: eof })).bytes, 0);
  await socket.sctp_sendv(bytes("why"), { info: { snd_flags: SCTP_ABORT, snd_assoc_id: 3 } });
  assert.equal((await socket.sctp_sendv(bytes("a"), { info: eof })).bytes, 1);
  assert.equal(fake.sent.length, 3);
  const elsewhere = { snd_flags: SCTP_ADDR_OVER, snd_assoc_id: 3 };
  await socket.sctp_sendv(bytes("a"), { to, info: elsewhere });
  assert.deepEqual(fake.sent.at(-1)?.request.to, [to]);
  const both = { snd_flags: SCTP_EOF | SCTP_ABORT, snd_assoc_id: 3 };
  await assert.rejects(socket.sctp_sendv(bytes(""), { info: both }), { code: "EINVAL" });
  await assert.rejects(socket.sctp_sendv(bytes(""), { info: { snd_assoc_id: 3 } }), { code: "EINVAL" });
});

test("RFC 6458 §9.12: a list of addresses sets an association up, so that there is no id yet", async () => {
  const { socket, fake } = openOneToMany();
  const list = [to, { ...to, address: "192.0.2.2" }];
  await socket.sctp_sendv(bytes("a"), { to: list, info: { snd_sid: 1 } });
  assert.deepEqual(fake.sent[0]?.request.to, list);
  await assert.rejects(socket.sctp_sendv(bytes("a"), { to: list, info: { snd_assoc_id: 3 } }), {
    code: "EINVAL",
  });
});

test("RFC 6458 §9.12: each of the three informations, alone and together in sctp_sendv_spa", async () => {
  const { socket, fake } = openOneToOne();
  const prinfo = { pr_policy: SCTP_PR_SCTP_TTL, pr_value: 1000 };
  const infos: readonly SendInfo[] = [
    { pr_policy: SCTP_PR_SCTP_RTX },
    { auth_keynumber: 7 },
    {
      sendv_sndinfo: { snd_sid: 2 },
      sendv_prinfo: { pr_policy: SCTP_PR_SCTP_NONE },
      sendv_authinfo: { auth_keynumber: 0 },
    },
    // A field that sendv_flags does not name does not count.
    { sendv_flags: SCTP_SEND_PRINFO_VALID, sendv_sndinfo: { snd_sid: 2 }, sendv_prinfo: prinfo },
  ];
  for (const info of infos) {
    // oxlint-disable-next-line no-await-in-loop -- in their order
    await socket.sctp_sendv(bytes("a"), { info });
  }
  const sndinfo = { snd_sid: 2, snd_flags: 0, snd_ppid: 0, snd_context: 0, snd_assoc_id: 0 };
  const none = { sndinfo: undefined, prinfo: undefined, authinfo: undefined, initmsg: undefined };
  assert.deepEqual(
    fake.sent.map(({ request }) => ({
      sndinfo: request.sndinfo,
      prinfo: request.prinfo,
      authinfo: request.authinfo,
      initmsg: request.initmsg,
    })),
    [
      { ...none, prinfo: { pr_policy: SCTP_PR_SCTP_RTX, pr_value: 0 } },
      { ...none, authinfo: { auth_keynumber: 7 } },
      // Who says that a message is sent reliably, says it whatever the default is.
      {
        ...none,
        sndinfo,
        prinfo: { pr_policy: SCTP_PR_SCTP_NONE, pr_value: 0 },
        authinfo: { auth_keynumber: 0 },
      },
      { ...none, prinfo },
    ],
  );
  await assert.rejects(socket.sctp_sendv(bytes("a"), { info: { sendv_flags: SCTP_SEND_PRINFO_VALID } }), {
    code: "ERR_SCTP_INVALID_ARG_VALUE",
  });
  assert.equal(fake.sent.length, infos.length);
});

test("what a send call was given is checked, and the message names the argument and the rule", async () => {
  const { socket, fake } = openOneToMany();
  const wrong: readonly [unknown, unknown, string][] = [
    ["text", {}, 'data must be a Uint8Array or an array of them, and is "text"'],
    [[bytes("a"), 5], {}, "data[1] must be a Uint8Array, and is 5"],
    [
      bytes("a"),
      { info: { snd_sid: 65536 } },
      "info.snd_sid must be an integer from 0 to 65535, and is 65536",
    ],
    [
      bytes("a"),
      { info: { snd_ppid: -1 } },
      "info.snd_ppid must be an integer from 0 to 4294967295, and is -1",
    ],
    [bytes("a"), { info: { snd_ppid: 1n } }, "info.snd_ppid must be a number, and is 1n"],
    [bytes("a"), { info: { snd_flags: 0x8000 } }, "info.snd_flags must be"],
    [bytes("a"), { info: { snd_stream: 1 } }, "info must be a sctp_sndinfo"],
    [bytes("a"), { info: { snd_sid: 1, pr_policy: 0 } }, "info must be a sctp_prinfo, whose fields are"],
    [
      bytes("a"),
      { info: { pr_policy: 0x70 } },
      "info.pr_policy must be SCTP_PR_SCTP_NONE, SCTP_PR_SCTP_TTL, SCTP_PR_SCTP_RTX or",
    ],
    [bytes("a"), { info: { auth_keynumber: -1 } }, "info.auth_keynumber must be an integer from 0 to 65535"],
    [bytes("a"), { info: { sendv_flags: 0, snd_sid: 1 } }, "info must be a sctp_sendv_spa, whose fields are"],
    [bytes("a"), { info: { sendv_sndinfo: { sid: 1 } } }, "info.sendv_sndinfo must be a sctp_sndinfo"],
    [bytes("a"), { handOver: 1 }, "handOver must be a boolean, and is 1"],
    [bytes("a"), { flags: 1 }, "flags must be made of the flags that this call knows"],
    [bytes("a"), { to: [] }, "to must be at least one address"],
    [bytes("a"), { to: { ...to, port: 0 } }, "to.port must be an integer from 1 to 65535, and is 0"],
    [bytes("a"), { to: { ...to, port: 65536 } }, "to.port must be an integer from 1 to 65535, and is 65536"],
  ];
  for (const [data, options, text] of wrong) {
    await assert.rejects(socket.sctp_sendv(data as Uint8Array, options as object), (error: Error) => {
      assert.ok(error.message.startsWith(text), error.message);
      assert.match((error as Error & { code: string }).code, /^ERR_SCTP_/);
      return true;
    });
    assert.throws(() => socket.nonblocking.sctp_sendv(data as Uint8Array, options as object), /must be/);
  }
  assert.equal(fake.sent.length, 0);
});

test("host names are looked up by promise calls only, and sends to them keep their order", async () => {
  const asked: string[] = [];
  const answers: ((address: string) => void)[] = [];
  const resolver = (hostname: string, family: number): Promise<string> => {
    asked.push(`${hostname}/${family}`);
    return new Promise((resolve) => answers.push(resolve));
  };
  const { socket, fake } = openOneToMany({ resolver });
  const named = (address: string): typeof to => ({ ...to, address });
  const first = socket.sctp_sendv(bytes("a"), { to: named("one.example") });
  const second = socket.sctp_sendv(bytes("b"), { to: named("two.example") });
  await settled();
  assert.deepEqual(asked, ["one.example/4"]);
  answers[0]?.("192.0.2.7");
  await first;
  answers[1]?.("192.0.2.8");
  await second;
  assert.deepEqual(
    fake.sent.map(({ text, request }) => text + request.to[0]?.address),
    ["a192.0.2.7", "b192.0.2.8"],
  );
  assert.throws(() => socket.nonblocking.sctp_sendv(bytes("a"), { to: named("one.example") }), {
    name: "TypeError",
    code: "ERR_SCTP_INVALID_ADDRESS",
  });
});

test("a look-up that is aborted sends nothing, and one that fails says why", async () => {
  let answer: (address: string) => void = () => undefined;
  const results = [
    new Promise<string>((resolve) => {
      answer = resolve;
    }),
    Promise.reject(new Error("no such host")),
  ];
  const { socket, fake } = openOneToMany({ resolver: async () => (await results.shift()) ?? "" });
  const controller = new AbortController();
  const named = { ...to, address: "one.example" };
  const aborted = socket.sctp_sendv(bytes("a"), { to: named, signal: controller.signal });
  const failed = socket.sctp_sendv(bytes("b"), { to: named });
  controller.abort(new Error("enough"));
  await assert.rejects(aborted, { message: "enough" });
  answer("192.0.2.7");
  await assert.rejects(failed, { message: "no such host" });
  assert.equal(fake.sent.length, 0);
});
