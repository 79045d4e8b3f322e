/**
 * Reads the sections of an RFC's text and counts the key words of BCP 14 in each: what makes
 * `text-keywords.ts`, so that completeness of the rows does not rest on somebody's patience. The texts
 * themselves are not part of the project.
 *
 * @module
 */

import type { Level, TextSection } from "./statement.js";

type Keyword = Exclude<Level, "rule">;

/** "MUST NOT" before "MUST", so that the longer one is found. */
const keywords: readonly Keyword[] = [
  "MUST NOT",
  "MUST",
  "REQUIRED",
  "SHALL NOT",
  "SHALL",
  "SHOULD NOT",
  "SHOULD",
  "NOT RECOMMENDED",
  "RECOMMENDED",
  "MAY",
  "OPTIONAL",
];

/** A key word in quotation marks is mentioned, as in the sentence that defines it, and not used. */
const keywordPattern = new RegExp(`(?<!["\\w-])(?:${keywords.join("|")})(?!["\\w-])`, "g");

/** "5.1.  Normal Establishment", at the beginning of a line; "Appendix A.  CRC32c" too. */
const headingPattern = /^(?:Appendix )?((?:\d+|[A-Z])(?:\.\d+)*)\. +(\S.*)$/;

/** A running head or foot of the paginated form, which may stand within a sentence. */
const pageFurniture = /^(?:\f|RFC \d+ .* \d{4}$|\S.*\[Page \d+\]$)/;

/** The sentence that defines the key words, and names them without using them. */
const definition =
  /The key words\s+"MUST".*?(?:when, and only when, they appear in all capitals|RFC2119\])[^.]*\./gs;

/**
 * The sections of one RFC in order, with their key words. A heading ends where the next blank line begins.
 */
export function sectionsOf(text: string): TextSection[] {
  const sections: { number: string; title: string; body: string[] }[] = [];
  let inHeading = false;
  for (const line of text.split("\n")) {
    if (pageFurniture.test(line)) continue;
    const heading = headingPattern.exec(line);
    const current = sections.at(-1);
    if (heading !== null) {
      sections.push({ number: heading[1] ?? "", title: (heading[2] ?? "").trim(), body: [] });
      inHeading = true;
    } else if (current !== undefined && inHeading && line.trim() !== "") {
      current.title += ` ${line.trim()}`;
    } else {
      inHeading = false;
      current?.body.push(line);
    }
  }
  return sections.map(({ number, title, body }) => ({
    number,
    // A title that was broken at a hyphen is put together again.
    title: title.replaceAll(/(?<=\w)- /g, "-"),
    keywords: keywordsIn(body.join("\n")),
  }));
}

/** How often each key word occurs in this text; two words of one key word may stand on two lines. */
export function keywordsIn(text: string): { [keyword in Keyword]?: number } {
  const counts: { [keyword in Keyword]?: number } = {};
  for (const [found] of text.replaceAll(definition, "").replaceAll(/\s+/g, " ").matchAll(keywordPattern)) {
    const keyword = found as Keyword;
    counts[keyword] = (counts[keyword] ?? 0) + 1;
  }
  return counts;
}
