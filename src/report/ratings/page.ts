import { countedAt } from "../../study/budgets.ts";
import type { Figure } from "../../numeric/statistics/intervals.ts";
import type { RatingScale } from "../../core/ratings.ts";
import type { RatingsStudyConfig } from "../../study/ratings/config.ts";
import type { RatingsHarm } from "../../study/ratings/harm.ts";
import type { CutEntry } from "../../study/ratings/cuts.ts";
import { noRepair } from "../../study/record.ts";
import type { Summary } from "../../study/summary.ts";
import { entryOf, strongestAt } from "../judging/findings.ts";
import { budgetText, budgetWithShare, figureText, numberText } from "../words/format.ts";
import { lineChart } from "../charts/line-chart.ts";
import type { PageContent } from "../page/page.ts";
import { type Markup, markup } from "../words/markup.ts";
import { engineRows } from "./engines.ts";
import type { LearnerFindings } from "../judging/learner-findings.ts";
import { harmPart } from "./harm-part.ts";
import { attacksOf, budgetsOf } from "../audit/damage-part.ts";
import { timeText } from "../audit/reproduce-part.ts";
import { type ReportTable, bothWidths, figureCell, proseWithFigures, reportTable, typographic } from "../page/table.ts";
import { noBetterThanTasteless, tastelessFigures } from "./tasteless.ts";
import { outcomeWords } from "../audit/verdict-part.ts";
import type { Verdict } from "../judging/verdict.ts";
import { warningsPart } from "../page/warnings-part.ts";
import { countOf, countText, listText } from "../words/words.ts";

/** All that the page of an audit of a recommender is made of: plain data. Of users the page says how they fare, never who they are. */
export interface RatingsPageInput {
  readonly title: string;
  readonly run: {
    readonly name: string;
    readonly status: string;
    readonly startedAt: string;
    readonly theriac: string;
    readonly node: string;
    readonly platform: string;
    readonly command: string;
    /** What the command cannot say. */
    readonly commandNotes: readonly string[];
  };
  readonly data: {
    readonly ratings: number;
    readonly users: number;
    readonly items: number;
    readonly scale: RatingScale;
    readonly hasTime: boolean;
    /** Users and items of too few ratings, with what they rated; absent where none was asked for. */
    readonly leftOut?: { readonly users: number; readonly items: number; readonly ratings: number };
  };
  /** What was warned of, without paths. */
  readonly warnings: readonly string[];
  readonly study: RatingsStudyConfig;
  readonly engines: readonly LearnerFindings[];
  readonly harm: readonly RatingsHarm[];
  readonly verdict: Verdict;
  /** As they were given. */
  readonly limits: readonly string[];
  readonly plannedTrials: number;
  readonly recordedTrials: number;
  /** What each budget buys. */
  readonly accounts: readonly { readonly budgetFraction: number; readonly accounts: number }[];
  readonly methods: readonly {
    readonly id: string;
    readonly title: string;
    readonly summary: string;
    readonly cite: string;
    readonly url: string | null;
  }[];
}

/** The page of an audit of recommenders. */
export function ratingsPage(input: RatingsPageInput): PageContent {
  const { title, data, run } = input;
  return {
    kicker: "Theriac audit of a recommender",
    title,
    size: `${countOf(data.ratings, "rating")} · ${timeText(run.startedAt)} · run ${run.name}`,
    theriac: run.theriac,
    sections: [
      verdictPart(input),
      warningsPart(input.warnings),
      askedPart(input),
      enginesPart(input),
      ...input.engines.map((found) => enginePart(found, input)),
      harmPart(input.harm),
      methodsPart(input),
      reproducePart(input),
    ],
    keeps: "The page names no user, and loads nothing.",
  };
}

function verdictPart({ verdict, limits, engines, study, accounts, plannedTrials, recordedTrials }: RatingsPageInput): Markup {
  const { word, sign, meaning } = outcomeWords[verdict.outcome];
  const largest = Math.max(...study.budgets);
  const bought = accounts.find(({ budgetFraction }) => budgetFraction === largest)?.accounts;
  const sentences = engines.flatMap(({ learner: engine, summary }) => sentencesOf(engine, summary, largest, bought));
  const missing = plannedTrials - recordedTrials;
  return markup`<section aria-labelledby="verdict">
<h2 id="verdict">Verdict</h2>
<p class="outcome ${verdict.outcome}"><span class="sign" aria-hidden="true">${sign}</span><strong>${word}</strong> <span>${meaning}</span></p>
<ul class="findings">
${sentences.map((sentence) => markup`<li>${proseWithFigures(sentence)}</li>\n`)}${missing > 0 && markup`<li>${countOf(missing, "planned trial")} ${missing === 1 ? "is" : "are"} not recorded.</li>\n`}</ul>
${
  limits.length > 0 &&
  markup`<ul>
${verdict.reasons.map((reason) => markup`<li>${typographic(reason)}</li>\n`)}</ul>
`
}</section>`;
}

