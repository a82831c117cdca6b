import type { Note } from "../request.ts";
import { foldClass, foldName, foldTruth, isPlainTruth, lookalike } from "./fold-name.ts";
import { quoted } from "./say.ts";

/** Names by what they are but for their spelling; only sets of at least two. */
export function findTwins(names: readonly string[], what: "classes" | "names"): string[][] {
  const sets = groupBy(names, what === "classes" ? foldClass : foldName);
  if (what === "classes" && names.some(isPlainTruth)) {
    // `t` and `y` are letters where there are no words for yes and no.
    for (const set of groupBy(names, foldTruth)) if (set.some(isPlainTruth)) sets.push(set);
  }
  // A set within another says nothing new.
  return sets.filter((set, i) => !sets.some((other, j) => i !== j && isWithin(set, other) && (other.length > set.length || j < i)));
}

function isWithin(set: readonly string[], other: readonly string[]): boolean {
  return set.every((name) => other.includes(name));
}

/** With everything that cannot be seen, or looks like something else, by its number. */
function seen(name: string, isMixed: boolean): string {
  const plain = isMixed ? quoted(name).replace(lookalike, numbered) : quoted(name);
  return plain.replace(/[\p{M}\p{Cf}\p{Zs}\uff01-\uff5e]/gu, (character) => (character === " " ? " " : numbered(character)));
}

function numbered(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

function groupBy(names: readonly string[], fold: (name: string) => string): string[][] {
  const sets = new Map<string, string[]>();
  for (const name of names) {
    const key = fold(name);
    const set = sets.get(key);
    if (set === undefined) sets.set(key, [name]);
    else set.push(name);
  }
  return [...sets.values()].filter((set) => set.length > 1);
}

/**
 * Classes or groups that are one but for their spelling; they are never merged unasked.
 * @param counts rows of each name
 */
export function twinNote(
  what: "classes" | "sources" | "tasks" | "categories" | "users" | "items",
  column: string,
  names: readonly string[],
  counts: Float64Array,
): Note[] {
  const twins = findTwins(names, what === "classes" || what === "categories" ? "classes" : "names");
  if (twins.length === 0) return [];
  const place = new Map(names.map((name, code) => [name, code]));
  const rowsOf = (name: string): number => counts[place.get(name) as number];
  const listed = twins.slice(0, 5).map((set) =>
    [...set]
      .sort((a, b) => rowsOf(b) - rowsOf(a))
      .slice(0, 6)
      .map(
        (name) =>
          `${seen(
            name,
            set.some((other) => /^[ -~]*$/.test(other)),
          )} (${rowsOf(name)})`,
      )
      .join(", "),
  );
  const more = twins.length > 5 ? ` and ${twins.length - 5} more sets` : "";
  const text = `${quoted(column)} has ${what} that differ only by case, blanks, punctuation, form of Unicode, letters that look alike or spelling of a number or an answer: ${listed.join("; ")}${more}; they are kept apart: if they are the same, write them alike in the file`;
  return [{ level: what === "categories" ? "info" : "warning", text }];
}
