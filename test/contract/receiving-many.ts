import assert from "node:assert/strict";
import { once } from "node:events";
import {
  IPPROTO_SCTP,
  MSG_EOR,
  MSG_NOTIFICATION,
  type ReceivedMessage,
  SCTP_ASSOC_CHANGE,
  SCTP_NODELAY,
  SCTP_RECVNXTINFO,
  SCTP_RECVV_NXTINFO,
  SCTP_SHUTDOWN_EVENT,
  type SctpSocket,
  SHUT_WR,
  SO_LINGER,
  SO_RCVBUF,
  SO_SNDBUF,
  SOCK_SEQPACKET,
  SOL_SOCKET,
} from "../../src/index.js";
import { bytesOf, codeOf, type Contract, pattern, subscribe, textOf } from "./world.js";

/** How {@link receiveAll} asks. */
interface Asking {
  readonly max: number;
  /** Where the messages are to be put. */
  readonly into?: readonly Uint8Array[];
}

/**
 * Receives until `isLast` answers true of a message, or an error is thrown, and asks no more once a call has answered
 * fewer messages than it might have, until the next edge.
 */
function receiveUntil(
  socket: SctpSocket,
  { max, into }: Asking,
  isLast: (message: ReceivedMessage) => boolean,
): Promise<void> {
  const most = Math.min(max, into?.length ?? max);
  return new Promise((resolve, reject) => {
    const takeSome = (): boolean => {
      for (let count = most; count === most; ) {
        const messages = socket.nonblocking.receiveMany(max, [], into);
        count = messages.length;
        if (messages.some(isLast)) return true;
      }
      return false;
    };
    const listen = (): void => {
      try {
        if (!takeSome()) return;
        resolve();
      } catch (error) {
        // An edge may come for nothing.
        if (codeOf(error) === "EAGAIN") return;
        reject(error instanceof Error ? error : new Error("no error was thrown"));
      }
      socket.off("readable", listen);
    };
    socket.on("readable", listen);
    listen();
  });
}

/**
 * Receives so until the end of the peer.
 *
 * @returns the messages, with notifications shown as their numbers
 */
async function receiveAll(socket: SctpSocket, asking: Asking, texts: string[] = []): Promise<string[]> {
  await receiveUntil(socket, asking, ({ data, flags, notification }) => {
    if (data.length === 0 && flags === 0) return true;
    texts.push((flags & MSG_NOTIFICATION) === 0 ? textOf(data) : `#${notification?.sn_type}`);
    return false;
  });
  return texts;
}

/** RFC 6458 §8.1.5: small messages do not wait for the acknowledgement of others. */
function withoutDelay(socket: SctpSocket): void {
  socket.setsockopt(IPPROTO_SCTP, SCTP_NODELAY, 1);
}

/** Memory for so many messages of 100 bytes. */
function places(count: number): Uint8Array[] {
  return Array.from({ length: count }, () => new Uint8Array(100));
}

const NUMBERS = ["one", "two", "three", "four", "five"];

/** Both ways of asking for up to seven messages. */
const WAYS: readonly (readonly [name: string, asking: Asking])[] = [
  ["receiveMany", { max: 7 }],
  ["receiveMany into memory of the caller", { max: 9, into: places(7) }],
];