function sentencesOf(engine: string, summary: Summary, budget: number, accounts: number | undefined): string[] {
  const attack = strongestAt(summary, budget);
  const figure = (who: string | null, at: number, metric: string): Figure | undefined =>
    entryOf(summary, who, at, noRepair, metric)?.figure;
  const before = summary.baseline["hitRateAt10"];
  const after = attack === null ? undefined : figure(attack, budget, "hitRateAt10");
  if (attack === null || before === undefined || after === undefined)
    return [`${engine}: no attack ended, so nothing can be said about damage.`];
  const rank = figure(attack, budget, "medianRank");
  const ranks =
    rank === undefined
      ? ""
      : `; their median rank moves from ${numberText(summary.baseline["medianRank"].value, 0)} to ${numberText(rank.value, 0)}`;
  const best = summary.detections
    .filter((entry) => entry.attack === attack && entry.budgetFraction === budget)
    .reduce<Summary["detections"][number] | null>(
      (most, entry) => (most === null || entry.recall.value > most.recall.value ? entry : most),
      null,
    );
  const seen =
    best === null ? "" : ` Of its accounts, ${best.detector} finds the share ${figureText(best.recall)} among the most suspicious.`;
  const fakes = countedAt(summary.counted, budget);
  const who =
    fakes === undefined
      ? `${budgetText(budget, summary)} of the users as fake accounts${accounts === undefined ? "" : ` (${countText(accounts)})`}`
      : `${fakesText(budget, summary)} among the users`;
  return [
    `${engine}: with ${who}, ${attack} brings the targets into the first ten of ${figureText(after)} of the genuine users who have not rated them, where they were in ${numberText(before.value)}${ranks}.${seen}`,
  ];
}

function askedPart({ data, study, accounts }: RatingsPageInput): Markup {
  const { low, high, step } = data.scale;
  const facts: readonly (readonly [string, string])[] = [
    [
      "Ratings",
      `${countText(data.ratings)} by ${countOf(data.users, "user")} of ${countOf(data.items, "item")}, from ${low} to ${high}${step > 0 ? ` in steps of ${step}` : ""}`,
    ],
    ...(data.leftOut === undefined
      ? []
      : [
          [
            "Left out",
            `${countOf(data.leftOut.users, "user")} and ${countOf(data.leftOut.items, "item")} of too few ratings, with ${countOf(data.leftOut.ratings, "rating")}: nothing here is about them`,
          ] as const,
        ]),
    ["Split", `the last rating of each user is tested on, ${data.hasTime ? "by time" : "by chance"}`],
    [
      "Goal",
      `${study.goal} ${listText(study.targets)}${study.audience === undefined ? "" : ` with users who like at least half of ${listText(study.audience)}`}`,
    ],
    [
      "Accounts",
      accounts
        .map(({ budgetFraction, accounts: count }) =>
          countedAt(study.counted, budgetFraction) === undefined
            ? `${typographic(budgetText(budgetFraction, study))} (${countOf(count, "account")})`
            : typographic(budgetWithShare(budgetFraction, study)),
        )
        .join(", ") || "none",
    ],
    ["Each account", `rates the targets and up to ${countOf(study.fillers, "other item")}`],
    ["Seeds", `${study.seeds}, from ${study.firstSeed}`],
  ];
  return markup`<section aria-labelledby="asked">
<h2 id="asked">What was asked</h2>
<dl class="facts">
${facts.map(([name, value]) => markup`<div><dt>${name}</dt><dd>${value}</dd></div>\n`)}</dl>
</section>`;
}

/** The clean engines side by side, and the strongest attack on each: their order differs. */
function enginesPart({ engines, study }: RatingsPageInput): Markup {
  const largest = Math.max(...study.budgets);
  const cell = (figure: Figure | undefined): Markup => figureCell(figure);
  return markup`<section aria-labelledby="engines">
<h2 id="engines">The engines, clean and attacked</h2>
${reportTable({
  id: "engines-table",
  caption: `Clean quality for genuine users, and the strongest attack at ${typographic(budgetText(largest, study))}`,
  head: ["Engine", "RMSE", "NDCG at 10", "Recall at 10", "Strongest attack", "Hit rate at 10", "Prediction shift"],
  groups: [
    {
      name: null,
      rows: engines.map(({ learner: engine, summary }) => {
        const attack = strongestAt(summary, largest);
        const of = (metric: string): Figure | undefined =>
          attack === null ? undefined : entryOf(summary, attack, largest, noRepair, metric)?.figure;
        const { baseline } = summary;
        return {
          head: engine,
          cells: [
            cell(baseline["rmse"]),
            cell(baseline["ndcgAt10"]),
            cell(baseline["recallAt10"]),
            attack ?? "–",
            cell(of("hitRateAt10")),
            cell(of("predictionShift")),
          ],
        };
      }),
    },
    ...tastelessRows(engines),
  ],
})}
${engines.flatMap(({ learner, summary }) => noBetterThanTasteless(learner, summary)).map((sentence) => markup`<p>${typographic(sentence)}.</p>\n`)}${attackTable(engines)}
</section>`;
}

