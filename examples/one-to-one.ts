// The client of RFC 6458, Appendix A: sends ten unordered messages, each on another stream.
//
//   npm run example -- one-to-one [port]       while one-to-many runs in another window

import {
  AF_INET,
  IPPROTO_SCTP,
  SCTP_ADAPTATION_LAYER,
  SCTP_INITMSG,
  SCTP_STATUS,
  SCTP_UNORDERED,
  SctpSocket,
  SOCK_STREAM,
} from "sctpkit";

const MESSAGES = 10;
const MESSAGE_BYTES = 1000;
const port = Number(process.argv[2] ?? 9);

const socket = new SctpSocket(AF_INET, SOCK_STREAM);
socket.setsockopt(IPPROTO_SCTP, SCTP_INITMSG, { sinit_num_ostreams: 2048 });
socket.setsockopt(IPPROTO_SCTP, SCTP_ADAPTATION_LAYER, { ssb_adaptation_ind: 0x01020304 });
await socket.connect({ address: "127.0.0.1", port });

// The peer may have granted fewer streams than we asked for.
const { sstat_outstrms } = socket.getsockopt(IPPROTO_SCTP, SCTP_STATUS);
const data = new Uint8Array(MESSAGE_BYTES).fill("A".charCodeAt(0));
for (let i = 0; i < MESSAGES; i += 1) {
  const info = { snd_sid: i % sstat_outstrms, snd_flags: SCTP_UNORDERED, snd_ppid: 1234 };
  await socket.sctp_sendv(data, { info });
}
await socket.close();
