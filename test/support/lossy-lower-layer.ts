import type { IpAddress } from "../../src/base/ip-address.js";
import {
  type LowerLayer,
  type LowerLayerCapabilities,
  type LowerLayerHandlers,
  type PacketRecord,
  type PortRequest,
  SeededEntropy,
} from "../../src/userland/index.js";

/** Another lower layer, of whose packets some are lost on the way out. */
export class LossyLowerLayer implements LowerLayer {
  /** How many packets were lost. */
  lost = 0;
  readonly #below: LowerLayer;
  readonly #entropy: SeededEntropy;
  readonly #loss: number;

  /** @param loss - which part of the packets is lost, 0 to 1; the seed decides which */
  constructor(below: LowerLayer, loss: number, seed: number) {
    this.#below = below;
    this.#loss = loss;
    this.#entropy = new SeededEntropy(seed);
  }

  get capabilities(): LowerLayerCapabilities {
    return this.#below.capabilities;
  }

  start(handlers: LowerLayerHandlers): void {
    this.#below.start(handlers);
  }

  acquirePort(request: PortRequest): number {
    return this.#below.acquirePort(request);
  }

  releasePort(port: number): void {
    this.#below.releasePort(port);
  }

  send(batch: readonly PacketRecord[]): number {
    const kept = batch.filter(() => this.#entropy.randomFraction() >= this.#loss);
    this.lost += batch.length - kept.length;
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
}