/** What recommenders that know no taste reach on the same ratings: the same beside every engine, so the first that has a figure says it. */
function tastelessRows(engines: readonly LearnerFindings[]): ReportTable["groups"] {
  const found = engines.flatMap(({ summary }) => tastelessFigures(summary.baseline));
  const rows = [...new Set(found.map(({ by }) => by))].map((by) => ({
    head: by,
    cells: [
      ...["rmse", "ndcgAt10", "recallAt10"].map((name) => figureCell(found.find(({ by: own, of }) => own === by && of === name)?.figure)),
      ...["–", "–", "–"],
    ],
  }));
  return rows.length === 0 ? [] : [{ name: "Without any taste", rows }];
}

/** The same attacks against every engine. */
function attackTable(engines: readonly LearnerFindings[]): Markup | null {
  const { budget, rows } = engineRows(engines);
  if (budget === null || engines.length < 2) return null;
  return markup`<h3>Every attack against every engine</h3>
${reportTable({
  id: "attacks-by-engine",
  caption: `Hit rate at 10 and median rank of the targets at ${typographic(budgetText(budget, engines[0].summary))}; – where an attack is not made for an engine`,
  head: ["Attack", ...engines.flatMap(({ learner }) => [`${learner}: hit rate`, `${learner}: rank`])],
  groups: [
    {
      name: null,
      rows: rows.map(({ attack, cells }) => ({
        head: attack,
        cells: cells.flatMap((cell) => [figureCell(cell?.hitRate), figureCell(cell?.rank, 0)]),
      })),
    },
  ],
})}`;
}

function enginePart({ learner: engine, summary, cuts }: LearnerFindings, { study }: RatingsPageInput): Markup {
  const attacks = attacksOf(summary);
  const budgets = budgetsOf(summary);
  const figure = (attack: string | null, budget: number, repair: string, metric: string): Figure | undefined =>
    entryOf(summary, attack, budget, repair, metric)?.figure;
  const rowsFor = (repair: string, metrics: readonly string[]) =>
    budgets.map((budget) => ({
      name: `${typographic(fakesText(budget, summary))}`,
      rows: attacks.map((attack) => ({
        head: strongestAt(summary, budget) === attack ? markup`${attack} <span class="tag strongest">strongest</span>` : attack,
        cells: metrics.map((metric) => figureCell(figure(attack, budget, repair, metric), metric === "medianRank" ? 0 : 3)),
      })),
    }));
  const repairs = [...new Set(summary.entries.flatMap(({ repair }) => (repair === noRepair ? [] : [repair])))];
  const metrics = ["hitRateAt10", "predictionShift", "medianRank", "rmseRatio", "ndcgAt10Drop"];
  return markup`<section aria-labelledby="engine-${engine}">
<h2 id="engine-${engine}">${engine} under attack</h2>
<p>What genuine users who have not rated the targets are shown. Hit rate is the share of them with a target among the first ten; shift is by how much its
predicted score rises; rank is its median place. The last two columns are what everybody else loses.</p>
${
  attacks.length > 0 &&
  markup`<figure>
${bothWidths((suffix, width) => exposureChart(engine, summary, attacks, `exposure-${engine}-${suffix}`, width))}
<figcaption>Share of genuine users with a target among the first ten, with 95 % intervals over ${countOf(study.seeds, "seed")} on these very rows; new data would differ more.</figcaption>
</figure>
${reportTable({ id: `damage-${engine}`, caption: "By attack and budget, over seeds", head: ["Attack", "Hit rate at 10", "Prediction shift", "Median rank", "RMSE ÷ clean", "NDCG drop"], groups: rowsFor(noRepair, metrics) })}`
}
${repairs.map(
  (repair) => markup`<h3>With repair ${repair}</h3>
<p>On clean ratings it costs ${proseWithFigures(costText(summary, repair))}.</p>
${reportTable({ id: `repair-${engine}-${repair}`, caption: `Targets under attack, with ${repair}`, head: ["Attack", "Hit rate at 10", "Prediction shift", "Median rank", "RMSE ÷ clean", "NDCG drop"], groups: rowsFor(repair, metrics) })}`,
)}
${detectionTable(engine, summary)}
${cutTable(engine, summary, cuts)}
</section>`;
}

