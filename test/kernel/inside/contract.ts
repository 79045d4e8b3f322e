/**
 * The contract of RFC 6458's behaviour with every provider, and the report that shows them side by side.
 *
 * @module
 */

import { after } from "node:test";
import { defineContract } from "../../contract/contract.js";
import { ContractReport } from "../../contract/contract-report.js";
import { MemoryWorld } from "../../contract/memory-world.js";
import { UdpWorld } from "../../contract/udp-world.js";
import { KERNEL_DIFFERENCES } from "../contract/differences.js";
import { KernelWorld, prepareKernel } from "../contract/kernel-world.js";

prepareKernel();
const report = new ContractReport();

defineContract("memory", () => new MemoryWorld(), { report });
defineContract("UDP", () => new UdpWorld(), { report });
defineContract("kernel", () => new KernelWorld(), { report, differences: KERNEL_DIFFERENCES });

after(() => console.log(report.toString()));
