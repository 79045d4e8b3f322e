/**
 * Runs on a host: {@link StackSide}s that the test calls by their names.
 *
 * @module
 */

import type { StackStatistics } from "../../src/userland/index.js";
import { serve } from "./remote.js";
import { StackSide, statisticsOf, type EndReport, type Exchanged, type SideOptions } from "./stack-side.js";

const sides = new Map<string, StackSide>();

function sideOf(name: string): StackSide {
  const side = sides.get(name);
  if (side === undefined) throw new Error(`there is no side ${name}`);
  return side;
}

const functions = {
  open: ({ name, ...options }: SideOptions & { name: string }): void => {
    sides.set(name, new StackSide(options));
  },
  listen: (name: string): void => sideOf(name).listen(),
  accept: (name: string): Promise<void> => sideOf(name).accept(),
  connect: ({ name, address, port }: { name: string; address: string; port: number }): Promise<void> =>
    sideOf(name).connect(address, port),
  exchange: ({ name, role }: { name: string; role: "client" | "server" }): Promise<Exchanged> =>
    sideOf(name).exchange(role),
  send: ({ name, messages }: { name: string; messages: Uint8Array[] }): Promise<void> =>
    sideOf(name).send(messages),
  receive: ({ name, count }: { name: string; count: number }): Promise<Uint8Array[]> =>
    sideOf(name).receive(count),
  shutDown: (name: string): Promise<void> => sideOf(name).shutDown(),
  abort: (name: string): Promise<void> => sideOf(name).abort(),
  statistics: (): StackStatistics => statisticsOf("userland over IP"),
  receiveEnd: (name: string): Promise<EndReport> => sideOf(name).receiveEnd(),
};

/** What the program offers. */
export type StackFunctions = typeof functions;

serve(functions);