function costText(summary: Summary, repair: string): string {
  const parts = [
    ["rmseRatio", "an RMSE of", "times the clean one"],
    ["ndcgAt10Drop", "an NDCG lower by", ""],
  ].flatMap(([metric, before, after]) => {
    const entry = entryOf(summary, null, 0, repair, metric);
    return entry === undefined ? [] : [`${before} ${figureText(entry.figure)}${after === "" ? "" : ` ${after}`}`];
  });
  return parts.length === 0 ? "nothing that was measured" : listText(parts);
}

function exposureChart(engine: string, summary: Summary, attacks: readonly string[], id: string, width: number): Markup {
  const clean = summary.baseline["hitRateAt10"]?.value ?? 0;
  const series = attacks.map((name) => ({
    name,
    points: budgetsOf(summary).flatMap((budgetFraction) => {
      const figure = entryOf(summary, name, budgetFraction, noRepair, "hitRateAt10")?.figure;
      return figure === undefined ? [] : [{ budgetFraction, figure, isStrongest: strongestAt(summary, budgetFraction) === name }];
    }),
  }));
  return lineChart(
    {
      id,
      title: `Hit rate at 10 of the targets on ${engine}, by budget`,
      description: `Clean: ${numberText(clean)}. ${series.map(({ name, points }) => `${name}: ${points.map((point) => `${numberText(point.figure.value)} at ${budgetText(point.budgetFraction, summary)}`).join(", ")}.`).join(" ")}`,
      series: series.filter(({ points }) => points.length > 0),
      quantity: "hit rate at 10 of the targets",
      budgetWords: "fake accounts as a share of the genuine users",
      tickText: (value, digits) => `${(value * 100).toFixed(Math.max(0, digits - 2))} %`,
      budgetName: (fraction) => budgetText(fraction, summary),
      clean,
      range: [0, 1],
      leastSpan: 0.02,
    },
    width,
  );
}

/** `1 % fake accounts`, `5 fake accounts`. */
function fakesText(budget: number, summary: Summary): string {
  const counted = countedAt(summary.counted, budget);
  return counted === undefined ? `${budgetText(budget, summary)} fake accounts` : countOf(counted.count, "fake account");
}

function detectionTable(engine: string, summary: Summary): Markup | null {
  const { detections } = summary;
  if (detections.length === 0) return null;
  const budgets = [...new Set(detections.map(({ budgetFraction }) => budgetFraction))].sort((a, b) => a - b);
  return markup`<h3>Would the accounts be noticed?</h3>
${reportTable({
  id: `detection-${engine}`,
  caption: "Found: share of the fake accounts among the most suspicious. Flagged rightly: share of those that are fake. AUC: 0.5 is chance",
  head: ["Attack", "Detector", "Found", "Flagged rightly", "AUC"],
  groups: budgets.map((budget) => ({
    name: `${typographic(fakesText(budget, summary))}`,
    rows: detections
      .filter(({ budgetFraction }) => budgetFraction === budget)
      .map(({ attack, detector, auc, precision, recall }) => ({
        head: attack,
        cells: [detector, figureCell(recall), figureCell(precision), figureCell(auc)],
      })),
  })),
})}`;
}

function cutTable(engine: string, summary: Summary, cuts: readonly CutEntry[]): Markup | null {
  if (cuts.length === 0) return null;
  return reportTable({
    id: `cuts-${engine}`,
    caption:
      "By a detector’s own cut, which knows no attack size: share of the flagged that are fake, of the fake that are flagged, and of the genuine users that are",
    head: ["Attack", "Fake accounts", "Detector", "Flagged rightly", "Found", "Genuine users flagged"],
    groups: [
      {
        name: null,
        rows: cuts.map(({ attack, budgetFraction, detector, precision, recall, falseAlarmRate }) => ({
          head: attack ?? "clean ratings",
          cells: [
            attack === null ? "none" : typographic(budgetText(budgetFraction, summary)),
            detector,
            figureCell(precision),
            figureCell(recall),
            figureCell(falseAlarmRate),
          ],
        })),
      },
    ],
  });
}

function methodsPart({ methods }: RatingsPageInput): Markup {
  return markup`<section aria-labelledby="methods">
<h2 id="methods">Methods</h2>
<dl class="facts">
${methods.map(({ id, summary, cite, url }) => markup`<div><dt>${id}</dt><dd>${summary} <span class="small">${url === null ? cite : markup`<a href="${url}">${cite}</a>`}</span></dd></div>\n`)}</dl>
</section>`;
}

function reproducePart({ run }: RatingsPageInput): Markup {
  return markup`<section aria-labelledby="reproduce">
<h2 id="reproduce">Do it again</h2>
<pre><code>${run.command}</code></pre>
${run.commandNotes.map((note) => markup`<p class="small">${note}</p>\n`)}
<p class="small">Theriac ${run.theriac}, Node ${run.node}, ${run.platform}; status ${run.status}.</p>
</section>`;
}
