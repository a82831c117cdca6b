import { noRepair } from "../../study/record.ts";
import { entryOf, strongestAt } from "../judging/findings.ts";
import { worstOfAll } from "../judging/worst.ts";
import { figureCell, proseWithFigures, reportTable, typographic } from "../page/table.ts";
import { budgetText } from "../words/format.ts";
import { type Markup, markup, within } from "../words/markup.ts";
import { capitalised, metricWord } from "../words/words.ts";
import { budgetsOf } from "./damage-part.ts";
import type { ReportInput } from "./report-input.ts";
import { findingList, limitTable, outcomeLine } from "./verdict-part.ts";

/** The verdict over several learners, the worst that befalls one of them, and all of them side by side. */
export function verdictOfAllSection(learners: readonly ReportInput[]): Markup {
  const worst = worstOfAll(learners);
  return markup`<section aria-labelledby="verdict">
<h2 id="verdict">Verdict</h2>
${outcomeLine(learners[0])}
${worst !== null && markup`<ul class="findings">\n<li>Worst of the strongest attacks, on <b>${worst.learner}</b>: ${proseWithFigures(worst.sentence)}</li>\n</ul>`}
${comparison(learners)}
${learners[0].limits.length > 0 && limitTable(learners)}
</section>`;
}

/** One learner: what was found, and its parts of the report. */
export function learnerSection(input: ReportInput, parts: readonly (Markup | "" | null)[]): Markup {
  const id = `learner-${input.learner}`;
  return markup`<section aria-labelledby="${id}">
<h2 id="${id}">Learner ${input.learner}</h2>
${findingList(input)}
${parts.map((part) => (part === "" || part === null ? null : within(part, input.learner)))}
</section>`;
}

/** What each learner reaches on clean data, and what its strongest attack at each budget leaves. */
function comparison(learners: readonly ReportInput[]): Markup {
  const [{ summary: first }] = learners;
  const budgets = [...new Set(learners.flatMap(({ summary }) => budgetsOf(summary)))].sort((a, b) => a - b);
  return reportTable({
    id: "learners",
    caption: `${capitalised(metricWord(first.primaryMetric))} of each learner, clean and under its strongest attack at each budget`,
    head: ["Learner", "Clean", ...budgets.map((budget) => typographic(budgetText(budget, first)))],
    groups: [
      {
        name: null,
        rows: learners.map(({ learner, summary }) => ({
          head: learner,
          cells: [
            figureCell(summary.baseline[summary.primaryMetric]),
            ...budgets.map((budget) => {
              const attack = strongestAt(summary, budget);
              const left = entryOf(summary, attack, budget, noRepair, summary.primaryMetric);
              return attack === null || left === undefined
                ? figureCell(null)
                : markup`${figureCell(left.figure)}<br/><span class="sub">${attack}</span>`;
            }),
          ],
        })),
      },
    ],
  });
}
