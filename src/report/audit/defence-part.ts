import type { Figure } from "../../numeric/statistics/intervals.ts";
import { noRepair } from "../../study/record.ts";
import type { Summary } from "../../study/summary.ts";
import { type DotGroup, dotChart } from "../charts/dot-chart.ts";
import { entryOf, strongestAt } from "../judging/findings.ts";
import { repairAdvice } from "../judging/repair-advice.ts";
import { poisonText } from "../words/format.ts";
import { intervalWords, theseRows } from "../words/interval-words.ts";
import { type Markup, markup } from "../words/markup.ts";
import { attacksOf, budgetsOf, describeFigures } from "./damage-part.ts";
import type { ReportInput } from "./report-input.ts";
import { bothWidths, figureCell, proseWithFigures, reportTable, typographic } from "../page/table.ts";
import { axisDomain } from "../charts/scale.ts";
import { listText, metricWord, shareText } from "../words/words.ts";

/** What the detectors found of the poison; null where none was asked. */
export function detectionSection({ summary, study }: ReportInput): Markup | null {
  if (summary.detections.length === 0) return null;
  const detectors = [...new Set(summary.detections.map(({ detector }) => detector))];
  const attacks = [...new Set(summary.detections.map(({ attack }) => attack))];
  const budgets = [...new Set(summary.detections.map(({ budgetFraction }) => budgetFraction))].sort((a, b) => a - b);
  const found = (detector: string, attack: string, budget: number): Summary["detections"][number] | undefined =>
    summary.detections.find((entry) => entry.detector === detector && entry.attack === attack && entry.budgetFraction === budget);
  const flagged = typographic(shareText(study.flagFraction));
  const drawn = detectors.length <= mostDrawn ? detectors : bestFinders(summary, detectors);
  const groups = budgets.map((budget): DotGroup => ({
    name: typographic(poisonText(budget, summary)),
    rows: attacks.map((attack) => ({
      name: strongestAt(summary, budget) === attack ? `${attack} ◂ strongest` : attack,
      figures: drawn.map((detector) => found(detector, attack, budget)?.recall ?? null),
    })),
  }));
  return markup`<section aria-labelledby="detection">
<h2 id="detection">What the detectors found</h2>
<p>A detector ranks the training rows by suspicion without knowing which are poisoned. Somebody who looks at the ${flagged} most suspicious rows finds this
share of the poisoned ones; looking at rows drawn at random would find ${flagged}. A budget above ${flagged} cannot be found whole.</p>
<figure>
${bothWidths((suffix, width) =>
  dotChart(
    {
      id: `detection-${suffix}`,
      title: `Share of the poisoned rows found among the ${flagged} most suspicious, by budget, attack and detector`,
      description: describeGroups(groups, drawn),
      series: drawn,
      groups,
      quantity: `found among the ${flagged} most suspicious`,
      tickText: (value) => `${Math.round(value * 100)} %`,
      domain: [0, 1],
      reference: { value: study.flagFraction, name: "at random" },
    },
    width,
  ),
)}
<figcaption>Share of the poisoned rows that ${listText(drawn)} found, with 95 % intervals ${theseRows}.${
    drawn === detectors ? "" : ` Of ${detectors.length} detectors these find most of some attack; the table has them all.`
  }</figcaption>
</figure>
${reportTable({
  id: "detection-table",
  caption: `Found: share of the poisoned rows among the ${flagged} most suspicious. Flagged rightly: share of those that are poisoned. AUC: how often a poisoned row is more suspicious than a clean one; 0.5 is chance`,
  head: ["Attack", "Detector", "Found", "Flagged rightly", "AUC"],
  groups: budgets.map((budget) => ({
    name: typographic(poisonText(budget, summary)),
    rows: attacks.flatMap((attack) =>
      detectors.flatMap((detector) => {
        const entry = found(detector, attack, budget);
        return entry === undefined
          ? []
          : [{ head: attack, cells: [detector, figureCell(entry.recall), figureCell(entry.precision), figureCell(entry.auc)] }];
      }),
    ),
  })),
})}
</section>`;
}

/** Detectors in the picture: more of them nobody can tell apart. */
const mostDrawn = 8;

