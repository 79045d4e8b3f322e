/**
 * What a row of docs/rfc6458.md says. The rows stand beside this file, one file for each table of the page; those of
 * options and constants say only what the option table and the comments in the code do not.
 *
 * @module
 */

/** How a provider does something otherwise than RFC 6458 has it. */
export interface Differs {
  readonly differs: string;
}

/** Something that is to come, and why it is not there. */
export interface Missing {
  readonly missing: string;
}

/** Something that the operating system does not have. */
export interface NotOffered {
  readonly notOffered: string;
}

/** How a provider stands to a row; "not asked" where it has nothing to do with it. */
export type Standing = "yes" | "not asked" | Differs | Missing | NotOffered;

/** Where a row stands, in both providers, and what shows it. */
export interface Proof {
  /** "yes" where it is left out. */
  readonly userland?: Standing | undefined;
  /** "yes" where it is left out. */
  readonly kernel?: Standing | undefined;
  /** Files with the title of a test, or a part of it: "test/contract/sending.ts: RFC 6458 §9.12: sctp_sendv_spa". */
  readonly tested: readonly string[];
}

/** One row. */
export interface Row extends Proof {
  /** As the RFC has it. */
  readonly name: string;
  /** "8.1.1" of RFC 6458, or another document: "RFC 7496 §4.1". */
  readonly section: string;
  /** What it is, or what is demanded, in our own words. */
  readonly says: string;
}

/** A function, and where it is in this library. */
export interface FunctionRow extends Row {
  /** A method of `SctpSocket`, its constructor, or an export of the package. */
  readonly as: "method" | "constructor" | "export";
}

/** A structure with the fields that the RFC gives it. */
export interface StructureRow extends Row {
  readonly fields: readonly string[];
  /** Why fields of the RFC are not there, by their names. */
  readonly without?: Readonly<Record<string, string>>;
}

/** Constants that belong together and are shown by the same tests. */
export interface ConstantGroup extends Proof {
  readonly title: string;
  readonly section: string;
  /** Names; an object says what is different about one. */
  readonly constants: readonly (string | ConstantRow)[];
}

/** A constant that its group does not say everything about. */
export interface ConstantRow extends Partial<Proof> {
  readonly name: string;
  readonly section?: string;
}

/** What the option table does not say of an option. */
export interface OptionProof extends Proof {
  readonly name: string;
  /** Where it is defined, while the option table has no row for it. */
  readonly section?: string;
}

/** Something of the RFC that is left out. */
export interface LeftOutRow {
  readonly name: string;
  readonly section: string;
  /** Why, or what there is instead. */
  readonly because: string;
}
