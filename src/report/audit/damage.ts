import type { Figure } from "../../numeric/statistics/intervals.ts";
import { noRepair } from "../../study/record.ts";
import type { Summary } from "../../study/summary.ts";
import { majorityQuantity } from "../../study/table/measure.ts";
import { attacksOf, budgetsOf, entryOf, strongestAt } from "../judging/findings.ts";
import { boundMeaning, hasBounds, objectiveWords } from "../judging/goal-rows.ts";
import { budgetAxis, describeSeries, folded, opened, prose, section, seedWords, told } from "../page/blocks.ts";
import type { Cell, Chart, Section, Table } from "../page/document.ts";
import { budgetText } from "../words/format.ts";
import { intervalWords } from "../words/interval-words.ts";
import { accessWords, capitalised, countOf, countText, knowledgeWords, metricWord } from "../words/words.ts";
import { recallBlocks } from "./recalls.ts";
import type { ReportInput } from "./report-input.ts";

const majorityMeaning =
  "Accuracy of always saying the most frequent class of the training rows, on the same test rows: what a model is to beat.";

export function baselineSection({ summary, split, methods }: ReportInput): Section {
  const names = Object.keys(summary.baseline).sort((a, b) => Number(b === summary.primaryMetric) - Number(a === summary.primaryMetric));
  if (names.length === 0) return section("baseline", "The clean model", "No model was trained on the clean data.");
  const sizes =
    split === null ? "" : `, trained on ${countText(split.trainingRows)} examples and tested on ${countText(split.testRows)} others`;
  const meaningOf = (name: string): string =>
    methods.find(({ kind, id }) => kind === "metric" && id === name)?.summary ?? (name === majorityQuantity.id ? majorityMeaning : "");
  return section(
    "baseline",
    "The clean model",
    `The pipeline on the data as they are${sizes}. Every damage is measured against it, seed by seed.`,
    {
      kind: "table",
      id: "baseline-table",
      caption: `The clean model on held-out rows; 95 % intervals ${intervalWords(summary)}; ${seedWords(summary.seeds)}`,
      columns: [{ name: "Metric" }, { name: "Figure" }, { name: "Meaning" }],
      rows: names.map((name): Cell[] => [capitalised(metricWord(name)), summary.baseline[name], meaningOf(name)]),
    },
    ...recallBlocks(summary),
  );
}

export function damageSection({ summary }: ReportInput): Section {
  const attacks = byDamage(summary);
  if (attacks.length === 0) return opened(section("damage", "Damage", "No attack ended, so there is nothing to show."));
  const isRatio = summary.damageMetric.endsWith("Ratio");
  const howToRead = `${isRatio ? "Damage is attacked ÷ clean error" : "Damage is clean − attacked"}, paired over the same seeds; an interval that reaches the line of the clean model holds no damage as well as its other end. The strongest attack at a budget (ringed) is the one that an attacker would choose, by ${objectiveWords(summary)}: attackers cannot choose by the test rows.${hasBounds(summary) ? ` A bound: ${boundMeaning}.` : ""}`;
  return opened(
    section(
      "damage",
      "Damage by budget",
      "What is left of the model after each attack, the most harmful first.",
      damageChart(summary, attacks),
      folded(
        "damage-figures",
        `All ${countOf(attacks.length, "attack")} at every budget, with intervals`,
        prose(howToRead),
        damageTable(summary, attacks),
      ),
    ),
  );
}

/** Attacks by their damage at the largest budget that they have, the most first. */
export function byDamage(summary: Summary): string[] {
  const budgets = budgetsOf(summary).reverse();
  const damage = (attack: string): number => {
    for (const budget of budgets) {
      const figure = entryOf(summary, attack, budget, noRepair, summary.damageMetric)?.figure;
      if (figure !== undefined) return figure.value;
    }
    return -Infinity;
  };
  const worth = new Map(attacksOf(summary).map((attack) => [attack, damage(attack)]));
  return [...worth.keys()].sort((a, b) => (worth.get(b) as number) - (worth.get(a) as number));
}

