import { UsageError } from "../../core/errors.ts";
import { catalog } from "../../catalog.ts";
import { parseLimit } from "../../report/judging/limits.ts";
import { intentQuantities } from "../../study/table/intent-metrics.ts";
import type { UntilGoal } from "../../study/until/goal.ts";

/** What is asked how few poisoned rows bring it about. @throws UsageError on what is no such rule, or of a figure that there is not */
export function parseGoal(text: string, owner = "--until"): UntilGoal {
  const { metric, operator, bound, budgetFraction } = parseLimit(text, owner);
  if (budgetFraction !== null)
    throw new UsageError(`${owner} searches the budget, so it names none: '${metric} ${operator} ${bound}', got ${JSON.stringify(text)}`);
  const known = [...catalog.metrics, ...intentQuantities].flatMap(({ id, damage }) => [id, ...(damage === null ? [] : [damage.id])]);
  if (!known.includes(metric)) throw new UsageError(`${owner} "${text}": there is no metric "${metric}"; there are: ${known.join(", ")}`);
  return { metric, operator, bound };
}
