import type { Figure } from "../../numeric/statistics/intervals.ts";
import { noRepair } from "../../study/record.ts";
import type { Summary } from "../../study/summary.ts";
import { mainBudget } from "../judging/attacker-sentence.ts";
import { budgetsOf, entryOf, strongestAt } from "../judging/findings.ts";
import { repairAdvice } from "../judging/repair-advice.ts";
import { describeSeries, folded, prose, section, seedWords } from "../page/blocks.ts";
import type { Block, Cell, Chart, Section, Series, Table } from "../page/document.ts";
import { budgetText, poisonText } from "../words/format.ts";
import { intervalWords, theseRows } from "../words/interval-words.ts";
import { capitalised, countOf, metricWord, shareText } from "../words/words.ts";
import { byDamage } from "./damage.ts";
import type { ReportInput } from "./report-input.ts";

/** Series that are told apart in one picture, and places that fit below each other. */
const mostDrawn = 6;
const mostPlaces = 10;

type Detection = Summary["detections"][number];

/** What the detectors found of the poison; null where none was asked. */
export function detectionSection({ summary, study, findings }: ReportInput): Section | null {
  if (summary.detections.length === 0) return null;
  const detectors = [...new Set(summary.detections.map(({ detector }) => detector))];
  const flagged = shareText(study.flagFraction);
  const budget = mainBudget(summary) ?? summary.detections[0].budgetFraction;
  const drawn = bestFinders(summary.detections, detectors);
  const rest =
    drawn.length === detectors.length ? "" : ` Of ${detectors.length} detectors these find most of some attack; the table has them all.`;
  return section(
    "detection",
    "What the detectors found",
    escapeSentence(summary, budget, findings.budgets.find(({ budgetFraction }) => budgetFraction === budget)?.rows),
    prose(
      `A detector ranks the training rows by suspicion without knowing which are poisoned. Somebody who looks at the ${flagged} most suspicious rows finds this share of the poisoned ones; looking at rows drawn at random would find ${flagged}. A budget above ${flagged} cannot be found whole.`,
    ),
    foundChart(summary, drawn, budget, study.flagFraction, rest),
    precisionChart(summary, drawn, budget),
    detectionTable(summary, `${flagged} `, "poisoned rows"),
  );
}

/** What even the best detector of each attack leaves unfound: the three attacks that escape the most. */
function escapeSentence({ detections, ...summary }: Summary, budget: number, rows: number | undefined): string {
  const best = new Map<string, Detection>();
  for (const entry of detections)
    if (entry.budgetFraction === budget && entry.recall.value > (best.get(entry.attack)?.recall.value ?? -1)) best.set(entry.attack, entry);
  const escaping = [...best.values()].sort((a, b) => a.recall.value - b.recall.value).slice(0, 3);
  if (escaping.length === 0) return "";
  const told = escaping.map(({ attack, recall }) => {
    const left = 1 - recall.value;
    const count = rows === undefined ? "" : `, about ${countOf(Math.round(left * rows), "row")}`;
    return `${shareText(left)} of ${attack}${count}`;
  });
  return `What escapes the best detector of each attack at ${budgetText(budget, summary)}: ${told.join("; ")}.`;
}

/** Those that find the largest share of some attack's rows at some budget, then those that find most on average; in the order of `detectors`. */
export function bestFinders(detections: readonly Detection[], detectors: readonly string[]): string[] {
  const merit = detectors.map((detector) => {
    const recalls = detections.filter((entry) => entry.detector === detector).map(({ recall }) => recall.value);
    return { detector, most: Math.max(...recalls), mean: recalls.reduce((sum, recall) => sum + recall, 0) / recalls.length };
  });
  const best = merit.sort((a, b) => b.most - a.most || b.mean - a.mean).slice(0, mostDrawn);
  return detectors.filter((id) => best.some(({ detector }) => detector === id));
}

function foundChart(summary: Summary, drawn: readonly string[], budget: number, atRandom: number, rest: string): Chart {
  const own = summary.detections.filter(({ budgetFraction }) => budgetFraction === budget);
  const known = new Set(own.map(({ attack }) => attack));
  const order = [...byDamage(summary).filter((attack) => known.has(attack)), ...known];
  const places = [...new Set(order)].slice(0, mostPlaces);
  const series = drawn.map((detector) => ({
    name: detector,
    points: places.flatMap((attack, x) => {
      const entry = own.find((one) => one.detector === detector && one.attack === attack);
      return entry === undefined ? [] : [{ x, figure: entry.recall }];
    }),
  }));
  return {
    kind: "chart",
    id: "detection-chart",
    title: `Share of the poisoned rows found among the ${shareText(atRandom)} most suspicious, with ${poisonText(budget, summary)}`,
    description: describeSeries(series, (x) => places[x]),
    caption: `By attack, the most harmful first, with 95 % intervals ${theseRows}; ${seedWords(summary.seeds)}. Dashed: found at random.${rest}`,
    shape: "dots",
    x: { name: "found", unit: "share", range: [0, 1], leastSpan: 1 },
    y: { name: "Attack", places: places.map((attack) => (strongestAt(summary, budget) === attack ? `${attack} (strongest)` : attack)) },
    series,
    reference: { name: "at random", value: atRandom },
  };
}

