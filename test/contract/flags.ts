import assert from "node:assert/strict";
import {
  IPPROTO_SCTP,
  MSG_CTRUNC,
  MSG_DONTROUTE,
  MSG_DONTWAIT,
  MSG_EOR,
  MSG_NOSIGNAL,
  MSG_NOTIFICATION,
  MSG_TRUNC,
  MSG_WAITALL,
  SCTP_ASSOC_CHANGE,
  SCTP_COMPLETE,
  SCTP_NOTIFICATION,
  SCTP_RECVNXTINFO,
  SCTP_RECVV_NXTINFO,
} from "../../src/index.js";
import { bytesOf, type Contract, pattern, subscribe, textOf } from "./world.js";

/** The flags of calls and of what they answer (RFC 6458 §3.1.4, §5.1, §5.3.6). */
export function flags(contract: Contract): void {
  contract(
    "RFC 6458 §3.1.4: the flags of what is received tell parts and notifications, and no loss",
    async (world) => {
      const { client, server } = await world.connect({
        prepare: (socket) => subscribe(socket, SCTP_ASSOC_CHANGE),
      });
      await world.until(client.sctp_sendv(pattern(100)));
      const up = await world.until(server.sctp_recvv());
      assert.equal(up.flags, MSG_NOTIFICATION | MSG_EOR);
      const first = await world.until(server.sctp_recvv({ lengthBytes: 60 }));
      const rest = await world.until(server.sctp_recvv({ into: new Uint8Array(60) }));
      assert.deepEqual([first.flags, rest.flags], [0, MSG_EOR], "what does not fit is not cut off");
      for (const { flags: received } of [up, first, rest])
        assert.equal(received & (MSG_TRUNC | MSG_CTRUNC), 0);
      assert.deepEqual(Uint8Array.of(...first.data, ...rest.data), pattern(100));
    },
  );

  contract("RFC 6458 §5.1, POSIX: flags of calls that change nothing of a message", async (world) => {
    const { client, server } = await world.connect();
    await world.until(client.sctp_sendv(bytesOf("no route"), { flags: MSG_DONTROUTE | MSG_NOSIGNAL }));
    assert.equal(textOf((await world.until(server.sctp_recvv({ flags: MSG_WAITALL }))).data), "no route");
    await assert.rejects(server.sctp_recvv({ flags: MSG_DONTWAIT | MSG_WAITALL }), { code: "EAGAIN" });
  });

  contract("RFC 6458 §5.3.6: SCTP_NOTIFICATION when the next message is a notification", async (world) => {
    const { client, server } = await world.connectMany({
      prepare: (socket) => subscribe(socket, SCTP_ASSOC_CHANGE),
    });
    server.setsockopt(IPPROTO_SCTP, SCTP_RECVNXTINFO, 1);
    await world.until(client.sctp_sendv(bytesOf("last"), { to: server.getsockname() }));
    await world.until(client.close());
    await world.quiet();
    const last = await world.until(server.sctp_recvv());
    assert.equal(last.infotype, SCTP_RECVV_NXTINFO);
    assert.equal(last.info.nxt_flags, SCTP_NOTIFICATION | SCTP_COMPLETE);
    const end = await world.until(server.sctp_recvv());
    assert.equal(end.notification?.sn_type, SCTP_ASSOC_CHANGE);
    assert.equal(last.info.nxt_length, end.data.length);
  });
}
