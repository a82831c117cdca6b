import { certainSection } from "../audit/certain.ts";
import { countedAt } from "../../study/budgets.ts";
import type { Figure } from "../../numeric/statistics/intervals.ts";
import type { RatingScale } from "../../core/ratings.ts";
import type { RatingsStudyConfig } from "../../study/ratings/config.ts";
import type { RatingsHarm } from "../../study/ratings/harm.ts";
import { noRepair } from "../../study/record.ts";
import type { Summary } from "../../study/summary.ts";
import { outcomeBlock } from "../audit/answer.ts";
import { byDamage } from "../audit/damage.ts";
import { bestFinders, detectionTable } from "../audit/defence.ts";
import { methodTable, reproduceSection, timeText } from "../audit/ending.ts";
import { budgetsOf, entryOf, strongestAt } from "../judging/findings.ts";
import type { LearnerFindings } from "../judging/learner-findings.ts";
import type { Verdict } from "../judging/verdict.ts";
import { budgetAxis, describeSeries, facts, folded, listed, opened, prose, section, seedWords, told } from "../page/blocks.ts";
import type { Block, Cell, Chart, Column, PageDocument, Section, Table } from "../page/document.ts";
import { budgetText, budgetWithShare, figureText, numberText } from "../words/format.ts";
import { countOf, countText, listText, shareText } from "../words/words.ts";
import { unnoticedSentences } from "../judging/unnoticed-text.ts";
import { doubtSentences } from "../judging/doubts-text.ts";
import { engineRows } from "./engines.ts";
import { harmSection } from "./harm.ts";
import { noBetterThanTasteless, tastelessFigures } from "./tasteless.ts";

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

/** The page of an audit of recommenders, with its trials where they are given. */
export function ratingsPage(input: RatingsPageInput, trials: Section | null = null): PageDocument {
  const { title, data, run, warnings, harm, methods } = input;
  const sections = [
    answerSection(input),
    warnings.length === 0 ? null : opened(section("warnings", "Warned of when the data were read", "", listed(...warnings))),
    enginesSection(input),
    ...input.engines.map((found) => engineSection(found, input)),
    certainSection(input.engines[0]?.summary.certified),
    harmSection(harm),
    askedSection(input),
    trials,
    reproduceSection(run.command, run.commandNotes, [
      ["Run folder", run.name],
      ["Status", run.status],
      ["Made with", `Theriac ${run.theriac}, Node ${run.node}, ${run.platform}`],
    ]),
    section("methods-used", "Methods", "What was used, and where it comes from.", methodTable(methods)),
  ];
  return {
    kind: "audit-ratings",
    kicker: "Theriac audit of a recommender",
    title,
    size: `${countOf(data.ratings, "rating")} · ${timeText(run.startedAt)} · run ${run.name}`,
    theriac: run.theriac,
    sections: sections.filter((part) => part !== null),
    keeps: "The page names no user, and loads nothing.",
  };
}

function answerSection({ verdict, limits, engines, study, accounts, plannedTrials, recordedTrials }: RatingsPageInput): Section {
  const largest = Math.max(...study.budgets);
  const bought = accounts.find(({ budgetFraction }) => budgetFraction === largest)?.accounts;
  const missing = plannedTrials - recordedTrials;
  return opened(
    section(
      "verdict",
      "Verdict",
      "",
      outcomeBlock(verdict.outcome),
      {
        kind: "sentences",
        look: "answer",
        items: [
          ...engines.map(({ learner: engine, summary }) => engineSentence(engine, summary, largest, bought)),
          ...(missing > 0 ? [`${countOf(missing, "planned trial")} ${missing === 1 ? "is" : "are"} not recorded.`] : []),
        ],
      },
      limits.length === 0 ? null : listed(...verdict.reasons),
    ),
  );
}

