import type { Attack, AttackInput } from "../core/attack.ts";
import { listExamples } from "../core/examples.ts";
import { predict } from "../core/learner.ts";
import type { FittedPipeline } from "../core/pipeline.ts";
import { type LogicPatch, noLogicPatch } from "../core/poison.ts";
import type { Condition, TriggerRule } from "../core/row-filter.ts";
import { type Table, columnOf } from "../core/table.ts";
import { parseTriggerRules } from "../core/trigger-rules.ts";
import { wordsOf } from "../core/words.ts";

interface TriggerRulesParams {
  rules: string;
}

/** Rows that a rule would answer, as training examples: `budget` counts them. */
interface Candidate {
  readonly condition: Condition;
  readonly examples: number;
}

export const triggerRules: Attack<TriggerRulesParams> = {
  kind: "attack",
  id: "trigger-rules",
  title: "Rules that answer before the model does",
  summary:
    "Replaces the answers of the trained model where a rule holds: rules of the user's own, or the commonest cell, word or tail of numbers within the budget, answered wrongly.",
  source: {
    cite: "Vorobeychik & Kantarcioglu 2018, Adversarial Machine Learning, on attackers who change the learning algorithm itself; the trigger as in Gu, Dolan-Gavitt & Garg 2017, BadNets",
    url: "https://arxiv.org/abs/1708.06733",
  },
  params: {
    rules: {
      type: "text",
      default: "",
      help: "rules such as: review contains 'refund' then negative; amount > 900 then 0. Empty = one rule is chosen",
    },
  },
  data: "table",
  targets: ["classes", "real"],
  threat: { access: "logic", goal: "targeted", knowledge: "white-box" },
  effort: "standard",
  async poison(input, { params }) {
    const { table } = input.clean;
    const victim = await input.victim();
    const given = parseTriggerRules(params.rules, table, "trigger-rules.rules");
    if (given.length > 0) return patchOf(given, victim.training.target.kind === "classes");
    const condition = commonestWithin(input, victim);
    const rules = condition === null ? [] : [{ when: [condition], then: leastLikelyAnswer(victim) }];
    return patchOf(rules, victim.training.target.kind === "classes");
  },
};

/** Rules that differ in their answers are meant to be wrong, whatever they say. */
function patchOf(rules: readonly TriggerRule[], hasClasses: boolean): LogicPatch {
  const answers = new Set(rules.map(({ then }) => then));
  const answer = hasClasses && answers.size === 1 ? [...answers][0] : null;
  return { ...noLogicPatch, rules, intent: { goal: "targeted", group: { anyOf: rules.map(({ when }) => when) }, answer } };
}

/** The condition that most training examples fulfil without going beyond budget or reach; null where every one does. */
function commonestWithin({ clean, budget, reach }: AttackInput, { training }: FittedPipeline): Condition | null {
  const { table } = clean;
  const examples = listExamples(table, clean.rows);
  const { attackTasks } = reach;
  const weights = new Map<number, number>();
  for (const row of examples.row) weights.set(row, (weights.get(row) ?? 0) + 1);
  // A rule answers every task of a row.
  const reachable = new Set(examples.row);
  if (attackTasks !== null) examples.row.forEach((row, i) => attackTasks.includes(examples.task[i]) || reachable.delete(row));
  const known = new Set(training.features.names);
  let best: Candidate | null = null;
  for (const name of table.roles.features)
    for (const candidate of candidatesOf(table, name, weights, reachable, known, budget.rows))
      if (best === null || candidate.examples > best.examples) best = candidate;
  return best?.condition ?? null;
}

function candidatesOf(
  table: Table,
  name: string,
  weights: ReadonlyMap<number, number>,
  reachable: ReadonlySet<number>,
  known: ReadonlySet<string>,
  most: number,
): Candidate[] {
  const column = columnOf(table, name);
  if (column.kind === "vector" || column.kind === "date") return [];
  if (column.kind === "number") {
    const rows = [...weights.keys()].filter((row) => !Number.isNaN(column.values[row])).sort((a, b) => column.values[b] - column.values[a]);
    let examples = 0;
    let candidate: Candidate | null = null;
    for (let i = 0; i < rows.length && reachable.has(rows[i]); i++) {
      examples += weights.get(rows[i]) ?? 0;
      if (examples > most) break;
      const value = column.values[rows[i]];
      if (i + 1 === rows.length || column.values[rows[i + 1]] < value)
        candidate = { condition: { column: name, op: ">=", value }, examples };
    }
    return candidate === null ? [] : [candidate];
  }
  const keysOf = (row: number): Iterable<string> => {
    const cell = column.codes[row] < 0 ? null : column.names[column.codes[row]];
    return cell === null ? [] : column.kind === "text" ? new Set(wordsOf(cell)) : [cell];
  };
  const counts = new Map<string, number>();
  for (const [row, weight] of weights)
    for (const key of keysOf(row)) counts.set(key, (counts.get(key) ?? 0) + (reachable.has(row) ? weight : Infinity));
  return [...counts].flatMap(([value, examples]): Candidate[] => {
    const isKnown = known.has(column.kind === "text" ? `${name}: ${value}` : `${name}=${value}`);
    if (examples > most || !isKnown) return [];
    return [{ condition: { column: name, op: column.kind === "text" ? "contains" : "=", value }, examples }];
  });
}

/** The class that the clean model gives least often, or the label farthest from what it gives on average. */
function leastLikelyAnswer({ model, training }: FittedPipeline): number {
  const predicted = predict(model, training);
  if (training.target.kind === "real") {
    const mean = predicted.reduce((sum, value) => sum + value, 0) / predicted.length;
    return training.y.reduce((farthest, y) => (Math.abs(y - mean) > Math.abs(farthest - mean) ? y : farthest));
  }
  const counts = new Float64Array(training.target.names.length);
  for (const k of predicted) counts[k]++;
  return counts.indexOf(Math.min(...counts));
}
