import type { Statement } from "./statement.js";

/** RFC 6951, whole. */
export const rfc6951Statements: readonly Statement[] = [];
