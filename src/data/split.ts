import type { Rng } from "../numeric/random.ts";
import { listExamples, targetOf, taskNames } from "../core/examples.ts";
import { UsageError } from "../core/errors.ts";
import { type Table, columnOf } from "../core/table.ts";

export interface Split {
  readonly train: Int32Array;
  readonly test: Int32Array;
}

export interface SplitOptions {
  /** In (0, 1). */
  readonly testFraction: number;
  readonly rng: Rng;
  /** Tasks that are measured: each must have training and test rows. */
  readonly measuredTasks?: Iterable<number> | null;
  /** Whether each task has a model of its own, and so must have training rows. */
  readonly separate?: boolean;
}

/**
 * Splits the labelled rows into training and test rows (both ascending): stratified by class and task, and all rows of a known source on one side,
 * so that no account is learned from and tested on. With several labels a row goes with all of its examples.
 *
 * @throws UsageError when a side would be empty, the training side would lack a class, or a task rows that it needs
 */
export function splitRows(table: Table, options: SplitOptions): Split {
  const { rows, stratum, strata } = stratify(table);
  const groups = groupRows(table, rows);
  const order = Int32Array.from({ length: groups.length }, (_, i) => i);
  options.rng.shuffleInPlace(order);

  const wanted = quotas(stratum, rows, strata, options.testFraction);
  const isTest = new Uint8Array(table.rows);
  for (const group of order) {
    const members = groups[group];
    let gain = 0;
    const before = new Map<number, number>();
    for (const row of members) {
      const s = stratum[row];
      if (!before.has(s)) before.set(s, wanted[s]);
      gain += wanted[s]-- > 0 ? 1 : -1;
    }
    if (gain > 0) for (const row of members) isTest[row] = 1;
    else for (const [s, count] of before) wanted[s] = count;
  }
  const split = { train: rows.filter((row) => isTest[row] === 0), test: rows.filter((row) => isTest[row] === 1) };
  refuseUseless(table, split, options);
  return split;
}

/**
 * Sets a share of some training rows apart, drawn from each class and task alike, and at least one of each; both parts ascending. A source may have rows in
 * both: whoever verifies rows looks at them one by one.
 */
export function setApart(
  table: Table,
  train: Int32Array,
  fraction: number,
  rng: Rng,
): { readonly kept: Int32Array; readonly apart: Int32Array } {
  const { stratum, strata } = stratify(table);
  const wanted = quotas(stratum, train, strata, fraction).map((count) => Math.max(1, count));
  const isApart = new Uint8Array(table.rows);
  for (const p of rng.sample(train.length, train.length)) if (wanted[stratum[train[p]]]-- > 0) isApart[train[p]] = 1;
  return { kept: train.filter((row) => isApart[row] === 0), apart: train.filter((row) => isApart[row] === 1) };
}

/** Labelled rows, and for each the number of its stratum (its first example's class and task). Shape: stratum [table.rows]. */
function stratify(table: Table): { rows: Int32Array; stratum: Int32Array; strata: number } {
  const examples = listExamples(table);
  const classes = targetOf(table).kind === "classes";
  const severalLabels = table.roles.labels.length > 1;
  const stratum = new Int32Array(table.rows).fill(-1);
  const numbers = new Map<string, number>();
  const rows: number[] = [];
  for (let i = 0; i < examples.row.length; i++) {
    const row = examples.row[i];
    if (stratum[row] >= 0) continue;
    const key = `${severalLabels ? 0 : examples.task[i]} ${classes ? examples.y[i] : 0}`;
    let number = numbers.get(key);
    if (number === undefined) numbers.set(key, (number = numbers.size));
    stratum[row] = number;
    rows.push(row);
  }
  return { rows: Int32Array.from(rows), stratum, strata: numbers.size };
}

function groupRows(table: Table, rows: Int32Array): number[][] {
  const source = table.roles.source === null ? null : columnOf(table, table.roles.source);
  if (source === null || !("codes" in source)) return Array.from(rows, (row) => [row]);
  const groups: number[][] = [];
  const ofSource = new Map<number, number[]>();
  for (const row of rows) {
    const code = source.codes[row];
    const known = code < 0 ? undefined : ofSource.get(code);
    if (known !== undefined) {
      known.push(row);
      continue;
    }
    const group = [row];
    groups.push(group);
    if (code >= 0) ofSource.set(code, group);
  }
  return groups;
}

/** Test rows wanted of each stratum: shares rounded so that they sum to the rounded total (largest remainders first). */
function quotas(stratum: Int32Array, rows: Int32Array, strata: number, testFraction: number): Int32Array {
  const counts = new Int32Array(strata);
  for (const row of rows) counts[stratum[row]]++;
  const quota = counts.map((count) => Math.floor(count * testFraction));
  const remainder = Array.from(counts, (count, s) => ({ s, left: count * testFraction - quota[s] })).sort(
    (a, b) => b.left - a.left || a.s - b.s,
  );
  let missing = Math.round(rows.length * testFraction) - quota.reduce((sum, count) => sum + count, 0);
  for (const { s } of remainder) {
    if (missing-- <= 0) break;
    quota[s]++;
  }
  return quota;
}

/** @throws UsageError where one part of a split has too few rows */
export function refuseUseless(
  table: Table,
  split: Split,
  { measuredTasks = null, separate = false }: Pick<SplitOptions, "measuredTasks" | "separate">,
): void {
  const target = targetOf(table);
  const hint =
    table.roles.source === null ? "" : `; rows of one ${table.roles.source} stay together, so a few very large ones cannot be split`;
  if (split.test.length === 0 || split.train.length === 0)
    throw new UsageError(`${split.train.length + split.test.length} labelled rows cannot be split into training and test rows${hint}`);
  const names = taskNames(table);
  const [trained, tested] = [split.train, split.test].map((rows) => new Set(listExamples(table, rows).task));
  const lost = [...(measuredTasks ?? [])].find((task) => !trained.has(task) || !tested.has(task));
  if (lost !== undefined) throw new UsageError(`task "${names[lost]}" has too few rows to be in both parts of a split${hint}`);
  const untrained = separate ? names.findIndex((_, task) => !trained.has(task)) : -1;
  if (untrained >= 0)
    throw new UsageError(
      `task "${names[untrained]}" has no training rows in a split, and a model of its own needs some: share one model (--sharing pooled) or leave its rows out${hint}`,
    );
  if (target.kind === "real") return;
  const present = new Set(listExamples(table, split.train).y);
  const absent = target.names.filter((_, k) => !present.has(k));
  if (absent.length > 0)
    throw new UsageError(`class ${JSON.stringify(absent[0])} has too few rows to be in the training part of a split${hint}`);
}
