import { UsageError } from "../../core/errors.ts";
import { type ProfiledColumn, type TextProfile } from "./profile.ts";
import type { Note } from "./request.ts";
import { type AskedColumns, listColumns } from "./resolve-columns.ts";

export interface ChosenFeatures {
  readonly features: readonly string[];
  /** Features that are read as text. */
  readonly texts: ReadonlySet<string>;
  readonly notes: readonly Note[];
}

const labelNames = ["label", "target", "class", "y", "outcome"];
const maxCategories = 1000;

/** The labels asked for, or the one column that is named like a label. */
export function chooseLabels(asked: readonly string[], columns: readonly string[]): { labels: readonly string[]; notes: Note[] } {
  if (asked.length > 0) return { labels: asked, notes: [] };
  const found = columns.filter((name) => labelNames.includes(name.toLowerCase()));
  if (found.length === 1)
    return { labels: found, notes: [{ level: "info", text: `label: column "${found[0]}", by its name (override with --label)` }] };
  const why = found.length === 0 ? "no column is named like a label" : `several columns are named like a label (${listColumns(found)})`;
  throw new UsageError(`${why}: say which one with --label; the columns are ${listColumns(columns)}`);
}

/** What the model learns from: what was asked for, or every column that looks like a feature, with every guess said aloud. */
export function chooseFeatures(
  columns: readonly ProfiledColumn[],
  asked: AskedColumns,
  labels: readonly string[],
  rows: number,
): ChosenFeatures {
  const byName = new Map(columns.map((column) => [column.name, column]));
  const named = [...asked.text, ...asked.features];
  const texts = new Set(asked.text);
  const notes: Note[] = [];
  const chosen: string[] = [];
  if (named.length > 0 || asked.vectors === "alone") {
    for (const name of columns.map((column) => column.name).filter((candidate) => named.includes(candidate))) {
      const column = byName.get(name);
      if (column?.kind === "text" && !texts.has(name) && readsLikeText(column)) {
        texts.add(name);
        notes.push({
          level: "info",
          text: `"${name}" is read as text (its cells have ${Math.round(column.averageWords)} words on average)`,
        });
      }
      chosen.push(name);
    }
  } else {
    const taken = new Set([...labels, ...asked.drop, asked.task, asked.source, asked.id]);
    const left = { dates: [] as string[], ids: [] as string[], wide: [] as string[] };
    for (const column of columns) {
      if (taken.has(column.name)) continue;
      if (isIdentifier(column, rows)) left.ids.push(column.name);
      else if (column.kind === "number") chosen.push(column.name);
      else if (column.isDate) left.dates.push(column.name);
      else if (readsLikeText(column)) {
        texts.add(column.name);
        chosen.push(column.name);
        notes.push({
          level: "info",
          text: `"${column.name}" is read as text (its cells have ${Math.round(column.averageWords)} words on average)`,
        });
      } else if (column.distinct > maxCategories && column.distinct > 0.2 * rows)
        left.wide.push(`"${column.name}" (${column.distinct} values)`);
      else chosen.push(column.name);
    }
    if (left.dates.length > 0) notes.push({ level: "info", text: `left out as dates: ${listColumns(left.dates)}` });
    if (left.ids.length > 0) notes.push({ level: "info", text: `left out as identifiers: ${listColumns(left.ids)}` });
    if (left.wide.length > 0) notes.push({ level: "info", text: `left out as categories of too many values: ${left.wide.join(", ")}` });
  }

  const formatted = chosen.filter((name) => looksLikeFormattedNumbers(byName.get(name)));
  if (formatted.length > 0)
    notes.push({
      level: "warning",
      text: `read as categories, though written like numbers with a comma or separators: ${listColumns(formatted)}; write them as 1234.5 to use them as numbers`,
    });

  const constant = chosen.filter((name) => isConstant(byName.get(name), texts.has(name)));
  if (constant.length > 0) {
    notes.push({ level: "warning", text: `constant, so left out of the features: ${listColumns(constant)}` });
  }
  const features = chosen.filter((name) => !constant.includes(name));
  if (features.length === 0 && asked.vectors === undefined) {
    throw new UsageError(
      `no column is left to learn from: name some with --features or --text; the columns are ${listColumns(columns.map(({ name }) => name))}`,
    );
  }
  return { features, texts, notes };
}

function readsLikeText(column: TextProfile): boolean {
  const present = column.codes.length - column.missing;
  return !column.isDate && column.averageWords >= 4 && column.distinct > 0.5 * present;
}

function isIdentifier(column: ProfiledColumn, rows: number): boolean {
  if (column.kind === "number")
    return column.allDistinct && /^(id|index|row|c1|.*[_ -]id|.*[a-z]Id|.*[_ -]index)$/i.test(column.name) && column.name !== "c1";
  return !column.isDate && !readsLikeText(column) && column.missing === 0 && column.distinct === rows;
}

/** `0,52`, `1,234.50`, `1.234,5`: nearly all values of a column that is no number. */
function looksLikeFormattedNumbers(column: ProfiledColumn | undefined): boolean {
  if (column === undefined || column.kind !== "text" || column.names.length < 2) return false;
  const pattern = /^\s*[+-]?\d{1,3}(?:(?:[.,\u00a0 ']\d{3})+(?:[.,]\d+)?|,\d+)\s*$/;
  return column.names.filter((name) => pattern.test(name)).length >= 0.9 * column.names.length;
}

function isConstant(column: ProfiledColumn | undefined, isText: boolean): boolean {
  if (column === undefined) return false;
  if (isText && column.kind === "text") return column.names.length <= 1;
  return column.distinct === 0 || (column.distinct === 1 && column.missing === 0);
}
