import assert from "node:assert/strict";
import { test } from "node:test";
import {
  IPPROTO_SCTP,
  SCTP_AUTH_NO_AUTH,
  SCTP_AUTHENTICATION_EVENT,
  SCTP_DATA_NOT_FRAG,
  SCTP_DATA_UNSENT,
  SCTP_EVENT,
  SCTP_FUTURE_ASSOC,
  SCTP_SEND_FAILED_EVENT,
  SCTP_UNORDERED,
  SO_LINGER,
  SO_RCVBUF,
  SOL_SOCKET,
} from "../../src/sockets/constants.js";
import type { SctpSocket } from "../../src/sockets/sctp-socket.js";
import { bytesOf, drain, oneToMany, oneToOne, World } from "./world.js";

const SERVER = { address: "10.0.0.2", port: 5000 };

function subscribe(socket: SctpSocket, se_type: number): void {
  socket.setsockopt(IPPROTO_SCTP, SCTP_EVENT, { se_assoc_id: SCTP_FUTURE_ASSOC, se_type, se_on: 1 });
}

test("RFC 6458 §6.1.8: SCTP_AUTH_NO_AUTH on both sides when one of them cannot authenticate", async () => {
  const world = new World();
  const server = oneToMany(world.provider(SERVER.address, { config: { authentication: false } }));
  const client = oneToOne(world.provider("10.0.0.1"));
  for (const socket of [server, client]) subscribe(socket, SCTP_AUTHENTICATION_EVENT);
  server.bind(SERVER);
  server.listen();
  await world.until(client.connect(SERVER));
  for (const socket of [server, client]) {
    const [{ notification } = {}, ...more] = drain(socket);
    assert.deepEqual(more, []);
    assert.ok(notification?.sn_type === SCTP_AUTHENTICATION_EVENT);
    assert.deepEqual([notification.auth_indication, notification.auth_keynumber], [SCTP_AUTH_NO_AUTH, 0]);
    assert.ok(notification.auth_assoc_id >= 3);
  }
});

test("RFC 6458 §6.1.11: SCTP_DATA_NOT_FRAG with a message that comes back whole, however long it is", async () => {
  const world = new World();
  const listener = oneToOne(world.provider(SERVER.address));
  listener.setsockopt(SOL_SOCKET, SO_RCVBUF, 4096);
  listener.bind(SERVER);
  listener.listen();
  const client = oneToOne(world.provider("10.0.0.1"));
  subscribe(client, SCTP_SEND_FAILED_EVENT);
  const accepting = listener.accept();
  await world.until(client.connect(SERVER));
  const { socket: server } = await world.until(accepting);
  const long = new Uint8Array(20_000).fill(7);
  const info = { snd_sid: 1, snd_flags: SCTP_UNORDERED, snd_ppid: 2, snd_context: 3 };
  for (const data of [bytesOf("fills the window"), long, long]) client.nonblocking.sctp_sendv(data, { info });
  await world.clock.advanceBy(50);
  server.setsockopt(SOL_SOCKET, SO_LINGER, { l_onoff: 1, l_linger: 0 });
  await world.until(server.close());
  await world.clock.advanceBy(50);
  const failed = [];
  for (let rest = true; rest; ) {
    try {
      const { notification } = client.nonblocking.sctp_recvv();
      if (notification?.sn_type === SCTP_SEND_FAILED_EVENT) failed.push(notification);
    } catch (error) {
      rest = false;
      assert.equal((error as NodeJS.ErrnoException).code, "ECONNRESET");
    }
  }
  const last = failed.at(-1);
  assert.ok(last !== undefined);
  assert.equal(last.ssfe_flags, SCTP_DATA_UNSENT);
  const { snd_assoc_id, ...rest } = last.ssfe_info;
  assert.deepEqual(rest, { ...info, snd_flags: SCTP_DATA_NOT_FRAG | SCTP_UNORDERED });
  assert.equal(snd_assoc_id, last.ssfe_assoc_id);
  assert.deepEqual(last.ssfe_data, long);
});
