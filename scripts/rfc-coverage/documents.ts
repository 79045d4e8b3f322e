/**
 * The RFCs that docs/rfc-coverage.md covers, each with its rows in the order of the text.
 *
 * @module
 */

import { rfc3758ProcedureStatements } from "./rfc3758-section-3.5.js";
import { rfc3758FormatStatements } from "./rfc3758.js";
import { rfc4895FormatStatements } from "./rfc4895-section-3.js";
import { rfc4895ProcedureStatements } from "./rfc4895-section-6.js";
import { rfc5061ChunkStatements } from "./rfc5061-section-4.js";
import { rfc5061RuleStatements } from "./rfc5061-section-5.3.js";
import { rfc5061ProcedureStatements } from "./rfc5061-section-5.js";
import { rfc6951Statements } from "./rfc6951.js";
import { rfc7496Statements } from "./rfc7496.js";
import { rfc7829Statements } from "./rfc7829.js";
import { rfc9260Section1Statements } from "./rfc9260-section-1.js";
import { rfc9260Section10Statements } from "./rfc9260-section-10.js";
import { rfc9260Section11Statements } from "./rfc9260-section-11.js";
import { rfc9260Section12Statements } from "./rfc9260-section-12.js";
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
import { rfc9260TransmissionStatements } from "./rfc9260-section-6.1.js";
import { rfc9260SackStatements } from "./rfc9260-section-6.2.1.js";
import { rfc9260AcknowledgementStatements } from "./rfc9260-section-6.2.js";
import { rfc9260TimerStatements } from "./rfc9260-section-6.3.js";
import { rfc9260DeliveryStatements } from "./rfc9260-section-6.5.js";
import { rfc9260FragmentationStatements } from "./rfc9260-section-6.9.js";
import { rfc9260Section6Statements } from "./rfc9260-section-6.js";
import { rfc9260Section7Statements } from "./rfc9260-section-7.js";
import { rfc9260ValidationStatements } from "./rfc9260-section-8.4.js";
import { rfc9260FaultStatements } from "./rfc9260-section-8.js";
import { rfc9260ShutdownStatements } from "./rfc9260-section-9.2.js";
import { rfc9260AbortStatements } from "./rfc9260-section-9.js";
import type { CoveredDocument } from "./statement.js";
import {
  rfc3758Sections,
  rfc4895Sections,
  rfc5061Sections,
  rfc6951Sections,
  rfc7496Sections,
  rfc7829Sections,
  rfc9260Sections,
} from "./text-keywords.js";

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
      ...rfc9260Section6Statements,
      ...rfc9260TransmissionStatements,
      ...rfc9260AcknowledgementStatements,
      ...rfc9260SackStatements,
      ...rfc9260TimerStatements,
      ...rfc9260DeliveryStatements,
      ...rfc9260FragmentationStatements,
      ...rfc9260Section7Statements,
      ...rfc9260FaultStatements,
      ...rfc9260ValidationStatements,
      ...rfc9260AbortStatements,
      ...rfc9260ShutdownStatements,
      ...rfc9260Section10Statements,
      ...rfc9260Section11Statements,
      ...rfc9260Section12Statements,
    ],
  },
  {
    name: "RFC 3758",
    title: "Stream Control Transmission Protocol (SCTP) Partial Reliability Extension",
    sections: rfc3758Sections,
    statements: [...rfc3758FormatStatements, ...rfc3758ProcedureStatements],
  },
  {
    name: "RFC 7496",
    title: "Additional Policies for the Partially Reliable Stream Control Transmission Protocol Extension",
    sections: rfc7496Sections,
    statements: [...rfc7496Statements],
  },
  {
    name: "RFC 4895",
    title: "Authenticated Chunks for the Stream Control Transmission Protocol (SCTP)",
    sections: rfc4895Sections,
    statements: [...rfc4895FormatStatements, ...rfc4895ProcedureStatements],
  },
  {
    name: "RFC 5061",
    title: "Stream Control Transmission Protocol (SCTP) Dynamic Address Reconfiguration",
    sections: rfc5061Sections,
    statements: [...rfc5061ChunkStatements, ...rfc5061ProcedureStatements, ...rfc5061RuleStatements],
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
    statements: [...rfc7829Statements],
  },
];
