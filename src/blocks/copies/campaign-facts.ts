import type { Dataset } from "../../core/dataset.ts";
import type { NamedColumn, Table } from "../../core/table.ts";

/** Who wrote what belongs together, about what, and when. */
export interface CampaignFacts {
  /** Rows of the table, ascending. */
  readonly rows: readonly number[];
  /** Names of their sources, as far as these are known. */
  readonly accounts: readonly string[];
  /** Names of their tasks; empty where the data have one. */
  readonly tasks: readonly string[];
  /** The first and the last of their days as the first date column has them; null where there is none, or a date cannot be read. */
  readonly days: readonly [string, string] | null;
}

export function campaignFacts(
  data: Pick<Dataset, "row" | "source" | "sources" | "task" | "tasks">,
  table: Table | null,
  examples: Iterable<number>,
): CampaignFacts {
  const [rows, accounts, tasks] = [new Set<number>(), new Set<number>(), new Set<number>()];
  for (const i of examples) {
    rows.add(data.row[i]);
    if (data.source[i] >= 0) accounts.add(data.source[i]);
    tasks.add(data.task[i]);
  }
  const named = (names: readonly string[], of: ReadonlySet<number>): string[] => [...of].sort((a, b) => a - b).map((k) => names[k]);
  return {
    rows: [...rows].sort((a, b) => a - b),
    accounts: named(data.sources, accounts),
    tasks: data.tasks.length > 1 ? named(data.tasks, tasks) : [],
    days: daysOf(table, rows),
  };
}

/** `48 rows by 12 accounts on 3 tasks from May 1, 2006 to May 9, 2006`: what a sentence about them begins with. */
export function whoWrote({ rows, accounts, tasks, days }: CampaignFacts): string {
  return [
    countOf(rows.length, "row"),
    ...(accounts.length > 0 ? [`by ${countOf(accounts.length, "account")}`] : []),
    ...(tasks.length > 0 ? [tasks.length === 1 ? `on ${tasks[0]}` : `on ${countOf(tasks.length, "task")}`] : []),
    ...(days === null ? [] : [days[0] === days[1] ? `of ${days[0]}` : `from ${days[0]} to ${days[1]}`]),
  ].join(" ");
}

export function countOf(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

function daysOf(table: Table | null, rows: ReadonlySet<number>): CampaignFacts["days"] {
  const dates = table?.columns.find((column): column is NamedColumn => column.kind === "date");
  if (dates === undefined) return null;
  let first: [number, string] | null = null;
  let last: [number, string] | null = null;
  for (const row of rows) {
    if (row < 0 || dates.codes[row] < 0) continue;
    const name = dates.names[dates.codes[row]];
    const time = timeOf(name);
    if (Number.isNaN(time)) return null;
    if (first === null || time < first[0]) first = [time, name];
    if (last === null || time > last[0]) last = [time, name];
  }
  return first === null || last === null ? null : [first[1], last[1]];
}

/** The same wherever it runs: a date without a zone is taken for one of UTC. */
export function timeOf(date: string): number {
  const time = Date.parse(`${date} UTC`);
  return Number.isNaN(time) ? Date.parse(date) : time;
}
