import { UsageError } from "../../core/errors.ts";
import type { Column } from "../../core/table.ts";
import { namedColumn, printedTexts } from "./build-columns.ts";
import { isMissing } from "./missing.ts";
import type { ProfiledColumn } from "./profile.ts";
import type { Note, ReadRequest } from "./request.ts";

const maxGuessedClasses = 20;
const minLabelledRows = 10;

/** The label columns: all classes over one dictionary, or all real. Throws UsageError where they cannot be learned from. */
export function readLabels(
  labels: readonly ProfiledColumn[],
  predict: ReadRequest["predict"],
): { columns: ReadonlyMap<string, Column>; notes: readonly Note[] } {
  const notes: Note[] = [];
  const kinds = labels.map((column) => predict ?? guessKind(column));
  const other = kinds.findIndex((kind) => kind !== kinds[0]);
  if (other > 0) {
    throw new UsageError(
      `several labels must be of one kind, but "${labels[0].name}" holds ${wordFor(kinds[0])} and "${labels[other].name}" ${wordFor(kinds[other])}: use --predict classes or --predict number`,
    );
  }
  for (const column of labels) {
    if (predict === undefined && column.kind === "number") {
      const what = kinds[0] === "classes" ? `${column.distinct} classes` : "a real number";
      notes.push({ level: "info", text: `label "${column.name}" is numeric and read as ${what} (override with --predict)` });
    }
  }
  const columns = kinds[0] === "classes" ? classColumns(labels) : realColumns(labels);
  checkCounts(labels, columns, notes);
  return { columns, notes };
}

function guessKind(column: ProfiledColumn): "classes" | "number" {
  return column.kind === "text" || (column.allIntegers && column.distinct <= maxGuessedClasses) ? "classes" : "number";
}

function wordFor(kind: "classes" | "number"): string {
  return kind === "classes" ? "classes" : "real numbers";
}

function realColumns(labels: readonly ProfiledColumn[]): Map<string, Column> {
  return new Map(
    labels.map((column) => {
      if (column.kind === "number") return [column.name, { kind: "number", name: column.name, values: column.values }];
      const row = column.codes.findIndex((code) => code >= 0 && !isMissing(column.names[code]));
      const example = row < 0 ? "" : `, for instance ${JSON.stringify(column.names[column.codes[row]].slice(0, 40))} in row ${row + 1}`;
      throw new UsageError(`--predict number needs a numeric label, and column "${column.name}" holds cells that are no numbers${example}`);
    }),
  );
}

function classColumns(labels: readonly ProfiledColumn[]): Map<string, Column> {
  const texts = labels.map((column) => printedTexts(column));
  const present = new Set<string>();
  for (const { names } of texts) for (const name of names) present.add(name);
  const names = sortClasses([...present]);
  return new Map(labels.map((column, i) => [column.name, namedColumn("category", column.name, texts[i], names)]));
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
      if (seen.size <= rows) seen.add(value);
    }
    labelled += Number(any);
  }
  if (labelled < minLabelledRows) {
    throw new UsageError(`${where} has ${labelled} labelled ${labelled === 1 ? "row" : "rows"}; at least ${minLabelledRows} are needed`);
  }
  const [first] = columns.values();
  if (seen.size === 1) {
    const only = first.kind === "category" ? `"${first.names[0]}"` : String([...seen][0]);
    throw new UsageError(`${where} has one value only (${only}): there is nothing to learn`);
  }
  if (first.kind === "category" && seen.size > 50 && seen.size > labelled / 2) {
    throw new UsageError(`${where} has ${seen.size} distinct values in ${labelled} rows: it looks like text or an identifier, not a class`);
  }
  if (labelled < rows)
    notes.push({
      level: "info",
      text: `${rows - labelled} of ${rows} rows have no label: they stay in the table and are not learned from`,
    });
}
