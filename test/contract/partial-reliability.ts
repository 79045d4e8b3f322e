import assert from "node:assert/strict";
import {
  IPPROTO_SCTP,
  SCTP_ALL_ASSOC,
  SCTP_CURRENT_ASSOC,
  SCTP_DATA_UNSENT,
  SCTP_DEFAULT_PRINFO,
  SCTP_DEFAULT_SNDINFO,
  SCTP_FUTURE_ASSOC,
  SCTP_PR_ASSOC_STATUS,
  SCTP_PR_SCTP_ALL,
  SCTP_PR_SCTP_NONE,
  SCTP_PR_SCTP_PRIO,
  SCTP_PR_SCTP_RTX,
  SCTP_PR_SCTP_TTL,
  SCTP_PR_STREAM_STATUS,
  SCTP_PR_SUPPORTED,
  SCTP_RECVRCVINFO,
  SCTP_SEND_FAILED_EVENT,
  SCTP_UNORDERED,
  type SctpSocket,
  type sctp_prinfo,
  SO_RCVBUF,
  SO_SNDBUF,
  SOL_SOCKET,
} from "../../src/index.js";
import {
  bytesOf,
  codeOf,
  type Contract,
  drain,
  type Pair,
  pattern,
  subscribe,
  textOf,
  type World,
} from "./world.js";

const SIZE = 1000;

/** Much longer than a lifetime of 1 ms, also by a clock that ticks every 10 ms; the server does not read meanwhile. */
const LONG_MS = 50;

/** A pair whose server has room for a few messages and does not read; the client learns of what fails. */
async function crowdedPair(world: World): Promise<Pair> {
  return world.connect({
    prepare: (socket) => socket.setsockopt(SOL_SOCKET, SO_RCVBUF, 8192),
    prepareClient: (socket) => subscribe(socket, SCTP_SEND_FAILED_EVENT),
  });
}

/** A message that says which one it is, on one of the first streams. */
function send(socket: SctpSocket, name: string, prinfo?: sctp_prinfo, snd_sid = 0): void {
  const data = new Uint8Array(SIZE);
  data.set(new TextEncoder().encode(name.padEnd(8)));
  const info = {
    sendv_sndinfo: { snd_sid },
    ...(prinfo === undefined ? {} : { sendv_prinfo: prinfo }),
  };
  socket.nonblocking.sctp_sendv(data, { info });
}

/** Sends a message that has to make room for itself. */
function insist(socket: SctpSocket, name: string, attempts: number, prinfo?: sctp_prinfo): void {
  for (let attempt = 1; ; attempt += 1) {
    try {
      send(socket, name, prinfo);
      return;
    } catch (error) {
      if (codeOf(error) !== "EAGAIN" || attempt >= attempts) throw error;
    }
  }
}

function nameOf(data: Uint8Array): string {
  return textOf(data.subarray(0, 8)).trim();
}

/** Reads until a message of that name has come, and answers the names of all. */
async function namesUntil(world: World, socket: SctpSocket, last: string): Promise<string[]> {
  const names: string[] = [];
  while (names.at(-1) !== last) {
    // oxlint-disable-next-line no-await-in-loop -- in their order
    names.push(nameOf((await world.message(socket)).data));
  }
  return names;
}

/** The messages that have failed, and whether they had been sent. */
function failures(socket: SctpSocket): (readonly [name: string, flags: number])[] {
  return drain(socket).flatMap(({ notification }) =>
    notification?.sn_type === SCTP_SEND_FAILED_EVENT
      ? [[nameOf(notification.ssfe_data), notification.ssfe_flags] as const]
      : [],
  );
}

function abandoned(socket: SctpSocket, sprstat_policy: number): number[] {
  const status = socket.getsockopt(IPPROTO_SCTP, SCTP_PR_ASSOC_STATUS, { sprstat_policy });
  return [status.sprstat_abandoned_unsent, status.sprstat_abandoned_sent];
}

/**
 * A full send buffer, and a more important message that is taken all the same.
 *
 * @param isReported - whether the application learns of each message that has made room
 * @param attempts - how many it may take
 */
