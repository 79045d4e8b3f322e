// An echo server: takes one message of each client on stream 1 and sends it back on stream 0.
//
//   npm run example -- echo-server [port]      in one window, and then
//   npm run example -- echo-client [port]      in another

import {
  AF_INET,
  IPPROTO_SCTP,
  SCTP_RECVRCVINFO,
  SCTP_RECVV_RCVINFO,
  SctpSocket,
  SOCK_STREAM,
} from "sctpkit";

const STREAM_IN = 1;
const STREAM_OUT = 0;
const port = Number(process.argv[2] ?? 20_000);

const server = new SctpSocket(AF_INET, SOCK_STREAM);
server.bind({ address: "0.0.0.0", port });
server.listen(1);

for (;;) {
  const { socket, address } = await server.accept();
  socket.setsockopt(IPPROTO_SCTP, SCTP_RECVRCVINFO, 1);
  const message = await socket.sctp_recvv({ lengthBytes: 1024 });
  if (message.infotype === SCTP_RECVV_RCVINFO && message.info.rcv_sid === STREAM_IN) {
    await socket.sctp_sendv(message.data, { to: address, info: { snd_sid: STREAM_OUT } });
  }
  await socket.close();
}
