import { type Matrix, selectRows, stackRows } from "../numeric/matrices/matrix.ts";

/** What is learned: a class index in [0, names.length) or a real number. */
export type Target = { readonly kind: "classes"; readonly names: readonly string[] } | { readonly kind: "real" };

export type FeatureKind = "real" | "count" | "indicator";

/** Feature j stands for `names[j]`, made from the raw column `groups[j]`. Shapes: each [features]. */
export interface Features {
  readonly names: readonly string[];
  readonly kinds: readonly FeatureKind[];
  readonly groups: readonly string[];
}

/**
 * Encoded training or test rows; immutable.
 *
 * Shapes: x [rows, features]; y, weight, task, source, row [rows].
 */
export interface Dataset {
  readonly x: Matrix;
  /** Class indices or real labels, by `target`. */
  readonly y: Float64Array;
  /** How much each row counts in the loss; null = 1 each. */
  readonly weight: Float64Array | null;
  readonly target: Target;
  /** Index into `tasks`. */
  readonly task: Int32Array;
  readonly tasks: readonly string[];
  /** Index into `sources`; −1 = unknown, and every such row is its own group. */
  readonly source: Int32Array;
  readonly sources: readonly string[];
  /** Row of the table; −1 for a row inserted in feature space. */
  readonly row: Int32Array;
  readonly features: Features;
}

/** The rows at these positions, in that order. */
export function selectExamples(data: Dataset, picked: Int32Array): Dataset {
  return {
    ...data,
    x: selectRows(data.x, picked),
    y: gatherFloats(data.y, picked),
    weight: data.weight === null ? null : gatherFloats(data.weight, picked),
    task: gatherIntegers(data.task, picked),
    source: gatherIntegers(data.source, picked),
    row: gatherIntegers(data.row, picked),
  };
}

/** The rows of `a` and below them those of `b`, which has the same features, tasks and sources. */
export function joinRows(a: Dataset, b: Dataset): Dataset {
  const rows = a.y.length;
  const floats = (x: Float64Array, y: Float64Array): Float64Array => {
    const out = new Float64Array(rows + y.length);
    out.set(x);
    out.set(y, rows);
    return out;
  };
  const integers = (x: Int32Array, y: Int32Array): Int32Array => {
    const out = new Int32Array(rows + y.length);
    out.set(x);
    out.set(y, rows);
    return out;
  };
  const weightOf = ({ weight, y }: Dataset): Float64Array => weight ?? new Float64Array(y.length).fill(1);
  return {
    ...a,
    x: stackRows(a.x, b.x),
    y: floats(a.y, b.y),
    weight: a.weight === null && b.weight === null ? null : floats(weightOf(a), weightOf(b)),
    task: integers(a.task, b.task),
    source: integers(a.source, b.source),
    row: integers(a.row, b.row),
  };
}

export function gatherFloats(values: Float64Array, picked: Int32Array): Float64Array {
  const out = new Float64Array(picked.length);
  for (let i = 0; i < picked.length; i++) out[i] = values[picked[i]];
  return out;
}

export function gatherIntegers(values: Int32Array, picked: Int32Array): Int32Array {
  const out = new Int32Array(picked.length);
  for (let i = 0; i < picked.length; i++) out[i] = values[picked[i]];
  return out;
}

/** Positions for which `keep` is true. */
export function positionsWhere(length: number, keep: (position: number) => boolean): Int32Array {
  const kept = new Int32Array(length);
  let count = 0;
  for (let i = 0; i < length; i++) if (keep(i)) kept[count++] = i;
  return kept.slice(0, count);
}
