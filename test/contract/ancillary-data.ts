import assert from "node:assert/strict";
import {
  AF_INET6,
  IPPROTO_SCTP,
  MSG_DONTWAIT,
  MSG_EOR,
  MSG_NOTIFICATION,
  MSG_PEEK,
  type OutgoingCmsghdr,
  SCTP_ABORT,
  SCTP_ADDR_OVER,
  SCTP_ASSOC_CHANGE,
  SCTP_BINDX_ADD_ADDR,
  SCTP_COMM_UP,
  SCTP_COMPLETE,
  SCTP_DSTADDRV4,
  SCTP_DSTADDRV6,
  SCTP_EOF,
  SCTP_INIT,
  SCTP_INITMSG,
  SCTP_NXTINFO,
  SCTP_PR_SCTP_NONE,
  SCTP_PRINFO,
  SCTP_RCVINFO,
  SCTP_RECVNXTINFO,
  SCTP_RECVRCVINFO,
  SCTP_SACK_IMMEDIATELY,
  SCTP_SHUTDOWN_COMP,
  SCTP_SNDINFO,
  SCTP_UNORDERED,
  type sctp_sndinfo,
  SOCK_SEQPACKET,
} from "../../src/index.js";
import { bytesOf, type Contract, subscribe, textOf } from "./world.js";

/** What goes with a message in most of the cases. */
function sndinfo(cmsg_data: Partial<sctp_sndinfo>): OutgoingCmsghdr {
  return { cmsg_type: SCTP_SNDINFO, cmsg_data };
}

