// What must not compile: it is enough that this file builds. Nothing here runs.
import {
  IPPROTO_SCTP,
  MSG_NOTIFICATION,
  SCTP_ASSOC_CHANGE,
  SCTP_DEFAULT_SNDINFO,
  SCTP_EVENT,
  SCTP_EXPOSE_POTENTIALLY_FAILED_STATE,
  SCTP_GET_PEER_ADDR_INFO,
  SCTP_INITMSG,
  SCTP_NODELAY,
  SCTP_PEER_ADDR_CHANGE,
  SCTP_PEER_ADDR_PARAMS,
  SCTP_PEER_ADDR_THLDS,
  SCTP_PRIMARY_ADDR,
  SCTP_RECVV_RCVINFO,
  SCTP_RECVV_RN,
  SCTP_RTOINFO,
  SCTP_DELAYED_SACK,
  SCTP_GET_ASSOC_ID_LIST,
  SCTP_GET_ASSOC_NUMBER,
  SCTP_MAX_BURST,
  SCTP_REMOTE_UDP_ENCAPS_PORT,
  SCTP_STATUS,
  SO_LINGER,
  SO_SNDBUF,
  SO_TYPE,
  SOL_SOCKET,
} from "../../src/sockets/constants.js";
import type { sctp_notification } from "../../src/sockets/notification-types.js";
import type { SctpSocket } from "../../src/sockets/sctp-socket.js";
import type {
  SctpAddress,
  sctp_assoc_value,
  sctp_initmsg,
  sctp_paddrparams,
  sctp_paddrthlds,
  sctp_rtoinfo,
  sctp_setprim,
  sctp_status,
} from "../../src/sockets/types.js";

/** Right pairs of level and option, and the types that belong to them. */
export function compiles(socket: SctpSocket): void {
  const initmsg: sctp_initmsg = socket.getsockopt(IPPROTO_SCTP, SCTP_INITMSG);
  const size: number = socket.getsockopt(SOL_SOCKET, SO_SNDBUF);
  const status: sctp_status = socket.getsockopt(IPPROTO_SCTP, SCTP_STATUS, { sstat_assoc_id: 3 });
  const rtoinfo: sctp_rtoinfo = socket.sctp_opt_info(3, SCTP_RTOINFO);
  const type: 1 | 5 = socket.getsockopt(SOL_SOCKET, SO_TYPE);
  socket.setsockopt(IPPROTO_SCTP, SCTP_INITMSG, { sinit_num_ostreams: initmsg.sinit_max_instreams });
  socket.setsockopt(IPPROTO_SCTP, SCTP_NODELAY, true);
  socket.setsockopt(IPPROTO_SCTP, SCTP_EVENT, { se_type: SCTP_ASSOC_CHANGE, se_on: 1 });
  socket.setsockopt(SOL_SOCKET, SO_LINGER, { l_onoff: 1, l_linger: size + type });
  socket.setsockopt(IPPROTO_SCTP, SCTP_RTOINFO, { ...rtoinfo, srto_min: status.sstat_rwnd });
  const { spinfo_address } = socket.getsockopt(IPPROTO_SCTP, SCTP_GET_PEER_ADDR_INFO, {
    spinfo_address: { address: "192.0.2.1", port: 9 },
  });
  void socket.sctp_sendv(new Uint8Array(1), { to: [spinfo_address], info: { snd_sid: 1 } });
  const { ssp_addr }: sctp_setprim = socket.sctp_opt_info(3, SCTP_PRIMARY_ADDR);
  socket.setsockopt(IPPROTO_SCTP, SCTP_PRIMARY_ADDR, { ssp_assoc_id: 3, ssp_addr });
  socket.setsockopt(IPPROTO_SCTP, SCTP_PRIMARY_ADDR, { ssp_addr: { address: "192.0.2.1", port: 9 } });
  const parameters: sctp_paddrparams = socket.getsockopt(IPPROTO_SCTP, SCTP_PEER_ADDR_PARAMS);
  socket.setsockopt(IPPROTO_SCTP, SCTP_PEER_ADDR_PARAMS, { ...parameters, spp_address: ssp_addr });
  const thresholds: sctp_paddrthlds = socket.getsockopt(IPPROTO_SCTP, SCTP_PEER_ADDR_THLDS, {
    spt_address: { address: "::", port: 0 },
  });
  socket.setsockopt(IPPROTO_SCTP, SCTP_PEER_ADDR_THLDS, { ...thresholds, spt_pathmaxrxt: 3 });
  const exposed: sctp_assoc_value = socket.sctp_opt_info(3, SCTP_EXPOSE_POTENTIALLY_FAILED_STATE);
  socket.setsockopt(IPPROTO_SCTP, SCTP_EXPOSE_POTENTIALLY_FAILED_STATE, { assoc_value: exposed.assoc_value });
  const ids: readonly number[] = socket.getsockopt(IPPROTO_SCTP, SCTP_GET_ASSOC_ID_LIST).gaids_assoc_id;
  const count: number = socket.sctp_opt_info(0, SCTP_GET_ASSOC_NUMBER);
  socket.setsockopt(IPPROTO_SCTP, SCTP_MAX_BURST, { assoc_id: ids[0] ?? 0, assoc_value: count });
  socket.setsockopt(IPPROTO_SCTP, SCTP_DELAYED_SACK, { sack_freq: 1 });
  socket.setsockopt(IPPROTO_SCTP, SCTP_REMOTE_UDP_ENCAPS_PORT, { sue_address: undefined, sue_port: 9899 });
  const unknown: Uint8Array = socket.getsockopt(IPPROTO_SCTP, 112, new Uint8Array(256));
  socket.setsockopt(IPPROTO_SCTP, 111, unknown);
}

