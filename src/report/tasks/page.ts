import type { Figure } from "../../numeric/statistics/intervals.ts";
import type { PricePoint, TasksResult } from "../../study/tasks/tasks-result.ts";
import { describeSeries, folded, listed, opened, prose, section, seedWords, told } from "../page/blocks.ts";
import type { Block, Cell, Chart, HeatMap, PageDocument, Section } from "../page/document.ts";
import { numberText, percentText } from "../words/format.ts";
import { theseRows } from "../words/interval-words.ts";
import { capitalised, countOf, countText, damageWord, metricWord } from "../words/words.ts";
import { defenceCaption, defenceName, defenceSentences, knowledgeWords } from "./defence.ts";
import { fewCaption, fewHead, fewNote, knowsWords } from "./few.ts";
import { taskFindings } from "./findings.ts";
import { groupEnds, lossDigits, nothingMeasured, pairsOf, relatedOrder, strongestTasks, taskWord } from "./order.ts";

export interface TasksPageAbout {
  /** What the data are called. */
  readonly title: string;
  /** Version. */
  readonly theriac: string;
  readonly plannedTrials: number;
  readonly recordedTrials: number;
}

/** Sentences that somebody in a hurry reads. */
const mostAnswered = 5;

/** Pairs in a table of the strongest. */
const pairsShown = 50;

/** Who helps whom, who can hurt whom and what sharing costs; with its trials where they are given. */
export function tasksPage(result: TasksResult, about: TasksPageAbout, trials: Section | null = null): PageDocument {
  const rows = result.byTask.reduce((sum, task) => sum + task.rows, 0);
  const sections = [
    ...[findingsSection(result), relationSection(result), vulnerabilitySection(result), fewSection(result), measuredSection(result)],
    ...[priceSection(result), defenceSection(result), gainSection(result), notesSection(result), trials],
  ];
  return {
    ...frame(about),
    size: `${countOf(result.tasks.length, "task")} · ${countOf(rows, "labelled example")} · ${countOf(result.seeds, "seed")}`,
    sections: sections.filter((part) => part !== null),
  };
}

/** The page of a run that was stopped before anything was measured. */
export function emptyTasksPage(about: TasksPageAbout): PageDocument {
  return {
    ...frame(about),
    size: "no figures",
    sections: [opened(section("findings", "Nothing is measured", `${capitalised(nothingMeasured)}.`))],
  };
}

function frame({ title, theriac, plannedTrials, recordedTrials }: TasksPageAbout): Omit<PageDocument, "size" | "sections"> {
  const missing = `This run is not whole: ${countText(recordedTrials)} of ${countText(plannedTrials)} trials are recorded.`;
  return {
    kind: "tasks",
    kicker: "Theriac tasks",
    title,
    ...(recordedTrials < plannedTrials ? { caution: missing } : {}),
    theriac,
    keeps: "The page holds no row of the data, and loads nothing.",
  };
}

function findingsSection(result: TasksResult): Section {
  const { gain, metric } = result;
  const found = taskFindings(result).map(capitalised);
  return opened(
    section(
      "findings",
      "What sharing gains, and what it costs",
      "",
      {
        kind: "figures",
        items: [
          { name: `${capitalised(metricWord(metric))}, tasks together`, value: gain.mtrl },
          { name: "Each task alone", value: gain.single },
          { name: "One model for all", value: gain.pooled },
        ],
      },
      { kind: "sentences", look: "answer", items: found.slice(0, mostAnswered) },
      found.length <= mostAnswered ? null : folded("in-words", "All that was found, in words", listed(...found)),
    ),
  );
}

function gainSection(result: TasksResult): Section {
  const word = metricWord(result.metric);
  return section(
    "gain",
    "Gain by task",
    `${capitalised(word)} on held-out rows: each task learned alone, and all tasks together with the relation between them (${result.learner}). ${result.better === "lower" ? "Lower is better, so that a difference below 0 is a gain." : "A difference above 0 is a gain."}`,
    {
      kind: "table",
      id: "gain-table",
      caption: `${capitalised(word)} by task, with its 95 % interval ${theseRows}; ${seedWords(result.seeds)}`,
      columns: [
        { name: "Task" },
        { name: "Examples", unit: "count" },
        { name: "Alone" },
        { name: "Together" },
        { name: "Together − alone" },
      ],
      rows: relatedOrder(result).map((i): Cell[] => {
        const { task, rows, single, mtrl, difference } = result.byTask[i];
        return [task, rows, told(single), told(mtrl), told(difference)];
      }),
    },
  );
}

