import { defineContract } from "./contract.js";
import { UdpWorld } from "./udp-world.js";

// What a machine without the addon has; udp.test.ts takes the addon where there is one.
defineContract("userland over UDP of node:dgram", () => new UdpWorld("dgram"));