/** How much of what is flagged is poison against how much of the poison is flagged, each detector on each attack. */
function precisionChart(summary: Summary, drawn: readonly string[], budget: number): Block | null {
  const series: Series[] = drawn.map((detector) => ({
    name: detector,
    points: summary.detections
      .filter((entry) => entry.detector === detector && entry.budgetFraction === budget)
      .map(({ attack, recall, precision }) => ({ x: recall.value, figure: { ...precision, low: null, high: null }, note: attack })),
  }));
  if (series.every(({ points }) => points.length < 2)) return null;
  return folded("precision-recall", "Precision and recall of each detector", {
    kind: "chart",
    id: "precision-chart",
    title: `Precision and recall of each detector on each attack, with ${poisonText(budget, summary)}`,
    description: "To the right: more of the poison is found. Up: more of what is flagged is poison. The table below has the figures.",
    caption: `A point for each attack; ${seedWords(summary.seeds)}.`,
    shape: "scatter",
    x: { name: "share of the poison that is found", unit: "share", range: [0, 1], leastSpan: 1 },
    y: { name: "share of what is flagged that is poison", unit: "share", range: [0, 1], leastSpan: 0.1 },
    series,
  });
}

export function detectionTable({ detections, ...summary }: Summary, flagged: string, poison: string, id = "detection-table"): Table {
  return {
    kind: "table",
    id,
    caption: `Found: share of the ${poison} among the ${flagged}most suspicious. Flagged rightly: share of those that are poison. AUC: how often poison is more suspicious than what is clean; 0.5 is chance. ${capitalised(seedWords(summary.seeds))}`,
    columns: [
      { name: "Attack", filter: true },
      { name: "Budget", filter: true },
      { name: "Detector", filter: true },
      { name: "Found", unit: "share" },
      { name: "Flagged rightly", unit: "share" },
      { name: "AUC" },
    ],
    rows: detections.map(({ attack, budgetFraction, detector, recall, precision, auc }): Cell[] => [
      ...[attack, budgetText(budgetFraction, summary), detector],
      ...[recall, precision, auc],
    ]),
    shown: 8,
  };
}

/** What the repairs won back and what they cost; null where none was asked. */
export function repairSection({ summary }: ReportInput): Section | null {
  const { damageMetric, entries } = summary;
  const repairs = [...new Set(entries.flatMap(({ repair, metric }) => (repair === noRepair || metric !== damageMetric ? [] : [repair])))];
  if (repairs.length === 0) return null;
  const isRatio = damageMetric.endsWith("Ratio");
  const word = metricWord(summary.primaryMetric);
  const figureOf = (attack: string | null, budget: number, repair: string): Figure | null =>
    entryOf(summary, attack, budget, repair, damageMetric)?.figure ?? null;
  const attacks = byDamage(summary);
  const budgets = budgetsOf(summary);
  const largest = budgets.at(-1) ?? 0;
  const attacked = attacks.filter((attack) => repairs.some((repair) => figureOf(attack, largest, repair) !== null)).slice(0, mostPlaces);
  const meanLeft = (repair: string): number => attacked.reduce((sum, attack) => sum + (figureOf(attack, largest, repair)?.value ?? 0), 0);
  const chosen = repairs.length < mostDrawn ? repairs : [...repairs].sort((a, b) => meanLeft(a) - meanLeft(b)).slice(0, mostDrawn - 1);
  const drawn = [noRepair, ...repairs.filter((repair) => chosen.includes(repair))];
  const nameOf = (repair: string): string => (repair === noRepair ? "no repair" : repair);
  const series = drawn.map((repair) => ({
    name: nameOf(repair),
    points: [null, ...attacked].flatMap((attack, x) => {
      const figure = figureOf(attack, attack === null ? 0 : largest, repair);
      return figure === null ? [] : [{ x, figure }];
    }),
  }));
  const places = [
    "clean data: the cost",
    ...attacked.map((attack) => (strongestAt(summary, largest) === attack ? `${attack} (strongest)` : attack)),
  ];
  const rest = chosen.length === repairs.length ? "" : ` Of ${repairs.length} repairs those that leave the least; the table has them all.`;
  const rows = [null, ...attacks].flatMap((attack) =>
    (attack === null ? [0] : budgets).flatMap((budget): Cell[][] => {
      const figures = [noRepair, ...repairs].map((repair) => figureOf(attack, budget, repair));
      if (figures.slice(1).every((figure) => figure === null)) return [];
      return [[attack ?? "clean data: the cost", attack === null ? "none" : budgetText(budget, summary), ...figures]];
    }),
  );
  return section(
    "repairs",
    "What the repairs won back, and what they cost",
    repairAdvice(summary).join(" "),
    prose(
      "Damage with and without repair, both against the clean model without repair, so a repair that helps lies further left. On clean data there is nothing to win back: what a repair does there is its price.",
    ),
    {
      kind: "chart",
      id: "repairs-chart",
      title: `Damage with and without repair, with ${poisonText(largest, summary)}`,
      description: describeSeries(series, (x) => places[x]),
      caption: `95 % intervals ${intervalWords(summary)}; ${seedWords(summary.seeds)}. Dashed: no damage.${rest}`,
      shape: "dots",
      x: {
        name: isRatio ? `${word} ÷ clean ${word}` : `drop of ${word}`,
        range: isRatio ? [0, null] : [-1, 1],
        leastSpan: isRatio ? 0.1 : 0.02,
      },
      y: { name: "Attack", places },
      series,
      reference: { name: "no damage", value: isRatio ? 1 : 0 },
    },
    {
      kind: "table",
      id: "repairs-table",
      caption: `${isRatio ? `${word} as a multiple of that of the clean model without repair` : `Drop of ${word} from the clean model without repair`}; ${seedWords(summary.seeds)}`,
      columns: [
        { name: "Attack" },
        { name: "Budget", filter: true },
        ...[noRepair, ...repairs].map((repair) => ({ name: nameOf(repair) })),
      ],
      rows,
      shown: 8,
    },
  );
}