function relationSection(result: TasksResult): Section {
  const pairs = pairsOf(result.relation, true);
  const said = (k: number): string =>
    `${taskWord(result.tasks[pairs[k].from])} and ${taskWord(result.tasks[pairs[k].to])} ${numberText(pairs[k].value, 2)}`;
  return opened(
    section(
      "relation",
      "Which tasks are tied to which",
      pairs.length === 0
        ? "No pair is known."
        : pairs.length === 1
          ? `${capitalised(said(0))}.`
          : `Strongest: ${said(0)}; weakest: ${said(pairs.length - 1)}.`,
      prose(
        `The correlations in the task covariance that ${result.learner} learns with the tasks, the mean over seeds. Near 1, two tasks learn the same from each other; near −1, the opposite; near 0, nothing; a class that is rare or common in both counts as something learned. Related tasks stand together, and lines part their groups.`,
      ),
      mapOf(result, {
        id: "relation-map",
        title: "Correlations between tasks",
        description: pairs.length === 0 ? "No pair is known." : `Strongest: ${said(0)}; weakest: ${said(pairs.length - 1)}.`,
        caption: `Mean over ${seedWords(result.seeds)}. Point at a cell, or walk with the arrow keys, to read it.`,
        matrix: result.relation,
        decimals: 2,
        reading: "{row}, {column}",
        hasDiagonal: true,
      }),
      folded("relation-pairs", "The strongest ties", pairTable(result, "relation-table", "The strongest ties", result.relation, 2)),
    ),
  );
}

function vulnerabilitySection(result: TasksResult): Section {
  const digits = lossDigits(result);
  const pairs = pairsOf(result.vulnerability, false);
  return opened(
    section(
      "vulnerability",
      "Who can hurt whom",
      pairs.length === 0
        ? "No pair is known."
        : `Largest: poison in ${taskWord(result.tasks[pairs[0].from])} against ${taskWord(result.tasks[pairs[0].to])}, ${numberText(pairs[0].value, digits)}.`,
      prose(
        "To first order: how fast the loss on the clean rows of one task rises as poison is added to another. A unit of budget is as many poison rows as the attacked task has; the poison is the tenth of its own rows that does most when its label is wrong. Nothing was attacked here: it is computed from one derivative per task, and holds for small budgets. The diagonal, a task that is attacked itself, is of another size and left blank.",
      ),
      mapOf(result, {
        id: "vulnerability-map",
        title: "First-order damage from task to task",
        description:
          pairs.length === 0
            ? "No pair is known."
            : `Largest: poison in ${taskWord(result.tasks[pairs[0].from])} against ${taskWord(result.tasks[pairs[0].to])}, ${numberText(pairs[0].value, digits)}.`,
        caption: `Rise of the loss of the column’s task per unit of budget in the row’s task; ${seedWords(result.seeds)}.`,
        matrix: result.vulnerability,
        decimals: digits,
        reading: "poison in {row} → damage to {column}",
        hasDiagonal: false,
      }),
      folded(
        "vulnerability-pairs",
        "The most vulnerable pairs",
        pairTable(result, "vulnerability-table", "Poison in the first task, rise of the loss of the second", result.vulnerability, digits),
      ),
    ),
  );
}

/** More would be a picture of some megabytes in which no cell can be pointed at. */
const mostMapped = 250;

interface MapSpec extends Pick<HeatMap, "id" | "title" | "description" | "caption" | "decimals" | "reading"> {
  readonly matrix: TasksResult["relation"];
  readonly hasDiagonal: boolean;
}