export async function moreImportantMessage(
  world: World,
  isReported: boolean,
  attempts: number,
): Promise<void> {
  const { client, server } = await world.connect({
    prepare: (socket) => socket.setsockopt(SOL_SOCKET, SO_RCVBUF, 8192),
    prepareClient: (socket) => {
      subscribe(socket, SCTP_SEND_FAILED_EVENT);
      socket.setsockopt(SOL_SOCKET, SO_SNDBUF, 32_768);
    },
  });
  const low = { pr_policy: SCTP_PR_SCTP_PRIO, pr_value: 9 };
  let count = 0;
  const more = (): boolean => {
    try {
      send(client, `low ${count}`, low);
    } catch (error) {
      assert.equal(codeOf(error), "EAGAIN");
      return false;
    }
    count += 1;
    return true;
  };
  for (let sent = true; sent; ) {
    while (more()) sent = true;
    // oxlint-disable-next-line no-await-in-loop -- what has arrived makes room
    await world.quiet();
    sent = more();
  }
  insist(client, "high", attempts, { pr_policy: SCTP_PR_SCTP_PRIO, pr_value: 3 });
  insist(client, "last", attempts);
  const names = await namesUntil(world, server, "last");
  assert.ok(names.includes("high"));
  const failed = failures(client).map(([name]) => name);
  const lost = count + 2 - names.length;
  assert.ok(lost >= 1, `${lost} messages have made room`);
  if (!isReported) return;
  // One that was on its way may arrive all the same.
  assert.equal(new Set([...names, ...failed]).size, count + 2, "each has arrived or was reported");
  const [unsent = 0, sent = 0] = abandoned(client, SCTP_PR_SCTP_PRIO);
  assert.equal(unsent + sent, failed.length);
}

