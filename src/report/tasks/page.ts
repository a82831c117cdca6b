import type { Figure } from "../../numeric/statistics/intervals.ts";
import type { PricePoint, TasksResult } from "../../study/tasks/tasks-result.ts";
import { percentText, figureText, numberText } from "../words/format.ts";
import { heatMap } from "../charts/heat-map.ts";
import { theseRows } from "../words/interval-words.ts";
import type { PageContent } from "../page/page.ts";
import { type Markup, markup } from "../words/markup.ts";
import { priceChart } from "../charts/price-chart.ts";
import { bothWidths, figureCell, proseWithFigures, reportTable, typographic } from "../page/table.ts";
import { fewCaption, fewCells, fewHead, fewNote, knowsWords } from "./few.ts";
import { defenceCaption, defenceName, knowledgeWords } from "./defence.ts";
import { taskFindings } from "./findings.ts";
import { pairsOf, relatedOrder, taskWord } from "./order.ts";
import { lossDigits, nothingMeasured } from "./text.ts";
import { capitalised, countOf, countText, metricWord } from "../words/words.ts";

export interface TasksPageAbout {
  /** What the data are called. */
  readonly title: string;
  /** Version. */
  readonly theriac: string;
  readonly plannedTrials: number;
  readonly recordedTrials: number;
}

/** Tables of more tasks than this stay folded. */
const mostUnfolded = 12;

/** Beyond this many tasks cells would be points: the strongest pairs stand in for maps and tables. */
const mostInMap = 150;
const pairsShown = 50;

const style = markup`<style>
.chart .cell { fill: var(--s); }
.chart .blank { fill: var(--panel); stroke: var(--rule); }
.chart .in, .chart .on { font-size: 11px; }
.chart .on { fill: var(--paper); }
details { margin: 0 0 1.5rem; }
summary { margin: 0 0 0.8rem; color: var(--accent); cursor: pointer; }
#relation-table td, #vulnerability-table td { white-space: nowrap; }
</style>`;

/** Who helps whom, who can hurt whom and what sharing costs. */
export function tasksPage(result: TasksResult, about: TasksPageAbout): PageContent {
  const rows = result.byTask.reduce((sum, task) => sum + task.rows, 0);
  return {
    ...frame(about),
    size: `${countOf(result.tasks.length, "task")} · ${countOf(rows, "labelled example")} · ${countOf(result.seeds, "seed")}`,
    sections: [
      ...[findingsSection(result), gainSection(result), relationSection(result), vulnerabilitySection(result)],
      ...[fewSection(result), measuredSection(result), priceSection(result), defenceSection(result), notesSection(result)],
    ],
  };
}

/** The page of a run that was stopped before anything was measured. */
export function emptyTasksPage(about: TasksPageAbout): PageContent {
  return { ...frame(about), size: "no figures", sections: [markup`<p>${capitalised(nothingMeasured)}.</p>`] };
}

function frame({ title, theriac, plannedTrials, recordedTrials }: TasksPageAbout): Omit<PageContent, "size" | "sections"> {
  const missing = `This run is not whole: ${countText(recordedTrials)} of ${countText(plannedTrials)} trials are recorded.`;
  return {
    kicker: "Theriac tasks",
    title,
    ...(recordedTrials < plannedTrials ? { caution: missing } : {}),
    theriac,
    style,
    keeps: "The page holds no row of the data, and loads nothing.",
  };
}

function findingsSection(result: TasksResult): Markup {
  const { gain, metric } = result;
  const glance = (name: string, { value, low, high }: Figure): Markup =>
    markup`<div><dt>${name}</dt><dd><span class="value">${typographic(numberText(value))}</span><span class="interval">${low === null || high === null ? "one seed" : `${numberText(low)} to ${numberText(high)}`}</span></dd></div>`;
  return markup`<section aria-labelledby="findings">
<h2 id="findings">What sharing gains, and what it costs</h2>
<dl class="glance">
${glance(`${capitalised(metricWord(metric))}, tasks together`, gain.mtrl)}
${glance("Each task alone", gain.single)}
${glance("One model for all", gain.pooled)}
</dl>
<ul class="findings">
${taskFindings(result).map((sentence) => markup`<li>${proseWithFigures(capitalised(sentence))}</li>\n`)}</ul>
</section>`;
}

