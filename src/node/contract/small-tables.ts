import type { Column, NamedColumn, Table } from "../../core/table.ts";
import type { Rng } from "../../numeric/random.ts";

export const shapeTargets = ["two classes", "three classes", "real", "several real labels", "several class labels"] as const;

/** What small tables a contract is tried on. */
export interface TableShape {
  /** Features are numbers alone. */
  readonly numbersOnly?: true;
  readonly rows: number;
  readonly target: (typeof shapeTargets)[number];
  readonly text: boolean;
  readonly tasks: boolean;
  readonly sources: boolean;
  readonly seed: number;
  /** No feature tells rows apart. */
  readonly allEqual?: boolean;
  /** The last class has a single row in the first half. */
  readonly loneRow?: boolean;
}

/** A shape at random. @param odd whether it may be one that a method may not expect */
export function drawShape(rng: Rng, odd: boolean): TableShape {
  const coin = (): boolean => rng.uniform() < 0.5;
  return {
    rows: 12 + rng.integer(29),
    target: shapeTargets[rng.integer(shapeTargets.length)],
    text: coin(),
    tasks: coin(),
    sources: coin(),
    seed: rng.integer(1_000_000),
    ...(odd && { allEqual: coin(), loneRow: coin() }),
  };
}

/**
 * A table of that shape: a number with missing cells, a constant, a category, perhaps text, tasks, sources; unless asked otherwise, every class has at least
 * two rows in the first half, so that the first half can be trained on.
 */
export function makeTable(shape: TableShape): Table {
  const { rows, target } = shape;
  let state = shape.seed + 1;
  const draw = (limit: number): number => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return (state >>> 8) % limit;
  };
  const sizeOf = (): number => {
    if (shape.allEqual === true) return 1;
    return draw(8) === 0 ? NaN : draw(1000) / 100;
  };
  const several = target.startsWith("several");
  const labels = several ? ["first", "second"] : ["label"];
  const words = ["good", "bad", "fine", "awful", "film", "book"];
  const columns: Column[] = [
    { kind: "number", name: "size", values: Float64Array.from({ length: rows }, sizeOf) },
    { kind: "number", name: "constant", values: new Float64Array(rows).fill(3) },
    named("category", "colour", rows, ["red", "green", "blue"], () => (shape.allEqual === true ? 0 : draw(4) - 1)),
    ...labels.map((name): Column => {
      if (target === "real" || target === "several real labels")
        return { kind: "number", name, values: Float64Array.from({ length: rows }, () => draw(1000) / 10 - 50) };
      const names = target === "three classes" ? ["a", "b", "c"] : ["no", "yes"];
      const known = shape.loneRow === true ? names.length - 1 : names.length;
      return named("category", name, rows, names, (row) => {
        if (row < 2 * names.length) return row === 2 * names.length - 1 ? names.length - 1 : row % known;
        return draw(row < rows / 2 ? known : names.length);
      });
    }),
  ];
  if (shape.text) {
    const text = (): string => Array.from({ length: 1 + draw(6) }, () => words[draw(words.length)]).join(" ");
    const texts = Array.from({ length: rows }, () => (shape.allEqual === true ? "fine" : text()));
    columns.push(named("text", "review", rows, [...new Set(texts)], (row, names) => names.indexOf(texts[row])));
  }
  const hasTasks = shape.tasks && !several;
  if (hasTasks) columns.push(named("category", "site", rows, ["north", "south"], () => draw(2)));
  if (shape.sources) columns.push(named("category", "account", rows, ["u1", "u2", "u3", "u4", "u5", "u6"], () => draw(7) - 1));
  return {
    rows,
    columns,
    roles: {
      labels,
      features: ["size", "constant", ...(shape.numbersOnly === true ? [] : ["colour", ...(shape.text ? ["review"] : [])])],
      task: hasTasks ? "site" : null,
      source: shape.sources ? "account" : null,
      id: null,
    },
  };
}

function named(
  kind: NamedColumn["kind"],
  name: string,
  rows: number,
  names: string[],
  codeOf: (row: number, names: string[]) => number,
): NamedColumn {
  return { kind, name, codes: Int32Array.from({ length: rows }, (_, row) => codeOf(row, names)), names };
}

/** The first half of the rows, which a contract trains on. */
export function firstHalf(table: Table): Int32Array {
  return Int32Array.from({ length: Math.ceil(table.rows / 2) }, (_, row) => row);
}

/** The others. */
export function secondHalf(table: Table): Int32Array {
  const first = firstHalf(table).length;
  return Int32Array.from({ length: table.rows - first }, (_, row) => first + row);
}
