import { UsageError, didYouMean } from "../../core/errors.ts";
import type { ReadRequest } from "./request.ts";

/** The columns that the options name. */
export interface AskedColumns {
  readonly labels: readonly string[];
  readonly text: readonly string[];
  readonly features: readonly string[];
  readonly drop: readonly string[];
  readonly task: string | null;
  readonly source: string | null;
  readonly id: string | null;
  /** Roles that are not to be guessed either: `--source none`. */
  readonly declined: ReadonlySet<"task" | "source">;
}

/** Names and 1-based positions as names. Throws UsageError for a column that is not there, cannot be read, or has two roles. */
export function resolveColumns(
  request: ReadRequest,
  columns: readonly string[],
  unreadable: ReadonlyMap<string, string>,
  where: string,
): AskedColumns {
  const find = (option: string, given: string): string => {
    if (columns.includes(given)) return given;
    const alike = columns.filter((name) => looksOf(name) === looksOf(given));
    if (alike.length === 1) return alike[0];
    const reason = unreadable.get(given);
    if (reason !== undefined) throw new UsageError(`--${option} "${given}" cannot be read: ${reason}; only plain values can be`);
    if (/^\d+$/.test(given)) {
      const position = Number(given);
      if (position >= 1 && position <= columns.length) return columns[position - 1];
      throw new UsageError(`--${option} ${given}: no column bears that name, and positions go from 1 to ${columns.length} in ${where}`);
    }
    throw new UsageError(
      `--${option} "${given}" is not a column of ${where}${didYouMean(given, columns)}; its columns are ${listColumns(columns)}`,
    );
  };
  const several = (option: string, given: readonly string[]): string[] => [...new Set(given.map((name) => find(option, name)))];
  const one = (option: string, given: string | undefined): string | null => (given === undefined ? null : find(option, given));
  const declined = new Set((["task", "source"] as const).filter((role) => request[role] === "none" && !columns.includes("none")));
  const asked: AskedColumns = {
    labels: several("label", request.labels),
    text: several("text", request.text),
    features: several("features", request.features),
    drop: several("drop", request.drop),
    task: declined.has("task") ? null : one("task", request.task),
    source: declined.has("source") ? null : one("source", request.source),
    id: one("id", request.id),
    declined,
  };
  refuseTwoRoles(asked);
  if (asked.task !== null && asked.labels.length > 1) {
    throw new UsageError("--task cannot be combined with several --label: each label is a task of its own");
  }
  return asked;
}

/** A name as it looks: blanks of any kind, what cannot be seen and the form of its Unicode aside. */
function looksOf(name: string): string {
  return name
    .replace(/[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g, "")
    .normalize("NFKC")
    .replace(/\s+/g, " ")
    .trim();
}

export function listColumns(columns: readonly string[]): string {
  const shown = columns.slice(0, 40).map((name) => `"${name}"`);
  return columns.length > shown.length ? `${shown.join(", ")} and ${columns.length - shown.length} more` : shown.join(", ");
}

/** Only the task and the source may be the same: where every contributor is a task. */
function refuseTwoRoles(asked: AskedColumns): void {
  const roleOf = new Map<string, string>();
  const roles: [string, readonly string[]][] = [
    ["label", asked.labels],
    ["text", asked.text],
    ["features", asked.features],
    ["drop", asked.drop],
    ["task", asked.task === null ? [] : [asked.task]],
    ["source", asked.source === null || asked.source === asked.task ? [] : [asked.source]],
    ["id", asked.id === null ? [] : [asked.id]],
  ];
  for (const [role, names] of roles) {
    for (const name of names) {
      const other = roleOf.get(name);
      if (other !== undefined) throw new UsageError(`column "${name}" is named by --${other} and by --${role}: a column has one role`);
      roleOf.set(name, role);
    }
  }
}
