/**
 * Everything that the bench measures: our own stack through each of its faces, the stacks of others, and what the
 * system carries without any.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import { compileProgram } from "../test/support/c-program.js";
import { installPackages, packageVersion } from "./npm-packages.js";
import { buildPion } from "./pion.js";
import { provideNewerUsrsctp, provideUsrsctp } from "./usrsctp.js";

/** Something to be measured: how one of its processes is started. */
export interface Subject {
  /** Short and always the same: how its results are found again. */
  readonly id: string;
  /** With its version, for the reader. */
  readonly name: string;
  /** The program and the arguments that stand before role, ports, bytes and seconds. */
  readonly command: readonly [string, ...string[]];
  /** The arguments that stand behind them. */
  readonly tail: readonly string[];
  /** Variables on top of this process's. */
  readonly environment: Readonly<Record<string, string>>;
  /** A face of our own stack, a stack of others, or a limit that no stack can pass. */
  readonly kind: "ours" | "peer" | "limit";
}

/** Our own stack with the addon, as it is meant to be used for speed. */
export const OURS = "sctpkit";
/** Our own stack through promises. */
export const OURS_PROMISES = "sctpkit-promises";
/** Our own stack without the addon. */
export const OURS_DGRAM = "sctpkit-dgram";
/** Our own stack with the socket buffer that Debian grants without being asked for more. */
export const OURS_SMALL_BUFFER = "sctpkit-208k";
/** Our own stack with an event loop that stays awake for a while after packets have come. */
export const OURS_BUSY_POLL = "sctpkit-busy-poll";
/** Longer than the answer to a short message takes. */
const BUSY_POLL_MICROSECONDS = 100;
/** What Debian's net.core.rmem_max says when nobody has changed it, in bytes. */
const SMALL_BUFFER_BYTES = 212_992;

function nodeProgram(name: string): [string, ...string[]] {
  return [process.execPath, fileURLToPath(new URL(`./${name}.js`, import.meta.url))];
}

function ours(id: string, name: string, more: Partial<Subject> = {}): Subject {
  return { id, name, command: nodeProgram("our-peer"), tail: [], environment: {}, kind: "ours", ...more };
}

/** What is left out, with the reason, in one line. */
function leaveOut(name: string, reason: string): [] {
  console.log(`bench: without ${name}: ${reason}`);
  return [];
}

function ownFaces(): Subject[] {
  return [
    ours(OURS, "sctpkit"),
    ours(OURS_PROMISES, "sctpkit, promises", { tail: ["promises"] }),
    ours(OURS_DGRAM, "sctpkit, node:dgram", { environment: { SCTP_UDP_IO: "dgram" } }),
    ours(OURS_BUSY_POLL, `sctpkit, busy-poll ${BUSY_POLL_MICROSECONDS} µs`, {
      environment: { SCTP_UDP_BUSY_POLL: String(BUSY_POLL_MICROSECONDS) },
    }),
    ours(OURS_SMALL_BUFFER, "sctpkit, 208 KiB", {
      environment: { SCTPKIT_BENCH_UDP_BUFFER: String(SMALL_BUFFER_BYTES) },
    }),
  ];
}

function usrsctp(): Subject[] {
  const subjects: Subject[] = [];
  for (const [id, driver] of [
    ["usrsctp", provideUsrsctp()],
    ["usrsctp-newer", provideNewerUsrsctp()],
  ] as const) {
    if (driver === undefined) continue;
    if (typeof driver === "string") leaveOut(id, driver);
    else {
      const { program, version } = driver;
      const name = `usrsctp ${version}`;
      subjects.push({ id, name, command: [program], tail: [], environment: {}, kind: "peer" });
    }
  }
  return subjects;
}

function pion(): Subject[] {
  const built = buildPion();
  if (typeof built === "string") return leaveOut("pion", built);
  const { program, version } = built;
  return [
    { id: "pion", name: `pion ${version}`, command: [program], tail: [], environment: {}, kind: "peer" },
  ];
}

function npmStacks(): Subject[] {
  const problem = installPackages();
  if (problem !== undefined) return leaveOut("werift-sctp and sctp", problem);
  return [
    { id: "werift-sctp", program: "peers/werift" },
    { id: "sctp", program: "peers/node-sctp" },
  ].map(({ id, program }) => ({
    id,
    name: `${id} ${packageVersion(id)}`,
    command: nodeProgram(program),
    tail: [],
    environment: {},
    kind: "peer",
  }));
}

function bareUdp(): Subject[] {
  const compiled = compileProgram({
    source: "bench/peers/udp-bench.c",
    header: "/usr/include/linux/udp.h",
    packages: ["gcc", "libc6-dev"],
    libraries: [],
  });
  if (typeof compiled === "string") return leaveOut("UDP in C", compiled);
  return [
    { id: "udp-plain", name: "UDP in C", way: "plain" },
    { id: "udp-batched", name: "UDP in C, sendmmsg", way: "batched" },
    { id: "udp-segmented", name: "UDP in C, GSO and GRO", way: "segmented" },
  ].map(({ id, name, way }) => ({
    id,
    name,
    command: [compiled.program],
    tail: [way],
    environment: {},
    kind: "limit",
  }));
}

function bareNode(): Subject[] {
  const limit = (id: string, name: string, program: string): Subject => {
    return { id, name, command: nodeProgram(program), tail: [], environment: {}, kind: "limit" };
  };
  return [
    limit("node-dgram", "node:dgram", "peers/bare-dgram"),
    limit("node-net", "TCP in Node", "peers/bare-tcp"),
  ];
}

/** Everything that can be had here; what cannot is said in one line each. */
export function provideSubjects(withPeers: boolean): Subject[] {
  if (!withPeers) return ownFaces();
  return [...ownFaces(), ...usrsctp(), ...pion(), ...npmStacks(), ...bareUdp(), ...bareNode()];
}

/** The link that loses packets, or why there is none. */
export function provideRelay(): { readonly program: string } | string {
  return compileProgram({
    source: "bench/peers/relay.c",
    header: "/usr/include/stdio.h",
    packages: ["gcc", "libc6-dev"],
    libraries: [],
  });
}
