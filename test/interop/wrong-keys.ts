/**
 * The cases in which each side authenticates with a key that the other does not have (RFC 4895).
 *
 * @module
 */

import { strict as assert } from "node:assert";
import {
  IPPROTO_SCTP,
  SCTP_GET_ASSOC_NUMBER,
  SCTP_INITMSG,
  SCTP_RTOINFO,
  type SctpSocket,
} from "../../src/index.js";
import { CHUNK_AUTH } from "../../src/wire/chunk.js";
import type { CaseContext, InteropCase } from "./interop-case.js";
import { connectTo, listenAt, shareKey } from "./our-side.js";
import { startPeer } from "./usrsctp.js";

const SCTP_PORT = 5001;
const THEIR_KEY = "what they know";

function prepare(socket: SctpSocket): void {
  socket.setsockopt(IPPROTO_SCTP, SCTP_RTOINFO, { srto_initial: 200, srto_min: 100, srto_max: 500 });
  socket.setsockopt(IPPROTO_SCTP, SCTP_INITMSG, { sinit_max_attempts: 3 });
  shareKey(socket, "what we know");
}

/** Its COOKIE ACK is discarded silently (§6.3), each time that it comes. */
async function client(context: CaseContext, program: string): Promise<void> {
  await startPeer(context, { program, role: "server", sctpPort: SCTP_PORT, key: THEIR_KEY });
  await assert.rejects(connectTo(context, SCTP_PORT, { prepare }), { code: "ETIMEDOUT" });
}

/** Its COOKIE ECHO is. */
async function server(context: CaseContext, program: string): Promise<void> {
  const our = await listenAt(context, SCTP_PORT, { style: "one-to-many", prepare });
  const peer = await startPeer(context, { program, role: "client", sctpPort: SCTP_PORT, key: THEIR_KEY });
  assert.equal((await peer.waitForEnd(15_000)).status, 1);
  assert.match(peer.output, /connect: /);
  assert.equal(our.socket.getsockopt(IPPROTO_SCTP, SCTP_GET_ASSOC_NUMBER), 0);
}

/** The cases. @param program - usrsctp-peer.c, compiled */
export function wrongKeys(program: string): readonly InteropCase[] {
  const chunkTypes = { theirs: [CHUNK_AUTH] };
  return [
    {
      name: "another key than usrsctp's, our client: no association (RFC 4895)",
      judged: "ours",
      chunkTypes,
      run: (context) => client(context, program),
    },
    {
      name: "another key than usrsctp's, our server: no association (RFC 4895)",
      judged: "ours",
      chunkTypes,
      run: (context) => server(context, program),
    },
  ];
}
