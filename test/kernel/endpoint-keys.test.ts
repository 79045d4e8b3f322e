// RFC 6458 §8.3.3: what the kernel provider keeps of keys, for a further descriptor, is overwritten when it is needed
// no more. The system takes every option here; no kernel with SCTP is needed.

import assert from "node:assert/strict";
import { test } from "node:test";
import { AUTHENTICATION_OPTIONS, inheritKeys } from "../../src/kernel/authentication-options.js";
import { KernelContext } from "../../src/kernel/kernel-context.js";
import { type KernelSettings, newSettings } from "../../src/kernel/kernel-settings.js";
import { KernelSocketState } from "../../src/kernel/kernel-socket-state.js";
import { loadAddon } from "../../src/native/addon.js";
import { AF_INET, SCTP_AUTH_DELETE_KEY, SCTP_AUTH_KEY, SOCK_STREAM } from "../../src/sockets/constants.js";

const addon = loadAddon();

if ("reason" in addon || process.platform !== "linux") {
  test("keys of the kernel provider: not tested", (context) => context.diagnostic("there is no addon"));
} else {
  const context = new KernelContext({ ...addon, setsockopt: () => 0 }, 0);

  const open = (
    settings: KernelSettings,
    setOptions?: KernelSocketState["setOptions"],
  ): KernelSocketState => {
    const id = addon.socket(AF_INET, addon.constants["SOCK_DGRAM"] ?? 0, 0);
    const origin = { id, family: AF_INET, type: SOCK_STREAM, isPeeledOff: false, settings } as const;
    return new KernelSocketState(
      context,
      setOptions === undefined ? origin : { ...origin, setOptions },
      () => false,
    );
  };
  const setKey = (state: KernelSocketState, number: number, ...secret: readonly number[]): void => {
    const sca_key = Uint8Array.from(secret);
    const value = { sca_assoc_id: 0, sca_keynumber: number, sca_keylength: secret.length, sca_key };
    AUTHENTICATION_OPTIONS.get(SCTP_AUTH_KEY)?.set?.(state, value);
  };
  const deleteKey = (state: KernelSocketState, number: number): void => {
    const value = { scact_assoc_id: 0, scact_keynumber: number };
    AUTHENTICATION_OPTIONS.get(SCTP_AUTH_DELETE_KEY)?.set?.(state, value);
  };
  const keyOf = (state: KernelSocketState, number: number): Uint8Array => {
    const key = state.settings.authentication.keys.get(number);
    assert.ok(key !== undefined);
    return key;
  };

  test("RFC 6458 §8.3.3: a key that is replaced or deleted, or whose socket is closed, is overwritten", () => {
    const state = open(newSettings());
    setKey(state, 1, 1, 2, 3);
    setKey(state, 2, 4, 5, 6);
    setKey(state, 3, 7, 8, 9);
    const [first, second, third] = [1, 2, 3].map((number) => keyOf(state, number));
    setKey(state, 1, 9, 9);
    assert.deepEqual([...(first ?? [])], [0, 0, 0]);
    assert.deepEqual([...keyOf(state, 1)], [9, 9]);
    deleteKey(state, 2);
    assert.deepEqual([...(second ?? [])], [0, 0, 0]);
    assert.deepEqual([...(third ?? [])], [7, 8, 9]);
    state.closeDescriptor();
    assert.deepEqual([...(third ?? [])], [0, 0, 0]);
  });

  test("RFC 6458 §8.3.3: a socket that was accepted keeps its keys when the listening one needs them no more", () => {
    const listening = open(newSettings());
    setKey(listening, 1, 1, 2, 3);
    const accepted = open({ ...listening.settings }, listening.setOptions);
    inheritKeys(accepted);
    const own = keyOf(accepted, 1);
    listening.closeDescriptor();
    assert.deepEqual([...own], [1, 2, 3]);
    assert.equal(keyOf(accepted, 1), own);
    assert.deepEqual([...accepted.setOptions.keys()], ["authentication"]);
    accepted.closeDescriptor();
    assert.deepEqual([...own], [0, 0, 0]);
  });
}
