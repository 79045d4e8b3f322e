import assert from "node:assert/strict";
import { test } from "node:test";
import type { Acknowledgement, CongestionControl } from "../../src/userland/index.js";
import { oneToOne, World } from "./world.js";

/** A window of one packet, whatever happens; it notes what it is told. */
class OnePacket implements CongestionControl {
  readonly ssthresh = 0;
  readonly told: string[] = [];
  readonly roundTrips: number[] = [];
  /** Less than the packets of this test: while one is on its way no other leaves. */
  readonly cwnd = 1000;
  pmdcs: number;

  constructor(pmdcs: number) {
    this.pmdcs = pmdcs;
  }

  acknowledged({ newlyAckedBytes, smoothedRoundTripMs }: Acknowledgement): void {
    this.told.push(`acknowledged ${newlyAckedBytes}`);
    if (smoothedRoundTripMs !== undefined) this.roundTrips.push(smoothedRoundTripMs);
  }

  enterFastRecovery(): void {
    this.told.push("loss");
  }

  retransmissionTimedOut(): void {
    this.told.push("time-out");
  }

  idle(periods: number): void {
    this.told.push(`idle ${periods}`);
  }

  setPmdcs(pmdcs: number): void {
    this.pmdcs = pmdcs;
  }
}

test("a congestion control of the user's own rules what is outstanding on each path (RFC 9260 §7)", async () => {
  const world = new World();
  const controls: OnePacket[] = [];
  const listener = oneToOne(world.provider("10.0.0.2"));
  listener.bind({ address: "10.0.0.2", port: 5000 });
  listener.listen();
  const client = oneToOne(
    world.provider("10.0.0.1", {
      congestionControl: (pmdcs, family) => {
        assert.equal(family, 4);
        const control = new OnePacket(pmdcs);
        controls.push(control);
        return control;
      },
    }),
  );
  await world.until(client.connect({ address: "10.0.0.2", port: 5000 }));
  const { socket: server } = await world.until(listener.accept());
  const begun = world.clock.now();
  const count = 20;
  for (let index = 0; index < count; index += 1) await world.until(client.sctp_sendv(new Uint8Array(1400)));
  for (let index = 0; index < count; index += 1) await world.until(server.sctp_recvv());
  const elapsedMs = world.clock.now() - begun;
  // One packet for each round trip of 20 ms; the first leaves at once, and arrives after half of it.
  assert.ok(elapsedMs >= 20 * (count - 1), `${elapsedMs} ms`);
  assert.equal(controls.length, 1);
  assert.equal(controls[0]?.pmdcs, 1500 - 20 - 12);
  const acknowledged = controls[0]?.told.filter((line) => line === "acknowledged 1416") ?? [];
  assert.ok(acknowledged.length >= count - 1, String(controls[0]?.told));
  assert.ok(controls[0]?.roundTrips.every((time) => time >= 20 && time < 21));
});