/** What the strongest attack at the largest budget does on one engine, whether it would be noticed, and what a repair leaves. */
function engineSentence(engine: string, summary: Summary, budget: number, accounts: number | undefined): string {
  const attack = strongestAt(summary, budget);
  const of = (metric: string, repair = noRepair): Figure | undefined =>
    attack === null ? undefined : entryOf(summary, attack, budget, repair, metric)?.figure;
  const before = summary.baseline["hitRateAt10"] as Figure | undefined;
  const after = of("hitRateAt10");
  if (attack === null || before === undefined || after === undefined)
    return `${engine}: no attack ended, so nothing can be said about damage.`;
  const rank = of("medianRank");
  const ranks =
    rank === undefined
      ? ""
      : `; the median rank of a target moves from ${numberText(summary.baseline["medianRank"].value, 0)} to ${numberText(rank.value, 0)}`;
  const own = summary.detections.filter((entry) => entry.attack === attack && entry.budgetFraction === budget);
  const best = own.length === 0 ? null : own.reduce((most, entry) => (entry.recall.value > most.recall.value ? entry : most));
  const seen =
    best === null
      ? " Whether the accounts would be noticed: not measured."
      : ` Of its accounts, ${best.detector} finds ${sharesText(best.recall)} among the most suspicious.`;
  const repairs = [...new Set(summary.entries.map(({ repair }) => repair))].flatMap((repair) => {
    const left = repair === noRepair ? undefined : of("hitRateAt10", repair);
    return left === undefined ? [] : [{ repair, left }];
  });
  const least = repairs.length === 0 ? null : repairs.reduce((most, next) => (next.left.value < most.left.value ? next : most));
  const repaired = least === null ? "" : ` Repaired with ${least.repair}, ${usersText(least.left)} still see one.`;
  const fakes = countedAt(summary.counted, budget);
  const who =
    fakes === undefined
      ? `${budgetText(budget, summary)} of the users as fake accounts${accounts === undefined ? "" : ` (${countText(accounts)})`}`
      : `${fakesText(budget, summary)} among the users`;
  const seenBefore = before.value === 0 ? "none did before" : `${shareText(before.value)} did before`;
  return `${engine}: with ${who}, ${attack} has ${usersText(after)} who have not rated the targets see one among their first ten (${seenBefore})${ranks}.${seen}${repaired}`;
}

/** `34 % [30 %, 38 %] of the genuine users`; none in a word. */
function usersText(share: Figure): string {
  return share.value === 0 ? "none of the genuine users" : `${sharesText(share)} of the genuine users`;
}

function sharesText({ value, low, high }: Figure): string {
  return low === null || high === null ? shareText(value) : `${shareText(value)} [${shareText(low)}, ${shareText(high)}]`;
}

function askedSection({ data, study, accounts }: RatingsPageInput): Section {
  const { low, high, step } = data.scale;
  const { leftOut } = data;
  const known: readonly (readonly [string, string] | null)[] = [
    [
      "Ratings",
      `${countText(data.ratings)} by ${countOf(data.users, "user")} of ${countOf(data.items, "item")}, from ${low} to ${high}${step > 0 ? ` in steps of ${step}` : ""}`,
    ],
    leftOut === undefined
      ? null
      : [
          "Left out",
          `${countOf(leftOut.users, "user")} and ${countOf(leftOut.items, "item")} of too few ratings, with ${countOf(leftOut.ratings, "rating")}: nothing here is about them`,
        ],
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
            ? `${budgetText(budgetFraction, study)} (${countOf(count, "account")})`
            : budgetWithShare(budgetFraction, study),
        )
        .join(", ") || "none",
    ],
    ["Each account", `rates the targets and up to ${countOf(study.fillers, "other item")}`],
    ["Seeds", `${study.seeds}, from ${study.firstSeed}`],
  ];
  return section(
    "asked",
    "What was asked",
    "The ratings, the goal, and what each budget buys.",
    facts(known.filter((fact) => fact !== null)),
  );
}

/** The clean engines side by side, and the strongest attack on each: their order differs. */
function enginesSection({ engines, study }: RatingsPageInput): Section {
  const largest = Math.max(...study.budgets);
  const tasteless = engines.flatMap(({ summary }) => tastelessFigures(summary.baseline));
  return opened(
    section(
      "engines",
      "The engines, clean and attacked",
      "",
      {
        kind: "table",
        id: "engines-table",
        caption: `Clean quality for genuine users, and the strongest attack at ${budgetText(largest, study)}; ${seedWords(study.seeds)}`,
        columns: [
          ...["Engine", "RMSE", "NDCG at 10", "Recall at 10", "Strongest attack"].map((name) => ({ name })),
          { name: "Hit rate at 10", unit: "share" },
          { name: "Prediction shift" },
        ],
        rows: [
          ...engines.map(({ learner: engine, summary }): Cell[] => {
            const attack = strongestAt(summary, largest);
            const of = (metric: string): Figure | undefined =>
              attack === null ? undefined : entryOf(summary, attack, largest, noRepair, metric)?.figure;
            const { baseline } = summary;
            return [
              engine,
              ...["rmse", "ndcgAt10", "recallAt10"].map((metric) => told(baseline[metric])),
              attack,
              told(of("hitRateAt10")),
              told(of("predictionShift")),
            ];
          }),
          // The same beside every engine, so the first that has a figure says it.
          ...[...new Set(tasteless.map(({ by }) => by))].map((by): Cell[] => [
            { text: by, note: "knows no taste" },
            ...["rmse", "ndcgAt10", "recallAt10"].map((name) =>
              told(tasteless.find(({ by: own, of }) => own === by && of === name)?.figure),
            ),
            ...[null, null, null],
          ]),
        ],
      },
      ...engines.flatMap(({ learner, summary }) => noBetterThanTasteless(learner, summary)).map((sentence) => prose(`${sentence}.`)),
      ...engines.flatMap(({ summary }) => doubtSentences(summary)).map((sentence) => prose(sentence)),
      attackTable(engines),
    ),
  );
}

