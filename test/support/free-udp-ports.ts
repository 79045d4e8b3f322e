import { createSocket, type Socket } from "node:dgram";

/** Binds a UDP socket to a port that is free on all addresses of the machine, IPv4 and, where there is any, IPv6. */
async function bindEverywhere(): Promise<Socket> {
  for (const [type, address] of [
    ["udp6", "::"],
    ["udp4", "0.0.0.0"],
  ] as const) {
    const socket = createSocket(type);
    const bound = await new Promise<boolean>((resolve) => {
      socket.once("error", () => resolve(false));
      socket.bind({ port: 0, address, exclusive: true }, () => resolve(true));
    });
    if (bound) return socket;
    socket.close();
  }
  throw new Error("no UDP port is free");
}

/** Finds `count` different UDP ports that nobody has bound on any address right now. */
export async function freeUdpPorts(count: number): Promise<number[]> {
  // All are held at the same time, so that no number is given twice.
  const sockets: Socket[] = [];
  for (let index = 0; index < count; index += 1) sockets.push(await bindEverywhere());
  const ports = sockets.map((socket) => socket.address().port);
  await Promise.all(sockets.map((socket) => new Promise<void>((resolve) => socket.close(() => resolve()))));
  return ports;
}
