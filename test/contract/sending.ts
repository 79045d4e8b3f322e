import assert from "node:assert/strict";
import { once } from "node:events";
import {
  IPPROTO_SCTP,
  MSG_DONTWAIT,
  MSG_NOSIGNAL,
  SCTP_DEFAULT_SNDINFO,
  SCTP_ABORT,
  SCTP_EOF,
  SCTP_GET_ASSOC_NUMBER,
  SCTP_PR_SCTP_NONE,
  SCTP_RECVRCVINFO,
  SCTP_SACK_IMMEDIATELY,
  SCTP_SENDALL,
  type SctpAddress,
  type SctpSocket,
  SCTP_UNORDERED,
  type sctp_rcvinfo,
  SO_RCVBUF,
  SO_SNDBUF,
  SOCK_SEQPACKET,
  SOL_SOCKET,
} from "../../src/index.js";
import { bytesOf, codeOf, type Contract, drain, pattern, stuff, textOf } from "./world.js";

/** One way to send a message; it answers when the buffer may be used again. */
type Send = (socket: SctpSocket, data: Uint8Array, to: SctpAddress) => unknown;

const KINDS: Readonly<Record<string, Send>> = {
  sctp_sendv: (socket, data, to) => socket.sctp_sendv(data, { to }),
  "sctp_sendv, gathering": (socket, data, to) =>
    socket.sctp_sendv([data.subarray(0, 7), data.subarray(7, 7), data.subarray(7)], { to }),
  sendto: (socket, data, to) => socket.sendto(data, to),
  "nonblocking.sctp_sendv": (socket, data, to) => socket.nonblocking.sctp_sendv(data, { to }),
  "nonblocking.sctp_sendv, gathering": (socket, data, to) =>
    socket.nonblocking.sctp_sendv([data.subarray(0, 7), data.subarray(7)], { to }),
  "nonblocking.sendto": (socket, data, to) => socket.nonblocking.sendto(data, to),
  sendMany: (socket, data, to) => socket.nonblocking.sendMany([{ data, to }]),
  "a Buffer": (socket, data, to) =>
    socket.sctp_sendv(Buffer.from(data.buffer, data.byteOffset, data.length), { to }),
};
const ONE_TO_ONE_KINDS: Readonly<Record<string, Send>> = {
  send: (socket, data) => socket.send(data),
  "nonblocking.send": (socket, data) => socket.nonblocking.send(data),
};

