/**
 * Associations between two hosts of which each has a stack of its own, and what is expected of their ends.
 *
 * @module
 */

import assert from "node:assert/strict";
import { RemoteProgram } from "./remote.js";
import type { StackFunctions } from "./stack-program.js";
import type { Carrier, EndReport, SideOptions, Timeouts } from "./stack-side.js";
import type { KernelHost } from "./two-hosts.js";

/** A host with the program that has its sockets. */
export interface Host {
  readonly host: KernelHost;
  readonly program: RemoteProgram<StackFunctions>;
  readonly carrier: Carrier;
  /** Those of its sockets, where the usual ones do not suit. */
  readonly timeouts?: Timeouts;
}

/** Starts the program on a host. */
export function startHost(host: KernelHost, carrier: Carrier): Host {
  return { host, program: new RemoteProgram<StackFunctions>(host, "stack-program"), carrier };
}

/** How a host makes the sockets of an association. */
function ownOptions({ carrier, timeouts }: Host): Pick<SideOptions, "carrier" | "timeouts"> {
  return { carrier, ...(timeouts === undefined ? {} : { timeouts }) };
}

/** What a client's socket is made with, whatever program makes it. */
type ClientOptions = Omit<SideOptions, "carrier" | "timeouts"> & { readonly name: string };

let lastPort = 5000;

/** An association that both sides' programs know by the same name. */
export class StackAssociation {
  /** What both sides' programs call it. */
  readonly name: string;
  /** How the client's socket is made. */
  readonly #clientOptions: ClientOptions;
  readonly #serverAddress: string;
  #client: Host;
  readonly #server: Host;

  private constructor(clientOptions: ClientOptions, serverAddress: string, client: Host, server: Host) {
    this.name = clientOptions.name;
    this.#clientOptions = clientOptions;
    this.#serverAddress = serverAddress;
    this.#client = client;
    this.#server = server;
  }

  /** Sets it up. @param addresses - the client's and the server's */
  static async establish(
    client: Host,
    server: Host,
    [clientAddress, address]: readonly [string, string],
    messages: number,
  ): Promise<StackAssociation> {
    lastPort += 1;
    const port = lastPort;
    const name = `association at port ${port}`;
    const common = { name, port, messages, seed: port };
    const association = new StackAssociation({ ...common, address: clientAddress }, address, client, server);
    await server.program.call("open", { ...common, ...ownOptions(server), address });
    await server.program.call("listen", name);
    await Promise.all([server.program.call("accept", name), association.#connect()]);
    return association;
  }

  /**
   * Sets it up once more from the client's address and port, which the server still knows: the client has lost its
   * memory (RFC 9260 §5.2).
   *
   * @param client - the program that has taken the place of the first one
   */
  async restart(client: Host): Promise<void> {
    this.#client = client;
    await this.#connect();
  }

  /** All messages, both ways. Answers what is worth telling. */
  async exchange(): Promise<string> {
    const [atClient, atServer] = await Promise.all([
      this.#client.program.call("exchange", { name: this.name, role: "client" }),
      this.#server.program.call("exchange", { name: this.name, role: "server" }),
    ]);
    const lengthBytes = atClient.lengthBytes + atServer.lengthBytes;
    const milliseconds = Math.max(atClient.milliseconds, atServer.milliseconds);
    return `${2 * atClient.messages} messages, ${lengthBytes} bytes in ${(milliseconds / 1000).toFixed(1)} s`;
  }

  /** The SCTP port of both sides. */
  get port(): number {
    return this.#clientOptions.port;
  }

  /** Has both sides send messages of the test's making, and compares what comes. */
  async swap(messages: Uint8Array[]): Promise<void> {
    const { name } = this;
    const programs = [this.#client.program, this.#server.program];
    const received = programs.map((program) => program.call("receive", { name, count: messages.length }));
    await Promise.all(programs.map((program) => program.call("send", { name, messages })));
    for (const answers of await Promise.all(received)) {
      for (const [index, answer] of answers.entries()) {
        assert.ok(Buffer.compare(answer, messages[index] ?? new Uint8Array(0)) === 0, `message ${index}`);
      }
    }
  }

  /** What the server sees of an end that nobody asked for. */
  receiveEnd(): Promise<EndReport> {
    return this.#server.program.call("receiveEnd", this.name);
  }

  /** Has one side end the association; answers what the other one saw. */
  async end(by: "client" | "server", how: "shutDown" | "abort"): Promise<EndReport> {
    const [first, second] = by === "client" ? [this.#client, this.#server] : [this.#server, this.#client];
    const [report] = await Promise.all([
      second.program.call("receiveEnd", this.name),
      first.program.call(how, this.name),
    ]);
    return report;
  }

  async #connect(): Promise<void> {
    const { program } = this.#client;
    await program.call("open", { ...this.#clientOptions, ...ownOptions(this.#client) });
    const { port } = this.#clientOptions;
    await program.call("connect", { name: this.name, address: this.#serverAddress, port });
  }
}

/** The client's and the server's IPv4 addresses on a link. */
export function addressesOf(client: Host, server: Host, link: number): [string, string] {
  return [client.host.addresses[link] ?? "", server.host.addresses[link] ?? ""];
}

/** What the other side sees of a SHUTDOWN: RFC 6458 §6.1.1, §6.1.5. */
export function assertShutdown({ code, events }: EndReport, before: readonly string[] = ["COMM_UP"]): void {
  assert.equal(code, undefined);
  assert.deepEqual(events, [...before, "SHUTDOWN", "SHUTDOWN_COMP"]);
}

/** What the other side sees of an ABORT: RFC 6458 §6.1.1. */
export function assertAbort({ code, events }: EndReport): void {
  assert.equal(code, "ECONNRESET");
  assert.deepEqual(events, ["COMM_UP", "COMM_LOST"]);
}
