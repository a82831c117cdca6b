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
import { sentinels } from "./sentinels.ts";
import { writtenNumbers } from "./written-numbers.ts";
import type { Note } from "../request.ts";

const ofNumbers: readonly Oddity[] = [oddCells, missingNumbers, writtenNumbers, sentinels, magnitudes, longNumbers];
const ofNames: readonly Oddity[] = [noNumbers, repeatedHeader, manyCategories];

/** What a careful person would say of the columns that are used. Names of classes, tasks and sources are looked at where they are built. */
export function lookAtColumns(columns: readonly SeenColumn[], look: Look): Note[] {
  const features = columns.flatMap(({ profile, use }) => (use === "feature" ? [profile] : []));
  const said = columns.flatMap((column) => {
    const oddities =
      column.use === "feature" || column.use === "label" ? [...ofNumbers, ...ofNames] : column.use === "classes" ? ofNames : [];
    return oddities.flatMap((oddity) => oddity(column, look));
  });
  return [...said, ...duplicateNote(features), ...countsMissing(columns)];
}