/** Wrong pairs, what can only be read, wrong values. */
export function doesNotCompile(socket: SctpSocket): void {
  // @ts-expect-error SO_PROTOCOL (38) is nothing at this level.
  socket.getsockopt(IPPROTO_SCTP, 38);
  // @ts-expect-error There is no SCTP_STATUS (14) at this level.
  socket.getsockopt(SOL_SOCKET, SCTP_STATUS);
  // @ts-expect-error There is no such level.
  socket.getsockopt(6, SCTP_NODELAY);
  // @ts-expect-error SCTP_STATUS can only be read.
  socket.setsockopt(IPPROTO_SCTP, SCTP_STATUS, {});
  // @ts-expect-error The number of associations can only be read.
  socket.setsockopt(IPPROTO_SCTP, SCTP_GET_ASSOC_NUMBER, 1);
  // @ts-expect-error Port 0 means something, so that it may not be left out.
  socket.setsockopt(IPPROTO_SCTP, SCTP_REMOTE_UDP_ENCAPS_PORT, {});
  // @ts-expect-error A primary address is one address.
  socket.setsockopt(IPPROTO_SCTP, SCTP_PRIMARY_ADDR, { ssp_assoc_id: 3 });
  // @ts-expect-error A threshold of 0 means something, so that none may be left out.
  socket.setsockopt(IPPROTO_SCTP, SCTP_PEER_ADDR_THLDS, { spt_pathmaxrxt: 3, spt_pathpfthld: 1 });
  // @ts-expect-error An address is an object.
  socket.setsockopt(IPPROTO_SCTP, SCTP_PEER_ADDR_PARAMS, { spp_address: "::1" });
  // @ts-expect-error SO_TYPE can only be read.
  socket.setsockopt(SOL_SOCKET, SO_TYPE, 1);
  // @ts-expect-error SCTP_INITMSG is a structure.
  socket.setsockopt(IPPROTO_SCTP, SCTP_INITMSG, 5);
  // @ts-expect-error SO_SNDBUF is a number.
  socket.setsockopt(SOL_SOCKET, SO_SNDBUF, { size: 5 });
  // @ts-expect-error The field is misspelt.
  socket.setsockopt(IPPROTO_SCTP, SCTP_INITMSG, { sinit_num_ostream: 5 });
  // @ts-expect-error The event must be named.
  socket.setsockopt(IPPROTO_SCTP, SCTP_EVENT, { se_on: 1 });
  // @ts-expect-error SO_SNDBUF needs nothing to be read.
  socket.getsockopt(SOL_SOCKET, SO_SNDBUF, 4);
  // @ts-expect-error The answer is a structure.
  const wrong: number = socket.getsockopt(IPPROTO_SCTP, SCTP_INITMSG);
  // @ts-expect-error sctp_opt_info reads options of level IPPROTO_SCTP.
  socket.sctp_opt_info(wrong, 39);
  // @ts-expect-error A message is bytes.
  void socket.sctp_sendv("text");
  // @ts-expect-error The field is misspelt.
  void socket.sctp_sendv(new Uint8Array(1), { info: { snd_stream: 1 } });
  // @ts-expect-error An address has a port.
  void socket.connect({ address: "192.0.2.1" });
  // @ts-expect-error A call that does not wait takes no name of an event that there is not.
  socket.on("message", () => undefined);
  // @ts-expect-error The provider cannot be changed.
  socket.provider = "kernel";
  // @ts-expect-error Defaults are a sctp_sndinfo.
  socket.setsockopt(IPPROTO_SCTP, SCTP_DEFAULT_SNDINFO, { assoc_value: 1 });
}

/** `infotype` and `sn_type` tell their unions apart. */
export async function discriminates(socket: SctpSocket): Promise<SctpAddress | number | undefined> {
  const message = await socket.sctp_recvv();
  if (message.infotype === SCTP_RECVV_RCVINFO) return message.info.rcv_ppid;
  if (message.infotype === SCTP_RECVV_RN) return message.info.recvv_nxtinfo.nxt_length;
  // @ts-expect-error The other informations have no such field.
  void message.info?.rcv_ppid;
  const notification: sctp_notification | undefined = message.notification;
  if ((message.flags & MSG_NOTIFICATION) === 0 || notification === undefined) return message.address;
  if (notification.sn_type === SCTP_PEER_ADDR_CHANGE) return notification.spc_aaddr;
  if (notification.sn_type === SCTP_ASSOC_CHANGE) return notification.sac_state;
  for await (const { address } of socket) return address;
  return (await socket.accept()).socket.nonblocking.accept().socket.getpeername();
}
