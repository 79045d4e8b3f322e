import type { NotificationDeclaration } from "./notification-structures.js";
import type { sctp_notification } from "./notification-types.js";
import { completeStructure, type StructureOf } from "./structures.js";
import type { SctpAddress, SctpAddressInput } from "./types.js";

/** What a factory takes for the value of a field. */
type FieldInput<Value> = Value extends SctpAddress
  ? SctpAddressInput
  : Value extends Uint8Array
    ? Uint8Array
    : Value extends readonly (infer Item)[]
      ? readonly Item[]
      : Value extends object
        ? StructureInput<Value>
        : Value;

/** What a factory takes: the fields that are not 0, and those that cannot be left out. */
export type StructureInput<Value, Needed extends keyof Value = never> = {
  readonly [Name in Exclude<keyof Value, Needed>]?: FieldInput<Value[Name]> | undefined;
} & { readonly [Name in Needed]: FieldInput<Value[Name]> };

/** The arguments of a factory: none are needed where no field is. */
type FactoryArguments<Value, Needed extends keyof Value> = [Needed] extends [never]
  ? [fields?: StructureInput<Value, Needed>]
  : [fields: StructureInput<Value, Needed>];

/**
 * Makes a structure of RFC 6458: fields that are left out are 0, lists and bytes are empty, and what is given is
 * checked. It throws a TypeError or RangeError with an ERR_SCTP_ code, also for a field that the structure has not.
 */
export interface StructureFactory<Value, Needed extends keyof Value = never> {
  (...fields: FactoryArguments<Value, Needed>): Value;
  /** What the structure is made of. */
  readonly structure: StructureOf<Value>;
}

/** As {@link StructureFactory}, for a notification; `sn_type` need not be given. */
export interface NotificationFactory<
  Value extends sctp_notification,
  Needed extends keyof Omit<Value, "sn_type"> = never,
> {
  (...fields: FactoryArguments<Omit<Value, "sn_type">, Needed>): Value;
  /** What the notification is made of. */
  readonly declaration: NotificationDeclaration<Value>;
}

/**
 * The factory of a structure.
 *
 * @param check - what is to be said against values whose fields are right one by one; it throws
 */
export function structureFactory<Value extends object, Needed extends keyof Value = never>(
  structure: StructureOf<Value>,
  check?: (value: Value, argument: string) => void,
): StructureFactory<Value, Needed> {
  const make = (...[fields]: FactoryArguments<Value, Needed>): Value => {
    const value = completeStructure(structure, fields, structure.name);
    check?.(value, structure.name);
    return value;
  };
  return Object.assign(make, { structure });
}

/** The factory of a notification. */
export function notificationFactory<
  Value extends sctp_notification,
  Needed extends keyof Omit<Value, "sn_type"> = never,
>(declaration: NotificationDeclaration<Value>): NotificationFactory<Value, Needed> {
  const { structure, type } = declaration;
  const make = (...[fields]: FactoryArguments<Omit<Value, "sn_type">, Needed>): Value => {
    const notification: object = { sn_type: type, ...completeStructure(structure, fields, structure.name) };
    return notification as Value;
  };
  return Object.assign(make, { declaration });
}