/** The same attacks against every engine. */
function attackTable(engines: readonly LearnerFindings[]): Block | null {
  const { budget, rows } = engineRows(engines);
  if (budget === null || engines.length < 2) return null;
  const table: Table = {
    kind: "table",
    id: "attacks-by-engine",
    caption: `Hit rate at 10 and median rank of the targets at ${budgetText(budget, engines[0].summary)}; – where an attack is not made for an engine`,
    columns: [
      { name: "Attack" },
      ...engines.flatMap(({ learner }): Column[] => [
        { name: `${learner}: hit rate`, unit: "share" },
        { name: `${learner}: rank`, decimals: 0 },
      ]),
    ],
    rows: rows.map(({ attack, cells }): Cell[] => [attack, ...cells.flatMap((cell) => [told(cell?.hitRate), told(cell?.rank)])]),
  };
  return folded("every-attack", "Every attack against every engine", table);
}

const metrics: readonly (readonly [string, Column])[] = [
  ["hitRateAt10", { name: "Hit rate at 10", unit: "share" }],
  ["predictionShift", { name: "Prediction shift" }],
  ["medianRank", { name: "Median rank", decimals: 0 }],
  ["rmseRatio", { name: "RMSE ÷ clean" }],
  ["ndcgAt10Drop", { name: "NDCG drop" }],
];

/** What each attack at each budget does to the targets, as it is and behind each repair. */
export function attackedTable(engine: string, summary: Summary): Table {
  const repairs = repairsOf(summary);
  const rows = [noRepair, ...repairs].flatMap((repair) =>
    budgetsOf(summary)
      .reverse()
      .flatMap((budget) =>
        byDamage(summary).flatMap((attack): Cell[][] => {
          const figures = metrics.map(([metric]) => told(entryOf(summary, attack, budget, repair, metric)?.figure));
          if (figures.every((figure) => figure === null)) return [];
          const isStrongest = repair === noRepair && strongestAt(summary, budget) === attack;
          return [[{ text: attack, ...(isStrongest ? { note: "strongest here" } : {}) }, fakesText(budget, summary), repair, ...figures]];
        }),
      ),
  );
  return {
    kind: "table",
    id: `damage-${engine}`,
    caption: `Targets under attack, by attack, budget and repair; ${seedWords(summary.seeds)}`,
    columns: [
      { name: "Attack", filter: true },
      { name: "Accounts", filter: true },
      { name: "Repair", filter: true },
      ...metrics.map(([, column]) => column),
    ],
    rows,
    shown: 8,
  };
}

function repairsOf({ entries }: Summary): string[] {
  return [...new Set(entries.flatMap(({ repair }) => (repair === noRepair ? [] : [repair])))];
}

function engineSection({ learner: engine, summary, cuts }: LearnerFindings, { study }: RatingsPageInput): Section {
  const attacks = byDamage(summary);
  return section(
    `engine-${engine}`,
    `${engine} under attack`,
    "What genuine users are shown, attack by attack; what repairs leave of it; and whether the accounts would be noticed.",
    prose(
      "What genuine users who have not rated the targets are shown. Hit rate is the share of them with a target among the first ten; shift is by how much its predicted score rises; rank is its median place. The last two columns are what everybody else loses.",
      ...repairsOf(summary).map((repair) => `On clean ratings the repair ${repair} costs ${costText(summary, repair)}.`),
    ),
    attacks.length === 0 ? null : exposureChart(engine, summary, attacks, seedWords(study.seeds)),
    attacks.length === 0 ? null : attackedTable(engine, summary),
    ...noticedBlocks(engine, summary, cuts),
    prose(...unnoticedSentences(summary, "accounts")),
  );
}