function gainSection(result: TasksResult): Markup {
  const order = relatedOrder(result);
  const word = metricWord(result.metric);
  return markup`<section aria-labelledby="gain">
<h2 id="gain">Gain by task</h2>
<p>${capitalised(word)} on held-out rows: each task learned alone, and all tasks together with the relation between them (${result.learner}). ${result.better === "lower" ? "Lower is better, so that a difference below 0 is a gain." : "A difference above 0 is a gain."}</p>
${folded(
  result,
  reportTable({
    id: "gain-table",
    caption: `${capitalised(word)} by task, with its 95 % interval ${theseRows}`,
    head: ["Task", "Examples", "Alone", "Together", "Together − alone"],
    groups: [
      {
        name: null,
        rows: order.map((i) => {
          const { task, rows, single, mtrl, difference } = result.byTask[i];
          return { head: task, cells: [countText(rows), figureCell(single), figureCell(mtrl), figureCell(difference)] };
        }),
      },
    ],
  }),
)}
</section>`;
}

function relationSection(result: TasksResult): Markup {
  const names = relatedOrder(result).map((i) => result.tasks[i]);
  const pairs = pairsOf(result.relation, true);
  const said = (k: number): string =>
    `${taskWord(result.tasks[pairs[k].from])} and ${taskWord(result.tasks[pairs[k].to])} ${numberText(pairs[k].value, 2)}`;
  const text = (value: number): string => typographic(numberText(value, 2));
  return markup`<section aria-labelledby="relation">
<h2 id="relation">Which tasks are tied to which</h2>
<p>The correlations in the task covariance that ${result.learner} learns with the tasks, the mean over seeds. Near 1, two tasks learn the same from each other; near −1, the opposite; near 0, nothing; a class that is
rare or common in both counts as something learned. Related tasks stand together.</p>
${
  result.tasks.length <= mostInMap &&
  markup`<figure>
${bothWidths((suffix, width) =>
  heatMap(
    {
      id: `relation-${suffix}`,
      title: "Correlations between tasks",
      description:
        pairs.length === 0
          ? "No pair is known."
          : `Strongest: ${said(0)}; weakest: ${said(pairs.length - 1)}. The table below has every figure.`,
      names,
      cells: inOrder(result, result.relation),
      full: 1,
      diagonal: "draw",
      colours: { above: 0, below: 1 },
      text,
      rowsAre: "task",
      columnsAre: "task",
      legend: "correlation",
    },
    width,
  ),
)}
</figure>`
}
${matrixTable(result, "relation-table", "Correlation of each task with each other", result.relation, text)}
</section>`;
}

function vulnerabilitySection(result: TasksResult): Markup {
  const digits = lossDigits(result);
  const text = (value: number): string => typographic(numberText(value, digits));
  const pairs = pairsOf(result.vulnerability, false);
  const most = pairs.length === 0 ? 0 : pairs[0].value;
  return markup`<section aria-labelledby="vulnerability">
<h2 id="vulnerability">Who can hurt whom</h2>
<p>To first order: how fast the loss on the clean rows of one task rises as poison is added to another. A unit of budget is as many poison rows as the attacked task has; the poison is the
tenth of its own rows that does most when its label is wrong. Nothing was attacked here: it is computed from one derivative per task, and holds for small budgets.
The diagonal, a task that is attacked itself, is of another size and left blank in the map.</p>
${
  result.tasks.length <= mostInMap &&
  markup`<figure>
${bothWidths((suffix, width) =>
  heatMap(
    {
      id: `vulnerability-${suffix}`,
      title: "First-order damage from task to task",
      description:
        pairs.length === 0
          ? "No pair is known."
          : `Largest: poison in ${taskWord(result.tasks[pairs[0].from])} against ${taskWord(result.tasks[pairs[0].to])}, ${text(most)}. The table below has every figure.`,
      names: relatedOrder(result).map((i) => result.tasks[i]),
      cells: inOrder(result, result.vulnerability),
      full: most > 0 ? most : 1,
      diagonal: "leave",
      colours: { above: 6, below: 2 },
      text,
      rowsAre: "poison in",
      columnsAre: "damage to",
      legend: `rise of the loss per unit of budget${pairs.some(({ value }) => value < 0) ? "; green: it falls" : ""}`,
    },
    width,
  ),
)}
</figure>`
}
${matrixTable(result, "vulnerability-table", "Rise of the loss of the column’s task per unit of budget in the row’s task", result.vulnerability, text)}
</section>`;
}

