import type { Texts } from "../build-columns.ts";
import { type MissingRules, isNumeric, mayMeanMissing } from "../missing.ts";
import type { Note } from "../request.ts";
import { countCodes, quoted } from "./oddity.ts";

/** Words that are often a class or a group of their own: kept, and said. */
const mayBeValues = new Set([
  "none",
  "nil",
  "missing",
  "unknown",
  "undefined",
  "n.d.",
  "nd",
  "not applicable",
  "unavailable",
  "not available",
  "no data",
  "*",
]);

/**
 * Classes or groups as they are written, without the words for "missing". Such a word may be a name (NA is Namibia): the others decide, and it
 * is said either way, because rows without a label are not learned from.
 */
export function namesOf(
  what: "label" | "task" | "source",
  column: string,
  texts: Texts,
  rules: MissingRules,
): { texts: Texts; notes: Note[] } {
  const counts = countCodes(texts.codes, texts.names.length);
  const rows = texts.codes.length;
  const isBlank = (name: string): boolean => name.trim() === "";
  const values = texts.names.filter((name) => !rules.isMissingName(name) && !(mayMeanMissing(name) && !rules.kept.has(name.trim())));
  const missing = new Set<number>();
  const notes: Note[] = [];
  texts.names.forEach((name, code) => {
    const word = name.trim();
    if (isBlank(name) || rules.asked.has(word)) missing.add(code);
    else if (mayMeanMissing(name) && !rules.kept.has(word)) {
      const share = `${quoted(word)} (${counts[code]} of ${rows} rows)`;
      const isValue = mayBeValues.has(word.toLowerCase()) || isLikeOthers(word, values) || (what === "label" && new Set(values).size === 1);
      if (!isValue) missing.add(code);
      const text = isValue
        ? `${quoted(column)}: ${share} is kept as a ${what === "label" ? "class" : what}; if it means that the ${what} is not known, use --missing ${quoted(word)}`
        : `${quoted(column)}: ${share} is taken to mean that the ${what} is not known; if it is a ${what === "label" ? "class" : what}, use --not-missing ${quoted(word)}`;
      notes.push({ level: "warning", text });
    }
  });
  return { texts: keepNames(texts, missing), notes };
}

/** Whether a word is a name like the others: a code in capitals among codes in capitals, a sign among signs. */
function isLikeOthers(word: string, values: readonly string[]): boolean {
  const shape = /^[A-Z]{2,3}$/.test(word)
    ? new RegExp(`^[A-Z]{${word.length}}$`)
    : /^[^\p{L}\p{N}\s?]{1,3}$/u.test(word)
      ? /^[^\p{L}\p{N}\s]{1,3}$/u
      : null;
  return shape !== null && values.length > 0 && values.filter((value) => shape.test(value.trim())).length >= 0.8 * values.length;
}

/** Without some names; blanks around a number do not count. */
function keepNames({ codes, names }: Texts, missing: ReadonlySet<number>): Texts {
  const known = new Map<string, number>();
  const moved = Int32Array.from(names, (name, code) => {
    if (missing.has(code)) return -1;
    const kept = isNumeric(name) ? name.trim() : name;
    const place = known.get(kept) ?? known.size;
    known.set(kept, place);
    return place;
  });
  return { codes: codes.map((code) => (code < 0 ? -1 : moved[code])), names: [...known.keys()] };
}
