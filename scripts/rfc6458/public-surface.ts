/**
 * What the package exports, as its users' compiler sees it: read from the declarations that the build has written.
 *
 * @module
 */

import { join } from "node:path";
import {
  createProgram,
  displayPartsToString,
  ModuleKind,
  ModuleResolutionKind,
  ScriptTarget,
  SymbolFlags,
  type Symbol as DeclaredSymbol,
  type TypeChecker,
} from "typescript";

/** One export. */
export interface Exported {
  readonly name: string;
  /** Whether it can be used as a value, and not only as a type. */
  readonly isValue: boolean;
  /** Whether it can be used as a type. */
  readonly isType: boolean;
  /** The number that a constant is. */
  readonly number: number | undefined;
  /** What its comment says. */
  readonly documentation: string;
  /** Fields of a structure, or methods of a class. */
  readonly members: readonly string[];
}

/** The exports of one entry of the package, by their names. */
export type PublicSurface = ReadonlyMap<string, Exported>;

function unaliased(checker: TypeChecker, symbol: DeclaredSymbol): DeclaredSymbol {
  return symbol.flags & SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

function describe(checker: TypeChecker, exported: DeclaredSymbol, values: ReadonlySet<string>): Exported {
  const { name } = exported;
  const symbol = unaliased(checker, exported);
  const isType = (symbol.flags & SymbolFlags.Type) !== 0;
  const declaration = symbol.valueDeclaration;
  const valueType = declaration === undefined ? undefined : checker.getTypeOfSymbol(symbol);
  return {
    name,
    isValue: values.has(name),
    isType,
    number: valueType?.isNumberLiteral() === true ? valueType.value : undefined,
    documentation: displayPartsToString(symbol.getDocumentationComment(checker)),
    members: isType
      ? checker
          .getDeclaredTypeOfSymbol(symbol)
          .getProperties()
          .map((member) => member.name)
      : [],
  };
}

/**
 * Reads the exports of the package's main entry.
 *
 * @param root the repository, built
 * @param values what the entry exports at run time
 */
export function publicSurface(root: string, values: readonly string[]): PublicSurface {
  const entry = join(root, "dist/src/index.d.ts");
  const program = createProgram([entry], {
    target: ScriptTarget.ES2023,
    module: ModuleKind.NodeNext,
    moduleResolution: ModuleResolutionKind.NodeNext,
    // Only our own declarations are asked about: reading the language's and Node's would take seconds.
    noLib: true,
    types: [],
    noEmit: true,
  });
  const checker = program.getTypeChecker();
  const file = program.getSourceFile(entry);
  const module = file === undefined ? undefined : checker.getSymbolAtLocation(file);
  if (module === undefined) throw new Error(`${entry} is not there: build first`);
  const names = new Set(values);
  return new Map(
    checker.getExportsOfModule(module).map((symbol) => [symbol.name, describe(checker, symbol, names)]),
  );
}