function fewSection(result: TasksResult): Markup | null {
  const { few } = result;
  if (few === null) return null;
  const rows = fewCells(few, (figure) => figureText(figure));
  return markup`<section aria-labelledby="few">
<h2 id="few">A few attack tasks</h2>
<p>Found without being told: the tasks whose poison hurts most together. Lines with half of the rows are to be held against each other.</p>
${reportTable({
  id: "few-table",
  caption: `${capitalised(fewCaption(few, result))}, with 95 % intervals ${theseRows}`,
  head: fewHead.map(capitalised),
  groups: [{ name: null, rows: rows.map(([head, ...cells]) => ({ head, cells: cells.map(typographic) })) }],
})}
<p>${capitalised(typographic(fewNote(few)))}</p>
</section>`;
}

function measuredSection(result: TasksResult): Markup | null {
  const { measured, budgetFraction, damageMetric, metric } = result;
  if (measured.length === 0) return null;
  const isRatio = damageMetric.endsWith("Ratio");
  const hasCopies = measured.some(({ kind }) => kind === "copies");
  return markup`<section aria-labelledby="measured">
<h2 id="measured">Measured by real attacks</h2>
<p>The strongest pairs of the map above, attacked for real with ${typographic(percentText(budgetFraction))} of the attack task’s rows, then trained anew and tested on the target’s held-out rows; and the
task that is most exposed, attacked through all others. ${isRatio ? "Damage is attacked ÷ clean error: an interval that holds 1 tells it from none as little as from its other end." : "Damage is clean − attacked: an interval that holds 0 tells it from none as little as from its other end."}
${hasCopies ? "Words and categories cannot climb, so the poison is the attack tasks’ own rows with a wrong label, those that do most to first order." : "The poison’s features climb away from what the clean model answers for the target; no test row is seen."}</p>
${reportTable({
  id: "measured-table",
  caption: `${damageMetric} on the target’s test rows, with its 95 % interval ${theseRows}`,
  head: ["Poison in", "Damage to", "Attacker knows", `${capitalised(metricWord(metric))} before`, "Attack", "Random wrong labels"],
  groups: [
    {
      name: null,
      rows: measured.map(({ from, to, knowledge, before, figure, flip }) => ({
        head: from ?? "all other tasks",
        cells: [to, knowsWords[knowledge], figureCell(before), figureCell(figure), figureCell(flip)],
      })),
    },
  ],
})}
</section>`;
}

function priceSection(result: TasksResult): Markup | null {
  const { price, metric } = result;
  if (price.length === 0) return null;
  const target = taskWord(price[0].target);
  const word = metricWord(metric);
  const chart = (by: PricePoint["by"]): Markup | null => {
    const points = price.filter((point) => point.by === by);
    if (points.length < 2) return null;
    const isDecay = by === "relationDecay";
    const places = points.map(({ value }) => (isDecay ? String(value) : countText(value)));
    const series = [
      { name: `gain of ${target}`, style: 2, figures: points.map(({ gain }) => gain) },
      ...(isDecay ? [{ name: "gain of all tasks", style: 0, figures: points.map(({ gainOfAll }) => gainOfAll) }] : []),
      { name: `damage to ${target}`, style: 1, figures: points.map(({ damage }) => damage) },
    ];
    const axis = isDecay ? "λ₂: to the right, tasks share more" : `training rows of ${target}`;
    return markup`<figure>
${bothWidths((suffix, width) =>
  priceChart(
    {
      id: `price-${by}-${suffix}`,
      title: `Gain of sharing and worst indirect damage against ${isDecay ? "the strength of sharing" : "the number of target rows"}`,
      description: `${series.map(({ name, figures }) => `${name}: ${figures.map((figure, i) => `${figure === null ? "not known" : figureText(figure)} at ${places[i]}`).join(", ")}.`).join(" ")} The table below has the same figures.`,
      places,
      axis,
      quantity: `${word}, better or worse by`,
      series,
    },
    width,
  ),
)}
<figcaption>${isDecay ? "Gain and damage against λ₂." : `Gain and damage when ${target} has fewer rows, its λ₂ chosen anew for it.`}</figcaption>
</figure>`;
  };
  return markup`<section aria-labelledby="price">
<h2 id="price">The price of sharing</h2>
<p>For ${target}, the task that is most exposed: how much better it is than learned alone, and how much worse once all other tasks are attacked with ${typographic(percentText(result.budgetFraction))} of their rows, by an attacker who knows ${knowsWords[price[0].knowledge]}. Both
are in ${word}; the gain is positive where sharing helps, the damage where the attack hurts.</p>
${[chart("relationDecay"), chart("targetRows")]}
${reportTable({
  id: "price-table",
  caption: `Gain and damage in ${word}, with 95 % intervals over ${countOf(result.priceSeeds, "seed")} on these very rows`,
  head: ["", `Gain of ${target}`, "Gain of all tasks", `Damage to ${target}`],
  groups: [
    {
      name: null,
      rows: price.map(({ by, value, gain, gainOfAll, damage }) => ({
        head: by === "relationDecay" ? `λ₂ = ${value}` : countOf(value, "row"),
        cells: [figureCell(gain), figureCell(gainOfAll), figureCell(damage)],
      })),
    },
  ],
})}
</section>`;
}

