// Factories and types share their names, and what must not compile: it is enough that this file builds. Nothing here
// runs.
import {
  chunkType,
  fromBytes,
  parse_notification,
  sctp_assoc_change,
  sctp_authkey,
  sctp_authkeyid,
  sctp_event,
  sctp_hmacalgo,
  sctp_initmsg,
  sctp_paddrthlds,
  type sctp_notification,
  sctp_rtoinfo,
  sctp_send_failed_event,
  sctp_sendv_spa,
  sctp_setprim,
  sctp_sndinfo,
  SCTP_ADAPTATION_INDICATION,
  SCTP_ASSOC_CHANGE,
  SCTP_ASSOC_RESET_EVENT,
  SCTP_AUTHENTICATION_EVENT,
  SCTP_DEFAULT_SNDINFO,
  SCTP_INITMSG,
  SCTP_NOTIFICATIONS_STOPPED_EVENT,
  SCTP_PARTIAL_DELIVERY_EVENT,
  SCTP_PEER_ADDR_CHANGE,
  SCTP_REMOTE_ERROR,
  SCTP_SEND_FAILED_EVENT,
  SCTP_SENDER_DRY_EVENT,
  SCTP_SHUTDOWN_EVENT,
  SCTP_STREAM_CHANGE_EVENT,
  SCTP_STREAM_RESET_EVENT,
  IPPROTO_SCTP,
  type SctpAddress,
  type SctpSocket,
  toBytes,
} from "../../src/index.js";

/** One name is a type and the function that makes it. */
export function compiles(socket: SctpSocket): SctpAddress {
  const initmsg: sctp_initmsg = sctp_initmsg({ sinit_num_ostreams: 5 });
  socket.setsockopt(IPPROTO_SCTP, SCTP_INITMSG, initmsg);
  socket.setsockopt(IPPROTO_SCTP, SCTP_DEFAULT_SNDINFO, sctp_sndinfo());
  const spa: sctp_sendv_spa = sctp_sendv_spa({ sendv_sndinfo: { snd_sid: 1 } });
  void socket.sctp_sendv(new Uint8Array(1), { info: spa });
  const key: sctp_authkey = sctp_authkey({ sca_key: new Uint8Array(4) });
  const algorithms: readonly number[] = sctp_hmacalgo({ shmac_idents: [1, 3] as const }).shmac_idents;
  const named: sctp_authkeyid = sctp_authkeyid({ scact_keynumber: key.sca_keynumber + algorithms.length });
  const event: sctp_event = sctp_event({ se_assoc_id: named.scact_assoc_id, se_type: SCTP_ASSOC_CHANGE });
  const change: sctp_assoc_change = sctp_assoc_change({ sac_state: event.se_type });
  const failed: sctp_send_failed_event = sctp_send_failed_event({ ssfe_info: { snd_sid: change.sac_error } });
  const type: typeof SCTP_SEND_FAILED_EVENT = failed.sn_type;
  const rtoinfo: sctp_rtoinfo = fromBytes(sctp_rtoinfo, toBytes(sctp_rtoinfo, sctp_rtoinfo()));
  const port: number = rtoinfo.srto_max + type + chunkType("COOKIE ECHO");
  // Whatever is an address will do, and what comes back is one as methods answer it.
  return sctp_setprim({ ssp_addr: { address: "192.0.2.1", port, family: 4 } }).ssp_addr;
}

/** Wrong fields, what cannot be left out, and structures in each other's place. */
export function doesNotCompile(): void {
  // @ts-expect-error The field is misspelt.
  sctp_initmsg({ sinit_num_ostream: 5 });
  // @ts-expect-error A number.
  sctp_initmsg({ sinit_num_ostreams: "5" });
  // @ts-expect-error A primary address is one address.
  sctp_setprim();
  // @ts-expect-error A primary address is one address.
  sctp_setprim({ ssp_assoc_id: 3 });
  // @ts-expect-error A threshold of 0 means something, so that none may be left out.
  sctp_paddrthlds({ spt_pathpfthld: 1 });
  // @ts-expect-error Key 0 is a key too.
  sctp_authkeyid({});
  // @ts-expect-error A key is bytes.
  sctp_authkey({ sca_key: "secret" });
  // @ts-expect-error The type of a notification is its factory's.
  sctp_assoc_change({ sn_type: SCTP_REMOTE_ERROR });
  // @ts-expect-error There is no such chunk.
  chunkType("COOKIE_ECHO");
  // @ts-expect-error The structure is another one.
  toBytes(sctp_initmsg, sctp_rtoinfo());
  // @ts-expect-error The structure is another one.
  const wrong: sctp_initmsg = fromBytes(sctp_rtoinfo, new Uint8Array(16));
  void wrong;
}

/** `sn_type` tells each notification from the others, and there are no more. */
export function discriminates(data: Uint8Array): number {
  const notification: sctp_notification = parse_notification(data);
  switch (notification.sn_type) {
    case SCTP_ASSOC_CHANGE:
      return notification.sac_state + notification.sac_info.length;
    case SCTP_PEER_ADDR_CHANGE:
      return notification.spc_aaddr.port;
    case SCTP_REMOTE_ERROR:
      return notification.sre_error;
    case SCTP_SHUTDOWN_EVENT:
      return notification.sse_assoc_id;
    case SCTP_ADAPTATION_INDICATION:
      return notification.sai_adaptation_ind;
    case SCTP_PARTIAL_DELIVERY_EVENT:
      return notification.pdapi_seq;
    case SCTP_AUTHENTICATION_EVENT:
      return notification.auth_keynumber;
    case SCTP_SENDER_DRY_EVENT:
      return notification.sender_dry_assoc_id;
    case SCTP_NOTIFICATIONS_STOPPED_EVENT:
      return notification.sn_flags;
    case SCTP_SEND_FAILED_EVENT:
      return notification.ssfe_info.snd_ppid;
    case SCTP_STREAM_RESET_EVENT:
      return notification.strreset_stream_list.length;
    case SCTP_ASSOC_RESET_EVENT:
      return notification.assocreset_local_tsn;
    case SCTP_STREAM_CHANGE_EVENT:
      return notification.strchange_instrms;
  }
}
