import { noRepair } from "../../study/record.ts";
import { majorityQuantity } from "../../study/table/measure.ts";
import type { Summary, SummaryEntry } from "../../study/summary.ts";
import { entryOf, strongestAt } from "../judging/findings.ts";
import { budgetText, numberText } from "../words/format.ts";
import { boundMeaning, hasBounds, objectiveWords } from "../judging/goal-rows.ts";
import { intervalWords } from "../words/interval-words.ts";
import { lineChart } from "../charts/line-chart.ts";
import { type Markup, markup } from "../words/markup.ts";
import { recallTable } from "./recalls-part.ts";
import type { ReportInput } from "./report-input.ts";
import { bothWidths, figureCell, reportTable, typographic } from "../page/table.ts";
import { accessWords, capitalised, countText, knowledgeText, metricWord } from "../words/words.ts";

const majorityMeaning =
  "Accuracy of always saying the most frequent class of the training rows, on the same test rows: what a model is to beat.";

export function baselineSection({ summary, split, methods }: ReportInput): Markup {
  const names = Object.keys(summary.baseline).sort((a, b) => Number(b === summary.primaryMetric) - Number(a === summary.primaryMetric));
  const rows = names.map((name) => ({
    head: capitalised(metricWord(name)),
    cells: [
      figureCell(summary.baseline[name]),
      markup`<span class="prose">${methods.find(({ kind, id }) => kind === "metric" && id === name)?.summary ?? (name === majorityQuantity.id ? majorityMeaning : "")}</span>`,
    ],
  }));
  const sizes =
    split === null ? "" : `, trained on ${countText(split.trainingRows)} examples and tested on ${countText(split.testRows)} others`;
  return markup`<section aria-labelledby="baseline">
<h2 id="baseline">The clean model</h2>
${
  rows.length === 0
    ? markup`<p>No model was trained on the clean data.</p>`
    : markup`<p>The pipeline on the data as they are${sizes}. Every damage below is measured against it, seed by seed.</p>
${reportTable({ id: "baseline-table", caption: `The clean model on held-out rows; 95 % intervals ${intervalWords(summary)}`, head: ["Metric", "Figure", "Meaning"], groups: [{ name: null, rows }] })}
${recallTable(summary)}`
}
</section>`;
}

export function damageSection({ summary }: ReportInput): Markup {
  const attacks = attacksOf(summary);
  if (attacks.length === 0)
    return markup`<section aria-labelledby="damage">
<h2 id="damage">Damage</h2>
<p>No attack ended, so there is nothing to show.</p>
</section>`;
  const word = metricWord(summary.primaryMetric);
  const isRatio = summary.damageMetric.endsWith("Ratio");
  const meaning = isRatio
    ? `${word} of the attacked model, and below it how many times the clean error that is`
    : `${capitalised(word)} of the attacked model, and below it the drop from the clean one`;
  const budgets = budgetsOf(summary);
  return markup`<section aria-labelledby="damage">
<h2 id="damage">Damage by budget</h2>
<p>What is left of the model after each attack. ${isRatio ? "Damage is attacked ÷ clean error" : "Damage is clean − attacked"}, paired over the same seeds; an interval that reaches the
line of the clean model tells its damage neither from none nor from its other end. Intervals are ${intervalWords(summary)}. The strongest attack at a budget is the one
that an attacker would choose, by ${objectiveWords(summary)}: attackers cannot choose by the test rows.${hasBounds(summary) && ` A bound: ${boundMeaning}.`}</p>
<figure>
${bothWidths((suffix, width) => damageChart(summary, attacks, `damage-${suffix}`, width))}
<figcaption>${isRatio ? `Error as a multiple of the clean error` : `${capitalised(word)} left`}, with the 95 % interval of the damage ${intervalWords(summary)}. An interval without an end bar goes on beyond the chart.</figcaption>
</figure>
${reportTable({
  id: "damage-table",
  caption: `${meaning}, with its 95 % interval ${intervalWords(summary)}`,
  head: ["Attack", ...budgets.map((budget) => typographic(budgetText(budget, summary)))],
  groups: [
    {
      name: null,
      rows: attacks.map((attack) => ({
        head: attackHead(summary, attack),
        cells: budgets.map((budget) => damageCell(summary, attack, budget)),
      })),
    },
  ],
})}
</section>`;
}