function defenceSection(result: TasksResult): Markup | null {
  const { defence } = result;
  if (defence === null) return null;
  return markup`<section aria-labelledby="defence">
<h2 id="defence">What repairs win back</h2>
<p>All on the same rows. A white-box attacker computes his poison on the target’s own training rows; a gray box has only other rows of the same task, drawn anew at every step, and a black box none of its rows. Fresh rows are in nobody’s data.</p>
${reportTable({
  id: "defence-table",
  caption: `${capitalised(defenceCaption(defence, result))}, with 95 % intervals ${theseRows}`,
  head: ["Repair", "Not attacked", ...defence.knowledge.map((one) => capitalised(knowledgeWords[one]))],
  groups: [
    {
      name: null,
      rows: defence.lines.map((line) => ({
        head: defenceName(line),
        cells: [figureCell(line.clean), ...line.attacked.map(({ figure }) => figureCell(figure))],
      })),
    },
  ],
})}
</section>`;
}

function notesSection({ notes }: TasksResult): Markup | null {
  if (notes.length === 0) return null;
  return markup`<section aria-labelledby="notes">
<h2 id="notes">Notes</h2>
${notes.map((note) => markup`<p>${capitalised(note)}.</p>\n`)}</section>`;
}

function matrixTable(
  result: TasksResult,
  id: string,
  caption: string,
  matrix: TasksResult["relation"],
  text: (value: number) => string,
): Markup {
  if (result.tasks.length > mostInMap) return pairTable(result, id, caption, matrix, text);
  const order = relatedOrder(result);
  const cells = inOrder(result, matrix);
  return folded(
    result,
    reportTable({
      id,
      caption,
      head: ["", ...order.map((j) => result.tasks[j])],
      groups: [
        {
          name: null,
          rows: order.map((i, k) => ({
            head: result.tasks[i],
            cells: cells[k].map((value) => (value === null ? figureCell(null) : text(value))),
          })),
        },
      ],
    }),
  );
}

function pairTable(
  { tasks }: TasksResult,
  id: string,
  caption: string,
  matrix: TasksResult["relation"],
  text: (value: number) => string,
): Markup {
  const pairs = pairsOf(matrix, id === "relation-table").slice(0, pairsShown);
  return reportTable({
    id,
    caption: `${caption}: the ${pairs.length} largest of ${countText(tasks.length)} × ${countText(tasks.length)}`,
    head: ["Task", "Task", "Figure"],
    groups: [{ name: null, rows: pairs.map(({ from, to, value }) => ({ head: tasks[from], cells: [tasks[to], text(value)] })) }],
  });
}

function folded({ tasks }: TasksResult, table: Markup): Markup {
  return tasks.length <= mostUnfolded
    ? table
    : markup`<details><summary>All figures as a table</summary>
${table}
</details>`;
}

function inOrder(result: TasksResult, matrix: TasksResult["relation"]): (number | null)[][] {
  const order = relatedOrder(result);
  return order.map((i) => order.map((j) => matrix[i][j]));
}
