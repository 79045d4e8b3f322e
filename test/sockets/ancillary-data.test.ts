import assert from "node:assert/strict";
import { test } from "node:test";
import {
  IPPROTO_SCTP,
  MSG_EOR,
  SCTP_AUTHINFO,
  SCTP_DSTADDRV4,
  SCTP_DSTADDRV6,
  SCTP_INIT,
  SCTP_NXTINFO,
  SCTP_PR_SCTP_RTX,
  SCTP_PRINFO,
  SCTP_RCVINFO,
  SCTP_RECVV_NOINFO,
  SCTP_RECVV_NXTINFO,
  SCTP_RECVV_RCVINFO,
  SCTP_RECVV_RN,
  SCTP_SNDINFO,
  SCTP_UNORDERED,
  SOCK_SEQPACKET,
  AF_INET6,
} from "../../src/sockets/constants.js";
import { controlOf } from "../../src/sockets/ancillary-data.js";
import type { ReceivedMessage } from "../../src/sockets/types.js";
import { PEER } from "./fake-provider.js";
import { bytes, openOneToMany, openOneToOne, openSocket } from "./fake-sockets.js";

const RCVINFO = {
  rcv_sid: 1,
  rcv_ssn: 2,
  rcv_flags: 0,
  rcv_ppid: 3,
  rcv_tsn: 4,
  rcv_cumtsn: 5,
  rcv_context: 6,
  rcv_assoc_id: 7,
};
const NXTINFO = { nxt_sid: 1, nxt_flags: 0, nxt_ppid: 2, nxt_length: 3, nxt_assoc_id: 7 };

test("RFC 6458 §3.1.4, §5.3: sendmsg says with ancillary data what goes with the message", async () => {
  const { socket, fake } = openOneToMany();
  const control = [
    { cmsg_type: SCTP_PRINFO, cmsg_data: { pr_policy: SCTP_PR_SCTP_RTX, pr_value: 3 } },
    {
      cmsg_level: IPPROTO_SCTP,
      cmsg_type: SCTP_SNDINFO,
      cmsg_data: { snd_sid: 5, snd_flags: SCTP_UNORDERED },
    },
    { cmsg_type: SCTP_AUTHINFO, cmsg_data: { auth_keynumber: 9 } },
    { cmsg_type: SCTP_INIT, cmsg_data: { sinit_num_ostreams: 20 } },
  ] as const;
  const message = { msg_name: PEER, msg_iov: [bytes("ab"), bytes("c")], msg_control: control };
  assert.equal(await socket.sendmsg(message), 3);
  assert.equal(socket.nonblocking.sendmsg(message, { flags: 0 }), 3);
  for (const { text, request } of fake.sent) {
    assert.equal(text, "abc");
    assert.deepEqual(request.to, [PEER]);
    const { sndinfo, prinfo, authinfo, initmsg } = request;
    assert.deepEqual(
      { sndinfo, prinfo, authinfo, initmsg },
      {
        sndinfo: { snd_sid: 5, snd_flags: SCTP_UNORDERED, snd_ppid: 0, snd_context: 0, snd_assoc_id: 0 },
        prinfo: { pr_policy: SCTP_PR_SCTP_RTX, pr_value: 3 },
        authinfo: { auth_keynumber: 9 },
        initmsg: {
          sinit_num_ostreams: 20,
          sinit_max_instreams: 0,
          sinit_max_attempts: 0,
          sinit_max_init_timeo: 0,
        },
      },
    );
  }
  assert.equal(fake.sent.length, 2);
});

test("RFC 6458 §5.3.9, §5.3.10: further addresses have the port of msg_name", async () => {
  const { socket, fake } = openSocket(SOCK_SEQPACKET, AF_INET6);
  const control = [
    { cmsg_type: SCTP_DSTADDRV4, cmsg_data: "192.0.2.7" },
    { cmsg_type: SCTP_DSTADDRV6, cmsg_data: "2001:db8::7" },
    { cmsg_type: SCTP_DSTADDRV4, cmsg_data: "192.0.2.8" },
  ] as const;
  await socket.sendmsg({ msg_name: PEER, msg_iov: bytes("a"), msg_control: control });
  assert.deepEqual(fake.sent[0]?.request.to, [
    PEER,
    { address: "192.0.2.7", port: PEER.port, family: "IPv4" },
    { address: "2001:db8::7", port: PEER.port, family: "IPv6" },
    { address: "192.0.2.8", port: PEER.port, family: "IPv4" },
  ]);
});

