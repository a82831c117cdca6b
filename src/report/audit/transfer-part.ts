import type { Summary } from "../../study/summary.ts";
import { transferNote, transferredShare } from "../judging/transfer-text.ts";
import { figureCell, reportTable, typographic } from "../page/table.ts";
import { budgetText, figureText } from "../words/format.ts";
import { type Markup, markup } from "../words/markup.ts";
import { textTable } from "../words/text-table.ts";
import { metricWord } from "../words/words.ts";
import type { ReportInput } from "./report-input.ts";

/** What poison does to the surrogate that it was made on and to the command that was meant; empty where no command was. */
export function transferSection({ summary }: ReportInput): Markup | "" {
  const { transfer } = summary;
  if (transfer === undefined || transfer.entries.length === 0) return "";
  return markup`<section aria-labelledby="transfer">
<h2 id="transfer">What reaches the command</h2>
<p>Nobody looks into the training command, so poison is made on a surrogate: of a few learners the one that says most like the command what held-out rows of the clean data are. What the poison then does to both is measured on the same test rows, without repair; ${transferNote(summary)}.</p>
${reportTable({
  id: "transfer-table",
  caption: "Damage to the surrogate and to the command",
  head: ["Attack", "Budget", "Made on", "Figure", "Surrogate", "Command", "Command / surrogate"],
  groups: [
    {
      name: null,
      rows: transfer.entries.map(({ attack, budgetFraction, surrogates, metric, onSurrogate, onLearner }) => ({
        head: attack,
        cells: [
          typographic(budgetText(budgetFraction, summary)),
          surrogates.join(", "),
          metricWord(metric),
          figureCell(onSurrogate),
          figureCell(onLearner),
          transferredShare(onSurrogate.value, onLearner.value, metric) ?? markup`<span class="absent">–</span>`,
        ],
      })),
    },
  ],
})}
</section>`;
}

/** The same for a terminal. */
export function transferText(summary: Summary): string {
  const { transfer } = summary;
  if (transfer === undefined || transfer.entries.length === 0) return "";
  const table = textTable([
    ["attack", "budget", "made on", "figure", "surrogate", "command", "command / surrogate"],
    ...transfer.entries.map(({ attack, budgetFraction, surrogates, metric, onSurrogate, onLearner }) => [
      attack,
      budgetText(budgetFraction, summary),
      surrogates.join(", "),
      metric,
      figureText(onSurrogate),
      figureText(onLearner),
      transferredShare(onSurrogate.value, onLearner.value, metric) ?? "–",
    ]),
  ]);
  return `What reaches the command (poison is made on a surrogate; both are measured on the same test rows)\n${table}\n${transferNote(summary)}`;
}
