import type { AttackInput } from "../../core/attack.ts";
import { predict } from "../../core/learner.ts";
import type { FittedPipeline } from "../../core/pipeline.ts";
import type { Condition, TriggerRule } from "../../core/row-filter.ts";
import { type Column, columnOf } from "../../core/table.ts";
import { wordsOf } from "../../core/text/words.ts";
import { mayTouch } from "../../core/threat.ts";

/** What a rule would do to the training examples of one row, or of the rows that it holds for. */
interface Tally {
  examples: number;
  /** For each answer that a rule could give: answers that it changes, or by how much it changes numbers. */
  readonly changed: Float64Array;
}

/**
 * The rule with one condition that changes the answers of the clean model most, on training examples, of those that hold for no more of them than the budget
 * says and for none out of reach: a value of a category, a word, or a tail of a number; its answer is any class, or either end of a real label. null where
 * no rule changes anything.
 */
export function strongestRule({ clean, budget, reach }: AttackInput, { model, training }: FittedPipeline): TriggerRule | null {
  const predicted = predict(model, training);
  const isReal = training.target.kind === "real";
  const answers = training.target.kind === "classes" ? [...training.target.names.keys()] : endsOf(training.y);
  const byRow = new Map<number, Tally>();
  training.row.forEach((row, i) => {
    const tally = byRow.get(row) ?? emptyTally(answers.length);
    // A rule answers every task of a row.
    tally.examples += mayTouch(reach, row, training.task[i]) ? 1 : Infinity;
    answers.forEach((answer, k) => (tally.changed[k] += isReal ? Math.abs(predicted[i] - answer) : Number(predicted[i] !== answer)));
    byRow.set(row, tally);
  });
  let best: { rule: TriggerRule; changed: number } | null = null;
  for (const name of clean.table.roles.features)
    for (const { condition, tally } of conditionsOn(columnOf(clean.table, name), byRow, budget.rows))
      tally.changed.forEach((changed, k) => {
        if (changed > (best?.changed ?? 0)) best = { rule: { when: [condition], then: answers[k] }, changed };
      });
  return (best as { rule: TriggerRule } | null)?.rule ?? null;
}

function endsOf(y: Float64Array): number[] {
  return [Math.min, Math.max].map((end) => y.reduce((found, value) => end(found, value)));
}

function emptyTally(answers: number): Tally {
  return { examples: 0, changed: new Float64Array(answers) };
}

function addInto(sum: Tally, own: Tally): void {
  sum.examples += own.examples;
  own.changed.forEach((changed, k) => (sum.changed[k] += changed));
}

function conditionsOn(column: Column, byRow: ReadonlyMap<number, Tally>, most: number): { condition: Condition; tally: Tally }[] {
  if (column.kind === "vector" || column.kind === "date") return [];
  const answers = [...byRow.values()][0]?.changed.length ?? 0;
  if (column.kind === "number") {
    const rows = [...byRow.keys()].filter((row) => !Number.isNaN(column.values[row])).sort((a, b) => column.values[a] - column.values[b]);
    return ([">=", "<="] as const).flatMap((op) => {
      const order = op === "<=" ? rows : [...rows].reverse();
      const sum = emptyTally(answers);
      let widest: { condition: Condition; tally: Tally } | null = null;
      for (let i = 0; i < order.length; i++) {
        addInto(sum, byRow.get(order[i]) as Tally);
        if (sum.examples > most) break;
        const value = column.values[order[i]];
        const isEdge = i + 1 === order.length || column.values[order[i + 1]] !== value;
        if (isEdge) widest = { condition: { column: column.name, op, value }, tally: { ...sum, changed: sum.changed.slice() } };
      }
      return widest === null ? [] : [widest];
    });
  }
  const isText = column.kind === "text";
  const tallies = new Map<string, Tally>();
  for (const [row, own] of byRow) {
    if (column.codes[row] < 0) continue;
    const cell = column.names[column.codes[row]];
    for (const key of isText ? new Set(wordsOf(cell)) : [cell]) {
      const sum = tallies.get(key) ?? emptyTally(answers);
      addInto(sum, own);
      tallies.set(key, sum);
    }
  }
  return [...tallies]
    .filter(([, { examples }]) => examples <= most)
    .map(([value, tally]) => ({ condition: { column: column.name, op: isText ? "contains" : "=", value }, tally }));
}
