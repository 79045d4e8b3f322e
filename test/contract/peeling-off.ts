import assert from "node:assert/strict";
import {
  IPPROTO_SCTP,
  SCTP_ABORT,
  SCTP_ASSOC_CHANGE,
  SCTP_COMM_LOST,
  SCTP_COMM_UP,
  SCTP_RECVRCVINFO,
  type SctpAddress,
  type sctp_rcvinfo,
  SHUT_WR,
  SOCK_SEQPACKET,
} from "../../src/index.js";
import { bytesOf, type Contract, drain, subscribe, textOf } from "./world.js";

/** sctp_peeloff. */
export function peelingOff(contract: Contract): void {
  contract("RFC 6458 §9.2: queued messages and notifications move, and the others stay", async (world) => {
    const { socket: server, to } = world.listen({
      type: SOCK_SEQPACKET,
      prepare: (socket) => {
        subscribe(socket, SCTP_ASSOC_CHANGE);
        socket.setsockopt(IPPROTO_SCTP, SCTP_RECVRCVINFO, 1);
      },
    });
    const clients = [world.oneToOne(), world.oneToOne(world.anotherClient())] as const;
    for (const [index, client] of clients.entries()) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await world.until(client.connect(to));
      // oxlint-disable-next-line no-await-in-loop
      await world.until(client.send(bytesOf(`first of ${index}`)));
      // oxlint-disable-next-line no-await-in-loop
      await world.until(client.send(bytesOf(`second of ${index}`)));
    }
    await world.quiet();
    const up = (await world.until(server.sctp_recvv())).notification;
    assert.ok(up?.sn_type === SCTP_ASSOC_CHANGE && up.sac_state === SCTP_COMM_UP);
    const part = await world.until(server.sctp_recvv({ lengthBytes: 6 }));
    assert.equal(textOf(part.data), "first ");
    const id = up.sac_assoc_id;
    assert.equal((part.info as sctp_rcvinfo).rcv_assoc_id, id);
    const peeled = world.keep(server.sctp_peeloff(id));
    assert.equal(peeled.sctp_type, "one-to-one");
    assert.deepEqual(
      drain(peeled).map(({ data }) => textOf(data)),
      ["of 0", "second of 0"],
    );
    const left = drain(server);
    assert.deepEqual(
      left.filter(({ notification }) => notification === undefined).map(({ data }) => textOf(data)),
      ["first of 1", "second of 1"],
    );
    assert.equal(left.filter(({ notification }) => notification !== undefined).length, 1);
    assert.throws(() => server.sctp_peeloff(id), { code: "EINVAL", syscall: "sctp_peeloff" });
  });

  contract("RFC 6458 §9.2: the peeled-off socket is independent of the old one", async (world) => {
    const { client, server, to, serverId, clientId } = await world.connectMany();
    const peeled = world.keep(server.sctp_peeloff(serverId));
    assert.deepEqual(peeled.getsockname(), to);
    assert.deepEqual(peeled.getpeername(), {
      ...(client.sctp_getladdrs(clientId)[0] as SctpAddress),
    });
    const waiting = peeled.recv();
    await world.until(client.sendto(bytesOf("to the new one"), to));
    assert.equal(textOf(await world.until(waiting)), "to the new one");
    assert.deepEqual(drain(server), []);
    await world.until(server.close());
    await world.until(peeled.send(bytesOf("still here")));
    assert.equal(await world.text(client), "still here");
    await world.until(client.sendto(bytesOf("so am I"), to));
    assert.equal(await world.text(peeled), "so am I");
    const closed = client.close();
    assert.equal((await world.until(peeled.recv())).length, 0);
    await world.until(closed);
  });

  contract("RFC 6458 §9.2: closing the peeled-off socket leaves the old one", async (world) => {
    const { socket: server, to } = world.listen({ type: SOCK_SEQPACKET });
    const clients = [world.oneToOne(), world.oneToOne(world.anotherClient())] as const;
    const ids: number[] = [];
    server.setsockopt(IPPROTO_SCTP, SCTP_RECVRCVINFO, 1);
    for (const client of clients) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await world.until(client.connect(to));
      // oxlint-disable-next-line no-await-in-loop
      await world.until(client.send(bytesOf("x")));
      // oxlint-disable-next-line no-await-in-loop
      ids.push(((await world.message(server)).info as sctp_rcvinfo).rcv_assoc_id);
    }
    const peeled = server.sctp_peeloff(ids[0] as number);
    await world.until(peeled.close());
    assert.equal((await world.until(clients[0].recv())).length, 0);
    await world.until(clients[1].send(bytesOf("unmoved")));
    assert.equal(await world.text(server), "unmoved");
    await world.until(world.oneToOne(world.anotherClient()).connect(to));
  });

  contract("RFC 6458 §9.2: a peeled-off socket ends as others do", async (world) => {
    const shut = await world.connectMany();
    const first = world.keep(shut.server.sctp_peeloff(shut.serverId));
    await world.until(first.send(bytesOf("last")));
    first.shutdown(SHUT_WR);
    await assert.rejects(first.send(bytesOf("x")), { code: "EPIPE" });
    assert.equal(await world.text(shut.client), "last");
    assert.equal((await world.until(first.recv())).length, 0);
    assert.throws(() => first.shutdown(SHUT_WR), { code: "ENOTCONN" });
    const aborted = await world.connectMany({
      prepareClient: (socket) => subscribe(socket, SCTP_ASSOC_CHANGE),
    });
    const second = world.keep(aborted.server.sctp_peeloff(aborted.serverId));
    await world.until(second.sctp_sendv(bytesOf("the reason"), { info: { snd_flags: SCTP_ABORT } }));
    const lost = await world.event(aborted.client, SCTP_ASSOC_CHANGE);
    assert.deepEqual([lost.sac_state, lost.sac_error], [SCTP_COMM_LOST, 12]);
    assert.equal((await world.until(second.recv())).length, 0);
    const reset = await world.connectMany();
    const third = world.keep(reset.server.sctp_peeloff(reset.serverId));
    const info = { snd_assoc_id: reset.clientId, snd_flags: SCTP_ABORT };
    await world.until(reset.client.sctp_sendv(bytesOf("no"), { info }));
    await assert.rejects(world.until(third.recv()), { code: "ECONNRESET" });
    assert.equal((await world.until(third.recv())).length, 0);
  });

  contract("RFC 6458 §9.2: only an association of a one-to-many socket can be peeled off", async (world) => {
    const { client } = await world.connect();
    assert.throws(() => client.sctp_peeloff(3), { code: "EINVAL" });
    const { client: many } = await world.connectMany();
    assert.throws(() => many.sctp_peeloff(0), { code: "EINVAL" });
    assert.throws(() => many.sctp_peeloff(12_345), { code: "EINVAL", message: /no association has the id/ });
    assert.throws(() => many.sctp_peeloff("3" as never), { code: "ERR_SCTP_INVALID_ARG_TYPE" });
  });
}
