import assert from "node:assert/strict";
import { AF_INET, SOCK_SEQPACKET, SOCK_STREAM } from "../../src/sockets/constants.js";
import { SctpSocket, type SctpSocketOptions } from "../../src/sockets/sctp-socket.js";
import type { AddressFamily, SocketType } from "../../src/sockets/types.js";
import { FakeProvider, type FakeSocket } from "./fake-provider.js";

/** A socket and its other side. */
export interface SocketAndFake {
  readonly socket: SctpSocket;
  readonly fake: FakeSocket;
  readonly provider: FakeProvider;
}

/** Makes a socket over a fake provider. */
export function openSocket(
  type: SocketType,
  family: AddressFamily = AF_INET,
  options: Omit<SctpSocketOptions, "provider"> = {},
): SocketAndFake {
  const provider = new FakeProvider();
  const socket = new SctpSocket(family, type, { ...options, provider });
  const fake = provider.sockets[0];
  assert.ok(fake !== undefined);
  return { socket, fake, provider };
}

/** A one-to-one socket over a fake provider. */
export function openOneToOne(options?: Omit<SctpSocketOptions, "provider">): SocketAndFake {
  return openSocket(SOCK_STREAM, AF_INET, options);
}

/** A one-to-many socket over a fake provider. */
export function openOneToMany(options?: Omit<SctpSocketOptions, "provider">): SocketAndFake {
  return openSocket(SOCK_SEQPACKET, AF_INET, options);
}

/** What a promise has come to, once every continuation that is due has run. */
export async function stateOf(promise: Promise<unknown>): Promise<"pending" | "fulfilled" | "rejected"> {
  let state: "pending" | "fulfilled" | "rejected" = "pending";
  promise.then(
    () => {
      state = "fulfilled";
    },
    () => {
      state = "rejected";
    },
  );
  await settled();
  return state;
}

/** Lets every continuation that is due run: they are microtasks, and this is a task. */
export function settled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** Bytes of a text. */
export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
