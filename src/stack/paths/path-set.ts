import { assert } from "../../base/assert.js";
import { sameAddress, type IpAddress } from "../../base/ip-address.js";
import type { Path, PathState } from "./path.js";

const NO_PATHS: readonly Path[] = [];

/**
 * The destination transport addresses of one peer (RFC 9260 §6.4), and which of them is used for what. The
 * first path is the primary one until another is chosen.
 */
export class PathSet {
  /** All paths, in the order in which they became known. */
  all: readonly Path[] = NO_PATHS;
  /**
   * Where a COOKIE ACK goes that waits with data behind it: all data goes there too, until both have left. What
   * overtook the COOKIE ACK would be discarded (RFC 9260 §6).
   */
  cookieAckPath: Path | undefined;
  private primaryPath: Path | undefined;
  /** The path that has failed last; a new one is chosen as far from it as possible. */
  private lastFailed: Path | undefined;

  /** The primary path. */
  get primary(): Path {
    assert(this.primaryPath !== undefined, "An association has at least one path.");
    return this.primaryPath;
  }

  /** Adds a path; the first becomes primary (RFC 9260 §5.1.2). */
  add(path: Path): void {
    // Not by spreading, which leaves room for sixteen more.
    this.all = this.all.concat(path);
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
    this.all = this.all.filter((other) => other !== path);
    if (this.lastFailed === path) this.lastFailed = undefined;
    if (this.cookieAckPath === path) this.cookieAckPath = undefined;
  }

  /** The path that takes over what a path leaves that is about to be taken out. */
  heirOf(path: Path): Path {
    const heir = path === this.primary ? this.mostDivergentActive(path) : this.forData();
    if (heir !== undefined && heir !== path) return heir;
    const others = this.all.filter((other) => other !== path);
    const [first] = others.filter((other) => other.state !== "unconfirmed").concat(others);
    assert(first !== undefined, "The only path of an association stays.");
    return first;
  }

  /** Notes that something sent to a path has not been answered. */
  noteFailure(path: Path): void {
    this.lastFailed = path;
  }

  /**
   * Where new data goes: to the path that is wanted while it is active, and else to the best of the others
   * (RFC 9260 §6.4.1, §7.1, §8.2; RFC 7829 §3.2 3 and 4, §4.1). Nothing of the chosen path changes for that.
   *
   * @param wanted - what the user has named; else it is the primary path
   */
  forData(wanted?: Path): Path {
    if (this.cookieAckPath !== undefined) return this.cookieAckPath;
    const preferred = wanted !== undefined && this.mayCarry(wanted) ? wanted : this.primary;
    if (preferred.state === "active") return preferred;
    return this.mostDivergentActive(preferred) ?? this.leastFailed(this.lastFailed ?? preferred) ?? preferred;
  }

  /**
   * Where a chunk goes that timed out on `failed`: to the active path that has least in common with it (RFC 9260 §6.4,
   * §6.4.1, §7.1); where there is no other, to the best of all (RFC 7829 §3.2 4, §4.1).
   */
  forRetransmission(failed: Path): Path {
    if (this.all.length === 1) return failed;
    if (this.cookieAckPath !== undefined) return this.cookieAckPath;
    return this.mostDivergentActive(failed) ?? this.leastFailed(failed) ?? this.forData();
  }

  /** Where a SACK goes instead when the way back to `path` may be broken (RFC 9260 §6.4). */
  besides(path: Path): Path {
    return this.mostDivergentActive(path) ?? path;
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

  /** How large a packet to a path may be: no larger than what the primary path carries too (RFC 9260 §6.10), bytes. */
  packetBytesFor(path: Path): number {
    const { primary } = this;
    return path === primary ? path.maxPacketBytes : Math.min(path.maxPacketBytes, primary.maxPacketBytes);
  }

  /** Association Maximum DATA Chunk Size (RFC 9260 §1.3, §7.3): the smallest PMDCS of all paths, bytes. */
  get amdcs(): number {
    let smallest = this.primary.pmdcs;
    for (const path of this.all) smallest = Math.min(smallest, path.pmdcs);
    return smallest;
  }

  /** RFC 9260 §5.4: no data to an address that nobody has shown to be the peer's; nor to one that it has given up. */
  private mayCarry(path: Path): boolean {
    return path.state !== "unconfirmed" && this.all.includes(path);
  }

  /** The active path, other than `from`, that has least in common with it. */
  private mostDivergentActive(from: Path): Path | undefined {
    let best: Path | undefined;
    const start = this.all.indexOf(from);
    for (let step = 1; step <= this.all.length; step += 1) {
      const path = this.at(start + step);
      if (path === from || path.state !== "active") continue;
      if (best === undefined || (!diverges(best, from) && diverges(path, from))) best = path;
    }
    return best;
  }

  /**
   * Of the paths that may carry data, the one with the fewest errors in a row: an active one if there is any, else a
   * potentially failed one (RFC 7829 §3.2 4), else an inactive one (the dormant state, §4.1 3). Among equals it is the
   * one that has least in common with the path that has failed.
   */
  private leastFailed(failed: Path): Path | undefined {
    const start = this.all.indexOf(failed);
    let best: Path | undefined;
    for (let step = 1; step <= this.all.length; step += 1) {
      const path = this.at(start + step);
      if (path.state === "unconfirmed") continue;
      if (best === undefined || isBetter(path, best, failed)) best = path;
    }
    return best;
  }

  private at(index: number): Path {
    return this.all[index % this.all.length] as Path;
  }
}

const RANKS: Readonly<Record<PathState, number>> = {
  active: 0,
  "potentially failed": 1,
  inactive: 2,
  unconfirmed: 3,
};

function isBetter(path: Path, best: Path, failed: Path): boolean {
  if (path.state !== best.state) return RANKS[path.state] < RANKS[best.state];
  if (path.errorCount !== best.errorCount) return path.errorCount < best.errorCount;
  return path !== failed && !diverges(best, failed) && diverges(path, failed);
}

/**
 * Whether two paths have little in common (RFC 9260 §6.4.1 leaves the rule to us): they leave from different addresses
 * of ours, so that not even the first link need be the same. Else the order in the list decides: the next one.
 */
function diverges(path: Path, other: Path): boolean {
  if (path.address.family !== other.address.family) return true;
  const { localAddress } = path;
  if (localAddress === undefined || other.localAddress === undefined) return false;
  return !sameAddress(localAddress, other.localAddress);
}