function mapOf(result: TasksResult, { matrix, hasDiagonal, ...spec }: MapSpec): HeatMap {
  const isMapped = strongestTasks(matrix, mostMapped);
  const order = relatedOrder(result).filter((task) => isMapped.has(task));
  const names = order.map((i) => result.tasks[i]);
  const all = result.tasks.length;
  return {
    kind: "heat-map",
    ...spec,
    caption:
      order.length === all
        ? spec.caption
        : `${spec.caption} Of ${countText(all)} tasks the ${order.length} with the largest entries are drawn; theriac check --json has all.`,
    rows: names,
    columns: names,
    values: order.map((i) => order.map((j) => (i === j && !hasDiagonal ? null : matrix[i][j]))),
    breaks: groupEnds(result, order),
  };
}

function pairTable({ tasks }: TasksResult, id: string, what: string, matrix: TasksResult["relation"], decimals: number): Block {
  const pairs = pairsOf(matrix, id === "relation-table");
  const shown = pairs.slice(0, pairsShown);
  return {
    kind: "table",
    id,
    caption: shown.length === pairs.length ? what : `${what}: the ${shown.length} largest of ${countText(pairs.length)} pairs`,
    columns: [{ name: "Task" }, { name: "And" }, { name: "Figure", decimals }],
    rows: shown.map(({ from, to, value }) => [tasks[from], tasks[to], value]),
    shown: 5,
  };
}

export function fewSection(result: TasksResult): Section | null {
  const { few } = result;
  if (few === null) return null;
  return section(
    "few",
    "A few attack tasks",
    "Found without being told: the tasks whose poison hurts most together. Lines with half of the rows are to be held against each other.",
    {
      kind: "table",
      id: "few-table",
      caption: `${capitalised(fewCaption(few, result))}, with 95 % intervals ${theseRows}`,
      columns: fewHead.map((name) => ({ name: capitalised(name) })),
      rows: few.lines.map((line): Cell[] => [
        knowsWords[line.knowledge],
        `${line.targetRows}${line.isHalved ? " (half)" : ""}`,
        ...[line.before, line.alone, line.after, line.damagePer100Rows, line.attackedOverAlone].map((figure) => told(figure)),
      ]),
    },
    prose(capitalised(fewNote(few))),
  );
}

export function measuredSection(result: TasksResult): Section | null {
  const { measured, budgetFraction, damageMetric, metric } = result;
  if (measured.length === 0) return null;
  const isRatio = damageMetric.endsWith("Ratio");
  const hasCopies = measured.some(({ kind }) => kind === "copies");
  return section(
    "measured",
    "Measured by real attacks",
    `The strongest pairs of the map, attacked for real${hasCopies ? " by copies: words and categories cannot climb" : ""}.`,
    prose(
      `The strongest pairs of the map above, attacked for real with ${percentText(budgetFraction)} of the attack task’s rows, then trained anew and tested on the target’s held-out rows; and the task that is most exposed, attacked through all others. ${isRatio ? "Damage is attacked ÷ clean error: an interval that holds 1 holds no damage as well as its other end." : "Damage is clean − attacked: an interval that holds 0 holds no damage as well as its other end."} ${hasCopies ? "Words and categories cannot climb, so the poison is the attack tasks’ own rows with a wrong label, those that do most to first order." : "The poison’s features climb away from what the clean model answers for the target; no test row is seen."}`,
    ),
    {
      kind: "table",
      id: "measured-table",
      caption: `${capitalised(damageWord(damageMetric))} on the target’s test rows, with its 95 % interval ${theseRows}; ${seedWords(result.seeds)}`,
      columns: [
        "Poison in",
        "Damage to",
        "Attacker knows",
        `${capitalised(metricWord(metric))} before`,
        "Attack",
        "Random wrong labels",
      ].map((name) => ({
        name,
      })),
      rows: measured.map(({ from, to, knowledge, before, figure, flip }): Cell[] => [
        from ?? "all other tasks",
        to,
        knowsWords[knowledge],
        ...[before, figure, flip].map((one) => told(one)),
      ]),
    },
  );
}

