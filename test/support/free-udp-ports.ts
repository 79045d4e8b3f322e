import { createSocket } from "node:dgram";

/**
 * Systems hand out ports from above these to whoever asks for any: between the look and the use nobody gets one of
 * these by chance.
 */
const FIRST_PORT = 10_000;
const LAST_PORT = 31_999;

/** Processes that look at the same time, as tests do, begin at different places: their ids are close together. */
const PORTS_PER_PROCESS = 20;

let lastPort = FIRST_PORT + ((process.pid * PORTS_PER_PROCESS) % (LAST_PORT - FIRST_PORT + 1));

/** Whether a port is free on all addresses of the machine, IPv4 and, where there is any, IPv6. */
async function isFree(port: number): Promise<boolean> {
  let isBound = false;
  for (const [type, address] of [
    ["udp6", "::"],
    ["udp4", "0.0.0.0"],
  ] as const) {
    const socket = createSocket(type);
    const code = await new Promise<string | undefined>((resolve) => {
      socket.once("error", (error: NodeJS.ErrnoException) => resolve(error.code));
      socket.bind({ port, address, exclusive: true }, () => resolve(undefined));
    });
    await new Promise<void>((resolve) => socket.close(() => resolve()));
    if (code === "EADDRINUSE") return false;
    isBound ||= code === undefined;
  }
  return isBound;
}

/** Finds `count` different UDP ports that nobody has bound on any address right now. */
export async function freeUdpPorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  for (let tries = 0; ports.length < count; tries += 1) {
    if (tries > LAST_PORT - FIRST_PORT) throw new Error("no UDP port is free");
    lastPort = lastPort >= LAST_PORT ? FIRST_PORT : lastPort + 1;
    if (await isFree(lastPort)) ports.push(lastPort);
  }
  return ports;
}
