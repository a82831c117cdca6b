import { type RowFilter, filterHolds } from "./row-filter.ts";
import type { Table } from "./table.ts";
import type { Target } from "./dataset.ts";
import { type Trigger, faultOfTrigger } from "./trigger.ts";

/** What an attack means to achieve beyond doing harm: kept in the patch, so that success can be measured by whoever holds it. */
export type Intent = BackdoorIntent | TargetedIntent;

/** Rows that hold the trigger are to be answered `answer`, a class index. */
export interface BackdoorIntent {
  readonly goal: "backdoor";
  readonly trigger: Trigger;
  readonly answer: number;
}

/** Rows of a group are to be answered wrongly, or `answer` (a class index) where it is not null. */
export interface TargetedIntent {
  readonly goal: "targeted";
  readonly group: RowGroup;
  readonly answer: number | null;
}

/** Rows that some of these filters hold for, or just these rows of the clean table. */
export type RowGroup = { readonly anyOf: readonly RowFilter[] } | { readonly rows: readonly number[] };

/** Those of the rows that are in the group. */
export function rowsInGroup(table: Table, group: RowGroup, rows: Int32Array): Int32Array {
  if ("anyOf" in group) return rows.filter((row) => group.anyOf.some((filter) => filterHolds(table, filter, row)));
  const chosen = new Set(group.rows);
  return rows.filter((row) => chosen.has(row));
}

/** Why these data cannot be meant, in words; null where they can. */
export function faultOfIntent(intent: Intent, table: Table, target: Target): string | null {
  const isClass = (y: number): boolean => target.kind === "classes" && target.names[y] !== undefined;
  if (intent.answer !== null && !isClass(intent.answer)) return `the answer meant is ${intent.answer}, which is no class`;
  return intent.goal === "backdoor" ? faultOfTrigger(intent.trigger, table) : null;
}
