import assert from "node:assert/strict";
import type { Millis } from "../../src/base/millis.js";
import { type Tsn, tsnAdd } from "../../src/base/serial-number.js";
import type { Association } from "../../src/stack/association.js";
import type { AssociationStateName } from "../../src/stack/association-state.js";
import type { Chunk } from "../../src/wire/chunk.js";
import type { DataChunk } from "../../src/wire/chunks/data-chunk.js";
import type { SackChunk } from "../../src/wire/chunks/sack-chunk.js";
import type { ShutdownChunk } from "../../src/wire/chunks/shutdown-chunk.js";
import { onStream, payload } from "../stack/pair.js";
import {
  initAckOf,
  kindsOf,
  type Origin,
  PEER_TAG,
  PEER_TSN,
  Scene,
  type SceneOptions,
  type Sent,
} from "../stack/scene.js";

/** A state of RFC 9260 §4, and CLOSED with and without an endpoint that listens. */
export type TrialState = AssociationStateName | "CLOSED (not listening)";

/** All that an association goes through. */
export const ASSOCIATION_STATES = [
  "COOKIE-WAIT",
  "COOKIE-ECHOED",
  "ESTABLISHED",
  "SHUTDOWN-PENDING",
  "SHUTDOWN-SENT",
  "SHUTDOWN-RECEIVED",
  "SHUTDOWN-ACK-SENT",
] as const;

/** What came of a stimulus: the chunks sent, packet by packet; the state; what the user was told. */
export interface Outcome {
  readonly sent: readonly (readonly string[])[];
  readonly state: TrialState;
  readonly events: readonly string[];
}

/** Nothing is sent, nobody is told, and the state stays. */
export function nothingIn(state: TrialState): Outcome {
  return { sent: [], state: state === "CLOSED (not listening)" ? "CLOSED" : state, events: [] };
}

/** The tag of packets that belong to no association. */
export const FOREIGN_TAG = 0x2222_2222;

/** A stack with one association in some state, or none, and what becomes of stimuli. */
export class Trial {
  readonly scene: Scene;
  /** None in CLOSED. */
  readonly known: Association | undefined;
  /** The tag that the stack wants to find in packets. */
  readonly tag: number;
  /** The TSN of the stack's first DATA chunk. */
  readonly firstTsn: Tsn;
  /** The cookie that the association was made of, where the peer began. */
  readonly cookie: Uint8Array;
  /** What the stack has sent upon the last stimulus. */
  answers: Sent[] = [];

  constructor(scene: Scene, begun?: Begun) {
    this.scene = scene;
    this.known = begun?.association;
    this.tag = begun?.tag ?? FOREIGN_TAG;
    this.firstTsn = begun?.firstTsn ?? (0 as Tsn);
    this.cookie = begun?.cookie ?? new Uint8Array(0);
  }

  /** The association, which there must be. */
  get association(): Association {
    assert(this.known !== undefined, "This trial has an association.");
    return this.known;
  }

  /** Its state, or CLOSED where there is none. */
  get state(): TrialState {
    return this.known?.state ?? "CLOSED";
  }

  /** A packet from the peer under the right tag. */
  stimulate(...chunks: readonly (Chunk | Uint8Array)[]): Outcome {
    const [first] = chunks;
    const isInit = first !== undefined && !(first instanceof Uint8Array) && first.kind === "INIT";
    return this.stimulateFrom(isInit ? 0 : this.tag, {}, ...chunks);
  }

  /** A packet under some tag and from somewhere. */
  stimulateFrom(tag: number, from: Partial<Origin>, ...chunks: readonly (Chunk | Uint8Array)[]): Outcome {
    return this.observe(() => this.scene.receive(tag, chunks, from));
  }

  /** Whatever else happens to the stack, and what comes of it. */
  observe(act: () => unknown): Outcome {
    const sentBefore = this.scene.sent.length;
    const eventsBefore = this.scene.eventTypes.length;
    act();
    this.scene.drain();
    this.answers = this.scene.sent.slice(sentBefore);
    return {
      sent: kindsOf(this.answers),
      state: this.state,
      events: this.scene.eventTypes.slice(eventsBefore),
    };
  }

  /** Time passes. */
  wait(durationMs: Millis): Outcome {
    return this.observe(() => this.scene.advance(durationMs));
  }

