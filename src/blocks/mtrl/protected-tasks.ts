import type { Dataset } from "../../core/dataset.ts";
import { UsageError, didYouMean } from "../../core/errors.ts";
import type { Learner } from "../../core/learner.ts";
import type { TextSpec } from "../../core/params.ts";
import type { LearningSetting } from "../../core/pipeline.ts";

export const protectsParam: TextSpec = {
  type: "text",
  default: "",
  help: "tasks that must not be hurt, by name, with commas: they are kept whole and judged together; empty: each task in its turn, against all others",
};

/** The tasks that are protected together, group by group; those without rows are left out. @throws UsageError where there is no such task */
export function protectedGroups({ task, tasks }: Dataset, protects: string, owner: string): number[][] {
  const has = new Uint8Array(tasks.length);
  for (const t of task) has[t] = 1;
  if (protects === "") return [...tasks.keys()].filter((t) => has[t] === 1).map((t) => [t]);
  const named = protects.split(",").map((name) => {
    const found = tasks.indexOf(name.trim());
    if (found < 0) throw new UsageError(`${owner}.protects names no task "${name.trim()}"${didYouMean(name.trim(), tasks)}`);
    return found;
  });
  return [[...new Set(named)].filter((t) => has[t] === 1)].filter((group) => group.length > 0);
}

/** Why a repair of what tasks share cannot repair such a training; null where it can. */
export function needsRelation({ learner, sharing }: LearningSetting): string | null {
  return (learner as Learner).relation !== undefined && sharing === "pooled"
    ? null
    : "it judges what tasks share: it needs the learner mtrl and one model for all tasks";
}
