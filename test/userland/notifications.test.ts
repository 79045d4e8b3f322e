import assert from "node:assert/strict";
import { test } from "node:test";
import {
  IPPROTO_SCTP,
  SCTP_ALL_ASSOC,
  SCTP_ASSOC_CHANGE,
  SCTP_ASSOC_SUPPORTS_ASCONF,
  SCTP_ASSOC_SUPPORTS_AUTH,
  SCTP_ASSOC_SUPPORTS_MULTIBUF,
  SCTP_ASSOC_SUPPORTS_PR,
  SCTP_CANT_STR_ASSOC,
  SCTP_COMM_UP,
  SCTP_EVENT,
  SCTP_FUTURE_ASSOC,
  SCTP_NOTIFICATIONS_STOPPED_EVENT,
  SCTP_SENDER_DRY_EVENT,
} from "../../src/sockets/constants.js";
import { parse_notification } from "../../src/sockets/notifications.js";
import type { sctp_assoc_change } from "../../src/sockets/notification-types.js";
import type { SctpSocket } from "../../src/sockets/sctp-socket.js";
import { NOTIFICATIONS_QUEUED_MAX } from "../../src/stack/limits.js";
import { drain, oneToMany, oneToOne, World } from "./world.js";

const SERVER = { address: "10.0.0.2", port: 5000 };

function subscribe(socket: SctpSocket, se_type: number, se_assoc_id: number = SCTP_FUTURE_ASSOC): void {
  socket.setsockopt(IPPROTO_SCTP, SCTP_EVENT, { se_assoc_id, se_type, se_on: 1 });
}

function isSubscribed(socket: SctpSocket, se_type: number, se_assoc_id: number = SCTP_FUTURE_ASSOC): boolean {
  return socket.getsockopt(IPPROTO_SCTP, SCTP_EVENT, { se_assoc_id, se_type }).se_on !== 0;
}

function changesOf(socket: SctpSocket): sctp_assoc_change[] {
  return drain(socket).flatMap(({ notification }) =>
    notification?.sn_type === SCTP_ASSOC_CHANGE ? [notification] : [],
  );
}

test("RFC 6458 §6.1.10: whoever has subscribed to anything is told when there are no more notifications", () => {
  const socket = oneToMany(new World().provider("10.0.0.1"));
  assert.equal(isSubscribed(socket, SCTP_NOTIFICATIONS_STOPPED_EVENT), false);
  subscribe(socket, SCTP_ASSOC_CHANGE);
  assert.equal(isSubscribed(socket, SCTP_NOTIFICATIONS_STOPPED_EVENT), true);
});

test("RFC 6458 §6.1.10: after a storm nothing comes until it is subscribed to anew", async () => {
  const world = new World();
  const server = oneToMany(world.provider(SERVER.address));
  server.bind(SERVER);
  server.listen();
  const client = oneToMany(world.provider("10.0.0.1"));
  const id = await world.until(client.sctp_connectx([SERVER]));
  for (const type of [SCTP_ASSOC_CHANGE, SCTP_SENDER_DRY_EVENT]) subscribe(client, type, SCTP_ALL_ASSOC);
  for (let count = 0; count < NOTIFICATIONS_QUEUED_MAX; count += 1) {
    subscribe(client, SCTP_SENDER_DRY_EVENT, id);
  }
  const last = drain(client).at(-1);
  assert.ok(last?.notification !== undefined);
  // It is nothing but the header that all of them have.
  assert.equal(last.data.length, 8);
  assert.deepEqual(parse_notification(last.data), {
    sn_type: SCTP_NOTIFICATIONS_STOPPED_EVENT,
    sn_flags: 0,
  });
  for (const [type, of] of [
    [SCTP_ASSOC_CHANGE, id],
    [SCTP_ASSOC_CHANGE, SCTP_FUTURE_ASSOC],
    [SCTP_NOTIFICATIONS_STOPPED_EVENT, SCTP_FUTURE_ASSOC],
  ] as const) {
    assert.equal(isSubscribed(client, type, of), false);
  }
  subscribe(client, SCTP_SENDER_DRY_EVENT, id);
  assert.deepEqual(
    drain(client).map(({ notification }) => notification),
    [{ sn_type: SCTP_SENDER_DRY_EVENT, sender_dry_flags: 0, sender_dry_assoc_id: id }],
  );
});

test("RFC 6458 §6.1.1: sac_info has the features that both sides want, and a one-to-many socket's buffers", async () => {
  const all = [SCTP_ASSOC_SUPPORTS_PR, SCTP_ASSOC_SUPPORTS_AUTH, SCTP_ASSOC_SUPPORTS_ASCONF];
  const cases = [
    [{}, all],
    [{ partialReliability: false }, all.slice(1)],
    [{ addressReconfiguration: false }, all.slice(0, 2)],
    // RFC 5061 §4.2.7: without authentication there is no changing of addresses.
    [{ authentication: false }, all.slice(0, 1)],
  ] as const;
  for (const [config, features] of cases) {
    const world = new World();
    const server = oneToMany(world.provider(SERVER.address));
    server.bind(SERVER);
    server.listen();
    const client = oneToOne(world.provider("10.0.0.1", { config }));
    for (const socket of [server, client]) subscribe(socket, SCTP_ASSOC_CHANGE);
    // oxlint-disable-next-line no-await-in-loop -- each in a world of its own
    await world.until(client.connect(SERVER));
    // oxlint-disable-next-line no-await-in-loop
    await world.clock.advanceBy(100);
    const [atClient] = changesOf(client);
    const [atServer] = changesOf(server);
    assert.deepEqual([atClient?.sac_state, [...(atClient?.sac_info ?? [])]], [SCTP_COMM_UP, features]);
    assert.deepEqual([...(atServer?.sac_info ?? [])], [...features, SCTP_ASSOC_SUPPORTS_MULTIBUF]);
  }
});

test("RFC 6458 §6.1.1: CANT_STR_ASSOC has the ABORT chunk of the peer that refuses (held erratum 6113)", async () => {
  const world = new World();
  const bound = oneToMany(world.provider(SERVER.address));
  bound.bind(SERVER);
  const client = oneToMany(world.provider("10.0.0.1"));
  subscribe(client, SCTP_ASSOC_CHANGE);
  await assert.rejects(world.until(client.connect(SERVER)), { code: "ECONNREFUSED" });
  const [change] = changesOf(client);
  assert.equal(change?.sac_state, SCTP_CANT_STR_ASSOC);
  // RFC 9260 §3.3.7: an ABORT without causes.
  assert.deepEqual([...(change?.sac_info ?? [])], [6, 0, 0, 4]);
});
