import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type IpAddress, parseIpAddress } from "../../src/base/ip-address.js";
import type { AddressChange, AddressListener } from "../../src/userland/address-change.js";
import type { AddressMonitor } from "../../src/userland/address-monitor.js";
import type { LowerLayer } from "../../src/userland/lower-layer.js";
import { RawIp } from "../../src/userland/raw-ip.js";
import { UdpEncapsulation } from "../../src/userland/udp-encapsulation.js";
import { VirtualClock } from "../../src/userland/virtual-clock.js";
import { FakeSystem } from "./fake-system.js";

const ip = (text: string): IpAddress => parseIpAddress(text)!;

/** A monitor that tells what a test says. */
class FakeMonitor implements AddressMonitor {
  listener: AddressListener | undefined;

  watch(onChange: AddressListener): () => void {
    this.listener = onChange;
    return () => {
      this.listener = undefined;
    };
  }

  tell(added: string[], removed: string[]): void {
    this.listener?.({ added: added.map(ip), removed: removed.map(ip) });
  }
}

type Settings = Pick<
  ConstructorParameters<typeof UdpEncapsulation>[0] & object,
  "clock" | "addressMonitor" | "excludedAddresses"
>;

const LAYERS: Readonly<Record<string, (settings: Settings) => LowerLayer>> = {
  "raw IP": (settings) => new RawIp({ ...settings, addon: new FakeSystem() }),
  UDP: (settings) => new UdpEncapsulation(settings),
};

for (const [name, create] of Object.entries(LAYERS)) {
  describe(`changes of the host's addresses over ${name}`, () => {
    test("are told of as the monitor tells them, without those that are excluded", async (t) => {
      const addressMonitor = new FakeMonitor();
      const layer = create({
        clock: new VirtualClock(),
        addressMonitor,
        excludedAddresses: ["172.17.0.0/16"],
      });
      t.after(() => layer.close());
      const told: string[][] = [];
      const tell = ({ added, removed }: AddressChange): void => {
        told.push([...added.map(({ text }) => `+${text}`), ...removed.map(({ text }) => `-${text}`)]);
      };
      assert.equal(addressMonitor.listener, undefined, "nobody has asked yet");
      const end = layer.watchAddresses?.(tell);
      addressMonitor.tell(["192.0.2.1", "172.17.0.1"], ["2001:db8::1"]);
      addressMonitor.tell(["172.17.0.2"], []);
      addressMonitor.tell([], ["192.0.2.1"]);
      assert.deepEqual(told, [["+192.0.2.1", "-2001:db8::1"], ["-192.0.2.1"]]);
      await layer.close();
      addressMonitor.tell(["192.0.2.1"], []);
      assert.equal(told.length, 2, "not after the end");
      end?.();
      assert.equal(addressMonitor.listener, undefined);
    });
  });
}