/** What a message is sent with, and when its buffer is the caller's again. */
export function sending(contract: Contract): void {
  for (const [kind, send] of Object.entries({ ...KINDS, ...ONE_TO_ONE_KINDS })) {
    contract(`DESIGN: after ${kind} has answered, its buffer may be used again`, async (world) => {
      const { client, server, to } = await world.connect();
      const data = pattern(5000);
      await world.until(Promise.resolve(send(client, data, to)));
      data.fill(0xee);
      assert.deepEqual((await world.message(server)).data, pattern(5000));
    });
  }

  for (const [kind, send] of Object.entries(KINDS)) {
    contract(`DESIGN: the same on one-to-many with ${kind}, also for what sets up`, async (world) => {
      const { socket: server, to } = world.listen({ type: SOCK_SEQPACKET });
      const client = world.oneToMany();
      const data = pattern(3000);
      await world.until(Promise.resolve(send(client, data, to)));
      data.fill(0xee);
      await world.until(Promise.resolve(send(client, data, to)));
      data.fill(0xdd);
      assert.deepEqual((await world.message(server)).data, pattern(3000));
      assert.deepEqual((await world.message(server)).data, new Uint8Array(3000).fill(0xee));
    });
  }

  contract(
    "DESIGN: a send that has waited for room is done with the buffer when it settles",
    async (world) => {
      const { client, server } = await world.connect({
        prepare: (socket) => socket.setsockopt(SOL_SOCKET, SO_RCVBUF, 4096),
        prepareClient: (socket) => socket.setsockopt(SOL_SOCKET, SO_SNDBUF, 4096),
      });
      const filled = await stuff(world, client, pattern(1024));
      const buffer = pattern(1000, 7);
      const waiting = client.send(buffer).then(() => buffer.fill(0xee));
      const gathered = [pattern(500, 8), pattern(500, 9)];
      const second = client.sctp_sendv(gathered).then(() => gathered.forEach((piece) => piece.fill(0xee)));
      // The list is the caller's at once; the pieces are when the call has answered.
      gathered.length = 1;
      for (let count = 0; count < filled; count += 1) {
        // oxlint-disable-next-line no-await-in-loop -- in their order
        assert.deepEqual((await world.message(server)).data, pattern(1024));
      }
      await world.until(waiting);
      assert.deepEqual((await world.message(server)).data, pattern(1000, 7));
      await world.until(second);
      const both = (await world.message(server)).data;
      assert.deepEqual([both.subarray(0, 500), both.subarray(500)], [pattern(500, 8), pattern(500, 9)]);
    },
  );

  contract("DESIGN: bytes that are handed over arrive as they were", async (world) => {
    const { client, server } = await world.connect();
    await world.until(client.sctp_sendv(pattern(2000), { handOver: true }));
    await world.until(client.send(pattern(10, 1), { handOver: true }));
    client.nonblocking.sctp_sendv([pattern(5, 2), pattern(5, 3)], { handOver: true });
    client.nonblocking.sendMany([{ data: pattern(70_000, 4), handOver: true }]);
    assert.deepEqual((await world.message(server)).data, pattern(2000));
    assert.deepEqual((await world.message(server)).data, pattern(10, 1));
    assert.equal((await world.message(server)).data.length, 10);
    assert.deepEqual((await world.message(server)).data, pattern(70_000, 4));
  });

  contract("messages of every size keep their boundaries and their bytes", async (world) => {
    const { client, server } = await world.connect({
      prepare: (socket) => socket.setsockopt(SOL_SOCKET, SO_RCVBUF, 400_000),
    });
    const sizes = [1, 2, 3, 4, 5, 100, 1439, 1440, 1441, 1452, 1453, 4096, 65_535, 65_536, 65_537, 100_000];
    for (const size of sizes) {
      // oxlint-disable-next-line no-await-in-loop -- a longer queue would be delivered in parts
      assert.equal(await world.until(client.send(pattern(size, size))), size);
      // oxlint-disable-next-line no-await-in-loop
      assert.deepEqual((await world.message(server)).data, pattern(size, size), `${size} bytes`);
    }
  });

  contract("RFC 6458 §7.1: a message has at least one byte", async (world) => {
    const { client, to } = await world.connect();
    const empty = new Uint8Array(0);
    const invalid = { code: "EINVAL", message: /at least one byte/ };
    await assert.rejects(client.send(empty), invalid);
    await assert.rejects(client.sendto(empty, to), invalid);
    await assert.rejects(client.sctp_sendv(empty), invalid);
    await assert.rejects(client.sctp_sendv([]), invalid);
    assert.throws(() => client.nonblocking.send(empty), invalid);
    assert.throws(() => client.nonblocking.sctp_sendv([empty, empty]), invalid);
    assert.throws(() => client.nonblocking.sendMany([{ data: empty }]), invalid);
  });

  contract("RFC 6458 §8.1.7: a message larger than SO_SNDBUF is EMSGSIZE", async (world) => {
    const { client, server } = await world.connect({
      prepareClient: (socket) => socket.setsockopt(SOL_SOCKET, SO_SNDBUF, 2000),
    });
    const tooLarge = { code: "EMSGSIZE", syscall: "sendmsg", message: /SO_SNDBUF/ };
    await assert.rejects(client.send(pattern(2001)), tooLarge);
    assert.throws(() => client.nonblocking.sctp_sendv(pattern(2001)), tooLarge);
    await world.until(client.send(pattern(2000)));
    assert.equal((await world.message(server)).data.length, 2000);
  });

  contract("RFC 6458 §5.3.4, §5.3.5: sctp_sndinfo becomes sctp_rcvinfo, in host order", async (world) => {
    const { client, server } = await world.connect({
      prepare: (socket) => socket.setsockopt(IPPROTO_SCTP, SCTP_RECVRCVINFO, 1),
    });
    const send = (info: object): unknown => client.nonblocking.sctp_sendv(bytesOf("x"), { info });
    send({ snd_sid: 4, snd_ppid: 0x01020304 });
    send({ snd_sid: 4, snd_ppid: 60 });
    send({ snd_sid: 9, snd_ppid: 0xffffffff, snd_flags: SCTP_UNORDERED | SCTP_SACK_IMMEDIATELY });
    const infos: sctp_rcvinfo[] = [];
    for (let count = 0; count < 3; count += 1) {
      // oxlint-disable-next-line no-await-in-loop -- in their order
      infos.push((await world.message(server)).info as sctp_rcvinfo);
    }
    infos.sort((left, right) => (left.rcv_tsn - right.rcv_tsn) | 0);
    assert.deepEqual(
      infos.map(({ rcv_sid }) => rcv_sid),
      [4, 4, 9],
    );
    assert.deepEqual(
      infos.map(({ rcv_ppid }) => rcv_ppid),
      [0x01020304, 60, 0xffffffff],
    );
    assert.deepEqual(
      infos.map(({ rcv_flags }) => rcv_flags),
      [0, 0, SCTP_UNORDERED],
    );
    assert.deepEqual(
      infos.slice(0, 2).map(({ rcv_ssn }) => rcv_ssn),
      [0, 1],
    );
    for (const info of infos) {
      assert.ok(info.rcv_assoc_id >= 3);
      assert.equal(info.rcv_context, 0);
      assert.ok(Number.isInteger(info.rcv_cumtsn));
    }
  });

  contract("RFC 6458 §5.3.4: a stream that there is not is EINVAL", async (world) => {
    const { client } = await world.connect();
    const wrong = client.sctp_sendv(bytesOf("x"), { info: { snd_sid: 10 } });
    await assert.rejects(wrong, { code: "EINVAL", message: /no stream 10, only 0 to 9/ });
  });

  contract("RFC 6458 §8.1.31: SCTP_DEFAULT_SNDINFO is for sends without their own", async (world) => {
    const { client, server } = await world.connect({
      prepare: (socket) => socket.setsockopt(IPPROTO_SCTP, SCTP_RECVRCVINFO, 1),
    });
    client.setsockopt(IPPROTO_SCTP, SCTP_DEFAULT_SNDINFO, { snd_sid: 5, snd_ppid: 77 });
    const infoOfNext = async (): Promise<sctp_rcvinfo> => (await world.message(server)).info as sctp_rcvinfo;
    await world.until(client.send(bytesOf("a")));
    let info = await infoOfNext();
    assert.deepEqual([info.rcv_sid, info.rcv_ppid], [5, 77]);
    await world.until(client.sctp_sendv(bytesOf("b"), { info: { snd_sid: 2 } }));
    info = await infoOfNext();
    assert.deepEqual([info.rcv_sid, info.rcv_ppid], [2, 0]);
  });

  contract(
    "RFC 6458 §8.1.31: SCTP_SENDALL and SCTP_EOF among the defaults count as in a message",
    async (world) => {
      const { client, server, clientId } = await world.connectMany();
      const setDefault = (snd_flags: number): void =>
        client.setsockopt(IPPROTO_SCTP, SCTP_DEFAULT_SNDINFO, { snd_flags, snd_assoc_id: clientId });
      const to = server.getsockname();
      setDefault(SCTP_SENDALL);
      await world.until(client.sctp_sendv(bytesOf("to all, who are one"), { to }));
      assert.equal(await world.text(server), "to all, who are one");
      setDefault(SCTP_EOF);
      await world.until(client.sctp_sendv(bytesOf("the last"), { to }));
      assert.equal(await world.text(server), "the last");
      await world.quiet();
      assert.equal(client.getsockopt(IPPROTO_SCTP, SCTP_GET_ASSOC_NUMBER), 0);
    },
  );

  contract(
    "RFC 6458 §9.12: bytes of every kind of memory, in any number of pieces, make a message",
    async (world) => {
      const { client, server } = await world.connect();
      const whole = pattern(3000);
      const shared = new Uint8Array(new SharedArrayBuffer(whole.length));
      shared.set(whole);
      const gone = new Uint8Array(4);
      structuredClone(gone.buffer, { transfer: [gone.buffer] });
      const inPieces = Array.from(whole, (_, index) => whole.subarray(index, index + 1));
      for (const data of [shared, [shared.subarray(0, 7), whole.subarray(7), gone], inPieces]) {
        // oxlint-disable-next-line no-await-in-loop -- one after the other
        assert.equal((await world.until(client.sctp_sendv(data))).bytes, whole.length);
        // oxlint-disable-next-line no-await-in-loop
        assert.deepEqual((await world.message(server)).data, whole);
        assert.equal(client.nonblocking.sendMany([{ data }, { data }]), 2);
        for (let count = 0; count < 2; count += 1) {
          // oxlint-disable-next-line no-await-in-loop
          assert.deepEqual((await world.message(server)).data, whole);
        }
      }
    },
  );

  contract("RFC 6458 §9.12: sctp_sendv_spa carries a sctp_sndinfo", async (world) => {
    const { client, server } = await world.connect({
      prepare: (socket) => socket.setsockopt(IPPROTO_SCTP, SCTP_RECVRCVINFO, 1),
    });
    const info = { sendv_sndinfo: { snd_sid: 3 }, sendv_prinfo: { pr_policy: SCTP_PR_SCTP_NONE } };
    await world.until(client.sctp_sendv(bytesOf("x"), { info }));
    assert.equal(((await world.message(server)).info as sctp_rcvinfo).rcv_sid, 3);
  });

  contract(
    "RFC 6458 §5.3.4: SCTP_SENDALL reaches every association of a one-to-many socket",
    async (world) => {
      const { socket: server, to } = world.listen({ type: SOCK_SEQPACKET });
      const clients = [world.oneToOne(), world.oneToOne(world.anotherClient())];
      await world.until(Promise.all(clients.map((client) => client.connect(to))));
      await world.quiet();
      await world.until(server.sctp_sendv(bytesOf("all"), { info: { snd_flags: SCTP_SENDALL } }));
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      for (const client of clients) assert.equal(await world.text(client), "all");
      const [first] = clients as [SctpSocket];
      await world.until(first.sctp_sendv(bytesOf("one"), { info: { snd_flags: SCTP_SENDALL } }));
      assert.equal(await world.text(server), "one", "on one-to-one sockets the flag changes nothing");
    },
  );

  contract(
    "RFC 6458 §5.3.4: SCTP_SENDALL gives each association a message once, room or not",
    async (world) => {
      const { socket: server, to } = world.listen({
        type: SOCK_SEQPACKET,
        prepare: (socket) => socket.setsockopt(SOL_SOCKET, SO_SNDBUF, 5000),
      });
      const clients = [world.oneToOne(), world.oneToOne(world.anotherClient())];
      for (const client of clients) client.setsockopt(SOL_SOCKET, SO_RCVBUF, 8192);
      await world.until(Promise.all(clients.map((client) => client.connect(to))));
      await world.quiet();
      const info = { snd_flags: SCTP_SENDALL };
      const sends = Array.from({ length: 25 }, (_, seed) => server.sctp_sendv(pattern(1000, seed), { info }));
      for (let seed = 0; seed < 25; seed += 1) {
        for (const client of clients) {
          // oxlint-disable-next-line no-await-in-loop -- in their order
          assert.deepEqual((await world.message(client)).data, pattern(1000, seed));
        }
      }
      await world.until(Promise.all(sends));
      await world.quiet();
      for (const client of clients) assert.deepEqual(drain(client), []);
    },
  );

  contract("DESIGN: sendMany answers how many were taken", async (world) => {
    const { client, server } = await world.connect({
      prepare: (socket) => socket.setsockopt(SOL_SOCKET, SO_RCVBUF, 4096),
      prepareClient: (socket) => socket.setsockopt(SOL_SOCKET, SO_SNDBUF, 2500),
    });
    const messages = Array.from({ length: 100 }, (_, seed) => ({ data: pattern(1000, seed) }));
    let taken = client.nonblocking.sendMany(messages);
    assert.ok(taken >= 2, String(taken));
    // What is under way makes room again when it has arrived.
    for (let isFull = false; !isFull; ) {
      // oxlint-disable-next-line no-await-in-loop -- until the peer's window is full as well
      await world.quiet();
      try {
        taken += client.nonblocking.sendMany(messages.slice(taken));
      } catch (error) {
        assert.equal(codeOf(error), "EAGAIN");
        isFull = true;
      }
    }
    assert.ok(taken < 100, String(taken));
    assert.equal(client.nonblocking.sendMany([]), 0);
    for (let seed = 0; seed < taken; seed += 1) {
      // oxlint-disable-next-line no-await-in-loop -- in their order
      assert.deepEqual((await world.message(server)).data, pattern(1000, seed));
    }
    await world.quiet();
    const withError = [{ data: bytesOf("a") }, { data: pattern(9000) }, { data: bytesOf("b") }];
    const writable = once(client, "writable");
    assert.equal(client.nonblocking.sendMany(withError), 1, "an error on a later one ends the call");
    await world.until(writable);
    assert.throws(() => client.nonblocking.sendMany(withError.slice(1)), { code: "EMSGSIZE" });
    assert.equal(await world.text(server), "a");
    const withMistake = [{ data: bytesOf("c") }, { data: "text" as never }];
    assert.throws(() => client.nonblocking.sendMany(withMistake), { code: "ERR_SCTP_INVALID_ARG_TYPE" });
    await world.until(client.send(bytesOf("d")));
    assert.equal(await world.text(server), "d", "a caller's mistake sends nothing");
  });

  contract("POSIX: MSG_DONTWAIT and MSG_NOSIGNAL are taken", async (world) => {
    const { client, server } = await world.connect();
    assert.equal(await world.until(client.send(bytesOf("x"), { flags: MSG_NOSIGNAL })), 1);
    assert.equal(client.nonblocking.send(bytesOf("y"), { flags: MSG_DONTWAIT }), 1);
    assert.equal(textOf((await world.message(server)).data), "x");
    await assert.rejects(client.sctp_recvv({ flags: MSG_DONTWAIT }), { code: "EAGAIN" });
  });

  contract(
    "RFC 6458 §5.3.4: SCTP_EOF goes with the last message of a one-to-one socket too",
    async (world) => {
      const { client, server } = await world.connect();
      await world.until(client.sctp_sendv(bytesOf("the last"), { info: { snd_flags: SCTP_EOF } }));
      await assert.rejects(client.send(bytesOf("x")), { code: /^(ESHUTDOWN|EPIPE)$/ });
      assert.equal(await world.text(server), "the last");
      assert.equal((await world.until(server.recv())).length, 0);
      const alone = await world.connect();
      await world.until(alone.server.sctp_sendv(new Uint8Array(0), { info: { snd_flags: SCTP_EOF } }));
      assert.equal((await world.until(alone.client.recv())).length, 0);
    },
  );

  contract("RFC 6458 §5.3.4: SCTP_EOF goes alone or with the last message", async (world) => {
    const { client, server, clientId } = await world.connectMany();
    const info = { snd_flags: SCTP_EOF, snd_assoc_id: clientId };
    await world.until(client.sctp_sendv(bytesOf("the last"), { info }));
    const late = client.sctp_sendv(bytesOf("x"), { info: { snd_assoc_id: clientId } });
    await assert.rejects(late, { code: /^(ESHUTDOWN|EPIPE|EINVAL)$/ });
    assert.equal(await world.text(server), "the last");
    const both = { snd_flags: SCTP_EOF | SCTP_ABORT };
    await assert.rejects(client.sctp_sendv(new Uint8Array(0), { info: both }), { code: "EINVAL" });
  });
}