/** `sendmsg` and `recvmsg` with their ancillary data. */
export function ancillaryData(contract: Contract): void {
  contract("RFC 6458 §5.3: SCTP_SNDINFO becomes SCTP_RCVINFO, gathered pieces one message", async (world) => {
    const { client, server } = await world.connect({
      prepare: (socket) => socket.setsockopt(IPPROTO_SCTP, SCTP_RECVRCVINFO, 1),
    });
    const msg_iov = [bytesOf("one "), bytesOf("message")];
    const msg_control = [
      sndinfo({ snd_sid: 5, snd_flags: SCTP_UNORDERED | SCTP_SACK_IMMEDIATELY, snd_ppid: 0x01020304 }),
      { cmsg_type: SCTP_PRINFO, cmsg_data: { pr_policy: SCTP_PR_SCTP_NONE } },
    ] as const;
    assert.equal(await world.until(client.sendmsg({ msg_iov, msg_control })), 11);
    const received = await world.until(server.recvmsg());
    assert.equal(textOf(received.msg_iov), "one message");
    assert.equal(received.msg_flags, MSG_EOR);
    assert.deepEqual(received.msg_name, server.getpeername());
    assert.equal(received.notification, undefined);
    const [item] = received.msg_control;
    assert.ok(item?.cmsg_type === SCTP_RCVINFO && received.msg_control.length === 1);
    assert.equal(item.cmsg_level, IPPROTO_SCTP);
    const { rcv_sid, rcv_flags, rcv_ppid, rcv_assoc_id } = item.cmsg_data;
    assert.deepEqual([rcv_sid, rcv_flags, rcv_ppid], [5, SCTP_UNORDERED, 0x01020304]);
    assert.ok(rcv_assoc_id >= 3);
  });

  contract(
    "RFC 6458 §5.2.1, §5.3.6: SCTP_NXTINFO comes with what tells of the message itself",
    async (world) => {
      const { client, server } = await world.connect();
      client.nonblocking.sendmsg({ msg_iov: bytesOf("first") });
      client.nonblocking.sendmsg({ msg_iov: bytesOf("second"), msg_control: [sndinfo({ snd_ppid: 7 })] });
      await world.quiet();
      assert.deepEqual(
        (await world.until(server.recvmsg({ flags: MSG_PEEK }))).msg_control,
        [],
        "not asked for",
      );
      server.setsockopt(IPPROTO_SCTP, SCTP_RECVNXTINFO, 1);
      const peeked = server.nonblocking.recvmsg({ flags: MSG_PEEK });
      assert.deepEqual(
        peeked.msg_control.map(({ cmsg_type }) => cmsg_type),
        [SCTP_NXTINFO],
      );
      server.setsockopt(IPPROTO_SCTP, SCTP_RECVRCVINFO, 1);
      const { msg_control } = server.nonblocking.recvmsg();
      assert.deepEqual(
        msg_control.map(({ cmsg_type }) => cmsg_type),
        [SCTP_RCVINFO, SCTP_NXTINFO],
      );
      const next = msg_control.find((item) => item.cmsg_type === SCTP_NXTINFO);
      assert.ok(next?.cmsg_type === SCTP_NXTINFO);
      const { nxt_ppid, nxt_length, nxt_flags } = next.cmsg_data;
      assert.deepEqual([nxt_ppid, nxt_length, nxt_flags], [7, 6, SCTP_COMPLETE]);
      const last = await world.until(server.recvmsg());
      assert.deepEqual(
        last.msg_control.map(({ cmsg_type }) => cmsg_type),
        [SCTP_RCVINFO],
      );
      assert.throws(() => server.nonblocking.recvmsg(), { code: "EAGAIN", syscall: "recvmsg" });
      await assert.rejects(server.recvmsg({ flags: MSG_DONTWAIT }), { code: "EAGAIN" });
    },
  );

  contract(
    "RFC 6458 §5.1: recvmsg tells a notification by MSG_NOTIFICATION, without a name",
    async (world) => {
      const { server } = await world.connect({ prepare: (socket) => subscribe(socket, SCTP_ASSOC_CHANGE) });
      const { msg_name, msg_flags, msg_control, notification } = await world.until(server.recvmsg());
      assert.equal(msg_name, undefined);
      assert.equal(msg_flags, MSG_NOTIFICATION | MSG_EOR);
      assert.deepEqual(msg_control, []);
      assert.ok(notification?.sn_type === SCTP_ASSOC_CHANGE);
    },
  );

  contract(
    "RFC 6458 §5.3.1, §7.5: SCTP_INIT counts for the association that the message sets up, and no other",
    async (world) => {
      const listen = () => world.listen({ type: SOCK_SEQPACKET });
      const { socket: server, to } = listen();
      const client = world.oneToMany();
      subscribe(client, SCTP_ASSOC_CHANGE);
      const defaults = client.getsockopt(IPPROTO_SCTP, SCTP_INITMSG);
      const cmsg_data = { sinit_num_ostreams: 23, sinit_max_instreams: 4 };
      const msg_control = [{ cmsg_type: SCTP_INIT, cmsg_data }, sndinfo({ snd_sid: 22 })] as const;
      await world.until(client.sendmsg({ msg_name: to, msg_iov: bytesOf("x"), msg_control }));
      const first = await world.event(client, SCTP_ASSOC_CHANGE);
      assert.equal(first.sac_state, SCTP_COMM_UP);
      assert.deepEqual([first.sac_outbound_streams, first.sac_inbound_streams], [23, 4]);
      assert.equal(await world.text(server), "x");
      assert.deepEqual(client.getsockopt(IPPROTO_SCTP, SCTP_INITMSG), defaults);
      // Where the association is there already, there is nothing to set up.
      await world.until(client.sendmsg({ msg_name: to, msg_iov: bytesOf("y"), msg_control }));
      assert.equal(await world.text(server), "y");
      const another = listen();
      await world.until(client.sendmsg({ msg_name: another.to, msg_iov: bytesOf("z") }));
      const second = await world.event(client, SCTP_ASSOC_CHANGE);
      assert.equal(second.sac_outbound_streams, defaults.sinit_num_ostreams);
    },
  );

  contract(
    "RFC 6458 §3.1.4: sendmsg without data sets an association up, and SCTP_EOF ends it",
    async (world) => {
      const { to } = world.listen({ type: SOCK_SEQPACKET });
      const client = world.oneToMany();
      subscribe(client, SCTP_ASSOC_CHANGE);
      const nothing = new Uint8Array(0);
      const msg_control = [{ cmsg_type: SCTP_INIT, cmsg_data: { sinit_num_ostreams: 2 } }] as const;
      assert.equal(await world.until(client.sendmsg({ msg_name: to, msg_iov: nothing, msg_control })), 0);
      const { sac_outbound_streams, sac_assoc_id } = await world.event(client, SCTP_ASSOC_CHANGE);
      assert.equal(sac_outbound_streams, 2);
      const eof = [sndinfo({ snd_assoc_id: sac_assoc_id, snd_flags: SCTP_EOF })];
      await world.until(client.sendmsg({ msg_iov: nothing, msg_control: eof }));
      const end = await world.event(client, SCTP_ASSOC_CHANGE);
      assert.deepEqual([end.sac_state, end.sac_assoc_id], [SCTP_SHUTDOWN_COMP, sac_assoc_id]);
    },
  );

  contract(
    "RFC 6458 §5.3.9, §5.3.10: SCTP_DSTADDRV4 and SCTP_DSTADDRV6 are further addresses to set up with",
    async (world) => {
      const { address, address6 } = world.server;
      if (address6 === undefined) return;
      const server = world.socket(world.server, SOCK_SEQPACKET, AF_INET6);
      const both = [address6, address].map((text) => ({ address: text, port: 0 }));
      server.sctp_bindx(both, SCTP_BINDX_ADD_ADDR);
      server.listen();
      const { port } = server.getsockname();
      const orders = [
        [
          { address: address6, port },
          { cmsg_type: SCTP_DSTADDRV4, cmsg_data: address },
        ],
        [
          { address, port },
          { cmsg_type: SCTP_DSTADDRV6, cmsg_data: address6 },
        ],
      ] as const;
      for (const [msg_name, further] of orders) {
        const client = world.socket(world.anotherClient(), SOCK_SEQPACKET, AF_INET6);
        subscribe(client, SCTP_ASSOC_CHANGE);
        const message = { msg_name, msg_iov: bytesOf("x"), msg_control: [further] };
        // oxlint-disable-next-line no-await-in-loop -- one after the other
        await world.until(client.sendmsg(message));
        // oxlint-disable-next-line no-await-in-loop
        const { sac_assoc_id } = await world.event(client, SCTP_ASSOC_CHANGE);
        const addresses = client.sctp_getpaddrs(sac_assoc_id).map((peer) => peer.address);
        assert.deepEqual(addresses.toSorted(), [address, address6].toSorted());
        // oxlint-disable-next-line no-await-in-loop
        assert.equal(await world.text(server), "x");
        // oxlint-disable-next-line no-await-in-loop
        await world.until(client.close());
      }
      const client = world.socket(world.client, SOCK_SEQPACKET, AF_INET6);
      const [[, msg_control]] = orders;
      await assert.rejects(client.sendmsg({ msg_iov: bytesOf("x"), msg_control: [msg_control] }), {
        code: "ERR_SCTP_INVALID_ARG_TYPE",
      });
    },
  );

  contract("RFC 6458 §3.1.4, §9.12: what does not go together is EINVAL in sendmsg too", async (world) => {
    const { client, clientId, to } = await world.connectMany();
    const refused = (control: Partial<sctp_sndinfo>, msg_iov: Uint8Array, msg_name?: typeof to): void =>
      assert.throws(
        () => client.nonblocking.sendmsg({ msg_name, msg_iov, msg_control: [sndinfo(control)] }),
        { code: "EINVAL" },
      );
    const nothing = new Uint8Array(0);
    refused({ snd_assoc_id: clientId, snd_flags: SCTP_EOF | SCTP_ABORT }, nothing);
    refused({ snd_assoc_id: clientId, snd_flags: SCTP_ADDR_OVER }, bytesOf("x"));
    refused({ snd_assoc_id: clientId }, nothing);
    refused({ snd_assoc_id: clientId + 1000 }, bytesOf("x"));
    const nobody = { ...to, port: to.port === 1 ? 2 : 1 };
    refused({ snd_flags: SCTP_EOF }, nothing, nobody);
    refused({ snd_flags: SCTP_ABORT }, nothing, nobody);
    await assert.rejects(world.oneToMany().sendmsg({ msg_iov: bytesOf("x") }), { code: "EDESTADDRREQ" });
    await assert.rejects(world.oneToOne().sendmsg({ msg_iov: bytesOf("x") }), { code: "ENOTCONN" });
  });
}
