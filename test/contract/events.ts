import assert from "node:assert/strict";
import {
  IPPROTO_SCTP,
  SCTP_ABORT,
  SCTP_ADAPTATION_INDICATION,
  SCTP_ADAPTATION_LAYER,
  SCTP_ADDR_CONFIRMED,
  SCTP_ASSOC_CHANGE,
  SCTP_ASSOC_SUPPORTS_ASCONF,
  SCTP_ASSOC_SUPPORTS_AUTH,
  SCTP_ASSOC_SUPPORTS_PR,
  SCTP_CANT_STR_ASSOC,
  SCTP_COMM_LOST,
  SCTP_COMM_UP,
  SCTP_DATA_NOT_FRAG,
  SCTP_DATA_SENT,
  SCTP_DATA_UNSENT,
  SCTP_INITMSG,
  SCTP_PEER_ADDR_CHANGE,
  SCTP_PR_SUPPORTED,
  SCTP_SACK_IMMEDIATELY,
  SCTP_SEND_FAILED_EVENT,
  SCTP_SENDER_DRY_EVENT,
  SCTP_SHUTDOWN_COMP,
  SCTP_SHUTDOWN_EVENT,
  SCTP_UNORDERED,
  SHUT_WR,
  SO_LINGER,
  SO_RCVBUF,
  SOCK_SEQPACKET,
  SOL_SOCKET,
} from "../../src/index.js";
import { bytesOf, type Contract, drain, pattern, subscribe } from "./world.js";