function damageChart(summary: Summary, attacks: readonly string[]): Chart {
  const isRatio = summary.damageMetric.endsWith("Ratio");
  const word = metricWord(summary.primaryMetric);
  const clean = isRatio ? 1 : (summary.baseline[summary.primaryMetric]?.value ?? 0);
  // Less what was lost; the interval is that of the loss, so that it meets the clean line where the loss may be none.
  const leftOf = ({ value, low, high }: Figure): Figure => ({
    value: clean - value,
    low: high === null ? null : clean - high,
    high: low === null ? null : clean - low,
  });
  const budgets = budgetsOf(summary);
  const series = attacks.map((attack) => ({
    name: attack,
    points: budgets.flatMap((budget) => {
      const damage = entryOf(summary, attack, budget, noRepair, summary.damageMetric)?.figure;
      if (damage === undefined) return [];
      return [{ x: budget, figure: isRatio ? damage : leftOf(damage), isMarked: strongestAt(summary, budget) === attack }];
    }),
  }));
  const title = isRatio
    ? `${word} as a multiple of the clean ${word}, by budget`
    : `${capitalised(word)} left after each attack, by budget`;
  const counted =
    summary.counted === undefined ? "poisoned share of the training rows" : "budget, placed by its share of the training rows";
  return {
    kind: "chart",
    id: "damage-chart",
    title,
    description: describeSeries(series, (budget) => budgetText(budget, summary)),
    caption: `Whiskers are 95 % intervals of the damage ${intervalWords(summary)}; ${seedWords(summary.seeds)}. Ringed: the strongest attack at its budget. Dashed: the clean model.`,
    shape: "lines",
    x: budgetAxis(counted, budgets, summary),
    y: {
      name: isRatio ? `${word}, clean = 1` : `${word} on test rows`,
      range: isRatio ? [0, null] : [0, 1],
      leastSpan: isRatio ? 0.1 : 0.02,
    },
    series,
    reference: { name: "clean model", value: clean },
  };
}

function damageTable(summary: Summary, attacks: readonly string[]): Table {
  const isRatio = summary.damageMetric.endsWith("Ratio");
  const word = metricWord(summary.primaryMetric);
  const rows = budgetsOf(summary)
    .reverse()
    .flatMap((budget) =>
      attacks.flatMap((attack): Cell[][] => {
        const left = entryOf(summary, attack, budget, noRepair, summary.primaryMetric);
        if (left === undefined) return [];
        const { access, knowledge, inFeatureSpace, seeds } = left;
        const traits = [
          ...(access === null ? [] : [accessWords[access]]),
          ...(knowledge === null ? [] : [knowledgeWords[knowledge]]),
          ...(inFeatureSpace === true ? ["a bound: made of features"] : []),
        ];
        const damage = entryOf(summary, attack, budget, noRepair, summary.damageMetric);
        const isStrongest = strongestAt(summary, budget) === attack;
        return [
          [
            { text: attack, note: traits.join("; ") },
            { text: budgetText(budget, summary), ...(isStrongest ? { note: "strongest here" } : {}) },
            left.figure,
            told(damage?.figure),
            access ?? "",
            seeds,
          ],
        ];
      }),
    );
  return {
    kind: "table",
    id: "damage-table",
    caption: `${capitalised(word)} under attack, and ${isRatio ? "how many times the clean error that is" : "its drop from the clean model"}, with 95 % intervals ${intervalWords(summary)}`,
    columns: [
      { name: "Attack" },
      { name: "Budget", filter: true },
      { name: `${capitalised(word)} left` },
      { name: isRatio ? "Times clean" : "Drop" },
      { name: "Access", filter: true },
      { name: "Seeds", unit: "count" },
    ],
    rows,
    shown: 10,
  };
}
