import { visible } from "../../core/text/visible.ts";
import type { TasksResult } from "../../study/tasks/tasks-result.ts";
import { figureText, numberText } from "../words/format.ts";
import { theseRows } from "../words/interval-words.ts";
import { taskFindings } from "./findings.ts";
import { defenceSection, fewSection, measuredSection, priceSection } from "./page.ts";
import { sectionText } from "../page/section-text.ts";
import { type TaskPair, lossDigits, pairsOf, relatedOrder } from "./order.ts";
import { textTable } from "../words/text-table.ts";
import { metricWord } from "../words/words.ts";

/** Matrices of more tasks than this are told by their strongest pairs. */
const mostInTable = 12;
const pairsShown = 10;

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
    ...[fewSection, measuredSection, priceSection, defenceSection].map((part) => sectionText(part(result))),
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
