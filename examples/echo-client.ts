// The client of echo-server: sends one message on stream 1 and prints what comes back on stream 0.
//
//   npm run example -- echo-client [port]

import {
  AF_INET,
  IPPROTO_SCTP,
  SCTP_RECVRCVINFO,
  SCTP_RECVV_RCVINFO,
  SctpSocket,
  SOCK_STREAM,
} from "sctpkit";

const STREAM_IN = 0;
const STREAM_OUT = 1;
const port = Number(process.argv[2] ?? 20_000);

const client = new SctpSocket(AF_INET, SOCK_STREAM);
client.setsockopt(IPPROTO_SCTP, SCTP_RECVRCVINFO, 1);

// There is no connect(): the first message to an address sets the association up.
const data = new TextEncoder().encode("Some data to be echoed");
await client.sctp_sendv(data, { to: { address: "127.0.0.1", port }, info: { snd_sid: STREAM_OUT } });

const message = await client.sctp_recvv({ lengthBytes: 1024 });
if (message.infotype === SCTP_RECVV_RCVINFO && message.info.rcv_sid === STREAM_IN) {
  const { address } = message;
  console.log(
    `Received from ${address?.address}:${address?.port}:\n  ${new TextDecoder().decode(message.data)}`,
  );
}
await client.close();
