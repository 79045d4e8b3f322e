import assert from "node:assert/strict";
import {
  IPPROTO_SCTP,
  SCTP_AUTH_ACTIVE_KEY,
  SCTP_AUTH_CHUNK,
  SCTP_AUTH_DEACTIVATE_KEY,
  SCTP_AUTH_DELETE_KEY,
  SCTP_AUTH_FREE_KEY,
  SCTP_AUTH_KEY,
  SCTP_AUTH_NEW_KEY,
  SCTP_AUTHENTICATION_EVENT,
  SCTP_ESTABLISHED,
  SCTP_LOCAL_AUTH_CHUNKS,
  SCTP_PEER_AUTH_CHUNKS,
  SCTP_STATUS,
  type SctpSocket,
} from "../../src/index.js";
import { bytesOf, codeOf, type Contract, type Pair, subscribe, type World } from "./world.js";

const DATA = 0;
const SACK = 3;
const SECRET = bytesOf("shared between the two of them");

/** Has the peer authenticate messages. */
function wantData(socket: SctpSocket): void {
  socket.setsockopt(IPPROTO_SCTP, SCTP_AUTH_CHUNK, { sauth_chunk: DATA });
}

function setKey(socket: SctpSocket, sca_keynumber: number, sca_key: Uint8Array): void {
  socket.setsockopt(IPPROTO_SCTP, SCTP_AUTH_KEY, { sca_keynumber, sca_key });
}

/** The association that a listener has, behind any that was given up. */
async function accepted(world: World, listener: SctpSocket): Promise<SctpSocket> {
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    const { socket } = await world.until(listener.accept());
    if (isUp(world.keep(socket))) return socket;
  }
}

function isUp(socket: SctpSocket): boolean {
  try {
    return socket.getsockopt(IPPROTO_SCTP, SCTP_STATUS).sstat_state === SCTP_ESTABLISHED;
  } catch (error) {
    assert.equal(codeOf(error), "EINVAL");
    return false;
  }
}

function peerChunks(socket: SctpSocket): number[] {
  return socket.getsockopt(IPPROTO_SCTP, SCTP_PEER_AUTH_CHUNKS).gauth_chunks;
}

function localChunks(socket: SctpSocket): number[] {
  return socket.getsockopt(IPPROTO_SCTP, SCTP_LOCAL_AUTH_CHUNKS).gauth_chunks;
}

/** A pair whose server takes authenticated messages only, and key 1 on both sides. */
function keyedPair(world: World, clientSecret: Uint8Array): Promise<Pair> {
  return world.connect({
    prepare: (socket) => {
      wantData(socket);
      setKey(socket, 1, SECRET);
      subscribe(socket, SCTP_AUTHENTICATION_EVENT);
    },
    prepareClient: (socket) => {
      setKey(socket, 1, clientSecret);
      subscribe(socket, SCTP_AUTHENTICATION_EVENT);
    },
  });
}

