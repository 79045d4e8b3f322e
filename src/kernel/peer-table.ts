import type { SctpAddress } from "../sockets/types.js";

/** Which association of a one-to-many socket a peer's address belongs to, so that not every message asks the kernel. */
export class PeerTable {
  private readonly ports = new Map<string, Map<number, number>>();
  private readonly addresses = new Map<number, SctpAddress[]>();

  /** The association's id; `undefined` when it is not known, which does not mean that there is none. */
  get(address: SctpAddress): number | undefined {
    return this.ports.get(address.address)?.get(address.port);
  }

  /** Remembers an address of an association's peer. */
  set(address: SctpAddress, associationId: number): void {
    let ports = this.ports.get(address.address);
    if (ports === undefined) {
      ports = new Map();
      this.ports.set(address.address, ports);
    }
    ports.set(address.port, associationId);
    const known = this.addresses.get(associationId);
    if (known === undefined) this.addresses.set(associationId, [address]);
    else known.push(address);
  }

  /** Forgets the addresses of an association. */
  deleteAssociation(associationId: number): void {
    for (const { address, port } of this.addresses.get(associationId) ?? []) {
      const ports = this.ports.get(address);
      if (ports?.get(port) !== associationId) continue;
      ports.delete(port);
      if (ports.size === 0) this.ports.delete(address);
    }
    this.addresses.delete(associationId);
  }
}