  /** The user sends messages of these sizes on stream 0. */
  send(...sizes: readonly number[]): Outcome {
    return this.observe(() => {
      for (const size of sizes) this.association.send(payload(size), onStream(0), this.scene.now);
    });
  }

  /** The user's SHUTDOWN primitive. */
  shutdown(): Outcome {
    return this.observe(() => this.association.shutdown(this.scene.now));
  }

  /** A SACK of the first `count` chunks of the stack's. */
  sack(count: number, change: Partial<SackChunk> = {}): SackChunk {
    return {
      kind: "SACK",
      cumulativeTsnAck: this.tsn(count),
      aRwnd: 100_000,
      gapAckBlocks: [],
      duplicateTsns: [],
      ...change,
    };
  }

  /** A SHUTDOWN that acknowledges the first `count` chunks of the stack's. */
  shutdownChunk(count: number): ShutdownChunk {
    return { kind: "SHUTDOWN", cumulativeTsnAck: this.tsn(count) };
  }

  /** The TSN of the stack's chunk with that number, counted from 1. */
  tsn(number: number): Tsn {
    return tsnAdd(this.firstTsn, number - 1);
  }

  /** All DATA chunks of the last answer, by number, packet by packet; packets without any are left out. */
  get dataSent(): number[][] {
    return this.answers.flatMap((packet) => {
      const numbers = packet.chunks.flatMap((chunk) =>
        chunk.kind === "DATA" ? [((chunk.tsn - this.firstTsn) >>> 0) + 1] : [],
      );
      return numbers.length === 0 ? [] : [numbers];
    });
  }

  /** All DATA chunks of the last answer. */
  get dataChunks(): DataChunk[] {
    return this.answers.flatMap((packet) => packet.chunks.filter((chunk) => chunk.kind === "DATA"));
  }

  /** The messages that the user has been given since the beginning, each as its bytes. */
  get received(): number[][] {
    return this.scene.events.flatMap((event) => (event.type === "data" ? [[...event.data]] : []));
  }
}

interface Begun {
  readonly association: Association;
  readonly tag: number;
  readonly firstTsn: Tsn;
  readonly cookie?: Uint8Array;
}

/**
 * No heartbeats, no potentially failed paths (RFC 7829), and nothing found lost by time (RFC 8985): what happens is
 * RFC 9260's, and of the test's making.
 */
export const QUIET = {
  timedLossDetection: false,
  heartbeatEnabled: false,
  potentiallyFailedMaxRetrans: 0xffff,
} as const;

/**
 * A trial in a state. An association has the peer's tag {@link PEER_TAG} and expects {@link PEER_TSN} next; in
 * SHUTDOWN-PENDING and SHUTDOWN-RECEIVED one chunk of ours is outstanding. {@link QUIET} holds unless `options`
 * say otherwise.
 */
export function inState(state: TrialState, options: SceneOptions = {}): Trial {
  const config = { ...QUIET, ...options.config };
  const scene = new Scene({ ...options, config, listening: state !== "CLOSED (not listening)" });
  switch (state) {
    case "CLOSED":
    case "CLOSED (not listening)":
      return new Trial(scene);
    case "COOKIE-WAIT":
    case "COOKIE-ECHOED": {
      const { association, init } = scene.associate();
      if (state === "COOKIE-ECHOED") scene.receive(init.initiateTag, [initAckOf()]);
      return reached(
        new Trial(scene, { association, tag: init.initiateTag, firstTsn: init.initialTsn }),
        state,
      );
    }
    default: {
      const { association, tag, initAck, cookie } = scene.accept();
      const trial = new Trial(scene, { association, tag, firstTsn: initAck.initialTsn, cookie });
      enter(trial, state);
      return reached(trial, state);
    }
  }
}

function enter(trial: Trial, state: TrialState): void {
  if (state === "SHUTDOWN-PENDING" || state === "SHUTDOWN-RECEIVED") trial.send(4);
  if (state === "SHUTDOWN-PENDING" || state === "SHUTDOWN-SENT") trial.shutdown();
  if (state === "SHUTDOWN-RECEIVED" || state === "SHUTDOWN-ACK-SENT") trial.stimulate(trial.shutdownChunk(0));
}

function reached(trial: Trial, state: TrialState): Trial {
  assert.equal(trial.state, state, "The preamble leads to the state.");
  trial.scene.events.length = 0;
  trial.scene.sent.length = 0;
  return trial;
}

/** The peer's tag and the TSN of its first DATA chunk. */
export { PEER_TAG, PEER_TSN };