test("RFC 6458 §5.2.1: what ancillary data may not be, and the message names the item and the rule", async () => {
  const { socket, fake } = openOneToMany();
  const sndinfo = { cmsg_type: SCTP_SNDINFO, cmsg_data: {} };
  const wrong: readonly [unknown, string][] = [
    [5, "message must be an object, and is 5"],
    [{ msg_iov: "text" }, "message.msg_iov must be a Uint8Array"],
    [{ msg_control: {} }, "message.msg_control must be an array, and is an instance of Object"],
    [{ msg_control: [null] }, "message.msg_control[0] must be an object, and is null"],
    [
      { msg_control: [{ cmsg_type: SCTP_RCVINFO, cmsg_data: {} }] },
      "message.msg_control[0].cmsg_type must be",
    ],
    [
      { msg_control: [{ ...sndinfo, cmsg_level: 41 }] },
      "message.msg_control[0].cmsg_level must be IPPROTO_SCTP",
    ],
    [{ msg_control: [sndinfo, sndinfo] }, "message.msg_control[1] must be the only one of its type"],
    [{ msg_control: [{ cmsg_type: SCTP_SNDINFO }] }, "message.msg_control[0].cmsg_data must be an object"],
    [
      { msg_control: [{ ...sndinfo, cmsg_data: { snd_sid: 65_536 } }] },
      "message.msg_control[0].cmsg_data.snd_sid must be an integer from 0 to 65535",
    ],
    [
      { msg_control: [{ ...sndinfo, cmsg_data: { pr_policy: 0 } }] },
      "message.msg_control[0].cmsg_data must be a sctp_sndinfo, whose fields are",
    ],
    [
      { msg_control: [{ cmsg_type: SCTP_INIT, cmsg_data: { sinit_num_ostreams: -1 } }] },
      "message.msg_control[0].cmsg_data.sinit_num_ostreams must be an integer from 0 to 65535",
    ],
    [{ msg_control: [{ cmsg_type: SCTP_INIT }] }, "message.msg_control[0].cmsg_data must be an object"],
    [
      { msg_name: undefined, msg_control: [{ cmsg_type: SCTP_DSTADDRV4, cmsg_data: "192.0.2.7" }] },
      "message.msg_name must be an address",
    ],
    [
      { msg_control: [{ cmsg_type: SCTP_DSTADDRV4, cmsg_data: 7 }] },
      "message.msg_control[0].cmsg_data must be a string, and is 7",
    ],
    [{ msg_name: { ...PEER, port: 0 } }, "message.msg_name.port must be an integer from 1 to 65535"],
  ];
  for (const [change, text] of wrong) {
    const message = typeof change === "object" ? { msg_name: PEER, msg_iov: bytes("a"), ...change } : change;
    const isRight = (error: Error & { code?: string }): boolean => {
      assert.match(error.code ?? "", /^ERR_SCTP_/);
      assert.ok(error.message.startsWith(text), error.message);
      return true;
    };
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    await assert.rejects(socket.sendmsg(message as never), isRight);
    assert.throws(() => socket.nonblocking.sendmsg(message as never), isRight);
  }
  assert.equal(fake.sent.length, 0);
});

test("RFC 6458 §5.3.5, §5.3.6: recvmsg tells with ancillary data what a message was received with", async () => {
  const received = { data: bytes("x"), address: PEER, flags: MSG_EOR };
  const rcvinfo = { cmsg_level: IPPROTO_SCTP, cmsg_type: SCTP_RCVINFO, cmsg_data: RCVINFO };
  const nxtinfo = { cmsg_level: IPPROTO_SCTP, cmsg_type: SCTP_NXTINFO, cmsg_data: NXTINFO };
  const both = { recvv_rcvinfo: RCVINFO, recvv_nxtinfo: NXTINFO };
  const cases: readonly [ReceivedMessage, unknown[]][] = [
    [{ ...received, infotype: SCTP_RECVV_NOINFO, info: undefined }, []],
    [{ ...received, infotype: SCTP_RECVV_RCVINFO, info: RCVINFO }, [rcvinfo]],
    [{ ...received, infotype: SCTP_RECVV_NXTINFO, info: NXTINFO }, [nxtinfo]],
    [{ ...received, infotype: SCTP_RECVV_RN, info: both }, [rcvinfo, nxtinfo]],
  ];
  for (const [message, control] of cases) {
    assert.deepEqual(controlOf(message), control);
    const { socket, fake } = openOneToOne();
    fake.deliver(message);
    fake.deliver(message);
    const expected = { msg_name: PEER, msg_iov: message.data, msg_control: control, msg_flags: MSG_EOR };
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    assert.deepEqual(await socket.recvmsg(), expected);
    assert.deepEqual(socket.nonblocking.recvmsg(), expected);
    assert.throws(() => socket.nonblocking.recvmsg(), { code: "EAGAIN", syscall: "recvmsg" });
  }
});
