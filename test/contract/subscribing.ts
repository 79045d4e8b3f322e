import assert from "node:assert/strict";
import {
  IPPROTO_SCTP,
  SCTP_ALL_ASSOC,
  SCTP_ASSOC_CHANGE,
  SCTP_CURRENT_ASSOC,
  SCTP_EVENT,
  SCTP_FUTURE_ASSOC,
  SCTP_SENDER_DRY_EVENT,
  SCTP_SHUTDOWN_EVENT,
  SOCK_SEQPACKET,
} from "../../src/index.js";
import { bytesOf, type Contract, drain } from "./world.js";

/** Which associations a subscription is about. */
export function subscribing(contract: Contract): void {
  contract("RFC 6458 §6.2.2, §7.2: FUTURE, CURRENT, ALL and one association", async (world) => {
    const { client, server, clientId } = await world.connectMany();
    const isOn = (se_assoc_id: number): number =>
      client.getsockopt(IPPROTO_SCTP, SCTP_EVENT, { se_assoc_id, se_type: SCTP_SHUTDOWN_EVENT }).se_on;
    const set = (se_assoc_id: number, se_on: number): void =>
      client.setsockopt(IPPROTO_SCTP, SCTP_EVENT, { se_assoc_id, se_type: SCTP_SHUTDOWN_EVENT, se_on });
    const both = (): number[] => [isOn(SCTP_FUTURE_ASSOC), isOn(clientId)];
    assert.deepEqual(both(), [0, 0]);
    set(SCTP_FUTURE_ASSOC, 1);
    assert.deepEqual(both(), [1, 0]);
    set(SCTP_FUTURE_ASSOC, 0);
    set(SCTP_CURRENT_ASSOC, 1);
    assert.deepEqual(both(), [0, 1]);
    set(SCTP_ALL_ASSOC, 0);
    assert.deepEqual(both(), [0, 0]);
    set(SCTP_ALL_ASSOC, 1);
    assert.deepEqual(both(), [1, 1]);
    set(clientId, 0);
    assert.deepEqual(both(), [1, 0]);
    void server.close();
    await world.quiet();
    assert.deepEqual(drain(client), [], "this association's was taken back");
  });

  contract(
    "RFC 6458 §7.2: reading takes no set of associations, and no id that there is not",
    async (world) => {
      const { client } = await world.connectMany();
      for (const se_assoc_id of [SCTP_CURRENT_ASSOC, SCTP_ALL_ASSOC, 4711]) {
        const argument = { se_assoc_id, se_type: SCTP_ASSOC_CHANGE };
        assert.throws(() => client.getsockopt(IPPROTO_SCTP, SCTP_EVENT, argument), { code: "EINVAL" });
        assert.throws(() => client.sctp_opt_info(se_assoc_id, SCTP_EVENT, { se_type: SCTP_ASSOC_CHANGE }), {
          code: "EINVAL",
        });
      }
      const unknown = { se_assoc_id: 4711, se_type: SCTP_ASSOC_CHANGE, se_on: 1 };
      assert.throws(() => client.setsockopt(IPPROTO_SCTP, SCTP_EVENT, unknown), { code: "EINVAL" });
      const noEvent = { se_type: 0x8fff, se_on: 1 };
      assert.throws(() => client.setsockopt(IPPROTO_SCTP, SCTP_EVENT, noEvent), { code: "EINVAL" });
    },
  );

  contract("RFC 6458 §7.2: a one-to-one socket ignores the id", async (world) => {
    const { client, server } = await world.connect();
    client.setsockopt(IPPROTO_SCTP, SCTP_EVENT, { se_assoc_id: 99, se_type: SCTP_SHUTDOWN_EVENT, se_on: 1 });
    const argument = { se_assoc_id: 77, se_type: SCTP_SHUTDOWN_EVENT };
    assert.equal(client.getsockopt(IPPROTO_SCTP, SCTP_EVENT, argument).se_on, 1);
    await world.until(server.close());
    await world.event(client, SCTP_SHUTDOWN_EVENT);
  });

  contract("RFC 6458 §6.2.2: a subscription holds from then on, and its end as well", async (world) => {
    const { socket: server, to } = world.listen({ type: SOCK_SEQPACKET });
    const set = (se_on: number): void =>
      server.setsockopt(IPPROTO_SCTP, SCTP_EVENT, { se_type: SCTP_ASSOC_CHANGE, se_on });
    await world.until(world.oneToMany().sendto(bytesOf("unannounced"), to));
    assert.equal(await world.text(server), "unannounced");
    set(1);
    await world.until(world.oneToMany(world.anotherClient()).sendto(bytesOf("announced"), to));
    await world.event(server, SCTP_ASSOC_CHANGE);
    assert.equal(await world.text(server), "announced");
    set(0);
    await world.until(world.oneToMany(world.anotherClient()).sendto(bytesOf("unannounced"), to));
    const [next, ...more] = [await world.until(server.sctp_recvv()), ...drain(server)];
    assert.equal(next.notification, undefined);
    assert.deepEqual(more, []);
  });

  contract(
    "RFC 6458 §6.1.9: dry associations tell at once, each for itself, and only on subscribing",
    async (world) => {
      const { socket: server, to } = world.listen({ type: SOCK_SEQPACKET });
      const clients = [world.oneToOne(), world.oneToOne(world.anotherClient())];
      await world.until(Promise.all(clients.map((client) => client.connect(to))));
      await world.quiet();
      const set = (se_assoc_id: number, se_on: number): void =>
        server.setsockopt(IPPROTO_SCTP, SCTP_EVENT, { se_assoc_id, se_type: SCTP_SENDER_DRY_EVENT, se_on });
      set(SCTP_FUTURE_ASSOC, 1);
      assert.deepEqual(drain(server), []);
      set(SCTP_CURRENT_ASSOC, 1);
      const ids = drain(server).map(({ notification }) =>
        notification?.sn_type === SCTP_SENDER_DRY_EVENT ? notification.sender_dry_assoc_id : 0,
      );
      assert.equal(new Set(ids).size, 2);
      set(SCTP_ALL_ASSOC, 0);
      assert.deepEqual(drain(server), []);
    },
  );
}
