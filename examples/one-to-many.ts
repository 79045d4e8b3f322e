// The server of RFC 6458, Appendix B: one socket for any number of clients; prints what arrives.
//
//   npm run example -- one-to-many [port] [n]   ends with the n-th association; without n, by Ctrl-C
//   npm run example -- one-to-one [port]        in another window

import {
  AF_INET6,
  IPPROTO_SCTP,
  SCTP_ADAPTATION_INDICATION,
  SCTP_ADDR_ADDED,
  SCTP_ADDR_AVAILABLE,
  SCTP_ADDR_CONFIRMED,
  SCTP_ADDR_MADE_PRIM,
  SCTP_ADDR_POTENTIALLY_FAILED,
  SCTP_ADDR_REMOVED,
  SCTP_ADDR_UNREACHABLE,
  SCTP_ASSOC_CHANGE,
  SCTP_AUTOCLOSE,
  SCTP_CANT_STR_ASSOC,
  SCTP_COMM_LOST,
  SCTP_COMM_UP,
  SCTP_EVENT,
  SCTP_FUTURE_ASSOC,
  SCTP_I_WANT_MAPPED_V4_ADDR,
  SCTP_PEER_ADDR_CHANGE,
  SCTP_RECVRCVINFO,
  SCTP_RECVV_RCVINFO,
  SCTP_RESTART,
  SCTP_SHUTDOWN_COMP,
  SCTP_SHUTDOWN_EVENT,
  SCTP_UNORDERED,
  SctpSocket,
  SOCK_SEQPACKET,
  type ReceivedMessage,
  type sctp_assoc_change,
  type sctp_notification,
  type sctp_paddr_change,
} from "sctpkit";

const EVENTS = [SCTP_ASSOC_CHANGE, SCTP_PEER_ADDR_CHANGE, SCTP_SHUTDOWN_EVENT, SCTP_ADAPTATION_INDICATION];
const ENDS: readonly number[] = [SCTP_SHUTDOWN_COMP, SCTP_COMM_LOST];
const AUTOCLOSE_SECONDS = 5;
const port = Number(process.argv[2] ?? 9);
let associationsLeft = Number(process.argv[3] ?? Infinity);

function describeAssociationChange(change: sctp_assoc_change): string {
  const streams = `(streams (in/out)=(${change.sac_inbound_streams}/${change.sac_outbound_streams}))`;
  const states: Record<number, string> = {
    [SCTP_COMM_UP]: `Communication up ${streams}.`,
    [SCTP_COMM_LOST]: `Communication lost (error=${change.sac_error}).`,
    [SCTP_RESTART]: `Communication restarted ${streams}.`,
    [SCTP_SHUTDOWN_COMP]: "Communication completed.",
    [SCTP_CANT_STR_ASSOC]: "Communication couldn't be started.",
  };
  return states[change.sac_state] ?? `Unknown state: ${change.sac_state}.`;
}

function describeAddressChange(change: sctp_paddr_change): string {
  const states: Record<number, string> = {
    [SCTP_ADDR_AVAILABLE]: "is available",
    [SCTP_ADDR_UNREACHABLE]: `is not available (error=${change.spc_error})`,
    [SCTP_ADDR_REMOVED]: "was removed",
    [SCTP_ADDR_ADDED]: "was added",
    [SCTP_ADDR_MADE_PRIM]: "is primary",
    [SCTP_ADDR_CONFIRMED]: "is confirmed",
    [SCTP_ADDR_POTENTIALLY_FAILED]: "is potentially failed",
  };
  return `^^^ Peer Address change: ${change.spc_aaddr.address} ${states[change.spc_state] ?? "has changed"}.`;
}

function describeNotification(notification: sctp_notification): string {
  if (notification.sn_type === SCTP_ASSOC_CHANGE) return describeAssociationChange(notification);
  if (notification.sn_type === SCTP_PEER_ADDR_CHANGE) return describeAddressChange(notification);
  if (notification.sn_type === SCTP_SHUTDOWN_EVENT) return "^^^ Shutdown received.";
  if (notification.sn_type !== SCTP_ADAPTATION_INDICATION)
    return `^^^ Event ${notification.sn_type} received.`;
  const indication = notification.sai_adaptation_ind.toString(16).padStart(8, "0");
  return `^^^ Adaptation indication ${indication} received.`;
}

function describeMessage({ data, address, infotype, info }: ReceivedMessage): string {
  const text = `Message received from ${address?.address}:${address?.port}: len=${data.length}`;
  if (infotype !== SCTP_RECVV_RCVINFO) return `${text}.`;
  const order = info.rcv_flags & SCTP_UNORDERED ? "unordered" : `ssn=${info.rcv_ssn}`;
  return `${text}, sid=${info.rcv_sid}\n, ${order}, tsn=${info.rcv_tsn}, ppid=${info.rcv_ppid}.`;
}

const socket = new SctpSocket(AF_INET6, SOCK_SEQPACKET);
for (const se_type of EVENTS) {
  socket.setsockopt(IPPROTO_SCTP, SCTP_EVENT, { se_assoc_id: SCTP_FUTURE_ASSOC, se_type, se_on: 1 });
}
socket.setsockopt(IPPROTO_SCTP, SCTP_AUTOCLOSE, AUTOCLOSE_SECONDS);
socket.setsockopt(IPPROTO_SCTP, SCTP_RECVRCVINFO, 1);
// An IPv4 peer is shown as ::ffff:a.b.c.d, as C programs on an IPv6 socket see it.
socket.setsockopt(IPPROTO_SCTP, SCTP_I_WANT_MAPPED_V4_ADDR, 1);
socket.bind({ address: "::", port });
socket.listen(1);

while (associationsLeft > 0) {
  const message = await socket.sctp_recvv({ lengthBytes: 65_536 });
  const { notification } = message;
  console.log(notification === undefined ? describeMessage(message) : describeNotification(notification));
  if (notification?.sn_type === SCTP_ASSOC_CHANGE && ENDS.includes(notification.sac_state))
    associationsLeft -= 1;
}
await socket.close();
