/**
 * The cases of the contract that try an option's rules: every option has one, which names it in its title.
 *
 * @module
 */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const folder = "test/contract/option-cases";

/** Such as "RFC 6458 §8.1.1: SCTP_RTOINFO keeps to its rules". */
const titlePattern = /"([^":]+: (\w+) keeps to its rules)"/g;

/**
 * The reference to each option's case, by the option's name.
 * @param root the repository
 */
export function optionCases(root: string): ReadonlyMap<string, string> {
  const cases = new Map<string, string>();
  for (const name of readdirSync(join(root, folder))) {
    const path = `${folder}/${name}`;
    for (const [, title = "", option = ""] of readFileSync(join(root, path), "utf8").matchAll(titlePattern)) {
      cases.set(option, `${path}: ${title}`);
    }
  }
  return cases;
}
