import assert from "node:assert/strict";
import {
  IPPROTO_SCTP,
  MSG_EOR,
  SCTP_ALL_ASSOC,
  SCTP_CONTEXT,
  SCTP_CURRENT_ASSOC,
  SCTP_DISABLE_FRAGMENTS,
  SCTP_EOF,
  SCTP_EOR,
  SCTP_EXPLICIT_EOR,
  SCTP_FRAGMENT_INTERLEAVE,
  SCTP_GET_ASSOC_ID_LIST,
  SCTP_GET_ASSOC_NUMBER,
  SCTP_PARTIAL_DELIVERY_POINT,
  SCTP_RECVRCVINFO,
  SCTP_REMOTE_UDP_ENCAPS_PORT,
  SCTP_REUSE_PORT,
  SCTP_STATUS,
  SCTP_UNORDERED,
  type SctpSocket,
  type sctp_rcvinfo,
  SHUT_WR,
} from "../../src/index.js";
import { bytesOf, type Contract, pattern, textOf, type World } from "./world.js";

/** What is told with the next message. */
async function rcvinfo(world: World, socket: SctpSocket): Promise<sctp_rcvinfo> {
  return (await world.message(socket)).info as sctp_rcvinfo;
}

/** Options about how messages are sent and handed over, and what they do. */
export function delivery(contract: Contract): void {
  contract("RFC 6458 §8.1.11: SCTP_DISABLE_FRAGMENTS refuses what would be fragmented", async (world) => {
    const { client, server } = await world.connect();
    const limit = client.getsockopt(IPPROTO_SCTP, SCTP_STATUS).sstat_fragmentation_point;
    client.setsockopt(IPPROTO_SCTP, SCTP_DISABLE_FRAGMENTS, 1);
    assert.throws(() => client.nonblocking.sctp_sendv(pattern(limit + 1)), { code: "EMSGSIZE" });
    await assert.rejects(client.send(pattern(limit + 1)), { code: "EMSGSIZE", syscall: "sendmsg" });
    await world.until(client.send(pattern(limit)));
    assert.deepEqual((await world.message(server)).data, pattern(limit));
    client.setsockopt(IPPROTO_SCTP, SCTP_DISABLE_FRAGMENTS, 0);
    await world.until(client.send(pattern(3 * limit)));
    assert.deepEqual((await world.message(server)).data, pattern(3 * limit));
  });

  contract("RFC 6458 §8.1.25: SCTP_CONTEXT comes with received messages", async (world) => {
    const { client, server, clientId, serverId } = await world.connectMany();
    server.setsockopt(IPPROTO_SCTP, SCTP_RECVRCVINFO, 1);
    const info = { snd_assoc_id: clientId, snd_context: 77 };
    const send = (): Promise<unknown> => world.until(client.sctp_sendv(bytesOf("x"), { info }));
    await send();
    assert.equal((await rcvinfo(world, server)).rcv_context, 0, "not what the sender has");
    server.setsockopt(IPPROTO_SCTP, SCTP_CONTEXT, { assoc_id: serverId, assoc_value: 0xfeedf00d });
    await send();
    assert.equal((await rcvinfo(world, server)).rcv_context, 0xfeedf00d);
    server.setsockopt(IPPROTO_SCTP, SCTP_CONTEXT, { assoc_id: SCTP_ALL_ASSOC, assoc_value: 5 });
    await send();
    assert.equal((await rcvinfo(world, server)).rcv_context, 5);
    // Another association begins with what SCTP_ALL_ASSOC has set, and SCTP_CURRENT_ASSOC does not change that.
    server.setsockopt(IPPROTO_SCTP, SCTP_CONTEXT, { assoc_id: SCTP_CURRENT_ASSOC, assoc_value: 6 });
    const other = world.oneToOne(world.anotherClient());
    await world.until(other.connect(server.getsockname()));
    await world.until(other.send(bytesOf("y")));
    assert.equal((await rcvinfo(world, server)).rcv_context, 5);
  });

  contract("RFC 6458 §8.2.5, §8.2.6: how many associations there are, and which", async (world) => {
    const { server, client, serverId, clientId } = await world.connectMany();
    const other = world.oneToMany(world.anotherClient());
    server.setsockopt(IPPROTO_SCTP, SCTP_RECVRCVINFO, 1);
    await world.until(other.sctp_sendv(bytesOf("here"), { to: server.getsockname() }));
    const { rcv_assoc_id } = await rcvinfo(world, server);
    assert.equal(server.getsockopt(IPPROTO_SCTP, SCTP_GET_ASSOC_NUMBER), 2);
    assert.equal(server.sctp_opt_info(0, SCTP_GET_ASSOC_NUMBER), 2);
    const { gaids_number_of_ids, gaids_assoc_id } = server.getsockopt(IPPROTO_SCTP, SCTP_GET_ASSOC_ID_LIST);
    assert.equal(gaids_number_of_ids, 2);
    assert.deepEqual(gaids_assoc_id, [serverId, rcv_assoc_id]);
    const info = { snd_assoc_id: clientId, snd_flags: SCTP_EOF };
    await world.until(client.sctp_sendv(new Uint8Array(0), { info }));
    await world.quiet();
    assert.equal(server.getsockopt(IPPROTO_SCTP, SCTP_GET_ASSOC_NUMBER), 1);
    assert.deepEqual(client.getsockopt(IPPROTO_SCTP, SCTP_GET_ASSOC_ID_LIST).gaids_assoc_id, []);
  });

  contract(
    "RFC 6458 §8.1.27: sockets share a port where all of them want it, and one listens",
    async (world) => {
      const sharing = (): SctpSocket => {
        const socket = world.oneToOne(world.server);
        socket.setsockopt(IPPROTO_SCTP, SCTP_REUSE_PORT, 1);
        return socket;
      };
      const [first, second, third] = [sharing(), sharing(), sharing()];
      const { address } = world.server;
      first.bind({ address, port: 0 });
      const name = first.getsockname();
      second.bind(name);
      third.bind(name);
      const selfish = world.oneToOne(world.server);
      assert.throws(() => selfish.bind(name), { code: "EADDRINUSE", syscall: "bind" });
      second.listen();
      assert.throws(() => third.listen(), { code: "EADDRINUSE", syscall: "listen" });
      const client = world.oneToOne();
      const accepting = second.accept();
      await world.until(client.connect(name));
      const { socket: accepted } = await world.until(accepting);
      world.keep(accepted);
      await world.until(client.send(bytesOf("to who listens")));
      assert.equal(await world.text(accepted), "to who listens");
      // Another one of them begins an association of its own from the port.
      const { socket: elsewhere, to } = world.listen();
      const taken = elsewhere.accept();
      await world.until(first.connect(to));
      const { socket, address: from } = await world.until(taken);
      assert.equal(from.port, name.port);
      await world.until(first.send(bytesOf("from the same port")));
      assert.equal(await world.text(world.keep(socket)), "from the same port");
      assert.equal(selfish.getsockopt(IPPROTO_SCTP, SCTP_REUSE_PORT), 0);
    },
  );

  contract(
    "RFC 6458 §8.1.27: a socket comes to share a port although another one listens there",
    async (world) => {
      const [first, second] = [world.oneToOne(world.server), world.oneToOne(world.server)];
      for (const socket of [first, second]) socket.setsockopt(IPPROTO_SCTP, SCTP_REUSE_PORT, 1);
      first.bind({ address: world.server.address, port: 0 });
      first.listen();
      second.bind(first.getsockname());
      assert.deepEqual(second.getsockname(), first.getsockname());
    },
  );

  contract(
    "RFC 6458 §8.1.27: a port that is not shared is not to be had with SCTP_REUSE_PORT",
    async (world) => {
      const { to } = world.listen();
      const socket = world.oneToOne(world.server);
      socket.setsockopt(IPPROTO_SCTP, SCTP_REUSE_PORT, 1);
      assert.throws(() => socket.bind(to), { code: "EADDRINUSE" });
    },
  );

  contract(
    "RFC 6458 §8.1.20, §8.1.21: parts of a message make up the whole, up to MSG_EOR",
    async (world) => {
      const { client, server } = await world.connect({
        prepare: (socket) => {
          socket.setsockopt(IPPROTO_SCTP, SCTP_RECVRCVINFO, 1);
          socket.setsockopt(IPPROTO_SCTP, SCTP_FRAGMENT_INTERLEAVE, 2);
          socket.setsockopt(IPPROTO_SCTP, SCTP_PARTIAL_DELIVERY_POINT, 4000);
        },
      });
      const sent = pattern(60_000);
      await world.until(client.sctp_sendv(sent, { info: { snd_sid: 1 } }));
      await world.until(
        client.sctp_sendv(pattern(4000), { info: { snd_sid: 2, snd_flags: SCTP_UNORDERED } }),
      );
      const parts: Uint8Array[] = [];
      let small: Uint8Array | undefined;
      for (let isEnd = false; !isEnd || small === undefined; ) {
        // oxlint-disable-next-line no-await-in-loop -- part by part
        const { data, flags, info } = await world.message(server);
        if ((info as sctp_rcvinfo).rcv_sid === 2) {
          assert.notEqual(flags & MSG_EOR, 0, "what is not larger than the point is whole");
          small = data;
          continue;
        }
        parts.push(data);
        isEnd = (flags & MSG_EOR) !== 0;
      }
      assert.deepEqual(Buffer.concat(parts), Buffer.from(sent));
      assert.deepEqual(small, pattern(4000));
    },
  );

  contract("RFC 6951 §6.1: the UDP port of an address, and of those to come", async (world) => {
    const { client, clientId, to } = await world.connectMany();
    const ofPath = client.sctp_opt_info(clientId, SCTP_REMOTE_UDP_ENCAPS_PORT, { sue_address: to });
    assert.deepEqual([ofPath.sue_assoc_id, ofPath.sue_address], [clientId, to]);
    const found = client.getsockopt(IPPROTO_SCTP, SCTP_REMOTE_UDP_ENCAPS_PORT, { sue_address: to });
    assert.equal(found.sue_assoc_id, clientId, "the address finds the association");
    const change = { sue_assoc_id: clientId, sue_port: 12_345 };
    client.setsockopt(IPPROTO_SCTP, SCTP_REMOTE_UDP_ENCAPS_PORT, change);
    assert.equal(client.sctp_opt_info(clientId, SCTP_REMOTE_UDP_ENCAPS_PORT).sue_port, 12_345);
    const after = client.sctp_opt_info(clientId, SCTP_REMOTE_UDP_ENCAPS_PORT, { sue_address: to });
    assert.equal(after.sue_port, ofPath.sue_port, "the paths that there are stay as they are");
  });

  explicitRecords(contract);
}

