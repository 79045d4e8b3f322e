import type { IpAddress } from "../../src/base/ip-address.js";
import {
  type LowerLayer,
  type LowerLayerCapabilities,
  type LowerLayerHandlers,
  type PacketRecord,
  type PortRequest,
  SeededEntropy,
} from "../../src/userland/index.js";

/** Which part of the packets is lost, 0 to 1, on the way out and (default none) on the way in. */
export interface Loss {
  readonly out: number;
  readonly in?: number;
}

/** Another lower layer, of whose packets some are lost. */
export class LossyLowerLayer implements LowerLayer {
  /** How many packets were lost. */
  lost = 0;
  readonly #below: LowerLayer;
  readonly #keepsOut: () => boolean;
  readonly #keepsIn: () => boolean;

  /** @param seed - decides which of the packets are lost, on each way by their number */
  constructor(below: LowerLayer, loss: Loss, seed: number) {
    this.#below = below;
    this.#keepsOut = this.#chance(loss.out, seed);
    this.#keepsIn = this.#chance(loss.in ?? 0, ~seed);
  }

  get capabilities(): LowerLayerCapabilities {
    return this.#below.capabilities;
  }

  start(handlers: LowerLayerHandlers): void {
    this.#below.start({
      onPackets: (batch) => {
        const kept = batch.filter(this.#keepsIn);
        if (kept.length > 0) handlers.onPackets(kept);
      },
      onWritable: () => handlers.onWritable(),
      onError: (error) => handlers.onError(error),
    });
  }

  acquirePort(request: PortRequest): number {
    return this.#below.acquirePort(request);
  }

  releasePort(port: number): void {
    this.#below.releasePort(port);
  }

  send(batch: readonly PacketRecord[]): number {
    const kept = batch.filter(this.#keepsOut);
    const taken = this.#below.send(kept);
    const next = kept[taken];
    // What was not taken is offered again from there on.
    return next === undefined ? batch.length : batch.indexOf(next);
  }

  localAddresses(): readonly IpAddress[] {
    return this.#below.localAddresses();
  }

  sourceFor(destination: IpAddress): IpAddress | undefined {
    return this.#below.sourceFor?.(destination);
  }

  mtu(destination: IpAddress): number {
    return this.#below.mtu(destination);
  }

  ref(): void {
    this.#below.ref();
  }

  unref(): void {
    this.#below.unref();
  }

  close(): Promise<void> {
    return this.#below.close();
  }

  /** Says of one packet after another whether it is kept. */
  #chance(loss: number, seed: number): () => boolean {
    const entropy = new SeededEntropy(seed);
    return () => {
      const isKept = entropy.randomFraction() >= loss;
      if (!isKept) this.lost += 1;
      return isKept;
    };
  }
}
