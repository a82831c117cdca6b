import { budgetText } from "./format.ts";
import { type Markup, markup } from "./markup.ts";
import type { ReportInput } from "./report-input.ts";
import { figureCell, reportTable, typographic } from "./report-table.ts";
import { countText, metricWord } from "./words.ts";

/** How long damage lasts once poisoning stops; empty where nobody asked. */
export function persistenceSection({ summary: { persistence } }: ReportInput): Markup | "" {
  if (persistence.length === 0) return "";
  const times = [...new Set(persistence.flatMap(({ points }) => points.map((point) => point.times)))].sort((a, b) => a - b);
  return markup`<section aria-labelledby="persistence">
<h2 id="persistence">After poisoning stops</h2>
<p>A fifth of the training rows is poisoned, and the others arrive afterwards as they are. Damage is against a model of the same rows without poison. A cold start trains anew
on all rows, the poison among them; a warm start goes on from the poisoned model.</p>
${reportTable({
  id: "persistence-table",
  caption: "Damage after clean rows arrive, as multiples of the poisoned training set",
  head: ["Attack", "Budget", "Start", "Figure", ...times.map((at) => `${at}×`), "Rows until half is gone"],
  groups: [
    {
      name: null,
      rows: persistence.map(({ attack, budgetFraction, start, metric, points, halfLifeRows }) => ({
        head: attack,
        cells: [
          typographic(budgetText(budgetFraction)),
          start,
          metricWord(metric),
          ...times.map((at) => figureCell(points.find((point) => point.times === at)?.figure)),
          halfLifeRows === null ? figureCell(null) : countText(halfLifeRows),
        ],
      })),
    },
  ],
})}
</section>`;
}
