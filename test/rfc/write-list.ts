// Writes README.md anew from the purposes that the compiled tests declare.

import { writeFileSync } from "node:fs";
import { allPurposes, LIST_PATH, listOf } from "./purpose-list.js";

writeFileSync(LIST_PATH, listOf(await allPurposes()));