/** Those that find the largest share of some attack's rows at some budget, then those that find most on average; in the order of `detectors`. */
function bestFinders(summary: Summary, detectors: readonly string[]): string[] {
  const merit = detectors.map((detector) => {
    const recalls = summary.detections.filter((entry) => entry.detector === detector).map(({ recall }) => recall.value);
    return { detector, most: Math.max(...recalls), mean: recalls.reduce((sum, recall) => sum + recall, 0) / recalls.length };
  });
  const best = merit.sort((a, b) => b.most - a.most || b.mean - a.mean).slice(0, mostDrawn);
  return detectors.filter((id) => best.some(({ detector }) => detector === id));
}

/** What the repairs won back and what they cost; null where none was asked. */
export function repairSection({ summary }: ReportInput): Markup | null {
  const repairs = [
    ...new Set(summary.entries.flatMap(({ repair, metric }) => (repair === noRepair || metric !== summary.damageMetric ? [] : [repair]))),
  ];
  if (repairs.length === 0) return null;
  const isRatio = summary.damageMetric.endsWith("Ratio");
  const none = isRatio ? 1 : 0;
  const word = metricWord(summary.primaryMetric);
  const series = [noRepair, ...repairs];
  const figureOf = (attack: string | null, budget: number, repair: string): Figure | null =>
    entryOf(summary, attack, budget, repair, summary.damageMetric)?.figure ?? null;
  const budgets = budgetsOf(summary);
  const groups: DotGroup[] = [
    { name: "Clean data", rows: [{ name: "cost of the repair", figures: series.map((repair) => figureOf(null, 0, repair)) }] },
    ...budgets.map((budget) => ({
      name: typographic(poisonText(budget, summary)),
      rows: attacksOf(summary).map((attack) => ({
        name: strongestAt(summary, budget) === attack ? `${attack} ◂ strongest` : attack,
        figures: series.map((repair) => figureOf(attack, budget, repair)),
      })),
    })),
  ];
  const figures = groups.flatMap(({ rows }) => rows.flatMap((row) => row.figures.filter((figure) => figure !== null)));
  const domain = axisDomain(figures, { always: [none], range: isRatio ? [0, Infinity] : [-1, 1], leastSpan: isRatio ? 0.1 : 0.02 });
  const names = ["no repair", ...repairs];
  return markup`<section aria-labelledby="repairs">
<h2 id="repairs">What the repairs won back, and what they cost</h2>
<p>Damage with and without repair, both against the clean model without repair, so a repair that helps lies further left. On clean data there is nothing to win
back: what a repair does there is its price.</p>
${repairAdvice(summary).map((sentence) => markup`<p>${proseWithFigures(sentence)}</p>`)}
<figure>
${bothWidths((suffix, width) =>
  dotChart(
    {
      id: `repairs-${suffix}`,
      title: `Damage with and without repair, by budget and attack`,
      description: describeGroups(groups, names),
      series: names,
      groups,
      quantity: isRatio ? `${word} ÷ clean ${word}` : `drop of ${word}`,
      tickText: (value, digits) => (isRatio ? `×${value.toFixed(digits)}` : value.toFixed(digits).replace("-", "−")),
      domain,
      reference: { value: none, name: "no damage" },
    },
    width,
  ),
)}
<figcaption>Damage with 95 % intervals ${intervalWords(summary)}. An interval without an end bar goes on beyond the chart.</figcaption>
</figure>
${reportTable({
  id: "repairs-table",
  caption: isRatio
    ? `${word} as a multiple of that of the clean model without repair`
    : `Drop of ${word} from the clean model without repair`,
  head: ["Attack", ...names],
  groups: groups.map(({ name, rows }) => ({
    name,
    rows: rows.map((row) => ({ head: row.name, cells: row.figures.map((figure) => figureCell(figure)) })),
  })),
})}
</section>`;
}

function describeGroups(groups: readonly DotGroup[], series: readonly string[]): string {
  return groups
    .map(({ name, rows }) => {
      const figures = rows.map((row) => ({
        name: row.name,
        figures: row.figures.flatMap((figure, i) => (figure === null ? [] : [[series[i], figure.value] as const])),
      }));
      return `${name}. ${describeFigures(figures)}`;
    })
    .join(" ");
}
