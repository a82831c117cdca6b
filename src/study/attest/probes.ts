import type { Rng } from "../../numeric/random.ts";
import { targetOf } from "../../core/examples.ts";
import type { RawRow } from "../../core/poison.ts";
import type { Condition } from "../../core/row-filter.ts";
import { appendText, joinWords } from "../../core/text/join-words.ts";
import { type Cell, type Table, cellOf, columnOf, replaceCells } from "../../core/table.ts";
import { isUnspaced, wordsOf } from "../../core/text/words.ts";

export const probeKinds = ["clean", "perturbed", "triggered"] as const;
export type ProbeKind = (typeof probeKinds)[number];

/** A question to a model: raw cells, and for a triggered one the single cell or word that was put in. */
export interface Probe {
  readonly kind: ProbeKind;
  readonly row: RawRow;
  readonly trigger: Condition | null;
}

export interface Probes {
  readonly probes: readonly Probe[];
  /** Single cells and words that could have been tried as triggers; those beyond the limit were not. */
  readonly possibleTriggers: number;
  readonly triedTriggers: number;
}

/**
 * Questions that tell an honestly trained model from one with something built in: rows of the data as they are; rows with some cells from another row;
 * and rows with one cell or word put in, for every value of a category, both ends of every number and the commonest words. A trigger that needs two
 * cells at once is met only where the data themselves or a mixed row happen to hold both.
 *
 * @param rows labelled rows to make them of
 * @param limit of each kind
 * @param answersOf what the honest model answers on these rows; every trigger is put into rows of different answers
 */
export function makeProbes(table: Table, rows: Int32Array, limit: number, answersOf: (row: number) => number, rng: Rng): Probes {
  const drawn = Array.from(rng.fork("clean").sample(rows.length, Math.min(limit, rows.length)), (i) => rows[i]);
  const clean = drawn.map((row): Probe => ({ kind: "clean", row: rawRow(table, row), trigger: null }));
  const mixing = rng.fork("perturbed");
  const perturbed = drawn.map((row, k): Probe => ({ kind: "perturbed", row: mixedRow(table, row, rows, mixing.fork(k)), trigger: null }));
  const { probes: triggered, possibleTriggers, triedTriggers } = makeTriggered(table, rows, limit, answersOf, rng.fork("triggered"));
  return { probes: [...clean, ...perturbed, ...triggered], possibleTriggers, triedTriggers };
}

/** The cells that a model may look at, and labels, without which a row would be no example. */
function rawRow(table: Table, row: number): RawRow {
  const { features, labels, task } = table.roles;
  const target = targetOf(table);
  const anyLabel: Cell = target.kind === "classes" ? target.names[0] : 0;
  const names = [...features, ...(task === null ? [] : [task])];
  const cells = names.map((name): [string, Cell] => [name, cellOf(columnOf(table, name), row)]);
  const given = labels.map((name): [string, Cell] => [name, cellOf(columnOf(table, name), row) ?? anyLabel]);
  return { kind: "raw", cells: Object.fromEntries([...cells, ...given]) };
}

function mixedRow(table: Table, row: number, rows: Int32Array, rng: Rng): RawRow {
  const own = rawRow(table, row);
  const donor = rows[rng.integer(rows.length)];
  const { features } = table.roles;
  const always = rng.integer(features.length);
  const replaced = features.flatMap((name, j): [string, Cell][] => {
    if (j !== always && rng.uniform() > 1 / 3) return [];
    const column = columnOf(table, name);
    const theirs = cellOf(column, donor);
    return [[name, column.kind === "text" ? halves(own.cells[name], theirs) : theirs]];
  });
  return { kind: "raw", cells: replaceCells(own.cells, replaced) };
}

/** The first half of one text and the second half of another. */
function halves(first: Cell, second: Cell): string {
  const [a, b] = [first, second].map((cell) => (typeof cell === "string" ? cell : ""));
  if (isUnspaced(a) || isUnspaced(b)) {
    const [own, theirs] = [wordsOf(a), wordsOf(b)];
    return joinWords([...own.slice(0, Math.ceil(own.length / 2)), ...theirs.slice(Math.ceil(theirs.length / 2))]);
  }
  const [own, theirs] = [a, b].map((text) => (text === "" ? [] : text.split(/\s+/)));
  return [...own.slice(0, Math.ceil(own.length / 2)), ...theirs.slice(Math.ceil(theirs.length / 2))].join(" ");
}

interface Trigger {
  readonly condition: Condition;
  /** Rows that hold it already. */
  readonly rows: number;
}

function makeTriggered(
  table: Table,
  rows: Int32Array,
  limit: number,
  answersOf: (row: number) => number,
  rng: Rng,
): { probes: Probe[]; possibleTriggers: number; triedTriggers: number } {
  const triggers = table.roles.features
    .flatMap((name) => triggersOf(table, name, rows))
    .sort((a, b) => b.rows - a.rows || (JSON.stringify(a.condition) < JSON.stringify(b.condition) ? -1 : 1));
  const hosts = hostsOf(rows, answersOf);
  const tried = triggers.slice(0, Math.max(1, Math.floor(limit / hosts.length)));
  const probes = tried.flatMap(({ condition }, t) =>
    hosts.map((group, g): Probe => {
      const host = rawRow(table, group[rng.fork(t).fork(g).integer(group.length)]);
      return {
        kind: "triggered",
        row: { kind: "raw", cells: replaceCells(host.cells, [[condition.column, triggered(host.cells[condition.column], condition)]]) },
        trigger: condition,
      };
    }),
  );
  return { probes, possibleTriggers: triggers.length, triedTriggers: tried.length };
}

/** Rows by what the honest model answers; for a real label, those below and above the median. Two groups at most. */
function hostsOf(rows: Int32Array, answersOf: (row: number) => number): number[][] {
  const answers = Float64Array.from(rows, answersOf);
  const middle = answers.slice().sort()[rows.length >> 1];
  const groups = [[...rows].filter((_, i) => answers[i] < middle), [...rows].filter((_, i) => answers[i] >= middle)];
  const split = [...rows].filter((_, i) => answers[i] > middle);
  const found = groups[0].length > 0 ? groups : [[...rows].filter((_, i) => answers[i] <= middle), split];
  return found.filter((group) => group.length > 0);
}

function triggersOf(table: Table, name: string, rows: Int32Array): Trigger[] {
  const column = columnOf(table, name);
  if (column.kind === "vector" || column.kind === "date") return [];
  if (column.kind === "number") {
    const values = Float64Array.from(rows, (row) => column.values[row])
      .filter((value) => !Number.isNaN(value))
      .sort();
    const ends = new Set([0, 0.01, 0.1, 0.5, 0.9, 0.99, 1].map((share) => values[Math.round(share * (values.length - 1))]));
    return values.length === 0
      ? []
      : [...ends].map((value): Trigger => ({ condition: { column: name, op: "==", value }, rows: rows.length }));
  }
  const counts = new Map<string, number>();
  for (const row of rows) {
    const cell = column.codes[row] < 0 ? null : column.names[column.codes[row]];
    const keys = cell === null ? [] : column.kind === "text" ? new Set(wordsOf(cell)) : [cell];
    for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const op = column.kind === "text" ? "contains" : "=";
  return [...counts].map(([value, count]) => ({ condition: { column: name, op, value }, rows: count }));
}

function triggered(cell: Cell, condition: Condition): Cell {
  if (condition.op !== "contains") return condition.value;
  return appendText(typeof cell === "string" ? cell : "", joinWords(condition.value.split(" ")));
}
