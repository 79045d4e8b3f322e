/**
 * What a row of docs/rfc-coverage.md says. The rows stand beside this file, one file for one or a few
 * sections of an RFC (`rfc9260-section-4.ts`), each exporting one array; `documents.ts` puts them together.
 *
 * A row stands for one normative statement: for each key word of BCP 14 in the text, once. Where one sentence
 * has several that belong together, `times` says how often the key word occurs (`text-keywords.ts` holds how
 * many there are for each section, and the check wants every one accounted for). Behaviour that the text
 * demands without a key word, such as the steps of an establishment, has the level "rule" and is not counted.
 *
 * @module
 */

/** The key words of BCP 14, and "rule" for what is demanded without one. */
export type Level =
  | "MUST"
  | "MUST NOT"
  | "REQUIRED"
  | "SHALL"
  | "SHALL NOT"
  | "SHOULD"
  | "SHOULD NOT"
  | "RECOMMENDED"
  | "NOT RECOMMENDED"
  | "MAY"
  | "OPTIONAL"
  | "rule";

interface StatementOfText {
  /** Section and place within it, in the order of the text: "5.1-3". */
  readonly id: string;
  readonly level: Level;
  /** For how many occurrences of the key word this row stands; without it one, or none for a "rule". */
  readonly times?: number;
  /** What is demanded or allowed, in our own words; one sentence. */
  readonly statement: string;
}

/** A statement that the project obeys, or an allowance that it uses. */
export interface ImplementedStatement extends StatementOfText {
  /** Files with the name of what does it: "src/stack/establishment/answer-init.ts#answerInit". */
  readonly implemented: readonly string[];
  /** Files with the title of a test, or a part of it: "test/stack/stack.test.ts: an INIT is answered". */
  readonly tested: readonly string[];
  /** What a reader has to know besides, such as how far an allowance is used. */
  readonly note?: string;
}

/** A statement that asks nothing of this project, or an allowance that it does not use. */
export interface LeftOutStatement extends StatementOfText {
  /** The reason: whose business it is, or what is done instead. */
  readonly leftOut: string;
}

/** One row. */
export type Statement = ImplementedStatement | LeftOutStatement;

/** How often each key word occurs in the text of a section. */
export interface TextSection {
  /** "5.1", or "A" for an appendix. */
  readonly number: string;
  readonly title: string;
  readonly keywords: { readonly [keyword in Exclude<Level, "rule">]?: number };
}

/** One RFC and what is said of it. */
export interface CoveredDocument {
  /** "RFC 9260". */
  readonly name: string;
  readonly title: string;
  /** Every section of the text, in order, also those without a statement. */
  readonly sections: readonly TextSection[];
  readonly statements: readonly Statement[];
}
