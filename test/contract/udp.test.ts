import { defineContract } from "./contract.js";
import { HAS_IPV6, UdpWorld } from "./udp-world.js";

if (!HAS_IPV6) console.log("The cases about IPv6 look at IPv4 only: this machine has no ::1.");

defineContract("userland over UDP", () => new UdpWorld());
