/**
 * tshark's opinion of what our stack emits on networks that go wrong in every way: the captures of the simulation's
 * seeds, over IPv4 and IPv6, with everything in them that a pair on loopback never does.
 *
 * @module
 */

import { strict as assert } from "node:assert";
import { rm, writeFile } from "node:fs/promises";
import { swarmCapture } from "../sim/swarm/swarm.js";
import { dissect } from "./dissection.js";
import type { InteropCase } from "./interop-case.js";
import { pcapOf } from "./pcap.js";

const SEEDS = 50;

/** What tshark finds wrong in the capture of a seed, and how many packets it has looked at. */
async function judge(seed: number, file: string): Promise<{ complaints: string[]; packets: number }> {
  // What hosts have sent, as they have sent it: what the network does to it is none of their fault.
  const packets = swarmCapture(seed);
  await writeFile(file, pcapOf(packets));
  const ownAddresses = [...new Set(packets.map(({ source }) => source.text))];
  const { ownPackets, ownComplaints } = await dissect({ file, udpPorts: [], ownAddresses });
  assert.equal(ownPackets, packets.length, `seed ${seed}: tshark has seen every packet`);
  if (ownComplaints.length === 0) await rm(file);
  return { complaints: ownComplaints.map((complaint) => `seed ${seed}, ${complaint}`), packets: ownPackets };
}

/** The case. @param folder - where it may put its captures */
export function simulatedNetworks(folder: string): InteropCase {
  return {
    name: `the captures of ${SEEDS} seeds of the simulation`,
    judged: "by itself",
    run: async () => {
      const all: string[] = [];
      let seen = 0;
      for (let seed = 1; seed <= SEEDS; seed += 1) {
        // oxlint-disable-next-line no-await-in-loop -- one capture at a time, so that memory stays small
        const { complaints, packets } = await judge(seed, `${folder}/seed-${seed}.pcap`);
        all.push(...complaints);
        seen += packets;
      }
      assert.deepEqual(all, []);
      return `${seen} packets of ours, no complaint`;
    },
  };
}
