import type { AddressChange } from "./address-change.js";
import type { BoundEndpoint } from "./bound-endpoint.js";
import { changeAddresses, hasRoomFor } from "./changing-addresses.js";
import { socketAssociationOf } from "./socket-association.js";
import type { StackDriver } from "./stack-driver.js";

/**
 * Lets the peers of sockets that are bound to a wildcard know which addresses this host gets and loses
 * (SCTP_AUTO_ASCONF, RFC 6458 §8.1.23). The lower layer is asked only while a socket wants that.
 */
export class AddressFollowing {
  private readonly driver: StackDriver;
  private readonly endpoints = new Set<BoundEndpoint>();
  private endWatching: (() => void) | undefined;

  constructor(driver: StackDriver) {
    this.driver = driver;
    driver.whenClosed(() => this.end());
  }

  /** A socket that uses an endpoint follows from now on; {@link AddressFollowing.forget} ends it. */
  follow(bound: BoundEndpoint): void {
    const { driver } = this;
    if (driver.isClosed) return;
    this.endpoints.add(bound);
    this.endWatching ??= driver.lowerLayer.watchAddresses?.((change) => this.handleChange(change));
  }

  /** No socket uses an endpoint any more. */
  forget(bound: BoundEndpoint): void {
    if (this.endpoints.delete(bound) && this.endpoints.size === 0) this.end();
  }

  private handleChange(change: AddressChange): void {
    for (const { endpoint } of this.endpoints) {
      for (const association of endpoint.associations) {
        const owner = socketAssociationOf(association);
        // Each socket of an endpoint says for itself whether it follows.
        const follows = owner?.socket.settings.followsAddresses === true;
        if (owner !== undefined && follows && hasRoomFor(owner, change)) changeAddresses(owner, change);
      }
    }
    this.driver.touch();
  }

  private end(): void {
    this.endpoints.clear();
    this.endWatching?.();
    this.endWatching = undefined;
  }
}
