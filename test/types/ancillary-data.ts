// `cmsg_type` tells what `cmsg_data` is, both ways, and what must not compile: it is enough that this file builds.
// Nothing here runs.
import {
  IPPROTO_SCTP,
  type OutgoingCmsghdr,
  type ReceivedCmsghdr,
  SCTP_AUTHINFO,
  SCTP_DSTADDRV4,
  SCTP_INIT,
  SCTP_PRINFO,
  SCTP_RCVINFO,
  SCTP_SNDINFO,
  type SctpSocket,
  sctp_sndinfo,
} from "../../src/index.js";

/** What goes with a message, and what comes with one. */
export async function compiles(socket: SctpSocket): Promise<number> {
  const msg_control: OutgoingCmsghdr[] = [
    { cmsg_level: IPPROTO_SCTP, cmsg_type: SCTP_INIT, cmsg_data: { sinit_num_ostreams: 5 } },
    { cmsg_type: SCTP_SNDINFO, cmsg_data: sctp_sndinfo({ snd_sid: 1 }) },
    { cmsg_type: SCTP_PRINFO, cmsg_data: { pr_policy: 0 } },
    { cmsg_type: SCTP_AUTHINFO, cmsg_data: { auth_keynumber: 1 } },
    { cmsg_type: SCTP_DSTADDRV4, cmsg_data: "192.0.2.1" },
  ];
  const msg_name = { address: "host.example", port: 9 };
  const sent: number = await socket.sendmsg({ msg_name, msg_iov: new Uint8Array(1), msg_control });
  const received = socket.nonblocking.recvmsg();
  return sent + received.msg_control.map(streamOf).length + (received.notification?.sn_type ?? 0);
}

function streamOf(item: ReceivedCmsghdr): number {
  return item.cmsg_type === SCTP_RCVINFO ? item.cmsg_data.rcv_sid : item.cmsg_data.nxt_sid;
}

/** Data of another type, ancillary data of the other direction, fields that there are not. */
export function doesNotCompile(socket: SctpSocket, item: ReceivedCmsghdr): void {
  // @ts-expect-error It is the data of another type.
  const wrong: OutgoingCmsghdr = { cmsg_type: SCTP_SNDINFO, cmsg_data: { pr_policy: 0 } };
  // @ts-expect-error Nobody sends a SCTP_RCVINFO.
  const received: OutgoingCmsghdr = { cmsg_type: SCTP_RCVINFO, cmsg_data: {} };
  // @ts-expect-error A message has bytes, be they none.
  void socket.sendmsg({ msg_control: [wrong, received] });
  // @ts-expect-error Which information it is has to be asked first.
  void item.cmsg_data.rcv_sid;
  // @ts-expect-error A call that does not wait has no signal to give it up by.
  void socket.nonblocking.sendmsg({ msg_iov: new Uint8Array(1) }, { signal: 5 });
}
