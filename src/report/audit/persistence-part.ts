import type { PersistenceEntry } from "../../study/persistence-summary.ts";
import { budgetText, numberText } from "../words/format.ts";
import { type Markup, markup } from "../words/markup.ts";
import type { ReportInput } from "./report-input.ts";
import { figureCell, reportTable, typographic } from "../page/table.ts";
import { countText, metricWord } from "../words/words.ts";

/** How long damage lasts once poisoning stops; empty where nobody asked. */
export function persistenceSection({ summary }: ReportInput): Markup | "" {
  const { persistence } = summary;
  if (persistence.length === 0) return "";
  const times = [...new Set(persistence.flatMap(({ points }) => points.map((point) => point.times)))].sort((a, b) => a - b);
  const text = ({ points }: PersistenceEntry): string => points.map(({ figure }) => numberText(figure.value)).join();
  const isNews = (entry: PersistenceEntry): boolean =>
    entry.start === "cold" ||
    persistence.every(
      (other) =>
        other.start !== "cold" ||
        other.attack !== entry.attack ||
        other.budgetFraction !== entry.budgetFraction ||
        text(other) !== text(entry),
    );
  const shown = persistence.filter(isNews);
  return markup`<section aria-labelledby="persistence">
<h2 id="persistence">After poisoning stops</h2>
<p>A fifth of the training rows is poisoned, and the others arrive afterwards as they are. Damage is against a model of the same rows without poison. A cold start trains anew
on all rows, the poison among them; a warm start goes on from the poisoned model, and is shown where it ends elsewhere.</p>
${reportTable({
  id: "persistence-table",
  caption: "Damage after clean rows arrive, as multiples of the poisoned training set",
  head: ["Attack", ...times.map((at) => `${at}×`), "Rows until half is gone"],
  groups: [
    {
      name: null,
      rows: shown.map(({ attack, budgetFraction, start, metric, points, halfLifeRows }) => ({
        head: markup`${attack}<br/><span class="sub">${typographic(budgetText(budgetFraction, summary))}, ${start} start<br/>${metricWord(metric)}</span>`,
        cells: [
          ...times.map((at) => figureCell(points.find((point) => point.times === at)?.figure)),
          halfLifeRows === null ? figureCell(null) : countText(halfLifeRows),
        ],
      })),
    },
  ],
})}
</section>`;
}
