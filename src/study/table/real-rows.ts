import { type Dataset } from "../../core/dataset.ts";
import { NumericalError } from "../../core/errors.ts";
import { labelOfTask, taskNames } from "../../core/examples.ts";
import type { FittedPipeline, TrainingSet } from "../../core/pipeline.ts";
import { type CellChange, type DataPoison, type FeatureChange, type FeatureRow, type RawRow } from "../../core/poison.ts";
import { type Cell, type NamedColumn, type SparseCell, type Table, cellOf, columnOf, replaceCells } from "../../core/table.ts";
import { rowDense } from "../../numeric/matrices/matrix.ts";

/**
 * A patch as rows that somebody could write down: of a category the value whose indicator is largest, of a column in which all clean numbers are whole the nearest whole one, of a
 * vector places within the range of the clean ones.
 *
 * @param fitted what the features of the patch are of
 * @throws NumericalError where a feature is a word: a weight of a word is no text
 */
export function realRows(poison: DataPoison, fitted: FittedPipeline, clean: TrainingSet): DataPoison {
  const { table } = clean;
  const whole = wholeColumns(clean);
  const vectors = vectorRanges(clean);
  const rounded = (name: string, cell: Cell): Cell => {
    if (typeof cell === "number") return whole.has(name) ? Math.round(cell) : cell;
    const range = vectors.get(name);
    return range === undefined || cell === null || typeof cell === "string" ? cell : withinRange(cell, range);
  };
  const { features, target } = fitted.training;
  const cellsAt = (x: Float64Array, columns: ReadonlySet<string>): [string, Cell][] => {
    const numbers = fitted.decodePart(x);
    return table.roles.features
      .filter((name) => columns.has(name))
      .map((name) => {
        if (Object.hasOwn(numbers, name)) return [name, numbers[name]];
        const column = columnOf(table, name);
        if (column.kind !== "category")
          throw new NumericalError(`it gives words of "${name}" a weight in features, and nobody could write a text that has it`);
        return [name, largestOf(x, column, features)];
      });
  };
  const everyColumn = new Set(table.roles.features);
  const insertFeatures = (row: FeatureRow): RawRow => {
    const x = denseOf(row, features.names.length);
    const label = target.kind === "classes" ? target.names[row.y] : row.y;
    const task: [string, Cell][] = table.roles.task === null ? [] : [[table.roles.task, taskNames(table)[row.task]]];
    return { kind: "raw", cells: replaceCells({}, [...cellsAt(x, everyColumn), ...task, [labelOfTask(table, row.task), label]]) };
  };
  const changeFeatures = ({ row, x }: FeatureChange): CellChange[] => {
    const before = rowDense(fitted.encode(table, Int32Array.of(row)).x, 0);
    const after = Float64Array.from(x);
    const moved = new Set(features.groups.filter((_, j) => before[j] !== after[j]));
    return cellsAt(after, moved).map(([column, cell]) => ({ row, column, before: cellOf(columnOf(table, column), row), after: cell }));
  };
  return {
    ...poison,
    edit: poison.edit
      .flatMap((change): CellChange[] => ("column" in change ? [change] : changeFeatures(change)))
      .map((change) => ({ ...change, after: rounded(change.column, change.after) }))
      .filter(({ before, after }) => before !== after),
    insert: poison.insert.map((row): RawRow => {
      const { cells } = row.kind === "raw" ? row : insertFeatures(row);
      return { kind: "raw", cells: Object.fromEntries(Object.entries(cells).map(([name, cell]) => [name, rounded(name, cell)])) };
    }),
  };
}

/** Number columns of features in which every clean value is whole. */
function wholeColumns({ table, rows }: TrainingSet): Set<string> {
  return new Set(
    table.roles.features.filter((name) => {
      const column = columnOf(table, name);
      return column.kind === "number" && rows.every((row) => Number.isNaN(column.values[row]) || Number.isInteger(column.values[row]));
    }),
  );
}

interface VectorRange {
  readonly low: number;
  readonly high: number;
  /** Levels from one whole number to the next, where all values stand on them: 1, or 255 of the brightness of pixels; null = any value. */
  readonly levels: number | null;
}

const byteLevels = 255;

/** Between which values the places of each vector lie in clean rows: no image is darker than black. */
function vectorRanges({ table, rows }: TrainingSet): Map<string, VectorRange> {
  return new Map(
    table.roles.features.flatMap((name): [string, VectorRange][] => {
      const column = columnOf(table, name);
      if (column.kind !== "vector") return [];
      const { indptr, values } = column.matrix;
      // A place that is not written is 0.
      let [low, high, isWhole, isByte] = [0, 0, true, true];
      for (const row of rows)
        for (let p = indptr[row]; p < indptr[row + 1]; p++) {
          low = Math.min(low, values[p]);
          high = Math.max(high, values[p]);
          isWhole &&= Number.isInteger(values[p]);
          isByte &&= Math.abs(byteLevels * values[p] - Math.round(byteLevels * values[p])) < 1e-6;
        }
      return [[name, { low, high, levels: isWhole ? 1 : isByte ? byteLevels : null }]];
    }),
  );
}

function withinRange({ indices, values }: SparseCell, { low, high, levels }: VectorRange): SparseCell {
  const kept = values.map((value) => {
    const within = Math.min(high, Math.max(low, value));
    return levels === null ? within : Math.round(levels * within) / levels;
  });
  const places = indices.flatMap((place, k) => (kept[k] === 0 ? [] : [{ place, value: kept[k] }]));
  return { indices: places.map(({ place }) => place), values: places.map(({ value }) => value) };
}

/** The value of a category that features come nearest to; missing where that is. */
function largestOf(x: Float64Array, { name, names }: NamedColumn, { groups, names: features }: Dataset["features"]): Cell {
  let best = -1;
  for (let j = 0; j < x.length; j++) if (groups[j] === name && (best < 0 || x[j] > x[best])) best = j;
  const value = best < 0 ? null : features[best].slice(name.length + 1);
  return value !== null && features[best].startsWith(`${name}=`) && names.includes(value) ? value : null;
}

function denseOf({ x }: FeatureRow, cols: number): Float64Array {
  if (!("indices" in x)) return Float64Array.from(x);
  const dense = new Float64Array(cols);
  x.indices.forEach((j, k) => (dense[j] = x.values[k]));
  return dense;
}

/** Why rows of such a table cannot be made by attacks that move features; null where they can. */
export function keepsToFeatures({ roles, columns }: Table): string | null {
  const text = columns.find((column) => roles.features.includes(column.name) && column.kind === "text");
  return text === undefined
    ? null
    : `it moves features, and of the texts in "${text.name}" those are weights of words, which nobody could write`;
}
