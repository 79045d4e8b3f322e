import assert from "node:assert/strict";
import { SO_RCVBUF, SO_SNDBUF, SOCK_SEQPACKET, SOL_SOCKET } from "../../src/index.js";
import { bytesOf, type Contract, drain, pattern, stuff } from "./world.js";

/** AbortSignal at every stage. */
export function givingUp(contract: Contract): void {
  contract("a signal that is aborted already: the reason, and nothing happens", async (world) => {
    const reason = new Error("never mind");
    const signal = AbortSignal.abort(reason);
    const { socket: listener, to } = world.listen();
    const client = world.oneToOne();
    await assert.rejects(client.connect(to, { signal }), reason);
    await assert.rejects(listener.accept({ signal }), reason);
    await world.until(client.connect(to));
    const server = world.keep((await world.until(listener.accept())).socket);
    await assert.rejects(client.send(bytesOf("x"), { signal }), reason);
    await assert.rejects(client.sctp_sendv(bytesOf("x"), { signal }), reason);
    await world.until(client.send(bytesOf("y")));
    await assert.rejects(server.sctp_recvv({ signal }), reason);
    assert.equal(await world.text(server), "y");
    assert.deepEqual(drain(server), []);
  });

  contract("an aborted receive rejects with the reason and takes nothing", async (world) => {
    const { client, server } = await world.connect();
    const controller = new AbortController();
    const first = server.recv({ signal: controller.signal });
    const second = server.recv();
    controller.abort();
    await assert.rejects(first, { name: "AbortError" });
    await world.until(client.send(bytesOf("for the second")));
    assert.deepEqual(await world.until(second), bytesOf("for the second"));
  });

  contract("one signal may end any number of calls, without a warning of a leak", async (world) => {
    const { client, server } = await world.connect();
    const warnings: Error[] = [];
    const note = (warning: Error): void => {
      warnings.push(warning);
    };
    process.on("warning", note);
    const controller = new AbortController();
    const { signal } = controller;
    const waiting = Array.from({ length: 50 }, () => server.recv({ signal }));
    const outcomes = Promise.allSettled(waiting);
    await world.until(client.send(bytesOf("for the first")));
    assert.deepEqual(await world.until(waiting[0]!), bytesOf("for the first"));
    controller.abort();
    const settled = await outcomes;
    assert.equal(settled.filter(({ status }) => status === "rejected").length, 49);
    await world.until(client.send(bytesOf("kept")));
    assert.equal(await world.text(server), "kept");
    process.off("warning", note);
    assert.deepEqual(warnings, []);
  });

  contract("an abort after the answer changes nothing", async (world) => {
    const { client, server } = await world.connect();
    const controller = new AbortController();
    const { signal } = controller;
    const waiting = server.recv({ signal });
    await world.until(client.send(bytesOf("x"), { signal }));
    assert.deepEqual(await world.until(waiting), bytesOf("x"));
    controller.abort();
    await world.until(client.send(bytesOf("y")));
    assert.equal(await world.text(server), "y");
  });

  contract("an aborted accept takes nothing", async (world) => {
    const { socket: listener, to } = world.listen();
    const controller = new AbortController();
    const waiting = listener.accept({ signal: controller.signal });
    controller.abort("enough");
    await assert.rejects(waiting, (reason) => reason === "enough");
    await world.until(world.oneToOne().connect(to));
    world.keep((await world.until(listener.accept())).socket);
  });

  contract(
    "a send that was not accepted yet is withdrawn whole, and those behind it go on",
    async (world) => {
      const { client, server } = await world.connect({
        prepare: (socket) => socket.setsockopt(SOL_SOCKET, SO_RCVBUF, 4096),
        prepareClient: (socket) => socket.setsockopt(SOL_SOCKET, SO_SNDBUF, 4096),
      });
      const filled = await stuff(world, client, pattern(1024));
      const controller = new AbortController();
      const withdrawn = client.send(pattern(4000, 1), { signal: controller.signal });
      const behind = client.send(bytesOf("behind"));
      assert.ok(await world.isPending(withdrawn));
      const reason = new Error("too late");
      controller.abort(reason);
      await assert.rejects(withdrawn, reason);
      for (let count = 0; count < filled; count += 1) {
        // oxlint-disable-next-line no-await-in-loop -- in their order
        assert.deepEqual((await world.message(server)).data, pattern(1024));
      }
      assert.equal(await world.text(server), "behind");
      await world.until(behind);
    },
  );

  contract("a send that was accepted stands", async (world) => {
    const { client, server } = await world.connect();
    const controller = new AbortController();
    const sent = client.send(bytesOf("accepted"), { signal: controller.signal });
    controller.abort();
    assert.equal(await world.until(sent), 8);
    assert.equal(await world.text(server), "accepted");
  });

  contract("an aborted connect rejects with the reason, and the socket may try again", async (world) => {
    const { socket: listener, to } = world.listen();
    const client = world.oneToOne();
    const controller = new AbortController();
    const reason = new Error("changed my mind");
    const connecting = client.connect(to, { signal: controller.signal });
    controller.abort(reason);
    await assert.rejects(connecting, reason);
    await world.quiet();
    await world.until(client.connect(to));
    await world.until(client.send(bytesOf("second thoughts")));
    // The first may have got as far as the accept queue; its end is then in it.
    for (;;) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const { socket } = await world.until(listener.accept());
      world.keep(socket);
      // oxlint-disable-next-line no-await-in-loop
      const data = await world.until(socket.recv().catch(() => new Uint8Array(0)));
      if (data.length > 0) break;
    }
  });

  contract("an aborted connect leaves the other associations of a one-to-many socket", async (world) => {
    const { client, server, clientId } = await world.connectMany();
    const { to } = world.listen({ type: SOCK_SEQPACKET });
    const controller = new AbortController();
    const connecting = client.connect(to, { signal: controller.signal });
    controller.abort();
    await assert.rejects(connecting, { name: "AbortError" });
    await world.until(client.sctp_sendv(bytesOf("still"), { info: { snd_assoc_id: clientId } }));
    assert.equal(await world.text(server), "still");
  });
}
