/**
 * Runs on a host: sends ICMP that the test has made up.
 *
 * @module
 */

import { type Icmp, sendIcmp } from "../userland/icmp-sender.js";
import { serve } from "./remote.js";

const functions = {
  send: (messages: readonly Icmp[]): void => {
    for (const message of messages) sendIcmp(message);
  },
};

/** What the program offers. */
export type IcmpFunctions = typeof functions;

serve(functions);
