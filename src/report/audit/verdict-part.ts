import { noRepair } from "../../study/record.ts";
import { entryOf, findingsOf, strongestAt } from "../judging/findings.ts";
import { poisonText } from "../words/format.ts";
import { type Markup, markup } from "../words/markup.ts";
import type { ReportInput } from "./report-input.ts";
import { figureCell, proseWithFigures, reportTable, typographic } from "../page/table.ts";
import type { Verdict } from "../judging/verdict.ts";
import { capitalised, metricWord } from "../words/words.ts";

export const outcomeWords: Readonly<
  Record<Verdict["outcome"], { readonly word: string; readonly sign: string; readonly meaning: string }>
> = {
  pass: { word: "Pass", sign: "✓", meaning: "Every limit holds." },
  fail: { word: "Fail", sign: "✗", meaning: "A limit is broken." },
  inconclusive: {
    word: "Inconclusive",
    sign: "≈",
    meaning: "No limit is broken, but at least one is open: it lies inside the interval of its figure, or one seed gives no interval.",
  },
  "not-judged": { word: "Not judged", sign: "–", meaning: "No limit was set, so nothing was judged: the figures stand for themselves." },
  incomplete: { word: "Incomplete", sign: "…", meaning: "Trials failed or are missing, so there is no verdict." },
};

/** The verdict in words: outcome, what was found, and how each limit fared. */
export function verdictSection(input: ReportInput): Markup {
  return markup`<section aria-labelledby="verdict">
<h2 id="verdict">Verdict</h2>
${outcomeLine(input)}
${glance(input)}
${findingList(input)}
${input.limits.length > 0 && limitTable([input])}
</section>`;
}

export function outcomeLine({ outcome, limits, strict }: ReportInput): Markup {
  const { word, sign, meaning } = outcomeWords[outcome];
  return markup`<p class="outcome ${outcome}"><span class="sign" aria-hidden="true">${sign}</span><strong>${word}</strong> <span>${meaning}${strict && limits.length > 0 && " Strict: what is open counts as broken."}</span></p>`;
}

export function findingList({ summary, findings }: ReportInput): Markup {
  const sentences = findingsOf(summary, findings).map(proseWithFigures);
  return markup`<ul class="findings">
${sentences.map((sentence) => markup`<li>${sentence}</li>\n`)}</ul>`;
}

/** The primary metric of the clean model and of the one under the strongest attack at each budget, three at most. */
function glance({ summary }: ReportInput): Markup | null {
  const clean = summary.baseline[summary.primaryMetric];
  if (clean === undefined) return null;
  const budgets = summary.strongest.map(({ budgetFraction }) => budgetFraction).sort((a, b) => a - b);
  const shown = budgets.length <= 3 ? budgets : [budgets[0], budgets[Math.floor(budgets.length / 2)], budgets[budgets.length - 1]];
  const word = capitalised(metricWord(summary.primaryMetric));
  const tiles = shown.flatMap((budget) => {
    const left = entryOf(summary, strongestAt(summary, budget), budget, noRepair, summary.primaryMetric);
    return left === undefined ? [] : [{ name: `with ${typographic(poisonText(budget, summary))}`, figure: left.figure }];
  });
  return markup`<dl class="glance">
${[{ name: `${word}, clean model`, figure: clean }, ...tiles].map(
  ({ name, figure }) => markup`<div><dt>${name}</dt><dd>${figureCell(figure)}</dd></div>
`,
)}</dl>`;
}

/** How each limit fared, on each learner. */
export function limitTable(inputs: readonly ReportInput[]): Markup {
  const words = { pass: "holds", fail: "is broken", inconclusive: "is open" };
  return reportTable({
    id: "limits",
    caption: "The limits, held against the strongest attack at their budget, without repair",
    head: ["Limit", "Outcome", "Why"],
    groups: inputs.map(({ learner, limits }) => ({
      name: inputs.length === 1 ? null : learner,
      rows: limits.map(({ text, outcome, reason }) => ({
        head: markup`<code>${text}</code>`,
        cells: [
          markup`<span class="tag ${outcome}">${words[outcome]}</span>`,
          markup`<span class="prose">${proseWithFigures(reason.split(": ").at(-1) ?? "")}</span>`,
        ],
      })),
    })),
  });
}