/** Messages that need not arrive. */
export function partialReliability(contract: Contract): void {
  contract(
    "RFC 6458 §5.3.7, RFC 3758 §4.1: SCTP_PR_SCTP_TTL gives up what was not sent in time",
    async (world) => {
      const { client, server } = await crowdedPair(world);
      for (let number = 0; number < 20; number += 1) send(client, `old ${number}`);
      for (const name of ["late 1", "late 2"])
        send(client, name, { pr_policy: SCTP_PR_SCTP_TTL, pr_value: 1 }, 1);
      send(client, "last");
      await world.pass(LONG_MS);
      const names = await namesUntil(world, server, "last");
      assert.deepEqual(
        names.slice(0, 20),
        Array.from({ length: 20 }, (_, number) => `old ${number}`),
      );
      assert.equal(names.length, 21);
      assert.deepEqual(failures(client), [
        ["late 1", SCTP_DATA_UNSENT],
        ["late 2", SCTP_DATA_UNSENT],
      ]);
      assert.deepEqual(abandoned(client, SCTP_PR_SCTP_TTL), [2, 0]);
      assert.deepEqual(abandoned(client, SCTP_PR_SCTP_ALL), [2, 0]);
      assert.deepEqual(abandoned(client, SCTP_PR_SCTP_RTX), [0, 0]);
      for (const [sprstat_sid, count] of [0, 2].entries()) {
        const argument = { sprstat_sid, sprstat_policy: SCTP_PR_SCTP_ALL };
        const status = client.getsockopt(IPPROTO_SCTP, SCTP_PR_STREAM_STATUS, argument);
        assert.equal(status.sprstat_abandoned_unsent, count);
        assert.equal(status.sprstat_sid, sprstat_sid);
      }
    },
  );

  contract("RFC 6458 §5.3.7: a message in time arrives, whatever its policy is", async (world) => {
    const { client, server } = await world.connect();
    for (const pr_policy of [SCTP_PR_SCTP_NONE, SCTP_PR_SCTP_TTL, SCTP_PR_SCTP_RTX, SCTP_PR_SCTP_PRIO]) {
      // oxlint-disable-next-line no-await-in-loop -- in their order
      await world.until(
        client.sctp_sendv(pattern(3000, pr_policy), { info: { pr_policy, pr_value: 60_000 } }),
      );
      // oxlint-disable-next-line no-await-in-loop
      assert.deepEqual((await world.message(server)).data, pattern(3000, pr_policy));
    }
    assert.deepEqual(abandoned(client, SCTP_PR_SCTP_ALL), [0, 0]);
  });

  contract(
    "RFC 6458 §8.1.32: SCTP_DEFAULT_PRINFO counts for messages without an sctp_prinfo",
    async (world) => {
      const { client, server } = await crowdedPair(world);
      for (let number = 0; number < 20; number += 1) send(client, `old ${number}`);
      client.setsockopt(IPPROTO_SCTP, SCTP_DEFAULT_PRINFO, { pr_policy: SCTP_PR_SCTP_TTL, pr_value: 1 });
      send(client, "late");
      const plain = new Uint8Array(SIZE);
      plain.set(new TextEncoder().encode("plain   "));
      client.nonblocking.sctp_sendv(plain);
      send(client, "own", { pr_policy: SCTP_PR_SCTP_NONE, pr_value: 0 });
      send(client, "last", { pr_policy: SCTP_PR_SCTP_TTL, pr_value: 60_000 });
      await world.pass(LONG_MS);
      const names = await namesUntil(world, server, "last");
      assert.deepEqual(names.slice(20), ["own", "last"]);
      assert.deepEqual(failures(client), [
        ["late", SCTP_DATA_UNSENT],
        ["plain", SCTP_DATA_UNSENT],
      ]);
    },
  );

  contract(
    "RFC 6458 §8.1.31, §8.1.32: SCTP_DEFAULT_SNDINFO and SCTP_DEFAULT_PRINFO leave each other alone",
    async (world) => {
      const { client, server, clientId } = await world.connectMany({
        prepare: (socket) => socket.setsockopt(IPPROTO_SCTP, SCTP_RECVRCVINFO, 1),
      });
      const policies = (): number[][] =>
        [SCTP_FUTURE_ASSOC, clientId].map((pr_assoc_id) => {
          const value = client.getsockopt(IPPROTO_SCTP, SCTP_DEFAULT_PRINFO, { pr_assoc_id });
          return [value.pr_policy, value.pr_value];
        });
      const setPolicy = (pr_assoc_id: number, pr_policy: number, pr_value: number): void =>
        client.setsockopt(IPPROTO_SCTP, SCTP_DEFAULT_PRINFO, { pr_assoc_id, pr_policy, pr_value });
      setPolicy(SCTP_FUTURE_ASSOC, SCTP_PR_SCTP_RTX, 7);
      setPolicy(clientId, SCTP_PR_SCTP_TTL, 60_000);
      const expected = [
        [SCTP_PR_SCTP_RTX, 7],
        [SCTP_PR_SCTP_TTL, 60_000],
      ];
      const sndinfo = { snd_sid: 5, snd_flags: SCTP_UNORDERED, snd_ppid: 77 };
      for (const snd_assoc_id of [SCTP_FUTURE_ASSOC, clientId, SCTP_CURRENT_ASSOC, SCTP_ALL_ASSOC]) {
        client.setsockopt(IPPROTO_SCTP, SCTP_DEFAULT_SNDINFO, { ...sndinfo, snd_assoc_id });
        assert.deepEqual(policies(), expected, `after SCTP_DEFAULT_SNDINFO for ${snd_assoc_id}`);
      }
      setPolicy(clientId, SCTP_PR_SCTP_PRIO, 1);
      const read = client.getsockopt(IPPROTO_SCTP, SCTP_DEFAULT_SNDINFO, { snd_assoc_id: clientId });
      assert.deepEqual([read.snd_sid, read.snd_flags, read.snd_ppid], [5, SCTP_UNORDERED, 77]);
      // RFC 6458 §9.12: what a message brings is one information; of the other the default counts.
      const info = { pr_policy: SCTP_PR_SCTP_RTX, pr_value: 9 };
      await world.until(client.sctp_sendv(bytesOf("by defaults"), { to: server.getsockname(), info }));
      const { info: received } = await world.message(server);
      assert.ok(received !== undefined && "rcv_sid" in received);
      assert.deepEqual([received.rcv_sid, received.rcv_flags, received.rcv_ppid], [5, SCTP_UNORDERED, 77]);
    },
  );

  contract("RFC 7496 §3.2: SCTP_PR_SCTP_PRIO makes room for more important messages", (world) =>
    moreImportantMessage(world, true, 1),
  );

  contract("RFC 7496 §4.5: SCTP_PR_SUPPORTED tells what both sides have agreed on", async (world) => {
    const { client, server } = await world.connect();
    const isSupported = (socket: SctpSocket): number =>
      socket.getsockopt(IPPROTO_SCTP, SCTP_PR_SUPPORTED).assoc_value;
    assert.deepEqual([isSupported(client), isSupported(server)], [1, 1]);
    const off = (socket: SctpSocket): void =>
      socket.setsockopt(IPPROTO_SCTP, SCTP_PR_SUPPORTED, { assoc_value: 0 });
    for (const options of [{ prepare: off }, { prepareClient: off }]) {
      // oxlint-disable-next-line no-await-in-loop -- one pair after the other
      const pair = await world.connect(options);
      assert.deepEqual([isSupported(pair.client), isSupported(pair.server)], [0, 0]);
    }
  });
}