/** Notifications and all of their fields. */
export function events(contract: Contract): void {
  contract("RFC 6458 §6.1: none comes that nobody has subscribed to", async (world) => {
    const { client, server } = await world.connect();
    await world.until(client.send(bytesOf("x")));
    await world.until(client.close());
    const messages = drain(server);
    assert.equal(messages.length, 1);
    assert.equal(messages[0]?.notification, undefined);
  });

  contract("RFC 6458 §6.1.1: SCTP_ASSOC_CHANGE from COMM_UP to SHUTDOWN_COMP", async (world) => {
    const { client, server } = await world.connect({
      prepare: (socket) => subscribe(socket, SCTP_ASSOC_CHANGE),
      prepareClient: (socket) => {
        subscribe(socket, SCTP_ASSOC_CHANGE);
        socket.setsockopt(IPPROTO_SCTP, SCTP_INITMSG, { sinit_num_ostreams: 4, sinit_max_instreams: 6 });
      },
    });
    const ofClient = await world.event(client, SCTP_ASSOC_CHANGE);
    const { sac_assoc_id, sac_info, ...up } = ofClient;
    assert.deepEqual(up, {
      sn_type: SCTP_ASSOC_CHANGE,
      sac_flags: 0,
      sac_state: SCTP_COMM_UP,
      sac_error: 0,
      sac_outbound_streams: 4,
      sac_inbound_streams: 6,
    });
    assert.ok(sac_assoc_id >= 3 && sac_info instanceof Uint8Array);
    const ofServer = await world.event(server, SCTP_ASSOC_CHANGE);
    assert.deepEqual([ofServer.sac_outbound_streams, ofServer.sac_inbound_streams], [6, 4]);
    client.shutdown(SHUT_WR);
    for (const [socket, id] of [
      [client, sac_assoc_id],
      [server, ofServer.sac_assoc_id],
    ] as const) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const end = await world.event(socket, SCTP_ASSOC_CHANGE);
      assert.deepEqual([end.sac_state, end.sac_error, end.sac_assoc_id], [SCTP_SHUTDOWN_COMP, 0, id]);
      // oxlint-disable-next-line no-await-in-loop
      assert.equal((await world.until(socket.recv())).length, 0, "behind it is the end");
    }
  });

  contract("RFC 6458 §6.1.1: sac_info tells of the features that both sides have", async (world) => {
    for (const assoc_value of [1, 0]) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const { client, server } = await world.connect({
        prepare: (socket) => subscribe(socket, SCTP_ASSOC_CHANGE),
        prepareClient: (socket) => {
          subscribe(socket, SCTP_ASSOC_CHANGE);
          socket.setsockopt(IPPROTO_SCTP, SCTP_PR_SUPPORTED, { assoc_value });
        },
      });
      for (const socket of [client, server]) {
        // oxlint-disable-next-line no-await-in-loop
        const { sac_state, sac_info } = await world.event(socket, SCTP_ASSOC_CHANGE);
        assert.equal(sac_state, SCTP_COMM_UP);
        assert.equal(sac_info.includes(SCTP_ASSOC_SUPPORTS_PR), assoc_value === 1);
        const known = [SCTP_ASSOC_SUPPORTS_PR, SCTP_ASSOC_SUPPORTS_AUTH, SCTP_ASSOC_SUPPORTS_ASCONF];
        assert.ok(sac_info.every((feature) => known.some((other) => other === feature)));
        // RFC 5061 §4.2.7: who can change addresses can authenticate.
        assert.ok(
          !sac_info.includes(SCTP_ASSOC_SUPPORTS_ASCONF) || sac_info.includes(SCTP_ASSOC_SUPPORTS_AUTH),
        );
      }
    }
  });

  contract("RFC 6458 §6.1.1: CANT_STR_ASSOC, and on one-to-many the messages come back", async (world) => {
    const bound = world.oneToMany(world.server);
    bound.bind({ address: world.server.address, port: 0 });
    const client = world.oneToMany();
    subscribe(client, SCTP_ASSOC_CHANGE, SCTP_SEND_FAILED_EVENT);
    const to = bound.getsockname();
    const info = { snd_sid: 2, snd_ppid: 5, snd_context: 99, snd_flags: SCTP_UNORDERED };
    const { assoc_id } = await world.until(client.sctp_sendv(bytesOf("in vain"), { to, info }));
    await world.quiet();
    const [change, failed, ...more] = drain(client).map(({ notification }) => notification);
    assert.deepEqual(more, []);
    assert.ok(change?.sn_type === SCTP_ASSOC_CHANGE && failed?.sn_type === SCTP_SEND_FAILED_EVENT);
    assert.deepEqual([change.sac_state, change.sac_assoc_id], [SCTP_CANT_STR_ASSOC, assoc_id]);
    assert.equal(failed.ssfe_flags, SCTP_DATA_UNSENT);
    assert.equal(failed.ssfe_assoc_id, assoc_id);
    const { snd_flags, ...rest } = failed.ssfe_info;
    assert.deepEqual(rest, { snd_sid: 2, snd_ppid: 5, snd_context: 99, snd_assoc_id: assoc_id });
    // RFC 6458 §6.1.11: they say only how much of the message this is; SCTP_UNORDERED is one of the bits.
    assert.equal(snd_flags, SCTP_DATA_NOT_FRAG);
    assert.deepEqual(failed.ssfe_data, bytesOf("in vain"));
  });

  contract("RFC 6458 §6.1.1: COMM_LOST carries the peer's ABORT", async (world) => {
    const { client, server, clientId, serverId } = await world.connectMany({
      prepare: (socket) => subscribe(socket, SCTP_ASSOC_CHANGE),
      prepareClient: (socket) => subscribe(socket, SCTP_ASSOC_CHANGE),
    });
    const info = { snd_assoc_id: serverId, snd_flags: SCTP_ABORT };
    await world.until(server.sctp_sendv(bytesOf("go away"), { info }));
    const lost = await world.event(client, SCTP_ASSOC_CHANGE);
    assert.deepEqual([lost.sac_state, lost.sac_error, lost.sac_assoc_id], [SCTP_COMM_LOST, 12, clientId]);
    assert.equal(lost.sac_info[0], 6, "an ABORT chunk");
    const own = await world.event(server, SCTP_ASSOC_CHANGE);
    assert.deepEqual([own.sac_state, own.sac_assoc_id], [SCTP_COMM_LOST, serverId]);
  });

  contract("RFC 6458 §6.1.11: one event for each message that was lost, sent or not", async (world) => {
    const { client, server } = await world.connect({
      prepare: (socket) => socket.setsockopt(SOL_SOCKET, SO_RCVBUF, 4096),
      prepareClient: (socket) => subscribe(socket, SCTP_SEND_FAILED_EVENT, SCTP_ASSOC_CHANGE),
    });
    for (let context = 0; context < 30; context += 1) {
      const snd_flags = context % 2 === 0 ? 0 : SCTP_UNORDERED | SCTP_SACK_IMMEDIATELY;
      const info = { snd_context: context, snd_flags };
      client.nonblocking.sctp_sendv(pattern(1000, context), { info });
    }
    await world.quiet();
    server.setsockopt(SOL_SOCKET, SO_LINGER, { l_onoff: 1, l_linger: 0 });
    await world.until(server.close());
    await world.quiet();
    const notifications = drainUntilReset(client);
    const failed = notifications.filter((each) => each.sn_type === SCTP_SEND_FAILED_EVENT);
    const contexts = failed.map(({ ssfe_info }) => ssfe_info.snd_context);
    assert.equal(new Set(contexts).size, contexts.length, "one for each");
    assert.ok(contexts.length > 15 && contexts.includes(29));
    for (const event of failed) {
      assert.deepEqual(event.ssfe_data, pattern(1000, event.ssfe_info.snd_context));
      assert.equal(event.ssfe_info.snd_flags, SCTP_DATA_NOT_FRAG);
      assert.ok(event.ssfe_flags === SCTP_DATA_SENT || event.ssfe_flags === SCTP_DATA_UNSENT);
    }
    assert.equal(failed.at(-1)?.ssfe_flags, SCTP_DATA_UNSENT, "the window has kept it here");
  });

  contract("RFC 6458 §4.1.8: a message to an address that is not the peer's fails", async (world) => {
    const { client, server } = await world.connect({
      prepareClient: (socket) => subscribe(socket, SCTP_SEND_FAILED_EVENT),
    });
    const elsewhere = { address: "192.0.2.1", port: 9 };
    const info = { snd_context: 4, snd_flags: SCTP_SACK_IMMEDIATELY };
    await world.until(client.sctp_sendv(bytesOf("astray"), { to: elsewhere, info }));
    const failed = await world.event(client, SCTP_SEND_FAILED_EVENT);
    assert.deepEqual([failed.ssfe_flags, failed.ssfe_info.snd_context], [SCTP_DATA_UNSENT, 4]);
    assert.equal(failed.ssfe_info.snd_flags, SCTP_DATA_NOT_FRAG);
    assert.deepEqual(failed.ssfe_data, bytesOf("astray"));
    await world.quiet();
    assert.deepEqual(drain(server), []);
  });

  contract("RFC 6458 §6.1.5: SCTP_SHUTDOWN_EVENT when the peer takes no more", async (world) => {
    const { client, server, clientId } = await world.connectMany({
      prepareClient: (socket) => subscribe(socket, SCTP_SHUTDOWN_EVENT),
    });
    const closed = server.close();
    const event = await world.event(client, SCTP_SHUTDOWN_EVENT);
    assert.deepEqual(event, { sn_type: SCTP_SHUTDOWN_EVENT, sse_flags: 0, sse_assoc_id: clientId });
    await world.until(closed);
  });

  contract("RFC 6458 §6.1.6, §8.1.10: the adaptation layer indications of both sides", async (world) => {
    const { client, server } = await world.connect({
      prepare: (socket) => {
        socket.setsockopt(IPPROTO_SCTP, SCTP_ADAPTATION_LAYER, { ssb_adaptation_ind: 0x01020304 });
        subscribe(socket, SCTP_ADAPTATION_INDICATION);
      },
      prepareClient: (socket) => {
        socket.setsockopt(IPPROTO_SCTP, SCTP_ADAPTATION_LAYER, { ssb_adaptation_ind: 0xffffffff });
        subscribe(socket, SCTP_ADAPTATION_INDICATION);
      },
    });
    const { sai_assoc_id, ...ofServer } = await world.event(server, SCTP_ADAPTATION_INDICATION);
    assert.ok(sai_assoc_id >= 3);
    assert.deepEqual(ofServer, {
      sn_type: SCTP_ADAPTATION_INDICATION,
      sai_flags: 0,
      sai_adaptation_ind: 0xffffffff,
    });
    const ofClient = await world.event(client, SCTP_ADAPTATION_INDICATION);
    assert.equal(ofClient.sai_adaptation_ind, 0x01020304);
    const without = await world.connect({
      prepare: (socket) => subscribe(socket, SCTP_ADAPTATION_INDICATION),
    });
    await world.quiet();
    assert.deepEqual(drain(without.server), [], "a peer without an indication has none");
  });

  contract("RFC 6458 §6.1.2: SCTP_PEER_ADDR_CHANGE when an address is confirmed", async (world) => {
    const { socket: server, to } = world.listen({ type: SOCK_SEQPACKET });
    const client = world.oneToMany();
    subscribe(client, SCTP_PEER_ADDR_CHANGE);
    const { assoc_id } = await world.until(client.sctp_sendv(bytesOf("x"), { to }));
    await world.message(server);
    await world.quiet();
    for (const { notification } of drain(client)) {
      assert.ok(notification?.sn_type === SCTP_PEER_ADDR_CHANGE);
      assert.deepEqual(notification, {
        sn_type: SCTP_PEER_ADDR_CHANGE,
        spc_flags: 0,
        spc_aaddr: to,
        spc_state: SCTP_ADDR_CONFIRMED,
        spc_error: 0,
        spc_assoc_id: assoc_id,
      });
    }
  });

  contract("RFC 6458 §6.1.9: SCTP_SENDER_DRY_EVENT when everything is acknowledged", async (world) => {
    const { client, server } = await world.connect({
      prepare: (socket) => socket.setsockopt(SOL_SOCKET, SO_RCVBUF, 4096),
    });
    subscribe(client, SCTP_SENDER_DRY_EVENT);
    const [dry, ...more] = drain(client).map(({ notification }) => notification);
    assert.ok(dry?.sn_type === SCTP_SENDER_DRY_EVENT, "it is dry already, and that is told at once");
    assert.deepEqual([dry.sender_dry_flags, more.length], [0, 0]);
    assert.ok(dry.sender_dry_assoc_id >= 3);
    for (let seed = 0; seed < 12; seed += 1) client.nonblocking.send(pattern(1000, seed));
    await world.quiet();
    // The first may have been acknowledged before the second was sent.
    drain(client);
    subscribe(client, SCTP_SENDER_DRY_EVENT);
    await world.quiet();
    assert.deepEqual(drain(client), [], "the peer does not read, so that it is not dry");
    for (let seed = 0; seed < 12; seed += 1) {
      // oxlint-disable-next-line no-await-in-loop -- in their order
      await world.message(server);
    }
    assert.equal(
      (await world.event(client, SCTP_SENDER_DRY_EVENT)).sender_dry_assoc_id,
      dry.sender_dry_assoc_id,
    );
  });
}

function drainUntilReset(socket: Parameters<typeof drain>[0]) {
  const notifications = [];
  for (;;) {
    try {
      const { notification, flags } = socket.nonblocking.sctp_recvv();
      if (flags === 0) return notifications;
      if (notification !== undefined) notifications.push(notification);
    } catch (error) {
      const { code } = error as { code?: string };
      if (code === "EAGAIN") return notifications;
      assert.equal(code, "ECONNRESET");
    }
  }
}
