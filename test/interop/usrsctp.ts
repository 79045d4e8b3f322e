/**
 * How usrsctp's example programs are started and what they print.
 *
 * @module
 */

import { setTimeout as delay } from "node:timers/promises";
import type { CaseContext } from "./interop-case.js";
import { isUdpPortBound, usrsctpPath } from "./machine.js";
import type { CProgram } from "../support/c-program.js";
import { Program } from "../support/program.js";

/** A server of usrsctp listens on one SCTP port, which is written into it. */
export const SERVER_SCTP_PORTS = { echo_server: 7, discard_server: 9, chargen_server_upcall: 19 } as const;

/** The name of one of usrsctp's servers. */
export type UsrsctpServer = keyof typeof SERVER_SCTP_PORTS;

/** Starts one of usrsctp's programs so that it prints line by line; it is killed when the case has ended. */
function start(context: CaseContext, path: string, programArguments: readonly string[]): Program {
  const program = new Program("stdbuf", ["-oL", path, ...programArguments]);
  context.cleanUp(async () => {
    program.kill();
    await program.ended;
  });
  return program;
}

/** Waits until a program has bound its UDP port. */
async function waitForUdpPort(program: Program, port: number): Promise<void> {
  const lastTry = Date.now() + 5000;
  while (!isUdpPortBound(port)) {
    if (Date.now() > lastTry)
      throw new Error(`${program.name} does not bind UDP port ${port}: ${program.tail()}`);
    await delay(10);
  }
  // It listens a moment after that. An INIT that comes in between is lost and is sent again: slow, not wrong.
  await delay(50);
}

/** Starts one of usrsctp's servers at the case's peer port; it takes our port as the port to send to. */
export async function startServer(context: CaseContext, server: UsrsctpServer): Promise<Program> {
  const ports = [context.peerUdpPort, context.ownUdpPort].map(String);
  const program = start(context, usrsctpPath(server), ports);
  await waitForUdpPort(program, context.peerUdpPort);
  return program;
}

/** Starts `tsctp` as a server. @param sctpPort - where it listens */
export async function startTsctpServer(context: CaseContext, sctpPort: number): Promise<Program> {
  const program = start(context, usrsctpPath("tsctp"), [
    "-E",
    String(context.peerUdpPort),
    "-p",
    String(sctpPort),
  ]);
  await waitForUdpPort(program, context.peerUdpPort);
  return program;
}

/** What `tsctp` sends as a client. */
export interface TsctpLoad {
  /** Where our server listens. */
  readonly sctpPort: number;
  /** Messages to send. */
  readonly messages: number;
  /** Bytes of each. */
  readonly lengthBytes: number;
  /** Whether they are unordered. */
  readonly unordered?: boolean;
}

/** Starts `tsctp` as a client of our server. */
export function startTsctpClient(context: CaseContext, load: TsctpLoad): Program {
  return start(context, usrsctpPath("tsctp"), [
    ...["-E", String(context.peerUdpPort), "-U", String(context.ownUdpPort), "-p", String(load.sctpPort)],
    ...["-n", String(load.messages), "-l", String(load.lengthBytes)],
    ...(load.unordered === true ? ["-u"] : []),
    "127.0.0.1",
  ]);
}

/** Starts `client`, which sends every line of its standard input and prints what comes back. */
export function startClient(context: CaseContext, sctpPort: number, localSctpPort = 0): Program {
  return start(context, usrsctpPath("client"), [
    ...["127.0.0.1", String(sctpPort), String(localSctpPort)],
    ...[String(context.peerUdpPort), String(context.ownUdpPort)],
  ]);
}

/** The program of our own that drives usrsctp: `npm run test:interop` compiles it. */
export const USRSCTP_PEER: CProgram = {
  source: "test/interop/programs/usrsctp-peer.c",
  header: "/usr/include/usrsctp.h",
  packages: ["gcc", "libc6-dev", "libusrsctp-dev"],
  libraries: ["usrsctp"],
};

/** What {@link USRSCTP_PEER} is to do. */
export interface PeerTask {
  /** The compiled program. */
  readonly program: string;
  /** How the association begins. */
  readonly role: "client" | "server";
  /** Of the server. */
  readonly sctpPort: number;
  /** The key that both sides share: nothing is authenticated without. */
  readonly key?: string | undefined;
  /** What it sends; without, it receives. */
  readonly sends?: { readonly messages: number; readonly policies: readonly string[] } | undefined;
}

/** Starts {@link USRSCTP_PEER}; when this has settled, a server listens. */
export async function startPeer(context: CaseContext, task: PeerTask): Promise<Program> {
  const { key, sends } = task;
  const program = start(context, task.program, [
    ...(key === undefined ? [] : ["-k", key]),
    ...[task.role, ...[context.peerUdpPort, context.ownUdpPort, task.sctpPort].map(String)],
    ...(sends === undefined ? [] : [String(sends.messages), ...sends.policies]),
  ]);
  if (task.role === "server") await program.waitForOutput(/^ready$/m);
  return program;
}

/** A message, or a part of one, as echo_server and discard_server print it. */
export interface PrintedPart {
  readonly lengthBytes: number;
  readonly sid: number;
  readonly ssn: number;
  readonly ppid: number;
  /** Whether the message ends with this part: they read 10,240 bytes at a time. */
  readonly complete: boolean;
}

/** The messages that echo_server or discard_server has received, in its order. */
export function printedParts(program: Program): PrintedPart[] {
  const pattern =
    /Msg of length (\d+) received .*? stream (\d+) with SSN (\d+) .*? PPID (\d+), .*? complete ([01])\./g;
  return [...program.output.matchAll(pattern)].map((match) => ({
    lengthBytes: Number(match[1]),
    sid: Number(match[2]),
    ssn: Number(match[3]),
    ppid: Number(match[4]),
    complete: match[5] === "1",
  }));
}

/** The lengths of the notifications that echo_server or discard_server has received, in its order. */
export function printedNotificationLengths(program: Program): number[] {
  return [...program.output.matchAll(/Notification of length (\d+) received\./g)].map((match) =>
    Number(match[1]),
  );
}
