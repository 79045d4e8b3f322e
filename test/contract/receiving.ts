import assert from "node:assert/strict";
import { once } from "node:events";
import {
  IPPROTO_SCTP,
  MSG_EOR,
  MSG_NOTIFICATION,
  MSG_PEEK,
  parse_notification,
  SCTP_ASSOC_CHANGE,
  SCTP_COMPLETE,
  SCTP_RECVNXTINFO,
  SCTP_RECVRCVINFO,
  SCTP_RECVV_NOINFO,
  SCTP_RECVV_NXTINFO,
  SCTP_RECVV_RCVINFO,
  SCTP_RECVV_RN,
  SCTP_UNORDERED,
  SHUT_RD,
  SHUT_WR,
  SO_LINGER,
  SO_RCVBUF,
  SO_SNDBUF,
  SOCK_SEQPACKET,
  SOL_SOCKET,
} from "../../src/index.js";
import { bytesOf, type Contract, drain, pattern, subscribe, textOf } from "./world.js";

/** What a receive call answers, and in which order. */
export function receiving(contract: Contract): void {
  contract("RFC 6458 §9.13: the shape of what is received", async (world) => {
    const { client, server } = await world.connect();
    await world.until(client.send(bytesOf("hello")));
    const message = await world.until(server.sctp_recvv());
    assert.deepEqual(message.data, bytesOf("hello"));
    assert.equal(Object.getPrototypeOf(message.data), Uint8Array.prototype, "no Buffer");
    assert.deepEqual(message.address, server.getpeername());
    assert.equal(message.flags, MSG_EOR);
    assert.equal(message.infotype, SCTP_RECVV_NOINFO);
    assert.equal(message.info, undefined);
    await world.until(client.send(bytesOf("again")));
    assert.deepEqual(await world.until(server.recv()), bytesOf("again"));
    await world.until(client.send(bytesOf("from")));
    const from = await world.until(server.recvfrom());
    assert.deepEqual(from, { data: bytesOf("from"), address: server.getpeername() });
  });

  contract(
    "RFC 6458 §3.1.4: a buffer that is too short gets parts, and MSG_EOR with the last",
    async (world) => {
      const { client, server } = await world.connect({
        prepare: (socket) => socket.setsockopt(IPPROTO_SCTP, SCTP_RECVRCVINFO, 1),
      });
      await world.until(client.sctp_sendv(bytesOf("0123456789"), { info: { snd_sid: 2, snd_ppid: 9 } }));
      await world.until(client.sctp_sendv(bytesOf("next"), { info: { snd_sid: 2 } }));
      const parts: string[] = [];
      for (let flags = 0; flags !== MSG_EOR; ) {
        // oxlint-disable-next-line no-await-in-loop -- one after the other
        const part = await world.until(server.sctp_recvv({ lengthBytes: 4 }));
        ({ flags } = part);
        parts.push(textOf(part.data));
        assert.equal(part.infotype, SCTP_RECVV_RCVINFO);
        assert.deepEqual([part.info.rcv_sid, part.info.rcv_ppid], [2, 9]);
      }
      assert.deepEqual(parts, ["0123", "4567", "89"]);
      const into = new Uint8Array(8);
      const whole = await world.until(server.sctp_recvv({ into }));
      assert.equal(whole.data.buffer, into.buffer);
      assert.deepEqual([textOf(whole.data), whole.flags], ["next", MSG_EOR]);
      await world.until(client.send(bytesOf("abcdef")));
      const shorter = await world.until(server.sctp_recvv({ into, lengthBytes: 3 }));
      assert.deepEqual([textOf(shorter.data), shorter.flags], ["abc", 0]);
      assert.equal(textOf(await world.until(server.recv({ into }))), "def");
    },
  );

  contract("bytes are put into a part of the caller's memory, and nowhere else", async (world) => {
    const { client, server } = await world.connect();
    const memory = new Uint8Array(20).fill(0xee);
    const into = memory.subarray(4, 14);
    /** What a call has put there; the rest of the memory is as it was. */
    const put = (data: Uint8Array): string => {
      assert.equal(data.buffer, memory.buffer);
      assert.equal(data.byteOffset, into.byteOffset);
      const rest = [...memory.subarray(0, 4), ...memory.subarray(4 + data.length)];
      assert.ok(rest.every((byte) => byte === 0xee));
      const text = textOf(data);
      memory.fill(0xee);
      return text;
    };
    assert.throws(() => server.nonblocking.sctp_recvv({ into }), { code: "EAGAIN" });
    const waiting = server.sctp_recvv({ into });
    assert.ok(memory.every((byte) => byte === 0xee));
    await world.until(client.send(bytesOf("waited")));
    assert.equal(put((await world.until(waiting)).data), "waited");
    await world.until(client.send(bytesOf("0123456789abc")));
    await world.quiet();
    const peeked = server.nonblocking.sctp_recvv({ into, flags: MSG_PEEK });
    assert.deepEqual([put(peeked.data), peeked.flags], ["0123456789", 0]);
    const first = server.nonblocking.sctp_recvv({ into });
    assert.deepEqual([put(first.data), first.flags], ["0123456789", 0]);
    const last = server.nonblocking.recvmsg({ into });
    assert.deepEqual([put(last.msg_iov), last.msg_flags], ["abc", MSG_EOR]);
    assert.throws(() => server.nonblocking.recv({ into }), { code: "EAGAIN" });
    assert.ok(memory.every((byte) => byte === 0xee));
    // Memory that is larger than any message, of which more than one packet comes.
    const large = new Uint8Array(400_000);
    const data = new Uint8Array(10_000).map((_, index) => index * 7);
    await world.until(client.sctp_sendv(data));
    let filledBytes = 0;
    while (filledBytes < data.length) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const part = await world.until(server.sctp_recvv({ into: large.subarray(filledBytes) }));
      assert.equal(part.data.byteOffset, filledBytes);
      filledBytes += part.data.length;
    }
    assert.equal(Buffer.compare(large.subarray(0, filledBytes), data), 0);
    assert.ok(large.subarray(filledBytes).every((byte) => byte === 0));
  });

  contract("RFC 6458 §9.13: MSG_PEEK takes nothing, and shows what the next call gets", async (world) => {
    const { client, server } = await world.connect();
    await world.until(client.send(bytesOf("one")));
    await world.until(client.send(bytesOf("two")));
    const peeked = await world.until(server.sctp_recvv({ flags: MSG_PEEK }));
    assert.equal(textOf(peeked.data), "one");
    peeked.data.fill(0);
    const again = await world.until(server.sctp_recvv({ flags: MSG_PEEK, lengthBytes: 2 }));
    assert.deepEqual([textOf(again.data), again.flags], ["on", 0]);
    assert.equal(textOf(server.nonblocking.recv({ flags: MSG_PEEK })), "one");
    assert.equal(await world.text(server), "one");
    await world.quiet();
    assert.equal(textOf((await world.until(server.recvfrom({ flags: MSG_PEEK }))).data), "two");
    const iterator = server[Symbol.asyncIterator]();
    assert.equal(textOf((await world.until(iterator.next())).value?.data ?? new Uint8Array()), "two");
  });

  contract(
    "RFC 6458 §3.1.4: on one-to-many a message is read to its end before another comes",
    async (world) => {
      const { socket: server, to } = world.listen({
        type: SOCK_SEQPACKET,
        prepare: (socket) => socket.setsockopt(IPPROTO_SCTP, SCTP_RECVRCVINFO, 1),
      });
      const clients = [world.oneToOne(), world.oneToOne(world.anotherClient())] as const;
      for (const [index, client] of clients.entries()) {
        // oxlint-disable-next-line no-await-in-loop -- one after the other
        await world.until(client.connect(to));
        // oxlint-disable-next-line no-await-in-loop
        await world.until(client.send(bytesOf(`${index}23456789`)));
      }
      await world.quiet();
      const texts: string[] = [];
      const ids: number[] = [];
      for (let count = 0; count < 6; count += 1) {
        const peeked = server.nonblocking.sctp_recvv({ lengthBytes: 4, flags: MSG_PEEK });
        const part = server.nonblocking.sctp_recvv({ lengthBytes: 4 });
        assert.deepEqual(part, peeked);
        assert.ok(part.infotype === SCTP_RECVV_RCVINFO);
        texts.push(textOf(part.data));
        ids.push(part.info.rcv_assoc_id);
      }
      assert.deepEqual(texts, ["0234", "5678", "9", "1234", "5678", "9"]);
      assert.deepEqual(
        ids.map((id) => id === ids[0]),
        [true, true, true, false, false, false],
      );
    },
  );

  contract("RFC 6458 §8.1.30: SCTP_RECVNXTINFO tells of the next message when it is there", async (world) => {
    const { client, server } = await world.connect();
    server.setsockopt(IPPROTO_SCTP, SCTP_RECVNXTINFO, 1);
    await world.until(client.sctp_sendv(bytesOf("first")));
    const info = { snd_sid: 3, snd_ppid: 8, snd_flags: SCTP_UNORDERED };
    await world.until(client.sctp_sendv(pattern(4000), { info }));
    await world.quiet();
    const part = await world.until(server.sctp_recvv({ lengthBytes: 2 }));
    assert.equal(part.infotype, SCTP_RECVV_NOINFO, "this one has not been read whole");
    const first = await world.until(server.sctp_recvv());
    assert.equal(first.infotype, SCTP_RECVV_NXTINFO);
    const next = first.info;
    assert.deepEqual([next.nxt_sid, next.nxt_ppid, next.nxt_length], [3, 8, 4000]);
    assert.equal(next.nxt_flags, SCTP_UNORDERED | SCTP_COMPLETE);
    assert.ok(next.nxt_assoc_id >= 3);
    assert.equal((await world.until(server.sctp_recvv())).infotype, SCTP_RECVV_NOINFO);
  });

  contract(
    "RFC 6458 §9.13: both informations are SCTP_RECVV_RN, the last message has RCVINFO",
    async (world) => {
      const { client, server } = await world.connect();
      server.setsockopt(IPPROTO_SCTP, SCTP_RECVNXTINFO, 1);
      server.setsockopt(IPPROTO_SCTP, SCTP_RECVRCVINFO, 1);
      client.nonblocking.sctp_sendv(bytesOf("a"), { info: { snd_ppid: 1 } });
      client.nonblocking.sctp_sendv(bytesOf("bc"), { info: { snd_ppid: 2 } });
      await world.quiet();
      const first = await world.until(server.sctp_recvv());
      assert.equal(first.infotype, SCTP_RECVV_RN);
      const { recvv_rcvinfo, recvv_nxtinfo } = first.info;
      assert.deepEqual([recvv_rcvinfo.rcv_ppid, recvv_nxtinfo.nxt_ppid, recvv_nxtinfo.nxt_length], [1, 2, 2]);
      assert.equal((await world.until(server.sctp_recvv())).infotype, SCTP_RECVV_RCVINFO);
    },
  );

  contract("RFC 6458 §6.1: a notification is read in parts too, and parsed from its bytes", async (world) => {
    const { client } = await world.connect({
      prepareClient: (socket) => subscribe(socket, SCTP_ASSOC_CHANGE),
    });
    const peeked = await world.until(client.sctp_recvv({ flags: MSG_PEEK }));
    assert.equal(peeked.flags, MSG_EOR | MSG_NOTIFICATION);
    assert.equal(peeked.notification?.sn_type, SCTP_ASSOC_CHANGE);
    assert.deepEqual(parse_notification(peeked.data), peeked.notification);
    const head = await world.until(client.sctp_recvv({ lengthBytes: 8 }));
    assert.deepEqual([head.flags, head.data.length], [MSG_NOTIFICATION, 8]);
    assert.equal(head.notification, undefined);
    const tail = await world.until(client.sctp_recvv());
    assert.equal(tail.flags, MSG_EOR | MSG_NOTIFICATION);
    const whole = new Uint8Array([...head.data, ...tail.data]);
    assert.deepEqual(parse_notification(whole), peeked.notification);
    assert.throws(() => parse_notification(tail.data), { code: "ERR_SCTP_MALFORMED_NOTIFICATION" });
  });

  contract("DESIGN: promise calls are served in their order, and nobody overtakes them", async (world) => {
    const { client, server } = await world.connect();
    const order: string[] = [];
    const note = (name: string) => (data: Uint8Array) => order.push(`${name}=${textOf(data)}`);
    const waiting = [
      server.recv().then(note("recv")),
      server.sctp_recvv().then(({ data }) => note("sctp_recvv")(data)),
      server.recvfrom().then(({ data }) => note("recvfrom")(data)),
    ];
    assert.throws(() => server.nonblocking.sctp_recvv(), { code: "EAGAIN" });
    for (const text of ["1", "2", "3", "4"]) client.nonblocking.send(bytesOf(text));
    await world.until(Promise.all(waiting));
    assert.deepEqual(order, ["recv=1", "sctp_recvv=2", "recvfrom=3"]);
    assert.equal(await world.text(server), "4");
  });

  contract("O_NONBLOCK: EAGAIN until the readable edge, and every message has one", async (world) => {
    const { client, server } = await world.connect();
    for (const text of ["a", "b", "c"]) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await world.quiet();
      assert.deepEqual(drain(server), []);
      const readable = once(server, "readable");
      client.nonblocking.send(bytesOf(text));
      // oxlint-disable-next-line no-await-in-loop
      await world.until(readable);
      assert.deepEqual(
        drain(server).map(({ data }) => textOf(data)),
        [text],
      );
    }
  });

  contract("DESIGN: a readable listener may call anything, close() included", async (world) => {
    const { client, server } = await world.connect();
    const closed = once(server, "readable").then(() => server.close());
    server.once("readable", () => {
      assert.equal(drain(server).length, 1);
      server.nonblocking.send(bytesOf("answer"));
      void server.close();
    });
    await world.until(client.send(bytesOf("x")));
    assert.equal(await world.text(client), "answer");
    await world.until(closed);
  });

  contract(
    "RFC 6458 §4.1.6, POSIX: the end of the peer is empty, with flags 0, again and again",
    async (world) => {
      const { client, server } = await world.connect();
      await world.until(client.send(bytesOf("last")));
      client.shutdown(SHUT_WR);
      assert.equal(await world.text(server), "last");
      for (let count = 0; count < 2; count += 1) {
        // oxlint-disable-next-line no-await-in-loop -- one after the other
        const end = await world.until(server.sctp_recvv());
        assert.deepEqual([end.data.length, end.flags, end.address], [0, 0, undefined]);
      }
      assert.equal((await world.until(server.recv())).length, 0);
      assert.equal(server.nonblocking.receiveMany(5).length, 1);
      assert.equal((await world.until(client.recv())).length, 0);
    },
  );

  contract(
    "an abort is ECONNRESET once, behind what was received before, and then the end",
    async (world) => {
      const { client, server } = await world.connect();
      await world.until(client.send(bytesOf("before")));
      await world.quiet();
      client.setsockopt(SOL_SOCKET, SO_LINGER, { l_onoff: 1, l_linger: 0 });
      await world.until(client.close());
      await world.quiet();
      assert.equal(await world.text(server), "before");
      await assert.rejects(world.until(server.recv()), { code: "ECONNRESET", syscall: "recvmsg" });
      assert.equal((await world.until(server.recv())).length, 0);
      await assert.rejects(server.send(bytesOf("x")), { code: "EPIPE" });
    },
  );

  contract("an abort is ECONNRESET also for who sends, once, and then EPIPE", async (world) => {
    const { client, server } = await world.connect();
    client.setsockopt(SOL_SOCKET, SO_LINGER, { l_onoff: 1, l_linger: 0 });
    await world.until(client.close());
    await world.quiet();
    await assert.rejects(server.send(bytesOf("x")), { code: "ECONNRESET", syscall: "sendmsg" });
    await assert.rejects(server.send(bytesOf("x")), { code: "EPIPE", syscall: "sendmsg" });
    assert.equal((await world.until(server.recv())).length, 0);
  });

  contract("an abort reaches a receive that waits", async (world) => {
    const { client, server } = await world.connect();
    const waiting = server.recv();
    client.setsockopt(SOL_SOCKET, SO_LINGER, { l_onoff: 1, l_linger: 0 });
    await world.until(client.close());
    await assert.rejects(world.until(waiting), { code: "ECONNRESET" });
  });

  contract("RFC 6458 §4.1.7: SHUT_RD ends receiving and sends nothing", async (world) => {
    const { client, server } = await world.connect();
    await world.until(client.send(bytesOf("unread")));
    const waiting = server.recv();
    await world.until(waiting);
    const second = server.recv();
    server.shutdown(SHUT_RD);
    assert.equal((await world.until(second)).length, 0);
    await world.until(server.send(bytesOf("still sends")));
    assert.equal(await world.text(client), "still sends");
  });

  contract("receiving without an association is ENOTCONN on one-to-one", async (world) => {
    await assert.rejects(world.oneToOne().sctp_recvv(), { code: "ENOTCONN" });
    const { socket: listener } = world.listen();
    await assert.rejects(listener.sctp_recvv(), { code: "ENOTCONN" });
    assert.throws(() => listener.nonblocking.receiveMany(1), { code: "ENOTCONN" });
    assert.throws(() => world.oneToMany().nonblocking.sctp_recvv(), { code: "EAGAIN" });
  });

  contract(
    "RFC 9260 §6.9: a message larger than the window comes through, in parts without MSG_EOR where need be",
    async (world) => {
      const { client, server } = await world.connect({
        prepare: (socket) => socket.setsockopt(SOL_SOCKET, SO_RCVBUF, 20_000),
        prepareClient: (socket) => socket.setsockopt(SOL_SOCKET, SO_SNDBUF, 200_000),
      });
      const sent = client.send(pattern(150_000));
      const parts: Uint8Array[] = [];
      for (let flags = 0; (flags & MSG_EOR) === 0; ) {
        // oxlint-disable-next-line no-await-in-loop -- one after the other
        const part = await world.until(server.sctp_recvv());
        ({ flags } = part);
        parts.push(part.data);
      }
      assert.deepEqual(new Uint8Array(Buffer.concat(parts)), pattern(150_000));
      assert.equal(await world.until(sent), 150_000);
    },
  );
}
