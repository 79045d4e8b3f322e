import {
  AF_INET,
  AF_INET6,
  SCTP_EOF,
  SHUT_WR,
  SO_LINGER,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  SOL_SOCKET,
} from "../../../src/sockets/constants.js";
import { SctpSocket } from "../../../src/sockets/sctp-socket.js";
import { World } from "../../userland/world.js";
import type { OptionCase } from "./option-case.js";

const PORT = 5000;

/** A socket in the state that a case wants, and the world that it lives in. */
export interface Stage {
  readonly world: World;
  readonly socket: SctpSocket;
  /** The id of its association; 0 when it has none, or needs none. */
  readonly association: number;
  readonly peer: { readonly address: string; readonly port: number };
  /** Every socket that was made on the way. */
  readonly all: readonly SctpSocket[];
}

/** Brings a socket into its state. */
export async function setTheStage({ style, family, state }: Omit<OptionCase, "calls">): Promise<Stage> {
  const world = new World();
  const near = world.provider(["10.0.0.1", "fd00::1", "10.0.1.1"]);
  const far = world.provider(["10.0.0.2", "fd00::2", "10.0.1.2"]);
  const af = family === 4 ? AF_INET : AF_INET6;
  const type = style === "one-to-one" ? SOCK_STREAM : SOCK_SEQPACKET;
  const peer = { address: family === 4 ? "10.0.0.2" : "fd00::2", port: PORT };
  const own = { address: family === 4 ? "10.0.0.1" : "fd00::1", port: PORT };
  const socket = new SctpSocket(af, type, { provider: near });
  const other = new SctpSocket(af, SOCK_SEQPACKET, { provider: far });
  other.bind(peer);
  other.listen();
  const all = [socket, other];
  const plain = (): Stage => ({ world, socket, association: 0, peer, all });

  switch (state) {
    case "fresh":
      return plain();
    case "bound":
      socket.bind(own);
      return plain();
    case "listening":
      socket.bind(own);
      socket.listen();
      return plain();
    case "connecting":
      return { ...plain(), association: startConnect(socket, peer) };
    case "closed":
      await world.until(socket.close());
      return plain();
    case "accepted": {
      const listener = new SctpSocket(af, SOCK_STREAM, { provider: near });
      listener.bind(own);
      listener.listen();
      const accepted = listener.accept();
      await world.until(other.sctp_connectx([own]));
      const { socket: taken } = await world.until(accepted);
      return { world, socket: taken, association: 0, peer, all: [...all, listener, taken] };
    }
    default:
      break;
  }
  const association = await world.until(socket.sctp_connectx([peer]));
  if (state === "peeled off" && type === SOCK_SEQPACKET) {
    const peeled = socket.sctp_peeloff(association);
    return { world, socket: peeled, association: 0, peer, all: [...all, peeled] };
  }
  if (state === "shut down") {
    if (type === SOCK_STREAM) socket.shutdown(SHUT_WR);
    else
      await world.until(socket.sctp_sendv([], { info: { snd_flags: SCTP_EOF, snd_assoc_id: association } }));
  }
  if (state === "lost") {
    other.setsockopt(SOL_SOCKET, SO_LINGER, { l_onoff: 1, l_linger: 0 });
    await world.until(other.close());
    await world.clock.advanceBy(100);
    return plain();
  }
  return { world, socket, association, peer, all };
}

function startConnect(socket: SctpSocket, peer: Stage["peer"]): number {
  try {
    return socket.nonblocking.sctp_connectx([peer]);
  } catch (error) {
    // EINPROGRESS, and it tells the id.
    return (error as { assoc_id?: number }).assoc_id ?? 0;
  }
}

/** Closes everything; answers whether the event loop is let go of. */
export async function strikeTheStage({ world, all }: Stage): Promise<boolean> {
  await world.until(Promise.all(all.map((socket) => socket.close())));
  return !world.clock.hasRef;
}
