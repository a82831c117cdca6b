import { countsMissing } from "./missing-counts.ts";
import { duplicateNote } from "./duplicates.ts";
import { manyCategories } from "./many-categories.ts";
import { repeatedHeader } from "./repeated-header.ts";
import { longNumbers } from "./long-numbers.ts";
import { magnitudes } from "./magnitudes.ts";
import { missingNumbers } from "./missing-numbers.ts";
import { noNumbers } from "./no-numbers.ts";
import { oddCells } from "./odd-cells.ts";
import type { Look, Oddity, SeenColumn } from "./oddity.ts";
import { quoted } from "./say.ts";
import { sentinels } from "./sentinels.ts";
import { writtenNumbers } from "./written-numbers.ts";
import type { Note } from "../request.ts";

const ofNumbers: readonly Oddity[] = [oddCells, missingNumbers, writtenNumbers, sentinels, magnitudes, longNumbers];
const ofNames: readonly Oddity[] = [noNumbers, repeatedHeader, manyCategories];

/** What a careful person would say of the columns that are used. Names of classes, tasks and sources are looked at where they are built. */
export function lookAtColumns(columns: readonly SeenColumn[], look: Look): Note[] {
  const features = columns.flatMap(({ profile, use }) => (use === "feature" ? [profile] : []));
  const said = new Map<Oddity, { name: string; note: Note }[]>();
  for (const column of columns) {
    const oddities =
      column.use === "feature" || column.use === "label" ? [...ofNumbers, ...ofNames] : column.use === "classes" ? ofNames : [];
    for (const oddity of oddities) {
      const own = oddity(column, look).map((note) => ({ name: column.profile.name, note }));
      if (own.length > 0) said.set(oddity, [...(said.get(oddity) ?? []), ...own]);
    }
  }
  return [...[...said.values()].flatMap(folded), ...duplicateNote(features), ...countsMissing(columns)];
}

const shownAlike = 8;

/** The first notes of a kind, and of so many that nobody would read them the names of the columns. */
function folded(said: readonly { readonly name: string; readonly note: Note }[]): Note[] {
  return (["warning", "info"] as const).flatMap((level): Note[] => {
    const alike = said.filter(({ note }) => note.level === level);
    const notes = alike.slice(0, shownAlike).map(({ note }) => note);
    if (alike.length <= shownAlike + 2) return alike.map(({ note }) => note);
    const rest = [...new Set(alike.slice(shownAlike).map(({ name }) => name))];
    const names = rest.slice(0, 20).map(quoted).join(", ");
    const more = rest.length > 20 ? ` and ${rest.length - 20} more` : "";
    return [...notes, { level, text: `the like holds of ${rest.length} more columns: ${names}${more}` }];
  });
}
