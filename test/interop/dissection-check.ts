/**
 * A check that cannot fail proves nothing: captures that were spoiled on purpose must be complained about.
 *
 * @module
 */

import { readFile, writeFile } from "node:fs/promises";
import { strict as assert } from "node:assert";
import { writePacketChecksum } from "../../src/wire/crc32c.js";
import { Capture } from "./capture.js";
import { dissect, type Dissection } from "./dissection.js";
import type { CaseContext, InteropCase } from "./interop-case.js";
import { capturedPackets } from "./pcap.js";
import { SERVER_SCTP_PORTS, startClient, startServer } from "./usrsctp.js";

const COMMON_HEADER_BYTES = 12;

/** Captures usrsctp's client at its echo_server; the client stands at our UDP port. */
async function captureForeignPair(context: CaseContext, file: string): Promise<void> {
  const capture = await Capture.start(file, [context.ownUdpPort, context.peerUdpPort]);
  // The server takes the peer's port as always; the client takes ours, so for it the two change places.
  await startServer(context, "echo_server");
  const client = startClient(
    { ...context, ownUdpPort: context.peerUdpPort, peerUdpPort: context.ownUdpPort },
    SERVER_SCTP_PORTS.echo_server,
  );
  client.write("one line\n");
  client.endInput();
  assert.equal((await client.waitForEnd()).status, 0, client.tail());
  await capture.stop();
}

/** Dissects a copy of the capture in which `spoil` has changed the first packet from a UDP port. */
async function dissectSpoiled(
  context: CaseContext,
  file: string,
  sourceUdpPort: number,
  spoil: (sctp: Uint8Array) => void,
): Promise<Dissection> {
  const bytes = await readFile(file);
  const packet = capturedPackets(bytes).find((candidate) => candidate.sourceUdpPort === sourceUdpPort);
  assert.ok(packet !== undefined, "the capture has a packet to spoil");
  spoil(packet.sctp);
  const spoiledFile = file.replace(/\.pcap$/, "-spoiled.pcap");
  await writeFile(spoiledFile, bytes);
  const udpPorts = [context.ownUdpPort, context.peerUdpPort];
  return dissect({ file: spoiledFile, udpPorts, ownUdpPorts: [context.ownUdpPort] });
}

const flipBit = (sctp: Uint8Array): void => {
  sctp[sctp.length - 1] = (sctp[sctp.length - 1] ?? 0) ^ 1;
};

/** A chunk that claims to be longer than its packet, behind a checksum that is right. */
const lengthenChunk = (sctp: Uint8Array): void => {
  sctp.set([1, 0], COMMON_HEADER_BYTES + 2);
  writePacketChecksum(sctp, 0, sctp.length);
};

/** The case. @param folder - where it may put its captures */
export function dissectionCheck(folder: string): InteropCase {
  return {
    name: "the check itself: spoiled captures are complained about, an intact one is not",
    judged: "ours",
    run: async (context) => {
      const file = `${folder}/check.pcap`;
      await captureForeignPair(context, file);
      const { ownUdpPort, peerUdpPort } = context;

      const intact = await dissectSpoiled(context, file, ownUdpPort, () => {});
      assert.deepEqual(intact.ownComplaints, [], "an intact capture");
      assert.ok(intact.ownPackets >= 4 && intact.foreignPackets >= 4, "both directions are in the capture");

      const badChecksum = await dissectSpoiled(context, file, ownUdpPort, flipBit);
      assert.match(badChecksum.ownComplaints.join("\n"), /checksum/i, "a wrong checksum");
      assert.deepEqual(badChecksum.foreignComplaints, []);

      const badLength = await dissectSpoiled(context, file, ownUdpPort, lengthenChunk);
      assert.match(badLength.ownComplaints.join("\n"), /length|malformed/i, "a wrong chunk length");
      assert.doesNotMatch(
        badLength.ownComplaints.join("\n"),
        /checksum/i,
        "the checksum was made right again",
      );

      const foreign = await dissectSpoiled(context, file, peerUdpPort, flipBit);
      assert.deepEqual(foreign.ownComplaints, [], "what others emit is not our fault");
      assert.match(foreign.foreignComplaints.join("\n"), /checksum/i, "and is listed");
    },
  };
}
