import { READABLE, WRITABLE } from "../native/addon.js";
import type { KernelContext } from "./kernel-context.js";

/** The first and the longest time after which the kernel is asked again where it cannot tell by itself. */
const FIRST_DELAY_MS = 2;
const LONGEST_DELAY_MS = 100;

/** Who is told that a descriptor is ready. */
export interface ReadyListener {
  /**
   * @param wanted - what the descriptor is ready for and somebody has asked for since the last time
   * @param unwanted - what it is ready for and nobody has asked for: it is not watched for that any more
   */
  onReady(wanted: number, unwanted: number): void;
}

/**
 * When a descriptor is asked for its readiness. The addon watches by level, and applications are told of
 * edges: what is ready is told once, and the descriptor is watched no more once it was told and nobody has
 * answered by a call. As long as somebody does, it stays watched, and a message costs no change of what is
 * watched.
 */
export class ReadinessWatch {
  private readonly context: KernelContext;
  private readonly listener: ReadyListener;
  private id: number;
  private watched = 0;
  private wanted = 0;
  private timer: NodeJS.Timeout | undefined;
  private delayMs = FIRST_DELAY_MS;
  private timedEvents = 0;

  constructor(context: KernelContext, id: number, listener: ReadyListener) {
    this.context = context;
    this.id = id;
    this.listener = listener;
  }

  /** Has the listener told when the descriptor is ready. */
  want(events: number): void {
    this.wanted |= events;
    if ((this.watched & events) === events) return;
    if (this.watched === 0) this.context.watch.watch(this.id, (fired) => this.fire(fired));
    this.watched |= events;
    this.context.addon.poll(this.id, this.watched);
  }

  /** Watches no more for what the level of readiness says nothing about. */
  ignore(events: number): void {
    this.wanted &= ~events;
    if ((this.watched & events) === 0) return;
    this.watched &= ~events;
    this.context.addon.poll(this.id, this.watched);
  }

  /**
   * Has the listener told after a while, each time a longer one: for what the kernel does not announce. It
   * does not hold the event loop.
   */
  wantLater(events: number): void {
    this.timedEvents |= events;
    if (this.timer !== undefined) return;
    this.timer = setTimeout(() => {
      const timed = this.timedEvents;
      this.timer = undefined;
      this.timedEvents = 0;
      this.listener.onReady(timed, 0);
    }, this.delayMs).unref();
    this.delayMs = Math.min(2 * this.delayMs, LONGEST_DELAY_MS);
  }

  /** The socket has another descriptor now. */
  move(id: number): void {
    this.stop();
    this.id = id;
  }

  /** Watches no more. */
  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.timedEvents = 0;
    this.wanted = 0;
    this.watched = 0;
    this.context.watch.unwatch(this.id);
  }

  private fire(fired: number): void {
    const wanted = fired & this.wanted;
    const unwanted = fired & this.watched & ~this.wanted;
    const { id } = this;
    this.delayMs = FIRST_DELAY_MS;
    this.wanted &= ~wanted;
    this.watched &= ~unwanted;
    try {
      this.listener.onReady(wanted, unwanted);
    } finally {
      // An error condition has ended the watching on its own (READABLE and WRITABLE together tell of it); the
      // same again costs nothing otherwise. The listener may have closed the socket.
      if (this.id === id && (unwanted !== 0 || fired === (READABLE | WRITABLE))) {
        this.context.addon.poll(id, this.watched);
      }
    }
  }
}
