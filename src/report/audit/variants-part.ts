import { budgetText } from "../words/format.ts";
import { type Markup, markup } from "../words/markup.ts";
import { budgetsOf } from "./damage-part.ts";
import type { ReportInput } from "./report-input.ts";
import { figureCell, reportTable, typographic } from "../page/table.ts";
import { adaptiveRows, knowledgeRows } from "../judging/variant-rows.ts";
import { knowledgeWords, metricWord } from "../words/words.ts";

/** What each step of ignorance costs the attacker; empty where knowledge was not varied. */
export function knowledgeSection({ summary }: ReportInput): Markup | "" {
  const rows = knowledgeRows(summary);
  if (rows.length === 0) return "";
  const budgets = budgetsOf(summary);
  return markup`<section aria-labelledby="knowledge">
<h2 id="knowledge">What ignorance costs the attacker</h2>
<p>The same attacks by attackers who know less: a sample of the training rows of their own in place of the data, and a surrogate in place of the learner.</p>
${reportTable({
  id: "knowledge-table",
  caption: "Without repair, by what the attacker knows",
  head: ["Knowledge", "Figure", ...budgets.map((budget) => typographic(budgetText(budget, summary)))],
  groups: [...new Set(rows.map(({ attack }) => attack))].map((attack) => ({
    name: attack,
    rows: rows
      .filter((row) => row.attack === attack)
      .map(({ knowledge, metric, cells }) => ({
        head: markup`${knowledge}<br/><span class="sub prose">${knowledgeWords[knowledge]}</span>`,
        cells: [
          metricWord(metric),
          ...budgets.map((budget) => figureCell(cells.find(({ budgetFraction }) => budgetFraction === budget)?.figure)),
        ],
      })),
  })),
})}
</section>`;
}

/** Repairs against attackers who know them; empty where none was tried. */
export function adaptiveSection({ summary }: ReportInput): Markup | "" {
  const rows = adaptiveRows(summary);
  if (rows.length === 0) return "";
  return markup`<section aria-labelledby="adaptive">
<h2 id="adaptive">Attackers who know the repair</h2>
<p>Planned against the pipeline with the repair in it and without, with the whole budget and with half of it; what does best at home, by the attacker’s own objective, is used.</p>
${reportTable({
  id: "adaptive-table",
  caption: "What is left behind each repair",
  head: ["Attack", "Repair", "Budget", "Figure", "As it is", "Planned around"],
  groups: [
    {
      name: null,
      rows: rows.map(({ attack, repair, budgetFraction, metric, plain, adaptive }) => ({
        head: attack,
        cells: [repair, typographic(budgetText(budgetFraction, summary)), metricWord(metric), figureCell(plain), figureCell(adaptive)],
      })),
    },
  ],
})}
</section>`;
}
