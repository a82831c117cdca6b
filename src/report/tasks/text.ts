import { visible } from "../../core/text/visible.ts";
import type { TasksResult } from "../../study/tasks/tasks-result.ts";
import { percentText, figureText, numberText } from "../words/format.ts";
import { theseRows } from "../words/interval-words.ts";
import { taskFindings } from "./findings.ts";
import { fewCaption, fewCells, fewHead, fewNote, knowsText } from "./few.ts";
import { defenceCaption, defenceName, knowledgeWords } from "./defence.ts";
import { type TaskPair, pairsOf, relatedOrder, taskWord } from "./order.ts";
import { textTable } from "../words/text-table.ts";
import { metricWord } from "../words/words.ts";

/** Matrices of more tasks than this are told by their strongest pairs. */
const mostInTable = 12;
const pairsShown = 10;

/** Said where there is no figure: the run was stopped before, trials failed, or no task has test rows that tell anything. */
export const nothingMeasured = "nothing is measured: no seed ended with test rows on which the metric is defined";

/**
 * What a study of tasks found, for a terminal.
 *
 * @param more what to type for the tables, where they are left out
 */
export function renderTasks(result: TasksResult, more: string | null): string {
  const sentences = [...taskFindings(result), ...result.notes].map((sentence) => `- ${visible(sentence)}`).join("\n");
  if (more !== null) return [sentences, gainTable(result), `All tables: ${visible(more)}`].filter((section) => section !== "").join("\n\n");
  const sections = [
    taskFindings(result).map(visible).join("\n"),
    gainTable(result),
    byTaskTable(result),
    relationTable(result),
    vulnerabilityTable(result),
    fewTable(result),
    measuredTable(result),
    priceTable(result),
    defenceTable(result),
    result.notes.map(visible).join("\n"),
  ];
  return sections.filter((section) => section !== "").join("\n\n");
}

function gainTable({ learner, metric, gain, gainOver, seeds }: TasksResult): string {
  const difference = `${learner} − this, paired over ${seeds} ${seeds === 1 ? "seed" : "seeds"} (intervals: 95 %, ${theseRows})`;
  return `Gain of sharing\n${textTable([
    ["", metricWord(metric), difference],
    ["each task alone", figureText(gain.single), figureText(gainOver.single)],
    ["one model for all", figureText(gain.pooled), figureText(gainOver.pooled)],
    [learner, figureText(gain.mtrl), ""],
  ])}`;
}

function byTaskTable(result: TasksResult): string {
  if (result.tasks.length > mostInTable) return "";
  const text = (figure: Parameters<typeof figureText>[0] | null): string => (figure === null ? "–" : figureText(figure));
  const rows = relatedOrder(result).map((i) => {
    const { task, rows: count, single, mtrl, difference } = result.byTask[i];
    return [task, String(count), text(single), text(mtrl), text(difference)];
  });
  return `By task (${metricWord(result.metric)})\n${textTable([["task", "rows", "alone", result.learner, `${result.learner} − alone`], ...rows])}`;
}

function relationTable(result: TasksResult): string {
  const title = `Relation: correlations between tasks, from the task covariance Ω of ${result.learner}`;
  if (result.tasks.length <= mostInTable) return `${title}\n${matrixTable(result, result.relation, (value) => numberText(value, 2), "")}`;
  const pairs = pairsOf(result.relation, true);
  return `${title}\n${pairTable(result, [...pairs.slice(0, pairsShown), ...pairs.slice(-3)], ["task", "and", "correlation"], (value) => numberText(value, 2))}`;
}

function vulnerabilityTable(result: TasksResult): string {
  const title =
    "Vulnerability, to first order: rise of the loss of the column's task per unit of budget in the row's task (a unit: as many poison rows as it has rows)";
  const digits = lossDigits(result);
  const text = (value: number): string => numberText(value, digits);
  if (result.tasks.length <= mostInTable) return `${title}\n${matrixTable(result, result.vulnerability, text, "from ↓ to →")}`;
  return `${title}\n${pairTable(result, pairsOf(result.vulnerability, false).slice(0, pairsShown), ["from", "to", "rise of loss"], text)}`;
}

/** Digits that show the largest entry off the diagonal with two that count. */
export function lossDigits({ vulnerability }: Pick<TasksResult, "vulnerability">): number {
  const others = vulnerability.flatMap((row, i) => row.map((value, j) => (i === j ? 0 : Math.abs(value ?? 0))));
  return Math.min(8, Math.max(2, 1 - Math.floor(Math.log10(Math.max(1e-9, ...others)))));
}

function matrixTable(result: TasksResult, matrix: TasksResult["relation"], text: (value: number) => string, corner: string): string {
  const order = relatedOrder(result);
  const cell = (value: number | null): string => (value === null ? "–" : text(value));
  return textTable([
    [corner, ...order.map((j) => result.tasks[j])],
    ...order.map((i) => [result.tasks[i], ...order.map((j) => cell(matrix[i][j]))]),
  ]);
}

function pairTable({ tasks }: TasksResult, pairs: readonly TaskPair[], head: string[], text: (value: number) => string): string {
  return textTable([head, ...pairs.map(({ from, to, value }) => [tasks[from], tasks[to], text(value)])]);
}

function fewTable(result: TasksResult): string {
  const { few } = result;
  if (few === null) return "";
  return `A few attack tasks: ${visible(fewCaption(few, result))}\n${textTable([fewHead, ...fewCells(few, figureText)])}\n${fewNote(few)}`;
}

function measuredTable({ measured, budgetFraction, damageMetric }: TasksResult): string {
  if (measured.length === 0) return "";
  const rows = measured.map(({ from, to, knowledge, figure, flip, kind }) => [
    from ?? "(all others)",
    to,
    knowsText(knowledge),
    figureText(figure),
    figureText(flip),
    kind,
  ]);
  const said = measured.some(({ kind }) => kind === "copies")
    ? "\ncopies: words and categories cannot climb; the poison is the tasks' own rows with a wrong label, the worst to first order"
    : "";
  return `Measured by real attacks with ${percentText(budgetFraction)} of the attack tasks' rows: ${damageMetric} on test rows\n${textTable([["from", "to", "attacker knows", "attack", "random wrong labels", "poison"], ...rows])}${said}`;
}

function priceTable({ price, metric }: TasksResult): string {
  if (price.length === 0) return "";
  const rows = price.map(({ by, value, gain, gainOfAll, damage }) => [
    by === "relationDecay" ? `λ₂ = ${value}` : `${value} rows`,
    figureText(gain),
    gainOfAll === null ? "–" : figureText(gainOfAll),
    figureText(damage),
  ]);
  return `Price of sharing for ${visible(taskWord(price[0].target))}, attacked through all other tasks by who knows ${knowsText(price[0].knowledge)} (in ${metricWord(metric)}; positive gain is better, positive damage worse)\n${textTable([["", "gain of the task", "gain of all tasks", "damage to the task"], ...rows])}`;
}

function defenceTable(result: TasksResult): string {
  const { defence } = result;
  if (defence === null) return "";
  const text = (figure: Parameters<typeof figureText>[0] | null): string => (figure === null ? "–" : figureText(figure));
  const rows = defence.lines.map((line) => [defenceName(line), text(line.clean), ...line.attacked.map(({ figure }) => text(figure))]);
  const head = ["", "not attacked", ...defence.knowledge.map((one) => knowledgeWords[one])];
  return `Defence: ${visible(defenceCaption(defence, result))}\n${textTable([head, ...rows])}`;
}