function damageCell(summary: Summary, attack: string, budget: number): Markup {
  const left = entryOf(summary, attack, budget, noRepair, summary.primaryMetric);
  const damage = entryOf(summary, attack, budget, noRepair, summary.damageMetric);
  if (left === undefined) return figureCell(null);
  return markup`<span class="value">${typographic(numberText(left.figure.value))}</span>${strongestAt(summary, budget) === attack && markup` <span class="tag strongest">strongest</span>`}
<br/><span class="sub">${summary.damageMetric.endsWith("Ratio") ? "×" : "drop"} ${figureCell(damage?.figure)}</span>`;
}

/** The attack, and in small print what it may do and what it knows. */
function attackHead(summary: Summary, attack: string): Markup {
  const { access, knowledge } = summary.entries.find((entry) => entry.attack === attack) as SummaryEntry;
  const traits = [access === null ? [] : accessWords[access], knowledge === null ? [] : knowledgeText(knowledge, summary)].flat();
  const bound = summary.entries.some((entry) => entry.attack === attack && entry.inFeatureSpace === true)
    ? ["a bound: made of features"]
    : [];
  return markup`${attack}<br/><span class="sub prose">${[...traits, ...bound].join("; ")}</span>`;
}

function damageChart(summary: Summary, attacks: readonly string[], id: string, width: number): Markup {
  const isRatio = summary.damageMetric.endsWith("Ratio");
  const clean = isRatio ? 1 : summary.baseline[summary.primaryMetric].value;
  const series = attacks.map((attack) => ({
    name: attack,
    points: budgetsOf(summary).flatMap((budgetFraction) => {
      const damage = entryOf(summary, attack, budgetFraction, noRepair, summary.damageMetric)?.figure;
      if (damage === undefined) return [];
      const { value, low, high } = damage;
      // Less what was lost; the interval is that of the loss, so that it meets the clean line where the loss may be none.
      const figure = isRatio
        ? damage
        : { value: clean - value, low: high === null ? null : clean - high, high: low === null ? null : clean - low };
      return [{ budgetFraction, figure, isStrongest: strongestAt(summary, budgetFraction) === attack }];
    }),
  }));
  const isShare = summary.primaryMetric === "accuracy";
  const word = metricWord(summary.primaryMetric);
  return lineChart(
    {
      id,
      title: isRatio
        ? `${word} of the attacked model as a multiple of the clean ${word}, by budget`
        : `${capitalised(word)} left after each attack, by budget`,
      description: `Clean model: ${numberText(clean)}. ${series.map(({ name, points }) => `${name}: ${points.map((point) => `${numberText(point.figure.value)} at ${budgetText(point.budgetFraction, summary)}`).join(", ")}.`).join(" ")} The table below has the same figures with their intervals.`,
      series: series.filter(({ points }) => points.length > 0),
      quantity: isRatio ? `${word}, clean = 1` : `${word} on test rows`,
      tickText: (value, digits) =>
        isRatio ? `×${value.toFixed(digits)}` : isShare ? `${(value * 100).toFixed(Math.max(0, digits - 2))} %` : value.toFixed(digits),
      budgetName: (fraction) => budgetText(fraction, summary),
      ...(summary.counted === undefined ? {} : { budgetWords: "budget, placed by its share of the training rows" }),
      clean,
      range: isRatio ? [0, Infinity] : [0, 1],
      leastSpan: isRatio ? 0.1 : 0.02,
    },
    width,
  );
}

/** Attacks with damage to show, in the order of the study. */
export function attacksOf(summary: Summary): string[] {
  return [
    ...new Set(summary.entries.flatMap(({ attack, metric }) => (attack === null || metric !== summary.damageMetric ? [] : [attack]))),
  ];
}

export function budgetsOf(summary: Summary): number[] {
  return [...new Set(summary.entries.flatMap((entry) => (entry.attack === null ? [] : [entry.budgetFraction])))].sort((a, b) => a - b);
}

/** Every figure of a chart in words, for those who cannot see it. */
export function describeFigures(
  rows: readonly { readonly name: string; readonly figures: readonly (readonly [string, number])[] }[],
): string {
  return rows
    .map(({ name, figures }) => `${name}: ${figures.map(([series, value]) => `${series} ${numberText(value)}`).join(", ")}.`)
    .join(" ");
}
