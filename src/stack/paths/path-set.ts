import { assert } from "../../base/assert.js";
import { sameAddress, type IpAddress } from "../../base/ip-address.js";
import type { Path } from "./path.js";

/**
 * The destination transport addresses of one peer (RFC 9260 §6.4), and which of them is used for what. The
 * first path is the primary one until another is chosen.
 */
export class PathSet {
  /** All paths, in the order in which they became known. */
  readonly all: Path[] = [];
  private primaryPath: Path | undefined;

  /** The primary path. */
  get primary(): Path {
    assert(this.primaryPath !== undefined, "An association has at least one path.");
    return this.primaryPath;
  }

  /** Adds a path; the first becomes primary (RFC 9260 §5.1.2). */
  add(path: Path): void {
    this.all.push(path);
    this.primaryPath ??= path;
  }

  /** Makes a path of the set the primary one. */
  setPrimary(path: Path): void {
    assert(this.all.includes(path), "The primary path is one of the association's.");
    this.primaryPath = path;
  }

  /** The path to an address, or `undefined`. */
  find(address: IpAddress): Path | undefined {
    for (const path of this.all) if (path.address === address) return path;
    for (const path of this.all) if (sameAddress(path.address, address)) return path;
    return undefined;
  }

  /**
   * Where an answer to what came from `path` goes: back to it (RFC 9260 §6.4), unless nobody has shown that
   * it is the peer's (§5.4).
   */
  forReply(path: Path): Path {
    return path.state === "unconfirmed" ? this.forData() : path;
  }

  /** Takes a path out; it must not be the primary one. */
  remove(path: Path): void {
    assert(path !== this.primaryPath, "The primary path stays until another one is chosen.");
    this.all.splice(this.all.indexOf(path), 1);
  }

  /**
   * Where new data goes: the primary path, or another active one while that is not active (RFC 9260 §6.4.1).
   */
  forData(): Path {
    const primary = this.primary;
    if (primary.state === "active") return primary;
    return this.all.find((path) => path.state === "active") ?? primary;
  }

  /** Where a chunk goes that timed out on `failed`: another active path if there is one (RFC 9260 §6.4). */
  forRetransmission(failed: Path): Path {
    if (this.all.length === 1) return failed;
    return this.all.find((path) => path !== failed && path.state === "active") ?? this.forData();
  }

  /**
   * The path behind `path`, round and round: what INIT and COOKIE ECHO retransmissions use (RFC 9260 §5.1).
   * Unconfirmed ones are passed over (§5.4).
   */
  next(path: Path): Path {
    const index = this.all.indexOf(path);
    const others = [...this.all.slice(index + 1), ...this.all.slice(0, index)];
    return others.find((other) => other.state !== "unconfirmed") ?? path;
  }

  /** Association Maximum DATA Chunk Size (RFC 9260 §1.3): the smallest PMDCS of all paths, bytes. */
  get amdcs(): number {
    let smallest = this.primary.pmdcs;
    for (const path of this.all) smallest = Math.min(smallest, path.pmdcs);
    return smallest;
  }
}
