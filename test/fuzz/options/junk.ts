/**
 * Values of every kind as plain data, so that a case with them can be kept as JSON. What JSON has stands for itself;
 * anything else is an object with a `$`.
 */
export type Junk =
  | null
  | boolean
  | number
  | string
  | readonly Junk[]
  | {
      readonly $:
        | "undefined"
        | "NaN"
        | "Infinity"
        | "-0"
        | "bigint"
        | "symbol"
        | "function"
        | "date"
        | "association"
        | "peer";
    }
  | { readonly $: "bytes"; readonly length: number }
  | { readonly $: "object"; readonly fields: Readonly<Record<string, Junk>>; readonly proto?: "null" }
  /** A getter that answers these, one after the other. */
  | { readonly $: "changing"; readonly values: readonly Junk[] }
  /** A getter that throws {@link USER_ERROR}. */
  | { readonly $: "throwing" }
  /** A getter that closes the socket, and then answers 1. */
  | { readonly $: "closing" };

/** What a getter of the user throws: it has to come out as it is. */
export const USER_ERROR: Error = new Error("thrown by a getter of the user's");

/** What values can stand for that only a run knows. */
export interface JunkContext {
  readonly association: number;
  readonly peer: { readonly address: string; readonly port: number };
  readonly close: () => void;
}

function isTagged(junk: Junk): junk is Extract<Junk, { readonly $: string }> {
  return typeof junk === "object" && junk !== null && "$" in junk;
}

function defineGetter(object: object, name: string, junk: Junk, context: JunkContext): boolean {
  if (!isTagged(junk)) return false;
  let reads = 0;
  const get =
    junk.$ === "changing"
      ? (): unknown => {
          reads += 1;
          return revive(junk.values[Math.min(reads, junk.values.length) - 1] ?? 0, context);
        }
      : junk.$ === "throwing"
        ? (): never => {
            throw USER_ERROR;
          }
        : junk.$ === "closing"
          ? (): number => {
              context.close();
              return 1;
            }
          : undefined;
  if (get === undefined) return false;
  Object.defineProperty(object, name, { enumerable: true, configurable: true, get });
  return true;
}

/** Makes the value that plain data stands for. */
export function revive(junk: Junk, context: JunkContext): unknown {
  if (Array.isArray(junk)) return junk.map((item: Junk) => revive(item, context));
  if (!isTagged(junk)) return junk;
  switch (junk.$) {
    case "undefined":
      return undefined;
    case "NaN":
      return Number.NaN;
    case "Infinity":
      return Number.POSITIVE_INFINITY;
    case "-0":
      return -0;
    case "bigint":
      return 1n;
    case "symbol":
      return Symbol("junk");
    case "function":
      return () => 1;
    case "date":
      return new Date(0);
    case "association":
      return context.association;
    case "peer":
      return { ...context.peer };
    case "bytes":
      return new Uint8Array(junk.length);
    case "object": {
      const object: Record<string, unknown> = junk.proto === "null" ? Object.create(null) : {};
      for (const [name, field] of Object.entries(junk.fields)) {
        if (!defineGetter(object, name, field, context)) object[name] = revive(field, context);
      }
      return object;
    }
    case "changing":
    case "throwing":
    case "closing":
      return undefined;
  }
}