/** RFC 6458 §8.1.26. */
function explicitRecords(contract: Contract): void {
  const prepareClient = (socket: SctpSocket): void => socket.setsockopt(IPPROTO_SCTP, SCTP_EXPLICIT_EOR, 1);

  contract("RFC 6458 §8.1.26: with SCTP_EXPLICIT_EOR several sends make one message", async (world) => {
    const { client, server } = await world.connect({ prepareClient });
    const info = { snd_sid: 1, snd_ppid: 7 };
    await world.until(client.sctp_sendv(bytesOf("one "), { info }));
    await world.quiet();
    await world.until(client.sctp_sendv(bytesOf("and "), { info }));
    const waiting = server.recv();
    assert.ok(await world.isPending(waiting), "it has not ended");
    await world.until(client.sctp_sendv(bytesOf("two"), { info: { ...info, snd_flags: SCTP_EOR } }));
    assert.equal(textOf(await world.until(waiting)), "one and two");
    await world.until(client.sctp_sendv(bytesOf("three"), { info: { snd_flags: SCTP_EOR } }));
    assert.equal(await world.text(server), "three");
  });

  contract("RFC 6458 §8.1.26: nothing else is sent before a message has ended", async (world) => {
    const { client, server } = await world.connect({ prepareClient });
    await world.until(client.sctp_sendv(bytesOf("begun "), { info: { snd_sid: 1 } }));
    for (const info of [
      { snd_sid: 2 },
      { snd_sid: 1, snd_ppid: 1 },
      { snd_sid: 1, snd_flags: SCTP_UNORDERED },
    ])
      assert.throws(() => client.nonblocking.sctp_sendv(bytesOf("x"), { info }), { code: "EINVAL" });
    const info = { snd_sid: 1, snd_flags: SCTP_EOF };
    assert.throws(() => client.nonblocking.sctp_sendv(bytesOf("x"), { info }), { code: "EINVAL" });
    const last = { snd_sid: 1, snd_flags: SCTP_EOF | SCTP_EOR };
    await world.until(client.sctp_sendv(bytesOf("and done"), { info: last }));
    assert.equal(await world.text(server), "begun and done");
    assert.equal((await world.until(server.recv())).length, 0, "the end of the peer");
  });

  contract(
    "RFC 6458 §8.1.26: without the option SCTP_EOR says nothing, and turning it off ends",
    async (world) => {
      const { client, server } = await world.connect();
      await world.until(client.sctp_sendv(bytesOf("whole"), { info: { snd_flags: SCTP_EOR } }));
      assert.equal(await world.text(server), "whole");
      client.setsockopt(IPPROTO_SCTP, SCTP_EXPLICIT_EOR, 1);
      await world.until(client.send(bytesOf("a ")));
      client.setsockopt(IPPROTO_SCTP, SCTP_EXPLICIT_EOR, 0);
      await world.until(client.send(bytesOf("b")));
      assert.equal(await world.text(server), "a b");
    },
  );

  contract(
    "RFC 6458 §8.1.26: a message that was not ended does not arrive, those before it do",
    async (world) => {
      const { client, server } = await world.connect({ prepareClient });
      await world.until(client.sctp_sendv(bytesOf("ended"), { info: { snd_flags: SCTP_EOR } }));
      await world.until(client.send(pattern(5000)));
      client.shutdown(SHUT_WR);
      assert.equal(await world.text(server), "ended");
      assert.equal((await world.until(server.recv())).length, 0, "and then the end");
    },
  );
}
