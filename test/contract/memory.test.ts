import { defineContract } from "./contract.js";
import { MemoryWorld } from "./memory-world.js";

defineContract("userland in memory", () => new MemoryWorld());
