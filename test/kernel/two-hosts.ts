/**
 * Two hosts inside the kernel of a run: network namespaces of their own, with one or two links between them.
 *
 * @module
 */

import { execFileSync } from "node:child_process";
import { Program, type ProgramOptions } from "../support/program.js";

/**
 * Checksums and segmentation are left to the network card by default; between namespaces there is none, so that raw
 * sockets and captures would see packets of many kilobytes without a CRC32c.
 */
const OFFLOADS = ["tx-checksum-sctp", "tx-sctp-segmentation", "tx", "gso", "gro", "tso"];

/**
 * The ABORT with which a kernel answers when it knows nothing of an association (RFC 9260 §8.4), for no process. Its
 * SHUTDOWN COMPLETE may pass: it ends nothing that was not at its end.
 */
const SILENCE = [
  ...["-p", "sctp", "-m", "sctp", "--chunk-types", "any", "ABORT"],
  ...["-m", "owner", "!", "--uid-owner", "0-4294967294", "-j", "DROP"],
];

let hostsMade = 0;

/** Runs a program and answers what it printed. @param input - lines for it @throws Error when its status is not 0 */
export function run(words: readonly string[], input: readonly string[] = []): string {
  const [program = "", ...programArguments] = words;
  return execFileSync(program, programArguments, {
    encoding: "utf8",
    stdio: "pipe",
    input: input.join("\n"),
  });
}

/** A host: a network namespace with its ends of some links. */
export class KernelHost {
  /** The name of its network namespace, for `ip netns exec`. */
  readonly namespace: string;
  /** Its IPv4 addresses, one a link. */
  readonly addresses: readonly string[];
  /** Its IPv6 addresses, one a link. */
  readonly addresses6: readonly string[];
  /** Its ends of the links, as `ip link` names them. */
  readonly links: readonly string[];

  /**
   * Describes a host, which somebody else makes.
   *
   * @param number - the last number of its addresses
   * @param links - the numbers of its links
   */
  constructor(namespace: string, number: number, links: readonly number[]) {
    this.namespace = namespace;
    this.addresses = links.map((link) => `10.0.${link}.${number}`);
    this.addresses6 = links.map((link) => `fd00:${link}::${number}`);
    this.links = links.map((link) => `link${link}`);
  }

  /** Runs a program on the host to its end. @returns what it printed @throws Error when its status is not 0 */
  run(words: readonly string[]): string {
    return run(["ip", "netns", "exec", this.namespace, ...words]);
  }

  /** Starts a program on the host. */
  start(words: readonly string[], options: ProgramOptions = {}): Program {
    return new Program("ip", ["netns", "exec", this.namespace, ...words], options);
  }

  /** Sets variables of the host's kernel: `sysctl({ "net.sctp.auth_enable": 1 })`. */
  sysctl(variables: Readonly<Record<string, number | string>>): void {
    this.run(["sysctl", "-q", "-w", ...Object.entries(variables).map(([name, value]) => `${name}=${value}`)]);
  }

  /**
   * Has everything that leaves the host delayed, lost, reordered … as netem's words say (`"loss 1% delay 5ms"`); no
   * words, no impairment.
   *
   * @param link - counted from 0; all links unless said otherwise
   */
  impair(words: string, link?: number): void {
    const discipline = words === "" ? ["pfifo"] : ["netem", ...words.split(" "), "limit", "100000"];
    for (const name of link === undefined ? this.links : [this.links[link] ?? ""]) {
      run(["tc", "-n", this.namespace, "qdisc", "replace", "dev", name, "root", ...discipline]);
    }
  }

  /**
   * Keeps the host's kernel from answering for associations of a stack in userland, which it knows nothing of: what it
   * sends for no process has no owner, while what a raw socket sends, or a socket of the kernel's SCTP that a process
   * has open, has one.
   */
  silenceKernel(): void {
    for (const program of ["iptables-legacy", "ip6tables-legacy"]) {
      this.run([program, "-A", "OUTPUT", ...SILENCE]);
    }
  }

  /** Leaves checksums and segmentation of what leaves the host to its links, or not; {@link TwoHosts.create}: not. */
  setOffloads(state: "on" | "off"): void {
    for (const link of this.links) {
      this.run(["ethtool", "-K", link, ...OFFLOADS.flatMap((offload) => [offload, state])]);
    }
  }
}

/** Two hosts that reach each other. */
export class TwoHosts {
  /** The first. */
  readonly a: KernelHost;
  /** The second. */
  b: KernelHost;

  readonly #replaced: KernelHost[] = [];

  private constructor(a: KernelHost, b: KernelHost) {
    this.a = a;
    this.b = b;
  }

  /** Makes two new hosts; any number of pairs may be there at once. @param linkCount - how many links they share */
  static create(linkCount = 1): TwoHosts {
    hostsMade += 1;
    const names = [`a${process.pid}-${hostsMade}`, `b${process.pid}-${hostsMade}`] as const;
    const links = linkNumbers(linkCount);
    const a = new KernelHost(names[0], 1, links);
    const b = new KernelHost(names[1], 2, links);
    const commands = [`netns add ${a.namespace}`, `netns add ${b.namespace}`];
    for (const link of a.links) {
      commands.push(`link add ${link} netns ${a.namespace} type veth peer name ${link} netns ${b.namespace}`);
    }
    run(["ip", "-batch", "-"], commands);
    for (const host of [a, b]) setUp(host);
    return new TwoHosts(a, b);
  }

  /** Both. */
  get both(): readonly [KernelHost, KernelHost] {
    return [this.a, this.b];
  }

  /** Impairs both directions. */
  impair(words: string): void {
    for (const host of this.both) host.impair(words);
  }

  /**
   * Puts a new host in the place of {@link b}, with the same links and addresses, which knows nothing of the
   * associations of the old one. That one lives on without links, so that whatever it still has to say is lost. And the
   * new one's kernel is silent: its ABORT in answer to a late SACK would end what is about to be set up anew.
   */
  replaceB(): void {
    const old = this.b;
    hostsMade += 1;
    this.#replaced.push(old);
    this.b = new KernelHost(`b${process.pid}-${hostsMade}`, 2, linkNumbers(old.links.length));
    run(["ip", "netns", "add", this.b.namespace]);
    this.b.silenceKernel();
    for (const link of old.links)
      run(["ip", "-n", old.namespace, "link", "set", link, "netns", this.b.namespace]);
    setUp(this.b);
  }

  /** Takes the hosts away. Their programs have to have ended. */
  remove(): void {
    for (const { namespace } of [...this.both, ...this.#replaced]) run(["ip", "netns", "delete", namespace]);
  }
}

function linkNumbers(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

/** Gives a new host its addresses. A process costs 0.1 s inside this kernel: hence the batch. */
export function setUp(host: KernelHost): void {
  const commands = ["link set lo up"];
  for (const [index, link] of host.links.entries()) {
    commands.push(
      `address add ${host.addresses[index]}/24 dev ${link}`,
      // Without the search for duplicates the address can be used at once.
      `address add ${host.addresses6[index]}/64 dev ${link} nodad`,
      `link set ${link} up`,
    );
  }
  run(["ip", "-n", host.namespace, "-batch", "-"], commands);
  host.setOffloads("off");
}
