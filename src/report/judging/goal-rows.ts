import type { Figure } from "../../numeric/statistics/intervals.ts";
import { type Access, type Goal, accesses } from "../../core/threat.ts";
import { groupBy } from "../../study/strongest.ts";
import { noRepair } from "../../study/record.ts";
import type { Summary, SummaryEntry } from "../../study/summary.ts";

/** How far one attack with a target got at one budget. */
export interface GoalRow {
  readonly attack: string;
  readonly access: Access | null;
  readonly goal: "targeted" | "backdoor";
  readonly budgetFraction: number;
  readonly repair: string;
  /** By metric; absent where no test row could show it. */
  readonly figures: Readonly<Record<string, Figure>>;
}

const goalMetrics = ["attackSuccessRate", "untriggeredRate", "unpoisonedRate", "targetErrorRise", "collateralErrorRise"];

/** Attacks with a target and backdoors, in the order of the study, each followed by what repairs leave of it. */
export function goalRows(summary: Summary): GoalRow[] {
  const rows = new Map<string, { -readonly [K in keyof GoalRow]: GoalRow[K] } & { figures: Record<string, Figure> }>();
  for (const { attack, access, goal, budgetFraction, repair, metric, figure } of summary.entries) {
    if (attack === null || (goal !== "targeted" && goal !== "backdoor")) continue;
    if (!goalMetrics.includes(metric) && metric !== summary.damageMetric) continue;
    const key = JSON.stringify([attack, budgetFraction, repair]);
    const row = rows.get(key) ?? { attack, access, goal, budgetFraction, repair, figures: {} };
    row.figures[metric] = figure;
    rows.set(key, row);
  }
  return [...rows.values()];
}

/** What the attacks that are called the strongest were chosen by: what an attacker with such a goal maximises and can see. */
export function objectiveWords({ strongest, entries, transfer }: Pick<Summary, "strongest" | "entries" | "transfer">): string {
  switch (entries.find(({ attack }) => attack === strongest.at(0)?.attack)?.goal) {
    case "targeted":
      return "the loss on its target as far as its owner can see";
    case "backdoor":
      return "how surely its trigger brings the answer that it means on clean training rows";
    default:
      return `the error of the poisoned ${transfer?.isAsked === false ? "surrogate" : "model"} on clean training rows that it was not trained on`;
  }
}

/** What an attack in feature space is to a reader of its figures. */
export const boundMeaning =
  "it adds or changes features that no row of the file is read as, so nobody could post it, and it is never named the strongest where real rows were tried";

/** Whether some attack is in feature space. */
export function hasBounds({ entries }: Pick<Summary, "entries">): boolean {
  return entries.some(({ inFeatureSpace }) => inFeatureSpace === true);
}

/** The strongest attack of one access at one budget, as its owner would choose it. */
export interface LadderStep {
  readonly access: Access;
  readonly goal: Goal;
  readonly metric: string;
  readonly cells: readonly { readonly budgetFraction: number; readonly attack: string; readonly figure: Figure | null }[];
}

/**
 * The access ladder: what each kind of access is worth to an attacker at equal budgets, from the strongest access down. Availability by the damage, a backdoor
 * by its success, a target by the rise of its error.
 */
export function accessLadder(summary: Summary): LadderStep[] {
  const metricOf = (goal: Goal): string =>
    goal === "backdoor" ? "attackSuccessRate" : goal === "targeted" ? "targetErrorRise" : summary.damageMetric;
  const steps = groupBy(summary.strongestByAccess, ({ goal, access }) => `${goal} ${access}`).map((group): LadderStep => {
    const { goal, access } = group[0];
    const metric = metricOf(goal);
    return {
      access,
      goal,
      metric,
      cells: group.map(({ budgetFraction, attack }) => ({
        budgetFraction,
        attack,
        figure: summary.entries.find(isOf(attack, budgetFraction, metric))?.figure ?? null,
      })),
    };
  });
  const goalsSeen = [...new Set(steps.map(({ goal }) => goal))];
  return steps.sort(
    (a, b) => goalsSeen.indexOf(a.goal) - goalsSeen.indexOf(b.goal) || accesses.indexOf(a.access) - accesses.indexOf(b.access),
  );
}

function isOf(attack: string, budgetFraction: number, metric: string): (entry: SummaryEntry) => boolean {
  return (entry) =>
    entry.attack === attack && entry.budgetFraction === budgetFraction && entry.repair === noRepair && entry.metric === metric;
}
