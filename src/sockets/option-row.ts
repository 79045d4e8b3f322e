import type { AddressFamily, SocketType } from "./types.js";
import type { CheckedStructure, Field, Structure } from "./structures.js";
import type { SystemErrorCode } from "./errors.js";

/** In place of an association id: which of `SCTP_FUTURE_ASSOC`, `SCTP_CURRENT_ASSOC`, `SCTP_ALL_ASSOC` are taken. */
export type AssociationRule =
  /** Only the id of an association. */
  | "association"
  /** Also `SCTP_FUTURE_ASSOC`: the endpoint's default. */
  | "future"
  /** All three in `setsockopt`; `SCTP_FUTURE_ASSOC` in `getsockopt` (RFC 6458 §8). */
  | "all"
  /** The id, or 0 when the address is to find the association (RFC 6458 §8.2.2). */
  | "association or address";

/** Which field names the association, and what it may hold on one-to-many sockets. One-to-one sockets ignore it. */
export interface AssociationField {
  readonly field: string;
  readonly rule: AssociationRule;
}

/** Sockets that an option is not for, and how they answer. */
export interface OptionRestriction {
  /** The only style of socket that has the option. */
  readonly type?: SocketType;
  /** The only family of socket that has the option. */
  readonly family?: AddressFamily;
  /** What other sockets answer. */
  readonly otherwise: SystemErrorCode;
}

/** One option: everything that is to be known of it but for how a provider does it. */
export interface OptionRow {
  readonly level: number;
  readonly name: number;
  /** The names of the level and of the option in the RFC. */
  readonly levelText: "SOL_SOCKET" | "IPPROTO_SCTP";
  readonly text: string;
  /** What is read and written: a structure, or a number. */
  readonly value: { readonly structure: Structure } | { readonly number: Field };
  readonly access: "read and write" | "read only" | "write only";
  /** Which fields of the structure `getsockopt` needs; none when it needs nothing. */
  readonly argument: readonly string[];
  readonly association?: AssociationField;
  readonly only?: OptionRestriction;
  /** What the RFC says against a value whose fields are right one by one (EINVAL); `undefined` when nothing. */
  readonly refusal?: (value: CheckedStructure) => string | undefined;
  /** `sockets` answers itself; everything else is the provider's. */
  readonly answeredBy: "sockets" | "provider";
  /** Where the option is defined. */
  readonly section: string;
  /** What it does: units, default, when it takes effect. */
  readonly documentation: string;
}
