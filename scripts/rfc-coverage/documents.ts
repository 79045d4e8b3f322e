/**
 * The RFCs that docs/rfc-coverage.md covers, each with its rows in the order of the text.
 *
 * @module
 */

import { rfc6951Statements } from "./rfc6951.js";
import { rfc9260Section1Statements } from "./rfc9260-section-1.js";
import { rfc9260DataAndInitStatements } from "./rfc9260-section-3.3.1.js";
import { rfc9260InitAckStatements } from "./rfc9260-section-3.3.3.js";
import { rfc9260OtherChunkStatements } from "./rfc9260-section-3.3.4.js";
import { rfc9260Section3Statements } from "./rfc9260-section-3.js";
import { rfc9260Section4Statements } from "./rfc9260-section-4.js";
import { rfc9260AddressAndCookieStatements } from "./rfc9260-section-5.1.2.js";
import { rfc9260EstablishmentStatements } from "./rfc9260-section-5.1.js";
import { rfc9260DuplicateCookieStatements } from "./rfc9260-section-5.2.4.js";
import { rfc9260UnexpectedInitStatements } from "./rfc9260-section-5.2.js";
import { rfc9260TagAndPathStatements } from "./rfc9260-section-5.3.js";
import type { CoveredDocument } from "./statement.js";
import { rfc6951Sections, rfc7829Sections, rfc9260Sections } from "./text-keywords.js";

/** All of them. */
export const coveredDocuments: readonly CoveredDocument[] = [
  {
    name: "RFC 9260",
    title: "Stream Control Transmission Protocol",
    sections: rfc9260Sections,
    statements: [
      ...rfc9260Section1Statements,
      ...rfc9260Section3Statements,
      ...rfc9260DataAndInitStatements,
      ...rfc9260InitAckStatements,
      ...rfc9260OtherChunkStatements,
      ...rfc9260Section4Statements,
      ...rfc9260EstablishmentStatements,
      ...rfc9260AddressAndCookieStatements,
      ...rfc9260UnexpectedInitStatements,
      ...rfc9260DuplicateCookieStatements,
      ...rfc9260TagAndPathStatements,
    ],
  },
  {
    name: "RFC 6951",
    title: "UDP Encapsulation of SCTP Packets for End-Host to End-Host Communication",
    sections: rfc6951Sections,
    statements: [...rfc6951Statements],
  },
  {
    name: "RFC 7829",
    title: "SCTP-PF: A Quick Failover Algorithm for SCTP",
    sections: rfc7829Sections,
    statements: [],
  },
];
