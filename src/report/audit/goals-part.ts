import type { Goal } from "../../core/threat.ts";
import { noRepair } from "../../study/record.ts";
import type { Summary } from "../../study/summary.ts";
import { budgetText } from "../words/format.ts";
import { accessLadder, goalRows } from "../judging/goal-rows.ts";
import { type Markup, markup } from "../words/markup.ts";
import { budgetsOf } from "./damage-part.ts";
import type { ReportInput } from "./report-input.ts";
import { figureCell, reportTable, typographic } from "../page/table.ts";
import { accessWords, capitalised, goalWords, metricWord } from "../words/words.ts";

/** What attackers with a target in mind achieved; empty where none was tried. */
export function goalsSection({ summary }: ReportInput): Markup | "" {
  const rows = goalRows(summary);
  if (rows.length === 0) return "";
  const goals = (["backdoor", "targeted"] as const).filter((goal) => rows.some((row) => row.goal === goal));
  return markup`<section aria-labelledby="goals">
<h2 id="goals">Targets and backdoors</h2>
<p>Success is the share of test rows that the clean model gets right and the attacked one answers as the attacker means: of a backdoor, rows of other classes once the
trigger is put into them, and beside it the share answered so without the trigger, and by the clean model with it. Of a target, how much more of the group’s rows are answered wrongly than before, and of all others.</p>
${goals.map((goal) => goalTable(summary, goal))}
</section>`;
}

function goalTable(summary: Summary, goal: "backdoor" | "targeted"): Markup {
  const rows = goalRows(summary).filter((row) => row.goal === goal);
  const columns =
    goal === "backdoor"
      ? ["attackSuccessRate", "untriggeredRate", "unpoisonedRate", summary.damageMetric]
      : ["attackSuccessRate", "targetErrorRise", "collateralErrorRise"];
  const names =
    goal === "backdoor"
      ? ["Success", "Without the trigger", "Clean model with it", metricWord(summary.damageMetric)]
      : ["Success", "Rise of the target’s error", "Rise of errors elsewhere"];
  return reportTable({
    id: `goal-${goal}`,
    caption: goal === "backdoor" ? "Backdoors" : "Chosen rows or groups",
    head: ["Attack", ...names],
    groups: [...new Set(rows.map(({ attack }) => attack))].map((attack) => ({
      name: null,
      rows: rows
        .filter((row) => row.attack === attack)
        .map((row) => ({
          head: markup`${row.attack}<br/><span class="sub">${typographic(budgetText(row.budgetFraction, summary))}${row.repair !== noRepair && `, repair ${row.repair}`}</span>`,
          cells: columns.map((column) => figureCell(row.figures[column])),
        })),
    })),
  });
}

/** What each kind of access is worth; empty where a study has but one. */
export function ladderSection({ summary }: ReportInput): Markup | "" {
  const steps = accessLadder(summary);
  if (new Set(steps.map(({ access }) => access)).size < 2) return "";
  const budgets = budgetsOf(summary);
  const goals = [...new Set(steps.map(({ goal }) => goal))];
  const measure: Readonly<Partial<Record<Goal, string>>> = { backdoor: "success", targeted: "rise of the target’s error" };
  return markup`<section aria-labelledby="ladder">
<h2 id="ladder">The access ladder</h2>
<p>What an attacker’s access is worth at equal budgets, strongest access first: for each, the attack that its owner would choose.</p>
${reportTable({
  id: "ladder-table",
  caption: "The strongest attack found for each access",
  head: ["Access", ...budgets.map((budget) => typographic(budgetText(budget, summary)))],
  groups: goals.map((goal) => ({
    name: `${capitalised(goal)} (${goalWords[goal]}): ${measure[goal] ?? metricWord(summary.damageMetric)}`,
    rows: steps
      .filter((step) => step.goal === goal)
      .map(({ access, cells }) => ({
        head: markup`${access}<br/><span class="sub prose">${accessWords[access]}</span>`,
        cells: budgets.map((budget) => {
          const cell = cells.find(({ budgetFraction }) => budgetFraction === budget);
          return cell === undefined ? figureCell(null) : markup`${figureCell(cell.figure)}<br/><span class="sub">${cell.attack}</span>`;
        }),
      })),
  })),
})}
</section>`;
}
