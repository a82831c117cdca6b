import { transferNote, transferredShare } from "../judging/transfer-text.ts";
import { prose, section, seedWords } from "../page/blocks.ts";
import type { Cell, Section } from "../page/document.ts";
import { budgetText } from "../words/format.ts";
import { metricWord } from "../words/words.ts";
import type { ReportInput } from "./report-input.ts";

/** What poison does to the surrogate that it was made on and to the command that was meant; null where no command was. */
export function transferSection({ summary }: Pick<ReportInput, "summary">): Section | null {
  const { transfer } = summary;
  if (transfer === undefined || transfer.entries.length === 0) return null;
  return section(
    "transfer",
    "What reaches the command",
    "Nobody looks into the training command, so poison is made on a surrogate: of a few learners the one that says most like the command what held-out rows of the clean data are.",
    prose(`What the poison then does to both is measured on the same test rows, without repair; ${transferNote(summary)}.`),
    {
      kind: "table",
      id: "transfer-table",
      caption: `Damage to the surrogate and to the command; ${seedWords(summary.seeds)}`,
      columns: [
        { name: "Attack" },
        { name: "Budget", filter: true },
        { name: "Made on" },
        { name: "Figure" },
        { name: "Surrogate" },
        { name: "Command" },
        { name: "Command / surrogate" },
      ],
      rows: transfer.entries.map(({ attack, budgetFraction, surrogates, metric, onSurrogate, onLearner }): Cell[] => [
        attack,
        budgetText(budgetFraction, summary),
        surrogates.join(", "),
        metricWord(metric),
        onSurrogate,
        onLearner,
        transferredShare(onSurrogate.value, onLearner.value, metric),
      ]),
    },
  );
}
