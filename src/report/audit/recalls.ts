import type { Summary } from "../../study/summary.ts";
import { byFall, mostClassesShown, shortName } from "../judging/yardsticks.ts";
import { budgetColumns, prose, seedWords, told } from "../page/blocks.ts";
import type { Block } from "../page/document.ts";
import { tableText } from "../page/section-text.ts";
import { figureText } from "../words/format.ts";
import { intervalWords } from "../words/interval-words.ts";

/** The recall of each class, for a terminal; empty where classes are about even. */
export function recallText(summary: Summary): string {
  const [lead, table] = recallBlocks(summary);
  return table?.kind === "table" && lead.kind === "sentences" ? `Recall by class: ${lead.items.join(" ")}\n${tableText(table)}` : "";
}

/** The same for a page. */
export function recallBlocks(summary: Summary): Block[] {
  const found = shownOf(summary);
  if (found === null) return [];
  const { budgets, shown, left } = found;
  return [
    prose(
      `The classes are uneven, so that accuracy says little of the rare ones. Recall is the share of the rows of a class that are taken for it.${left}`,
    ),
    {
      kind: "table",
      id: "recall-table",
      caption: `Recall by class under the strongest attack at each budget, and below it the drop from the clean model; 95 % intervals ${intervalWords(summary)}; ${seedWords(summary.seeds)}`,
      columns: [{ name: "Class" }, { name: "Clean" }, ...budgetColumns(budgets, summary)],
      rows: shown.map(({ class: name, clean, attacked }) => [
        shortName(name),
        clean,
        ...budgets.map((budget) => {
          const own = attacked.find(({ budgetFraction }) => budgetFraction === budget);
          return own === undefined ? null : told(own.figure, `drop ${figureText(own.drop)}`);
        }),
      ]),
    },
  ];
}

function shownOf({ recalls, strongest }: Summary) {
  if (recalls === undefined || recalls.length === 0) return null;
  const budgets = strongest.map(({ budgetFraction }) => budgetFraction).sort((a, b) => a - b);
  const sorted = recalls.length > mostClassesShown ? byFall(recalls, budgets[budgets.length - 1]) : recalls;
  const shown = sorted.slice(0, mostClassesShown);
  const left =
    recalls.length > shown.length ? ` Of ${recalls.length} classes, the ${shown.length} whose recall falls the most are shown.` : "";
  return { budgets, shown, left };
}