/** Messages that are authenticated (RFC 4895). */
export function authentication(contract: Contract): void {
  contract("RFC 6458 §8.3.2, §8.2.3, §8.2.4: both sides know what is to be authenticated", async (world) => {
    const { client, server } = await world.connect({ prepare: wantData });
    assert.ok(localChunks(server).includes(DATA));
    assert.ok(peerChunks(client).includes(DATA));
    assert.equal(peerChunks(server).includes(DATA), false);
    assert.deepEqual(peerChunks(client), localChunks(server));
    await world.until(client.send(bytesOf("authenticated")));
    assert.equal(await world.text(server), "authenticated");
    await world.until(server.send(bytesOf("not authenticated")));
    assert.equal(await world.text(client), "not authenticated");
  });

  contract("RFC 6458 §8.3.2: SCTP_AUTH_CHUNK is about associations to come", async (world) => {
    const { client, server } = await world.connect();
    wantData(client);
    assert.equal(peerChunks(server).includes(DATA), false);
    await world.until(server.send(bytesOf("as it is")));
    assert.equal(await world.text(client), "as it is");
  });

  contract("RFC 6458 §8.3.3, §8.1.18: messages arrive under a key that both sides have", async (world) => {
    const { client, server } = await keyedPair(world, SECRET);
    client.setsockopt(IPPROTO_SCTP, SCTP_AUTH_ACTIVE_KEY, { scact_keynumber: 1 });
    await world.until(client.send(bytesOf("under key 1")));
    const event = await world.event(server, SCTP_AUTHENTICATION_EVENT);
    assert.deepEqual([event.auth_indication, event.auth_keynumber], [SCTP_AUTH_NEW_KEY, 1]);
    assert.equal(await world.text(server), "under key 1");
  });

  contract("RFC 4895 §6.3: messages under a key that differs do not arrive", async (world) => {
    const { client, server } = await keyedPair(world, bytesOf("something else"));
    client.setsockopt(IPPROTO_SCTP, SCTP_AUTH_ACTIVE_KEY, { scact_keynumber: 1 });
    await world.until(client.send(bytesOf("lost")));
    assert.ok(await world.isPending(server.recv()));
  });

  contract("RFC 6458 §5.3.8: sctp_authinfo names the key of one message", async (world) => {
    const { client, server } = await keyedPair(world, SECRET);
    await world.until(client.sctp_sendv(bytesOf("one"), { info: { auth_keynumber: 1 } }));
    const event = await world.event(server, SCTP_AUTHENTICATION_EVENT);
    assert.equal(event.auth_keynumber, 1);
    assert.equal(await world.text(server), "one");
    await world.until(client.send(bytesOf("two")));
    assert.equal(await world.text(server), "two");
    const unknown = { info: { auth_keynumber: 9 } };
    assert.throws(() => client.nonblocking.sctp_sendv(bytesOf("no"), unknown), { code: "EINVAL" });
  });

  contract(
    "RFC 6458 §8.3.4, §6.1.8: a key that is deactivated serves no new message, and is free",
    async (world) => {
      const { client, server } = await keyedPair(world, SECRET);
      await world.until(client.sctp_sendv(bytesOf("one"), { info: { auth_keynumber: 1 } }));
      assert.equal(await world.text(server), "one");
      await world.quiet();
      client.setsockopt(IPPROTO_SCTP, SCTP_AUTH_DEACTIVATE_KEY, { scact_keynumber: 1 });
      const event = await world.event(client, SCTP_AUTHENTICATION_EVENT);
      assert.deepEqual([event.auth_indication, event.auth_keynumber], [SCTP_AUTH_FREE_KEY, 1]);
      const old = { info: { auth_keynumber: 1 } };
      assert.throws(() => client.nonblocking.sctp_sendv(bytesOf("no"), old), { code: "EINVAL" });
      const activate = (): void =>
        client.setsockopt(IPPROTO_SCTP, SCTP_AUTH_ACTIVE_KEY, { scact_keynumber: 1 });
      assert.throws(activate, { code: "EINVAL" });
      client.setsockopt(IPPROTO_SCTP, SCTP_AUTH_DELETE_KEY, { scact_keynumber: 1 });
      assert.throws(activate, { code: "EINVAL" });
      await world.until(client.send(bytesOf("two")));
      assert.equal(await world.text(server), "two");
    },
  );

  contract("RFC 6458 §8.3.5: only a key that was deactivated is deleted", async (world) => {
    const { client } = await keyedPair(world, SECRET);
    const remove = (): void => client.setsockopt(IPPROTO_SCTP, SCTP_AUTH_DELETE_KEY, { scact_keynumber: 1 });
    assert.throws(remove, { code: "EINVAL", syscall: "setsockopt" });
    client.setsockopt(IPPROTO_SCTP, SCTP_AUTH_DEACTIVATE_KEY, { scact_keynumber: 1 });
    remove();
    assert.throws(remove, { code: "EINVAL", syscall: "setsockopt" });
  });

  contract("RFC 6458 §8.3.3: a key is set on the association where there is one", async (world) => {
    const { client, server, listener } = await world.connect({ prepare: wantData });
    for (const socket of [client, server]) setKey(socket, 5, SECRET);
    await world.until(client.sctp_sendv(bytesOf("under key 5"), { info: { auth_keynumber: 5 } }));
    assert.equal(await world.text(server), "under key 5");
    const activate = (): void =>
      listener.setsockopt(IPPROTO_SCTP, SCTP_AUTH_ACTIVE_KEY, { scact_keynumber: 5 });
    assert.throws(activate, { code: "EINVAL" }, "the listener has got no key");
  });

  contract(
    "RFC 6458 §8.3: chunk types and keys stay with a socket whose connect was given up",
    async (world) => {
      const { to, socket: listener } = world.listen({
        prepare: (socket) => {
          wantData(socket);
          setKey(socket, 2, SECRET);
          subscribe(socket, SCTP_AUTHENTICATION_EVENT);
        },
      });
      const client = world.oneToOne();
      wantData(client);
      client.setsockopt(IPPROTO_SCTP, SCTP_AUTH_CHUNK, { sauth_chunk: SACK });
      const name = (scact_keynumber: number): { scact_keynumber: number } => ({ scact_keynumber });
      for (const key of [1, 2]) {
        const own = new Uint8Array(SECRET);
        setKey(client, key, own);
        own.fill(0);
        client.setsockopt(IPPROTO_SCTP, SCTP_AUTH_ACTIVE_KEY, name(key));
      }
      for (const key of [0, 1]) {
        client.setsockopt(IPPROTO_SCTP, SCTP_AUTH_DEACTIVATE_KEY, name(key));
        client.setsockopt(IPPROTO_SCTP, SCTP_AUTH_DELETE_KEY, name(key));
      }
      const controller = new AbortController();
      const givenUp = client.connect(to, { signal: controller.signal });
      controller.abort();
      await assert.rejects(givenUp, { name: "AbortError" });
      await world.quiet();
      await world.until(client.connect(to));
      assert.ok([DATA, SACK].every((type) => localChunks(client).includes(type)));
      const active = client.getsockopt(IPPROTO_SCTP, SCTP_AUTH_ACTIVE_KEY);
      assert.equal(active.scact_keynumber, 2);
      for (const key of [0, 1]) {
        const activate = (): void => client.setsockopt(IPPROTO_SCTP, SCTP_AUTH_ACTIVE_KEY, name(key));
        assert.throws(activate, { code: "EINVAL" }, `key ${key} stays deleted`);
      }
      await world.until(client.send(bytesOf("under key 2")));
      const server = await accepted(world, listener);
      assert.equal((await world.event(server, SCTP_AUTHENTICATION_EVENT)).auth_keynumber, 2);
      assert.equal(await world.text(server), "under key 2");
    },
  );

  contract("RFC 6458 §8.3.3, §7.2: keys of one association are no other's", async (world) => {
    const { client, server, clientId, serverId } = await world.connectMany({
      prepare: wantData,
    });
    const key = { sca_keynumber: 3, sca_key: SECRET };
    client.setsockopt(IPPROTO_SCTP, SCTP_AUTH_KEY, { ...key, sca_assoc_id: clientId });
    server.setsockopt(IPPROTO_SCTP, SCTP_AUTH_KEY, { ...key, sca_assoc_id: serverId });
    const info = { sendv_sndinfo: { snd_assoc_id: clientId }, sendv_authinfo: { auth_keynumber: 3 } };
    await world.until(client.sctp_sendv(bytesOf("under key 3"), { info }));
    assert.equal(await world.text(server), "under key 3");
    const future = (): void => client.setsockopt(IPPROTO_SCTP, SCTP_AUTH_ACTIVE_KEY, { scact_keynumber: 3 });
    assert.throws(future, { code: "EINVAL" });
  });
}
