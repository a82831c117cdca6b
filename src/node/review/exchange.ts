import { isUtf8 } from "node:buffer";
import { resolve } from "node:path";
import { UsageError } from "../../core/errors.ts";
import { describeIssue } from "../schemas/describe-issue.ts";
import { deepestNesting, isNestedTooDeeply } from "../schemas/nesting.ts";
import { readBytes } from "../schemas/read-bytes.ts";
import { shownPath } from "../schemas/shown.ts";
import { writeFiles } from "../write/write-files.ts";
import { argilla } from "./argilla.ts";
import type { Decision } from "./decision.ts";
import { labelStudio } from "./label-studio.ts";
import type { Review } from "./review.ts";
import type { ReturnedDecision, TaskFormat } from "./task-file.ts";

export const taskFormats: readonly TaskFormat[] = [labelStudio, argilla];

const mostBytes = 500 * 2 ** 20;
const longestCell = 100_000;
const rowsAtOnce = 1000;

/**
 * Writes rows as tasks for another tool: the flagged ones, those decided on and, with `top`, so many of the most suspicious. Nothing is written over.
 *
 * @returns how many
 */
export async function exportTasks(review: Review, path: string, format: TaskFormat, top = 0): Promise<number> {
  const lines = review.linesOf("all");
  const rows = Array.from(lines).flatMap((line, i) => {
    const row = review.index.row[line];
    return i < top || review.index.isFlagged[line] === 1 || review.log.decisionOn(row) !== null ? [row] : [];
  });
  const listed = new Set(rows);
  rows.push(...review.log.inForce().flatMap(({ row }) => (listed.has(row) ? [] : [row])));
  const data = review.rows();
  const pieces: string[] = [];
  for (let from = 0; from < rows.length; from += rowsAtOnce) {
    const some = rows.slice(from, from + rowsAtOnce);
    const [shown, contents] = await Promise.all([data.shown(some, longestCell), data.contents(some)]);
    some.forEach((row, i) => {
      const task = format.write({
        scan: review.manifest.review.scan,
        content: contents[i],
        shown: shown[i],
        finding: review.findingOf(row),
        decision: review.log.decisionOn(row),
      });
      pieces.push(`${from + i === 0 ? "" : ","}\n${JSON.stringify(task)}`);
    });
  }
  writeFiles([
    {
      path: resolve(path),
      content: (function* () {
        yield "[";
        yield* pieces;
        yield "\n]\n";
      })(),
    },
  ]);
  return rows.length;
}

export interface Imported {
  readonly format: string;
  /** Decisions that were stored. */
  readonly stored: readonly Decision[];
  /** Decisions that were in force already. */
  readonly known: number;
  readonly tasks: number;
}

/**
 * Stores what was decided in another tool; what is in force already is not stored again.
 *
 * @param format default: as the file shows
 * @throws UsageError on a file that is none, or whose tasks are of another scan or other content; then nothing is stored
 */
export async function importTasks(review: Review, path: string, format?: TaskFormat): Promise<Imported> {
  const where = shownPath(path);
  const tasks = readTasks(path, where);
  const chosen = format ?? taskFormats.find(({ task }) => task.safeParse(tasks[0]).success) ?? labelStudio;
  const returned = tasks.flatMap((task, i) => {
    const result = chosen.task.safeParse(task);
    if (!result.success)
      throw wrong(where, i, `is not a task of ${chosen.title} that was written here: ${describeIssue(result.error.issues[0], task)}`);
    return readOne(chosen, result.data, where, i);
  });
  const mark = review.manifest.review.scan;
  for (const { task, scan, row } of returned) {
    if (scan !== mark) throw wrong(where, task, `is of another scan (${scan}; this one is ${mark})`);
    if (row > review.manifest.rows) throw wrong(where, task, `is of row ${row}, and the data have ${review.manifest.rows}`);
  }
  const rows = [...new Set(returned.map(({ row }) => row))];
  const contents = new Map<number, string>();
  (await review.rows().contents(rows)).forEach((content, i) => contents.set(rows[i], content));
  for (const { task, row, content } of returned)
    if (contents.get(row) !== content) throw wrong(where, task, `is of row ${row}, which holds something else now`);
  review.log.refresh();
  const fresh = returned.filter((one) => !isKnown(review, one));
  const stored = await review.log.decide(
    fresh.map(({ id, row, decision, by, at, content }) => ({
      row,
      decision,
      by,
      content,
      ...(id === undefined ? {} : { id }),
      ...(at === undefined ? {} : { at }),
    })),
  );
  return { format: chosen.title, stored, known: returned.length - fresh.length, tasks: tasks.length };
}

function readTasks(path: string, where: string): unknown[] {
  const bytes = readBytes(path, { what: "a file of tasks", maxBytes: mostBytes });
  if (!isUtf8(bytes)) throw new UsageError(`${where} is not a file of tasks: it is not text in UTF-8`);
  const text = bytes.toString("utf8");
  if (isNestedTooDeeply(text))
    throw new UsageError(`${where} is not a file of tasks: it is nested more than ${deepestNesting} levels deep`);
  let tasks: unknown;
  try {
    tasks = JSON.parse(text);
  } catch {
    throw new UsageError(`${where} is not a file of tasks: it is not JSON`);
  }
  if (!Array.isArray(tasks)) throw new UsageError(`${where} is not a file of tasks: it must be a list of them`);
  return tasks;
}

function readOne(format: TaskFormat, task: unknown, where: string, i: number): (ReturnedDecision & { readonly task: number })[] {
  try {
    return format.read(task).map((decision) => ({ ...decision, task: i }));
  } catch {
    throw wrong(where, i, "has a decision that is none: it must be poison, fine or unsure");
  }
}

/** The same decision of the same person at the same time, or, where no time came back, the one in force. */
function isKnown({ log }: Review, { id, row, decision, by, at }: ReturnedDecision): boolean {
  const before = log.historyOf(row);
  if (id !== undefined) return before.some((one) => one.id === id);
  return before.some((one) => one.by === by && one.decision === decision && (at === undefined ? one === before.at(-1) : one.at === at));
}

function wrong(where: string, task: number, why: string): UsageError {
  return new UsageError(`${where}: task ${task + 1} ${why}`);
}