export function priceSection(result: TasksResult): Section | null {
  const { price, metric } = result;
  if (price.length === 0) return null;
  const target = taskWord(price[0].target);
  const word = metricWord(metric);
  return section(
    "price",
    "The price of sharing",
    `What ${target}, the task that is most exposed, gains from sharing, and what it loses once the others are attacked by who knows ${knowsWords[price[0].knowledge]}.`,
    prose(
      `For ${target}, the task that is most exposed: how much better it is than learned alone, and how much worse once all other tasks are attacked with ${percentText(result.budgetFraction)} of their rows, by an attacker who knows ${knowsWords[price[0].knowledge]}. Both are in ${word}; the gain is positive where sharing helps, the damage where the attack hurts.`,
    ),
    priceChart(result, "relationDecay"),
    priceChart(result, "targetRows"),
    {
      kind: "table",
      id: "price-table",
      caption: `Gain and damage in ${word}, with 95 % intervals over ${seedWords(result.priceSeeds)}, on these very rows`,
      columns: [{ name: "Sharing or rows" }, { name: `Gain of ${target}` }, { name: "Gain of all tasks" }, { name: `Damage to ${target}` }],
      rows: price.map(({ by, value, gain, gainOfAll, damage }): Cell[] => [
        by === "relationDecay" ? `λ₂ = ${value}` : countOf(value, "row"),
        ...[gain, gainOfAll, damage].map((figure) => told(figure)),
      ]),
    },
  );
}

function priceChart({ price, metric, priceSeeds }: TasksResult, by: PricePoint["by"]): Chart | null {
  const points = price.filter((point) => point.by === by);
  if (points.length < 2) return null;
  const target = taskWord(points[0].target);
  const isDecay = by === "relationDecay";
  const places = points.map(({ value }) => (isDecay ? String(value) : countText(value)));
  const drawn = (name: string, of: (point: PricePoint) => Figure | null) => ({
    name,
    points: points.flatMap((point, x) => {
      const figure = of(point);
      return figure === null ? [] : [{ x, figure }];
    }),
  });
  const series = [
    drawn(`gain of ${target}`, ({ gain }) => gain),
    drawn(`damage to ${target}`, ({ damage }) => damage),
    ...(isDecay ? [drawn("gain of all tasks", ({ gainOfAll }) => gainOfAll)] : []),
  ];
  return {
    kind: "chart",
    id: `price-${by}`,
    title: `Gain of sharing and worst indirect damage against ${isDecay ? "the strength of sharing" : "the number of target rows"}`,
    description: describeSeries(series, (x) => places[x]),
    caption: `${isDecay ? "Gain and damage against λ₂" : `Gain and damage when ${target} has fewer rows, its λ₂ chosen anew for it`}; ${seedWords(priceSeeds)}.`,
    shape: "lines",
    x: { name: isDecay ? "λ₂: to the right, tasks share more" : `training rows of ${target}`, places },
    y: { name: `${metricWord(metric)}, better or worse by`, leastSpan: 0.02 },
    series,
    reference: { name: "neither", value: 0 },
  };
}

export function defenceSection(result: TasksResult): Section | null {
  const { defence } = result;
  if (defence === null) return null;
  return section(
    "defence",
    "What repairs win back",
    defenceSentences(result)[0] ?? "",
    prose(
      "All on the same rows. A white-box attacker computes his poison on the target’s own training rows; a gray box has only other rows of the same task, drawn anew at every step, and a black box none of its rows. Fresh rows are in nobody’s data.",
    ),
    {
      kind: "table",
      id: "defence-table",
      caption: `${capitalised(defenceCaption(defence, result))}, with 95 % intervals ${theseRows}`,
      columns: ["Repair", "Not attacked", ...defence.knowledge.map((one) => capitalised(knowledgeWords[one]))].map((name) => ({ name })),
      rows: defence.lines.map((line): Cell[] => [defenceName(line), told(line.clean), ...line.attacked.map(({ figure }) => told(figure))]),
    },
  );
}

function notesSection({ notes }: TasksResult): Section | null {
  return notes.length === 0 ? null : section("notes", "Notes", "", prose(...notes.map((note) => `${capitalised(note)}.`)));
}
