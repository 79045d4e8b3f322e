/**
 * Two hosts inside the kernel of a run with a router between them: three network namespaces.
 *
 * @module
 */

import { KernelHost, run, setUp } from "./two-hosts.js";

/** The link between the first host and the router. */
const NEAR_LINK = 1;
/** The links between the router and the second host: an address of that host for each, which the first one reaches. */
const FAR_LINKS = [2, 3];
/** The last number of the router's addresses. */
const ROUTER_NUMBER = 9;

let routersMade = 0;

/** Two hosts that reach each other through a router, behind which packets are to be smaller. */
export class RoutedHosts {
  /** The host on the near side of the router, with one link. */
  readonly a: KernelHost;
  /** The router. */
  readonly router: KernelHost;
  /** The host on the far side of the router, with several links. */
  readonly b: KernelHost;

  private constructor(a: KernelHost, router: KernelHost, b: KernelHost) {
    this.a = a;
    this.router = router;
    this.b = b;
  }

  /** Makes them. @param farMtuBytes - the largest IP packet on the far links */
  static create(farMtuBytes: number): RoutedHosts {
    routersMade += 1;
    const suffix = `${process.pid}-${routersMade}`;
    const a = new KernelHost(`near${suffix}`, 1, [NEAR_LINK]);
    const router = new KernelHost(`router${suffix}`, ROUTER_NUMBER, [NEAR_LINK, ...FAR_LINKS]);
    const b = new KernelHost(`far${suffix}`, 2, FAR_LINKS);
    const commands = [a, router, b].map(({ namespace }) => `netns add ${namespace}`);
    for (const host of [a, b]) {
      for (const link of host.links) {
        const mtu = host === a ? "" : `mtu ${farMtuBytes}`;
        const ends = [router, host].map(({ namespace }) => `${link} ${mtu} netns ${namespace}`);
        commands.push(`link add ${ends[0]} type veth peer name ${ends[1]}`);
      }
    }
    run(["ip", "-batch", "-"], commands);
    for (const host of [a, router, b]) setUp(host);
    router.sysctl({ "net.ipv4.ip_forward": 1, "net.ipv6.conf.all.forwarding": 1 });
    const hosts = new RoutedHosts(a, router, b);
    hosts.routeThroughRouter(a);
    hosts.routeThroughRouter(b);
    return hosts;
  }

  /** Has a host send through the router what is not for its own links. */
  routeThroughRouter(host: KernelHost): void {
    const link = host.links[0] ?? "";
    const index = this.router.links.indexOf(link);
    const commands = [this.router.addresses[index], this.router.addresses6[index]].map(
      (address) => `route replace default via ${address} dev ${link}`,
    );
    run(["ip", "-n", host.namespace, "-batch", "-"], commands);
  }

  /** Has the router answer what is for an address with "host unreachable", or forward it again. */
  setReachable(address: string, isReachable: boolean): void {
    const prefix = `${address}/${address.includes(":") ? 128 : 32}`;
    const words = isReachable ? ["del", "unreachable", prefix] : ["add", "unreachable", prefix];
    run(["ip", "-n", this.router.namespace, "route", ...words]);
  }

  /** Takes the hosts away. Their programs have to have ended. */
  remove(): void {
    for (const { namespace } of [this.a, this.router, this.b]) run(["ip", "netns", "delete", namespace]);
  }
}
