import type { NamedColumn } from "../../core/table.ts";
import { type MissingRules, missingRules } from "./missing.ts";
import type { ProfiledColumn } from "./profile.ts";

/** Codes into distinct texts, −1 = missing. Shape: codes [rows]. */
export interface Texts {
  readonly codes: Int32Array;
  readonly names: readonly string[];
}

/** The cells of a column as categories: numbers as they print, texts as they stand, words for "missing" taken out. */
export function printedTexts(column: ProfiledColumn, rules: MissingRules = missingRules()): Texts {
  if (column.kind === "text") return withoutMissing(column, rules);
  if (column.written !== undefined) return withoutMissing(column.written, rules);
  const known = new Map<number, number>();
  const codes = new Int32Array(column.values.length);
  column.values.forEach((value, row) => {
    if (Number.isNaN(value)) {
      codes[row] = -1;
      return;
    }
    let code = known.get(value);
    if (code === undefined) known.set(value, (code = known.size));
    codes[row] = code;
  });
  return { codes, names: [...known.keys()].map(String) };
}

/** A column over the dictionary `names`, which holds every text. */
export function namedColumn(kind: NamedColumn["kind"], name: string, texts: Texts, names: readonly string[]): NamedColumn {
  const position = new Map<string, number>();
  names.forEach((text, code) => position.set(text, code));
  const moved = Int32Array.from(texts.names, (text) => position.get(text) ?? -1);
  return { kind, name, codes: texts.codes.map((code) => (code < 0 ? -1 : moved[code])), names };
}

function withoutMissing({ codes, names }: Texts, { isMissingName: isMissing }: MissingRules): Texts {
  if (!names.some(isMissing)) return { codes, names };
  const kept = names.filter((name) => !isMissing(name));
  const moved = new Int32Array(names.length);
  let next = 0;
  names.forEach((name, code) => (moved[code] = isMissing(name) ? -1 : next++));
  return { codes: codes.map((code) => (code < 0 ? -1 : moved[code])), names: kept };
}
