import { UsageError } from "../../core/errors.ts";
import type { Column } from "../../core/table.ts";
import { namedColumn, printedTexts } from "./build-columns.ts";
import type { Texts } from "./texts.ts";
import { namesOf } from "./columns/missing-names.ts";
import { countCodes, quoted } from "./columns/say.ts";
import { twinNote } from "./columns/twins.ts";
import { type MissingRules, missingRules } from "./missing.ts";
import type { ProfiledColumn } from "./profile.ts";
import type { Note, ReadRequest } from "./request.ts";

const maxGuessedClasses = 20;
const minLabelledRows = 10;

export interface LabelsRead {
  readonly columns: ReadonlyMap<string, Column>;
  readonly kind: "classes" | "number";
  readonly notes: readonly Note[];
}

/**
 * The label columns: all classes over one dictionary, or all real. Throws UsageError where they cannot be learned from.
 * @param written cells as they stand, of columns that are numbers; classes are compared as they are written
 */
export function readLabels(
  labels: readonly ProfiledColumn[],
  predict: ReadRequest["predict"],
  rules: MissingRules = missingRules(),
  written: ReadonlyMap<string, Texts> = new Map(),
): LabelsRead {
  const notes: Note[] = [];
  const kinds = labels.map((column) => predict ?? guessKind(column));
  const other = kinds.findIndex((kind) => kind !== kinds[0]);
  if (other > 0) {
    throw new UsageError(
      `several labels must be of one kind, but "${labels[0].name}" holds ${wordFor(kinds[0])} and "${labels[other].name}" ${wordFor(kinds[other])}: use --predict classes or --predict number`,
    );
  }
  const made = kinds[0] === "classes" ? classColumns(labels, rules, written) : { columns: realColumns(labels, rules), notes: [] };
  for (const column of labels) {
    if (predict !== undefined || column.kind !== "number") continue;
    const own = made.columns.get(column.name);
    const classes = own?.kind === "category" ? new Set(own.codes.filter((code) => code >= 0)).size : 0;
    const what = kinds[0] === "classes" ? `${classes} classes` : "a real number";
    notes.push({ level: "info", text: `label "${column.name}" is numeric and read as ${what} (override with --predict)` });
  }
  notes.push(...made.notes);
  checkCounts(labels, made.columns, notes);
  return { columns: made.columns, kind: kinds[0], notes };
}

/** Whether the label is classes unless the user says otherwise. */
export function guessKind(column: ProfiledColumn): "classes" | "number" {
  return column.kind === "text" || (column.allIntegers && column.distinct <= maxGuessedClasses) ? "classes" : "number";
}

function wordFor(kind: "classes" | "number"): string {
  return kind === "classes" ? "classes" : "real numbers";
}

function realColumns(labels: readonly ProfiledColumn[], rules: MissingRules): Map<string, Column> {
  return new Map(
    labels.map((column) => {
      if (column.kind === "number") return [column.name, { kind: "number", name: column.name, values: column.values }];
      const row = column.codes.findIndex(
        (code) => code >= 0 && !rules.isMissingName(column.names[code]) && !/^\s*[+-]?[\d.]+\s*$/.test(column.names[code]),
      );
      const example = row < 0 ? "" : `, for instance ${JSON.stringify(column.names[column.codes[row]].slice(0, 40))} in row ${row + 1}`;
      throw new UsageError(`--predict number needs a numeric label, and column "${column.name}" holds cells that are no numbers${example}`);
    }),
  );
}

function classColumns(
  labels: readonly ProfiledColumn[],
  rules: MissingRules,
  written: ReadonlyMap<string, Texts>,
): { columns: Map<string, Column>; notes: Note[] } {
  const notes: Note[] = [];
  const texts = labels.map((column) => {
    const cells = written.get(column.name) ?? (column.kind === "text" ? column : printedTexts(column));
    const named = namesOf("label", column.name, cells, rules);
    const { texts: kept } = named;
    notes.push(...named.notes, ...twinNote("classes", column.name, kept.names, countCodes(kept.codes, kept.names.length)));
    return kept;
  });
  const present = new Set<string>();
  for (const { names } of texts) for (const name of names) present.add(name);
  const names = sortClasses([...present]);
  const columns = new Map<string, Column>(labels.map((column, i) => [column.name, namedColumn("category", column.name, texts[i], names)]));
  return { columns, notes };
}

/** By value if all are numbers, by code unit otherwise. */
export function sortClasses(names: readonly string[]): string[] {
  const numeric = names.every((name) => name.trim() !== "" && Number.isFinite(Number(name)));
  return [...names].sort(numeric ? (a, b) => Number(a) - Number(b) || (a < b ? -1 : 1) : (a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

function checkCounts(labels: readonly ProfiledColumn[], columns: ReadonlyMap<string, Column>, notes: Note[]): void {
  const where = labels.length === 1 ? `label column "${labels[0].name}"` : "the label columns";
  const rows = "values" in labels[0] ? labels[0].values.length : labels[0].codes.length;
  const seen = new Set<number>();
  let labelled = 0;
  for (let row = 0; row < rows; row++) {
    let any = false;
    for (const column of columns.values()) {
      const value =
        column.kind === "number" ? column.values[row] : column.kind === "vector" ? NaN : column.codes[row] < 0 ? NaN : column.codes[row];
      if (Number.isNaN(value)) continue;
      any = true;
      if (column.kind !== "number" || seen.size < 2) seen.add(value);
    }
    labelled += Number(any);
  }
  // What was taken to mean "missing" is part of why too few are left.
  const why = notes.filter(({ level }) => level === "warning").map(({ text }) => `; ${text}`);
  if (labelled < minLabelledRows) {
    throw new UsageError(
      `${where} has ${labelled} labelled ${labelled === 1 ? "row" : "rows"}; at least ${minLabelledRows} are needed${why.join("")}`,
    );
  }
  const [first] = columns.values();
  if (seen.size === 1) {
    const only = first.kind === "category" ? quoted(first.names[0]) : String([...seen][0]);
    const missing = rows - labelled;
    const what =
      missing === 0 ? `one value only (${only})` : `one value (${only}) and ${missing} missing ${missing === 1 ? "cell" : "cells"}`;
    throw new UsageError(`${where} has ${what}: there is nothing to learn${why.join("")}`);
  }
  if (first.kind === "category" && seen.size > 50 && seen.size > labelled / 2) {
    const { noNumbers } = labels[0].kind === "text" ? labels[0] : { noNumbers: undefined };
    const guess =
      noNumbers !== undefined
        ? `it is largely of numbers, but ${noNumbers.why}`
        : labels[0].kind === "number"
          ? "it holds numbers, for which --predict number is meant"
          : "it looks like text or an identifier, not a class";
    throw new UsageError(`${where} has ${seen.size} distinct values in ${labelled} rows: ${guess}`);
  }
  if (labelled < rows)
    notes.push({
      level: "warning",
      text: `${rows - labelled} of ${rows} rows have no label: they stay in the table and are not learned from`,
    });
}
