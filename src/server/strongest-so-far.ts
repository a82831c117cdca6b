import type { OpenedRun } from "../node/audit.ts";
import { noRepair } from "../study/record.ts";
import type { Figure } from "../numeric/statistics/intervals.ts";
import type { StrongestSoFar } from "./api.ts";

/** The attacks that attackers would choose, with the figures that their goals are measured by, from what is recorded. */
export function strongestSoFar({ judged }: Pick<OpenedRun, "judged">): StrongestSoFar {
  return {
    damageMetric: judged.summary.damageMetric,
    rows: judged.learners.flatMap(({ learner, summary }) =>
      summary.strongestByGoal.flatMap(({ goal, attack, budgetFraction }) => {
        const figureOf = (metric: string): Figure | undefined =>
          summary.entries.find(
            (entry) =>
              entry.attack === attack && entry.budgetFraction === budgetFraction && entry.repair === noRepair && entry.metric === metric,
          )?.figure;
        const own = goal === "backdoor" ? "attackSuccessRate" : goal === "targeted" ? "targetErrorRise" : summary.damageMetric;
        const metric = figureOf(own) === undefined ? summary.damageMetric : own;
        const figure = figureOf(metric);
        return figure === undefined ? [] : [{ learner, goal, budgetFraction, attack, metric, figure }];
      }),
    ),
  };
}
