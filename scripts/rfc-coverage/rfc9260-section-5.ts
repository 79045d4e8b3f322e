import type { Statement } from "./statement.js";

/** RFC 9260 §5. */
export const rfc9260Section5Statements: readonly Statement[] = [
  {
    id: "5.1.2-1",
    level: "MUST",
    statement: "An INIT that lists no address makes its sender reachable at the source of the packet only.",
    implemented: ["src/stack/establishment/destinations.ts#destinationsOf"],
    tested: [
      "test/stack/establishment/answer-init.test.ts: the source and the addresses listed become the destinations",
    ],
  },
];
