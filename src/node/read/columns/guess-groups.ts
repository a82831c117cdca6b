import type { ProfiledColumn } from "../profile.ts";
import type { Note } from "../request.ts";
import type { AskedColumns } from "../resolve-columns.ts";
import { countCodes, quoted } from "./oddity.ts";
import { plainName, sourceNames, taskNames } from "./role-names.ts";

const minSources = 20;
/** Largest share of the rows that one source may have: a column of few large groups is no list of accounts. */
const maxShare = 0.2;

/**
 * Who contributed the rows, by the name of a column. It is taken only where the roles are left to us (neither texts nor features are named): rows
 * of one account then stay on one side of a split, which protects a figure and never flatters it. What a row is about is only suggested,
 * because tasks change what is learned.
 */
export function guessGroups(
  columns: readonly ProfiledColumn[],
  asked: AskedColumns,
  labels: readonly string[],
): { source: string | null; notes: Note[] } {
  const taken = new Set([...labels, ...asked.text, ...asked.features, ...asked.drop, asked.task, asked.source, asked.id]);
  const free = columns.filter(({ name }) => !taken.has(name));
  const notes: Note[] = [];
  let source: string | null = null;
  if (asked.source === null && !asked.declined.has("source")) {
    const found = byName(free, sourceNames).find(isGroups);
    if (found !== undefined) {
      const isFree = asked.text.length === 0 && asked.features.length === 0;
      const what = `rows of one ${quoted(found.name)} stay on one side of a split`;
      if (isFree) source = found.name;
      notes.push({
        level: "info",
        text: isFree
          ? `source: column ${quoted(found.name)}, by its name: ${what} (override with --source, or --source none)`
          : `column ${quoted(found.name)} is named like a source: with --source ${quoted(found.name)} ${what}`,
      });
    }
  }
  if (asked.task === null && !asked.declined.has("task") && labels.length === 1) {
    const found = byName(free, taskNames).find(
      (column) => column.name !== source && column.distinct > 1 && rowsOf(column) >= 10 * column.distinct,
    );
    if (found !== undefined)
      notes.push({
        level: "info",
        text: `column ${quoted(found.name)} is named like what a row is about: with --task ${quoted(found.name)} each is a problem of its own`,
      });
  }
  return { source, notes };
}

function byName(columns: readonly ProfiledColumn[], names: readonly string[]): ProfiledColumn[] {
  return columns
    .filter(({ name }) => names.includes(plainName(name)))
    .sort((a, b) => names.indexOf(plainName(a.name)) - names.indexOf(plainName(b.name)));
}

function rowsOf(column: ProfiledColumn): number {
  return column.kind === "number" ? column.values.length : column.codes.length;
}

/** Many groups, of which some have several rows and none has a large part. */
function isGroups(column: ProfiledColumn): boolean {
  if (column.kind === "text" ? column.isDate : !column.allIntegers) return false;
  const counts = column.kind === "text" ? countCodes(column.codes, column.names.length) : countNumbers(column.values);
  const rows = rowsOf(column);
  const largest = counts.reduce((most, count) => Math.max(most, count), 0);
  return counts.length >= minSources && counts.length < rows - column.missing && largest <= maxShare * rows;
}

function countNumbers(values: Float64Array): Float64Array {
  const counts = new Map<number, number>();
  for (const value of values) if (!Number.isNaN(value)) counts.set(value, (counts.get(value) ?? 0) + 1);
  return Float64Array.from(counts.values());
}
