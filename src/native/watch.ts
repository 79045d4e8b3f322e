import { assert } from "../base/assert.js";
import type { Addon } from "./addon.js";

/**
 * What a socket's owner is told of its readiness: {@link READABLE}, {@link WRITABLE} or both. It may call
 * anything, and what it throws is an uncaught exception.
 */
export type ReadyHandler = (events: number) => void;

const watches = new WeakMap<Addon, Watch>();

/**
 * The watch over an addon's sockets: one for each addon, because an addon tells one function and is held or
 * not.
 */
export function watchOf(addon: Addon): Watch {
  let watch = watches.get(addon);
  if (watch === undefined) {
    watch = new Watch(addon);
    watches.set(addon, watch);
  }
  return watch;
}

/**
 * Shares the addon's one callback, and its one hold on the event loop, among all who have sockets: each
 * socket is watched by its owner, and the event loop goes on as long as any owner holds it.
 */
export class Watch {
  private readonly addon: Addon;
  private readonly handlers = new Map<number, ReadyHandler>();
  private holds = 0;

  /** Use {@link watchOf}: a second watch over the same addon would take the first one's events. */
  constructor(addon: Addon) {
    this.addon = addon;
    addon.onReady((id, events) => {
      // The handler of one socket may have closed another.
      this.handlers.get(id)?.(events);
    });
  }

  /**
   * Says who is told of a socket; {@link Addon.poll} says of what. Takes the place of the socket's former
   * handler.
   */
  watch(id: number, handler: ReadyHandler): void {
    this.handlers.set(id, handler);
  }

  /** Forgets a socket. To be called when it is closed, or its handler is kept for ever. */
  unwatch(id: number): void {
    this.handlers.delete(id);
  }

  /** Holds the event loop until {@link Watch.release}; several holds need as many releases. */
  hold(): void {
    this.holds += 1;
    if (this.holds === 1) this.addon.hold(true);
  }

  /**
   * Gives up a hold.
   * @throws AssertionError when there is none
   */
  release(): void {
    assert(this.holds > 0, "a hold on the event loop is released once");
    this.holds -= 1;
    if (this.holds === 0) this.addon.hold(false);
  }
}