/** How many messages are received with one call, and what is known behind it. */
export function receivingMany(contract: Contract): void {
  contract("DESIGN: receiveMany takes what is there, up to its bound", async (world) => {
    const { client, server } = await world.connect();
    const { nonblocking } = server;
    assert.throws(() => nonblocking.receiveMany(10), { code: "EAGAIN" });
    for (let seed = 0; seed < 5; seed += 1) client.nonblocking.send(pattern(100, seed));
    await world.quiet();
    const target = nonblocking.receiveMany(3);
    assert.equal(target.length, 3);
    assert.equal(nonblocking.receiveMany(10, target), target);
    assert.deepEqual(
      target.map(({ data }) => data),
      [0, 1, 2, 3, 4].map((seed) => pattern(100, seed)),
    );
    assert.throws(() => nonblocking.receiveMany(0), { code: "ERR_SCTP_OUT_OF_RANGE" });
    const waiting = server.recv();
    assert.throws(() => nonblocking.receiveMany(1), { code: "EAGAIN" });
    await world.until(client.send(bytesOf("x")));
    await world.until(waiting);
  });

  contract(
    "DESIGN: receiveMany puts messages into memory of the caller, one into each place",
    async (world) => {
      const { client, server } = await world.connect({ prepareClient: withoutDelay });
      const memory = new Uint8Array(40).fill(0xee);
      const into = [0, 10, 20, 30].map((start) => memory.subarray(start, start + 4));
      const take = (max: number) => server.nonblocking.receiveMany(max, [], into);
      const shown = (messages: readonly ReceivedMessage[]) =>
        messages.map(({ data, flags }) => [textOf(data), flags, data.byteOffset]);
      assert.throws(() => take(10), { code: "EAGAIN" });
      for (const text of ["0123456789", "ab", "cdef", "last"]) client.nonblocking.send(bytesOf(text));
      await world.quiet();
      // RFC 6458 §3.1.4: what is too long for its place comes in parts.
      const messages = take(10);
      assert.deepEqual(shown(messages), [
        ["0123", 0, 0],
        ["4567", 0, 10],
        ["89", MSG_EOR, 20],
        ["ab", MSG_EOR, 30],
      ]);
      assert.ok(messages.every(({ data }) => data.buffer === memory.buffer));
      assert.equal(textOf(memory.subarray(14, 20)), textOf(new Uint8Array(6).fill(0xee)));
      assert.deepEqual(shown(take(1)), [["cdef", MSG_EOR, 0]]);
      assert.equal(server.nonblocking.sctp_recvv({ lengthBytes: 1 }).flags, 0);
      assert.deepEqual(shown(take(10)), [["ast", MSG_EOR, 0]], "the rest of what was begun otherwise");
      client.nonblocking.send(bytesOf("first"));
      client.nonblocking.send(bytesOf("second"));
      await world.quiet();
      const [place] = places(1) as [Uint8Array];
      assert.equal(server.nonblocking.receiveMany(2, [], [place, place]).length, 2);
      assert.equal(textOf(place.subarray(0, 6)), "second", "one place may stand there twice");
    },
  );

  contract("DESIGN: receiveMany puts large messages into memory of the caller", async (world) => {
    const lengths = [70_000, 30, 16_384, 16_385, 350_000, 60_000];
    const { client, server } = await world.connect({
      prepare: (socket) => socket.setsockopt(SOL_SOCKET, SO_RCVBUF, 400_000),
      prepareClient: (socket) => socket.setsockopt(SOL_SOCKET, SO_SNDBUF, 400_000),
    });
    const into = [262_144, 65_536, 100, 262_144].map((lengthBytes) => new Uint8Array(lengthBytes));
    const parts: Uint8Array[] = [];
    let missingBytes = lengths.reduce((sum, lengthBytes) => sum + lengthBytes, 0);
    const received = receiveUntil(server, { max: 9, into }, ({ data }) => {
      parts.push(data.slice());
      missingBytes -= data.length;
      return missingBytes === 0;
    });
    for (const [seed, lengthBytes] of lengths.entries()) {
      // oxlint-disable-next-line no-await-in-loop -- in their order
      await world.until(client.send(pattern(lengthBytes, seed)));
    }
    await world.until(received);
    const expected = Buffer.concat(lengths.map((lengthBytes, seed) => pattern(lengthBytes, seed)));
    assert.deepEqual(Buffer.concat(parts), expected);
  });

  for (const [name, asking] of WAYS) {
    contract(`DESIGN: behind a short count of ${name} every message has an edge`, async (world) => {
      const { client, server } = await world.connect({ prepareClient: withoutDelay });
      const texts: string[] = [];
      const received = receiveAll(server, asking, texts);
      for (const [index, text] of NUMBERS.entries()) {
        // More and more of them at once: fewer than a call takes, as many, and more.
        for (let count = 0; count <= 3 * index; count += 1) client.nonblocking.send(bytesOf(text));
        // oxlint-disable-next-line no-await-in-loop -- one after the other
        await world.quiet();
        assert.equal(texts.filter((other) => other === text).length, 1 + 3 * index);
      }
      client.shutdown(SHUT_WR);
      await world.until(received);
    });

    contract(`DESIGN: the end of the peer behind a short count of ${name} has an edge`, async (world) => {
      const { client, server } = await world.connect();
      for (const text of NUMBERS) client.nonblocking.send(bytesOf(text));
      client.shutdown(SHUT_WR);
      // Every edge has been told before somebody receives.
      await world.quiet();
      assert.deepEqual(await world.until(receiveAll(server, asking)), NUMBERS);
    });

    contract(
      `DESIGN: the end of the association behind a short count of ${name} has an edge`,
      async (world) => {
        const { client, server } = await world.connect();
        for (const text of NUMBERS) client.nonblocking.send(bytesOf(text));
        await world.until(client.close());
        await world.quiet();
        assert.deepEqual(await world.until(receiveAll(server, asking)), NUMBERS);
      },
    );

    contract(`DESIGN: an abort behind a short count of ${name} has an edge`, async (world) => {
      const { client, server } = await world.connect();
      for (const text of NUMBERS) client.nonblocking.send(bytesOf(text));
      await world.quiet();
      client.setsockopt(SOL_SOCKET, SO_LINGER, { l_onoff: 1, l_linger: 0 });
      await world.until(client.close());
      await world.quiet();
      const texts: string[] = [];
      await assert.rejects(world.until(receiveAll(server, asking, texts)), {
        code: "ECONNRESET",
        syscall: "recvmsg",
      });
      assert.deepEqual(texts, NUMBERS);
      assert.deepEqual(await world.until(receiveAll(server, asking)), [], "and then the end, at once");
    });

    contract(`DESIGN: notifications behind a short count of ${name} have an edge`, async (world) => {
      const { client, server } = await world.connect({
        prepare: (socket) => subscribe(socket, SCTP_ASSOC_CHANGE, SCTP_SHUTDOWN_EVENT),
      });
      const received = receiveAll(server, asking);
      for (const text of NUMBERS) client.nonblocking.send(bytesOf(text));
      await world.quiet();
      await world.until(client.close());
      const [up, shutdown, complete] = [SCTP_ASSOC_CHANGE, SCTP_SHUTDOWN_EVENT, SCTP_ASSOC_CHANGE];
      assert.deepEqual(await world.until(received), [`#${up}`, ...NUMBERS, `#${shutdown}`, `#${complete}`]);
    });

    contract(`RFC 6458 §8.1.30: what ${name} tells of the next message`, async (world) => {
      const { client, server } = await world.connect({
        prepare: (socket) => socket.setsockopt(IPPROTO_SCTP, SCTP_RECVNXTINFO, 1),
      });
      for (const text of NUMBERS) client.nonblocking.send(bytesOf(text));
      await world.quiet();
      const messages = server.nonblocking.receiveMany(asking.max, [], asking.into);
      const next = messages.map((message) =>
        message.infotype === SCTP_RECVV_NXTINFO ? message.info.nxt_length : 0,
      );
      assert.deepEqual(next, [3, 5, 4, 4, 0]);
      const readable = once(server, "readable");
      await world.until(client.send(bytesOf("six")));
      await world.until(readable);
      assert.equal(server.nonblocking.receiveMany(asking.max, [], asking.into).length, 1);
    });
  }

  for (const [name, asking] of WAYS) {
    contract(`RFC 6458 §8.1.20: ${name} keeps the order where parts of messages are mixed`, async (world) => {
      const { socket: server, to } = world.listen({
        type: SOCK_SEQPACKET,
        prepare: (socket) => socket.setsockopt(SOL_SOCKET, SO_RCVBUF, 30_000),
      });
      const expected = new Map<string, Uint8Array>();
      const sends: Promise<unknown>[] = [];
      for (const [seed, lengthBytes] of [100_000, 120_000].entries()) {
        const host = world.anotherClient();
        const client = world.oneToOne(host);
        // oxlint-disable-next-line no-await-in-loop -- one after the other
        await world.until(client.connect(to));
        const messages = [pattern(lengthBytes, seed)];
        for (let number = 0; number < 40; number += 1) messages.push(new Uint8Array(10).fill(number));
        for (const message of messages) sends.push(client.send(message));
        expected.set(`${host.address} ${client.getsockname().port}`, Buffer.concat(messages));
      }
      const received = new Map<string, Uint8Array[]>();
      let missingBytes = 100_000 + 120_000 + 2 * 40 * 10;
      const finished = receiveUntil(server, asking, ({ data, address }) => {
        const from = `${address?.address} ${address?.port}`;
        received.set(from, [...(received.get(from) ?? []), data.slice()]);
        missingBytes -= data.length;
        return missingBytes === 0;
      });
      await world.until(Promise.all([...sends, finished]));
      for (const [from, bytes] of expected) assert.deepEqual(Buffer.concat(received.get(from) ?? []), bytes);
    });
  }
}