function costText(summary: Summary, repair: string): string {
  const parts = [
    ["rmseRatio", "an RMSE of", " times the clean one"],
    ["ndcgAt10Drop", "an NDCG lower by", ""],
  ].flatMap(([metric, before, after]) => {
    const entry = entryOf(summary, null, 0, repair, metric);
    return entry === undefined ? [] : [`${before} ${figureText(entry.figure)}${after}`];
  });
  return parts.length === 0 ? "nothing that was measured" : listText(parts);
}

function exposureChart(engine: string, summary: Summary, attacks: readonly string[], seeds: string): Chart {
  const budgets = budgetsOf(summary);
  const clean = summary.baseline["hitRateAt10"] as Figure | undefined;
  const series = attacks.map((name) => ({
    name,
    points: budgets.flatMap((budget) => {
      const figure = entryOf(summary, name, budget, noRepair, "hitRateAt10")?.figure;
      return figure === undefined ? [] : [{ x: budget, figure, isMarked: strongestAt(summary, budget) === name }];
    }),
  }));
  return {
    kind: "chart",
    id: `exposure-${engine}`,
    title: `Genuine users on ${engine} who see a target among their first ten, by budget`,
    description: describeSeries(series, (budget) => budgetText(budget, summary)),
    caption: `Share of genuine users with a target among the first ten, with 95 % intervals over ${seeds}, on these very rows; new data would differ more. Ringed: the strongest attack at its budget.`,
    shape: "lines",
    x: budgetAxis("fake accounts as a share of the genuine users", budgets, summary),
    y: { name: "hit rate at 10", unit: "share", range: [0, 1], leastSpan: 0.02 },
    series: series.filter(({ points }) => points.length > 0),
    ...(clean === undefined ? {} : { reference: { name: "clean", value: clean.value } }),
  };
}

/** `1 % fake accounts`, `5 fake accounts`. */
function fakesText(budget: number, summary: Summary): string {
  const counted = countedAt(summary.counted, budget);
  return counted === undefined ? `${budgetText(budget, summary)} fake accounts` : countOf(counted.count, "fake account");
}

/** Whether the accounts would be noticed: when their number is known, and by a detector's own cut when it is not. */
export function noticedBlocks(engine: string, summary: Summary, cuts: LearnerFindings["cuts"]): Block[] {
  const { detections } = summary;
  const blocks: Block[] = [];
  if (detections.length > 0) {
    const budget = Math.max(...detections.map(({ budgetFraction }) => budgetFraction));
    const own = detections.filter(({ budgetFraction }) => budgetFraction === budget);
    const drawn = bestFinders(own, [...new Set(own.map(({ detector }) => detector))]);
    const places = byDamage(summary)
      .filter((attack) => own.some((entry) => entry.attack === attack))
      .slice(0, 10);
    const series = drawn.map((detector) => ({
      name: detector,
      points: places.flatMap((attack, x) => {
        const entry = own.find((one) => one.attack === attack && one.detector === detector);
        return entry === undefined ? [] : [{ x, figure: entry.recall }];
      }),
    }));
    blocks.push(
      {
        kind: "chart",
        id: `found-${engine}`,
        title: `Would the accounts be noticed? Share found among as many of the most suspicious, with ${fakesText(budget, summary)}`,
        description: describeSeries(series, (x) => places[x]),
        caption: `By attack, the most harmful first; ${seedWords(summary.seeds)}. The table has every detector and budget.`,
        shape: "dots",
        x: { name: "found", unit: "share", range: [0, 1], leastSpan: 1 },
        y: { name: "Attack", places },
        series,
      },
      detectionTable(summary, "", "fake accounts", `detection-${engine}`),
    );
  }
  if (cuts.length > 0)
    blocks.push({
      kind: "table",
      id: `cuts-${engine}`,
      caption:
        "By a detector’s own cut, which knows no attack size: share of the flagged that are fake, of the fake that are flagged, and of the genuine users that are",
      columns: [
        { name: "Attack", filter: true },
        { name: "Fake accounts", filter: true },
        { name: "Detector", filter: true },
        ...["Flagged rightly", "Found", "Genuine users flagged"].map((name): Column => ({ name, unit: "share" })),
      ],
      rows: cuts.map(({ attack, budgetFraction, detector, precision, recall, falseAlarmRate }): Cell[] => [
        attack ?? "clean ratings",
        attack === null ? "none" : budgetText(budgetFraction, summary),
        detector,
        ...[told(precision), told(recall), told(falseAlarmRate)],
      ]),
      shown: 6,
    });
  return blocks;
}
